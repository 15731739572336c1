"""Cross references between clauses: 符合本办法第一条第(一)款第二项条件 brings in that clause's own conditions."""

from __future__ import annotations

import re

from policies.extract.items import ItemDraft
from policies.extract.leaf import Node, leaves_of
from policies.extract.sections import children_of, conditions_of
from policies.extract.state import ANY, State
from policies.numerals import number
from policies.segmenting import Clause

_N = r"[一二三四五六七八九十百\d]{1,5}"
REFERENCE = re.compile(
    rf"(?:符合|满足|具备|达到)(?:本)?(?:办法|细则|规定|政策|意见|措施|实施细则|实施办法)?(?:本)?第(?P<article>{_N})条"
    rf"(?:第?\(?(?P<part>{_N})\)?[款项])?(?:第?\(?(?P<point>{_N})\)?[款项目])?[^，；。]{{0,4}}(?:条件|要求|规定|标准)"
)


def resolve(state: State, root: Clause) -> list[tuple[int, int]]:
    """Put the referred conditions into the items that refer to them; returns the references that lead nowhere."""
    lost: list[tuple[int, int]] = []
    for draft in state.drafts:
        for m in REFERENCE.finditer(state.m.text, draft.start, draft.end):
            target = _target(root, m)
            if target is None:
                lost.append(m.span())
                continue
            if target.start <= draft.start < target.end:
                continue
            _bring(state, draft, m, target)
    return lost


def _bring(state: State, draft: ItemDraft, m: re.Match[str], target: Clause) -> None:
    nodes = (
        conditions_of(state, target) if m["part"] else children_of(state, target, any_one=bool(ANY.search(state.text_of(target))))
    )
    draft.criteria = [n for n in draft.criteria if not _only_refers(n, *m.span())]
    if m["part"]:
        draft.criteria = [*nodes, *draft.criteria]


def _only_refers(node: Node, start: int, end: int) -> bool:
    """Whether a declared leaf is nothing but the words of the reference."""
    leaves = leaves_of(node)
    return (
        len(leaves) == 1
        and leaves[0]["fact"] == "declared"
        and start - 2 <= leaves[0]["evidence"]["start"]
        and leaves[0]["evidence"]["end"] <= end + 2
    )


def _target(root: Clause, m: re.Match[str]) -> Clause | None:
    """The clause that the words point to; None where the text has no such clause."""
    wanted = [number(m[name]) for name in ("article", "part", "point") if m[name]]
    clause = next((c for c in root.walk() if c.style == "article" and c.ordinal == wanted[0]), None)
    for ordinal in wanted[1:]:
        if clause is None:
            return None
        clause = next((c for c in clause.children if c.ordinal == ordinal), None)
    return clause
