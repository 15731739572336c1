"""Which enterprises a later snapshot has to be made anew for, and whether that is all that tells it from the earlier one.

What is known of an enterprise on a day rests on its own records, on the day, and on what was delivered of the complete lists. Where the
last changes for everybody (a list that comes for the first time, or grows too old to prove an absence) the answer is None: make all.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from features.catalogue import load_catalogue
from features.making import EPOCH, is_fresh, oldest
from features.manifest import VERSION, rules_hash
from features.overlay import MappingState
from features.patching import Rows
from features.slots import SlotColumns, zeroed
from features.snapshot import Objects
from features.sources.mapping import SourceMapping

_WORTH_IT = 4  # where more than a quarter of the enterprises are touched, all are made
_FEW = 1_000  # of so few, any number is worth it
States = Mapping[str, MappingState]


def rows_to_make(
    base: Mapping[str, Any],
    before: States,
    now: States,
    *,
    objects: Objects,
    mappings: Sequence[SourceMapping],
    as_of: date,
    purpose: str,
    touched: Sequence[npt.NDArray[Any]],
    size: int,
) -> Rows | None:
    """The enterprises (in order) whose facts may differ from those in `base`, or None where that is all of them.

    `touched`: enterprises with records between the states `before` and `now`, or whose code or name is new.
    """
    was = date.fromisoformat(base["as_of"])
    same = base.get("rules") == rules_hash(mappings) and base["version"] == VERSION and base["purpose"] == purpose
    if not same or not size or was.year != as_of.year or _for_all(before, mappings, was) != _for_all(now, mappings, as_of):
        return None
    mask = np.zeros(size, np.bool_)
    for ents in (*touched, np.arange(base["rows"], size), *_ageing(objects, before, mappings, was, as_of)):
        mask[ents] = True
    for mapping in mappings:
        for ents in (*_dated(objects, before.get(mapping.id), was, as_of), *_doubted(objects, before, now, mapping)):
            mask[ents] = True
    mask[:1] = True  # at least one, so that there are columns
    rows = np.flatnonzero(mask)
    return None if len(rows) * _WORTH_IT > size and size > _FEW else rows


def _for_all(states: States, mappings: Sequence[SourceMapping], as_of: date) -> list[Any]:
    """What of the deliveries bears on everybody: which complete lists there are, for which periods and cells, and whether they are recent."""
    found: list[Any] = []
    catalogue = load_catalogue()
    for mapping in mappings:
        state = states.get(mapping.id)
        if mapping.complete:
            slots = (
                {period: sorted(cell for cell in slot.values if not cell.startswith("w")) for period, slot in state.periods.items()}
                if state
                else {}
            )
            fresh = [is_fresh(catalogue[rule.fact], mapping, state, as_of) for rule in mapping.facts]
            found.append((mapping.id, state is not None, slots, fresh))
    return found


def _ageing(objects: Objects, states: States, mappings: Sequence[SourceMapping], was: date, now: date) -> Iterator[Rows]:
    """Whose newest record was recent enough on one of the two days and is not on the other."""
    catalogue, seen = load_catalogue(), set[tuple[str, tuple[str, ...], int, int]]()
    for mapping in mappings:
        state = states.get(mapping.id)
        for rule in mapping.facts if state is not None and not mapping.is_list else ():
            definition = catalogue[rule.fact]
            low, high = sorted((oldest(definition, mapping, day) - EPOCH).days for day in (was, now))
            if definition.is_periodic or low == high:
                continue
            for slot in state.periods.values() if state else ():
                key = (slot.recorded, tuple(slot.changes), low, high)
                if key not in seen:
                    seen.add(key)
                    days = zeroed(SlotColumns(objects, slot).whole("recorded", 0))
                    yield np.flatnonzero((days >= low) & (days < high) & (days > 0))


def _dated(objects: Objects, state: MappingState | None, was: date, now: date) -> Iterator[npt.NDArray[Any]]:
    """Whose list entries begin or end between the two days."""
    if state is None or not state.list_table or was == now:
        return
    table = objects.table(state.list_table)
    low, high = sorted(((was - date(1970, 1, 1)).days, (now - date(1970, 1, 1)).days))
    ents = table.column("ent").to_numpy()
    for name in table.schema.names:
        if name.startswith(("on", "until")):
            days = table.column(name).cast(pa.int32()).fill_null(-(2**31)).to_numpy()
            yield ents[(days >= low) & (days <= high)]


def _doubted(objects: Objects, before: States, now: States, mapping: SourceMapping) -> Iterator[npt.NDArray[Any]]:
    """Whose absence from a list proves nothing on one of the two days only."""
    names = [states[mapping.id].tainted if mapping.id in states else "" for states in (before, now)]
    if names[0] != names[1]:
        then, today = (objects.column(name).to_numpy() if name else np.zeros(0, np.int32) for name in names)
        yield np.setxor1d(then, today)
