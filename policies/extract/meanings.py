"""What a beneficiary's name means: 本公告所称小型微利企业，是指…的企业 behind the articles that promise such firms something.

The explanation takes the place of the name wherever an item names nobody else by it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from policies.extract.conditions import inline_condition
from policies.extract.items import ItemDraft
from policies.extract.leaf import Node, all_of, leaves_of
from policies.extract.pieces import units
from policies.extract.sections import children_of
from policies.extract.state import ANY, State, flat
from policies.segmenting import Clause

_MEANS = re.compile(
    r"(?:本[^，；。：]{1,8}|前款|上述|前述)所(?:称|指|述)(?:的)?“?(?P<name>[^，；。：“”]{2,20}?(?:企业|单位|机构|纳税人|工商户|组织|公司|平台|园区|基地|项目|人员|对象|主体))”?，?(?:均)?(?:是指|指|为|须|应)(?:同时)?(?:符合(?:以下|下列)条件的?：?)?"
)
_GENERAL = re.compile(r"(?:有关|相关|申报|申请|扶持|支持|奖励|补助|各类)*(?:企业|单位|机构|组织|公司|平台|项目|对象|主体|人员)")
_CALLED = re.compile(r"等[一二三四五六\d]个条件(?=的|$)")


def explain(state: State, root: Clause) -> None:
    """Give each explained name's conditions to the items whose condition it is."""
    told = {id(c) for c, _ in (*state.scopes, *state.sections)}
    for clause in root.walk():
        if id(clause) in told:
            continue
        for name, nodes in _explained(state, clause):
            for draft in state.drafts:
                if not clause.start <= draft.start < clause.end:
                    _put_in(state, draft, name, nodes)


def _explained(state: State, clause: Clause) -> Iterator[tuple[str, list[Node]]]:
    """The names that a clause explains, each with its conditions."""
    for start, end in clause.paragraphs:
        if "所" not in state.m.text[start:end]:
            continue
        for low, high, _ in units(state.m.text, start, end):
            found = _MEANS.match(state.m.text, low, high)
            if found is None or _GENERAL.fullmatch(found["name"]):
                continue
            stop = _CALLED.search(state.m.text, found.end(), high)
            nodes = inline_condition(state.m, found.end(), stop.start() if stop else high) if high - found.end() > 4 else []
            if high == end and clause.children and state.m.text[end - 1] == "：":
                nodes += children_of(state, clause, any_one=bool(ANY.search(state.m.text, low, end)))
            if nodes:
                yield found["name"], nodes


def _put_in(state: State, draft: ItemDraft, name: str, nodes: list[Node]) -> None:
    criteria: list[Node] = []
    for node in draft.criteria:
        if is_name(state, node, name):
            criteria.extend(nodes)
        else:
            criteria.append(_replaced(state, node, name, nodes))
    draft.criteria = criteria
    for amount in draft.amounts:
        if amount.get("when"):
            amount["when"] = _replaced(state, amount["when"], name, nodes)


def _replaced(state: State, node: Node, name: str, nodes: list[Node]) -> Node:
    """The tree with the explained name's leaf made into its conditions."""
    if is_name(state, node, name):
        return all_of(nodes) or node
    for word in ("all", "any"):
        if word in node:
            parts = [_replaced(state, part, name, nodes) for part in node[word]]
            return {**node, word: [leaf for part in parts for leaf in flat(part)] if word == "all" else parts}
    return node


def is_name(state: State, node: Node, name: str) -> bool:
    """Whether a condition says nothing but the name."""
    if node.get("fact") != "declared" or len(leaves_of(node)) != 1:
        return False
    said = state.m.text[node["evidence"]["start"] : node["evidence"]["end"]]
    return said.strip("的对于“”") in (name, name.removesuffix("企业"))
