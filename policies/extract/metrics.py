"""What a number may measure: the metrics of the lexicon, where the text names them, and whether a quantity fits one."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from functools import cache, lru_cache

from policies.lexicon import table
from policies.lexicon.sought import Sought
from policies.lexicon.telltale import compiled
from policies.quantities import Quantity

AREA = {"平方米", "平米", "㎡"}
PEOPLE = {"人", "名", "人次", "位"}
PIECES = {"件", "项", "个", "款"}


@dataclass(frozen=True, slots=True)
class _Metric:
    fact: str
    unit: str
    growth: str | None
    pattern: Sought
    tells: frozenset[str] | None


@cache
def _metrics() -> tuple[_Metric, ...]:
    rows = table("metrics")["metric"]
    read = compiled([row["pattern"] for row in rows])
    return tuple(
        _Metric(row["fact"], row["unit"], row.get("growth"), pattern, tells)
        for row, (pattern, tells) in zip(rows, read, strict=True)
    )


@dataclass(frozen=True, slots=True)
class Measured:
    """A metric's place in the text."""

    fact: str
    unit: str
    growth: str | None
    start: int
    end: int


def metrics_in(text: str, start: int, end: int) -> list[Measured]:
    """Every metric named in `text[start:end]`, in order; overlapping words go to the longer metric."""
    origin = max(0, start - 1)
    shifted = _metrics_of(text[origin:end], start - origin)
    return [Measured(h.fact, h.unit, h.growth, h.start + origin, h.end + origin) for h in shifted]


@lru_cache(maxsize=4096)
def _metrics_of(words: str, start: int) -> tuple[Measured, ...]:
    """The metrics of a stretch of text, which is read several times on the way from promises to criteria."""
    hits: list[Measured] = []
    characters = set(words)
    for metric in _metrics():
        if metric.tells is not None and metric.tells.isdisjoint(characters):
            continue
        hits.extend(
            Measured(metric.fact, metric.unit, metric.growth, m.start(), m.end())
            for m in metric.pattern.finditer(words, start)
            if m.end() > m.start()
        )
    hits.sort(key=lambda h: (-(h.end - h.start), h.start))
    chosen: list[Measured] = []
    for hit in hits:
        if not any(hit.start < c.end and c.start < hit.end for c in chosen):
            chosen.append(hit)
    return tuple(sorted(chosen, key=lambda h: h.start))


def fits(unit: str, q: Quantity) -> bool:
    if unit == "money":
        return q.is_money
    if unit == "ratio":
        return q.is_ratio
    if unit == "人":
        return q.unit in PEOPLE or q.unit == "个"
    if unit == "件":
        return q.unit in PIECES
    if unit == "㎡":
        return q.unit in AREA
    return q.unit == unit or (unit == "项" and q.unit in PIECES) or (unit == "家" and q.unit in ("家", "个"))


def plain(value: Decimal) -> int | float:
    """The number as JSON has it."""
    return int(value) if value == value.to_integral_value() else float(value)
