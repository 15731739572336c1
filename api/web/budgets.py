"""Officers' pages of money and places: every item that has any, and one item with its way of giving out, rounds, reservations and ledger."""

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request, Response

from api.errors import Invalid, Place, UseCaseError
from api.schemas.fields import USCC_PATTERN
from api.usecases import budgets, rounds
from api.usecases.budgets import WAY_WORDS, Allocation
from api.web.editing import read_value
from api.web.pages import FromForm, HtmlRoute, SignedIn, Visitor, page, see_other, services
from policies.allocation import Way

router = APIRouter(prefix="/officer/budgets", route_class=HtmlRoute, include_in_schema=False)

KIND_WORDS = {"set": "设置额度", "reserved": "预留", "confirmed": "确认", "released": "释放", "paid": "拨付"}
STATE_WORDS = {
    "reserved": "已预留", "confirmed": "已确认", "paid": "已拨付", "released": "已释放", "open": "受理中", "shared": "已分配",
    "granted": "已分配", "refused": "未获分配", "withdrawn": "已撤回",
}  # fmt: skip
REASON_WORDS = {"budget": "预算不足", "quota": "名额已满", "already": "已有预留", "amount": "金额有误"}
_WORDS = {"ways": {w.value: t for w, t in WAY_WORDS.items()}, "kinds": KIND_WORDS, "states": STATE_WORDS, "reasons": REASON_WORDS}
_SHOWN = 200
_MONEY = re.compile(r"[\d,]{1,20}(?:\.\d{1,6})?\s{0,3}(?:万元|亿元|万|亿|元)?")

Text = Annotated[str, Form(max_length=40)]


@router.get("")
def budgets_page(request: Request, visitor: SignedIn) -> Response:
    """Every item in force with a budget, a quota or a ledger."""
    found = budgets.list_budgets(visitor.actor, uow=services(request).reading())
    return page(request, "officer/budgets.html", visitor=visitor, found=found, words=_WORDS)


@router.get("/{rule_id}/{item}")
def budget_page(request: Request, rule_id: str, item: int, visitor: SignedIn, cursor: str | None = None) -> Response:
    """One item's money: what is left, how it is given out, the round that gathers, reservations, and the ledger."""
    return _page(request, rule_id, item, visitor, cursor=cursor)


def _page(
    request: Request, rule_id: str, item: int, visitor: Visitor, *, cursor: str | None = None, problem: str = "", status: int = 200
) -> Response:
    reading = services(request).reading
    found = budgets.budget_of(rule_id, item, visitor.actor, uow=reading())
    gathering = found.open_round
    past = [r for r in rounds.list_rounds(rule_id, item, visitor.actor, limit=_SHOWN, uow=reading()).items if r.state == "shared"]
    shown = gathering or (past[0] if past else None)
    applications = rounds.list_applications(shown.id, visitor.actor, limit=_SHOWN, uow=reading()).items if shown is not None else ()
    return page(
        request, "officer/budget.html", status=status, visitor=visitor, found=found, gathering=gathering, past=past, shown=shown,
        applications=applications, words=_WORDS, problem=problem, cursor=cursor,
        reservations=budgets.list_reservations(rule_id, item, visitor.actor, limit=_SHOWN, uow=reading()).items,
        entries=budgets.list_entries(rule_id, item, visitor.actor, cursor=cursor, limit=50, uow=reading()),
    )  # fmt: skip


def _done(request: Request, rule_id: str, item: int, visitor: Visitor, act: Callable[[Any], object]) -> Response:
    """Do it and look at the page again; a refusal is shown on the page, in its words."""
    try:
        act(services(request))
    except UseCaseError as error:
        places = "".join(f";{p.message}" for p in error.errors[:5])
        return _page(request, rule_id, item, visitor, problem=f"{error.detail}{places}(编号 {error.code})", status=422)
    return see_other(f"/officer/budgets/{rule_id}/{item}")


@router.post("/{rule_id}/{item}/allocation")
def allocation_form(
    request: Request, rule_id: str, item: int, visitor: FromForm, way: Text = "", budget: Text = "", quota: Text = ""
) -> Response:
    """How it is given out, its budget and its quota."""

    def act(own: Any) -> object:
        wanted = Allocation(_way(way), _money(budget, "/budget") if budget.strip() else None, _whole(quota, "/quota") if quota.strip() else None)  # fmt: skip
        return budgets.set_allocation(rule_id, item, wanted, visitor.actor, uow=own.uow(), clock=own.clock)

    return _done(request, rule_id, item, visitor, act)


@router.post("/{rule_id}/{item}/reservations")
def reservation_form(request: Request, rule_id: str, item: int, visitor: FromForm, uscc: Text = "", amount: Text = "") -> Response:
    """Put money aside for one enterprise."""
    return _done(
        request, rule_id, item, visitor,
        lambda own: budgets.reserve_budget(
            rule_id, item, _code(uscc), _money(amount, "/amount"), visitor.actor, uow=own.uow(), clock=own.clock
        ),
    )  # fmt: skip


@router.post("/{rule_id}/{item}/reservations/{reservation_id}")
def step_form(
    request: Request, rule_id: str, item: int, reservation_id: str, visitor: FromForm, step: Text = "", amount: Text = "",
    note: Annotated[str, Form(max_length=500)] = "",
) -> Response:  # fmt: skip
    """Confirm, release or pay a reservation."""

    def act(own: Any) -> object:
        common: dict[str, Any] = {"uow": own.uow(), "clock": own.clock}
        match step:
            case "confirm":
                return budgets.confirm_reservation(reservation_id, visitor.actor, **common)
            case "release":
                return budgets.release_reservation(reservation_id, visitor.actor, note=note, **common)
            case "pay":
                due = _money(amount, "/amount") if amount.strip() else None
                return budgets.pay_reservation(reservation_id, visitor.actor, amount=due, **common)
            case _:
                raise Invalid("STEP_UNKNOWN", "不认识的操作;请刷新页面后重试", [Place("/step", "应为确认、释放或拨付")])

    return _done(request, rule_id, item, visitor, act)


@router.post("/{rule_id}/{item}/rounds")
def round_form(request: Request, rule_id: str, item: int, visitor: FromForm, closes_on: Text = "") -> Response:
    """Begin to gather applications."""
    return _done(
        request, rule_id, item, visitor,
        lambda own: rounds.open_round(rule_id, item, _day(closes_on), visitor.actor, uow=own.uow(), clock=own.clock),
    )  # fmt: skip


@router.post("/{rule_id}/{item}/rounds/{round_id}/applications")
def application_form(
    request: Request, rule_id: str, item: int, round_id: str, visitor: FromForm, uscc: Text = "", amount: Text = "", rank: Text = ""
) -> Response:
    """Take down an application."""

    def act(own: Any) -> object:
        place = _whole(rank, "/rank") if rank.strip() else None
        return rounds.apply_in_round(
            round_id, _code(uscc), _money(amount, "/amount"), visitor.actor, rank=place, uow=own.uow(), clock=own.clock
        )

    return _done(request, rule_id, item, visitor, act)


@router.post("/{rule_id}/{item}/applications/{application_id}")
def ranking_form(
    request: Request, rule_id: str, item: int, application_id: str, visitor: FromForm, step: Text = "", rank: Text = ""
) -> Response:
    """Rank an application or take it back."""

    def act(own: Any) -> object:
        if step == "withdraw":
            return rounds.withdraw_application(application_id, visitor.actor, uow=own.uow(), clock=own.clock)
        return rounds.rank_application(application_id, _whole(rank, "/rank"), visitor.actor, uow=own.uow(), clock=own.clock)

    return _done(request, rule_id, item, visitor, act)


@router.post("/{rule_id}/{item}/rounds/{round_id}/sharing")
def sharing_form(request: Request, rule_id: str, item: int, round_id: str, visitor: FromForm) -> Response:
    """Share a round out."""
    return _done(
        request, rule_id, item, visitor,
        lambda own: rounds.share_out(round_id, visitor.actor, uow=own.uow(), clock=own.clock),
    )  # fmt: skip


# ---- what a form says --------------------------------------------------------------------------------------------


def _way(text: str) -> Way:
    if text not in {w.value for w in Way}:
        raise Invalid("WAY_UNKNOWN", "请选择分配方式", [Place("/way", "应为先到先得、按比例或按排名")])
    return Way(text)


def _money(text: str, pointer: str) -> Decimal:
    """Yuan as an officer writes them: 200000, 20万元, 1,234.56."""
    if not _MONEY.fullmatch(text.strip()):
        raise Invalid("AMOUNT_INVALID", "金额须写成 200000、20万元 或 1234.56 的形式;请修改金额", [Place(pointer, "金额有误")])
    return Decimal(str(read_value("revenue", "ge", text)))


def _whole(text: str, pointer: str) -> int:
    cleaned = text.strip()
    if not cleaned.isascii() or not cleaned.isdigit() or len(cleaned) > 9:
        raise Invalid("NUMBER_INVALID", "此处须填写正整数;请修改", [Place(pointer, "应为正整数")])
    return int(cleaned)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise Invalid("DAY_INVALID", "日期应写作 2026-12-31;请修改", [Place("/closes_on", "日期有误")]) from None


def _code(text: str) -> str:
    cleaned = text.strip().upper()
    if not re.fullmatch(USCC_PATTERN.strip("^$"), cleaned):
        raise Invalid("USCC_INVALID", "统一社会信用代码应为 18 位数字与大写字母;请核对后重新填写", [Place("/uscc", "格式有误")])
    return cleaned
