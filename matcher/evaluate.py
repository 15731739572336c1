"""The reference meaning of criteria: one criterion, one enterprise, one day -> a finding that shows what it rests on.

Agrees with the interchange contract's `oracle.py` decision by decision and adds two things to it: numbers known only as an
interval, and the tree of findings (values used with their sources, facts that are missing).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache
from typing import Any, TypeAlias, assert_never

from features.catalogue import Catalogue, FactDefinition, FactType, load_catalogue
from features.facts import Absence, FactValue, Interval, Provenance
from features.profile import STATE, EnterpriseProfile
from matcher.truth import SERIES, Truth, aggregation, branch_truth, leaf_keys, leaf_truth, matching_events, value_truth
from matcher.verdicts import Verdict, all_of, any_of, at_least, negate, of_bool
from policies.rules import AllOf, AnyOf, AtLeast, Criterion, Leaf, Not, Op


class Lack(StrEnum):
    """Why something that a criterion needs is not known; the first four are the absences of a fact."""

    MISSING = Absence.MISSING.value
    NOT_APPLICABLE = Absence.NOT_APPLICABLE.value
    WITHHELD = Absence.WITHHELD.value
    STALE = Absence.STALE.value
    TOO_COARSE = "too_coarse"  # known, but only as an interval that straddles the threshold
    INCOMPLETE = "incomplete"  # an event is known, but not whether it was the first
    CURRENCY = "currency"  # the threshold is in a foreign currency
    DECLARED = "declared"  # only the enterprise can say
    WRONG_TYPE = "wrong_type"  # the profile holds a value that is not of the fact's type


_LACK_OF: Mapping[Absence, Lack] = {absence: Lack(absence.value) for absence in Absence}


@dataclass(frozen=True, slots=True)
class MissingFact:
    """Something that has to become known; `period` is `STATE` for facts without period, `detail` the words of a declared one."""

    fact: str
    period: str
    why: Lack
    detail: str = ""


@dataclass(frozen=True, slots=True)
class UsedValue:
    """One value that a finding rests on."""

    fact: str
    period: str
    value: FactValue
    provenance: Provenance | None


@dataclass(frozen=True, slots=True)
class Finding:
    """The verdict on one criterion with what it rests on; `criterion` None is the empty demand, which always holds.

    `missing` is empty where the verdict is settled.
    """

    criterion: Criterion | None
    verdict: Verdict
    parts: tuple["Finding", ...] = ()
    values: tuple[UsedValue, ...] = ()
    missing: tuple[MissingFact, ...] = ()


_EMPTY = Finding(None, Verdict.MET)


Measured: TypeAlias = tuple[Interval | None, tuple[UsedValue, ...], tuple[MissingFact, ...]]  # the base of an amount


class Reading:
    """One enterprise on one day, with what was read of it already.

    Whoever asks many items about the same enterprise gives each of them the same reading: what two rules ask alike is then worked out
    and put into words once. Not for several threads at a time.
    """

    __slots__ = ("as_of", "bases", "catalogue", "facts", "findings", "profile", "told", "truths", "used")

    def __init__(self, profile: EnterpriseProfile, as_of: date, catalogue: Catalogue | None = None) -> None:
        self.profile, self.facts, self.as_of = profile, profile.facts, as_of
        self.catalogue = load_catalogue() if catalogue is None else catalogue
        self.findings: dict[int, Finding] = {}  # by the identity of the criterion
        self.truths: dict[int, tuple[Criterion, Truth]] = {}  # likewise
        self.used: dict[tuple[str, tuple[str, ...]], tuple[UsedValue, ...]] = {}  # by fact and periods
        self.bases: dict[tuple[str, tuple[str, ...]], Measured] = {}  # by fact and periods
        self.told: dict[int, tuple[object, Any]] = {}  # by the identity of what was put into words, which stands beside its words

    def truth(self, criterion: Criterion) -> Truth:
        """The truth of a criterion without its finding."""
        known = self.truths.get(id(criterion))
        if known is not None and known[0] is criterion:
            return known[1]
        if isinstance(criterion, Leaf):
            fact = criterion.fact
            truth = leaf_truth(criterion, self.facts.get(fact), self.as_of, self.catalogue[fact])
        else:
            truth = branch_truth(criterion, self.truth)
        self.truths[id(criterion)] = criterion, truth
        return truth


def evaluate(
    criterion: Criterion | None,
    profile: EnterpriseProfile,
    as_of: date,
    *,
    catalogue: Catalogue | None = None,
    reading: Reading | None = None,
) -> Finding:
    """The finding on `criterion` for one enterprise on one day; a missing fact gives UNKNOWN, never NOT_MET.

    Raises UnknownFact where the criterion names a fact outside the catalogue (loaded rules never do).
    """
    if criterion is None:
        return _EMPTY
    return _evaluate(criterion, Reading(profile, as_of, catalogue) if reading is None else reading)


def _evaluate(criterion: Criterion, reading: Reading) -> Finding:
    known = reading.findings.get(id(criterion))
    if known is not None and known.criterion is criterion:
        return known
    finding = _leaf_finding(criterion, reading) if isinstance(criterion, Leaf) else _branch_finding(criterion, reading)
    reading.findings[id(criterion)] = finding
    return finding


def _branch_finding(criterion: AllOf | AnyOf | AtLeast | Not, reading: Reading) -> Finding:
    parts = (criterion.part,) if isinstance(criterion, Not) else criterion.parts
    found = tuple([_evaluate(p, reading) for p in parts])
    match criterion:
        case AllOf():
            verdict = all_of([f.verdict for f in found])
        case AnyOf():
            verdict = any_of([f.verdict for f in found])
        case AtLeast(count):
            verdict = at_least(count, [f.verdict for f in found])
        case Not():
            verdict = negate(found[0].verdict)
        case _:
            assert_never(criterion)
    return Finding(criterion, verdict, found, (), missing_of(found) if verdict is Verdict.UNKNOWN else ())


def missing_of(findings: Iterable[Finding]) -> tuple[MissingFact, ...]:
    """What the findings that are still open wait for, each once, in order."""
    return tuple(dict.fromkeys(m for f in findings if f.verdict is Verdict.UNKNOWN for m in f.missing))


# ---- the finding on one leaf -------------------------------------------------------------------------------------


def _leaf_finding(leaf: Leaf, reading: Reading) -> Finding:
    definition, as_of = reading.catalogue[leaf.fact], reading.as_of
    have = reading.facts.get(leaf.fact)
    if have is None:  # the commonest case by far, kept short
        return Finding(leaf, Verdict.UNKNOWN, (), (), _missing(leaf, None, reading.profile, as_of, definition))
    verdict = of_bool(leaf_truth(leaf, have, as_of, definition))
    values = _values_used(leaf, have, reading, definition)
    missing = _missing(leaf, have, reading.profile, as_of, definition) if verdict is Verdict.UNKNOWN else ()
    return Finding(leaf, verdict, (), values, missing)


def _values_used(leaf: Leaf, have: FactValue, reading: Reading, definition: FactDefinition) -> tuple[UsedValue, ...]:
    fact, as_of = leaf.fact, reading.as_of
    if definition.type is FactType.EVENTS and isinstance(have, tuple):
        return (UsedValue(fact, STATE, tuple(matching_events(leaf, have, as_of)), reading.profile.provenance_of(fact)),)
    keys = leaf_keys(leaf, as_of, definition)
    if leaf.first and keys and isinstance(have, SERIES):
        keys = (*sorted(k for k, v in have.items() if k < keys[0] and value_truth(leaf, v, as_of) is not False), *keys)
    known = reading.used.get((fact, keys))
    if known is None:
        reading.used[fact, keys] = known = _used(fact, keys, have, reading.profile)
    return known


def _used(fact: str, keys: tuple[str, ...], have: FactValue, profile: EnterpriseProfile) -> tuple[UsedValue, ...]:
    if not isinstance(have, SERIES):
        return (UsedValue(fact, STATE, have, profile.provenance_of(fact)),)
    sources = profile.provenance.get(fact, {})
    return tuple([UsedValue(fact, k, have[k], sources.get(k)) for k in keys if k in have])


def _missing(
    leaf: Leaf, have: FactValue | None, profile: EnterpriseProfile, as_of: date, definition: FactDefinition
) -> tuple[MissingFact, ...]:
    fact = leaf.fact
    if leaf.op is Op.DECLARED:
        return (MissingFact(fact, STATE, Lack.DECLARED, str(leaf.value or "")),)
    if leaf.currency not in (None, "CNY"):
        return (MissingFact(fact, STATE, Lack.CURRENCY, leaf.currency or ""),)
    lack = _LACK_OF[profile.absences.get(fact, Absence.MISSING)]
    if have is None:
        return _absent(fact, leaf_keys(leaf, as_of, definition) or (STATE,), lack)
    if not definition.is_periodic:
        why = Lack.TOO_COARSE if isinstance(have, Interval) else Lack.INCOMPLETE if isinstance(have, tuple) else Lack.WRONG_TYPE
        return (MissingFact(fact, STATE, why),)
    keys = leaf_keys(leaf, as_of, definition)
    if not isinstance(have, SERIES):
        return _absent(fact, keys, Lack.WRONG_TYPE)
    absent = tuple(MissingFact(fact, k, lack) for k in keys if have.get(k) is None)
    coarse = sorted(k for k, v in have.items() if isinstance(v, Interval) and (k in keys or (leaf.first and k < keys[0])))
    if absent and aggregation(leaf, definition, keys) not in ("each", "any"):
        return (*absent, *(MissingFact(fact, k, Lack.TOO_COARSE) for k in coarse))
    straddling = tuple(MissingFact(fact, k, Lack.TOO_COARSE) for k in coarse if _is_open(leaf, have[k], as_of, definition, keys))
    return (*absent, *straddling) or tuple(MissingFact(fact, k, Lack.WRONG_TYPE) for k in keys)


@lru_cache(maxsize=8192)
def _absent(fact: str, periods: tuple[str, ...], why: Lack) -> tuple[MissingFact, ...]:
    return tuple(MissingFact(fact, period, why) for period in periods)


def _is_open(leaf: Leaf, value: object, as_of: date, definition: FactDefinition, keys: tuple[str, ...]) -> bool:
    return aggregation(leaf, definition, keys) not in ("each", "any") or value_truth(leaf, value, as_of) is None
