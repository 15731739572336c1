"""Kinds of enterprise named side by side (民营制造企业、外商投资企业, 小微企业和个体工商户): any of them may apply."""

from __future__ import annotations

import re

from policies.extract.leaf import Node, all_of, any_of, either_of

Placed = tuple[int, int, Node]

_OF_A_BODY = {
    "ownership",
    "enterprise_size",
    "entity_kind",
    "above_scale",
    "industry",
    "industry_theme",
    "headquarters",
    "taxpayer_kind",
}
_TELLING = {"ownership", "enterprise_size", "entity_kind", "taxpayer_kind"}
_JOIN = re.compile(r"、|，?以及|[和及与或]|或者")
_BODY_ENDS = re.compile(r"(?:企业|机构|单位|公司|主体|户|社|组织|院校|院所|高校|项目|法人|纳税人)(?:\([^()]{1,12}\))?$")


def side_by_side(text: str, items: list[Placed]) -> list[Placed]:
    """The items with each run of bodies that only joining words part made one alternative."""
    result: list[Placed] = []
    run: list[list[Placed]] = []
    for item in _own_bodies(text, _trades(text, items)):
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


_TRADES = {"industry", "industry_theme"}
_LISTED = re.compile(r"[、，]|以及|[和及与或]|或者")


def _trades(text: str, items: list[Placed]) -> list[Placed]:
    """Trades named one behind the other (批发和零售业，住宿和餐饮业，旅游企业) are alternatives."""
    result: list[Placed] = []
    run: list[Placed] = []
    for item in items:
        trade = item[2].get("fact") in _TRADES and item[2]["op"] in ("within", "has_any")
        if run and trade and _LISTED.fullmatch(text, run[-1][1], item[0]):
            run.append(item)
            continue
        result.extend(_one_trade(run))
        run = [item] if trade else []
        if not trade:
            result.append(item)
    return [*result, *_one_trade(run)]


def _one_trade(run: list[Placed]) -> list[Placed]:
    if len(run) < 2:
        return run
    parts: list[Node] = []
    for fact in sorted({node["fact"] for _, _, node in run}):
        nodes = [node for _, _, node in run if node["fact"] == fact]
        parts.append(_union(nodes) or nodes[0])
    either = any_of(parts)
    assert either is not None
    return [(run[0][0], run[-1][1], either)]


def _own_bodies(text: str, items: list[Placed]) -> list[Placed]:
    """小微企业、以单位方式参保的个体工商户: what the second body alone must be goes with it."""
    result: list[Placed] = []
    at = 0
    while at < len(items):
        both = _second_body(text, items, at)
        if both is not None:
            result[-1:] = [both]
            at += 2
            continue
        result.append(items[at])
        at += 1
    return result


def _second_body(text: str, items: list[Placed], at: int) -> Placed | None:
    """The body before and the one behind as alternatives, where `items[at]` is what only the one behind must be."""
    if not 0 < at < len(items) - 1 or items[at][2].get("fact") != "declared":
        return None
    before, (low, high, own), after = items[at - 1 : at + 2]
    if any(body[2].get("fact") not in _TELLING or not _is_epithet(body[2]) for body in (before, after)):
        return None
    joined = _JOIN.fullmatch(text, before[1], low) and _BODY_ENDS.search(text, max(0, before[1] - 16), before[1])
    theirs = all_of([own, after[2]])
    if not joined or text[high : after[0]] not in ("", "的") or theirs is None:
        return None
    either = any_of([before[2], theirs])
    return (before[0], after[1], either) if either is not None else None


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
    if len({(node["fact"], node["op"]) for node in nodes}) > 1 or nodes[0]["op"] not in ("in", "within", "has_any"):
        return None
    values = list(dict.fromkeys(value for node in nodes for value in node["value"]))
    evidence = {"start": nodes[0]["evidence"]["start"], "end": nodes[-1]["evidence"]["end"]}
    return {**nodes[0], "value": values, "evidence": evidence}


def _any(run: list[list[Placed]]) -> Node:
    (either,) = either_of([node for _, _, node in body] for body in run)
    return either
