"""Any extract file -> Arrow batches of text: CSV, XLSX, Parquet and JSON lines, in any encoding, in chunks.

A batch has `row` (the record's number in its file as a person counts it, headings included) and one text column for each heading of the
mapping that the file has. Memory does not grow with the file. What cannot be a record (wrong number of columns, unreadable line) is
refused here by its row; a file without its required headings is refused as a whole.
"""

import codecs
import csv
import io
import json
import re
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import openpyxl
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv
import pyarrow.parquet as pq

from features.errors import SourceError
from features.sources.mapping import SourceMapping, plain_heading

BATCH_ROWS = 65_536
HEAD_RECORDS = 12  # the headings must stand within this many records
_BLOCK = 8 << 20
_MAX_XLSX_BYTES = 2 << 30  # unpacked; more is no table that a person keeps
SUFFIXES = (".csv", ".txt", ".tsv", ".xlsx", ".parquet", ".jsonl", ".ndjson")
SEPARATOR = "\x1f"  # between the elements of a cell that holds a list


@dataclass(frozen=True, slots=True)
class RowRefusal:
    """One record that is not used: its row in the file, the column where the trouble is, a stable code, the reason in Chinese."""

    row: int
    column: str
    code: str
    reason: str


@dataclass(slots=True)
class Extract:
    """One opened file. `batches` is read once; `refused`, `notes` and `rows` are complete when it is exhausted.

    `rows` counts the records handed over and refused, without headings and blank lines. `units` holds the units written in headings.
    """

    path: Path
    columns: tuple[str, ...]
    units: dict[str, str]
    batches: Iterator[pa.RecordBatch]
    refused: list[RowRefusal] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    rows: int = 0

    @property
    def schema(self) -> pa.Schema:
        """`row` and then the columns as text."""
        return schema_of(self.columns)


def schema_of(columns: Sequence[str]) -> pa.Schema:
    """The schema of an extract's batches."""
    return pa.schema([("row", pa.int32()), ("edge", pa.string()), *((f"c_{i}", pa.string()) for i in range(len(columns)))])


def open_extract(path: Path, mapping: SourceMapping) -> Extract:
    """Open a file for reading by `mapping`; raises SourceError with a line in Chinese where the file as a whole cannot be used."""
    suffix = path.suffix.lower()
    if path.stat().st_size == 0:
        raise SourceError("文件为空;请重新导出")
    match suffix:
        case ".csv" | ".txt" | ".tsv":
            return _open_text(path, mapping)
        case ".xlsx":
            return _open_workbook(path, mapping)
        case ".parquet":
            return _open_parquet(path, mapping)
        case ".jsonl" | ".ndjson":
            return _open_json_lines(path, mapping)
        case _:
            raise SourceError(f"不支持的文件类型“{suffix or '无后缀'}”;请提供 CSV、XLSX、Parquet 或 JSON Lines")


# ---- headings ----------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class _Headings:
    """Where each of the mapping's columns stands: its name, its place in the file's records, the unit in its heading."""

    found: tuple[tuple[str, int], ...]
    units: dict[str, str]
    width: int
    doubled: tuple[str, ...]


def _headings(cells: Sequence[str], mapping: SourceMapping) -> _Headings | list[str]:
    """The headings in these cells, or the names of the required columns that are not among them."""
    places: dict[str, list[int]] = {}
    units_at: dict[int, str] = {}
    for i, cell in enumerate(cells):
        plain, unit = plain_heading(cell)
        whole = plain_heading(f"{cell}_")[0][:-1]
        for key in {plain, whole} - {""}:
            places.setdefault(key, []).append(i)
        units_at[i] = unit
    found: list[tuple[str, int]] = []
    missing: list[str] = []
    doubled: list[str] = []
    units: dict[str, str] = {}
    for column in mapping.columns:
        at = next((places[key] for heading in column.headings for key in _spellings(heading) if key in places), None)
        if at is None:
            if column.required:
                missing.append("/".join(column.headings))
            continue
        if len(at) > 1:
            doubled.append(column.name)
        found.append((column.name, at[0]))
        if units_at[at[0]]:
            units[column.name] = units_at[at[0]]
    if missing:
        return missing
    return _Headings(tuple(found), units, len(cells), tuple(doubled))


def _spellings(heading: str) -> tuple[str, ...]:
    plain, _ = plain_heading(heading)
    return tuple(dict.fromkeys((plain_heading(f"{heading}_")[0][:-1], plain)))


def _find_headings(records: Sequence[Sequence[str]], mapping: SourceMapping) -> tuple[int, _Headings]:
    """The first record that holds every required heading; raises SourceError naming what the likeliest record lacks."""
    lacking: list[str] | None = None
    for i, record in enumerate(records):
        result = _headings(record, mapping)
        if isinstance(result, _Headings):
            if result.doubled:
                raise SourceError(f"第{i + 1}行表头中“{'、'.join(result.doubled)}”出现两次,无法确定用哪一列;请删去重复列后重新导出")
            return i, result
        if lacking is None or len(result) < len(lacking):
            lacking = result
    raise SourceError(f"缺少必需的列:{'、'.join(lacking or [])};请按数据目录的表头重新导出")


# ---- CSV ---------------------------------------------------------------------------------------------------------
def encoding_of(head: bytes, declared: str | None) -> str:
    """The encoding of a text file from its first bytes: a byte order mark, else strict UTF-8, else what the mapping says, else gb18030."""
    for mark, name in ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16")):
        if head.startswith(mark):
            return name
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return declared if declared and not declared.startswith("utf-8") else "gb18030"
    return "utf-8"


class _Utf8Stream(io.RawIOBase):
    """A file's bytes turned into clean UTF-8 as they are read; what cannot be decoded becomes U+FFFD and is counted."""

    def __init__(self, path: Path, encoding: str, skip_records: int) -> None:
        self._file = path.open("rb")
        self._decoder = codecs.getincrementaldecoder(encoding)("replace")
        self._ready = b""
        self._done = False
        self.damaged = 0
        for _ in range(skip_records):
            self._skip_record()

    def readable(self) -> bool:
        return True

    def _fill(self) -> None:
        block = self._file.read(_BLOCK)
        self._done = not block
        text = self._decoder.decode(block, final=self._done)
        self.damaged += text.count("\ufffd")
        self._ready += text.replace("\x00", "").encode("utf-8")

    def _skip_record(self) -> None:
        """Drop one record, quoted line ends within it included."""
        start = 0
        while True:
            end = self._ready.find(b"\n", start)
            if end < 0 and not self._done:
                self._fill()
            elif end < 0:
                self._ready = b""
                return
            elif self._ready.count(b'"', 0, end) % 2:
                start = end + 1
            else:
                self._ready = self._ready[end + 1 :]
                return

    def readinto(self, buffer: Any) -> int:
        while not self._ready and not self._done:
            self._fill()
        n = min(len(buffer), len(self._ready))
        buffer[:n] = self._ready[:n]
        self._ready = self._ready[n:]
        return n

    def read(self, size: int = -1) -> bytes:
        if size < 0:
            return super().read(size) or b""
        while len(self._ready) < size and not self._done:  # a short block could end amid a record
            self._fill()
        out, self._ready = self._ready[:size], self._ready[size:]
        return out

    def close(self) -> None:
        self._file.close()
        super().close()


def _open_text(path: Path, mapping: SourceMapping) -> Extract:
    with path.open("rb") as file:
        head = file.read(1 << 18)
    if head[:2] == b"PK":
        raise SourceError("文件后缀是文本表格,内容却是压缩包或 XLSX;请改正后缀或重新导出为 CSV")
    encoding = encoding_of(head, mapping.encoding)
    text = codecs.getincrementaldecoder(encoding)("replace").decode(head)
    delimiter = "\t" if path.suffix.lower() == ".tsv" or text.split("\n", 1)[0].count("\t") > text.split("\n", 1)[0].count(",") else ","
    records = _head_records(text, delimiter)
    at, headings = _find_headings(records, mapping)
    stream = _Utf8Stream(path, encoding, at + 1)
    extract = Extract(path, tuple(name for name, _ in headings.found), headings.units, iter(()))
    _note_titles(extract, records[:at])
    extract.batches = _text_batches(extract, stream, delimiter, headings, first_row=at + 2)
    return extract


def _head_records(text: str, delimiter: str) -> list[list[str]]:
    """The first records, each exactly one record of the file (blank lines are empty records)."""
    records = []
    try:
        for record in csv.reader(io.StringIO(text.replace("\x00", ""), newline=""), delimiter=delimiter):
            records.append(record)
            if len(records) == HEAD_RECORDS:
                break
    except csv.Error as error:
        raise SourceError(f"文件不是有效的文本表格({error});请重新导出") from error
    return records


def _note_titles(extract: Extract, records: Sequence[Sequence[str]]) -> None:
    for i, record in enumerate(records):
        if any(cell.strip() for cell in record):
            extract.notes.append(f"第{i + 1}行是标题行,已跳过")


def _text_batches(
    extract: Extract, stream: _Utf8Stream, delimiter: str, headings: _Headings, *, first_row: int
) -> Iterator[pa.RecordBatch]:
    """Batches of the body. Records of another width are refused by row; blank lines are no records but count as rows."""
    skipped: list[int] = []  # numbers, within the body and from 0, of the records that the parser drops
    names = [f"f{i}" for i in range(headings.width)]

    def drop(bad: Any) -> str:
        number = int(bad.number) - 1
        skipped.append(number)
        if bad.text and bad.text.strip(" ,\t\r\n\"") != "":
            extract.refused.append(_width_refusal(first_row + number, headings.width, int(bad.actual_columns)))
            extract.rows += 1
        return "skip"

    if headings.width == 1:
        yield from _narrow_batches(extract, stream, first_row)
        return
    try:
        reader = pacsv.open_csv(
            pa.PythonFile(stream, mode="r"),
            read_options=pacsv.ReadOptions(column_names=names, block_size=_BLOCK, use_threads=False),
            parse_options=pacsv.ParseOptions(
                delimiter=delimiter, newlines_in_values=True, ignore_empty_lines=False, invalid_row_handler=drop
            ),
            convert_options=pacsv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()),
                strings_can_be_null=False,
                check_utf8=False,
            ),
        )
        seen = 0
        for batch in reader:
            if batch.num_rows:
                yield _numbered(extract, batch, headings, skipped, seen, first_row)
                seen += batch.num_rows
    except pa.ArrowInvalid as error:
        if "Empty CSV" not in str(error):
            raise SourceError(f"文件从某处起不能按表格读取({str(error).splitlines()[0][:120]});请检查引号是否成对后重新导出") from error
    finally:
        if stream.damaged:
            extract.notes.append(f"有 {stream.damaged} 处字节无法按文件编码识别,相应单元格可能有误;请核对文件编码")
        stream.close()


def _width_refusal(row: int, expected: int, got: int) -> RowRefusal:
    return RowRefusal(row, "", "width", f"本行有 {got} 列,表头为 {expected} 列,疑似错列或截断;请核对后重报")


def _numbered(
    extract: Extract, batch: pa.RecordBatch, headings: _Headings, skipped: list[int], seen: int, first_row: int
) -> pa.RecordBatch:
    """The batch with each record's row in the file: the parser counts only the records it keeps."""
    kept = np.arange(seen, seen + batch.num_rows)
    gone = np.sort(np.array(skipped, dtype=np.int64))  # the i-th dropped record precedes whatever is kept after gone[i] - i others
    rows_array = pa.array((first_row + kept + np.searchsorted(gone - np.arange(len(gone)), kept, side="right")).astype(np.int32))
    numbered = pa.RecordBatch.from_arrays([rows_array, batch.column(0), *(batch.column(i) for _, i in headings.found)], schema=extract.schema)
    blank = _blank_rows(batch)
    if len(blank):
        keep = np.ones(batch.num_rows, dtype=bool)
        keep[blank] = False
        numbered = numbered.filter(pa.array(keep))
    extract.rows += numbered.num_rows
    return numbered


def _blank_rows(batch: pa.RecordBatch) -> npt.NDArray[np.int64]:
    """The places of records whose every cell is empty: blank lines, and the empty rows that spreadsheets write below a table."""
    rest = np.flatnonzero(pc.equal(batch.column(0), "").to_numpy(zero_copy_only=False))
    for column in batch.columns[1:]:
        if len(rest):
            rest = rest[pc.equal(pc.utf8_trim_whitespace(column.take(pa.array(rest))), "").to_numpy(zero_copy_only=False)]
    return rest


def _narrow_batches(extract: Extract, stream: _Utf8Stream, first_row: int) -> Iterator[pa.RecordBatch]:
    reader = csv.reader(io.TextIOWrapper(io.BufferedReader(stream), "utf-8", newline=""))
    records = ((first_row + i, record) for i, record in enumerate(reader))
    yield from _batched(extract, ((row, record[0], [record[0]]) for row, record in records if record and record[0].strip()))


def _batched(extract: Extract, records: Iterator[tuple[int, str, list[str | None]]]) -> Iterator[pa.RecordBatch]:
    """Batches from records read one by one: (row, the first cell, the mapped cells)."""
    rows: list[int] = []
    edges: list[str] = []
    cells: list[list[str | None]] = []

    def batch() -> pa.RecordBatch:
        columns = [pa.array([cell[i] for cell in cells], pa.string()) for i in range(len(extract.columns))]
        extract.rows += len(rows)
        return pa.RecordBatch.from_arrays([pa.array(rows, pa.int32()), pa.array(edges, pa.string()), *columns], schema=extract.schema)

    for row, edge, values in records:
        rows.append(row)
        edges.append(edge)
        cells.append(values)
        if len(rows) == BATCH_ROWS:
            yield batch()
            rows, edges, cells = [], [], []
    if rows:
        yield batch()


# ---- XLSX --------------------------------------------------------------------------------------------------------
def _open_workbook(path: Path, mapping: SourceMapping) -> Extract:
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
        at, headings = _find_headings(records, mapping)
    except SourceError:
        book.close()
        raise
    extract = Extract(path, tuple(name for name, _ in headings.found), headings.units, iter(()))
    _note_titles(extract, records[:at])
    if len(book.worksheets) > 1:
        extract.notes.append(f"工作簿有 {len(book.worksheets)} 张工作表,只读取第一张“{sheet.title}”")
    body = ((i, values) for i, values in enumerate(_chain(records[at + 1 :], rows), start=at + 2))
    extract.batches = _workbook_batches(extract, body, headings, merged, book.close)
    return extract


def _chain(head: Sequence[Sequence[Any]], rest: Iterator[Any]) -> Iterator[Sequence[Any]]:
    yield from head
    yield from rest


def _workbook_batches(
    extract: Extract, body: Iterator[tuple[int, Sequence[Any]]], headings: _Headings, merged: frozenset[int], close: Callable[[], None]
) -> Iterator[pa.RecordBatch]:
    def records() -> Iterator[tuple[int, str, list[str | None]]]:
        for row, values in body:
            texts = [_cell_text(value) for value in values]
            if not any(texts):
                continue
            if row in merged:
                extract.refused.append(RowRefusal(row, "", "merged", "本行含合并单元格,无法确定各单元格的值;请取消合并并补全后重报"))
                extract.rows += 1
                continue
            width = max((i for i, text in enumerate(texts) if text), default=0) + 1
            if width > headings.width:
                extract.refused.append(_width_refusal(row, headings.width, width))
                extract.rows += 1
                continue
            texts += [None] * (headings.width - len(texts))
            yield row, next((text for text in texts if text), ""), [texts[i] for _, i in headings.found]

    yield from _batched(extract, records())
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
                while block := file.read(_BLOCK):
                    for m in re.finditer(rb'<mergeCell ref="[A-Z]+(\d+):[A-Z]+(\d+)"', tail + block):
                        found.update(range(int(m[1]), min(int(m[2]), int(m[1]) + 100_000) + 1))
                    tail = block[-64:]
                return frozenset(found)
    except zipfile.BadZipFile as error:
        raise SourceError("文件不是完好的 XLSX 工作簿;请重新导出") from error


# ---- Parquet and JSON lines --------------------------------------------------------------------------------------
def _open_parquet(path: Path, mapping: SourceMapping) -> Extract:
    try:
        file = pq.ParquetFile(path)
    except (pa.ArrowInvalid, OSError) as error:
        raise SourceError("文件不是完好的 Parquet 文件;请重新导出") from error
    _, headings = _find_headings([file.schema_arrow.names], mapping)
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


def _open_json_lines(path: Path, mapping: SourceMapping) -> Extract:
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

    extract.batches = _batched(extract, records())
    return extract
