"""Running text of an eligibility section, sentence by sentence: whom one shuts out, whom it is for, what a name in it means."""

from __future__ import annotations

import re

from policies.extract.conditions import declared, inline_condition, listed_condition, read_typed
from policies.extract.leaf import Node, all_of, any_of, leaves_of
from policies.extract.pieces import units
from policies.extract.refusals import refusal_in
from policies.extract.state import State

Span = tuple[int, int]

_OBJECT = re.compile(r"[^，；。：]{0,24}?(?:对象|主体|范围|企业)?(?:是指|为|包括|须是|应为|适用于|须为)")
APPLIES = re.compile(
    r"(?:本[^，；。]{1,12}|以上[^，；。]{0,12}|上述[^，；。]{0,12})适用于(?P<who>[^；。]{4,160})|(?P<who2>[^；。]{6,140}?)(?:，|(?<=企业)|(?<=组织)|(?<=单位)|(?<=机构)|(?<=主体))(?:均)?(?:适用本(?:办法|"
    r"规定|细则|措施|意见)|可以?享受本(?:优惠)?(?:政策|办法|规定|措施)|(?:均)?可以?(?:依照|按照)?(?:本(?:办法|规定|细则|措施|意见))?(?:规定)?申(?:请|报)[^，；。]{0,20})"
)
_MEANS = re.compile(r"(?:其中，)?“?(?P<who>[^，；。：“”]{2,24}?)”?(?:是指|指(?![导引定标南挥]))")
_BENEFICIARY = re.compile(r"(?:企业|单位|机构|人才|人员|团队|总部|平台|基地|园区|主体|对象|项目|集群|中心)$")
_OF_THE_TEXT = re.compile(r"本[^，；。]{1,8}所[称指]")


ITS_FIRMS = re.compile(
    r"本[^，；。]{1,8}?(?:所称|中所称|所指|所述|中|所支持|所扶持|支持|扶持|涉及)的?“?(?:企业|单位|机构|申报主体|市场主体)”?，?(?:均|一律|应|须)?(?:是?指|为|是|(?:应|须|需|必须)?(?:同时)?(?:满足|符合|具备)：)"
)  # whom the text is for


def lines_of(state: State, start: int, end: int) -> list[Node]:
    """The conditions of running text: sentences that only condition are read together, the others each in its own way."""
    text = state.m.text
    spans = [(low, high) for low, high, _ in units(text, start, end)]
    meanings = [_meaning(text, *span) for span in spans]
    nodes: list[Node] = []
    plain: Span | None = None
    defined: list[Node] = []
    for index, (low, high) in enumerate(spans):
        if len(spans) > 1 and _OF_THE_TEXT.match(text, low, high) and not ITS_FIRMS.match(text, low, high):
            continue
        means = meanings[index] if index else None
        if means is not None:
            nodes.extend(_read(state, plain))
            plain = None
            who, said = means
            if _BENEFICIARY.search(text[slice(*who)]):
                defined.extend(_defined(state, who, said))
            continue
        refused = refusal_in(state.m, low, high)
        scope = scope_in(state, low, high) if refused is None else None
        if refused is None and scope is None:
            plain = (plain[0] if plain else low, high)
            continue
        nodes.extend(_read(state, plain))
        plain = None
        if refused is not None:
            nodes.extend(_refused(state, low, refused))
        elif scope is not None:
            nodes.extend(inline_condition(state.m, *scope))
    nodes.extend(_read(state, plain))
    if not defined:
        return nodes
    names = [text[slice(*m[0])] for m in meanings[1:] if m is not None]
    either = any_of(defined)
    return [*(n for n in nodes if not _is_named(text, n, names)), *([either] if either is not None else [])]


def _read(state: State, span: Span | None) -> list[Node]:
    return listed_condition(state.m, *span) if span is not None else []


def _refused(state: State, low: int, refused: Span) -> list[Node]:
    """A sentence that shuts somebody out, and the condition that may stand before it."""
    nodes: list[Node] = []
    if refused[0] - low >= 8:
        nodes.extend(inline_condition(state.m, *(scope_in(state, low, refused[0] - 1) or (low, refused[0] - 1))))
    nodes.extend(listed_condition(state.m, *refused, excluding=True))
    return nodes


def _meaning(text: str, start: int, end: int) -> tuple[Span, Span] | None:
    """其中，高新技术企业是指…: the name that a sentence explains, and the explanation."""
    found = _MEANS.match(text, start, end)
    if found is None or end - found.end() < 4:
        return None
    return found.span("who"), (found.end(), end)


def _defined(state: State, who: Span, said: Span) -> list[Node]:
    """The conditions in a beneficiary's definition: its parts where all are typed, else the whole sentence as it stands."""
    tree = all_of(listed_condition(state.m, *said))
    if tree is None:
        return []
    if any(x["fact"] == "declared" for x in leaves_of(tree)):
        named = read_typed(state.m, *who)  # 小微企业是指纳入…名录的企业: a kind that a fact knows
        if len(named) == 1 and (named[0].end - named[0].start) * 3 >= (who[1] - who[0]) * 2:
            return [named[0].node]
        return [declared(state.m, who[0], said[1], origin="declared/defined")]
    return [tree]


def _is_named(text: str, node: Node, names: list[str]) -> bool:
    """Whether a condition is nothing but one of the names that the text goes on to explain."""
    spans = [x["evidence"] for x in leaves_of(node)]
    return all(any(text[e["start"] : e["end"]] in name for name in names) for e in spans)


def scope_in(state: State, start: int, end: int) -> Span | None:
    """The words of 扶持对象是指… behind 是指, up to a mere enumeration (，包括…)."""
    text = state.m.text
    scope = APPLIES.fullmatch(text, start, end)
    if scope is not None:
        return scope.span("who") if scope["who"] else scope.span("who2")
    firms = ITS_FIRMS.match(text, start, end)
    if firms is not None:
        return firms.end(), end
    if not re.match(r"[^，；。]{0,24}(?:对象|主体|范围)(?:是指|为|包括|须是|应为)", text[start:end]):
        return None
    said = _OBJECT.match(text, start, end)
    if said is None:
        return None
    stop = re.compile(r"，(?:包括|具体包括|其中|主要包括)").search(text, said.end(), end)
    return said.end(), stop.start() if stop else end
