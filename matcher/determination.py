"""The conclusion on one item for one enterprise on one day: verdict, findings by section, benefit, what is missing."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache
from typing import assert_never

from features.catalogue import Catalogue, load_catalogue
from features.facts import FactValue
from features.profile import EnterpriseProfile
from features.regions import NATIONAL
from matcher.amounts import Benefit, benefit
from matcher.evaluate import Finding, MissingFact, Reading, evaluate, missing_of
from matcher.once import Once
from matcher.truth import Truth, truth_of, under_region
from matcher.verdicts import Verdict, all_of
from policies.rules import Agg, AllOf, AnyOf, AtLeast, Criterion, Leaf, LeafValue, Not, Op, PolicyItem, RuleDocument, leaves

_PLACES = frozenset({"registered_region", "tax_region", "statistics_region", "moved_in_on", "settled_on"})


class Doubt(StrEnum):
    """Why a match that the rule allows is not offered by itself: the verdict stands, a person has to look first."""

    NO_CONDITIONS = "no_conditions"  # the rule names no condition at all: nothing was checked
    OTHER_REGION = "other_region"  # the enterprise is registered outside the region of the policy's issuer


@dataclass(frozen=True, slots=True)
class Determination:
    """What was decided and on what it rests.

    `common`, `own` and `tiers` are the findings on the document's common criteria, on the item's own, and on "at least one tier
    holds" (its parts stand in the order of the amounts that stand by themselves); None where there is no such demand.
    `benefit` is None where the enterprise is not eligible; what is in no section is never demanded. `doubts` say why a person should
    look before it is offered.
    """

    uscc: str
    document: RuleDocument
    index: int
    as_of: date
    verdict: Verdict
    in_force: bool
    common: Finding | None
    own: Finding | None
    tiers: Finding | None
    benefit: Benefit | None
    missing: tuple[MissingFact, ...]
    doubts: tuple["Doubt", ...] = ()

    @property
    def item(self) -> PolicyItem:
        """The item that was decided."""
        return self.document.items[self.index]

    @property
    def sections(self) -> tuple[Finding, ...]:
        """The findings that are there, in the order common, own, tiers."""
        return tuple(f for f in (self.common, self.own, self.tiers) if f is not None)


def tiers_of(item: PolicyItem) -> Criterion | None:
    """Where every amount that stands by itself has a condition, that at least one of them holds; else nothing."""
    standing = [a.when for a in item.amounts if not a.plus]
    conditions = tuple(w for w in standing if w is not None)
    return AnyOf(conditions) if standing and len(conditions) == len(standing) else None


@dataclass(frozen=True, slots=True)
class ItemPlan:
    """What of an item does not depend on the enterprise: its trees, and its top-level demands parted into leaves and branches.

    In `leaves` and `branches` a leaf that asks the same as another, of whatever item, is the same object and has no evidence, so that a
    `Reading` settles it once for all items.
    """

    common: Criterion | None
    own: Criterion | None
    tiers: Criterion | None
    leaves: tuple[Leaf, ...]
    branches: tuple[Criterion, ...]
    leaf_count: int
    asks: bool  # whether something is for the enterprise to declare
    home: str | None  # the issuer's region where the policy means its own without saying so: neither national nor naming a place

    @property
    def trees(self) -> tuple[Criterion | None, ...]:
        """Common, own, tiers."""
        return self.common, self.own, self.tiers


def plan_of(document: RuleDocument, index: int) -> ItemPlan:
    """The plan of an item; made once for each document object."""
    return _plans(document)[index]


def _plans_of(document: RuleDocument) -> tuple[ItemPlan, ...]:
    return tuple(_plan(document, item) for item in document.items)


_plans = Once(_plans_of, most=16_384)


def _plan(document: RuleDocument, item: PolicyItem) -> ItemPlan:
    trees = (None if item.without_common else document.common, item.criteria, tiers_of(item))
    demands = [d for tree in trees for d in _demands(tree)]
    own_leaves = sorted((_shared_leaf(d) for d in demands if isinstance(d, Leaf)), key=_may_change)  # what settles most comes first
    every = [leaf for tree in trees for leaf in leaves(tree)]
    branches = tuple(_shared(d) for d in demands if not isinstance(d, Leaf))
    issuer = document.meta.region or None
    return ItemPlan(
        *trees,
        tuple(own_leaves),
        branches,
        len(every),
        any(leaf.op is Op.DECLARED for leaf in every),
        None if issuer == NATIONAL or any(leaf.fact in _PLACES for leaf in every) else issuer,
    )


def _may_change(leaf: Leaf) -> bool:
    catalogue = load_catalogue()
    return leaf.fact not in catalogue or catalogue[leaf.fact].changeable


def _shared(criterion: Criterion) -> Criterion:
    match criterion:
        case Leaf():
            return _shared_leaf(criterion)
        case Not(part):
            return Not(_shared(part))
        case AtLeast(count, parts):
            return AtLeast(count, tuple(map(_shared, parts)))
        case AllOf(parts):
            return AllOf(tuple(map(_shared, parts)))
        case AnyOf(parts):
            return AnyOf(tuple(map(_shared, parts)))
        case _:
            assert_never(criterion)


def _shared_leaf(leaf: Leaf) -> Leaf:
    return _leaf_asking(leaf.fact, leaf.op, leaf.value, leaf.period, leaf.agg, leaf.first, leaf.currency)


@lru_cache(maxsize=65_536)
def _leaf_asking(
    fact: str, op: Op, value: LeafValue, period: str | None, agg: Agg | None, first: bool | None, currency: str | None
) -> Leaf:
    return Leaf(fact, op, value, period, agg, first, currency)


def _demands(criterion: Criterion | None) -> Iterator[Criterion]:
    """The parts of nested conjunctions."""
    if isinstance(criterion, AllOf):
        for part in criterion.parts:
            yield from _demands(part)
    elif criterion is not None:
        yield criterion


def determine(
    document: RuleDocument,
    item: PolicyItem | int,
    profile: EnterpriseProfile,
    as_of: date,
    *,
    catalogue: Catalogue | None = None,
    reading: Reading | None = None,
) -> Determination:
    """Decide one item (itself or its index) with the whole reason; outside the effective dates nobody is eligible.

    `reading` is the same for all items that are decided for one enterprise on one day.
    Raises ValueError where the item is not one of the document's.
    """
    index = item if isinstance(item, int) else index_of(document, item)
    chosen = document.items[index]
    in_force = document.meta.in_force_on(as_of)
    known = Reading(profile, as_of, catalogue) if reading is None else reading
    common, own, tiers = (None if c is None else evaluate(c, profile, as_of, reading=known) for c in plan_of(document, index).trees)
    sections = [f for f in (common, own, tiers) if f is not None]
    verdict = all_of(f.verdict for f in sections) if in_force else Verdict.NOT_MET
    paid = None if verdict is Verdict.NOT_MET else benefit(chosen, profile, as_of, reading=known)
    missing = missing_of(sections) if verdict is Verdict.UNKNOWN else ()
    doubts = doubts_of(document, index, profile)
    return Determination(profile.uscc, document, index, as_of, verdict, in_force, common, own, tiers, paid, missing, doubts)


def doubts_of(document: RuleDocument, index: int, profile: EnterpriseProfile) -> tuple[Doubt, ...]:
    """What the rule leaves unsaid and a person would ask: see `Doubt`. A national policy (000000) has no outside; a policy whose
    conditions name a place says itself who is inside."""
    plan = plan_of(document, index)
    unchecked = (Doubt.NO_CONDITIONS,) if plan.leaf_count == 0 else ()
    if plan.home is None:
        return unchecked
    own = profile.facts.get("registered_region")
    return (*unchecked, Doubt.OTHER_REGION) if isinstance(own, str) and not under_region(own, plan.home) else unchecked


def index_of(document: RuleDocument, item: PolicyItem) -> int:
    """The place of `item` in the document: the very object first, else an equal one; raises ValueError."""
    for index, other in enumerate(document.items):
        if other is item:
            return index
    return document.items.index(item)


def item_truth(
    document: RuleDocument, index: int, facts: Mapping[str, FactValue], as_of: date, *, catalogue: Catalogue | None = None
) -> Truth:
    """The verdict of `determine` as Kleene truth, without findings, for those who ask often."""
    if not document.meta.in_force_on(as_of):
        return False
    entries = load_catalogue() if catalogue is None else catalogue
    truth: Truth = True
    for criterion in plan_of(document, index).trees:
        part = True if criterion is None else truth_of(criterion, facts, as_of, entries)
        if part is False:
            return False
        truth = None if part is None else truth
    return truth
