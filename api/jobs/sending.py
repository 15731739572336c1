"""Sending deliveries to endpoints, at least once, each outcome recorded once; no receiver waits for another.

A worker takes deliveries on a lease with a fencing token; what a worker that lost its lease has to say is not written down. Each
endpoint and each integrator has a bounded share of what is under way: a receiver that hangs holds up its own deliveries only.
"""

import secrets
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any

import structlog
from sqlalchemy import ColumnElement, select

from api.channels.guard import Guard
from api.channels.schedule import GIVE_UP_AFTER, next_delay
from api.channels.sender import Answer, Sender, wait_of
from api.channels.signing import secrets_in_use, signed_headers
from api.clock import Clock
from api.db.unit_of_work import UnitOfWork
from api.errors import UseCaseError
from api.records import Delivery, OptOut, OutboxMessage, WebhookEndpoint

log = structlog.get_logger(__name__)

AT_ONCE = 64  # under way in one process
_AN_ENDPOINT = 8  # of them to one endpoint
_A_FAILING_ONE = 1  # to one whose last attempt failed: it may hang
_AN_OWNER = 16  # to all endpoints of one integrator


@dataclass(frozen=True, slots=True)
class Pump:
    """What sending needs. An attempt must end within `lease`, or another worker takes the delivery over."""

    guard: Guard
    sender: Sender
    master: bytes
    clock: Clock
    lease: timedelta = timedelta(seconds=120)
    pool: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(AT_ONCE, thread_name_prefix="webhook"))


@dataclass(frozen=True, slots=True)
class Taken:
    """A delivery that this worker holds by `token`, with where it goes and what it says."""

    delivery: Delivery
    endpoint: WebhookEndpoint
    payload: str
    token: str


class Courier:
    """What one worker has under way. Used by one thread; `step` never waits for a particular receiver."""

    def __init__(self, pump: Pump) -> None:
        self._pump = pump
        self._under_way: dict[Future[Answer], Taken] = {}

    @property
    def busy(self) -> bool:
        """Whether something is under way."""
        return bool(self._under_way)

    def step(self, uow: UnitOfWork, *, seconds: float | None) -> Counter[str]:
        """Start what is due and has room, and record what has ended; waits up to `seconds` (None: without end) for the first to end."""
        for taken in take(self._pump, self._under_way.values(), uow):
            self._under_way[self._pump.pool.submit(_attempt, self._pump, taken)] = taken
        return self._record_ended(uow, seconds)

    def finish(self, uow: UnitOfWork) -> Counter[str]:
        """Start nothing more; record what is under way as it ends. The sender bounds how long that takes."""
        counts: Counter[str] = Counter()
        while self._under_way:
            counts.update(self._record_ended(uow, None))
        return counts

    def _record_ended(self, uow: UnitOfWork, seconds: float | None) -> Counter[str]:
        if not self._under_way:
            return Counter()
        ended, _ = wait(self._under_way, timeout=seconds, return_when=FIRST_COMPLETED)
        answered = [(self._under_way.pop(one), _answer_of(one)) for one in ended]
        return record(self._pump, answered, uow) if answered else Counter()


def send_due(pump: Pump, *, uow: UnitOfWork) -> Counter[str]:
    """Send what is due, until nothing is due and nothing under way; how many of each outcome."""
    courier, counts = Courier(pump), Counter[str]()
    while True:
        counts.update(courier.step(uow, seconds=None))
        if not courier.busy:
            return counts


def _answer_of(ended: Future[Answer]) -> Answer:
    try:
        return ended.result()
    except (ValueError, TypeError, OverflowError, LookupError):
        log.exception("delivery.failed")
        return Answer(None, "推送时内部出错")


def take(pump: Pump, under_way: Collection[Taken], uow: UnitOfWork) -> list[Taken]:
    """Take what is due and has room beside what is under way, on a lease; what its enterprise refused or cannot be sent ends here."""
    now, token = pump.clock.now(), secrets.token_hex(16)
    with uow:
        deliveries, endpoints = uow.of(Delivery), uow.of(WebhookEndpoint)
        due = _due(deliveries.c, now)
        if not deliveries.all(*due, limit=1):
            return []
        known = endpoints.all()
        stopped = [e.id for e in known if e.state != "active"]
        if stopped:
            deliveries.change(*due, deliveries.c.endpoint_id.in_(stopped), state="dead", last_error="推送地址已停用")
        active = [e for e in known if e.state == "active"]
        Random(token).shuffle(active)  # nobody is always the first where there is not room for all
        ids = _with_room(active, under_way, due, uow)
        deliveries.change(deliveries.c.id.in_(ids), lease=token, leased_until=now + pump.lease)
        return _sendable(ids, {e.id: e for e in active}, token, uow)


def _due(columns: Any, now: datetime) -> tuple[ColumnElement[bool], ...]:
    free = columns.leased_until.is_(None) | (columns.leased_until <= now)
    return columns.state == "pending", columns.next_at <= now, free


def _with_room(
    endpoints: Collection[WebhookEndpoint], under_way: Collection[Taken], due: Collection[ColumnElement[bool]], uow: UnitOfWork
) -> list[str]:
    """Ids of due deliveries, the longest due first, as many as each endpoint, its owner and the process have room for."""
    deliveries = uow.of(Delivery)
    to_endpoint, to_owner = Counter(t.endpoint.id for t in under_way), Counter(t.endpoint.owner for t in under_way)
    found: list[str] = []
    for endpoint in endpoints:
        most = _AN_ENDPOINT if endpoint.failing_since is None else _A_FAILING_ONE
        room = min(most - to_endpoint[endpoint.id], _AN_OWNER - to_owner[endpoint.owner], AT_ONCE - len(under_way) - len(found))
        if room <= 0:
            continue
        theirs = select(deliveries.c.id).where(deliveries.c.endpoint_id == endpoint.id, *due)
        theirs = theirs.order_by(deliveries.c.next_at, deliveries.c.id).limit(room)
        ids = [row[0] for row in uow.connection.execute(theirs.with_for_update(skip_locked=True))]
        to_owner[endpoint.owner] += len(ids)
        found += ids
    return found


def _sendable(ids: Collection[str], endpoint_of: Mapping[str, WebhookEndpoint], token: str, uow: UnitOfWork) -> list[Taken]:
    deliveries, outbox, outs = uow.of(Delivery), uow.of(OutboxMessage), uow.of(OptOut)
    held = deliveries.all(deliveries.c.id.in_(ids), deliveries.c.lease == token)
    refused = {o.uscc for o in outs.all(outs.c.uscc.in_([d.uscc for d in held]), outs.c.channel.in_(("all", "webhook")))}
    payload_of = {m.id: m.payload for m in outbox.all(outbox.c.id.in_([d.outbox_id for d in held]))}
    sendable = []
    for delivery in held:
        if delivery.uscc in refused:
            deliveries.change(deliveries.c.id == delivery.id, state="cancelled", last_error="企业已退订")
        elif not payload_of[delivery.outbox_id]:
            deliveries.change(deliveries.c.id == delivery.id, state="dead", last_error="推送正文已过留存期")
        else:
            sendable.append(Taken(delivery, endpoint_of[delivery.endpoint_id], payload_of[delivery.outbox_id], token))
    return sendable


def _attempt(pump: Pump, taken: Taken) -> Answer:
    endpoint, now = taken.endpoint, pump.clock.now()
    try:
        target = pump.guard.check(endpoint.url)
    except UseCaseError as refused:
        return Answer(None, refused.detail)
    body = taken.payload.encode()
    signing = secrets_in_use(pump.master, endpoint.id, endpoint.secret_version, endpoint.rotated_at, now)
    return pump.sender.send(target, body, signed_headers(taken.delivery.outbox_id, body, now, signing))


def record(pump: Pump, answered: Sequence[tuple[Taken, Answer]], uow: UnitOfWork) -> Counter[str]:
    """Write down how attempts went, where the lease is still held; how many of each outcome."""
    now, counts = pump.clock.now(), Counter[str]()
    with uow:
        deliveries = uow.of(Delivery)
        for one, answer in answered:
            outcome, values = _outcome(one, answer, now)
            mine = deliveries.change(
                deliveries.c.id == one.delivery.id, deliveries.c.lease == one.token, deliveries.c.state == "pending",
                lease=None, leased_until=None, last_status=answer.status, last_error=answer.error or None, **values,
            )  # fmt: skip
            counts[outcome if mine else "lease_lost"] += 1
            if mine:
                _note_endpoint(one.endpoint, answer, now, uow)
    log.info("deliveries.recorded", **counts)
    return counts


def _outcome(one: Taken, answer: Answer, now: datetime) -> tuple[str, dict[str, object]]:
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
