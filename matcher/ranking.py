"""The order in which matches are shown: bands first, then the scorer's word; whatever the scorer does, only the order can change."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from features.profile import EnterpriseProfile
from matcher.determination import Determination, Doubt, determine, doubts_of, plan_of
from matcher.evaluate import Lack, Reading
from matcher.gaps import distance
from matcher.ports import Band, Candidate, Scorer
from matcher.reach import out_of_reach, within_reach
from matcher.truth import Truth
from matcher.verdicts import Verdict
from policies.rules import Op, RuleDocument


@dataclass(frozen=True, slots=True)
class Ranked:
    """A candidate in its place (from 1); `score` is None where the fallback order was used."""

    candidate: Candidate
    place: int
    score: float | None


@dataclass(frozen=True, slots=True)
class Ranking:
    """The candidates in order; `fallback` says why the scorer was not used, empty where it was."""

    ranked: tuple[Ranked, ...]
    scorer_version: str | None
    fallback: str = ""


def rank(candidates: Sequence[Candidate], scorer: Scorer | None = None) -> Ranking:
    """A permutation of `candidates`: by band, within it by score, then by the plain order (money, deadline, key).

    A scorer that fails, or gives too few, too many or non-finite scores, is set aside for the whole call and named in `fallback`.
    """
    if scorer is None:
        return _ranking(candidates, None, None, "no_scorer")
    scores, trouble = _scores(candidates, scorer)
    return _ranking(candidates, scores, scorer, trouble)


def _scores(candidates: Sequence[Candidate], scorer: Scorer) -> tuple[list[float] | None, str]:
    try:
        scores = [float(s) for s in scorer.score(tuple(candidates))]
    except Exception as error:  # noqa: BLE001  a learned part may break in any way; the rules' answer must still be shown
        return None, f"scorer_failed:{type(error).__name__}"
    if len(scores) != len(candidates):
        return None, "scorer_wrong_length"
    if not all(math.isfinite(s) for s in scores):
        return None, "scorer_not_finite"
    return scores, ""


def _ranking(candidates: Sequence[Candidate], scores: list[float] | None, scorer: Scorer | None, trouble: str) -> Ranking:
    rows = [(c, None if scores is None else scores[i]) for i, c in enumerate(candidates)]
    rows.sort(key=lambda row: (row[0].band, 0.0 if row[1] is None else -row[1], *plain_order(row[0])))
    ranked = tuple(Ranked(candidate, place, score) for place, (candidate, score) in enumerate(rows, 1))
    return Ranking(ranked, None if scorer is None or trouble else scorer.version, trouble)


def plain_order(candidate: Candidate) -> tuple[Decimal, Decimal, int, date, tuple[str, str, int]]:
    """The order without a model: more certain money first, then more possible money, fewer open points, the nearer deadline, the key."""
    possible = candidate.low if candidate.high is None else candidate.high
    return -candidate.low, -possible, candidate.unmet, candidate.deadline or date.max, candidate.key


# ---- from determinations to candidates ---------------------------------------------------------------------------


def band_of(determination: Determination) -> Band:
    """The group in which a determination is shown. What is in doubt (see `Doubt`) is never offered as eligible or near: 无法判断.

    差一点 is at most two steps away: facts that may change, or, where nothing else is open, things that the enterprise only has to
    declare. What a department would have to tell is 无法判断.
    """
    return _band(determination, _steps(determination))


def _steps(determination: Determination) -> int | None:
    """`distance`, where the band or the candidate asks for it; None as well where it is not asked for."""
    match determination.verdict:
        case Verdict.MET:
            return None
        case _ if Doubt.OTHER_REGION in determination.doubts:
            return None
        case Verdict.UNKNOWN if any(m.why is not Lack.DECLARED for m in determination.missing):
            return None
        case _:
            return distance(determination)


def _band(determination: Determination, steps: int | None) -> Band:
    match determination.verdict:
        case Verdict.MET if determination.doubts:
            return Band.UNKNOWN
        case Verdict.MET:
            return Band.DIRECT if determination.item.is_automatic else Band.ELIGIBLE
        case Verdict.UNKNOWN:
            return Band.UNKNOWN if steps is None else Band.NEAR
        case Verdict.NOT_MET:
            return Band.NOT_MET if steps is None else Band.NEAR


def band_for(
    document: RuleDocument, index: int, profile: EnterpriseProfile, as_of: date, *, reading: Reading | None = None
) -> Band:
    """The band of `band_of`, mostly without a determination: for judging whole cities pair by pair.

    Looks at the plain demands first: one that never changes and is not met settles it.
    """
    if not document.meta.in_force_on(as_of):
        return Band.NOT_MET
    known = Reading(profile, as_of) if reading is None else reading
    plan = plan_of(document, index)
    verdict: Truth = True
    for_others = False  # whether something is open that not the enterprise has to say
    for leaf in plan.leaves:
        truth = known.truth(leaf)
        if truth is False:
            if not known.catalogue[leaf.fact].changeable:
                return Band.NOT_MET
            verdict = False
        elif truth is None:
            for_others = for_others or leaf.op is not Op.DECLARED
            verdict = False if verdict is False else None
    for branch in plan.branches:
        truth = False if verdict is False else known.truth(branch)
        verdict = False if truth is False else None if truth is None else verdict
    doubts = doubts_of(document, index, profile)
    if verdict and doubts:
        return Band.UNKNOWN
    if Doubt.OTHER_REGION in doubts:
        return Band.UNKNOWN if verdict is None else Band.NOT_MET
    if verdict:
        return Band.DIRECT if document.items[index].is_automatic else Band.ELIGIBLE
    if verdict is None and (for_others or not plan.asks):
        return Band.UNKNOWN
    if out_of_reach(document, index, known):
        return Band.UNKNOWN if verdict is None else Band.NOT_MET
    if verdict is False and within_reach(document, index, known):
        return Band.NEAR
    return band_of(determine(document, index, profile, as_of, reading=known))


def candidate_of(determination: Determination, profile: EnterpriseProfile, *, deadline: date | None = None) -> Candidate:
    """What a scorer may see of one determination and its enterprise."""
    item, meta, found = determination.item, determination.document.meta, determination.benefit
    steps = _steps(determination)
    band = _band(determination, steps)
    born = profile.facts.get("established_on")
    held = profile.facts.get("qualifications")
    return Candidate(
        uscc=determination.uscc,
        document_id=meta.id,
        item=determination.index,
        band=band,
        delivery=item.delivery,
        category=item.category,
        low=Decimal(0) if found is None else found.low,
        high=Decimal(0) if found is None else found.high,
        as_of=determination.as_of,
        title=item.title,
        deadline=deadline,
        level=level_of(meta.region),
        policy_region=meta.region,
        region=_word(profile, "registered_region"),
        industry=_word(profile, "industry"),
        size=_word(profile, "enterprise_size"),
        ownership=_word(profile, "ownership"),
        age_years=_years(born, determination.as_of) if isinstance(born, date) else None,
        qualifications=held if isinstance(held, frozenset) else frozenset(),
        leaf_count=plan_of(determination.document, determination.index).leaf_count,
        unmet=_unmet(determination, band, steps),
        amount_kinds=tuple(a.kind for a in item.amounts),
    )


def _unmet(determination: Determination, band: Band, steps: int | None) -> int:
    if band is Band.UNKNOWN:
        return len({(m.fact, m.detail) for m in determination.missing})
    return (steps or 0) if band is Band.NEAR else 0


def level_of(region: str | None) -> str | None:
    """The level of the jurisdiction that an adcode names: national, provincial, municipal or district.

    >>> level_of("440100")
    'municipal'
    """
    if region is None:
        return None
    return (
        "national"
        if region == "000000"
        else "provincial"
        if region[2:] == "0000"
        else "municipal"
        if region[4:] == "00"
        else "district"
    )


def _word(profile: EnterpriseProfile, fact: str) -> str | None:
    value = profile.facts.get(fact)
    return value if isinstance(value, str) else None


def _years(born: date, day: date) -> int:
    return max(0, day.year - born.year - ((day.month, day.day) < (born.month, born.day)))
