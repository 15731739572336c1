"""Amounts in the making: what one is called while it is read, the place of a figure in its promise, whom a ceiling counts by."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from policies.quantities import Quantity

Amount = dict[str, Any]


@dataclass(slots=True)
class Draft:
    """An amount with its place; `caps` gathers the ceilings that are told behind it, each with whom it counts by."""

    amount: Amount
    start: int
    end: int
    caps: list[tuple[int | float, str | None]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Figure:
    """A sum or a share of a promise `low:high` with the words around it.

    `lower` is the other end of a range; `before` begins behind the figure before, `piece` behind the last comma.
    """

    text: str
    q: Quantity
    lower: Quantity | None
    before: str
    piece: str
    after: str
    low: int
    high: int

    @property
    def start(self) -> int:
        """Where the figure begins, with the lower end of its range."""
        return self.q.start if self.lower is None else self.lower.start

    @property
    def is_range(self) -> bool:
        """Whether it goes from one figure to a higher one."""
        return self.lower is not None and self.lower.value < self.q.value


def is_band(draft: Draft) -> bool:
    """Whether the draft is only the part of a base (超过5000万元的部分) that a share behind it is taken of."""
    return bool(draft.amount["kind"] == "_band")


def last_of(drafts: list[Draft]) -> Draft | None:
    """The amount just before, if it is one."""
    return drafts[-1] if drafts and not is_band(drafts[-1]) else None


def limited(drafts: list[Draft], ceiling: float = 0) -> list[Draft]:
    """The drafts that a ceiling behind them limits: all alternatives of the same kind just before it.

    Where each has a ceiling of its own (最高分别为200万元、500万元), only a wider one (企业每年累计不超过2000万元) is of all.
    """
    last = drafts[-1]
    alike = [d for d in drafts if d.amount["kind"] == last.amount["kind"]]
    wider = all(d.caps and max(cap for cap, _ in d.caps) < ceiling for d in alike)
    if last.amount["kind"] in ("per_unit", "ratio", "matching") and (not last.caps or wider):
        return alike
    return [last]


_PER = (
    (
        "year",
        re.compile(
            r"每(?:家|户|个)?(?:企业|机构|单位|平台|园区)?[^，；。]{0,8}(?:每年|年度|当年|全年)|每年|年度|单一年度|当年|全年"
        ),
    ),
    ("project", re.compile(r"(?:单个|每个|同一|单项|单)[^，；。]{0,6}项目|单个(?:专利池|平台)|每项|一个项目")),
    ("person", re.compile(r"每人|单人|人均|个人")),
    ("enterprise", re.compile(r"每[家户]|单[家户]|单个(?:企业|主体|单位)|每个(?:企业|机构|单位)|同一企业|累计")),
)


def per_of(piece: str) -> str | None:
    """Whom or what a ceiling counts by."""
    return next((name for name, pattern in _PER if pattern.search(piece)), None)
