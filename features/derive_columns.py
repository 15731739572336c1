"""The derivations of `features.derive`, run over columns of integers; a property test holds the two equal.

Money is fen, ratios are 1e-8 rounded towards minus infinity, as everywhere in a snapshot. A quotient beyond the range of a column (more
than 9e10 times) is unknown here.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import assert_never

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from features.derive import DERIVATIONS, Derivation, Kind
from features.facts import Interval
from features.size import CLASSES, groups_of

Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]
_LARGEST = 90_000_000_000


@dataclass(frozen=True, slots=True)
class Figures:
    """Numbers with the mask of where they are known."""

    values: Ints
    known: Mask


@dataclass(frozen=True, slots=True)
class ColumnSource:
    """What the derivations read: columns by name (None where there is none), the periods of a fact, who is known never to have moved."""

    rows: int
    as_of: date
    column: Callable[[str], pa.Array | None]
    periods: Callable[[str], tuple[str, ...]]
    not_applicable: Callable[[str], Mask | None]


@dataclass(frozen=True, slots=True)
class DerivedColumn:
    """One derived column, nulls where it is unknown, and the columns it rests on."""

    fact: str
    period: str
    values: pa.Array
    rests_on: tuple[str, ...]


def derive_columns(derivation: Derivation, source: ColumnSource) -> Iterator[DerivedColumn]:
    """The columns that one derivation makes, each complete for all rows; what a department gave is merged in by the caller."""
    match derivation.kind:
        case Kind.SUM:
            yield from _sums(derivation, source)
        case Kind.GROWTH:
            (fact,) = derivation.inputs
            yield from _growths(derivation, source, {year: (f"{fact}@{year}",) for year in source.periods(fact)})
        case Kind.MEAN_GROWTH:
            (fact,) = derivation.inputs
            months = set(source.periods(fact))
            whole = {year: tuple(f"{fact}@{year}-{m:02d}" for m in range(1, 13)) for year in sorted({month[:4] for month in months})}
            whole = {year: names for year, names in whole.items() if all(name.split("@")[1] in months for name in names)}
            yield from _growths(derivation, source, whole)
        case Kind.RATIO:
            yield from _ratios(derivation, source)
        case Kind.SETTLED:
            yield from _settled(source)
        case Kind.SIZE:
            yield from _size(source)
        case Kind.ENTITY_KIND | Kind.LEGAL_PERSON:
            return  # from the credit code alone: the caller asks the register, whose types are finer
        case _:
            assert_never(derivation.kind)


def derivation_of(fact: str) -> Derivation | None:
    """How a fact is derived, if it is."""
    return next((derivation for derivation in DERIVATIONS if derivation.fact == fact), None)


def _figures(source: ColumnSource, name: str) -> Figures | None:
    array = source.column(name)
    if array is None:
        return None
    values = array.fill_null(0).to_numpy(zero_copy_only=False).astype(np.int64, copy=False)
    return Figures(values, array.is_valid().to_numpy(zero_copy_only=False))


def _added(source: ColumnSource, names: tuple[str, ...]) -> Figures | None:
    total: Figures | None = None
    for name in names:
        figures = _figures(source, name)
        if figures is None:
            return None
        total = figures if total is None else Figures(total.values + figures.values, total.known & figures.known)
    return total


def floor_quotient(dividend: Ints, divisor: Ints) -> Figures:
    """dividend / divisor in 1e-8, rounded towards minus infinity, for positive divisors below 1.8e15; unknown where out of range."""
    fits = divisor > 0
    safe = np.where(fits, divisor, 1)
    whole, rest = np.divmod(dividend, safe)
    high, rest = np.divmod(rest.astype(np.uint64) * np.uint64(10_000), safe.astype(np.uint64))
    low = rest * np.uint64(10_000) // safe.astype(np.uint64)
    fits &= np.abs(whole) < _LARGEST
    scaled = np.where(fits, whole, 0) * 100_000_000 + high.astype(np.int64) * 10_000 + low.astype(np.int64)
    return Figures(scaled, fits)


def _array(figures: Figures) -> pa.Array:
    return pa.array(np.where(figures.known, figures.values, 0), pa.int64(), mask=~figures.known)


def _growths(derivation: Derivation, source: ColumnSource, years: Mapping[str, tuple[str, ...]]) -> Iterator[DerivedColumn]:
    for year, names in years.items():
        before = years.get(f"{int(year) - 1:04d}")
        now, base = _added(source, names), _added(source, before) if before else None
        if before is None or now is None or base is None:
            continue
        growth = floor_quotient(now.values - base.values, np.where(base.known, base.values, 0))
        known = growth.known & now.known & base.known
        yield DerivedColumn(derivation.fact, year, _array(Figures(growth.values, known)), (*names, *before))


def _sums(derivation: Derivation, source: ColumnSource) -> Iterator[DerivedColumn]:
    for year in source.periods(derivation.inputs[0]):
        names = tuple(f"{fact}@{year}" for fact in derivation.inputs)
        total = _added(source, names)
        if total is not None:
            yield DerivedColumn(derivation.fact, year, _array(total), names)


def _ratios(derivation: Derivation, source: ColumnSource) -> Iterator[DerivedColumn]:
    above, below = derivation.inputs
    for year in source.periods(above):
        first, second = _figures(source, f"{above}@{year}"), _figures(source, f"{below}@{year}")
        if first is None or second is None:
            continue
        ratio = floor_quotient(first.values, np.where(second.known, second.values, 0))
        known = ratio.known & first.known & second.known
        yield DerivedColumn(derivation.fact, year, _array(Figures(ratio.values, known)), (f"{above}@{year}", f"{below}@{year}"))


def _settled(source: ColumnSource) -> Iterator[DerivedColumn]:
    moved, founded, never = source.column("moved_in_on"), source.column("established_on"), source.not_applicable("moved_in_on")
    if moved is None and (founded is None or never is None):
        return
    days = np.zeros(source.rows, np.int32)
    known = np.zeros(source.rows, bool)
    if founded is not None and never is not None:
        known = never & founded.is_valid().to_numpy(zero_copy_only=False)
        days = founded.view(pa.int32()).fill_null(0).to_numpy(zero_copy_only=False)
    if moved is not None:
        has_moved = moved.is_valid().to_numpy(zero_copy_only=False)
        days = np.where(has_moved, moved.view(pa.int32()).fill_null(0).to_numpy(zero_copy_only=False), days)
        known = known | has_moved
    yield DerivedColumn(
        "settled_on", "", pa.array(np.where(known, days, 0).astype(np.int32), mask=~known).view(pa.date32()), ("moved_in_on", "established_on")
    )


# ---- size --------------------------------------------------------------------------------------------------------------
_SCALES = {"employees": 100, "revenue": 100, "total_assets": 100}


def _size(source: ColumnSource) -> Iterator[DerivedColumn]:
    """The class where the figures of last year (of the year before, where last year has none) settle it."""
    industry = source.column("industry")
    if industry is None:
        return
    codes = industry.indices.fill_null(len(industry.dictionary)).to_numpy(zero_copy_only=False).astype(np.int64)
    last, earlier = (_ranges(source, f"{source.as_of.year - back:04d}") for back in (1, 2))
    any_last = np.zeros(source.rows, bool)
    for low, _, known in last.values():
        any_last |= known
        del low
    result = np.full(source.rows, -1, np.int8)
    words = [*industry.dictionary.to_pylist(), None]
    for place, word in enumerate(words):
        rows = np.flatnonzero(codes == place) if word is not None else np.zeros(0, np.int64)
        groups = groups_of(word) if word else (None,)
        if not len(rows) or None in groups:
            continue
        for ranges, of_year in ((last, any_last[rows]), (earlier, ~any_last[rows])):
            chosen = rows[of_year]
            least, most = _classes(groups, ranges, chosen)
            if ranges is earlier:
                some = np.zeros(len(chosen), bool)
                for _, _, known in earlier.values():
                    some |= known[chosen]
                least = np.where(some, least, 0)
                most = np.where(some, most, 3)
            settled = least == most
            result[chosen[settled]] = least[settled]
    values = pa.DictionaryArray.from_arrays(pa.array(result.astype(np.int32), mask=result < 0), pa.array(CLASSES))
    yield DerivedColumn("enterprise_size", "", values, ("industry", "employees", "revenue", "total_assets"))


def _ranges(source: ColumnSource, year: str) -> dict[str, tuple[Ints, Ints, Mask]]:
    """Each indicator's bounds and where they are known: an exact figure is both its bounds."""
    found: dict[str, tuple[Ints, Ints, Mask]] = {}
    for fact in _SCALES:
        exact = _figures(source, f"{fact}@{year}")
        low, high = _figures(source, f"{fact}@{year}#low"), _figures(source, f"{fact}@{year}#high")
        values = exact.values if exact else np.zeros(source.rows, np.int64)
        known = exact.known if exact else np.zeros(source.rows, bool)
        if low is not None and high is not None:
            spans = low.known & high.known & ~known
            found[fact] = (np.where(spans, low.values, values), np.where(spans, high.values, values), known | spans)
        else:
            found[fact] = (values, values, known)
    return found


def _classes(
    groups: tuple[object, ...], ranges: Mapping[str, tuple[Ints, Ints, Mask]], rows: npt.NDArray[np.int64]
) -> tuple[npt.NDArray[np.int8], npt.NDArray[np.int8]]:
    """The lowest and the highest class that the figures leave open, over all the groups that the industry may mean."""
    least, most = np.full(len(rows), 3, np.int8), np.zeros(len(rows), np.int8)
    for group in groups:
        group_low, group_high = np.full(len(rows), 3, np.int8), np.full(len(rows), 3, np.int8)
        for name, bounds in group.indicators.items():  # type: ignore[attr-defined]
            low, high, known = (part[rows] for part in ranges[name])
            edges = np.array([int(Decimal(edge) * _SCALES[name]) for edge in (bounds.small, bounds.medium, bounds.large)])
            rank_low = np.where(known, np.searchsorted(edges, low, side="right"), 0).astype(np.int8)
            rank_high = np.where(known, np.searchsorted(edges, high, side="right"), 3).astype(np.int8)
            group_low, group_high = np.minimum(group_low, rank_low), np.minimum(group_high, rank_high)
        least, most = np.minimum(least, group_low), np.maximum(most, group_high)
    return least, most


def as_figure(low: int | None, high: int | None, scale: int) -> Decimal | Interval | None:
    """A number or a range from scaled integers."""
    if low is None or high is None:
        return None
    a, b = Decimal(low).scaleb(-scale), Decimal(high).scaleb(-scale)
    return a if a == b else Interval(a, b)
