"""Whose a record is, said by an officer: who may, what it takes, and that matches follow without another delivery."""

from datetime import date
from pathlib import Path

import pytest

from api.errors import Invalid, NotAllowed
from api.usecases.quality_links import links_in_doubt, settle_link
from api.usecases.snapshots import import_snapshot
from features.assemble import assemble
from tests.api.conftest import House
from tests.features.extracts import MONTHS, REGISTER, code, name, register_row, write

DAY = date(2026, 11, 20)


@pytest.fixture
def town(lite_house: House, tmp_path: Path) -> House:
    """Two enterprises, and a month's row that has only the name of the second."""
    write(tmp_path / "in", REGISTER, [register_row(n) for n in (1, 2)])
    month = {"corp_nm": name(2), "rece_ym": "202610", "mon_insurd_prsons": "5", "etl_dt": "2026-11-01"}
    write(tmp_path / "in", MONTHS, [month])
    assemble(tmp_path / "in", DAY, store=tmp_path / "store")
    import_snapshot(tmp_path / "store", lite_house.person("officer"), uow=lite_house.services.uow(), clock=lite_house.clock)
    lite_house.services.live.refresh(force=True)
    return lite_house


def _settle(house: House, who: str = "officer", role: str = "officer", *, uscc: str = "", why: str = "电话核实") -> None:
    s = house.services
    (record,) = links_in_doubt(house.person("officer"), live=s.live).doubts.records
    actor = house.person(who, role)  # type: ignore[arg-type]
    settle_link(
        record.source, record.record_id, uscc or record.candidates[0].uscc, "confirm", actor, why=why, live=s.live, uow=s.uow(), clock=house.clock
    )  # fmt: skip


def test_a_record_in_doubt_is_listed_with_who_it_may_be_about(town: House) -> None:
    found = links_in_doubt(town.person("officer"), live=town.services.live)
    (record,) = found.doubts.records
    assert (record.name, record.file, record.row, found.doubts.total) == (name(2), MONTHS, 2, 1)
    assert [(c.uscc, c.name) for c in record.candidates] == [(code(2), name(2))]
    assert record.reasons
    assert found.words == ()


def test_an_officer_s_word_makes_a_snapshot_that_counts_at_once(town: House) -> None:
    live = town.services.live
    before = live.source().sha256
    _settle(town)
    assert live.source().sha256 != before
    assert "insured_headcount" in live.profile(code(2)).facts
    found = links_in_doubt(town.person("officer"), live=live)
    assert found.doubts.total == 0
    assert [(word.uscc, word.decision, word.why) for word in found.words] == [(code(2), "confirm", "电话核实")]


def test_without_a_reason_or_about_nobody_nothing_is_said(town: House) -> None:
    before = town.services.live.source().sha256
    with pytest.raises(Invalid, match="请写明依据"):
        _settle(town, why=" ")
    with pytest.raises(Invalid, match="不在登记库中"):
        _settle(town, uscc=code(9))
    town.services.live.refresh(force=True)
    assert town.services.live.source().sha256 == before


def test_who_may_not_change_profiles_may_not_say_whose_a_record_is(town: House) -> None:
    with pytest.raises(NotAllowed):
        _settle(town, "judge", "auditor")
