"""Which promises are tiers, stages, limits or parts of one benefit, and which are benefits of their own."""

from __future__ import annotations

import difflib
import re

from policies.extract.addenda import adjusts, by_actual, explains, only_ceilings, only_limits, uplifts
from policies.extract.amounts import read_amounts
from policies.extract.benefits import COST_FIRST
from policies.extract.beside import (
    ADDS,
    ON_TOP,
    another_subject,
    at_another_level,
    case_denied,
    comes_again,
    given_to_others,
    mark_moved,
    next_band,
    others_left,
)
from policies.extract.distinct import (
    at_another_step,
    lists_of_their_own,
    of_another_name,
    of_other_facts,
    of_other_titles,
    of_other_trades,
    title_core,
    titles_named,
)
from policies.extract.halving import is_half, part_of_it, share_alone
from policies.extract.mentions import Mentions
from policies.extract.moved import RENEWED
from policies.extract.pieces import BAND, Benefit
from policies.extract.promising import LIFTED, MORE, TARGETED, bounds_of, climbs, words_of
from policies.extract.raising import raises
from policies.extract.siblings import (
    STAGE,
    cap_like,
    closes_alike,
    fills_up,
    of_kin,
    only_moves,
    raises_sum,
    skeleton,
    staged,
    tier_like,
)

_BAND = re.compile(rf"[^，；。\d]{{0,14}}{BAND.pattern}，?(?:则|再)?按")
"""；超过500万元部分，按70%: a higher part of the same base."""

_SECOND = re.compile(
    r"(?:并|同时)(?:再|另)?(?:根据|(?P<of>对(?!其|该|上述))|给予(?!其|该)[^，；。\d]{2,16}?(?:[一-龥]方|村集体|农户|业主|合作社|单位|团队|机构)(?:\([^()]{1,12}\))?(?=每|按|最高|一次性|\d))"
)


def grouped(m: Mentions, found: list[Benefit]) -> list[list[Benefit]]:
    """Promises that are tiers or parts of one benefit, together."""
    groups: list[list[Benefit]] = []
    for benefit in found:
        part = part_of_it(m, benefit) or share_alone(m, groups[-1][-1], benefit) if groups and benefit.conditions else None
        if part is not None:
            groups[-1][-1].halved.append((*benefit.conditions[-1], part))
            groups[-1][-1].end = benefit.end
        elif groups and (
            explains(m, groups[-1][-1], benefit)
            or adjusts(m, benefit)
            or is_half(m, benefit)
            or (not benefit.conditions and by_actual(m, benefit))
        ):
            groups[-1][-1].end = benefit.end
        elif groups and uplifts(m, benefit) and only_ceilings(m, benefit):
            groups[-1][-1].promises.extend(benefit.promises)
            groups[-1][-1].end = benefit.end
        elif benefit.apart:
            groups.append([benefit])
        elif (
            groups
            and only_limits(m, benefit)
            and not (STAGE.match(words_of(m, benefit)) and STAGE.match(words_of(m, groups[-1][-1])))
        ):
            groups[-1][-1].promises.append((benefit.start, benefit.end))
            groups[-1][-1].end = benefit.end
        elif groups and not benefit.conditions and COST_FIRST.match(m.text, benefit.start, benefit.end):
            benefit.conditions = list(groups[-1][-1].conditions)  # 设备投资按30%补助；厂房建设按每平方米200元补助
            groups.append([benefit])
        elif groups and (second := _SECOND.match(m.text, benefit.start, benefit.end)) is not None:
            if second["of"] is None or _COST_OF.match(m.text, second.end("of"), benefit.end):
                benefit.conditions = [*groups[-1][-1].conditions, *benefit.conditions]
            groups.append([benefit])
        elif groups and not benefit.conditions and _for_the_same(m, groups[-1][-1], benefit):
            benefit.conditions = list(groups[-1][0].conditions)
            groups.append([benefit])
        elif groups and _next_to_market(m, groups[-1][-1], benefit):
            benefit.conditions = [*groups[-1][-1].conditions[:-1], *benefit.conditions]
            groups.append([benefit])
        elif groups and _same_item(m, groups[-1], benefit):
            groups[-1].append(benefit)
        else:
            groups.append([benefit])
    return groups


_COST_OF = re.compile(r"[^，；。的对]{0,16}(?:的)?[^，；。的对]{0,16}(?:费|费用|利息|支出|成本)(?=按|给予|予以|的|，)")

_SHARE_OF = re.compile(r"按照?[^，；。]{1,24}\d%")


def _for_the_same(m: Mentions, before: Benefit, b: Benefit) -> bool:
    """…的企业，按评估费的50%给予补贴；按LPR的50%给予贴息: another share, of another cost, for the same."""
    gap = m.text[before.end : b.start]
    return gap == "；" and bool(before.conditions) and all(_SHARE_OF.match(m.text, x.promises[0][0]) for x in (before, b))


def _same_item(m: Mentions, group: list[Benefit], b: Benefit) -> bool:
    before = group[-1]
    words = words_of(m, b)
    gap = m.text[before.end : b.start]
    if at_another_step(m, before, b):
        return False
    if "\n" not in gap and (climbs(m, b) or (raises(m, b) and not TARGETED.match(words))):
        return True
    if "。" not in gap and "\n" not in gap and _BAND.match(m.text, b.start, b.end):
        return True
    if not re.search(r"[\n]", gap) and only_moves(m, group, b):
        return True
    if "\n" not in gap and _INSTEAD.match(m.text, b.start, b.end + _NEAR) is not None:
        return True
    raised = raises_sum(m, group, b) or _GROWN.match(m.text, b.promises[0][0]) or LIFTED.search(m.text, b.start, b.end)
    if "\n" not in gap and raised and not TARGETED.match(words):
        return True
    if "。" not in gap and "\n" not in gap and LIFTED.search(m.text, b.start, b.end):
        return True
    if "\n" not in gap and ADDS.match(m.text, b.promises[0][0]) and not TARGETED.match(words):
        return True
    if "\n" not in gap and (
        ON_TOP.match(m.text, b.promises[0][0])
        or (_UPON.search(m.text, b.start, b.promises[0][1]) is not None and comes_again(m, b))
        or (gap == "，" and comes_again(m, b) and _of_them(m, group, b))
    ):
        return True
    if gap in ("；", "。") and comes_again(m, b) and _HIGHER_TIER.match(words):
        return True
    if "\n" not in gap and RENEWED.fullmatch(words) and any(titles_named(m, x) for x in group):
        return True
    if "。" in gap and not any(read_amounts(m.text, x.promises) for x in (*group, b)):
        return False
    if "\n" not in gap and (at_another_level(m, before, b) or case_denied(m, before, b)):
        return True
    if "\n" not in gap and (
        _GOES_ON.match(m.text, b.start)
        or (_GOES_ON.match(m.text, b.promises[0][0]) and m.text[b.promises[0][0] - 1] == "，" and not TARGETED.match(words))
        or STAGE.match(words)
        or STAGE.match(m.text, b.start)
        or fills_up(m, words, b)
    ):
        return True
    houses = {_house_of(words), _house_of(words_of(m, before))} if b.conditions else set()
    if len(houses) > 1 and "" not in houses:
        return False
    if (
        gap in ("；", "，")
        and _ITS_BOUND.match(words)
        and bounds_of(m, b, None)[0]
        and _kinds(m, before) == _kinds(m, b) == ["fixed"]
    ):
        return True
    if "。" in gap and _KNOWN.match(words) and not any(_KNOWN.match(words_of(m, x)) for x in group):
        return False
    if _BOUGHT.search(words) and not _BOUGHT.search("".join(words_of(m, x) for x in group)):
        return False
    if "\n" not in gap and all(_VERDICT.search(words_of(m, x)) for x in (before, b)) and not of_other_titles(m, group, b):
        return True
    if "。" not in gap and "\n" not in gap and words.startswith("其中") and _RELIEF.match(m.text, before.promises[0][0]):
        return True
    if b.conditions and any(_RELIEF.match(m.text, x.promises[0][0]) for x in (before, b)):
        return difflib.SequenceMatcher(None, m.text[slice(*before.promises[0])], m.text[slice(*b.promises[0])]).ratio() > 0.8
    if "。" not in gap and any(x.unit == b.unit and words_of(m, x).startswith("其中") for x in group):
        return True  # 其中，对甲类按10%，对乙类按30%给予支持: what is counted up are the tiers
    if another_subject(m, group, b) or ("。" in gap and given_to_others(m, before, b)):
        return False
    if "\n" not in gap and "。" not in gap and (others_left(m, before, b) or mark_moved(m, before, b) or next_band(m, before, b)):
        return True
    if not b.conditions:
        return ("。" not in gap and "；" not in gap) or (bool(cap_like(m, b)) and not _WISH_BETWEEN.search(gap))
    if not re.search(r"[\n。]", gap) and not TARGETED.match(words) and _BARE_SUM.fullmatch(m.text, *b.promises[0]):
        return [a["kind"] for a in read_amounts(m.text, before.promises)] == ["fixed"]
    beside = "；" in gap and all(skeleton(m, b) != skeleton(m, x) and not titles_named(m, b) & titles_named(m, x) for x in group)
    if ("。" in gap or beside or TARGETED.match(words) or of_other_titles(m, group, b)) and of_another_name(m, group, b):
        return False
    lists = all("分别" in m.text[slice(*x.promises[0])] for x in (before, b))
    if (("。" in gap or (lists and TARGETED.match(words))) and of_other_trades(m, group, b)) or (
        "。" not in gap and lists_of_their_own(m, before, b)
    ):
        return False
    alike = any(skeleton(m, b) == skeleton(m, x) for x in group)
    levels = alike and any(titles_named(m, b) & titles_named(m, x) for x in group)  # of one known title, under names of their own
    ends = not levels and all(title_core(m, x)[-1:] != title_core(m, b)[-1:] for x in group)
    if (ends or "。" in gap or TARGETED.match(words) or of_other_titles(m, group, b)) and of_another_name(m, group, b):
        return False
    if "\n" not in gap and not TARGETED.match(words) and alike and not ("。" in gap and of_other_facts(m, before, b)):
        return True
    if b.goes_on and "\n" not in gap:
        return True
    if "\n" not in gap and staged(m, b) and staged(m, before):
        return True
    if "\n" not in gap and not TARGETED.match(words) and (closes_alike(m, before, b) or of_kin(m, before, b)):
        return True
    if (TARGETED.match(words) or "；" in gap) and _interest(m, b) != _interest(m, before):
        return False
    lead = m.text[max(m.text.rfind("\n", 0, group[0].start), m.text.rfind("。", 0, group[0].start)) + 1 : b.start]
    if (
        "：" in lead[3:]
        and not (_BARE_LABEL.fullmatch(lead[: lead.rfind("：") + 1]) and _DOES.match(words))
        and "。" not in gap
        and not TARGETED.match(words)
        and not MORE.search("".join(m.text[a:z] for a, z in b.promises)[:6])
    ):
        return True
    if "；" in gap and all(TARGETED.match(words_of(m, x)) for x in (before, b)) and not read_amounts(m.text, before.promises):
        return False  # 支持企业挂牌并给予补贴；支持企业上市，给予300万元: what gives no sum is no tier of what does
    bare = re.sub(r"^(?:其中，?|，|对于?)", "", words)
    if "。" in gap and TARGETED.match(words) and not words.startswith("其中"):
        return (
            bool(tier_like(m, group, b, bare))
            and not re.search(r"(?:奖励|补助|补贴|支持)；?。", gap)
            and difflib.SequenceMatcher(None, words_of(m, group[0]), words).ratio() > 0.55
        )
    if tier_like(m, group, b, bare):
        return True
    if b.unit == before.unit:
        return not TARGETED.match(words)
    if words.startswith("其中"):
        return True
    if (
        "。" in gap
        and not TARGETED.match(words)
        and difflib.SequenceMatcher(None, m.text[before.start : before.end], m.text[b.start : b.end]).ratio() > 0.65
    ):
        return True
    if "。" in gap or TARGETED.match(words) or MORE.search("".join(m.text[a:z] for a, z in b.promises)[:6]):
        return False
    if of_other_titles(m, group, b) or of_other_trades(m, group, b):
        return False
    return difflib.SequenceMatcher(None, re.sub(r"^对于?", "", words_of(m, before)), bare).ratio() >= 0.5


_HIGHER_TIER = re.compile(r"(?:其中，?)?(?:成功)?(?:进入|转入|升入|晋升|晋级|调入)(?:到|至)?[^，；。]{0,4}(?:创新|精选)层")
"""在新三板挂牌的，奖励50万元；进入创新层的，再奖励30万元: on top, for the same listing."""
_UPON = re.compile(r"在(?:此|上述|以上|前述|前款)[^，；。]{0,8}(?<!标准)基础上，?")
"""。在此基础上，规模以上的，再奖励5万元: on top of what the promise before gives, though a condition stands between."""
_NEAR = 24  # characters behind a promise in which it may say that it stands for the one before
_INSTEAD = re.compile(r"[^。；\n]{4,120}?，不(?:再|得)(?:重复)?享受(?:前述|上述|前款|以上|前项)")
"""；已享受国家贴息的，按50%给予配套，不再享受前述补助: instead of what was promised before, and no benefit beside it."""
_BARE_LABEL = re.compile(
    r"(?:[(（]?[一二三四五六七八九十\d]{1,3}[)）]?[.、．]?\s*)?(?![^：]*(?:标准|条件|如下|以下|下列|奖|补|按|给予|分|其中))[^，；。：]{2,12}："
)

_DOES = re.compile(
    r"新[建(增购引开设种]|[购改扩建]|引进|实施|开展|推广|流转|通过|获|参加|举办|承办|组织"
)  # an undertaking of its own


def _interest(m: Mentions, b: Benefit) -> bool:
    """Whether a promise pays interest: no tier of one that pays for something else."""
    return any("贴息" in m.text[a:z] for a, z in b.promises)


_BARE_SUM = re.compile(r"(?:则|可)?(?:一次性)?给予\d[\d.,]{0,9}(?:万|亿)?元")  # given what the promise before says: 奖励, 补助

_BOUGHT = re.compile(
    r"(?:企业|单位|用户|机构|业主)?(?:首次|首购|率先)?(?:购买|采购|购置|应用)(?:使用|和使用|并使用)?[^，；。]{2,30}(?:产品|装备|设备|首台|首批次|首版次|服务)"
)
"""购买首台(套)产品的: another than who makes them."""


def _next_to_market(m: Mentions, before: Benefit, b: Benefit) -> bool:
    """完成股份制改造奖励50万元，在证监局辅导备案奖励100万元，成功上市再奖励200万元: stages that one enterprise goes through add up."""
    if m.text[before.end : b.start] not in ("，", "；") or len(b.conditions) != 1 or not before.conditions:
        return False
    return at_another_step(m, before, b) and not TARGETED.match(words_of(m, b))


def _of_them(m: Mentions, group: list[Benefit], b: Benefit) -> bool:
    """对高新技术企业、小巨人企业…，对小巨人企业另给予…: whether those who get more are among those of the promise before."""
    return not TARGETED.match(words_of(m, b)) or any(titles_named(m, b) & titles_named(m, x) for x in group)


_ITS_BOUND = re.compile(r"其(?!中|[他它余次])")
"""…给予20万元；其上年度营业收入达2亿元以上的，给予50万元: a tier of the same firms."""


def _kinds(m: Mentions, b: Benefit) -> list[str]:
    return [a["kind"] for a in read_amounts(m.text, b.promises)]


_KNOWN = re.compile(r"(?:对于?)?(?:已在库|在库|已入库|现有|存量|原有|已纳统)的?[^，；。]{0,12}(?:企业|单位|机构|项目)")
"""首次纳统的企业，…。已在库的企业，…: those who are there already are others than those who come in."""
_HOUSE = re.compile(
    r"(?P<deed>租[赁用]|承租|购[买置])[^，；。]{0,10}(?:用房|厂房|办公房|写字楼|办公楼|房产|场所|场地|楼宇|物业|仓库)"
)


def _house_of(words: str) -> str:
    """Whether rooms are rented or bought (购买自用办公用房的…；租赁的…: two benefits); empty where it is neither, or both."""
    deeds = {hit["deed"][0].replace("承", "租") for hit in _HOUSE.finditer(words)}
    return deeds.pop() if len(deeds) == 1 else ""


_VERDICT = re.compile(
    r"(?:考核|评价|评估|评定|考评|测评)(?:结果|等次|等级|为|是|达到|获|得){0,3}“?(?:优秀|良好|优良|优等|合格|[A-D]级)"
)
"""对考核优秀的平台，…；对考核良好的平台，…: the verdicts of one evaluation are tiers."""


_GROWN = re.compile(r"[再另](?:增加|增发|追加)\d")  # 月度新增入库的，再增加2万元

_WISH_BETWEEN = re.compile(r"。\s*(?:积极|大力)?(?:鼓励|支持|引导)[^。；]{8,}。")  # another purpose: its promise is another benefit

_GOES_ON = re.compile(r"(?:资金)?(?:支持|补助|补贴|贴息|奖励|资助|扶持)(?:的)?(?:比例|标准|额度|金额)")

_RELIEF = re.compile(
    r"(?:适当)?(?:免|减(?!分)|不征收|作为[^，；。]{0,12}免税|同等享|享有|准予|按照?[^，；。]{2,24}(?:执行|缴费|收费))"
)
