"""What the routes share: documented problems and addresses of things."""

from typing import Annotated, Any

from fastapi import Path

from api.errors import TITLES
from api.schemas.fields import USCC_PATTERN, thing_id
from api.schemas.responses import Problem

_ALWAYS = (400, 401, 403, 404, 422, 429, 500, 503)


def problems(*more: int) -> dict[int | str, dict[str, Any]]:
    """The problems that a route may answer with: those that every route may, and `more`."""
    return {
        status: {
            "description": TITLES[status],
            "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }
        for status in sorted({*_ALWAYS, *more})
    }


BODY = problems(413, 415)
EFFECT = problems(409, 413, 415)
CHANGE = problems(409, 412, 413, 415, 428)

PolicyId = Annotated[str, Path(pattern=thing_id("pol"))]
DraftId = Annotated[str, Path(pattern=thing_id("drf"))]
RuleId = Annotated[str, Path(pattern=thing_id("rul"))]
RunId = Annotated[str, Path(pattern=thing_id("run"))]
MatchId = Annotated[str, Path(pattern=thing_id("mat"))]
DecisionId = Annotated[str, Path(pattern=thing_id("dec"))]
WebhookId = Annotated[str, Path(pattern=thing_id("whk"))]
DeliveryId = Annotated[str, Path(pattern=thing_id("dlv"))]
KeyId = Annotated[str, Path(pattern=thing_id("key"))]
ObjectionId = Annotated[str, Path(pattern=thing_id("obj"))]
UserId = Annotated[str, Path(pattern=thing_id("usr"))]
UsccPath = Annotated[str, Path(pattern=USCC_PATTERN, description="统一社会信用代码")]

__all__ = [
    "BODY",
    "CHANGE",
    "EFFECT",
    "DecisionId",
    "DeliveryId",
    "DraftId",
    "KeyId",
    "MatchId",
    "ObjectionId",
    "PolicyId",
    "Problem",
    "RuleId",
    "RunId",
    "UsccPath",
    "UserId",
    "WebhookId",
    "problems",
]  # fmt: skip
