"""What auditors and administrators see: the log and whether its chain is whole, decisions and their replay, people and keys."""

import json
import re
from decimal import Decimal
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request, Response

from api.access import Role
from api.errors import UseCaseError
from api.records import Decision
from api.usecases.accounts import create_user, disable_user, list_users
from api.usecases.audit import list_audit, names_of, verify_audit
from api.usecases.decisions import explain_decision, get_decision, latest_decisions, replay_decision
from api.web.pages import FromForm, HtmlRoute, SignedIn, page, see_other, services
from api.web.words import ROLE_WORDS
from matcher.words import money

router = APIRouter(route_class=HtmlRoute, include_in_schema=False)


@router.get("/audit")
def audit_page(request: Request, visitor: SignedIn, cursor: str | None = None, seq: str = "", head: str = "") -> Response:
    """The newest lines of the log, and the state of its chain; `seq` and `head` are an end of it that the auditor wrote down earlier."""
    own = services(request)
    number, start = seq.strip(), head.strip().lower().replace("-", "")  # as the service's log writes it
    asked = bool(number or start)
    readable = bool(re.fullmatch("[1-9][0-9]{0,8}", number) and re.fullmatch("[0-9a-f]{16,64}", start))
    report = verify_audit(
        visitor.actor, anchor=own.anchor, uow=own.reading(), written_down=(int(number), start) if readable else None
    )
    found = list_audit(visitor.actor, cursor=cursor, limit=50, uow=own.reading())
    names = names_of({x for e in found.items for x in (e.actor, e.subject)}, visitor.actor, uow=own.reading())
    problem = "没有核对:请填写抄录的序号,以及链尾哈希(至少前 16 位,0-9、a-f)" if asked and not readable else ""
    return page(
        request, "oversight/audit.html", visitor=visitor, report=report, found=found, names=names, problem=problem,
        compared=number if readable else "", seq=number, head=start,
    )  # fmt: skip


@router.get("/audit/decisions")
def decisions_page(request: Request, visitor: SignedIn, cursor: str | None = None, uscc: str = "") -> Response:
    """Recorded decisions, the newest first."""
    own = services(request)
    found = latest_decisions(visitor.actor, uscc=uscc.strip() or None, after=cursor, limit=30, uow=own.reading())
    lines = [(d, _name_of(own, d.uscc), _title_of(own, d), json.loads(d.result)["status"]) for d in found.items]
    return page(request, "oversight/decisions.html", visitor=visitor, found=found, lines=lines, uscc=uscc)


@router.get("/audit/decisions/{decision_id}")
def replay_page(request: Request, decision_id: str, visitor: SignedIn) -> Response:
    """Decide again from the record and compare."""
    own = services(request)
    decision = get_decision(decision_id, visitor.actor, uow=own.reading())
    replay = replay_decision(decision_id, visitor.actor, uow=own.reading())
    reason = explain_decision(decision_id, visitor.actor, uow=own.reading())
    hidden = bool(reason["amount"] and reason["amount"]["masked"])
    results = [
        (words, result["status"], _sum(result, hidden=hidden))
        for words, result in (("留存的", replay.recorded), ("重新判定的", replay.again))
    ]
    return page(
        request, "oversight/replay.html", visitor=visitor, replay=replay, decision=decision, reason=reason, results=results,
        name=_name_of(own, decision.uscc),
    )  # fmt: skip


def _sum(result: dict[str, Any], *, hidden: bool) -> str:
    """The sum of a result in words; withheld where a sensitive figure could be worked out from it."""
    if result["low"] is None:
        return "—"
    if hidden:
        return "按敏感数据计算,已遮蔽"
    low, high = Decimal(result["low"]), None if result["high"] is None else Decimal(result["high"])
    if high is None:
        return f"不少于 {money(low)}" if low else "以核定为准"
    return money(low) if low == high else f"{money(low)}至 {money(high)}"


def _name_of(own: Any, uscc: str) -> str:
    """The enterprise's name today; its code where it is not in the profiles any more."""
    try:
        return str(own.live.profile(uscc).name or uscc)
    except UseCaseError:
        return uscc


def _title_of(own: Any, decision: Decision) -> str:
    """The item's title where its rule is in force, its number otherwise."""
    item = own.live.rules().item_in_force(decision.rule_version_id, decision.item)
    return f"{decision.document_id} 第 {decision.item + 1} 项" if item is None else str(item.title)


@router.get("/admin")
def users_page(request: Request, visitor: SignedIn, cursor: str | None = None) -> Response:
    """Who may sign in."""
    own = services(request)
    found = list_users(visitor.actor, cursor=cursor, limit=50, uow=own.reading())
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
