"""Bounds by where a number stands in a row or a list: 5亿元、10亿元、20亿元以上, 10亿元以下、1亿元以上, 注册资本1000万元 in a list."""

from __future__ import annotations

import itertools
import re

from policies.extract.bounds import clause_start
from policies.extract.metrics import Measured
from policies.quantities import Quantity


def falling(text: str, found: list[Quantity]) -> dict[int, Quantity]:
    """10亿元以下、1亿元以上: a tier told from above, by where its upper bound stands; the lower is what it asks for."""
    return {
        q.start: low
        for q, low in itertools.pairwise(found)
        if q.op in ("lt", "le") and low.op in ("ge", "gt") and low.unit == q.unit and low.value < q.value
        if text[max(q.end, q.op_end) : low.op_start].strip("(含)") in ("、", "，", "且")
    }


_GROWN = re.compile(r"(?<!每)(?:同比|较上年|比上年|年均|较上一年度?)?(?:增长|增速|增幅|上升)(?:率|幅度)?(?:达|为|在)?$")


_REACHED = re.compile(r"(?:首次|实现|完成|达到?|突破|形成)[^，；。、]{0,10}$")
_CLOSED = re.compile(r"的|，|；|。|\n|、|且|并|及?至|-|~|\)|企业|$")


def bare_bound(text: str, start: int, q: Quantity, metrics: list[Measured], *, in_list: bool) -> str | None:
    """同比增长10%的企业, 首次实现营业收入1亿元的, in a list 注册资本1000万元: what is reached without 以上 is the least."""
    if q.is_ratio:
        grown = _GROWN.search(text, max(start, q.start - 10), q.start)
        behind = max(q.end, q.op_end)
        return "ge" if grown and re.match(r"的|，|；|、|且|并", text[behind : behind + 1]) else None
    before = next((m for m in metrics if m.end == q.start), None)
    if before is None or not _CLOSED.match(text, max(q.end, q.op_end)):
        return None
    if (in_list or _OF_WHOM.match(text, q.end)) and not _GIVEN_TO.search(text, max(start, before.start - 8), before.start):
        return "ge"
    return "ge" if _REACHED.search(text, clause_start(text, start, before.start), before.start) else None


_OF_WHOM = re.compile(r"的(?:企业|项目|单位|机构|，)")
_GIVEN_TO = re.compile(r"给予|予以|奖励|补助|补贴|支持|最高|不超过|按照?")


def closing_ops(text: str, found: list[Quantity]) -> dict[int, str]:
    """The bound that only the last of a list says holds for all of it: 5亿元、10亿元、20亿元以上."""
    ops: dict[int, str] = {}
    for q, following in reversed(list(itertools.pairwise(found))):
        op = following.op or ops.get(following.start)
        if q.op is None and op is not None and listed(text, q, following):
            ops[q.start] = op
    return ops


def listed(text: str, before: Quantity, q: Quantity) -> bool:
    """Whether two numbers of one kind stand in a row with nothing but a 、 or 和 and a bound between them."""
    between = text[before.end : q.op_start]
    return (
        bool(re.fullmatch(r"(?:及以上|以上|\(含\))?(?:至|到|~|-|—)?[^，；。、]{0,10}?[、或和及]", between))
        and before.unit == q.unit
    )


def heads_list(text: str, q: Quantity, found: list[Quantity]) -> bool:
    """Whether other sums of the same kind follow a bound: 批发、零售企业年销售额超过5亿元、1亿元的 bounds nobody by the first alone."""
    following = next((other for other in found if other.start >= max(q.end, q.op_end)), None)
    joined = following is not None and text[max(q.end, q.op_end) : following.op_start] == "、"
    return joined and following is not None and following.unit == q.unit
