"""Files as departments really send them: each trouble is named by row in Chinese, and memory does not grow with the file."""

import datetime as dt
import json
from pathlib import Path

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from features.errors import SourceError
from features.readers import BATCH_ROWS, Extract, encoding_of, open_extract
from features.sources.mapping import SourceMapping, load_mappings
from tests.features.extracts import HEADINGS, REGISTER, RETURNS, code, name, return_row, write, write_cells

MAPPINGS = {mapping.id: mapping for mapping in load_mappings()}
RETURN = MAPPINGS["tax.annual_return"]
CELLS = HEADINGS[RETURNS]


def line(number: int, revenue: str = "1") -> list[str]:
    return [code(number), name(number), "2025", revenue, "", "", "", "", "", "20260401"]


def read(path: Path, mapping: SourceMapping = RETURN) -> tuple[Extract, list[tuple[int, str | None]]]:
    """The extract, exhausted, and (row, code cell) of each record."""
    extract = open_extract(path, mapping)
    place = extract.columns.index(next(column.name for column in mapping.columns if column.meaning == "uscc"))
    rows: list[tuple[int, str | None]] = []
    for batch in extract.batches:
        rows += list(zip(batch.column(0).to_pylist(), batch.column(2 + place).to_pylist(), strict=True))
    return extract, rows


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_the_encoding_is_found_by_itself(tmp_path: Path, encoding: str) -> None:
    write(tmp_path, RETURNS, [return_row(1, 2025, NSRMC="喆镕〇有限公司")], encoding=encoding)
    extract = open_extract(tmp_path / RETURNS, RETURN)
    (batch,) = list(extract.batches)
    assert batch.column(2 + extract.columns.index("NSRMC")).to_pylist() == ["喆镕〇有限公司"]


def test_utf8_cut_in_the_middle_of_a_character_is_still_utf8() -> None:
    assert encoding_of("有限公司".encode()[:-1], None) == "utf-8"
    assert encoding_of("有限公司".encode("gb18030"), None) == "gb18030"


def test_rows_are_numbered_as_a_person_counts_them(tmp_path: Path) -> None:
    cells = [["企业所得税汇总表"], ["制表:某某", ""], list(CELLS), line(1), line(2)[:5], line(3), [], [*line(4), "多一列"], line(5)]
    extract, rows = read(write_cells(tmp_path, RETURNS, cells))
    assert rows == [(4, code(1)), (6, code(3)), (9, code(5))]
    assert [(refusal.row, refusal.code) for refusal in extract.refused] == [(5, "width"), (8, "width")]
    assert extract.notes == ["第1行是标题行,已跳过", "第2行是标题行,已跳过"]
    assert extract.rows == 5


def test_a_line_end_inside_a_cell_does_not_end_the_record(tmp_path: Path) -> None:
    cells = [["标题\n第二行"], list(CELLS), [*line(1)[:1], "甲\n乙公司", *line(1)[2:]], line(2)]
    _, rows = read(write_cells(tmp_path, RETURNS, cells))
    assert rows == [(3, code(1)), (4, code(2))]


def test_many_rows_with_some_bad_ones_keep_their_numbers(tmp_path: Path) -> None:
    cells = [list(CELLS), *(line(n) if n % 997 else line(n)[:-1] for n in range(1, 30_001))]
    extract, rows = read(write_cells(tmp_path, RETURNS, cells))
    assert [refusal.row for refusal in extract.refused] == [n + 1 for n in range(1, 30_001) if n % 997 == 0]
    assert rows == [(n + 1, code(n)) for n in range(1, 30_001) if n % 997]


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        ([["NSRSBH", "NSRMC", "YYSR"], ["1", "2", "3"]], "缺少必需的列:SSND/所属年度"),
        ([["NSRSBH", "NSRMC", "SSND", "SSND"], ["1", "2", "3", "4"]], "出现两次"),
        ([["甲"]], "缺少必需的列"),
    ],
)
def test_a_file_without_its_headings_is_refused_as_a_whole(tmp_path: Path, cells: list[list[str]], words: str) -> None:
    with pytest.raises(SourceError, match=words):
        read(write_cells(tmp_path, RETURNS, cells))


def test_an_empty_file_a_zip_named_csv_and_an_unknown_kind_are_refused(tmp_path: Path) -> None:
    for file, data, words in (
        ("a.csv", b"", "文件为空"),
        ("b.csv", b"PK\x03\x04rest", "压缩包"),
        ("c.mdb", b"x", "不支持"),
        ("d.xlsx", b"PK\x03\x04", "XLSX"),
        ("e.parquet", b"PAR1", "Parquet"),
    ):
        (tmp_path / file).write_bytes(data)
        with pytest.raises(SourceError, match=words):
            read(tmp_path / file)


def test_bytes_that_are_no_text_are_counted_and_stop_nothing(tmp_path: Path) -> None:
    path = write_cells(tmp_path, RETURNS, [list(CELLS), line(1), line(2)])
    path.write_bytes(path.read_bytes().replace(name(1).encode(), b"\xff\xfe\x81"))
    extract, rows = read(path)
    assert [row for row, _ in rows] == [2, 3]
    assert any("字节无法" in note for note in extract.notes)


def test_a_workbook_with_a_merged_title_dates_and_numbers_is_read_as_shown(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["年度汇总"])
    sheet.merge_cells("A1:D1")
    sheet.append(["纳税人识别号", "纳税人名称", "所属年度", "营业收入", "数据入库时间"])
    sheet.append([code(1), name(1), 2025, 12.5, dt.date(2026, 4, 1)])
    sheet.append([None] * 5)
    sheet.append([9.14e17, name(2), 2025.0, 100, "20260401"])
    book.save(tmp_path / "r.xlsx")
    extract = open_extract(tmp_path / "r.xlsx", RETURN)
    (batch,) = list(extract.batches)
    table = {column: batch.column(2 + i).to_pylist() for i, column in enumerate(extract.columns)}
    assert batch.column(0).to_pylist() == [3, 5]
    assert table["NSRSBH"] == [code(1), "9.14E+17"]
    assert table["SSND"] == ["2025", "2025"]
    assert table["YYSR"] == ["12.5", "100"]
    assert table["LRRQ"] == ["2026-04-01", "20260401"]


def test_merged_cells_among_the_records_are_refused_by_row(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(list(CELLS))
    for n in range(1, 5):
        sheet.append(line(n))
    sheet.merge_cells("B3:B4")
    book.save(tmp_path / "r.xlsx")
    extract, rows = read(tmp_path / "r.xlsx")
    assert [row for row, _ in rows] == [2, 5]
    assert [(refusal.row, refusal.code) for refusal in extract.refused] == [(3, "merged"), (4, "merged")]
    assert extract.rows == 4


def test_parquet_columns_of_any_type_become_text(tmp_path: Path) -> None:
    table = pa.table({"NSRSBH": [code(1)], "SSND": pa.array([2025], pa.int32()), "YYSR": [1.5], "LRRQ": [dt.date(2026, 4, 1)]})
    pq.write_table(table, tmp_path / "r.parquet")
    extract = open_extract(tmp_path / "r.parquet", RETURN)
    (batch,) = list(extract.batches)
    assert [batch.column(2 + i).to_pylist() for i in range(4)] == [[code(1)], ["2025"], ["1.5"], ["2026-04-01"]]


def test_a_broken_json_line_is_refused_by_row_and_lists_are_kept_apart(tmp_path: Path) -> None:
    mapping = MAPPINGS["qualifications.chains"]
    lines = [
        json.dumps({"uscc": code(1), "chains": ["人工智能", "集成电路"]}, ensure_ascii=False),
        "{",
        "",
        "[1]",
        json.dumps({"uscc": code(2), "chains": []}),
    ]
    (tmp_path / "c.jsonl").write_text("\n".join(lines), "utf-8")
    extract = open_extract(tmp_path / "c.jsonl", mapping)
    (batch,) = list(extract.batches)
    assert batch.column(0).to_pylist() == [1, 5]
    assert batch.column(2 + extract.columns.index("chains")).to_pylist() == ["人工智能\x1f集成电路", ""]
    assert [(refusal.row, refusal.code) for refusal in extract.refused] == [(2, "json"), (4, "json")]
    assert extract.rows == 4


def test_a_long_file_is_read_in_chunks(tmp_path: Path) -> None:
    path = tmp_path / REGISTER
    path.parent.mkdir()
    rows = BATCH_ROWS * 3
    with path.open("w", encoding="utf-8") as file:
        file.write("UNISCID,ENTNAME\n")
        for n in range(rows):
            file.write(f"9144011200000{n},{'某' * 60}有限公司\n")
    extract = open_extract(path, MAPPINGS["registry.entities"])
    sizes = [batch.num_rows for batch in extract.batches]
    assert sum(sizes) == rows
    assert max(sizes) < rows
