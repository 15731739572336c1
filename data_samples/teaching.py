"""Teaching the demo's scorer: who would have been pushed what, how the behaviour model answers, and the model trained and registered on it."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

from api.live import Positions
from api.profiles import open_profiles
from api.usecases.snapshots import current_snapshot
from api.wiring import Services
from data_samples.responses import EnterpriseRow, MatchRow, simulate_responses
from features.profile import EnterpriseProfile
from matcher.determination import determine
from matcher.ports import Candidate
from matcher.ranking import candidate_of
from models.errors import ModelRefused
from models.labels import Response, label
from models.registry import fetch, register
from models.training import train

CAMPAIGNS = 5  # years of pushes that the behaviour model answers


def taught(registry: Path) -> dict[str, Any] | None:
    """The card of the model under the alias; None where there is none yet."""
    try:
        return fetch(folder=registry).card
    except ModelRefused:
        return None


def teach(services: Services, registry: Path, *, as_of: date, seed: int) -> dict[str, Any]:
    """Train a model, register it under the alias, and return its card.

    Raises models.errors.ModelError where nothing can be learned or the model is no better than chance and popularity.
    """
    candidates, rows, enterprises = _offers(services, as_of)
    responses = [
        response
        for year in range(CAMPAIGNS)
        for response in simulate_responses(rows, enterprises, seed=seed + year, as_of=as_of - timedelta(days=360 * year))
    ]
    taught = [
        Response(candidates[(r.uscc, r.document, r.item)], r.pushed_on, applied=r.applied_on is not None, synthetic=True)
        for r in responses
    ]
    register(train(label(taught), seed=seed, trained_on=as_of), folder=registry)
    return fetch(folder=registry).card


def _offers(services: Services, as_of: date) -> tuple[dict[tuple[str, str, int], Candidate], list[MatchRow], list[EnterpriseRow]]:
    """Every eligible pair, as the scorer and as the behaviour model see it."""
    positions: Positions = services.live.positions(as_of)
    candidates: dict[tuple[str, str, int], Candidate] = {}
    rows, enterprises = [], []
    snapshot = current_snapshot(services.reading())
    for uscc in open_profiles(Path(snapshot.path)).usccs():
        profile = services.live.profile(uscc)
        decided = positions.index.decide(profile)
        if not len(decided.eligible):
            continue
        for position in decided.eligible:
            number, item = positions.items[int(position)]
            candidate = candidate_of(determine(positions.documents[number], item, profile, as_of), profile)
            candidates[candidate.key] = candidate
            rows.append(_row(candidate))
        enterprises.append(_enterprise(profile))
    return candidates, rows, enterprises


def _row(candidate: Candidate) -> MatchRow:
    high = None if candidate.high is None else float(candidate.high)
    return MatchRow(
        candidate.uscc,
        candidate.document_id,
        candidate.item,
        float(candidate.low),
        high,
        candidate.delivery,
        candidate.category,
        candidate.policy_region or "",
    )


def _enterprise(profile: EnterpriseProfile) -> EnterpriseRow:
    def text(fact: str) -> str | None:
        value = profile.facts.get(fact)
        return value if isinstance(value, str) else None

    titles = profile.facts.get("qualifications")
    held = len(titles) if isinstance(titles, frozenset) else 0
    return EnterpriseRow(profile.uscc, text("enterprise_size"), text("industry"), text("registered_region"), held)
