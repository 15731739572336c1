"""A bound that differs by size or trade: 研发投入占比达到以下要求：收入2亿元以上的企业不低于3%，2亿元以下的企业不低于4%.

Each line says whom it is for and what is asked of them; the lines are alternatives, for no enterprise is of two sizes at once.
"""

from __future__ import annotations

import re

from policies.extract.conditions import declared
from policies.extract.leaf import Node, all_of, any_of, leaf
from policies.extract.mentions import Mentions
from policies.extract.metrics import Measured, fits, metrics_in, plain
from policies.extract.periods import period_in
from policies.extract.typed import read_typed
from policies.quantities import Quantity, quantities

Span = tuple[int, int]

_LEAD = re.compile(
    r"[^。；：]{4,80}?(?:达到|符合|满足|不低于)?(?:以下|下列|如下)(?:规定|对应|相应)?(?:的)?(?:要求|标准|比例|条件|规定)(?:之一)?(?:的)?：?"
)
_WHO = re.compile(
    r"(?:(?:最近|近)一年)?(?P<who>[^：；。]{2,60}?)(?:的)?(?:企业|单位|机构)?(?:的)?，?(?:其)?(?:(?:研发|研究开发)?(?:费用|投入|经费)?(?:占比|比例|比重|强度))?(?:应|须|需|要)?(?:当|达到?)?"
)
_PARTS = re.compile(r"[；，、](?=[^；，、]{2,40}\d)")


def graded(m: Mentions, over: Span, lines: list[Span]) -> Node | None:
    """The alternatives that `lines` under the words `over` make; None where those name no metric, or a line is not of this form."""
    metrics = metrics_in(m.text, *over)
    if len(lines) < 2 or not metrics or _LEAD.fullmatch(m.text, *over) is None:
        return None
    measured = max(metrics, key=lambda x: (x.unit == "ratio", x.end - x.start))
    named = period_in(m.text, *over)
    trees: list[Node] = []
    context: Measured | None = None
    for low, high in lines:
        tree, context = _line(m, measured, (low, high), context, named[0] if named else None)
        if tree is None:
            return None
        trees.append(tree)
    return any_of(trees)


def _line(
    m: Mentions, measured: Measured, span: Span, context: Measured | None, period: str | None
) -> tuple[Node | None, Measured | None]:
    """Whom one line is for and what is asked of them; and the metric by which it tells them apart."""
    low, high = span
    found = [q for q in quantities(m.text, low, high) if fits(measured.unit, q)]
    if not found or found[-1].op in ("lt", "le"):
        return None, context
    asked = found[-1]
    begin = min(asked.start, asked.op_start)
    told = _WHO.fullmatch(m.text, low, begin)
    if told is None:
        return None, context
    start, stop = told.span("who")
    kinds = [f for f in read_typed(m, start, stop, both=True, context=context) if f.node["fact"] != measured.fact]
    own = [x for x in metrics_in(m.text, start, stop) if x.fact != measured.fact]
    covered = sum(f.end - f.start for f in kinds) * 2 >= stop - start
    who = [f.node for f in kinds] if covered else [declared(m, start, stop, origin="declared/graded")]
    return all_of([*who, _asked(measured, asked, begin, period)]), own[-1] if own else context


def _asked(measured: Measured, q: Quantity, begin: int, period: str | None) -> Node:
    end = max(q.end, q.op_end)
    return leaf(measured.fact, q.op or "ge", plain(q.value), begin, end, origin=f"graded/{measured.fact}", period=period)


def graded_inline(m: Mentions, start: int, end: int) -> Node | None:
    """The same in one line, the lines behind a colon parted by commas."""
    colon = m.text.find("：", start, end)
    if colon < 0 or not re.compile("以下|下列|如下").search(m.text, start, colon):
        return None
    lines: list[Span] = []
    low = colon + 1
    for mark in _PARTS.finditer(m.text, low, end):
        lines.append((low, mark.start()))
        low = mark.end()
    stop = end - (m.text[end - 1] in "。；")
    return graded(m, (start, colon + 1), [*lines, (low, stop)])
