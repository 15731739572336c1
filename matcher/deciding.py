"""Every profile against every item, as lines of the interchange contract (`mianshen decide`)."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from features.profile import EnterpriseProfile
from matcher.amounts import benefit
from matcher.determination import item_truth
from matcher.verdicts import Verdict, of_bool
from policies.rules import RuleDocument


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was decided for one enterprise and one item; money in CNY, both None where ineligible, `high` None where unbounded."""

    uscc: str
    document_id: str
    item: int
    verdict: Verdict
    low: Decimal | None
    high: Decimal | None

    @property
    def key(self) -> tuple[str, str, int]:
        """Identity of the pair: credit code, document, item index."""
        return self.uscc, self.document_id, self.item


def decide_pair(document: RuleDocument, index: int, profile: EnterpriseProfile, as_of: date) -> Outcome:
    """The outcome of one pair without its reasons."""
    verdict = of_bool(item_truth(document, index, profile.facts, as_of))
    low: Decimal | None = None
    high: Decimal | None = None
    if verdict is not Verdict.NOT_MET:
        found = benefit(document.items[index], profile, as_of)
        low, high = found.low, found.high
    return Outcome(profile.uscc, document.meta.id, index, verdict, low, high)


def outcomes(documents: Sequence[RuleDocument], profiles: Iterable[EnterpriseProfile], as_of: date) -> Iterator[Outcome]:
    """One outcome a pair: profile by profile, in the order of documents and items."""
    for profile in profiles:
        for document in documents:
            for index in range(len(document.items)):
                yield decide_pair(document, index, profile, as_of)


def decide_all(documents: Sequence[RuleDocument], profiles: Iterable[EnterpriseProfile], as_of: date) -> Iterator[dict[str, Any]]:
    """The contract's lines: {"uscc", "document", "item", "status", "low", "high"}, money as plain decimal strings."""
    return (to_line(outcome) for outcome in outcomes(documents, profiles, as_of))


def to_line(outcome: Outcome) -> dict[str, Any]:
    """One outcome in the contract's form."""
    return {
        "uscc": outcome.uscc,
        "document": outcome.document_id,
        "item": outcome.item,
        "status": outcome.verdict.eligibility,
        "low": None if outcome.low is None else format(outcome.low, "f"),
        "high": None if outcome.high is None else format(outcome.high, "f"),
    }
