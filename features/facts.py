"""Facts about an enterprise: a value, the period it describes, and where it came from."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Interval:
    """A number known only to lie between two bounds, both included (从业人数 10-19)."""

    low: Decimal
    high: Decimal

    def __post_init__(self) -> None:
        if self.low > self.high:
            raise ValueError("an interval's low end must not lie above its high end")


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened on a day: a title granted, a penalty, a benefit received."""

    code: str | None
    on: date
    first: bool | None = None


StateValue: TypeAlias = bool | Decimal | date | str | frozenset[str] | tuple[Event, ...] | Interval
PeriodValue: TypeAlias = bool | Decimal | str | Interval
FactValue: TypeAlias = (
    StateValue | Mapping[str, PeriodValue]
)  # a mapping for yearly and monthly facts: "2024" or "2024-07" -> value


class Absence(StrEnum):
    """Why a fact has no value; the four are never confused."""

    MISSING = "missing"  # 缺失: nobody has told us
    NOT_APPLICABLE = "not_applicable"  # 不适用: the question does not arise
    WITHHELD = "withheld"  # 未授权: exists, but we may not read it
    STALE = "stale"  # 过期: known once, too old to count


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where a value came from: the source, its record, the day it was recorded, and for derived values their inputs."""

    source: str
    record: str
    recorded_at: date | None = None
    derived_from: tuple[str, ...] = ()
    note: str = ""
