"""Drafts that are one item though they stand apart: what is supported in one place, by how much in another; kinds line by line."""

from __future__ import annotations

import re

from policies.extract.items import ItemDraft
from policies.extract.leaf import Node, leaves_of
from policies.extract.state import State
from policies.segmenting import Clause

_STANDARD = re.compile(r"(?:资金)?(?:支持|补助|补贴|奖励|资助|扶持|贴息|奖补)(?:资金)?(?:标准|额度|方式|金额|比例)")
_SUBJECT = re.compile(r"(?:支持|补助|补贴|奖励|资助|扶持|贴息|奖补)(?:的)?(?:内容|重点|方向|范围|项目|类别)")
_OUTER = ("root", "card", "chapter", "annex")


def join(state: State, root: Clause) -> None:
    """Bring together the drafts of one benefit before conditions are shared out."""
    standards = [c for c in root.walk() if _is_standard(state, c)]
    for clause in standards:
        start = _where_supported(clause, standards)
        if start is not None:
            _complete(state, clause, start)
    _without_leads(state, root)


def _is_standard(state: State, clause: Clause) -> bool:
    return clause.in_role in (None, "benefit") and bool(
        _STANDARD.match(clause.heading) or (clause.style == "label" and _STANDARD.match(state.m.text, clause.start))
    )


def _where_supported(clause: Clause, standards: list[Clause]) -> int | None:
    """Where the words begin that say what is supported: the clause that holds this one standard, or the section before it."""
    host: Clause | None = None
    for above in clause.ancestors():
        if above.style in _OUTER or sum(above.start <= s.start < above.end for s in standards) != 1:
            break
        host = above
    if host is not None:
        return host.start
    siblings = clause.parent.children if clause.parent is not None else []
    before = [c for c in siblings if c.end <= clause.start and _SUBJECT.match(c.heading)]
    return before[0].start if before else None


def _complete(state: State, clause: Clause, start: int) -> None:
    """The sums of the standard belong to what the words before it promise: to the one item, or to that whose name it repeats."""
    sums = [d for d in state.drafts if clause.start <= d.start < clause.end and d.amounts]
    named = [d for d in state.drafts if start <= d.start < clause.start]
    if len(sums) == 1 and sum(bool(d.amounts) for d in named) <= 1:
        (item,) = sums
        for draft in named:
            item.criteria = [*draft.criteria, *item.criteria]
            item.title = draft.title or item.title
        _drop(state, named)
        item.start = start
        item.words = state.m.text[item.start : item.end]


def _without_leads(state: State, root: Clause) -> None:
    """A promise without sums over a numbered list of promises with sums is their lead: whom it names, they are for."""
    for clause in root.walk():
        if not clause.children or not clause.paragraphs or clause.style == "root":
            continue
        first = clause.children[0].start
        leads = [d for d in state.drafts if clause.start <= d.start < first and d.end <= first and not d.amounts]
        below = [d for d in state.drafts if first <= d.start < clause.end and d.amounts]
        if not leads or not below:
            continue
        for draft in below:
            draft.criteria = [*(n for lead in leads for n in lead.criteria if not _is_words(n)), *draft.criteria]
        _drop(state, leads)


def _is_words(node: Node) -> bool:
    return any(x["fact"] == "declared" for x in leaves_of(node))


def _drop(state: State, drafts: list[ItemDraft]) -> None:
    gone = {id(d) for d in drafts}
    state.drafts = [d for d in state.drafts if id(d) not in gone]
