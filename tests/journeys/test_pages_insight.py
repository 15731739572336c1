"""Officers' and administrators' pages over one resident city, in a real browser: data quality, simulation, versions, keys; without a mouse, without scripts."""

import io
import re
import shutil
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import httpx
import openpyxl
import pytest
from playwright.sync_api import Browser, expect

from api.access import SYSTEM
from api.app import create_app
from api.jobs.outbox import work_off
from api.usecases.policies import import_policy
from api.usecases.rules import approve_rule, edit_draft, get_draft, publish_rule, submit_draft
from api.usecases.runs import run_to_end, start_run
from api.usecases.snapshots import import_snapshot
from api.usecases.webhooks import register_webhook
from data_samples.generate import Scope, generate
from features.assemble import assemble
from matcher.crowd import ProfileCrowd
from matcher.editing import thresholds, with_threshold
from matcher.simulate import Variant, simulate
from policies.loading import load_rules
from tests.api.conftest import House, house_at
from tests.api.fakes import TEXT, items, publish
from tests.journeys.serving import serving
from tests.journeys.visiting import IN_BROWSER, WIDTHS, Visit, browser

__all__ = ["browser"]

pytestmark = IN_BROWSER
AS_OF = date(2026, 11, 20)


@pytest.fixture(scope="module")
def town(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[House, str]]:
    """A running service over a snapshot made from departmental extracts, with two versions of one rule and a draft of another."""
    folder = tmp_path_factory.mktemp("town")
    shutil.copy(sqlite_template, folder / "mianshen.sqlite")
    generate(Scope(150, 3, AS_OF), folder / "extracts")
    with assemble(folder / "extracts", AS_OF, store=folder / "store"):
        pass
    house = house_at(f"sqlite:///{folder / 'mianshen.sqlite'}", folder)
    services = house.services
    officer, reviewer = house.person("officer"), house.person("reviewer", "reviewer")
    for name, role in (("auditor", "auditor"), ("chief", "admin")):
        house.person(name, role)  # type: ignore[arg-type]
    import_snapshot(folder / "store", officer, uow=services.uow(), clock=house.clock)
    house.person("firm", "enterprise", services.live.source().usccs()[0])
    publish(house, "D1", data=TEXT.encode())
    for document, end in (("D1", True), ("D2", False)):
        draft = import_policy(
            f"{TEXT}{document}。".encode(),
            officer,
            name=f"{document}b.txt",
            document_id=document,
            uow=services.uow(),
            clock=house.clock,
            parse=services.parse,
        ).draft
        assert draft is not None
        if end:
            rules = {**draft.rules, "items": items(revenue=5_000_000)}
            draft = edit_draft(draft.id, rules, officer, revision=draft.revision, uow=services.uow(), clock=house.clock)
            submit_draft(draft.id, officer, uow=services.uow(), clock=house.clock)
            approve_rule(draft.id, reviewer, uow=services.uow(), clock=house.clock)
            publish_rule(draft.id, officer, uow=services.uow(), clock=house.clock)
    services.live.refresh(force=True)
    with serving(create_app(services.settings, services)) as base:
        yield house, base
    services.close()


def _in(browser: Browser, base: str, who: str, width: int = 1280, *, scripts: bool = True) -> Visit:
    visit = Visit(browser, base, width=width, scripts=scripts)
    visit.sign_in(who)
    return visit


@pytest.mark.parametrize("width", WIDTHS)
def test_an_officer_sees_how_good_the_data_are_and_sends_a_sheet_back(
    browser: Browser, town: tuple[House, str], width: int
) -> None:
    _, base = town
    officer = _in(browser, base, "officer", width)
    officer.page.get_by_role("link", name="数据质量").click()
    officer.reads("家企业")
    officer.reads("税务局")
    officer.stop_at("quality")
    officer.page.get_by_role("link", name="有不一致").click()
    officer.page.wait_for_url("**show=conflicts*")
    shown = officer.page.locator("#facts tbody tr")
    assert all(int(row.locator("td").last.inner_text().replace(",", "")) > 0 for row in shown.all())
    link = officer.page.locator(".downloads a", has_text="人力资源和社会保障局").first
    answer = officer.context.request.get(base + (link.get_attribute("href") or ""))
    sheet = openpyxl.load_workbook(io.BytesIO(answer.body())).active
    assert sheet is not None
    assert [c.value for c in sheet[1]] == ["文件", "行号", "列", "处理结果", "原因与建议"]
    assert sheet.max_row > 1
    nothing = officer.context.request.get(f"{base}/officer/quality/sheet?owner=没有的局&day=2026-11-20")
    assert nothing.status == 404
    assert "没有需要更正的记录" in nothing.text()
    officer.close()


@pytest.mark.parametrize("width", WIDTHS)
def test_moving_a_threshold_shows_who_gains_and_loses_and_what_it_costs(
    browser: Browser, town: tuple[House, str], width: int
) -> None:
    house, base = town
    officer = _in(browser, base, "officer", width)
    officer.page.get_by_role("link", name="模拟").click()
    officer.stop_at("simulate-choice")
    officer.page.get_by_role("link", name="规模奖励").click()
    page = officer.page
    expect(page.locator("#value")).to_have_value("500")
    officer.stop_at("simulate-before")
    page.locator("#value").fill("1500")
    page.locator("#outcome", has_text="模拟 1500").wait_for()
    document = load_rules(
        {
            "version": 1,
            "document": {"id": "D1", "title": "x", "kind": "measure", "region": "440100"},
            "items": items(revenue=5_000_000),
        }
    )
    source = house.services.live.source()
    crowd = ProfileCrowd([p for code in source.usccs() if (p := source.profile(code))])
    place, leaf = next(iter(thresholds(document, 0)))
    moved = with_threshold(document, 0, place, type(leaf.value)(15_000_000))  # type: ignore[call-arg, arg-type]
    told = simulate(Variant(document, 0), Variant(moved, 0), crowd, AS_OF)
    assert told.lost_count > 0
    rows = [
        [c.inner_text() for c in row.locator("th, td").all()]
        for row in page.locator("#outcome table").first.locator("tbody tr").all()
    ]
    assert [row[1] for row in rows] == [str(told.before.eligible), str(told.after.eligible)]
    expect(page.locator("#outcome")).to_contain_text(f"减少 {told.lost_count} 家")
    assert page.locator("svg circle").count() == len(page.locator("#outcome details").first.locator("tbody tr").all())
    officer.stop_at("simulate")
    page.locator("#slide").focus()
    page.keyboard.press("Home")
    page.locator("#outcome", has_text="模拟 0").wait_for()
    page.locator("#value").fill("一千")
    page.get_by_role("alert").wait_for()
    assert "不能作为门槛" in page.get_by_role("alert").inner_text()
    officer.close()


def test_the_chosen_enterprise_of_a_list_opens_with_its_reason(browser: Browser, town: tuple[House, str]) -> None:
    _, base = town
    officer = _in(browser, base, "officer")
    officer.page.goto(f"{base}/officer/simulate")
    officer.page.get_by_role("link", name="规模奖励").click()
    officer.page.locator("#value").fill("100000")
    lost = officer.page.locator("#outcome .panel", has_text="减少").locator("a").first
    lost.click()
    officer.reads("营业收入")
    officer.stop_at("simulate-reason")
    officer.close()


@pytest.mark.parametrize("width", WIDTHS)
def test_two_versions_are_compared_and_one_is_retired(browser: Browser, town: tuple[House, str], width: int) -> None:
    _, base = town
    officer = _in(browser, base, "officer", width)
    page = officer.page
    page.get_by_role("link", name="规则", exact=True).click()
    officer.stop_at("rules")
    page.get_by_role("link", name="与上一版比较").first.click()
    assert page.locator(".changes .changed del").inner_text() == "上年营业收入不低于 2000 万元"
    assert page.locator(".changes .changed ins").inner_text() == "上年营业收入不低于 500 万元"
    officer.stop_at("changes")
    page.goto(f"{base}/officer/rules")
    page.locator("tbody a").first.click()
    page.get_by_text("停用这个版本").click()
    expect(page.get_by_role("button", name="确认停用")).to_be_visible()
    officer.stop_at("rule")
    page.emulate_media(media="print")
    assert page.locator("header.top").is_hidden()
    officer.stop_at("rule-print")
    officer.close()


@pytest.mark.parametrize("width", WIDTHS)
def test_a_key_is_shown_once_works_and_ends_when_revoked(browser: Browser, town: tuple[House, str], width: int) -> None:
    house, base = town
    chief = _in(browser, base, "chief", width)
    page = chief.page
    page.get_by_role("link", name="接口与推送").click()
    page.get_by_text("新建密钥").first.click()
    page.get_by_label("集成方(单位简称").fill(f"天河园区{width}")
    page.get_by_label("名称(用途)").fill(f"试用{width}")
    page.get_by_role("button", name="新建密钥").click()
    secret = page.locator(".secret").inner_text()
    chief.stop_at("developers-secret")
    question = {"uscc": house.services.live.source().usccs()[0]}
    headers = {"authorization": f"Bearer {secret}"}
    assert httpx.post(f"{base}/v1/match", json=question, headers=headers, timeout=20).status_code == 200
    page.goto(f"{base}/developers")
    assert secret not in page.content()
    page.get_by_role("button", name=re.compile(f"吊销 ?试用{width}")).click()
    page.get_by_text(f"试用{width}").wait_for(state="detached")
    deadline = time.monotonic() + 5  # known keys are looked up again within a second
    while httpx.post(f"{base}/v1/match", json=question, headers=headers, timeout=20).status_code != 401:
        assert time.monotonic() < deadline, "a revoked key still works"
    page.get_by_text("登记推送地址").click()
    hooks = page.locator("#webhooks")
    hooks.get_by_label("集成方").fill("天河园区")
    hooks.get_by_label("地址(https)").fill(f"https://example.com/{width}")
    hooks.get_by_role("button", name="登记", exact=True).click()
    assert page.locator(".secret").inner_text().startswith("whsec_")
    assert f"https://example.com/{width}" in page.locator("#webhooks").inner_text()
    chief.stop_at("developers")
    chief.close()


def test_a_rule_is_reviewed_without_a_mouse(browser: Browser, town: tuple[House, str]) -> None:
    house, base = town
    officer = _in(browser, base, "officer")
    page = officer.page
    page.goto(f"{base}/officer#draft")
    page.locator("#draft a").first.click()
    page.wait_for_url("**/drafts/*")
    draft_id = page.url.rsplit("/", 1)[1]
    officer.reads("快捷键")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent").strip() == "跳到正文"
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    page.keyboard.press("j")
    assert page.evaluate("document.activeElement.classList.contains('row')")
    officer.stop_at("draft-keyboard")
    page.keyboard.press("e")
    assert page.evaluate("document.activeElement.name") == "op"
    page.keyboard.press("Tab")
    page.keyboard.press("Control+A")
    page.keyboard.type("700万元")
    page.keyboard.press("Enter")
    page.locator(".row.leaf", has_text="700").first.wait_for()
    draft = get_draft(draft_id, house.person("officer"), uow=house.services.uow())
    assert draft.rules["items"][0]["criteria"]["value"] == 7_000_000
    page.keyboard.press("s")
    page.keyboard.press("Enter")
    officer.reads("等待审核")
    officer.close()
    reviewer = _in(browser, base, "reviewer")
    reviewer.page.goto(f"{base}/officer/drafts/{draft_id}")
    reviewer.page.keyboard.press("r")
    reviewer.page.keyboard.type("与原文的2000万元不一致")
    reviewer.page.keyboard.press("Tab")
    reviewer.page.keyboard.press("Enter")
    reviewer.reads("退回:与原文的2000万元不一致")
    reviewer.close()


def test_a_condition_is_added_and_what_was_not_read_is_listed(browser: Browser, town: tuple[House, str]) -> None:
    _, base = town
    officer = _in(browser, base, "officer", 360)
    page = officer.page
    page.goto(f"{base}/officer")
    page.locator("#draft a, #rejected a").first.click()
    block = page.locator("#item-0")
    block.get_by_text("增加一个条件").click()
    block.locator(".add").get_by_label("指标").select_option(label="社保参保人数")
    block.locator(".add").get_by_label("取值").fill("30")
    block.locator(".add").get_by_role("button", name="增加").click()
    officer.reads("社保参保人数不低于 30 人")
    officer.stop_at("draft-added")
    page.get_by_role("link", name="只看未进入规则的句子").click()
    officer.reads("未进入规则的句子(0)")
    page.get_by_role("link", name="只看须认定").click()
    expect(page.locator(".row.leaf")).to_have_count(0)
    page.get_by_role("link", name="只看把握不足一半的").click()
    expect(page.locator(".row.leaf .badge", has_text="把握低")).to_have_count(page.locator(".row.leaf").count())
    officer.close()


def test_the_pages_read_and_the_forms_work_without_scripts(browser: Browser, town: tuple[House, str]) -> None:
    _, base = town
    officer = _in(browser, base, "officer", 360, scripts=False)
    officer.page.goto(f"{base}/officer/simulate")
    officer.page.get_by_role("link", name="规模奖励").click()
    assert officer.page.locator("#slide").is_hidden()
    officer.page.locator("#value").fill("1500")
    officer.page.get_by_role("button", name="模拟").click()
    assert "模拟 1500" in officer.page.locator("#outcome").inner_text()
    officer.close()
    firm = _in(browser, base, "firm", 360, scripts=False)
    firm.reads("可直接享受")
    firm.page.locator(".card a").first.click()
    firm.page.get_by_label("请写明哪里不对").fill("请再核对一次")
    firm.page.get_by_role("button", name="提交").click()
    firm.reads("已收到您的异议")
    firm.close()


def test_the_best_combination_stands_on_the_enterprise_s_page(browser: Browser, town: tuple[House, str]) -> None:
    house, base = town
    live = house.services.live
    able = next(u for u in live.source().usccs() if len(live.positions(live.today()).index.decide(live.profile(u)).eligible) > 1)
    for width in (*WIDTHS, 768):
        officer = _in(browser, base, "officer", width)
        officer.page.goto(f"{base}/enterprise/{able}")
        officer.reads("可以一起享受的最优组合")
        officer.stop_at("combination")
        officer.close()


def test_who_may_not_look_is_told_why_and_by_whom_it_is_opened(browser: Browser, town: tuple[House, str]) -> None:
    _, base = town
    for who, path in (
        ("firm", "/officer/quality"),
        ("firm", "/officer/simulate?rule=x"),
        ("chief", "/officer/quality"),
        ("officer", "/developers"),
    ):
        visit = _in(browser, base, who)
        visit.page.goto(base + path)
        visit.reads("没有权限")
        assert "请" in visit.page.get_by_role("alert").inner_text()
        visit.stop_at(f"refused-{who}")
        visit.close()


def test_a_delivery_is_found_in_the_log_and_sent_again(browser: Browser, town: tuple[House, str]) -> None:
    house, base = town
    s, officer = house.services, house.person("officer")
    register_webhook(
        "https://park.example/in", SYSTEM, owner="园区", guard=s.guard, master=s.master, uow=s.uow(), clock=house.clock
    )
    run = start_run(officer, model_version="rules", uow=s.uow(), clock=house.clock)
    run_to_end(run.id, scorer=None, chunk_size=50, push_top=2, uow=s.uow(), clock=house.clock)
    work_off(s.pump(), uow=s.uow())
    sent, ids = len(house.sender.sent), house.sender.ids()
    assert sent > 0
    chief = _in(browser, base, "chief")
    chief.page.goto(f"{base}/developers?state=delivered#deliveries")
    expect(chief.page.locator("#deliveries tbody tr")).to_have_count(min(sent, 30))
    chief.stop_at("deliveries")
    chief.page.get_by_role("button", name="重新推送").first.click()
    chief.page.wait_for_url("**/developers#deliveries")
    chief.reads("等待中")
    work_off(s.pump(), uow=s.uow())
    assert len(house.sender.sent) == sent + 1
    assert house.sender.ids() == ids
    chief.close()


def test_no_page_of_an_officer_scrolls_sideways_on_a_tablet(browser: Browser, town: tuple[House, str]) -> None:
    _, base = town
    officer = _in(browser, base, "officer", 768)
    for path in ("", "/policies", "/rules", "/simulate", "/quality", "/runs", "/objections"):
        officer.page.goto(f"{base}/officer{path}")
        officer.stop_at(f"tablet{path.replace('/', '-')}")
    officer.close()
