"""The tables. Money is int64 fen, moments are UTC, and what must hold (one effect per key, one version per number) is a constraint."""

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from api.db.types import Moment

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
    }
)

_ID = String(40)
_USCC = String(18)
_HASH = String(64)


def _id() -> Column[str]:
    return Column("id", _ID, primary_key=True)


# ---- policies and rules ------------------------------------------------------------------------------------------
policy_documents = Table(
    "policy_documents",
    metadata,
    _id(),
    Column("document_id", String(120), nullable=False),
    Column("name", String(255), nullable=False),
    Column("sha256", _HASH, nullable=False),
    Column("state", String(20), nullable=False),  # parsed | quarantined | refused
    Column("source_format", String(20), nullable=False),
    Column("title", Text, nullable=False),
    Column("meta", JSON, nullable=False),
    Column("text", Text, nullable=False),
    Column("diagnostics", JSON, nullable=False),
    Column("ledger", JSON, nullable=False),
    Column("attachments", JSON, nullable=False),
    Column("refused_code", String(60)),
    Column("refused_message", Text),
    Column("imported_by", _ID, nullable=False),
    Column("imported_at", Moment, nullable=False),
    UniqueConstraint("document_id", "sha256"),
)
policy_bytes = Table(  # apart, so that listing policies never drags the files along
    "policy_bytes",
    metadata,
    Column("sha256", _HASH, primary_key=True),
    Column("data", LargeBinary, nullable=False),
)
rule_drafts = Table(
    "rule_drafts",
    metadata,
    _id(),
    Column("policy_id", _ID, ForeignKey("policy_documents.id"), nullable=False, index=True),
    Column("document_id", String(120), nullable=False),
    Column("title", Text, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("state", String(20), nullable=False, index=True),  # draft | submitted | approved | rejected | published
    Column("rules", JSON, nullable=False),
    Column("authors", JSON, nullable=False),
    Column("submitted_by", _ID),
    Column("approved_by", _ID),
    Column("created_at", Moment, nullable=False),
    Column("updated_at", Moment, nullable=False),
)
reviews = Table(
    "reviews",
    metadata,
    _id(),
    Column("draft_id", _ID, ForeignKey("rule_drafts.id"), nullable=False, index=True),
    Column("revision", Integer, nullable=False),
    Column("reviewer", _ID, nullable=False),
    Column("reviewer_name", String(120), nullable=False),
    Column("verdict", String(20), nullable=False),  # approved | rejected
    Column("note", Text, nullable=False),
    Column("at", Moment, nullable=False),
)
rule_versions = Table(
    "rule_versions",
    metadata,
    _id(),
    Column("document_id", String(120), nullable=False),
    Column("version", Integer, nullable=False),
    Column("policy_id", _ID, ForeignKey("policy_documents.id"), nullable=False),
    Column("draft_id", _ID, ForeignKey("rule_drafts.id"), nullable=False),
    Column("title", Text, nullable=False),
    Column("rules", Text, nullable=False),  # canonical JSON, frozen: its hash is sha256
    Column("sha256", _HASH, nullable=False),
    Column("supersedes", _ID),
    Column("approved_by", _ID, nullable=False),
    Column("published_by", _ID, nullable=False),
    Column("published_at", Moment, nullable=False),
    Column("retired_at", Moment),
    UniqueConstraint("document_id", "version"),
)

# ---- enterprises, runs, matches, decisions -----------------------------------------------------------------------
snapshots = Table(
    "snapshots",
    metadata,
    _id(),
    Column("path", Text, nullable=False),
    Column("sha256", _HASH, nullable=False),
    Column("as_of", Date, nullable=False),
    Column("enterprises", Integer, nullable=False),
    Column("imported_by", _ID, nullable=False),
    Column("imported_at", Moment, nullable=False),
)
match_runs = Table(
    "match_runs",
    metadata,
    _id(),
    Column("owner", _ID, nullable=False, index=True),
    Column("state", String(20), nullable=False),  # queued | running | finished | failed
    Column("as_of", Date, nullable=False),
    Column("snapshot_id", _ID, ForeignKey("snapshots.id"), nullable=False),
    Column("rule_version_ids", JSON, nullable=False),
    Column("push", Boolean, nullable=False),
    Column("engine_version", String(40), nullable=False),
    Column("model_version", String(80), nullable=False),
    Column("total", Integer, nullable=False),
    Column("done", Integer, nullable=False),
    Column("counts", JSON, nullable=False),
    Column("started_by", _ID, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("started_at", Moment),
    Column("finished_at", Moment),
    Column("error", Text),
)
run_chunks = Table(  # which steps of a run have had their effect
    "run_chunks",
    metadata,
    Column("run_id", _ID, ForeignKey("match_runs.id"), primary_key=True),
    Column("chunk", Integer, primary_key=True, autoincrement=False),
    Column("enterprises", Integer, nullable=False),
    Column("counts", JSON, nullable=False),
)
matches = Table(
    "matches",
    metadata,
    _id(),
    Column("run_id", _ID, ForeignKey("match_runs.id"), nullable=False),
    Column("uscc", _USCC, nullable=False),
    Column("name", String(255), nullable=False),
    Column("document_id", String(120), nullable=False),
    Column("item", Integer, nullable=False),
    Column("title", Text, nullable=False),
    Column("rule_version_id", _ID, ForeignKey("rule_versions.id"), nullable=False),
    Column("group", String(12), nullable=False),  # direct | apply | near | unknown
    Column("verdict", String(12), nullable=False),
    Column("low_fen", BigInteger, nullable=False),
    Column("high_fen", BigInteger),
    Column("score", Float, nullable=False),
    Column("rank", Integer, nullable=False),
    Column("reasons", JSON, nullable=False),
    Column("decision_id", _ID, nullable=False),
    UniqueConstraint("run_id", "uscc", "rule_version_id", "item"),
    Index("ix_matches_uscc_id", "uscc", "id"),
    Index("ix_matches_run_id_id", "run_id", "id"),
)
profile_records = Table(  # what was known when it was decided; compressed canonical JSON by its hash
    "profile_records",
    metadata,
    Column("sha256", _HASH, primary_key=True),
    Column("uscc", _USCC, nullable=False, index=True),
    Column("body", LargeBinary, nullable=False),
)
decisions = Table(  # append-only
    "decisions",
    metadata,
    _id(),
    Column("run_id", _ID, index=True),
    Column("owner", _ID, nullable=False),
    Column("uscc", _USCC, nullable=False, index=True),
    Column("document_id", String(120), nullable=False),
    Column("item", Integer, nullable=False),
    Column("rule_version_id", _ID, ForeignKey("rule_versions.id"), nullable=False),
    Column("rule_sha256", _HASH, nullable=False),
    Column("profile_sha256", _HASH, nullable=False),
    Column("as_of", Date, nullable=False),
    Column("engine_version", String(40), nullable=False),
    Column("model_version", String(80), nullable=False),
    Column("result", Text, nullable=False),  # canonical JSON: verdict, low, high
    Column("explanation_sha256", _HASH, nullable=False),
    Column("decided_at", Moment, nullable=False),
    Index("ix_decisions_decided_at_id", "decided_at", "id"),
)
objections = Table(
    "objections",
    metadata,
    _id(),
    Column("uscc", _USCC, nullable=False, index=True),
    Column("kind", String(12), nullable=False),  # review (申请人工复核) | data (数据校核)
    Column("match_id", _ID),
    Column("fact", String(80)),
    Column("text", Text, nullable=False),
    Column("state", String(12), nullable=False),  # open | answered
    Column("raised_by", _ID, nullable=False),
    Column("raised_at", Moment, nullable=False),
    Column("answer", Text),
    Column("answered_by", _ID),
    Column("answered_at", Moment),
)

# ---- people and keys ---------------------------------------------------------------------------------------------
users = Table(
    "users",
    metadata,
    _id(),
    Column("username", String(60), nullable=False, unique=True),
    Column("name", String(120), nullable=False),
    Column("password_hash", String(200), nullable=False),
    Column("role", String(20), nullable=False),
    Column("uscc", _USCC),
    Column("failures", Integer, nullable=False),
    Column("locked_until", Moment),
    Column("disabled", Boolean, nullable=False),
    Column("created_at", Moment, nullable=False),
)
sessions = Table(
    "sessions",
    metadata,
    Column("id", _HASH, primary_key=True),  # the hash of the token; the token itself is nowhere
    Column("user_id", _ID, ForeignKey("users.id"), nullable=False, index=True),
    Column("csrf", String(64), nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("seen_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False),
)
api_keys = Table(
    "api_keys",
    metadata,
    _id(),
    Column("owner", _ID, nullable=False, index=True),
    Column("name", String(120), nullable=False),
    Column("secret_hash", _HASH, nullable=False, unique=True),
    Column("scopes", JSON, nullable=False),
    Column("enterprises", JSON),
    Column("created_by", _ID, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("revoked_at", Moment),
)

# ---- pushing -----------------------------------------------------------------------------------------------------
webhook_endpoints = Table(
    "webhook_endpoints",
    metadata,
    _id(),
    Column("owner", _ID, nullable=False, index=True),
    Column("url", Text, nullable=False),
    Column("state", String(12), nullable=False),  # active | disabled
    Column("disabled_reason", Text),
    Column("enterprises", JSON),  # copied from whoever registered it: it never receives more than they may see
    Column("secret_version", Integer, nullable=False),
    Column("rotated_at", Moment),
    Column("failing_since", Moment),
    Column("created_at", Moment, nullable=False),
)
outbox = Table(
    "outbox",
    metadata,
    _id(),
    Column("run_id", _ID, ForeignKey("match_runs.id"), nullable=False),
    Column("uscc", _USCC, nullable=False, index=True),
    Column("rule_version_id", _ID, ForeignKey("rule_versions.id"), nullable=False),
    Column("channel", String(12), nullable=False),  # inbox | webhook
    Column("payload", Text, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("dispatched_at", Moment, index=True),
    UniqueConstraint("run_id", "uscc", "rule_version_id", "channel"),
)
deliveries = Table(
    "deliveries",
    metadata,
    _id(),
    Column("outbox_id", _ID, ForeignKey("outbox.id"), nullable=False),
    Column("endpoint_id", _ID, ForeignKey("webhook_endpoints.id"), nullable=False, index=True),
    Column("owner", _ID, nullable=False, index=True),
    Column("uscc", _USCC, nullable=False),
    Column("state", String(12), nullable=False),  # pending | delivered | dead | cancelled
    Column("attempts", Integer, nullable=False),
    Column("next_at", Moment, nullable=False),
    Column("lease", String(40)),  # the fencing token of the worker that holds it
    Column("leased_until", Moment),
    Column("last_status", Integer),
    Column("last_error", Text),
    Column("created_at", Moment, nullable=False),
    Column("delivered_at", Moment),
    UniqueConstraint("outbox_id", "endpoint_id"),
    Index("ix_deliveries_state_next_at", "state", "next_at"),
)
inbox_messages = Table(
    "inbox_messages",
    metadata,
    _id(),
    Column("outbox_id", _ID, ForeignKey("outbox.id"), nullable=False, unique=True),
    Column("uscc", _USCC, nullable=False, index=True),
    Column("title", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("read_at", Moment),
)
opt_outs = Table(
    "opt_outs",
    metadata,
    Column("uscc", _USCC, primary_key=True),
    Column("channel", String(12), primary_key=True),  # all | inbox | webhook
    Column("by", _ID, nullable=False),
    Column("at", Moment, nullable=False),
)

# ---- keeping things straight -------------------------------------------------------------------------------------
idempotency_keys = Table(
    "idempotency_keys",
    metadata,
    Column("owner", _ID, primary_key=True),
    Column("key", String(255), primary_key=True),
    Column("fingerprint", _HASH, nullable=False),
    Column("status", Integer, nullable=False),
    Column("body", Text, nullable=False),
    Column("created_at", Moment, nullable=False, index=True),
)
budget_pots = Table(
    "budget_pots",
    metadata,
    Column("document_id", String(120), primary_key=True),
    Column("item", Integer, primary_key=True, autoincrement=False),
    Column("budget_fen", BigInteger),
    Column("quota", Integer),
    Column("reserved_fen", BigInteger, nullable=False),
    Column("reserved_count", Integer, nullable=False),
    Column("paid_fen", BigInteger, nullable=False, server_default="0"),
    Column("paid_count", Integer, nullable=False, server_default="0"),
    Column("way", String(12)),  # first_come | pro_rata | by_rank; none: as the text says
    Column("set_by", _ID),
    Column("set_at", Moment),
    CheckConstraint("reserved_fen >= 0 AND reserved_count >= 0 AND paid_fen >= 0 AND paid_count >= 0", name="not_negative"),
    CheckConstraint("budget_fen IS NULL OR reserved_fen + paid_fen <= budget_fen", name="budget_carries"),
    CheckConstraint("quota IS NULL OR reserved_count + paid_count <= quota", name="quota_carries"),
)
budget_rounds = Table(
    "budget_rounds",
    metadata,
    _id(),
    Column("document_id", String(120), nullable=False),
    Column("item", Integer, nullable=False),
    Column("rule_version_id", _ID, ForeignKey("rule_versions.id"), nullable=False),
    Column("way", String(12), nullable=False),  # pro_rata | by_rank
    Column("closes_on", Date, nullable=False),
    Column("state", String(12), nullable=False),  # open | shared
    Column("applications", Integer, nullable=False),
    Column("available_fen", BigInteger),
    Column("granted_fen", BigInteger, nullable=False),
    Column("granted_count", Integer, nullable=False),
    Column("opened_by", _ID, nullable=False),
    Column("opened_at", Moment, nullable=False),
    Column("shared_by", _ID),
    Column("shared_at", Moment),
    Index("ix_budget_rounds_document_id_item", "document_id", "item"),
    Index(  # one round gathers at a time
        "uq_budget_rounds_open",
        "document_id",
        "item",
        unique=True,
        sqlite_where=text("state = 'open'"),
        postgresql_where=text("state = 'open'"),
    ),
)
budget_reservations = Table(
    "budget_reservations",
    metadata,
    _id(),
    Column("document_id", String(120), nullable=False),
    Column("item", Integer, nullable=False),
    Column("uscc", _USCC, nullable=False),
    Column("rule_version_id", _ID, ForeignKey("rule_versions.id"), nullable=False),
    Column("amount_fen", BigInteger, nullable=False),
    Column("reserved_by", _ID, nullable=False),
    Column("reserved_at", Moment, nullable=False),
    Column("state", String(12), nullable=False),  # reserved | confirmed | paid | released
    Column("round_id", _ID, ForeignKey("budget_rounds.id")),
    Column("paid_fen", BigInteger),
    Column("changed_at", Moment, nullable=False),
    Index(  # one living reservation an enterprise; what was released stays to be seen
        "uq_budget_reservations_living",
        "document_id",
        "item",
        "uscc",
        unique=True,
        sqlite_where=text("state <> 'released'"),
        postgresql_where=text("state <> 'released'"),
    ),
)
budget_applications = Table(
    "budget_applications",
    metadata,
    _id(),
    Column("round_id", _ID, ForeignKey("budget_rounds.id"), nullable=False),
    Column("uscc", _USCC, nullable=False),
    Column("amount_fen", BigInteger, nullable=False),
    Column("rank", Integer),
    Column("state", String(12), nullable=False),  # open | withdrawn | granted | refused
    Column("granted_fen", BigInteger, nullable=False),
    Column("reason", String(20)),
    Column("reservation_id", _ID, ForeignKey("budget_reservations.id")),
    Column("applied_by", _ID, nullable=False),
    Column("applied_at", Moment, nullable=False),
    Index(
        "uq_budget_applications_living",
        "round_id",
        "uscc",
        unique=True,
        sqlite_where=text("state <> 'withdrawn'"),
        postgresql_where=text("state <> 'withdrawn'"),
    ),
)
budget_entries = Table(  # append-only; the lines of an item add up to its pot
    "budget_entries",
    metadata,
    _id(),
    Column("document_id", String(120), nullable=False),
    Column("item", Integer, nullable=False),
    Column("reservation_id", _ID, ForeignKey("budget_reservations.id"), index=True),
    Column("kind", String(12), nullable=False),  # set | reserved | confirmed | released | paid
    Column("held_fen", BigInteger, nullable=False),
    Column("held_count", Integer, nullable=False),
    Column("paid_fen", BigInteger, nullable=False),
    Column("paid_count", Integer, nullable=False),
    Column("note", String(500), nullable=False),
    Column("by", _ID, nullable=False),
    Column("at", Moment, nullable=False),
    Index("ix_budget_entries_document_id_item_id", "document_id", "item", "id"),
)
audit_log = Table(
    "audit_log",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("at", String(40), nullable=False),
    Column("actor", _ID, nullable=False),
    Column("action", String(60), nullable=False),
    Column("subject", String(120), nullable=False),
    Column("data", Text, nullable=False),
    Column("previous", _HASH, nullable=False),
    Column("hash", _HASH, nullable=False),
    Column("seal", _HASH, nullable=False, server_default=""),  # '' where written before entries were sealed
)
counters = Table(  # what resident copies watch to know that they are stale
    "counters",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("value", Integer, nullable=False),
)
