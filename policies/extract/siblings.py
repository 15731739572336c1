"""What makes a promise a sibling of the one before: the same words with other sums, a stage, a raised share, a threshold moved."""

from __future__ import annotations

import re

from policies.extract.amounts import read_amounts
from policies.extract.distinct import titles_named
from policies.extract.leaf import leaves_of
from policies.extract.mentions import Mentions
from policies.extract.pieces import Benefit
from policies.extract.promising import (
    GRADE_ONLY,
    LEVEL_ONLY,
    MORE,
    RAISED,
    TARGETED,
    bounds_of,
    context_of,
    counts_alike,
    nodes_of,
    words_of,
)
from policies.extract.verdicts import about_verdict, verdict_only

_STAGE_ONLY = re.compile(
    r"^(?:自?第[一二三四五六\d](?:至[一二三四五六\d])?、?[一二三四五六\d]?(?:个)?(?:年|次|阶段|档)|前[一二两三四五\d]年|(?:其|此|之)?后[一二两三四五\d]年|首年|"
    r"原有企业|次年|第[一二三四五]、[一二三四五]年|[一二三四特]等奖|[一二三甲乙]级|(?:通过)?(?:重新认定|再次认定|复核|复审|复评|续期|期满复核))[^，；。]{0,14}(?:的)?$"
)

_BARE_BOUND = re.compile(
    r"^(?:首次|当年|年度|累计|新增|占比|比重|比例)*(?:达到|超过|突破|满|高于|不低于|低于|不足|达)?\d[\d.,]{0,8}(?:万|亿|千万)?(?:美元|平方米|个百分点|[一-龥%㎡]{0,2}?)?"
    r"(?:以上|以下|及以上)?(?:\(含\))?(?:以上)?(?:的)?$"
)

STAGE = re.compile(
    r"^第[一二三四五六七八九十\d]{1,2}年|^第[一二三四五](?:至|、|到)[一二三四五]年|^(?:接续|以后|其余)年度|^首年|^次年|^前[一二两三四五\d]年|^(?:其|此|之)?后[一二两三四五\d]年|^[一二三四]等奖"
)

_SHORT = 16  # characters of a condition that only says where it differs


def skeleton(m: Mentions, b: Benefit) -> str:
    """The words of a promise's first piece without its numbers: tiers of one benefit say the same with other sums."""
    words = re.sub(r"\W|\d[\d,.]*", "", m.text[slice(*b.promises[0])])
    return words if len(words) >= 8 else f"{b.start}"


def fills_up(m: Mentions, words: str, b: Benefit) -> bool:
    """上级奖励已经拨付的，按80万元补齐差额: what was promised before, less what was got already."""
    promise = "".join(m.text[a:z] for a, z in b.promises)
    return not TARGETED.match(words) and bool(re.search(r"补齐|补足|差额", promise))


def closes_alike(m: Mentions, before: Benefit, b: Benefit) -> bool:
    """国际首创产品支持金额不超过…，国内首创产品支持金额不超过…: the last piece before ends in the same words with another sum."""
    words = skeleton(m, b)
    last = re.sub(r"\W|\d[\d,.]*", "", m.text[slice(*before.promises[-1])])
    return len(before.promises) > 1 and len(words) >= 8 and last.endswith(words)


_KIN = re.compile(r"(?P<kind>[一-龥]{2,4})的$")

_ANY_KIND = re.compile(r"(?:企业|单位|机构|项目|平台|人才|中心|基地|园区|产品|以上|以下|增长|达到|认定|评定|通过|获得)$")


def of_kin(m: Mentions, before: Benefit, b: Benefit) -> bool:
    """在中央台首播的…；在省台首播的…: one short condition that ends in the deed of the promise before, in the same kind of sum."""
    if len(b.conditions) != 1 or not before.conditions or "。" in m.text[before.end : b.start]:
        return False
    own, theirs = words_of(m, b), m.text[slice(*before.conditions[-1])]
    kind = _KIN.search(own)
    if kind is None or len(own) > _SHORT or _ANY_KIND.search(kind["kind"]) or not theirs.endswith(own[-3:]):
        return False
    return [a["kind"] for a in read_amounts(m.text, b.promises)] == [a["kind"] for a in read_amounts(m.text, before.promises)]


def staged(m: Mentions, b: Benefit) -> bool:
    """Whether the promise is for a stage of what goes on: …的，第二年给予…."""
    return bool(b.conditions) and STAGE.fullmatch(m.text[slice(*b.conditions[-1])]) is not None


def only_moves(m: Mentions, group: list[Benefit], b: Benefit) -> bool:
    """Whether a promise only changes the share or the ceiling of the one before it: 补助比例提高到70%; …的，最高1000万元."""
    before = read_amounts(m.text, group[0].promises)
    if len(before) != 1 or before[0]["kind"] != "ratio":
        return False
    promise = "".join(m.text[a:z] for a, z in b.promises)
    if RAISED.search(promise):
        return True
    own = read_amounts(m.text, b.promises)
    return (
        len(own) == 1
        and own[0]["kind"] == "capped"
        and bool(b.conditions)
        and bool(re.match(r"(?:则|可)?(?:最高|不超过|上限)", promise))
        and bool(bounds_of(m, b, None)[0])
    )


def raises_sum(m: Mentions, group: list[Benefit], b: Benefit) -> bool:
    """留用率达到50%的，补贴标准提高到每月2000元: the same sum, raised."""
    if RAISED.match(m.text, b.promises[0][0]) is None:
        return False
    return [a["kind"] for a in read_amounts(m.text, b.promises)] == [a["kind"] for a in read_amounts(m.text, group[0].promises)]


def cap_like(m: Mentions, b: Benefit) -> bool:
    found = re.match(r"[^，；。]{0,24}(?:最高|不超过|上限)", m.text[b.start : b.end])
    return found is not None and any(a["kind"] in ("capped", "ratio") for a in read_amounts(m.text, b.promises))


_COUNTED = re.compile(r"(?:其中，?|且)?(?P<noun>[一-龥]{2,10}?)(?:达到?|不低于|不少于|超过|在|大于)\d[^，；。、]{0,12}?(?:的)?")


def tier_like(m: Mentions, group: list[Benefit], b: Benefit, words: str) -> bool:
    """Whether the condition only moves the threshold, the level or the stage of the promise before."""
    if verdict_only(words) and about_verdict(words_of(m, group[0])):
        return True
    if LEVEL_ONLY.match(words) or _STAGE_ONLY.match(words) or _BARE_BOUND.match(words) or GRADE_ONLY.match(words):
        return True
    if (
        not TARGETED.match(words_of(m, b))
        and not MORE.match(m.text, b.promises[0][0])
        and counts_alike(words, words_of(m, group[-1]))
    ):
        return True
    counted = _COUNTED.fullmatch(words)
    if counted is not None and any(
        f"{counted['noun']}{x}" in words_of(m, group[-1]) for x in ("不低于", "不少于", "达", "超过", "在", "大于")
    ):
        return True
    own = bounds_of(m, b, context_of(m, group))
    if own and own[1] and own[0] <= bounds_of(m, group[-1], context_of(m, group[:-1]) if len(group) > 1 else None)[0]:
        return True
    if _only_fact(m, b) and _only_fact(m, b) == _only_fact(m, group[-1]):
        return True
    mine = titles_named(m, b)
    theirs = next((titles for x in reversed(group) if (titles := titles_named(m, x))), set())
    return bool(
        mine
        and mine == theirs
        and len(words) <= 30
        and not re.search(r"[，；]", words)
        and not MORE.search("".join(m.text[a:z] for a, z in b.promises)[:6])
    )


def _only_fact(m: Mentions, b: Benefit) -> str | None:
    """The one fact that a promise's conditions are about, where they are about nothing else and it is one that comes in kinds."""
    facts = {x["fact"] for node in nodes_of(m, b.conditions) for x in leaves_of(node)}
    return (
        next(iter(facts))
        if len(facts) == 1 and facts <= {"listed_board", "awards", "ownership", "enterprise_size", "tax_credit_grade"}
        else None
    )
