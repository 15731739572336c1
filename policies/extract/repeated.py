"""Sums that a text says twice, in the promise and in a field or a section named after how much is given: one item."""

from __future__ import annotations

from typing import Any

from policies.extract.items import ItemDraft
from policies.extract.joining import drop, is_standard
from policies.extract.state import State
from policies.segmenting import Clause


def told_once(state: State, root: Clause) -> None:
    """Drop the items that only say the figures of another once more."""
    _told_twice(state, root)
    _without_repeated(state, root)


def _told_twice(state: State, root: Clause) -> None:
    """【奖补金额】一次性奖励20万元 beside 【支持方式】对获评…的企业给予20万元奖励: the bare sum is said once more."""
    for clause in root.walk():
        fields = [c for c in clause.children if c.style in ("label", "card") and is_standard(state, c)]
        if len(fields) < 2:
            continue
        inside = [d for d in state.drafts if any(c.start <= d.start < c.end for c in fields)]
        if len(inside) == 2 and len({_figures(d) for d in inside}) == 1:
            drop(state, [d for d in inside if not d.criteria][:1])


def _figures(draft: ItemDraft) -> tuple[tuple[Any, ...], ...]:
    return tuple((a["kind"], a.get("value"), a.get("rate"), a.get("cap")) for a in draft.amounts)


def _without_repeated(state: State, root: Clause) -> None:
    """政策内容：…按利息的50%给予资助，最高100万元, and 资助标准：… with the same figures in a section of its own: said once more, and no second item."""
    for clause in (c for c in root.children if is_standard(state, c)):
        before = {_figures(d) for d in state.drafts if d.start < clause.start and d.amounts}
        state.drafts = [d for d in state.drafts if not (clause.start <= d.start < clause.end and _figures(d) in before)]
