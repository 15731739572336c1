"""Budgets given out in rounds, and the life of a reservation: fifty at once on each database, each way, and random steps against a plain model."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api.errors import Conflict, NotFound
from api.records import AuditEntry, BudgetApplication, BudgetEntry, BudgetPot, BudgetRound, Reservation
from api.usecases import budgets, rounds
from api.usecases.budgets import Allocation
from matcher.budget import pro_rata
from policies.allocation import Way
from tests.api.conftest import House
from tests.api.fakes import publish, settle, uscc

CLOSES, DAY = date(2026, 11, 20), 86_400


class Office:
    """An officer at one item of one rule: shorter words for the use cases."""

    def __init__(self, house: House, rule: str, item: int = 0) -> None:
        self.house, self.rule, self.item, self.officer = house, rule, item, house.person("officer")

    def _call(self, what: Callable[..., Any], *args: Any, **more: Any) -> Any:
        return what(*args, self.officer, uow=self.house.services.uow(), clock=self.house.clock, **more)

    def set(self, way: Way, budget: str | None = "1000000", quota: int | None = None) -> BudgetPot:
        return self._call(
            budgets.set_allocation, self.rule, self.item, Allocation(way, None if budget is None else Decimal(budget), quota)
        )

    def open(self, closes_on: date = CLOSES) -> BudgetRound:
        return self._call(rounds.open_round, self.rule, self.item, closes_on)

    def apply(self, gathering: BudgetRound, n: int, amount: str, rank: int | None = None) -> BudgetApplication:
        return self._call(rounds.apply_in_round, gathering.id, uscc(n), Decimal(amount), rank=rank)

    def rank(self, application: BudgetApplication, rank: int) -> BudgetApplication:
        return self._call(rounds.rank_application, application.id, rank)

    def withdraw(self, application: BudgetApplication) -> BudgetApplication:
        return self._call(rounds.withdraw_application, application.id)

    def share(self, gathering: BudgetRound) -> BudgetRound:
        return self._call(rounds.share_out, gathering.id)

    def reserve(self, n: int, amount: str) -> Reservation:
        return self._call(budgets.reserve_budget, self.rule, self.item, uscc(n), Decimal(amount))

    def confirm(self, held: Reservation) -> Reservation:
        return self._call(budgets.confirm_reservation, held.id)

    def release(self, held: Reservation) -> Reservation:
        return self._call(budgets.release_reservation, held.id)

    def pay(self, held: Reservation, amount: str | None = None) -> Reservation:
        return self._call(budgets.pay_reservation, held.id, amount=None if amount is None else Decimal(amount))

    def all(self, kind: type[Any]) -> tuple[Any, ...]:
        with self.house.services.reading() as uow:
            return uow.of(kind).all()

    def pot(self) -> BudgetPot:
        pots: tuple[BudgetPot, ...] = tuple(p for p in self.all(BudgetPot) if p.item == self.item)
        return pots[0]

    def check(self) -> None:
        """Never below zero, and the pot, its reservations and its lines say the same."""
        for pot in self.all(BudgetPot):
            mine = [r for r in self.all(Reservation) if (r.document_id, r.item) == (pot.document_id, pot.item)]
            held = [r.amount_fen for r in mine if r.state in ("reserved", "confirmed")]
            paid = [r.paid_fen for r in mine if r.state == "paid"]
            assert (pot.reserved_fen, pot.reserved_count, pot.paid_fen, pot.paid_count) == (
                sum(held),
                len(held),
                sum(paid),
                len(paid),
            )
            lines = [e for e in self.all(BudgetEntry) if (e.document_id, e.item) == (pot.document_id, pot.item)]
            assert pot.reserved_fen == sum(e.held_fen for e in lines)
            assert pot.reserved_count == sum(e.held_count for e in lines)
            assert (pot.paid_fen, pot.paid_count) == (sum(e.paid_fen for e in lines), sum(e.paid_count for e in lines))
            assert pot.budget_fen is None or pot.reserved_fen + pot.paid_fen <= pot.budget_fen
            assert pot.quota is None or pot.reserved_count + pot.paid_count <= pot.quota
            assert min(pot.reserved_fen, pot.reserved_count, pot.paid_fen, pot.paid_count) >= 0


@pytest.fixture
def office(house: House, tmp_path: Path) -> Office:
    """On each kind of database."""
    return Office(house, settle(house, tmp_path)[0].id)


@pytest.fixture
def desk(lite_house: House, tmp_path: Path) -> Office:
    """On SQLite alone."""
    return Office(lite_house, settle(lite_house, tmp_path)[0].id)


def _at_once(count: int, ask: Callable[[int], Any]) -> list[Any]:
    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(ask, range(count)))


def _or_refused(ask: Callable[[], Any]) -> Any:
    try:
        return ask()
    except Conflict as refused:
        return refused.code


# ---- fifty at once, each way -------------------------------------------------------------------------------------


def test_first_come_fifty_reservations_confirmations_and_payments_at_once(office: Office) -> None:
    held = [r for r in _at_once(50, lambda n: _or_refused(lambda: office.reserve(n, "230000"))) if isinstance(r, Reservation)]
    assert len(held) == 4  # of 1,000,000
    assert {r.state for r in _at_once(50, lambda n: office.confirm(held[n % 4]))} == {"confirmed"}
    paid_or_free = _at_once(50, lambda n: _or_refused(lambda: (office.pay if n % 2 else office.release)(held[n % 4])))
    assert {r.state if isinstance(r, Reservation) else r for r in paid_or_free} <= {"paid", "released", "RESERVATION_STATE"}
    office.check()
    kinds = [e.action for e in office.all(AuditEntry)]
    assert kinds.count("budget.confirmed") == 4
    assert kinds.count("budget.paid") + kinds.count("budget.released") == 4


def test_pro_rata_fifty_applications_and_fifty_allocations_at_once(office: Office) -> None:
    office.set(Way.PRO_RATA)
    gathering = office.open()
    wanted = {uscc(n): Decimal(f"{30_000 + n * 777}.{n:02d}") for n in range(50)}
    _at_once(50, lambda n: office.apply(gathering, n, str(wanted[uscc(n)])))
    office.house.clock.advance(DAY)
    shared = _at_once(50, lambda n: office.share(gathering))
    assert len(set(shared)) == 1
    assert shared[0].granted_fen == 100_000_000
    held = office.all(Reservation)
    assert {r.uscc: Decimal(r.amount_fen) / 100 for r in held} == pro_rata(wanted, Decimal(1_000_000))
    assert {r.state for r in _at_once(50, lambda n: office.confirm(held[n]))} == {"confirmed"}
    office.check()
    assert office.pot().reserved_fen == 100_000_000
    assert [e.action for e in office.all(AuditEntry)].count("round.shared") == 1


def test_by_rank_fifty_applications_and_fifty_allocations_at_once(office: Office) -> None:
    office.set(Way.BY_RANK, "1000000", 7)
    gathering = office.open()
    _at_once(50, lambda n: office.apply(gathering, n, "120000", rank=50 - n))
    office.house.clock.advance(DAY)
    assert len(set(_at_once(50, lambda n: office.share(gathering)))) == 1
    assert {r.uscc for r in office.all(Reservation)} == {uscc(n) for n in range(43, 50)}  # seven places for the best seven
    reasons = [a.reason for a in office.all(BudgetApplication) if a.state == "refused"]
    assert reasons == ["quota"] * 43
    held = office.all(Reservation)
    assert {r.state for r in _at_once(50, lambda n: office.confirm(held[n % 7]))} == {"confirmed"}
    office.check()


# ---- the ways ----------------------------------------------------------------------------------------------------


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_what_is_shared_out_does_not_depend_on_the_order_of_applications(desk: Office, data: st.DataObject) -> None:
    way = data.draw(st.sampled_from([Way.PRO_RATA, Way.BY_RANK]))
    amounts = data.draw(st.lists(st.integers(1, 50_000), min_size=1, max_size=6))
    ranks = data.draw(st.permutations(range(1, len(amounts) + 1)))
    budget = data.draw(st.integers(1, 120_000))
    results = []
    for order in (range(len(amounts)), data.draw(st.permutations(range(len(amounts))))):
        for held in desk.all(Reservation):
            desk.release(held)
        desk.set(way, str(Decimal(budget) / 100))
        gathering = desk.open(date(2099, 1, 1))
        for n in order:
            desk.apply(gathering, n, str(Decimal(amounts[n]) / 100), rank=ranks[n])
        desk.house.clock.advance(80 * 365 * DAY)
        shared = desk.share(gathering)
        desk.house.clock.advance(-80 * 365 * DAY)
        desk.check()
        assert shared.granted_fen <= budget
        if way is Way.PRO_RATA:
            assert shared.granted_fen == min(budget, sum(amounts))
        results.append({a.uscc: (a.state, a.granted_fen) for a in desk.all(BudgetApplication) if a.round_id == gathering.id})
    assert results[0] == results[1]


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["reserve", "confirm", "release", "pay", "pay_part", "set"]), st.integers(0, 4), st.integers(1, 700)
        ),
        max_size=25,
    )
)
def test_random_steps_never_go_below_zero_and_lose_nothing(desk: Office, steps: list[tuple[str, int, int]]) -> None:
    for what, n, fen in steps:
        mine = [r for r in desk.all(Reservation) if r.uscc == uscc(n)]
        amount = str(Decimal(fen) / 100)
        if what == "reserve":
            _or_refused(lambda n=n, amount=amount: desk.reserve(n, amount))
        elif what == "set":
            _or_refused(lambda amount=amount, n=n: desk.set(Way.FIRST_COME, amount, n + 1))
        elif mine:
            step = {"confirm": desk.confirm, "release": desk.release, "pay": desk.pay, "pay_part": lambda r: desk.pay(r, "0.01")}[
                what
            ]
            first = _or_refused(lambda step=step, mine=mine: step(mine[-1]))
            assert _or_refused(lambda step=step, mine=mine: step(mine[-1])) == first  # the same again changes nothing
        desk.check()


def test_the_life_of_a_reservation_ends_paid_or_released(desk: Office) -> None:
    held = desk.reserve(1, "1000")
    with pytest.raises(Conflict, match="RESERVATION_STATE"):
        desk.pay(held)  # not confirmed
    desk.confirm(held)
    with pytest.raises(Conflict, match="PAYMENT_TOO_LARGE"):
        desk.pay(held, "1000.01")
    assert desk.pay(held, "400").paid_fen == 40_000
    assert desk.pay(held, "400").state == "paid"
    with pytest.raises(Conflict, match="PAID_ALREADY"):
        desk.pay(held, "401")
    with pytest.raises(Conflict, match="RESERVATION_STATE"):
        desk.release(held)
    assert (desk.pot().reserved_fen, desk.pot().paid_fen) == (0, 40_000)
    desk.check()


def test_what_was_released_can_be_reserved_anew_by_anyone(desk: Office) -> None:
    desk.set(Way.FIRST_COME, "100", 1)
    first = desk.reserve(1, "100")
    with pytest.raises(Conflict, match="BUDGET_EXHAUSTED"):
        desk.reserve(2, "1")
    desk.release(first)
    again = desk.reserve(1, "60")
    assert again.id != first.id
    desk.release(again)
    desk.reserve(2, "100")
    desk.check()


def test_an_item_in_rounds_takes_no_single_reservations_and_first_come_no_rounds(desk: Office) -> None:
    with pytest.raises(Conflict, match="ALLOCATION_FIRST_COME"):
        desk.open()
    desk.set(Way.PRO_RATA)
    with pytest.raises(Conflict, match="ALLOCATED_IN_ROUNDS"):
        desk.reserve(1, "1")


def test_a_round_gathers_until_its_day_is_over_and_is_shared_only_then(desk: Office) -> None:
    desk.set(Way.PRO_RATA)
    with pytest.raises(Conflict, match="DAY_PAST"):
        desk.open(date(2026, 11, 19))
    gathering = desk.open()
    assert desk.open() == gathering
    with pytest.raises(Conflict, match="ROUND_OPEN"):
        desk.open(date(2026, 12, 1))
    with pytest.raises(Conflict, match="ROUND_OPEN"):
        desk.set(Way.BY_RANK)
    first = desk.apply(gathering, 1, "700000")
    assert desk.apply(gathering, 1, "700000") == first
    with pytest.raises(Conflict, match="APPLIED_ALREADY"):
        desk.apply(gathering, 1, "1")
    with pytest.raises(Conflict, match="ROUND_NOT_CLOSED"):
        desk.share(gathering)
    desk.house.clock.advance(14 * 3600 + 3599)  # 23:59:59 in the city
    desk.apply(gathering, 2, "700000")
    desk.house.clock.advance(1800)
    with pytest.raises(Conflict, match="ROUND_CLOSED"):
        desk.apply(gathering, 3, "1")
    assert desk.share(gathering).granted_fen == 100_000_000
    with pytest.raises(Conflict, match="APPLICATION_SETTLED"):
        desk.withdraw(first)
    with pytest.raises(Conflict, match="RESERVED_ALREADY"):
        desk.apply(desk.open(date(2026, 12, 1)), 1, "1")
    desk.check()


def test_ranks_must_be_given_to_all_and_tell_all_apart(desk: Office) -> None:
    desk.set(Way.BY_RANK, "150000")
    gathering = desk.open()
    first, second = desk.apply(gathering, 1, "100000"), desk.apply(gathering, 2, "100000", rank=1)
    desk.house.clock.advance(DAY)
    with pytest.raises(Conflict, match="ROUND_UNRANKED"):
        desk.share(gathering)
    desk.rank(first, 1)
    with pytest.raises(Conflict, match="RANKS_TIED"):
        desk.share(gathering)
    desk.rank(second, 2)
    desk.share(gathering)
    assert [(a.uscc, a.state, a.reason) for a in sorted(desk.all(BudgetApplication), key=lambda a: a.uscc)] == [
        (uscc(1), "granted", None),
        (uscc(2), "refused", "budget"),
    ]


def test_shares_cannot_choose_who_gets_a_place(desk: Office) -> None:
    desk.set(Way.PRO_RATA, "100", 1)
    gathering = desk.open()
    applied = [desk.apply(gathering, n, "60") for n in (1, 2)]
    desk.house.clock.advance(DAY)
    with pytest.raises(Conflict, match="ROUND_TOO_MANY"):
        desk.share(gathering)
    assert not desk.all(Reservation)
    desk.withdraw(applied[0])
    assert desk.withdraw(applied[0]).state == "withdrawn"
    assert desk.share(gathering).granted_fen == 6_000


def test_a_round_shares_what_is_left_beside_what_is_held(desk: Office) -> None:
    desk.set(Way.FIRST_COME, "100")
    desk.reserve(0, "70")
    desk.set(Way.PRO_RATA, "100")
    gathering = desk.open()
    for n in (1, 2, 3):
        desk.apply(gathering, n, "50")
    desk.house.clock.advance(DAY)
    shared = desk.share(gathering)
    assert (shared.available_fen, shared.granted_fen) == (3_000, 3_000)
    desk.check()


def test_limits_never_fall_below_what_is_promised(desk: Office) -> None:
    desk.reserve(1, "500")
    desk.reserve(2, "500")
    with pytest.raises(Conflict, match="BUDGET_BELOW_PROMISED"):
        desk.set(Way.FIRST_COME, "999.99")
    with pytest.raises(Conflict, match="QUOTA_BELOW_PROMISED"):
        desk.set(Way.FIRST_COME, "1000", 1)
    with pytest.raises(Conflict, match="BUDGET_MISSING"):
        desk.set(Way.PRO_RATA, None)
    assert desk.set(Way.FIRST_COME, "1000", 2) == desk.set(Way.FIRST_COME, "1000", 2)
    assert [e.kind for e in desk.all(BudgetEntry)].count("set") == 1


def test_the_way_is_the_text_s_until_an_officer_sets_it(lite_house: House, tmp_path: Path) -> None:
    settle(lite_house, tmp_path)
    text = "对上年营业收入不低于2000万元的企业,给予20万元奖励。对高新技术企业,符合条件的直接给予10万元奖励。对研发费用不低于100万元的企业给予补助。"
    shared = Office(lite_house, publish(lite_house, "P1", data=f"{text}申报总额超过年度预算的,按比例折算。".encode()).id)
    found = budgets.budget_of(shared.rule, 0, shared.officer, uow=lite_house.services.reading())
    assert (found.way, found.pot.way, [w.span.quote for w in found.worded]) == (Way.PRO_RATA, None, ["按比例"])
    with pytest.raises(Conflict, match="ALLOCATED_IN_ROUNDS"):
        shared.reserve(1, "1")
    both = Office(lite_house, publish(lite_house, "P2", data=f"{text}资金额满为止。不足时择优支持。".encode()).id)
    with pytest.raises(Conflict, match="ALLOCATION_UNSET"):
        both.reserve(1, "1")
    both.set(Way.FIRST_COME)
    assert both.reserve(1, "1").state == "reserved"


def test_whoever_sees_only_some_enterprises_touches_only_theirs(desk: Office) -> None:
    held = desk.reserve(1, "10")
    theirs, _ = desk.house.key("budgets:read", "budgets:write", "policies:read", enterprises=[uscc(2)])
    s = desk.house.services
    for step in (budgets.confirm_reservation, budgets.release_reservation, budgets.pay_reservation):
        with pytest.raises(NotFound):
            step(held.id, theirs, uow=s.uow(), clock=desk.house.clock)
    page = budgets.list_reservations(desk.rule, 0, theirs, uow=s.reading())
    assert page.items == ()


def test_over_http_a_round_from_its_opening_to_the_payment(lite_house: House, tmp_path: Path) -> None:
    rule = settle(lite_house, tmp_path)[0].id
    client = lite_house.client(lite_house.key("budgets:read", "budgets:write", "policies:read")[1])
    base, keys = f"/v1/rules/{rule}/items/0", iter(range(1000))

    def post(path: str, body: Any = None, status: int = 200, key: str = "") -> Any:
        answer = client.post(path, json=body, headers={"idempotency-key": key or f"k{next(keys)}"})
        assert answer.status_code == status, answer.text
        return answer.json()

    assert client.get(f"{base}/budget").json()["way"] == "first_come"
    assert client.post(f"{base}/rounds", json={"closes_on": "2026-11-20"}).json()["code"] == "IDEMPOTENCY_KEY_MISSING"
    wanted = {"way": "pro_rata", "budget": "100.01", "quota": None}
    assert post(f"{base}/budget", wanted)["remaining"] == "100.01"
    gathering = post(f"{base}/rounds", {"closes_on": "2026-11-20"}, 201)
    path = f"/v1/budget-rounds/{gathering['id']}"
    for n in (1, 2, 3):
        post(f"{path}/applications", {"uscc": uscc(n), "amount": "100"}, 201)
    refused = post(f"{path}/allocation", status=409)
    assert (refused["code"], refused["title"]) == ("ROUND_NOT_CLOSED", "当前状态不允许这样做")
    lite_house.clock.advance(DAY)
    shared = post(f"{path}/allocation", key="share")
    assert post(f"{path}/allocation", key="share") == shared == post(f"{path}/allocation", key="another")
    assert (shared["state"], shared["granted"], shared["granted_count"]) == ("shared", "100.01", 3)
    granted = [a["granted"] for a in client.get(f"{path}/applications").json()["items"]]
    assert sorted(granted) == ["33.33", "33.34", "33.34"]
    first, second, third = client.get(f"{base}/reservations").json()["items"]
    post(f"/v1/reservations/{first['id']}/confirmation")
    assert post(f"/v1/reservations/{first['id']}/payment", {"amount": "30"}, key="pay")["paid"] == "30"
    assert post(f"/v1/reservations/{first['id']}/payment", {"amount": "30"}, key="pay")["state"] == "paid"
    assert post(f"/v1/reservations/{second['id']}/release", {"note": "企业放弃"})["state"] == "released"
    assert post(f"/v1/reservations/{third['id']}/payment", {}, 409)["code"] == "RESERVATION_STATE"
    after = client.get(f"{base}/budget").json()
    assert (after["paid"], after["reserved"], after["paid_count"], after["reserved_count"]) == ("30", third["amount"], 1, 1)
    lines = client.get(f"{base}/ledger").json()["items"]
    assert [e["kind"] for e in lines].count("reserved") == 3
    assert sum(Decimal(e["held"]) for e in lines) == Decimal(third["amount"])
