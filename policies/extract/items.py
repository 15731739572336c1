"""From promises to items: which promises are tiers of one benefit, what all tiers share, what only one of them needs."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from policies.extract.amounts import names_amounts, read_amounts
from policies.extract.bases import THE_INCREASE, above_the_bound, climbs_from, measured_by, same_base, settle_bases
from policies.extract.beside import comes_again
from policies.extract.composing import measures_in
from policies.extract.conditions import declared
from policies.extract.halving import done_by_others, half_of_first, halves_of, wholes_told
from policies.extract.instalments import instalments_apart, limited
from policies.extract.labels import each_of, labelled, others_in_brackets
from policies.extract.leaf import Node, all_of, any_of, leaves_of
from policies.extract.level_caps import by_level
from policies.extract.mentions import Mentions
from policies.extract.metrics import Measured
from policies.extract.moved import (
    beside_levels,
    bound_moved,
    gained_alike,
    is_band,
    level_behind,
    moved_title,
    regained,
    rounds_of,
    title_of,
)
from policies.extract.pieces import Benefit
from policies.extract.promising import LIFTED, RAISED, carried, climbs, nodes_of, words_of
from policies.extract.raising import raise_amounts, raises
from policies.extract.stages import told_by_years
from policies.extract.sumlists import caps_listed, listed_sums, plain_list, stages_of, standing_amounts, without
from policies.extract.tier_words import (
    bare_level,
    by_verdict,
    count_moved,
    counted_again,
    is_for_some,
    moved_by,
    name_alone,
    same_leaf,
    same_time,
    shares_fact,
    title_only,
    told_only,
)
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

    def trees(self) -> list[Node]:
        """All that the item asks, for itself and for each of its sums."""
        return [*self.criteria, *(a["when"] for a in self.amounts if a.get("when"))]


def item_of(m: Mentions, group: list[Benefit], context: Measured | None = None) -> ItemDraft:
    """One item from one group of promises; `context` is the metric that the words before the group were about."""
    draft = ItemDraft(group[0].start, group[-1].end, words=m.text[group[0].start : group[-1].end])
    group, ceilings = instalments_apart(m.text, group)
    higher = [b for b in group[1:] if raises(m, b)]
    group = [b for b in group if b not in higher]
    if len(group) > 1 and not any(read_amounts(m.text, b.promises) or b.halved for b in group[1:]) and _sums(m, group[0]):
        group = group[:1]  # what follows tells no sum: nothing that the first would be a tier of
    if len(group) == 1:
        _single(m, group[0], draft, context)
    else:
        _tiered(m, group, draft, context)
    halved, whole = [part for b in group for part in b.halved], [*draft.amounts]
    for low, high, share in halved:
        parts = halves_of(m, whole, low, high, share)
        draft.criteria = done_by_others(m, draft.criteria, draft.amounts, (low, high))
        draft.amounts.extend(parts)
    draft.amounts = wholes_told(draft.amounts, [share for *_, share in halved])
    limited(draft.amounts, ceilings)
    for b in higher:
        raise_amounts(m, draft.amounts, b, nodes_of(m, b.conditions, carried(m, group, context)))
    half_of_first(m, draft.amounts)
    draft.amounts = by_level(m, draft.amounts)
    draft.criteria = told_by_years(m, draft.criteria, draft.amounts, draft.start)
    _settle_amounts(draft)
    same_time(m, draft.amounts)
    same_base(draft.amounts)
    return draft


def _sums(m: Mentions, b: Benefit) -> bool:
    return names_amounts(m.text, b.promises)


_ALL_TOLD = re.compile(
    r"(?:总额|合计|累计|总金额|总计|(?:单个|同一|每[家个])[^，；。]{0,8}(?:每年|年度|当年|全年))[^，；。]{0,12}(?:不超过|最高)[^，；。]{0,14}[。；]?$"
)

_TOTAL = re.compile(r"总额|总金额|累计|合计|年度|每年|年")


def _settle_amounts(draft: ItemDraft) -> None:
    """The first amount is what is given, never 再给予 on top; a ceiling before all tiers, or behind the last, holds for all of them."""
    for amount in draft.amounts:
        if amount.get("of_increase") and THE_INCREASE.fullmatch(str(amount.get("base", ""))):
            measured_by(draft.criteria, amount)
    draft.amounts = [a for i, a in enumerate(draft.amounts) if not any(_same_sum(a, b) for b in draft.amounts[:i])]
    if draft.amounts and draft.amounts[0].get("plus"):
        draft.amounts[0].pop("plus")
    above_the_bound(draft.criteria, draft.amounts)
    settle_bases(draft.criteria, draft.amounts)
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


def _same_sum(a: dict[str, Any], b: dict[str, Any]) -> bool:
    """免收租金，免租面积不超过…: the relief said once more, for the same case."""
    alike = [{k: v for k, v in x.items() if k != "evidence"} for x in (a, b)]
    return a["kind"] == "ratio" and a["rate"] == 1 and "when" not in a and alike[0] == alike[1]


def _told_ahead(draft: ItemDraft) -> dict[str, Any] | None:
    """每个单位年资助总额不超过300万元：其中，…: a ceiling that the colon behind it makes one of all that follows."""
    first = draft.amounts[0]
    low, high = (first["evidence"][side] - draft.start for side in ("start", "end"))
    told = first["kind"] == "capped" and "cap" in first and re.match(r"[^，；。]{0,4}：", draft.words[max(0, high) :])
    return first if told and _TOTAL.search(draft.words[max(0, low) : max(0, high)]) else None


def _single(m: Mentions, b: Benefit, draft: ItemDraft, before: Measured | None) -> None:
    amounts = caps_listed(m.text, read_amounts(m.text, b.promises))
    standing = standing_amounts(amounts)
    promise = "".join(m.text[a:z] for a, z in b.promises)
    if len(standing) == len(amounts) > 1 and all(a.get("plus") for a in amounts):
        for amount in amounts:  # 再分别给予10万元、5万元: tiers, none on top of another
            del amount["plus"]
    alike = len({a["kind"] for a in standing}) == 1
    stages = stages_of(m, b, len(standing)) if len(standing) >= 2 else None
    told = re.search(r"分别|分档|按" if alike else r"分别|分档", promise + words_of(m, b))
    listed = labelled(m, b.promises, standing) if len(standing) >= 2 and "、" in promise else None
    if listed is None and stages is None and len(standing) >= 2 and (told or plain_list(m.text, standing)):
        each = bool(re.search(r"分别|分档|分级|依次|各", promise)) or plain_list(m.text, standing)
        aligned = align(m, b.conditions, len(standing), before, any_list=each)
        if aligned is not None:
            for amount, when in zip(standing, aligned.whens, strict=True):
                tree = all_of(when)
                if tree is not None:
                    amount["when"] = tree
            context = carried(m, [b], before)
            rest = without(m, b.conditions, aligned.start, aligned.end, context)
            if aligned.used is not None:
                rest = [n for n in rest if "fact" not in n or not (aligned.used[0] <= n["evidence"]["start"] < aligned.used[1])]
            draft.criteria = rest
            draft.amounts = amounts
            return
    draft.criteria = nodes_of(m, b.conditions, before)
    if len(standing) == 1 and m.text.startswith(("分别", "各"), b.promises[0][0]):
        draft.criteria = _either(draft.criteria)
    draft.amounts = amounts
    title = title_of(draft.criteria) if len(standing) >= 2 else None
    names: Sequence[Node | None] | None = beside_levels(m, title, standing) if title is not None else None
    rounds = rounds_of(m, b, draft.criteria, title) if title is not None and names is None and len(standing) == 2 else None
    if rounds is not None:
        names, draft.criteria = rounds
    elif names is not None:
        draft.criteria = [n for n in draft.criteria if n is not title]
    elif len(standing) >= 2:
        names, taken = stages or labelled(m, b.promises, standing), None
        if names is None and b.conditions and b.conditions[-1][1] == b.promises[0][0]:
            taken = b.conditions[-1]
            names = labelled(m, [(taken[0], b.promises[0][1]), *b.promises[1:]], standing)
        opening = next((node for node in names or () if node is not None), None)
        if opening is not None and taken is not None and taken[0] <= opening["evidence"]["start"] < taken[1]:
            draft.criteria = nodes_of(m, b.conditions[:-1], before)
        names = names or each_of(m, b.promises, len(standing))
        again = [regained(m, title, n) for n in names or () if n is not None] if title is not None else []
        if len(again) == len(standing) and all(again):
            names = again
            draft.criteria = [n for n in draft.criteria if n is not title]
    for amount, name in zip(standing, names or (), strict=False):
        if name is not None:
            amount["when"] = name
    for low, high in b.promises[1:]:
        added = [a for a in amounts if low <= a["evidence"]["start"] < high and not a.get("when")]
        named = labelled(m, [(low, high)], added) if m.text.startswith(("另", "再"), low) else None
        for amount, name in zip(added, named or (), strict=False):  # 另按省内1000元、省外3000元给予交通补助
            amount["plus"], amount["when"] = True, name
    others_in_brackets(m, amounts)


def _either(criteria: list[Node]) -> list[Node]:
    """被认定为甲的，被认定为乙的，分别奖励10万元: one sum for each title, so that any of them will do."""
    gains = [n for n in criteria if n.get("fact") == "qualification_granted"]
    either = any_of(gains) if len(gains) >= 2 else None
    return criteria if either is None else [*(n for n in criteria if n not in gains), either]


_WHO = {
    "entity_kind",
    "headquarters",
    "enterprise_size",
    "industry",
    "industry_theme",
    "ownership",
    "qualifications",
    "above_scale",
}
"""What the head of a phrase says of the enterprise: all tiers are for it, where no later tier speaks of the same."""


def _names_who(node: Node) -> bool:
    """Whether a condition only names whom the benefit is for, as one kind or as several of which one will do."""
    facts = {x["fact"] for x in leaves_of(node)}
    return node.get("fact") in _WHO or ("any" in node and bool(facts & _WHO) and facts <= _WHO | {"declared"})


def _tiered(m: Mentions, group: list[Benefit], draft: ItemDraft, before: Measured | None) -> None:
    """Several promises of one benefit: what the first says before its own last condition holds for all."""
    whole = level_behind(m, group[0], nodes_of(m, group[0].conditions, before))
    stairs = {id(b) for b in group[1:] if climbs(m, b)}
    if not read_amounts(m.text, group[0].promises):  # 按上年度营业收入分档给予奖励：…
        named = [x for a, z in group[0].promises for x in measures_in(m.text, a, z)]
        before = named[-1] if named else before
    if listed_sums(m, group[0], before):
        _single(m, group[0], draft, before)
        for i, b in enumerate(group[1:], start=2):
            own = [] if id(b) in stairs else nodes_of(m, b.conditions, carried(m, group[:i], before)) or bare_level(m, b)
            added = len(draft.amounts)
            _add(
                m,
                draft,
                b,
                [n for n in own if not any(same_leaf(n, s) for s in draft.criteria)],
                carried(m, group[:i], before),
            )
            for amount in draft.amounts[added:] if id(b) in stairs else ():
                amount["plus"] = True
        return
    giving = group if read_amounts(m.text, group[0].promises) else group[1:]
    names = [name_alone(m, b) for b in giving if id(b) not in stairs]
    names = names if all(names) else []
    later = [
        ([], b)
        if id(b) in stairs
        else (
            moved_title(m, b, whole)
            or count_moved(m, b, whole)
            or gained_alike(whole, nodes_of(m, b.conditions, carried(m, group[: i + 1], before)), words_of(m, b))
            or bare_level(m, b)
            or told_only(m, b)
            or (name_alone(m, b) if names else []),
            b,
        )
        for i, b in enumerate(group)
        if i > 0
    ]
    if len(later) >= 2 and len({title_only(nodes) for nodes, _ in later}) == 1 and title_only(later[0][0]):
        later = [([declared(m, *b.conditions[-1], origin="tier/kind")], b) for _, b in later]  # 钻石瞪羚…，白金瞪羚…
    later, told = by_verdict(m, whole, later)
    later_facts = {x["fact"] for nodes, _ in later for node in nodes for x in leaves_of(node)}
    first = group[0]
    typed_later = later_facts - {"declared"}
    lone = read_amounts(m.text, first.promises)
    whens = [n for n in whole if leaves_of(n) and {x["fact"] for x in leaves_of(n)} & typed_later] if typed_later else []
    if (
        not lone and whens
    ):  # 首次认定的，分档给予奖励：…; 重新认定的…: the lead gives nothing itself, its tiers are for whom it names
        later = [(nodes if shares_fact(nodes, whens) else [*whens, *nodes], b) for nodes, b in later]
        whens = []
        whole = [n for n in whole if not shares_fact([n], [x for nodes, _ in later for x in nodes])]
    whens = told or whens
    if whens:
        alike = [n for n in whole if any(bound_moved(m, n, o) for nodes, _ in later for o in nodes)]
        whens = [n for n in whole if n in whens or n in alike]
    part = all(is_for_some(m, b) or words_of(m, b).startswith("其中") for _, b in later)
    if (
        not whens
        and not part
        and names
        and lone
        and not any(first.conditions[-1][0] < x["evidence"]["end"] for n in whole for x in leaves_of(n))
    ):
        whens, whole = names[0], [*whole, *names[0]]
    bands = all(is_band(m, b) for _, b in later)
    said_later = any(nodes for nodes, _ in later) or any(n.get("fact") not in _WHO for n in whole)
    if not whens and whole and lone and not bands and not part and said_later:
        telling = [n for n in whole if not _names_who(n) or n.get("fact") in later_facts] or whole
        whens = counted_again(m, whole, group[1:]) or moved_by(telling, [words_of(m, b) for _, b in later])
    shared = [n for n in whole if n not in whens]
    draft.criteria = shared
    ceilings = [read_amounts(m.text, b.promises) for _, b in later]
    raised = [RAISED.search("".join(m.text[a:z] for a, z in b.promises)) for _, b in later]
    sums_only = all(len(c) == 1 and c[0]["kind"] == "capped" and "cap" in c[0] for c in ceilings)  # a share as ceiling has no sum
    of_share = len(lone) == 1 and lone[0]["kind"] in ("ratio", "matching") and "cap" in lone[0] and sums_only
    all_raised = all(len(c) == 1 for c in ceilings) and all(raised) and not of_share
    if len(lone) == 1 and lone[0]["kind"] in ("ratio", "per_unit") and all_raised:
        draft.criteria = whole
        draft.amounts = lone
        for (nodes, _), (other,) in zip(later, ceilings, strict=True):
            tree = all_of(nodes)
            if lone[0]["kind"] == "per_unit" and other["kind"] == "fixed":
                other = {**other, "kind": "per_unit", "unit": lone[0]["unit"]}  # 每人补助1000元，…的，标准提高至2000元
            amount = {
                **other,
                **{k: v for k, v in lone[0].items() if k in ("cap", "per", "base", "caps") and (k == "base" or k not in other)},
            }
            draft.amounts.append({**amount, "when": tree} if tree is not None else amount)
        return
    if (
        len(lone) == 1
        and not of_share
        and all(len(c) == 1 for c in ceilings)
        and all(LIFTED.search(m.text, b.start, b.end) for _, b in later)
    ):
        draft.criteria = whole
        draft.amounts = [
            *lone,
            *({**a, "when": tree} if (tree := all_of(n)) else a for (n, _), (a,) in zip(later, ceilings, strict=True)),
        ]
        return
    if of_share:
        draft.criteria = whole
        draft.amounts = lone
        for (nodes, _), (limit,) in zip(later, ceilings, strict=True):
            tree = all_of(nodes)
            amount = {**lone[0], "cap": limit["cap"], "evidence": limit["evidence"]}
            draft.amounts.append({**amount, "when": tree} if tree is not None else amount)
        return
    if len(lone) == 1 and lone[0]["kind"] in ("ratio", "matching") and "cap" not in lone[0] and sums_only:
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
    for position, (nodes, b) in enumerate(later, start=1):
        own = [n for n in nodes if not any(same_leaf(n, s) for s in shared)]
        added = len(draft.amounts)
        _add(m, draft, b, own, carried(m, group[:position], before))
        if id(b) in stairs:
            for amount in draft.amounts[added:]:
                amount["plus"] = True


def _named_sums(m: Mentions, b: Benefit, standing: list[dict[str, Any]]) -> list[Node | None] | None:
    """三星企业奖励1万元、四星企业奖励3万元: what each sum of one promise is for, the first named by the condition right before it."""
    low, high = b.conditions[-1]
    if high != b.promises[0][0]:
        return None
    return labelled(m, [(low, b.promises[0][1]), *b.promises[1:]], standing)


def _add(m: Mentions, draft: ItemDraft, b: Benefit, when: list[Node], before: Measured | None = None) -> None:
    amounts = read_amounts(m.text, b.promises)
    standing = [a for a in amounts if not a.get("plus")]
    aligned = align(m, b.conditions, len(standing), before) if len(standing) >= 2 else None
    names = None if aligned or len(standing) < 2 or not b.conditions else _named_sums(m, b, standing)
    for index, amount in enumerate(amounts):
        tree = all_of(aligned.whens[standing.index(amount)]) if aligned and amount in standing else all_of(when)
        if names is not None and amount in standing:
            tree = names[standing.index(amount)]
        if tree is not None:
            amount["when"] = tree
            climbs_from(m.text, amount, tree)
        if index == 0 and draft.amounts and comes_again(m, b):
            amount["plus"] = True
        draft.amounts.append(amount)
