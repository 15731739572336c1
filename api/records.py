"""What the service stores, as values: one frozen record a table, with the table's columns."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Some of a list, and the cursor that asks for the next ones (None at the end)."""

    items: tuple[T, ...]
    next_cursor: str | None


@dataclass(frozen=True, slots=True)
class PolicyDocument:
    """One policy file as imported: parsed, quarantined, or refused with the reason."""

    id: str
    document_id: str
    name: str
    sha256: str
    state: str
    source_format: str
    title: str
    meta: dict[str, Any]
    text: str
    diagnostics: list[dict[str, Any]]
    ledger: list[dict[str, Any]]
    attachments: list[Any]
    refused_code: str | None
    refused_message: str | None
    imported_by: str
    imported_at: datetime


@dataclass(frozen=True, slots=True)
class RuleDraft:
    """The rules of one document on their way to being signed; `revision` rises with each change."""

    id: str
    policy_id: str
    document_id: str
    title: str
    revision: int
    state: str
    rules: dict[str, Any]
    authors: list[str]
    submitted_by: str | None
    approved_by: str | None
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class Review:
    """One officer's word on one revision."""

    id: str
    draft_id: str
    revision: int
    reviewer: str
    reviewer_name: str
    verdict: str
    note: str
    at: datetime


@dataclass(frozen=True, slots=True)
class RuleVersion:
    """Published rules, frozen: `rules` is canonical JSON and `sha256` its hash."""

    id: str
    document_id: str
    version: int
    policy_id: str
    draft_id: str
    title: str
    rules: str
    sha256: str
    supersedes: str | None
    approved_by: str
    published_by: str
    published_at: datetime
    retired_at: datetime | None


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A set of enterprise profiles as of a day."""

    id: str
    path: str
    sha256: str
    as_of: date
    enterprises: int
    imported_by: str
    imported_at: datetime


@dataclass(frozen=True, slots=True)
class MatchRun:
    """One match of all enterprises against the rules in force."""

    id: str
    owner: str
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
    started_by: str
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    error: str | None


@dataclass(frozen=True, slots=True)
class RunChunk:
    """One step of a run that has had its effect."""

    run_id: str
    chunk: int
    enterprises: int
    counts: dict[str, int]


@dataclass(frozen=True, slots=True)
class Match:
    """One enterprise and one item, as a run found them. Money in fen; `high_fen` None is unbounded."""

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
    low_fen: int
    high_fen: int | None
    score: float
    rank: int
    reasons: list[str]
    decision_id: str


@dataclass(frozen=True, slots=True)
class ProfileRecord:
    """What was known of an enterprise when it was decided: compressed canonical JSON by its hash."""

    sha256: str
    uscc: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Decision:
    """Everything that a replay needs; `result` is canonical JSON."""

    id: str
    run_id: str | None
    owner: str
    uscc: str
    document_id: str
    item: int
    rule_version_id: str
    rule_sha256: str
    profile_sha256: str
    as_of: date
    engine_version: str
    model_version: str
    result: str
    explanation_sha256: str
    decided_at: datetime


@dataclass(frozen=True, slots=True)
class Objection:
    """An enterprise's word against a result (review) or against a record (data)."""

    id: str
    uscc: str
    kind: str
    match_id: str | None
    fact: str | None
    text: str
    state: str
    raised_by: str
    raised_at: datetime
    answer: str | None
    answered_by: str | None
    answered_at: datetime | None


@dataclass(frozen=True, slots=True)
class User:
    """A person who signs in."""

    id: str
    username: str
    name: str
    password_hash: str
    role: str
    uscc: str | None
    failures: int
    locked_until: datetime | None
    disabled: bool
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Session:
    """A signed-in browser; `id` is the hash of its token."""

    id: str
    user_id: str
    csrf: str
    created_at: datetime
    seen_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class ApiKey:
    """An integrator's key; only the hash of its secret is kept."""

    id: str
    owner: str
    name: str
    secret_hash: str
    scopes: list[str]
    enterprises: list[str] | None
    created_by: str
    created_at: datetime
    revoked_at: datetime | None


@dataclass(frozen=True, slots=True)
class WebhookEndpoint:
    """Where an integrator wants pushes. Its secret is derived from the master key, its id and `secret_version`, and kept nowhere."""

    id: str
    owner: str
    url: str
    state: str
    disabled_reason: str | None
    enterprises: list[str] | None
    secret_version: int
    rotated_at: datetime | None
    failing_since: datetime | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class OutboxMessage:
    """A push decided on, written in the transaction that wrote its match; `payload` is the body as it will be signed."""

    id: str
    run_id: str
    uscc: str
    rule_version_id: str
    channel: str
    payload: str
    created_at: datetime
    dispatched_at: datetime | None


@dataclass(frozen=True, slots=True)
class Delivery:
    """One outbox message on its way to one endpoint."""

    id: str
    outbox_id: str
    endpoint_id: str
    owner: str
    uscc: str
    state: str
    attempts: int
    next_at: datetime
    lease: str | None
    leased_until: datetime | None
    last_status: int | None
    last_error: str | None
    created_at: datetime
    delivered_at: datetime | None


@dataclass(frozen=True, slots=True)
class InboxMessage:
    """A push in the enterprise's own inbox."""

    id: str
    outbox_id: str
    uscc: str
    title: str
    body: str
    created_at: datetime
    read_at: datetime | None


@dataclass(frozen=True, slots=True)
class OptOut:
    """An enterprise that wants no pushes by this channel (`all` for none at all)."""

    uscc: str
    channel: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class IdempotencyKey:
    """A request that had its effect, and what it was answered."""

    owner: str
    key: str
    fingerprint: str
    status: int
    body: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class BudgetPot:
    """What an item may give out, what is held for enterprises and what was paid. A limit of None is none.

    `way` is the officer's word on how it is given out; None where nobody has set it (then the text's own words count).
    """

    document_id: str
    item: int
    budget_fen: int | None
    quota: int | None
    reserved_fen: int
    reserved_count: int
    paid_fen: int = 0
    paid_count: int = 0
    way: str | None = None
    set_by: str | None = None
    set_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Reservation:
    """Money put aside for one enterprise: reserved, confirmed, paid or released; `paid_fen` once it is paid."""

    id: str
    document_id: str
    item: int
    uscc: str
    rule_version_id: str
    amount_fen: int
    reserved_by: str
    reserved_at: datetime
    state: str
    round_id: str | None
    paid_fen: int | None
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class BudgetRound:
    """Applications gathered up to a day (inclusive), then shared out at once; the sums are those of the sharing."""

    id: str
    document_id: str
    item: int
    rule_version_id: str
    way: str
    closes_on: date
    state: str
    applications: int
    available_fen: int | None
    granted_fen: int
    granted_count: int
    opened_by: str
    opened_at: datetime
    shared_by: str | None
    shared_at: datetime | None


@dataclass(frozen=True, slots=True)
class BudgetApplication:
    """One enterprise's wish within a round; `reason` says why it got nothing."""

    id: str
    round_id: str
    uscc: str
    amount_fen: int
    rank: int | None
    state: str
    granted_fen: int
    reason: str | None
    reservation_id: str | None
    applied_by: str
    applied_at: datetime


@dataclass(frozen=True, slots=True)
class BudgetEntry:
    """One line of an item's ledger: by how much what is held and what was paid changed. The lines add up to the pot."""

    id: str
    document_id: str
    item: int
    reservation_id: str | None
    kind: str
    held_fen: int
    held_count: int
    paid_fen: int
    paid_count: int
    note: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One line of the log; `hash` covers the line and `previous`, `seal` shows that the service wrote it."""

    seq: int
    at: str
    actor: str
    action: str
    subject: str
    data: str
    previous: str
    hash: str
    seal: str


@dataclass(frozen=True, slots=True)
class Counter:
    """A number that rises when something that is kept resident has changed."""

    name: str
    value: int


_LARGEST = 2**63 - 1


def fen(amount: Decimal) -> int:
    """Yuan as whole fen, cut off at what a column holds; the exact amount stands in the decision's result.

    >>> fen(Decimal("12.345"))
    1234
    """
    return min(int(amount * 100), _LARGEST)
