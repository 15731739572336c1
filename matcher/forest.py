"""The rules as one shared forest: every distinct test and every distinct combination once, negation pushed down into the tests.

A test asks whether the value of one column lies in a union of bands; it is three-valued because the value may be missing. With
negation gone every combination is monotone, so "surely true" and "possibly true" are two plain boolean functions of the same shape
(Kleene's strong logic); the screen computes both, the index reads them off one enterprise's values.
"""

from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from enum import IntEnum
from typing import Any, Literal, NamedTuple, TypeAlias

Missing = Literal["unknown", "false", "true"]


class Cut(NamedTuple):
    """A point between values: those `>= at` lie above it, or, where it is `after`, those `> at`. Cuts order by place."""

    at: Any
    after: bool


Band: TypeAlias = tuple[Cut | None, Cut | None]  # from the first cut up to the second; None is an open end
ColumnKey: TypeAlias = Hashable
EVERYTHING: tuple[Band, ...] = ((None, None),)


@dataclass(frozen=True, slots=True)
class Test:
    """Whether a column's value lies in one of `bands` (ascending, apart from each other); `missing` is its truth without a value."""

    column: ColumnKey
    bands: tuple[Band, ...]
    missing: Missing = "unknown"

    def negated(self) -> "Test":
        """True where this is false, false where it is true, unknown where it is unknown."""
        other: dict[Missing, Missing] = {"unknown": "unknown", "false": "true", "true": "false"}
        return Test(self.column, _complement(self.bands), other[self.missing])

    def truth(self, code_of: Any, code: int) -> int:
        """2 true, 1 unknown, 0 false for a value of this code; `code_of(cut)` numbers the cuts as in `codes.Coding`."""
        if code == 0:
            return {"unknown": 1, "false": 0, "true": 2}[self.missing]
        for low, high in self.bands:
            if (low is None or code >= code_of(low)) and (high is None or code < code_of(high)):
                return 2
        return 0


def _complement(bands: tuple[Band, ...]) -> tuple[Band, ...]:
    out: list[Band] = []
    at: Cut | None = None
    open_below = True
    for low, high in bands:
        if low is not None:
            out.append((at if not open_below else None, low))
        if high is None:
            return tuple(out)
        at, open_below = high, False
    out.append((at, None))
    return tuple(out)


def united(bands: Iterable[tuple[Cut, Cut]]) -> tuple[Band, ...]:
    """Closed-ended bands, sorted and joined where they touch."""
    out: list[tuple[Cut, Cut]] = []
    for low, high in sorted(bands):
        if out and low <= out[-1][1]:
            out[-1] = (out[-1][0], max(out[-1][1], high))
        else:
            out.append((low, high))
    return tuple(out)


class Kind(IntEnum):
    """What a node of the forest is."""

    CONSTANT = 0
    TEST = 1
    ALL = 2
    ANY = 3
    AT_LEAST = 4


FALSE, TRUE, UNKNOWN = 0, 1, 2  # the first three nodes of every forest


class Forest:
    """An append-only table of nodes; equal nodes get one number, and parts always come before the wholes they are part of.

    >>> forest = Forest()
    >>> a = forest.test(Test("x", ((Cut(1, False), None),)))
    >>> forest.all_of([a, TRUE, a]) == a
    True
    """

    def __init__(self) -> None:
        self.kinds: list[Kind] = [Kind.CONSTANT] * 3
        self.parts: list[tuple[int, ...]] = [()] * 3
        self.counts: list[int] = [0] * 3
        self.tests: dict[int, Test] = {}
        self._known: dict[Any, int] = {}

    def __len__(self) -> int:
        return len(self.kinds)

    def test(self, test: Test) -> int:
        """The node of a test; one without bands is false wherever a value is known, and so on."""
        node = self._known.get(test)
        if node is None:
            node = self._known[test] = self._add(Kind.TEST, (), 0)
            self.tests[node] = test
        return node

    def all_of(self, parts: Iterable[int]) -> int:
        """The conjunction; of nothing it is true."""
        return self._monotone(Kind.ALL, parts, neutral=TRUE, absorbing=FALSE)

    def any_of(self, parts: Iterable[int]) -> int:
        """The disjunction; of nothing it is false."""
        return self._monotone(Kind.ANY, parts, neutral=FALSE, absorbing=TRUE)

    def at_least(self, count: int, parts: Iterable[int]) -> int:
        """At least `count` of the parts; the same part given twice counts twice."""
        rest = []
        for part in parts:
            if part == TRUE:
                count -= 1
            elif part != FALSE:
                rest.append(part)
        if count <= 0:
            return TRUE
        if count > len(rest):
            return FALSE
        if count == len(rest):
            return self.all_of(rest)
        if count == 1:
            return self.any_of(rest)
        return self._intern(Kind.AT_LEAST, tuple(sorted(rest)), count)

    def _monotone(self, kind: Kind, parts: Iterable[int], *, neutral: int, absorbing: int) -> int:
        flat: set[int] = set()
        for part in parts:
            if part == absorbing:
                return absorbing
            if part == neutral:
                continue
            if self.kinds[part] is kind:
                flat.update(self.parts[part])
            else:
                flat.add(part)
        if not flat:
            return neutral
        if len(flat) == 1:
            return flat.pop()
        return self._intern(kind, tuple(sorted(flat)), 0)

    def _intern(self, kind: Kind, parts: tuple[int, ...], count: int) -> int:
        key = (int(kind), parts, count)
        node = self._known.get(key)
        if node is None:
            node = self._known[key] = self._add(kind, parts, count)
        return node

    def _add(self, kind: Kind, parts: tuple[int, ...], count: int) -> int:
        self.kinds.append(kind)
        self.parts.append(parts)
        self.counts.append(count)
        return len(self.kinds) - 1

    def cuts(self) -> dict[ColumnKey, list[Cut]]:
        """Every column that a test names, with the cuts its codes must tell apart, ascending."""
        found: dict[ColumnKey, set[Cut]] = {}
        for test in self.tests.values():
            places = found.setdefault(test.column, set())
            for band in test.bands:
                places.update(cut for cut in band if cut is not None)
        return {column: sorted(places) for column, places in found.items()}
