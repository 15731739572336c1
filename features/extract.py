"""An opened extract: batches of text, the rows refused on the way, and where the mapping's headings stand in a file."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa

from features.errors import SourceError
from features.sources.mapping import SourceMapping, plain_heading

BATCH_ROWS = 65_536
HEAD_RECORDS = 12  # the headings must stand within this many records
BLOCK = 8 << 20
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


@dataclass(frozen=True, slots=True)
class Headings:
    """Where each of the mapping's columns stands: its name, its place in the file's records, the unit in its heading."""

    found: tuple[tuple[str, int], ...]
    units: dict[str, str]
    width: int
    doubled: tuple[str, ...]


def _headings(cells: Sequence[str], mapping: SourceMapping) -> Headings | list[str]:
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
    return Headings(tuple(found), units, len(cells), tuple(doubled))


def _spellings(heading: str) -> tuple[str, ...]:
    plain, _ = plain_heading(heading)
    return tuple(dict.fromkeys((plain_heading(f"{heading}_")[0][:-1], plain)))


def find_headings(records: Sequence[Sequence[str]], mapping: SourceMapping) -> tuple[int, Headings]:
    """The first record that holds every required heading; raises SourceError naming what the likeliest record lacks."""
    lacking: list[str] | None = None
    for i, record in enumerate(records):
        result = _headings(record, mapping)
        if isinstance(result, Headings):
            if result.doubled:
                raise SourceError(f"第{i + 1}行表头中“{'、'.join(result.doubled)}”出现两次,无法确定用哪一列;请删去重复列后重新导出")
            return i, result
        if lacking is None or len(result) < len(lacking):
            lacking = result
    raise SourceError(f"缺少必需的列:{'、'.join(lacking or [])};请按数据目录的表头重新导出")


def note_titles(extract: Extract, records: Sequence[Sequence[str]]) -> None:
    """Note the lines above the headings that are no records."""
    for i, record in enumerate(records):
        if any(cell.strip() for cell in record):
            extract.notes.append(f"第{i + 1}行是标题行,已跳过")


def width_refusal(row: int, expected: int, got: int) -> RowRefusal:
    """A record with another number of cells than the headings."""
    return RowRefusal(row, "", "width", f"本行有 {got} 列,表头为 {expected} 列,疑似错列或截断;请核对后重报")


def batched(extract: Extract, records: Iterator[tuple[int, str, list[str | None]]]) -> Iterator[pa.RecordBatch]:
    """Batches from records read one by one: (row, the first cell, the mapped cells)."""
    rows: list[int] = []
    edges: list[str] = []
    cells: list[list[str | None]] = []

    def batch() -> pa.RecordBatch:
        columns = [pa.array([cell[i] for cell in cells], pa.string()) for i in range(len(extract.columns))]
        extract.rows += len(rows)
        return pa.RecordBatch.from_arrays(
            [pa.array(rows, pa.int32()), pa.array(edges, pa.string()), *columns], schema=extract.schema
        )

    for row, edge, values in records:
        rows.append(row)
        edges.append(edge)
        cells.append(values)
        if len(rows) == BATCH_ROWS:
            yield batch()
            rows, edges, cells = [], [], []
    if rows:
        yield batch()
