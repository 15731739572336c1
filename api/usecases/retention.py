"""Letting go of what has served its purpose: answers kept for repetitions, bodies of old pushes, sessions that ended.

What stays for good: the audit log, decisions with what a replay needs, the record that a push was made and how it went.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, or_, select, tuple_

from api.access import SYSTEM
from api.clock import Clock
from api.db.unit_of_work import UnitOfWork
from api.records import Delivery, IdempotencyKey, OutboxMessage, Session

_BATCH = 2_000  # rows a transaction: nobody waits long for the writer


@dataclass(frozen=True, slots=True)
class Retention:
    """How long things are kept after they came to be; sessions until they can no longer be used (`idle` since they were last seen)."""

    idempotency: timedelta = timedelta(days=7)
    push_body: timedelta = timedelta(days=30)
    idle: timedelta = timedelta(minutes=15)


def sweep(retention: Retention, *, uow: UnitOfWork, clock: Clock) -> Counter[str]:
    """Clear what is past its time, in small transactions; how many of each. What went is counted in the audit log, which is never swept."""
    now, gone = clock.now(), Counter[str]()
    for name, clear in (("idempotency_keys", _keys), ("push_bodies", _bodies), ("sessions", _sessions)):
        while count := _in_one_transaction(clear, retention, now, uow):
            gone[name] += count
    if gone:
        with uow:
            uow.audit(now, SYSTEM.id, "records.swept", "retention", dict(gone))
    return gone


def _in_one_transaction(clear: Any, retention: Retention, now: datetime, uow: UnitOfWork) -> int:
    with uow:
        count: int = clear(retention, now, uow)
    return count


def _keys(retention: Retention, now: datetime, uow: UnitOfWork) -> int:
    keys = uow.of(IdempotencyKey)
    c = keys.c
    old = select(c.owner, c.key).where(c.created_at < now - retention.idempotency).limit(_BATCH)
    return keys.remove(tuple_(c.owner, c.key).in_(old))


def _bodies(retention: Retention, now: datetime, uow: UnitOfWork) -> int:
    outbox, deliveries = uow.of(OutboxMessage), uow.of(Delivery)
    c = outbox.c
    waiting = select(deliveries.c.id).where(deliveries.c.outbox_id == c.id, deliveries.c.state == "pending").exists()
    old = select(c.id).where(c.dispatched_at < now - retention.push_body, c.payload != "", ~waiting)
    ids = [row[0] for row in uow.connection.execute(old.limit(_BATCH))]
    return outbox.change(c.id.in_(ids), payload="") if ids else 0


def _sessions(retention: Retention, now: datetime, uow: UnitOfWork) -> int:
    sessions = uow.of(Session)
    return sessions.remove(sessions.c.id.in_(select(sessions.c.id).where(ended(sessions.c, now, retention.idle)).limit(_BATCH)))


def ended(columns: Any, now: datetime, idle: timedelta) -> ColumnElement[bool]:
    """Sessions that open nothing any more."""
    return or_(columns.expires_at <= now, columns.seen_at < now - idle)
