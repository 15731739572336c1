"""The service as an ASGI app: routes, pages where they are there, errors as problem details, and a worker beside it where wanted."""

import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import version
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel

from api.jobs.worker import Worker
from api.logging import configure_logging
from api.routes import budgets, health, integrators, matching, policies
from api.schemas.responses import Problem
from api.settings import Settings
from api.shell import Shell, add_error_handlers
from api.web import router as pages
from api.wiring import Services, build_services
from policies.memory import settle_memory

_ABOUT = (
    "惠企政策“免申即享”服务:政策读成规则,企业按规则匹配,每个判定都有理由、出处,可以重放。"
    "错误一律为 application/problem+json(RFC 9457),code 稳定。推送按 Standard Webhooks 签名。"
)


class MatchCreated(BaseModel):
    """What a webhook receives when an enterprise has new matches under one published rule."""

    type: str
    timestamp: str
    data: dict[str, Any]


class WebhookTest(BaseModel):
    """What a webhook receives when somebody tries it out; `data` names the endpoint."""

    type: str
    timestamp: str
    data: dict[str, str]


def create_app(settings: Settings, services: Services | None = None, *, worker: bool = False) -> FastAPI:
    """The app; pass `services` to replace real adapters in tests, `worker` to run jobs and pushes in this process too."""
    configure_logging(settings.log_level)
    chosen = services or build_services(settings)

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        chosen.live.positions(chosen.live.today())  # so that the first to ask does not wait for the index
        beside = Worker(chosen) if worker else None
        if beside is not None:
            beside.start()
        gc.collect()
        settle_memory()
        try:
            yield
        finally:
            chosen.live.stop()
            if beside is not None:
                beside.stop()
            if services is None:
                chosen.close()

    app = FastAPI(
        title="免申 mianshen", version=version("mianshen"), description=_ABOUT, lifespan=lifespan, docs_url=None, redoc_url=None
    )
    app.state.services = chosen
    routers = (matching.router, budgets.router, policies.router, integrators.router, health.router)
    app.state.routes = [route for router in routers for route in router.routes]
    for router in routers:
        app.include_router(router)
    app.include_router(pages)
    add_error_handlers(app)
    app.webhooks.post("match.created", summary="新的匹配")(_match_created)
    app.webhooks.post("webhook.test", summary="测试事件")(_webhook_test)
    _add_openapi(app)
    inside = app.build_middleware_stack

    def shell() -> Shell:
        return Shell(
            inside(),
            max_body_bytes=settings.max_body_bytes,
            production=settings.is_production,
            allowed_hosts=settings.allowed_hosts,
        )

    app.build_middleware_stack = shell  # type: ignore[method-assign]
    return app


def _match_created(body: MatchCreated) -> None:
    """按 Standard Webhooks 签名(webhook-id、webhook-timestamp、webhook-signature);以 webhook-id 去重。"""


def _webhook_test(body: WebhookTest) -> None:
    """由 POST /v1/webhooks/{webhook_id}/test 或接口页面上的按钮发出;签名方式与推送相同,请应答 2xx。"""


def _require_headers(schema: dict[str, Any]) -> None:
    """Headers whose absence we answer with a status of its own (400, 428) are optional to FastAPI, and required to callers."""
    for operations in schema["paths"].values():
        for operation in operations.values():
            for parameter in operation.get("parameters", ()):
                if parameter["name"] in ("Idempotency-Key", "If-Match"):
                    choices = parameter["schema"].pop("anyOf", [parameter["schema"]])
                    parameter["schema"] = next(c for c in choices if c.get("type") == "string")
                    parameter["required"] = True


def _add_openapi(app: FastAPI) -> None:
    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            schema = get_openapi(
                title=app.title, version=app.version, description=app.description, routes=app.routes, webhooks=app.webhooks.routes
            )
            places = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
            components = schema.setdefault("components", {}).setdefault("schemas", {})
            components.update(places.pop("$defs", {}))
            components["Problem"] = places
            _require_headers(schema)
            app.openapi_schema = schema
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]
