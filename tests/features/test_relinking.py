"""A person's word about whose a record is: profiles follow at once, it can be taken back, and a rebuild gives the same bytes."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from features.assemble import assemble, build_snapshot, profile_as_of, relink
from features.daylog import read_table
from features.errors import SourceError
from features.facts import Absence, Event
from features.identity.resolve import Override
from features.profile import EnterpriseProfile
from features.snapshot import open_snapshot
from features.store import open_store
from tests.features.extracts import MONTHS, PENALTIES, REGISTER, code, name, register_row, write

DAY, LATER, NEXT = date(2026, 11, 20), date(2026, 11, 21), date(2026, 11, 22)
INSURED = "social_security.monthly"


def _month(number: int | None, persons: str, **cells: str) -> dict[str, str]:
    """A month's row; without a number it has the name of enterprise 2 and no code."""
    who = {"corp_nm": name(2)} if number is None else {"uni_social_crd_cd": code(number), "corp_nm": name(number)}
    return {**who, "rece_ym": "202610", "mon_insurd_prsons": persons, "etl_dt": "2026-11-01", **cells}


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """Three enterprises, and a month's row of which only the name of the second is known."""
    write(tmp_path / "in", REGISTER, [register_row(n) for n in (1, 2, 3)])
    write(tmp_path / "in", MONTHS, [_month(1, "7"), _month(None, "5")])
    assemble(tmp_path / "in", DAY, store=tmp_path / "store")
    return tmp_path / "store"


def _record(store: Path, table: str = "review") -> str:
    return str(read_table(store / "log", DAY, table).to_pylist()[0]["record_id"])


def _word(store: Path, number: int, decision: str = "confirm", *, on: date = LATER, source: str = INSURED) -> Override:
    return Override(source, _record(store), code(number), decision, "核对员", on, "电话核实")  # type: ignore[arg-type]


def _profile(store: Path, number: int) -> EnterpriseProfile:
    found = open_store(store).profile(code(number))
    assert found is not None
    return found


def _insured(store: Path, number: int) -> object:
    months = _profile(store, number).facts.get("insured_headcount", {})
    return months.get("2026-10") if isinstance(months, Mapping) else None


def _equals_a_rebuild(store: Path, into: Path) -> None:
    newest = open_snapshot(store)
    full = build_snapshot(store / "log", into, newest.as_of)
    assert full.manifest == newest.manifest
    assert full.id == newest.id


def test_a_confirmed_record_is_in_the_profile_at_once(store: Path, tmp_path: Path) -> None:
    assert _insured(store, 2) is None
    snapshot = relink(store, [_word(store, 2)], on=LATER)
    assert (snapshot.as_of, snapshot.known_on) == (DAY, LATER)
    assert (_insured(store, 1), _insured(store, 2)) == (Decimal(7), Decimal(5))
    provenance = _profile(store, 2).provenance_of("insured_headcount", "2026-10")
    assert provenance is not None
    assert provenance.record == f"{MONTHS} 第3行"
    _equals_a_rebuild(store, tmp_path / "full")


def test_a_word_is_taken_back_and_said_again(store: Path, tmp_path: Path) -> None:
    for number, (decision, there) in enumerate((("confirm", Decimal(5)), ("deny", None), ("confirm", Decimal(5)))):
        relink(store, [_word(store, 2, decision)], on=LATER)
        assert _insured(store, 2) == there
        _equals_a_rebuild(store, tmp_path / f"full{number}")
    relink(store, [_word(store, 2, "deny"), _word(store, 3)], on=LATER)
    assert (_insured(store, 2), _insured(store, 3)) == (None, Decimal(5))
    _equals_a_rebuild(store, tmp_path / "full")


def test_an_entry_of_a_complete_list_is_confirmed_and_denied(tmp_path: Path) -> None:
    write(tmp_path / "in", REGISTER, [register_row(1)])
    row = {"administrative_cp_name": name(1), "admin_punish_doc": "罚1", "punish_dt": "2025-03-01", "cd_time": "2025-03-02"}
    write(tmp_path / "in", PENALTIES, [row])
    store = tmp_path / "store"
    assemble(tmp_path / "in", DAY, store=store)
    assert _profile(store, 1).absences["penalties"] is Absence.MISSING  # in review: the name alone does not link
    relink(store, [_word(store, 1, source="credit.penalties")], on=LATER)
    assert _profile(store, 1).facts["penalties"] == (Event(None, date(2025, 3, 1)),)
    relink(store, [_word(store, 1, "deny", source="credit.penalties")], on=LATER)
    assert _profile(store, 1).facts["penalties"] == ()  # a person said that it is somebody else's
    _equals_a_rebuild(store, tmp_path / "full")


def test_facts_are_those_of_a_delivery_that_heeds_the_word(store: Path, tmp_path: Path) -> None:
    relink(store, [_word(store, 3)], on=LATER)
    write(tmp_path / "again", MONTHS, [_month(1, "7"), _month(None, "5")])
    before = {number: _profile(store, number) for number in (1, 2, 3)}
    report = assemble(tmp_path / "again", NEXT, store=store).report
    assert report.linked == 2
    for number, profile in before.items():
        assert _profile(store, number).facts == profile.facts
    _equals_a_rebuild(store, tmp_path / "full")


def test_who_asks_about_the_time_before_the_word_sees_what_was_known_then(store: Path) -> None:
    relink(store, [_word(store, 2)], on=LATER)
    then = profile_as_of(store, code(2), DAY)
    now = profile_as_of(store, code(2), DAY, known_on=LATER)
    assert then is not None
    assert now is not None
    assert "insured_headcount" not in then.facts
    assert now.facts["insured_headcount"] == {"2026-10": Decimal(5)}


def test_a_record_that_says_something_else_than_the_enterprise_s_own_is_unknown(store: Path, tmp_path: Path) -> None:
    relink(store, [_word(store, 1)], on=LATER)
    assert _insured(store, 1) is None
    assert _profile(store, 1).conflicts["insured_headcount"]
    _equals_a_rebuild(store, tmp_path / "full")


def test_a_word_about_nothing_known_is_refused(store: Path) -> None:
    before = open_snapshot(store).id
    with pytest.raises(SourceError, match="不在登记库中"):
        relink(store, [_word(store, 9)], on=LATER)
    with pytest.raises(SourceError, match="没有来源"):
        relink(store, [Override(INSURED, "0" * 32, code(1), "confirm", "核对员", LATER)], on=LATER)
    with pytest.raises(SourceError, match="没有可以更正"):
        relink(store, [], on=LATER)
    assert open_snapshot(store).id == before
