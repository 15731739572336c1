"""Workbooks, Parquet files and JSON lines -> batches of text."""

import json
import re
import zipfile
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq

from features.errors import SourceError
from features.extract import (
    BATCH_ROWS,
    BLOCK,
    HEAD_RECORDS,
    SEPARATOR,
    Extract,
    Headings,
    RowRefusal,
    batched,
    find_headings,
    note_titles,
    width_refusal,
)
from features.sources.mapping import SourceMapping

_MAX_XLSX_BYTES = 2 << 30  # unpacked; more is no table that a person keeps


# ---- XLSX --------------------------------------------------------------------------------------------------------
def open_workbook(path: Path, mapping: SourceMapping) -> Extract:
    """Open the first sheet of a workbook."""
    merged = _merged_rows(path)
    try:
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    except (zipfile.BadZipFile, KeyError, ValueError, OSError) as error:
        raise SourceError("文件不是完好的 XLSX 工作簿;请重新导出") from error
    sheet = book.worksheets[0]
    rows = sheet.iter_rows(values_only=True)
    records: list[list[str]] = []
    for _, values in zip(range(HEAD_RECORDS), rows, strict=False):
        records.append([_cell_text(value) or "" for value in values])
    try:
        at, headings = find_headings(records, mapping)
    except SourceError:
        book.close()
        raise
    extract = Extract(path, tuple(name for name, _ in headings.found), headings.units, iter(()))
    note_titles(extract, records[:at])
    if len(book.worksheets) > 1:
        extract.notes.append(f"工作簿有 {len(book.worksheets)} 张工作表,只读取第一张“{sheet.title}”")
    body = ((i, values) for i, values in enumerate(_chain(records[at + 1 :], rows), start=at + 2))
    extract.batches = _workbook_batches(extract, body, headings, merged, book.close)
    return extract


def _chain(head: Sequence[Sequence[Any]], rest: Iterator[Any]) -> Iterator[Sequence[Any]]:
    yield from head
    yield from rest


def _workbook_batches(
    extract: Extract,
    body: Iterator[tuple[int, Sequence[Any]]],
    headings: Headings,
    merged: frozenset[int],
    close: Callable[[], None],
) -> Iterator[pa.RecordBatch]:
    def records() -> Iterator[tuple[int, str, list[str | None]]]:
        for row, values in body:
            texts = [_cell_text(value) for value in values]
            if not any(texts):
                continue
            if row in merged:
                extract.refused.append(
                    RowRefusal(row, "", "merged", "本行含合并单元格,无法确定各单元格的值;请取消合并并补全后重报")
                )
                extract.rows += 1
                continue
            width = max((i for i, text in enumerate(texts) if text), default=0) + 1
            if width > headings.width:
                extract.refused.append(width_refusal(row, headings.width, width))
                extract.rows += 1
                continue
            texts += [None] * (headings.width - len(texts))
            yield row, next((text for text in texts if text), ""), [texts[i] for _, i in headings.found]

    yield from batched(extract, records())
    close()


def _cell_text(value: Any) -> str | None:
    """A cell as text: whole numbers without a decimal point, dates in ISO form; a long number keeps the form the sheet shows.

    >>> _cell_text(12.0), _cell_text(9.144e+17)
    ('12', '9.144E+17')
    """
    match value:
        case None:
            return None
        case bool():
            return "1" if value else "0"
        case datetime():
            return value.date().isoformat() if value.time() == datetime.min.time() else value.isoformat(" ")
        case date():
            return value.isoformat()
        case int():
            return str(value)
        case float():
            number = Decimal(repr(value))
            if number != number.to_integral_value():
                return format(number, "f")
            return str(int(number)) if abs(number) < 10**15 else f"{number.normalize():E}"
        case _:
            return str(value).strip() or None


def _merged_rows(path: Path) -> frozenset[int]:
    """The rows below the first few that hold merged cells; a merged title above the headings does no harm."""
    try:
        with zipfile.ZipFile(path) as archive:
            if sum(info.file_size for info in archive.infolist()) > _MAX_XLSX_BYTES:
                raise SourceError("XLSX 解压后超过 2 GB,疑似异常文件;请改用 CSV 或 Parquet 提供")
            sheets = sorted(name for name in archive.namelist() if re.fullmatch(r"xl/worksheets/sheet\d+\.xml", name))
            if not sheets:
                return frozenset()
            with archive.open(sheets[0]) as file:
                found: set[int] = set()
                tail = b""
                while block := file.read(BLOCK):
                    for m in re.finditer(rb'<mergeCell ref="[A-Z]+(\d+):[A-Z]+(\d+)"', tail + block):
                        found.update(range(int(m[1]), min(int(m[2]), int(m[1]) + 100_000) + 1))
                    tail = block[-64:]
                return frozenset(found)
    except zipfile.BadZipFile as error:
        raise SourceError("文件不是完好的 XLSX 工作簿;请重新导出") from error


# ---- Parquet and JSON lines --------------------------------------------------------------------------------------
def open_parquet(path: Path, mapping: SourceMapping) -> Extract:
    """Open a Parquet file; its columns become text."""
    try:
        file = pq.ParquetFile(path)
    except (pa.ArrowInvalid, OSError) as error:
        raise SourceError("文件不是完好的 Parquet 文件;请重新导出") from error
    _, headings = find_headings([file.schema_arrow.names], mapping)
    extract = Extract(path, tuple(name for name, _ in headings.found), headings.units, iter(()))
    wanted = [file.schema_arrow.names[i] for _, i in headings.found]

    def batches() -> Iterator[pa.RecordBatch]:
        done = 0
        for batch in file.iter_batches(batch_size=BATCH_ROWS, columns=wanted):
            place = {name: i for i, name in enumerate(batch.schema.names)}
            texts = [_as_text(batch.column(place[name])) for name in wanted]
            rows = pa.array(range(done + 1, done + batch.num_rows + 1), pa.int32())
            done += batch.num_rows
            extract.rows += batch.num_rows
            yield pa.RecordBatch.from_arrays([rows, texts[0], *texts], schema=extract.schema)

    extract.batches = batches()
    return extract


def _as_text(array: pa.Array) -> pa.Array:
    if pa.types.is_string(array.type):
        return array
    if pa.types.is_floating(array.type) or pa.types.is_nested(array.type):
        return pa.array([_json_text(value) for value in array.to_pylist()], pa.string())
    return array.cast(pa.string())


def _json_text(value: Any) -> str | None:
    match value:
        case list() | tuple():
            return SEPARATOR.join(text for item in value if (text := _json_text(item)))
        case dict():
            return json.dumps(value, ensure_ascii=False, sort_keys=True)
        case _:
            return _cell_text(value)


def open_json_lines(path: Path, mapping: SourceMapping) -> Extract:
    """One object a line; the headings are the keys, and a key may be absent from any line."""
    extract = Extract(path, tuple(column.name for column in mapping.columns), {}, iter(()))
    names = [column.headings for column in mapping.columns]

    def records() -> Iterator[tuple[int, str, list[str | None]]]:
        with path.open(encoding="utf-8-sig", errors="replace") as file:
            for row, line in enumerate(file, start=1):
                if not line.strip():
                    continue
                try:
                    data = json.loads(line, parse_float=Decimal)
                except (ValueError, RecursionError):
                    data = None
                if not isinstance(data, dict):
                    extract.refused.append(RowRefusal(row, "", "json", "本行不是完整的 JSON 对象;请核对后重报"))
                    extract.rows += 1
                    continue
                cells = [next((_json_text(data[h]) for h in headings if h in data), None) for headings in names]
                yield row, "", cells

    extract.batches = batched(extract, records())
    return extract
