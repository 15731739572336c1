"""An officer's way with an item's money in a real browser: first come with confirmation and payment, then a round by rank; refusals said on the page."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from api.app import create_app
from tests.api.conftest import House
from tests.api.fakes import settle, uscc
from tests.journeys.serving import serving
from tests.journeys.visiting import IN_BROWSER, WIDTHS, Visit, browser

__all__ = ["browser"]

pytestmark = IN_BROWSER


@pytest.fixture
def town(lite_house: House, tmp_path: Path) -> Iterator[tuple[House, str]]:
    """A running service with one published document and its people."""
    settle(lite_house, tmp_path, 5)
    lite_house.person("officer")
    lite_house.person("auditor", "auditor")
    with serving(create_app(lite_house.services.settings, lite_house.services)) as base:
        yield lite_house, base


@pytest.mark.parametrize("width", WIDTHS)
def test_money_is_reserved_confirmed_paid_released_and_shared_out_by_rank(
    browser: Browser, town: tuple[House, str], width: int
) -> None:
    house, base = town
    officer = Visit(browser, base, width=width)
    officer.sign_in("officer")
    page = officer.page
    page.get_by_role("link", name="资金", exact=True).click()
    officer.stop_at("budgets")
    page.get_by_role("link", name="规模奖励").click()
    officer.stop_at("budget-empty")
    expect(page.locator("main")).to_contain_text("1,000,000.00")

    def reserve(n: int, amount: str) -> None:
        form = page.locator("#reserve")
        form.get_by_label("统一社会信用代码").fill(uscc(n))
        form.get_by_label("金额").fill(amount)
        form.get_by_role("button", name="预留").click()

    reserve(1, "60万元")
    reserve(2, "50万元")
    expect(page.get_by_role("alert")).to_contain_text("预算或名额已不足")
    officer.stop_at("budget-refused")
    reserve(2, "100000")
    row = page.locator("#reservations tbody tr", has_text=uscc(1))
    row.get_by_role("button", name="确认").click()
    row.get_by_label("拨付金额").fill("55万元")
    row.get_by_role("button", name="拨付").click()
    expect(row).to_contain_text("已拨付")
    page.locator("#reservations tbody tr", has_text=uscc(2)).get_by_role("button", name="释放").click()
    expect(page.locator(".cards.four")).to_contain_text("450,000.00")  # left of a million
    expect(page.locator("#ledger tbody tr")).to_have_count(5)

    page.get_by_text("设置分配方式与额度").first.click()
    way = page.locator("#way")
    way.get_by_label("分配方式").select_option("by_rank")
    way.get_by_role("button", name="保存").click()
    page.get_by_label("受理截止日").fill("2026-11-20")
    page.get_by_role("button", name="开设新批次").click()
    for n in (3, 4):
        form = page.locator("#rounds form", has_text="申请金额")
        form.get_by_label("统一社会信用代码").fill(uscc(n))
        form.get_by_label("申请金额").fill("30万元")
        form.get_by_role("button", name="登记申请").click()
    page.get_by_role("button", name="分配这个批次").click()
    expect(page.get_by_role("alert")).to_contain_text("尚未截止")
    for n, rank in ((3, "2"), (4, "1")):
        row = page.locator("#rounds tbody tr", has_text=uscc(n))
        row.get_by_label("名次").fill(rank)
        row.get_by_role("button", name="保存").click()
    officer.stop_at("budget-round")
    where = page.url
    house.clock.advance(86_400)
    officer.sign_in("officer")  # a day later
    page.goto(where)
    page.get_by_role("button", name="分配这个批次").click()
    expect(page.locator("#rounds tbody tr", has_text=uscc(4))).to_contain_text("已分配")
    expect(page.locator("#rounds tbody tr", has_text=uscc(3))).to_contain_text("预算不足")
    officer.stop_at("budget-shared")

    auditor = Visit(browser, base, width=width, scripts=False)
    auditor.sign_in("auditor")
    auditor.page.goto(page.url)
    expect(auditor.page.locator("main form")).to_have_count(0)  # reads, changes nothing
    auditor.stop_at("budget-auditor")
