"""Tiers that climb have lower bounds only: 1亿元以上5亿元以下奖励10万元，5亿元以上奖励50万元. A range that is no tier keeps both its ends."""

from __future__ import annotations

from typing import Any

from policies.extract.leaf import Node, all_of, leaves_of

_AT_LEAST, _AT_MOST = ("ge", "gt"), ("le", "lt")


def without_tops(criteria: list[Node], amounts: list[dict[str, Any]]) -> tuple[list[Node], list[dict[str, Any]]]:
    """The criteria and the amounts, of the ranges that are tiers of one measure the lower ends alone."""
    tiers = [a["when"] for a in amounts if a.get("when")]
    bounded = [{x["fact"] for x in leaves_of(tree) if x["op"] in _AT_LEAST and _is_number(x)} for tree in tiers]
    many = {fact for facts in bounded for fact in facts if len(amounts) > 1 and (sum(fact in f for f in bounded) > 1)}
    asked = {x["fact"] for node in criteria for x in leaves_of(node) if x["op"] in _AT_LEAST and _is_number(x)}
    many |= {fact for facts in bounded for fact in facts if fact in asked}
    if not many:
        return criteria, amounts
    kept = [{**a, "when": _lowered(a["when"], many)} if a.get("when") else a for a in amounts]
    tree = _lowered({"all": criteria}, many) if criteria else {}
    return tree.get("all") or ([tree] if tree else []), kept


def _is_number(x: Node) -> bool:
    return isinstance(x.get("value"), int | float) and not isinstance(x.get("value"), bool)


def _lowered(tree: Node, facts: set[str]) -> Node:
    """The tree, of `all` that bound such a fact from both sides, without the upper bound, whose words the lower one then has."""
    if "any" in tree:
        return {"any": [_lowered(child, facts) for child in tree["any"]]}
    if "all" not in tree:
        return tree
    kept: list[Node] = []
    for child in tree["all"]:
        low = next((k for k in kept if _ends_range(k, child)), None)
        if low is None or child["fact"] not in facts:
            kept.append(_lowered(child, facts))
            continue
        place = {"start": low["evidence"]["start"], "end": max(low["evidence"]["end"], child["evidence"]["end"])}
        kept[kept.index(low)] = {**low, "evidence": place}
    return all_of(kept) or tree


def _ends_range(low: Node, high: Node) -> bool:
    """Whether the second leaf bounds from above what the first bounds from below."""
    alike = low.get("fact") == high.get("fact") is not None and low.get("period") == high.get("period")
    return alike and low["op"] in _AT_LEAST and high["op"] in _AT_MOST and _is_number(low) and _is_number(high)
