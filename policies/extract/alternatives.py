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


_BODIES = re.compile(
    r"[^，；。的]{0,40}(?:企业|机构|公司|协会|商会|平台|合作社|农场|大户|旅行社|商场|酒店|饭店|院校|高校|院所|医院|工商户|社会组织|社会团体|农户)等?"
)


def _are_bodies(text: str, before: tuple[int, int, Node], after: tuple[int, int, Node]) -> bool:
    """农业企业、家庭农场: kinds of bodies in a list, some of them known to no fact."""
    if "declared" not in (before[2].get("fact"), after[2].get("fact")):
        return False
    return all(
        node.get("fact") in {*WEAK, "declared"} and _BODIES.fullmatch(text, low, high) for low, high, node in (before, after)
    )


def joined(text: str, items: list[tuple[int, int, Node]]) -> list[Node]:
    """Neighbours joined by 或 become one disjunction, everything else stands side by side."""
    result: list[Node] = []
    group: list[tuple[int, int, Node]] = []
    last_end = -1
    for item in side_by_side(text, items):
        low, high, node = item
        between = text[last_end:low] if last_end >= 0 and last_end <= low else ""
        either = re.search(r"(?:，|；|、)?(?:或者?|抑或)[^，；。]{0,8}$", between) and len(between) <= 14
        beside = group and _BESIDE.fullmatch(between)
        if group and (
            either or (beside and (_are_firms(text, last_end, group[-1][2], node) or _are_bodies(text, group[-1], item)))
        ):
            group.append(item)
        else:
            result.extend(_either(group))
            group = [item]
        last_end = max(last_end, high)
    return [*result, *_either(group)]


def _either(group: list[tuple[int, int, Node]]) -> list[Node]:
    tree = any_of([node for _, _, node in group])
    return [] if tree is None else [tree]
