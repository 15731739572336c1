"""Webhook endpoints of integrators and what was delivered to them."""

from dataclasses import dataclass, replace
from datetime import datetime

from api.access import Actor, require
from api.channels.guard import Guard
from api.channels.signing import endpoint_secret
from api.clock import Clock
from api.db.access import about_visible, owned_by
from api.db.unit_of_work import UnitOfWork
from api.errors import Conflict, Invalid, NotFound, Place
from api.ids import new_id
from api.records import Delivery, OutboxMessage, Page, WebhookEndpoint

MAX_ENDPOINTS = 20


@dataclass(frozen=True, slots=True)
class Registered:
    """An endpoint with the secret that its receiver checks signatures with."""

    endpoint: WebhookEndpoint
    secret: str


def register_webhook(
    url: str, actor: Actor, *, owner: str | None = None, guard: Guard | None, master: bytes, uow: UnitOfWork, clock: Clock
) -> Registered:
    """Add an endpoint (`guard` None: checked just before); raises NotAllowed where the address may not be called. It never receives more than its registrant may see."""
    require(actor, "webhooks:manage")
    if guard is not None:
        guard.check(url)
    whose, now = _owner(actor, owner), clock.now()
    bound = None if actor.enterprises is None else sorted(actor.enterprises)
    endpoint = WebhookEndpoint(new_id("whk", now), whose, url, "active", None, bound, 1, None, None, now)
    with uow:
        endpoints = uow.of(WebhookEndpoint)
        if endpoints.count(endpoints.c.owner == whose) >= MAX_ENDPOINTS:
            raise Conflict("WEBHOOKS_TOO_MANY", f"推送地址最多 {MAX_ENDPOINTS} 个;请先删去不用的")
        endpoints.add(endpoint)
        uow.audit(now, actor.id, "webhook.registered", endpoint.id, {"owner": whose})
    return Registered(endpoint, endpoint_secret(master, endpoint.id, 1))


def check_url(url: str, actor: Actor, *, guard: Guard) -> None:
    """Refuse an address that may not be called, before anything else is done."""
    require(actor, "webhooks:manage")
    guard.check(url)


def _owner(actor: Actor, owner: str | None) -> str:
    if owner is None or owner == actor.owner:
        return actor.owner
    if actor.kind == "key":
        raise Invalid("OWNER_FOREIGN", "只能为自己的集成方登记推送地址;请去掉 owner", [Place("/owner", "不是自己的集成方")])
    return owner


def get_webhook(endpoint_id: str, actor: Actor, *, uow: UnitOfWork) -> WebhookEndpoint:
    """One endpoint, without its secret."""
    require(actor, "webhooks:manage")
    with uow:
        endpoints = uow.of(WebhookEndpoint)
        endpoint = endpoints.find(endpoints.c.id == endpoint_id, owned_by(actor, endpoints.c.owner))
    if endpoint is None or not _within(endpoint, actor):
        raise NotFound("WEBHOOK_NOT_FOUND", "没有找到该推送地址;请核对编号")
    return endpoint


def _within(endpoint: WebhookEndpoint, actor: Actor) -> bool:
    """Whether the endpoint receives nothing that the actor may not see."""
    return actor.enterprises is None or (endpoint.enterprises is not None and set(endpoint.enterprises) <= actor.enterprises)


def list_webhooks(actor: Actor, *, cursor: str | None = None, limit: int = 50, uow: UnitOfWork) -> Page[WebhookEndpoint]:
    """The integrator's endpoints."""
    require(actor, "webhooks:manage")
    with uow:
        endpoints = uow.of(WebhookEndpoint)
        mine = owned_by(actor, endpoints.c.owner)
        within = [e.id for e in endpoints.all(mine) if _within(e, actor)] if actor.enterprises is not None else None
        where = [mine] if within is None else [mine, endpoints.c.id.in_(within)]
        return endpoints.page(*where, cursor=cursor, limit=limit)


def rotate_webhook(endpoint_id: str, actor: Actor, *, master: bytes, uow: UnitOfWork, clock: Clock) -> Registered:
    """A new secret; messages carry signatures of both for a day. It also puts a disabled endpoint back to work."""
    with uow:
        endpoint = get_webhook(endpoint_id, actor, uow=uow)
        now, version = clock.now(), endpoint.secret_version + 1
        changes: dict[str, object] = {
            "secret_version": version, "rotated_at": now, "state": "active", "disabled_reason": None, "failing_since": None,
        }  # fmt: skip
        endpoints = uow.of(WebhookEndpoint)
        endpoints.change(endpoints.c.id == endpoint_id, **changes)
        uow.audit(now, actor.id, "webhook.rotated", endpoint_id)
    rotated = replace(endpoint, secret_version=version, rotated_at=now, state="active", disabled_reason=None, failing_since=None)
    return Registered(rotated, endpoint_secret(master, endpoint_id, version))


def remove_webhook(endpoint_id: str, actor: Actor, *, uow: UnitOfWork, clock: Clock) -> None:
    """Take an endpoint away with what waits for it."""
    with uow:
        get_webhook(endpoint_id, actor, uow=uow)
        deliveries, endpoints = uow.of(Delivery), uow.of(WebhookEndpoint)
        deliveries.remove(deliveries.c.endpoint_id == endpoint_id)
        endpoints.remove(endpoints.c.id == endpoint_id)
        uow.audit(clock.now(), actor.id, "webhook.removed", endpoint_id)


def list_deliveries(
    actor: Actor,
    *,
    endpoint_id: str | None = None,
    state: str | None = None,
    cursor: str | None = None,
    limit: int = 50,
    uow: UnitOfWork,
) -> Page[Delivery]:
    """What was sent, what waits and what was given up, newest first."""
    require(actor, "webhooks:manage")
    with uow:
        deliveries = uow.of(Delivery)
        where = [owned_by(actor, deliveries.c.owner), about_visible(actor, deliveries.c.uscc)]
        where += [deliveries.c.endpoint_id == endpoint_id] if endpoint_id is not None else []
        where += [deliveries.c.state == state] if state is not None else []
        return deliveries.page(*where, cursor=cursor, limit=limit, newest_first=True)


def get_delivery(delivery_id: str, actor: Actor, *, uow: UnitOfWork) -> Delivery:
    """One delivery."""
    require(actor, "webhooks:manage")
    with uow:
        deliveries = uow.of(Delivery)
        delivery = deliveries.find(
            deliveries.c.id == delivery_id, owned_by(actor, deliveries.c.owner), about_visible(actor, deliveries.c.uscc)
        )
    if delivery is None:
        raise NotFound("DELIVERY_NOT_FOUND", "没有找到该推送记录;请核对编号")
    return delivery


def replay_delivery(delivery_id: str, actor: Actor, *, uow: UnitOfWork, clock: Clock) -> Delivery:
    """Send it again with the same webhook-id, so that the receiver can tell. Raises Conflict for one the enterprise refused."""
    with uow:
        delivery, now = get_delivery(delivery_id, actor, uow=uow), clock.now()
        get_webhook(delivery.endpoint_id, actor, uow=uow)
        if delivery.state == "cancelled":
            raise Conflict("DELIVERY_CANCELLED", "企业已退订,不能重新推送")
        outbox = uow.of(OutboxMessage)
        if outbox.find(outbox.c.id == delivery.outbox_id, outbox.c.payload != "") is None:
            raise Conflict("DELIVERY_EXPIRED", "推送正文已过留存期,不能重新推送;请通过匹配接口查询最新结果")
        return _again(delivery, now, actor, uow=uow)


def _again(delivery: Delivery, now: datetime, actor: Actor, *, uow: UnitOfWork) -> Delivery:
    deliveries = uow.of(Delivery)
    fresh: dict[str, object] = {"state": "pending", "attempts": 0, "next_at": now, "lease": None, "leased_until": None}
    deliveries.change(deliveries.c.id == delivery.id, **fresh)
    uow.audit(now, actor.id, "delivery.replayed", delivery.id)
    return replace(delivery, state="pending", attempts=0, next_at=now, lease=None, leased_until=None)
