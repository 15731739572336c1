"""Addresses of policies, drafts and rules."""

import base64
import binascii
import json
from typing import Annotated, Literal

from fastapi import APIRouter, Header, Query, Request
from fastapi.responses import JSONResponse, Response

from api.access import require
from api.deps import ActorDep, Cursor, Limit, OnceKey, ServicesDep, answered_before, etag, once, page_answer, revision_in, unchanged
from api.errors import Invalid, Place
from api.routes.common import CHANGE, EFFECT, DraftId, PolicyId, RuleId, problems
from api.schemas import responses as out
from api.schemas.fields import DocumentId
from api.schemas.requests import DraftRules, DraftStart, Note, PolicyUpload, Reason
from api.schemas.responses import PageOf, plain
from api.strict import StrictRoute
from api.usecases import policies, rules

router = APIRouter(prefix="/v1", route_class=StrictRoute, responses=problems())

IfMatch = Annotated[
    str | None, Header(alias="If-Match", max_length=100, pattern=r"^[\x20-\x7e]*$", description="所依据版本的 ETag")
]


@router.post("/policies", status_code=201, response_model=out.ImportedView, responses=EFFECT, tags=["政策"], summary="导入政策文件")
def post_policy(body: PolicyUpload, request: Request, actor: ActorDep, services: ServicesDep, key: OnceKey) -> Response:
    """同一文件重复导入得到同一政策;不能读取的文件留存并说明原因。"""
    try:
        data = base64.b64decode(body.content, validate=True)
    except (binascii.Error, ValueError):
        raise Invalid(
            "CONTENT_INVALID", "文件内容不是有效的 Base64;请重新编码后提交", [Place("/content", "不是有效的 Base64")]
        ) from None
    if (before := answered_before(request, key, actor, plain(body))) is not None:
        return before
    imported = policies.import_policy(
        data, actor, name=body.name, document_id=body.document_id, uow=services.uow(), clock=services.clock, parse=services.parse
    )  # its own key is the content's hash: reading takes seconds and must not hold a transaction open
    view = plain(out.ImportedView.model_validate(imported, from_attributes=True))
    return once(
        request, key, actor, plain(body), lambda uow: view, status=201, location=lambda b: f"/v1/policies/{b['policy']['id']}"
    )


@router.get("/policies", response_model=PageOf[out.PolicyView], tags=["政策"], summary="政策列表")
def get_policies(
    request: Request, actor: ActorDep, services: ServicesDep, cursor: Cursor = None, limit: Limit = 50,
    state: Annotated[Literal["parsed", "quarantined", "refused"] | None, Query()] = None,
) -> Response:  # fmt: skip
    """按导入次序。"""
    page = policies.list_policies(actor, state=state, cursor=cursor, limit=limit, uow=services.reading())
    return page_answer(request, [plain(out.PolicyView.model_validate(p)) for p in page.items], page.next_cursor)


@router.get("/policies/{policy_id}", response_model=out.PolicyWhole, tags=["政策"], summary="一份政策及其原文")
def get_policy(policy_id: PolicyId, actor: ActorDep, services: ServicesDep) -> Response:
    """含全文、逐句台账与疑点。"""
    return JSONResponse(plain(out.PolicyWhole.model_validate(policies.get_policy(policy_id, actor, uow=services.reading()))))


@router.get("/drafts", response_model=PageOf[out.DraftView], tags=["规则"], summary="规则草稿列表")
def get_drafts(
    request: Request, actor: ActorDep, services: ServicesDep, cursor: Cursor = None, limit: Limit = 50,
    state: Annotated[Literal["draft", "submitted", "approved", "rejected", "published"] | None, Query()] = None,
) -> Response:  # fmt: skip
    """按建立次序。"""
    page = rules.list_drafts(actor, state=state, cursor=cursor, limit=limit, uow=services.reading())
    return page_answer(request, [plain(out.DraftView.model_validate(d)) for d in page.items], page.next_cursor)


@router.post("/drafts", status_code=201, response_model=out.DraftWhole, responses=EFFECT, tags=["规则"], summary="为政策另起草稿")
def post_draft(body: DraftStart, request: Request, actor: ActorDep, services: ServicesDep, key: OnceKey) -> Response:
    """以最近的草稿为底本。"""
    return once(
        request, key, actor, plain(body),
        lambda uow: plain(out.DraftWhole.model_validate(policies.open_draft(body.policy_id, actor, uow=uow, clock=services.clock))),
        status=201, location=lambda b: f"/v1/drafts/{b['id']}",
    )  # fmt: skip


@router.get(
    "/drafts/{draft_id}",
    response_model=out.DraftWhole,
    responses={304: {"description": "未变化"}},
    tags=["规则"],
    summary="一份草稿及其规则",
)
def get_draft(draft_id: DraftId, request: Request, actor: ActorDep, services: ServicesDep) -> Response:
    """ETag 为修改时 If-Match 所需。"""
    draft = rules.get_draft(draft_id, actor, uow=services.reading())
    tag = etag(draft.id, draft.revision)
    if unchanged(request, tag):
        return Response(status_code=304, headers={"etag": tag})
    return JSONResponse(plain(out.DraftWhole.model_validate(draft)), headers={"etag": tag})


@router.put("/drafts/{draft_id}", response_model=out.DraftWhole, responses=CHANGE, tags=["规则"], summary="修改草稿")
def put_draft(draft_id: DraftId, body: DraftRules, actor: ActorDep, services: ServicesDep, if_match: IfMatch = None) -> Response:
    """须带 If-Match;他人已修改则拒绝(412)。"""
    require(actor, "rules:draft")
    revision = revision_in(if_match, draft_id)
    draft = rules.edit_draft(draft_id, body.rules, actor, revision=revision, uow=services.uow(), clock=services.clock)
    return JSONResponse(plain(out.DraftWhole.model_validate(draft)), headers={"etag": etag(draft.id, draft.revision)})


@router.get("/drafts/{draft_id}/reviews", response_model=PageOf[out.ReviewView], tags=["规则"], summary="审核意见")
def get_reviews(draft_id: DraftId, request: Request, actor: ActorDep, services: ServicesDep) -> Response:
    """由旧到新。"""
    with services.reading() as uow:
        rules.get_draft(draft_id, actor, uow=uow)
        found = rules.reviews_of(draft_id, actor, uow=uow)
    return page_answer(request, [plain(out.ReviewView.model_validate(r)) for r in found], None)


@router.post("/drafts/{draft_id}/submit", response_model=out.DraftView, responses=EFFECT, tags=["规则"], summary="提交审核")
def post_submit(draft_id: DraftId, request: Request, actor: ActorDep, services: ServicesDep, key: OnceKey) -> Response:
    """草稿须能装载且政策未被隔离。"""
    return once(
        request,
        key,
        actor,
        None,
        lambda uow: plain(out.DraftView.model_validate(rules.submit_draft(draft_id, actor, uow=uow, clock=services.clock))),
    )


@router.post("/drafts/{draft_id}/approve", response_model=out.DraftView, responses=CHANGE, tags=["规则"], summary="批准")
def post_approve(
    draft_id: DraftId, body: Note, request: Request, actor: ActorDep, services: ServicesDep, key: OnceKey, if_match: IfMatch = None
) -> Response:
    """须由起草人以外的审核人本人批准。"""
    require(actor, "rules:approve")
    revision = revision_in(if_match, draft_id)
    return once(
        request, key, actor, plain(body) | {"revision": revision},
        lambda uow: plain(out.DraftView.model_validate(rules.approve_rule(draft_id, actor, note=body.note, revision=revision, uow=uow, clock=services.clock))),
    )  # fmt: skip


@router.post("/drafts/{draft_id}/reject", response_model=out.DraftView, responses=CHANGE, tags=["规则"], summary="退回")
def post_reject(
    draft_id: DraftId,
    body: Reason,
    request: Request,
    actor: ActorDep,
    services: ServicesDep,
    key: OnceKey,
    if_match: IfMatch = None,
) -> Response:
    """须写明理由。"""
    require(actor, "rules:approve")
    revision = revision_in(if_match, draft_id)
    return once(
        request, key, actor, plain(body) | {"revision": revision},
        lambda uow: plain(out.DraftView.model_validate(rules.reject_draft(draft_id, actor, note=body.note, revision=revision, uow=uow, clock=services.clock))),
    )  # fmt: skip


@router.post(
    "/drafts/{draft_id}/publish", status_code=201, response_model=out.RuleView, responses=CHANGE, tags=["规则"], summary="发布"
)
def post_publish(
    draft_id: DraftId, request: Request, actor: ActorDep, services: ServicesDep, key: OnceKey, if_match: IfMatch = None
) -> Response:
    """冻结为该文件规则的下一版本。"""
    require(actor, "rules:publish")
    revision = revision_in(if_match, draft_id)
    return once(
        request, key, actor, {"revision": revision},
        lambda uow: plain(out.RuleView.model_validate(rules.publish_rule(draft_id, actor, revision=revision, uow=uow, clock=services.clock))),
        status=201, location=lambda b: f"/v1/rules/{b['id']}",
    )  # fmt: skip


@router.get("/rules", response_model=PageOf[out.RuleView], tags=["规则"], summary="规则版本列表")
def get_rules(
    request: Request, actor: ActorDep, services: ServicesDep, cursor: Cursor = None, limit: Limit = 50,
    document_id: Annotated[DocumentId | None, Query()] = None,
    scope: Annotated[Literal["in_force", "all"], Query(description="in_force 只列现行版本")] = "in_force",
) -> Response:  # fmt: skip
    """按发布次序。"""
    page = rules.list_rules(
        actor, in_force=scope == "in_force", document_id=document_id, cursor=cursor, limit=limit, uow=services.reading()
    )
    return page_answer(request, [plain(out.RuleView.model_validate(v)) for v in page.items], page.next_cursor)


@router.get(
    "/rules/{rule_id}",
    response_model=out.RuleWhole,
    responses={304: {"description": "未变化"}},
    tags=["规则"],
    summary="一个规则版本",
)
def get_rule(rule_id: RuleId, request: Request, actor: ActorDep, services: ServicesDep) -> Response:
    """规则一经发布不再变化;停用时间除外。"""
    version = rules.get_rule(rule_id, actor, uow=services.reading())
    tag = etag(version.sha256[:32], "retired" if version.retired_at else "in-force")
    if unchanged(request, tag):
        return Response(status_code=304, headers={"etag": tag})
    return JSONResponse(out.rule_whole(version, json.loads(version.rules)), headers={"etag": tag})


@router.post("/rules/{rule_id}/retire", response_model=out.RuleView, responses=EFFECT, tags=["规则"], summary="停用")
def post_retire(rule_id: RuleId, request: Request, actor: ActorDep, services: ServicesDep, key: OnceKey) -> Response:
    """停用后不再参与匹配,仍可重放。"""
    return once(
        request,
        key,
        actor,
        None,
        lambda uow: plain(out.RuleView.model_validate(rules.retire_rule(rule_id, actor, uow=uow, clock=services.clock))),
    )
