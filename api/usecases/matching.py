"""One enterprise against every rule in force: what it may have, ranked, with reasons; and the four groups it is shown."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from api.access import Actor, require, require_enterprise
from api.errors import Invalid, NotFound, Place
from api.live import Live, Positions
from api.records import Decision as Decided
from api.records import Match
from api.usecases.candidates import first_of, met_candidate, open_worth_a_look
from features.catalogue import load_catalogue
from features.profile import EnterpriseProfile, ProfileProblem, profile_from_json
from matcher.amount_words import base_masked
from matcher.combine import Combination, best_combination
from matcher.combine_rules import grants_of, received_of, rules_from
from matcher.determination import Determination, determine
from matcher.evaluate import Reading
from matcher.explain import amount_sentence, gap_sentences, headline, sum_masked
from matcher.explain_json import explanation_to_json
from matcher.gaps import near_miss
from matcher.index import Decision
from matcher.ports import Band, Candidate
from matcher.ranking import band_for, candidate_of, rank

GROUPS: Mapping[Band, str] = {
    Band.DIRECT: "direct",
    Band.ELIGIBLE: "apply",
    Band.NEAR: "near",
    Band.UNKNOWN: "unknown",
    Band.NOT_MET: "not_met",
}
MAX_TOP = 50


@dataclass(frozen=True, slots=True)
class MatchQuestion:
    """One enterprise, by credit code or with its profile in the contract's form; `as_of` None is today."""

    uscc: str | None = None
    profile: Mapping[str, Any] | None = None
    as_of: date | None = None
    top: int = 10


@dataclass(frozen=True, slots=True)
class MatchView:
    """One match as it is shown; money in CNY, `high` None where unbounded. `explanation` only where it was asked for.

    `masked`: the sums would give away a figure that this reader may not see, and are not to be shown.
    `deadline` is the last day on which the policy is in force; `gap` says what a near miss lacks, a sentence each.
    """

    place: int
    rule_version_id: str
    document_id: str
    item: int
    title: str
    policy_title: str
    category: str
    group: str
    verdict: str
    low: Decimal
    high: Decimal | None
    score: float | None
    reason: str
    explanation: dict[str, Any] | None
    deadline: date | None = None
    issuer: tuple[str, ...] = ()
    doc_number: str = ""
    delivery: str = "unspecified"
    amount: str = ""
    masked: bool = False
    gap: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MatchAnswer:
    """The best matches and how many there are; `problems` are entries of an inline profile that were set aside."""

    uscc: str
    as_of: date
    counts: Mapping[str, int]
    model_version: str
    fallback: str
    matches: tuple[MatchView, ...]
    problems: tuple[ProfileProblem, ...]


@dataclass(frozen=True, slots=True)
class FourGroups:
    """Everything on offer for one enterprise: 可直接享受, 符合条件待申报, 差一点, 无法判断; and how many are out of reach."""

    uscc: str
    name: str
    as_of: date
    direct: tuple[MatchView, ...]
    apply: tuple[MatchView, ...]
    near: tuple[MatchView, ...]
    unknown: tuple[MatchView, ...]
    out_of_reach: int


def match_one(question: MatchQuestion, actor: Actor, *, live: Live) -> MatchAnswer:
    """What one enterprise may have, eligible first, then (while there is room) what cannot be decided yet."""
    require(actor, "matches:read")
    profile, problems = _asked(question, actor, live)
    as_of, top = question.as_of or live.today(), max(1, min(question.top, MAX_TOP))
    positions = live.positions(as_of)
    decision = positions.index.decide(profile)
    matches, fallback = _best(positions, decision, profile, live, top=top, reveal=_reveals(actor, question))
    total = len(positions.items)
    counts = {
        "eligible": len(decision.eligible),
        "unknown": len(decision.unknown),
        "not_met": total - len(decision.eligible) - len(decision.unknown),
    }
    return MatchAnswer(profile.uscc, as_of, counts, live.model_version, fallback, matches, problems)


def match_one_known(
    uscc: str, actor: Actor, *, as_of: date | None, top: int, render: Callable[[MatchAnswer], bytes], live: Live
) -> bytes:
    """`match_one` for an enterprise of the city, rendered; the same question again is answered from memory."""
    require(actor, "matches:read")
    require_enterprise(actor, uscc)
    day = as_of or live.today()
    key = (uscc, day, top, _reveals(actor, None), live.stamps, live.model_version)
    kept = live.answers.get(key)
    if kept is None:
        kept = render(match_one(MatchQuestion(uscc=uscc, as_of=day, top=top), actor, live=live))
        live.answers.keep(key, kept)
    return kept


def groups_of(uscc: str, actor: Actor, *, as_of: date | None = None, live: Live) -> FourGroups:
    """Every item in force in the four groups, the near misses included, each with its one-line reason."""
    require(actor, "matches:read")
    require_enterprise(actor, uscc)
    profile, day = live.profile(uscc), as_of or live.today()
    positions = live.positions(day)
    reading = Reading(profile, day)
    determinations = [
        _determine(positions, i, reading)
        for i, (number, item) in enumerate(positions.items)
        if band_for(positions.documents[number], item, profile, day, reading=reading) is not Band.NOT_MET
    ]
    views, _ = _ranked(determinations, profile, positions, live, top=None, reveal=_reveals(actor, None), explained=False)
    grouped = {name: tuple(v for v in views if v.group == name) for name in GROUPS.values()}
    return FourGroups(
        uscc,
        profile.name,
        day,
        grouped["direct"],
        grouped["apply"],
        grouped["near"],
        grouped["unknown"],
        len(positions.items) - len(views) + len(grouped["not_met"]),
    )


def explain(uscc: str, document_id: str, item: int, actor: Actor, *, as_of: date | None = None, live: Live) -> dict[str, Any]:
    """The whole reason for one enterprise and one item in force, as of a day."""
    require(actor, "matches:read")
    require_enterprise(actor, uscc)
    profile, rules = live.profile(uscc), live.rules()
    version = rules.version_of(document_id)
    document = rules.documents[rules.versions.index(version)]
    if not 0 <= item < len(document.items):
        raise NotFound("ITEM_NOT_FOUND", "没有找到该事项;请核对事项序号")
    found = determine(document, item, profile, as_of or live.today())
    return explanation_to_json(found, reveal=_reveals(actor, None), near=near_miss(found, profile))


def best_combination_of(uscc: str, actor: Actor, *, as_of: date | None = None, live: Live) -> Combination:
    """What the enterprise may lawfully draw together, of everything it is eligible for, and what is left out and why."""
    require(actor, "matches:read")
    require_enterprise(actor, uscc)
    profile, day = live.profile(uscc), as_of or live.today()
    positions = live.positions(day)
    reading = Reading(profile, day)
    eligible = [_determine(positions, int(i), reading) for i in positions.index.decide(profile).eligible]
    received = received_of(profile, positions.documents, day.year)
    drawn = {grant.key for grant in received}
    grants = tuple(grant for grant in grants_of(eligible, positions.documents) if grant.key not in drawn)
    return best_combination((*received, *grants), (*rules_from(positions.documents), *live.drawing()))


def masked_in(match: Match | Decided, actor: Actor, *, live: Live) -> bool:
    """Whether the sum of a recorded match or decision is withheld from the caller: it may rest on a figure they may not see, or its rule is not in force
    any more and cannot be asked."""
    if actor.may("values:read"):
        return False
    item = live.rules().item_in_force(match.rule_version_id, match.item)
    return item is None or base_masked(item.amounts, reveal=False)


def _asked(question: MatchQuestion, actor: Actor, live: Live) -> tuple[EnterpriseProfile, tuple[ProfileProblem, ...]]:
    if (question.uscc is None) == (question.profile is None):
        raise Invalid("MATCH_QUESTION", "请在 uscc 与 profile 中恰好填写一项", [Place("/uscc", "与 profile 二选一")])
    if question.uscc is not None:
        require_enterprise(actor, question.uscc)
        return live.profile(question.uscc), ()
    try:
        return profile_from_json(question.profile or {}, load_catalogue())
    except (ValueError, AttributeError, TypeError):
        raise Invalid(
            "PROFILE_INVALID", "企业档案格式有误;应为含 uscc 与 facts 的对象,见接口文档", [Place("/profile", "格式有误")]
        ) from None


def _reveals(actor: Actor, question: MatchQuestion | None) -> bool:
    """Whether figures are shown: to whoever may see values, and to whoever sent them."""
    return actor.may("values:read") or (question is not None and question.profile is not None)


def _determine(positions: Positions, position: int, reading: Reading) -> Determination:
    number, item = positions.items[position]
    return determine(positions.documents[number], item, reading.profile, reading.as_of, reading=reading)


def _best(
    positions: Positions, decision: Decision, profile: EnterpriseProfile, live: Live, *, top: int, reveal: bool
) -> tuple[tuple[MatchView, ...], str]:
    """The first `top` with their whole reason; the others are ranked without one, or, where nothing learned orders them, not at all."""
    reading = Reading(profile, positions.index.as_of)
    found: dict[int, Determination] = {}
    candidates: list[Candidate] = []
    position_of: dict[tuple[str, str, int], int] = {}
    met = decision.eligible.tolist()
    for number in met if live.scorer is not None else first_of(met, positions.blanks, positions.promise, reading, top=top):
        if not candidates:  # the first one also says who the enterprise is
            found[number] = _determine(positions, number, reading)
            candidates.append(candidate_of(found[number], profile))
        else:
            candidates.append(met_candidate(positions.blanks[number], candidates[0], reading))
        position_of[candidates[-1].key] = number
    if len(candidates) < top:
        unknown = decision.unknown.tolist()
        if live.scorer is None:
            unknown = open_worth_a_look(unknown, positions.blanks, reading, most=top - len(candidates))
        for number in unknown:
            found[number] = _determine(positions, number, reading)
            candidates.append(candidate_of(found[number], profile))
            position_of[candidates[-1].key] = number
    ranking = rank(candidates, live.scorer)
    views = []
    for ranked in ranking.ranked[:top]:
        position = position_of[ranked.candidate.key]
        determination = found.get(position) or _determine(positions, position, reading)
        version = positions.versions[positions.items[position][0]]
        views.append(
            view_of(
                ranked.candidate, determination, profile, ranked.place, ranked.score,
                rule_version_id=version.id, reveal=reveal, explained=True, reading=reading,
            )
        )  # fmt: skip
    return tuple(views), ranking.fallback


def _ranked(
    determinations: Sequence[Determination],
    profile: EnterpriseProfile,
    positions: Positions,
    live: Live,
    *,
    top: int | None,
    reveal: bool,
    explained: bool,
) -> tuple[tuple[MatchView, ...], str]:
    candidates = [candidate_of(d, profile) for d in determinations]
    of_key = {c.key: d for c, d in zip(candidates, determinations, strict=True)}
    ranking = rank(candidates, live.scorer)
    version_of = {id(document): version.id for document, version in zip(positions.documents, positions.versions, strict=True)}
    views = tuple(
        view_of(
            r.candidate, of_key[r.candidate.key], profile, r.place, r.score,
            rule_version_id=version_of[id(of_key[r.candidate.key].document)], reveal=reveal, explained=explained,
        )
        for r in ranking.ranked[:top]
    )  # fmt: skip
    return views, ranking.fallback


def view_of(
    candidate: Candidate,
    determination: Determination,
    profile: EnterpriseProfile,
    place: int,
    score: float | None,
    *,
    rule_version_id: str,
    reveal: bool,
    explained: bool,
    reading: Reading | None = None,
) -> MatchView:
    """A ranked determination as it is shown."""
    meta, item = determination.document.meta, determination.item
    near = near_miss(determination, profile) if candidate.band is Band.NEAR else None
    told = explanation_to_json(determination, reveal=reveal, reading=reading) if explained else None
    sentence = told["amount"]["text"] if told is not None and told["amount"] else amount_sentence(determination, reveal=reveal)
    return MatchView(
        place=place,
        rule_version_id=rule_version_id,
        document_id=meta.id,
        item=determination.index,
        title=item.title,
        policy_title=meta.title or meta.id,
        category=item.category,
        group=GROUPS[candidate.band],
        verdict=determination.verdict.eligibility,
        low=candidate.low,
        high=candidate.high,
        score=score,
        reason=headline(determination, reveal=reveal) if told is None else told["headline"],
        explanation=told,
        deadline=meta.effective_to,
        issuer=meta.issuer,
        doc_number=meta.doc_number or "",
        delivery=item.delivery,
        amount=sentence,
        masked=told["amount"]["masked"] if told is not None and told["amount"] else sum_masked(determination, reveal=reveal),
        gap=gap_sentences(near, reveal=reveal) if near is not None else (),
    )
