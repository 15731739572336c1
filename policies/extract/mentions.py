"""Names in a text, found once per document: regions, industries, qualifications, as the reference tables know them."""

from __future__ import annotations

import bisect
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from features.industries import IndustryMention, find_industries
from features.qualifications import QualificationMention, find_qualifications
from features.regions import RegionMention, find_regions


@dataclass(frozen=True, slots=True)
class Mentions:
    """The clean text with every name in it, and the document's own region (an adcode or None)."""

    text: str
    region: str | None
    regions: tuple[RegionMention, ...]
    industries: tuple[IndustryMention, ...]
    qualifications: tuple[QualificationMention, ...]

    def regions_in(self, start: int, end: int) -> Sequence[RegionMention]:
        """The region names inside a span."""
        return _slice(self.regions, start, end)

    def industries_in(self, start: int, end: int) -> Sequence[IndustryMention]:
        """The industry names inside a span."""
        return _slice(self.industries, start, end)

    def qualifications_in(self, start: int, end: int) -> Sequence[QualificationMention]:
        """The names of titles and platforms inside a span."""
        return _slice(self.qualifications, start, end)


def mentions_of(text: str, region: str | None) -> Mentions:
    """All mentions of a clean text."""
    return Mentions(
        text,
        region,
        tuple(sorted(find_regions(text, within=region), key=lambda m: m.start)),
        tuple(sorted(find_industries(text), key=lambda m: m.start)),
        tuple(sorted(find_qualifications(text, within=region), key=lambda m: m.start)),
    )


_Named = TypeVar("_Named", RegionMention, IndustryMention, QualificationMention)


def _slice(items: Sequence[_Named], start: int, end: int) -> list[_Named]:
    low = bisect.bisect_left(items, start, key=lambda m: m.start)
    high = bisect.bisect_left(items, end, key=lambda m: m.start)
    return [m for m in items[low:high] if m.end <= end]
