"""What a department gets back, and what a page shows: by source, by fact, by row."""

from datetime import date
from pathlib import Path

import openpyxl
import pytest

from features.assemble import Assembly, assemble
from features.quality import error_rows, quality_of, trend, write_error_sheets
from tests.features.extracts import PENALTIES, REGISTER, RETURNS, code, name, register_row, return_row, write, write_cells

DAY = date(2026, 11, 20)


@pytest.fixture(scope="module")
def assembly(tmp_path_factory: pytest.TempPathFactory) -> Assembly:
    folder = tmp_path_factory.mktemp("quality")
    write(
        folder / "in",
        REGISTER,
        [register_row(1), register_row(2, ESTDATE="2015-02-31"), register_row(3, UNISCID="914401120000000299")],
    )
    rows = [
        return_row(1, 2025, YYSR="-123456789"),
        return_row(2, 2025, YYSR="5"),
        return_row(2, 2025, YYSR="6"),
        return_row(9, 2025),
    ]
    write(folder / "in", RETURNS, rows)
    write(
        folder / "in",
        PENALTIES,
        [
            {
                "administrative_cp_cert_code": "",
                "administrative_cp_name": name(2),
                "admin_punish_doc": "1",
                "punish_dt": "2025-01-01",
                "cd_time": "2025-01-02",
            }
        ],
    )
    write_cells(folder / "in", "customs/企业进出口年度统计.csv", [["甲"], ["1"]])
    return assemble(folder / "in", DAY, store=folder / "store")


def test_every_row_in_trouble_is_named_by_file_row_and_heading_in_chinese(assembly: Assembly) -> None:
    found = [(line.file.split("/")[1], line.row, line.heading, line.outcome, line.code) for line in error_rows(assembly.log, DAY)]
    assert found == [
        ("行政处罚信息.csv", 2, "", "review", "review"),
        ("企业进出口年度统计.csv", 0, "", "refused", "file"),
        ("市场主体信息.csv", 3, "ESTDATE", "flagged", "no_such_day"),
        ("市场主体信息.csv", 4, "", "refused", "check_digit"),
        ("企业所得税年度申报.csv", 2, "YYSR", "flagged", "negative"),
        ("企业所得税年度申报.csv", 3, "", "flagged", "differs"),
        ("企业所得税年度申报.csv", 4, "", "flagged", "differs"),
        ("企业所得税年度申报.csv", 5, "", "refused", "not_linked"),
    ]
    assert all(any("\u4e00" <= char <= "\u9fff" for char in line.reason) for line in error_rows(assembly.log, DAY))


def test_no_error_line_repeats_a_figure(assembly: Assembly) -> None:
    assert not any("123456789" in line.reason + line.heading for line in error_rows(assembly.log, DAY))


def test_each_department_gets_a_workbook_of_its_own_rows(assembly: Assembly, tmp_path: Path) -> None:
    written = {path.name: path for path in write_error_sheets(assembly.log, DAY, tmp_path)}
    assert "税务局-数据问题清单-2026-11-20.xlsx" in written
    rows = list(openpyxl.load_workbook(written["税务局-数据问题清单-2026-11-20.xlsx"]).active.iter_rows(values_only=True))
    assert rows[0] == ("文件", "行号", "列", "处理结果", "原因与建议")
    assert rows[1] == (RETURNS, 2, "YYSR", "已采用,但该单元格按未知处理", "YYSR:不应为负数")
    assert len(rows) == 5


def test_the_report_counts_by_source_and_by_fact(assembly: Assembly) -> None:
    report = quality_of(assembly.snapshot, assembly.log)
    returns = next(source for source in report.sources if source.mapping == "tax.annual_return")
    assert (returns.rows, returns.linked, returns.refused, returns.late) == (4, 3, 1, False)
    never = next(source for source in report.sources if source.mapping == "credit.evaluation")
    assert (never.delivered, never.late) == ("", True)
    revenue = next(fact for fact in report.facts if fact.fact == "revenue")
    assert (revenue.known, revenue.missing, revenue.conflicts, revenue.coverage) == (0, 2, 2, 0.0)
    for fact in report.facts:
        assert fact.known + fact.missing + fact.not_applicable + fact.withheld + fact.stale == report.enterprises


def test_a_trend_says_which_facts_became_better_known(assembly: Assembly, tmp_path: Path) -> None:
    write(tmp_path / "in", RETURNS, [return_row(1, 2025, YYSR="7", LRRQ="20261119")])
    later = assemble(tmp_path / "in", date(2026, 11, 21), store=assembly.snapshot.folder)
    changes = {entry.fact: entry for entry in trend(assembly.snapshot, later.snapshot)}
    assert (changes["revenue"].known_before, changes["revenue"].known_after, changes["revenue"].changed) == (0, 1, True)
    assert not changes["registered_region"].changed
    assert code(1) in later.snapshot.column("uscc").to_pylist()
