"""Sheets to files: CSV in the layout's encoding, XLSX, Parquet, JSON lines; the same bytes for the same sheet."""

import json
from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import xlsxwriter

from data_samples.params import Objects
from data_samples.sheet import TITLED, Sheet

_FIXED_TIME = datetime(2026, 1, 1, tzinfo=UTC)


def write(sheet: Sheet, directory: Path) -> Path:
    """Write one sheet under the records folder and return its path."""
    path = directory / sheet.layout.path
    path.parent.mkdir(parents=True, exist_ok=True)
    match sheet.layout.format:
        case "csv":
            path.write_bytes(_csv(sheet))
        case "jsonl":
            path.write_text(_jsonl(sheet), encoding="utf-8", newline="\n")
        case "parquet":
            pq.write_table(_table(sheet), path, compression="zstd")
        case "xlsx":
            _xlsx(sheet, path)
    return path


def _quoted(cells: Objects) -> pa.Array:
    """Cells as CSV fields: empty for None, quoted where they hold a comma, a quote or a line end."""
    column = pc.fill_null(pa.array(cells, type=pa.string()), "")
    special = pc.match_substring_regex(column, '[,"\r\n]')
    if not pc.any(special).as_py():
        return column
    doubled = pc.binary_join_element_wise('"', pc.replace_substring(column, '"', '""'), '"', "")
    return pc.if_else(special, doubled, column)


def _csv(sheet: Sheet) -> bytes:
    lines = [",".join(sheet.layout.names)]
    if sheet.layout.path in TITLED:
        lines.insert(0, sheet.layout.title + "," * (len(sheet.layout.names) - 1))
    if len(sheet):
        rows = pc.binary_join_element_wise(*[_quoted(cells) for cells in sheet.columns.values()], ",")
        lines += rows.to_pylist()
    return ("\n".join(lines) + "\n").encode(sheet.layout.encoding)


def _jsonl(sheet: Sheet) -> str:
    names, rows = sheet.layout.names, zip(*sheet.columns.values(), strict=True)
    return "".join(
        json.dumps({name: cell for name, cell in zip(names, row, strict=True) if cell is not None}, ensure_ascii=False) + "\n"
        for row in rows
    )


def _table(sheet: Sheet) -> pa.Table:
    types = {"number": pa.int32()}
    return pa.table({c.name: pa.array(sheet.columns[c.name], type=types.get(c.kind, pa.string())) for c in sheet.layout.columns})


def _xlsx(sheet: Sheet, path: Path) -> None:
    with xlsxwriter.Workbook(str(path), {"constant_memory": True}) as book:
        book.set_properties({"created": _FIXED_TIME, "title": sheet.layout.title})
        page = book.add_worksheet(sheet.layout.title[:31])
        day_format = book.add_format({"num_format": "yyyy/m/d"})
        first = 0
        if sheet.layout.path in TITLED:
            page.merge_range(0, 0, 0, len(sheet.layout.names) - 1, sheet.layout.title)
            first = 1
        page.write_row(first, 0, sheet.layout.names)
        columns = [(column, sheet.columns[column.name]) for column in sheet.layout.columns]
        for place in range(len(sheet)):
            for at, (column, cells) in enumerate(columns):
                value = cells[place]
                if value is None:
                    continue
                if column.kind == "number":
                    page.write_number(first + 1 + place, at, float(value))
                elif column.form == "Excel date":
                    page.write_datetime(first + 1 + place, at, date.fromisoformat(value), day_format)
                else:
                    page.write_string(first + 1 + place, at, str(value))


def write_json(value: object, path: Path) -> None:
    """Indented JSON with stable bytes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(value, ensure_ascii=False, indent=1, default=_plain) + "\n", encoding="utf-8", newline="\n")


def _plain(value: object) -> object:
    if isinstance(value, np.integer):
        return int(value)
    raise TypeError(type(value).__name__)
