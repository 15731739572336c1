"""What the words around a title that the table knows add to it: further titles of the list, the level said for all, what it is certified by."""

from __future__ import annotations

import re

from policies.extract.mentions import Mentions
from policies.extract.title_levels import levels_of
from policies.extract.title_names import unquoted

LEVELLED = {
    "enterprise_technology_center", "engineering_research_center", "key_laboratory", "technology_innovation_center",
    "manufacturing_innovation_center", "industrial_design_center", "incubator", "maker_space", "green_factory", "smart_factory",
}  # fmt: skip


_BEHIND = re.compile(
    r"(?:、[^，；。、的()和及或等]{2,10}(?:基地|中心|实验室|工作站|流动站|商标|\d强|众创空间|孵化器|工程)(?:\([^()]{1,8}\))?(?![^，；。、等的和及或])){1,4}"
)


_LEVELLED_BEHIND = re.compile(
    r"(?:、|和|及|或者?|以及|与)(?P<name>(?:国家级|省级|市级|区级|县级)[一-龥“”]{3,16}?(?:企业|单位|机构|平台|基地|合作社|农场|园区))(?=[，；。的、和及或等]|$|投[保资]|购[买置]|开展|参[加与]|实施|建设|申[请报])"
)
"""国家高新技术企业、|省级科技型领军企业: one more at a level of its own, whatever it is called."""


def unknown(name: str) -> str:
    bare, level = split_level(name)
    return f"other:{bare}{level}"


def named_behind(text: str, high: int, end: int) -> tuple[list[str], int] | None:
    """Platforms that the table does not know, in one list with one it knows: 国家级重点实验室、中试基地等."""
    m = _BEHIND.match(text, high, end)
    levelled = _LEVELLED_BEHIND.match(text, high, end) if m is None else None
    if levelled is not None:
        return [unknown(levelled["name"])], levelled.end()
    if m is None:
        return None
    return [unknown(re.sub(r"\([^()]*\)$", "", name)) for name in m[0].strip("、").split("、")], m.end()


_UMBRELLA = re.compile(
    r"等(?P<level>(?:国家级|省级|市级|区级|县级)(?:(?:、|和|及|或|或者)(?:省|市|区|县)级){0,2}(?:[及或]?以上)?)的?(?:[一-龥]{2,8}(?:平台|机构|载体|中心|称号|资质|企业|基地))"
)
_PLAIN_UMBRELLA = re.compile(r"等(?:各类|相关)?(?:科技|产业|技术)?(?:创新|研发|科研|研究)(?:平台|机构|载体)")
_UMBRELLA_BEFORE = re.compile(
    r"(?P<level>(?:国家级?|省级?|市级?|区级|县级)(?:(?:、|和|及|或|或者)(?:省|市|区|县)级?){0,2}(?:[及或]?以上)?)的?[一-龥]{2,8}(?:平台|机构|载体|中心)(?:，|\()?(?:主要)?(?:包括|含|即|指)：?$"
)


def at_said_level(
    m: Mentions, start: int, end: int, codes: list[str], name: tuple[int, int], span: tuple[int, int]
) -> tuple[list[str], int, int]:
    """重点实验室、技术中心等省级创新平台; 省级创新平台(含重点实验室、…): the level that the word for all of them says."""
    behind = _UMBRELLA.match(m.text, name[1], end)
    before = _UMBRELLA_BEFORE.search(m.text, max(start, name[0] - 30), name[0]) if behind is None else None
    said = behind or before
    plain = _PLAIN_UMBRELLA.match(m.text, name[1], end)
    if said is None and plain is not None:
        return codes, span[0], max(span[1], plain.end())
    if said is None or any("." in c for c in codes) or not all(c in LEVELLED for c in codes):
        return codes, *span
    levels = levels_of(m, said["level"])
    span = (min(span[0], said.start()), max(span[1], said.end()))
    return [f"{c}.{level}" for c in codes for level in levels], *span


_CERTIFIED = re.compile(
    r"(?:[”》]|\([^()]{2,24}\))*(?:[A-E]{1,5}级|[1-5]A级|[一二三四五]星级?|(?<=体系))(?:认证|评定|贯标|评价)?(?:证书)?|[”》]?\([A-Z][^()]{2,24}\)(?:认证|贯标)"
)
_BUILDER = re.compile(r"[一-龥]{2,8}(?:工程|施工)$")
"""建筑工程|施工总承包二级资质: what is built."""


_HIGHER = re.compile(r"(?:\([^()]{1,6}\))?(?:及|或)?以上(?:资质)?")
_GRADES = ("special", "first", "second")


def with_higher_grades(text: str, codes: list[str], high: int, end: int) -> tuple[list[str], int]:
    """施工总承包一级|及以上资质: the grades from the highest down to the one said."""
    kind = codes[0].partition(".")[2]
    above = _HIGHER.match(text, high) if codes[0].startswith("construction_grade.") and kind in _GRADES else None
    if above is None or len(codes) > 1:
        return codes, end
    return [f"construction_grade.{g}" for g in _GRADES[: _GRADES.index(kind) + 1]], max(end, above.end())


def certified(text: str, start: int, end: int, codes: list[str], span: tuple[int, int], name: tuple[int, int]) -> tuple[int, int]:
    """The span of a title with what it is certified by (AAA级评定) behind it, and with what is built before it."""
    low, high = span
    tail = _CERTIFIED.match(text, name[1], end)
    high = max(high, tail.end()) if tail is not None else high
    built = _BUILDER.search(text, max(start, low - 12), low) if codes[0].startswith("construction_grade") else None
    return (_past_holding(text, built.start(), low) if built is not None else low), high


def _past_holding(text: str, low: int, high: int) -> int:
    held = re.search(r"(?:具[有备]|取得|拥有|获得|持有|[为是])", text[low:high])
    return low + held.start() if held is not None else low


_LEVEL_WORDS = (
    ("national", r"国家级?|全国|国家部委"),
    ("provincial", r"省级?|自治区级"),
    ("municipal", r"(?:地)?市级?"),
    ("district", r"区级?|县级?"),
)


def split_level(name: str) -> tuple[str, str]:
    """The name without its level, and the level's suffix.

    >>> split_level("国家级版权示范单位")
    ('版权示范单位', '.national')
    """
    for level, words in _LEVEL_WORDS:
        m = re.match(rf"(?:{words})(?=.{{3}})", name)
        if m and (m[0].endswith("级") or level in ("national", "provincial")):
            return unquoted(re.sub("^(?:[及和或])?以上的?", "", name[m.end() :])), f".{level}"
    return unquoted(name), ""
