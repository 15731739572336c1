"""The quality workbook: what each department sent, what became of it, and which rows it should correct."""

from datetime import date

import openpyxl
import pytest

from api.qualitybook import quality_book_of
from features.catalogue import load_catalogue
from features.quality import QualityReport
from tests.features.extracts import REGISTER, RETURNS, register_row, return_row, write, write_cells

Rows = list[tuple[object, ...]]


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> tuple[QualityReport, dict[str, Rows]]:
    folder = tmp_path_factory.mktemp("book")
    write(folder / "in", REGISTER, [register_row(1), register_row(2, ESTDATE="2015-02-31")])
    write(folder / "in", RETURNS, [return_row(1, 2025, YYSR="-123456789"), return_row(9, 2025)])
    write_cells(folder / "in", "nowhere/某表.csv", [["甲"], ["1"]])
    report = quality_book_of(folder / "in", date(2026, 11, 20), folder / "out.xlsx")
    opened = openpyxl.load_workbook(folder / "out.xlsx")
    return report, {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in opened.worksheets}


def test_the_workbook_has_a_page_for_each_question(book: tuple[QualityReport, dict[str, Rows]]) -> None:
    assert list(book[1]) == ["说明", "部门", "数据来源", "指标", "问题原因", "问题记录", "数据字典"]


def test_a_departments_rows_add_up(book: tuple[QualityReport, dict[str, Rows]]) -> None:
    head, *rows = book[1]["部门"]
    by_owner = {row[0]: dict(zip(head, row, strict=True)) for row in rows}
    taxes = by_owner["税务局"]
    assert (taxes["收到行数"], taxes["已关联"], taxes["不予采用"], taxes["单元格有误"]) == (2, 1, 1, 1)
    assert taxes["不予采用率"] == "50.0%"
    for row in by_owner.values():
        assert row["收到行数"] == row["已关联"] + row["待核"] + row["不予采用"]  # type: ignore[operator]


def test_every_fact_of_the_catalogue_has_its_coverage(book: tuple[QualityReport, dict[str, Rows]]) -> None:
    head, *rows = book[1]["指标"]
    assert {row[1] for row in rows} == {definition.id for definition in load_catalogue()}
    founded = next(dict(zip(head, row, strict=True)) for row in rows if row[1] == "established_on")
    assert (founded["覆盖率"], founded["已知"], founded["缺失"]) == ("50.0%", 1, 1)


def test_rows_to_correct_are_named_without_their_figures(book: tuple[QualityReport, dict[str, Rows]]) -> None:
    rows = book[1]["问题记录"][1:]
    assert ("税务局", RETURNS, 2, "YYSR", "已采用,该单元格按未知处理", "YYSR:不应为负数") in rows
    assert ("来源未登记", "nowhere/某表.csv", None) in {row[:3] for row in rows}
    assert not any("123456789" in str(cell) for rows in book[1].values() for row in rows for cell in row)
