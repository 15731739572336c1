"""What the matcher needs from outside: someone who can order candidates. The learned scorer lives in `models`."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import IntEnum
from typing import Protocol


class Band(IntEnum):
    """The four groups in which matches are shown; their order is fixed and no score moves a match across them."""

    DIRECT = 1  # 可直接享受(免申即享)
    ELIGIBLE = 2  # 符合条件,待申报
    NEAR = 3  # 差一点
    UNKNOWN = 4  # 无法判断
    NOT_MET = 5  # 暂不符合


@dataclass(frozen=True, slots=True)
class Candidate:
    """One enterprise beside one item, as much of it as an order may rest on; money in CNY, `high` None where unbounded.

    `unmet` counts the criteria still open or changeable; `deadline` is the last day to apply where the item has one.
    """

    uscc: str
    document_id: str
    item: int
    band: Band
    delivery: str
    category: str
    low: Decimal
    high: Decimal | None
    as_of: date
    title: str = ""
    deadline: date | None = None
    level: str | None = None
    policy_region: str | None = None
    region: str | None = None
    industry: str | None = None
    size: str | None = None
    ownership: str | None = None
    age_years: int | None = None
    qualifications: frozenset[str] = frozenset()
    leaf_count: int = 0
    unmet: int = 0
    amount_kinds: tuple[str, ...] = ()

    @property
    def key(self) -> tuple[str, str, int]:
        """Identity of the pair: credit code, document, item index."""
        return self.uscc, self.document_id, self.item


class Scorer(Protocol):
    """Says how useful each candidate is likely to be; it never sees, and never changes, a verdict's making."""

    @property
    def version(self) -> str:
        """The model's name and version, for the record."""
        ...

    def score(self, candidates: Sequence[Candidate]) -> Sequence[float]:
        """One finite score a candidate, higher first."""
        ...
