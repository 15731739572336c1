"""The pages in a real browser: an officer's way from a file to a published rule under four eyes, and an enterprise's way to its reasons.

Screenshots go to MIANSHEN_SCREENSHOTS where it is set, for people to look at.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from api.app import create_app
from api.usecases.decisions import decide
from api.wiring import SandboxedParse
from tests.api.conftest import House
from tests.api.fakes import settle, uscc
from tests.journeys.serving import serving
from tests.journeys.visiting import IN_BROWSER, WIDTHS, Visit, browser

__all__ = ["browser"]

pytestmark = IN_BROWSER
POLICY = """广州市天河区支持企业发展若干措施

穗天府规〔2026〕3号

第一条 对在本区登记注册、上年度营业收入不低于2000万元的企业,给予一次性奖励20万元。
第二条 对上年度研发费用100万元以上的高新技术企业,按研发费用的10%给予补助,最高不超过50万元。
第三条 近三年受到重大行政处罚的企业,不予支持。
第四条 本措施自2026年1月1日起施行,有效期3年。
"""


@pytest.fixture
def city(lite_house: House, tmp_path: Path) -> Iterator[tuple[House, str]]:
    """A running service with a small city, published rules, real reading of files, and its people."""
    parse = SandboxedParse()
    settle(lite_house, tmp_path, 10)
    for name, role in (("officer", "officer"), ("reviewer", "reviewer"), ("auditor", "auditor"), ("chief", "admin")):
        lite_house.person(name, role)  # type: ignore[arg-type]
    lite_house.person("firm", "enterprise", uscc(0))
    object.__setattr__(lite_house.services, "parse", parse)
    try:
        with serving(create_app(lite_house.services.settings, lite_house.services)) as base:
            yield lite_house, base
    finally:
        parse.close()


@pytest.mark.parametrize("width", WIDTHS)
def test_from_a_policy_file_to_a_published_rule_under_four_eyes(
    browser: Browser, city: tuple[House, str], tmp_path: Path, width: int
) -> None:
    _, base = city
    (tmp_path / "措施.txt").write_text(POLICY, "utf-8")
    officer = Visit(browser, base, width=width)
    officer.page.goto(f"{base}/officer")
    assert "/sign-in" in officer.page.url
    officer.stop_at("sign-in")
    officer.sign_in("officer")
    officer.page.get_by_role("link", name="政策库").click()
    officer.stop_at("policies")
    officer.page.get_by_label("导入政策文件").set_input_files(tmp_path / "措施.txt")
    officer.page.get_by_role("button", name="导入并解析").click()
    officer.page.wait_for_url("**/officer/drafts/*")
    draft = officer.page.url
    page = officer.page
    assert page.locator("#text").inner_text().count("第一条") == 1
    row = page.locator(".row.leaf", has_text="2000").first
    row.click()
    assert "2000万元" in page.locator("mark.lit").first.inner_text()
    officer.stop_at("draft")
    remark = page.locator(".side .quote a").first  # whatever is questioned can be gone to in the text
    remark.click()
    there = page.locator("#text :target").inner_text()
    assert there
    assert remark.inner_text().startswith(there[:6])

    row.locator("summary").click()
    row.get_by_label("取值").fill("三千万")
    row.get_by_role("button", name="保存").click()
    assert "没有保存" in page.get_by_role("alert").inner_text()
    officer.complaints.clear()
    row = page.locator(".row.leaf", has_text="2000").first
    row.locator("summary").click()
    row.get_by_label("取值").fill("3000万元")
    row.get_by_role("button", name="保存").click()
    expect(page.locator(".row.leaf", has_text="3000").first).to_be_visible()
    page.get_by_role("button", name="提交审核").click()
    officer.stop_at("submitted")
    expect(page.get_by_role("button", name="批准")).to_have_count(0)
    officer.close()

    reviewer = Visit(browser, base, width=width)
    reviewer.sign_in("reviewer")
    reviewer.stop_at("workbench")
    reviewer.page.goto(draft)
    reviewer.page.get_by_role("button", name="批准").click()
    reviewer.page.get_by_role("button", name="发布").click()
    assert "已发布" in reviewer.page.locator("main").inner_text()
    reviewer.close()


@pytest.mark.parametrize("width", WIDTHS)
def test_an_enterprise_sees_its_groups_its_reasons_and_can_object(browser: Browser, city: tuple[House, str], width: int) -> None:
    _, base = city
    firm = Visit(browser, base, width=width)
    firm.sign_in("firm")
    firm.page.wait_for_url("**/enterprise/*")
    for words in ("可直接享受", "符合条件,待申报", "差一点", "无法判断"):
        assert words in firm.page.locator("main").inner_text()
    firm.stop_at("groups")
    firm.page.get_by_role("link", name="规模奖励").first.click()
    reason = firm.page.locator("main").inner_text()
    assert "符合" in reason
    assert "2000万元" in reason.replace(" ", "")
    assert "税务" in reason
    firm.stop_at("reason")
    firm.page.get_by_label("申请人工复核结论").check()
    firm.page.get_by_label("请写明哪里不对").fill("<script>alert(1)</script> 我们的收入更高")
    firm.page.get_by_role("button", name="提交").click()
    assert "已收到您的异议" in firm.page.locator("main").inner_text()
    firm.page.get_by_role("button", name="不再接收推送").click()
    assert "恢复接收推送" in firm.page.locator("main").inner_text()
    firm.stop_at("messages")
    firm.page.goto(f"{base}/enterprise/{uscc(0)}/data")
    firm.stop_at("data")
    firm.page.goto(f"{base}/enterprise/{uscc(1)}")
    assert "没有找到" in firm.page.locator("main").inner_text()
    firm.complaints.clear()
    firm.close()

    officer = Visit(browser, base, width=width)
    officer.sign_in("officer")
    officer.page.goto(f"{base}/officer/objections")
    assert "<script>" in officer.page.locator("main").inner_text()
    officer.page.get_by_label("答复").fill("已核对,数据无误。")
    officer.page.get_by_role("button", name="答复").click()
    assert "已核对" in officer.page.locator("main").inner_text()
    officer.stop_at("objections")
    officer.close()


def test_a_forged_form_and_a_foreign_role_are_refused(browser: Browser, city: tuple[House, str]) -> None:
    _, base = city
    visit = Visit(browser, base, width=1280)
    visit.sign_in("firm")
    answer = visit.context.request.post(f"{base}/enterprise/{uscc(0)}/pushes", form={"wanted": "no", "csrf": "forged"})
    assert answer.status == 403
    assert "页面已过期" in answer.text()
    visit.page.goto(f"{base}/officer/runs")
    assert visit.page.locator("form[action='/officer/runs']").count() == 0
    visit.close()


def test_the_oversight_pages_open_for_those_who_may(browser: Browser, city: tuple[House, str]) -> None:
    house, base = city
    live, officer = house.services.live, house.person("officer")
    document = live.rules().documents[0]
    decide(uscc(0), document.meta.id, 0, officer, live=live, uow=house.services.uow())
    auditor = Visit(browser, base, width=1280)
    auditor.sign_in("auditor")
    log = auditor.page.locator("main").inner_text()
    assert "记录链完整" in log
    assert "officer(officer)" in log and "作出判定" in log and "decision.made" not in log
    assert re.search(r"\d{4}-\d\d-\d\d \d\d:\d\d", log)
    auditor.stop_at("audit")
    auditor.page.goto(f"{base}/audit/decisions")
    auditor.stop_at("decisions")
    auditor.page.locator("ul.rows a").first.click()
    replay = auditor.page.locator("main").inner_text()
    assert document.items[0].title in replay
    assert "逐字节相同" in replay and "重新判定的" in replay
    assert "eligible" not in replay
    auditor.stop_at("replay")
    auditor.close()
    chief = Visit(browser, base, width=1280)
    chief.sign_in("chief")
    assert "firm" in chief.page.locator("main").inner_text()
    chief.stop_at("users")
    chief.close()


def test_the_public_pages_need_no_sign_in(browser: Browser, city: tuple[House, str]) -> None:
    _, base = city
    for width in WIDTHS:
        guest = Visit(browser, base, width=width)
        for path, name in (("/", "home"), ("/about/algorithm", "algorithm")):
            guest.page.goto(base + path)
            guest.stop_at(name)
        guest.close()
