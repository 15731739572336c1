"""How much a clause reads like a condition, by a learned model: for confidence, for doubts, and to point at lists that were overlooked.

A logistic regression (scikit-learn) over character pairs, the words around, the place and the section of a clause (not its style of
numbering: layout must change nothing), trained on
annotated documents (tests/policies/train_clause_model.py). Its weights lie in policies/lexicon/clauses.npz, hashed into 2**16
places (Weinberger et al. 2009, "Feature hashing for large scale multitask learning"); no vocabulary is kept.
"""

from __future__ import annotations

import math
import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from policies.segmenting import Clause

PLACES = 2**16
_UNIT = re.compile(r"[^，；。：\n]{2,400}")
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_PROMISE = re.compile(r"给予|奖励|补助|补贴|资助|贴息|减免|免征|享受")


@dataclass(frozen=True, slots=True)
class Unit:
    """A clause between two marks, `start:end` of the clean text, in its line `low:high`, the `position`-th of it."""

    start: int
    end: int
    low: int
    high: int
    position: int
    line: int
    clause: Clause


def units_of(text: str, root: Clause) -> Iterator[Unit]:
    """The clauses of every line of the clause tree."""
    for clause in root.walk():
        for line, (low, high) in enumerate(clause.paragraphs):
            for position, m in enumerate(_UNIT.finditer(text, low, high)):
                yield Unit(m.start(), m.end(), low, high, position, line, clause)


def features_of(text: str, unit: Unit) -> list[str]:
    """What the model looks at; numbers count as one sign."""
    start, end, clause = unit.start, unit.end, unit.clause
    words = _NUMBER.sub("0", text[start:end][:60])
    marked = f"^{words}$"
    found = [f"2{marked[i : i + 2]}" for i in range(len(marked) - 1)]
    found += [f"h{words[:n]}" for n in (1, 2, 3)] + [f"t{words[-n:]}" for n in (1, 2, 3)]
    found += [f"b{text[max(unit.low, start - 1 - n) : max(unit.low, start - 1)]}" for n in (2, 3, 4)]
    found += [f"n{text[end + 1 : min(unit.high, end + 1 + n)]}" for n in (1, 2, 3)]
    role = clause.in_role
    found += [f"d{text[end : end + 1]}", f"p{text[start - 1 : start] if start > unit.low else '^'}", f"role{role}"]
    found += [f"i{min(unit.line, 3)}", f"j{min(unit.position, 4)}"]
    found += [f"len{min(12, (end - start) // 4)}", f"last{end + 1 >= unit.high}", f"rj{role}{min(unit.position, 2)}"]
    return found + _around(text, unit)


def _around(text: str, unit: Unit) -> list[str]:
    """The sentence, the headings above and the line that the list hangs on."""
    low = max(text.rfind("。", unit.low, unit.start) + 1, unit.low)
    stop = text.find("。", unit.end, unit.high)
    high = unit.high if stop < 0 else stop
    found = [
        f"after{_PROMISE.search(text, unit.end, min(high, unit.end + 200)) is not None}",
        f"before{_PROMISE.search(text, max(low, unit.start - 200), unit.start) is not None}",
        f"lead{text[low : low + 2]}",
    ]
    headings = [c.heading for c in (unit.clause, *unit.clause.ancestors()) if c.heading][:2]
    for level, heading in enumerate(headings):
        found += [f"hd{level}{heading[i : i + 2]}" for i in range(min(len(heading), 12) - 1)]
    above = unit.clause.parent
    if above is not None and above.paragraphs:
        first, last = above.paragraphs[-1]
        tail = text[max(first, last - 8) : last]
        found += [f"up{tail[i : i + 2]}" for i in range(len(tail) - 1)]
    return found


def places_of(features: list[str]) -> NDArray[np.int64]:
    """Where each feature's weight lies, each place once."""
    return np.fromiter({_place_of(feature) for feature in features}, np.int64)


@lru_cache(maxsize=2**15)
def _place_of(feature: str) -> int:
    return crc32(feature.encode()) % PLACES


Weights = tuple[NDArray[np.float32], float]
"""One weight a place, and the intercept."""


@cache
def _weights() -> Weights:
    with np.load(str(files("policies.lexicon").joinpath("clauses.npz")), allow_pickle=False) as stored:
        return stored["weights"].astype(np.float32), float(stored["intercept"])


class ClauseChances:
    """The model over one document: the chance that a stretch of the clean text is (part of) a condition, in [0, 1]."""

    def __init__(self, text: str, root: Clause, weights: Weights | None = None) -> None:
        self._text, self._weights = text, weights or _weights()
        self._units = sorted(units_of(text, root), key=lambda u: u.start)
        self._starts = [u.start for u in self._units]
        self._known: dict[int, float] = {}

    @property
    def units(self) -> Sequence[Unit]:
        """The clauses of the document in their order."""
        return self._units

    def of(self, start: int, end: int) -> float:
        """The mean over the clauses that `start:end` touches, weighted by how much of each; one half where there is none."""
        total = weight = 0.0
        index = max(0, bisect_left(self._starts, start) - 1)
        while index < len(self._units) and self._starts[index] < end:
            unit = self._units[index]
            shared = min(end, unit.end) - max(start, unit.start)
            if shared > 0:
                total += shared * self._chance(index)
                weight += shared
            index += 1
        return total / weight if weight else 0.5

    def likeliest(self, start: int, end: int) -> float:
        """The highest chance among the clauses that begin in `start:end`; 0 where none does."""
        low, high = bisect_left(self._starts, start), bisect_left(self._starts, end)
        return max((self._chance(i) for i in range(low, high)), default=0.0)

    def _chance(self, index: int) -> float:
        if index not in self._known:
            weights, intercept = self._weights
            score = intercept + float(weights[places_of(features_of(self._text, self._units[index]))].sum())
            self._known[index] = 1 / (1 + math.exp(-max(-30.0, min(30.0, score))))
        return self._known[index]
