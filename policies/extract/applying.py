"""Documents that promise nothing but a title or a programme: applying for it is the item, over the conditions for it."""

from __future__ import annotations

import re

from policies.extract.items import ItemDraft
from policies.extract.leaf import Node, leaves_of
from policies.extract.state import State
from policies.segmenting import Clause

_APPLYING = re.compile(r"认定|申报|评选|遴选|征集|资助|补助|奖励|资金|评定|试点|示范|备案|推荐|入库|培育|申请|补贴|扶持")
_FOR_TITLE = re.compile(
    r"(?:申报|申请|认定|评定|推荐|参评)(?:为)?(?P<name>[^，。：；、]{3,30}?)(?:的(?:企业|单位|机构)?)?，?(?:应当?|须|需|必须)[^：。；]{0,16}(?:条件|要求|标准)[：。]?"
)
_LEAST_CONDITIONS = 2


def apply_for(state: State, root: Clause, title: str) -> None:
    """One item for each title that has conditions of its own, else one for the whole; none without conditions."""
    if not state.sections or "资金管理" in title or not _APPLYING.search(title + state.m.text[:3000]):
        return
    if sum(len(leaves_of(n)) for _, nodes in state.sections for n in nodes) < _LEAST_CONDITIONS:
        return
    if not _titles(state):
        state.drafts.append(_whole(state, root, title))


def _titles(state: State) -> bool:
    """申报试点单位应具备下列条件：… 申报示范单位应具备下列条件：… are two items; what is asked of both is common."""
    named = [(c, m["name"]) for section, _ in state.sections for c in section.children if (m := _FOR_TITLE.match(state.text_of(c)))]
    if len({name for _, name in named}) < 2 or len(named) != len({name for _, name in named}):
        return False
    nodes = [n for _, nodes in state.sections for n in nodes]
    for clause, name in named:
        own = [n for n in nodes if _within(n, clause)]
        words = state.m.text[clause.start : clause.end]
        state.drafts.append(ItemDraft(clause.start, clause.end, own, title=name, words=words, path=("申报",)))
    state.common.extend(n for n in nodes if not any(_within(n, clause) for clause, _ in named))
    state.sections.clear()
    return True


def _within(node: Node, clause: Clause) -> bool:
    return all(clause.start <= x["evidence"]["start"] < clause.end for x in leaves_of(node))


def _whole(state: State, root: Clause, title: str) -> ItemDraft:
    """The item of the whole document: over the field that says what is got, else over the sections of conditions."""
    cards = [c for c in root.children if c.role == "benefit" and c.style == "card"]
    if cards:
        first = cards[0]
        start = first.children[0].start if first.children else first.paragraphs[0][0] if first.paragraphs else first.start
        return ItemDraft(start, first.end, title=title[:40], words=state.m.text[first.start : first.end], path=("申报",))
    (clause, nodes), *others = state.sections
    start, end = clause.start, _end(state, clause, nodes)
    for other, more in others:
        if other.parent is not clause.parent or state.m.text[end : other.start].strip():
            break
        end = _end(state, other, more)
    return ItemDraft(start, end, title=title[:40], words=state.m.text[start:end], path=("申报",))


def _end(state: State, clause: Clause, nodes: list[Node]) -> int:
    """The end of the paragraph with the section's last condition: what follows in the clause is procedure."""
    last = max((x["evidence"]["end"] for n in nodes for x in leaves_of(n)), default=clause.start)
    ends = [b for c in clause.walk() for _, b in c.paragraphs if b >= last]
    return min(ends, default=clause.end)
