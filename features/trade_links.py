"""From the words for a trade to the classes of GB/T 4754: the standard's names, their usual short forms, and near spellings of them.

A near spelling counts from `NEAR` on (rapidfuzz, in per cent; measured in tests/features/test_trade_links.py over our own variations
of names and over themes that are no class). Below it, and where a word narrows a class, nothing is linked: the words stay a theme.
"""

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from types import MappingProxyType

from rapidfuzz import fuzz, process

from features.industries import industries, industries_named

NEAR = 82.0
_SHORTEST = 5
"""A near spelling needs so many characters: among shorter names one other character is another trade (纺织, 织造)."""
_JOINING = re.compile(r"以及|[、，\s()]|(?<=.)[和及与](?=.)")
_TAIL = re.compile(r"(?:类|型|相关)?(?:企业|行业|领域|产业|公司|单位|业)+$")
_NARROWED = re.compile(
    r"先进|高端|现代|新型|新兴|新一代|智能|智慧|绿色|数字|都市|特色|传统|高技术|高新|战略|生产性|生活性|科技|知识产权|健康|人力资源|"
    r"文旅|旅游|创意|供应链|会展|信息服务|专业服务|电商|电子信息|装备|医疗器械|新能源|新材料|海洋|生物"
)


@dataclass(frozen=True, slots=True)
class TradeLink:
    """The classes that words stand for; `score` is 100 for a name of the standard, less for a near spelling."""

    codes: tuple[str, ...]
    score: float


def link_trade(words: str) -> TradeLink | None:
    """The classes that `words` name; None where they name none surely enough, so that they are a theme.

    >>> link_trade("批发零售业"), link_trade("科学研究、技术服务和地质勘查业").codes, link_trade("现代物流业")
    (TradeLink(codes=('F',), score=100.0), ('M',), None)
    """
    return _linked(words)


@lru_cache(maxsize=4096)
def _linked(words: str) -> TradeLink | None:
    codes = industries_named(words)
    if codes:
        return TradeLink(codes, 100.0)
    bare = _bare(words)
    if len(bare) < 2:
        return None
    named = _by_bare_name().get(bare)
    if named is not None and (len(bare) >= (4 if len(named[0]) <= 2 else 6) or words.endswith("业")):
        return TradeLink(named, 100.0)
    if len(bare) < _SHORTEST or _NARROWED.search(words):
        return None
    near = process.extractOne(bare, _spellings(), scorer=fuzz.ratio, score_cutoff=NEAR)
    return None if near is None else TradeLink(_by_bare_name()[near[0]], near[1])


def _bare(words: str) -> str:
    """The words without what joins them and without 业, 行业, 企业 at the end."""
    return _JOINING.sub("", _TAIL.sub("", words.strip()))


@cache
def _by_bare_name() -> MappingProxyType[str, tuple[str, ...]]:
    """Sections, divisions and groups by their bare names, the widest class of a name first."""
    found: dict[str, tuple[str, ...]] = {}
    for industry in sorted(industries().values(), key=lambda i: i.level):
        if industry.level <= 3 and industry.section not in "ST" and not industry.name.startswith("其他"):
            found.setdefault(_bare(industry.name), (industry.code,))
    return MappingProxyType(found | _FORMER)


@cache
def _spellings() -> tuple[str, ...]:
    """Names that a near spelling may stand for: sections and divisions; groups are too much alike (法律服务, 物流服务)."""
    return tuple(name for name, codes in _by_bare_name().items() if len(codes[0]) <= 2)


_FORMER: dict[str, tuple[str, ...]] = {
    "信息传输计算机服务软件": ("I",),
    "科学研究技术服务地质勘查": ("M",),
    "居民服务其他服务": ("O",),
    "卫生社会保障社会福利": ("Q",),
    "电力燃气水的生产供应": ("D",),
    "交通运输仓储邮电": ("G",),
    "信息传输软件信息服务": ("I",),
    "软件信息服务": ("65",),
    "通信设备计算机其他电子设备制造": ("39",),
    "互联网相关服务": ("64",),
}
"""Names of the editions of 2002 and 2011 that texts still use, and short forms in use."""
