"""What an enterprise sees: its four groups, the reason behind each, its data and where they come from, its messages and its rights."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Form, Request, Response

from api.access import require, require_enterprise
from api.usecases.matching import best_combination_of, explain, groups_of
from api.usecases.rights import list_messages, list_objections, mark_read, opt_in, opt_out, opt_outs_of, raise_objection
from api.web.pages import FromForm, HtmlRoute, SignedIn, page, see_other, services
from api.web.words import GROUP_WORDS
from features.catalogue import load_catalogue
from features.profile import STATE
from matcher.combine_rules import left_out_sentence
from matcher.requirements import is_masked
from matcher.words import key_name, source_name, value_name

router = APIRouter(prefix="/enterprise", route_class=HtmlRoute, include_in_schema=False)


@router.get("/{uscc}")
def groups_page(request: Request, uscc: str, visitor: SignedIn) -> Response:
    """The four groups."""
    own = services(request)
    found = groups_of(uscc, visitor.actor, live=own.live)
    groups = [(key, *GROUP_WORDS[key], getattr(found, key)) for key in GROUP_WORDS]
    combination = best_combination_of(uscc, visitor.actor, live=own.live)
    left_out = [left_out_sentence(left, combination) for left in combination.left_out]
    return page(
        request, "enterprise/groups.html", visitor=visitor, found=found, groups=groups, uscc=uscc, combination=combination, left_out=left_out,
        data_day=own.live.snapshot.as_of if own.live.snapshot else None,
    )  # fmt: skip


@router.get("/{uscc}/items/{document_id}/{item}")
def reason_page(request: Request, uscc: str, document_id: str, item: int, visitor: SignedIn) -> Response:
    """Why, criterion by criterion."""
    own = services(request)
    reason = explain(uscc, document_id, item, visitor.actor, live=own.live)
    profile = own.live.profile(uscc)
    return page(
        request,
        "enterprise/reason.html",
        visitor=visitor,
        reason=reason,
        uscc=uscc,
        name=profile.name,
        document_id=document_id,
        item=item,
        sent="",
    )


@router.post("/{uscc}/items/{document_id}/{item}/objections")
def objection_form(
    request: Request,
    uscc: str,
    document_id: str,
    item: int,
    visitor: FromForm,
    kind: Annotated[Literal["review", "data"], Form()],
    text: Annotated[str, Form(max_length=2000)] = "",
) -> Response:
    """Ask for a person to look again, or for a record to be checked."""
    own = services(request)
    words = f"[{document_id} 第 {item + 1} 项] {text}" if text.strip() else text
    raise_objection(uscc, visitor.actor, kind=kind, text=words, uow=own.uow(), clock=own.clock)
    return see_other(f"/enterprise/{uscc}/messages?sent=1")


@router.get("/{uscc}/data")
def data_page(request: Request, uscc: str, visitor: SignedIn) -> Response:
    """Every fact that is known, with its department, record and date; what is missing is listed too."""
    own = services(request)
    require(visitor.actor, "matches:read")
    require_enterprise(visitor.actor, uscc)
    profile = own.live.profile(uscc)
    reveal = visitor.actor.may("values:read")
    rows: list[dict[str, Any]] = []
    missing = []
    for definition in load_catalogue():
        value = profile.facts.get(definition.id)
        if definition.id == "declared":
            continue
        if value is None:
            missing.append(definition)
            continue
        entries = sorted(value.items(), reverse=True) if definition.is_periodic and hasattr(value, "items") else [(STATE, value)]
        for period, entry in entries[:6]:
            origin = profile.provenance_of(definition.id, period)
            hidden = is_masked(definition.id, reveal=reveal)
            rows.append(
                {
                    "name": definition.zh,
                    "period": key_name(period) if period != STATE else "",
                    "value": "已遮蔽" if hidden else value_name(definition.id, entry),
                    "source": source_name(origin.source if origin else definition.source),
                    "record": origin.record if origin else "",
                    "on": origin.recorded_at if origin else None,
                    "conflict": definition.id in profile.conflicts,
                }
            )
    return page(
        request,
        "enterprise/data.html",
        visitor=visitor,
        uscc=uscc,
        name=profile.name,
        rows=rows,
        missing=missing,
        source_name=source_name,
    )


@router.get("/{uscc}/messages")
def messages_page(request: Request, uscc: str, visitor: SignedIn, cursor: str | None = None, sent: str = "") -> Response:
    """The inbox, the objections raised, and whether pushes are wanted."""
    own = services(request)
    messages = list_messages(uscc, visitor.actor, cursor=cursor, limit=20, uow=own.reading())
    objections = list_objections(visitor.actor, uscc=uscc, uow=own.reading())
    refused = {o.channel for o in opt_outs_of(uscc, visitor.actor, uow=own.reading())}
    return page(
        request,
        "enterprise/messages.html",
        visitor=visitor,
        uscc=uscc,
        messages=messages,
        objections=objections,
        refused=refused,
        sent=sent,
        name=own.live.profile(uscc).name,
    )


@router.post("/{uscc}/messages/{message_id}/read")
def read_form(request: Request, uscc: str, message_id: str, visitor: FromForm) -> Response:
    """Mark one message as read."""
    own = services(request)
    mark_read(message_id, visitor.actor, uow=own.uow(), clock=own.clock)
    return see_other(f"/enterprise/{uscc}/messages")


@router.post("/{uscc}/pushes")
def pushes_form(request: Request, uscc: str, visitor: FromForm, wanted: Annotated[Literal["yes", "no"], Form()]) -> Response:
    """Stop pushes, or have them again; it counts at once, for queued messages too."""
    own = services(request)
    (opt_in if wanted == "yes" else opt_out)(uscc, visitor.actor, uow=own.uow(), clock=own.clock)
    return see_other(f"/enterprise/{uscc}/messages")
