"""From promises to items: which promises are tiers of one benefit, what all tiers share, what only one of them needs."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from policies.extract.amounts import read_amounts
from policies.extract.conditions import declared
from policies.extract.instalments import instalments_apart, limited
from policies.extract.labels import labelled
from policies.extract.leaf import Node, all_of, leaves_of
from policies.extract.mentions import Mentions
from policies.extract.metrics import Measured
from policies.extract.moved import beside_levels, gained_alike, moved_title, title_of
from policies.extract.pieces import Benefit
from policies.extract.promising import LEVEL_ONLY, MORE, RAISED, climbs, context_of, nodes_of, words_of
from policies.extract.tiers import align


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


def item_of(m: Mentions, group: list[Benefit], context: Measured | None = None) -> ItemDraft:
    """One item from one group of promises; `context` is the metric that the words before the group were about."""
    draft = ItemDraft(group[0].start, group[-1].end, words=m.text[group[0].start : group[-1].end])
    group, ceilings = instalments_apart(m.text, group)
    if len(group) == 1:
        _single(m, group[0], draft, context)
    else:
        _tiered(m, group, draft, context)
    limited(draft.amounts, ceilings)
    _settle_amounts(draft)
    return draft


_ALL_TOLD = re.compile(
    r"(?:总额|合计|累计|总金额|总计|(?:单个|同一|每[家个])[^，；。]{0,8}(?:每年|年度|当年|全年))[^，；。]{0,12}(?:不超过|最高)[^，；。]{0,14}[。；]?$"
)
_TOTAL = re.compile(r"总额|总金额|累计|合计|年度|每年|年")


def _settle_amounts(draft: ItemDraft) -> None:
    """The first amount is what is given, never 再给予 on top; a ceiling before all tiers, or behind the last, holds for all of them."""
    if draft.amounts and draft.amounts[0].get("plus"):
        draft.amounts[0].pop("plus")
    if len(draft.amounts) < 2:
        return
    ahead = _told_ahead(draft)
    if ahead:
        draft.amounts = draft.amounts[1:]
    limit = ahead or draft.amounts[-1]
    others = draft.amounts if ahead else draft.amounts[:-1]
    kinds = {a["kind"] for a in draft.amounts}
    alike = len(kinds) == 1 and kinds <= {"ratio", "matching", "per_unit"}
    if "cap" not in limit or not (ahead or alike or _ALL_TOLD.search(draft.words)) or any("cap" in a for a in others):
        return
    for amount in others:
        amount.update({k: limit[k] for k in ("cap", "per") if k in limit})


def _told_ahead(draft: ItemDraft) -> dict[str, Any] | None:
    """每个单位年资助总额不超过300万元：其中，…: a ceiling that the colon behind it makes one of all that follows."""
    first = draft.amounts[0]
    low, high = (first["evidence"][side] - draft.start for side in ("start", "end"))
    told = first["kind"] == "capped" and "cap" in first and re.match(r"[^，；。]{0,4}：", draft.words[max(0, high) :])
    return first if told and _TOTAL.search(draft.words[max(0, low) : max(0, high)]) else None


def _single(m: Mentions, b: Benefit, draft: ItemDraft, before: Measured | None) -> None:
    amounts = read_amounts(m.text, b.promises)
    standing = [a for a in amounts if not a.get("plus")]
    promise = "".join(m.text[a:z] for a, z in b.promises)
    if len(standing) >= 2 and (re.search(r"分别|分档|按", promise + words_of(m, b)) or _plain_list(m.text, standing)):
        aligned = align(m, b.conditions, len(standing), before)
        if aligned is not None:
            for amount, when in zip(standing, aligned.whens, strict=True):
                tree = all_of(when)
                if tree is not None:
                    amount["when"] = tree
            context = context_of(m, [b]) or before
            rest = _without(m, b.conditions, aligned.start, aligned.end, context)
            if aligned.used is not None:
                rest = [n for n in rest if "fact" not in n or not (aligned.used[0] <= n["evidence"]["start"] < aligned.used[1])]
            draft.criteria = rest
            draft.amounts = amounts
            return
    draft.criteria = nodes_of(m, b.conditions, before)
    draft.amounts = amounts
    title = title_of(draft.criteria) if len(standing) >= 2 else None
    names = beside_levels(m, title, standing) if title is not None else None
    if names is not None:
        draft.criteria = [n for n in draft.criteria if n is not title]
    elif len(standing) >= 2:
        names = labelled(m, b.promises, standing)
    for amount, name in zip(standing, names or (), strict=False):
        amount["when"] = name


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
        if low < start and len(re.sub(r"[^\w]|对|于|的|获得?|年度?|新(?!引进|设|落户|注册|迁入|建)", "", m.text[low:start])) >= 3:
            rest.append((low, start))
        tail = re.sub(
            r"^(?:的?(?:认定|认证|资质|称号|资格|证书|评定|复核)(?:通过)?(?=的))?[的，、\s]*(?:企业|单位|机构|项目|平台)?(?:的)?",
            "",
            m.text[end:high],
        )
        if end < high and len(re.sub(r"[^\w]", "", tail)) >= 4:
            rest.append((high - len(tail), high))
    return nodes_of(m, rest, context)


def _bare_level(m: Mentions, b: Benefit) -> list[Node]:
    """省级给予50万元: a level with nothing beside it is still what the tier is for."""
    spans = [(low, high) for low, high in b.conditions if LEVEL_ONLY.match(m.text[low:high])]
    return [declared(m, low, high, origin="tier/level-bare") for low, high in spans[:1]]


def _tiered(m: Mentions, group: list[Benefit], draft: ItemDraft, before: Measured | None) -> None:
    """Several promises of one benefit: what the first says before its own last condition holds for all."""
    whole = nodes_of(m, group[0].conditions, before)
    stairs = {id(b) for b in group[1:] if climbs(m, b)}
    if _listed_sums(m, group[0], before):
        _single(m, group[0], draft, before)
        for i, b in enumerate(group[1:], start=2):
            own = [] if id(b) in stairs else nodes_of(m, b.conditions, context_of(m, group[:i]) or before) or _bare_level(m, b)
            added = len(draft.amounts)
            _add(m, draft, b, [n for n in own if not any(_same(n, s) for s in draft.criteria)])
            for amount in draft.amounts[added:] if id(b) in stairs else ():
                amount["plus"] = True
        return
    later = [
        ([], b)
        if id(b) in stairs
        else (
            moved_title(m, b, whole)
            or gained_alike(whole, nodes_of(m, b.conditions, context_of(m, group[: i + 1]) or before), words_of(m, b))
            or _bare_level(m, b),
            b,
        )
        for i, b in enumerate(group)
        if i > 0
    ]
    later_facts = {x["fact"] for nodes, _ in later for node in nodes for x in leaves_of(node)}
    first = group[0]
    typed_later = later_facts - {"declared"}
    whens = [n for n in whole if leaves_of(n) and {x["fact"] for x in leaves_of(n)} & typed_later] if typed_later else []
    lone = read_amounts(m.text, first.promises)
    if not whens and whole and lone:
        whens = [whole[-1]] if len(whole) >= 2 or len(first.conditions) != 1 else list(whole)
    shared = [n for n in whole if n not in whens]
    draft.criteria = shared
    ceilings = [read_amounts(m.text, b.promises) for _, b in later]
    raised = [RAISED.search("".join(m.text[a:z] for a, z in b.promises)) for _, b in later]
    if len(lone) == 1 and lone[0]["kind"] in ("ratio", "per_unit") and all(len(c) == 1 for c in ceilings) and all(raised):
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
    sums_only = all(len(c) == 1 and c[0]["kind"] == "capped" and "cap" in c[0] for c in ceilings)  # a share as ceiling has no sum
    if len(lone) == 1 and lone[0]["kind"] == "ratio" and "cap" in lone[0] and sums_only:
        draft.criteria = whole
        draft.amounts = lone
        for (nodes, _), (limit,) in zip(later, ceilings, strict=True):
            tree = all_of(nodes)
            amount = {**lone[0], "cap": limit["cap"], "evidence": limit["evidence"]}
            draft.amounts.append({**amount, "when": tree} if tree is not None else amount)
        return
    if len(lone) == 1 and lone[0]["kind"] == "ratio" and "cap" not in lone[0] and sums_only:
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
        added = len(draft.amounts)
        _add(m, draft, b, own)
        if id(b) in stairs:
            for amount in draft.amounts[added:]:
                amount["plus"] = True


def _climbs_from(amount: dict[str, Any], when: Node) -> None:
    """1000万元以上的，每增加500万元再奖励…: stairs whose beginning is not said begin at the bound of their own tier."""
    if amount["kind"] != "step" or amount.get("start"):
        return
    bounds = [x["value"] for x in leaves_of(when) if x["fact"] == amount.get("base") and x["op"] in ("ge", "gt")]
    if len(bounds) == 1:
        amount["start"] = bounds[0]


def _listed_sums(m: Mentions, b: Benefit, before: Measured | None) -> bool:
    """Whether the first promise is a list of tiers by itself (达到1亿元、5亿元的，分别奖励…), which others only follow."""
    standing = [a for a in read_amounts(m.text, b.promises) if not a.get("plus")]
    return len(standing) >= 2 and align(m, b.conditions, len(standing), before) is not None


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
            _climbs_from(amount, tree)
        if (
            MORE.match(m.text[b.promises[0][0] : b.promises[0][0] + 8])
            and index == 0
            and draft.amounts
            and "再"
            in m.text[b.promises[0][0] : b.promises[0][0] + 3]
            + m.text[b.promises[0][0] : b.promises[0][0] + 3].replace("额外", "再")
        ):
            amount["plus"] = True
        draft.amounts.append(amount)
