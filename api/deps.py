"""What routes ask for: the services, the caller, a key for repeating safely, a version to rest on; and answers given once."""

import re
from collections.abc import Callable
from typing import Annotated, Any

from fastapi import Depends, Header, Query, Request
from fastapi.responses import JSONResponse, Response
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from api.access import Actor
from api.canonical import canonical, sha256
from api.db.repositories import CURSOR_PATTERN
from api.db.unit_of_work import UnitOfWork
from api.errors import BadRequest, Conflict, KeyReused, NotSignedIn, Place, StaleVersion, TooMany, VersionMissing
from api.oneflight import once_for_all
from api.ratelimit import Allowance
from api.records import IdempotencyKey
from api.wiring import Services

_bearer = HTTPBearer(auto_error=False, description="接口密钥(msk_…)或登录会话(mss_…)")
_ETAG = re.compile(r'"([\w.-]{1,80})"')


def services_of(request: Request) -> Services:
    """The services that the app was made with."""
    services: Services = request.app.state.services
    return services


async def _services(request: Request) -> Services:
    return services_of(request)  # in the loop: a dependency that is no coroutine would be sent to a thread for each request


async def calling(request: Request, bearer: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]) -> Actor:
    """Who is calling. Raises NotSignedIn, or TooMany over the rate limit."""
    known: Actor | None = getattr(request.state, "actor", None)  # recognised before the body was read
    return known or await recognised(request, "" if bearer is None else bearer.credentials)


async def recognised(request: Request, credentials: str) -> Actor:
    """Who holds these credentials, noted with the request. Raises NotSignedIn, or TooMany over the rate limit."""
    services = services_of(request)
    if not credentials:
        raise NotSignedIn("CREDENTIALS_MISSING", "请在 Authorization 头中以 Bearer 方式提供接口密钥或登录会话")
    actor = services.callers.remembered(credentials)
    if actor is None:
        actor = await once_for_all(
            (services.callers, credentials),
            lambda: services.callers.recognise(
                credentials,
                uow=services.uow(),
                reading=services.reading(),
                clock=services.clock,
                rules=services.sign_in_rules,
            ),
        )
    try:
        request.state.allowance = services.limiter.take(actor.id)
    except TooMany as over:
        request.state.allowance = Allowance(services.settings.requests_per_minute, 0, over.retry_after)
        raise
    request.state.actor = actor
    return actor


ServicesDep = Annotated[Services, Depends(_services)]
ActorDep = Annotated[Actor, Depends(calling)]
Cursor = Annotated[str | None, Query(pattern=CURSOR_PATTERN, description="上一页返回的 next_cursor;不填为第一页")]
Limit = Annotated[int, Query(ge=1, le=200, description="每页条数")]


def idempotency_key(
    key: Annotated[
        str | None,
        Header(
            alias="Idempotency-Key",
            min_length=1,
            max_length=255,
            pattern=r"^[\x21-\x7e]+$",
            description="同一请求重发时使用同一个值;至少留存 7 天(MIANSHEN_IDEMPOTENCY_DAYS)",
        ),
    ] = None,
) -> str:
    """The caller's key for repeating a request safely; raises BadRequest where it is missing."""
    if key is None:
        raise BadRequest(
            "IDEMPOTENCY_KEY_MISSING",
            "此操作会产生变更,请在 Idempotency-Key 头中提供一个唯一值(如 UUID),以便安全重试",
            [Place("Idempotency-Key", "缺少")],
        )
    return key


OnceKey = Annotated[str, Depends(idempotency_key)]


def once(
    request: Request,
    key: str,
    actor: Actor,
    content: Any,
    effect: Callable[[UnitOfWork], Any],
    *,
    status: int = 200,
    location: Callable[[Any], str] | None = None,
    withheld: str | None = None,
) -> Response:
    """Let `effect` happen once for this key and answer; a repetition gets the first answer, in the same bytes.

    The key is written in the transaction of the effect. A field named `withheld` (a secret shown once) is answered but not kept, so a
    repetition of such a request is refused instead. Raises KeyReused where the key came with another content before.
    """
    services, fingerprint = services_of(request), _fingerprint(request, content)
    now = services.clock.now()
    with services.uow() as uow:
        keys = uow.of(IdempotencyKey)
        here = (keys.c.owner == actor.id, keys.c.key == key)
        if not keys.add_new([IdempotencyKey(actor.id, key, fingerprint, 0, "", now)]):
            before = keys.find(*here)
            if before is None:
                raise Conflict("IDEMPOTENCY_KEY_BUSY", "同一 Idempotency-Key 的请求正在处理;请稍后以同一个值重试")
            return _replayed(before, fingerprint, withheld)
        body = effect(uow)
        kept = canonical({k: v for k, v in body.items() if k != withheld} if withheld else body)
        keys.change(*here, status=status, body="" if withheld else kept)
    headers = {"location": location(body)} if location is not None else {}
    return _answer(canonical(body), status, headers)


def answered_before(request: Request, key: str, actor: Actor, content: Any) -> Response | None:
    """Look before long work whether this key was answered already: the first answer, None for a new key. Raises KeyReused for other content."""
    with services_of(request).reading() as uow:
        keys = uow.of(IdempotencyKey)
        before = keys.find(keys.c.owner == actor.id, keys.c.key == key)
    return None if before is None else _replayed(before, _fingerprint(request, content), None)


def _fingerprint(request: Request, content: Any) -> str:
    return sha256(canonical([request.method, request.url.path, str(request.url.query), content]))


def _replayed(before: IdempotencyKey, fingerprint: str, withheld: str | None) -> Response:
    if before.fingerprint != fingerprint:
        raise _reused()
    if withheld is not None:
        raise Conflict("SHOWN_ONCE", "此请求已执行过,密钥只显示一次;如未保存,请吊销或轮换后重新获取")
    return _answer(before.body, before.status, {"idempotency-replayed": "true"})


def _reused() -> KeyReused:
    return KeyReused(
        "IDEMPOTENCY_KEY_REUSED",
        "这个 Idempotency-Key 已用于另一个请求;请换一个新的值",
        [Place("Idempotency-Key", "已用于其他内容")],
    )


def _answer(body: str, status: int, headers: dict[str, str]) -> Response:
    if status == 204:
        return Response(status_code=204, headers=headers)
    return Response(body.encode(), status_code=status, media_type="application/json", headers=headers)


def etag(*parts: object) -> str:
    """A strong ETag of an id and a revision."""
    return '"' + "-".join(str(p) for p in parts) + '"'


def unchanged(request: Request, tag: str) -> bool:
    """Whether the caller already holds this version (If-None-Match)."""
    given = request.headers.get("if-none-match", "")
    return given.strip() == "*" or tag in [part.strip().removeprefix("W/") for part in given.split(",")]


def revision_in(if_match: str | None, thing_id: str) -> int:
    """The revision that a change rests on. Raises VersionMissing without If-Match, StaleVersion where it names another thing."""
    if if_match is None:
        raise VersionMissing(
            "IF_MATCH_MISSING", "请在 If-Match 头中填写所依据版本的 ETag,以免覆盖他人的修改", [Place("If-Match", "缺少")]
        )
    found = _ETAG.fullmatch(if_match.strip())
    ident, _, revision = (found[1] if found else "").rpartition("-")
    if ident != thing_id or not revision.isdigit() or len(revision) > 9:
        raise StaleVersion("RULE_CONFLICT", "If-Match 与当前版本不符;请取得最新版本、查看差异后再保存")
    return int(revision)


def page_answer(request: Request, items: list[Any], next_cursor: str | None) -> Response:
    """One page, with the next one's address in Link as well."""
    headers = {}
    if next_cursor is not None:
        headers["link"] = (
            f'<{request.url.include_query_params(cursor=next_cursor).path}?{request.url.include_query_params(cursor=next_cursor).query}>; rel="next"'
        )
    return JSONResponse({"items": items, "next_cursor": next_cursor}, headers=headers)
