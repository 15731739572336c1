"""What each mapping says of each enterprise now: the newest record of every key, laid over what was known before.

The state of a mapping is columns, aligned with the enterprises: for each period the record that won (`recorded`, `file`, `row`) and its
values. A newer day's records are laid over the older state, so a full rebuild (a fold over all days) and an increment (one more day over
the stored state) are the same function and give the same bytes. Lists keep their records in one table, sorted by enterprise and key.
"""
# ruff: noqa: S608 (statements are put together from our own mappings; every literal and path is quoted)

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from features.catalogue import FactType, load_catalogue
from features.merging import in_row_order
from features.patching import Rows, put_patched
from features.snapshot import Objects, canonical
from features.sources.mapping import FactRule, SourceMapping

EPOCH_DAYS = 7305  # recorded days are kept as days since 1950-01-01 in 16 bits; 0 = no record
NO_RECORD = 0


@dataclass(slots=True)
class Slot:
    """One mapping in one period: the objects of the winning records' columns and of each typed cell."""

    recorded: str
    file: str
    row: str
    values: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class MappingState:
    """All that is kept of one mapping. `periods`: 0, years or months -> slot; `list_table`: the entries of a list; `tainted`: enterprises
    that an unread or doubtful row may be about; `delivered`: the last day on which a file came; `newest`: the newest day of recording."""

    periods: dict[int, Slot] = field(default_factory=dict)
    list_table: str = ""
    tainted: str = ""
    clashes: str = ""
    delivered: str = ""
    newest: str = ""


def value_type(rule: FactRule, cell: str) -> pa.DataType:
    """The Arrow type of a cell in the state."""
    if cell.startswith(("on", "until")):
        return pa.date32()
    if cell.startswith("first"):
        return pa.bool_()
    definition = load_catalogue()[rule.fact]
    if rule.how in ("event", "member"):
        return pa.string()
    match definition.type:
        case FactType.NUMBER:
            return pa.int64() if definition.unit in ("CNY", "ratio", "m2") else pa.int32()
        case FactType.BOOL:
            return pa.bool_()
        case FactType.DATE:
            return pa.date32()
        case FactType.CODE | FactType.TEXT | FactType.SET | FactType.EVENTS:
            return pa.dictionary(pa.int32(), pa.string())


def cell_types(mapping: SourceMapping, cells: Sequence[str]) -> dict[str, pa.DataType]:
    """The types of the named cells of a mapping's records."""
    digits = {cell: int("".join(char for char in cell.split("_")[0] if char.isdigit())) for cell in cells}
    return {cell: value_type(mapping.facts[digits[cell]], cell) for cell in cells}


# ---- scalars -----------------------------------------------------------------------------------------------------------
def lay_over(
    objects: Objects, state: MappingState, records: pa.Table, *, mapping: SourceMapping, size: int, full: bool = False
) -> frozenset[int]:
    """Lay one day's records of a mapping over its state; `size` is the number of enterprises by then. Returns whom it took out.

    `full`: the records are all there are of their periods; who has none among them is taken out.

    `records`: ent, period, recorded (date32), row, file (index into the manifest's files) and the cells. Of two records of one key the
    newer recorded wins; on the same day of recording the later delivered, then the later row.
    """
    cells = [name for name in records.schema.names if name not in _FIXED]
    types = cell_types(mapping, cells)
    periods = records.column("period").to_numpy()
    present = {int(p) for p in np.unique(periods)}
    gone: set[int] = set()
    always = {0} if mapping.period == "none" else set[int]()  # an empty list says something too
    for period in sorted(set(state.periods) | present | always):
        part = records.filter(pa.array(periods == period)) if len(present) > 1 else records
        if period not in present:
            part = records.slice(0, 0)
        before = state.periods.get(period)
        if full and before is not None and (period in present or mapping.period == "none"):
            before, taken = _without_the_rest(objects, before, part, size)
            gone |= taken
        state.periods[period] = _slot(objects, before, part, cells=cells, types=types, size=size)
    return frozenset(gone)


def _without_the_rest(objects: Objects, before: Slot, part: pa.Table, size: int) -> tuple[Slot, set[int]]:
    """The slot without the records of those who have none in a full extract, and who they are."""
    keep = _padded(objects.column(before.recorded), size) == NO_RECORD
    keep[part.column("ent").to_numpy()] = True
    gone = np.flatnonzero(~keep)
    if not len(gone):
        return before, set()

    def emptied(name: str) -> str:
        array = objects.column(name)
        kept = pa.array(keep[: len(array)])
        return objects.put(
            pc.if_else(kept, array, pa.scalar(None, array.type))
            if not pa.types.is_dictionary(array.type)
            else _emptied_words(array, kept)
        )

    recorded = np.where(keep, _padded(objects.column(before.recorded), size), NO_RECORD).astype(np.uint16)
    slot = Slot(
        objects.put(pa.array(recorded)),
        emptied(before.file),
        emptied(before.row),
        {cell: emptied(name) for cell, name in before.values.items()},
    )
    return slot, {int(ent) for ent in gone}


def _emptied_words(array: pa.DictionaryArray, kept: pa.BooleanArray) -> pa.DictionaryArray:
    indices = pc.if_else(kept, array.indices, pa.scalar(None, array.indices.type))
    return pa.DictionaryArray.from_arrays(indices, array.dictionary)


_FIXED = frozenset({"ent", "period", "recorded", "row", "file", "key", "uscc"})


def _slot(
    objects: Objects, before: Slot | None, part: pa.Table, *, cells: Sequence[str], types: Mapping[str, pa.DataType], size: int
) -> Slot:
    old_recorded = objects.column(before.recorded).to_numpy() if before else np.zeros(0, np.uint16)
    day, ents = _days(part.column("recorded")), part.column("ent").to_numpy()
    place = part.column("file").to_numpy().astype(np.int64) << 32 | part.column("row").to_numpy()
    rows, winner = _winners(ents, day, place, old_recorded, size)
    if before is not None and not len(rows) and len(old_recorded) == size:
        return before

    def laid(name: str, new: pa.ChunkedArray | pa.Array, kind: pa.DataType) -> str:
        return put_patched(objects, name, rows, _cast(_one(new), kind).take(pa.array(winner)), size)

    recorded = np.zeros(size, np.uint16)
    recorded[: len(old_recorded)] = old_recorded
    recorded[rows] = day[winner]
    slot = Slot(
        recorded=objects.put(pa.array(recorded)),
        file=laid(before.file if before else "", part.column("file"), pa.int16()),
        row=laid(before.row if before else "", part.column("row"), pa.int32()),
    )
    old_cells = before.values if before else {}
    for cell in sorted({*cells, *old_cells}):
        new = part.column(cell) if cell in part.schema.names else pa.nulls(part.num_rows, types.get(cell, pa.null()))
        kind = types.get(cell) or objects.column(old_cells[cell]).type
        slot.values[cell] = laid(old_cells.get(cell, ""), new, kind)
    return slot


def _one(column: pa.ChunkedArray | pa.Array) -> pa.Array:
    if isinstance(column, pa.ChunkedArray):
        column = column.combine_chunks() if column.num_chunks != 1 else column.chunk(0)
    return pa.concat_arrays(column.chunks) if isinstance(column, pa.ChunkedArray) else column


def _days(column: pa.ChunkedArray) -> np.ndarray:
    """Days since 1950-01-01, at least 1."""
    days = column.cast(pa.int32()).to_numpy().astype(np.int64) + EPOCH_DAYS
    clipped: np.ndarray = np.clip(days, 1, 65_535).astype(np.uint16)
    return clipped


def _padded(array: pa.Array, size: int) -> np.ndarray:
    values: np.ndarray = array.to_numpy(zero_copy_only=False)
    return values if len(values) == size else np.concatenate([values, np.zeros(size - len(values), values.dtype)])


def _winners(ent: np.ndarray, day: np.ndarray, place: np.ndarray, old: np.ndarray, size: int) -> tuple[Rows, Rows]:
    """The enterprises for which a record wins over the state, in order, and the place of that record."""
    winner = np.full(size, -1, np.int64)
    winner[ent] = np.arange(len(ent))
    again = np.flatnonzero(winner[ent] != np.arange(len(ent)))  # enterprises with more than one record here: settle them in order
    if len(again):
        clashing = np.flatnonzero(np.isin(ent, np.unique(ent[again])))
        ordered = clashing[np.lexsort((place[clashing], day[clashing]))]
        winner[ent[ordered]] = ordered
    rows = np.flatnonzero(winner >= 0)
    there = rows[rows < len(old)]
    lost = np.zeros(len(rows), np.bool_)
    lost[: len(there)] = day[winner[there]] < old[there]
    return rows[~lost], winner[rows[~lost]]


def _cast(array: pa.Array, kind: pa.DataType) -> pa.Array:
    if array.type == kind:
        return array
    if pa.types.is_dictionary(kind):
        encoded = array if pa.types.is_dictionary(array.type) else array.cast(pa.string()).dictionary_encode()
        return encoded.cast(kind) if encoded.type != kind else encoded
    if kind == pa.int32() and pa.types.is_integer(array.type):
        return pc.cast(array, pa.int32(), safe=True)
    return array.cast(kind)


# ---- lists -------------------------------------------------------------------------------------------------------------
def lay_list_over(
    con: duckdb.DuckDBPyConnection,
    objects: Objects,
    state: MappingState,
    records: pa.Table,
    *,
    mapping: SourceMapping,
    full: bool = False,
) -> frozenset[int]:
    """Lay a day's list entries over the earlier ones: per enterprise and key the newest recorded, then the later delivered, then row.

    `full`: entries that are not among them are taken out; returns the enterprises that lost one.
    """
    cells = [name for name in records.schema.names if name not in _FIXED]
    types = cell_types(mapping, cells)
    columns = {name: records.column(name) for name in ("ent", "key", "recorded", "file", "row")}
    columns |= {cell: records.column(cell).cast(types[cell]) for cell in cells}
    fresh = pa.table(columns)
    gone = frozenset[int]()
    old = objects.table(state.list_table) if state.list_table else None
    kept = None
    if old is not None and not full:  # only the entries of those who have records now can change
        mine = np.isin(old.column("ent").to_numpy(), fresh.column("ent").to_numpy())
        old, kept = old.filter(pa.array(mine)), old.filter(pa.array(~mine))
    try:
        con.register("fresh", fresh)
        both = "SELECT * FROM fresh"
        if old is not None:
            con.register("old", old)
            both = f"SELECT * FROM old{' SEMI JOIN fresh USING (ent, key)' if full else ''} UNION ALL BY NAME {both}"
        if old is not None and full:
            gone = frozenset(
                int(row[0]) for row in con.execute("SELECT DISTINCT ent FROM old ANTI JOIN fresh USING (ent, key)").fetchall()
            )
        ordered = con.sql(
            f"SELECT * FROM ({both}) QUALIFY row_number() OVER (PARTITION BY ent, key ORDER BY recorded DESC, file DESC, row DESC) = 1 "
            "ORDER BY ent, key"
        ).to_arrow_table()
    finally:
        con.unregister("fresh")
        con.unregister("old")
    if kept is not None:
        ordered = in_row_order(_with_columns(kept, ordered.schema), ordered)
    state.list_table = objects.put_table(_canonical_table(ordered))
    return gone


def _with_columns(table: pa.Table, schema: pa.Schema) -> pa.Table:
    """The table with the columns of `schema`, null where it had none."""
    for lacking in (one for one in schema if one.name not in table.schema.names):
        table = table.append_column(lacking, pa.nulls(table.num_rows, lacking.type))
    return table.select(schema.names).cast(schema)


def _canonical_table(table: pa.Table) -> pa.Table:
    return pa.table({name: canonical(table.column(name)) for name in table.schema.names})


def add_to_set(objects: Objects, before: str, ents: Sequence[int]) -> str:
    """A stored, sorted set of enterprises with some more in it; '' for an empty one."""
    known = objects.column(before).to_pylist() if before else []
    merged = sorted({*known, *ents})
    return objects.put(pa.array(merged, pa.int32())) if merged else ""
