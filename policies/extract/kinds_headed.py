"""Lines side by side that are each headed by a kind of body: (一)内资企业。实缴资本…的，奖励…；(二)外资企业。…: asked of what the line gives."""

from __future__ import annotations

import re

from policies.extract.conditions import declared, inline_condition
from policies.extract.leaf import Node, all_of, leaves_of
from policies.extract.state import State
from policies.segmenting import Clause

_HEAD = re.compile(r"(?P<kind>[^，。：；、\d()“”]{2,14}?(?:企业|项目|机构|单位|公司|类|业))(?:\([^()]{1,12}\))?[。：]")
_DOES = re.compile(r"(?:支持|鼓励|引导|推动|促进|加强|加大|培育|实施|建设|打造|引进|招引|发展|壮大|做|对|新|给予|奖励|符合)")
_KINDS = {"industry", "ownership", "enterprise_size", "entity_kind"}
_NUMBERED = ("num", "num_paren", "cn_paren", "circle", "counted", "bullet", "letter", "cn")
_LEAST = 2  # one line alone may be called anything


def ask_headed_kinds(state: State, root: Clause) -> None:
    """Ask the kind of body that heads a line of what it gives, where the line beside it is headed by another kind."""
    for clause in root.walk():
        lines = [(child, node) for child in clause.children if (node := _kind(state, child)) is not None]
        if len(lines) < _LEAST or not any(_is_known(node) for _, node in lines):
            continue
        for child, node in lines:
            _ask(state, child, node)


def _is_known(node: Node) -> bool:
    return all(x["fact"] in _KINDS for x in leaves_of(node))


def _kind(state: State, clause: Clause) -> Node | None:
    """The kind of body that a line's heading names and nothing else, as a condition."""
    if clause.style not in _NUMBERED or not clause.paragraphs:
        return None
    low, high = clause.paragraphs[0]
    found = _HEAD.match(state.m.text, max(low, clause.body), high)
    if found is None or _DOES.match(found["kind"]) or found.end() == high:
        return None
    tree = all_of(inline_condition(state.m, *found.span("kind")))
    facts = {x["fact"] for x in leaves_of(tree)}
    if tree is None or not facts <= _KINDS | {"declared", "industry_theme"}:
        return None
    return tree if "declared" not in facts else declared(state.m, *found.span("kind"), origin="declared/headed")


def _ask(state: State, clause: Clause, node: Node) -> None:
    """Put the condition on the items that stand in the line, and on the sums of it that an item over several lines has."""
    for draft in state.drafts:
        if clause.start <= draft.start and draft.end <= clause.end:
            if not _says(draft.criteria, node):
                draft.criteria.insert(0, node)
            continue
        for amount in draft.amounts:
            when = amount.get("when")
            if clause.start <= amount["evidence"]["start"] < clause.end and not _says([when] if when else [], node):
                amount["when"] = all_of([node, *([when] if when else [])])


def _says(trees: list[Node], node: Node) -> bool:
    """Whether the conditions speak of the same facts already."""
    facts = {x["fact"] for x in leaves_of(node)} - {"declared"}
    return any(x["fact"] in facts for tree in trees for x in leaves_of(tree))
