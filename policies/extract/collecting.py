"""The items of a whole document: whether it grants at all, what is common to its items, and what each keeps for itself."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from policies.clause_typing import ClauseChances
from policies.cleaning import clean
from policies.extract.among import join_some_of
from policies.extract.applying import apply_for
from policies.extract.by_way import told_by_way
from policies.extract.ceilings import limit_clauses, limits_apart
from policies.extract.circular import drop_picked
from policies.extract.definitions import define, explain
from policies.extract.direct_ways import direct_ways
from policies.extract.headed_firms import ask_headed_firms
from policies.extract.items import ItemDraft
from policies.extract.joining import join
from policies.extract.kinds_headed import ask_headed_kinds
from policies.extract.leaf import Node, all_of, leaves_of
from policies.extract.led_conditions import read_led_conditions
from policies.extract.mentions import Mentions
from policies.extract.moved import told_apart
from policies.extract.overlooked import take_overlooked
from policies.extract.own_names import drop_own_names, meet_defined
from policies.extract.persons import for_persons
from policies.extract.recognising import recognise, without_own_title
from policies.extract.references import resolve
from policies.extract.repeated import told_once
from policies.extract.reporting import is_report
from policies.extract.sharing import share
from policies.extract.state import State, beyond, distinct, flat, path_of
from policies.extract.tables import drop_pointers
from policies.extract.walking import walk
from policies.extract.ways import HANDED_IN, delivery_of, ways_told
from policies.segmenting import Clause
from policies.wording import in_standard_words

_EXCLUSIVE = re.compile(
    r"就高不重复|从高不重复|从优不重复|就高、不重复|就高不就低|不重复(?:享受|支持|奖励|奖补|补贴|补助|资助|扶持|计算|申报)|不得重复(?:申报|申请|享受)|不可重复|不予重复|不再重复|"
    r"(?:多级|多层级|多个|多项|不同(?:级别|层级|等级))[^，；。\d]{0,24}，?(?:均?按照?|就)(?:其中|其)?(?:的)?最高[^，；。\d]{0,12}(?:标准|级别|层级|金额|等级|档次|额度)"
)
_FOR_PLACES = re.compile(
    r"(?:高新技术产业开发区|经济技术开发区|(?<!科技)开发区|示范县|示范市|示范镇|特色小镇|文化礼堂|美丽乡村|示范村|美丽县城|海绵城市|智慧城市试点)[^，。企业]{0,10}(?:认定|"
    r"建设|创建|评定|设立|升级)[^，。企业]{0,14}(?:办法|标准|细则|规定|通知)"
)
_OF_OFFICIALS = re.compile(
    r"(?:工作|目标|任务|责任|招商引资|投资促进|绩效目标)[^，。企]{0,8}(?:考核|考评)[^，。企]{0,10}(?:办法|方案|细则|意见|规定|通知)"
)
_NAMING = re.compile(
    r"关于(?:命名|公布|表彰|授予|确认|公示|通报)[^，。]{2,60}(?:名单|\d+家|的决定|的通报|的通知|的公告|称号)|(?:名单|结果)(?:的)?(?:公示|公告|通知)?$"
)


@dataclass(frozen=True, slots=True)
class Collected:
    """The items of a document, its common criteria, whether its benefits exclude one another, references that lead nowhere, and the
    places of lists that were read because they read like conditions."""

    drafts: list[ItemDraft] = field(default_factory=list)
    common: Node | None = None
    exclusive: bool = False
    lost: list[tuple[int, int]] = field(default_factory=list)
    likely: list[tuple[int, int]] = field(default_factory=list)


def collect(m: Mentions, root: Clause, *, title: str, chances: ClauseChances) -> Collected:
    """What a document grants, and to whom; nothing where it grants nothing."""
    state = State(m, in_standard_words(clean(title)).text)
    if (
        for_persons(title, m.text)
        or title.endswith("批复")
        or _NAMING.search(title)
        or _FOR_PLACES.search(title)
        or _OF_OFFICIALS.search(title)
    ):
        return Collected()
    walk(state, root)
    if "条例" in title[-14:]:
        state.drafts = [d for d in state.drafts if d.amounts]
    _without_headline(state)
    _without_announced(state, root)
    drop_pointers(state)
    drop_own_names(state, root)
    drop_picked(state)
    meet_defined(state)
    join(state, root)
    join_some_of(state)
    told_once(state, root)
    if _is_stray(state):
        return Collected()
    limits_apart(state, root)
    limit_clauses(state, root)
    direct_ways(state, root)
    if state.drafts:
        recognise(state, root, title, apply_for)
    else:
        apply_for(state, root, title)
    told_by_way(state)
    _with_paths(state, root)
    ask_headed_kinds(state, root)
    define(state, root)
    share(state)
    explain(state, root)
    lost = resolve(state, root)
    ask_headed_firms(state, root)
    read_led_conditions(state, root)
    way = delivery_of(state, root)
    for draft in state.drafts:
        draft.delivery = way
    ways_told(state, root)
    likely = take_overlooked(state, chances)
    drafts, common, exclusive = _settled(state)
    without_own_title(state)
    return Collected(drafts, common, exclusive, lost, likely)


_ENDS = "。；：，"


def _without_headline(state: State) -> None:
    """The headline of a text, and what a report says in short at its start and in full below, are no items."""
    text = state.m.text
    end = text.find("\n")
    if end > 0 and text[end - 1] not in _ENDS and len(state.drafts) > 0:
        state.drafts = [d for d in state.drafts if d.end > end]
    state.drafts = [
        d for i, d in enumerate(state.drafts) if not (_is_heading(text, d) and _in_short(d, _sums(state.drafts[i + 1 :])))
    ]
    if not is_report(text):
        return
    opening = text.find("\n", end + 1) if end > 0 else -1
    told = _sums([d for d in state.drafts if d.start >= opening])
    state.drafts = [d for d in state.drafts if d.start >= opening or not _in_short(d, told)]


def _with_paths(state: State, root: Clause) -> None:
    """An item that was read from a clause as a whole stands under the headings over that clause as well."""
    for draft in state.drafts:
        if not draft.path:
            inmost = root
            while (inner := next((c for c in inmost.children if c.start <= draft.start < c.end), None)) is not None:
                inmost = inner
            draft.path = path_of(inmost)


_GROUNDS = re.compile(r"(?:制定|制订|出台)(?:了)?本(?:办法|细则|规定|规程|措施|政策|意见|方案|指南)")
_GENERAL = re.compile(r"总\s?则")


def _without_announced(state: State, root: Clause) -> None:
    """What the article of grounds and the general part say in passing of money that a later article gives with its sum: no items of their own."""
    sums = max((d.start for d in state.drafts if d.amounts), default=-1)
    articles = [c for c in root.walk() if c.style == "article"]
    said = [
        c
        for c in articles
        if c.start < sums
        and (_GROUNDS.search(state.m.text, c.start, c.end) or any(_GENERAL.fullmatch(x.heading) for x in c.ancestors()))
    ]
    state.drafts = [d for d in state.drafts if d.amounts or not any(c.start <= d.start < c.end for c in said)]


def _is_heading(text: str, draft: ItemDraft) -> bool:
    """Whether an item is a line of its own, with no mark in it, that gives nothing but a ceiling."""
    line = text[draft.start - 1 : draft.start] == "\n" == text[draft.end : draft.end + 1]
    bounds = all(a["kind"] == "capped" or a.get("ceiling") for a in draft.amounts)
    return line and bounds and not any(mark in text[draft.start : draft.end] for mark in _ENDS)


def _sums(drafts: list[ItemDraft]) -> set[Any]:
    return {x for d in drafts for a in d.amounts for x in (a.get("cap"), a.get("value"))} - {None}


def _in_short(draft: ItemDraft, told: set[Any]) -> bool:
    """Whether an item gives nothing but ceilings, one of which at least is told again further down."""
    own = [a.get("cap", a.get("value")) for a in draft.amounts]
    ceilings = all(a["kind"] in ("capped", "fixed") or a.get("ceiling") for a in draft.amounts)
    return bool(own) and ceilings and any(x in told for x in own)


_STRAY_IN, _STRAY = 2500, 0.03  # characters of text; the share of it that a stray promise is at most


def _is_stray(state: State) -> bool:
    """One promise without a sum in a long text that neither conditions nor an application follow: the text gives tasks."""
    if len(state.drafts) != 1 or state.sections or state.scopes or len(state.m.text) < _STRAY_IN:
        return False
    (draft,) = state.drafts
    return not draft.amounts and draft.end - draft.start <= _STRAY * len(state.m.text) and not HANDED_IN.search(state.m.text)


def _settled(state: State) -> tuple[list[ItemDraft], Node | None, bool]:
    """Common criteria stand once; in a document with one item everything stands in the item."""
    exclusive = bool(_EXCLUSIVE.search(state.m.text))
    state.common.extend(_said_of_all(state))
    shared = [n for n in distinct(state.common) if not _told_by_each(state.drafts, n)]
    common = all_of(shared)
    if len(state.drafts) != 1:
        for draft in state.drafts:
            draft.criteria = told_apart(state.m, beyond(shared, distinct(draft.criteria)), draft.amounts)
        return state.drafts, common, exclusive
    (draft,) = state.drafts
    spans = [c for c, _ in state.sections if c.style not in ("card", "label", "article", "chapter")]
    if spans and draft.amounts:
        draft.start = min([draft.start, *(c.start for c in spans)])
        for clause in spans:  # what stands between the promise and a list far behind it is about something else
            draft.end = max(draft.end, clause.end) if clause.start <= draft.end + _BESIDE else draft.end
    draft.criteria = told_apart(state.m, distinct([*(flat(common) if common else []), *draft.criteria]), draft.amounts)
    draft.exclusive = draft.exclusive or exclusive
    return state.drafts, None, False


_BESIDE = 3  # characters between a promise and the section right behind it
_LEAST_LED = 3  # two promises of one sentence repeat what its head says


def _said_of_all(state: State) -> list[Node]:
    """What one lead asks for every item of the text (对…的企业，给予以下奖励：) is asked of all, and taken from each."""
    drafts = state.drafts
    if len(drafts) < _LEAST_LED:
        return []
    first, *others = drafts
    told = [n for n in first.criteria if all(n in d.criteria for d in others)]
    ends = {id(n): max(x["evidence"]["end"] for x in leaves_of(n)) for n in told}
    shared = [n for n in told if "\n" in state.m.text[ends[id(n)] : first.start]]
    for draft in drafts:
        draft.criteria = [n for n in draft.criteria if n not in shared]
    return shared


def _told_by_each(drafts: list[ItemDraft], node: Node) -> bool:
    """新认定市级、省级中心 for all, where an item tells which of them for itself: the title is that item's, and nobody else's."""
    if node.get("fact") != "qualification_granted" or len(drafts) < 2:
        return False
    names = {str(code).rsplit(".", 1)[0] for code in node["value"] or ()}
    return any(names & {str(code).rsplit(".", 1)[0] for code in x["value"] or ()} for d in drafts for x in _gained(d))


def _gained(draft: ItemDraft) -> list[Node]:
    return [x for tree in draft.trees() for x in leaves_of(tree) if x["fact"] == "qualification_granted"]
