"""The truth of criteria: Kleene's three values, and numbers known only as an interval. Agrees with the interchange contract's
`oracle.py` decision by decision; `matcher.evaluate` adds the tree of findings.
"""

import operator
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import lru_cache
from types import MappingProxyType
from typing import Any, TypeAlias, assert_never

from features.catalogue import Catalogue, FactDefinition, FactType, load_catalogue
from features.facts import Event, FactValue, Interval
from features.periods import MONTHLY_DEFAULT, YEARLY_DEFAULT, keys_of, shift_back
from features.profile import EnterpriseProfile
from matcher.verdicts import Verdict, of_bool
from policies.rules import AllOf, AnyOf, AtLeast, Criterion, Leaf, Not, Op

Truth: TypeAlias = bool | None  # Kleene's: None is unknown
SERIES = (MappingProxyType, dict, Mapping)  # a yearly or monthly fact's values; the first two are what it nearly always is

# GB/T 4754-2017: a section letter covers these two-digit divisions.
_SECTIONS: Mapping[str, tuple[int, int]] = {
    "A": (1, 5), "B": (6, 12), "C": (13, 43), "D": (44, 46), "E": (47, 50), "F": (51, 52), "G": (53, 60), "H": (61, 62),
    "I": (63, 65), "J": (66, 69), "K": (70, 70), "L": (71, 72), "M": (73, 75), "N": (76, 79), "O": (80, 82), "P": (83, 83),
    "Q": (84, 85), "R": (86, 90), "S": (91, 96), "T": (97, 97),
}  # fmt: skip
_SECTION_LETTERS = "ABCDEFGHIJKLMNOPQRST"
_TRAILING_ZEROS = re.compile(r"(00)+$")


def verdict_of(
    criterion: Criterion | None, profile: EnterpriseProfile, as_of: date, *, catalogue: Catalogue | None = None
) -> Verdict:
    """The verdict of `evaluate` without its tree, for those who ask often."""
    if criterion is None:
        return Verdict.MET
    return of_bool(truth_of(criterion, profile.facts, as_of, load_catalogue() if catalogue is None else catalogue))


def truth_of(criterion: Criterion, facts: Mapping[str, FactValue], as_of: date, catalogue: Catalogue) -> Truth:
    """Kleene truth of a tree; stops as soon as it is settled."""
    if isinstance(criterion, Leaf):
        return leaf_truth(criterion, facts.get(criterion.fact), as_of, catalogue[criterion.fact])
    return branch_truth(criterion, lambda part: truth_of(part, facts, as_of, catalogue))


def branch_truth(criterion: AllOf | AnyOf | AtLeast | Not, truth_of_part: Callable[[Criterion], Truth]) -> Truth:
    """Kleene truth of a branch from that of its parts, which is asked for only as long as it matters."""
    match criterion:
        case AllOf(parts):
            return _settle(map(truth_of_part, parts), settles=False)
        case AnyOf(parts):
            return _settle(map(truth_of_part, parts), settles=True)
        case Not(part):
            truth = truth_of_part(part)
            return None if truth is None else not truth
        case AtLeast(count, parts):
            truths = [truth_of_part(p) for p in parts]
            met, unknown = truths.count(True), truths.count(None)
            return True if met >= count else None if met + unknown >= count else False
        case _:
            assert_never(criterion)


def _settle(truths: Iterable[Truth], *, settles: bool) -> Truth:
    result: Truth = not settles
    for truth in truths:
        if truth is settles:
            return settles
        if truth is None:
            result = None
    return result


# ---- one leaf ----------------------------------------------------------------------------------------------------


def leaf_truth(leaf: Leaf, have: FactValue | None, as_of: date, definition: FactDefinition) -> Truth:
    """Truth of a leaf against everything known of its fact (a mapping for yearly and monthly facts)."""
    if leaf.op is Op.DECLARED or have is None or leaf.currency not in (None, "CNY"):
        return None
    if definition.type is FactType.EVENTS:
        return _events_truth(leaf, have, as_of)
    if definition.is_periodic:
        return _periodic_truth(leaf, have, as_of, definition)
    return value_truth(leaf, have, as_of)


def leaf_keys(leaf: Leaf, as_of: date, definition: FactDefinition) -> tuple[str, ...]:
    """The years or months that a leaf looks at; none where its fact is not yearly or monthly."""
    if not definition.is_periodic:
        return ()
    return keys_of(leaf.period or (YEARLY_DEFAULT if definition.period == "year" else MONTHLY_DEFAULT), as_of)


def _events_truth(leaf: Leaf, have: FactValue, as_of: date) -> Truth:
    if not isinstance(have, tuple):
        return None
    found: Truth = False
    for event in matching_events(leaf, have, as_of):
        truth = True if leaf.first is None else None if event.first is None else event.first == leaf.first
        if truth:
            found = True
            break
        found = None if truth is None else found
    return found if leaf.op is Op.OCCURRED else None if found is None else not found


def matching_events(leaf: Leaf, events: Iterable[Event], as_of: date) -> list[Event]:
    """The events up to `as_of` in the leaf's period and of its codes, whether or not they were the first."""
    keys = keys_of(leaf.period, as_of) if leaf.period else None
    codes = leaf.value if isinstance(leaf.value, tuple) and leaf.value else None
    return [
        event
        for event in events
        if event.on <= as_of
        and (keys is None or event.on.isoformat()[: len(keys[0])] in keys)
        and (codes is None or any(covers(code, event.code or "") for code in codes))
    ]


def aggregation(leaf: Leaf, definition: FactDefinition, keys: tuple[str, ...]) -> str:
    """How a leaf puts several years or months together: each year by itself, the average over months, unless it says so."""
    return leaf.agg or ("avg" if definition.period == "month" and len(keys) > 1 else "each")


def _periodic_truth(leaf: Leaf, have: FactValue, as_of: date, definition: FactDefinition) -> Truth:
    if not isinstance(have, SERIES):
        return None
    keys = leaf_keys(leaf, as_of, definition)
    values = [have.get(k) for k in keys]
    if leaf.first:  # reached in the period, and in no earlier recorded year or month
        before = [value_truth(leaf, v, as_of) for k, v in have.items() if k < keys[0] and v is not None]
        now = _any([None if v is None else value_truth(leaf, v, as_of) for v in values])
        earlier = _any(before)
        return False if earlier is True or now is False else None if earlier is None else now
    agg = aggregation(leaf, definition, keys)
    if agg in ("each", "any"):
        truths = [None if v is None else value_truth(leaf, v, as_of) for v in values]
        return _any(truths) if agg == "any" else _all(truths)
    combined = _aggregate(agg, values)
    return None if combined is None else value_truth(leaf, combined, as_of)


def _all(truths: list[Truth]) -> Truth:
    return False if False in truths else None if None in truths else True


def _any(truths: list[Truth]) -> Truth:
    return True if True in truths else None if None in truths else False


def _aggregate(agg: str, values: Sequence[object]) -> Decimal | Interval | None:
    """Sum, average, least or greatest of numbers and intervals; None as soon as one of them is not known."""
    if set(map(type, values)) == {Decimal}:  # by far the commonest case
        return _combine(agg, values)  # type: ignore[arg-type]
    lows: list[Decimal] = []
    highs: list[Decimal] = []
    for value in values:
        if isinstance(value, Interval):
            lows.append(value.low)
            highs.append(value.high)
        elif isinstance(value, Decimal):
            lows.append(value)
            highs.append(value)
        else:
            return None
    low, high = _combine(agg, lows), _combine(agg, highs)
    return low if low == high else Interval(low, high)


def _combine(agg: str, numbers: Sequence[Decimal]) -> Decimal:
    match agg:
        case "sum":
            return sum(numbers, Decimal(0))
        case "avg":
            return sum(numbers, Decimal(0)) / len(numbers)
        case "min":
            return min(numbers)
        case _:
            return max(numbers)


# ---- one value ---------------------------------------------------------------------------------------------------


def value_truth(leaf: Leaf, have: object, as_of: date) -> Truth:
    """Truth of a leaf against one known value; None where an interval straddles the threshold or the type is wrong."""
    test = _TESTS.get(leaf.op)
    return None if test is None else test(leaf, have, as_of)


def _comparison(leaf: Leaf, have: object, as_of: date) -> Truth:
    want: Any = leaf.value
    if type(want) is Decimal:
        if type(have) is Decimal:
            return None if have.is_nan() else _EXACT[leaf.op](have, want)
        return _BETWEEN[leaf.op](have.low, have.high, want) if isinstance(have, Interval) else None
    return _EXACT[leaf.op](have, want) if isinstance(have, date) and isinstance(want, date) else None


# A comparison for an exact value, and for a value somewhere from `low` to `high`.
_EXACT: Mapping[Op, Callable[[Any, Any], bool]] = {
    Op.GE: operator.ge, Op.GT: operator.gt, Op.LE: operator.le, Op.LT: operator.lt, Op.EQ: operator.eq,
}  # fmt: skip
_BETWEEN: Mapping[Op, Callable[[Decimal, Decimal, Decimal], Truth]] = {
    Op.GE: lambda low, high, want: True if low >= want else False if high < want else None,
    Op.GT: lambda low, high, want: True if low > want else False if high <= want else None,
    Op.LE: lambda low, high, want: True if high <= want else False if low > want else None,
    Op.LT: lambda low, high, want: True if high < want else False if low >= want else None,
    Op.EQ: lambda low, high, want: True if low == high == want else False if low > want or high < want else None,
}


def _age(leaf: Leaf, have: object, as_of: date) -> Truth:
    if not isinstance(have, date) or not isinstance(leaf.value, str):
        return None
    edge = birthday_edge(as_of, leaf.value)
    return have <= edge if leaf.op is Op.AGE_GE else have >= edge


def _day_in_period(leaf: Leaf, have: object, as_of: date) -> Truth:
    if not isinstance(have, date):
        return None
    keys = keys_of(leaf.period, as_of) if leaf.period else None
    inside = have <= as_of and (keys is None or have.isoformat()[: len(keys[0])] in keys)
    return inside == (leaf.op is Op.OCCURRED)


def _yes_or_no(leaf: Leaf, have: object, as_of: date) -> Truth:
    return have == leaf.value if isinstance(have, bool) else None


def _wanted(leaf: Leaf) -> tuple[str, ...]:
    return leaf.value if isinstance(leaf.value, tuple) else ()


def _one_of(leaf: Leaf, have: object, as_of: date) -> Truth:
    return (have in _wanted(leaf)) == (leaf.op is Op.IN) if isinstance(have, str) else None


def _inside(leaf: Leaf, have: object, as_of: date) -> Truth:
    if not isinstance(have, str):
        return None
    inside = any(lies_within(leaf.fact, have, area) for area in _wanted(leaf))
    return inside == (leaf.op is Op.WITHIN)


def _held(leaf: Leaf, have: object, as_of: date) -> Truth:
    if not isinstance(have, frozenset):
        return None
    held = [w in have or any(covers(w, code) for code in have) for w in _wanted(leaf)]
    return all(held) if leaf.op is Op.HAS_ALL else any(held) == (leaf.op is Op.HAS_ANY)


_TESTS: Mapping[Op, Callable[[Leaf, object, date], Truth]] = {
    **dict.fromkeys((Op.GE, Op.GT, Op.LE, Op.LT, Op.EQ), _comparison),
    **dict.fromkeys((Op.AGE_GE, Op.AGE_LE), _age),
    **dict.fromkeys((Op.OCCURRED, Op.NOT_OCCURRED), _day_in_period),
    **dict.fromkeys((Op.IN, Op.NOT_IN), _one_of),
    **dict.fromkeys((Op.WITHIN, Op.NOT_WITHIN), _inside),
    **dict.fromkeys((Op.HAS_ANY, Op.HAS_ALL, Op.HAS_NONE), _held),
    Op.IS: _yes_or_no,
}


def covers(wanted: str, code: str) -> bool:
    """A wanted code holds for itself and for what is narrower: `key_laboratory` holds for `key_laboratory.national`."""
    return code == wanted or code.startswith(wanted + ".")


def lies_within(fact: str, code: str, area: str) -> bool:
    """Whether a division or industry code lies within an area: divisions by prefix, industries by section or prefix."""
    return under_industry(code, area) if fact == "industry" else under_region(code, area)


def under_region(code: str, area: str) -> bool:
    """GB/T 2260: 440112 lies within 440100 and 440000; 000000 is the whole country."""
    return code.startswith(_region_prefix(area))


@lru_cache(maxsize=8192)
def _region_prefix(area: str) -> str:
    return _TRAILING_ZEROS.sub("", area)


def under_industry(code: str, parent: str) -> bool:
    """GB/T 4754: a section letter covers its divisions; digits cover by prefix. A code that is none lies nowhere."""
    if not parent.isalpha():
        return code.lstrip(_SECTION_LETTERS).startswith(parent)
    if code[:1].isalpha():
        return code[:1].upper() == parent.upper()
    low, high = _SECTIONS.get(parent.upper(), (1, 0))
    return code[:2].isdigit() and low <= int(code[:2]) <= high


@lru_cache(maxsize=4096)
def birthday_edge(as_of: date, duration: str) -> date:
    """The latest day of birth of what is `duration` old on `as_of`."""
    return shift_back(as_of, duration)
