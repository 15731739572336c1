"""An enterprise's rights against the machine: object, have a record checked, refuse pushes, read what it was sent."""

from dataclasses import replace
from typing import Literal

from api.access import Actor, require, require_enterprise
from api.clock import Clock
from api.db.access import about_visible
from api.db.unit_of_work import UnitOfWork
from api.errors import Conflict, Invalid, NotAllowed, NotFound, Place
from api.ids import new_id
from api.records import Delivery, InboxMessage, Match, Objection, OptOut, Page
from features.catalogue import load_catalogue

Channel = Literal["all", "inbox", "webhook"]


def raise_objection(
    uscc: str,
    actor: Actor,
    *,
    kind: Literal["review", "data"],
    text: str,
    match_id: str | None = None,
    fact: str | None = None,
    uow: UnitOfWork,
    clock: Clock,
) -> Objection:
    """Ask for a person to look again (review) or for a record to be checked (data)."""
    require(actor, "rights:write")
    require_enterprise(actor, uscc)
    if not text.strip():
        raise Invalid("OBJECTION_EMPTY", "异议没有提交:请写明异议的内容", [Place("/text", "请写明异议的内容")])
    if fact is not None and fact not in load_catalogue():
        raise NotFound("FACT_NOT_FOUND", "指标目录中没有该指标;请核对指标编号", [Place("/fact", "不在指标目录中")])
    now = clock.now()
    with uow:
        if match_id is not None:
            matches = uow.of(Match)
            if matches.find(matches.c.id == match_id, matches.c.uscc == uscc) is None:
                raise NotFound("MATCH_NOT_FOUND", "没有找到这条匹配;请核对编号")
        objection = Objection(new_id("obj", now), uscc, kind, match_id, fact, text, "open", actor.id, now, None, None, None)
        uow.of(Objection).add(objection)
        uow.audit(now, actor.id, "objection.raised", objection.id, {"kind": kind})
    return objection


def answer_objection(objection_id: str, answer: str, actor: Actor, *, uow: UnitOfWork, clock: Clock) -> Objection:
    """A person's answer; an objection is answered once."""
    require(actor, "rights:answer")
    if not answer.strip():
        raise Invalid("ANSWER_MISSING", "请填写答复内容", [Place("/answer", "不能为空")])
    now = clock.now()
    with uow:
        objections = uow.of(Objection)
        objection = objections.find(objections.c.id == objection_id, about_visible(actor, objections.c.uscc))
        if objection is None:
            raise NotFound("OBJECTION_NOT_FOUND", "没有找到该异议;请核对编号")
        if not objections.change(
            objections.c.id == objection_id,
            objections.c.state == "open",
            state="answered",
            answer=answer,
            answered_by=actor.id,
            answered_at=now,
        ):
            raise Conflict("OBJECTION_ANSWERED", "该异议已经答复")
        uow.audit(now, actor.id, "objection.answered", objection_id)
    return replace(objection, state="answered", answer=answer, answered_by=actor.id, answered_at=now)


def list_objections(
    actor: Actor, *, uscc: str | None = None, state: str | None = None, cursor: str | None = None, limit: int = 50, uow: UnitOfWork
) -> Page[Objection]:
    """Objections about enterprises that the actor may see, oldest first."""
    require(actor, "matches:read")
    if uscc is not None:
        require_enterprise(actor, uscc)
    with uow:
        objections = uow.of(Objection)
        where = [about_visible(actor, objections.c.uscc)]
        where += [objections.c.uscc == uscc] if uscc is not None else []
        where += [objections.c.state == state] if state is not None else []
        return objections.page(*where, cursor=cursor, limit=limit)


def opt_out(uscc: str, actor: Actor, *, channel: Channel = "all", uow: UnitOfWork, clock: Clock) -> OptOut:
    """No more pushes to this enterprise by this channel, those waiting included. Repeating it changes nothing."""
    require(actor, "rights:write")
    require_enterprise(actor, uscc)
    now = clock.now()
    wish = OptOut(uscc, channel, actor.id, now)
    with uow:
        outs = uow.of(OptOut)
        here = (outs.c.uscc == uscc, outs.c.channel == channel)
        own = actor.role == "enterprise"  # its own word takes the place of one given for it: nobody else can lift it then
        if outs.add_new([wish]) or (own and outs.change(*here, outs.c.by != actor.id, by=actor.id, at=now)):
            uow.audit(now, actor.id, "push.refused", uscc, {"channel": channel})
        if channel != "inbox":
            deliveries = uow.of(Delivery)
            deliveries.change(
                deliveries.c.uscc == uscc, deliveries.c.state == "pending", state="cancelled", last_error="企业已退订"
            )
        return outs.find(*here) or wish


def opt_in(uscc: str, actor: Actor, *, channel: Channel = "all", uow: UnitOfWork, clock: Clock) -> None:
    """Pushes are welcome again; from the next run on."""
    require(actor, "rights:write")
    require_enterprise(actor, uscc)
    with uow:
        outs = uow.of(OptOut)
        wish = outs.find(outs.c.uscc == uscc, outs.c.channel == channel)
        if wish is not None and actor.role != "enterprise" and wish.by != actor.id:
            raise NotAllowed("OPT_OUT_OF_ENTERPRISE", "退订是企业本人的意愿,只能由企业本人或当时代为办理的人恢复")
        if outs.remove(outs.c.uscc == uscc, outs.c.channel == channel):
            uow.audit(clock.now(), actor.id, "push.welcomed", uscc, {"channel": channel})


def opt_outs_of(uscc: str, actor: Actor, *, uow: UnitOfWork) -> tuple[OptOut, ...]:
    """What the enterprise has refused."""
    require(actor, "matches:read")
    require_enterprise(actor, uscc)
    with uow:
        outs = uow.of(OptOut)
        return outs.all(outs.c.uscc == uscc)


def list_messages(uscc: str, actor: Actor, *, cursor: str | None = None, limit: int = 50, uow: UnitOfWork) -> Page[InboxMessage]:
    """The enterprise's inbox, newest first."""
    require(actor, "messages:read")
    require_enterprise(actor, uscc)
    with uow:
        messages = uow.of(InboxMessage)
        return messages.page(messages.c.uscc == uscc, cursor=cursor, limit=limit, newest_first=True)


def mark_read(message_id: str, actor: Actor, *, uow: UnitOfWork, clock: Clock) -> None:
    """Note that a message was opened."""
    require(actor, "messages:read")
    with uow:
        messages = uow.of(InboxMessage)
        message = messages.find(messages.c.id == message_id, about_visible(actor, messages.c.uscc))
        if message is None:
            raise NotFound("MESSAGE_NOT_FOUND", "没有找到这条消息")
        messages.change(messages.c.id == message_id, messages.c.read_at.is_(None), read_at=clock.now())
