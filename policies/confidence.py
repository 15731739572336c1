"""How sure a leaf is: how often its pattern was right on annotated documents, how much its words read like a condition, and what it stands among.

The first two are blended by a logistic regression on their log odds, fitted on documents that the clause model had not seen; the third
moves the blend by a weight for each thing that holds of the leaf (policies.surroundings), learnt on the documents that are tuned on and
set right in level on the unseen ones (tests/policies/calibrate_confidence.py).
"""

from __future__ import annotations

import math
import tomllib
from collections.abc import Iterable
from functools import cache
from importlib.resources import files

_PRIOR_RIGHT, _PRIOR_ALL = 2.0, 4.0


@cache
def _counts() -> dict[str, tuple[int, int]]:
    source = files("policies.lexicon").joinpath("calibration.toml")
    if not source.is_file():
        return {}
    rows = tomllib.loads(source.read_text("utf-8")).get("pattern", [])
    return {row["id"]: (row["right"], row["all"]) for row in rows}


def smoothed(right: int, total: int) -> float:
    """Beta-smoothed precision.

    >>> smoothed(0, 0), smoothed(8, 8)
    (0.5, 0.83)
    """
    return min(0.99, max(0.01, round((right + _PRIOR_RIGHT) / (total + _PRIOR_ALL), 2)))


@cache
def _blend() -> tuple[float, float, float]:
    source = files("policies.lexicon").joinpath("calibration.toml")
    found = tomllib.loads(source.read_text("utf-8")).get("blend", {}) if source.is_file() else {}
    return float(found.get("base", 0.0)), float(found.get("pattern", 1.0)), float(found.get("words", 0.0))


@cache
def _around() -> tuple[float, float, dict[str, float]]:
    source = files("policies.lexicon").joinpath("calibration.toml")
    found = tomllib.loads(source.read_text("utf-8")).get("around", {}) if source.is_file() else {}
    return float(found.get("base", 0.0)), float(found.get("blend", 1.0)), found.get("weight", {})


def among(confidence: float, surroundings: Iterable[str]) -> float:
    """The confidence of a leaf by itself, moved by what it stands among; two decimals within [0.01, 0.99]."""
    base, blend, weights = _around()
    score = base + blend * log_odds(confidence) + sum(weights.get(name, 0.0) for name in surroundings)
    return min(0.99, max(0.01, round(1 / (1 + math.exp(-score)), 2)))


def log_odds(share: float) -> float:
    """ln(p / (1 - p)), with p kept within [0.01, 0.99].

    >>> log_odds(0.5)
    0.0
    """
    kept = min(0.99, max(0.01, share))
    return math.log(kept / (1 - kept))


def confidence_of(origin: str, chance: float) -> float:
    """The chance that a leaf is right, two decimals within [0.01, 0.99]: by its pattern, and by the clause model's `chance` for its words."""
    base, pattern, words = _blend()
    score = base + pattern * log_odds(pattern_share(origin)) + words * log_odds(chance)
    return min(0.99, max(0.01, round(1 / (1 + math.exp(-score)), 2)))


def pattern_share(origin: str) -> float:
    """How often a pattern is right; an unseen pattern falls back to its family, then to one half."""
    counts = _counts()
    if origin in counts:
        return smoothed(*counts[origin])
    family = origin.split("/")[0]
    members = [c for key, c in counts.items() if key.split("/")[0] == family]
    return smoothed(sum(r for r, _ in members), sum(n for _, n in members))
