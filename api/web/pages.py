"""What all pages share: who is looking, the templates, refusals as pages, and the check that a form came from our own page."""

import hmac
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any

from fastapi import Depends, Form, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, RedirectResponse
from fastapi.routing import APIRoute
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException

from api.access import Actor
from api.errors import STATUS, NotAllowed, NotSignedIn, UseCaseError
from api.usecases.accounts import actor_of_session
from api.web.words import FILTERS

COOKIE = "mianshen_session"
_HERE = Path(str(files("api.web")))


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_HERE / "templates"),
        autoescape=select_autoescape(default=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(FILTERS)
    return environment


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who is looking at the page, and the word that a form of theirs must carry."""

    actor: Actor
    csrf: str

    @property
    def home(self) -> str:
        """The page this role begins with."""
        if self.actor.role == "enterprise" and self.actor.enterprises:
            return f"/enterprise/{min(self.actor.enterprises)}"
        return {"admin": "/admin", "auditor": "/audit"}.get(self.actor.role, "/officer")


def services(request: Request) -> Any:
    """The service's parts, as wiring built them."""
    return request.app.state.services


def visitor_or_none(request: Request) -> Visitor | None:
    """Who is signed in, if anybody."""
    token = request.cookies.get(COOKIE)
    if not token:
        return None
    own = services(request)
    try:
        actor, csrf = actor_of_session(token, uow=own.uow(), reading=own.reading(), clock=own.clock, rules=own.sign_in_rules)
    except NotSignedIn:
        return None
    return Visitor(actor, csrf)


def visitor(request: Request) -> Visitor:
    """Who is signed in. Raises NotSignedIn, which leads to the sign-in page."""
    found = visitor_or_none(request)
    if found is None:
        raise NotSignedIn("SESSION_ENDED", "请先登录")
    return found


def checked_form(request: Request, csrf: Annotated[str, Form()] = "") -> Visitor:
    """The visitor, once the form has shown that it came from our own page. Raises NotAllowed where it did not."""
    found = visitor(request)
    if not hmac.compare_digest(csrf.encode(), found.csrf.encode()):
        raise NotAllowed("FORM_EXPIRED", "页面已过期,没有提交;请刷新页面后重新提交")
    return found


SignedIn = Annotated[Visitor, Depends(visitor)]
MaybeSignedIn = Annotated[Visitor | None, Depends(visitor_or_none)]
FromForm = Annotated[Visitor, Depends(checked_form)]


def page(request: Request, template: str, *, status: int = 200, **context: Any) -> HTMLResponse:
    """Render a template. Private by default: no page is kept by a cache."""
    context.setdefault("visitor", visitor_or_none(request))
    html = _environment().get_template(template).render(request=request, **context)
    return HTMLResponse(html, status_code=status, headers={"Cache-Control": "no-store"})


def see_other(where: str) -> RedirectResponse:
    """After a form: the page to look at next."""
    return RedirectResponse(where, status_code=303)


def error_page(request: Request, status: int, code: str, detail: str) -> HTMLResponse:
    """A refusal as a page: what happened, why, what to do, and the code to quote to support."""
    return page(request, "error.html", status=status, code=code, detail=detail, status_number=status)


class HtmlRoute(APIRoute):
    """A route whose refusals are pages; somebody not signed in is led to the sign-in page and back."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The handler with refusals turned into pages."""
        inner = super().get_route_handler()
        takes_form = any(d.call is checked_form for d in self.dependant.dependencies)

        async def handler(request: Request) -> Response:
            try:
                if takes_form:  # before a byte of the form is read: strangers cost nothing
                    await run_in_threadpool(visitor, request)
                return await inner(request)
            except NotSignedIn as error:
                if request.method == "GET":
                    return see_other(f"/sign-in?next={request.url.path}")
                return error_page(request, 401, error.code, error.detail)
            except UseCaseError as error:
                return error_page(
                    request, int(STATUS[type(error)]), error.code, error.detail + "".join(f";{p.message}" for p in error.errors[:5])
                )
            except HTTPException as error:
                if isinstance(error.__cause__, UseCaseError):  # what a body that is being read is refused for, wrapped by FastAPI
                    refused = error.__cause__
                    return error_page(request, int(STATUS[type(refused)]), refused.code, refused.detail)
                raise
            except RequestValidationError:
                return error_page(request, 422, "FORM_INVALID", "表单内容有误或不完整;请返回检查后重新提交")

        return handler
