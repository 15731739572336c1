"""Giving a budget out in rounds: applications are gathered up to a day, then shared out in one transaction, pro rata or by rank.

What is shared out does not depend on the order in which applications came, and never sums to more than was left.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from api.access import Actor, require, require_enterprise, require_whole_city
from api.clock import Clock, civil_day
from api.db.unit_of_work import UnitOfWork
from api.errors import Conflict, Invalid, NotFound, Place
from api.ids import new_id
from api.records import BudgetApplication, BudgetPot, BudgetRound, Page, fen
from api.usecases import ledger
from api.usecases.budgets import WAY_WORDS, check_amount, item_of, open_pot, way_of
from api.usecases.ledger import Act, PotKey
from matcher.budget import BudgetState, Refused, Request, allocate
from matcher.words import day_name
from policies.allocation import Way

_LAST_RANK = 1_000_000


def open_round(rule_version_id: str, item: int, closes_on: date, actor: Actor, *, uow: UnitOfWork, clock: Clock) -> BudgetRound:
    """Begin to gather applications up to the end of `closes_on` (a civil day); the same again gives the same round.

    Raises Conflict where another round gathers or the item is given out first come, and for a day that is over.
    """
    require(actor, "budgets:write")
    require_whole_city(actor)
    now = clock.now()
    if closes_on < civil_day(now):
        raise Conflict("DAY_PAST", "截止日期已过;请填写今天或以后的日期")
    with uow:
        version, rule = item_of(rule_version_id, item, actor, in_force=True, uow=uow)
        pot = open_pot(version, item, rule, uow=uow)
        rounds = uow.of(BudgetRound)
        gathering = rounds.find(rounds.c.document_id == pot.document_id, rounds.c.item == item, rounds.c.state == "open")
        if gathering is not None:
            if gathering.closes_on == closes_on:
                return gathering
            raise Conflict("ROUND_OPEN", f"该事项已有受理至{day_name(gathering.closes_on)}的批次;请在其分配完成后再开新批次")
        way = way_of(pot, version, uow=uow)
        _check_shareable(pot, way)
        opened = BudgetRound(
            new_id("bdr", now), pot.document_id, item, version.id, way.value, closes_on, "open", 0, None, 0, 0, actor.id, now, None, None
        )  # fmt: skip
        rounds.add(opened)
        uow.audit(now, actor.id, "round.opened", opened.id, {"document": pot.document_id, "item": item, "way": way.value})
    return opened


def _check_shareable(pot: BudgetPot, way: Way) -> None:
    if way is Way.FIRST_COME:
        raise Conflict("ALLOCATION_FIRST_COME", "该事项先到先得,不设申报批次;如需统一分配,请先把分配方式改为按比例或按排名")
    if pot.budget_fen is None and (way is Way.PRO_RATA or pot.quota is None):
        raise Conflict("BUDGET_MISSING", f"{WAY_WORDS[way]}须有预算总额;请先设置该事项的预算")


def apply_in_round(
    round_id: str, uscc: str, amount: Decimal, actor: Actor, *, rank: int | None = None, uow: UnitOfWork, clock: Clock
) -> BudgetApplication:
    """Take down one enterprise's wish for `amount` CNY; the same again gives the same application.

    Raises Conflict after the last day, for another amount, or where the enterprise already holds or got money of this item.
    """
    require(actor, "budgets:write")
    require_enterprise(actor, uscc)
    check_amount(amount)
    _check_rank(rank)
    now, wanted = clock.now(), fen(amount)
    with uow:
        found = _taken(round_id, uow=uow)
        table = uow.of(BudgetApplication)
        before = table.find(table.c.round_id == round_id, table.c.uscc == uscc, table.c.state != "withdrawn")
        if before is not None:
            if before.amount_fen != wanted or (rank is not None and before.rank != rank):
                raise Conflict("APPLIED_ALREADY", "该企业在本批次已有内容不同的申请;如需更改,请先撤回原申请")
            return before
        _expect_open(found)
        if civil_day(now) > found.closes_on:
            raise Conflict("ROUND_CLOSED", f"本批次已于{day_name(found.closes_on)}截止,不再受理申请;请等待下一批次")
        if ledger.living(PotKey(found.document_id, found.item), uscc, uow=uow) is not None:
            raise Conflict("RESERVED_ALREADY", "该企业在此事项下已有预留或拨付,不能重复申请;请先核对原预留")
        made = BudgetApplication(new_id("bda", now), round_id, uscc, wanted, rank, "open", 0, None, None, actor.id, now)
        table.add(made)
        uow.audit(now, actor.id, "application.made", made.id, {"round": round_id})
    return made


def rank_application(application_id: str, rank: int, actor: Actor, *, uow: UnitOfWork, clock: Clock) -> BudgetApplication:
    """Give an application its place (1 is the best) until the round is shared out; the same again changes nothing."""
    require(actor, "budgets:write")
    require_whole_city(actor)
    _check_rank(rank)
    with uow:
        before = _taken_application(application_id, actor, uow=uow)
        if before.rank == rank:
            return before
        _expect_waiting(before)
        return _changed(before, "application.ranked", actor, uow=uow, clock=clock, rank=rank)


def withdraw_application(application_id: str, actor: Actor, *, uow: UnitOfWork, clock: Clock) -> BudgetApplication:
    """Take an application back before the round is shared out; the same again changes nothing."""
    require(actor, "budgets:write")
    with uow:
        before = _taken_application(application_id, actor, uow=uow)
        if before.state == "withdrawn":
            return before
        _expect_waiting(before)
        return _changed(before, "application.withdrawn", actor, uow=uow, clock=clock, state="withdrawn")


def share_out(round_id: str, actor: Actor, *, uow: UnitOfWork, clock: Clock) -> BudgetRound:
    """Share what is left out among the round's applications, all in one transaction; a round shared out already is given back.

    Raises Conflict before the last day is over, where ranks are missing or equal, or where places cannot choose among shares.
    """
    require(actor, "budgets:write")
    require_whole_city(actor)
    now = clock.now()
    with uow:
        found = _taken(round_id, uow=uow)
        if found.state == "shared":
            return found
        if civil_day(now) <= found.closes_on:
            raise Conflict("ROUND_NOT_CLOSED", f"本批次受理至{day_name(found.closes_on)},尚未截止;请在截止后的次日起分配")
        table, rounds = uow.of(BudgetApplication), uow.of(BudgetRound)
        wishes = table.all(table.c.round_id == round_id, table.c.state == "open", order=(table.c.uscc,))
        pot = ledger.take_pot(PotKey(found.document_id, found.item), uow=uow)
        granted, refused = _shares(pot, Way(found.way), wishes)
        for wish in wishes:
            _settle(found, wish, granted.get(wish.uscc, 0), refused.get(wish.uscc), Act(actor, now), uow=uow)
        left = None if pot.budget_fen is None else pot.budget_fen - pot.reserved_fen - pot.paid_fen
        rounds.change(
            rounds.c.id == round_id, state="shared", applications=len(wishes), available_fen=left, granted_fen=sum(granted.values()),
            granted_count=len(granted), shared_by=actor.id, shared_at=now,
        )  # fmt: skip
        uow.audit(now, actor.id, "round.shared", round_id, {"applications": len(wishes), "granted": len(granted)})
        return _round(round_id, uow=uow)


def _shares(pot: BudgetPot, way: Way, wishes: Sequence[BudgetApplication]) -> tuple[dict[str, int], dict[str, Refused]]:
    """By credit code: the fen granted, and why the others got nothing."""
    places = None if pot.quota is None else pot.quota - pot.reserved_count - pot.paid_count
    left = None if pot.budget_fen is None else Decimal(pot.budget_fen - pot.reserved_fen - pot.paid_fen) / 100
    ranks = _ranks(wishes) if way is Way.BY_RANK else None
    if way is Way.PRO_RATA and places is not None and len(wishes) > places:
        raise Conflict(
            "ROUND_TOO_MANY", f"有 {len(wishes)} 份申请、{places} 个名额,按比例分配不能决定由谁入选;请撤回部分申请,或另行排名确定"
        )
    requests = [Request(w.uscc, Decimal(w.amount_fen) / 100) for w in wishes]
    state, refused = allocate(way, BudgetState(left, places), requests, ranks)
    return {u: fen(v) for u, v in state.reserved.items()}, {r.request.uscc: r.reason for r in refused}


def _ranks(wishes: Sequence[BudgetApplication]) -> dict[str, int]:
    ranks = {w.uscc: w.rank for w in wishes if w.rank is not None}
    if len(ranks) < len(wishes):
        raise Conflict("ROUND_UNRANKED", f"还有 {len(wishes) - len(ranks)} 份申请没有排名,不能分配;请先填写全部名次")
    tied = [rank for rank, count in Counter(ranks.values()).items() if count > 1]
    if tied:
        raise Conflict("RANKS_TIED", f"第 {min(tied)} 名有并列,系统不代为取舍;请先区分名次再分配")
    return ranks


def _settle(found: BudgetRound, wish: BudgetApplication, share: int, why: Refused | None, act: Act, *, uow: UnitOfWork) -> None:
    table = uow.of(BudgetApplication)
    if not share:
        table.change(table.c.id == wish.id, state="refused", reason=None if why is None else why.value)
        return
    key = PotKey(found.document_id, found.item)
    held = ledger.hold(key, wish.uscc, share, act, rule_version_id=found.rule_version_id, round_id=found.id, uow=uow)
    table.change(table.c.id == wish.id, state="granted", granted_fen=share, reservation_id=held.id)


# ---- looking -----------------------------------------------------------------------------------------------------


def get_round(round_id: str, actor: Actor, *, uow: UnitOfWork) -> BudgetRound:
    """One round. Raises NotFound."""
    require(actor, "budgets:read")
    with uow:
        return _round(round_id, uow=uow)


def list_rounds(
    rule_version_id: str, item: int, actor: Actor, *, cursor: str | None = None, limit: int = 50, uow: UnitOfWork
) -> Page[BudgetRound]:
    """An item's rounds, newest first."""
    require(actor, "budgets:read")
    with uow:
        version, _ = item_of(rule_version_id, item, actor, uow=uow)
        rounds = uow.of(BudgetRound)
        return rounds.page(
            rounds.c.document_id == version.document_id, rounds.c.item == item, cursor=cursor, limit=limit, newest_first=True
        )


def list_applications(
    round_id: str, actor: Actor, *, cursor: str | None = None, limit: int = 50, uow: UnitOfWork
) -> Page[BudgetApplication]:
    """A round's applications in the order in which they came; only of enterprises the actor sees."""
    require(actor, "budgets:read")
    with uow:
        _round(round_id, uow=uow)
        table = uow.of(BudgetApplication)
        where = [table.c.round_id == round_id]
        where += [] if actor.enterprises is None else [table.c.uscc.in_(sorted(actor.enterprises))]
        return table.page(*where, cursor=cursor, limit=limit)


# ---- helpers -----------------------------------------------------------------------------------------------------


def _round(round_id: str, *, uow: UnitOfWork) -> BudgetRound:
    rounds = uow.of(BudgetRound)
    found = rounds.find(rounds.c.id == round_id)
    if found is None:
        raise NotFound("ROUND_NOT_FOUND", "没有找到该申报批次;请核对编号")
    return found


def _taken(round_id: str, *, uow: UnitOfWork) -> BudgetRound:
    """The round as it stands once its pot's row is held."""
    found = _round(round_id, uow=uow)
    ledger.take_pot(PotKey(found.document_id, found.item), uow=uow)
    return _round(round_id, uow=uow)


def _application(application_id: str, *, uow: UnitOfWork) -> BudgetApplication | None:
    table = uow.of(BudgetApplication)
    return table.find(table.c.id == application_id)


def _taken_application(application_id: str, actor: Actor, *, uow: UnitOfWork) -> BudgetApplication:
    found = _application(application_id, uow=uow)
    if found is None or not actor.sees(found.uscc):
        raise NotFound("APPLICATION_NOT_FOUND", "没有找到该申请;请核对编号")
    _taken(found.round_id, uow=uow)
    return _application(application_id, uow=uow) or found


def _changed(
    before: BudgetApplication, action: str, actor: Actor, *, uow: UnitOfWork, clock: Clock, **values: object
) -> BudgetApplication:
    table = uow.of(BudgetApplication)
    table.change(table.c.id == before.id, **values)
    uow.audit(clock.now(), actor.id, action, before.id, {"round": before.round_id})
    return _application(before.id, uow=uow) or before


def _expect_open(found: BudgetRound) -> None:
    if found.state != "open":
        raise Conflict("ROUND_SHARED", "本批次已分配完成,不能再更改;请等待下一批次")


def _expect_waiting(found: BudgetApplication) -> None:
    if found.state != "open":
        raise Conflict("APPLICATION_SETTLED", "该申请已分配或已撤回,不能再更改;请查看本批次的分配结果")


def _check_rank(rank: int | None) -> None:
    if rank is not None and not 1 <= rank <= _LAST_RANK:
        raise Invalid("RANK_INVALID", "名次须为正整数,第 1 名最优先;请修改名次", [Place("/rank", "名次有误")])
