"""Working the outbox off: new messages become inbox messages and deliveries, which `api.jobs.sending` sends."""

from collections import Counter
from datetime import datetime

from api.db.unit_of_work import UnitOfWork
from api.ids import derived_id
from api.jobs.sending import Pump, send_due
from api.records import Delivery, InboxMessage, OptOut, OutboxMessage, WebhookEndpoint
from api.usecases.pushing import inbox_words

_BATCH = 500


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
