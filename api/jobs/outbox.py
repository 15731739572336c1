"""Working the outbox off: to inboxes and endpoints, at least once, each effect recorded once.

A worker takes deliveries on a lease with a fencing token; what a worker that lost its lease has to say is not written down.
"""

import secrets
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog
from sqlalchemy import select

from api.channels.guard import Guard
from api.channels.schedule import GIVE_UP_AFTER, next_delay
from api.channels.sender import Answer, Sender, wait_of
from api.channels.signing import endpoint_secret, signed_headers
from api.clock import Clock
from api.db.unit_of_work import UnitOfWork
from api.errors import UseCaseError
from api.ids import derived_id
from api.records import Delivery, InboxMessage, OptOut, OutboxMessage, WebhookEndpoint
from api.usecases.pushing import inbox_words

log = structlog.get_logger(__name__)

BOTH_SECRETS_FOR = timedelta(days=1)
_BATCH = 500
_SENT_AT_ONCE = 64


@dataclass(frozen=True, slots=True)
class Pump:
    """What working the outbox off needs. A batch must be sent within `lease`, or another worker takes it over."""

    guard: Guard
    sender: Sender
    master: bytes
    clock: Clock
    lease: timedelta = timedelta(seconds=120)
    pool: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(8, thread_name_prefix="webhook"))


@dataclass(frozen=True, slots=True)
class _Taken:
    delivery: Delivery
    endpoint: WebhookEndpoint
    payload: str


def work_off(pump: Pump, *, uow: UnitOfWork) -> Counter[str]:
    """Everything that is due now, until nothing is; how many of each outcome."""
    total: Counter[str] = Counter()
    while True:
        done = dispatch(pump, uow=uow) + send_due(pump, uow=uow)
        if not done:
            return total
        total.update(done)


def dispatch(pump: Pump, *, uow: UnitOfWork) -> Counter[str]:
    """Turn some new outbox messages into inbox messages and deliveries, in one transaction."""
    now, counts = pump.clock.now(), Counter[str]()
    with uow:
        outbox, outs = uow.of(OutboxMessage), uow.of(OptOut)
        new = outbox.all(outbox.c.dispatched_at.is_(None), limit=_BATCH)
        if not new:
            return counts
        refused = {(o.uscc, o.channel) for o in outs.all(outs.c.uscc.in_([m.uscc for m in new]))}
        wanted = [m for m in new if (m.uscc, "all") not in refused and (m.uscc, m.channel) not in refused]
        counts["refused"] = len(new) - len(wanted)
        inbox = [_inbox_message(m) for m in wanted if m.channel == "inbox"]
        counts["inbox"] = uow.of(InboxMessage).add_new(inbox)
        endpoints = uow.of(WebhookEndpoint)
        active = endpoints.all(endpoints.c.state == "active")
        deliveries = [
            _delivery(message, endpoint, now)
            for message in wanted
            if message.channel == "webhook"
            for endpoint in active
            if endpoint.enterprises is None or message.uscc in endpoint.enterprises
        ]
        counts["queued"] = uow.of(Delivery).add_new(deliveries)
        outbox.change(outbox.c.id.in_([m.id for m in new]), dispatched_at=now)
        counts["dispatched"] = len(new)
    return counts


def _inbox_message(message: OutboxMessage) -> InboxMessage:
    title, body = inbox_words(message.payload)
    return InboxMessage(derived_id("inb", message.id), message.id, message.uscc, title, body, message.created_at, None)


def _delivery(message: OutboxMessage, endpoint: WebhookEndpoint, now: datetime) -> Delivery:
    return Delivery(
        derived_id("dlv", message.id, endpoint.id), message.id, endpoint.id, endpoint.owner, message.uscc,
        "pending", 0, now, None, None, None, None, now, None,
    )  # fmt: skip


def send_due(pump: Pump, *, uow: UnitOfWork) -> Counter[str]:
    """Send some of what is due and record how it went."""
    token = secrets.token_hex(16)
    taken = _take(pump, token, uow)
    if not taken:
        return Counter()
    under_way = {pump.pool.submit(_attempt, pump, one): one for one in taken}
    counts: Counter[str] = Counter()
    for done in as_completed(under_way):  # each is recorded as it finishes: a slow receiver holds nobody back
        one = under_way[done]
        try:
            counts.update(_record(pump, token, [one], [done.result()], uow))
        except (ValueError, TypeError, OverflowError, LookupError):
            log.exception("delivery.failed", delivery=one.delivery.id)
            counts.update(_record(pump, token, [one], [Answer(None, "推送时内部出错")], uow))
    return counts


def _take(pump: Pump, token: str, uow: UnitOfWork) -> list[_Taken]:
    now = pump.clock.now()
    with uow:
        deliveries, outs = uow.of(Delivery), uow.of(OptOut)
        c = deliveries.c
        due = select(c.id).where(c.state == "pending", c.next_at <= now, c.leased_until.is_(None) | (c.leased_until <= now))
        due = due.order_by(c.next_at, c.id).limit(_SENT_AT_ONCE)
        ids = [row[0] for row in uow.connection.execute(due.with_for_update(skip_locked=True))]
        if not ids:
            return []
        deliveries.change(c.id.in_(ids), lease=token, leased_until=now + pump.lease)
        held = deliveries.all(c.lease == token, c.id.in_(ids))
        refused = {o.uscc for o in outs.all(outs.c.uscc.in_([d.uscc for d in held]), outs.c.channel.in_(("all", "webhook")))}
        if refused:
            deliveries.change(c.lease == token, c.uscc.in_(sorted(refused)), state="cancelled", last_error="企业已退订")
        endpoints, outbox = uow.of(WebhookEndpoint), uow.of(OutboxMessage)
        endpoint_of = {e.id: e for e in endpoints.all(endpoints.c.id.in_({d.endpoint_id for d in held}))}
        payload_of = {m.id: m.payload for m in outbox.all(outbox.c.id.in_([d.outbox_id for d in held]))}
        stopped = [d.id for d in held if endpoint_of[d.endpoint_id].state != "active"]
        if stopped:
            deliveries.change(c.id.in_(stopped), state="dead", last_error="推送地址已停用")
    return [
        _Taken(d, endpoint_of[d.endpoint_id], payload_of[d.outbox_id])
        for d in held
        if d.uscc not in refused and d.id not in set(stopped)
    ]


def _attempt(pump: Pump, taken: _Taken) -> Answer:
    endpoint, now = taken.endpoint, pump.clock.now()
    versions = [endpoint.secret_version]
    if endpoint.rotated_at is not None and now - endpoint.rotated_at < BOTH_SECRETS_FOR:
        versions.append(endpoint.secret_version - 1)
    try:
        target = pump.guard.check(endpoint.url)
    except UseCaseError as refused:
        return Answer(None, refused.detail)
    body = taken.payload.encode()
    signing = tuple(endpoint_secret(pump.master, endpoint.id, v) for v in versions)
    return pump.sender.send(target, body, signed_headers(taken.delivery.outbox_id, body, now, signing))


def _record(pump: Pump, token: str, taken: Sequence[_Taken], answers: Sequence[Answer], uow: UnitOfWork) -> Counter[str]:
    now, counts = pump.clock.now(), Counter[str]()
    with uow:
        for one, answer in zip(taken, answers, strict=True):
            outcome, values = _outcome(one, answer, now)
            deliveries = uow.of(Delivery)
            mine = deliveries.change(
                deliveries.c.id == one.delivery.id, deliveries.c.lease == token, deliveries.c.state == "pending",
                lease=None, leased_until=None, last_status=answer.status, last_error=answer.error or None, **values,
            )  # fmt: skip
            counts[outcome if mine else "lease_lost"] += 1
            if mine:
                _note_endpoint(one.endpoint, answer, now, uow)
    log.info("deliveries.recorded", **counts)
    return counts


def _outcome(one: _Taken, answer: Answer, now: datetime) -> tuple[str, dict[str, object]]:
    attempts = one.delivery.attempts + 1
    if answer.is_success:
        return "delivered", {"state": "delivered", "attempts": attempts, "delivered_at": now}
    if answer.status == 410:
        return "gone", {"state": "dead", "attempts": attempts}
    delay = next_delay(one.delivery.id, attempts)
    if delay is None:
        return "dead", {"state": "dead", "attempts": attempts}
    asked = wait_of(answer.retry_after, now)
    return "failed", {"attempts": attempts, "next_at": now + (delay if asked is None else max(delay, asked))}


def _note_endpoint(endpoint: WebhookEndpoint, answer: Answer, now: datetime, uow: UnitOfWork) -> None:
    endpoints = uow.of(WebhookEndpoint)
    here = endpoints.c.id == endpoint.id
    if answer.is_success:
        if endpoint.failing_since is not None:
            endpoints.change(here, failing_since=None)
    elif answer.status == 410:
        if endpoints.change(here, endpoints.c.state == "active", state="disabled", disabled_reason="接收方答复 410,不再接收"):
            uow.audit(now, "system", "webhook.disabled", endpoint.id, {"status": 410})
    elif endpoint.failing_since is None:
        endpoints.change(here, endpoints.c.failing_since.is_(None), failing_since=now)
    elif now - endpoint.failing_since > GIVE_UP_AFTER and endpoints.change(
        here, endpoints.c.state == "active", state="disabled", disabled_reason="连续五天推送失败"
    ):
        uow.audit(now, "system", "webhook.disabled", endpoint.id, {"status": answer.status})
