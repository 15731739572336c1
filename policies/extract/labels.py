"""Tiers that a promise names beside its sums: 按博士每月3000元、硕士每月1500元的标准; 按照失能、自理老人每人每月300元、100元的标准."""

from __future__ import annotations

import re
from typing import Any

from policies.extract.conditions import declared
from policies.extract.leaf import Node
from policies.extract.mentions import Mentions

_EACH = r"(?:每[^，；。、\d每]{1,4}){0,2}"
_SUM = r"\d[\d.,]{0,9}(?:万|亿)?元"
_GIVEN = r"(?:(?:给予|奖励|补助|补贴|资助|发放|按照?|最高|一次性|不超过|标准为|为)+)?"
_NAME = r"[^，；。、：()“”\d每按]{2,14}?"
_BESIDE = re.compile(rf"(?:^|(?<=[，、：；])|按照?|其中，?)(?P<name>{_NAME})(?:的)?{_EACH}{_GIVEN}{_EACH}(?P<sum>{_SUM})")
_BEFORE = re.compile(
    rf"(?:按照?|对)(?P<list>[^，；。、：()\d每]{{1,14}}(?:、[^，；。、：()\d每]{{1,14}}){{1,5}}){_EACH}(?:分别)?{_GIVEN}{_EACH}(?P<sum>{_SUM})"
)
_NO_NAME = re.compile(
    r"年|[月日天]$|^(?:单|同一|一次|最|总|不|可|再|另|各|分|共|上|下|标准|金额|额度|奖|补|资|给|予|发|累|合|连|首|在|由|区|市|县|省|国|财政|企业|项目|其|该|即|约|人民币|至|的|和|及|或|并)"
)


def labelled(m: Mentions, promises: list[tuple[int, int]], amounts: list[dict[str, Any]]) -> list[Node] | None:
    """What each of the amounts of one promise is for, where the words right before every sum (or a list before all of them) name it."""
    ends = [a["evidence"]["end"] for a in amounts]
    for low, high in promises:
        if not low <= ends[0] <= ends[-1] <= high:
            continue
        beside = {h.end("sum"): h.span("name") for h in _BESIDE.finditer(m.text, low, high)}
        spans = [beside.get(end) for end in ends]
        if any(span is None for span in spans):
            spans = list(_listed(m.text, low, high, ends[0], len(ends)))
        named = [span for span in spans if span is not None and not _NO_NAME.search(m.text, *span)]
        if len(named) == len(ends) == len({m.text[a:b] for a, b in named}):
            return [declared(m, a, b, origin="tier/labelled") for a, b in named]
    return None


def _listed(text: str, low: int, high: int, end: int, count: int) -> list[tuple[int, int]]:
    """The parts of the list of names before the first sum, where they are as many as the sums."""
    for hit in _BEFORE.finditer(text, low, high):
        names = [(h.start(), h.end()) for h in re.compile("[^、]+").finditer(text, *hit.span("list"))]
        if hit.end("sum") == end and len(names) == count:
            return names
    return []
