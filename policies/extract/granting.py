"""Clauses that grant: paragraphs of promises, leads that hold for what follows, numbered tiers and parts below a lead."""

from __future__ import annotations

import re

from policies.extract.amounts import read_amounts
from policies.extract.benefits import benefits
from policies.extract.ceilings import limit_below, limit_paragraph
from policies.extract.conditions import inline_condition, read_typed
from policies.extract.grouping import grouped, only_limits
from policies.extract.items import ItemDraft, item_of
from policies.extract.leaf import Node, leaves_of
from policies.extract.pieces import Benefit, units
from policies.extract.sections import children_of
from policies.extract.standing import find_standing
from policies.extract.state import ANY, State, past_heading, path_of
from policies.extract.tierlists import all_tiers, elides, lines_joined, metric_before, over_clause, shared, telling, tiers_below
from policies.segmenting import Clause

_Group = list[Benefit]
_LEAST_SHARE = 0.35  # of a paragraph's length: a promise that is less than this stands beside other matters there
_TAIL = 4  # characters behind the last sentence of a paragraph: marks and brackets only
_TARGETED = re.compile(r"(?:对于?(?!其|该|上述|超|增量|新增部分)|凡|鼓励|支持|引导)")
_ANYBODY = re.compile(r"对(?:于)?(?:符合|满足|达到)(?:条件|要求|规定|标准)的")  # whom the sentence before has told
_GENERAL_GIFT = re.compile(r"给予|予以|实行|进行|可(?:享受|申请|获得)[^，；。]{0,20}(?:补贴|奖励|补助|资助)")
_SINGLE = re.compile(r"对(?:单个|每个|单家|每家|其中)")  # one of those that the sentence before names
_MANNER = re.compile(r"采取|采用|通过|按照?|根据|依据|由|原则上|具体|实行|其中|以")
_STANDARD = re.compile(r"(?:补助|补贴|奖励|资助|支持|扶持|奖补)(?:的)?(?:标准|方式|额度|金额)[：为]")
_LEAD_VERB = re.compile(r"(?:积极|大力)?(?:鼓励|支持|引导|推动|扶持)")
_SUBJECTS = {
    "qualifications",
    "industry_theme",
    "industry",
    "registered_region",
    "enterprise_size",
    "entity_kind",
    "above_scale",
    "headquarters",
    "ownership",
}


def grant_paragraphs(state: State, clause: Clause, *, upto: int | None = None) -> None:
    """The promises in the clause's own paragraphs; `upto` leaves the paragraphs from there on to the caller."""
    carried: tuple[_Group, int] | None = None
    first = len(state.drafts)
    for index, (a, b) in enumerate(clause.paragraphs[:upto]):
        standard = bool(_STANDARD.match(state.m.text, a))
        lead = carried[0] if carried is not None and standard else None
        carried = _paragraph(state, clause, (a, b), index, lead, carried[1] if carried else a)
    _without_heading(state, clause, first)
    lines_joined(state, first)


def _without_heading(state: State, clause: Clause, first: int) -> None:
    """对重大项目引进予以奖励, the heading over a paragraph that says how much: it names what is told there."""
    if len(clause.paragraphs) < 2 or len(state.drafts) < first + 2:
        return
    heading, following = state.drafts[first], state.drafts[first + 1]
    low, high = clause.paragraphs[0]
    if heading.amounts or not low - 8 <= heading.start <= heading.end <= high or state.m.text[high - 1] in "。；：":
        return
    del state.drafts[first]
    if not following.criteria and not any(a.get("when") for a in following.amounts):
        following.criteria = heading.criteria
    if len(state.drafts) == first + 1:
        following.start, following.title = clause.start, clause.heading or following.title
        following.words = state.m.text[following.start : following.end]


def _paragraph(
    state: State, clause: Clause, span: tuple[int, int], index: int, lead: _Group | None, lead_start: int
) -> tuple[_Group, int] | None:
    """Items of one paragraph; returns a promise without figures that a following 补助标准 paragraph may complete."""
    text = state.m.text
    if _names_document(state, text[span[0] : span[1]]):
        return None
    start = past_heading(state.m, clause, span[0], span[1], index)
    found = benefits(text, start, span[1], granting=(clause.role == "benefit" and clause.style == "label") or lead is not None)
    groups = _substantial(text, grouped(state.m, found))
    if not groups and lead is None:
        return None
    if lead is not None and state.drafts and groups:
        state.drafts.pop()
    drafts: list[ItemDraft] = []
    used: list[_Group] = []
    inherited: _Group | None = lead
    begin = lead_start if lead is not None else None
    for position, group in enumerate(groups):
        if not _figures(text, group) and position + 1 < len(groups) and _leads(text, group, groups[position + 1]):
            inherited, begin = group, group[0].start
            continue
        if (
            inherited is not None
            and inherited is not lead
            and _TARGETED.match(text, group[0].start)
            and not _follows_colon(text, inherited, group)
        ):
            inherited = None
        draft = item_of(state.m, group, metric_before(state, clause, start, group))
        if inherited is not None:
            draft.criteria = [*shared(state, inherited), *draft.criteria]
        drafts.append(draft)
        used.append(group)
    for draft in drafts:
        bound = len(drafts) == 1 and only_limits(state.m, groups[-1][0])
        _settle_span(state, clause, draft, len(drafts) == 1, span, index, bound=bound)
        if begin is not None and len(drafts) == 1:
            draft.start = min(draft.start, begin)
    if len(drafts) == 1 and _only_limits(state, groups[0], drafts[0]) and _limit_siblings(state, clause, drafts[0]):
        return None
    _once_only(state, clause, drafts, span[1])
    _from_lead(state, clause, groups, drafts, start)
    if len(drafts) > 1:
        _each_from_lead(state, used, drafts, start)
        limit_paragraph(state, drafts, start, span[1])
    state.drafts.extend(drafts)
    if len(groups) == 1 and not _figures(text, groups[0]):
        return groups[0], span[0] if index else clause.start
    return None


def _names_document(state: State, words: str) -> bool:
    """A line that is the document's own title again (对…予以资助) promises nothing yet."""
    bare = re.sub(r"\W", "", words)
    return len(bare) >= 6 and bare in re.sub(r"\W", "", state.title)


def _only_limits(state: State, group: _Group, draft: ItemDraft) -> bool:
    """A rule of its own that only caps: 同一申请人每年累计资助不超过8万元."""
    return not draft.criteria and len(draft.amounts) == 1 and only_limits(state.m, group[0])


def _limit_siblings(state: State, clause: Clause, draft: ItemDraft) -> bool:
    """Put such a cap on the items of the same list; False where there are none, or where it is a share and no sum."""
    parent = clause.parent
    siblings = [d for d in state.drafts if parent is not None and parent.start <= d.start < clause.start and d.amounts]
    if not siblings or parent is None or parent.style == "root" or "cap" not in draft.amounts[0]:
        return False
    value = draft.amounts[0]["cap"]
    for amount in (a for d in siblings for a in d.amounts):
        if "cap" not in amount:
            amount["cap"] = value
            if "per" in draft.amounts[0]:
                amount["per"] = draft.amounts[0]["per"]
        elif amount["cap"] != value:
            amount.setdefault("caps", []).append({"cap": value})
    return True


def _leads(text: str, group: _Group, following: _Group) -> bool:
    """Whether a promise without figures leads into the next: 给予落户奖励。纳税总额达到…的，奖励…"""
    if _follows_colon(text, group, following):
        return True
    return (
        _figures(text, following)
        and _GENERAL_GIFT.search(text, group[-1].promises[0][0], group[-1].end) is not None
        and (_TARGETED.match(text, following[0].start) is None or _SINGLE.match(text, following[0].start) is not None)
        and "\n" not in text[group[-1].end : following[0].start]
    )


def _follows_colon(text: str, group: _Group, following: _Group) -> bool:
    return "：" in text[max(group[-1].promises[-1][0], group[-1].end - 2) : following[0].start + 1]


def _figures(text: str, group: _Group) -> bool:
    return any(read_amounts(text, b.promises) for b in group)


def _substantial(text: str, groups: list[_Group]) -> list[_Group]:
    """Without general words (采取后补助方式给予支持) beside promises with figures."""
    groups = [
        g
        for g in groups
        if _figures(text, g)
        or not re.search(r"(?:上述|前款|本条)[^，；。]{0,4}(?:资助|标准|奖励|补贴|补助|规定)", text[g[0].start : g[-1].end])
    ]
    rich = {id(g) for g in groups if _figures(text, g)}
    if not rich:
        return groups
    return [g for g in groups if id(g) in rich or (g[0].conditions and not _MANNER.match(text, g[0].start))]


def _settle_span(
    state: State, clause: Clause, draft: ItemDraft, alone: bool, span: tuple[int, int], index: int, *, bound: bool
) -> None:
    """An item alone in its paragraph takes all of it, with the clause's mark if it is the first."""
    draft.title = clause.heading if alone else ""
    draft.path = path_of(clause)
    stop = state.m.text.find("。", draft.end - 1, span[1])
    own = draft.end - draft.start
    beside = own < _LEAST_SHARE * (span[1] - span[0]) and span[1] - span[0] > 80 and not bound
    last = not 0 <= stop < span[1] - _TAIL
    if alone and beside and not (last and _wishes_only(state.m.text, span[0], draft.start)):
        sentence = max(state.m.text.rfind(mark, span[0], draft.start) for mark in "。；\n") + 1 or span[0]
        told = _ANYBODY.match(state.m.text, draft.start) or _MANNER.match(state.m.text, draft.start)
        if told and sentence > span[0]:
            before = max(state.m.text.rfind(mark, span[0], sentence - 1) for mark in "。；\n") + 1 or span[0]
            draft.start = before
        elif own >= _LEAST_SHARE * (draft.end - sentence):
            draft.start = sentence
        draft.end = stop + 1 if stop >= 0 else draft.end
    elif alone:
        draft.start = clause.start if index == 0 and not clause.children and clause.style != "card" else span[0]
        draft.end = span[1]
    elif 0 <= stop <= draft.end + 1:
        draft.end = stop + 1
    draft.words = state.m.text[draft.start : draft.end]


_WISH = re.compile(
    r"(?:[^，；。：]{2,16}[。：])?(?:积极|大力|进一步|重点|全力|加强|加快|持续)*(?:鼓励|支持|引导|推动|推进|促进|扶持|发展|培育|打造|提升|完善|加强|加快)[^。；]*(?:[。；]|$)"
)


def _wishes_only(text: str, start: int, end: int) -> bool:
    """Whether all before the promise of a numbered paragraph only wishes for what it pays for: then it takes the whole paragraph."""
    wished = [_WISH.fullmatch(text, a, min(z + 1, end)) for a, z, _ in units(text, start, end)]
    return bool(wished) and all(wished) and text[max(start, end - 1)] in "。；"


_ABOUT = ("聚焦", "围绕", "针对", "面向")  # a field that the acting is about, and no trade of who acts


def _from_lead(state: State, clause: Clause, groups: list[_Group], drafts: list[ItemDraft], start: int) -> None:
    """鼓励跨境电商企业建设海外仓。对… : whom the lead (or the heading) names as its subject the promise is for."""
    if not groups:
        return
    leads: list[tuple[int, int]] = []
    if clause.paragraphs and clause.heading and state.m.text.startswith(clause.heading, clause.body):
        leads.append((clause.body, clause.body + len(clause.heading)))
    leads.extend((a, b) for a, b, _ in units(state.m.text, start, groups[0][0].start))
    for low, high in leads:
        verb = _LEAD_VERB.match(state.m.text, low, high)
        if verb is None:
            continue
        for f in read_typed(state.m, verb.end(), min(high, verb.end() + 60)):
            apart = f.start - verb.end() > 3 or state.m.text[verb.end() : f.start] in _ABOUT
            if f.node["fact"] not in _SUBJECTS or apart or state.m.text[f.end : f.end + 1] in ("、", "建", "设"):
                continue
            for draft in drafts:
                if not _speaks_of(draft, f.node["fact"]):
                    draft.criteria.insert(0, f.node)
    if len(drafts) == 1 and not drafts[0].criteria and not any(a.get("when") for a in drafts[0].amounts):
        drafts[0].criteria.extend(_wished(state, leads))


def _each_from_lead(state: State, groups: list[_Group], drafts: list[ItemDraft], start: int) -> None:
    """Of several promises in a paragraph, one that names nobody is for what the wish right before it names, and begins there."""
    low = start
    for group, draft in zip(groups, drafts, strict=True):
        if not draft.criteria and not any(a.get("when") for a in draft.amounts):
            leads = [(a, b) for a, b, _ in units(state.m.text, low, group[0].start) if _LEAD_VERB.match(state.m.text, a, b)]
            wished = _wished(state, leads)
            if wished:
                draft.criteria.extend(wished)
                draft.start = leads[-1][0]
                draft.words = state.m.text[draft.start : draft.end]
        low = draft.end


def _wished(state: State, leads: list[tuple[int, int]]) -> list[Node]:
    """鼓励企业建设海外仓。按照…给予补助: a promise that names nobody is for those who do what the lead wishes."""
    for low, high in reversed(leads):
        verb = _LEAD_VERB.match(state.m.text, low, high)
        if verb is not None and high - verb.end() >= 8:
            given = re.compile(r"，(?:并)?(?:给予|予以|按)").search(state.m.text, verb.end(), high)
            nodes = inline_condition(state.m, verb.end(), given.start() if given else high)
            if nodes:
                return nodes
    return []


def _speaks_of(draft: ItemDraft, fact: str) -> bool:
    trees = [*draft.criteria, *(a["when"] for a in draft.amounts if a.get("when"))]
    return any(x["fact"] == fact for tree in trees for x in leaves_of(tree))


def _once_only(state: State, clause: Clause, drafts: list[ItemDraft], end: int) -> None:
    """每家企业连续3年只能获得1次 stands beside the promise, in a sentence of its own: a condition of each item here."""
    if clause.start not in state.once:
        said = (f.node for span in clause.paragraphs for f in find_standing(state.m.text, *span))
        state.once[clause.start] = next((node for node in said if node["origin"] == "standing/once-only"), None)
    once = state.once[clause.start]
    if once is None or once["evidence"]["end"] > end:
        return
    for draft in drafts:
        if not _speaks_of(draft, "received_benefits"):
            draft.criteria.append({**once})


def grant_list(state: State, clause: Clause) -> bool:
    """A clause whose own paragraph leads into its numbered children; True where that settled the children too."""
    before = [i for i, (_, b) in enumerate(clause.paragraphs) if not clause.children or b <= clause.children[0].start]
    if not before:
        return False
    low, high = clause.paragraphs[before[-1]]
    text = state.m.text
    own = benefits(text, low, high)
    opens = bool(re.search(r"(?:以下|下列|如下)[^。；]{0,20}[：。]?$", text[low:high])) or text[low:high].endswith(
        ("：", "条件", "情形")
    )
    if not opens and (not own or _figures(text, own)) and not elides(state, clause):
        return False
    below = [[b for c in child.walk() for a, z in c.paragraphs for b in benefits(text, a, z)] for child in clause.children]
    if not any(below):
        return bool(own) and opens and _conditions_below(state, clause, own, before[-1])
    if not all(below):
        return False
    everything = [b for bs in below for b in bs]
    if text[low:high].endswith("其中：") and own and _figures(text, own):
        tiers_below(state, clause, low, high, own)
    elif own and not any(b.conditions for b in everything):
        _parts_below(state, clause, everything, own)
    elif all_tiers(state, clause, (low, high)):
        tiers_below(state, clause, low, high, own)
    elif own and not _figures(text, own):
        _items_below(state, clause, own)
    else:
        return False
    limit_below(state, clause, [a for b in own for a in read_amounts(text, b.promises)])
    for index, (a, b) in enumerate(clause.paragraphs):
        if index != before[-1]:
            _paragraph(state, clause, (a, b), max(index, 1), None, a)
    return True


def _conditions_below(state: State, clause: Clause, own: _Group, position: int) -> bool:
    """对符合下列条件之一的企业，给予…：(一)…(二)…"""
    low, high = clause.paragraphs[position]
    for group in grouped(state.m, own):
        draft = over_clause(state, clause, item_of(state.m, group))
        draft.criteria.extend(children_of(state, clause, any_one=bool(ANY.search(state.m.text[low:high]))))
        state.drafts.append(draft)
    return True


def _parts_below(state: State, clause: Clause, below: _Group, own: _Group) -> None:
    """…合计最高1亿元，包括：(一)最高2000万元落户奖励；… : the parts are further amounts of the one item."""
    draft = item_of(state.m, [own[-1]])
    for b in below:
        draft.amounts.extend(read_amounts(state.m.text, b.promises))
    state.drafts.append(over_clause(state, clause, draft))


def _items_below(state: State, clause: Clause, own: _Group) -> None:
    """对…的企业按以下标准给予奖励：(一)… : each child its own item, for whom the lead names."""
    lead = shared(state, own)
    first = len(state.drafts)
    for child in clause.children:
        if child.children and grant_list(state, child):
            continue
        grant_paragraphs(state, child)
        for grandchild in child.children:
            grant_paragraphs(state, grandchild)
    for draft in state.drafts[first:]:
        draft.criteria = [*(n for n in lead if telling(state, n)), *draft.criteria]
