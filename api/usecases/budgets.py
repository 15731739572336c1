"""Budgets and quotas: how an item's money is given out, putting it aside for one enterprise, confirming, giving back and paying.

However many ask at once there is never more given than there is. Giving out in rounds is `api.usecases.rounds`.
"""

from dataclasses import dataclass
from decimal import Decimal

from api.access import Actor, require, require_enterprise, require_whole_city
from api.clock import Clock
from api.db.unit_of_work import UnitOfWork
from api.errors import Conflict, Invalid, NotFound, Place
from api.records import BudgetEntry, BudgetPot, BudgetRound, Page, PolicyDocument, Reservation, RuleVersion, fen
from api.usecases import ledger
from api.usecases.ledger import Act, PotKey
from api.usecases.rules import document_of, get_rule
from matcher.budget import Stage
from policies.allocation import Way, Worded, ways_of
from policies.rules import PolicyItem

WAY_WORDS = {Way.FIRST_COME: "先到先得", Way.PRO_RATA: "按比例分配", Way.BY_RANK: "按排名分配"}
_LISTED = 200


@dataclass(frozen=True, slots=True)
class Allocation:
    """How an item is to be given out, as an officer sets it; a limit of None is none. Money in CNY."""

    way: Way
    budget: Decimal | None
    quota: int | None


@dataclass(frozen=True, slots=True)
class Budget:
    """An item's pot, the rule that it serves, what the text says of giving it out, and the way that counts (None: an officer must say).

    A pot that nobody has touched yet is shown as the rule would open it.
    """

    version: RuleVersion
    item: PolicyItem
    pot: BudgetPot
    worded: tuple[Worded, ...]
    way: Way | None
    open_round: BudgetRound | None


# ---- how it is given out -----------------------------------------------------------------------------------------


def budget_of(rule_version_id: str, item: int, actor: Actor, *, uow: UnitOfWork) -> Budget:
    """One item's budget. Raises NotFound for an unknown rule or item."""
    require(actor, "budgets:read")
    require_whole_city(actor)
    with uow:
        version, rule = item_of(rule_version_id, item, actor, uow=uow)
        pots, rounds = uow.of(BudgetPot), uow.of(BudgetRound)
        here = pots.find(pots.c.document_id == version.document_id, pots.c.item == item)
        pot = here or _opening(version, item, rule)
        worded = worded_ways(version, item, uow=uow)
        gathering = rounds.find(rounds.c.document_id == version.document_id, rounds.c.item == item, rounds.c.state == "open")
    return Budget(version, rule, pot, worded, _way(pot, worded), gathering)


def list_budgets(actor: Actor, *, uow: UnitOfWork) -> tuple[Budget, ...]:
    """Every item in force that has a budget, a quota, or a pot already; at most 200 rules."""
    require(actor, "budgets:read")
    require_whole_city(actor)
    with uow:
        versions, pots = uow.of(RuleVersion), uow.of(BudgetPot)
        opened = {(p.document_id, p.item) for p in pots.all()}
        found = []
        for version in versions.all(versions.c.retired_at.is_(None), limit=_LISTED):
            for index, item in enumerate(document_of(version.sha256, version.rules).items):
                if item.budget is not None or item.quota is not None or (version.document_id, index) in opened:
                    found.append(budget_of(version.id, index, actor, uow=uow))
    return tuple(found)


def set_allocation(
    rule_version_id: str, item: int, wanted: Allocation, actor: Actor, *, uow: UnitOfWork, clock: Clock
) -> BudgetPot:
    """Set how an item is given out, its budget and its quota. Saying the same again changes nothing.

    Raises Conflict where a round is gathering, or where the new limits do not carry what is promised and paid, and for a way
    that has nothing to share out.
    """
    require(actor, "budgets:write")
    require_whole_city(actor)
    _check(wanted)
    now = clock.now()
    budget = None if wanted.budget is None else fen(wanted.budget)
    with uow:
        version, rule = item_of(rule_version_id, item, actor, in_force=True, uow=uow)
        pot = open_pot(version, item, rule, uow=uow)
        if (pot.way, pot.budget_fen, pot.quota) == (wanted.way.value, budget, wanted.quota):
            return pot
        rounds, pots = uow.of(BudgetRound), uow.of(BudgetPot)
        if rounds.count(rounds.c.document_id == pot.document_id, rounds.c.item == item, rounds.c.state == "open"):
            raise Conflict("ROUND_OPEN", "该事项有正在受理的申报批次,不能更改分配方式与额度;请在批次分配完成后再改")
        _check_carries(pot, budget, wanted.quota)
        pots.change(
            pots.c.document_id == pot.document_id, pots.c.item == item,
            way=wanted.way.value, budget_fen=budget, quota=wanted.quota, set_by=actor.id, set_at=now,
        )  # fmt: skip
        ledger.write(PotKey(pot.document_id, item), "set", Act(actor, now), note=_said(wanted), uow=uow)
        uow.audit(now, actor.id, "budget.set", pot.document_id, {"item": item, "way": wanted.way.value})
        return ledger.take_pot(PotKey(pot.document_id, item), uow=uow)


def item_of(
    rule_version_id: str, item: int, actor: Actor, *, in_force: bool = False, uow: UnitOfWork
) -> tuple[RuleVersion, PolicyItem]:
    """A version and one of its items. Raises NotFound, or Conflict where it must be in force and is not."""
    version = get_rule(rule_version_id, actor, uow=uow)
    document = document_of(version.sha256, version.rules)
    if in_force and version.retired_at is not None:
        raise Conflict("RULE_RETIRED", "该规则版本已停用,不能预留;请使用现行版本")
    if not 0 <= item < len(document.items):
        raise NotFound("ITEM_NOT_FOUND", "没有找到该事项;请核对事项序号")
    return version, document.items[item]


def open_pot(version: RuleVersion, item: int, rule: PolicyItem, *, uow: UnitOfWork) -> BudgetPot:
    """The item's pot, opened with the rule's limits where it is new; its row is held until the transaction ends."""
    uow.of(BudgetPot).add_new([_opening(version, item, rule)])
    return ledger.take_pot(PotKey(version.document_id, item), uow=uow)


def worded_ways(version: RuleVersion, item: int, *, uow: UnitOfWork) -> tuple[Worded, ...]:
    """What the policy's text says of giving the item out."""
    policies = uow.of(PolicyDocument)
    policy = policies.find(policies.c.id == version.policy_id)
    return () if policy is None else ways_of(document_of(version.sha256, version.rules), item, policy.text)


def way_of(pot: BudgetPot, version: RuleVersion, *, uow: UnitOfWork) -> Way:
    """The way that counts: an officer's word, else the text's, else first come. Raises Conflict where the text says several things."""
    way = _way(pot, () if pot.way else worded_ways(version, pot.item, uow=uow))
    if way is None:
        raise Conflict("ALLOCATION_UNSET", "原文对分配方式有不止一种说法,系统不代为选择;请先由经办人设置分配方式")
    return way


def _way(pot: BudgetPot, worded: tuple[Worded, ...]) -> Way | None:
    if pot.way is not None:
        return Way(pot.way)
    said = {w.way for w in worded}
    return None if len(said) > 1 else next(iter(said), Way.FIRST_COME)


def _opening(version: RuleVersion, item: int, rule: PolicyItem) -> BudgetPot:
    return BudgetPot(version.document_id, item, None if rule.budget is None else fen(rule.budget), rule.quota, 0, 0)


def _check(wanted: Allocation) -> None:
    if wanted.budget is not None:
        check_amount(wanted.budget, "/budget")
    if wanted.quota is not None and not 1 <= wanted.quota < 2**31:
        raise Invalid("QUOTA_INVALID", "名额须为正整数;不限名额请留空", [Place("/quota", "名额有误")])
    if wanted.way is Way.PRO_RATA and wanted.budget is None:
        raise Conflict("BUDGET_MISSING", "按比例分配须有预算总额;请填写预算")
    if wanted.way is Way.BY_RANK and wanted.budget is None and wanted.quota is None:
        raise Conflict("LIMIT_MISSING", "按排名分配须有预算或名额;请至少填写一项")


def _check_carries(pot: BudgetPot, budget: int | None, quota: int | None) -> None:
    if budget is not None and pot.reserved_fen + pot.paid_fen > budget:
        raise Conflict("BUDGET_BELOW_PROMISED", "新预算低于已预留与已拨付之和,没有保存;请提高预算,或先释放部分预留")
    if quota is not None and pot.reserved_count + pot.paid_count > quota:
        raise Conflict("QUOTA_BELOW_PROMISED", "新名额少于已占用的名额,没有保存;请增加名额,或先释放部分预留")


def _said(wanted: Allocation) -> str:
    budget = "不限" if wanted.budget is None else f"{wanted.budget:,.2f} 元"
    return f"{WAY_WORDS[wanted.way]};预算 {budget};名额 {'不限' if wanted.quota is None else wanted.quota}"


def check_amount(amount: Decimal, pointer: str = "/amount") -> None:
    """Raises Invalid where it is no sum of money in whole fen."""
    if not 0 < amount < Decimal("1e15") or amount != amount.quantize(Decimal("0.01")):  # what is larger cannot be rounded to fen
        raise Invalid("AMOUNT_INVALID", "金额须为正数,精确到分;请修改金额", [Place(pointer, "金额有误")])


# ---- one enterprise's money --------------------------------------------------------------------------------------


def reserve_budget(
    rule_version_id: str, item: int, uscc: str, amount: Decimal, actor: Actor, *, uow: UnitOfWork, clock: Clock
) -> Reservation:
    """Put `amount` CNY aside for an enterprise, first come first served; the same again gives the same reservation.

    Raises Conflict where the budget or the quota is used up, or where the item is given out in rounds.
    """
    require(actor, "budgets:write")
    require_enterprise(actor, uscc)
    check_amount(amount)
    now, wanted = clock.now(), fen(amount)
    with uow:
        version, rule = item_of(rule_version_id, item, actor, in_force=True, uow=uow)
        pot = open_pot(version, item, rule, uow=uow)
        key = PotKey(version.document_id, item)
        before = ledger.living(key, uscc, uow=uow)
        if before is not None:
            if before.amount_fen != wanted:
                raise Conflict("RESERVED_ALREADY", "该企业在此事项下已有金额不同的预留;请先核对原预留")
            return before
        way = way_of(pot, version, uow=uow)
        if way is not Way.FIRST_COME:
            raise Conflict("ALLOCATED_IN_ROUNDS", f"该事项{WAY_WORDS[way]},不能逐笔预留;请在申报批次中登记申请,截止后统一分配")
        return ledger.hold(key, uscc, wanted, Act(actor, now), rule_version_id=version.id, uow=uow)


def confirm_reservation(reservation_id: str, actor: Actor, *, uow: UnitOfWork, clock: Clock) -> Reservation:
    """Confirm a reservation, so that it may be paid; the same again changes nothing."""
    with uow:
        _may_change(reservation_id, actor, uow=uow)
        return ledger.confirm(reservation_id, Act(actor, clock.now()), uow=uow)


def release_reservation(reservation_id: str, actor: Actor, *, note: str = "", uow: UnitOfWork, clock: Clock) -> Reservation:
    """Give money and place back; the same again changes nothing. Raises Conflict where it was paid."""
    with uow:
        _may_change(reservation_id, actor, uow=uow)
        return ledger.release(reservation_id, Act(actor, clock.now()), note=note, uow=uow)


def pay_reservation(
    reservation_id: str, actor: Actor, *, amount: Decimal | None = None, uow: UnitOfWork, clock: Clock
) -> Reservation:
    """Note that a confirmed reservation was paid out, wholly or `amount` CNY of it; final. The same again changes nothing."""
    if amount is not None:
        check_amount(amount)
    with uow:
        _may_change(reservation_id, actor, uow=uow)
        return ledger.pay(reservation_id, Act(actor, clock.now()), fen=None if amount is None else fen(amount), uow=uow)


def _may_change(reservation_id: str, actor: Actor, *, uow: UnitOfWork) -> None:
    require(actor, "budgets:write")
    require_seen(ledger.get(reservation_id, uow=uow), actor)


def require_seen(reservation: Reservation, actor: Actor) -> None:
    """Raises NotFound where the reservation is not the actor's to see."""
    if not actor.sees(reservation.uscc):
        raise NotFound("RESERVATION_NOT_FOUND", "没有找到该笔预留;请核对编号")


# ---- looking -----------------------------------------------------------------------------------------------------


def get_reservation(reservation_id: str, actor: Actor, *, uow: UnitOfWork) -> Reservation:
    """One reservation. Raises NotFound."""
    require(actor, "budgets:read")
    with uow:
        found = ledger.get(reservation_id, uow=uow)
    require_seen(found, actor)
    return found


def list_reservations(
    rule_version_id: str, item: int, actor: Actor, *, state: Stage | None = None, cursor: str | None = None, limit: int = 50,
    uow: UnitOfWork,
) -> Page[Reservation]:  # fmt: skip
    """An item's reservations, whatever version they were made under, newest first; only of enterprises the actor sees."""
    require(actor, "budgets:read")
    with uow:
        version, _ = item_of(rule_version_id, item, actor, uow=uow)
        table = uow.of(Reservation)
        where = [table.c.document_id == version.document_id, table.c.item == item]
        where += [] if state is None else [table.c.state == state.value]
        where += [] if actor.enterprises is None else [table.c.uscc.in_(sorted(actor.enterprises))]
        return table.page(*where, cursor=cursor, limit=limit, newest_first=True)


def list_entries(
    rule_version_id: str, item: int, actor: Actor, *, cursor: str | None = None, limit: int = 50, uow: UnitOfWork
) -> Page[BudgetEntry]:
    """The lines of an item's ledger, newest first."""
    require(actor, "budgets:read")
    require_whole_city(actor)
    with uow:
        version, _ = item_of(rule_version_id, item, actor, uow=uow)
        table = uow.of(BudgetEntry)
        return table.page(
            table.c.document_id == version.document_id, table.c.item == item, cursor=cursor, limit=limit, newest_first=True
        )
