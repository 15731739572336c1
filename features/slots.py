"""What one mapping says of one period: whole columns of the winning records, and over them the days' changes as small tables.

A day's change of a slot costs its own rows: they are kept as one table, and only when the tables together have become large against the
columns are the columns written anew. When that is depends on the sizes alone, so a fold over all days leaves the same objects as one more
day over a stored state.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from features.patching import Rows, bare_numbers, patched
from features.snapshot import Objects, canonical

RECORD: Mapping[str, pa.DataType] = {
    "recorded": pa.uint16(),
    "file": pa.int16(),
    "row": pa.int32(),
}  # which record it was; else its cells
_SMALL = 8  # changes up to an eighth of the column are kept apart
_MOST = 16  # tables of changes


@dataclass(slots=True)
class Slot:
    """The objects of the winning records' columns and of each typed cell ('' where only the changes have it), and the tables of changes.

    A table of changes has `ent` (ascending), `recorded`, `file`, `row` and the cells; a cell that it lacks is unknown for its enterprises.
    """

    recorded: str
    file: str
    row: str
    values: dict[str, str] = field(default_factory=dict)
    changes: list[str] = field(default_factory=list)


class SlotColumns:
    """A slot's columns with its changes in them."""

    def __init__(self, objects: Objects, slot: Slot) -> None:
        self._objects, self.slot = objects, slot

    @cached_property
    def _changes(self) -> list[tuple[Rows, pa.Table]]:
        tables = [self._objects.table(name) for name in self.slot.changes]
        return [(table.column("ent").to_numpy().astype(np.int64), table) for table in tables]

    def name(self, what: str) -> str:
        """The object of a column, '' where it has none."""
        return getattr(self.slot, what) if what in RECORD else self.slot.values[what]

    def _base(self, what: str) -> pa.Array:
        if self.name(what):
            return self._objects.column(self.name(what))
        kinds = [table.schema.field(what).type for _, table in self._changes if what in table.schema.names]
        return pa.nulls(0, kinds[0])

    def whole(self, what: str, size: int) -> pa.Array:
        """The column for all enterprises; the stored one itself where there is nothing to lay over it."""
        array = self._base(what)
        for ents, table in self._changes:
            array = patched(array, ents, _column(table, what, array.type), max(size, len(array), int(ents[-1]) + 1))
        lacking = size - len(array)
        return pa.concat_arrays([array, pa.nulls(lacking, array.type)]) if lacking > 0 else array

    def part(self, what: str, ents: Rows) -> pa.Array:
        """The column for some enterprises (in order)."""
        base = self._base(what)
        array = base.take(pa.array(ents, mask=ents >= len(base)))
        for changed, table in self._changes:
            at = np.searchsorted(changed, ents)
            mine = np.flatnonzero(changed[np.minimum(at, len(changed) - 1)] == ents)
            if len(mine):
                array = patched(array, mine, _column(table, what, array.type).take(pa.array(at[mine])), len(ents))
        return array

    def days(self, ents: Rows) -> npt.NDArray[np.uint16]:
        """The days of recording of some enterprises, 0 where there is no record."""
        return zeroed(self.part("recorded", ents))

    def record_of(self) -> Callable[[int], tuple[int, int, int]]:
        """A look-up from an enterprise to its record: day (0: none), file, row."""
        base = [bare_numbers(self._base(what)) for what in RECORD]
        changes = [
            (ents, [bare_numbers(table.column(what).chunk(0)) for what in RECORD]) for ents, table in reversed(self._changes)
        ]

        def look(place: int) -> tuple[int, int, int]:
            for ents, columns in changes:
                at = int(np.searchsorted(ents, place))
                if at < len(ents) and ents[at] == place:
                    return int(columns[0][at]), int(columns[1][at]), int(columns[2][at])
            return (int(base[0][place]), int(base[1][place]), int(base[2][place])) if place < len(base[0]) else (0, 0, 0)

        return look

    def laid_over(self, rows: Rows, fresh: Mapping[str, pa.Array], size: int) -> Slot:
        """The slot with these records in it: as one more table of changes, or, where those have become many, in its columns."""
        changed = len(rows) + sum(len(ents) for ents, _ in self._changes)
        few = changed * _SMALL <= size and len(self._changes) < _MOST
        return self._with_changes(rows, fresh) if few else self.rewritten(rows, fresh, size)

    def _with_changes(self, rows: Rows, fresh: Mapping[str, pa.Array]) -> Slot:
        table = pa.table({"ent": pa.array(rows.astype(np.int32)), **{name: canonical(array) for name, array in fresh.items()}})
        values = {name: self.slot.values.get(name, "") for name in sorted({*self.slot.values, *fresh} - RECORD.keys())}
        changes = [*self.slot.changes, self._objects.put_table(table)]
        return Slot(self.slot.recorded, self.slot.file, self.slot.row, values, changes)

    def rewritten(self, rows: Rows, fresh: Mapping[str, pa.Array], size: int) -> Slot:
        """The slot with the changes, and these, laid into its columns."""
        return _stored(self._objects, {name: self.whole(name, size) for name in (*RECORD, *self.slot.values)}, rows, fresh, size)


def first_slot(objects: Objects, rows: Rows, fresh: Mapping[str, pa.Array], size: int) -> Slot:
    """A slot of nothing but these records."""
    return _stored(objects, {name: pa.nulls(0, array.type) for name, array in fresh.items()}, rows, fresh, size)


def _stored(objects: Objects, before: Mapping[str, pa.Array], rows: Rows, fresh: Mapping[str, pa.Array], size: int) -> Slot:
    stored = {}
    for name in sorted({*before, *fresh}):
        new = fresh.get(name)
        old = before[name] if name in before else pa.nulls(0, new.type if new is not None else pa.null())
        array = patched(old, rows, new if new is not None else pa.nulls(len(rows), old.type), size)
        stored[name] = objects.put(pa.array(zeroed(array)) if name == "recorded" else array)
    return Slot(stored.pop("recorded"), stored.pop("file"), stored.pop("row"), stored)


def _column(table: pa.Table, what: str, kind: pa.DataType) -> pa.Array:
    if what not in table.schema.names:
        return pa.nulls(table.num_rows, kind)
    column = table.column(what)
    return column.chunk(0) if column.num_chunks else pa.nulls(0, kind)


def zeroed(array: pa.Array) -> npt.NDArray[Any]:
    """The numbers of a column, 0 where it is null."""
    numbers: npt.NDArray[Any] = (array.fill_null(0) if array.null_count else array).to_numpy(zero_copy_only=False)
    return numbers
