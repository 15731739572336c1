"""From promises to items: which promises are tiers of one benefit, what all tiers share, what only one of them needs."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass, field
from typing import Any

from policies.extract.amounts import read_amounts
from policies.extract.benefits import Benefit
from policies.extract.conditions import declared, inline_condition
from policies.extract.instalments import instalments_apart, limited
from policies.extract.labels import labelled
from policies.extract.leaf import Node, all_of, leaves_of
from policies.extract.mentions import Mentions
from policies.extract.metrics import Measured, metrics_in
from policies.extract.thresholds import find_thresholds
from policies.extract.tiers import align

_TARGETED = re.compile(r"(?:对于?(?!其|该|上述|超|增量|新增部分)|凡|鼓励|支持|引导)")
_LEVEL_ONLY = re.compile(
    r"^(?:对于?)?(?:获得?|认定为|评为|属于|为)?(?:国家级?|部级|省级?|市级?|区级?|县级?)[^，；。]{0,10}?(?:的)?$"
)
_STAGE_ONLY = re.compile(
    r"^(?:自?第[一二三四五六\d](?:至[一二三四五六\d])?、?[一二三四五六\d]?(?:个)?(?:年|次|阶段|档)|前[一二三四五\d]年|后[一二三四五\d]年|"
    r"原有企业|次年|第[一二三四五]、[一二三四五]年|[一二三四特]等奖|[一二三甲乙]级|(?:通过)?(?:重新认定|再次认定|复核|复审|复评|续期|期满复核))[^，；。]{0,14}(?:的)?$"
)
_BARE_BOUND = re.compile(
    r"^(?:达到|超过|突破|满|高于|不低于|低于|不足|达)?\d[\d.,]{0,8}(?:万|亿|千万)?(?:美元|元|%|人|家|件|亩|户|台|项|平方米|"
    r"个)?(?:以上|以下|及以上)?(?:的)?$"
)
_STAGE = re.compile(
    r"^第[一二三四五]年|^第[一二三四五](?:至|、|到)[一二三四五]年|^前[一二三四五\d]年|^后[一二三四五\d]年|^[一二三四]等奖"
)
_MORE = re.compile(r"(?:再|另|额外|同时|并)(?:行)?(?:给予|予以|奖励|补助|资助|按)")


@dataclass(slots=True)
class ItemDraft:
    """An item in the making; spans and evidence in clean-text offsets."""

    start: int
    end: int
    criteria: list[Node] = field(default_factory=list)
    amounts: list[dict[str, Any]] = field(default_factory=list)
    title: str = ""
    words: str = ""
    exclusive: bool = False
    without_common: bool = False
    path: tuple[str, ...] = ()
    delivery: str = "unspecified"


_SECOND = re.compile(r"(?:并|同时)(?:再|另)?(?:根据|(?P<of>对(?!其|该|上述)))")


def grouped(m: Mentions, found: list[Benefit]) -> list[list[Benefit]]:
    """Promises that are tiers or parts of one benefit, together."""
    groups: list[list[Benefit]] = []
    for benefit in found:
        if groups and (_adjusts(m, benefit) or (not benefit.conditions and _by_actual(m, benefit))):
            groups[-1][-1].end = benefit.end
        elif (
            groups
            and only_limits(m, benefit)
            and not (_STAGE.match(_words(m, benefit)) and _STAGE.match(_words(m, groups[-1][-1])))
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


def _words(m: Mentions, b: Benefit) -> str:
    return "，".join(m.text[a:z] for a, z in b.conditions)


def _same_item(m: Mentions, group: list[Benefit], b: Benefit) -> bool:
    before = group[-1]
    words = _words(m, b)
    gap = m.text[before.end : b.start]
    if _STAIRS.match(words) and "\n" not in gap:
        return True
    if not re.search(r"[\n]", gap) and _moves(m, group, b):
        return True
    if "。" in gap and not any(read_amounts(m.text, x.promises) for x in (*group, b)):
        return False
    if "\n" not in gap and (_GOES_ON.match(m.text, b.start) or _STAGE.match(words) or _fills_up(m, words, b)):
        return True
    if b.conditions and any(_RELIEF.match(m.text, x.promises[0][0]) for x in (before, b)):
        return difflib.SequenceMatcher(None, m.text[slice(*before.promises[0])], m.text[slice(*b.promises[0])]).ratio() > 0.8
    if "。" not in gap and any(x.unit == b.unit and _words(m, x).startswith("其中") for x in group):
        return True  # 其中，对甲类按10%，对乙类按30%给予支持: what is counted up are the tiers
    if not b.conditions:
        return ("。" not in gap and "；" not in gap) or (bool(_cap_like(m, b)) and not _WISH_BETWEEN.search(gap))
    if "\n" not in gap and not _TARGETED.match(words) and any(_skeleton(m, b) == _skeleton(m, x) for x in group):
        return True
    if b.goes_on and "\n" not in gap:
        return True
    if "\n" not in gap and _staged(m, b) and _staged(m, before):
        return True
    if "\n" not in gap and not _TARGETED.match(words) and _closes_alike(m, before, b):
        return True
    lead = m.text[max(m.text.rfind("\n", 0, group[0].start), m.text.rfind("。", 0, group[0].start)) + 1 : b.start]
    if (
        "：" in lead[3:]
        and "。" not in gap
        and not _TARGETED.match(words)
        and not _MORE.search("".join(m.text[a:z] for a, z in b.promises)[:6])
    ):
        return True
    bare = re.sub(r"^(?:其中，?|，|对于?)", "", words)
    if "。" in gap and _TARGETED.match(words) and not words.startswith("其中"):
        return (
            bool(_tier_like(m, group, b, bare))
            and not re.search(r"(?:奖励|补助|补贴|支持)；?。", gap)
            and difflib.SequenceMatcher(None, _words(m, group[0]), words).ratio() > 0.55
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
    if "。" in gap or _TARGETED.match(words) or _MORE.search("".join(m.text[a:z] for a, z in b.promises)[:6]):
        return False
    return difflib.SequenceMatcher(None, re.sub(r"^对于?", "", _words(m, before)), bare).ratio() >= 0.5


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


def _staged(m: Mentions, b: Benefit) -> bool:
    """Whether the promise is for a stage of what goes on: …的，第二年给予…."""
    return bool(b.conditions) and _STAGE.fullmatch(m.text[slice(*b.conditions[-1])]) is not None


_ACTUAL = re.compile(r"[^，；。]{0,24}实际[^，；。]{0,14}(?:低于|小于|不足|少于|未达)")


def _by_actual(m: Mentions, b: Benefit) -> bool:
    return bool(_ACTUAL.match(m.text, b.start))


def _adjusts(m: Mentions, b: Benefit) -> bool:
    """实际租金低于标准的，按实际租金补贴: the same promise, paid by what was really spent."""
    return bool(b.conditions) and bool(_ACTUAL.match(m.text, *b.conditions[0])) and "实际" in m.text[slice(*b.promises[0])]


_BOUND = re.compile(r"(?:其中|且|但)?，?(?P<of>[^，；。]{0,36}?)(?:最高)?(?:不超过|不得超过|不高于|最高|上限)")
_PER = re.compile(r"(?:对)?(?:同一|单个|单家|每[个家户项人件]|各|一个)[^的]{0,24}")
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
_STAIRS = re.compile(r"(?:并?在)?[^，；。]{0,16}(?:基础上)?，?每(?:再)?(?:增加|增长|突破|超过|新增|提高|递增|上升)\d")
_RAISED = re.compile(r"(?:奖励|补助|补贴|资助|支持|扶持|贴息)?(?:比例|标准|额度)(?:可)?(?:提高|上浮|提升|增加)(?:到|至|为)")


def _moves(m: Mentions, group: list[Benefit], b: Benefit) -> bool:
    """Whether a promise only changes the share or the ceiling of the one before it: 补助比例提高到70%; …的，最高1000万元."""
    before = read_amounts(m.text, group[0].promises)
    if len(before) != 1 or before[0]["kind"] != "ratio":
        return False
    promise = "".join(m.text[a:z] for a, z in b.promises)
    if _RAISED.search(promise):
        return True
    own = read_amounts(m.text, b.promises)
    return (
        len(own) == 1
        and own[0]["kind"] == "capped"
        and bool(b.conditions)
        and bool(re.match(r"(?:则|可)?(?:最高|不超过|上限)", promise))
        and bool(_facts(m, b, None)[0])
    )


def _cap_like(m: Mentions, b: Benefit) -> bool:
    return bool(re.match(r"[^，；。]{0,24}(?:最高|不超过|上限)", m.text[b.start : b.end]))


def _tier_like(m: Mentions, group: list[Benefit], b: Benefit, words: str) -> bool:
    """Whether the condition only moves the threshold, the level or the stage of the promise before."""
    if _LEVEL_ONLY.match(words) or _STAGE_ONLY.match(words) or _BARE_BOUND.match(words):
        return True
    own = _facts(m, b, _context(m, group))
    if own and own[1] and own[0] <= _facts(m, group[-1], _context(m, group[:-1]) if len(group) > 1 else None)[0]:
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
        and not _MORE.search("".join(m.text[a:z] for a, z in b.promises)[:6])
    )


def _titles(m: Mentions, b: Benefit) -> set[str]:
    """The titles that a promise's conditions name, without their levels; the levels of 专精特新 have names of their own."""
    codes = {c.split(".")[0] for a, z in b.conditions for x in m.qualifications_in(a, z) for c in x.codes}
    return {"srdi" if code.startswith("srdi_") else code for code in codes}


def _only_fact(m: Mentions, b: Benefit) -> str | None:
    """The one fact that a promise's conditions are about, where they are about nothing else and it is one that comes in kinds."""
    facts = {x["fact"] for node in _nodes(m, b.conditions) for x in leaves_of(node)}
    return (
        next(iter(facts))
        if len(facts) == 1 and facts <= {"listed_board", "awards", "ownership", "enterprise_size", "tax_credit_grade"}
        else None
    )


def _facts(m: Mentions, b: Benefit, context: Measured | None) -> tuple[set[str], bool]:
    """The threshold facts of a promise's conditions, and whether they say nothing else."""
    facts: set[str] = set()
    telling = covered = 0
    for low, high in _stitched(m.text, b.conditions):
        found = find_thresholds(m.text, low, high, elided=True, context=context)
        facts |= {f.node["fact"] for f in found}
        covered += sum(f.end - f.start for f in found)
        telling += len(re.sub(r"[，、的对于在且达到]|企业|单位|其中|年度?|同比", "", m.text[low:high]))
    return facts, bool(facts) and covered >= telling * 0.75


def _context(m: Mentions, group: list[Benefit]) -> Measured | None:
    """The metric that the promise before was measured by."""
    for b in reversed(group):
        for low, high in reversed(b.conditions):
            metrics = metrics_in(m.text, low, high)
            if metrics:
                return metrics[-1]
    return None


def item_of(m: Mentions, group: list[Benefit]) -> ItemDraft:
    """One item from one group of promises."""
    draft = ItemDraft(group[0].start, group[-1].end, words=m.text[group[0].start : group[-1].end])
    group, ceilings = instalments_apart(m.text, group)
    if len(group) == 1:
        _single(m, group[0], draft)
    else:
        _tiered(m, group, draft)
    limited(draft.amounts, ceilings)
    _settle_amounts(draft)
    return draft


def _settle_amounts(draft: ItemDraft) -> None:
    """The first amount is what is given, never 再给予 on top; a ceiling behind the last tier of shares holds for all of them."""
    if draft.amounts and draft.amounts[0].get("plus"):
        draft.amounts[0].pop("plus")
    kinds = {a["kind"] for a in draft.amounts}
    if len(draft.amounts) > 1 and len(kinds) == 1 and kinds <= {"ratio", "matching", "per_unit"} and "cap" in draft.amounts[-1]:
        last = draft.amounts[-1]
        if all("cap" not in a for a in draft.amounts[:-1]):
            for amount in draft.amounts[:-1]:
                amount["cap"] = last["cap"]
                if "per" in last:
                    amount["per"] = last["per"]


def _single(m: Mentions, b: Benefit, draft: ItemDraft) -> None:
    amounts = read_amounts(m.text, b.promises)
    standing = [a for a in amounts if not a.get("plus")]
    promise = "".join(m.text[a:z] for a, z in b.promises)
    if len(standing) >= 2 and (re.search(r"分别|分档|按", promise + _words(m, b)) or _plain_list(m.text, standing)):
        aligned = align(m, b.conditions, len(standing))
        if aligned is not None:
            for amount, when in zip(standing, aligned.whens, strict=True):
                tree = all_of(when)
                if tree is not None:
                    amount["when"] = tree
            context = _context(m, [b])
            rest = _without(m, b.conditions, aligned.start, aligned.end, context)
            if aligned.used is not None:
                rest = [n for n in rest if "fact" not in n or not (aligned.used[0] <= n["evidence"]["start"] < aligned.used[1])]
            draft.criteria = rest
            draft.amounts = amounts
            return
    names = labelled(m, b.promises, standing) if len(standing) >= 2 else None
    for amount, name in zip(standing, names or (), strict=False):
        amount["when"] = name
    draft.criteria = _nodes(m, b.conditions)
    draft.amounts = amounts


def _plain_list(text: str, amounts: list[dict[str, Any]]) -> bool:
    return all(a["kind"] == amounts[0]["kind"] for a in amounts) and all(
        re.fullmatch(r"[、和及或]", text[a["evidence"]["end"] : a["evidence"]["end"] + 1]) for a in amounts[:-1]
    )


def _without(m: Mentions, spans: list[tuple[int, int]], start: int, end: int, context: Measured | None) -> list[Node]:
    """The criteria of the conditions outside the stretch that a list of tiers takes up."""
    rest: list[tuple[int, int]] = []
    for low, high in spans:
        if high <= start or end <= low:
            rest.append((low, high))
            continue
        if low < start and len(re.sub(r"[^\w]|对|于|的|获得?|年度?|新", "", m.text[low:start])) >= 3:
            rest.append((low, start))
        tail = re.sub(
            r"^(?:的?(?:认定|认证|资质|称号|资格|证书|评定|复核)(?:通过)?(?=的))?[的，、\s]*(?:企业|单位|机构|项目|平台)?(?:的)?",
            "",
            m.text[end:high],
        )
        if end < high and len(re.sub(r"[^\w]", "", tail)) >= 4:
            rest.append((high - len(tail), high))
    return _nodes(m, rest, context)


def _nodes(m: Mentions, spans: list[tuple[int, int]], context: Measured | None = None) -> list[Node]:
    return [node for low, high in _stitched(m.text, spans) for node in inline_condition(m, low, high, context=context)]


def _stitched(text: str, spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Condition pieces that only a comma parts are read together (或 may join them)."""
    result: list[tuple[int, int]] = []
    for low, high in spans:
        if result and text[result[-1][1] : low] in ("，", "：", ""):
            result[-1] = (result[-1][0], high)
        else:
            result.append((low, high))
    return result


def _bare_level(m: Mentions, b: Benefit) -> list[Node]:
    """省级给予50万元: a level with nothing beside it is still what the tier is for."""
    spans = [(low, high) for low, high in b.conditions if _LEVEL_ONLY.match(m.text[low:high])]
    return [declared(m, low, high, origin="tier/level-bare") for low, high in spans[:1]]


def _tiered(m: Mentions, group: list[Benefit], draft: ItemDraft) -> None:
    """Several promises of one benefit: what the first says before its own last condition holds for all."""
    whole = _nodes(m, group[0].conditions)
    stairs = {id(b) for b in group[1:] if _STAIRS.match(_words(m, b))}
    later = [
        ([], b)
        if id(b) in stairs
        else (_again(m, b, whole) or _nodes(m, b.conditions, _context(m, group[: i + 1])) or _bare_level(m, b), b)
        for i, b in enumerate(group)
        if i > 0
    ]
    later_facts = {x["fact"] for nodes, _ in later for node in nodes for x in leaves_of(node)}
    first = group[0]
    typed_later = later_facts - {"declared"}
    whens = [n for n in whole if leaves_of(n) and {x["fact"] for x in leaves_of(n)} & typed_later] if typed_later else []
    if not whens and whole and (len(first.conditions) >= 2 or len(whole) >= 1):
        whens = [whole[-1]] if len(whole) >= 2 or not _single_subject(m, first) else list(whole)
    shared = [n for n in whole if n not in whens]
    draft.criteria = shared
    lone = read_amounts(m.text, first.promises)
    ceilings = [read_amounts(m.text, b.promises) for _, b in later]
    raised = [_RAISED.search("".join(m.text[a:z] for a, z in b.promises)) for _, b in later]
    if len(lone) == 1 and lone[0]["kind"] == "ratio" and all(len(c) == 1 for c in ceilings) and all(raised):
        draft.criteria = whole
        draft.amounts = lone
        for (nodes, _), (other,) in zip(later, ceilings, strict=True):
            tree = all_of(nodes)
            amount = {
                **other,
                **{k: v for k, v in lone[0].items() if k in ("cap", "per", "base", "caps") and (k == "base" or k not in other)},
            }
            draft.amounts.append({**amount, "when": tree} if tree is not None else amount)
        return
    if (
        len(lone) == 1
        and lone[0]["kind"] == "ratio"
        and "cap" in lone[0]
        and all(len(c) == 1 and c[0]["kind"] == "capped" for c in ceilings)
    ):
        draft.criteria = whole
        draft.amounts = lone
        for (nodes, _), (limit,) in zip(later, ceilings, strict=True):
            tree = all_of(nodes)
            amount = {**lone[0], "cap": limit["cap"], "evidence": limit["evidence"]}
            draft.amounts.append({**amount, "when": tree} if tree is not None else amount)
        return
    if (
        len(lone) == 1
        and lone[0]["kind"] == "ratio"
        and "cap" not in lone[0]
        and all(len(c) == 1 and c[0]["kind"] == "capped" for c in ceilings)
    ):
        draft.criteria = whole
        for (nodes, _), (limit,) in zip(later, ceilings, strict=True):
            amount = {
                **lone[0],
                "cap": limit["cap"],
                **({"per": limit["per"]} if "per" in limit else {}),
                "evidence": limit["evidence"],
            }
            tree = all_of(nodes)
            draft.amounts.append({**amount, "when": tree} if tree is not None else amount)
        return
    _add(m, draft, first, whens)
    for nodes, b in later:
        own = [n for n in nodes if not any(_same(n, s) for s in shared)]
        before = len(draft.amounts)
        _add(m, draft, b, own)
        if id(b) in stairs:
            for amount in draft.amounts[before:]:
                amount["plus"] = True


_RENEWED = re.compile(r"(?:对于?)?(?:通过)?(?:重新认定|再次认定|复核|复审|复评|期满复核)(?:通过|合格)?(?:的)?(?:企业)?(?:的)?")


def _again(m: Mentions, b: Benefit, first: list[Node]) -> list[Node]:
    """重新认定的, 通过复核的: the title that the first promise was for, gained again."""
    if len(b.conditions) != 1 or not _RENEWED.fullmatch(_words(m, b)):
        return []
    title = next((x for n in first for x in leaves_of(n) if x["fact"] in ("qualification_granted", "qualifications")), None)
    if title is None:
        return []
    low, high = b.conditions[0]
    again = {k: v for k, v in title.items() if k not in ("fact", "op", "first", "evidence", "origin")}
    return [
        {
            "fact": "qualification_granted",
            "op": "occurred",
            **again,
            "first": False,
            "evidence": {"start": low, "end": high},
            "origin": "title/renewed",
        }
    ]


def _single_subject(m: Mentions, b: Benefit) -> bool:
    return len(b.conditions) == 1


def _same(a: Node, b: Node) -> bool:
    return bool(
        "fact" in a
        and "fact" in b
        and a["fact"] == b["fact"] != "declared"
        and a.get("op") == b.get("op")
        and a.get("value") == b.get("value")
    )


def _add(m: Mentions, draft: ItemDraft, b: Benefit, when: list[Node]) -> None:
    amounts = read_amounts(m.text, b.promises)
    standing = [a for a in amounts if not a.get("plus")]
    aligned = align(m, b.conditions, len(standing)) if len(standing) >= 2 else None
    for index, amount in enumerate(amounts):
        tree = all_of(aligned.whens[standing.index(amount)]) if aligned and amount in standing else all_of(when)
        if tree is not None:
            amount["when"] = tree
        if (
            _MORE.match(m.text[b.promises[0][0] : b.promises[0][0] + 8])
            and index == 0
            and draft.amounts
            and "再"
            in m.text[b.promises[0][0] : b.promises[0][0] + 3]
            + m.text[b.promises[0][0] : b.promises[0][0] + 3].replace("额外", "再")
        ):
            amount["plus"] = True
        draft.amounts.append(amount)
