"""Neighbouring leaves of one phrase that are alternatives: 甲或乙, and a sort of enterprise beside another kind of body."""

from __future__ import annotations

import re

from policies.extract.bodies import side_by_side
from policies.extract.leaf import Node, any_of
from policies.extract.residue import WEAK

_BESIDE = re.compile(r"(?:、|和|及|以及|与)(?:各类)?")


def _are_firms(text: str, at: int, before: Node, node: Node) -> bool:
    """小微企业和个体工商户: a sort of enterprise, and a kind of body that is none."""
    return node.get("fact") == "entity_kind" and before.get("fact") in WEAK - {"entity_kind"} and text[at - 2 : at] == "企业"


def joined(text: str, items: list[tuple[int, int, Node]]) -> list[Node]:
    """Neighbours joined by 或 become one disjunction, everything else stands side by side."""
    result: list[Node] = []
    group: list[Node] = []
    last_end = -1
    for low, high, node in side_by_side(text, items):
        between = text[last_end:low] if last_end >= 0 and last_end <= low else ""
        either = re.search(r"(?:，|；|、)?(?:或者?|抑或)[^，；。]{0,8}$", between) and len(between) <= 14
        if group and (either or (_BESIDE.fullmatch(between) and _are_firms(text, last_end, group[-1], node))):
            group.append(node)
        else:
            if group:
                result.append(any_of(group) if len(group) > 1 else group[0])  # type: ignore[arg-type]
            group = [node]
        last_end = max(last_end, high)
    if group:
        result.append(any_of(group) if len(group) > 1 else group[0])  # type: ignore[arg-type]
    return result
