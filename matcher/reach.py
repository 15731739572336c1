"""Quick bounds on how far an enterprise is from an item: surely out of reach, or surely a near miss; `matcher.gaps` decides the rest.

Both look at truths only and build neither findings nor paths: they settle most pairs when whole cities are judged.
"""

from collections.abc import Iterable, Sequence
from itertools import combinations
from math import prod
from typing import NamedTuple

from features.catalogue import FactType
from matcher.determination import plan_of
from matcher.evaluate import Reading
from matcher.gaps import NEAR_STEPS, PATHS_KEPT, nearest
from matcher.truth import SERIES, leaf_keys
from policies.rules import AllOf, AnyOf, AtLeast, Criterion, Leaf, Not, Op, RuleDocument

_NEVER = 1_000  # more steps than anybody takes
_ORDERED = frozenset({Op.GE, Op.GT, Op.LE, Op.LT})


def out_of_reach(document: RuleDocument, index: int, reading: Reading) -> bool:
    """A quick no: whether surely more than `NEAR_STEPS` facts, or one that never changes, stand between enterprise and item.

    False says nothing; `distance` decides. Looks at the leaves once and builds no findings.
    """
    if not document.meta.in_force_on(reading.as_of):
        return True
    plan = plan_of(document, index)
    return _least_of_every((*plan.leaves, *plan.branches), reading) > NEAR_STEPS


def _least(criterion: Criterion, reading: Reading) -> int:
    """A lower bound of the steps that make a criterion hold; `_NEVER` where nothing does."""
    match criterion:
        case Leaf():
            truth = reading.truth(criterion)
            return 0 if truth else 1 if truth is None or reading.catalogue[criterion.fact].changeable else _NEVER
        case AllOf(parts):
            return _least_of_every(parts, reading)
        case AnyOf(parts):
            return min((_least(p, reading) for p in parts), default=_NEVER)
        case AtLeast(count, parts):
            return sorted(_least(p, reading) for p in parts)[count - 1] if count <= len(parts) else _NEVER
        case Not(part):
            return 0 if reading.truth(part) is False else 1


def _least_of_every(parts: Iterable[Criterion], reading: Reading) -> int:
    most, facts = 0, set()
    for part in parts:
        least = _least(part, reading)
        if least > NEAR_STEPS:
            return least
        if least and isinstance(part, Leaf):
            facts.add((part.fact, part.value if part.op is Op.DECLARED else ""))
        most = max(most, least)
    return max(most, len(facts))


class _Way(NamedTuple):
    """One way to make a criterion hold: the facts concerned, those of them that would have to change, and how many ways there are."""

    steps: frozenset[tuple[str, str]]
    changed: frozenset[str]
    ways: int


_HOLDS = _Way(frozenset(), frozenset(), 1)
_NO_WAY = _Way(frozenset(), frozenset(), 0)


def within_reach(document: RuleDocument, index: int, reading: Reading) -> bool:
    """A quick yes: whether surely at most `NEAR_STEPS` facts stand between enterprise and item, and each of them may change.

    False says nothing; `distance` decides. Asked about what is not met on a day when the document is in force.
    """
    plan = plan_of(document, index)
    way = _together([_way(demand, reading) for demand in (*plan.leaves, *plan.branches)])
    return way is not None and way.ways > 0


def _way(criterion: Criterion, reading: Reading) -> _Way | None:
    """A way that `gaps` finds as well; None where only a search can tell."""
    match criterion:
        case Leaf():
            return _way_of_leaf(criterion, reading)
        case AllOf(parts):
            return _together([_way(part, reading) for part in parts])
        case AnyOf(parts):
            return _best([_way(part, reading) for part in parts])
        case AtLeast(count, parts):
            ways = [_way(part, reading) for part in parts]
            few = prod(1 + way.ways for way in ways if way is not None) <= PATHS_KEPT
            return _best([_together(chosen) for chosen in combinations(ways, count)]) if few else None
        case Not(part):
            return _HOLDS if reading.truth(part) is False else None


def _together(ways: Sequence[_Way | None]) -> _Way | None:
    """All of them: no fact may have to change twice, since two changes of one fact need not agree."""
    steps: set[tuple[str, str]] = set()
    changed: set[str] = set()
    number = 1
    for way in ways:
        if way is None or changed & way.changed:
            return None
        steps |= way.steps
        changed |= way.changed
        number *= way.ways
    return None if len(steps) > NEAR_STEPS or number > PATHS_KEPT else _Way(frozenset(steps), frozenset(changed), number)


def _best(ways: Sequence[_Way | None]) -> _Way | None:
    """The one of the fewest facts; there must be so few ways in all that a search would keep every one."""
    known = [way for way in ways if way is not None and way.ways]
    number = sum(way.ways for way in known)
    if None in ways or number > PATHS_KEPT:
        return None
    return min(known, key=lambda way: len(way.steps))._replace(ways=number) if known else _NO_WAY


def _way_of_leaf(leaf: Leaf, reading: Reading) -> _Way | None:
    truth = reading.truth(leaf)
    if truth is True:
        return _HOLDS
    if truth is None:
        detail = str(leaf.value or "") if leaf.op is Op.DECLARED else leaf.currency or ""
        return _Way(frozenset({(leaf.fact, detail)}), frozenset(), 1)
    definition, have = reading.catalogue[leaf.fact], reading.facts.get(leaf.fact)
    if not definition.changeable:
        return _NO_WAY
    if definition.is_periodic:
        if definition.type is not FactType.NUMBER or leaf.op not in _ORDERED or leaf.first:
            return None
        number = len(leaf_keys(leaf, reading.as_of, definition))
    else:
        number = 0 if have is None or isinstance(have, SERIES) else len(nearest(leaf, leaf.op, have, definition))
    return _Way(frozenset({(leaf.fact, "")}), frozenset({leaf.fact}), number) if number else _NO_WAY
