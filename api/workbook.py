"""Workbooks for people who live in Excel and WPS: frozen headings, filters, widths, credit codes as text, no cell ever a formula.

A sheet that outgrows the format's 1,048,576 rows goes on in a second one; nothing is cut.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import Literal, TypeAlias

import xlsxwriter

MAX_ROWS = 1_048_000
_MAX_TEXT = 32_000  # a cell holds 32,767 characters

Cell: TypeAlias = str | int | Decimal | date | None


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its heading, width in characters, the form of its cells, and what the data dictionary says of it."""

    title: str
    width: int
    kind: Literal["text", "money", "count", "date"] = "text"
    meaning: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table. `rows` is read once, row by row."""

    name: str
    columns: tuple[Column, ...]
    rows: Iterable[Sequence[Cell]]


def write_workbook(path: Path, sheets: Sequence[Sheet], *, about: Sequence[tuple[str, str]]) -> None:
    """Write the sheets after a first page 说明 (`about`: what was asked, when, on which data) and before a data dictionary.

    Memory stays constant in the number of rows. Raises OSError where the file cannot be written.
    """
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(str(path), options) as book:
        writer = _Writer(book)
        writer.table(Sheet("说明", (Column("项目", 18), Column("内容", 90)), about))
        for sheet in sheets:
            writer.table(sheet)
        dictionary = ((s.name, c.title, c.meaning) for s in sheets for c in s.columns)
        writer.table(Sheet("数据字典", (Column("工作表", 16), Column("列", 20), Column("含义", 80)), dictionary))


class _Writer:
    def __init__(self, book: xlsxwriter.Workbook) -> None:
        self._book = book
        base = {"font_name": "等线", "valign": "top"}
        self._head = book.add_format({**base, "bold": True, "bg_color": "#E6F0FF", "border": 1, "text_wrap": True})
        self._formats = {
            "text": book.add_format({**base, "num_format": "@", "text_wrap": True}),
            "money": book.add_format({**base, "num_format": "#,##0.00"}),
            "count": book.add_format({**base, "num_format": "#,##0"}),
            "date": book.add_format({**base, "num_format": "yyyy-mm-dd"}),
        }

    def table(self, sheet: Sheet) -> None:
        """Write one sheet, going on in further ones where it is too long."""
        rows = iter(sheet.rows)
        for number in range(1, 1000):
            chunk = islice(rows, MAX_ROWS)
            first = next(chunk, None)
            if first is None and number > 1:
                return
            name = sheet.name if number == 1 else f"{sheet.name}({number})"
            self._one(name, sheet.columns, _with_first(first, chunk))

    def _one(self, name: str, columns: tuple[Column, ...], rows: Iterable[Sequence[Cell]]) -> None:
        page = self._book.add_worksheet(name)
        page.freeze_panes(1, 0)
        for i, column in enumerate(columns):
            page.set_column(i, i, column.width, self._formats[column.kind])
            page.write_string(0, i, column.title, self._head)
        last = 0
        for last, row in enumerate(rows, start=1):
            for i, (column, cell) in enumerate(zip(columns, row, strict=True)):
                self._cell(page, last, i, column, cell)
        page.autofilter(0, 0, max(last, 1), len(columns) - 1)

    def _cell(self, page: xlsxwriter.worksheet.Worksheet, row: int, column: int, spec: Column, cell: Cell) -> None:
        style = self._formats[spec.kind]
        match cell:
            case None:
                return
            case bool():
                page.write_string(row, column, "是" if cell else "否", style)
            case int() | Decimal() if spec.kind in ("money", "count"):
                page.write_number(row, column, float(cell), style)
            case date() if spec.kind == "date":
                page.write_datetime(row, column, datetime(cell.year, cell.month, cell.day), style)
            case _:
                page.write_string(row, column, _printable(str(cell)), style)


def _with_first(first: Sequence[Cell] | None, rest: Iterator[Sequence[Cell]]) -> Iterator[Sequence[Cell]]:
    if first is not None:
        yield first
        yield from rest


def _printable(text: str) -> str:
    """Without control characters, which the file format cannot hold; line ends stay."""
    kept = "".join(c for c in text if c in "\n\t" or (ord(c) >= 32 and not 0xD800 <= ord(c) <= 0xDFFF and c not in "\ufffe\uffff"))
    return kept if len(kept) <= _MAX_TEXT else kept[:_MAX_TEXT] + "…(过长,已截断,全文见 matches.jsonl)"
