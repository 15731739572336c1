"""The derivations of `features.derive`, run over columns of integers; a property test holds the two equal.

Money is fen, ratios are 1e-8 rounded towards minus infinity, as everywhere in a snapshot. A quotient beyond the range of a column (more
than 9e10 times) is unknown here.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import assert_never

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from features.derive import DERIVATIONS, Derivation, Kind
from features.size import CLASSES, INDICATORS, Ranges, classify_columns

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
            whole = {
                year: tuple(f"{fact}@{year}-{m:02d}" for m in range(1, 13)) for year in sorted({month[:4] for month in months})
            }
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
        "settled_on",
        "",
        pa.array(np.where(known, days, 0).astype(np.int32), mask=~known).view(pa.date32()),
        ("moved_in_on", "established_on"),
    )


# ---- size --------------------------------------------------------------------------------------------------------------
def _size(source: ColumnSource) -> Iterator[DerivedColumn]:
    """The class, where the figures of last year or, where one of these is unknown, of the year before settle it."""
    industry = source.column("industry")
    if industry is None:
        return
    codes = industry.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int64)
    years = [_ranges(source, f"{source.as_of.year - back:04d}") for back in (1, 2)]
    classes = classify_columns(industry.dictionary.to_pylist(), codes, years).astype(np.int32)
    values = pa.DictionaryArray.from_arrays(pa.array(np.where(classes < 0, 0, classes), mask=classes < 0), pa.array(CLASSES))
    yield DerivedColumn("enterprise_size", "", values, ("industry", *INDICATORS))


def _ranges(source: ColumnSource, year: str) -> Ranges:
    """Each indicator's lowest and highest value in persons or yuan, NaN where it is unknown; whole fen below 9e13 yuan are exact."""
    found = {}
    for fact in INDICATORS:
        exact = _figures(source, f"{fact}@{year}")
        low, high = np.full(source.rows, np.nan), np.full(source.rows, np.nan)
        spans = _figures(source, f"{fact}@{year}#low"), _figures(source, f"{fact}@{year}#high")
        if spans[0] is not None and spans[1] is not None:
            known = spans[0].known & spans[1].known
            low[known], high[known] = spans[0].values[known] / 100.0, spans[1].values[known] / 100.0
        if exact is not None:
            low[exact.known] = high[exact.known] = exact.values[exact.known] / 100.0
        found[fact] = (low, high)
    return found
