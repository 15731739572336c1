"""The facts as of a day from the states of the mappings: precedence, absences, open list entries, conflicts, derived facts.

Everything here is computed over whole columns, and every row by itself: what is made for a few rows is what is made of them among all.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from features.catalogue import FactDefinition, FactType, load_catalogue
from features.conflicts import note_conflicts
from features.deriving import add_derived
from features.listed import add_listed
from features.making import EPOCH, NOT_APPLICABLE, STALE, WITHHELD, MadeColumn, Making, column_name, oldest, period_key, scale_for
from features.merging import Mask, filled, finer_than, without
from features.slots import Slot
from features.sources.mapping import FactRule, SourceMapping


@dataclass(frozen=True, slots=True)
class _Part:
    """What one mapping says of a fact in one period. `object`: the stored column where it is used as it is; `withheld`: where the
    department said that there is a figure that it does not give."""

    object: str
    array: pa.Array
    way: dict[str, Any]
    stale: Mask | None = None
    withheld: Mask | None = None


def make_facts(making: Making) -> None:
    """Every fact of the catalogue: what departments gave, then what follows from it."""
    for definition in load_catalogue():
        _add_given(making, definition)
    add_derived(making)


def _add_given(making: Making, definition: FactDefinition) -> None:
    sources = making.sources(definition.id)
    allowed = [source for source in sources if making.purpose in source[0].purposes]
    if sources and not allowed:
        making.withheld.add(definition.id)
        making.absence(definition.id)[:] = WITHHELD
        return
    if any(rule.how in ("listed", "event", "member") for _, _, rule in allowed):
        add_listed(making, definition, allowed)
        return
    by_period: dict[str, list[_Part]] = {}
    for mapping, index, rule in allowed:
        state = making.states.get(mapping.id)
        for period in sorted(state.periods, reverse=True) if state else ():
            key = period_key(period) if definition.is_periodic else ""
            part = _part(making, definition, mapping, index, rule, period)
            if part is not None:
                by_period.setdefault(key, []).append(part)
    for key in sorted(by_period):
        _merge(making, definition, key, by_period[key])
    _mark_withheld(making, definition, by_period)


def _part(
    making: Making, definition: FactDefinition, mapping: SourceMapping, index: int, rule: FactRule, period: int
) -> _Part | None:
    slot = making.states[mapping.id].periods[period]
    if f"v{index}" not in slot.values:
        return None
    way = {"mapping": mapping.id, "period": period, "how": "record"}
    name, array = making.bench.cell(slot, f"v{index}")
    if rule.interval and f"v{index}_lo" in slot.values:
        key = column_name(definition.id, period_key(period))
        for end, cell in (("low", f"v{index}_lo"), ("high", f"v{index}_hi")):
            if f"{key}#{end}" not in making.bounds:
                stored, bound = making.bench.cell(slot, cell)
                making.bounds[f"{key}#{end}"] = MadeColumn(stored or making.bench.put(bound), [])
    if mapping.complete and rule.how in ("presence", "value"):
        return _with_the_absent(making, definition, mapping, rule, slot, array, way)
    withheld = _withheld(making, slot, index)
    if definition.is_periodic:
        return _Part(name, array, way, withheld=withheld)
    stale = _stale(making, definition, mapping, slot) & array.is_valid().to_numpy(zero_copy_only=False)
    if stale.any():
        return _Part("", without(array, stale), way, stale, withheld)
    return _Part(name, array, way, withheld=withheld)


def _withheld(making: Making, slot: Slot, index: int) -> Mask | None:
    if f"w{index}" not in slot.values:
        return None
    mask: Mask = making.bench.cell(slot, f"w{index}")[1].fill_null(False).to_numpy(zero_copy_only=False)
    return mask


def _mark_withheld(making: Making, definition: FactDefinition, by_period: Mapping[str, Sequence[_Part]]) -> None:
    """Of whom a department keeps the figure to itself, and nobody gives it for any period."""
    masks = [part.withheld for parts in by_period.values() for part in parts if part.withheld is not None]
    if masks:
        withheld = np.logical_or.reduce(masks)
        for key in by_period:
            made = making.made[column_name(definition.id, key)]
            withheld &= making.bench.column(made.object).is_null().to_numpy(zero_copy_only=False)
        making.absence(definition.id)[withheld] = WITHHELD


def _stale(making: Making, definition: FactDefinition, mapping: SourceMapping, slot: Slot) -> Mask:
    days = making.bench.days(slot)
    result: Mask = (days > 0) & (days < (oldest(definition, mapping, making.as_of) - EPOCH).days)
    return result


def _with_the_absent(
    making: Making,
    definition: FactDefinition,
    mapping: SourceMapping,
    rule: FactRule,
    slot: Slot,
    array: pa.Array,
    way: dict[str, Any],
) -> _Part:
    """A complete list: who has no row has the value of the absent, is not concerned, or is unknown where the list is old or doubtful."""
    absent = (making.bench.days(slot) == 0) & ~making.tainted(mapping)
    if not making.is_fresh(definition, mapping):
        known = array.is_valid().to_numpy(zero_copy_only=False)
        return _Part("", without(array, known), way, np.ones(making.rows, bool))
    if rule.absent == "not_applicable":
        making.absence(definition.id)[absent] = NOT_APPLICABLE
        return _Part("", array, way)
    default: Any = None
    match definition.type:
        case FactType.BOOL:
            default = False
        case FactType.NUMBER if rule.const:
            default = int(rule.const) * 10 ** scale_for(definition)
        case FactType.CODE if rule.const:
            default = rule.const
        case _:
            return _Part("", array, way)
    plain = array.cast(pa.string()) if pa.types.is_dictionary(array.type) else array
    given = pc.if_else(pa.array(absent), pa.scalar(default, plain.type), plain)
    return _Part("", given.dictionary_encode() if pa.types.is_dictionary(array.type) else given, way)


def _merge(making: Making, definition: FactDefinition, key: str, parts: Sequence[_Part]) -> None:
    """One column out of what the mappings say, the first that knows; where two know different things, a conflict."""
    first, values, choice, stale = parts[0], parts[0].array, None, parts[0].stale
    if len(parts) > 1:
        choice = np.where(values.is_valid().to_numpy(zero_copy_only=False), 1, 0).astype(np.uint8)
        for place, part in enumerate(parts[1:], start=2):
            if part.way["mapping"] != first.way["mapping"]:
                note_conflicts(making, definition, key, values, part.array, mapping=part.way["mapping"], period=part.way["period"])
            fill = (choice == 0) & part.array.is_valid().to_numpy(zero_copy_only=False)
            values = filled(values, part.array)
            choice[fill] = place
            if definition.codes == "industry":
                finer = finer_than(values, part.array)
                values = filled(without(values, finer), part.array)
                choice[finer] = place
            stale = part.stale if stale is None else stale if part.stale is None else stale | part.stale
    made = MadeColumn(first.object if len(parts) == 1 and first.object else making.bench.put(values), [part.way for part in parts])
    made.choice = making.bench.put(pa.array(choice)) if choice is not None else ""
    if stale is not None and not definition.is_periodic:
        making.absence(definition.id)[stale & values.is_null().to_numpy(zero_copy_only=False)] = STALE
    making.made[column_name(definition.id, key)] = made
