"""Decisions on record: making one, reading it, giving its reason, and making it again from the record alone."""

import json
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, or_

from api.access import Actor, require, require_enterprise
from api.canonical import sha256
from api.db.access import about_visible, shared_with
from api.db.unit_of_work import UnitOfWork
from api.errors import NotFound
from api.ids import new_id
from api.live import Live
from api.records import Decision, Page, ProfileRecord, RuleVersion
from api.usecases.recording import ENGINE_VERSION, as_recorded, explanation_of, profile_of, profile_record, result_of
from api.usecases.rules import document_of
from matcher.determination import Determination, determine
from matcher.explain_json import explanation_to_json


@dataclass(frozen=True, slots=True)
class Replay:
    """A decision made again from its record: whether result and reason are the same to the byte.

    A run keeps the reason's hash where something is granted; for its open matches the result alone is compared."""

    equal: bool
    recorded: dict[str, Any]
    again: dict[str, Any]
    explanation_equal: bool
    engine_recorded: str
    engine_now: str


def decide(
    uscc: str, document_id: str, item: int, actor: Actor, *, as_of: date | None = None, live: Live, uow: UnitOfWork
) -> Decision:
    """Decide one item in force for one enterprise and keep the record."""
    require(actor, "decisions:write")
    require_enterprise(actor, uscc)
    rules = live.rules()
    version = rules.version_of(document_id)
    document = document_of(version.sha256, version.rules)
    if not 0 <= item < len(document.items):
        raise NotFound("ITEM_NOT_FOUND", "没有找到该事项;请核对事项序号")
    profile, day, now = as_recorded(live.profile(uscc)), as_of or live.today(), live.clock.now()
    found, record = determine(document, item, profile, day), profile_record(profile)
    decision = Decision(
        id=new_id("dec", now),
        run_id=None,
        owner=actor.owner,
        uscc=uscc,
        document_id=document_id,
        item=item,
        rule_version_id=version.id,
        rule_sha256=version.sha256,
        profile_sha256=record.sha256,
        as_of=day,
        engine_version=ENGINE_VERSION,
        model_version=live.model_version,
        result=result_of(found),
        explanation_sha256=sha256(explanation_of(found)),
        decided_at=now,
    )
    with uow:
        uow.of(ProfileRecord).add_new([record])
        uow.of(Decision).add(decision)
        uow.audit(now, actor.id, "decision.made", decision.id, {"rule": version.id, "item": item})
    return decision


def get_decision(decision_id: str, actor: Actor, *, uow: UnitOfWork) -> Decision:
    """One decision on record."""
    require(actor, "matches:read")
    with uow:
        decisions = uow.of(Decision)
        decision = decisions.find(
            decisions.c.id == decision_id, shared_with(actor, decisions.c.owner), about_visible(actor, decisions.c.uscc)
        )
    if decision is None:
        raise NotFound("DECISION_NOT_FOUND", "没有找到该判定;请核对编号")
    return decision


def list_decisions(
    actor: Actor, *, uscc: str | None = None, cursor: str | None = None, limit: int = 50, uow: UnitOfWork
) -> Page[Decision]:
    """Decisions on record, in the reverse order of their ids."""
    with uow:
        where = _readable(actor, uscc, uow)
        return uow.of(Decision).page(*where, cursor=cursor, limit=limit, newest_first=True)


def latest_decisions(
    actor: Actor, *, uscc: str | None = None, after: str | None = None, limit: int = 30, uow: UnitOfWork
) -> Page[Decision]:
    """Decisions on record by the moment they were made, newest first; those of one run share a moment. `after`: the last id seen."""
    with uow:
        where, decisions = _readable(actor, uscc, uow), uow.of(Decision)
        at, key = decisions.c.decided_at, decisions.c.id
        last = None if after is None else decisions.find(key == after, *where)
        if last is not None:
            where.append(or_(at < last.decided_at, and_(at == last.decided_at, key < last.id)))
        rows = decisions.all(*where, order=(at.desc(), key.desc()), limit=limit + 1)
    return Page(rows[:limit], rows[limit - 1].id if len(rows) > limit else None)


def _readable(actor: Actor, uscc: str | None, uow: UnitOfWork) -> list[ColumnElement[bool]]:
    """What the decisions that the actor may read have in common: of one enterprise, or of all. Raises Forbidden."""
    require(actor, "matches:read")
    if uscc is not None:
        require_enterprise(actor, uscc)
    c = uow.of(Decision).c
    return [shared_with(actor, c.owner), about_visible(actor, c.uscc), *([] if uscc is None else [c.uscc == uscc])]


def explain_decision(decision_id: str, actor: Actor, *, uow: UnitOfWork) -> dict[str, Any]:
    """The whole reason of a decision, criterion by criterion, from the record."""
    with uow:
        decision = get_decision(decision_id, actor, uow=uow)
        return explanation_to_json(_again(decision, uow), reveal=actor.may("values:read"))


def replay_decision(decision_id: str, actor: Actor, *, uow: UnitOfWork) -> Replay:
    """Make a decision again from its record and compare to the byte."""
    with uow:
        decision = get_decision(decision_id, actor, uow=uow)
        found = _again(decision, uow)
    result = result_of(found)
    same_reason = decision.explanation_sha256 in ("", sha256(explanation_of(found)))
    return Replay(
        equal=result == decision.result and same_reason,
        recorded=json.loads(decision.result),
        again=json.loads(result),
        explanation_equal=same_reason,
        engine_recorded=decision.engine_version,
        engine_now=ENGINE_VERSION,
    )


def _again(decision: Decision, uow: UnitOfWork) -> Determination:
    versions, profiles = uow.of(RuleVersion), uow.of(ProfileRecord)
    version = versions.find(versions.c.id == decision.rule_version_id)
    record = profiles.find(profiles.c.sha256 == decision.profile_sha256)
    if version is None or record is None:
        raise NotFound("DECISION_RECORD_GONE", "该判定所依据的档案已按保存期限删除,无法重放")
    if sha256(version.rules) != decision.rule_sha256:
        raise NotFound("DECISION_RULE_CHANGED", "该判定所依据的规则文本与留存的哈希不符,疑被改动;请校验审计记录")
    return determine(document_of(version.sha256, version.rules), decision.item, profile_of(record), decision.as_of)
