"""What the scorer sees of a candidate: a fixed list of numbers. No ownership (no difference may rest on it), no name, no person; NaN is unknown.

The list's hash goes into every model card: a model trained on another list is refused.
"""

import hashlib
from collections.abc import Sequence
from decimal import Decimal
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from matcher.ports import Candidate

Matrix: TypeAlias = NDArray[np.float64]

DELIVERIES = ("no_application", "instant", "application", "review", "unspecified")
CATEGORIES = (
    "award", "subsidy", "loan_interest", "tax_relief", "fee_relief", "matching_fund", "rent", "talent", "land", "financing", "other",
)  # fmt: skip
SIZES = ("micro", "small", "medium", "large")

# name, and the direction a score may move with it (1 up, -1 down, 0 either): more money never lowers, more open criteria never raise.
FEATURES: tuple[tuple[str, int], ...] = (
    ("log_low", 1),
    ("log_high", 0),
    ("unbounded", 0),
    ("days_left", 0),
    ("delivery", 0),
    ("category", 0),
    ("leaf_count", 0),
    ("unmet", -1),
    ("age_years", 0),
    ("qualifications", 0),
    ("size", 0),
    ("industry_division", 0),
    ("same_region_digits", 0),
    ("month", 0),
)
CATEGORICAL = ("delivery", "category", "industry_division")


def feature_names() -> list[str]:
    """The names in the order of the matrix's columns."""
    return [name for name, _ in FEATURES]


def features_hash() -> str:
    """SHA-256 over the list and its code tables; two models with the same hash read the same columns."""
    return hashlib.sha256(repr((FEATURES, CATEGORICAL, DELIVERIES, CATEGORIES, SIZES)).encode()).hexdigest()


def matrix_of(candidates: Sequence[Candidate]) -> Matrix:
    """The candidates as float64[candidates, features]."""
    return np.array([_row(c) for c in candidates], dtype=np.float64).reshape(len(candidates), len(FEATURES))


def _row(c: Candidate) -> list[float]:
    nan = float("nan")
    return [
        _log(c.low),
        _log(c.high) if c.high is not None else nan,
        float(c.high is None),
        float((c.deadline - c.as_of).days) if c.deadline else nan,
        _index(DELIVERIES, c.delivery),
        _index(CATEGORIES, c.category),
        float(c.leaf_count),
        float(c.unmet),
        float(c.age_years) if c.age_years is not None else nan,
        float(len(c.qualifications)),
        _index(SIZES, c.size) if c.size else nan,
        _division(c.industry),
        _shared_digits(c.policy_region, c.region),
        float(c.as_of.month),
    ]


def _log(value: Decimal) -> float:
    return float(np.log1p(max(0.0, float(value))))


def _index(words: tuple[str, ...], word: str) -> float:
    return float(words.index(word)) if word in words else float("nan")


def _division(industry: str | None) -> float:
    digits = "".join(ch for ch in industry or "" if ch.isdigit())[:2]
    return float(digits) if len(digits) == 2 else float("nan")


def _shared_digits(policy: str | None, own: str | None) -> float:
    """How much of the two adcodes agrees: 6 same county, 4 same city, 2 same province, 0 none (national policies: 0)."""
    if not policy or not own:
        return float("nan")
    return float(next((n for n in (6, 4, 2) if policy[:n] == own[:n]), 0))
