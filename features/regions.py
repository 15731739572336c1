"""Places: GB/T 2260 divisions as they are and as they were, and the places that a text names.

A place in a text is matched against names and short names only; where a name fits several divisions (朝阳区, 鼓楼区) all of them
are returned, narrowed by the words just before it, by the issuing authority's own region (`within`) and by its neighbours in a
list. What stays ambiguous is left to an officer. Nothing is guessed.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from functools import cache, lru_cache

from features.reference.divisions import NATIONAL, codes_on, divisions, history
from features.reference.place_names import Naming, Place, former_readings, name_index, namings, place_words
from features.zones import zone_at, zone_index

__all__ = (
    "NATIONAL",
    "Place",
    "RegionMention",
    "current_codes",
    "find_regions",
    "full_name",
    "own_region",
    "parent_of",
    "region_name",
    "region_of_issuer",
    "under_region",
)


@dataclass(frozen=True, slots=True)
class RegionMention:
    """A place named in a text; several `places` where the name is ambiguous."""

    start: int
    end: int
    text: str
    places: tuple[Place, ...]

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes meant, or nothing where the name is ambiguous."""
        return self.places[0].codes if len(self.places) == 1 else ()

    @property
    def is_ambiguous(self) -> bool:
        """Whether an officer has to say which place is meant."""
        return len(self.places) != 1


# ---- codes -------------------------------------------------------------------------------------------------------
def area_prefix(area: str) -> str:
    """The digits that every code below `area` starts with; '' for the whole country."""
    while area.endswith("00"):
        area = area[:-2]
    return area


def under_region(code: str, area: str) -> bool:
    """Whether `code` is `area` or lies below it, in the interchange contract's sense.

    >>> under_region("440112", "440100"), under_region("440100", "440112")
    (True, False)
    """
    return code.startswith(area_prefix(area))


def region_name(code: str) -> str:
    """The name of a division in force, or of the last one that bore the code; the code itself where nobody knows it."""
    if code == NATIONAL:
        return "全国"
    division = divisions().get(code)
    if division is not None:
        return division.name
    lives = history().get(code)
    return lives[-1].name if lives else code


def full_name(code: str) -> str:
    """The name with those above it: 广东省广州市黄埔区."""
    names: list[str] = []
    division = divisions().get(code)
    while division is not None:
        names.append(division.name)
        division = divisions().get(division.parent)
    return "".join(reversed(names)) or region_name(code)


def is_municipality(code: str | None) -> bool:
    """Whether a region is, or lies in, a 直辖市 (the codes 11, 12, 31 and 50): its own level is provincial, and it has no level of cities.

    >>> is_municipality("310115"), is_municipality("440100"), is_municipality(None)
    (True, False, False)
    """
    return code is not None and code[:2] in ("11", "12", "31", "50")


def parent_of(code: str) -> str | None:
    """The code one level up ('000000' above a province), or None for the whole country and for unknown codes."""
    division = divisions().get(code)
    return division.parent if division else None


@lru_cache(maxsize=65536)
def current_codes(code: str, on: date) -> tuple[str, ...]:
    """The codes in force on `on` for the area that `code` stood for when it was given out, in code order.

    One code for most; several where an area was divided up; none where the code was never given out, or was abolished without a
    successor (a prefecture office whose counties went to several cities).

    >>> current_codes("440116", date(2024, 1, 1)), current_codes("440116", date(2010, 1, 1))
    (('440112',), ('440116',))
    """
    return tuple(sorted(codes_on(code, on.year)))


_NOT_A_SUFFIX_BEFORE = {"区": "域间块位别分", "市": "场", "县": "域", "省": "略", "旗": "舰帜下袍"}
_HAN = re.compile(r"[\u4e00-\u9fff]")


# ---- places in a text --------------------------------------------------------------------------------------------
def find_regions(text: str, within: str | None = None) -> tuple[RegionMention, ...]:
    """Every place that `text` names, in order and without overlaps; `within` is the code of the issuing authority's region.

    广东省广州市黄埔区 is one mention, 广州市黄埔区、南沙区 are two. A county's short name (黄埔) counts only straight after the
    name of what it lies in, or inside `within`. Offsets are code points of `text`.

    >>> [(m.text, m.codes) for m in find_regions("在广州市黄埔区、南沙区登记注册")]
    [('广州市黄埔区', ('440112',)), ('南沙区', ('440115',))]
    """
    found: list[RegionMention] = []
    for at in _beginnings(text):
        if found and at < found[-1].end:
            continue
        before = found[-1] if found and found[-1].end == at else None
        mention = _mention_at(text, at, before=before, within=within)
        if mention is None:
            continue
        if before is not None and mention.start == before.start:
            found[-1] = mention
        else:
            found.append(mention)
    return tuple(_settled(text, found, within))


def _beginnings(text: str) -> list[int]:
    """Where a name of a division or a zone, or an abbreviation behind 在, may begin: most characters of a text begin none."""
    heads = _heads()
    return [at for at in range(len(text)) if text[at : at + 2] in heads or (at and text[at - 1] == "在")]


@cache
def _heads() -> frozenset[str]:
    return frozenset((*name_index().lengths, *zone_index().lengths))


def _mention_at(text: str, at: int, *, before: RegionMention | None, within: str | None) -> RegionMention | None:
    named = _abbreviation(text, at) or _zone_mention(text, at, before=before, within=within)
    if named is not None:
        return named
    for name in name_index().all_at(text, at):
        naming = namings()[name]
        after = text[at + len(name) : at + len(name) + 5]
        below = () if before is None else _below(naming.places, before) or _below(former_readings(name), before)
        if not _may_stand(name, naming, text, at, after=after, after_parent=bool(below), within=within):
            continue
        if below and before is not None:
            return RegionMention(before.start, at + len(name), text[before.start : at + len(name)], below)
        return RegionMention(at, at + len(name), name, naming.places)
    return None


_AFTER_ABBREVIATION = (
    "企业",
    "注册",
    "登记",
    "设立",
    "新设",
    "落户",
    "纳税",
    "缴纳",
    "缴税",
    "纳统",
    "入统",
    "经营",
    "投资",
    "机构",
    "单位",
    "高校",
    "新落户",
    "首次",
)


def _abbreviation(text: str, at: int) -> RegionMention | None:
    """在京企业, 在莞注册: one character stands for the place only in such words."""
    code = place_words().abbreviations.get(text[at])
    if code is None or text[at - 1 : at] != "在" or not text.startswith(_AFTER_ABBREVIATION, at + 1):
        return None
    return RegionMention(at, at + 1, text[at], (Place((code,), region_name(code)),))


def _zone_mention(text: str, at: int, *, before: RegionMention | None, within: str | None) -> RegionMention | None:
    """The zone named at `at`, read inside the place named just before it: 成都市高新区."""
    near = before.codes[0] if before is not None and before.codes else within
    mention = zone_at(text, at, near)
    if mention is None:
        return None
    places = tuple(Place(zone.hosts, zone.name, zone=zone) for zone in mention.zones)
    inside = () if before is None else _below_or_same(places, before)
    if inside and before is not None:
        return RegionMention(before.start, mention.end, text[before.start : mention.end], inside)
    return RegionMention(at, mention.end, mention.text, places)


def _below_or_same(places: tuple[Place, ...], before: RegionMention) -> tuple[Place, ...]:
    areas = [code for place in before.places for code in place.codes]
    return tuple(place for place in places if any(under_region(code, area) for code in place.codes for area in areas))


def _below(places: tuple[Place, ...], before: RegionMention) -> tuple[Place, ...]:
    """The readings that lie inside what the text named just before."""
    areas = [code for place in before.places for code in place.codes]
    return tuple(
        place for place in places if any(code != area and under_region(code, area) for code in place.codes for area in areas)
    )


_ZONE_OF = ("经济技术", "经济开发", "高新技术", "高新区", "经开区", "综合保税", "保税港区")
"""太仓高新区: a county's short name before a zone that bears it."""


def _may_stand(name: str, naming: Naming, text: str, at: int, *, after: str, after_parent: bool, within: str | None) -> bool:
    if after[:1] and after[0] in _NOT_A_SUFFIX_BEFORE.get(name[-1], ""):
        return False
    if after_parent:
        return not (naming.short and after.startswith(place_words().not_after_short))
    if name in place_words().need_parent:
        return False
    if len(name) == 2 and not naming.short and at and _HAN.match(text[at - 1]):
        return text[at - 1] in "在于和与及或、到至由从赴为向"  # 理县, 道县: 管理县级 is no place
    if not naming.short:
        return True
    if after.startswith(place_words().not_after_short) or _is_part_of_words(name, text, at):
        return False
    if not naming.county or (len(naming.places) == 1 and after.startswith(_ZONE_OF) and not (at and _HAN.match(text[at - 1]))):
        return True
    return within is not None and within != NATIONAL and len(_near(naming.places, within)) == 1


def _is_part_of_words(name: str, text: str, at: int) -> bool:
    """Whether a short name only seems to stand here, because the words around it meet (医保定点, 均衡水平)."""
    words = place_words()
    end = at + len(name)
    return text[end - 1 : end + 1] in words.broken_after or (at > 0 and text[at - 1 : at + 1] in words.broken_before)


def _near(places: tuple[Place, ...], within: str) -> tuple[Place, ...]:
    """The readings inside `within` or inside the same city; those of the same province only where nothing is nearer."""
    if within in ("", NATIONAL):
        return ()
    for area in dict.fromkeys((within, within[:4] + "00", within[:2] + "0000")):
        held = tuple(place for place in places if any(under_region(code, area) or under_region(area, code) for code in place.codes))
        if held:
            return held
    return ()


def _settled(text: str, found: list[RegionMention], within: str | None) -> Iterator[RegionMention]:
    """Narrow each mention by the issuing region, then by the settled neighbour it is listed with."""
    last: RegionMention | None = None
    for mention in found:
        places = mention.places
        if len(places) > 1 and last is not None and _is_listed_with(text, last, mention):
            places = _siblings(places, last) or places
        if within is not None and not any(_near((place,), within) for place in places):
            places = _near(former_readings(mention.text), within) or places  # 江北区 in a text of 重庆
        if len(places) > 1 and within is not None:
            places = _near(places, within) or places
        settled = replace(mention, places=places)
        yield settled
        last = None if settled.is_ambiguous else settled


def _is_listed_with(text: str, last: RegionMention, mention: RegionMention) -> bool:
    gap = text[last.end : mention.start]
    return len(gap) <= 2 and all(char in "、和及与,，或" for char in gap)


def _siblings(places: tuple[Place, ...], last: RegionMention) -> tuple[Place, ...]:
    parents = {parent_of(code) for code in last.codes}
    return tuple(place for place in places if any(parent_of(code) in parents for code in place.codes))


# ---- who issues --------------------------------------------------------------------------------------------------
_CENTRAL = re.compile(
    r"^(?:中共中央|国务院|全国|最高人民|中国人民银行|中国银保监会|中国证监会|国家|[\u4e00-\u9fff]{2,9}部(?:$|办公厅|、))"
)
_OWN = re.compile(r"(?:[我本全该](省|自治区|市|区|县|旗|州)|(?<![\u4e00-\u9fff])在?(省|市|区|县)(?=内|外))")


def region_of_issuer(name: str) -> str | None:
    """The code of the region that an authority governs (国务院 -> 000000), or None where it cannot be told.

    A zone's committee governs its host division where it has only one, else the smallest region that holds all its hosts.
    """
    mentions = find_regions(name)
    if mentions:
        return _common_region(mentions[0].codes) if mentions[0].codes else None
    return NATIONAL if _CENTRAL.match(name) else None


def _common_region(codes: tuple[str, ...]) -> str:
    if len(codes) == 1:
        return codes[0]
    for length in (4, 2):
        if len({code[:length] for code in codes}) == 1:
            return codes[0][:length].ljust(6, "0")
    return NATIONAL


def own_region(words: str, issuer: str) -> str | None:
    """The code that 我省, 本市, 我区, 区内 means in a text issued in region `issuer`; None where the issuer is not below such a region.

    >>> own_region("我市", "440112"), own_region("我区", "440100")
    ('440100', None)
    """
    m = _OWN.search(words)
    if m is None or issuer in ("", NATIONAL):
        return None
    municipality = issuer[:2] in ("11", "12", "31", "50")
    match m[1] or m[2]:
        case "省" | "自治区":
            return issuer[:2] + "0000"
        case "市" | "州":
            if municipality:
                return issuer[:2] + "0000"
            return None if issuer.endswith("0000") else _own_city(issuer)
        case _:
            return None if issuer.endswith("00") else issuer


def _own_city(issuer: str) -> str:
    division = divisions().get(issuer)
    is_city_by_itself = division is not None and division.name.endswith("市")
    return issuer if is_city_by_itself else issuer[:4] + "00"
