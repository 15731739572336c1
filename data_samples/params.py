"""The numbers that shape the sample city, read from `population.toml`, where each stands with its source."""

import tomllib
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Days = npt.NDArray[Any]
Objects = npt.NDArray[Any]


@cache
def population() -> dict[str, Any]:
    """The whole table of `population.toml`; treat as read-only."""
    return tomllib.loads(files("data_samples").joinpath("population.toml").read_text("utf-8"))


@dataclass(frozen=True, slots=True)
class Scope:
    """What is to be generated: how many, from which seed, as of which day."""

    enterprises: int
    seed: int
    as_of: date
    mess: float = 1.0

    def rng(self, part: str) -> np.random.Generator:
        """An independent stream for one part, so that a change in one part leaves the others as they were."""
        return np.random.default_rng([self.seed, *part.encode()])

    @property
    def years(self) -> tuple[int, int, int, int]:
        """The four full calendar years before the as-of date, oldest first."""
        return (self.as_of.year - 4, self.as_of.year - 3, self.as_of.year - 2, self.as_of.year - 1)

    @property
    def months(self) -> list[str]:
        """Month keys YYYYMM from January of last year to the month before the as-of month."""
        first, last = (self.as_of.year - 1) * 12, self.as_of.year * 12 + self.as_of.month - 2
        return [f"{index // 12:04d}{index % 12 + 1:02d}" for index in range(first, last + 1)]

    def before(self, days: int) -> date:
        """The day so many days before the as-of date."""
        return self.as_of - timedelta(days=days)


def pick(rng: np.random.Generator, pairs: list[list[Any]], size: int) -> Objects:
    """`size` values of [value, weight] pairs as an object array."""
    values = np.array([pair[0] for pair in pairs], dtype=object)
    weights = np.array([pair[1] for pair in pairs], dtype=float)
    return values[rng.choice(len(values), size=size, p=weights / weights.sum())]


def day(value: date) -> np.datetime64:
    """A date as numpy's day."""
    return np.datetime64(value, "D")
