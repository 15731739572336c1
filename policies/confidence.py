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
from typing import Any

_PRIOR_RIGHT, _PRIOR_ALL = 2.0, 4.0


@cache
def fitted() -> dict[str, Any]:
    """What was fitted (policies/lexicon/calibration.toml); empty where nothing was yet."""
    source = files("policies.lexicon").joinpath("calibration.toml")
    return tomllib.loads(source.read_text("utf-8")) if source.is_file() else {}


@cache
def _counts() -> dict[str, tuple[int, int]]:
    return {row["id"]: (row["right"], row["all"]) for row in fitted().get("pattern", [])}


def smoothed(right: int, total: int) -> float:
    """Beta-smoothed precision.

    >>> smoothed(0, 0), smoothed(8, 8)
    (0.5, 0.83)
    """
    return min(0.99, max(0.01, round((right + _PRIOR_RIGHT) / (total + _PRIOR_ALL), 2)))


def among(confidence: float, surroundings: Iterable[str]) -> float:
    """The confidence of a leaf by itself, moved by what it stands among; two decimals within [0.01, 0.99]."""
    around = fitted().get("around", {})
    weights = around.get("weight", {})
    score = around.get("base", 0.0) + around.get("blend", 1.0) * log_odds(confidence)
    return _chance(score + sum(weights.get(name, 0.0) for name in surroundings))


def _chance(score: float) -> float:
    """The chance that these log odds say, two decimals within [0.01, 0.99]."""
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
    blend = fitted().get("blend", {})
    score = blend.get("base", 0.0) + blend.get("pattern", 1.0) * log_odds(pattern_share(origin))
    return _chance(score + blend.get("words", 0.0) * log_odds(chance))


def pattern_share(origin: str) -> float:
    """How often a pattern is right; an unseen pattern falls back to its family, then to one half."""
    counts = _counts()
    if origin in counts:
        return smoothed(*counts[origin])
    family = origin.split("/")[0]
    members = [c for key, c in counts.items() if key.split("/")[0] == family]
    return smoothed(sum(r for r, _ in members), sum(n for _, n in members))
