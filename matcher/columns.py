"""Where codes come from: the columns that rules look at, read from profiles or from a snapshot's Arrow table, exactly.

Numbers are compared as they are kept: Decimals in profiles, scaled integers in tables (fen for money), so no rounding decides anything.
"""

from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Any, Protocol, TypeAlias

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from features.catalogue import Catalogue, FactType, load_catalogue
from features.facts import FactValue, Interval
from features.periods import keys_of
from features.profile import EnterpriseProfile
from matcher.coding import Coding, Column, place_of
from matcher.compile import ColumnOf, Industry, Judged, Member, Total, Value, compile_criterion, span_of
from matcher.forest import FALSE, TRUE, UNKNOWN, Forest, Kind, Test
from matcher.truth import covers, leaf_keys, leaf_truth, under_industry
from policies.rules import Leaf

Flags: TypeAlias = NDArray[np.bool_]
Truths: TypeAlias = tuple[Flags, Flags]  # surely, possibly: one entry a row

_LETTERS = "ABCDEFGHIJKLMNOPQRST"
_EPOCH = date(1970, 1, 1)


class Population(Protocol):
    """Many enterprises; row i is the same one in every column."""

    @property
    def rows(self) -> int:
        """How many."""

    def has_intervals(self, key: ColumnOf) -> bool:
        """Whether some value of the column is known only as an interval."""

    def column(self, key: ColumnOf, coding: Coding) -> Column:
        """The codes of a column."""


# ---- one value, from a profile -----------------------------------------------------------------------------------


def value_reader(key: ColumnOf, catalogue: Catalogue) -> Callable[[Mapping[str, FactValue]], Any]:
    """A function from an enterprise's facts to the column's value; None where it is unknown or not of the fact's type."""
    match key:
        case Value(fact, period):
            kind = _FORMS[catalogue[fact].type]
            if not period:
                return lambda facts: _of_form(facts.get(fact), kind)
            return lambda facts: _of_form(_at(facts.get(fact), period), kind)
        case Total(fact, keys, how):
            return lambda facts: _total([_at(facts.get(fact), k) for k in keys], how)
        case Member(fact, word):
            return lambda facts: _member(facts.get(fact), word)
        case Industry(fact, part, period):
            return lambda facts: _industry(_at(facts.get(fact), period) if period else facts.get(fact), part)
        case Judged(leaf, as_of):
            definition = catalogue[leaf.fact]
            return lambda facts: leaf_truth(leaf, facts.get(leaf.fact), as_of, definition)


_FORMS: Mapping[FactType, tuple[type, ...]] = {
    FactType.NUMBER: (Decimal, Interval),
    FactType.BOOL: (bool,),
    FactType.DATE: (date,),
    FactType.CODE: (str,),
    FactType.TEXT: (str,),
    FactType.SET: (frozenset,),
    FactType.EVENTS: (tuple,),
}


def _at(have: object, period: str) -> object:
    return have.get(period) if isinstance(have, Mapping) else None


def _of_form(value: object, kind: tuple[type, ...]) -> Any:
    if not isinstance(value, kind) or (isinstance(value, Decimal) and value.is_nan()):
        return None
    return value


def _total(values: Sequence[object], how: str) -> Decimal | Interval | None:
    lows, highs = [], []
    for value in values:
        if isinstance(value, Interval):
            lows.append(value.low)
            highs.append(value.high)
        elif isinstance(value, Decimal) and not value.is_nan():
            lows.append(value)
            highs.append(value)
        else:
            return None
    low, high = (sum(n, Decimal(0)) if how == "sum" else min(n) if how == "min" else max(n) for n in (lows, highs))
    return low if low == high else Interval(low, high)


def _member(have: object, word: str) -> bool | None:
    return any(covers(word, code) for code in have) if isinstance(have, frozenset) else None


def _industry(code: object, part: str) -> str | None:
    if not isinstance(code, str):
        return None
    if part == "digits":
        return code.lstrip(_LETTERS)
    return next((letter for letter in _LETTERS if under_industry(code, letter)), "")


# ---- profiles ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Profiles:
    """A population given as profiles: exact whatever the numbers; for up to some hundred thousand."""

    profiles: Sequence[EnterpriseProfile]
    catalogue: Catalogue = field(default_factory=load_catalogue)

    @property
    def rows(self) -> int:
        """How many."""
        return len(self.profiles)

    def has_intervals(self, key: ColumnOf) -> bool:
        """Whether some value of the column is known only as an interval."""
        if not isinstance(key, Value | Total):
            return False
        read = value_reader(key, self.catalogue)
        return any(isinstance(read(p.facts), Interval) for p in self.profiles)

    def column(self, key: ColumnOf, coding: Coding) -> Column:
        """The codes of a column."""
        read, code = value_reader(key, self.catalogue), coding.reader()
        low, high, paired = np.zeros(self.rows, np.uint16), np.zeros(self.rows, np.uint16), False
        for i, profile in enumerate(self.profiles):
            value = read(profile.facts)
            if isinstance(value, Interval):
                low[i], high[i], paired = code(value.low), code(value.high), True
            else:
                low[i] = high[i] = code(value)
        return Column(key, coding, low, np.where(low == 0, coding.size, high).astype(np.uint16) if paired else None)


# ---- a snapshot --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Table:
    """A population given as an Arrow table of a snapshot: columns `revenue@2024`, `employees@2024#low`, ... whose fields' metadata
    name the fact, the period and the scale of scaled integers. Mapped columns are read where they lie."""

    table: pa.Table
    catalogue: Catalogue = field(default_factory=load_catalogue)
    _kept: "OrderedDict[Test, Truths]" = field(default_factory=OrderedDict)

    @property
    def rows(self) -> int:
        """How many."""
        return int(self.table.num_rows)

    def has_intervals(self, key: ColumnOf) -> bool:
        """Whether some value of the column is known only as an interval."""
        names = set(self.table.column_names)
        match key:
            case Value(fact, period):
                return f"{_name(fact, period)}#low" in names
            case Total(fact, keys, _):
                return any(f"{_name(fact, k)}#low" in names for k in keys)
            case _:
                return False

    def column(self, key: ColumnOf, coding: Coding) -> Column:
        """The codes of a column."""
        match key:
            case Value(fact, period):
                if self.catalogue[fact].type is FactType.NUMBER:
                    return self._numbers(key, coding, *self._number(fact, period))
                return Column(key, coding, self._state(_name(fact, period), coding))
            case Total(fact, keys, how):
                return self._numbers(key, coding, *self._combined([self._number(fact, k) for k in keys], how))
            case Industry(fact, part, period):
                return Column(key, coding, self._words(_name(fact, period), coding, lambda code: _industry(code, part)))
            case Member(fact, word):
                return Column(key, coding, self._member(fact, word))
            case Judged(leaf, as_of):
                sure, maybe = self._first(leaf, as_of) if self.catalogue[leaf.fact].is_periodic else self._events(leaf, as_of)
                return Column(key, coding, np.where(sure, 2, np.where(maybe, 0, 1)).astype(np.uint16))

    def truths(self, test: Test) -> Truths:
        """(surely, possibly) of one test on every row; the latest few are kept, so that a slider moves only what it moves."""
        known = self._kept.get(test)
        if known is None:
            known = self._kept[test] = self._truths(test)
            if len(self._kept) > 64:
                self._kept.popitem(last=False)
        return known

    def _truths(self, test: Test) -> Truths:
        coding = Coding(tuple(sorted({cut for band in test.bands for cut in band if cut is not None})))
        key: Any = test.column
        column, numbers = self.column(key, coding), coding.numbers
        low, high = column.codes, column.codes if column.upper is None else column.upper
        sure, maybe = np.zeros(self.rows, bool), np.zeros(self.rows, bool)
        for start, end in test.bands:
            a, b = 1 if start is None else numbers[start], coding.size if end is None else numbers[end]
            sure |= (low >= a) & (high < b)
            maybe |= (high >= a) & (low < b)
        missing = low == 0
        if test.missing == "unknown":
            return sure, maybe | missing
        return (sure | missing, maybe | missing) if test.missing == "true" else (sure, maybe & ~missing)

    # ---- reading columns -----------------------------------------------------------------------------------------
    def _array(self, name: str) -> pa.Array | None:
        if name not in self.table.column_names:
            return None
        chunked = self.table.column(name)
        if chunked.num_chunks == 0:
            return pa.nulls(0, chunked.type)
        if chunked.num_chunks == 1:
            return chunked.chunk(0)
        return pa.concat_arrays(chunked.unify_dictionaries().chunks)

    def _integers(self, name: str) -> tuple[NDArray[np.int64], Flags, int] | None:
        array = self._array(name)
        if array is None:
            return None
        metadata = self.table.schema.field(name).metadata or {}
        values, known = _plain(array)
        return values, known, int(metadata.get(b"scale", b"0"))

    def _number(self, fact: str, period: str) -> "_Numbers":
        name = _name(fact, period)
        exact, low, high = (self._integers(name + end) for end in ("", "#low", "#high"))
        if low is None or high is None:
            if exact is None:
                return _Numbers(np.zeros(self.rows, np.int64), None, np.zeros(self.rows, bool), 0)
            return _Numbers(exact[0], None, exact[1], exact[2])
        scale = low[2]
        if exact is None:
            return _Numbers(low[0], high[0], low[1] & high[1], scale)
        own = exact[0] if exact[2] == scale else _rescaled(exact[0], exact[2], scale)
        return _Numbers(np.where(exact[1], own, low[0]), np.where(exact[1], own, high[0]), exact[1] | (low[1] & high[1]), scale)

    def _combined(self, parts: Sequence["_Numbers"], how: str) -> "_Numbers":
        scale = max(p.scale for p in parts)
        combine: Any = {"sum": np.add, "min": np.minimum, "max": np.maximum}[how]
        lows = [_rescaled(p.low, p.scale, scale) for p in parts]
        highs = [_rescaled(p.low if p.high is None else p.high, p.scale, scale) for p in parts]
        known = np.logical_and.reduce([p.known for p in parts])
        paired = any(p.high is not None for p in parts)
        return _Numbers(combine.reduce(lows), combine.reduce(highs) if paired else None, known, scale)

    def _numbers(self, key: ColumnOf, coding: Coding, low: Any, high: Any, known: Flags, scale: int) -> Column:
        places = _integer_places(coding, scale)
        codes = place_of(low, known, places)
        if high is None:
            return Column(key, coding, codes)
        upper = place_of(high, known, places)
        upper[~known] = coding.size
        return Column(key, coding, codes, upper)

    def _state(self, name: str, coding: Coding) -> NDArray[np.uint16]:
        array = self._array(name)
        if array is None:
            return np.zeros(self.rows, np.uint16)
        if pa.types.is_date32(array.type):
            places = np.array([(c.at - _EPOCH).days + c.after for c in coding.cuts], np.int64)
            return place_of(*_plain(array), places)
        if pa.types.is_boolean(array.type):
            return place_of(*_plain(array), np.array([int(c.at) + c.after for c in coding.cuts], np.int64))
        return self._words(name, coding, lambda word: word)

    def _words(self, name: str, coding: Coding, of: Callable[[str], Any]) -> NDArray[np.uint16]:
        array = self._array(name)
        if array is None:
            return np.zeros(self.rows, np.uint16)
        coded = array if isinstance(array, pa.DictionaryArray) else array.dictionary_encode()
        read = coding.reader()
        table: NDArray[np.uint16] = np.array([read(of(word)) for word in coded.dictionary.to_pylist()] + [0], np.uint16)
        codes: NDArray[np.uint16] = table[coded.indices.fill_null(len(table) - 1).to_numpy(zero_copy_only=False)]
        return codes

    def _member(self, fact: str, word: str) -> NDArray[np.uint16]:
        array = self._array(fact)
        if array is None:
            return np.zeros(self.rows, np.uint16)
        inner = array.flatten()
        coded = inner if isinstance(inner, pa.DictionaryArray) else inner.dictionary_encode()
        wanted = np.array([w is not None and covers(word, w) for w in coded.dictionary.to_pylist()] + [False])
        held = wanted[coded.indices.fill_null(len(wanted) - 1).to_numpy(zero_copy_only=False)]
        return np.where(_nulls(array), 0, np.where(_any_of(array, held), 2, 1)).astype(np.uint16)

    def _events(self, leaf: Leaf, as_of: date) -> Truths:
        array = self._array(leaf.fact)
        if array is None:
            return np.zeros(self.rows, bool), np.ones(self.rows, bool)
        events = array.flatten()
        days, dated = _plain(events.field("on"))
        match = dated & (days <= (as_of - _EPOCH).days)
        if leaf.period:
            first_day, end = span_of(keys_of(leaf.period, as_of))
            match &= (days >= (first_day - _EPOCH).days) & (days < (end - _EPOCH).days)
        if isinstance(leaf.value, tuple) and leaf.value:
            coded = events.field("code").dictionary_encode()
            table = np.array([any(covers(w, c or "") for w in leaf.value) for c in coded.dictionary.to_pylist()] + [False])
            match &= table[coded.indices.fill_null(len(table) - 1).to_numpy(zero_copy_only=False)]
        sure = maybe = match
        if leaf.first is not None:
            first, told = _plain(events.field("first"))
            sure, maybe = match & told & (first == leaf.first), match & (~told | (first == leaf.first))
        unknown = _nulls(array)
        return _any_of(array, sure) & ~unknown, _any_of(array, maybe) | unknown

    def _first(self, leaf: Leaf, as_of: date) -> Truths:
        """Reached in the period and in no earlier recorded year or month."""
        keys = leaf_keys(leaf, as_of, self.catalogue[leaf.fact])
        now = [self._at(leaf, period, as_of) for period in keys]
        before = [self._at(leaf, period, as_of) for period in sorted(self._periods(leaf.fact)) if period < keys[0]]
        sure, maybe = (np.logical_or.reduce([n[i] for n in now]) for i in (0, 1))
        for earlier_sure, earlier_maybe, known in before:
            sure, maybe = sure & ~(earlier_maybe & known), maybe & ~earlier_sure
        return sure, maybe

    def _periods(self, fact: str) -> set[str]:
        return {n.partition("@")[2].partition("#")[0] for n in self.table.column_names if n.startswith(fact + "@")}

    def _at(self, leaf: Leaf, period: str, as_of: date) -> tuple[Flags, Flags, Flags]:
        """(surely, possibly, known) of a leaf on one period's value."""
        forest = Forest()
        node = compile_criterion(Leaf(leaf.fact, leaf.op, leaf.value, period, "each"), forest, as_of, catalogue=self.catalogue)
        sure, maybe = truths_of(self, forest, node)
        known = self._number(leaf.fact, period).known if self.catalogue[leaf.fact].type is FactType.NUMBER else ~(maybe & ~sure)
        return sure, maybe, known


@dataclass(frozen=True, slots=True)
class _Numbers:
    """Scaled integers: the value, or the low and high end of each interval."""

    low: NDArray[np.int64]
    high: NDArray[np.int64] | None
    known: Flags
    scale: int

    def __iter__(self) -> Iterator[Any]:
        return iter((self.low, self.high, self.known, self.scale))


def _name(fact: str, period: str) -> str:
    return f"{fact}@{period}" if period else fact


def _rescaled(values: NDArray[np.int64], scale: int, to: int) -> NDArray[np.int64]:
    return values if scale == to else values * 10 ** (to - scale)


def _integer_places(coding: Coding, scale: int) -> NDArray[np.int64]:
    """The least scaled integer that lies above each cut."""
    top = np.iinfo(np.int64)
    places = []
    for cut in coding.cuts:
        exact = Decimal(cut.at).scaleb(scale)
        place = int(exact.to_integral_value(ROUND_FLOOR)) + 1 if cut.after else int(exact.to_integral_value(ROUND_CEILING))
        places.append(min(max(place, top.min), top.max))
    return np.array(places, np.int64)


def _plain(array: pa.Array) -> tuple[NDArray[np.int64], Flags]:
    """(values as int64, which are known); dates as days since 1970."""
    known = np.ones(len(array), bool) if array.null_count == 0 else array.is_valid().to_numpy(zero_copy_only=False)
    if pa.types.is_date32(array.type):
        array = array.view(pa.int32())
    if pa.types.is_boolean(array.type):
        array = array.cast(pa.int8())
    values = array if array.null_count == 0 else array.fill_null(0)
    return values.to_numpy(zero_copy_only=False).astype(np.int64, copy=False), known


def _nulls(array: pa.Array) -> Flags:
    nulls: Flags = array.is_null().to_numpy(zero_copy_only=False)
    return nulls


def _any_of(array: pa.Array, flags: Flags) -> Flags:
    """For each list whether a flag of one of its elements is set."""
    lengths = array.value_lengths().fill_null(0).to_numpy(zero_copy_only=False).astype(np.int64)
    ends = np.cumsum(lengths)
    sums = np.concatenate([[0], np.cumsum(flags)])
    found: Flags = sums[ends] > sums[ends - lengths]
    return found


# ---- one tree over a whole population, without coding it -----------------------------------------------------------


def truths_of(table: Table, forest: Forest, root: int) -> Truths:
    """(surely, possibly) of a node on every row of a table."""
    done: dict[int, Truths] = {}
    ones, zeros = np.ones(table.rows, bool), np.zeros(table.rows, bool)
    constants: Mapping[int, Truths] = {FALSE: (zeros, zeros), TRUE: (ones, ones), UNKNOWN: (zeros, ones)}
    wanted = {root}
    for node in range(root, -1, -1):
        if node in wanted:
            wanted.update(forest.parts[node])
    for node in sorted(wanted):
        kind = forest.kinds[node]
        parts = [done[p] for p in forest.parts[node]]
        if kind is Kind.CONSTANT:
            done[node] = constants[node]
        elif kind is Kind.TEST:
            done[node] = table.truths(forest.tests[node])
        elif kind is Kind.AT_LEAST:
            k = forest.counts[node]
            done[node] = _counted([p[0] for p in parts], k), _counted([p[1] for p in parts], k)
        else:
            join: Any = np.logical_and if kind is Kind.ALL else np.logical_or
            done[node] = join.reduce([p[0] for p in parts]), join.reduce([p[1] for p in parts])
    return done[root]


def _counted(flags: Sequence[Flags], k: int) -> Flags:
    total = np.zeros(len(flags[0]), np.int32)
    for flag in flags:
        total += flag
    return total >= k
