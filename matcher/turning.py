"""For whom a new day alone turns a criterion: birthdays, anniversaries and events that come into sight, found without asking everybody.

A date is the same for many enterprises, so each distinct day is asked once; an event matters only if it lies between the two days.
"""

from collections.abc import Iterable, Mapping
from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from features.catalogue import FactType
from matcher.columns import Table
from matcher.crowd import Mask, Rows
from matcher.screen import screen_criterion
from policies.rules import Leaf


def turned(leaves: Iterable[Leaf], population: Table, before: date, after: date) -> Mapping[Leaf, Rows]:
    """By leaf (without where it stands and how sure its reading is): the rows for which it reads otherwise on the later day.

    For leaves on dates and events whose period, if any, names the same years and months on both days.
    """
    by_fact: dict[str, set[Leaf]] = {}
    for leaf in leaves:
        by_fact.setdefault(leaf.fact, set()).add(bare(leaf))
    found: dict[Leaf, Rows] = {}
    for fact, several in by_fact.items():
        if fact not in population.table.column_names:
            found |= dict.fromkeys(several, np.zeros(0, np.int64))
        elif population.catalogue[fact].type is FactType.DATE:
            found |= _dates(fact, several, population, before, after)
        else:
            found |= _events(fact, several, population, before, after)
    return found


def bare(leaf: Leaf) -> Leaf:
    """What a leaf asks, without where it stands and how sure its reading is."""
    return Leaf(leaf.fact, leaf.op, leaf.value, leaf.period, leaf.agg, leaf.first)


def _dates(fact: str, leaves: set[Leaf], population: Table, before: date, after: date) -> dict[Leaf, Rows]:
    coded = population.table.column(fact).combine_chunks().dictionary_encode()
    coded = coded.combine_chunks() if isinstance(coded, pa.ChunkedArray) else coded
    days = Table(pa.table({fact: coded.dictionary}), population.catalogue)  # a day that is not known turns nothing
    turns = {leaf: _turns(leaf, days, before, after) for leaf in leaves}
    places = coded.indices.fill_null(days.rows).to_numpy(zero_copy_only=False)
    some = np.append(np.logical_or.reduce(list(turns.values())), False)
    rows = np.flatnonzero(some[places])
    return {leaf: rows[mask[places[rows]]] for leaf, mask in turns.items()}


def _events(fact: str, leaves: set[Leaf], population: Table, before: date, after: date) -> dict[Leaf, Rows]:
    array = population.table.column(fact).combine_chunks()
    on = array.flatten().field("on")
    first, last = min(before, after), max(before, after)
    between = pc.fill_null(pc.and_(pc.greater(on, pa.scalar(first)), pc.less_equal(on, pa.scalar(last))), False)
    places = np.flatnonzero(between.to_numpy(zero_copy_only=False))
    rows = np.unique(pc.list_parent_indices(array).to_numpy(zero_copy_only=False)[places]).astype(np.int64)
    part = Table(population.table.select([fact]).take(pa.array(rows)), population.catalogue)
    return {leaf: rows[_turns(leaf, part, before, after)] for leaf in leaves}


def _turns(leaf: Leaf, part: Table, before: date, after: date) -> Mask:
    met, still_open = screen_criterion(part, leaf, before)
    met_now, open_now = screen_criterion(part, leaf, after)
    return np.asarray((met != met_now) | (still_open != open_now))
