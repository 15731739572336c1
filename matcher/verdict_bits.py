"""The verdicts of a run in layers: what was decided for everybody once, and on top what was decided again for some, all shared between runs.

A layer is two bitmaps (met, open) over items x the enterprises it was decided for. Nothing is copied from one run to the next.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from matcher.compile import Item
from matcher.crowd import Mask, Rows
from matcher.kernels import Bitmaps

Codes = NDArray[np.uint8]  # 0 not met, 1 open, 2 met


@dataclass(frozen=True, slots=True)
class Layer:
    """`place` says which row of the bitmaps an item has. `rows` (ascending; None: everybody) are the enterprises it speaks of,
    `at` the bit of each (None: its own number; -1: none)."""

    place: Mapping[Item, int]
    met: Bitmaps
    open: Bitmaps
    rows: Rows | None = None
    at: Rows | None = None

    def codes(self, item: Item, bits: Rows | None, count: int) -> Codes:
        """The verdicts at some bits, or at the first `count`; 0 at -1."""
        met, still_open = (_bits(b[self.place[item]], bits, count) for b in (self.met, self.open))
        return (2 * met.astype(np.uint8) + still_open).astype(np.uint8)

    def moved(self, was: Rows, new_of_old: Rows) -> "Layer":
        """The layer for enterprises that stand elsewhere: `was` gives each one's old row, `new_of_old` the other way round (-1: none)."""
        if self.rows is None:
            return replace(self, at=was if self.at is None else np.where(was >= 0, self.at[np.maximum(was, 0)], -1))
        rows, at = new_of_old[self.rows], np.arange(len(self.rows)) if self.at is None else self.at
        order = np.argsort(rows, kind="stable")
        order = order[rows[order] >= 0]
        return replace(self, rows=rows[order], at=at[order])


@dataclass(frozen=True, slots=True)
class VerdictBits:
    """Layers over `rows` enterprises, the later ones on top."""

    rows: int
    layers: tuple[Layer, ...]

    @property
    def patched(self) -> int:
        """How many rows the layers hold that were decided for some only."""
        return sum(len(layer.rows) for layer in self.layers if layer.rows is not None)

    def on_top(self, layer: Layer) -> "VerdictBits":
        """With one more layer."""
        return replace(self, layers=(*self.layers, layer))

    def moved(self, was: Rows) -> "VerdictBits":
        """The same for enterprises that stand elsewhere, were added (-1) or went."""
        if len(was) == self.rows and bool((was == np.arange(self.rows)).all()):
            return self
        new_of_old = np.full(self.rows, -1, np.int64)
        known = np.flatnonzero(was >= 0)
        new_of_old[was[known]] = known
        return VerdictBits(len(was), tuple(layer.moved(was, new_of_old) for layer in self.layers))

    def codes(self, item: Item, wanted: Rows | None = None) -> Codes:
        """The verdicts on an item, of everybody or of some rows."""
        speaking = [layer for layer in self.layers if item in layer.place]
        whole = max((i for i, layer in enumerate(speaking) if layer.rows is None), default=-1)
        count = self.rows if wanted is None else len(wanted)
        found: Codes = np.zeros(count, np.uint8)
        if whole >= 0:
            base = speaking[whole]
            found = base.codes(item, wanted if base.at is None else base.at if wanted is None else base.at[wanted], count)
        for layer in speaking[whole + 1 :]:
            rows = layer.rows
            if rows is None or not len(rows):
                continue
            if wanted is None:
                found[rows] = layer.codes(item, layer.at, len(rows))
                continue
            nearest = np.minimum(np.searchsorted(rows, wanted), len(rows) - 1)
            hit = np.flatnonzero(rows[nearest] == wanted)
            places = nearest[hit]
            found[hit] = layer.codes(item, places if layer.at is None else layer.at[places], len(places))
        return found


def _bits(bitmap: NDArray[np.uint64], bits: Rows | None, count: int) -> Mask:
    if bits is None:
        return np.unpackbits(bitmap.view(np.uint8), count=count, bitorder="little").view(np.bool_)
    place = np.maximum(bits, 0)
    picked: Mask = ((bitmap[place >> 6] >> (place & 63).astype(np.uint64)) & np.uint64(1)).astype(np.bool_)
    return picked & (bits >= 0)
