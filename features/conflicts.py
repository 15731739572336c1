"""Where sources disagree, and where one file says two things: a table by enterprise and fact, for the profile to show both."""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from features.catalogue import FactDefinition, load_catalogue
from features.making import Making, period_key
from features.merging import words_differ
from features.overlay import EPOCH_DAYS
from features.slots import Slot

SCHEMA = pa.schema(
    [
        ("ent", pa.int32()),
        ("fact", pa.string()),
        ("period", pa.string()),
        ("mapping", pa.string()),
        ("file", pa.int16()),
        ("row", pa.int32()),
        ("recorded", pa.date32()),
    ]
)


def note_conflicts(
    making: Making, definition: FactDefinition, key: str, values: pa.Array, other: pa.Array, *, mapping: str, period: int
) -> None:
    """Note where `other` (what `mapping` says) knows something else than the more believed `values`."""
    both = values.is_valid().to_numpy(zero_copy_only=False) & other.is_valid().to_numpy(zero_copy_only=False)
    rows = np.flatnonzero(both)
    if not len(rows):
        return
    here, there = values.take(pa.array(rows)), other.take(pa.array(rows))
    if pa.types.is_dictionary(here.type):
        differs = words_differ(here, there, nested=definition.codes == "industry")
    else:
        differs = pc.not_equal(here, there).to_numpy(zero_copy_only=False)
    if differs.any():
        slot = making.states[mapping].periods[period]
        making.conflicts.append(_rows(making, definition.id, key, mapping, rows[differs], slot))


def _rows(making: Making, fact: str, key: str, mapping: str, ents: npt.NDArray[np.int64], slot: Slot) -> pa.Table:
    at = pa.array(ents)
    days = making.bench.days(slot)[ents].astype(np.int32) - EPOCH_DAYS
    return pa.table(
        {
            "ent": pa.array(ents.astype(np.int32)),
            "fact": pa.array([fact] * len(ents), pa.string()),
            "period": pa.array([key] * len(ents), pa.string()),
            "mapping": pa.array([mapping] * len(ents), pa.string()),
            "file": making.bench.cell(slot, "file")[1].take(at),
            "row": making.bench.cell(slot, "row")[1].take(at),
            "recorded": pa.array(days.astype(np.int32)).view(pa.date32()),
        }
    )


def conflict_table(making: Making) -> pa.Table:
    """Between sources, and within one file where a key came twice on one day; ordered by enterprise and fact."""
    tables = [*making.conflicts, *_clashes(making)]
    table = pa.concat_tables([t.select(SCHEMA.names).cast(SCHEMA) for t in tables]) if tables else SCHEMA.empty_table()
    return table.sort_by([(name, "ascending") for name in ("ent", "fact", "period", "mapping", "file", "row")])


def _clashes(making: Making) -> Iterator[pa.Table]:
    catalogue = load_catalogue()
    for mapping in making.mappings:
        state = making.states.get(mapping.id)
        if state is None or not state.clashes or mapping.is_list:
            continue
        table = making.bench.entries(state.clashes)
        ents, periods = table.column("ent").to_numpy(), table.column("period").to_numpy()
        days = table.column("recorded").cast(pa.int32()).to_numpy() + EPOCH_DAYS
        rules = [int(cell.split("_")[0][1:]) for cell in table.column("cell").to_pylist()]
        recorded = {int(period): making.bench.days(state.periods[int(period)]) for period in np.unique(periods)}
        still = np.array([recorded[int(p)][e] == d for e, p, d in zip(ents, periods, days, strict=True)], bool)
        facts = [mapping.facts[rule].fact for rule in rules]
        keys = [period_key(int(p)) if catalogue[f].is_periodic else "" for p, f in zip(periods, facts, strict=True)]
        found = pa.table(
            {
                "ent": table.column("ent"), "fact": pa.array(facts, pa.string()), "period": pa.array(keys, pa.string()),
                "mapping": pa.array([mapping.id] * len(facts), pa.string()), "file": table.column("file"),
                "row": table.column("row"), "recorded": table.column("recorded"),
            }
        )  # fmt: skip
        yield found.filter(pa.array(still))
