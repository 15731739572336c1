"""Request bodies: strict, closed, bounded."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from api.access import KEY_SCOPES
from api.schemas.fields import TEXT_PATTERN, Day, DocumentId, Money, Uscc, thing_id


def _text(most: int, least: int = 1) -> Any:
    return StringConstraints(pattern=TEXT_PATTERN, min_length=least, max_length=most)


class Body(BaseModel):
    """A body that takes what is declared and nothing else, in the declared types."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class InlineProfile(Body):
    """A profile in the contract's form; `facts` by fact id."""

    uscc: Uscc
    facts: dict[str, Any] = Field(max_length=500, description="指标编号 → 取值,见指标目录")
    name: Annotated[str, _text(255, 0)] = ""


class MatchRequest(Body):
    """Which enterprise, as of which day, and how many matches."""

    uscc: Uscc | None = None
    profile: InlineProfile | None = None
    as_of: Day | None = None
    top: int = Field(10, ge=1, le=50, description="返回前几项及其说明")


class PolicyUpload(Body):
    """A policy file."""

    name: Annotated[str, _text(255)] = Field(description="文件名,如 若干措施.docx")
    content: str = Field(max_length=28_000_000, pattern=r"^[A-Za-z0-9+/]*={0,2}$", min_length=4, description="文件内容(Base64)", json_schema_extra={"contentEncoding": "base64"})
    document_id: DocumentId | None = None


class DraftRules(Body):
    """A draft's rules, whole."""

    rules: dict[str, Any] = Field(description="合同格式的规则文件(rules.schema.json)")


class DraftStart(Body):
    """Which policy to draft anew."""

    policy_id: Annotated[str, StringConstraints(pattern=thing_id("pol"))]


class Note(Body):
    """A reviewer's words."""

    note: Annotated[str, _text(2000, 0)] = ""


class Reason(Body):
    """A reviewer's words, which are required."""

    note: Annotated[str, _text(2000)]


class RunStart(Body):
    """A match run."""

    as_of: Day | None = None
    push: bool = True


class DecisionRequest(Body):
    """One enterprise and one item of a document in force."""

    uscc: Uscc
    document_id: DocumentId
    item: int = Field(ge=0, le=100_000)
    as_of: Day | None = None


class WebhookRequest(Body):
    """Where pushes shall go."""

    url: str = Field(min_length=8, max_length=2000, description="https 地址", json_schema_extra={"format": "uri"})


class KeyRequest(Body):
    """A new key."""

    name: Annotated[str, _text(120)]
    scopes: list[Literal[tuple(sorted(KEY_SCOPES))]] = Field(min_length=1, max_length=30)  # type: ignore[valid-type]
    owner: Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{1,38}$")] | None = Field(None, description="集成方;密钥调用时只能是自己")
    enterprises: list[Uscc] | None = Field(None, min_length=1, max_length=1000, description="只限这些企业;不填为全部")


class ObjectionRequest(Body):
    """An enterprise's word against a result or a record."""

    kind: Literal["review", "data"]
    text: Annotated[str, _text(4000)]
    match_id: Annotated[str, StringConstraints(pattern=thing_id("mat"))] | None = None
    fact: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{1,79}$")] | None = None


class ObjectionAnswer(Body):
    """A person's answer."""

    answer: Annotated[str, _text(4000)]


class ReservationRequest(Body):
    """Money to put aside."""

    uscc: Uscc
    item: int = Field(ge=0, le=100_000)
    amount: Money


class SignInRequest(Body):
    """Name and password."""

    username: Annotated[str, _text(60)]
    password: str = Field(min_length=1, max_length=200)


class UserRequest(Body):
    """A new person."""

    username: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.@-]{2,60}$")]
    password: str = Field(min_length=8, max_length=200)
    role: Literal["officer", "reviewer", "enterprise", "admin", "auditor"]
    name: Annotated[str, _text(120)]
    uscc: Uscc | None = None
