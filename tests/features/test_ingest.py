"""Every row of every extract ends in exactly one place: linked, in review, or refused with its reason."""

import tempfile
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from features.daylog import DayReport, FileOutcome, days_of, linked_sql, read_day, read_table
from features.errors import SourceError
from features.identity.resolve import Override
from features.ingest import ingest_day, open_database
from features.sources.mapping import load_mappings
from tests.features.extracts import (
    HEADINGS,
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


def ingest(folder: Path, day: date = DAY, overrides: Sequence[Override] = ()) -> DayReport:
    return ingest_day(folder / "in", folder / "log", day, mappings=load_mappings(), overrides=overrides)


def outcome_of(report: DayReport, path: str) -> FileOutcome:
    return next(outcome for outcome in report.files if outcome.file == path)


def places(folder: Path, path: str, day: date = DAY) -> dict[int, list[str]]:
    """Where each row of a file went, read from the log and not from the account."""
    report = read_day(folder / "log", day)
    log = outcome_of(report, path).log
    inside = folder / "log" / day.isoformat()
    found: dict[int, list[str]] = {}
    con = open_database(folder)
    for (row,) in con.execute(f"SELECT row FROM ({linked_sql(inside / log)})").fetchall():
        found.setdefault(row, []).append("linked")
    con.close()
    for row in read_table(folder / "log", day, "refused").to_pylist():
        if row["file"] == path:
            assert row["reason"]
            found.setdefault(row["row"], []).append("refused")
    for row in read_table(folder / "log", day, "review").to_pylist():
        if row["file"] == path:
            found.setdefault(row["row"], []).append("review")
    return found


# ---- hypothesis: extracts with every kind of mess -------------------------------------------------------------------------
_dates = st.sampled_from(
    ["20260401", "2026-04-01", "2026/4/1", "2026年4月1日", "2026.4.1", "20260231", "", "明天", "20991231", "45000"]
)
_codes = st.one_of(
    st.integers(0, 12).map(code),
    st.sampled_from(
        [
            "",
            "9.14E+17",
            "914401120000000299",
            "91440112",
            "纳税人识别号",
            "合计",
            "  ",
            "'" + code(1),
            code(2).lower(),
            "440112000000012",
            "\ufeff" + code(3),
        ]
    ),
)
_names = st.one_of(
    st.integers(0, 12).map(name),
    st.sampled_from(["", "合 计", "广州市试样（1）号机械有限公司", code(4), "纳税人名称", "别处公司", "a\nb"]),
)
_years = st.sampled_from(["2025", "2024", "2025年", "2024.0", "20x5", "", "3025"])
_figures = st.sampled_from(["1", "0", "-1", "1,000", "1.2E+07", "一百", "", "99999999999999999999", "***", "12.345"])
_return_lines = st.lists(st.one_of(
    st.tuples(_codes, _names, _years, _figures, _figures, _figures, _figures, _figures, _figures, _dates).map(list),
    st.lists(_figures, max_size=13),
    st.just(list(HEADINGS[RETURNS])),
), max_size=25)  # fmt: skip
_register_lines = st.lists(
    st.tuples(_codes, st.sampled_from(["", "440112000000012"]), _names, st.sampled_from(["1130", "2130", "x", ""]), _dates, _figures, st.sampled_from(["人民币", "美元", ""]), _figures,
              st.sampled_from(["440112", "440116", "9", ""]), st.sampled_from(["3411", "C34", "?", ""]), st.sampled_from(["K", "X", "?"]), st.just(""), st.just("甲"), _dates).map(list),
    max_size=15,
)  # fmt: skip


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(register=_register_lines, returns=_return_lines)
def test_counts_in_equal_counts_out_whatever_comes_in(register: list[list[str]], returns: list[list[str]]) -> None:
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        write_cells(folder / "in", REGISTER, [HEADINGS[REGISTER], *register])
        write_cells(folder / "in", RETURNS, [HEADINGS[RETURNS], *returns])
        report = ingest(folder)
        for path, lines in ((REGISTER, register), (RETURNS, returns)):
            outcome = outcome_of(report, path)
            assert not outcome.refusal
            records = {place for place, line in enumerate(lines, start=2) if any(cell.strip() for cell in line)}
            ended = places(folder, path)
            assert outcome.rows == outcome.linked + outcome.review + outcome.refused
            assert {row: len(where) for row, where in ended.items()} == dict.fromkeys(ended, 1)
            assert set(ended) >= records - {place for place, line in enumerate(lines, start=2) if len(line) != len(HEADINGS[path])}
            assert outcome.rows == len(ended)


# ---- what goes where ---------------------------------------------------------------------------------------------------
def test_each_kind_of_bad_row_is_refused_for_its_own_reason(tmp_path: Path) -> None:
    write(
        tmp_path / "in",
        REGISTER,
        [register_row(1), register_row(2, UNISCID="914401120000000299"), register_row(3, S_EXT_DATATIME="2027-01-01")],
    )
    shifted = ["", *[return_row(1, 2025).get(h, "") for h in HEADINGS[RETURNS]][:-1]]
    cells = [
        HEADINGS[RETURNS],
        [return_row(1, 2025).get(h, "") for h in HEADINGS[RETURNS]],
        HEADINGS[RETURNS],
        shifted,
        [return_row(1, 0).get(h, "") for h in HEADINGS[RETURNS]],
        ["合计", *[""] * 9],
        [code(77), "异地公司", "2025", *[""] * 6, "20260401"],
        ["", "", "2025", "5", *[""] * 5, "20260401"],
    ]
    write_cells(tmp_path / "in", RETURNS, cells)
    ingest(tmp_path)
    refused = {(row["file"], row["row"]): row["code"] for row in read_table(tmp_path / "log", DAY, "refused").to_pylist()}
    assert refused == {
        (REGISTER, 3): "check_digit", (REGISTER, 4): "later",
        (RETURNS, 3): "headings", (RETURNS, 4): "shifted", (RETURNS, 5): "period", (RETURNS, 6): "total", (RETURNS, 7): "not_linked", (RETURNS, 8): "no_identity",
    }  # fmt: skip


def test_a_bad_file_stops_nothing_else_and_is_named(tmp_path: Path) -> None:
    write(tmp_path / "in", REGISTER, [register_row(1)])
    write_cells(tmp_path / "in", RETURNS, [["甲", "乙"], ["1", "2"], ["3", "4"]])
    write_cells(tmp_path / "in", "tax/未知表.csv", [["x"], ["1"]])
    write_cells(tmp_path / "in", "police/名单.csv", [["x"], ["1"]])
    report = ingest(tmp_path)
    assert "缺少必需的列" in outcome_of(report, RETURNS).refusal
    assert outcome_of(report, RETURNS).refused == 2
    assert "没有与文件名相符" in outcome_of(report, "tax/未知表.csv").refusal
    assert "没有名为“police”的数据来源" in outcome_of(report, "police/名单.csv").refusal
    assert outcome_of(report, REGISTER).linked == 1


def test_statistical_micro_data_is_refused_unread_and_a_published_list_is_not(tmp_path: Path) -> None:
    write(tmp_path / "in", REGISTER, [register_row(1)])
    (tmp_path / "in" / "statistics").mkdir()
    (tmp_path / "in" / "statistics" / "联网直报单位年报.csv").write_bytes(b"\xff\xfe\x00 not even a table\nline\n")
    write_cells(
        tmp_path / "in",
        "statistics/规模以上企业在库名录.csv",
        [["统一社会信用代码", "单位详细名称", "首次纳统时间", "统计所在地区划"], [code(1), name(1), "2020年1月1日", "440112"]],
    )
    report = ingest(tmp_path)
    refused = outcome_of(report, "statistics/联网直报单位年报.csv")
    assert "统计微观资料" in refused.refusal
    assert (refused.rows, refused.refused) == (1, 1)
    assert outcome_of(report, "statistics/规模以上企业在库名录.csv").linked == 1


def test_an_old_registration_number_links_and_a_name_alone_goes_to_review(tmp_path: Path) -> None:
    write(tmp_path / "in", REGISTER, [register_row(1, REGNO="440101000000016"), register_row(2)])
    rows = [
        {
            "administrative_cp_cert_code": "440101000000016",
            "administrative_cp_name": name(1),
            "admin_punish_doc": "1",
            "punish_dt": "2025-01-01",
            "cd_time": "2025-01-02",
        },
        {
            "administrative_cp_cert_code": "",
            "administrative_cp_name": name(2),
            "admin_punish_doc": "2",
            "punish_dt": "2025-01-01",
            "cd_time": "2025-01-02",
        },
    ]
    write(tmp_path / "in", PENALTIES, rows)
    report = ingest(tmp_path)
    outcome = outcome_of(report, PENALTIES)
    assert (outcome.linked + outcome.review, outcome.review >= 1) == (2, True)
    (doubt,) = [row for row in read_table(tmp_path / "log", DAY, "review").to_pylist() if row["row"] == 3]
    assert doubt["candidates"] == [1]
    assert doubt["reasons"]


def test_an_officers_word_links_a_row_that_was_in_review(tmp_path: Path) -> None:
    write(tmp_path / "in", REGISTER, [register_row(2)])
    write(tmp_path / "in", MONTHS, [{"corp_nm": name(2), "rece_ym": "202610", "mon_insurd_prsons": "5", "etl_dt": "2026-11-01"}])
    first = ingest(tmp_path)
    assert outcome_of(first, MONTHS).review == 1
    record = read_table(tmp_path / "log", DAY, "review").to_pylist()[0]["record_id"]
    word = Override("social_security.monthly", record, code(2), "confirm", "核对员", DAY, "电话核实")
    again = ingest(tmp_path, date(2026, 11, 21), [word])
    assert outcome_of(again, MONTHS).linked == 1
    (link,) = read_table(tmp_path / "log", date(2026, 11, 21), "links").to_pylist()
    assert link["method"] == "officer"


def test_a_day_is_never_overwritten(tmp_path: Path) -> None:
    write(tmp_path / "in", REGISTER, [register_row(1)])
    ingest(tmp_path)
    with pytest.raises(SourceError, match="已经入库"):
        ingest(tmp_path)
    assert days_of(tmp_path / "log") == [DAY]


def test_the_same_day_may_bring_one_layout_in_several_files(tmp_path: Path) -> None:
    write(tmp_path / "in", REGISTER, [register_row(1)])
    write(tmp_path / "in", "registry/市场主体信息-2.csv", [register_row(2)], headings=HEADINGS[REGISTER])
    report = ingest(tmp_path)
    assert report.enterprises == 2
    assert pq.read_table(tmp_path / "log" / DAY.isoformat() / "spine.parquet").column("uscc").to_pylist() == [
        code(2),
        code(1),
    ]  # file by file


def test_lost_rows_are_our_own_fault_and_stop_everything() -> None:
    with pytest.raises(SourceError, match="行数对不上"):
        FileOutcome("f", "m", "l", rows=3, linked=1, review=1, refused=0, flagged=0, newest="").check()
