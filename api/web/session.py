"""Home, sign-in and sign-out, the page on how matching works, and the files that pages load."""

from pathlib import PurePosixPath
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import FileResponse

from api.errors import STATUS, NotFound, TooMany, UseCaseError
from api.usecases.accounts import sign_in, sign_out
from api.web.pages import _HERE, COOKIE, FromForm, HtmlRoute, MaybeSignedIn, page, see_other, services

router = APIRouter(route_class=HtmlRoute, include_in_schema=False)

_STATIC = {
    "site.css": "text/css; charset=utf-8",
    "review.js": "text/javascript; charset=utf-8",
    "simulate.js": "text/javascript; charset=utf-8",
    "vendor/htmx.min.js": "text/javascript; charset=utf-8",
    "icon.svg": "image/svg+xml",
}


@router.get("/")
def home(request: Request, visitor: MaybeSignedIn) -> Response:
    """The visitor's own first page, or what this service is and where to sign in."""
    return see_other(visitor.home) if visitor else page(request, "home.html", visitor=None)


@router.get("/sign-in")
def sign_in_page(request: Request, next: str = "/") -> Response:
    """The sign-in form."""
    return page(request, "sign_in.html", visitor=None, next=_own_path(next), problem="", username="")


@router.post("/sign-in")
def sign_in_form(
    request: Request,
    username: Annotated[str, Form(max_length=80)] = "",
    password: Annotated[str, Form(max_length=200)] = "",
    next: Annotated[str, Form(max_length=500)] = "/",
) -> Response:
    """Open a session, or say why not; the password is never sent back."""
    own = services(request)
    try:
        own.sign_ins.take(request.client.host if request.client else "")
        opened = sign_in(username, password, uow=own.uow(), clock=own.clock, rules=own.sign_in_rules)
    except UseCaseError as error:
        answer = page(
            request,
            "sign_in.html",
            status=int(STATUS[type(error)]),
            visitor=None,
            next=_own_path(next),
            problem=error.detail,
            username=username,
        )
        if isinstance(error, TooMany):
            answer.headers["Retry-After"] = str(error.retry_after)
        return answer
    response = see_other(_own_path(next))
    response.set_cookie(COOKIE, opened.token, httponly=True, samesite="lax", secure=own.settings.is_production, path="/")
    return response


@router.post("/sign-out")
def sign_out_form(request: Request, visitor: FromForm) -> Response:
    """End the session."""
    own = services(request)
    sign_out(request.cookies.get(COOKIE, ""), uow=own.uow())
    response = see_other("/")
    response.delete_cookie(COOKIE, path="/")
    return response


@router.get("/about/algorithm")
def about_algorithm(request: Request) -> Response:
    """How decisions and orders come about, in plain words (算法推荐管理规定, article 16)."""
    own = services(request)
    return page(request, "algorithm.html", model_version=own.live.model_version)


@router.get("/static/{name:path}")
def static_file(name: str) -> Response:
    """One of the files that the pages load; no other file can be named."""
    kind = _STATIC.get(str(PurePosixPath(name)))
    if kind is None:
        raise NotFound("FILE_NOT_FOUND", "没有这个文件")
    return FileResponse(_HERE / "static" / name, media_type=kind, headers={"Cache-Control": "public, max-age=3600"})


def _own_path(where: str) -> str:
    """`where` if it is a path of this site, else the home page: sign-in never leads to another site."""
    parts = urlsplit(where)
    safe = where.startswith("/") and not where.startswith(("//", "/\\")) and not parts.scheme and not parts.netloc
    return where if safe and "\n" not in where and "\r" not in where else "/"
