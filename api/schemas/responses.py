"""Response bodies, made from records; what is not listed here does not leave the service."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any, Generic, TypeVar

import msgspec
from pydantic import BaseModel, ConfigDict, Field

from api.records import Match, RuleVersion
from api.schemas.fields import MoneyOut
from api.usecases.matching import MatchAnswer, MatchView

T = TypeVar("T")


class View(BaseModel):
    """Made from a record's attributes."""

    model_config = ConfigDict(from_attributes=True, frozen=True)


class PlaceView(View):
    """One thing wrong and where."""

    pointer: str
    message: str


class Problem(View):
    """RFC 9457 problem details."""

    type: str
    title: str
    status: int
    detail: str
    instance: str
    code: str
    trace_id: str
    errors: list[PlaceView] = []


class PageOf(View, Generic[T]):
    """One page of a list."""

    items: list[T]
    next_cursor: str | None


class ActorView(View):
    """Who is calling and with what rights."""

    kind: str
    id: str
    name: str
    role: str
    owner: str
    scopes: list[str]
    enterprises: list[str] | None


class PolicyView(View):
    """A policy in a list."""

    id: str
    document_id: str
    name: str
    sha256: str
    state: str
    source_format: str
    title: str
    meta: dict[str, Any]
    refused_code: str | None
    refused_message: str | None
    imported_at: datetime


class PolicyWhole(PolicyView):
    """A policy with its text and what was found in it."""

    text: str
    diagnostics: list[dict[str, Any]]
    ledger: list[dict[str, Any]]
    attachments: list[Any]


class DraftView(View):
    """A draft in a list."""

    id: str
    policy_id: str
    document_id: str
    title: str
    revision: int
    state: str
    authors: list[str]
    submitted_by: str | None
    approved_by: str | None
    created_at: datetime
    updated_at: datetime


class DraftWhole(DraftView):
    """A draft with its rules."""

    rules: dict[str, Any]


class ImportedView(View):
    """What came of one file."""

    policy: PolicyView
    draft: DraftView | None
    is_new: bool


class ReviewView(View):
    """One officer's word."""

    id: str
    revision: int
    reviewer: str
    reviewer_name: str
    verdict: str
    note: str
    at: datetime


class RuleView(View):
    """A published version in a list."""

    id: str
    document_id: str
    version: int
    policy_id: str
    title: str
    sha256: str
    supersedes: str | None
    published_at: datetime
    retired_at: datetime | None


class RuleWhole(RuleView):
    """A published version with its rules."""

    rules: dict[str, Any]


class RunView(View):
    """A match run and its progress."""

    id: str
    state: str
    as_of: date
    snapshot_id: str
    rule_version_ids: list[str]
    push: bool
    engine_version: str
    model_version: str
    total: int
    done: int
    counts: dict[str, int]
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    error: str | None


class StoredMatchView(View):
    """A match of a run."""

    id: str
    run_id: str
    uscc: str
    name: str
    document_id: str
    item: int
    title: str
    rule_version_id: str
    group: str
    verdict: str
    low: MoneyOut | None
    high: MoneyOut | None
    masked: bool = Field(False, description="金额由敏感数据算出,调用方无权查看,故 low 与 high 为 null")
    score: float
    rank: int
    reasons: list[str]
    decision_id: str


class MatchViewOut(View):
    """One match of an answer."""

    place: int
    rule_version_id: str
    document_id: str
    item: int
    title: str
    policy_title: str
    category: str
    group: str
    verdict: str
    low: MoneyOut | None
    high: MoneyOut | None
    masked: bool = Field(False, description="金额由敏感数据算出,调用方无权查看,故 low 与 high 为 null")
    score: float | None
    reason: str
    explanation: dict[str, Any] | None


class ProfileProblemView(View):
    """An entry of the profile that was set aside."""

    fact: str
    message: str


class MatchAnswerView(View):
    """What one enterprise may have."""

    uscc: str
    as_of: date
    counts: dict[str, int]
    model_version: str
    fallback: str
    matches: list[MatchViewOut]
    problems: list[ProfileProblemView]


class GroupsView(View):
    """The four groups: 可直接享受, 符合条件待申报, 差一点, 无法判断."""

    uscc: str
    name: str
    as_of: date
    direct: list[MatchViewOut]
    apply: list[MatchViewOut]
    near: list[MatchViewOut]
    unknown: list[MatchViewOut]
    out_of_reach: int


class DecisionView(View):
    """A decision on record."""

    id: str
    run_id: str | None
    uscc: str
    document_id: str
    item: int
    rule_version_id: str
    rule_sha256: str
    profile_sha256: str
    as_of: date
    engine_version: str
    model_version: str
    result: str = Field(description="判定结果(规范化 JSON 原文)")
    explanation_sha256: str
    decided_at: datetime


class ReplayView(View):
    """A decision made again."""

    equal: bool
    recorded: dict[str, Any]
    again: dict[str, Any]
    explanation_equal: bool
    engine_recorded: str
    engine_now: str


class WebhookView(View):
    """An endpoint; its secret is shown when it is made or rotated only."""

    id: str
    owner: str
    url: str
    state: str
    disabled_reason: str | None
    created_at: datetime
    rotated_at: datetime | None


class WebhookWithSecret(WebhookView):
    """An endpoint with its secret."""

    secret: str


class TrialView(View):
    """How a receiver answered to a test event."""

    webhook_id: str
    message_id: str
    ok: bool
    status: int | None
    error: str | None
    sent_at: datetime


class DeliveryView(View):
    """How one message fared."""

    id: str
    outbox_id: str
    endpoint_id: str
    state: str
    attempts: int
    next_at: datetime
    last_status: int | None
    last_error: str | None
    created_at: datetime
    delivered_at: datetime | None


class KeyView(View):
    """A key without its secret."""

    id: str
    owner: str
    name: str
    scopes: list[str]
    enterprises: list[str] | None
    created_at: datetime


class KeyWithSecret(KeyView):
    """A key with its secret, shown this once."""

    secret: str


class ObjectionView(View):
    """An objection and its answer."""

    id: str
    uscc: str
    kind: str
    match_id: str | None
    fact: str | None
    text: str
    state: str
    raised_at: datetime
    answer: str | None
    answered_at: datetime | None


class OptOutView(View):
    """A refusal of pushes."""

    uscc: str
    channel: str
    at: datetime


class OptOuts(View):
    """What an enterprise has refused."""

    items: list[OptOutView]


class MessageView(View):
    """A message in an enterprise's inbox."""

    id: str
    uscc: str
    title: str
    body: str
    created_at: datetime
    read_at: datetime | None


class ReservationView(View):
    """Money put aside."""

    id: str
    document_id: str
    item: int
    uscc: str
    rule_version_id: str
    amount: MoneyOut
    reserved_at: datetime


class SessionView(View):
    """A session's token, shown this once."""

    token: str
    expires_at: datetime
    role: str
    name: str


class UserView(View):
    """A person."""

    id: str
    username: str
    name: str
    role: str
    uscc: str | None
    disabled: bool
    created_at: datetime


class ChainView(View):
    """Whether the audit chain holds."""

    ok: bool
    count: int
    head: str
    broken_seq: int | None
    message: str
    noted_seq: int | None


class AuditView(View):
    """One line of the log."""

    seq: int
    at: str
    actor: str
    action: str
    subject: str
    data: str
    hash: str


class Health(View):
    """Whether the service is alive, or ready."""

    status: str
    checks: dict[str, str] = {}


class VersionView(View):
    """What is running."""

    version: str
    engine: str
    model: str
    rules: int


def plain(view: BaseModel) -> dict[str, Any]:
    """The view as JSON values."""
    return view.model_dump(mode="json")


def stored_match(match: Match, *, masked: bool) -> StoredMatchView:
    """A match with its money in yuan; without it where it is `masked` from this reader."""
    low, high = Decimal(match.low_fen) / 100, None if match.high_fen is None else Decimal(match.high_fen) / 100
    values = {name: getattr(match, name) for name in StoredMatchView.model_fields if name not in ("low", "high", "masked")}
    return StoredMatchView(low=None if masked else low, high=None if masked else high, masked=masked, **values)


def money_text(amount: Decimal | None) -> str | None:
    """Money as it stands in answers."""
    return None if amount is None else format(amount.normalize(), "f") if amount else "0"


def match_json(view: MatchView) -> dict[str, Any]:
    """A match as JSON values, without the detour over a model: this is the busy path."""
    return {
        "place": view.place,
        "rule_version_id": view.rule_version_id,
        "document_id": view.document_id,
        "item": view.item,
        "title": view.title,
        "policy_title": view.policy_title,
        "category": view.category,
        "group": view.group,
        "verdict": view.verdict,
        "low": None if view.masked else money_text(view.low),
        "high": None if view.masked else money_text(view.high),
        "masked": view.masked,
        "score": view.score,
        "reason": view.reason,
        "explanation": view.explanation,
    }


def answer_json(answer: MatchAnswer) -> dict[str, Any]:
    """An answer as JSON values."""
    return {
        "uscc": answer.uscc,
        "as_of": answer.as_of.isoformat(),
        "counts": dict(answer.counts),
        "model_version": answer.model_version,
        "fallback": answer.fallback,
        "matches": [match_json(m) for m in answer.matches],
        "problems": [{"fact": p.fact, "message": p.message} for p in answer.problems],
    }


_encoder = msgspec.json.Encoder()


def answer_bytes(answer: MatchAnswer) -> bytes:
    """An answer as it goes out."""
    return _encoder.encode(answer_json(answer))


def rule_whole(version: RuleVersion, rules: dict[str, Any]) -> dict[str, Any]:
    """A version with its rules as JSON values."""
    return plain(RuleView.model_validate(version)) | {"rules": rules}
