"""What auditors and administrators see: the log and whether its chain is whole, decisions and their replay, people and keys."""

from typing import Annotated

from fastapi import APIRouter, Form, Request, Response

from api.access import Role
from api.usecases.accounts import create_user, disable_user, list_users
from api.usecases.audit import list_audit, verify_audit_chain
from api.usecases.decisions import list_decisions, replay_decision
from api.web.pages import FromForm, HtmlRoute, SignedIn, page, see_other, services
from api.web.words import ROLE_WORDS

router = APIRouter(route_class=HtmlRoute, include_in_schema=False)


@router.get("/audit")
def audit_page(request: Request, visitor: SignedIn, cursor: str | None = None) -> Response:
    """The newest lines of the log, and the state of its chain."""
    own = services(request)
    report = verify_audit_chain(visitor.actor, uow=own.uow())
    return page(
        request,
        "oversight/audit.html",
        visitor=visitor,
        report=report,
        found=list_audit(visitor.actor, cursor=cursor, limit=50, uow=own.uow()),
    )


@router.get("/audit/decisions")
def decisions_page(request: Request, visitor: SignedIn, cursor: str | None = None, uscc: str = "") -> Response:
    """Recorded decisions."""
    own = services(request)
    found = list_decisions(visitor.actor, uscc=uscc.strip() or None, cursor=cursor, limit=30, uow=own.uow())
    return page(request, "oversight/decisions.html", visitor=visitor, found=found, uscc=uscc)


@router.get("/audit/decisions/{decision_id}")
def replay_page(request: Request, decision_id: str, visitor: SignedIn) -> Response:
    """Decide again from the record and compare."""
    own = services(request)
    replay = replay_decision(decision_id, visitor.actor, uow=own.uow())
    return page(request, "oversight/replay.html", visitor=visitor, replay=replay, decision_id=decision_id)


@router.get("/admin")
def users_page(request: Request, visitor: SignedIn, cursor: str | None = None) -> Response:
    """Who may sign in."""
    own = services(request)
    found = list_users(visitor.actor, cursor=cursor, limit=50, uow=own.uow())
    return page(request, "oversight/users.html", visitor=visitor, found=found, roles=ROLE_WORDS)


@router.post("/admin/users")
def user_form(
    request: Request,
    visitor: FromForm,
    username: Annotated[str, Form(max_length=80)],
    password: Annotated[str, Form(max_length=200)],
    role: Annotated[Role, Form()],
    name: Annotated[str, Form(max_length=80)] = "",
    uscc: Annotated[str, Form(max_length=18)] = "",
) -> Response:
    """Add a person."""
    own = services(request)
    create_user(
        username,
        password,
        visitor.actor,
        role=role,
        name=name or username,
        uscc=uscc.strip() or None,
        uow=own.uow(),
        clock=own.clock,
    )
    return see_other("/admin")


@router.post("/admin/users/{user_id}/disable")
def disable_form(request: Request, user_id: str, visitor: FromForm) -> Response:
    """Shut a person out."""
    own = services(request)
    disable_user(user_id, visitor.actor, uow=own.uow(), clock=own.clock)
    return see_other("/admin")
