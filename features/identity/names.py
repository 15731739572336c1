"""Names of enterprises: one spelling for comparing, their parts, and whether a name is a branch's.

A name is never evidence by itself: what is made here feeds `resolve`, which wants an agreeing attribute beside it.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache

from features.reference.place_names import name_index, namings
from features.regions import area_prefix

_BRACKETS = str.maketrans(
    {"〔": "(", "〕": ")", "[": "(", "]": ")", "【": "(", "】": ")", "{": "(", "}": ")", "〈": "(", "〉": ")"}
)
_DROPPED = re.compile(r"[\s\u200b-\u200f\u2028-\u202e\ufeff\"'“”‘’`*_,，。.;；:：、·•・?？!！-]+")
_PLACEHOLDERS = frozenset(
    {"", "无", "无名称", "不详", "未知", "测试", "暂无", "NULL", "NONE", "N/A", "/", "企业名称", "单位名称", "合计", "总计", "小计"}
)
_FORMERLY = re.compile(r"\((?:原名?|曾用名|原名称|更名前|前身|原)[:为是]?([^()]{4,60})\)$")
_BARE_PARTNERSHIP = re.compile(r"(?<!\()(特殊普通合伙|(?<!特殊)普通合伙|有限合伙)$")
_STATUS_TAIL = re.compile(r"\((?:已?吊销|已?注销|存续|在业|迁出|停业|破产管理人|清算组)\)$")

# The longest form that a name ends with is its form.
FORMS: tuple[str, ...] = (
    "集团股份有限公司",
    "股份有限公司",
    "集团有限公司",
    "有限公司",
    "有限合伙企业",
    "普通合伙企业",
    "合伙企业(有限合伙)",
    "合伙企业(普通合伙)",
    "企业(有限合伙)",
    "(有限合伙)",
    "(普通合伙)",
    "(特殊普通合伙)",
    "(个人独资)",
    "农民专业合作社联合社",
    "农民专业合作社",
    "专业合作社",
    "股份合作公司",
    "合作社",
    "个体工商户",
    "合伙企业",
    "事务所",
    "工作室",
    "经营部",
    "服务部",
    "门市部",
    "商行",
    "公司",
    "总厂",
    "商店",
    "中心",
    "酒店",
    "饭店",
    "餐厅",
    "药店",
    "超市",
    "研究院",
    "研究所",
    "协会",
    "学校",
    "幼儿园",
    "医院",
    "厂",
    "店",
    "社",
    "部",
    "行",
    "院",
)
_BRANCH = re.compile(
    r"(?:分公司|支公司|分店|分厂|分行|支行|分社|分所|分部|分院|分校|分支机构|办事处|代表处|营业部|营业厅|项目部|第[一二三四五六七八九十百零\d]{1,4}(?:分公司|门店|店|经营部|门市部|加油站))$"
)
_GOES_ON = re.compile(r"有限公司(?!\(|工会|党|团委|职工)[^(]{2,}")
_LONGEST_REGION = 24
_HEAD_OF_BRANCH = re.compile(r"^(.{4,}?(?:有限公司|股份公司|公司|合作社|事务所|银行|医院|厂))(.+)$")


@dataclass(frozen=True, slots=True)
class NameParts:
    """A normalised name taken apart; what is not there is ''. `core` is what tells one enterprise of a place from another."""

    region: str  # 广州 (short, as far as it was written)
    core: str
    form: str
    parent: str  # of a branch: the name of its legal person


@lru_cache(maxsize=1 << 16)
def normalise(name: str) -> str:
    """One spelling for comparing: NFKC, narrow brackets, no blanks or punctuation, 有限责任公司 as 有限公司, no status behind the name.

    '' for what is no name (empty, 无, 合计).

    >>> normalise("广州 海川（集团）有限责任公司")
    '广州海川(集团)有限公司'
    """
    text = _spell(name[:200])
    while (again := _spell(text)) != text:  # what was left out may have joined what stood around it
        text = again
    return text


def _spell(text: str) -> str:
    if not unicodedata.is_normalized("NFKC", text):
        text = unicodedata.normalize("NFKC", text)
    text = _DROPPED.sub("", text.upper().translate(_BRACKETS))
    text = _STATUS_TAIL.sub("", _FORMERLY.sub("", text))
    text = _BARE_PARTNERSHIP.sub(r"(\1)", text.replace("有限责任公司", "有限公司").replace("()", ""))
    return "" if text in _PLACEHOLDERS else text


def former_name(name: str) -> str:
    """The earlier name that a cell carries in brackets, normalised: 甲公司（原乙公司） -> 乙公司; '' where there is none."""
    text = unicodedata.normalize("NFKC", name[:200]).upper().translate(_BRACKETS)
    m = _FORMERLY.search(_DROPPED.sub("", text.replace(":", "")))
    return normalise(m[1]) if m else ""


def is_branch(name: str) -> bool:
    """Whether a normalised name is a branch's (分公司, 分店, 营业部), a cut one's too: what goes on after 有限公司 is not the company itself."""
    if _GOES_ON.search(name):
        return True
    return _BRANCH.search(name) is not None and name.count("公司") + name.count("银行") + name.count("店") >= 1


def parts(name: str) -> NameParts:
    """Take a normalised name apart.

    >>> parts("广州市海川科技有限公司")
    NameParts(region='广州', core='海川科技', form='有限公司', parent='')
    """
    region, core, form = place_core_form(name)
    m = _HEAD_OF_BRANCH.match(name) if is_branch(name) else None
    return NameParts(region, core, form, m[1] if m else "")


def place_core_form(name: str) -> tuple[str, str, str]:
    """The place, the core and the form of a normalised name, for millions of names."""
    region, rest = _take_region(name)
    for length in _form_lengths():
        if length < len(rest) - 1 and rest[-length:] in _forms():
            return region, rest[:-length], rest[-length:]
    return region, rest, ""


@cache
def _forms() -> frozenset[str]:
    return frozenset(FORMS)


@cache
def _form_lengths() -> tuple[int, ...]:
    return tuple(sorted({len(form) for form in FORMS}, reverse=True))


def _take_region(name: str) -> tuple[str, str]:
    """The region that a name begins with or has in brackets, in short, and the name without it."""
    prefix, rest = _leading_region(name)
    at = rest.find("(")
    if at < 0:
        return prefix, rest
    end = rest.find(")", at)
    inside = rest[at + 1 : end] if end > at else ""
    if inside in _areas():
        return prefix or _short(inside), rest[:at] + rest[end + 1 :]
    return prefix, rest


def _leading_region(name: str) -> tuple[str, str]:
    index, areas, at, regions, area = name_index(), _areas(), 0, "", ""
    while at < _LONGEST_REGION and (found := index.longest_at(name, at)) is not None:
        if at + len(found) > len(name) - 4:
            break
        inside = next((one for one in areas[found] if one.startswith(area)), None)
        if inside is None:
            break
        regions += _short(found)
        at += len(found)
        area = inside
    return regions, name[at:]


@cache
def _areas() -> dict[str, tuple[str, ...]]:
    """The code prefixes of the places that each name may stand for."""
    return {name: tuple(area_prefix(code) for place in naming.places for code in place.codes) for name, naming in namings().items()}


def _short(region: str) -> str:
    return region[:-1] if len(region) > 2 and region[-1] in "省市区县" else region


def loose_key(name: str) -> str:
    """A key that the usual slips leave alone: no brackets, no region, no form. For finding candidates, never for linking."""
    return parts(name).core.replace("(", "").replace(")", "")
