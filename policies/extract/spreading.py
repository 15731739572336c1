"""Tiers told under one heading, their sums under the next: 申报条件：…达到1亿元、5亿元的企业。 支持标准：分别奖励50万元、100万元。"""

from __future__ import annotations

import re
from collections.abc import Iterator

from policies.extract.enumerated import Aligned
from policies.extract.items import ItemDraft
from policies.extract.leaf import Node, all_of, leaves_of
from policies.extract.pieces import pieces, units
from policies.extract.state import State
from policies.extract.sumlists import conditions_beside
from policies.extract.tiers import align
from policies.segmenting import Clause

_EACH_ITS_OWN = re.compile(r"分别|依次|对应")


def spread(state: State, draft: ItemDraft, section: Clause, nodes: list[Node]) -> list[Node]:
    """Put the alternatives of a section's list on the item's sums, where these are as many and name none; the conditions that are left."""
    sums = [a for a in draft.amounts if not a.get("plus")]
    if len(sums) < 2 or any(a.get("when") for a in sums):
        return nodes
    levels = _levels(state, draft)
    if len(levels) != len(sums) and not _EACH_ITS_OWN.search(draft.words):
        return nodes
    found = _aligned(state, section, len(sums))
    if found is None:
        return nodes
    draft.criteria = [n for n in draft.criteria if not (n.get("fact") == "declared" and n["value"] in levels)]
    for amount, when in zip(sums, found.whens, strict=True):
        tree = all_of(when)
        if tree is not None:
            amount["when"] = tree
    return [n for node in nodes for n in _left_of(state, node, found)]


_LEVEL = re.compile(r"(?:国家|省|市|区|县)级")


def _levels(state: State, draft: ItemDraft) -> list[str]:
    """国家级每个给予200万元，省级每个给予50万元: the levels that the sums are for, where each follows one."""
    ends = [a["evidence"]["end"] for a in draft.amounts if not a.get("plus")]
    begins = [draft.start, *ends[:-1]]
    return [found[-1] for low, high in zip(begins, ends, strict=True) if (found := _LEVEL.findall(state.m.text, low, high))]


def _aligned(state: State, section: Clause, count: int) -> Aligned | None:
    """The last list of so many alternatives among the section's conditions; a mere enumeration only where it is the only one."""
    mere: list[Aligned] = []
    for span in reversed(list(_conditions(state, section))):
        found = align(state.m, [span], count)
        if found is None:
            continue
        if any(str(n.get("origin")) != "tier/enumerated" for when in found.whens for n in when):
            return found
        mere.append(found)
    return mere[0] if len(mere) == 1 else None


def _conditions(state: State, section: Clause) -> Iterator[tuple[int, int]]:
    for clause in section.walk():
        for a, b in clause.paragraphs:
            for low, high, _ in units(state.m.text, a, b):
                for piece in pieces(state.m.text, low, high):
                    yield piece.start, piece.end


def _left_of(state: State, node: Node, found: Aligned) -> list[Node]:
    """What a condition says beside the list: nothing where it is the list."""
    spans = [x["evidence"] for x in leaves_of(node)]
    if not any(e["start"] < found.end and found.start < e["end"] for e in spans):
        return [node]
    if node.get("fact") != "declared":
        return []
    return conditions_beside(state.m, (spans[0]["start"], spans[0]["end"]), (found.start, found.end))
