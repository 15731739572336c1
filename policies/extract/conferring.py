"""A title that a document confers over conditions of its own is an item, beside the sums that go with it and where there are none."""

from __future__ import annotations

import re

from policies.extract.items import ItemDraft
from policies.extract.leaf import Node, leaves_of, less
from policies.extract.state import State
from policies.segmenting import Clause

_CONFERS = re.compile(
    r"(?:申请|申报)(?P<told>认定)?的?(?P<name>[^，。：；、]{3,20}?)(?:的(?:企业|单位|机构)?)?，?(?:应当?|须|需|必须)[^：。；]{0,8}(?:条件|要求)|"
    r"(?P<title>[^，。：；、应须需]{4,20}?)(?:的)?(?:认定|评价|备案|评定)(?:应当?|须|需|必须|得分|条件)[^：。；]{0,60}(?:条件|要求)"
)


_TITLE = ("认定",)


def confer(state: State) -> None:
    """申请认定示范基地，应当符合下列条件： where other items pay the bases: the title itself is an item, over its own conditions."""
    if not any(d.amounts for d in state.drafts):
        return
    for clause, nodes in list(state.scopes):
        if confers(state, clause):
            state.scopes.remove((clause, nodes))
            title_item(state, clause, nodes)
    for section, nodes in list(state.sections):
        if any(d.path == _TITLE for d in state.drafts) and (found := _CONFERS.match(state.text_of(section))) and found["title"]:
            state.sections.remove((section, nodes))  # beside another title with conditions of its own
            title_item(state, section, nodes)
    for at, (section, nodes) in enumerate(state.sections):
        for clause in (c for c in section.children if confers(state, c)):
            own = [n for n in nodes if clause.start <= place_of(n) < clause.end]
            nodes = less(nodes, own)
            state.sections[at] = (section, nodes)
            title_item(state, clause, own)


def confer_each(state: State) -> bool:
    """认定甲应当符合下列条件：… 认定乙应当符合下列条件：… with no sums at all: where two titles or more have lists of their own, each is an item."""
    lists = [(clause, nodes) for clause, nodes in state.scopes if confers(state, clause)]
    if len({state.text_of(clause).split("\n")[0] for clause, _ in lists}) < 2:
        return False
    for scope in lists:
        state.scopes.remove(scope)
        title_item(state, *scope)
    return True


def confers(state: State, clause: Clause) -> bool:
    """Whether a list of conditions says for which title of the document it is."""
    found = _CONFERS.match(state.text_of(clause))
    if found is None or found["title"] is not None:
        return found is not None and _of_the_title(state, found["title"])
    return found["told"] is not None or re.search(re.escape(found["name"]) + r"[^，。]{0,10}认定", state.title) is not None


def _of_the_title(state: State, name: str) -> bool:
    """Whether a body is one of those that the document is called after (专精特新中小企业认定需… in …专精特新中小企业培育细则)."""
    pairs = [name[i : i + 2] for i in range(len(name) - 1)]
    return sum(pair in state.title for pair in pairs) * 2 >= len(pairs)


def title_item(state: State, clause: Clause, nodes: list[Node]) -> None:
    """Put the title that a list of conditions is for among the items."""
    words = state.m.text[clause.start : clause.end]
    named = _CONFERS.match(state.text_of(clause))
    name = f"{named['name'] or named['title']}认定" if named is not None else clause.heading
    state.drafts.append(ItemDraft(clause.start, clause.end, nodes, title=name, words=words, path=_TITLE))
    state.drafts.sort(key=lambda d: d.start)


def place_of(node: Node) -> int:
    """Where the first words of a condition stand."""
    return min((int(x["evidence"]["start"]) for x in leaves_of(node)), default=-1)
