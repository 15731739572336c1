"""Full lists replace the ones before them, changes add to them, and what an unreadable row may be about is not known to be gone."""

import random
from datetime import date
from pathlib import Path

import pytest

from features.assemble import Assembly, assemble, build_snapshot, profile_as_of
from features.errors import SourceError
from features.facts import Absence
from features.profile import EnterpriseProfile
from features.sources.mapping import load_mappings
from features.store import open_store
from tests.features.extracts import ABNORMAL, HEADINGS, REGISTER, code, name, register_row, write, write_cells

FIRST, SECOND, THIRD = date(2026, 6, 1), date(2026, 6, 2), date(2026, 6, 3)
MORE = "registry/经营异常名录信息-增量.csv"
COUNTS = "ip/企业知识产权统计.csv"


def entry(number: int, *, on: str = "2025-01-05", recorded: str = "2026-05-01") -> dict[str, str]:
    return {"uni_social_crd_cd": code(number), "comp_nm": name(number), "inclu_dt": on, "etl_dt": recorded}


def day_of(folder: Path, day: date, entries: list[dict[str, str]], *, path: str = ABNORMAL, register: bool = False) -> Assembly:
    """One more day into the store of `folder`."""
    inside = folder / day.isoformat()
    if register:
        write(inside, REGISTER, [register_row(n, S_EXT_DATATIME="2026-05-01") for n in range(1, 5)])
    write(inside, path, entries, headings=HEADINGS[ABNORMAL])
    return assemble(inside, day, store=folder / "store")


def now(folder: Path, number: int) -> EnterpriseProfile:
    found = open_store(folder / "store").profile(code(number))
    assert found is not None
    return found


def listed(folder: Path, number: int) -> object:
    return now(folder, number).facts.get("abnormal_operation")


def test_an_entry_missing_from_a_newer_full_list_is_taken_out_and_the_past_stays_as_it_was(tmp_path: Path) -> None:
    day_of(tmp_path, FIRST, [entry(1), entry(2)], register=True)
    day_of(tmp_path, SECOND, [entry(2)])
    assert (listed(tmp_path, 1), listed(tmp_path, 2), listed(tmp_path, 3)) == (False, True, False)
    for known in (FIRST, SECOND):  # on the first day it was on the list, whether we look at it from then or from later
        then = profile_as_of(tmp_path / "store", code(1), FIRST, known_on=known)
        assert then is not None
        assert then.facts["abnormal_operation"] is True


def test_a_file_of_changes_adds_to_a_full_list_and_takes_nothing_out(tmp_path: Path) -> None:
    day_of(tmp_path, FIRST, [entry(1)], register=True)
    day_of(tmp_path, SECOND, [entry(2)], path=MORE)
    assert (listed(tmp_path, 1), listed(tmp_path, 2)) == (True, True)


def test_parts_of_a_full_list_on_one_day_are_one_list_and_changes_come_after_it(tmp_path: Path) -> None:
    day_of(tmp_path, FIRST, [entry(1), entry(4)], register=True)
    write(tmp_path / SECOND.isoformat(), "registry/经营异常名录信息-乙.csv", [entry(2)], headings=HEADINGS[ABNORMAL])
    write(tmp_path / SECOND.isoformat(), MORE, [entry(3)], headings=HEADINGS[ABNORMAL])
    day_of(tmp_path, SECOND, [entry(1)])
    assert [listed(tmp_path, n) for n in (1, 2, 3, 4)] == [True, True, True, False]


def test_an_empty_full_list_says_that_nobody_is_on_it_any_more_and_the_shrinking_is_noted(tmp_path: Path) -> None:
    day_of(tmp_path, FIRST, [entry(1)], register=True)
    later = day_of(tmp_path, SECOND, [])
    assert listed(tmp_path, 1) is False
    (outcome,) = later.report.files
    assert any("由 1 行减至 0 行" in note for note in outcome["notes"])


def test_an_older_export_of_a_full_list_is_named_and_changes_nothing(tmp_path: Path) -> None:
    day_of(tmp_path, FIRST, [entry(1, recorded="2026-05-20"), entry(2, recorded="2026-05-20")], register=True)
    later = day_of(tmp_path, SECOND, [entry(1, recorded="2026-04-01"), entry(3, recorded="2026-04-01")])
    assert [listed(tmp_path, n) for n in (1, 2, 3)] == [True, True, False]
    (outcome,) = later.report.files
    assert outcome["extent"] == "older"
    assert any("导出早于已有名单" in note for note in outcome["notes"])


def test_who_is_missing_from_a_list_with_a_row_that_cannot_be_read_is_not_known_to_be_gone(tmp_path: Path) -> None:
    day_of(tmp_path, FIRST, [entry(1), entry(2)], register=True)
    inside = tmp_path / SECOND.isoformat()
    write_cells(inside, ABNORMAL, [HEADINGS[ABNORMAL], [code(2), name(2), "2025-01-05", "", "2026-05-30"], ["91440112", "2025"]])
    assemble(inside, SECOND, store=tmp_path / "store")
    assert now(tmp_path, 1).absences["abnormal_operation"] is Absence.MISSING
    assert (listed(tmp_path, 2), listed(tmp_path, 3)) == (True, False)
    day_of(tmp_path, THIRD, [entry(2, recorded="2026-06-01")])  # a clean list settles it
    assert listed(tmp_path, 1) is False


def test_a_full_list_of_figures_takes_out_the_figures_too(tmp_path: Path) -> None:
    headings = ("uni_social_crd_cd", "comp_nm", "inv_patent_num", "ip_total_num", "etl_dt")
    for day, numbers in ((FIRST, (1, 2)), (SECOND, (2,))):
        inside = tmp_path / day.isoformat()
        write(inside, REGISTER, [register_row(n, S_EXT_DATATIME="2026-05-01") for n in (1, 2)])
        write(
            inside,
            COUNTS,
            [dict(zip(headings, (code(n), name(n), "3", "7", "2026-05-02"), strict=True)) for n in numbers],
            headings=headings,
        )
        assemble(inside, day, store=tmp_path / "store")
    fact = next(rule.fact for mapping in load_mappings() if mapping.id == "ip.counts" for rule in mapping.facts)
    then = profile_as_of(tmp_path / "store", code(1), FIRST, known_on=SECOND)
    assert then is not None
    assert then.facts[fact] == now(tmp_path, 2).facts[fact]
    assert now(tmp_path, 1).facts[fact] == 0


@pytest.mark.parametrize("seed", range(4))
def test_steps_over_full_lists_changes_and_older_exports_equal_a_full_rebuild(tmp_path: Path, seed: int) -> None:
    dice = random.Random(seed)
    for place, day in enumerate((FIRST, SECOND, THIRD, date(2026, 6, 4))):
        recorded = f"2026-05-{dice.randint(1, 28):02d}"
        path = dice.choice([ABNORMAL, ABNORMAL, MORE])
        entries = [
            entry(n, on=f"2025-0{dice.randint(1, 3)}-01", recorded=recorded) for n in dice.sample(range(1, 5), dice.randint(0, 3))
        ]
        stepped = day_of(tmp_path, day, entries, path=path, register=place == 0).snapshot
    full = build_snapshot(tmp_path / "store" / "log", tmp_path / "full", stepped.as_of)
    assert full.manifest == stepped.manifest
    assert full.id == stepped.id


def test_a_register_cannot_be_declared_a_list_that_replaces(tmp_path: Path) -> None:
    text = (
        'source = "registry"\nlegal_basis = "协议"\npurposes = ["eligibility"]\n[[mapping]]\nid = "registry.all"\ntitle = "册"\nfiles = ["册*"]\n'
        'owner = "局"\nrole = "register"\nextent = "full"\ncolumns = [{heading = "代码", as = "uscc"}]\n'
    )
    (tmp_path / "registry.toml").write_text(text, "utf-8")
    with pytest.raises(SourceError, match="extent"):
        load_mappings(tmp_path)
