"""What the service refuses, and the one table that turns refusals into HTTP (RFC 9457 problem details).

UseCaseError
├── NotSignedIn            no or unknown credentials
├── NotAllowed             known, but not permitted
├── NotFound               no such thing, or not yours to see
├── Invalid                the request's content cannot be used; `errors` names each place
├── BadRequest             the request itself is ill-formed (a missing header, unreadable JSON)
├── Conflict               the thing is not in a state that allows this
├── StaleVersion           somebody changed it in between
├── VersionMissing         a change without If-Match
├── TooLarge               more bytes than we take
├── TooMany                over the rate limit
├── KeyReused              an Idempotency-Key seen before with another content
└── Unavailable            something we need is not there now
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from types import MappingProxyType
from typing import Any


@dataclass(frozen=True, slots=True)
class Place:
    """One thing wrong: a JSON Pointer into the body (`/profile/uscc`) or the name of a parameter or header, and what is wrong there."""

    pointer: str
    message: str


class UseCaseError(Exception):
    """Anything a use case refuses. `code` is stable; `detail` is Chinese: what happened, why, what to do."""

    def __init__(self, code: str, detail: str, errors: Sequence[Place] = ()) -> None:
        super().__init__(f"{code}: {detail}")
        self.code, self.detail, self.errors = code, detail, tuple(errors)


class NotSignedIn(UseCaseError):
    """No or unknown credentials."""


class NotAllowed(UseCaseError):
    """Known, but not permitted."""


class NotFound(UseCaseError):
    """No such thing, or not this caller's to see; the two are not told apart."""


class Invalid(UseCaseError):
    """The content cannot be used."""


class BadRequest(UseCaseError):
    """The request is ill-formed."""


class Conflict(UseCaseError):
    """The thing is not in a state that allows this."""


class StaleVersion(UseCaseError):
    """Somebody changed it in between."""


class VersionMissing(UseCaseError):
    """A change that does not say which version it rests on."""


class TooLarge(UseCaseError):
    """More bytes than we take."""


class TooMany(UseCaseError):
    """Over the rate limit; `retry_after` seconds."""

    def __init__(self, code: str, detail: str, *, retry_after: int) -> None:
        super().__init__(code, detail)
        self.retry_after = retry_after


class KeyReused(UseCaseError):
    """An Idempotency-Key seen before with another content."""


class Unavailable(UseCaseError):
    """Something we need is not there now."""


STATUS: Mapping[type[UseCaseError], HTTPStatus] = MappingProxyType(
    {
        NotSignedIn: HTTPStatus.UNAUTHORIZED,
        NotAllowed: HTTPStatus.FORBIDDEN,
        NotFound: HTTPStatus.NOT_FOUND,
        Invalid: HTTPStatus.UNPROCESSABLE_ENTITY,
        BadRequest: HTTPStatus.BAD_REQUEST,
        Conflict: HTTPStatus.CONFLICT,
        StaleVersion: HTTPStatus.PRECONDITION_FAILED,
        VersionMissing: HTTPStatus.PRECONDITION_REQUIRED,
        TooLarge: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        TooMany: HTTPStatus.TOO_MANY_REQUESTS,
        KeyReused: HTTPStatus.UNPROCESSABLE_ENTITY,
        Unavailable: HTTPStatus.SERVICE_UNAVAILABLE,
    }
)

TITLES: Mapping[int, str] = MappingProxyType(
    {
        400: "请求格式有误",
        401: "需要登录或密钥",
        403: "没有权限",
        404: "没有找到",
        405: "不支持这种请求方法",
        409: "当前状态不允许这样做",
        412: "内容已被他人修改",
        413: "内容过大",
        415: "不支持这种内容类型",
        422: "内容不能使用",
        428: "缺少版本条件",
        429: "请求过于频繁",
        500: "服务内部错误",
        503: "服务暂不可用",
    }
)


def problem(
    status: int, code: str, detail: str, *, trace_id: str, instance: str = "", errors: Sequence[Place] = ()
) -> dict[str, Any]:
    """An RFC 9457 problem document with our additions: `code`, `errors` (each with a pointer) and `trace_id`."""
    body: dict[str, Any] = {
        "type": f"/problems/{code.lower()}",
        "title": TITLES.get(status, "请求没有完成"),
        "status": status,
        "detail": detail,
        "instance": instance,
        "code": code,
        "trace_id": trace_id,
    }
    if errors:
        body["errors"] = [{"pointer": e.pointer, "message": e.message} for e in errors]
    return body
