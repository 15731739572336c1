"""One condition told case by case: 成立满三年的，专利10件以上；成立不满三年的，专利5件以上. No enterprise is in two cases: they are alternatives."""

from __future__ import annotations

import re

from policies.extract.conditions import listed_condition
from policies.extract.leaf import Node, either_of, leaves_of
from policies.extract.mentions import Mentions
from policies.extract.pieces import units
from policies.extract.typed import read_typed

Span = tuple[int, int]

_CASE = re.compile(
    r"(?:其中，?|对于?|属于|属)?(?P<case>[^，；。：]{3,40}?)(?:的(?:申报)?(?:企业|单位|项目|机构|主体)?|(?<=企业)|(?<=单位)|(?<=机构))，(?:应当?|须|需|其)?(?P<then>[^；。]{4,})"
)
_NO_CASE = re.compile(r"不予|不得|不能|除外|给予|奖励|补[助贴]|可以?(?:申|享|放宽)|视同|优先")


def by_case(m: Mentions, start: int, end: int) -> list[Node] | None:
    """The criteria of running text in which sentences side by side tell cases of one fact; None where none do."""
    spans = [(low, high) for low, high, _ in units(m.text, start, end)]
    if len(spans) < 2:
        return None
    found = [_case(m, *span) for span in spans]
    for index in range(1, len(spans)):
        instead = _instead(m, spans[index - 1], spans[index]) if found[index - 1] is None else None
        if instead is not None:
            before = listed_condition(m, start, spans[index - 2][1]) if index > 1 else []
            behind = listed_condition(m, spans[index + 1][0], end) if index + 1 < len(spans) else []
            return [*before, *instead, *behind]
    for first in range(len(spans) - 1):
        last = first
        while last < len(spans) and found[last] is not None:
            last += 1
        told = [case for case in found[first:last] if case is not None]
        if len(told) >= 2 and _of_one_fact([case for case, _ in told]):
            before = listed_condition(m, start, spans[first - 1][1]) if first else []
            behind = listed_condition(m, spans[last][0], end) if last < len(spans) else []
            return [*before, *either_of([*case, *then] for case, then in told), *behind]
    return None


_BOUND = re.compile(r"(?:不低于|不少于|达到?|超过|不高于|不超过)\d|\d[\d.,]{0,9}(?:万|亿)?[一-龥㎡%]{1,4}(?:以上|以下|以内)")
_ALSO = re.compile(r"还|另|同时|并|均|也")
_WHOSE = re.compile(r"(?:[^，；。]{0,24}的)?[^，；。的]{2,12}?(?:项目|企业|单位|机构)，")


def _instead(m: Mentions, before: Span, after: Span) -> list[Node] | None:
    """固定资产投资不低于1亿元；租赁厂房的，设备投资不低于2000万元: a case with a bound of its own, in place of the bounds before it."""
    said = _CASE.fullmatch(m.text, *after)
    if said is None or m.text[before[1]] != "；" or _NO_CASE.search(m.text, *after) or _ALSO.search(m.text, *after):
        return None
    if _BOUND.search(m.text, *before) is None or _BOUND.search(m.text, *said.span("then")) is None:
        return None
    whose = _WHOSE.match(m.text, *before)
    if whose is None:
        return None
    low, shared = whose.end(), listed_condition(m, before[0], whose.end() - 1)
    case = [*listed_condition(m, *said.span("case")), *listed_condition(m, *said.span("then"))]
    return [*shared, *either_of([listed_condition(m, low, before[1]), case])]


def _case(m: Mentions, low: int, high: int) -> tuple[list[Node], list[Node]] | None:
    """What tells the case of one sentence, and what is asked in it."""
    said = _CASE.fullmatch(m.text, low, high)
    if said is None or _NO_CASE.search(m.text, low, high):
        return None
    case = [f.node for f in read_typed(m, *said.span("case"), both=True)]
    then = listed_condition(m, *said.span("then")) if case else []
    return (case, then) if case and then else None


def _of_one_fact(cases: list[list[Node]]) -> bool:
    """Whether all cases bound one fact, each in its own way."""
    shared = set.intersection(*({x["fact"] for n in case for x in leaves_of(n)} for case in cases))
    return any(
        len({repr([(x["op"], x.get("value")) for n in case for x in leaves_of(n) if x["fact"] == fact]) for case in cases})
        == len(cases)
        for fact in shared
    )
