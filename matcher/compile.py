"""From criteria to the forest: what each leaf looks at (a column) and which of its values make it true (bands).

The meaning is `matcher.evaluate`'s, decision by decision; the columns are what `columns` reads from profiles or from a snapshot.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Literal, TypeAlias, assert_never

from features.catalogue import Catalogue, FactDefinition, FactType, load_catalogue
from features.periods import keys_of
from matcher.forest import EVERYTHING, FALSE, TRUE, UNKNOWN, Band, Cut, Forest, Test, united
from matcher.quiet import no_collections
from matcher.truth import aggregation, birthday_edge, leaf_keys
from policies.rules import AllOf, AnyOf, AtLeast, Criterion, Leaf, Not, Op, RuleDocument

_TRAILING_ZEROS = re.compile(r"(00)+$")


@dataclass(frozen=True, slots=True)
class Value:
    """The value of a fact: a Decimal (or Interval), date, code or bool; `period` is "" for facts without period."""

    fact: str
    period: str = ""


@dataclass(frozen=True, slots=True)
class Total:
    """The sum, least or greatest of a numeric fact over several years or months; no value as soon as one is not known."""

    fact: str
    keys: tuple[str, ...]
    how: Literal["sum", "min", "max"]


@dataclass(frozen=True, slots=True)
class Member:
    """Whether a set holds a code or something narrower: a bool."""

    fact: str
    word: str


@dataclass(frozen=True, slots=True)
class Industry:
    """Of an industry code the section letter (given, or that of its division) or the digits behind it: a str."""

    fact: str
    part: Literal["section", "digits"]
    period: str = ""


@dataclass(frozen=True, slots=True)
class Judged:
    """The truth of a leaf that no single value decides (events, "reached for the first time"), on one day: a bool."""

    leaf: Leaf
    as_of: date

    @property
    def fact(self) -> str:
        """The fact that is judged."""
        return self.leaf.fact


ColumnOf: TypeAlias = Value | Total | Member | Industry | Judged
Item: TypeAlias = tuple[str, int]  # document id, index of the item


@dataclass(frozen=True, slots=True)
class Compiled:
    """The items of some documents as one forest as of a day: `roots[i]` decides `items[i]`."""

    forest: Forest
    items: tuple[Item, ...]
    roots: tuple[int, ...]
    as_of: date


def compile_documents(documents: Iterable[RuleDocument], as_of: date, *, catalogue: Catalogue | None = None) -> Compiled:
    """Every item's whole condition, tiers and effective dates included."""
    forest, items, roots = Forest(), [], []
    with no_collections():
        for document in documents:
            in_force = document.meta.in_force_on(as_of)
            for index, item in enumerate(document.items):
                items.append((document.meta.id, index))
                roots.append(compile_criterion(document.gate_of(item), forest, as_of, catalogue=catalogue) if in_force else FALSE)
    return Compiled(forest, tuple(items), tuple(roots), as_of)


def compile_criterion(criterion: Criterion | None, forest: Forest, as_of: date, *, catalogue: Catalogue | None = None) -> int:
    """The node that decides a tree; the empty demand is always met."""
    if criterion is None:
        return TRUE
    return _node(criterion, forest, as_of, catalogue or load_catalogue(), negated=False)


def _node(criterion: Criterion, forest: Forest, as_of: date, catalogue: Catalogue, *, negated: bool) -> int:
    match criterion:
        case Leaf():
            return _leaf(criterion, forest, as_of, catalogue[criterion.fact], negated=negated)
        case Not(part):
            return _node(part, forest, as_of, catalogue, negated=not negated)
        case AllOf(parts) | AnyOf(parts):
            nodes = [_node(p, forest, as_of, catalogue, negated=negated) for p in parts]
            return forest.all_of(nodes) if isinstance(criterion, AllOf) != negated else forest.any_of(nodes)
        case AtLeast(count, parts):
            nodes = [_node(p, forest, as_of, catalogue, negated=negated) for p in parts]
            return forest.at_least(len(parts) - count + 1 if negated else count, nodes)
        case _:
            assert_never(criterion)


def _leaf(leaf: Leaf, forest: Forest, as_of: date, definition: FactDefinition, *, negated: bool) -> int:
    def test(column: ColumnOf, bands: tuple[Band, ...]) -> int:
        found = Test(column, bands)
        return forest.test(found.negated() if negated else found)

    def either(nodes: Sequence[int]) -> int:
        return forest.all_of(nodes) if negated else forest.any_of(nodes)

    def every(nodes: Sequence[int]) -> int:
        return forest.any_of(nodes) if negated else forest.all_of(nodes)

    def value(period: str) -> int:
        """The leaf on the value of one period."""
        words = leaf.value if isinstance(leaf.value, tuple) else ()
        match leaf.op:
            case Op.HAS_ANY:
                return either([test(Member(leaf.fact, w), _YES) for w in words])
            case Op.HAS_ALL:
                return every([test(Member(leaf.fact, w), _YES) for w in words])
            case Op.HAS_NONE:
                return every([test(Member(leaf.fact, w), _NO) for w in words])
            case Op.WITHIN | Op.NOT_WITHIN if leaf.fact == "industry":
                inside = leaf.op is Op.WITHIN
                tests = [_in_industry(Industry(leaf.fact, "digits", period), area) for area in words]
                nodes = [test(t.column, t.bands if inside else t.negated().bands) for t in tests]  # type: ignore[arg-type]
                return either(nodes) if inside else every(nodes)
            case _:
                return test(Value(leaf.fact, period), leaf_bands(leaf, as_of))

    if leaf.op is Op.DECLARED or leaf.currency not in (None, "CNY"):
        return UNKNOWN
    if definition.type is FactType.EVENTS:
        return test(Judged(_bare(leaf, Op.OCCURRED), as_of), _YES if leaf.op is Op.OCCURRED else _NO)
    if not definition.is_periodic:
        return value("")
    keys = leaf_keys(leaf, as_of, definition)
    if leaf.first:
        return test(Judged(_bare(leaf, leaf.op), as_of), _YES)
    agg = aggregation(leaf, definition, keys)
    match agg:
        case "each":
            return every([value(key) for key in keys])
        case "any":
            return either([value(key) for key in keys])
        case "min" | "max" | "sum":
            return test(Total(leaf.fact, keys, agg), leaf_bands(leaf, as_of))
        case _:  # an average reaches the threshold where the sum reaches so many times the threshold
            want = leaf.value * len(keys) if isinstance(leaf.value, Decimal) else leaf.value
            return test(Total(leaf.fact, keys, "sum"), leaf_bands(replace(leaf, value=want), as_of))


_YES: tuple[Band, ...] = ((Cut(True, False), None),)
_NO: tuple[Band, ...] = ((None, Cut(True, False)),)


def _bare(leaf: Leaf, op: Op) -> Leaf:
    """The leaf without where it stands and how sure its reading is, so that equal demands are one column."""
    return Leaf(leaf.fact, op, leaf.value, leaf.period, leaf.agg, leaf.first)


def leaf_bands(leaf: Leaf, as_of: date) -> tuple[Band, ...]:
    """The values that make a leaf on one value true."""
    want = leaf.value
    words = want if isinstance(want, tuple) else ()
    match leaf.op:
        case Op.GE:
            return ((Cut(want, False), None),)
        case Op.GT:
            return ((Cut(want, True), None),)
        case Op.LE:
            return ((None, Cut(want, True)),)
        case Op.LT:
            return ((None, Cut(want, False)),)
        case Op.EQ:
            return ((Cut(want, False), Cut(want, True)),)
        case Op.AGE_GE:
            return ((None, Cut(birthday_edge(as_of, str(want)), True)),)
        case Op.AGE_LE:
            return ((Cut(birthday_edge(as_of, str(want)), False), None),)
        case Op.IS:
            return _YES if want else _NO
        case Op.OCCURRED:
            return _days(leaf, as_of)
        case Op.NOT_OCCURRED:
            return Test("", _days(leaf, as_of)).negated().bands
        case Op.IN:
            return united((Cut(w, False), Cut(w, True)) for w in words)
        case Op.NOT_IN:
            return Test("", united((Cut(w, False), Cut(w, True)) for w in words)).negated().bands
        case Op.WITHIN:
            return _prefixes(_TRAILING_ZEROS.sub("", w) for w in words)
        case Op.NOT_WITHIN:
            return Test("", _prefixes(_TRAILING_ZEROS.sub("", w) for w in words)).negated().bands
        case _:
            raise AssertionError(f"{leaf.op} looks at no single value")


def _days(leaf: Leaf, as_of: date) -> tuple[Band, ...]:
    """The days of the leaf's period, up to `as_of`."""
    if leaf.period is None:
        return ((None, Cut(as_of, True)),)
    start, after = span_of(keys_of(leaf.period, as_of))
    end = min(Cut(after, False), Cut(as_of, True))
    return ((Cut(start, False), end),) if Cut(start, False) < end else ()


def span_of(keys: Sequence[str]) -> tuple[date, date]:
    """The first day of the years or months in `keys`, and the first day after them (at most 9999-12-31)."""
    first, last = keys[0], keys[-1]
    year, month = (int(last[:4]) + 1, 1) if len(last) == 4 or last[5:] == "12" else (int(last[:4]), int(last[5:]) + 1)
    return date(int(first[:4]), int(first[5:] or 1), 1), date(year, month, 1) if year <= date.max.year else date.max


def _prefixes(prefixes: Iterable[str]) -> tuple[Band, ...]:
    """The strings that begin with one of the prefixes."""
    found = list(prefixes)
    if "" in found:
        return EVERYTHING
    return united((Cut(p, False), Cut(p[:-1] + chr(ord(p[-1]) + 1), False)) for p in found)


def _in_industry(digits: Industry, area: str) -> Test:
    if area.isalpha():
        letter = area.upper()
        return Test(Industry(digits.fact, "section", digits.period), ((Cut(letter, False), Cut(letter, True)),))
    return Test(digits, _prefixes([area]))
