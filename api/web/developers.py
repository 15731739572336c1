"""For integrators, kept by the administrator: keys, webhook endpoints, the log of deliveries with replay, and calls to copy."""

from typing import Annotated

from fastapi import APIRouter, Form, Request, Response

from api.access import KEY_SCOPES, SCOPES
from api.db.access import CITY
from api.errors import STATUS, UseCaseError
from api.ids import new_id
from api.usecases.keys import create_api_key, list_api_keys, revoke_api_key
from api.usecases.webhook_trial import send_test
from api.usecases.webhooks import list_deliveries, list_webhooks, register_webhook, remove_webhook, replay_delivery, rotate_webhook
from api.web.pages import FromForm, HtmlRoute, SignedIn, Visitor, page, see_other, services

router = APIRouter(prefix="/developers", route_class=HtmlRoute, include_in_schema=False)


@router.get("")
def developers_page(request: Request, visitor: SignedIn, state: str = "", cursor: str | None = None) -> Response:
    """Everything an integrator needs, on one page."""
    return _shown(request, visitor, state=state, cursor=cursor)


def _shown(
    request: Request,
    visitor: Visitor,
    *,
    secret: tuple[str, str] | None = None,
    notice: str = "",
    problem: str = "",
    status: int = 200,
    state: str = "",
    cursor: str | None = None,
) -> Response:
    """`secret` is what it belongs to and the secret itself, shown this once."""
    own = services(request)
    return page(
        request, "developers.html", status=status, visitor=visitor, secret=secret, notice=notice, problem=problem, state_chosen=state,
        keys=list_api_keys(visitor.actor, limit=200, uow=own.reading()),
        endpoints=list_webhooks(visitor.actor, limit=200, uow=own.reading()),
        deliveries=list_deliveries(visitor.actor, state=state or None, cursor=cursor, limit=30, uow=own.reading()),
        scopes=[(scope, words) for scope, words in SCOPES.items() if scope in KEY_SCOPES],
        base=str(request.base_url).rstrip("/"),
    )  # fmt: skip


@router.post("/keys")
def key_form(
    request: Request,
    visitor: FromForm,
    owner: Annotated[str, Form(max_length=80)] = "",
    name: Annotated[str, Form(max_length=80)] = "",
    scopes: Annotated[list[str], Form()] = [],  # noqa: B006  FastAPI copies it
    enterprises: Annotated[str, Form(max_length=20_000)] = "",
) -> Response:
    """Make a key; its secret is on the answer and nowhere else."""
    own = services(request)
    bound = enterprises.upper().replace(",", " ").replace("、", " ").split()
    try:
        key, secret = create_api_key(
            visitor.actor, owner=owner.strip() or CITY, name=name.strip() or owner.strip(), scopes=scopes, enterprises=bound or None,
            uow=own.uow(), clock=own.clock,
        )  # fmt: skip
    except UseCaseError as error:
        return _refused(request, visitor, error)
    return _shown(request, visitor, secret=(f"密钥“{key.name}”", secret))


@router.post("/keys/{key_id}/revoke")
def revoke_form(request: Request, key_id: str, visitor: FromForm) -> Response:
    """End a key at once."""
    own = services(request)
    revoke_api_key(key_id, visitor.actor, uow=own.uow(), clock=own.clock)
    return see_other("/developers#keys")


@router.post("/webhooks")
def webhook_form(
    request: Request,
    visitor: FromForm,
    url: Annotated[str, Form(max_length=2000)] = "",
    owner: Annotated[str, Form(max_length=80)] = "",
) -> Response:
    """Register an endpoint; its signing secret is on the answer."""
    own = services(request)
    try:
        made = register_webhook(
            url.strip(),
            visitor.actor,
            owner=owner.strip() or None,
            guard=own.guard,
            master=own.master,
            uow=own.uow(),
            clock=own.clock,
        )
    except UseCaseError as error:
        return _refused(request, visitor, error)
    return _shown(request, visitor, secret=(f"推送地址 {made.endpoint.url} 的签名密钥", made.secret))


@router.post("/webhooks/{endpoint_id}/rotate")
def rotate_form(request: Request, endpoint_id: str, visitor: FromForm) -> Response:
    """A new signing secret; the old one stays good for a day."""
    own = services(request)
    made = rotate_webhook(endpoint_id, visitor.actor, master=own.master, uow=own.uow(), clock=own.clock)
    return _shown(request, visitor, secret=(f"推送地址 {made.endpoint.url} 的新签名密钥(旧密钥一天内仍有效)", made.secret))


@router.post("/webhooks/{endpoint_id}/remove")
def remove_form(request: Request, endpoint_id: str, visitor: FromForm) -> Response:
    """Send nothing there any more."""
    own = services(request)
    remove_webhook(endpoint_id, visitor.actor, uow=own.uow(), clock=own.clock)
    return see_other("/developers#webhooks")


@router.post("/webhooks/{endpoint_id}/test")
def trial_form(request: Request, endpoint_id: str, visitor: FromForm) -> Response:
    """Send a test event now and say how the receiver answered."""
    own = services(request)
    try:
        own.trials.take(visitor.actor.owner)
        trial = send_test(
            endpoint_id, visitor.actor, message_id=new_id("msg", own.clock.now()), guard=own.guard, sender=own.sender, master=own.master,
            reading=own.reading(), uow=own.uow(), clock=own.clock,
        )  # fmt: skip
    except UseCaseError as error:
        return _shown(request, visitor, problem=f"没有发送:{error.detail}(编号 {error.code})", status=int(STATUS[type(error)]))
    if trial.ok:
        return _shown(request, visitor, notice=f"测试事件已送达:接收方应答 {trial.status}(webhook-id {trial.message_id})。")
    answered = f"接收方应答 {trial.status}" if trial.status is not None else trial.error
    return _shown(request, visitor, problem=f"测试事件没有送达:{answered};请检查接收方的地址、签名校验与应答码(应为 2xx)")


@router.post("/deliveries/{delivery_id}/replay")
def replay_form(request: Request, delivery_id: str, visitor: FromForm) -> Response:
    """Send one again under the same webhook-id."""
    own = services(request)
    replay_delivery(delivery_id, visitor.actor, uow=own.uow(), clock=own.clock)
    return see_other("/developers#deliveries")


def _refused(request: Request, visitor: Visitor, error: UseCaseError) -> Response:
    places = "".join(f";{place.message}" for place in error.errors[:5])
    return _shown(request, visitor, problem=f"没有保存:{error.detail}{places}(编号 {error.code})", status=422)
