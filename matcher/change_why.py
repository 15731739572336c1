"""What changed between two runs over columns, and why: for each difference the causes that alone would have made one.

Each cause is tried by itself over all rows that differ at once: the new rule on the old facts, one new fact among the old ones, the new day.
Where none alone makes a difference, all count. Money is compared to the fen.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from matcher.change import Cause, facts_of, is_daily, leaves_of, same_rule
from matcher.change_columns import ColumnRun, Reach, part_of, reach_of
from matcher.changed_cells import fact_of
from matcher.columns import Table
from matcher.compile import Item
from matcher.crowd import Bounds, Mask, Rows
from matcher.screen import screen_criterion
from matcher.simulate_columns import ColumnCrowd
from matcher.verdict_bits import Codes
from policies.rules import RuleDocument


@dataclass(frozen=True, slots=True)
class Outcomes:
    """For each of some enterprises: 0 not met, 1 open, 2 met; and what is paid in fen (nothing where not met)."""

    verdicts: Codes
    money: Bounds

    def differs(self, other: "Outcomes") -> Mask:
        """Where the two are not the same."""
        mine, theirs = self.money, other.money
        return np.asarray(
            (self.verdicts != other.verdicts)
            | (mine.low != theirs.low)
            | (mine.high != theirs.high)
            | (mine.unbounded != theirs.unbounded)
        )

    def at(self, places: NDArray[np.int64]) -> "Outcomes":
        """Those of some of them."""
        return Outcomes(
            self.verdicts[places], Bounds(self.money.low[places], self.money.high[places], self.money.unbounded[places])
        )


@dataclass(frozen=True, slots=True)
class ItemChanges:
    """The pairs of one item that are not what they were. `rows` of the later and `was` of the earlier run (-1: not there).

    `before` and `after` are None where the pair came or went as such. `causes` and `facts` say for each pair what counts.
    """

    item: Item
    rows: Rows
    was: Rows
    before: Outcomes | None
    after: Outcomes | None
    causes: Mapping[Cause, Mask]
    facts: Mapping[str, Mask]


def column_differences(before: ColumnRun, after: ColumnRun, *, touched: Rows | None = None) -> Iterator[ItemChanges]:
    """What changed since the last run, and why; item by item, those of the later run first. `touched` as for `next_column_run`."""
    reach = reach_of(before, after.documents, after.population, after.as_of, touched=touched)
    gone = np.setdiff1d(np.arange(before.population.rows), reach.was)
    fresh = np.flatnonzero(reach.was < 0)
    sample = _sampled(before, after, reach)
    there = np.flatnonzero(reach.was >= 0)
    for item in after.items:
        if item not in before.rests:
            yield from _one_sided(item, there, reach.was[there], Cause.RULE_ADDED)
        else:
            yield from _changed(before, after, item, reach, sample)
        yield from _one_sided(item, fresh, reach.was[fresh], Cause.ENTERPRISE_ADDED)
    for item in before.items:
        if item not in after.rests:
            yield from _one_sided(item, np.full(len(there), -1), reach.was[there], Cause.RULE_REMOVED)
        yield from _one_sided(item, np.full(len(gone), -1), gone, Cause.ENTERPRISE_REMOVED)


def flipped_by(changes: Iterator[ItemChanges], fact: str) -> Iterator[tuple[Item, Rows]]:
    """Which rules does this fact flip, and for whom: rows of the later run where its change counts among the causes."""
    for change in changes:
        counting = change.facts.get(fact)
        if counting is not None and counting.any():
            yield change.item, change.rows[counting]


def outcomes_of(document: RuleDocument, index: int, part: Table, as_of: date) -> Outcomes:
    """One item for everybody in a table."""
    item = document.items[index]
    count = part.rows
    if not document.meta.in_force_on(as_of):
        nothing = np.zeros(count, np.int64)
        return Outcomes(np.zeros(count, np.uint8), Bounds(nothing, nothing, np.zeros(count, np.bool_)))
    met, still_open = screen_criterion(part, document.gate_of(item), as_of)
    verdicts = (2 * met.astype(np.uint8) + still_open).astype(np.uint8)
    found, alive = ColumnCrowd(part).bounds(item, np.arange(count), as_of), verdicts > 0
    return Outcomes(verdicts, Bounds(np.where(alive, found.low, 0), np.where(alive, found.high, 0), found.unbounded & alive))


def _one_sided(item: Item, rows: Rows, was: Rows, cause: Cause) -> Iterator[ItemChanges]:
    if len(rows):
        yield ItemChanges(item, rows, was, None, None, {cause: np.ones(len(rows), np.bool_)}, {})


@dataclass(frozen=True, slots=True)
class _Sample:
    """The enterprises that concern items which were not decided for everybody, as they were and as they are: read once for all items."""

    rows: Rows
    was: Table
    now: Table


def _sampled(before: ColumnRun, after: ColumnRun, reach: Reach) -> _Sample:
    rows = np.unique(np.concatenate([reach.touched, *reach.daily.values()]))
    rows = rows[reach.was[rows] >= 0]
    facts = {f for run in (before, after) for several in run.rests.values() for f in several}
    return _Sample(rows, part_of(before.population, reach.was[rows], facts), part_of(after.population, rows, facts))


def _changed(before: ColumnRun, after: ColumnRun, item: Item, reach: Reach, sample: _Sample) -> Iterator[ItemChanges]:
    name, index = item
    rule_was, rule_now = before.by_id[name], after.by_id[name]
    named = facts_of(rule_was, index) | facts_of(rule_now, index)
    rows = _candidates(after, item, reach, named)
    then, now = before.verdicts(item, reach.was[rows]), after.verdicts(item, rows)
    rows = rows[(then > 0) | (now > 0)]  # where both are not met nothing is paid either
    if not len(rows):
        return
    was = reach.was[rows]
    if item in reach.whole:
        part_was, part_now = part_of(before.population, was, named), part_of(after.population, rows, named)
    else:
        there = np.searchsorted(sample.rows, rows)
        part_was, part_now = part_of(sample.was, there, named), part_of(sample.now, there, named)
    old = outcomes_of(rule_was, index, part_was, before.as_of)
    new = outcomes_of(rule_now, index, part_now, after.as_of)
    places = np.flatnonzero(old.differs(new))
    if not len(places):
        return
    rows, was, old, new = rows[places], was[places], old.at(places), new.at(places)
    alone: dict[tuple[Cause, str], tuple[Mask, Mask]] = {}  # what may have been the cause, and where it alone makes a difference
    part_was, part_now = part_of(part_was, places, named), part_of(part_now, places, named)
    every = np.ones(len(rows), np.bool_)
    if not same_rule(rule_was, rule_now, index):
        alone[Cause.RULE_CHANGED, ""] = every, old.differs(outcomes_of(rule_now, index, part_was, before.as_of))
    for fact in sorted(named & reach.facts.keys()):
        here = reach.facts[fact][rows]
        if here.any():
            replaced = _with_fact(part_was, part_now, fact)
            alone[Cause.FACT_CHANGED, fact] = here, here & old.differs(outcomes_of(rule_was, index, replaced, before.as_of))
    if before.as_of != after.as_of:
        turns = item in reach.whole or any(is_daily(leaf) for leaf in leaves_of(rule_was, index))
        by_day = old.differs(outcomes_of(rule_was, index, part_was, after.as_of)) if turns else ~every
        alone[Cause.DAY_CHANGED, ""] = every, by_day
    yield ItemChanges(item, rows, was, old, new, *_counting(alone, len(rows)))


def _counting(alone: Mapping[tuple[Cause, str], tuple[Mask, Mask]], count: int) -> tuple[dict[Cause, Mask], dict[str, Mask]]:
    none = ~np.logical_or.reduce([decisive for _, decisive in alone.values()], initial=False, axis=0) & np.ones(count, np.bool_)
    causes: dict[Cause, Mask] = {}
    facts: dict[str, Mask] = {}
    for (cause, fact), (possible, decisive) in alone.items():
        counts = decisive | (none & possible)
        causes[cause] = causes.get(cause, False) | counts
        if fact:
            facts[fact] = counts
    return causes, facts


def _candidates(after: ColumnRun, item: Item, reach: Reach, named: frozenset[str]) -> Rows:
    """The rows whose outcome may differ."""
    known = reach.was >= 0
    if item in reach.whole:
        return np.flatnonzero(known)
    mask = np.zeros(len(known), np.bool_)
    for fact in named & reach.facts.keys():
        mask |= reach.facts[fact]
    mask[reach.daily.get(item, np.zeros(0, np.int64))] = True
    return np.flatnonzero(mask & known)


def _with_fact(was: Table, now: Table, fact: str) -> Table:
    """The earlier table with one fact as it is now."""
    table = was.table.select([n for n in was.table.column_names if fact_of(n) != fact])
    for name in now.table.column_names:
        if fact_of(name) == fact:
            table = table.append_column(now.table.schema.field(name), now.table.column(name))
    return Table(table, was.catalogue)
