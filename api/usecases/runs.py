"""A match run: all enterprises against the rules in force, step by step, each step having its effect exactly once."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

from api.access import Actor, require, require_enterprise, require_whole_city
from api.canonical import sha256
from api.clock import Clock, civil_day
from api.db.access import about_visible, shared_with
from api.db.unit_of_work import UnitOfWork
from api.errors import Conflict, NotFound
from api.ids import derived_id, new_id
from api.live import Positions, positions_of, rule_set
from api.profiles import ProfileSource, open_profiles
from api.records import Decision, Match, MatchRun, OutboxMessage, Page, ProfileRecord, RuleVersion, RunChunk, Snapshot, fen
from api.usecases.matching import GROUPS
from api.usecases.pushing import pushes_of
from api.usecases.recording import ENGINE_VERSION, explanation_of, profile_of, profile_record, result_of
from api.usecases.rules import rules_in_force
from api.usecases.snapshots import current_snapshot
from features.profile import EnterpriseProfile
from matcher.determination import Determination, determine
from matcher.evaluate import Reading
from matcher.explain import headline
from matcher.ports import Band, Scorer
from matcher.ranking import band_for, candidate_of, rank
from matcher.verdicts import Verdict

OPEN_KEPT = 3  # of the near misses and of the undecidable ones, so many an enterprise are kept with a run


@dataclass(frozen=True, slots=True)
class RunPlan:
    """Everything a run rests on, loaded: its rules, its profiles, its scorer."""

    run: MatchRun
    positions: Positions
    source: ProfileSource
    scorer: Scorer | None
    chunk_size: int

    @property
    def chunks(self) -> int:
        """How many steps there are."""
        return -(-self.run.total // self.chunk_size)

    def usccs_of(self, chunk: int) -> Sequence[str]:
        """The enterprises of one step."""
        return self.source.usccs()[chunk * self.chunk_size : (chunk + 1) * self.chunk_size]


def start_run(
    actor: Actor, *, as_of: date | None = None, push: bool = True, model_version: str, uow: UnitOfWork, clock: Clock
) -> MatchRun:
    """Note a run of the snapshot and the rules that count now; a worker takes it up. Raises Conflict where there are no rules."""
    require(actor, "runs:write")
    require_whole_city(actor)
    now = clock.now()
    with uow:
        snapshot, versions = current_snapshot(uow), rules_in_force(uow)
        if not versions:
            raise Conflict("RULES_NONE", "没有已发布的规则,不能匹配;请先审核并发布规则")
        run = MatchRun(
            id=new_id("run", now),
            owner=actor.owner,
            state="queued",
            as_of=as_of or civil_day(now),
            snapshot_id=snapshot.id,
            rule_version_ids=[v.id for v in versions],
            push=push,
            engine_version=ENGINE_VERSION,
            model_version=model_version,
            total=snapshot.enterprises,
            done=0,
            counts={},
            started_by=actor.id,
            created_at=now,
            started_at=None,
            finished_at=None,
            error=None,
        )
        uow.of(MatchRun).add(run)
        uow.audit(now, actor.id, "run.queued", run.id, {"rules": len(versions), "enterprises": run.total})
    return run


def get_run(run_id: str, actor: Actor, *, uow: UnitOfWork) -> MatchRun:
    """One run with its progress."""
    require(actor, "matches:read")
    with uow:
        runs = uow.of(MatchRun)
        run = runs.find(runs.c.id == run_id, shared_with(actor, runs.c.owner))
    if run is None:
        raise NotFound("RUN_NOT_FOUND", "没有找到该匹配任务;请核对编号")
    return run


def list_runs(actor: Actor, *, cursor: str | None = None, limit: int = 50, uow: UnitOfWork) -> Page[MatchRun]:
    """Runs, newest first."""
    require(actor, "matches:read")
    with uow:
        runs = uow.of(MatchRun)
        return runs.page(shared_with(actor, runs.c.owner), cursor=cursor, limit=limit, newest_first=True)


def unfinished_runs(uow: UnitOfWork) -> tuple[MatchRun, ...]:
    """Runs that a worker has to take up or go on with."""
    with uow:
        runs = uow.of(MatchRun)
        return runs.all(runs.c.state.in_(("queued", "running")))


def load_plan(run_id: str, *, scorer: Scorer | None, chunk_size: int, uow: UnitOfWork) -> RunPlan:
    """Open what the run was noted with: those rules and that snapshot, whatever was published since."""
    with uow:
        runs, versions, snapshots = uow.of(MatchRun), uow.of(RuleVersion), uow.of(Snapshot)
        run = runs.find(runs.c.id == run_id)
        if run is None:
            raise NotFound("RUN_NOT_FOUND", "没有找到该匹配任务;请核对编号")
        snapshot = snapshots.find(snapshots.c.id == run.snapshot_id)
        frozen = versions.all(versions.c.id.in_(run.rule_version_ids))
    if snapshot is None:
        raise NotFound("SNAPSHOT_GONE", "该匹配任务所用的档案快照已删除")
    source = open_profiles(Path(snapshot.path))
    if source.sha256 != snapshot.sha256:
        raise Conflict("SNAPSHOT_CHANGED", "档案快照与导入时不一致;请重新导入后再匹配")
    return RunPlan(run, positions_of(rule_set(0, frozen), run.as_of), source, scorer, chunk_size)


def begin_run(plan: RunPlan, *, uow: UnitOfWork, clock: Clock) -> None:
    """Mark it as running; again is no harm."""
    with uow:
        runs = uow.of(MatchRun)
        if runs.change(runs.c.id == plan.run.id, runs.c.state == "queued", state="running", started_at=clock.now()):
            uow.audit(clock.now(), "system", "run.started", plan.run.id)


def match_chunk(plan: RunPlan, chunk: int, *, push_top: int, uow: UnitOfWork) -> RunChunk:
    """Decide the enterprises of one step and write matches, decisions and pushes in one transaction, once however often it is called."""
    with uow:
        chunks = uow.of(RunChunk)
        before = chunks.find(chunks.c.run_id == plan.run.id, chunks.c.chunk == chunk)
    if before is not None:
        return before
    counts: Counter[str] = Counter()
    matches: list[Match] = []
    decisions: list[Decision] = []
    profiles: list[ProfileRecord] = []
    usccs = plan.usccs_of(chunk)
    for uscc in usccs:
        profile = plan.source.profile(uscc)
        if profile is None:
            counts["profiles_missing"] += 1
            continue
        record = profile_record(profile)
        found, decided = _match_enterprise(plan, profile_of(record), record.sha256, counts)
        matches += found
        decisions += decided
        if found:
            profiles.append(record)
    done = RunChunk(plan.run.id, chunk, len(usccs), dict(sorted(counts.items())))
    with uow:
        if not uow.of(RunChunk).add_new([done]):
            return done
        uow.of(ProfileRecord).add_new(profiles)
        uow.of(Decision).add_new(decisions)
        uow.of(Match).add_new(matches)
        if plan.run.push:
            uow.of(OutboxMessage).add_new(pushes_of(matches, plan.run, top=push_top, uow=uow))
        runs = uow.of(MatchRun)
        runs.change(runs.c.id == plan.run.id, done=runs.c.done + len(usccs))
    return done


def finish_run(plan: RunPlan, *, uow: UnitOfWork, clock: Clock) -> MatchRun:
    """Add the steps up and close the run."""
    now = clock.now()
    with uow:
        chunks, runs = uow.of(RunChunk), uow.of(MatchRun)
        total: Counter[str] = Counter()
        for chunk in chunks.all(chunks.c.run_id == plan.run.id):
            total.update(chunk.counts)
        if runs.change(
            runs.c.id == plan.run.id,
            runs.c.state == "running",
            state="finished",
            finished_at=now,
            counts=dict(sorted(total.items())),
        ):
            uow.audit(now, "system", "run.finished", plan.run.id, dict(sorted(total.items())))
        run = runs.find(runs.c.id == plan.run.id)
    return run or plan.run


def fail_run(run_id: str, why: str, *, uow: UnitOfWork, clock: Clock) -> None:
    """Close a run that cannot go on, with the reason."""
    with uow:
        runs = uow.of(MatchRun)
        runs.change(runs.c.id == run_id, state="failed", finished_at=clock.now(), error=why[:500])
        uow.audit(clock.now(), "system", "run.failed", run_id)


def run_to_end(run_id: str, *, scorer: Scorer | None, chunk_size: int, push_top: int, uow: UnitOfWork, clock: Clock) -> MatchRun:
    """The whole run in this thread, from wherever it stands; what the durable job does step by step."""
    plan = load_plan(run_id, scorer=scorer, chunk_size=chunk_size, uow=uow)
    begin_run(plan, uow=uow, clock=clock)
    for chunk in range(plan.chunks):
        match_chunk(plan, chunk, push_top=push_top, uow=uow)
    return finish_run(plan, uow=uow, clock=clock)


def _match_enterprise(
    plan: RunPlan, profile: EnterpriseProfile, profile_sha256: str, counts: Counter[str]
) -> tuple[list[Match], list[Decision]]:
    positions, as_of = plan.positions, plan.run.as_of
    decided = positions.index.decide(profile)
    counts["enterprises"] += 1
    counts["enterprises_eligible"] += bool(len(decided.eligible))
    counts["pairs_eligible"] += len(decided.eligible)
    counts["pairs_unknown"] += len(decided.unknown)
    found: dict[tuple[str, str, int], Determination] = {}
    numbers: dict[tuple[str, str, int], int] = {}
    candidates = []
    reading = Reading(profile, as_of)
    for position in _worth_a_reason(positions, [int(i) for i in decided.eligible], reading, counts):
        number, item = positions.items[position]
        determination = determine(positions.documents[number], item, profile, as_of, reading=reading)
        candidate = candidate_of(determination, profile)
        candidates.append(candidate)
        found[candidate.key], numbers[candidate.key] = determination, number
    matches, decisions = [], []
    ranking = rank(candidates, plan.scorer)
    for ranked in ranking.ranked:
        band, key = ranked.candidate.band, ranked.candidate.key
        version = positions.versions[numbers[key]]
        decision = _decision(plan, version, found[key], profile_sha256)
        decisions.append(decision)
        matches.append(
            _match(plan, version, found[key], profile, decision, rank=ranked.place, score=ranked.score, group=GROUPS[band])
        )
    counts["matches"] += len(matches)
    return matches, decisions


def _worth_a_reason(positions: Positions, eligible: Sequence[int], reading: Reading, counts: Counter[str]) -> list[int]:
    """The positions to look into: what is met, and of the many that are near or undecidable those that promise most."""
    met = set(eligible)
    near: list[int] = []
    unknown: list[int] = []
    for position in eligible:
        number, item = positions.items[position]
        counts["band_direct" if positions.documents[number].items[item].is_automatic else "band_apply"] += 1
    for position, (number, item) in enumerate(positions.items):
        if position in met:
            continue
        band = band_for(positions.documents[number], item, reading.profile, reading.as_of, reading=reading)
        if band is Band.NOT_MET:
            continue
        counts[f"band_{GROUPS[band]}"] += 1
        (unknown if band is Band.UNKNOWN else near).append(position)
    best = [sorted(open_ones, key=lambda p: (-promise(positions, p), p))[:OPEN_KEPT] for open_ones in (near, unknown)]
    return [*eligible, *best[0], *best[1]]


def promise(positions: Positions, position: int) -> Decimal:
    """The most that the item's own words name for one enterprise; nothing where they name no sum."""
    number, item = positions.items[position]
    amounts = positions.documents[number].items[item].amounts
    return max((a.cap or a.value or Decimal(0) for a in amounts if a.kind != "per_unit"), default=Decimal(0))


def _decision(plan: RunPlan, version: RuleVersion, found: Determination, profile_sha256: str) -> Decision:
    run = plan.run
    return Decision(
        id=derived_id("dec", run.id, found.uscc, version.id, str(found.index)),
        run_id=run.id,
        owner=run.owner,
        uscc=found.uscc,
        document_id=version.document_id,
        item=found.index,
        rule_version_id=version.id,
        rule_sha256=version.sha256,
        profile_sha256=profile_sha256,
        as_of=run.as_of,
        engine_version=run.engine_version,
        model_version=run.model_version,
        result=result_of(found),
        # of what is granted; an open match is explained anew from the record whenever somebody asks
        explanation_sha256=sha256(explanation_of(found)) if found.verdict is Verdict.MET else "",
        decided_at=run.created_at,
    )


def _match(
    plan: RunPlan,
    version: RuleVersion,
    found: Determination,
    profile: EnterpriseProfile,
    decision: Decision,
    *,
    rank: int,
    score: float | None,
    group: str,
) -> Match:
    benefit = found.benefit
    return Match(
        id=derived_id("mat", plan.run.id, profile.uscc, version.id, str(found.index)),
        run_id=plan.run.id,
        uscc=profile.uscc,
        name=profile.name[:255],
        document_id=version.document_id,
        item=found.index,
        title=found.item.title,
        rule_version_id=version.id,
        group=group,
        verdict=found.verdict.eligibility,
        low_fen=0 if benefit is None else fen(benefit.low),
        high_fen=None if benefit is None or benefit.high is None else fen(benefit.high),
        score=0.0 if score is None else score,
        rank=rank,
        reasons=[headline(found)],
        decision_id=decision.id,
    )


def list_matches(
    actor: Actor,
    *,
    run_id: str | None = None,
    uscc: str | None = None,
    document_id: str | None = None,
    group: str | None = None,
    cursor: str | None = None,
    limit: int = 50,
    uow: UnitOfWork,
) -> Page[Match]:
    """The matches of one run (the newest finished one unless said otherwise) about enterprises that the actor may see."""
    require(actor, "matches:read")
    if uscc is not None:
        require_enterprise(actor, uscc)
    with uow:
        run = get_run(run_id, actor, uow=uow) if run_id is not None else newest_run(actor, uow=uow)
        if run is None:
            return Page((), None)
        matches = uow.of(Match)
        where = [matches.c.run_id == run.id, about_visible(actor, matches.c.uscc)]
        for column, wanted in ((matches.c.uscc, uscc), (matches.c.document_id, document_id), (matches.c.group, group)):
            where += [column == wanted] if wanted is not None else []
        return matches.page(*where, cursor=cursor, limit=limit)


def newest_run(actor: Actor, *, uow: UnitOfWork) -> MatchRun | None:
    """The finished run begun last, of those the actor may see."""
    with uow:
        runs = uow.of(MatchRun)
        found = runs.all(runs.c.state == "finished", shared_with(actor, runs.c.owner), order=(runs.c.id.desc(),), limit=1)
    return found[0] if found else None


def get_match(match_id: str, actor: Actor, *, uow: UnitOfWork) -> Match:
    """One match."""
    require(actor, "matches:read")
    with uow:
        matches, runs = uow.of(Match), uow.of(MatchRun)
        match = matches.find(matches.c.id == match_id, about_visible(actor, matches.c.uscc))
        if match is not None and runs.find(runs.c.id == match.run_id, shared_with(actor, runs.c.owner)) is None:
            match = None
    if match is None:
        raise NotFound("MATCH_NOT_FOUND", "没有找到这条匹配;请核对编号")
    return match
