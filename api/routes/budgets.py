"""Addresses of budgets: how an item is given out, rounds with applications, reservations, the ledger."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import JSONResponse, Response

from api.deps import ActorDep, Cursor, Limit, OnceKey, ServicesDep, once, page_answer
from api.routes.common import EFFECT, RuleId, problems
from api.schemas import budgets as out
from api.schemas.fields import thing_id
from api.schemas.requests import ReservationRequest
from api.schemas.responses import PageOf, plain
from api.strict import StrictRoute
from api.usecases import budgets, rounds
from api.usecases.budgets import Allocation
from matcher.budget import Stage
from policies.allocation import Way

router = APIRouter(prefix="/v1", route_class=StrictRoute, responses=problems(), tags=["资金"])

ItemIndex = Annotated[int, Path(ge=0, le=100_000, description="事项序号,从 0 起")]
RoundId = Annotated[str, Path(pattern=thing_id("bdr"))]
ApplicationId = Annotated[str, Path(pattern=thing_id("bda"))]
ReservationId = Annotated[str, Path(pattern=thing_id("rsv"))]
_ITEM = "/rules/{rule_id}/items/{item}"


# ---- an item's budget --------------------------------------------------------------------------------------------


@router.get(_ITEM + "/budget", response_model=out.BudgetView, summary="事项的预算与名额")
def get_budget(rule_id: RuleId, item: ItemIndex, actor: ActorDep, services: ServicesDep) -> Response:
    """分配方式(经办人设置的优先,其次为原文所述)、额度、已预留、已拨付与余额。"""
    found = budgets.budget_of(rule_id, item, actor, uow=services.reading())
    return JSONResponse(plain(out.budget_view(found)))


@router.post(_ITEM + "/budget", response_model=out.BudgetView, responses=EFFECT, summary="设置分配方式与额度")
def post_budget(
    rule_id: RuleId, item: ItemIndex, body: out.AllocationRequest, request: Request, actor: ActorDep, services: ServicesDep, key: OnceKey
) -> Response:  # fmt: skip
    """先到先得、按比例分配或按排名分配;额度不得低于已预留与已拨付之和。"""
    wanted = Allocation(Way(body.way), body.budget, body.quota)
    return once(
        request, key, actor, plain(body),
        lambda uow: (
            budgets.set_allocation(rule_id, item, wanted, actor, uow=uow, clock=services.clock),
            plain(out.budget_view(budgets.budget_of(rule_id, item, actor, uow=uow))),
        )[1],
    )  # fmt: skip


@router.get(_ITEM + "/ledger", response_model=PageOf[out.EntryView], summary="事项的资金台账")
def get_ledger(
    rule_id: RuleId, item: ItemIndex, request: Request, actor: ActorDep, services: ServicesDep, cursor: Cursor = None, limit: Limit = 50
) -> Response:  # fmt: skip
    """由新到旧;各行之和即为当前的预留与拨付。"""
    page = budgets.list_entries(rule_id, item, actor, cursor=cursor, limit=limit, uow=services.reading())
    return page_answer(request, [plain(out.entry_view(e)) for e in page.items], page.next_cursor)


# ---- reservations ------------------------------------------------------------------------------------------------


@router.post(
    "/rules/{rule_id}/reservations",
    status_code=201,
    response_model=out.StagedReservationView,
    responses=EFFECT,
    summary="预留资金与名额",
)
def post_reservation(
    rule_id: RuleId, body: ReservationRequest, request: Request, actor: ActorDep, services: ServicesDep, key: OnceKey
) -> Response:
    """先到先得的事项逐笔预留;预算与名额不会为负,同一企业同一事项只预留一次。"""
    return once(
        request, key, actor, plain(body),
        lambda uow: plain(
            out.reservation_view(
                budgets.reserve_budget(rule_id, body.item, body.uscc, body.amount, actor, uow=uow, clock=services.clock)
            )
        ),
        status=201, location=lambda b: f"/v1/reservations/{b['id']}",
    )  # fmt: skip


@router.get(_ITEM + "/reservations", response_model=PageOf[out.StagedReservationView], summary="事项的预留列表")
def get_reservations(
    rule_id: RuleId, item: ItemIndex, request: Request, actor: ActorDep, services: ServicesDep, cursor: Cursor = None, limit: Limit = 50,
    state: Annotated[Stage | None, Query()] = None,
) -> Response:  # fmt: skip
    """由新到旧。"""
    page = budgets.list_reservations(rule_id, item, actor, state=state, cursor=cursor, limit=limit, uow=services.reading())
    return page_answer(request, [plain(out.reservation_view(r)) for r in page.items], page.next_cursor)


@router.get("/reservations/{reservation_id}", response_model=out.StagedReservationView, summary="一笔预留")
def get_reservation(reservation_id: ReservationId, actor: ActorDep, services: ServicesDep) -> Response:
    """当前所处的阶段。"""
    return JSONResponse(plain(out.reservation_view(budgets.get_reservation(reservation_id, actor, uow=services.reading()))))


@router.post(
    "/reservations/{reservation_id}/confirmation", response_model=out.StagedReservationView, responses=EFFECT, summary="确认预留"
)
def post_confirmation(
    reservation_id: ReservationId, request: Request, actor: ActorDep, services: ServicesDep, key: OnceKey
) -> Response:
    """确认后方可拨付;重复确认没有影响。"""
    return once(
        request, key, actor, None,
        lambda uow: plain(
            out.reservation_view(budgets.confirm_reservation(reservation_id, actor, uow=uow, clock=services.clock))
        ),
    )  # fmt: skip


@router.post(
    "/reservations/{reservation_id}/release", response_model=out.StagedReservationView, responses=EFFECT, summary="释放预留"
)
def post_release(
    reservation_id: ReservationId, body: out.ReleaseRequest, request: Request, actor: ActorDep, services: ServicesDep, key: OnceKey
) -> Response:  # fmt: skip
    """资金与名额退回;已拨付的不能释放。"""
    return once(
        request, key, actor, plain(body),
        lambda uow: plain(
            out.reservation_view(
                budgets.release_reservation(reservation_id, actor, note=body.note, uow=uow, clock=services.clock)
            )
        ),
    )  # fmt: skip


@router.post("/reservations/{reservation_id}/payment", response_model=out.StagedReservationView, responses=EFFECT, summary="拨付")
def post_payment(
    reservation_id: ReservationId, body: out.PaymentRequest, request: Request, actor: ActorDep, services: ServicesDep, key: OnceKey
) -> Response:  # fmt: skip
    """拨付后不能更改;少于预留的部分退回预算。"""
    return once(
        request, key, actor, plain(body),
        lambda uow: plain(
            out.reservation_view(
                budgets.pay_reservation(reservation_id, actor, amount=body.amount, uow=uow, clock=services.clock)
            )
        ),
    )  # fmt: skip


# ---- rounds ------------------------------------------------------------------------------------------------------


@router.post(_ITEM + "/rounds", status_code=201, response_model=out.RoundView, responses=EFFECT, summary="开设申报批次")
def post_round(
    rule_id: RuleId, item: ItemIndex, body: out.RoundRequest, request: Request, actor: ActorDep, services: ServicesDep, key: OnceKey
) -> Response:  # fmt: skip
    """按比例或按排名分配的事项:受理申请至截止日(含当日),之后一次性分配。"""
    return once(
        request, key, actor, plain(body),
        lambda uow: plain(
            out.round_view(rounds.open_round(rule_id, item, body.closes_on, actor, uow=uow, clock=services.clock))
        ),
        status=201, location=lambda b: f"/v1/budget-rounds/{b['id']}",
    )  # fmt: skip


@router.get(_ITEM + "/rounds", response_model=PageOf[out.RoundView], summary="事项的申报批次")
def get_rounds(
    rule_id: RuleId, item: ItemIndex, request: Request, actor: ActorDep, services: ServicesDep, cursor: Cursor = None, limit: Limit = 50
) -> Response:  # fmt: skip
    """由新到旧。"""
    page = rounds.list_rounds(rule_id, item, actor, cursor=cursor, limit=limit, uow=services.reading())
    return page_answer(request, [plain(out.round_view(r)) for r in page.items], page.next_cursor)


@router.get("/budget-rounds/{round_id}", response_model=out.RoundView, summary="一个申报批次")
def get_round(round_id: RoundId, actor: ActorDep, services: ServicesDep) -> Response:
    """受理中,或已分配及其结果。"""
    return JSONResponse(plain(out.round_view(rounds.get_round(round_id, actor, uow=services.reading()))))


@router.post(
    "/budget-rounds/{round_id}/applications", status_code=201, response_model=out.ApplicationView, responses=EFFECT, summary="登记申请"
)  # fmt: skip
def post_application(
    round_id: RoundId, body: out.ApplicationRequest, request: Request, actor: ActorDep, services: ServicesDep, key: OnceKey
) -> Response:
    """截止日(含)前受理;同一企业同一批次只登记一次。"""
    return once(
        request, key, actor, plain(body),
        lambda uow: plain(
            out.application_view(
                rounds.apply_in_round(round_id, body.uscc, body.amount, actor, rank=body.rank, uow=uow, clock=services.clock)
            )
        ),
        status=201,
    )  # fmt: skip


@router.get("/budget-rounds/{round_id}/applications", response_model=PageOf[out.ApplicationView], summary="批次的申请列表")
def get_applications(
    round_id: RoundId, request: Request, actor: ActorDep, services: ServicesDep, cursor: Cursor = None, limit: Limit = 50
) -> Response:
    """由旧到新。"""
    page = rounds.list_applications(round_id, actor, cursor=cursor, limit=limit, uow=services.reading())
    return page_answer(request, [plain(out.application_view(a)) for a in page.items], page.next_cursor)


@router.post("/budget-rounds/{round_id}/allocation", response_model=out.RoundView, responses=EFFECT, summary="分配一个批次")
def post_allocation(round_id: RoundId, request: Request, actor: ActorDep, services: ServicesDep, key: OnceKey) -> Response:
    """截止后一次性分配,合计不超过余额;已分配的批次返回原结果。"""
    return once(
        request, key, actor, None,
        lambda uow: plain(out.round_view(rounds.share_out(round_id, actor, uow=uow, clock=services.clock))),
    )  # fmt: skip


@router.post("/budget-applications/{application_id}/rank", response_model=out.ApplicationView, responses=EFFECT, summary="填写名次")
def post_rank(
    application_id: ApplicationId, body: out.RankRequest, request: Request, actor: ActorDep, services: ServicesDep, key: OnceKey
) -> Response:  # fmt: skip
    """分配前可以更改。"""
    return once(
        request, key, actor, plain(body),
        lambda uow: plain(
            out.application_view(rounds.rank_application(application_id, body.rank, actor, uow=uow, clock=services.clock))
        ),
    )  # fmt: skip


@router.post(
    "/budget-applications/{application_id}/withdrawal", response_model=out.ApplicationView, responses=EFFECT, summary="撤回申请"
)
def post_withdrawal(
    application_id: ApplicationId, request: Request, actor: ActorDep, services: ServicesDep, key: OnceKey
) -> Response:
    """分配前可以撤回;撤回后可重新登记。"""
    return once(
        request, key, actor, None,
        lambda uow: plain(out.application_view(rounds.withdraw_application(application_id, actor, uow=uow, clock=services.clock))),
    )  # fmt: skip
