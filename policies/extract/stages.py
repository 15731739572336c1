"""Years of a benefit that are paid differently: 前三年按100%、后两年按50%; 第一年…，第二、三年…: each amount is for its own years."""

from __future__ import annotations

import re
from typing import Any

from policies.extract.conditions import declared
from policies.extract.leaf import Node, all_of, leaves_of
from policies.extract.mentions import Mentions

_N = r"[一二三四五六七八九十两\d]{1,2}"
YEARS = re.compile(
    rf"第{_N}(?:年?[至到和、-]第?{_N}){{0,4}}个?(?:会计|纳税|完整|自然)?年度?|(?:其|此|之)?[前后头首](?:续)?{_N}个?(?:会计|纳税|完整|自然)?年度?|首年|次年|(?<=，)(?:之后|以后|此后)"
)


_OPENED = re.compile(rf"[^，；。：\\d]{{0,8}}?(?:{YEARS.pattern})")
_END = re.compile(r"[。；\n]")


def told_by_years(m: Mentions, criteria: list[Node], amounts: list[dict[str, Any]], start: int) -> list[Node]:
    """Give each of several amounts the years right before it as its condition; returns the criteria without mere years."""
    standing = [a for a in amounts if not a.get("plus")]
    if len(standing) < 2:
        return criteria
    told: list[tuple[dict[str, Any], re.Match[str]]] = []
    low = start
    for amount in standing:
        begin, end = amount["evidence"]["start"], amount["evidence"]["end"]
        inside = _OPENED.match(m.text, begin, end)
        place = inside.end() if inside else begin if begin > low else end  # several shares of one base begin together
        found = list(YEARS.finditer(m.text, low, place))
        if found and not _END.search(m.text, found[-1].end(), place):
            told.append((amount, found[-1]))
        low = place
    if len({match[0] for _, match in told}) < 2:
        return criteria
    for amount, match in told:
        rest = [n for n in _parts(amount.get("when")) if not _only_years(m, n)]
        tree = all_of([*rest, declared(m, *match.span(), origin="tier/years")])
        if tree is not None:
            amount["when"] = tree
        amount.pop("years", None)  # 前三年 told how long the first is paid, not all of them
    return [n for n in criteria if not _only_years(m, n)]


def _parts(when: Node | None) -> list[Node]:
    if when is None:
        return []
    return list(when["all"]) if set(when) == {"all"} else [when]


def _only_years(m: Mentions, node: Node) -> bool:
    leaves = leaves_of(node)
    evidence = leaves[0]["evidence"]
    return (
        len(leaves) == 1
        and leaves[0]["fact"] == "declared"
        and YEARS.fullmatch(m.text, evidence["start"], evidence["end"]) is not None
    )
