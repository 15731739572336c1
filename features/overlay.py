"""What each mapping says of each enterprise now: the newest record of every key, laid over what was known before.

The state of a mapping is columns, aligned with the enterprises: for each period the record that won (`recorded`, `file`, `row`) and its
values (`features.slots`). A newer day's records are laid over the older state, so a full rebuild (a fold over all days) and an increment (one more day over
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
from features.patching import Rows
from features.slots import RECORD, Slot, SlotColumns, first_slot, zeroed
from features.snapshot import Objects, canonical_table
from features.sources.mapping import FactRule, SourceMapping

EPOCH_DAYS = 7305  # recorded days are kept as days since 1950-01-01 in 16 bits; 0 = no record
NO_RECORD = 0


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
    if cell.startswith(("first", "w")):
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
    columns = SlotColumns(objects, before)
    keep = zeroed(columns.whole("recorded", size)) == NO_RECORD
    keep[part.column("ent").to_numpy()] = True
    gone = np.flatnonzero(~keep)
    if not len(gone):
        return before, set()
    emptied = {name: pa.nulls(len(gone), columns.whole(name, size).type) for name in (*RECORD, *before.values)}
    return columns.rewritten(gone, emptied, size), {int(ent) for ent in gone}


_FIXED = frozenset({*RECORD, "ent", "period", "key", "uscc"})


def _slot(
    objects: Objects, before: Slot | None, part: pa.Table, *, cells: Sequence[str], types: Mapping[str, pa.DataType], size: int
) -> Slot:
    columns = SlotColumns(objects, before) if before else None
    day, ents = _days(part.column("recorded")), part.column("ent").to_numpy().astype(np.int64)
    place = part.column("file").to_numpy().astype(np.int64) << 32 | part.column("row").to_numpy()
    rows, winner = _winners(ents, day, place, size)
    if columns is not None:
        won = day[winner] >= columns.days(rows)
        rows, winner = rows[won], winner[won]
    if before is not None and not len(rows):
        return before
    at = pa.array(winner)
    fresh = {"recorded": pa.array(day[winner])}
    for name in ("file", "row", *cells):
        kind = RECORD.get(name) or types[name]
        fresh[name] = _cast(_one(part.column(name)), kind).take(at)
    if columns is None:
        return first_slot(objects, rows, fresh, size)
    return columns.laid_over(rows, fresh, size)


def _one(column: pa.ChunkedArray | pa.Array) -> pa.Array:
    if isinstance(column, pa.ChunkedArray):
        column = column.combine_chunks() if column.num_chunks != 1 else column.chunk(0)
    return pa.concat_arrays(column.chunks) if isinstance(column, pa.ChunkedArray) else column


def _days(column: pa.ChunkedArray) -> np.ndarray:
    """Days since 1950-01-01, at least 1."""
    days = column.cast(pa.int32()).to_numpy().astype(np.int64) + EPOCH_DAYS
    clipped: np.ndarray = np.clip(days, 1, 65_535).astype(np.uint16)
    return clipped


def _winners(ent: np.ndarray, day: np.ndarray, place: np.ndarray, size: int) -> tuple[Rows, Rows]:
    """The enterprises that have records, in order, and the place of the record of each that wins over the others."""
    winner = np.full(size, -1, np.int64)
    winner[ent] = np.arange(len(ent))
    again = np.flatnonzero(winner[ent] != np.arange(len(ent)))  # enterprises with more than one record here: settle them in order
    if len(again):
        clashing = np.flatnonzero(np.isin(ent, np.unique(ent[again])))
        ordered = clashing[np.lexsort((place[clashing], day[clashing]))]
        winner[ent[ordered]] = ordered
    rows = np.flatnonzero(winner >= 0)
    return rows, winner[rows]


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
        ordered = in_row_order(kept, ordered)
    state.list_table = objects.put_table(canonical_table(ordered))
    return gone


def add_to_set(objects: Objects, before: str, ents: Sequence[int]) -> str:
    """A stored, sorted set of enterprises with some more in it; '' for an empty one."""
    known = objects.column(before).to_pylist() if before else []
    merged = sorted({*known, *ents})
    return objects.put(pa.array(merged, pa.int32())) if merged else ""
