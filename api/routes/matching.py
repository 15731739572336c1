"""Addresses of matches, runs, decisions and enterprises."""

import json
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request
from fastapi.responses import JSONResponse, Response

from api.access import Actor
from api.canonical import canonical
from api.deps import ActorDep, Cursor, Limit, OnceKey, ServicesDep, once, page_answer
from api.oneflight import once_for_all
from api.records import Decision
from api.routes.common import BODY, EFFECT, DecisionId, MatchId, ObjectionId, RunId, UsccPath, problems
from api.schemas import responses as out
from api.schemas.fields import Day, DocumentId, Uscc
from api.schemas.requests import (
    DecisionRequest,
    MatchByCode,
    MatchByProfile,
    MatchRequest,
    ObjectionAnswer,
    ObjectionRequest,
    RunStart,
)
from api.schemas.responses import PageOf, plain
from api.strict import StrictRoute
from api.usecases import decisions, matching, rights, runs
from api.wiring import Services

router = APIRouter(prefix="/v1", route_class=StrictRoute, responses=problems())

AsOf = Annotated[Day | None, Query(description="基准日;不填为今天")]
Channel = Literal["all", "inbox", "webhook"]


@router.post("/match", response_model=out.MatchAnswerView, responses=BODY, tags=["匹配"], summary="一家企业可享受的政策")
async def post_match(body: MatchRequest, actor: ActorDep, services: ServicesDep) -> Response:
    """按信用代码或随请求提交的档案匹配,返回排序后的匹配与理由。不留存任何内容。"""
    if services.live.is_stale:
        await once_for_all(services.live, services.live.refresh)
    day = body.as_of or services.live.today()
    if actor.may("matches:read") and not services.live.has_positions(day):  # the index is not built in the loop
        await once_for_all((services.live, day), lambda: services.live.positions(day))
    match body:
        case MatchByCode():
            content = matching.match_one_known(
                body.uscc, actor, as_of=body.as_of, top=body.top, render=out.answer_bytes, live=services.live
            )
        case MatchByProfile(profile=sent):
            profile = {"uscc": sent.uscc, "facts": sent.facts, "name": sent.name}
            question = matching.MatchQuestion(profile=profile, as_of=body.as_of, top=body.top)
            content = out.answer_bytes(matching.match_one(question, actor, live=services.live))
    return Response(content, media_type="application/json")


@router.get("/enterprises/{uscc}/groups", response_model=out.GroupsView, tags=["企业"], summary="一家企业的四组政策")
def get_groups(uscc: UsccPath, actor: ActorDep, services: ServicesDep, as_of: AsOf = None) -> Response:
    """可直接享受、符合条件待申报、差一点、无法判断。"""
    groups = matching.groups_of(uscc, actor, as_of=as_of, live=services.live)
    return JSONResponse(plain(out.GroupsView.model_validate(groups)))


@router.post("/runs", status_code=202, response_model=out.RunView, responses=EFFECT, tags=["匹配任务"], summary="启动匹配任务")
def post_run(body: RunStart, request: Request, actor: ActorDep, services: ServicesDep, key: OnceKey) -> Response:
    """全部企业对全部现行规则;任务可中断续作。"""
    return once(
        request, key, actor, plain(body),
        lambda uow: plain(
            out.RunView.model_validate(
                runs.start_run(
                    actor, as_of=body.as_of, push=body.push, model_version=services.live.model_version, uow=uow, clock=services.clock
                )
            )
        ),
        status=202, location=lambda b: f"/v1/runs/{b['id']}",
    )  # fmt: skip


@router.get("/runs", response_model=PageOf[out.RunView], tags=["匹配任务"], summary="匹配任务列表")
def get_runs(request: Request, actor: ActorDep, services: ServicesDep, cursor: Cursor = None, limit: Limit = 50) -> Response:
    """由新到旧。"""
    page = runs.list_runs(actor, cursor=cursor, limit=limit, uow=services.reading())
    return page_answer(request, [plain(out.RunView.model_validate(r)) for r in page.items], page.next_cursor)


@router.get("/runs/{run_id}", response_model=out.RunView, tags=["匹配任务"], summary="匹配任务进度")
def get_run(run_id: RunId, actor: ActorDep, services: ServicesDep) -> Response:
    """done/total 为已处理与全部企业数。"""
    return JSONResponse(plain(out.RunView.model_validate(runs.get_run(run_id, actor, uow=services.reading()))))


@router.get("/matches", response_model=PageOf[out.StoredMatchView], tags=["匹配"], summary="匹配结果")
def get_matches(
    request: Request, actor: ActorDep, services: ServicesDep, cursor: Cursor = None, limit: Limit = 50,
    run_id: Annotated[str | None, Query(pattern=r"^run_[0-9A-HJKMNP-TV-Z]{26}$", description="不填为最近完成的任务")] = None,
    uscc: Annotated[Uscc | None, Query()] = None,
    document_id: Annotated[DocumentId | None, Query()] = None,
    group: Annotated[Literal["direct", "apply", "near", "unknown"] | None, Query()] = None,
) -> Response:  # fmt: skip
    """一次任务的匹配;翻页期间结果稳定。"""
    page = runs.list_matches(
        actor, run_id=run_id, uscc=uscc, document_id=document_id, group=group, cursor=cursor, limit=limit, uow=services.reading()
    )
    return page_answer(
        request,
        [plain(out.stored_match(m, masked=matching.masked_in(m, actor, live=services.live))) for m in page.items],
        page.next_cursor,
    )


@router.get("/matches/{match_id}", response_model=out.StoredMatchView, tags=["匹配"], summary="一条匹配")
def get_match(match_id: MatchId, actor: ActorDep, services: ServicesDep) -> Response:
    """判定的依据见其 decision_id。"""
    match = runs.get_match(match_id, actor, uow=services.reading())
    return JSONResponse(plain(out.stored_match(match, masked=matching.masked_in(match, actor, live=services.live))))


@router.get("/matches/{match_id}/explanation", response_model=dict[str, object], tags=["匹配"], summary="一条匹配的说明")
def get_match_explanation(match_id: MatchId, actor: ActorDep, services: ServicesDep) -> Response:
    """逐条件的结论、取值、来源、日期与原文。"""
    with services.reading() as uow:
        match = runs.get_match(match_id, actor, uow=uow)
        return JSONResponse(decisions.explain_decision(match.decision_id, actor, uow=uow))


@router.post(
    "/decisions", status_code=201, response_model=out.DecisionView, responses=EFFECT, tags=["判定"], summary="作出并留存判定"
)
def post_decision(body: DecisionRequest, request: Request, actor: ActorDep, services: ServicesDep, key: OnceKey) -> Response:
    """一家企业对一个现行事项。"""
    return once(
        request, key, actor, plain(body),
        lambda uow: plain(
            _shown(
                decisions.decide(body.uscc, body.document_id, body.item, actor, as_of=body.as_of, live=services.live, uow=uow),
                actor, services,
            )
        ),
        status=201, location=lambda b: f"/v1/decisions/{b['id']}",
    )  # fmt: skip


@router.get("/decisions", response_model=PageOf[out.DecisionView], tags=["判定"], summary="判定列表")
def get_decisions(
    request: Request,
    actor: ActorDep,
    services: ServicesDep,
    cursor: Cursor = None,
    limit: Limit = 50,
    uscc: Annotated[Uscc | None, Query()] = None,
) -> Response:
    """由新到旧。"""
    page = decisions.list_decisions(actor, uscc=uscc, cursor=cursor, limit=limit, uow=services.reading())
    return page_answer(request, [plain(_shown(d, actor, services)) for d in page.items], page.next_cursor)


@router.get("/decisions/{decision_id}", response_model=out.DecisionView, tags=["判定"], summary="一项判定")
def get_decision(decision_id: DecisionId, actor: ActorDep, services: ServicesDep) -> Response:
    """含重放所需的全部版本与哈希。"""
    return JSONResponse(plain(_shown(decisions.get_decision(decision_id, actor, uow=services.reading()), actor, services)))


@router.get("/decisions/{decision_id}/explanation", response_model=dict[str, object], tags=["判定"], summary="判定说明")
def get_decision_explanation(decision_id: DecisionId, actor: ActorDep, services: ServicesDep) -> Response:
    """由留存的记录重新给出,不依赖当前数据。"""
    return JSONResponse(decisions.explain_decision(decision_id, actor, uow=services.reading()))


@router.get("/decisions/{decision_id}/replay", response_model=out.ReplayView, tags=["判定"], summary="重放判定")
def get_replay(decision_id: DecisionId, actor: ActorDep, services: ServicesDep) -> Response:
    """由留存的记录重新判定,并逐字节比对。"""
    with services.reading() as uow:
        masked = matching.masked_in(decisions.get_decision(decision_id, actor, uow=uow), actor, live=services.live)
        view = out.ReplayView.model_validate(decisions.replay_decision(decision_id, actor, uow=uow))
    if masked:
        view = view.model_copy(update={"recorded": _without_sums(view.recorded), "again": _without_sums(view.again)})
    return JSONResponse(plain(view))


def _shown(decision: Decision, actor: Actor, services: Services) -> out.DecisionView:
    """A decision as this caller may see it: without sums that rest on figures withheld from them."""
    view = out.DecisionView.model_validate(decision)
    if not matching.masked_in(decision, actor, live=services.live):
        return view
    return view.model_copy(update={"result": canonical(_without_sums(json.loads(view.result)))})


def _without_sums(result: dict[str, Any]) -> dict[str, Any]:
    return {**result, "low": None, "high": None, "masked": True}


@router.get("/enterprises/{uscc}/messages", response_model=PageOf[out.MessageView], tags=["企业"], summary="企业消息")
def get_messages(
    uscc: UsccPath, request: Request, actor: ActorDep, services: ServicesDep, cursor: Cursor = None, limit: Limit = 50
) -> Response:
    """由新到旧。"""
    page = rights.list_messages(uscc, actor, cursor=cursor, limit=limit, uow=services.reading())
    return page_answer(request, [plain(out.MessageView.model_validate(m)) for m in page.items], page.next_cursor)


@router.get("/enterprises/{uscc}/opt-outs", response_model=out.OptOuts, tags=["企业"], summary="退订情况")
def get_opt_outs(uscc: UsccPath, actor: ActorDep, services: ServicesDep) -> Response:
    """企业拒绝的推送渠道。"""
    found = rights.opt_outs_of(uscc, actor, uow=services.reading())
    return JSONResponse({"items": [plain(out.OptOutView.model_validate(o)) for o in found]})


@router.put("/enterprises/{uscc}/opt-outs/{channel}", response_model=out.OptOutView, tags=["企业"], summary="退订")
def put_opt_out(uscc: UsccPath, channel: Channel, actor: ActorDep, services: ServicesDep) -> Response:
    """立即生效,待发的推送一并取消。"""
    return JSONResponse(
        plain(out.OptOutView.model_validate(rights.opt_out(uscc, actor, channel=channel, uow=services.uow(), clock=services.clock)))
    )


@router.delete(
    "/enterprises/{uscc}/opt-outs/{channel}", status_code=204, response_class=Response, tags=["企业"], summary="恢复推送"
)
def delete_opt_out(uscc: UsccPath, channel: Channel, actor: ActorDep, services: ServicesDep) -> Response:
    """自下一次匹配任务起恢复。"""
    rights.opt_in(uscc, actor, channel=channel, uow=services.uow(), clock=services.clock)
    return Response(status_code=204)


@router.post(
    "/enterprises/{uscc}/objections",
    status_code=201,
    response_model=out.ObjectionView,
    responses=EFFECT,
    tags=["企业"],
    summary="提出异议",
)
def post_objection(
    uscc: UsccPath, body: ObjectionRequest, request: Request, actor: ActorDep, services: ServicesDep, key: OnceKey
) -> Response:
    """申请人工复核(review)或数据校核(data)。"""
    return once(
        request, key, actor, plain(body),
        lambda uow: plain(
            out.ObjectionView.model_validate(
                rights.raise_objection(
                    uscc, actor, kind=body.kind, text=body.text, match_id=body.match_id, fact=body.fact, uow=uow, clock=services.clock
                )
            )
        ),
        status=201,
    )  # fmt: skip


@router.get("/objections", response_model=PageOf[out.ObjectionView], tags=["企业"], summary="异议列表")
def get_objections(
    request: Request, actor: ActorDep, services: ServicesDep, cursor: Cursor = None, limit: Limit = 50,
    uscc: Annotated[Uscc | None, Query()] = None, state: Annotated[Literal["open", "answered"] | None, Query()] = None,
) -> Response:  # fmt: skip
    """由旧到新。"""
    page = rights.list_objections(actor, uscc=uscc, state=state, cursor=cursor, limit=limit, uow=services.reading())
    return page_answer(request, [plain(out.ObjectionView.model_validate(o)) for o in page.items], page.next_cursor)


@router.post(
    "/objections/{objection_id}/answer", response_model=out.ObjectionView, responses=EFFECT, tags=["企业"], summary="答复异议"
)
def post_answer(
    objection_id: ObjectionId, body: ObjectionAnswer, request: Request, actor: ActorDep, services: ServicesDep, key: OnceKey
) -> Response:
    """每项异议答复一次。"""
    return once(
        request, key, actor, plain(body),
        lambda uow: plain(
            out.ObjectionView.model_validate(rights.answer_objection(objection_id, body.answer, actor, uow=uow, clock=services.clock))
        ),
    )  # fmt: skip
