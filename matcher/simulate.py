"""What a rule would do: who gains and loses between two versions, money against the budget, by groups, curves and funnels.

Works over any `Crowd`: plain profiles (`crowd.ProfileCrowd`) or the columns of a whole city (`simulate_columns.ColumnCrowd`).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

import numpy as np

from matcher.crowd import DIMENSIONS, Bounds, Crowd, Dimension, Labels, Mask, Rows, Truths
from matcher.editing import ALWAYS, NEVER, OPEN, Place, leaf_at, with_leaf, with_threshold
from policies.rules import AllOf, Criterion, LeafValue, PolicyItem, RuleDocument

_LISTED = 1000


class Fit(StrEnum):
    """How the money stands to the budget."""

    FITS = "fits"  # even the high bound
    MAY_EXCEED = "may_exceed"
    EXCEEDS = "exceeds"  # even the low bound


@dataclass(frozen=True, slots=True)
class Tally:
    """How many are eligible and open, and what it costs in CNY: `low` for the eligible, `high` for them and all that are open.

    `unbounded` counts the enterprises whose benefit nothing bounds; `high` does not contain them.
    """

    eligible: int
    open: int
    low: Decimal
    high: Decimal
    unbounded: int

    def fit(self, budget: Decimal | None) -> Fit | None:
        """How it stands to a budget; None without one."""
        if budget is None:
            return None
        if self.low > budget:
            return Fit.EXCEEDS
        return Fit.MAY_EXCEED if self.unbounded or self.high > budget else Fit.FITS


@dataclass(frozen=True, slots=True)
class Group:
    """One group of a dimension: enterprises in it, eligible before and after, who gained and lost."""

    dimension: Dimension
    label: str
    size: int
    before: int
    after: int
    gained: int
    lost: int


@dataclass(frozen=True, slots=True)
class Simulation:
    """Two versions of an item compared: `gained` are newly eligible, `lost` no longer so (names up to the limit asked for)."""

    before: Tally
    after: Tally
    gained_count: int
    lost_count: int
    gained: tuple[str, ...]
    lost: tuple[str, ...]
    groups: tuple[Group, ...]
    budget: Decimal | None

    @property
    def fit_before(self) -> Fit | None:
        """How the first version stands to the budget."""
        return self.before.fit(self.budget)

    @property
    def fit_after(self) -> Fit | None:
        """How the second version stands to the budget."""
        return self.after.fit(self.budget)


@dataclass(frozen=True, slots=True)
class Variant:
    """One item of one version of its document; an item that does not exist yet is compared with `None`."""

    document: RuleDocument
    index: int

    @property
    def item(self) -> PolicyItem:
        """The item itself."""
        return self.document.items[self.index]


@dataclass(frozen=True, slots=True)
class Point:
    """What the item does with one value of a threshold."""

    value: LeafValue
    tally: Tally


def simulate(
    before: Variant | None,
    after: Variant,
    crowd: Crowd,
    as_of: date,
    *,
    budget: Decimal | None = None,
    listed: int = _LISTED,
    dimensions: Sequence[Dimension] = DIMENSIONS,
) -> Simulation:
    """Compare two versions; without `budget` the second version's own budget counts."""
    was, now = variant_truths(before, crowd, as_of), variant_truths(after, crowd, as_of)
    gained, lost = np.flatnonzero(now.met & ~was.met), np.flatnonzero(was.met & ~now.met)
    concerned = np.flatnonzero(was.met | now.met)
    state = was.met[concerned] + 2 * now.met[concerned].astype(np.int64)
    tallies = _tallies(before, was, after, now, crowd, as_of)
    return Simulation(
        before=tallies[0],
        after=tallies[1],
        gained_count=len(gained),
        lost_count=len(lost),
        gained=crowd.usccs(gained[:listed]),
        lost=crowd.usccs(lost[:listed]),
        groups=tuple(g for d in dimensions for g in _groups(d, crowd.labels(d, as_of), concerned, state)),
        budget=after.item.budget if budget is None else budget,
    )


def variant_truths(variant: Variant | None, crowd: Crowd, as_of: date) -> Truths:
    """Who is eligible and who is open; nobody for no variant and outside the effective dates."""
    if variant is None or not variant.document.meta.in_force_on(as_of):
        nobody = np.zeros(crowd.rows, dtype=np.bool_)
        return Truths(nobody, nobody)
    return crowd.truths(variant.document.gate_of(variant.item), as_of)


def _tallies(before: Variant | None, was: Truths, after: Variant, now: Truths, crowd: Crowd, as_of: date) -> tuple[Tally, Tally]:
    """Both tallies; versions that pay alike are paid once."""
    if before is None or before.item.amounts != after.item.amounts:
        return _tally(was, crowd, as_of, None if before is None else before.item), _tally(now, crowd, as_of, after.item)
    either = np.flatnonzero(was.met | was.open | now.met | now.open)
    paid = crowd.bounds(after.item, either, as_of)
    return _sum_of(either, paid, was), _sum_of(either, paid, now)


def _tally(truths: Truths, crowd: Crowd, as_of: date, item: PolicyItem | None) -> Tally:
    if item is None:
        return Tally(0, 0, Decimal(0), Decimal(0), 0)
    rows = np.flatnonzero(truths.met | truths.open)
    return _sum(truths.met[rows], crowd.bounds(item, rows, as_of))


def _sum(met: Mask, paid: Bounds) -> Tally:
    """`met` marks the eligible among the rows of `paid`; the others are open."""
    low, high = int(paid.low[met].sum()), int(paid.high[~paid.unbounded].sum())
    eligible = int(met.sum())
    return Tally(eligible, len(met) - eligible, _yuan(low), _yuan(high), int(paid.unbounded.sum()))


def _yuan(fen: int) -> Decimal:
    return Decimal(fen).scaleb(-2)


def _groups(dimension: Dimension, labels: Labels, concerned: Rows, state: Rows) -> Iterator[Group]:
    """`state` of the `concerned` rows: 1 eligible before only, 2 after only, 3 both."""
    counts = np.bincount(labels.codes[concerned] * 4 + state, minlength=4 * len(labels.names)).reshape(-1, 4)
    for i in sorted(range(len(labels.names)), key=labels.names.__getitem__):
        _, lost, gained, kept = (int(n) for n in counts[i])
        if labels.sizes[i]:
            yield Group(dimension, labels.names[i], int(labels.sizes[i]), lost + kept, gained + kept, gained, lost)


# ---- curves ------------------------------------------------------------------------------------------------------


def curve(variant: Variant, place: Place, values: Sequence[LeafValue], crowd: Crowd, as_of: date) -> tuple[Point, ...]:
    """The item's tally for each value of the threshold at `place`.

    The rest of the rule is decided three times, with the leaf taken as met, as not met and as open; after that each value costs one
    leaf. Raises ValueError where there is no such place or a value is of another type than the threshold.
    """
    leaf_at(variant.document, variant.index, place)
    rest = {
        kind: variant_truths(Variant(with_leaf(variant.document, variant.index, place, constant), variant.index), crowd, as_of)
        for kind, constant in (("met", ALWAYS), ("not", NEVER), ("open", OPEN))
    }
    ever = np.flatnonzero(np.logical_or.reduce([t.met | t.open for t in rest.values()]))
    paid = None if place.section == "when" else crowd.bounds(variant.item, ever, as_of)
    points = []
    for value in values:
        moved = with_threshold(variant.document, variant.index, place, value)
        leaf = crowd.truths(leaf_at(moved, variant.index, place), as_of)
        neither = ~(leaf.met | leaf.open)
        met = (leaf.met & rest["met"].met) | (leaf.open & rest["open"].met) | (neither & rest["not"].met)
        still = (leaf.met & rest["met"].open) | (leaf.open & rest["open"].open) | (neither & rest["not"].open)
        if paid is None:
            points.append(Point(value, _tally(Truths(met, still), crowd, as_of, moved.items[variant.index])))
        else:
            points.append(Point(value, _sum_of(ever, paid, Truths(met, still))))
    return tuple(points)


def _sum_of(ever: Rows, paid: Bounds, truths: Truths) -> Tally:
    """The tally of those among `ever` that are eligible or open."""
    here = (truths.met | truths.open)[ever]
    return _sum(truths.met[ever][here], Bounds(paid.low[here], paid.high[here], paid.unbounded[here]))


# ---- the funnel --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class FunnelStep:
    """One demand of an item: how many meet it taken alone, and how many are still in (met, or open) after it and all before it."""

    criterion: Criterion
    alone_met: int
    alone_open: int
    left_met: int
    left_open: int


def funnel(variant: Variant, crowd: Crowd, as_of: date) -> tuple[FunnelStep, ...]:
    """The item's demands one after the other, as they stand in the text; the last step's counts are the item's own in its dates."""
    gate = variant.document.gate_of(variant.item)
    met = np.ones(crowd.rows, dtype=np.bool_)
    possible = met.copy()
    steps = []
    for demand in _demands(gate):
        truths = crowd.truths(demand, as_of)
        met, possible = met & truths.met, possible & (truths.met | truths.open)
        alone = int(truths.met.sum()), int(truths.open.sum())
        steps.append(FunnelStep(demand, *alone, int(met.sum()), int((possible & ~met).sum())))
    return tuple(steps)


def _demands(criterion: Criterion | None) -> Iterator[Criterion]:
    """The parts of nested conjunctions, left to right."""
    if isinstance(criterion, AllOf):
        for part in criterion.parts:
            yield from _demands(part)
    elif criterion is not None:
        yield criterion
