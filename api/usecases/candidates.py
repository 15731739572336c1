"""Candidates of items that are already known to be met, without their whole reason: what the busy path ranks before it explains a few.

Equal to `matcher.ranking.candidate_of` on the determination, which a test holds; what does not depend on the enterprise is worked out once.
"""

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from types import MappingProxyType

from features.profile import EnterpriseProfile
from matcher.amounts import bounds
from matcher.determination import determine
from matcher.ports import Band, Candidate
from matcher.ranking import candidate_of
from policies.rules import PolicyItem, RuleDocument

_NOBODY = EnterpriseProfile("", MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class Blank:
    """An item's part of its candidates; `settled` are the bounds of an amount that is the same for everybody."""

    item: PolicyItem
    candidate: Candidate
    settled: tuple[Decimal, Decimal | None] | None


def blank_of(document: RuleDocument, index: int, as_of: date) -> Blank:
    """Everything about the item's candidates that no profile changes."""
    item = document.items[index]
    drawn = candidate_of(determine(document, index, _NOBODY, as_of), _NOBODY)
    band = Band.DIRECT if item.is_automatic else Band.ELIGIBLE
    same = all(a.when is None and a.base is None for a in item.amounts)
    return Blank(item, replace(drawn, band=band, unmet=0), bounds(item, _NOBODY, as_of) if same else None)


def met_candidate(blank: Blank, who: Candidate, profile: EnterpriseProfile) -> Candidate:
    """The candidate of an item that is met; `who` is any candidate of the same enterprise."""
    low, high = blank.settled or bounds(blank.item, profile, blank.candidate.as_of)
    c = blank.candidate
    return Candidate(
        who.uscc, c.document_id, c.item, c.band, c.delivery, c.category, low, high, c.as_of, c.title, c.deadline, c.level, c.policy_region,
        who.region, who.industry, who.size, who.ownership, who.age_years, who.qualifications, c.leaf_count, 0, c.amount_kinds,
    )  # fmt: skip
