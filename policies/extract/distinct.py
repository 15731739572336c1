"""What makes a promise a benefit of its own beside the one before: another title, another trade, a list of sums of its own."""

from __future__ import annotations

import difflib
import re

from policies.extract.leaf import leaves_of
from policies.extract.mentions import Mentions
from policies.extract.pieces import Benefit
from policies.extract.promising import bounds_of, nodes_of, words_of
from policies.extract.trades import find_trades

_NAMING = re.compile(
    r"(?:对于?|凡)?(?:当年|年度|每年|新|首次|被|经|由|成功|正式|并)*(?:获评|评定|评选|评(?![价估审级])|认定|备案|认可|获得|获批|获|入选|列入|创建|授予|荣获|设立|遴选|成为|通过(?=[^，；。]{2,60}(?:认证|认定|评价|资质|验收|检测)))+[为的]?(?P<name>[^，；。]*)"
)

_LEVELS = re.compile(
    r"(?:国家|省|市|区|县|部|自治区)级|国家|全国|中国(?=专利)|[一-龥]{2,3}省|[一-龥]{2}市|称号|资质|资格|认证|企业|单位|机构|左右|及?以上|的|[金银铜](?=奖)|优秀(?=奖)|[一二三四五六七八九十特]{1,2}(?:星级?|等|级|类|A)|"
    r"A{1,5}级?|\d{1,6}[A家个名]?级?|\W"
)

_SRDI = "srdi"  # the levels of 专精特新 have names of their own

_ON_THE_WAY = (
    re.compile(r"受理|过会|审核通过|申[请报]材料|核准|注册(?=批|同意|通过)"),
    re.compile(r"辅导(?!机构|服务)"),
    re.compile(r"股改|股份制改造|股份制改制"),
    re.compile(r"上市|挂牌|首发"),
)


def at_another_step(m: Mentions, before: Benefit, b: Benefit) -> bool:
    """完成股份制改造的…，辅导备案的…，成功上市的…: the steps of one way to the stock exchange add up, each is a benefit of its own."""
    steps = [step_of(words_of(m, x)[-_STEP:]) for x in (before, b)]
    return None not in steps and steps[0] != steps[1]


def step_of(words: str) -> int | None:
    """How far on its way to the stock exchange an enterprise has come by these words."""
    return next((i for i, step in enumerate(_ON_THE_WAY) if step.search(words)), None)


_STEP = 20  # characters at the end of a condition that say how far an enterprise has come
_LEAST_NAME = 2  # characters

_LIKE = 0.6  # cores of names that share so much are levels or kinds of one title


def of_another_name(m: Mentions, group: list[Benefit], b: Benefit) -> bool:
    """获评示范区的…；获评名镇的…: a promise for another title than those before is another benefit."""
    core = title_core(m, b)
    cores = [title_core(m, x) for x in group]
    if not core or not all(cores):
        return False
    return not any(core in c or c in core or _likeness(c, core) >= _LIKE for c in cores)


def _likeness(one: str, other: str) -> float:
    """The share of characters that two names have in common, in whatever order (家庭农场示范场, 示范家庭农场)."""
    return 2 * len(set(one) & set(other)) / (len(set(one)) + len(set(other)))


def of_other_titles(m: Mentions, group: list[Benefit], b: Benefit) -> bool:
    """Whether the titles that a promise names are known, and none of them is among those of the promises before."""
    own, before = titles_named(m, b), [titles_named(m, x) for x in group]
    return bool(own) and all(before) and not any(own & titles for titles in before)


_OF_WHOM = frozenset(
    {"declared", "industry", "industry_theme", "registered_region", "above_scale", "enterprise_size", "entity_kind"}
)


def _facts_of(m: Mentions, b: Benefit) -> set[str]:
    """What a promise asks that is known; a title by another name is one that is gained."""
    facts = {x["fact"] for node in nodes_of(m, b.conditions) for x in leaves_of(node)} - _OF_WHOM
    facts |= bounds_of(m, b, None)[0]
    return facts or ({"qualification_granted"} if _NAMING.fullmatch(words_of(m, b)) else set())


def of_other_facts(m: Mentions, before: Benefit, b: Benefit) -> bool:
    """收入首次达到1亿元的，分别…。新获得五级认证的，分别…: what is asked is known, and is of another kind than what was asked before."""
    own, theirs = (_facts_of(m, p) for p in (b, before))
    return bool(own and theirs) and not own & theirs


def of_other_trades(m: Mentions, group: list[Benefit], b: Benefit) -> bool:
    """冷链物流项目…。文旅项目…: a sentence for another trade than the one before is another benefit."""
    own = _trades(m, b)
    return bool(own) and all(not own & theirs for x in group if (theirs := _trades(m, x))) and bool(_trades(m, group[0]))


def _trades(m: Mentions, b: Benefit) -> set[str]:
    return {
        str(value)
        for low, high in b.conditions
        for f in find_trades(m, low, high)
        if f.node["fact"] in ("industry", "industry_theme")
        for value in f.node["value"]
    }


def title_core(m: Mentions, b: Benefit) -> str:
    """The name of the title that a promise's one condition is about, without its level; empty where it is about something else."""
    words = words_of(m, b)
    named = _NAMING.fullmatch(words)
    if len(b.conditions) != 1 or named is None or bounds_of(m, b, None)[0]:
        return ""
    titles = titles_named(m, b)
    core = _LEVELS.sub("", named["name"]) if titles != {_SRDI} else _SRDI
    return core if len(core) >= _LEAST_NAME else ""


_KINDRED = 0.5


def lists_of_their_own(m: Mentions, before: Benefit, b: Benefit) -> bool:
    """主编国家、行业标准的，分别…；获得国家级、省级工法的，分别…: two lists of sums, each for what the other does not speak of."""
    if not before.conditions or not all("分别" in m.text[slice(*x.promises[0])] for x in (before, b)):
        return False
    own, theirs = (re.sub(r"国家级?|[省市区县]级|[、，的新获得评定认被为对]", "", words_of(m, x)) for x in (b, before))
    return len(own) > 1 and difflib.SequenceMatcher(None, theirs, own).ratio() < _KINDRED and not bounds_of(m, b, None)[0]


def titles_named(m: Mentions, b: Benefit) -> set[str]:
    """The titles that a promise's conditions name, without their levels; the levels of 专精特新 have names of their own."""
    codes = {c.split(".")[0] for a, z in b.conditions for x in m.qualifications_in(a, z) for c in x.codes}
    return {_SRDI if code.startswith("srdi_") else code for code in codes}
