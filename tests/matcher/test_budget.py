"""The reservation ledger: never below zero, sums right, whatever is asked of it in whatever order."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from matcher.budget import (
    BudgetState,
    Refusal,
    Refused,
    Request,
    Stage,
    allocate,
    may_become,
    pay,
    pro_rata,
    release,
    reserve,
    reserve_by_rank,
    reserve_in_order,
    reserve_pro_rata,
    resized,
)
from matcher.errors import BudgetExceeded, MatcherError
from policies.allocation import Way
from tests.matcher import strategies as a

names = st.sampled_from([f"E{i}" for i in range(6)])
amounts = st.integers(-1, 500).map(lambda fen: Decimal(fen) / 100)
requests = st.builds(
    Request, names, amounts | st.sampled_from([Decimal("0.001"), Decimal("NaN"), Decimal("Infinity"), Decimal("1e30")])
)


class Ledger(RuleBasedStateMachine):
    """Random steps against a ledger that is kept a second time, in the plainest way."""

    @initialize(limit=st.none() | st.integers(0, 1000), quota=st.none() | st.integers(0, 4))
    def start(self, limit: int | None, quota: int | None) -> None:
        self.state = BudgetState(None if limit is None else Decimal(limit) / 100, quota)
        self.open: dict[str, Decimal] = {}
        self.done: dict[str, Decimal] = {}

    @rule(request=requests)
    def reserves(self, request: Request) -> None:
        step = reserve(self.state, request)
        if isinstance(step, BudgetState):
            self.open[request.uscc] = request.amount
            self.state = step
        elif step.reason is Refused.BUDGET:
            assert self.state.limit is not None
            assert sum([*self.open.values(), *self.done.values(), request.amount]) > self.state.limit

    @rule(uscc=names)
    def releases(self, uscc: str) -> None:
        step = release(self.state, uscc)
        assert isinstance(step, BudgetState) == (uscc in self.open)
        if isinstance(step, BudgetState):
            del self.open[uscc]
            self.state = step

    @rule(uscc=names, amount=st.none() | amounts)
    def pays(self, uscc: str, amount: Decimal | None) -> None:
        step = pay(self.state, uscc, amount=amount)
        if isinstance(step, BudgetState):
            self.done[uscc] = self.open.pop(uscc) if amount is None else amount
            self.open.pop(uscc, None)
            self.state = step

    @rule(several=st.lists(requests, max_size=5), share=st.booleans())
    def many(self, several: list[Request], share: bool) -> None:
        before = self.state
        self.state, refused = (reserve_pro_rata if share else reserve_in_order)(before, several)
        granted = {u: v for u, v in self.state.reserved.items() if u not in before.reserved}
        assert len(granted) + len(refused) == len(several)
        self.open |= granted

    @invariant()
    def never_below_zero_and_sums_right(self) -> None:
        assert self.state.reserved == self.open
        assert self.state.paid == self.done
        assert self.state.used == sum([*self.open.values(), *self.done.values()])
        assert self.state.remaining is None or self.state.remaining >= 0
        assert self.state.quota is None or self.state.places <= self.state.quota
        assert all(v > 0 for v in [*self.open.values(), *self.done.values()])


TestLedger = Ledger.TestCase
TestLedger.settings = settings(max_examples=60, stateful_step_count=25, deadline=None)


@a.QUICK
@given(st.dictionaries(names, st.integers(1, 10**9).map(lambda f: Decimal(f) / 100), max_size=6), st.integers(0, 10**9))
def test_shares_use_the_money_up_to_the_fen_and_keep_proportion(wanted: dict[str, Decimal], fen: int) -> None:
    available = Decimal(fen) / 100
    shares, total = pro_rata(wanted, available), sum(wanted.values(), Decimal(0))
    assert sum(shares.values(), Decimal(0)) == min(available, total)
    for uscc, want in wanted.items():
        assert 0 <= shares[uscc] <= want
        assert abs(shares[uscc] - want * min(available, total) / total) <= Decimal("0.01")


def test_first_come_first_served_lets_a_smaller_one_through() -> None:
    state, refused = reserve_in_order(
        BudgetState(Decimal(100)), [Request(n, Decimal(v)) for n, v in (("a", 80), ("b", 50), ("c", 20))]
    )
    assert dict(state.reserved) == {"a": Decimal(80), "c": Decimal(20)}
    assert [(r.request.uscc, r.reason) for r in refused] == [("b", Refused.BUDGET)]


def test_by_rank_nobody_overtakes_a_better_one_that_did_not_fit() -> None:
    wishes = [Request(n, Decimal(v)) for n, v in (("c", 20), ("b", 50), ("a", 80))]
    state, refused = reserve_by_rank(BudgetState(Decimal(100)), wishes, {"a": 1, "b": 2, "c": 3})
    assert dict(state.reserved) == {"a": Decimal(80)}
    assert [r.request.uscc for r in refused] == ["b", "c"]


def test_a_quota_of_one_takes_the_best() -> None:
    state, refused = reserve_by_rank(BudgetState(None, 1), [Request("b", Decimal(1)), Request("a", Decimal(1))], {"a": 1, "b": 2})
    assert list(state.reserved) == ["a"]
    assert refused[0].reason is Refused.QUOTA


def test_unranked_requests_are_refused_as_a_mistake() -> None:
    with pytest.raises(MatcherError, match="no rank"):
        reserve_by_rank(BudgetState(None), [Request("a", Decimal(1))], {})


def test_one_enterprise_reserves_once() -> None:
    state = reserve(BudgetState(Decimal(10)), Request("a", Decimal(1)))
    assert isinstance(state, BudgetState)
    assert reserve(state, Request("a", Decimal(1))) == Refusal(Request("a", Decimal(1)), Refused.ALREADY)


def test_a_budget_is_never_cut_below_what_is_promised() -> None:
    state = reserve(BudgetState(Decimal(10)), Request("a", Decimal(8)))
    assert isinstance(state, BudgetState)
    assert resized(state, limit=Decimal(8), quota=1).remaining == 0
    with pytest.raises(BudgetExceeded):
        resized(state, limit=Decimal(7), quota=None)
    with pytest.raises(BudgetExceeded):
        resized(state, limit=None, quota=0)


@a.QUICK
@given(st.lists(requests, max_size=6, unique_by=lambda r: r.uscc), st.data())
def test_shares_and_ranks_do_not_depend_on_the_order_in_which_requests_came(several: list[Request], data: st.DataObject) -> None:
    limit, quota = data.draw(st.integers(0, 1000)), data.draw(st.none() | st.integers(0, 6))
    ranks = {r.uscc: place for place, r in enumerate(data.draw(st.permutations(several)))}
    state = BudgetState(Decimal(limit) / 100, quota)
    for way in (Way.PRO_RATA, Way.BY_RANK):
        one, refused = allocate(way, state, several, ranks)
        other, as_well = allocate(way, state, data.draw(st.permutations(several)), ranks)
        assert one.reserved == other.reserved
        assert {(r.request.uscc, r.reason) for r in refused} == {(r.request.uscc, r.reason) for r in as_well}


def test_paid_and_released_are_final_and_nothing_is_paid_unconfirmed() -> None:
    lawful = {(before, after) for before in Stage for after in Stage if may_become(before, after)}
    assert lawful == {
        (Stage.RESERVED, Stage.CONFIRMED),
        (Stage.RESERVED, Stage.RELEASED),
        (Stage.CONFIRMED, Stage.PAID),
        (Stage.CONFIRMED, Stage.RELEASED),
    }
