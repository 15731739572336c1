"""Integrators' keys: shown once, kept as a hash, limited to scopes and, where wanted, to certain enterprises."""

import secrets
from collections.abc import Sequence

from api.access import KEY_SCOPES, Actor, require
from api.canonical import sha256
from api.clock import Clock
from api.db.access import CITY, owned_by
from api.db.unit_of_work import UnitOfWork
from api.errors import Invalid, NotAllowed, NotFound, NotSignedIn, Place
from api.ids import new_id
from api.records import ApiKey, Page

KEY_PREFIX = "msk_"


def create_api_key(
    actor: Actor,
    *,
    name: str,
    scopes: Sequence[str],
    owner: str | None = None,
    enterprises: Sequence[str] | None = None,
    uow: UnitOfWork,
    clock: Clock,
) -> tuple[ApiKey, str]:
    """Make a key and its secret, which is shown this once. A key can pass on no more than it holds."""
    require(actor, "keys:manage")
    whose = owner or actor.owner
    wanted = frozenset(scopes)
    if actor.owner != CITY and actor.kind != "system" and whose != actor.owner:
        raise NotAllowed("OWNER_FOREIGN", "密钥只能为自己的集成方创建密钥;请去掉 owner,或由管理员创建")
    if whose == CITY:
        raise Invalid("OWNER_MISSING", "请填写密钥所属的集成方(owner)", [Place("/owner", "不能为空或为 city")])
    unknown = sorted(wanted - KEY_SCOPES)
    if unknown or not wanted:
        raise Invalid(
            "SCOPES_INVALID",
            "权限范围有误;可用的权限范围:" + "、".join(sorted(KEY_SCOPES)),
            [Place("/scopes", f"不能授予:{'、'.join(w[:40] for w in unknown)}" if unknown else "至少需要一项权限")],
        )
    held = actor.scopes if actor.kind == "key" else KEY_SCOPES
    if not wanted <= held:
        raise NotAllowed("SCOPES_EXCEED", "不能授予自己没有的权限:" + "、".join(sorted(wanted - held)))
    allowed = sorted(set(enterprises)) if enterprises is not None else None
    if actor.enterprises is not None and (allowed is None or not set(allowed) <= actor.enterprises):
        raise NotAllowed("ENTERPRISES_EXCEED", "密钥可见的企业不能超出当前密钥的范围;请填写 enterprises")
    now, secret = clock.now(), KEY_PREFIX + secrets.token_urlsafe(32)
    key = ApiKey(new_id("key", now), whose, name, sha256(secret), sorted(wanted), allowed, actor.id, now, None)
    with uow:
        uow.of(ApiKey).add(key)
        uow.audit(now, actor.id, "key.created", key.id, {"owner": whose, "scopes": key.scopes})
    return key, secret


def revoke_api_key(key_id: str, actor: Actor, *, uow: UnitOfWork, clock: Clock) -> None:
    """End a key at once; revoking it again changes nothing."""
    require(actor, "keys:manage")
    with uow:
        keys = uow.of(ApiKey)
        key = keys.find(keys.c.id == key_id, owned_by(actor, keys.c.owner))
        if key is None:
            raise NotFound("KEY_NOT_FOUND", "没有找到该密钥")
        if key.revoked_at is None:
            keys.change(keys.c.id == key_id, revoked_at=clock.now())
            uow.bump("keys")
            uow.audit(clock.now(), actor.id, "key.revoked", key_id)


def get_api_key(key_id: str, actor: Actor, *, uow: UnitOfWork) -> ApiKey:
    """One key without its secret; a revoked one is gone."""
    require(actor, "keys:manage")
    with uow:
        keys = uow.of(ApiKey)
        key = keys.find(keys.c.id == key_id, owned_by(actor, keys.c.owner), keys.c.revoked_at.is_(None))
    if key is None:
        raise NotFound("KEY_NOT_FOUND", "没有找到该密钥")
    return key


def list_api_keys(actor: Actor, *, cursor: str | None = None, limit: int = 50, uow: UnitOfWork) -> Page[ApiKey]:
    """The keys in use: the integrator's own, or everybody's for an administrator."""
    require(actor, "keys:manage")
    with uow:
        keys = uow.of(ApiKey)
        return keys.page(owned_by(actor, keys.c.owner), keys.c.revoked_at.is_(None), cursor=cursor, limit=limit)


def actor_of_key(secret: str, *, uow: UnitOfWork) -> Actor:
    """Whose key this is. Raises NotSignedIn where it is unknown or revoked."""
    with uow:
        keys = uow.of(ApiKey)
        key = keys.find(keys.c.secret_hash == sha256(secret), keys.c.revoked_at.is_(None))
    if key is None:
        raise NotSignedIn("KEY_UNKNOWN", "密钥无效或已吊销;请核对 Authorization 头,或向管理员申请新密钥")
    bound = None if key.enterprises is None else frozenset(key.enterprises)
    return Actor("key", key.id, key.name, "integrator", frozenset(key.scopes), key.owner, bound)
