from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from pathlib import Path

import pytest

from api.errors import Conflict, Invalid, NotFound
from api.records import BudgetPot, Reservation
from api.usecases.budgets import reserve_budget
from tests.api.conftest import House
from tests.api.fakes import publish, settle, uscc


def _reserve(house: House, rule: str, n: int, amount: str = "200000", item: int = 0) -> Reservation:
    return reserve_budget(
        rule, item, uscc(n), Decimal(amount), house.person("officer"), uow=house.services.uow(), clock=house.clock
    )


def test_fifty_at_once_never_take_more_than_there_is(house: House, tmp_path: Path) -> None:
    rule = settle(house, tmp_path)[0].id  # a budget of 1,000,000: five of 200,000
    house.person("officer")

    def ask(n: int) -> bool:
        try:
            _reserve(house, rule, n)
        except Conflict:
            return False
        return True

    with ThreadPoolExecutor(50) as pool:
        assert sum(pool.map(ask, range(50))) == 5
    with house.services.reading() as uow:
        pot = uow.of(BudgetPot).all()[0]
        assert (pot.reserved_fen, pot.reserved_count) == (100_000_000, 5)
        assert sum(r.amount_fen for r in uow.of(Reservation).all()) == 100_000_000


def test_the_same_enterprise_asking_at_once_reserves_once(house: House, tmp_path: Path) -> None:
    rule = settle(house, tmp_path)[0].id
    house.person("officer")
    with ThreadPoolExecutor(16) as pool:
        assert len({r.id for r in pool.map(lambda _: _reserve(house, rule, 1), range(16))}) == 1
    with house.services.reading() as uow:
        assert uow.of(Reservation).count() == 1


def test_the_quota_holds_too(lite_house: House, tmp_path: Path) -> None:
    rule = settle(lite_house, tmp_path)[0].id
    for n in range(10):
        _reserve(lite_house, rule, n, "1.00")
    with pytest.raises(Conflict):
        _reserve(lite_house, rule, 11, "1.00")


def test_another_amount_for_the_same_enterprise_is_refused(lite_house: House, tmp_path: Path) -> None:
    rule = settle(lite_house, tmp_path)[0].id
    _reserve(lite_house, rule, 1)
    with pytest.raises(Conflict):
        _reserve(lite_house, rule, 1, "100000")


def test_a_republished_rule_does_not_refill_the_pot(lite_house: House, tmp_path: Path) -> None:
    first = settle(lite_house, tmp_path)[0]
    for n in range(5):
        _reserve(lite_house, first.id, n)
    second = publish(lite_house, "D1", data=b"D1 revised")
    with pytest.raises(Conflict):
        _reserve(lite_house, second.id, 6)
    with pytest.raises(Conflict):
        _reserve(lite_house, first.id, 6, "1.00")  # retired


@pytest.mark.parametrize("amount", ["0", "-1", "0.001", "1e16", "9999999999999999999900000000"])
def test_an_amount_must_be_money(lite_house: House, tmp_path: Path, amount: str) -> None:
    rule = settle(lite_house, tmp_path)[0].id
    with pytest.raises(Invalid):
        _reserve(lite_house, rule, 1, amount)


def test_an_item_that_is_not_there_is_not_found(lite_house: House, tmp_path: Path) -> None:
    rule = settle(lite_house, tmp_path)[0].id
    with pytest.raises(NotFound):
        _reserve(lite_house, rule, 1, item=9)
