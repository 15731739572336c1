"""One enterprise against all rules, online: which items it is eligible for, which are open, and what one changed fact flips."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from features.catalogue import Catalogue, load_catalogue
from features.facts import FactValue, Interval
from features.profile import EnterpriseProfile
from matcher.bit_index import BitIndex, build_index
from matcher.codes import codings_of
from matcher.columns import value_reader
from matcher.compile import ColumnOf, Item, compile_documents
from matcher.verdicts import Verdict
from policies.rules import RuleDocument


@dataclass(frozen=True, slots=True)
class Decision:
    """Positions in the index's `items`, ascending: those the enterprise is eligible for and those that are open."""

    eligible: NDArray[np.int32]
    unknown: NDArray[np.int32]

    def verdict(self, position: int) -> Verdict:
        """The verdict on one item."""
        if position in self.eligible:
            return Verdict.MET
        return Verdict.UNKNOWN if position in self.unknown else Verdict.NOT_MET


class RuleIndex:
    """All items of some documents on one day; safe to ask from several threads.

    `items[i]` is (document id, item index).
    """

    def __init__(self, documents: Iterable[RuleDocument], as_of: date, *, catalogue: Catalogue | None = None) -> None:
        known = catalogue or load_catalogue()
        compiled = compile_documents(documents, as_of, catalogue=known)
        codings = codings_of(compiled.forest)
        self.items: tuple[Item, ...] = compiled.items
        self.as_of = as_of
        self._bits: BitIndex = build_index(compiled.forest, compiled.roots, codings)
        self._readers: list[tuple[Callable[[Mapping[str, FactValue]], Any], Callable[[Any], int]]] = []
        self._columns_of: dict[str, list[int]] = {}
        for i, (key, coding) in enumerate(codings.items()):
            column: ColumnOf = key  # type: ignore[assignment]
            first = int(self._bits.first_row[i])
            self._readers.append((value_reader(column, known), coding.reader(first=first)))
            self._columns_of.setdefault(column.fact, []).append(i)

    @property
    def bytes(self) -> int:
        """What the index takes in memory."""
        return self._bits.bytes

    def decide(self, profile: EnterpriseProfile) -> Decision:
        """The verdict on every item."""
        rows, intervals = self._rows(profile.facts)
        return Decision(*self._bits.decide(rows, intervals))

    def flips(self, profile: EnterpriseProfile, fact: str, value: FactValue | None) -> NDArray[np.int32]:
        """Positions of the items whose verdict changes when the whole value of `fact` becomes `value` (None: unknown)."""
        columns = self._columns_of.get(fact, [])
        if not columns:
            return np.zeros(0, np.int32)
        rows, intervals = self._rows(profile.facts)
        changed = {k: v for k, v in profile.facts.items() if k != fact} | ({} if value is None else {fact: value})
        facts = MappingProxyType(changed)
        after, between = list(rows), {c: pair for c, pair in intervals.items() if c not in columns}
        for column in columns:
            after[column] = self._row(column, facts, between)
        if intervals or between:
            was, now = self._bits.decide(rows, intervals), self._bits.decide(after, between)
            return np.union1d(np.setxor1d(was[0], now[0]), np.setxor1d(was[1], now[1])).astype(np.int32)
        return self._bits.flips(rows, {c: after[c] for c in columns if after[c] != rows[c]})

    def _rows(self, facts: Mapping[str, FactValue]) -> tuple[list[int], dict[int, tuple[int, int]]]:
        """One row per column, and for the columns known only as an interval the rows of both ends."""
        rows: list[int] = []
        intervals: dict[int, tuple[int, int]] = {}
        for i, (read, code) in enumerate(self._readers):
            value = read(facts)
            if value.__class__ is Interval:
                intervals[i] = (code(value.low), code(value.high))
                value = None
            rows.append(code(value))
        return rows, intervals

    def _row(self, column: int, facts: Mapping[str, FactValue], intervals: dict[int, tuple[int, int]]) -> int:
        read, code = self._readers[column]
        value = read(facts)
        if isinstance(value, Interval):
            intervals[column] = (code(value.low), code(value.high))
            return code(None)
        return code(value)
