"""The code of a title by any words that name it: 国家级“小巨人”企业称号, 科技中小企业, 农业产业化省级重点龙头企业.

What only says its level, who gives it or that it was given is taken off; what is left is looked up, then compared with every name of
the table. A name that is only near, or that says more than the title (…培育企业, …协会), links to nothing: it is other:<name>.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache

from rapidfuzz import fuzz, process

from features.qualifications import LEVELS, code_names, find_qualifications, qualifications, squeezed

LEAST = 91.0
"""Below this likeness names of different titles meet (测于 tests/cases/title_links.toml: at 85 one stranger in ten is linked)."""

_LEVELS = (("national", "国家级?|全国|部级"), ("provincial", "省级?|自治区级"), ("municipal", "市级"), ("district", "区级|县级"))
_LEVEL = re.compile("|".join(f"(?P<{level}>{words})" for level, words in _LEVELS))
_ISSUER = re.compile(r"^(?:工信部|工业和信息化部|科技部|发改委|商务部)")
_GIVEN = re.compile(r"(?:称号|荣誉|资质|资格|认定|认证|证书|入库编号|评定|\(入库\)|\(分站\)|企业)+$")
_BRACKET = re.compile(r"\((国家|省|自治区|市|区|县)级\)$")
_INSIDE = re.compile(r"(?<=产业化)(?:国家级?|省级?|市级?)(?=重点)")
_SOFT = re.compile(r"企业|[型性]|(?<=龙头)企业|的")
_MORE = re.compile(
    r"培育|后备|储备|协会|联盟|服务|项目|园区|产业园|街区|城市|基地$|[村县]$|库$|集聚|保险|供应商|机构(?<!研发机构)|提名|研发中心$|能力|工作室|加速|评价|解决方案|大赛|民营|科技小|文化小"
)


def link(name: str, within: str | None = None) -> str | None:
    """The code, with its level where one is said, or None.

    >>> link("国家级专精特新“小巨人”企业称号"), link("省级工程技术研究中心认定"), link("市级高新技术企业")
    ('srdi_little_giant', 'engineering_research_center.provincial', None)
    """
    plain = squeezed(name).replace("、", "").replace("《", "").replace("》", "")
    exact = _exact(plain, within) if _INSIDE.search(plain) is None else None
    if exact is not None:
        return exact
    level, core = _apart(plain)
    head = _nearest(core)
    return _at(head, level, within) if head is not None else None


def _exact(plain: str, within: str | None) -> str | None:
    mentions = find_qualifications(plain, within)
    if len(mentions) == 1 and len(mentions[0].codes) == 1 and mentions[0].end - mentions[0].start == len(plain):
        return mentions[0].codes[0]
    return None


def _apart(plain: str) -> tuple[str | None, str]:
    """The level that a name says, and the name without it, without who gives it and without 称号."""
    core = _ISSUER.sub("", plain)
    bracket = _BRACKET.search(core)
    inside = _INSIDE.search(core)
    said = _LEVEL.match(bracket[1] + "级" if bracket else inside[0] if inside else core)
    if bracket is not None:
        core = core[: bracket.start()]
    elif inside is not None:
        core = core[: inside.start()] + core[inside.end() :]
    elif said is not None:
        core = core[said.end() :]
    return (said.lastgroup if said else None), core


@lru_cache(maxsize=4096)
def _nearest(core: str) -> str | None:
    """The one code whose name is near enough; None where nothing is, where two are, or where the name says more."""
    soft = _soft(core)
    index = _soft_names()
    if len(soft) < 2:
        return None
    if soft in index:
        return index[soft]
    hits = process.extract(soft, tuple(index), scorer=fuzz.ratio, score_cutoff=LEAST, limit=5)
    codes = {index[found] for found, score, _ in hits if score >= hits[0][1] - 1}
    if hits and set(_MORE.findall(core)) - set(_MORE.findall(hits[0][0])):
        return None
    return codes.pop() if len(codes) == 1 else None


def _soft(name: str) -> str:
    """A name without the words that texts put in or leave out."""
    return _SOFT.sub("", _GIVEN.sub("", name))


@cache
def _soft_names() -> dict[str, str]:
    """Every name of the table in its soft form; one that two codes share is no name."""
    found: dict[str, str | None] = {}
    for name, code in code_names().items():
        soft = _soft(name)
        if len(soft) >= 2 and not _LEVEL.match(name):
            found[soft] = code if found.get(soft, code) == code else None
    return {soft: code for soft, code in found.items() if code is not None}


def _at(head: str, level: str | None, within: str | None) -> str | None:
    """A code at a level; None where the title is not given at that level."""
    entry = qualifications()[head.partition(".")[0]]
    if level == "municipal" and within is not None and within[:2] in ("11", "12", "31", "50"):
        level = "provincial"
    if level is not None and entry.own_level is not None and level != entry.own_level:
        return None
    named = "." in head and head.rpartition(".")[2] in LEVELS
    return head if level is None or named or not entry.levels else f"{head}.{level}"
