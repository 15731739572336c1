"""The data-quality page over a city with several deliveries: what has changed since an earlier one, and the report as a workbook."""

import io
import shutil
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import Browser, expect

from api.app import create_app
from api.usecases.snapshots import import_snapshot
from features.assemble import assemble
from tests.api.conftest import House, house_at
from tests.features.extracts import MONTHS, REGISTER, RETURNS, code, name, register_row, return_row, write
from tests.journeys.serving import serving
from tests.journeys.visiting import IN_BROWSER, WIDTHS, Visit, browser

__all__ = ["browser"]

pytestmark = IN_BROWSER
DAYS = (date(2026, 11, 18), date(2026, 11, 19), date(2026, 11, 20))


@pytest.fixture(scope="module")
def office(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[House, str]]:
    """A running service over three deliveries: the register; a return of one enterprise; a return that cannot be read and a newcomer."""
    folder = tmp_path_factory.mktemp("office")
    shutil.copy(sqlite_template, folder / "mianshen.sqlite")
    write(folder / "1", REGISTER, [register_row(n, S_EXT_DATATIME="2026-11-01") for n in range(1, 5)])
    write(folder / "2", RETURNS, [return_row(1, 2025)])
    write(folder / "3", RETURNS, [return_row(1, 2025, YYSR="-123456789", LRRQ="20261119")])
    write(folder / "3", REGISTER, [register_row(5, S_EXT_DATATIME="2026-11-19")])
    month = {"rece_ym": "202610", "mon_insurd_prsons": "5", "etl_dt": "2026-11-01"}
    write(folder / "3", MONTHS, [{**month, "corp_nm": name(2)}])
    for place, day in enumerate(DAYS, start=1):
        with assemble(folder / str(place), day, store=folder / "store"):
            pass
    house = house_at(f"sqlite:///{folder / 'mianshen.sqlite'}", folder)
    import_snapshot(folder / "store", house.person("officer"), uow=house.services.uow(), clock=house.clock)
    house.services.live.refresh(force=True)
    with serving(create_app(house.services.settings, house.services)) as base:
        yield house, base
    house.services.close()


@pytest.mark.parametrize("width", WIDTHS)
def test_an_officer_sees_what_has_changed_and_chooses_the_day_to_compare_with(
    browser: Browser, office: tuple[House, str], width: int
) -> None:
    _, base = office
    officer = Visit(browser, base, width=width)
    officer.sign_in("officer")
    page = officer.page
    page.goto(f"{base}/officer/quality")
    officer.reads("企业数 4 → 5")
    revenue = page.locator("#trend tbody tr", has_text="营业收入").first
    assert [cell.strip() for cell in revenue.locator("td").all_inner_texts()][:3] == ["变差", "25.0% → 0.0%", "1 → 0"]
    officer.stop_at("quality-trend")
    first = page.locator("#trend option").last
    page.get_by_label("对比哪一期").select_option(first.get_attribute("value") or "")
    page.get_by_role("button", name="对比").click()
    page.wait_for_url("**against=*")
    expect(page.locator("#trend tbody tr", has_text="营业收入")).to_have_count(0)  # unknown then and now
    assert page.locator("#trend option:checked").inner_text() == first.inner_text()
    page.get_by_text("历次档案").click()
    expect(page.locator("#trend details tbody tr")).to_have_count(len(DAYS))
    officer.stop_at("quality-history")
    gone = officer.context.request.get(f"{base}/officer/quality?against=0")
    assert (gone.status, "没有这一期" in gone.text()) == (404, True)
    officer.close()


def test_the_report_is_taken_away_as_a_workbook_without_a_figure(browser: Browser, office: tuple[House, str]) -> None:
    _, base = office
    officer = Visit(browser, base, width=1280)
    officer.sign_in("officer")
    officer.page.goto(f"{base}/officer/quality")
    with officer.page.expect_download() as started:
        officer.page.get_by_role("link", name="下载数据质量报告").click()
    assert started.value.suggested_filename == "数据质量报告-2026-11-20.xlsx"
    book = openpyxl.load_workbook(io.BytesIO(Path(started.value.path()).read_bytes()))
    assert "与上期相比" in book.sheetnames
    head, *rows = book["与上期相比"].iter_rows(values_only=True)
    assert head[2] == "2026-11-19 覆盖率"
    revenue = next(row for row in rows if row[1] == "revenue")
    assert revenue[2:6] == ("25.0%", "0.0%", -1, 0)
    assert not any("123456789" in str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row)
    officer.close()


def test_only_who_may_look_gets_the_workbook(browser: Browser, office: tuple[House, str]) -> None:
    house, base = office
    house.person("firm", "enterprise", house.services.live.source().usccs()[0])
    firm = Visit(browser, base, width=1280)
    firm.sign_in("firm")
    answer = firm.context.request.get(f"{base}/officer/quality/book")
    assert answer.status == 403
    firm.close()


def test_an_officer_says_whose_a_record_is_and_takes_it_back(browser: Browser, office: tuple[House, str]) -> None:
    house, base = office

    def insured() -> object:
        profile = house.services.live.profile(code(2))
        months = profile.facts.get("insured_headcount", {})
        return months.get("2026-10") if isinstance(months, Mapping) else None

    assert insured() is None
    officer = Visit(browser, base, width=360)
    officer.sign_in("officer")
    page = officer.page
    page.goto(f"{base}/officer/quality")
    officer.reads("归属待确认的记录(1)")
    card = page.locator("#links > ul > li", has_text=name(2))
    card.get_by_label("依据").fill("电话核实")
    officer.stop_at("quality-links")
    card.get_by_role("button", name="确认是这家企业").click()
    officer.reads("归属待确认的记录(0)")
    assert insured() == 5
    page.get_by_text("最近的确认与否认").click()
    officer.stop_at("quality-words")
    word = page.locator("#links details li", has_text="电话核实")
    word.get_by_label("依据").fill("核对有误")
    word.get_by_role("button", name="撤回,改为不是").click()
    officer.reads("归属待确认的记录(1)")
    assert insured() is None
    page.locator("#links > ul > li").get_by_label("信用代码").fill(code(9))
    page.locator("#links > ul > li").get_by_label("依据").fill("证照核对")
    page.get_by_role("button", name="确认是这家企业").click()
    assert "不在登记库中" in page.get_by_role("alert").inner_text()
    page.goto(f"{base}/officer/quality")
    page.get_by_text("最近的确认与否认").click()
    again = page.locator("#links details li", has_text="核对有误")
    again.get_by_label("依据").fill("再次核实")
    again.get_by_role("button", name="撤回,改为确认").click()
    officer.reads("归属待确认的记录(0)")
    assert insured() == 5
    officer.close()
