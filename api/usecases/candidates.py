"""What the busy path knows of items that are already met: which of them come first, and their candidates, before any is explained.

Equal to `matcher.ranking.rank` of `candidate_of` on the determinations, which a test holds; what does not depend on the enterprise is
worked out once.
"""

from bisect import insort
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from types import MappingProxyType

from features.profile import EnterpriseProfile
from matcher.amounts import bounds, most_certain, settled_benefit
from matcher.determination import determine, doubts_of, plan_of
from matcher.evaluate import Reading
from matcher.ports import Band, Candidate
from matcher.ranking import candidate_of
from policies.rules import PolicyItem, RuleDocument

_NOBODY = EnterpriseProfile("", MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class Blank:
    """An item's part of its candidates, of whatever enterprise; `candidate.band` is the one where nothing is in doubt.

    `best` is the best place it can have, `settled` its bounds where they are the same for everybody, `is_plain` whether no enterprise
    can be in doubt, `asks` whether something is for the enterprise to declare.
    """

    document: RuleDocument
    item: PolicyItem
    candidate: Candidate
    best: tuple[Band, Decimal]
    settled: tuple[Decimal, Decimal | None] | None
    is_plain: bool
    asks: bool


def blank_of(document: RuleDocument, index: int, as_of: date) -> Blank:
    """Everything about the item's candidates that no profile changes."""
    item = document.items[index]
    drawn = candidate_of(determine(document, index, _NOBODY, as_of), _NOBODY)
    candidate = replace(drawn, band=Band.DIRECT if item.is_automatic else Band.ELIGIBLE, unmet=0)
    most, same, plan = most_certain(item), settled_benefit(item), plan_of(document, index)
    return Blank(
        document,
        item,
        candidate,
        (candidate.band, Decimal("-Infinity") if most is None else -most),
        None if same is None else (same.low, same.high),
        plan.home is None and plan.leaf_count > 0,
        plan.asks,
    )


def by_promise(blanks: Sequence[Blank]) -> tuple[int, ...]:
    """The positions by the best place that an enterprise could make of each: `first_of` looks at them in this order."""
    return tuple(sorted(range(len(blanks)), key=lambda position: blanks[position].best))


def first_of(met: Sequence[int], blanks: Sequence[Blank], promise: Sequence[int], reading: Reading, *, top: int) -> list[int]:
    """The `top` of the items that are met which the plain order shows first: see `matcher.ranking.plain_order`.

    `promise` says at which place of `by_promise` a position stands; whoever cannot come before what was found already is not looked at.
    """
    found: list[tuple[tuple[Band, Decimal, Decimal, date, str, int], int]] = []
    for position in sorted(met, key=promise.__getitem__):
        blank = blanks[position]
        c = blank.candidate
        if len(found) == top and blank.best > found[-1][0][:2]:
            break
        low, high = blank.settled or bounds(blank.item, reading)
        place = _band(blank, reading), -low, -low if high is None else -high, c.deadline or date.max, c.document_id, c.item
        insort(found, (place, position))
        del found[top:]
    return [position for _, position in found]


def open_worth_a_look(unknown: Sequence[int], blanks: Sequence[Blank], reading: Reading, *, most: int) -> list[int]:
    """Of the items that are open those among which the first `most` are; without a scorer.

    An item that asks the enterprise for nothing is 无法判断 whatever its reasons, and money comes before them in the plain order.
    """
    asking = [position for position in unknown if blanks[position].asks]
    by_money: list[tuple[Decimal, Decimal, int]] = []
    for position in unknown:
        blank = blanks[position]
        if not blank.asks:
            low, high = blank.settled or bounds(blank.item, reading)
            by_money.append((-low, -low if high is None else -high, position))
    by_money.sort()
    last = by_money[most - 1][:2] if 0 < most < len(by_money) else None
    return [*asking, *(place[2] for place in by_money if last is None or place[:2] <= last)]


def met_candidate(blank: Blank, who: Candidate, reading: Reading) -> Candidate:
    """The candidate of an item that is met; `who` is any candidate of the same enterprise."""
    low, high = blank.settled or bounds(blank.item, reading)
    c = blank.candidate
    return Candidate(
        who.uscc, c.document_id, c.item, _band(blank, reading), c.delivery, c.category, low, high, c.as_of, c.title, c.deadline, c.level,
        c.policy_region, who.region, who.industry, who.size, who.ownership, who.age_years, who.qualifications, c.leaf_count, 0, c.amount_kinds,
    )  # fmt: skip


def _band(blank: Blank, reading: Reading) -> Band:
    in_doubt = not blank.is_plain and doubts_of(blank.document, blank.candidate.item, reading.profile)
    return Band.UNKNOWN if in_doubt else blank.candidate.band
