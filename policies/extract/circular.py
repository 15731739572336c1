"""Words of a promise that only name whom the document itself is going to pick: 获评的优秀工作室 in a call for such studios asks for nothing."""

from __future__ import annotations

import re

from policies.extract.leaf import Node
from policies.extract.state import State

_CALL = re.compile(r"认定|评选|征集|遴选|评审|评定|评估|申报|推荐|选拔|创建|备案")
_PICKED = re.compile(
    r"(?:对)?(?:最终|当年|新|已)?(?:经(?:[^，；。的]{0,8}(?:评审|评选|评价|审核))?(?:认定|评定|评选|授牌)|获评|入选|获选|被?评[为选][出为]?|获批|通过(?:评审|评选|认定))[为出]?的?(?P<name>[^，；。]{2,24})"
)
_HEADLINE = 80
_AFFIRMED = 0.75  # share of a name's pairs of characters that the title says as well


def drop_picked(state: State) -> None:
    """In a call with conditions of its own, take from an item without sums the name of what is picked by them."""
    title = state.title or state.m.text[:_HEADLINE].split("\n")[0]
    if not (state.sections or state.scopes) or _CALL.search(title) is None:
        return
    if len(state.sections) + len(state.scopes) > 1 and "认定" in title:
        for lists in (state.sections, state.scopes):
            lists[:] = [(clause, [n for n in nodes if not _holds_already(state, n)]) for clause, nodes in lists]
    for draft in state.drafts:
        if not draft.amounts:
            draft.criteria = [n for n in draft.criteria if not _is_picked(state, n, title)]


_HOLDS_ALREADY = re.compile(r"经[^，；。]{2,20}认定(?:并(?:授牌|挂牌|命名|公布))?(?:(?:，|的)[^；。]*)?")
"""经市局认定并授牌，从事培训的组织, in a card on that very recognition: who holds the title, and nothing one applies with."""


def _holds_already(state: State, node: Node) -> bool:
    if node.get("fact") != "declared":
        return False
    return _HOLDS_ALREADY.fullmatch(state.m.text, node["evidence"]["start"], node["evidence"]["end"]) is not None


def _is_picked(state: State, node: Node, title: str) -> bool:
    if node.get("fact") not in ("declared", "qualification_granted"):
        return False
    named = _PICKED.fullmatch(state.m.text, node["evidence"]["start"], node["evidence"]["end"])
    if named is None:
        return False
    name = re.sub(r"\([^()]*\)|\W", "", named["name"])
    pairs = [name[i : i + 2] for i in range(len(name) - 1)]
    return sum(pair in title for pair in pairs) >= _AFFIRMED * len(pairs)
