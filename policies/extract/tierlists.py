"""Numbered lists whose lines are tiers of one benefit: what a line leaves out, the line before it or the lead over them said."""

from __future__ import annotations

import difflib
import itertools
import re
from typing import Any

from policies.extract.amounts import read_amounts
from policies.extract.benefits import benefits
from policies.extract.composing import measures_in
from policies.extract.conditions import declared, inline_condition
from policies.extract.distinct import of_another_name, of_other_facts, of_other_titles
from policies.extract.grouping import grouped
from policies.extract.items import ItemDraft, item_of
from policies.extract.leaf import Node, all_of, leaves_of
from policies.extract.metrics import Measured
from policies.extract.moved import RENEWED, moved_title, title_of
from policies.extract.pieces import Benefit, units
from policies.extract.promising import bounds_of, context_of, stitched, words_of
from policies.extract.state import State, past_heading, path_of
from policies.extract.thresholds import find_thresholds
from policies.extract.title_levels import without_levels
from policies.segmenting import Clause

_Group = list[Benefit]
_NEAR = 120  # how far before a promise the lead may name its metric
_SHORT, _LONG = 60, 120  # a line that only moves a bound; the same with its ceiling and its share spelt out


def over_clause(state: State, clause: Clause, draft: ItemDraft) -> ItemDraft:
    """The draft as an item that takes up the whole clause."""
    draft.start, draft.end, draft.title = clause.start, clause.end, clause.heading
    draft.words = state.m.text[draft.start : draft.end]
    draft.path = path_of(clause)
    return draft


def shared(state: State, group: _Group) -> list[Node]:
    """What the conditions of a promise without figures ask of everybody below it."""
    return [n for b in group for low, high in stitched(state.m.text, b.conditions) for n in inline_condition(state.m, low, high)]


def telling(state: State, node: Node) -> bool:
    """Whether a node of a lead says whom it is for, and is not just 按以下标准给予奖励."""
    return all(
        x["fact"] != "declared"
        or not re.search(r"标准|如下|以下|给予|奖励|按照", state.m.text[x["evidence"]["start"] : x["evidence"]["end"]])
        for x in leaves_of(node)
    )


def tiers_below(state: State, clause: Clause, low: int, high: int, own: _Group, *, granting: bool = False) -> None:
    """A list of tiers under one lead, at any depth (1.对内资企业：(1)… 2.对外资企业：(1)…): one item."""
    draft = ItemDraft(clause.start, clause.end)
    wished = _WISH.match(state.m.text, low, high) is not None  # 支持企业上台阶。 over the list: a heading
    lead = [] if wished else [n for n in inline_condition(state.m, low, high) if telling(state, n)]
    draft.criteria = shared(state, own) if own else lead
    context = led_by(state, low, high)
    for child in clause.children:
        amounts, context = _tiers(state, child, [], context, granting=granting)
        draft.amounts.extend(amounts)
    _retold(state, draft)
    state.drafts.append(over_clause(state, clause, draft))


_FIRST = re.compile(r"(?:对于?)?(?:首次|初次|新)(?:通过|获得?)?(?:认定|评定|获评|入选)?(?:的)?(?:企业)?(?:的)?")


def _retold(state: State, draft: ItemDraft) -> None:
    """对通过高新技术企业认定的企业：首次认定的…；重新认定的…: the title of the lead, gained as each tier says."""
    title = title_of(draft.criteria)
    if title is None:
        return
    told = False
    for amount in draft.amounts:
        when = amount.get("when") or {}
        if when.get("fact") == "qualifications" and title["op"] == "occurred" and _of_one_kind(title, when):
            told = True
            amount["when"] = {**title, "value": when["value"], "evidence": when["evidence"], "origin": "title/retold"}
        if when.get("fact") != "declared":
            continue
        low, high = when["evidence"]["start"], when["evidence"]["end"]
        gained = {**{k: v for k, v in title.items() if k != "period"}, "fact": "qualification_granted", "op": "occurred"}
        if _FIRST.fullmatch(state.m.text, low, high):
            moved = [{**gained, "first": True, "evidence": when["evidence"], "origin": "title/retold"}]
        else:
            moved = moved_title(state.m, Benefit(low, high, [(low, high)]), [title])
        if moved:
            told = True
            amount["when"] = moved[0]
    if told:
        draft.criteria = [n for n in draft.criteria if n is not title]


def _of_one_kind(title: Node, other: Node) -> bool:
    """Whether titles are those of the lead at some level: 对新获批的工程研究中心：1.国家工程研究中心…; 2.省级工程研究中心…"""
    heads = set(without_levels(title["value"]))
    return set(without_levels(other["value"])) <= heads


def all_regained(state: State, clause: Clause) -> bool:
    """Whether the first lines below a lead say nothing but that its title is gained first, or again."""
    found = [[b for a, z in c.paragraphs for b in benefits(state.m.text, a, z)] for c in clause.children]
    words = [state.m.text[slice(*bs[0].conditions[0])] for bs in found if len(bs) == 1 and len(bs[0].conditions) == 1]
    return len(words) == len(found) >= 2 and all(_FIRST.fullmatch(w) or RENEWED.fullmatch(w) for w in words[:2])


_SUM_LINE = re.compile(
    r"(?P<name>[^，；。：()\n]{2,16}\([^()\n]{2,120}\)|[^，；。：\n]{2,60}(?=：)|[^，；。：\d\n]{2,24}(?=\d|一次性|给予|奖励|补助|资助))：?(?:一次性|分别|给予|奖励|补助|资助|最高|不超过){0,3}(?P<sum>\d[\d.]{0,9}(?:万|亿)?元)(?:/[个家项])?[；。]?"
)


def sums_below(state: State, clause: Clause, own: _Group) -> bool:
    """对新获批的平台给予奖励，标准如下：1.国家级平台：200万元；2.省级平台：30万元: a name and a sum on each line are a tier; False where not."""
    parts = [(low, high) for c in clause.children for a, b in c.paragraphs for low, high, _ in units(state.m.text, a, b)]
    found = [line for low, high in parts if (line := _SUM_LINE.fullmatch(state.m.text, low, high)) is not None]
    if len(found) < 2 or len(found) < len(parts) or any(c.children for c in clause.children):
        return False
    draft = ItemDraft(clause.start, clause.end)
    lead = shared(state, own)
    event = next((n for n in lead if n.get("fact") == "qualification_granted" and n["op"] == "occurred"), None)
    how: dict[str, Any] = {k: event[k] for k in ("fact", "op", "first", "period") if k in event} if event is not None else {}
    if event is None and any(_RAISED_TO.search(state.m.text, *span) for b in own for span in b.conditions):
        how = {"fact": "qualification_granted", "op": "occurred"}
        event = title_of(lead)
    for line in found:
        read = inline_condition(state.m, *line.span("name"))
        titles = [
            {**n, **how} if n["fact"] == "qualifications" else n
            for n in read
            if n.get("fact") in ("qualifications", "qualification_granted")
        ]
        tree = all_of(titles or [declared(state.m, *line.span("name"), origin="tier/line")])
        draft.amounts.extend({**amount, "when": tree} for amount in read_amounts(state.m.text, [line.span("sum")]))
    draft.criteria = [n for n in lead if n is not event]
    state.drafts.append(over_clause(state, clause, draft))
    return True


_RAISED_TO = re.compile(r"(?:升级|晋升|晋级|提升|创建|评定|认定)(?:成功)?为")
_WISH = re.compile(r"(?:积极|大力)?(?:鼓励|支持|引导|推动|扶持|促进|培育)[^，；。：]*[。]?$")


def led_by(state: State, low: int, high: int) -> Measured | None:
    """The metric that a lead names last: 按当年营业收入给予奖励：."""
    named = measures_in(state.m.text, low, high) if low < high else []
    return named[-1] if named else None


_APART = ("article", "cn", "chapter")  # sections of a text, each about something of its own


def metric_before(state: State, clause: Clause, start: int, group: _Group) -> Measured | None:
    """The metric that a promise which names none is measured by: of its own paragraph's lead, else of the line before it in the list."""
    before = led_by(state, max(start, group[0].start - _NEAR), group[0].start)
    if before is None and state.measured is not None:
        place, metric = state.measured
        beside = (
            place is clause
            or place is clause.parent
            or (place.parent is clause.parent and place.style == clause.style and clause.style not in _APART)
        )
        before = metric if beside else None
    own = context_of(state.m, group) or led_by(state, group[0].start, group[0].promises[0][1]) or before
    state.measured = (clause, own) if own is not None else None
    return before


_ON_TOP = re.compile(r"(?:在)?[^，；。]{0,6}基础上，?(?:再|另)?(?:增加|奖励|给予)|(?:另外?|再|额外|追加)(?:增加|奖励|给予|补助)")


def _tiers(
    state: State, clause: Clause, above: list[Node], context: Measured | None, *, granting: bool = False
) -> tuple[list[dict[str, object]], Measured | None]:
    """The amounts of a child and of what hangs below it, each with all the conditions on its way, and the metric they end with."""
    amounts: list[dict[str, object]] = []
    over = list(above)
    for a, b in clause.paragraphs:
        found = benefits(state.m.text, a, b, granting=granting)
        if not found:
            over.extend(inline_condition(state.m, a, b))
            context = led_by(state, a, b) or context
        for group in grouped(state.m, found):
            draft = item_of(state.m, group, context)
            context = context_of(state.m, group) or context
            bare = not draft.criteria and not any(a.get("when") for a in draft.amounts)
            if bare and len(group) == len(group[0].conditions) == 1:
                draft.criteria = [
                    declared(state.m, *group[0].conditions[0], origin="tier/class")
                ]  # 博士, in a list of who gets how much
            more = _ON_TOP.match(state.m.text, group[0].promises[0][0]) is not None
            for amount in draft.amounts:
                amount.update({"plus": True} if more else {})
                tree = all_of([*over, *draft.criteria, *([amount["when"]] if amount.get("when") else [])])
                amounts.append({**amount, "when": tree} if tree is not None else amount)
    for child in clause.children:
        below, context = _tiers(state, child, over, context, granting=granting)
        amounts.extend(below)
    return amounts, context


def all_tiers(state: State, clause: Clause, lead: tuple[int, int]) -> bool:
    """Whether every child only moves a threshold, a level or a class of the same benefit."""
    ends = [c for child in clause.children for c in child.walk() if not c.children]
    longest = max((len(state.text_of(c)) for c in ends), default=0)
    if len(ends) < 2 or longest > _LONG or _named_parts(state, clause) or _each_its_own(state, ends):
        return False
    if longest <= _SHORT and _same_facts(state, ends):
        return True
    return longest <= 28 or _only_bounds(state, ends, led_by(state, *lead))


def _each_its_own(state: State, ends: list[Clause]) -> bool:
    """1.对新引进的总部企业，给予…；2.对获评绿色工厂的企业，给予…: lines for receivers of their own, of whom no other line speaks."""
    m = state.m
    found = [[b for low, high in c.paragraphs for b in benefits(m.text, low, high)] for c in ends]
    if any(len(bs) != 1 or len(bs[0].conditions) != 1 for bs in found):
        return False
    lines = [bs[0] for bs in found]
    if not all(_OF_THEIR_OWN.fullmatch(m.text, *b.conditions[0]) for b in lines):
        return False
    return all(
        (of_other_facts(m, one, other) or of_another_name(m, [one], other) or of_other_titles(m, [one], other))
        or (
            difflib.SequenceMatcher(None, words_of(m, one), words_of(m, other)).ratio() < _KINDRED
            and not bounds_of(m, other, None)[0]
        )
        for one, other in itertools.combinations(lines, 2)
    )


_OF_THEIR_OWN = re.compile(r"(?:对于?|凡)[^，；。]{3,60}的[^，；。的]{0,12}")
_KINDRED = 0.6


def _named_parts(state: State, clause: Clause) -> bool:
    """(一)落户奖。一次性给予…；(二)贡献奖。按…: benefits with names of their own that nothing but the lead conditions."""
    names = [c.heading for c in clause.children]
    if not all(names) or len(set(names)) < len(names) or any(c.children for c in clause.children):
        return False
    behind = [past_heading(state.m, c, *c.paragraphs[0], 0) > c.body for c in clause.children if c.paragraphs]
    found = [b for c in clause.children for low, high in c.paragraphs for b in benefits(state.m.text, low, high)]
    return len(behind) == len(names) and all(behind) and not any(b.conditions for b in found)


def _same_facts(state: State, ends: list[Clause]) -> bool:
    facts = [{f.node["fact"] for a, b in c.paragraphs for f in find_thresholds(state.m.text, a, b, elided=True)} for c in ends]
    return all(facts) and all(f == facts[0] for f in facts)


def _only_bounds(state: State, ends: list[Clause], context: Measured | None) -> bool:
    """Whether the lines bound one and the same thing and ask for nothing else, however long their sums are told."""
    seen: set[str] = set()
    for c in ends:
        found = [b for low, high in c.paragraphs for b in benefits(state.m.text, low, high)]
        if not found or not found[0].conditions:
            return False
        facts, only = bounds_of(state.m, found[0], context)
        if not only or (seen and facts != seen):
            return False
        seen, context = facts, context_of(state.m, found) or context
    return True


_GIFT_NAME = re.compile(r"[一-龥“”]{2,14}")


def several_gifts(clause: Clause) -> bool:
    """给予以下补贴：1.社保补贴。… 2.岗位补贴。…: each child bears the name of what it gives."""
    names = [c.heading for c in clause.children]
    return len(set(names)) == len(names) >= 2 and all(_GIFT_NAME.fullmatch(name) for name in names)


_BARE = re.compile(r"(?:对)?(?:达到?|超过|突破|满|在)?\d")


def lines_joined(state: State, first: int) -> None:
    """Lines without numbers that only move the bound of the line before (…1000万美元以上的，奖励…): tiers of one item."""
    at = first
    while at < len(state.drafts):
        run = [state.drafts[at]]
        while at + len(run) < len(state.drafts) and _goes_on(state, run[0], state.drafts[at + len(run)]):
            run.append(state.drafts[at + len(run)])
        if len(run) > 1:
            lead = state.drafts[at - 1] if at > first else None
            for draft in run:
                draft.amounts = [_under(a, draft.criteria) for a in draft.amounts]
            run[0].criteria = []
            run[0].amounts = [a for draft in run for a in draft.amounts]
            run[0].end = run[-1].end
            del state.drafts[at + 1 : at + len(run)]
            if lead is not None and not lead.amounts and state.m.text[run[0].start - 2 : run[0].start].startswith("："):
                run[0].criteria, run[0].start, run[0].title = lead.criteria, lead.start, lead.title
                del state.drafts[at - 1]
                at -= 1
            run[0].words = state.m.text[run[0].start : run[0].end]
        at += 1


def _under(amount: dict[str, Any], criteria: list[Node]) -> dict[str, Any]:
    tree = all_of([*criteria, *([amount["when"]] if amount.get("when") else [])])
    return {**amount, "when": tree} if tree is not None else amount


def _goes_on(state: State, before: ItemDraft, draft: ItemDraft) -> bool:
    """Whether a line bounds the very fact that the line it follows bounds, and nothing else; behind a colon, or by a bare number."""
    facts = [{x["fact"] for n in d.criteria for x in leaves_of(n)} for d in (before, draft)]
    alone = len(facts[0]) == 1 and facts[0] == facts[1] and "declared" not in facts[0]
    if not alone or not draft.amounts or not before.amounts:
        return False
    opened = state.m.text[max(0, before.start - 2) : before.start].startswith("：")
    return _BARE.match(state.m.text, draft.start) is not None or (opened and not _apart(before, draft))


def _apart(before: ItemDraft, draft: ItemDraft) -> bool:
    """Whether two lines bound their fact by the same number, or grow apart in kind: no tiers of one benefit."""
    bounds = [[x.get("value") for n in d.criteria for x in leaves_of(n)] for d in (before, draft)]
    return bounds[0] == bounds[1] or {a["kind"] for a in before.amounts} != {a["kind"] for a in draft.amounts}


def elides(state: State, clause: Clause) -> bool:
    """1.实际到资1000万美元以上的，…；2.3000万美元以上的，…: whether later children lean on the metric of the first, without any lead."""
    if len(clause.children) < 2:
        return False
    context: Measured | None = None
    leaning, fact = False, set[str]()
    for child in clause.children:
        found = benefits(state.m.text, *child.paragraphs[0]) if child.paragraphs else []
        if not found or not found[0].conditions:
            return False
        if context is None:
            context = context_of(state.m, found)
            if context is None:
                return False
            fact, only = bounds_of(state.m, found[0], context)
        else:
            leaning = leaning or context_of(state.m, found) is None
            facts, only = bounds_of(state.m, found[0], context)
            only = only and facts == fact
        if not only:
            return False
    return leaning
