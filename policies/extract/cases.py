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
