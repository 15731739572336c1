"""A whole city as a crowd for simulation: truths from the screen's columns, money as scaled integers, all in numpy.

Bounds equal those of `amounts.benefit` to the fen: the low one rounded down, the high one up, amount by amount.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from math import gcd
from typing import Any, TypeAlias

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from features.catalogue import load_catalogue
from features.periods import MONTHLY_DEFAULT, YEARLY_DEFAULT, keys_of, shift_months
from matcher.columns import Table
from matcher.crowd import (
    AGE_BANDS,
    NOT_KNOWN,
    OLDEST,
    Bounds,
    Dimension,
    Fen,
    Labels,
    Mask,
    Rows,
    Truths,
    fen_above,
    fen_below,
    industry_label,
    labels_from,
)
from matcher.screen import screen_criterion
from policies.rules import Amount, Criterion, PolicyItem

Ints: TypeAlias = NDArray[Any]  # int64, or Python's own integers where int64 would overflow

_FITS = 2**62
_EPOCH = date(1970, 1, 1)
_COLUMN: Mapping[Dimension, str] = {
    "industry": "industry",
    "size": "enterprise_size",
    "district": "registered_region",
    "ownership": "ownership",
}


@dataclass(frozen=True, slots=True)
class ColumnCrowd:
    """The enterprises of a snapshot's Arrow table (columns `fact@period`, scaled integers), with a column `uscc`."""

    table: Table
    _groups: dict[tuple[Dimension, date], Labels] = field(default_factory=dict, compare=False, repr=False)

    @property
    def rows(self) -> int:
        """How many enterprises."""
        return self.table.rows

    def usccs(self, rows: Rows) -> tuple[str, ...]:
        """The credit codes of some rows."""
        return tuple(str(u) for u in self.table.table.column("uscc").take(pa.array(rows)).to_pylist())

    def truths(self, criterion: Criterion | None, as_of: date) -> Truths:
        """The truth of a criterion for every row."""
        return Truths(*screen_criterion(self.table, criterion, as_of))

    def bounds(self, item: PolicyItem, rows: Rows, as_of: date) -> Bounds:
        """What an item pays the enterprises in these rows."""
        nothing = np.zeros(len(rows), np.int64)
        if not item.amounts:
            return Bounds(nothing, nothing, np.ones(len(rows), np.bool_))
        low, high, plus_low, plus_high = nothing.copy(), nothing.copy(), nothing.copy(), nothing.copy()
        unbounded = np.zeros(len(rows), np.bool_)
        for amount in item.amounts:
            when = self.truths(amount.when, as_of)
            met, alive = when.met[rows], (when.met | when.open)[rows]
            line = _limited(amount, _line(amount, self._base(amount, rows, as_of), len(rows)))
            unbounded |= alive & line.unbounded
            if amount.plus:
                plus_low += np.where(met, line.low, 0)
                plus_high += np.where(alive, line.high, 0)
            else:
                low = np.where(met, np.maximum(low, line.low), low)
                high = np.where(alive, np.maximum(high, line.high), high)
        return Bounds(low + plus_low, np.where(unbounded, 0, high + plus_high), unbounded)

    def labels(self, dimension: Dimension, as_of: date) -> Labels:
        """The group of every row; kept, so that a slider does not read them again."""
        known = self._groups.get((dimension, as_of))
        if known is None:
            known = self._groups[dimension, as_of] = self._labels(dimension, as_of)
        return known

    def _labels(self, dimension: Dimension, as_of: date) -> Labels:
        if dimension == "age":
            return self._ages(as_of)
        name = _COLUMN[dimension]
        if name not in self.table.table.column_names:
            return labels_from((NOT_KNOWN,), np.zeros(self.rows, np.int64))
        label: Callable[[str], str] = {"industry": industry_label, "district": _district}.get(dimension, str)
        array = self.table.table.column(name).combine_chunks()
        coded = array if isinstance(array, pa.DictionaryArray) else array.dictionary_encode()
        found = [label(word) for word in coded.dictionary.to_pylist()] + [NOT_KNOWN]
        names = tuple(dict.fromkeys(found))
        places = np.array([names.index(n) for n in found], np.int64)
        return labels_from(names, places[coded.indices.fill_null(len(found) - 1).to_numpy(zero_copy_only=False)])

    def _ages(self, as_of: date) -> Labels:
        names = (*(name for _, name in AGE_BANDS), OLDEST, NOT_KNOWN)
        if "established_on" not in self.table.table.column_names:
            return labels_from(names, np.full(self.rows, len(names) - 1, np.int64))
        array = self.table.table.column("established_on").combine_chunks()
        born = array.cast(pa.int32()).fill_null(0).to_numpy(zero_copy_only=False)
        # born after the day of `limit` years ago: younger than that; on the leap day a year is full on the first of March
        edges = np.array([(shift_months(as_of, -12 * limit) - _EPOCH).days for limit, _ in reversed(AGE_BANDS)], np.int64)
        codes = len(AGE_BANDS) - np.searchsorted(edges, born, side="left")
        unknown = array.is_null().to_numpy(zero_copy_only=False)
        return labels_from(names, np.where(unknown, len(names) - 1, codes).astype(np.int64))

    # ---- bases ---------------------------------------------------------------------------------------------------
    def _base(self, amount: Amount, rows: Rows, as_of: date) -> "_Numbers | None":
        """The base of some rows; None where no column holds it."""
        catalogue = load_catalogue()
        if amount.base is None or amount.base not in catalogue:
            return None
        definition = catalogue[amount.base]
        if not definition.is_periodic:
            return self._numbers(amount.base, rows)
        key = keys_of(amount.period or (YEARLY_DEFAULT if definition.period == "year" else MONTHLY_DEFAULT), as_of)[-1]
        now = self._numbers(f"{amount.base}@{key}", rows)
        if not amount.of_increase or now is None:
            return now
        before = self._numbers(f"{amount.base}@{int(key) - 1:04d}", rows)
        if before is None:
            return None
        scale = max(now.scale, before.scale)
        now, before = now.at(scale), before.at(scale)
        low, high = np.maximum(now.low - before.high, 0), np.maximum(now.high - before.low, 0)
        return _Numbers(low, high, now.known & before.known, scale)

    def _numbers(self, name: str, rows: Rows) -> "_Numbers | None":
        names = self.table.table.column_names
        if name not in names and f"{name}#low" not in names:
            return None
        parts = [self._integers(f"{name}{end}", rows) for end in ("", "#low", "#high")]
        scale = max(scale for _, _, scale in parts)
        exact, low, high = (_Numbers(values, values, known, own).at(scale) for values, known, own in parts)
        interval = ~exact.known & low.known & high.known
        return _Numbers(
            np.where(interval, low.low, exact.low), np.where(interval, high.low, exact.low), exact.known | interval, scale
        )

    def _integers(self, name: str, rows: Rows) -> tuple[Ints, Mask, int]:
        if name not in self.table.table.column_names:
            return np.zeros(len(rows), np.int64), np.zeros(len(rows), np.bool_), 0
        metadata = self.table.table.schema.field(name).metadata or {}
        array = self.table.table.column(name).combine_chunks()
        if not array.null_count:
            values = array.to_numpy(zero_copy_only=False)[rows].astype(np.int64, copy=False)
            return values, np.ones(len(rows), np.bool_), int(metadata.get(b"scale", b"0"))
        known = array.is_valid().to_numpy(zero_copy_only=False)[rows]
        bare = pa.Array.from_buffers(array.type, len(array), [None, array.buffers()[1]], offset=array.offset)  # nulls unmasked
        values = np.where(known, bare.to_numpy(zero_copy_only=False)[rows].astype(np.int64, copy=False), 0)
        return values, known, int(metadata.get(b"scale", b"0"))


def _district(code: str) -> str:
    return code[:6]


# ---- scaled integers ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Numbers:
    """Numbers times 10^scale, as bounds (equal where exact); 0 where unknown."""

    low: Ints
    high: Ints
    known: Mask
    scale: int

    def at(self, scale: int) -> "_Numbers":
        """The same at a finer scale."""
        if scale == self.scale:
            return self
        factor = 10 ** (scale - self.scale)
        return _Numbers(_times(self.low, factor), _times(self.high, factor), self.known, scale)


def _times(values: Ints, factor: int) -> Ints:
    """Exact product; Python's integers where int64 would not hold it."""
    if factor == 1:
        return values
    largest = max(int(values.max(initial=0)), -int(values.min(initial=0)))
    return values * factor if values.dtype != object and largest * abs(factor) < _FITS else values.astype(object) * factor


def _decimals(*numbers: Decimal | None) -> int:
    exponents = (n.normalize().as_tuple().exponent for n in numbers if n is not None)
    return max((-e for e in exponents if isinstance(e, int)), default=0)


def _scaled(number: Decimal, scale: int) -> int:
    return int(number.scaleb(scale))


def _fen(values: Ints, factor: Decimal, scale: int, *, up: bool) -> Fen:
    """`values` (times 10^scale) times `factor`, in whole fen, rounded down or up."""
    places = max(0, _decimals(factor))
    over, under = _scaled(factor, places) * 100, 10 ** (scale + places)
    shared = gcd(over, under) or 1
    product = _times(values, over // shared)
    fen = -((-product) // (under // shared)) if up else product // (under // shared)
    whole: Fen = fen.astype(np.int64)
    return whole


# ---- one amount over many ----------------------------------------------------------------------------------------


def _line(amount: Amount, base: _Numbers | None, count: int) -> Bounds:
    """One amount before its cap and floor."""
    nothing = np.zeros(count, np.int64)
    if amount.kind == "fixed":
        value = amount.value or Decimal(0)
        return Bounds(np.full(count, fen_below(value)), np.full(count, fen_above(value)), np.zeros(count, np.bool_))
    if amount.kind in ("matching", "capped") or base is None:
        return Bounds(nothing, nothing, np.ones(count, np.bool_))
    match amount.kind:
        case "ratio":
            low, high = _ratio(amount, base)
        case "per_unit":
            low, high = _per_unit(amount, base)
        case _:
            low, high = _steps(amount, base)
    blurred = base.low != base.high
    low, high = np.where(blurred, np.minimum(low, high), low), np.where(blurred, np.maximum(low, high), high)
    return Bounds(np.where(base.known, low, 0), np.where(base.known, high, 0), ~base.known)


def _ratio(amount: Amount, base: _Numbers) -> tuple[Fen, Fen]:
    base = base.at(max(base.scale, _decimals(amount.upto, amount.over)))
    low, high = base.low, base.high
    if amount.upto is not None:
        limit = _scaled(amount.upto, base.scale)
        low, high = np.minimum(low, limit), np.minimum(high, limit)
    start = _scaled(amount.over or Decimal(0), base.scale)
    rate = amount.rate or Decimal(0)
    top = rate if amount.rate_max is None else amount.rate_max
    low, high = np.maximum(low - start, 0), np.maximum(high - start, 0)
    return _fen(low, rate, base.scale, up=False), _fen(high, top, base.scale, up=True)


def _per_unit(amount: Amount, base: _Numbers) -> tuple[Fen, Fen]:
    base = base.at(max(base.scale, _decimals(amount.max_units)))
    low, high, value = base.low, base.high, amount.value or Decimal(0)
    if amount.max_units is not None:
        limit = _scaled(amount.max_units, base.scale)
        low, high = np.minimum(low, limit), np.minimum(high, limit)
    return _fen(low, value, base.scale, up=False), _fen(high, value, base.scale, up=True)


def _steps(amount: Amount, base: _Numbers) -> tuple[Fen, Fen]:
    base = base.at(max(base.scale, _decimals(amount.start, amount.every)))
    start, every = (_scaled(n or Decimal(0), base.scale) for n in (amount.start, amount.every))
    low, high = (np.maximum((b - start) // every, 0) for b in (base.low, base.high))
    value = amount.value or Decimal(0)
    return _fen(low, value, 0, up=False), _fen(high, value, 0, up=True)


def _limited(amount: Amount, line: Bounds) -> Bounds:
    """Cap, floor, and what no profile can settle."""
    low, high, unbounded = line.low, line.high, line.unbounded
    if amount.cap is not None:
        low = np.minimum(low, fen_below(amount.cap))
        high = np.where(unbounded, fen_above(amount.cap), np.minimum(high, fen_above(amount.cap)))
        unbounded = np.zeros(len(low), np.bool_)
    floor = amount.floor or Decimal(0)
    low, high = np.maximum(low, fen_below(floor)), np.maximum(high, fen_above(floor))
    if amount.cap_rate is not None or amount.caps or amount.ceiling or amount.difference:
        low = np.zeros(len(low), np.int64)
    return Bounds(low, np.where(unbounded, 0, high), unbounded)
