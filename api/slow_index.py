"""Every item for one enterprise, one after the other: stands in until the bit-parallel index of the matcher is there."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from features.profile import EnterpriseProfile
from matcher.determination import item_truth
from policies.rules import RuleDocument


@dataclass(frozen=True, slots=True)
class Decided:
    """Positions of the items that are met and of those that are open."""

    eligible: Sequence[int]
    unknown: Sequence[int]


class RuleIndex:
    """See `matcher.index.RuleIndex`."""

    def __init__(self, documents: Sequence[RuleDocument], as_of: date) -> None:
        self._as_of = as_of
        self._items = [(d, i) for d in documents for i in range(len(d.items))]

    def decide(self, profile: EnterpriseProfile) -> Decided:
        """The items' verdicts."""
        truths = [item_truth(d, i, profile.facts, self._as_of) for d, i in self._items]
        return Decided([n for n, t in enumerate(truths) if t is True], [n for n, t in enumerate(truths) if t is None])
