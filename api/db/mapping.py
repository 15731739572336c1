"""Between rows and records: which table holds which record, and the one way of turning one into the other."""

from collections.abc import Mapping
from dataclasses import fields
from types import MappingProxyType
from typing import Any, TypeVar

from sqlalchemy import Row, Table

from api import records as r
from api.db import tables as t

R = TypeVar("R")

TABLE_OF: Mapping[type[Any], Table] = MappingProxyType(
    {
        r.PolicyDocument: t.policy_documents,
        r.RuleDraft: t.rule_drafts,
        r.Review: t.reviews,
        r.RuleVersion: t.rule_versions,
        r.Snapshot: t.snapshots,
        r.MatchRun: t.match_runs,
        r.RunChunk: t.run_chunks,
        r.Match: t.matches,
        r.ProfileRecord: t.profile_records,
        r.Decision: t.decisions,
        r.Objection: t.objections,
        r.User: t.users,
        r.Session: t.sessions,
        r.ApiKey: t.api_keys,
        r.WebhookEndpoint: t.webhook_endpoints,
        r.OutboxMessage: t.outbox,
        r.Delivery: t.deliveries,
        r.InboxMessage: t.inbox_messages,
        r.OptOut: t.opt_outs,
        r.IdempotencyKey: t.idempotency_keys,
        r.BudgetPot: t.budget_pots,
        r.Reservation: t.budget_reservations,
        r.BudgetRound: t.budget_rounds,
        r.BudgetApplication: t.budget_applications,
        r.BudgetEntry: t.budget_entries,
        r.AuditEntry: t.audit_log,
        r.Counter: t.counters,
    }
)


def to_row(record: Any) -> dict[str, Any]:
    """The record's columns."""
    return {f.name: getattr(record, f.name) for f in fields(record)}


def to_record(kind: type[R], row: Row[Any]) -> R:
    """The row as a record; the columns stand in the record's order."""
    return kind(**row._mapping)
