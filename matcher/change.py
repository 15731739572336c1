"""What changes when a rule, a fact or the day changes: only what can flip is decided again, and every difference has its cause.

A run holds the outcome of every pair. The next run takes over each outcome that cannot have changed: the same rule, the same facts
that the rule names, and a day on which no period, age or event of the rule reads otherwise. It equals a full run.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import TypeAlias

from features.catalogue import FactType, load_catalogue
from features.facts import FactValue
from features.periods import MONTHLY_DEFAULT, YEARLY_DEFAULT, keys_of
from features.profile import EnterpriseProfile
from matcher.deciding import Outcome, decide_pair
from matcher.truth import leaf_keys, leaf_truth
from matcher.verdicts import Verdict
from policies.rules import Leaf, RuleDocument, leaves

Key: TypeAlias = tuple[str, str, int]  # credit code, document id, item index
RuleKey: TypeAlias = tuple[str, int]


class Cause(StrEnum):
    """Why an outcome differs between two runs."""

    RULE_ADDED = "rule_added"
    RULE_REMOVED = "rule_removed"
    RULE_CHANGED = "rule_changed"
    ENTERPRISE_ADDED = "enterprise_added"
    ENTERPRISE_REMOVED = "enterprise_removed"
    FACT_CHANGED = "fact_changed"
    DAY_CHANGED = "day_changed"


@dataclass(frozen=True, slots=True)
class Run:
    """Every enterprise against every item on one day."""

    as_of: date
    documents: Mapping[str, RuleDocument]
    profiles: Mapping[str, EnterpriseProfile]
    outcomes: Mapping[Key, Outcome]
    decided: int  # how many pairs were decided, not taken over


@dataclass(frozen=True, slots=True)
class Difference:
    """An outcome that is not what it was; `facts` are those whose change counts."""

    key: Key
    before: Outcome | None
    after: Outcome | None
    causes: tuple[Cause, ...]
    facts: tuple[str, ...] = ()


# ---- what a rule rests on ----------------------------------------------------------------------------------------


def leaves_of(document: RuleDocument, index: int) -> tuple[Leaf, ...]:
    """Every leaf that bears on an item's verdict or benefit: common, own, and the conditions of its amounts."""
    item = document.items[index]
    trees = (document.criteria_of(item), *(a.when for a in item.amounts))
    return tuple(leaf for tree in trees for leaf in leaves(tree))


def facts_of(document: RuleDocument, index: int) -> frozenset[str]:
    """Every fact that bears on an item: in its criteria, in its tiers, or as the base of an amount."""
    catalogue = load_catalogue()
    bases = {a.base for a in document.items[index].amounts if a.base is not None and a.base in catalogue}
    return frozenset({leaf.fact for leaf in leaves_of(document, index)} | bases)


def rules_of(documents: Iterable[RuleDocument]) -> Iterator[tuple[RuleDocument, int]]:
    """Every item of every document."""
    return ((document, index) for document in documents for index in range(len(document.items)))


def rules_naming(documents: Iterable[RuleDocument], fact: str) -> tuple[RuleKey, ...]:
    """The rules on which a fact bears at all."""
    return tuple((d.meta.id, i) for d, i in rules_of(documents) if fact in facts_of(d, i))


def flips(
    documents: Iterable[RuleDocument], profile: EnterpriseProfile, fact: str, value: FactValue | None, as_of: date
) -> tuple[tuple[Outcome, Outcome], ...]:
    """Which rules does this fact flip: outcomes before and after `fact` becomes `value` (None: unknown), where they differ."""
    changed = with_fact(profile, fact, value)
    pairs = (
        (decide_pair(d, i, profile, as_of), decide_pair(d, i, changed, as_of))
        for d, i in rules_of(documents)
        if fact in facts_of(d, i)
    )
    return tuple((before, after) for before, after in pairs if before != after)


def with_fact(profile: EnterpriseProfile, fact: str, value: FactValue | None) -> EnterpriseProfile:
    """The profile with one fact set, or forgotten where `value` is None."""
    facts = {f: v for f, v in profile.facts.items() if f != fact} | ({} if value is None else {fact: value})
    return replace(profile, facts=MappingProxyType(facts))


def reached(document: RuleDocument, index: int, profiles: Iterable[EnterpriseProfile], as_of: date) -> Iterator[Outcome]:
    """Which enterprises does this rule reach: everyone eligible, and everyone for whom it is still open."""
    outcomes = (decide_pair(document, index, profile, as_of) for profile in profiles)
    return (outcome for outcome in outcomes if outcome.verdict is not Verdict.NOT_MET)


# ---- runs --------------------------------------------------------------------------------------------------------


def full_run(documents: Sequence[RuleDocument], profiles: Sequence[EnterpriseProfile], as_of: date) -> Run:
    """Decide everything."""
    outcomes = {o.key: o for p in profiles for d, i in rules_of(documents) for o in (decide_pair(d, i, p, as_of),)}
    return Run(as_of, {d.meta.id: d for d in documents}, {p.uscc: p for p in profiles}, outcomes, len(outcomes))


def next_run(previous: Run, documents: Sequence[RuleDocument], profiles: Sequence[EnterpriseProfile], as_of: date) -> Run:
    """The run that follows: equal to a full one, but only what can have changed is decided."""
    plans = [_plan(previous, d, i, as_of) for d, i in rules_of(documents)]
    outcomes: dict[Key, Outcome] = {}
    decided = 0
    for profile in profiles:
        old = previous.profiles.get(profile.uscc)
        changed = None if old is None else changed_facts(old, profile)
        for plan in plans:
            key = profile.uscc, plan.document.meta.id, plan.index
            kept = previous.outcomes.get(key)
            if kept is None or changed is None or plan.must_decide(profile, changed, previous.as_of, as_of):
                outcomes[key] = decide_pair(plan.document, plan.index, profile, as_of)
                decided += 1
            else:
                outcomes[key] = kept
    return Run(as_of, {d.meta.id: d for d in documents}, {p.uscc: p for p in profiles}, outcomes, decided)


def changed_facts(before: EnterpriseProfile, after: EnterpriseProfile) -> frozenset[str]:
    """The facts whose values differ, where they came or went."""
    if before is after or before.facts is after.facts:
        return frozenset()
    names = before.facts.keys() | after.facts.keys()
    return frozenset(f for f in names if before.facts.get(f) != after.facts.get(f))


@dataclass(frozen=True, slots=True)
class _Plan:
    """One rule of the new run: what it names, whether all its pairs must be decided, and the leaves that a new day may turn."""

    document: RuleDocument
    index: int
    facts: frozenset[str]
    everything: bool
    daily: tuple[Leaf, ...]

    def must_decide(self, profile: EnterpriseProfile, changed: frozenset[str], before: date, after: date) -> bool:
        if self.everything or changed & self.facts:
            return True
        catalogue = load_catalogue()
        for leaf in self.daily:
            have, definition = profile.facts.get(leaf.fact), catalogue[leaf.fact]
            if leaf_truth(leaf, have, before, definition) is not leaf_truth(leaf, have, after, definition):
                return True
        return False


def _plan(previous: Run, document: RuleDocument, index: int, as_of: date) -> _Plan:
    old = previous.documents.get(document.meta.id)
    same_day = previous.as_of == as_of
    everything = not same_rule(old, document, index) or not (same_day or same_periods(document, index, previous.as_of, as_of))
    daily = () if same_day or everything else tuple(leaf for leaf in leaves_of(document, index) if is_daily(leaf))
    return _Plan(document, index, facts_of(document, index), everything, daily)


def same_rule(old: RuleDocument | None, new: RuleDocument, index: int) -> bool:
    """Whether an item means the same in both versions of its document."""
    if old is None or index >= len(old.items) or old.items[index] != new.items[index]:
        return False
    dates = (old.meta.effective_from, old.meta.effective_to) == (new.meta.effective_from, new.meta.effective_to)
    return dates and (new.items[index].without_common or old.common == new.common)


def same_periods(document: RuleDocument, index: int, before: date, after: date) -> bool:
    """Whether both days lie alike to the effective dates and to every year or month that the rule names."""
    catalogue = load_catalogue()
    if document.meta.in_force_on(before) != document.meta.in_force_on(after):
        return False
    for leaf in leaves_of(document, index):
        if leaf_keys(leaf, before, catalogue[leaf.fact]) != leaf_keys(leaf, after, catalogue[leaf.fact]):
            return False
    for amount in document.items[index].amounts:
        if amount.base is not None and amount.base in catalogue and catalogue[amount.base].is_periodic:
            default = YEARLY_DEFAULT if catalogue[amount.base].period == "year" else MONTHLY_DEFAULT
            if keys_of(amount.period or default, before) != keys_of(amount.period or default, after):
                return False
    return True


def is_daily(leaf: Leaf) -> bool:
    """Whether a new day alone may turn a leaf."""
    return load_catalogue()[leaf.fact].type in (FactType.DATE, FactType.EVENTS)


# ---- differences -------------------------------------------------------------------------------------------------


def differences(before: Run, after: Run) -> tuple[Difference, ...]:
    """What changed since the last run, and why.

    Where several things changed at once, those count that alone would have made a difference; where none alone would, all of them.
    """
    found = []
    for key in sorted(before.outcomes.keys() | after.outcomes.keys()):
        old, new = before.outcomes.get(key), after.outcomes.get(key)
        if old == new:
            continue
        if old is None:
            known = key[0] in before.profiles
            found.append(Difference(key, None, new, (Cause.RULE_ADDED if known else Cause.ENTERPRISE_ADDED,)))
        elif new is None:
            known = key[0] in after.profiles
            found.append(Difference(key, old, None, (Cause.RULE_REMOVED if known else Cause.ENTERPRISE_REMOVED,)))
        else:
            found.append(_caused(before, after, old, new))
    return tuple(found)


def _caused(before: Run, after: Run, old: Outcome, new: Outcome) -> Difference:
    uscc, name, index = old.key
    was, now = before.profiles[uscc], after.profiles[uscc]
    rule_was, rule_now = before.documents[name], after.documents[name]
    concerned = changed_facts(was, now) & (facts_of(rule_was, index) | facts_of(rule_now, index))
    alone: list[tuple[Cause, str, Outcome]] = []
    if not same_rule(rule_was, rule_now, index):
        alone.append((Cause.RULE_CHANGED, "", decide_pair(rule_now, index, was, before.as_of)))
    for fact in sorted(concerned):
        changed = with_fact(was, fact, now.facts.get(fact))
        alone.append((Cause.FACT_CHANGED, fact, decide_pair(rule_was, index, changed, before.as_of)))
    if before.as_of != after.as_of:
        alone.append((Cause.DAY_CHANGED, "", decide_pair(rule_was, index, was, after.as_of)))
    counting = [a for a in alone if a[2] != old] or alone
    causes = tuple(dict.fromkeys(cause for cause, _, _ in counting))
    return Difference(old.key, old, new, causes, tuple(fact for _, fact, _ in counting if fact))
