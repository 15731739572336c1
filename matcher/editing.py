"""Small edits of a rule for simulation: another threshold at one place, one more criterion, a leaf taken for granted."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Literal, assert_never

from policies.rules import AllOf, AnyOf, AtLeast, Criterion, Leaf, LeafValue, Not, Op, PolicyItem, RuleDocument, leaves

Section = Literal["common", "own", "when"]

ALWAYS: Criterion = AllOf(())
NEVER: Criterion = AnyOf(())
OPEN: Criterion = Leaf("declared", Op.DECLARED, "?")  # nobody knows


@dataclass(frozen=True, slots=True)
class Place:
    """One leaf of a rule: its section (`when`: of which amount), and its number in that tree from left to right, from 0."""

    section: Section
    number: int
    amount: int = 0


def thresholds(document: RuleDocument, index: int) -> Iterator[tuple[Place, Leaf]]:
    """The leaves whose threshold can be moved: figures, dates and ages."""
    for place, leaf in places(document, index):
        if isinstance(leaf.value, Decimal | date) or leaf.op in (Op.AGE_GE, Op.AGE_LE):
            yield place, leaf


def places(document: RuleDocument, index: int) -> Iterator[tuple[Place, Leaf]]:
    """Every leaf of an item with its place."""
    item = document.items[index]
    if not item.without_common:
        yield from ((Place("common", n), leaf) for n, leaf in enumerate(leaves(document.common)))
    yield from ((Place("own", n), leaf) for n, leaf in enumerate(leaves(item.criteria)))
    for i, amount in enumerate(item.amounts):
        yield from ((Place("when", n, i), leaf) for n, leaf in enumerate(leaves(amount.when)))


def leaf_at(document: RuleDocument, index: int, place: Place) -> Leaf:
    """The leaf at a place; raises ValueError where there is none."""
    for other, leaf in places(document, index):
        if other == place:
            return leaf
    raise ValueError(f"the rule has no condition at {place}; ask `places` for those it has")


def with_threshold(document: RuleDocument, index: int, place: Place, value: LeafValue) -> RuleDocument:
    """The document with another value at one place; raises ValueError where there is no such place or the type is another."""
    leaf = leaf_at(document, index, place)
    if type(leaf.value) is not type(value):
        raise ValueError(f"the threshold is a {type(leaf.value).__name__}, not a {type(value).__name__}")
    return with_leaf(document, index, place, replace(leaf, value=value))


def with_criterion(document: RuleDocument, index: int, criterion: Criterion) -> RuleDocument:
    """The document with one more demand on an item."""
    item = document.items[index]
    both = criterion if item.criteria is None else AllOf((item.criteria, criterion))
    return _with_item(document, index, replace(item, criteria=both))


def with_leaf(document: RuleDocument, index: int, place: Place, new: Criterion) -> RuleDocument:
    """The document with the leaf at a place replaced by any criterion."""
    item = document.items[index]
    match place.section:
        case "common":
            return replace(document, common=_swapped(document.common, place.number, new))
        case "own":
            return _with_item(document, index, replace(item, criteria=_swapped(item.criteria, place.number, new)))
        case "when":
            amounts = list(item.amounts)
            changed = _swapped(amounts[place.amount].when, place.number, new)
            amounts[place.amount] = replace(amounts[place.amount], when=changed)
            return _with_item(document, index, replace(item, amounts=tuple(amounts)))


def _with_item(document: RuleDocument, index: int, item: PolicyItem) -> RuleDocument:
    items = list(document.items)
    items[index] = item
    return replace(document, items=tuple(items))


def _swapped(criterion: Criterion | None, number: int, new: Criterion) -> Criterion | None:
    if criterion is None:
        return None
    counter = iter(range(1 << 30))

    def walk(node: Criterion) -> Criterion:
        match node:
            case Leaf():
                return new if next(counter) == number else node
            case Not(part):
                return Not(walk(part))
            case AllOf(parts):
                return AllOf(tuple(walk(p) for p in parts))
            case AnyOf(parts):
                return AnyOf(tuple(walk(p) for p in parts))
            case AtLeast(count, parts):
                return AtLeast(count, tuple(walk(p) for p in parts))
            case _:
                assert_never(node)

    return walk(criterion)
