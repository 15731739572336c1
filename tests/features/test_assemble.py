"""From extracts to facts: precedence, absences, two times, and increments that equal full rebuilds byte for byte."""

import json
import random
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from features.assemble import assemble, build_snapshot, profile_as_of, profiles, write_profiles
from features.catalogue import load_catalogue
from features.facts import Absence
from features.ingest import ingest_day
from features.profile import EnterpriseProfile, profile_from_json
from features.snapshot import Snapshot, open_snapshot
from features.sources.mapping import load_mappings
from features.store import open_store
from tests.features.extracts import (
    ABNORMAL,
    HEADINGS,
    HIGH_TECH,
    MONTHS,
    PENALTIES,
    REGISTER,
    RETURNS,
    code,
    name,
    register_row,
    return_row,
    write,
    write_cells,
)

DAY = date(2026, 11, 20)


def facts_of(records: Path, number: int, as_of: date = DAY) -> EnterpriseProfile:
    with assemble(records, as_of) as assembly:
        return next(profile for profile in profiles(assembly) if profile.uscc == code(number))


def test_a_record_becomes_facts_in_the_catalogues_units_with_their_provenance(tmp_path: Path) -> None:
    write(tmp_path, REGISTER, [register_row(1)], encoding="gb18030")
    write(tmp_path, RETURNS, [return_row(1, 2024), return_row(1, 2025, YYSR="1,250,000.00", YFFY="50000")])
    profile = facts_of(tmp_path, 1)
    assert profile.name == name(1)
    assert profile.facts["registered_capital"] == Decimal(5_000_000)
    assert profile.facts["established_on"] == date(2015, 3, 2)
    assert profile.facts["revenue"] == {"2024": Decimal(1_000_000), "2025": Decimal(1_250_000)}
    provenance = profile.provenance_of("revenue", "2025")
    assert provenance is not None
    assert (provenance.source, provenance.record, provenance.recorded_at) == ("tax", f"{RETURNS} 第3行", date(2026, 4, 1))


def test_derived_facts_name_their_inputs(tmp_path: Path) -> None:
    write(tmp_path, REGISTER, [register_row(1)])
    write(tmp_path, RETURNS, [return_row(1, 2024), return_row(1, 2025, YYSR="1250000", YFFY="50000", ZCZE="900000")])
    profile = facts_of(tmp_path, 1)
    assert profile.facts["revenue_growth"] == {"2025": Decimal("0.25")}
    assert profile.facts["rd_ratio"] == {"2025": Decimal("0.04")}
    assert profile.facts["enterprise_size"] == "micro"
    provenance = profile.provenance_of("revenue_growth", "2025")
    assert provenance is not None
    assert provenance.derived_from == ("revenue@2025", "revenue@2024")


def test_a_capital_in_foreign_money_is_unknown(tmp_path: Path) -> None:
    write(tmp_path, REGISTER, [register_row(1, REGCAPCUR="美元")])
    assert facts_of(tmp_path, 1).absences["registered_capital"] is Absence.MISSING


def test_who_is_absent_from_a_complete_list_is_known_not_to_be_on_it(tmp_path: Path) -> None:
    write(tmp_path, REGISTER, [register_row(1), register_row(2)])
    write(
        tmp_path,
        ABNORMAL,
        [{"uni_social_crd_cd": code(1), "comp_nm": name(1), "inclu_dt": "2025-01-05 00:00:00", "etl_dt": "2025-01-06"}],
    )
    write(tmp_path, PENALTIES, [])
    first, second = facts_of(tmp_path, 1), facts_of(tmp_path, 2)
    assert first.facts["abnormal_operation"] is True
    assert second.facts["abnormal_operation"] is False
    assert second.facts["penalties"] == ()


def test_a_list_that_never_came_says_nothing(tmp_path: Path) -> None:
    write(tmp_path, REGISTER, [register_row(1)])
    profile = facts_of(tmp_path, 1)
    for fact in ("abnormal_operation", "dishonest_debtor", "penalties", "qualifications", "above_scale"):
        assert profile.absences[fact] is Absence.MISSING


def test_an_entry_that_cannot_be_read_makes_the_absence_of_its_enterprise_unknown(tmp_path: Path) -> None:
    write(tmp_path, REGISTER, [register_row(1), register_row(2)])
    row = {
        "administrative_cp_cert_code": code(1),
        "administrative_cp_name": name(1),
        "admin_punish_doc": "罚1号",
        "punish_dt": "2025-02-31",
        "cd_time": "2025-03-01",
    }
    write(tmp_path, PENALTIES, [row])
    assert facts_of(tmp_path, 1).absences["penalties"] is Absence.MISSING
    assert facts_of(tmp_path, 2).facts["penalties"] == ()


def test_a_shifted_row_of_a_complete_list_leaves_its_enterprise_in_doubt(tmp_path: Path) -> None:
    write(tmp_path, REGISTER, [register_row(1), register_row(2)])
    write_cells(tmp_path, PENALTIES, [HEADINGS[PENALTIES], ["", code(1), name(1), "罚1号", "2025-02-01"]])
    assert facts_of(tmp_path, 1).absences["penalties"] is Absence.MISSING
    assert facts_of(tmp_path, 2).facts["penalties"] == ()


def test_a_removed_entry_no_longer_counts_and_counted_before(tmp_path: Path) -> None:
    write(tmp_path / "in", REGISTER, [register_row(1)])
    entry = {
        "uni_social_crd_cd": code(1),
        "comp_nm": name(1),
        "inclu_dt": "2025-01-05",
        "remove_dt": "2026-03-01",
        "etl_dt": "2026-03-02",
    }
    write(tmp_path / "in", ABNORMAL, [entry])
    ingest_day(tmp_path / "in", tmp_path / "log", DAY, mappings=load_mappings())
    now = build_snapshot(tmp_path / "log", tmp_path / "now", DAY)
    then = build_snapshot(tmp_path / "log", tmp_path / "then", date(2026, 2, 28))
    assert now.column("abnormal_operation").to_pylist() == [False]
    assert then.column("abnormal_operation").to_pylist() == [True]


def test_a_title_that_has_run_out_is_no_longer_held_but_was_granted(tmp_path: Path) -> None:
    write(tmp_path, REGISTER, [register_row(1), register_row(2)])
    write(
        tmp_path,
        "qualifications/资质称号认定信息.csv",
        [],
        headings=("统一社会信用代码", "企业名称", "资质名称", "级别", "认定类型", "认定日期", "有效期至", "更新日期"),
    )
    rows = [
        {
            "hold_cert_cd": code(1).lower(),
            "comp_nm": name(1),
            "high_tech_doc": "GR1",
            "issue_dt": "2022/12/1",
            "valid_to": "2025/11/30",
            "cogn_matter": "首次认定",
            "etl_dt": "2022-12-02",
        },
        {
            "hold_cert_cd": code(2),
            "comp_nm": name(2),
            "high_tech_doc": "GR2",
            "issue_dt": "2024/12/1",
            "valid_to": "2027/11/30",
            "etl_dt": "2024-12-02",
        },
    ]
    write(tmp_path, HIGH_TECH, rows)
    first, second = facts_of(tmp_path, 1), facts_of(tmp_path, 2)
    assert first.facts["qualifications"] == frozenset()
    assert second.facts["qualifications"] == {"high_tech_enterprise"}
    (granted,) = first.facts["qualification_granted"]  # type: ignore[misc]
    assert (granted.code, granted.on, granted.first) == ("high_tech_enterprise", date(2022, 12, 1), True)


def test_where_two_sources_disagree_the_declared_precedence_decides_and_both_stay_visible(tmp_path: Path) -> None:
    write(tmp_path, REGISTER, [register_row(1, INDUSTRYCO="3411"), register_row(2, INDUSTRYCO="34")])
    headings = ("NSRSBH", "NSRMC", "NSRZT_DM", "HY_DM", "LRRQ")
    rows = [
        {"NSRSBH": code(n), "NSRMC": name(n), "NSRZT_DM": "03", "HY_DM": industry, "LRRQ": "20261101"}
        for n, industry in ((1, "6513"), (2, "3411"))
    ]
    write(tmp_path, "tax/纳税人登记信息.csv", rows, headings=headings)
    first, second = facts_of(tmp_path, 1), facts_of(tmp_path, 2)
    assert first.facts["industry"] == "3411"
    assert [place.record for place in first.conflicts["industry"]] == ["tax/纳税人登记信息.csv 第2行"]
    assert "industry" not in second.conflicts  # 34 and 3411 agree
    assert second.facts["industry"] == "3411"  # and the finer one says more
    provenance = second.provenance_of("industry")
    assert provenance is not None
    assert provenance.source == "tax"


def test_a_slip_between_yuan_and_ten_thousand_yuan_is_noticed_and_not_used(tmp_path: Path) -> None:
    write(tmp_path, REGISTER, [register_row(1), register_row(2)])
    write(
        tmp_path, RETURNS, [return_row(1, 2025, YYSR="64.55", ZYYWSR="645475"), return_row(2, 2025, YYSR="700000", ZYYWSR="645475")]
    )
    first, second = facts_of(tmp_path, 1), facts_of(tmp_path, 2)
    assert "revenue" not in first.facts
    assert "main_business_revenue" not in first.facts
    assert second.facts["revenue"] == {"2025": Decimal(700_000)}


def test_the_same_record_twice_with_different_values_is_unknown_and_both_rows_are_named(tmp_path: Path) -> None:
    write(tmp_path, REGISTER, [register_row(1)])
    write(
        tmp_path,
        RETURNS,
        [return_row(1, 2025, YYSR="100"), return_row(1, 2025, YYSR="200"), return_row(1, 2024), return_row(1, 2024)],
    )
    profile = facts_of(tmp_path, 1)
    assert profile.facts["revenue"] == {"2024": Decimal(1_000_000)}
    assert profile.facts["employees"] == {"2024": Decimal(30), "2025": Decimal(30)}
    assert [place.record for place in profile.conflicts["revenue"]] == [f"{RETURNS} 第2行", f"{RETURNS} 第3行"]


def test_of_two_records_the_later_recorded_wins_wherever_it_stands(tmp_path: Path) -> None:
    write(tmp_path, REGISTER, [register_row(1)])
    write(tmp_path, RETURNS, [return_row(1, 2025, YYSR="200", LRRQ="20260601"), return_row(1, 2025, YYSR="100", LRRQ="20260401")])
    assert facts_of(tmp_path, 1).facts["revenue"] == {"2025": Decimal(200)}


def test_a_state_recorded_too_long_ago_is_stale(tmp_path: Path) -> None:
    write(tmp_path, REGISTER, [register_row(1)])
    row = {"AAB003": code(1), "AAB004": name(1), "LXJFYS": "36", "QFBZ": "0", "ETLSJ": "20260101"}
    write(tmp_path, "social_security/单位参保缴费信息.csv", [row], headings=tuple(row))
    profile = facts_of(tmp_path, 1)
    assert "insured_months" not in profile.facts
    assert profile.absences["insured_months"] is Absence.STALE


def test_who_never_moved_in_settled_when_it_was_founded(tmp_path: Path) -> None:
    write(tmp_path, REGISTER, [register_row(1), register_row(2)])
    row = {"UNISCID": code(2), "ENTNAME": name(2), "MOVEINDATE": "2024/5/6", "S_EXT_DATATIME": "2024-05-07"}
    write(tmp_path, "registry/迁入登记信息.csv", [row], headings=tuple(row))
    first, second = facts_of(tmp_path, 1), facts_of(tmp_path, 2)
    assert first.absences["moved_in_on"] is Absence.NOT_APPLICABLE
    assert first.facts["settled_on"] == date(2015, 3, 2)
    assert second.facts["settled_on"] == date(2024, 5, 6)


def test_what_may_not_be_used_for_the_purpose_is_withheld(tmp_path: Path) -> None:
    write(tmp_path, REGISTER, [register_row(1)])
    write(tmp_path, RETURNS, [return_row(1, 2025)])
    with assemble(tmp_path, DAY, purpose="push") as assembly:
        profile = next(profiles(assembly))
    assert profile.absences["revenue"] is Absence.WITHHELD
    assert profile.facts["registered_region"] == "440112"


def test_a_figure_that_the_department_keeps_to_itself_is_withheld_and_not_missing(tmp_path: Path) -> None:
    write(tmp_path / "a", REGISTER, [register_row(n, REGCAP="***" if n == 1 else "5") for n in (1, 2)])
    write(
        tmp_path / "a", RETURNS, [return_row(1, 2025, YYSR="保密"), return_row(2, 2024), return_row(2, 2025, YYSR="保密", CYRS="")]
    )
    snapshot = assemble(tmp_path / "a", DAY, store=tmp_path / "store").snapshot
    kept, known = (open_store(tmp_path / "store").profile(code(n)) for n in (1, 2))
    assert kept is not None
    assert known is not None
    assert (kept.absences["registered_capital"], kept.absences["revenue"]) == (Absence.WITHHELD, Absence.WITHHELD)
    assert known.facts["revenue"] == {"2024": Decimal(1_000_000)}  # the year that was given
    assert snapshot.manifest["counts"]["registered_capital"]["withheld"] == 1
    write(tmp_path / "b", RETURNS, [return_row(1, 2025, YYSR="7", LRRQ="20261101")])
    later = assemble(tmp_path / "b", date(2026, 11, 21), store=tmp_path / "store").snapshot
    given = open_store(tmp_path / "store").profile(code(1))
    assert given is not None
    assert given.facts["revenue"] == {"2025": Decimal(7)}
    assert build_snapshot(tmp_path / "store" / "log", tmp_path / "full", date(2026, 11, 21)).id == later.id


def test_a_number_known_only_within_bounds_is_an_interval(tmp_path: Path) -> None:
    write(tmp_path, REGISTER, [register_row(1)])
    write(
        tmp_path,
        MONTHS,
        [
            {
                "uni_social_crd_cd": code(1),
                "corp_nm": name(1),
                "rece_ym": "202610",
                "mon_insurd_prsons": "10-19",
                "etl_dt": "2026-11-02",
            }
        ],
    )
    value = facts_of(tmp_path, 1).facts["insured_headcount"]["2026-10"]  # type: ignore[index,call-overload]
    assert (value.low, value.high) == (Decimal(10), Decimal(19))


# ---- two times, and increments ------------------------------------------------------------------------------------------
def _history(folder: Path, *, seed: int) -> list[date]:
    """Three days of extracts: everything, then changes, newcomers and late records, then an extract older than the last."""
    dice = random.Random(seed)
    days = [date(2026, 6, 1), date(2026, 6, 2), date(2026, 6, 3)]
    for place, day in enumerate(days):
        inside = folder / day.isoformat()
        numbers = range(1, 40) if place == 0 else [*dice.sample(range(1, 40), 5), 40 + place]
        recorded = ("2026-05-20", "2026-06-01", "2026-05-25")[place]
        write(
            inside,
            REGISTER,
            [
                register_row(
                    n,
                    REGCAP=f"{dice.randint(1, 900)}.5",
                    REGSTATE=dice.choice("KKX"),
                    INDUSTRYCO=dice.choice(["3411", "6513", ""]),
                    S_EXT_DATATIME=recorded,
                )
                for n in numbers
            ],
        )
        write(
            inside,
            RETURNS,
            [
                return_row(n, year, YYSR=str(dice.randint(0, 10**7)), YFFY=dice.choice(["", "500"]), LRRQ=recorded.replace("-", ""))
                for n in numbers
                for year in (2024, 2025)
            ],
        )
        write(
            inside,
            PENALTIES,
            [
                {
                    "administrative_cp_cert_code": code(n),
                    "administrative_cp_name": name(n),
                    "admin_punish_doc": f"罚{n}-{place % 2}",
                    "punish_dt": f"2025-0{dice.randint(1, 9)}-01",
                    "cd_time": recorded,
                }
                for n in list(numbers)[:4]
            ],
        )
    return days


def _bytes(snapshot: Snapshot) -> dict[str, bytes]:
    names = {column.object for column in snapshot.columns}
    return {one: (snapshot.folder / "objects" / one[:2] / f"{one}.arrow").read_bytes() for one in names}


@pytest.mark.parametrize("seed", [1, 2])
def test_increments_equal_a_full_rebuild_byte_for_byte(tmp_path: Path, seed: int) -> None:
    days = _history(tmp_path / "in", seed=seed)
    for day in days:
        stepped = assemble(tmp_path / "in" / day.isoformat(), day, store=tmp_path / "store").snapshot
    full = build_snapshot(tmp_path / "store" / "log", tmp_path / "full", days[-1])
    assert full.manifest == stepped.manifest
    assert full.id == stepped.id
    assert _bytes(full) == _bytes(stepped)


def test_a_past_day_is_rebuilt_as_we_knew_it_then(tmp_path: Path) -> None:
    days = _history(tmp_path / "in", seed=3)
    then = {}
    for day in days:
        assemble(tmp_path / "in" / day.isoformat(), day, store=tmp_path / "store")
        then[day] = {profile.uscc: profile for profile in open_store(tmp_path / "store").profiles()}
    for day in days:
        again = build_snapshot(tmp_path / "store" / "log", tmp_path / f"again{day}", day, known_on=day)
        assert {profile.uscc: profile for profile in open_store(again.folder).profiles()} == then[day]
        one = profile_as_of(tmp_path / "store", code(1), day)
        assert one is not None
        assert (one.facts, one.absences) == (then[day][code(1)].facts, then[day][code(1)].absences)
    assert profile_as_of(tmp_path / "store", code(41), days[0]) is None


def test_an_extract_older_than_the_last_never_overrides_it(tmp_path: Path) -> None:
    write(tmp_path / "a", REGISTER, [register_row(1, REGCAP="2", S_EXT_DATATIME="2026-05-20")])
    write(tmp_path / "b", REGISTER, [register_row(1, REGCAP="1", S_EXT_DATATIME="2026-05-10")])
    assemble(tmp_path / "a", date(2026, 6, 1), store=tmp_path / "store")
    later = assemble(tmp_path / "b", date(2026, 6, 2), store=tmp_path / "store")
    assert open_store(tmp_path / "store").profile(code(1)).facts["registered_capital"] == Decimal(20_000)  # type: ignore[union-attr]
    assert any("早于" in note for row in later.report.files for note in row["notes"])


def test_an_unchanged_column_is_the_same_file(tmp_path: Path) -> None:
    write(tmp_path / "a", REGISTER, [register_row(1), register_row(2)])
    write(tmp_path / "a", RETURNS, [return_row(1, 2025)])
    write(tmp_path / "b", RETURNS, [return_row(2, 2025)])
    first = assemble(tmp_path / "a", DAY, store=tmp_path / "store").snapshot
    second = assemble(tmp_path / "b", date(2026, 11, 21), store=tmp_path / "store").snapshot
    before, after = ({column.name: column.object for column in snapshot.columns} for snapshot in (first, second))
    assert before["registered_capital"] == after["registered_capital"]
    assert before["revenue@2025"] != after["revenue@2025"]
    assert open_snapshot(tmp_path / "store", first.id).manifest == first.manifest


def test_profiles_are_written_in_the_interchange_form_with_an_account_beside_them(tmp_path: Path) -> None:
    write(tmp_path / "in", REGISTER, [register_row(1), register_row(2, UNISCID="914401120000000299")])
    write(tmp_path / "in", RETURNS, [return_row(1, 2025, YYSR="-5")])
    report = write_profiles(tmp_path / "in", DAY, tmp_path / "out.jsonl")
    (line,) = (tmp_path / "out.jsonl").read_text("utf-8").splitlines()
    profile, problems = profile_from_json(json.loads(line), load_catalogue())
    assert problems == ()
    assert profile.uscc == code(1)
    assert "revenue" not in profile.facts
    account = json.loads((tmp_path / "out.report.json").read_text("utf-8"))
    assert (report.linked, report.refused_rows, account["flagged_cells"]) == (2, 1, 1)
