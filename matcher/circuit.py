"""The forest as a straight program of bit operations over blocks of rows, for `kernels` to run.

Codes are kept bit-sliced: plane j of a column holds bit j of every row's code (BitWeaving/V: Li and Patel, SIGMOD 2013), so that one
machine word carries 64 rows through a comparison. A row register is a bitmap over the block's rows. Each rule ends in two registers,
"surely true" and "possibly true"; operations are shared wherever rules share a test or a part.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from matcher.forest import FALSE, TRUE, ColumnKey, Cut, Forest, Kind, Test


class Do(IntEnum):
    """The operations. Registers are numbered; `of` lists what an operation reads."""

    CUT = 0  # count = c; of = (first plane, planes): rows whose code is >= c
    BANDS = 1  # of = pairs (low, high) of registers or -1: rows in any band, low and not high
    AND = 2
    OR = 3
    AT_LEAST = 4  # count of the registers in `of`
    CONSTANT = 5  # count = 0 or 1
    OUT = 6  # count = rule; of = (surely, possibly)


@dataclass(frozen=True, slots=True)
class Slices:
    """Where a column's bit planes lie: plane `first` is the lowest of `bits`; code 0 is "no value"; `code` numbers the cuts.

    A column of intervals has two such runs: codes of the low ends in `first`, of the high ends in `upper` (None: single values).
    """

    first: int
    bits: int
    code: Mapping[Cut, int]
    upper: int | None = None

    @property
    def top(self) -> int:
        """One more than the highest code of a value; an interval's missing high end carries it."""
        return len(self.code) + 2


@dataclass(frozen=True, slots=True)
class Circuit:
    """The program: operation i does `do[i]` into register `into[i]` from `of[start[i]:start[i + 1]]`."""

    do: NDArray[np.int32]
    into: NDArray[np.int32]
    count: NDArray[np.int32]
    start: NDArray[np.int32]
    of: NDArray[np.int32]
    registers: int
    counters: int
    rules: int


Term = tuple[int, int]


class _Writer:
    """Emits each distinct operation once, parts first, into virtual registers."""

    def __init__(self, forest: Forest, slices: Mapping[ColumnKey, Slices]) -> None:
        self.forest, self.slices = forest, slices
        self.ops: list[tuple[Do, int, tuple[int, ...]]] = []  # (do, count, of); the register is the position
        self.known: dict[tuple[Do, int, tuple[int, ...]], int] = {}
        self.rails: dict[int, tuple[int, int]] = {}

    def emit(self, do: Do, count: int, of: tuple[int, ...]) -> int:
        key = (do, count, of)
        at = self.known.get(key)
        if at is None:
            at = self.known[key] = len(self.ops)
            self.ops.append(key)
        return at

    def constant(self, truth: bool) -> int:
        return self.emit(Do.CONSTANT, int(truth), ())

    def cut(self, first: int, bits: int, code: int) -> int:
        return self.emit(Do.CUT, code, (first, bits))

    def node(self, node: int) -> tuple[int, int]:
        """The registers (surely, possibly) of a node and everything below it; trees may be deep, so no recursion."""
        stack = [node]
        while stack:
            top = stack[-1]
            if top in self.rails:
                stack.pop()
                continue
            waiting = [p for p in self.forest.parts[top] if p not in self.rails]
            if waiting:
                stack.extend(waiting)
                continue
            self.rails[top] = self.write(top)
            stack.pop()
        return self.rails[node]

    def write(self, node: int) -> tuple[int, int]:
        kind = self.forest.kinds[node]
        if kind is Kind.CONSTANT:
            return self.constant(node == TRUE), self.constant(node != FALSE)
        if kind is Kind.TEST:
            return self.test(self.forest.tests[node])
        do = {Kind.ALL: Do.AND, Kind.ANY: Do.OR, Kind.AT_LEAST: Do.AT_LEAST}[kind]
        rails = [self.rails[p] for p in self.forest.parts[node]]
        count = self.forest.counts[node]
        surely, possibly = (tuple(sorted(r[i] for r in rails)) for i in (0, 1))
        return self.emit(do, count, surely), self.emit(do, count, possibly)

    def test(self, test: Test) -> tuple[int, int]:
        s = self.slices[test.column]
        low, high = s.first, s.first if s.upper is None else s.upper

        def bound(plane: int, cut: Cut | None, *, otherwise: int) -> int:
            """The register of "code is not below this cut"; an open end gives `otherwise`."""
            return otherwise if cut is None else self.cut(plane, s.bits, s.code[cut])

        known = self.cut(low, s.bits, 1)
        missing = (-1, known)
        # surely: the low end not below the band's start, the high end below the band's end; possibly: the two overlap
        sure = [(bound(low, a, otherwise=known), bound(high, b, otherwise=-1)) for a, b in test.bands]
        if s.upper is None:  # the same rows, and no need to find them twice unless they join with the missing ones
            maybe = sure if any(high == known or low == known for low, high in sure) else [(self.bands(sure), -1)]
        else:
            maybe = [(bound(high, a, otherwise=-1), bound(low, b, otherwise=-1)) for a, b in test.bands]
        match test.missing:
            case "unknown":
                return self.bands(sure), self.bands([*maybe, missing])
            case "true":
                return self.bands([*sure, missing]), self.bands([*maybe, missing])
            case "false" if s.upper is None:
                return self.bands(sure), self.bands(maybe)
            case "false":
                return self.bands(sure), self.emit(Do.AND, 0, tuple(sorted((known, self.bands(maybe)))))

    def bands(self, terms: list[Term]) -> int:
        if not terms:
            return self.constant(False)
        terms = _joined(terms)
        if (-1, -1) in terms:
            return self.constant(True)
        if len(terms) == 1 and terms[0][1] == -1:
            return terms[0][0]
        return self.emit(Do.BANDS, 0, tuple(x for term in terms for x in term))


def _joined(terms: list[Term]) -> list[Term]:
    """Bands that meet are one: (-1, a) with (a, b) is (-1, b)."""
    by_start = dict(terms)
    if len(by_start) != len(terms):
        return terms
    out = []
    inner = {high for _, high in terms if high != -1 and high in by_start}
    for low, high in terms:
        if low in inner and low != -1:
            continue
        while high != -1 and high in by_start:
            high = by_start[high]
        out.append((low, high))
    return out


def compile_circuit(forest: Forest, roots: Sequence[int], slices: Mapping[ColumnKey, Slices]) -> Circuit:
    """The program that decides `roots` (one per rule, in this order) over columns coded as `slices` says."""
    writer = _Writer(forest, slices)
    program: list[tuple[Do, int, tuple[int, ...], int]] = []
    done = 0
    for rule, root in enumerate(roots):
        rails = writer.node(root)
        program.extend((do, count, of, done + i) for i, (do, count, of) in enumerate(writer.ops[done:]))
        done = len(writer.ops)
        program.append((Do.OUT, rule, rails, -1))
    return _allocated(program, len(roots))


def _reads(do: Do, of: tuple[int, ...]) -> tuple[int, ...]:
    return () if do is Do.CUT else of


def _allocated(program: list[tuple[Do, int, tuple[int, ...], int]], rules: int) -> Circuit:
    """Real registers for the virtual ones, each given back after its last reading so that the block stays in the cache."""
    last: dict[int, int] = {}
    for i, (do, _, of, _) in enumerate(program):
        for register in _reads(do, of):
            last[register] = i
    free: list[int] = []
    real: dict[int, int] = {-1: -1}
    used, widest = 0, 1
    do_: list[int] = []
    into_: list[int] = []
    count_: list[int] = []
    start_, of_ = [0], list[int]()
    for i, (do, count, of, virtual) in enumerate(program):
        reads = _reads(do, of)
        do_.append(int(do))
        count_.append(count)
        of_.extend(of if do is Do.CUT else [real[r] for r in reads])
        start_.append(len(of_))
        if do is Do.OUT:
            into_.append(0)
        else:
            if free:
                real[virtual] = free.pop()
            else:
                real[virtual] = used
                used += 1
            into_.append(real[virtual])
        if do is Do.AT_LEAST:
            widest = max(widest, len(of).bit_length())
        for register in set(reads):
            if register != -1 and last[register] == i:
                free.append(real[register])
    do_array, into_array, count_array, start_array, of_array = (np.array(x, np.int32) for x in (do_, into_, count_, start_, of_))
    return Circuit(do_array, into_array, count_array, start_array, of_array, max(used, 1), widest, rules)
