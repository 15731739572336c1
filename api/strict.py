"""Routes that take what they declare and nothing else: JSON that means one thing, no unknown or doubled query parameters."""

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import Request, Response
from fastapi.routing import APIRoute
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException

from api.canonical import BadJson, strict_json
from api.deps import calling, recognised
from api.errors import BadRequest, Invalid, Place, TooLarge

MAX_ANONYMOUS_BYTES = 64 * 1024
SMALL_BYTES = 16 * 1024  # read at once: handing it to a thread would take longer


class StrictRequest(Request):
    """A request whose JSON is read by `strict_json`."""

    async def json(self) -> Any:
        """The body as a value; what is doubtful was refused before."""
        return self.scope["mianshen.json"]


class StrictRoute(APIRoute):
    """Refuses before FastAPI looks: 415 for other content, 400 for ill-formed JSON, 422 for parameters nobody asked for."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """FastAPI's handler with the checks in front."""
        handle = super().get_route_handler()
        known = {p.alias for p in _query_parameters(self.dependant)}
        takes_body = self.body_field is not None
        asks_who = _asks_who(self.dependant)

        async def strict(request: Request) -> Response:
            _refuse_parameters(request, known)
            strict_request = StrictRequest(request.scope, request.receive)
            if takes_body:
                if asks_who:  # before a byte of the body is read: strangers cost nothing
                    scheme, _, credentials = request.headers.get("authorization", "").partition(" ")
                    await recognised(request, credentials.strip() if scheme.lower() == "bearer" else "")
                body = await (strict_request.body() if asks_who else _small_body(strict_request))
                if body:
                    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
                    if kind != "application/json":
                        raise HTTPException(415, "请求内容须为 application/json;请设置 Content-Type 头")
                    try:
                        request.scope["mianshen.json"] = (
                            strict_json(body) if len(body) <= SMALL_BYTES else await run_in_threadpool(strict_json, body)
                        )
                    except BadJson as bad:
                        raise BadRequest("JSON_INVALID", str(bad), [Place("", str(bad))]) from None
            return await handle(strict_request)

        return strict


async def _small_body(request: Request) -> bytes:
    """The body of somebody we do not know yet. Raises TooLarge."""
    pieces, size = [], 0
    async for piece in request.stream():
        size += len(piece)
        if size > MAX_ANONYMOUS_BYTES:
            raise TooLarge("BODY_TOO_LARGE", f"请求内容超过 {MAX_ANONYMOUS_BYTES // 1024} KB;请减小后重试")
        pieces.append(piece)
    request._body = b"".join(pieces)  # where Starlette keeps a body it has read
    return request._body


def _asks_who(dependant: Any) -> bool:
    return any(d.call is calling or _asks_who(d) for d in dependant.dependencies)


def _query_parameters(dependant: Any) -> list[Any]:
    return [*dependant.query_params, *(p for d in dependant.dependencies for p in _query_parameters(d))]


def _refuse_parameters(request: Request, known: set[str]) -> None:
    seen: set[str] = set()
    for name, value in request.query_params.multi_items():
        if name not in known:
            raise Invalid("PARAMETER_UNKNOWN", "请求中有不认识的参数;请对照接口文档删去", [Place(name[:60], "不认识的参数")])
        if name in seen:
            raise Invalid("PARAMETER_TWICE", "同一参数出现了多次;请只保留一个", [Place(name[:60], "重复")])
        if "\x00" in value:
            raise Invalid("PARAMETER_INVALID", "参数中含有空字符", [Place(name[:60], "含有空字符")])
        seen.add(name)
