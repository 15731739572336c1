"""How sure a leaf is: the share of right leaves that its pattern had on annotated documents, smoothed, by pattern id."""

from __future__ import annotations

import tomllib
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


def confidence_of(origin: str) -> float:
    """The calibrated confidence of a pattern; an unseen pattern falls back to its family, then to one half."""
    counts = _counts()
    if origin in counts:
        return smoothed(*counts[origin])
    family = origin.split("/")[0]
    members = [c for key, c in counts.items() if key.split("/")[0] == family]
    return smoothed(sum(r for r, _ in members), sum(n for _, n in members))
