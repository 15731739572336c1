"""The ledger of one item's money and places: every step takes the pot's row, changes it, and writes the line that says so, at once.

The lines of an item always add up to its pot, and the pot never holds or pays more than there is: the database refuses it too.
"""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import NamedTuple

from sqlalchemy import or_

from api.access import Actor
from api.db.unit_of_work import UnitOfWork
from api.errors import Conflict, NotFound
from api.ids import new_id
from api.records import BudgetEntry, BudgetPot, Reservation
from matcher.budget import Stage, may_become

STAGE_WORDS: Mapping[Stage, str] = MappingProxyType(
    {Stage.RESERVED: "已预留", Stage.CONFIRMED: "已确认", Stage.PAID: "已拨付", Stage.RELEASED: "已释放"}
)


class PotKey(NamedTuple):
    """An item of a document, whatever the version of its rules: a new version does not refill the pot."""

    document_id: str
    item: int


class Act(NamedTuple):
    """Who does something, and when."""

    actor: Actor
    at: datetime


def take_pot(key: PotKey, *, uow: UnitOfWork) -> BudgetPot:
    """The pot, its row held until the transaction ends: what is read after this stays true. Raises NotFound where there is none."""
    pots = uow.of(BudgetPot)
    here = (pots.c.document_id == key.document_id, pots.c.item == key.item)
    pots.change(*here, reserved_count=pots.c.reserved_count)
    pot = pots.find(*here)
    if pot is None:
        raise NotFound("BUDGET_NOT_FOUND", "该事项尚未建立资金台账;请先设置分配方式,或先预留一笔")
    return pot


def living(key: PotKey, uscc: str, *, uow: UnitOfWork) -> Reservation | None:
    """The enterprise's reservation on an item that was not released, if any."""
    table = uow.of(Reservation)
    return table.find(
        table.c.document_id == key.document_id,
        table.c.item == key.item,
        table.c.uscc == uscc,
        table.c.state != Stage.RELEASED.value,
    )


def hold(
    key: PotKey, uscc: str, fen: int, act: Act, *, rule_version_id: str, uow: UnitOfWork, round_id: str | None = None
) -> Reservation:
    """Put `fen` aside for an enterprise that holds nothing here yet. Raises Conflict where money or places do not carry it.

    The sum is checked and taken in one statement.
    """
    pots = uow.of(BudgetPot)
    taken = pots.change(
        pots.c.document_id == key.document_id,
        pots.c.item == key.item,
        or_(pots.c.budget_fen.is_(None), pots.c.reserved_fen + pots.c.paid_fen + fen <= pots.c.budget_fen),
        or_(pots.c.quota.is_(None), pots.c.reserved_count + pots.c.paid_count + 1 <= pots.c.quota),
        reserved_fen=pots.c.reserved_fen + fen,
        reserved_count=pots.c.reserved_count + 1,
    )
    if not taken:
        raise Conflict("BUDGET_EXHAUSTED", "该事项的预算或名额已不足,没有预留;可调整金额,或等待追加预算")
    reservation = Reservation(
        new_id("rsv", act.at), key.document_id, key.item, uscc, rule_version_id, fen, act.actor.id, act.at,
        Stage.RESERVED.value, round_id, None, act.at,
    )  # fmt: skip
    uow.of(Reservation).add(reservation)
    write(key, "reserved", act, reservation_id=reservation.id, held=(fen, 1), uow=uow)
    uow.audit(act.at, act.actor.id, "budget.reserved", reservation.id, {"document": key.document_id, "item": key.item})
    return reservation


def confirm(reservation_id: str, act: Act, *, uow: UnitOfWork) -> Reservation:
    """Fix a reservation: it may now be paid. The money stays where it is; the same again changes nothing."""
    before = _taken(reservation_id, uow=uow)
    return before if not _moves(before, Stage.CONFIRMED) else _step(before, Stage.CONFIRMED, act, uow=uow)


def release(reservation_id: str, act: Act, *, note: str, uow: UnitOfWork) -> Reservation:
    """Give money and place back; the same again changes nothing. Raises Conflict where it was paid."""
    before = _taken(reservation_id, uow=uow)
    if not _moves(before, Stage.RELEASED):
        return before
    return _step(before, Stage.RELEASED, act, held=(-before.amount_fen, -1), note=note, uow=uow)


def pay(reservation_id: str, act: Act, *, fen: int | None, uow: UnitOfWork) -> Reservation:
    """Pay a confirmed reservation out, wholly or `fen` of it; what is left over is free again. Final.

    The same again changes nothing; Conflict for another sum, for more than is held, or before it is confirmed.
    """
    before = _taken(reservation_id, uow=uow)
    due = before.amount_fen if fen is None else fen
    if before.state == Stage.PAID.value and fen is not None and before.paid_fen != due:
        raise Conflict("PAID_ALREADY", "该笔预留已按另一金额拨付,拨付后不能更改;请核对拨付记录")
    if not _moves(before, Stage.PAID):
        return before
    if due > before.amount_fen:
        raise Conflict("PAYMENT_TOO_LARGE", "拨付金额超过预留金额,没有拨付;请核对金额,或释放后重新预留")
    return _step(before, Stage.PAID, act, held=(-before.amount_fen, -1), paid=(due, 1), uow=uow)


def write(
    key: PotKey, kind: str, act: Act, *, uow: UnitOfWork, reservation_id: str | None = None,
    held: tuple[int, int] = (0, 0), paid: tuple[int, int] = (0, 0), note: str = "",
) -> None:  # fmt: skip
    """One more line: the change of what is held and of what was paid, as (fen, places)."""
    line = BudgetEntry(
        new_id("bde", act.at), key.document_id, key.item, reservation_id, kind, *held, *paid, note[:500], act.actor.id, act.at
    )
    uow.of(BudgetEntry).add(line)


def get(reservation_id: str, *, uow: UnitOfWork) -> Reservation:
    """A reservation; raises NotFound."""
    table = uow.of(Reservation)
    found = table.find(table.c.id == reservation_id)
    if found is None:
        raise NotFound("RESERVATION_NOT_FOUND", "没有找到该笔预留;请核对编号")
    return found


def _taken(reservation_id: str, *, uow: UnitOfWork) -> Reservation:
    """The reservation as it stands once its pot's row is held."""
    found = get(reservation_id, uow=uow)
    take_pot(PotKey(found.document_id, found.item), uow=uow)
    return get(reservation_id, uow=uow)


def _moves(reservation: Reservation, wanted: Stage) -> bool:
    """False where it stands there already. Raises Conflict where there is no way from here to there."""
    now = Stage(reservation.state)
    if now is wanted:
        return False
    if not may_become(now, wanted):
        hint = {
            Stage.PAID: "拨付后不能再更改",
            Stage.RELEASED: "释放后须重新预留",
            Stage.CONFIRMED: "请先释放",
            Stage.RESERVED: "请先确认再拨付",
        }[now]
        raise Conflict("RESERVATION_STATE", f"该笔预留当前为“{STAGE_WORDS[now]}”,不能变为“{STAGE_WORDS[wanted]}”;{hint}")
    return True


def _step(
    before: Reservation, stage: Stage, act: Act, *, uow: UnitOfWork,
    held: tuple[int, int] = (0, 0), paid: tuple[int, int] = (0, 0), note: str = "",
) -> Reservation:  # fmt: skip
    key, pots, table = PotKey(before.document_id, before.item), uow.of(BudgetPot), uow.of(Reservation)
    pots.change(
        pots.c.document_id == key.document_id,
        pots.c.item == key.item,
        reserved_fen=pots.c.reserved_fen + held[0],
        reserved_count=pots.c.reserved_count + held[1],
        paid_fen=pots.c.paid_fen + paid[0],
        paid_count=pots.c.paid_count + paid[1],
    )
    table.change(
        table.c.id == before.id, state=stage.value, changed_at=act.at, paid_fen=paid[0] if stage is Stage.PAID else before.paid_fen
    )
    write(key, stage.value, act, reservation_id=before.id, held=held, paid=paid, note=note, uow=uow)
    uow.audit(act.at, act.actor.id, f"budget.{stage.value}", before.id, {"document": key.document_id, "item": key.item})
    return get(before.id, uow=uow)
