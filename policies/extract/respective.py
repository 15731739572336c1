"""Metrics in a row and their bounds in a row: 年产值和入库税收分别超过60亿元和9000万元、40亿元和6000万元的."""

from __future__ import annotations

import re

from policies.extract.bounds import behind_mark
from policies.extract.leads import narrowed
from policies.extract.leaf import Found, found
from policies.extract.metrics import Measured, fits, plain
from policies.extract.periods import period_in
from policies.quantities import Quantity

_JOIN = re.compile(r"(?:、|和|及|与|以及)(?:年度?|其|上缴|实现)?")
_SHARED = re.compile(r"(?:总额|额)?(?:的)?(?:同比)?(?:增速|增长率?|增幅)?(?:均)?分别(?:首次)?[^，；。\d]{0,6}")
_NEXT = re.compile(r"(?:以上|及以上|\([^()]{1,8}\))?(?:、|和|及|与|，)?")


def respective(text: str, start: int, metrics: list[Measured], numbers: list[Quantity], *, elided: bool) -> list[Found]:
    """The leaves of metrics that 分别 hands bounds to one by one; with `elided` row after row, else the first row only."""
    result: list[Found] = []
    at = 0
    while at < len(metrics):
        run = [metrics[at]]
        while at + len(run) < len(metrics) and _JOIN.fullmatch(text, run[-1].end, metrics[at + len(run)].start):
            run.append(metrics[at + len(run)])
        at += len(run)
        shared = _SHARED.match(text, run[-1].end) if len(run) > 1 else None
        if shared is not None:
            rows = _rows(text, run, [q for q in numbers if q.end > shared.end()], shared.end())
            result.extend(_leaves(text, start, run, rows if elided else rows[:1]))
    return result


def _rows(text: str, run: list[Measured], numbers: list[Quantity], at: int) -> list[list[Quantity]]:
    """The bounds behind 分别 that follow each other without a word between them, as many to a row as there are metrics."""
    row: list[Quantity] = []
    for q in numbers:
        if not (q.op_start <= at <= q.start or _NEXT.fullmatch(text, at, q.op_start)) or not _measures(run[len(row) % len(run)], q):
            break
        row.append(q)
        at = max(q.end, q.op_end)
    whole = len(row) // len(run) * len(run)
    return [row[i : i + len(run)] for i in range(0, whole, len(run))]


def _measures(metric: Measured, q: Quantity) -> bool:
    return fits(metric.unit, q) or (q.is_ratio and metric.growth is not None)


def _leaves(text: str, start: int, run: list[Measured], rows: list[list[Quantity]]) -> list[Found]:
    """One leaf for each metric of each row, the leaves of a row over the same words."""
    comma = behind_mark(text, start, run[0].start, "，；。：")
    if not rows or narrowed(text[comma : run[0].start], run[0].fact):
        return []
    near = period_in(text, comma, run[0].start)
    first = True if "首次" in text[comma : rows[0][0].start] else None
    op = next((q.op for row in rows for q in row if q.op), "ge")
    result: list[Found] = []
    for row in rows:
        low = run[0].start if row is rows[0] else row[0].op_start
        high = max(row[-1].end, row[-1].op_end)
        for metric, q in zip(run, row, strict=True):
            fact = metric.growth if q.is_ratio and metric.unit != "ratio" and metric.growth else metric.fact
            extra = {"period": near[0] if near else None, "first": first, "currency": None if q.currency == "CNY" else q.currency}
            result.append(found(fact, q.op or op, plain(q.value), low, high, origin=f"threshold/{fact}", rank=4, **extra))
    return result
