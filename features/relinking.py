"""A word about whose record a row is, laid over the states: the enterprises it concerns are folded anew from the log, all others stay.

The same is done when a snapshot is rebuilt from the first day on, at the same place among the days, so that a rebuild gives the same bytes.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TypeAlias

import numpy as np
import pyarrow as pa

from features.fold import Fold, Scope
from features.merging import in_row_order
from features.overlay import MappingState
from features.patching import Rows
from features.slots import RECORD, Slot, SlotColumns, first_slot
from features.snapshot import Objects, canonical_table
from features.words import Saying, whose

Step: TypeAlias = date | Saying


def steps_of(days: Sequence[date], sayings: Sequence[Saying]) -> list[Step]:
    """Days and sayings in the order in which they are folded: a saying after the day that was the last when it was said."""
    return sorted([*days, *sayings], key=lambda step: (step, "") if isinstance(step, date) else (step.after, step.name))


def step_name(step: Step) -> str:
    """The step as a manifest names it."""
    return step.isoformat() if isinstance(step, date) else f"{step.after.isoformat()}+{step.name}"


def fold_steps(fold: Fold, steps: Sequence[Step], done: int, scratch: Path) -> None:
    """Lay the steps from number `done` on over the states. With a few enterprises in scope the words are heeded from the start."""
    if fold.scope.ents is not None:
        fold.said = whose(step for step in steps if isinstance(step, Saying))
    for place, step in enumerate(steps[done:], start=done):
        if isinstance(step, date):
            fold.add(step)
        elif fold.scope.ents is None and step.touched:
            _lay_over(fold, steps[: place + 1], step, scratch)


@dataclass(frozen=True, slots=True)
class _Anew:
    """Some enterprises folded anew. `ents`: their numbers among all; `files`: the numbers of the files here -> among all."""

    objects: Objects
    ents: Rows
    files: pa.Array

    def file_numbers(self, column: pa.Array) -> pa.Array:
        """The column `file` in the numbers that it has among all."""
        return self.files.take(column) if len(self.files) else column

    def table(self, name: str) -> pa.Table:
        """One of the tables here, with the numbers that it has among all."""
        table = self.objects.table(name)
        ents = self.ents[table.column("ent").to_numpy()].astype(np.int32)
        columns = {**{field: table.column(field) for field in table.schema.names}, "ent": pa.array(ents)}
        columns["file"] = self.file_numbers(table.column("file").combine_chunks())
        return canonical_table(pa.table(columns))


def _lay_over(fold: Fold, steps: Sequence[Step], saying: Saying, scratch: Path) -> None:
    sources = {word.source for word in saying.words}
    objects, ents = Objects(scratch / f"words-{saying.name}"), np.array(saying.touched, np.int64)
    anew = Fold(
        fold.con,
        fold.log,
        objects,
        {name: mapping for name, mapping in fold.mappings.items() if name in sources},
        {},
        [],
        Scope(until=fold.scope.until, ents=saying.touched),
        said=whose(step for step in steps if isinstance(step, Saying)),
    )
    for step in steps:
        if isinstance(step, date):
            anew.add(step)
    numbers = pa.array([fold.files.index(file) for file in anew.files], pa.int16())
    made = _Anew(objects, ents, numbers)
    for source in sorted(sources & set(fold.states)):
        _lay_state(fold, fold.states[source], anew.states.get(source, MappingState()), made)
    fold.touched.append(ents)


def _lay_state(fold: Fold, state: MappingState, fresh: MappingState, made: _Anew) -> None:
    for period in sorted({*state.periods, *fresh.periods}):
        state.periods[period] = _lay_slot(fold, state.periods.get(period), fresh.periods.get(period), made)
    state.list_table = _lay_table(fold.objects, state.list_table, fresh.list_table, made)
    state.clashes = _lay_table(fold.objects, state.clashes, fresh.clashes, made)
    before = fold.objects.column(state.tainted).to_numpy() if state.tainted else np.zeros(0, np.int32)
    now = made.ents[made.objects.column(fresh.tainted).to_numpy()] if fresh.tainted else np.zeros(0, np.int64)
    tainted = np.union1d(np.setdiff1d(before, made.ents), now).astype(np.int32)
    state.tainted = fold.objects.put(pa.array(tainted)) if len(tainted) else ""


def _lay_slot(fold: Fold, slot: Slot | None, fresh: Slot | None, made: _Anew) -> Slot:
    here = np.arange(len(made.ents))
    if fresh is not None:
        anew = SlotColumns(made.objects, fresh)
        columns = {name: anew.part(name, here) for name in (*RECORD, *fresh.values)}
        columns["file"] = made.file_numbers(columns["file"])
    else:
        columns = {name: pa.nulls(len(here), kind) for name, kind in RECORD.items()}
    columns["recorded"] = columns["recorded"].fill_null(0)
    size = int(made.ents[-1]) + 1
    if slot is None:
        return first_slot(fold.objects, made.ents, columns, size)
    size = max(size, len(fold.objects.column(slot.recorded)))
    return SlotColumns(fold.objects, slot).laid_over(made.ents, columns, size)


def _lay_table(objects: Objects, before: str, fresh: str, made: _Anew) -> str:
    tables = [made.table(fresh)] if fresh else []
    if before:
        old = objects.table(before)
        tables.insert(0, old.filter(pa.array(~np.isin(old.column("ent").to_numpy(), made.ents))))
    if not tables:
        return ""
    table = in_row_order(*tables) if len(tables) > 1 else tables[0]
    return objects.put_table(canonical_table(table))
