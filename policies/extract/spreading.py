"""Tiers told under one heading, their sums under the next: 申报条件：…达到1亿元、5亿元的企业。 支持标准：分别奖励50万元、100万元。"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from policies.extract.composing import measures_in
from policies.extract.enumerated import Aligned
from policies.extract.items import ItemDraft
from policies.extract.leaf import Node, all_of, leaves_of
from policies.extract.pieces import pieces, units
from policies.extract.state import State
from policies.extract.sumlists import conditions_beside
from policies.extract.thresholds import find_thresholds
from policies.extract.tiers import align
from policies.segmenting import Clause

_EACH_ITS_OWN = re.compile(r"分别|依次|对应")


def spread(state: State, draft: ItemDraft, section: Clause, nodes: list[Node]) -> list[Node]:
    """Put the alternatives of a section's list on the item's sums, where these are as many and name none; the conditions that are left."""
    sums = [a for a in draft.amounts if not a.get("plus")]
    if len(sums) >= 2 and not sums[0].get("when") and all(a.get("when") for a in sums[1:]):
        return _climbing(state, sums, nodes)
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


def _climbing(state: State, sums: list[dict[str, Any]], nodes: list[Node]) -> list[Node]:
    """出口额首次突破1000万元的企业 in one field, 奖励10万元；突破5000万元的奖励30万元 in the next: the bound of the first sum, moved by the others."""
    text = state.m.text
    told = [str(a["when"].get("value")) for a in sums[1:] if a["when"].get("fact") == "declared"]
    worded = [n for n in nodes if n.get("fact") == "declared" and all(_moves(words, str(n["value"])) for words in told)]
    if len(told) == len(sums) - 1 and len(worded) == 1:
        sums[0]["when"] = worded[0]
        return [n for n in nodes if n is not worded[0]]
    bounds = [n for n in nodes if n.get("op") in ("ge", "gt")]
    named = [measures_in(text, n["evidence"]["start"], n["evidence"]["end"]) for n in bounds]
    if len(bounds) != 1 or not named[0]:
        return nodes
    moved: list[Node] = []
    for amount in sums[1:]:
        when = amount["when"]
        if when.get("fact") != "declared":
            return nodes
        low, high = when["evidence"]["start"], when["evidence"]["end"]
        found = find_thresholds(text, low, high, elided=True, context=named[0][-1])
        if len(found) != 1 or found[0].node["fact"] != bounds[0]["fact"] or found[0].end - found[0].start < _MOST_OF * (high - low):
            return nodes
        moved.append(found[0].node)
    for amount, bound in zip(sums, [bounds[0], *moved], strict=True):
        amount["when"] = bound
    return [n for n in nodes if n is not bounds[0]]


_BOUND = re.compile(
    r"(?:首次|累计)*(?P<how>低于|高于|超过|突破|达到?|不低于|不超过|不高于|不少于|满)\d[\d.]{0,9}(?P<unit>[^\d，；。的]{0,4})的?"
)


def _moves(words: str, before: str) -> bool:
    """低于1.25 behind PUE值低于1.3: nothing but the bound before, at another figure."""
    found = _BOUND.fullmatch(words)
    return found is not None and any(
        (m["how"], m["unit"][:1]) == (found["how"], found["unit"][:1]) or (m["how"] == found["how"] and not found["unit"])
        for m in _BOUND.finditer(before)
    )


_MOST_OF = 0.7  # of a tier's words: a bound and nothing else
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
