"""A test event to one endpoint: signed and sent like any push, at once, so that its receiver can be set up before anything is at stake."""

from dataclasses import dataclass
from datetime import datetime

from api.access import Actor
from api.canonical import canonical
from api.channels.guard import Guard
from api.channels.sender import Sender
from api.channels.signing import secrets_in_use, signed_headers
from api.clock import Clock
from api.db.unit_of_work import UnitOfWork
from api.usecases.webhooks import get_webhook


@dataclass(frozen=True, slots=True)
class Trial:
    """How the receiver answered: `status` None where it did not, `error` then says why in Chinese."""

    webhook_id: str
    message_id: str
    ok: bool
    status: int | None
    error: str | None
    sent_at: datetime


def send_test(
    endpoint_id: str,
    actor: Actor,
    *,
    message_id: str,
    guard: Guard,
    sender: Sender,
    master: bytes,
    reading: UnitOfWork,
    uow: UnitOfWork,
    clock: Clock,
) -> Trial:
    """One attempt, never repeated by us; a disabled endpoint may be tried too and stays as it is.

    No transaction is open while the receiver is asked. Raises NotAllowed or Conflict where the address may not be called.
    """
    endpoint, now = get_webhook(endpoint_id, actor, uow=reading), clock.now()
    target = guard.check(endpoint.url)
    body = canonical({"type": "webhook.test", "timestamp": _stamp(now), "data": {"webhook_id": endpoint.id}}).encode()
    secrets = secrets_in_use(master, endpoint.id, endpoint.secret_version, endpoint.rotated_at, now)
    answer = sender.send(target, body, signed_headers(message_id, body, now, secrets))
    with uow:
        uow.audit(clock.now(), actor.id, "webhook.tested", endpoint.id, {"status": answer.status})
    return Trial(endpoint.id, message_id, answer.is_success, answer.status, answer.error or None, now)


def _stamp(at: datetime) -> str:
    return at.isoformat(timespec="seconds").replace("+00:00", "Z")
