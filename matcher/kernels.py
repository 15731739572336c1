"""Running a circuit over bit planes: numba where it is installed, numpy where it is not or `MIANSHEN_NUMBA=0`, the same answers.

A run works block by block so that its registers stay in the processor's cache, on `threads` threads (the compiled code releases the
interpreter's lock). Rows are numbered from the lowest bit of the first word.
"""

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from itertools import pairwise
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from matcher.circuit import Circuit, Do

Planes: TypeAlias = NDArray[np.uint64]  # [planes, words], 64 rows a word
Bitmaps: TypeAlias = NDArray[np.uint64]  # [rules, words]

_NUMPY_WORDS = 1_024  # numpy pays per call, so its blocks are larger
THREADS = 2
_WORTH_A_THREAD = 50_000  # block operations, about 2 ms: below that, starting threads costs more than they save


@dataclass(frozen=True, slots=True)
class Answers:
    """`counts[rule]` = (surely, open); the bitmaps are None where only counts were asked for. Open = possibly but not surely."""

    counts: NDArray[np.int64]
    surely: Bitmaps | None
    open: Bitmaps | None


def words_for(rows: int) -> int:
    """How many 64-bit words a bitmap over `rows` rows takes: whole blocks of 8,192 rows, so that no loop has a remainder."""
    return (rows + 8_191) // 8_192 * 128


@cache
def uses_numba() -> bool:
    """Whether the compiled kernels serve this process."""
    return os.environ.get("MIANSHEN_NUMBA", "1") != "0" and find_spec("numba") is not None


def run(circuit: Circuit, planes: Planes, rows: int, *, bitmaps: bool, threads: int = THREADS) -> Answers:
    """Decide every row by every rule; `planes` is [planes, words_for(rows)]."""
    words = words_for(rows)
    counts = np.zeros((circuit.rules, 2), np.int64)
    shape = (circuit.rules, words) if bitmaps else (0, 0)
    surely, possibly = np.zeros(shape, np.uint64), np.zeros(shape, np.uint64)
    valid = _valid_rows(rows)
    work: Any
    if uses_numba():
        from matcher import kernels_numba

        work, block = kernels_numba.run_words, kernels_numba.WORDS
    else:
        work, block = _run_words, _NUMPY_WORDS
    if words // block * len(circuit.do) < _WORTH_A_THREAD:
        threads = 1
    parts = _parts(words, block, threads)
    tallies = [np.zeros_like(counts) for _ in parts]

    def part(i: int) -> None:
        low, high = parts[i]
        work(*_arrays(circuit), circuit.registers, circuit.counters, planes, valid, low, high, tallies[i], surely, possibly)

    if len(parts) == 1:
        part(0)
    elif parts:
        with ThreadPoolExecutor(len(parts)) as pool:
            list(pool.map(part, range(len(parts))))
    for tally in tallies:
        counts += tally
    return Answers(counts, surely if bitmaps else None, possibly if bitmaps else None)


def _arrays(circuit: Circuit) -> tuple[Any, ...]:
    return circuit.do, circuit.into, circuit.count, circuit.start, circuit.of


def _valid_rows(rows: int) -> NDArray[np.uint64]:
    """All ones but for the places past the last row."""
    valid = np.zeros(words_for(rows), np.uint64)
    valid[: rows // 64] = ~np.uint64(0)
    if rows % 64:
        valid[rows // 64] = np.uint64((1 << (rows % 64)) - 1)
    return valid


def _parts(words: int, block: int, threads: int) -> list[tuple[int, int]]:
    blocks = (words + block - 1) // block
    threads = max(1, min(threads, blocks))
    edges = [round(blocks * i / threads) * block for i in range(threads + 1)]
    return [(a, min(b, words)) for a, b in pairwise(edges) if a < min(b, words)]


# ---- numpy -------------------------------------------------------------------------------------------------------


def _run_words(
    do: NDArray[np.int32],
    into: NDArray[np.int32],
    count: NDArray[np.int32],
    start: NDArray[np.int32],
    of: NDArray[np.int32],
    registers: int,
    counters: int,
    planes: Planes,
    valid: NDArray[np.uint64],
    first: int,
    last: int,
    counts: NDArray[np.int64],
    surely: Bitmaps,
    possibly: Bitmaps,
) -> None:
    """Words `first` up to `last` of the run, in numpy."""
    program = [
        (Do(d), int(r), int(k), [int(x) for x in of[start[i] : start[i + 1]]])
        for i, (d, r, k) in enumerate(zip(do.tolist(), into.tolist(), count.tolist(), strict=True))
    ]
    for low in range(first, last, _NUMPY_WORDS):
        high = min(low + _NUMPY_WORDS, last)
        board = np.empty((registers, high - low), np.uint64)
        for op, register, k, reads in program:
            if op is Do.OUT:
                sure = board[reads[0]] & valid[low:high]
                maybe = board[reads[1]] & valid[low:high] & ~sure
                counts[k, 0] += int(np.bitwise_count(sure).sum())
                counts[k, 1] += int(np.bitwise_count(maybe).sum())
                if len(surely):
                    surely[k, low:high], possibly[k, low:high] = sure, maybe
            else:
                _operate(board, op, register, k, reads, planes[:, low:high])


def _operate(board: NDArray[np.uint64], op: Do, register: int, k: int, reads: list[int], planes: Planes) -> None:
    row = board[register]
    match op:
        case Do.CUT:
            _at_least_code(row, planes[reads[0] : reads[0] + reads[1]], k)
        case Do.BANDS:
            row[:] = 0
            for low, high in zip(reads[::2], reads[1::2], strict=True):
                inside = np.full_like(row, ~np.uint64(0)) if low < 0 else board[low]
                row |= inside if high < 0 else inside & ~board[high]
        case Do.AND:
            np.bitwise_and.reduce(board[reads], axis=0, out=row)
        case Do.OR:
            np.bitwise_or.reduce(board[reads], axis=0, out=row)
        case Do.AT_LEAST:
            sums = np.zeros((len(reads).bit_length(), len(row)), np.uint64)
            for read in reads:
                carry = board[read].copy()
                for digit in sums:
                    digit ^= carry
                    carry &= ~digit
            _at_least_code(row, sums, k)
        case Do.CONSTANT:
            row[:] = ~np.uint64(0) if k else np.uint64(0)
        case Do.OUT:
            raise AssertionError("written by the caller")


def _at_least_code(row: NDArray[np.uint64], planes: Planes, k: int) -> None:
    """The rows whose code, read from bit planes, is at least k >= 1."""
    lowest = (k & -k).bit_length() - 1
    row[:] = planes[lowest]
    for bit in range(lowest + 1, len(planes)):
        if k >> bit & 1:
            row &= planes[bit]
        else:
            row |= planes[bit]
