"""What the making of a day's facts works on: the states of the mappings, the rows it is for, and the columns made so far.

The same code makes the facts of all enterprises and of a few of them: a `Bench` hands out the columns for its rows. `ways` names, for each
column, where its values can come from; where there is more than one way a `choice` column says for each enterprise which one was taken
(0 none, else the place in `ways` counted from 1). Which columns and ways there are depends on what the mappings delivered and never on a
single value, so that what is made for a few rows fits into what was made for all.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Protocol

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from features.catalogue import FactDefinition, FactType
from features.facts import Absence
from features.merging import Mask
from features.overlay import MappingState
from features.patching import Rows
from features.periods import shift_months
from features.slots import Slot, SlotColumns, zeroed
from features.snapshot import Objects
from features.sources.mapping import FactRule, SourceMapping, scale_of

ABSENCE_CODES: Mapping[int, Absence] = {1: Absence.MISSING, 2: Absence.NOT_APPLICABLE, 3: Absence.WITHHELD, 4: Absence.STALE}
NOT_APPLICABLE, WITHHELD, STALE = 2, 3, 4
EPOCH = date(1950, 1, 1)


def period_key(period: int) -> str:
    """2024 -> '2024', 202407 -> '2024-07', 0 -> ''."""
    return "" if period == 0 else str(period) if period < 10_000 else f"{period // 100:04d}-{period % 100:02d}"


def column_name(fact: str, period: str) -> str:
    """The snapshot's name for a fact in a period."""
    return f"{fact}@{period}" if period else fact


def scale_for(definition: FactDefinition) -> int:
    """How many decimal places the fact's columns keep."""
    return scale_of(definition.unit) if definition.type is FactType.NUMBER else 0


# ---- the rows it is made for ---------------------------------------------------------------------------------------------
class Bench(Protocol):
    """Columns and lists for the rows that are made."""

    rows: int

    def column(self, name: str) -> pa.Array:
        """A column that was made."""
        ...

    def cell(self, slot: Slot, what: str) -> tuple[str, pa.Array]:
        """A column of a slot for these rows, and the stored object that is just that, '' where there is none."""
        ...

    def days(self, slot: Slot) -> npt.NDArray[np.uint16]:
        """A slot's days of recording, 0 where there is no record."""
        ...

    def entries(self, name: str) -> pa.Table:
        """A stored table, its column `ent` in the numbers of these rows."""
        ...

    def members(self, name: str) -> npt.NDArray[np.int64]:
        """A stored set of enterprises, in the numbers of these rows."""
        ...

    def put(self, array: pa.Array) -> str:
        """Keep a column that was made; returns its name here."""
        ...


class Whole:
    """All rows; what is made is stored."""

    def __init__(self, objects: Objects, rows: int) -> None:
        self.rows = rows
        self.put = objects.put
        self.entries = objects.table
        self._objects = objects
        self._days: dict[tuple[str, ...], npt.NDArray[np.uint16]] = {}

    def column(self, name: str) -> pa.Array:
        return self._objects.column(name)

    def cell(self, slot: Slot, what: str) -> tuple[str, pa.Array]:
        columns = SlotColumns(self._objects, slot)
        array, name = columns.whole(what, self.rows), columns.name(what)
        return name if name and not slot.changes and len(self._objects.column(name)) == self.rows else "", array

    def days(self, slot: Slot) -> npt.NDArray[np.uint16]:
        key = (slot.recorded, *slot.changes)
        if key not in self._days:
            self._days[key] = zeroed(self.cell(slot, "recorded")[1])
        return self._days[key]

    def members(self, name: str) -> npt.NDArray[np.int64]:
        found: npt.NDArray[np.int64] = self._objects.column(name).to_numpy().astype(np.int64)
        return found


class Part:
    """Some rows, numbered from 0; what is made stays in memory."""

    def __init__(self, objects: Objects, ents: Rows) -> None:
        self.rows = len(ents)
        self._objects, self._ents = objects, ents
        self._made: dict[str, pa.Array] = {}

    def column(self, name: str) -> pa.Array:
        return self._made[name]

    def cell(self, slot: Slot, what: str) -> tuple[str, pa.Array]:
        return "", SlotColumns(self._objects, slot).part(what, self._ents)

    def days(self, slot: Slot) -> npt.NDArray[np.uint16]:
        return zeroed(self.cell(slot, "recorded")[1])

    def entries(self, name: str) -> pa.Table:
        table = self._objects.table(name)
        ents = table.column("ent").to_numpy()
        at = np.searchsorted(self._ents, ents)
        mine = np.flatnonzero(self._ents[np.minimum(at, self.rows - 1)] == ents)
        picked = table.take(pa.array(mine))
        return picked.set_column(picked.schema.get_field_index("ent"), "ent", pa.array(at[mine].astype(np.int32)))

    def members(self, name: str) -> npt.NDArray[np.int64]:
        return np.flatnonzero(np.isin(self._ents, self._objects.column(name).to_numpy()))

    def put(self, array: pa.Array) -> str:
        name = f"made {len(self._made)}"
        self._made[name] = array
        return name


# ---- the columns in the making -------------------------------------------------------------------------------------------
@dataclass(slots=True)
class MadeColumn:
    """A column in the making: its name on the bench, the ways to it, and the name of the choice among them ('' where there is one way)."""

    object: str
    ways: list[dict[str, Any]]
    choice: str = ""


@dataclass
class Making:
    """One making of the facts of a day. `withheld`: the facts that no source may give for this purpose."""

    con: duckdb.DuckDBPyConnection
    bench: Bench
    states: Mapping[str, MappingState]
    mappings: Sequence[SourceMapping]
    as_of: date
    purpose: str
    uscc: pa.Array
    name: pa.Array
    made: dict[str, MadeColumn] = field(default_factory=dict)
    bounds: dict[str, MadeColumn] = field(default_factory=dict)
    absences: dict[str, npt.NDArray[np.uint8]] = field(default_factory=dict)
    withheld: set[str] = field(default_factory=set)
    conflicts: list[pa.Table] = field(default_factory=list)

    @property
    def rows(self) -> int:
        """The number of enterprises."""
        return self.bench.rows

    def sources(self, fact: str) -> list[tuple[SourceMapping, int, FactRule]]:
        """Every mapping that gives the fact, the most believed first."""
        return [(m, i, rule) for m in self.mappings for i, rule in enumerate(m.facts) if rule.fact == fact]

    def absence(self, fact: str) -> npt.NDArray[np.uint8]:
        """The fact's absence codes, to be written to."""
        return self.absences.setdefault(fact, np.zeros(self.rows, np.uint8))

    def tainted(self, mapping: SourceMapping) -> Mask:
        """Whose absence from a complete list proves nothing."""
        mask = np.zeros(self.rows, bool)
        state = self.states.get(mapping.id)
        if state is not None and state.tainted:
            mask[self.bench.members(state.tainted)] = True
        return mask

    def is_fresh(self, definition: FactDefinition, mapping: SourceMapping) -> bool:
        """Whether a complete list is recent enough for an absence from it to mean anything, and was there by the as-of day."""
        return is_fresh(definition, mapping, self.states.get(mapping.id), self.as_of)


def oldest(definition: FactDefinition, mapping: SourceMapping, as_of: date) -> date:
    """The first day of recording that is not stale for this fact."""
    return shift_months(as_of, -(mapping.fresh_months or definition.fresh_months))


def is_fresh(definition: FactDefinition, mapping: SourceMapping, state: MappingState | None, as_of: date) -> bool:
    """Whether a mapping was delivered recently enough for an absence from it to mean anything."""
    return bool(state and state.delivered) and oldest(definition, mapping, as_of) <= date.fromisoformat(
        state.delivered if state else ""
    )
