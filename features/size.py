"""Enterprise size classes: 《中小企业划型标准规定》(工信部联企业〔2011〕300号), mapped to GB/T 4754-2017 as in 国统字〔2017〕213号.

A class is given only where every value that the known figures leave open gives the same one. An unknown figure, an interval that straddles
a bound, an industry known too coarsely or outside the regulation (金融, 铁路, 教育, 卫生) leave the class open; `possible` says how far.
"""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache, lru_cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any, Literal, TypeAlias

import numpy as np

from features.facts import Interval
from features.industries import bare_code, industries, under_industry

SizeClass: TypeAlias = Literal["micro", "small", "medium", "large"]
Figure: TypeAlias = Decimal | Interval | None  # None: unknown

CLASSES: tuple[SizeClass, ...] = ("micro", "small", "medium", "large")
INDICATORS = ("employees", "revenue", "total_assets")
BASIS = "工信部联企业〔2011〕300号;国统字〔2017〕213号"


@dataclass(frozen=True, slots=True)
class Bounds:
    """The lowest value of each class above micro: persons or CNY."""

    large: Decimal
    medium: Decimal
    small: Decimal

    def rank(self, value: Decimal) -> int:
        """The place in `CLASSES` that this one figure allows."""
        return 3 if value >= self.large else 2 if value >= self.medium else 1 if value >= self.small else 0


@dataclass(frozen=True, slots=True)
class SizeGroup:
    """One industry group of the regulation and its indicators, by fact id."""

    name: str
    codes: tuple[str, ...]
    indicators: Mapping[str, Bounds]


@cache
def size_groups() -> tuple[SizeGroup, ...]:
    """The sixteen groups of the regulation."""
    data = tomllib.loads(files("features.reference").joinpath("size_standard.toml").read_text("utf-8"))
    return tuple(
        SizeGroup(
            row["name"],
            tuple(row["codes"]),
            MappingProxyType({name: _bounds(row[name]) for name in INDICATORS if name in row}),
        )
        for row in data["group"]
    )


def _bounds(row: Mapping[str, int]) -> Bounds:
    return Bounds(Decimal(row["large"]), Decimal(row["medium"]), Decimal(row["small"]))


@lru_cache(maxsize=4096)
def groups_of(industry: str) -> tuple[SizeGroup | None, ...]:
    """The groups that an enterprise of this class may belong to; None among them where a part of the class has no size standard.

    >>> [group and group.name for group in groups_of("3963")], groups_of("6620")
    (['工业'], (None,))
    """
    code = bare_code(industry)
    if code not in industries():
        return (None,)
    leaves = [one.code for one in industries().values() if one.level == 4 and under_industry(one.code, code)]
    found = {group.name if group else "": group for group in (_group_of_leaf(leaf) for leaf in leaves or [code])}
    return tuple(found.values())


def _group_of_leaf(code: str) -> SizeGroup | None:
    return next((group for group in size_groups() if any(under_industry(code, parent) for parent in group.codes)), None)


def possible(
    industry: str | None, *, employees: Figure = None, revenue: Figure = None, total_assets: Figure = None
) -> tuple[SizeClass, ...]:
    """The classes that what is known leaves open, the smallest first; nothing where the industry has no size standard or is unknown."""
    groups = groups_of(industry) if industry else (None,)
    if None in groups:
        return ()
    figures: dict[str, Figure] = {"employees": employees, "revenue": revenue, "total_assets": total_assets}
    low, high = 3, 0
    for group in groups:
        if group is not None:
            least, most = _range(group, figures)
            low, high = min(low, least), max(high, most)
    return CLASSES[low : high + 1]


def classify(
    industry: str | None, *, employees: Figure = None, revenue: Figure = None, total_assets: Figure = None
) -> SizeClass | None:
    """The class, or None where what is known does not settle it.

    >>> classify("3963", employees=Decimal(300), revenue=Decimal(20_000_000))
    'medium'
    >>> classify("3963", employees=Decimal(19)), classify("3963", employees=Decimal(300)), classify("8310", employees=Decimal(5))
    ('micro', None, None)
    """
    classes = possible(industry, employees=employees, revenue=revenue, total_assets=total_assets)
    return classes[0] if len(classes) == 1 else None


def needed(industry: str | None) -> frozenset[str]:
    """The figures that the class of an enterprise of this industry depends on; none where there is no size standard."""
    groups = groups_of(industry) if industry else (None,)
    return frozenset() if None in groups else frozenset(name for group in groups if group for name in group.indicators)


def _range(group: SizeGroup, figures: Mapping[str, Figure]) -> tuple[int, int]:
    """The lowest and highest class that the figures allow: the class is that of the lowest indicator (同时满足…否则下划一档)."""
    ranges = [_figure_range(bounds, figures[name]) for name, bounds in group.indicators.items()]
    return min(low for low, _ in ranges), min(high for _, high in ranges)


def _figure_range(bounds: Bounds, figure: Figure) -> tuple[int, int]:
    match figure:
        case None:
            return 0, 3
        case Interval(low, high):
            return bounds.rank(low), bounds.rank(high)
        case _:
            rank = bounds.rank(figure)
            return rank, rank


# ---- whole columns -----------------------------------------------------------------------------------------------
Floats: TypeAlias = "np.ndarray[Any, np.dtype[np.float64]]"
Ints: TypeAlias = "np.ndarray[Any, np.dtype[np.int64]]"
Classes: TypeAlias = "np.ndarray[Any, np.dtype[np.int8]]"
Ranges: TypeAlias = Mapping[str, tuple[Floats, Floats]]


def classify_columns(industries_of: Sequence[str | None], code_at: Ints, years: Sequence[Ranges]) -> Classes:
    """The class of each row as its place in `CLASSES`, -1 where it is not settled; the same answers as `derive` gives one by one.

    `industries_of[code_at[row]]` is the row's industry (-1 in `code_at`: unknown). `years` holds the figures of last year and of the years
    to fall back on, the latest first: for each of `INDICATORS` the lowest and highest value of each row in persons or CNY, equal where it is
    exact, NaN where it is unknown. An earlier year counts only where a needed figure of every later one is unknown and the class open.
    """
    places_of: dict[tuple[str, ...], list[int]] = {}
    for place, code in enumerate(industries_of):
        groups = groups_of(code) if code else (None,)
        if None not in groups:
            places_of.setdefault(tuple(group.name for group in groups if group), []).append(place)
    by_name = {group.name: group for group in size_groups()}
    found = np.full(len(code_at), -1, dtype=np.int8)
    for names, places in places_of.items():
        rows = np.flatnonzero(np.isin(code_at, places))
        groups_here = tuple(by_name[name] for name in names)
        for figures in years:
            if not len(rows):
                break
            settled, complete = _classify_rows(groups_here, figures, rows)
            found[rows] = settled
            rows = rows[(settled < 0) & ~complete]
    return found


def _classify_rows(groups: tuple[SizeGroup, ...], figures: Ranges, rows: Ints) -> tuple[Classes, Any]:
    """The class of each of `rows` (-1: open), and whether all the figures that it depends on are known."""
    low, high = np.full(len(rows), 3, dtype=np.int8), np.zeros(len(rows), dtype=np.int8)
    for group in groups:
        least, most = _range_columns(group, figures, rows)
        low, high = np.minimum(low, least), np.maximum(high, most)
    complete = np.ones(len(rows), dtype=bool)
    for name in {name for group in groups for name in group.indicators}:
        complete &= ~np.isnan(figures[name][0][rows])
    return np.where(low == high, low, -1).astype(np.int8), complete


def _range_columns(group: SizeGroup, figures: Ranges, rows: Ints) -> tuple[Any, Any]:
    least, most = np.full(len(rows), 3, dtype=np.int8), np.full(len(rows), 3, dtype=np.int8)
    for name, bounds in group.indicators.items():
        edges = [float(bounds.small), float(bounds.medium), float(bounds.large)]
        low, high = figures[name][0][rows], figures[name][1][rows]
        unknown = np.isnan(low) | np.isnan(high)
        least = np.minimum(least, np.where(unknown, 0, np.searchsorted(edges, low, side="right")).astype(np.int8))
        most = np.minimum(most, np.where(unknown, 3, np.searchsorted(edges, high, side="right")).astype(np.int8))
    return least, most
