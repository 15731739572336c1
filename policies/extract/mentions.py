"""Names in a text, found once per document: regions, industries, qualifications, as the reference tables know them."""

from __future__ import annotations

import bisect
import re
from collections.abc import Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import TypeVar

from features.industries import IndustryMention, find_industries
from features.qualifications import QualificationMention, find_qualifications
from features.regions import RegionMention, find_regions


@dataclass(frozen=True, slots=True)
class Mentions:
    """The clean text with every name in it, the document's own region (an adcode or None), and its first and last day in force."""

    text: str
    region: str | None
    regions: tuple[RegionMention, ...]
    industries: tuple[IndustryMention, ...]
    qualifications: tuple[QualificationMention, ...]
    in_force: tuple[str | None, str | None] = (None, None)

    def regions_in(self, start: int, end: int) -> Sequence[RegionMention]:
        """The region names inside a span."""
        return _slice(self.regions, start, end)

    def industries_in(self, start: int, end: int) -> Sequence[IndustryMention]:
        """The industry names inside a span."""
        return _slice(self.industries, start, end)

    def qualifications_in(self, start: int, end: int) -> Sequence[QualificationMention]:
        """The names of titles and platforms inside a span."""
        return _slice(self.qualifications, start, end)


def mentions_of(text: str, region: str | None, in_force: tuple[str | None, str | None] = (None, None)) -> Mentions:
    """All mentions of a clean text."""
    regions = sorted(find_regions(text, within=region), key=lambda m: m.start)
    named = [*find_qualifications(text, within=region), *_further_titles(text, region)]
    named = [n for n in named if _CATALOGUE.match(text, n.end) is None and not _CERTIFIED.match(text, n.start)]
    named = [_of_province(text, regions, n) for n in named]
    zoned = _zone_titles(text, regions)
    named = [n for n in named if not any(z.start < n.end and n.start < z.end for z in zoned)]
    return Mentions(
        text,
        region,
        tuple(regions),
        tuple(sorted(find_industries(text), key=lambda m: m.start)),
        tuple(sorted([*named, *zoned], key=lambda m: m.start)),
        in_force,
    )


_CATALOGUE = re.compile(r"[^，；。、的《》]{0,14}指导目录")
"""列入首台套重大技术装备|推广应用指导目录: a catalogue of what is to be made, and no title that a firm holds."""
_CERTIFIED = re.compile(r"绿色产品认证")
"""The certificate of a product, and no title for one of green design."""
_OF_CHINA = {"top_500.china", "top_500.private", "top_500.manufacturing", "top_500.service"}


def _of_province(text: str, regions: list[RegionMention], named: QualificationMention) -> QualificationMention:
    """广东省制造业企业500强: the 500 of a province, whatever their trade."""
    if named.codes == ("time_honored_brand",):
        city = next((code for r in regions if r.end == named.start for code in r.codes), None)
        level = "" if city is None else ".provincial" if city.endswith("0000") else ".municipal" if city.endswith("00") else ""
        return QualificationMention(named.start, named.end, named.text, (f"time_honored_brand{level}",), bool(level))
    if not set(named.codes) <= _OF_CHINA or "中国" in named.text or "全国" in named.text:
        return named
    place = next((r for r in regions if r.end == named.start and text[r.end - 1] != "国"), None)
    low = place.start if place is not None else named.start - 1 if text[named.start - 1 : named.start] == "省" else None
    if low is None:
        return named
    return QualificationMention(low, named.end, text[low : named.end], ("top_500.province",), named.level_read)


_ZONE_TITLE = re.compile(
    r"(?:[一-龥]{0,8}?)(?:领军企业|示范企业|示范单位|试点单位|试点企业|高新技术企业|前沿技术企业|瞪羚企业|金种子企业|标杆企业|龙头企业)"
)


def _zone_titles(text: str, regions: list[RegionMention]) -> list[QualificationMention]:
    """A title that carries a zone's name is the zone's own: 中关村高新技术企业 is not 高新技术企业."""
    result: list[QualificationMention] = []
    for region in regions:
        if not any(place.zone for place in region.places):
            continue
        m = _ZONE_TITLE.match(text, region.end, region.end + 20)
        if m is not None and not re.search(r"的|内|在|注册|入驻|区内|申报|获|认定|企业.", m[0]):
            name = text[region.start : m.end()]
            result.append(QualificationMention(region.start, m.end(), name, (f"other:{name}",), False))
    return result


_FURTHER = (
    (re.compile(r"企业技术\((?:研发|研究)\)中心"), "企业技术中心"),
    (re.compile(r"(?<![一-龥])(?:工程中心)(?=、|和|及|等|，)|(?<=、)工程中心"), "工程研究中心"),
    (re.compile(r"(?<=、)技术中心|(?<=级)技术中心"), "企业技术中心"),
    (re.compile(r"(?<=、)科技创新中心"), "技术创新中心"),
)


def _further_titles(text: str, region: str | None) -> list[QualificationMention]:
    """Shortened names inside lists, read as the full name would be."""
    result: list[QualificationMention] = []
    for pattern, full in _FURTHER:
        for m in pattern.finditer(text):
            lead = re.search(r"(?:(?:国家|省|市|区|县)级?(?:、|和|及|或)?)*$", text[max(0, m.start() - 16) : m.start()])
            words = (lead[0] if lead else "") + full
            known = find_qualifications(words, within=region)
            if known:
                start = m.start() - (len(lead[0]) if lead else 0)
                result.append(QualificationMention(start, m.end(), text[start : m.end()], known[0].codes, known[0].level_read))
    return result


_Named = TypeVar("_Named", RegionMention, IndustryMention, QualificationMention)


_START = attrgetter("start")


def _slice(items: Sequence[_Named], start: int, end: int) -> list[_Named]:
    at = bisect.bisect_left(items, start, key=_START)
    inside: list[_Named] = []
    while at < len(items) and items[at].start < end:
        if items[at].end <= end:
            inside.append(items[at])
        at += 1
    return inside
