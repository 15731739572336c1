"""Budgets and quotas: putting money aside for one enterprise, never more than there is, however many ask at once."""

from decimal import Decimal

from sqlalchemy import or_

from api.access import Actor, require, require_enterprise
from api.clock import Clock
from api.db.unit_of_work import UnitOfWork
from api.errors import Conflict, Invalid, NotFound, Place
from api.ids import new_id
from api.records import BudgetPot, Reservation, fen
from api.usecases.rules import document_of, get_rule


def reserve_budget(
    rule_version_id: str, item: int, uscc: str, amount: Decimal, actor: Actor, *, uow: UnitOfWork, clock: Clock
) -> Reservation:
    """Put `amount` CNY aside for an enterprise; the same again gives the same reservation.

    Raises Conflict where the budget or the quota is used up. Safe under concurrency: the remaining sum is checked and taken in one
    statement, and the pot belongs to the document's item, so that a new version of the rule does not refill it.
    """
    require(actor, "budgets:write")
    require_enterprise(actor, uscc)
    if amount <= 0 or amount != amount.quantize(Decimal("0.01")) or amount >= Decimal("1e15"):
        raise Invalid("AMOUNT_INVALID", "预留金额须为正数,精确到分;请修改金额", [Place("/amount", "金额有误")])
    now, wanted = clock.now(), fen(amount)
    with uow:
        version = get_rule(rule_version_id, actor, uow=uow)
        document = document_of(version.sha256, version.rules)
        if version.retired_at is not None:
            raise Conflict("RULE_RETIRED", "该规则版本已停用,不能预留;请使用现行版本")
        if not 0 <= item < len(document.items):
            raise NotFound("ITEM_NOT_FOUND", "没有找到该事项;请核对事项序号")
        rule = document.items[item]
        pots, reservations = uow.of(BudgetPot), uow.of(Reservation)
        budget = None if rule.budget is None else fen(rule.budget)
        pots.add_new([BudgetPot(version.document_id, item, budget, rule.quota, 0, 0)])
        here = (pots.c.document_id == version.document_id, pots.c.item == item)
        pots.change(*here, reserved_count=pots.c.reserved_count)  # take the pot's row before looking
        theirs = (reservations.c.document_id == version.document_id, reservations.c.item == item, reservations.c.uscc == uscc)
        before = reservations.find(*theirs)
        if before is not None:
            if before.amount_fen != wanted:
                raise Conflict("RESERVED_ALREADY", "该企业在此事项下已有金额不同的预留;请先核对原预留")
            return before
        taken = pots.change(
            *here,
            or_(pots.c.budget_fen.is_(None), pots.c.reserved_fen + wanted <= pots.c.budget_fen),
            or_(pots.c.quota.is_(None), pots.c.reserved_count + 1 <= pots.c.quota),
            reserved_fen=pots.c.reserved_fen + wanted,
            reserved_count=pots.c.reserved_count + 1,
        )
        if not taken:
            raise Conflict("BUDGET_EXHAUSTED", "该事项的预算或名额已不足,没有预留;可调整金额,或等待追加预算")
        reservation = Reservation(new_id("rsv", now), version.document_id, item, uscc, version.id, wanted, actor.id, now)
        reservations.add(reservation)
        uow.audit(now, actor.id, "budget.reserved", reservation.id, {"document": version.document_id, "item": item})
    return reservation
