"""Sums that a text says twice, in the promise and in a field or a section named after how much is given: one item."""

from __future__ import annotations

import re
from typing import Any

from policies.extract.alike import figures_of
from policies.extract.items import ItemDraft
from policies.extract.joining import is_standard
from policies.extract.leaf import leaves_of
from policies.extract.state import State
from policies.segmenting import Clause


def told_once(state: State, root: Clause) -> None:
    """Drop the items that only say the figures of another once more."""
    _told_twice(state, root)
    _without_repeated(state, root)
    _without_overview(state, root)


def _told_twice(state: State, root: Clause) -> None:
    """【奖补金额】一次性奖励20万元 beside 【支持方式】对获评…的企业给予20万元奖励: the bare sum is said once more."""
    for clause in root.walk():
        fields = [c for c in clause.children if c.style in ("label", "card") and is_standard(state, c)]
        if len(fields) < 2:
            continue
        inside = [d for d in state.drafts if any(c.start <= d.start < c.end for c in fields)]
        if len(inside) == 2 and len({_figures(d) for d in inside}) == 1:
            state.drop([d for d in inside if not d.criteria][:1])


def _figures(draft: ItemDraft) -> tuple[tuple[Any, ...], ...]:
    return tuple((a["kind"], a.get("value"), a.get("rate"), a.get("cap")) for a in draft.amounts)


def _without_repeated(state: State, root: Clause) -> None:
    """政策内容：…按利息的50%给予资助，最高100万元, and 资助标准：… with the same figures in a section of its own: said once more, and no second item."""
    for clause in (c for c in root.children if is_standard(state, c)):
        before = {_figures(d) for d in state.drafts if d.start < clause.start and d.amounts}
        state.drafts = [d for d in state.drafts if not (clause.start <= d.start < clause.end and _figures(d) in before)]


_OVERVIEW = re.compile(r"(?:政策|项目|内容|申报|补贴|奖励)*(?:概述|简介|概况|概览|亮点|摘要|一览|速览|速读|导读|简述)")
_LEAST_FIGURES = 2


def _without_overview(state: State, root: Clause) -> None:
    """其中高企最高奖励20万元，平台最高奖励500万元，详细介绍如下：, over the parts that say so in full: the text in short, and no items."""
    parts = [c for c in root.children if c.paragraphs]
    if not parts:
        return
    spans = [(root.start, parts[0].start), *((c.start, c.end) for c in parts if _OVERVIEW.fullmatch(c.heading))]
    for low, high in spans:
        short = [d for d in state.drafts if low <= d.start and d.end <= high and d.amounts]
        below = {x for d in state.drafts if d.start >= high for a in d.amounts for x in figures_of(a)}
        told = {x for d in short for a in d.amounts for x in figures_of(a)}
        if told and told <= below and (len(told) >= _LEAST_FIGURES or all(map(_only_most, short))):
            state.drop(short)


def _only_most(draft: ItemDraft) -> bool:
    """研发费用补助正在申报中，最高可补助1500万元: a ceiling, and nobody named that is known."""
    return all(a["kind"] == "capped" for a in draft.amounts) and not any(
        x["fact"] != "declared" for tree in draft.trees() for x in leaves_of(tree)
    )
