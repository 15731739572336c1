"""Whether the service lives, is ready, and which version it is."""

from importlib.metadata import version

from fastapi import APIRouter
from fastapi.responses import JSONResponse, Response

from api.deps import ServicesDep
from api.errors import Unavailable
from api.records import Counter
from api.routes.common import problems
from api.schemas import responses as out
from api.strict import StrictRoute
from api.usecases.recording import ENGINE_VERSION

router = APIRouter(
    route_class=StrictRoute, tags=["运行"], responses={k: v for k, v in problems().items() if k in (404, 422, 500, 503)}
)


@router.get("/healthz", response_model=out.Health, summary="是否存活")
async def get_health() -> Response:
    """进程在应答即为存活。"""
    return JSONResponse({"status": "ok", "checks": {}})


@router.get("/readyz", response_model=out.Health, summary="是否就绪")
def get_readiness(services: ServicesDep) -> Response:
    """数据库可读、规则可用方为就绪;正在停止时不再就绪。"""
    if services.live.is_stopping:
        raise Unavailable("STOPPING", "服务正在停止;请稍后重试")
    with services.reading() as uow:
        uow.of(Counter).count()
    rules = len(services.live.rules().versions)
    snapshot = services.live.snapshot
    return JSONResponse(
        {
            "status": "ready",
            "checks": {"database": "ok", "rules": str(rules), "snapshot": "none" if snapshot is None else snapshot.id},
        }
    )


@router.get("/version", response_model=out.VersionView, summary="版本")
def get_version(services: ServicesDep) -> Response:
    """程序、引擎、模型与规则集的版本。"""
    return JSONResponse(
        {
            "version": version("mianshen"),
            "engine": ENGINE_VERSION,
            "model": services.live.model_version,
            "rules": services.live.rules().stamp,
        }
    )
