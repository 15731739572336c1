"""Kinds of enterprise named side by side (民营制造企业、外商投资企业, 小微企业和个体工商户): any of them may apply."""

from __future__ import annotations

import re

from policies.extract.leaf import Node, all_of, any_of

Placed = tuple[int, int, Node]

_OF_A_BODY = {"ownership", "enterprise_size", "entity_kind", "above_scale", "industry", "industry_theme", "headquarters"}
_TELLING = {"ownership", "enterprise_size", "entity_kind"}
_JOIN = re.compile(r"、|以及|[和及与或]|或者")
_BODY_ENDS = re.compile(r"(?:企业|机构|单位|公司|主体|户|社|组织|院校|院所|高校|项目|法人)(?:\([^()]{1,12}\))?$")


def side_by_side(text: str, items: list[Placed]) -> list[Placed]:
    """The items with each run of bodies that only joining words part made one alternative."""
    result: list[Placed] = []
    run: list[list[Placed]] = []
    for item in items:
        if not _is_epithet(item[2]):
            result.extend(_alternatives(text, run))
            run = []
            result.append(item)
            continue
        between = text[run[-1][-1][1] : item[0]] if run else ""
        if run and not between:
            run[-1].append(item)
        elif run and _JOIN.fullmatch(between) and _BODY_ENDS.search(text, max(0, run[-1][-1][1] - 16), run[-1][-1][1]):
            run.append([item])
        else:
            result.extend(_alternatives(text, run))
            run = [[item]]
    return [*result, *_alternatives(text, run)]


def _is_epithet(node: Node) -> bool:
    """Whether a leaf says what an enterprise is, and says it plainly."""
    return node.get("fact") in _OF_A_BODY and (node["op"] in ("in", "within", "has_any") or node.get("value") is True)


def _alternatives(text: str, run: list[list[Placed]]) -> list[Placed]:
    """A run of bodies as one alternative; as they stand where there is one body only, or none whose kind decides."""
    placed = [item for body in run for item in body]
    telling = sum(any(node["fact"] in _TELLING for _, _, node in body) for body in run)
    if len(run) < 2 or not telling or not _BODY_ENDS.search(text, max(0, placed[-1][1] - 16), placed[-1][1]):
        return placed
    low, high = placed[0][0], placed[-1][1]
    return [(low, high, _union([node for _, _, node in placed]) or _any(run))]


def _union(nodes: list[Node]) -> Node | None:
    """One leaf for bodies of one fact (民营企业和外资企业)."""
    if len({(node["fact"], node["op"]) for node in nodes}) > 1 or nodes[0]["op"] != "in":
        return None
    values = list(dict.fromkeys(value for node in nodes for value in node["value"]))
    evidence = {"start": nodes[0]["evidence"]["start"], "end": nodes[-1]["evidence"]["end"]}
    return {**nodes[0], "value": values, "evidence": evidence}


def _any(run: list[list[Placed]]) -> Node:
    trees = [tree for body in run if (tree := all_of([node for _, _, node in body])) is not None]
    either = any_of(trees)
    assert either is not None
    return either
