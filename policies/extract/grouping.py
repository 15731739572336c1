"""Which promises are tiers, stages, limits or parts of one benefit, and which are benefits of their own."""

from __future__ import annotations

import difflib
import re

from policies.extract.amounts import read_amounts
from policies.extract.leaf import leaves_of
from policies.extract.mentions import Mentions
from policies.extract.metrics import Measured
from policies.extract.pieces import Benefit
from policies.extract.promising import LEVEL_ONLY, MORE, RAISED, climbs, context_of, nodes_of, stitched, words_of
from policies.extract.thresholds import find_thresholds

_TARGETED = re.compile(r"(?:对于?(?!其|该|上述|超|增量|新增部分)|凡|鼓励|支持|引导)")

_STAGE_ONLY = re.compile(
    r"^(?:自?第[一二三四五六\d](?:至[一二三四五六\d])?、?[一二三四五六\d]?(?:个)?(?:年|次|阶段|档)|前[一二两三四五\d]年|(?:其|此|之)?后[一二两三四五\d]年|首年|"
    r"原有企业|次年|第[一二三四五]、[一二三四五]年|[一二三四特]等奖|[一二三甲乙]级|(?:通过)?(?:重新认定|再次认定|复核|复审|复评|续期|期满复核))[^，；。]{0,14}(?:的)?$"
)

_BARE_BOUND = re.compile(
    r"^(?:首次|当年|年度|累计)*(?:达到|超过|突破|满|高于|不低于|低于|不足|达)?\d[\d.,]{0,8}(?:万|亿|千万)?(?:美元|元|%|人|家|件|亩|户|台|项|平方米|"
    r"个)?(?:以上|以下|及以上)?(?:的)?$"
)

_STAGE = re.compile(
    r"^第[一二三四五]年|^第[一二三四五](?:至|、|到)[一二三四五]年|^首年|^次年|^前[一二两三四五\d]年|^(?:其|此|之)?后[一二两三四五\d]年|^[一二三四]等奖"
)

_SECOND = re.compile(r"(?:并|同时)(?:再|另)?(?:根据|(?P<of>对(?!其|该|上述)))")


def grouped(m: Mentions, found: list[Benefit]) -> list[list[Benefit]]:
    """Promises that are tiers or parts of one benefit, together."""
    groups: list[list[Benefit]] = []
    for benefit in found:
        if groups and (_adjusts(m, benefit) or _halves(m, benefit) or (not benefit.conditions and _by_actual(m, benefit))):
            groups[-1][-1].end = benefit.end
        elif benefit.apart:
            groups.append([benefit])
        elif (
            groups
            and only_limits(m, benefit)
            and not (_STAGE.match(words_of(m, benefit)) and _STAGE.match(words_of(m, groups[-1][-1])))
        ):
            groups[-1][-1].promises.append((benefit.start, benefit.end))
            groups[-1][-1].end = benefit.end
        elif groups and (second := _SECOND.match(m.text, benefit.start, benefit.end)) is not None:
            if second["of"] is None:
                benefit.conditions = [*groups[-1][-1].conditions, *benefit.conditions]
            groups.append([benefit])
        elif groups and _same_item(m, groups[-1], benefit):
            groups[-1].append(benefit)
        else:
            groups.append([benefit])
    return groups


def _same_item(m: Mentions, group: list[Benefit], b: Benefit) -> bool:
    before = group[-1]
    words = words_of(m, b)
    gap = m.text[before.end : b.start]
    if climbs(m, b) and "\n" not in gap:
        return True
    if not re.search(r"[\n]", gap) and _moves(m, group, b):
        return True
    if "\n" not in gap and _raises(m, group, b):
        return True
    if "。" in gap and not any(read_amounts(m.text, x.promises) for x in (*group, b)):
        return False
    if "\n" not in gap and (_GOES_ON.match(m.text, b.start) or _STAGE.match(words) or _fills_up(m, words, b)):
        return True
    if b.conditions and any(_RELIEF.match(m.text, x.promises[0][0]) for x in (before, b)):
        return difflib.SequenceMatcher(None, m.text[slice(*before.promises[0])], m.text[slice(*b.promises[0])]).ratio() > 0.8
    if "。" not in gap and any(x.unit == b.unit and words_of(m, x).startswith("其中") for x in group):
        return True  # 其中，对甲类按10%，对乙类按30%给予支持: what is counted up are the tiers
    if not b.conditions:
        return ("。" not in gap and "；" not in gap) or (bool(_cap_like(m, b)) and not _WISH_BETWEEN.search(gap))
    if ("。" in gap or _TARGETED.match(words) or _of_other_titles(m, group, b)) and _of_another_name(m, group, b):
        return False
    if "\n" not in gap and not _TARGETED.match(words) and any(_skeleton(m, b) == _skeleton(m, x) for x in group):
        return True
    if b.goes_on and "\n" not in gap:
        return True
    if "\n" not in gap and _staged(m, b) and _staged(m, before):
        return True
    if "\n" not in gap and not _TARGETED.match(words) and (_closes_alike(m, before, b) or _of_kin(m, before, b)):
        return True
    lead = m.text[max(m.text.rfind("\n", 0, group[0].start), m.text.rfind("。", 0, group[0].start)) + 1 : b.start]
    if (
        "：" in lead[3:]
        and "。" not in gap
        and not _TARGETED.match(words)
        and not MORE.search("".join(m.text[a:z] for a, z in b.promises)[:6])
    ):
        return True
    bare = re.sub(r"^(?:其中，?|，|对于?)", "", words)
    if "。" in gap and _TARGETED.match(words) and not words.startswith("其中"):
        return (
            bool(_tier_like(m, group, b, bare))
            and not re.search(r"(?:奖励|补助|补贴|支持)；?。", gap)
            and difflib.SequenceMatcher(None, words_of(m, group[0]), words).ratio() > 0.55
        )
    if _tier_like(m, group, b, bare):
        return True
    if b.unit == before.unit:
        return not _TARGETED.match(words)
    if words.startswith("其中"):
        return True
    if (
        "。" in gap
        and not _TARGETED.match(words)
        and difflib.SequenceMatcher(None, m.text[before.start : before.end], m.text[b.start : b.end]).ratio() > 0.65
    ):
        return True
    if "。" in gap or _TARGETED.match(words) or MORE.search("".join(m.text[a:z] for a, z in b.promises)[:6]):
        return False
    return difflib.SequenceMatcher(None, re.sub(r"^对于?", "", words_of(m, before)), bare).ratio() >= 0.5


_NAMING = re.compile(
    r"(?:对于?|凡)?(?:当年|年度|每年|新|首次|被|经|由|成功|正式|并)*(?:获评|评定|评选|评|认定|获得|获批|获|入选|列入|创建|授予|荣获|设立|遴选|成为|通过(?=[^，；。]{2,60}(?:认证|认定|评价|资质|验收|检测)))+[为的]?(?P<name>[^，；。]*)"
)
_LEVELS = re.compile(
    r"(?:国家|省|市|区|县|部|自治区)级|国家|全国|称号|资质|资格|认证|企业|单位|机构|左右|及?以上|的|[金银铜](?=奖)|优秀(?=奖)|[一二三四五六七八九十特]{1,2}(?:星级?|等|级|类|A)|"
    r"A{1,5}级?|\d{1,6}[A家个名]?级?|\W"
)
_SHORT = 16  # characters of a condition that only says where it differs
_SRDI = "srdi"  # the levels of 专精特新 have names of their own
_LEAST_NAME = 2  # characters
_LIKE = 0.6  # cores of names that share so much are levels or kinds of one title


def _of_another_name(m: Mentions, group: list[Benefit], b: Benefit) -> bool:
    """获评示范区的…；获评名镇的…: a promise for another title than those before is another benefit."""
    core = _core(m, b)
    cores = [_core(m, x) for x in group]
    if not core or not all(cores):
        return False
    return not any(core in c or c in core or _likeness(c, core) >= _LIKE for c in cores)


def _likeness(one: str, other: str) -> float:
    """The share of characters that two names have in common, in whatever order (家庭农场示范场, 示范家庭农场)."""
    return 2 * len(set(one) & set(other)) / (len(set(one)) + len(set(other)))


def _of_other_titles(m: Mentions, group: list[Benefit], b: Benefit) -> bool:
    """Whether the titles that a promise names are known, and none of them is among those of the promises before."""
    own, before = _titles(m, b), [_titles(m, x) for x in group]
    return bool(own) and all(before) and not any(own & titles for titles in before)


def _core(m: Mentions, b: Benefit) -> str:
    """The name of the title that a promise's one condition is about, without its level; empty where it is about something else."""
    words = words_of(m, b)
    named = _NAMING.fullmatch(words)
    if len(b.conditions) != 1 or named is None or bounds_of(m, b, None)[0]:
        return ""
    titles = _titles(m, b)
    core = _LEVELS.sub("", named["name"]) if titles != {_SRDI} else _SRDI
    return core if len(core) >= _LEAST_NAME else ""


_WISH_BETWEEN = re.compile(r"。\s*(?:积极|大力)?(?:鼓励|支持|引导)[^。；]{8,}。")  # another purpose: its promise is another benefit


def _skeleton(m: Mentions, b: Benefit) -> str:
    """The words of a promise's first piece without its numbers: tiers of one benefit say the same with other sums."""
    words = re.sub(r"\W|\d[\d,.]*", "", m.text[slice(*b.promises[0])])
    return words if len(words) >= 8 else f"{b.start}"


def _fills_up(m: Mentions, words: str, b: Benefit) -> bool:
    """上级奖励已经拨付的，按80万元补齐差额: what was promised before, less what was got already."""
    promise = "".join(m.text[a:z] for a, z in b.promises)
    return not _TARGETED.match(words) and bool(re.search(r"补齐|补足|差额", promise))


def _closes_alike(m: Mentions, before: Benefit, b: Benefit) -> bool:
    """国际首创产品支持金额不超过…，国内首创产品支持金额不超过…: the last piece before ends in the same words with another sum."""
    words = _skeleton(m, b)
    last = re.sub(r"\W|\d[\d,.]*", "", m.text[slice(*before.promises[-1])])
    return len(before.promises) > 1 and len(words) >= 8 and last.endswith(words)


_KIN = re.compile(r"(?P<kind>[一-龥]{2,4})的$")
_ANY_KIND = re.compile(r"(?:企业|单位|机构|项目|平台|人才|中心|基地|园区|产品|以上|以下|增长|达到|认定|评定|通过|获得)$")


def _of_kin(m: Mentions, before: Benefit, b: Benefit) -> bool:
    """在中央台首播的…；在省台首播的…: one short condition that ends in the deed of the promise before, in the same kind of sum."""
    if len(b.conditions) != 1 or not before.conditions or "。" in m.text[before.end : b.start]:
        return False
    own, theirs = words_of(m, b), m.text[slice(*before.conditions[-1])]
    kind = _KIN.search(own)
    if kind is None or len(own) > _SHORT or _ANY_KIND.search(kind["kind"]) or not theirs.endswith(own[-3:]):
        return False
    return [a["kind"] for a in read_amounts(m.text, b.promises)] == [a["kind"] for a in read_amounts(m.text, before.promises)]


def _staged(m: Mentions, b: Benefit) -> bool:
    """Whether the promise is for a stage of what goes on: …的，第二年给予…."""
    return bool(b.conditions) and _STAGE.fullmatch(m.text[slice(*b.conditions[-1])]) is not None


_ACTUAL = re.compile(r"[^，；。]{0,24}实际[^，；。]{0,14}(?:低于|小于|不足|少于|未达)")


def _by_actual(m: Mentions, b: Benefit) -> bool:
    return bool(_ACTUAL.match(m.text, b.start))


def _adjusts(m: Mentions, b: Benefit) -> bool:
    """实际租金低于标准的，按实际租金补贴: the same promise, paid by what was really spent."""
    return bool(b.conditions) and bool(_ACTUAL.match(m.text, *b.conditions[0])) and "实际" in m.text[slice(*b.promises[0])]


_HALVED = re.compile(r"(?:按[^，；。]{0,8})?减半(?:给予|予以|享受|执行)?(?:奖励|补助|补贴|资助|扶持|支持|奖补)")


def _halves(m: Mentions, b: Benefit) -> bool:
    """再次认定的减半奖励: a part of what was promised before, for others."""
    return _HALVED.fullmatch("".join(m.text[a:z] for a, z in b.promises)) is not None and not _TARGETED.match(m.text, b.start)


_BOUND = re.compile(r"(?:其中|且|但)?，?(?P<of>[^，；。]{0,60}?)(?:最高)?(?:不超过|不得超过|不高于|最高|上限)")

_PER = re.compile(
    r"(?:对)?(?:同一|单个|单家|每[个家户项人件]|各|一个)(?:[^的]{0,24}|(?:企业|单位|机构|申请人|申报单位|主体)(?:每年|年度|全年|当年|累计|合计)+[^，；。]{2,40}(?:总额|金额|额度))"
)

_OF_LIMITS = re.compile(
    r"[1-9一二两三四五六]年|第[一二三四五、]{1,5}年|每年度?|年度|当年|全年|累计|合计|总计|资金|总额?|补助|补贴|资助|奖励|支持|扶持|贴息|经费|金额|额度|原则上|"
    r"一般|最多|的"
)


def only_limits(m: Mentions, b: Benefit) -> bool:
    """A sentence that only bounds what was promised before (3年累计支持不超过5000万元): no promise of its own."""
    amounts = read_amounts(m.text, b.promises)
    if not amounts or any(a["kind"] != "capped" for a in amounts):
        return False
    bound = _BOUND.match(m.text, b.start, b.end)
    if bound is None or bound.end() < b.promises[0][0]:
        return False
    return bool(_PER.fullmatch(bound["of"]) or not _OF_LIMITS.sub("", bound["of"]))


_GOES_ON = re.compile(r"(?:资金)?(?:支持|补助|补贴|贴息|奖励|资助|扶持)(?:的)?(?:比例|标准|额度|金额)")

_RELIEF = re.compile(
    r"(?:适当)?(?:免|减(?!分)|不征收|作为[^，；。]{0,12}免税|同等享|享有|准予|按照?[^，；。]{2,24}(?:执行|缴费|收费))"
)


def _moves(m: Mentions, group: list[Benefit], b: Benefit) -> bool:
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


def _raises(m: Mentions, group: list[Benefit], b: Benefit) -> bool:
    """留用率达到50%的，补贴标准提高到每月2000元: the same sum, raised."""
    if RAISED.match(m.text, b.promises[0][0]) is None:
        return False
    return [a["kind"] for a in read_amounts(m.text, b.promises)] == [a["kind"] for a in read_amounts(m.text, group[0].promises)]


def _cap_like(m: Mentions, b: Benefit) -> bool:
    return bool(re.match(r"[^，；。]{0,24}(?:最高|不超过|上限)", m.text[b.start : b.end]))


def _tier_like(m: Mentions, group: list[Benefit], b: Benefit, words: str) -> bool:
    """Whether the condition only moves the threshold, the level or the stage of the promise before."""
    if LEVEL_ONLY.match(words) or _STAGE_ONLY.match(words) or _BARE_BOUND.match(words):
        return True
    own = bounds_of(m, b, context_of(m, group))
    if own and own[1] and own[0] <= bounds_of(m, group[-1], context_of(m, group[:-1]) if len(group) > 1 else None)[0]:
        return True
    if _only_fact(m, b) and _only_fact(m, b) == _only_fact(m, group[-1]):
        return True
    mine = _titles(m, b)
    theirs = next((titles for x in reversed(group) if (titles := _titles(m, x))), set())
    return bool(
        mine
        and mine == theirs
        and len(words) <= 30
        and not re.search(r"[，；]", words)
        and not MORE.search("".join(m.text[a:z] for a, z in b.promises)[:6])
    )


def _titles(m: Mentions, b: Benefit) -> set[str]:
    """The titles that a promise's conditions name, without their levels; the levels of 专精特新 have names of their own."""
    codes = {c.split(".")[0] for a, z in b.conditions for x in m.qualifications_in(a, z) for c in x.codes}
    return {_SRDI if code.startswith("srdi_") else code for code in codes}


def _only_fact(m: Mentions, b: Benefit) -> str | None:
    """The one fact that a promise's conditions are about, where they are about nothing else and it is one that comes in kinds."""
    facts = {x["fact"] for node in nodes_of(m, b.conditions) for x in leaves_of(node)}
    return (
        next(iter(facts))
        if len(facts) == 1 and facts <= {"listed_board", "awards", "ownership", "enterprise_size", "tax_credit_grade"}
        else None
    )


def bounds_of(m: Mentions, b: Benefit, context: Measured | None) -> tuple[set[str], bool]:
    """The threshold facts of a promise's conditions, and whether they say nothing else."""
    facts: set[str] = set()
    telling = covered = 0
    for low, high in stitched(m.text, b.conditions):
        found = find_thresholds(m.text, low, high, elided=True, context=context)
        facts |= {f.node["fact"] for f in found}
        covered += sum(f.end - f.start for f in found)
        telling += len(re.sub(r"[，、的对于在且达到]|企业|单位|其中|年度?|同比", "", m.text[low:high]))
    return facts, bool(facts) and covered >= telling * 0.75
