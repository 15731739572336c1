"""Addresses for integrators and administrators: oneself, keys, webhooks, deliveries, sessions, users, audit."""

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request
from fastapi.responses import JSONResponse, Response

from api.deps import ActorDep, Cursor, Limit, OnceKey, ServicesDep, answered_before, once, page_answer
from api.errors import Conflict
from api.ids import derived_id
from api.routes.common import BODY, EFFECT, DeliveryId, KeyId, UserId, WebhookId, problems
from api.schemas import responses as out
from api.schemas.requests import KeyRequest, SignInRequest, UserRequest, WebhookRequest
from api.schemas.responses import PageOf, plain
from api.strict import StrictRoute
from api.usecases import accounts, audit, keys, webhook_trial, webhooks

router = APIRouter(prefix="/v1", route_class=StrictRoute, responses=problems())


@router.get("/me", response_model=out.ActorView, tags=["接入"], summary="当前密钥或用户的权限")
def get_me(actor: ActorDep) -> Response:
    """权限范围与可见企业。"""
    return JSONResponse(
        {
            "kind": actor.kind, "id": actor.id, "name": actor.name, "role": actor.role, "owner": actor.owner, "scopes": sorted(actor.scopes),
            "enterprises": None if actor.enterprises is None else sorted(actor.enterprises),
        }
    )  # fmt: skip


@router.post("/sessions", status_code=201, response_model=out.SessionView, responses=BODY, tags=["接入"], summary="登录")
def post_session(body: SignInRequest, request: Request, services: ServicesDep) -> Response:
    """返回的 token 以 Bearer 方式使用。"""
    services.sign_ins.take(request.client.host if request.client else "")
    opened = accounts.sign_in(body.username, body.password, uow=services.uow(), clock=services.clock, rules=services.sign_in_rules)
    return JSONResponse(
        {"token": opened.token, "expires_at": opened.expires_at.isoformat(), "role": opened.actor.role, "name": opened.actor.name},
        status_code=201,
    )


@router.post("/keys", status_code=201, response_model=out.KeyWithSecret, responses=EFFECT, tags=["接入"], summary="创建密钥")
def post_key(body: KeyRequest, request: Request, actor: ActorDep, services: ServicesDep, key: OnceKey) -> Response:
    """密钥只在此处显示一次。"""

    def effect(uow) -> dict[str, object]:  # type: ignore[no-untyped-def]
        made, secret = keys.create_api_key(
            actor, name=body.name, scopes=body.scopes, owner=body.owner, enterprises=body.enterprises, uow=uow, clock=services.clock
        )
        return plain(out.KeyView.model_validate(made)) | {"secret": secret}

    return once(request, key, actor, plain(body), effect, status=201, location=lambda b: f"/v1/keys/{b['id']}", withheld="secret")


@router.get("/keys", response_model=PageOf[out.KeyView], tags=["接入"], summary="密钥列表")
def get_keys(request: Request, actor: ActorDep, services: ServicesDep, cursor: Cursor = None, limit: Limit = 50) -> Response:
    """不含已吊销的。"""
    page = keys.list_api_keys(actor, cursor=cursor, limit=limit, uow=services.reading())
    return page_answer(request, [plain(out.KeyView.model_validate(k)) for k in page.items], page.next_cursor)


@router.get("/keys/{key_id}", response_model=out.KeyView, tags=["接入"], summary="一个密钥")
def get_key(key_id: KeyId, actor: ActorDep, services: ServicesDep) -> Response:
    """不含密钥本身。"""
    return JSONResponse(plain(out.KeyView.model_validate(keys.get_api_key(key_id, actor, uow=services.reading()))))


@router.delete(
    "/keys/{key_id}", status_code=204, response_class=Response, responses=problems(409), tags=["接入"], summary="吊销密钥"
)
def delete_key(key_id: KeyId, actor: ActorDep, services: ServicesDep) -> Response:
    """立即生效;不能吊销正在使用的密钥。"""
    if key_id == actor.id:
        raise Conflict("KEY_IN_USE", "不能吊销正在使用的密钥;请换用另一个密钥或由管理员操作")
    with services.uow() as uow:
        keys.get_api_key(key_id, actor, uow=uow)
        keys.revoke_api_key(key_id, actor, uow=uow, clock=services.clock)
    services.callers.forget()
    return Response(status_code=204)


@router.post(
    "/webhooks", status_code=201, response_model=out.WebhookWithSecret, responses=EFFECT, tags=["推送"], summary="登记推送地址"
)
def post_webhook(body: WebhookRequest, request: Request, actor: ActorDep, services: ServicesDep, key: OnceKey) -> Response:
    """签名密钥只在此处与轮换时显示。"""
    webhooks.check_url(body.url, actor, guard=services.guard)  # asks the resolver: not within a transaction
    return once(
        request, key, actor, plain(body),
        lambda uow: _with_secret(webhooks.register_webhook(body.url, actor, guard=None, master=services.master, uow=uow, clock=services.clock)),
        status=201, location=lambda b: f"/v1/webhooks/{b['id']}", withheld="secret",
    )  # fmt: skip


def _with_secret(registered: webhooks.Registered) -> dict[str, object]:
    return plain(out.WebhookView.model_validate(registered.endpoint)) | {"secret": registered.secret}


@router.get("/webhooks", response_model=PageOf[out.WebhookView], tags=["推送"], summary="推送地址列表")
def get_webhooks(request: Request, actor: ActorDep, services: ServicesDep, cursor: Cursor = None, limit: Limit = 50) -> Response:
    """自己登记的地址。"""
    page = webhooks.list_webhooks(actor, cursor=cursor, limit=limit, uow=services.reading())
    return page_answer(request, [plain(out.WebhookView.model_validate(w)) for w in page.items], page.next_cursor)


@router.get("/webhooks/{webhook_id}", response_model=out.WebhookView, tags=["推送"], summary="一个推送地址")
def get_webhook(webhook_id: WebhookId, actor: ActorDep, services: ServicesDep) -> Response:
    """不含签名密钥。"""
    return JSONResponse(plain(out.WebhookView.model_validate(webhooks.get_webhook(webhook_id, actor, uow=services.reading()))))


@router.delete("/webhooks/{webhook_id}", status_code=204, response_class=Response, tags=["推送"], summary="删去推送地址")
def delete_webhook(webhook_id: WebhookId, actor: ActorDep, services: ServicesDep) -> Response:
    """未发的推送一并取消。"""
    webhooks.remove_webhook(webhook_id, actor, uow=services.uow(), clock=services.clock)
    return Response(status_code=204)


@router.post(
    "/webhooks/{webhook_id}/rotate", response_model=out.WebhookWithSecret, responses=EFFECT, tags=["推送"], summary="轮换签名密钥"
)
def post_rotate(webhook_id: WebhookId, request: Request, actor: ActorDep, services: ServicesDep, key: OnceKey) -> Response:
    """一天内新旧密钥同时签名;停用的地址随之恢复。"""
    return once(
        request, key, actor, None,
        lambda uow: _with_secret(webhooks.rotate_webhook(webhook_id, actor, master=services.master, uow=uow, clock=services.clock)),
        withheld="secret",
    )  # fmt: skip


@router.post("/webhooks/{webhook_id}/test", response_model=out.TrialView, responses=EFFECT, tags=["推送"], summary="发送测试事件")
def post_test(webhook_id: WebhookId, request: Request, actor: ActorDep, services: ServicesDep, key: OnceKey) -> Response:
    """立即以 webhook.test 签名发送一次,返回接收方的应答;不重试,不影响地址的状态。每个集成方每分钟至多 6 次。"""
    if (before := answered_before(request, key, actor, None)) is not None:
        return before
    webhooks.get_webhook(webhook_id, actor, uow=services.reading())
    services.trials.take(actor.owner)
    trial = webhook_trial.send_test(
        webhook_id, actor, message_id=derived_id("msg", "test", actor.id, key), guard=services.guard, sender=services.sender,
        master=services.master, reading=services.reading(), uow=services.uow(), clock=services.clock,
    )  # fmt: skip
    return once(request, key, actor, None, lambda uow: plain(out.TrialView.model_validate(trial)))


@router.get("/deliveries", response_model=PageOf[out.DeliveryView], tags=["推送"], summary="推送记录")
def get_deliveries(
    request: Request, actor: ActorDep, services: ServicesDep, cursor: Cursor = None, limit: Limit = 50,
    webhook_id: Annotated[str | None, Query(pattern=r"^whk_[0-9A-HJKMNP-TV-Z]{26}$")] = None,
    state: Annotated[Literal["pending", "delivered", "dead", "cancelled"] | None, Query()] = None,
) -> Response:  # fmt: skip
    """由新到旧。"""
    page = webhooks.list_deliveries(actor, endpoint_id=webhook_id, state=state, cursor=cursor, limit=limit, uow=services.reading())
    return page_answer(request, [plain(out.DeliveryView.model_validate(d)) for d in page.items], page.next_cursor)


@router.get("/deliveries/{delivery_id}", response_model=out.DeliveryView, tags=["推送"], summary="一条推送记录")
def get_delivery(delivery_id: DeliveryId, actor: ActorDep, services: ServicesDep) -> Response:
    """状态、次数与最近一次应答。"""
    return JSONResponse(plain(out.DeliveryView.model_validate(webhooks.get_delivery(delivery_id, actor, uow=services.reading()))))


@router.post(
    "/deliveries/{delivery_id}/replay", response_model=out.DeliveryView, responses=EFFECT, tags=["推送"], summary="重新推送"
)
def post_replay(delivery_id: DeliveryId, request: Request, actor: ActorDep, services: ServicesDep, key: OnceKey) -> Response:
    """webhook-id 不变,接收方可据以去重。"""
    return once(
        request, key, actor, None,
        lambda uow: plain(out.DeliveryView.model_validate(webhooks.replay_delivery(delivery_id, actor, uow=uow, clock=services.clock))),
    )  # fmt: skip


@router.post("/users", status_code=201, response_model=out.UserView, responses=EFFECT, tags=["管理"], summary="创建用户")
def post_user(body: UserRequest, request: Request, actor: ActorDep, services: ServicesDep, key: OnceKey) -> Response:
    """一人一角色;企业用户须填信用代码。"""
    shown = plain(body) | {"password": ""}
    return once(
        request, key, actor, shown,
        lambda uow: plain(
            out.UserView.model_validate(
                accounts.create_user(
                    body.username, body.password, actor, role=body.role, name=body.name, uscc=body.uscc, uow=uow, clock=services.clock
                )
            )
        ),
        status=201,
    )  # fmt: skip


@router.get("/users", response_model=PageOf[out.UserView], tags=["管理"], summary="用户列表")
def get_users(request: Request, actor: ActorDep, services: ServicesDep, cursor: Cursor = None, limit: Limit = 50) -> Response:
    """按建立次序。"""
    page = accounts.list_users(actor, cursor=cursor, limit=limit, uow=services.reading())
    return page_answer(request, [plain(out.UserView.model_validate(u)) for u in page.items], page.next_cursor)


@router.post("/users/{user_id}/disable", status_code=204, response_class=Response, tags=["管理"], summary="停用用户")
def post_disable(user_id: UserId, actor: ActorDep, services: ServicesDep) -> Response:
    """立即退出其全部登录。"""
    accounts.disable_user(user_id, actor, uow=services.uow(), clock=services.clock)
    return Response(status_code=204)


@router.get("/audit", response_model=PageOf[out.AuditView], tags=["审计"], summary="审计记录")
def get_audit(
    request: Request, actor: ActorDep, services: ServicesDep, limit: Limit = 50,
    cursor: Annotated[str | None, Query(max_length=9, pattern=r"^[0-9]{1,9}$")] = None,
) -> Response:  # fmt: skip
    """由新到旧。"""
    page = audit.list_audit(actor, cursor=cursor, limit=limit, uow=services.reading())
    return page_answer(request, [plain(out.AuditView.model_validate(e)) for e in page.items], page.next_cursor)


@router.get("/audit/verification", response_model=out.ChainView, tags=["审计"], summary="校验审计链")
def get_verification(
    actor: ActorDep, services: ServicesDep,
    head: Annotated[str | None, Query(pattern="^[0-9]{1,9}:[0-9a-f]{16,64}$", description="先前抄录的链尾,序号:哈希(至少前 16 位)")] = None,
) -> Response:  # fmt: skip
    """逐条校验哈希链、链尾留存与已发布规则,指出第一处改动;也可与自己先前抄录的链尾核对。"""
    seq, _, start = (head or "").partition(":")
    written = (int(seq), start) if head is not None else None
    report = audit.verify_audit(actor, anchor=services.anchor, uow=services.reading(), written_down=written)
    return JSONResponse(plain(out.ChainView.model_validate(report)))
