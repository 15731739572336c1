"""Many enterprises of which whole columns can be asked, as simulation needs them; plain profiles as such a crowd.

Money is counted in whole fen an enterprise, the low bound rounded down and the high bound up, so that totals stay bounds.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Literal, Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from features.catalogue import load_catalogue
from features.profile import EnterpriseProfile
from matcher.amounts import bounds
from matcher.evaluate import Reading
from matcher.truth import truth_of
from policies.rules import Criterion, PolicyItem

Mask: TypeAlias = NDArray[np.bool_]
Rows: TypeAlias = NDArray[np.int64]
Fen: TypeAlias = NDArray[np.int64]

Dimension = Literal["industry", "size", "district", "age", "ownership"]
DIMENSIONS: tuple[Dimension, ...] = ("industry", "size", "district", "age", "ownership")
AGE_BANDS = ((1, "1 年以内"), (3, "1至3 年"), (5, "3至5 年"), (10, "5至10 年"))
OLDEST, NOT_KNOWN = "10 年以上", "未知"


@dataclass(frozen=True, slots=True)
class Truths:
    """For each enterprise whether a criterion is met, and whether it is open; neither is not met."""

    met: Mask
    open: Mask


@dataclass(frozen=True, slots=True)
class Bounds:
    """For each of some enterprises what an item pays, in fen; `high` counts for nothing where `unbounded`."""

    low: Fen
    high: Fen
    unbounded: Mask


@dataclass(frozen=True, slots=True)
class Labels:
    """The group of every row: `names[codes[row]]`, each name once, `NOT_KNOWN` where it is unknown; `sizes[i]` rows in each."""

    names: tuple[str, ...]
    codes: Rows
    sizes: Rows


def labels_from(names: tuple[str, ...], codes: Rows) -> Labels:
    """Labels with their sizes counted."""
    return Labels(names, codes, np.bincount(codes, minlength=len(names)))


class Crowd(Protocol):
    """Many enterprises, of which whole columns can be asked."""

    @property
    def rows(self) -> int:
        """How many enterprises."""
        ...

    def usccs(self, rows: Rows) -> tuple[str, ...]:
        """The credit codes of some rows."""
        ...

    def truths(self, criterion: Criterion | None, as_of: date) -> Truths:
        """The truth of a criterion for every row."""
        ...

    def bounds(self, item: PolicyItem, rows: Rows, as_of: date) -> Bounds:
        """What an item pays the enterprises in these rows."""
        ...

    def labels(self, dimension: Dimension, as_of: date) -> Labels:
        """The group of every row."""
        ...


# ---- plain profiles as a crowd -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ProfileCrowd:
    """Profiles asked one by one; for cities use columns."""

    profiles: Sequence[EnterpriseProfile]

    @property
    def rows(self) -> int:
        """How many enterprises."""
        return len(self.profiles)

    def usccs(self, rows: Rows) -> tuple[str, ...]:
        """The credit codes of some rows."""
        return tuple(self.profiles[i].uscc for i in rows)

    def truths(self, criterion: Criterion | None, as_of: date) -> Truths:
        """The truth of a criterion for every row."""
        catalogue = load_catalogue()
        found = [True if criterion is None else truth_of(criterion, p.facts, as_of, catalogue) for p in self.profiles]
        return Truths(np.array([t is True for t in found], dtype=np.bool_), np.array([t is None for t in found], dtype=np.bool_))

    def bounds(self, item: PolicyItem, rows: Rows, as_of: date) -> Bounds:
        """What an item pays the enterprises in these rows."""
        found = [bounds(item, Reading(self.profiles[i], as_of)) for i in rows]
        low = np.array([fen_below(lo) for lo, _ in found], dtype=np.int64)
        high = np.array([0 if hi is None else fen_above(hi) for _, hi in found], dtype=np.int64)
        return Bounds(low, high, np.array([hi is None for _, hi in found], dtype=np.bool_))

    def labels(self, dimension: Dimension, as_of: date) -> Labels:
        """The group of every row."""
        found = [label_of(p, dimension, as_of) for p in self.profiles]
        names = tuple(dict.fromkeys(found))
        places = {name: i for i, name in enumerate(names)}
        return labels_from(names, np.array([places[name] for name in found], dtype=np.int64))


def fen_below(amount: Decimal) -> int:
    """Whole fen in an amount."""
    return int((amount * 100).to_integral_value(ROUND_FLOOR))


def fen_above(amount: Decimal) -> int:
    """The least whole fen that cover an amount."""
    return int((amount * 100).to_integral_value(ROUND_CEILING))


def label_of(profile: EnterpriseProfile, dimension: Dimension, as_of: date) -> str:
    """The group of one enterprise: industry by its two-digit division, district by its division code, age in bands."""
    match dimension:
        case "industry":
            code = profile.facts.get("industry")
            return industry_label(code) if isinstance(code, str) else NOT_KNOWN
        case "age":
            born = profile.facts.get("established_on")
            return age_label(born, as_of) if isinstance(born, date) else NOT_KNOWN
        case "district":
            region = profile.facts.get("registered_region")
            return region[:6] if isinstance(region, str) else NOT_KNOWN
        case "size" | "ownership":
            value = profile.facts.get("enterprise_size" if dimension == "size" else "ownership")
            return value if isinstance(value, str) else NOT_KNOWN


def industry_label(code: str) -> str:
    """The two-digit division of an industry code, or its section where no more is known."""
    digits = code.lstrip("ABCDEFGHIJKLMNOPQRST")
    return digits[:2] or code


def age_label(born: date, as_of: date) -> str:
    """The age band on a day."""
    years = as_of.year - born.year - ((as_of.month, as_of.day) < (born.month, born.day))
    return next((name for limit, name in AGE_BANDS if years < limit), OLDEST)
