"""Around every request: a trace id, a bound on size, security headers, one log event, and problem details for whatever goes wrong."""

import json
import secrets
from collections.abc import Mapping, Sequence
from time import perf_counter
from typing import Any

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from sqlalchemy.exc import InterfaceError, OperationalError
from starlette.exceptions import HTTPException
from starlette.routing import Match, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.errors import STATUS, TITLES, BadRequest, Place, TooLarge, TooMany, UseCaseError, problem
from api.ratelimit import Allowance
from api.web.pages import error_page

log = structlog.get_logger(__name__)

_HEADERS: tuple[tuple[bytes, bytes], ...] = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-frame-options", b"DENY"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), microphone=(), geolocation=()"),
    (
        b"content-security-policy",
        b"default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; img-src 'self' data:",
    ),
)
_HSTS = (b"strict-transport-security", b"max-age=31536000; includeSubDomains")
_CODES: Mapping[int, tuple[str, str]] = {
    400: ("BAD_REQUEST", "请求格式有误;请对照接口文档检查"),
    404: ("NOT_FOUND", "没有这个地址;请对照接口文档检查路径"),
    405: ("METHOD_NOT_ALLOWED", "这个地址不支持该请求方法;可用的方法见 Allow 头"),
    413: ("BODY_TOO_LARGE", "请求内容过大"),
    415: ("MEDIA_TYPE_UNSUPPORTED", "请求内容须为 application/json;请设置 Content-Type 头"),
}


MAX_JSON_BYTES = 1024 * 1024
MAX_FORM_BYTES = 4 * 1024 * 1024


class Shell:
    """ASGI middleware."""

    def __init__(self, app: ASGIApp, *, max_body_bytes: int, production: bool, allowed_hosts: str = "*") -> None:
        self._app, self._max, self._production = app, max_body_bytes, production
        self._hosts = frozenset(h.strip().lower() for h in allowed_hosts.split(",") if h.strip())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on and mind it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        trace_id, started = secrets.token_hex(16), perf_counter()
        scope.setdefault("state", {})["trace_id"] = trace_id
        status = 500
        size = 0
        most = self._most(scope)
        unread = any(k == b"transfer-encoding" or (k == b"content-length" and v != b"0") for k, v in scope["headers"])

        async def bounded() -> Message:
            nonlocal size, unread
            message = await receive()
            if message["type"] == "http.request":
                unread = unread and message.get("more_body", False)
                size += len(message.get("body", b""))
                if size > most:
                    raise TooLarge("BODY_TOO_LARGE", f"请求内容超过 {most // 1024} KB;请减小后重试")
            return message

        async def decorated(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message.get("headers", ()), *self._added(scope, message)]
                if unread:  # answered in the middle of a body: the connection ends, or the rest would be taken in for nothing
                    message["headers"].append((b"connection", b"close"))
            await send(message)

        declared = next((v for k, v in scope["headers"] if k == b"content-length"), b"")
        try:
            if not self._knows_host(scope):
                strange = BadRequest(
                    "HOST_REFUSED", "请求的主机名不在允许之列;请核对访问地址,或由管理员在 MIANSHEN_ALLOWED_HOSTS 中添加"
                )
                await refusal(strange, trace_id, scope["path"])(scope, receive, decorated)
                return
            if declared.isdigit() and int(declared) > most:
                too_large = TooLarge("BODY_TOO_LARGE", f"请求内容超过 {most // 1024} KB;请减小后重试")
                request = Request(scope, receive)
                as_page = _wants_a_page(request) and "app" in scope
                answer = (
                    error_page(request, 413, too_large.code, too_large.detail)
                    if as_page
                    else refusal(too_large, trace_id, scope["path"])
                )
                await answer(scope, receive, decorated)
                return
            await self._app(scope, bounded, decorated)
        finally:
            route = scope.get("route")
            log.info(
                "request.finished",
                method=scope["method"],
                route=getattr(route, "path", None),  # the pattern: the path itself names enterprises
                status=status,
                ms=round((perf_counter() - started) * 1000, 1),
                trace_id=trace_id,
            )

    def _most(self, scope: Scope) -> int:
        """How many bytes this address takes: files by two addresses only."""
        path = scope["path"]
        if path in ("/v1/policies", "/officer/policies"):
            return self._max
        return min(self._max, MAX_JSON_BYTES if path.startswith("/v1/") else MAX_FORM_BYTES)

    def _knows_host(self, scope: Scope) -> bool:
        if "*" in self._hosts:
            return True
        given = next((v for k, v in scope["headers"] if k == b"host"), b"").decode("latin-1").lower()
        name = given.rpartition(":")[0] if given.rpartition(":")[2].isdigit() else given
        return name in self._hosts or any(h.startswith("*.") and name.endswith(h[1:]) for h in self._hosts)

    def _added(self, scope: Scope, message: Message) -> list[tuple[bytes, bytes]]:
        names = {k.lower() for k, _ in message.get("headers", ())}
        added = [(k, v) for k, v in _HEADERS if k not in names]
        if self._production:
            added.append(_HSTS)
        if b"cache-control" not in names and not scope["path"].startswith("/static/"):
            added.append((b"cache-control", b"no-store"))
        added.append((b"x-trace-id", scope["state"]["trace_id"].encode()))
        allowance: Allowance | None = scope["state"].get("allowance")
        if allowance is not None:
            added += [(k.encode(), v.encode()) for k, v in allowance.headers().items()]
        return added


def problem_response(
    status: int,
    code: str,
    detail: str,
    *,
    trace_id: str,
    instance: str,
    errors: Sequence[Place] = (),
    headers: Mapping[str, str] | None = None,
) -> Response:
    """RFC 9457 problem details."""
    body = problem(status, code, detail, trace_id=trace_id, instance=instance, errors=errors)
    return Response(
        json.dumps(body, ensure_ascii=False).encode("utf-8", "replace"),
        status_code=status,
        media_type="application/problem+json",
        headers=headers,
    )


def refusal(error: UseCaseError, trace_id: str, instance: str) -> Response:
    """A use case's refusal as problem details."""
    status = STATUS[type(error)]
    headers: dict[str, str] = {}
    if isinstance(error, TooMany):
        headers["retry-after"] = str(error.retry_after)
    if status == 401:
        headers["www-authenticate"] = "Bearer"
    if status == 503:
        headers["retry-after"] = "5"
    return problem_response(
        status, error.code, error.detail, trace_id=trace_id, instance=instance, errors=error.errors, headers=headers
    )


def add_error_handlers(app: FastAPI) -> None:
    """Problem details for refusals, validation, HTTP errors, a database that is away, and our own mistakes."""

    def where(request: Request) -> tuple[str, str]:
        return request.scope["state"]["trace_id"], request.url.path

    async def use_case(request: Request, error: Exception) -> Response:
        assert isinstance(error, UseCaseError)
        return refusal(error, *where(request))

    async def validation(request: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)
        trace_id, instance = where(request)
        places = [_place(e) for e in error.errors()[:50]]
        return problem_response(
            422,
            "REQUEST_INVALID",
            f"请求内容有 {len(error.errors())} 处不符合要求;请按提示修改后重新提交",
            trace_id=trace_id,
            instance=instance,
            errors=places,
        )

    async def http(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        trace_id, instance = where(request)
        headers = {k.lower(): v for k, v in (error.headers or {}).items()}
        if error.status_code == 405:
            headers["allow"] = ", ".join(_methods_at(request)) or headers.get("allow", "GET")
        code, detail = _CODES.get(error.status_code, ("HTTP_ERROR", TITLES.get(error.status_code, "请求没有完成")))
        if error.status_code == 404 and _wants_a_page(request):
            return error_page(request, 404, code, detail)
        return problem_response(error.status_code, code, detail, trace_id=trace_id, instance=instance, headers=headers)

    async def database(request: Request, error: Exception) -> Response:
        trace_id, instance = where(request)
        log.error("database.unavailable", kind=type(error).__name__, trace_id=trace_id)
        return problem_response(
            503,
            "DATABASE_UNAVAILABLE",
            "数据库暂时无法使用;请稍后重试",
            trace_id=trace_id,
            instance=instance,
            headers={"retry-after": "5"},
        )

    async def ours(request: Request, error: Exception) -> Response:
        trace_id, instance = where(request)
        log.error("request.failed", trace_id=trace_id, exc_info=error)
        if _wants_a_page(request):
            try:
                return error_page(request, 500, "INTERNAL_ERROR", f"服务内部出错,已记录;请稍后重试,或将编号 {trace_id} 告知管理员")
            except (OperationalError, InterfaceError):
                pass  # nor can we look up who is asking: say it without a page
        return problem_response(
            500,
            "INTERNAL_ERROR",
            f"服务内部出错,已记录;请稍后重试,或将编号 {trace_id} 告知管理员",
            trace_id=trace_id,
            instance=instance,
        )

    app.add_exception_handler(UseCaseError, use_case)
    app.add_exception_handler(RequestValidationError, validation)
    app.add_exception_handler(HTTPException, http)
    app.add_exception_handler(OperationalError, database)
    app.add_exception_handler(InterfaceError, database)
    app.add_exception_handler(Exception, ours)


def _wants_a_page(request: Request) -> bool:
    return not request.url.path.startswith("/v1/") and "text/html" in request.headers.get("accept", "")


def _methods_at(request: Request) -> list[str]:
    """Every method that some route takes at this path."""
    scope, found = request.scope, set[str]()
    for route in request.app.state.routes:
        if isinstance(route, Route) and route.matches({**scope, "type": "http"})[0] is not Match.NONE:
            found |= route.methods or set()
    return sorted(found)


_WORDS: Mapping[str, str] = {
    "missing": "缺少此项",
    "extra_forbidden": "不认识的字段",
    "string_type": "应为文字",
    "int_type": "应为整数",
    "int_parsing": "应为整数",
    "int_from_float": "应为整数",
    "bool_type": "应为 true 或 false",
    "list_type": "应为列表",
    "dict_type": "应为对象",
    "model_attributes_type": "应为对象",
    "model_type": "应为对象",
    "string_pattern_mismatch": "格式不符合要求",
    "string_too_long": "过长",
    "string_too_short": "过短或为空",
    "literal_error": "不在可选值之中",
    "enum": "不在可选值之中",
    "greater_than_equal": "过小",
    "less_than_equal": "过大",
    "too_long": "条目过多",
    "too_short": "条目过少",
}


def _place(error: Mapping[str, Any]) -> Place:
    source, *rest = error.get("loc") or ("",)
    rest = [p for p in rest if p not in ("by-code", "by-profile")]  # which of two forms was read is no place in the body
    pointer = (
        "".join(f"/{str(p).replace('~', '~0').replace('/', '~1')[:60]}" for p in rest)
        if source == "body"
        else ".".join(str(p)[:60] for p in rest)
    )
    kind = str(error.get("type", ""))
    message = _WORDS.get(kind)
    if message is None:
        text = str(error.get("msg", "")).removeprefix("Value error, ")
        message = text if not text.isascii() else "不符合要求"
    return Place(pointer, message)
