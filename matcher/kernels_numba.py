"""The compiled forms of the inner loops; imported only where numba is installed. `kernels` and `codes` hold the same in numpy.

Loops run over a constant number of words so that the compiler unrolls them into vector instructions.
"""

from collections.abc import Callable
from typing import Any, TypeAlias, TypeVar, cast

import numpy as np
from numba import njit, types
from numba.extending import intrinsic
from numpy.typing import NDArray

F = TypeVar("F", bound=Callable[..., Any])
Words: TypeAlias = NDArray[np.uint64]
Ints: TypeAlias = NDArray[np.int32]
Offset: TypeAlias = np.uint64

WORDS = 128  # 8,192 rows a block: long enough to hide the cost of an operation's start, short enough for the cache
_CUT, _BANDS, _AND, _OR, _AT_LEAST, _CONSTANT = range(6)  # circuit.Do
_ALL_ONES = np.uint64(0xFFFFFFFFFFFFFFFF)


def compiled(function: F) -> F:
    try:
        return cast(F, njit(nogil=True, error_model="numpy", cache=True)(function))
    except RuntimeError:  # nowhere to keep compiled code: compile again in each process
        return cast(F, njit(nogil=True, error_model="numpy")(function))


@intrinsic  # type: ignore[untyped-decorator]
def _ones(_context: Any, word: Any) -> Any:
    """How many bits of a word are set."""

    def generate(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        return builder.ctpop(arguments[0])

    return types.uint64(types.uint64), generate


# Registers lie one after another in a flat board; a register is named by the offset of its first word. Unsigned offsets spare the
# check for negative indices, and no function makes an array view: both would cost more than the words themselves.
_SPAN = np.uint64(WORDS)
_ONE = np.uint64(1)


@compiled
def _cut(board: Words, d: Offset, codes: Words, at: Offset, stride: Offset, bits: int, k: int) -> None:
    """d = the rows whose code is at least k; bit j of the codes is at `codes[at + j * stride ...]`."""
    bit = 0
    while not (k >> bit) & 1:
        bit += 1
    p = at + np.uint64(bit) * stride
    for w in range(_SPAN):
        board[d + w] = codes[p + w]
    for b in range(bit + 1, bits):
        p += stride
        if (k >> b) & 1:
            for w in range(_SPAN):
                board[d + w] &= codes[p + w]
        else:
            for w in range(_SPAN):
                board[d + w] |= codes[p + w]


@compiled
def _bands(board: Words, d: Offset, of: Ints, i: int, end: int) -> None:
    """d = the rows in any of the bands (low and not high; -1 is an open end)."""
    first = True
    while i < end:
        low, high = of[i], of[i + 1]
        a, b = np.uint64(max(low, 0)) * _SPAN, np.uint64(max(high, 0)) * _SPAN
        if first:
            if low < 0:
                for w in range(_SPAN):
                    board[d + w] = ~board[b + w]
            elif high >= 0:
                for w in range(_SPAN):
                    board[d + w] = board[a + w] & ~board[b + w]
            elif i + 4 == end and of[i + 2] < 0:
                b = np.uint64(of[i + 3]) * _SPAN
                for w in range(_SPAN):
                    board[d + w] = board[a + w] | ~board[b + w]
                return
            else:
                for w in range(_SPAN):
                    board[d + w] = board[a + w]
        elif low < 0:
            for w in range(_SPAN):
                board[d + w] |= ~board[b + w]
        elif high < 0:
            for w in range(_SPAN):
                board[d + w] |= board[a + w]
        else:
            for w in range(_SPAN):
                board[d + w] |= board[a + w] & ~board[b + w]
        first = False
        i += 2


@compiled
def _all(board: Words, d: Offset, of: Ints, i: int, end: int) -> None:
    """d = the conjunction of two or more registers."""
    a, b = np.uint64(of[i]) * _SPAN, np.uint64(of[i + 1]) * _SPAN
    if i + 2 == end:
        for w in range(_SPAN):
            board[d + w] = board[a + w] & board[b + w]
        return
    c = np.uint64(of[i + 2]) * _SPAN
    for w in range(_SPAN):
        board[d + w] = board[a + w] & board[b + w] & board[c + w]
    i += 3
    while i + 1 < end:
        a, b = np.uint64(of[i]) * _SPAN, np.uint64(of[i + 1]) * _SPAN
        for w in range(_SPAN):
            board[d + w] &= board[a + w] & board[b + w]
        i += 2
    if i < end:
        a = np.uint64(of[i]) * _SPAN
        for w in range(_SPAN):
            board[d + w] &= board[a + w]


@compiled
def _any(board: Words, d: Offset, of: Ints, i: int, end: int) -> None:
    """d = the disjunction of two or more registers."""
    a, b = np.uint64(of[i]) * _SPAN, np.uint64(of[i + 1]) * _SPAN
    for w in range(_SPAN):
        board[d + w] = board[a + w] | board[b + w]
    for j in range(i + 2, end):
        a = np.uint64(of[j]) * _SPAN
        for w in range(_SPAN):
            board[d + w] |= board[a + w]


@compiled
def _at_least(board: Words, d: Offset, of: Ints, i: int, end: int, k: int, sums: Words) -> None:
    """d = the rows set in at least k of the registers; `sums` is room for the digits of the count."""
    digits = 0
    while (end - i) >> digits:
        s = np.uint64(digits) * _SPAN
        for w in range(_SPAN):
            sums[s + w] = 0
        digits += 1
    for j in range(i, end):
        a = np.uint64(of[j]) * _SPAN
        for w in range(_SPAN):
            board[d + w] = board[a + w]
        digit = 0
        while (j - i + 1) >> digit:  # the count so far has no more digits than this
            s = np.uint64(digit) * _SPAN
            for w in range(_SPAN):
                total = sums[s + w] ^ board[d + w]
                sums[s + w] = total
                board[d + w] &= ~total
            digit += 1
    _cut(board, d, sums, np.uint64(0), _SPAN, digits, k)


@compiled
def run_words(
    do: Ints,
    into: Ints,
    count: Ints,
    start: Ints,
    of: Ints,
    registers: int,
    counters: int,
    planes: Words,
    valid: Words,
    first: int,
    last: int,
    counts: NDArray[np.int64],
    surely: Words,
    unknown: Words,
) -> None:
    """Words `first` up to `last` (multiples of WORDS) of the run: `kernels.run` in one thread."""
    board = np.empty(registers * WORDS, np.uint64)
    sums = np.empty(max(counters, 1) * WORDS, np.uint64)
    codes = planes.reshape(-1)
    stride = np.uint64(planes.shape[1])
    for low in range(first, last, WORDS):
        at = np.uint64(low)
        for i in range(len(do)):
            op = do[i]
            d = np.uint64(into[i]) * _SPAN
            j, end = start[i], start[i + 1]
            if op == _AND:
                _all(board, d, of, j, end)
            elif op == _BANDS:
                _bands(board, d, of, j, end)
            elif op == _OR:
                _any(board, d, of, j, end)
            elif op == _CUT:
                _cut(board, d, codes, np.uint64(of[j]) * stride + at, stride, of[j + 1], count[i])
            elif op == _AT_LEAST:
                _at_least(board, d, of, j, end, count[i], sums)
            elif op == _CONSTANT:
                word = _ALL_ONES if count[i] else np.uint64(0)
                for w in range(_SPAN):
                    board[d + w] = word
            else:
                rule = count[i]
                a, b = np.uint64(of[j]) * _SPAN, np.uint64(of[j + 1]) * _SPAN
                met, open_ = np.uint64(0), np.uint64(0)
                for w in range(_SPAN):
                    sure = board[a + w] & valid[at + w]
                    met += _ones(sure)
                    open_ += _ones(board[b + w] & ~board[a + w] & valid[at + w])
                counts[rule, 0] += np.int64(met)
                counts[rule, 1] += np.int64(open_)
                if len(surely):
                    for w in range(_SPAN):
                        surely[rule, at + w] = board[a + w] & valid[at + w]
                        unknown[rule, at + w] = board[b + w] & ~board[a + w] & valid[at + w]


@compiled
def slice_codes(codes: NDArray[np.uint16], planes: Words) -> None:
    """Codes into bit planes [bits, words]; `planes` is zeroed and long enough."""
    rows = len(codes)
    bits = planes.shape[0]
    for word in range((rows + 63) // 64):
        low = word * 64
        n = min(64, rows - low)
        for b in range(bits):
            acc = np.uint64(0)
            for i in range(n):
                acc |= np.uint64((codes[low + i] >> b) & 1) << np.uint64(i)
            planes[b, word] = acc


@compiled
def code_sorted(values: Any, cuts: Any, known: NDArray[np.bool_], codes: NDArray[np.uint16]) -> None:
    """codes[i] = 1 + how many cuts are <= values[i], 0 where not known; branch-free binary search."""
    n = len(cuts)
    for i in range(len(values)):
        value = values[i]
        base = 0
        length = n
        while length > 0:
            half = (length + 1) >> 1
            base = base + half if cuts[base + half - 1] <= value else base
            length -= half
        codes[i] = base + 1 if known[i] else 0
