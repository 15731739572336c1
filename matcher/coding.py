"""Order-preserving codes: the place of a value among the cuts that the rules make, and those codes as bit planes.

Code 0 is "no value"; a value's code is one more than the number of cuts it lies above, so `value >= cut` is `code >= number of the cut`.
Two values that no rule tells apart get the same code, which is why a handful of bits hold a fact.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matcher.circuit import Slices
from matcher.forest import ColumnKey, Cut
from matcher.kernels import THREADS, Planes, uses_numba, words_for


@dataclass(frozen=True, slots=True)
class Coding:
    """The cuts of one column in order, and the number each one has among the codes."""

    cuts: tuple[Cut, ...]

    @property
    def numbers(self) -> Mapping[Cut, int]:
        """Cut -> the lowest code of the values not below it."""
        return {cut: i + 2 for i, cut in enumerate(self.cuts)}

    @property
    def size(self) -> int:
        """How many codes there are, 0 for "no value" included."""
        return len(self.cuts) + 2

    def reader(self, *, first: int = 0, known: Iterable[Any] = ()) -> Callable[[Any], int]:
        """A function from a value (None: none) to its code, counted from `first`; values must compare with the cuts' places.

        `known` values are looked up in a table instead of among the cuts.
        """
        places = sorted({cut.at for cut in self.cuts})
        below = [first + 1 + bisect_left(self.cuts, Cut(at, False)) for at in places] + [first + 1 + len(self.cuts)]
        exactly = [first + 1 + bisect_right(self.cuts, Cut(at, False)) for at in places]
        n = len(places)

        def code(value: Any) -> int:
            if value is None:
                return first
            i = bisect_left(places, value)
            return exactly[i] if i < n and places[i] == value else below[i]

        table: dict[Any, int] = {value: code(value) for value in known}
        if not table:
            return code
        table[None] = first

        def looked_up(value: Any) -> int:
            found = table.get(value)
            return code(value) if found is None else found

        return looked_up


@dataclass(frozen=True, slots=True)
class Column:
    """One column's codes on their way to planes; an interval column has codes of the high ends beside those of the low ends."""

    key: ColumnKey
    coding: Coding
    codes: NDArray[np.uint16]
    upper: NDArray[np.uint16] | None = None

    @property
    def bits(self) -> int:
        """Planes one run of codes takes; the code past the last stands for an interval without a known high end."""
        return (self.coding.size - 1 + (self.upper is not None)).bit_length()


def place_of(values: NDArray[Any], known: NDArray[np.bool_], places: NDArray[Any]) -> NDArray[np.uint16]:
    """Codes of values among ascending `places` (each: values at or above it), 0 where not known."""
    if len(places) > 65_000:
        raise ValueError("a column with more than 65,000 cuts")
    codes = np.empty(len(values), np.uint16)
    if uses_numba() and values.dtype == places.dtype:
        from matcher.kernels_numba import code_sorted

        code_sorted(values, places, known, codes)
        return codes
    codes[:] = np.searchsorted(places, values, side="right") + 1
    codes[~known] = 0
    return codes


def sliced(codes: NDArray[np.uint16], planes: Planes) -> None:
    """Write codes as bits into zeroed `planes` [bits, words]."""
    if uses_numba():
        from matcher.kernels_numba import slice_codes

        slice_codes(codes, planes)
        return
    for bit in range(len(planes)):
        packed = np.packbits((codes >> np.uint16(bit) & np.uint16(1)).astype(np.uint8), bitorder="little")
        planes[bit].view(np.uint8)[: len(packed)] = packed


def layout(codings: Mapping[ColumnKey, Coding], intervals: frozenset[ColumnKey]) -> tuple[dict[ColumnKey, Slices], int]:
    """Where each column's planes go, and how many planes there are."""
    slices: dict[ColumnKey, Slices] = {}
    at = 0
    for key, coding in codings.items():
        paired = key in intervals
        bits = (coding.size - 1 + paired).bit_length()
        slices[key] = Slices(at, bits, coding.numbers, at + bits if paired else None)
        at += bits * (1 + paired)
    return slices, at


def build_planes(
    rows: int, height: int, columns: Sequence[tuple[Slices, Callable[[], Column]]], *, threads: int = THREADS
) -> Planes:
    """Planes of all columns; each column is made by its function when its turn comes, `threads` at a time."""
    planes = np.zeros((height, words_for(rows)), np.uint64)

    def fill(task: tuple[Slices, Callable[[], Column]]) -> None:
        slices, make = task
        column = make()
        sliced(column.codes, planes[slices.first : slices.first + slices.bits])
        if slices.upper is not None and column.upper is not None:
            sliced(column.upper, planes[slices.upper : slices.upper + slices.bits])

    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(fill, columns))
    return planes
