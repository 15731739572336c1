"""Request bodies: strict, closed, bounded."""

from typing import Annotated, Any, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Discriminator, Field, StringConstraints, Tag

from api.access import KEY_SCOPES
from api.schemas.fields import (
    PASSWORD_PATTERN,
    TEXT_PATTERN,
    URL_PATTERN,
    WORDS_PATTERN,
    Day,
    DocumentId,
    Money,
    Uscc,
    Whole,
    thing_id,
)


def _text(most: int, least: int = 1) -> Any:
    return StringConstraints(pattern=WORDS_PATTERN if least else TEXT_PATTERN, min_length=least, max_length=most)


class Body(BaseModel):
    """A body that takes what is declared and nothing else, in the declared types."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class InlineProfile(Body):
    """A profile in the contract's form; `facts` by fact id."""

    uscc: Uscc
    facts: dict[str, Any] = Field(max_length=500, description="指标编号 → 取值,见指标目录")
    name: Annotated[str, _text(255, 0)] = ""


class MatchByCode(Body):
    """An enterprise of the city, as of which day, and how many matches."""

    uscc: Uscc
    as_of: Day | None = None
    top: Whole = Field(10, ge=1, le=50, description="返回前几项及其说明")


class MatchByProfile(Body):
    """An enterprise that the caller describes; nothing of it is kept."""

    profile: InlineProfile
    as_of: Day | None = None
    top: Whole = Field(10, ge=1, le=50, description="返回前几项及其说明")


def _how(value: Any) -> str:
    return "by-profile" if isinstance(value, MatchByProfile) or (isinstance(value, dict) and "profile" in value) else "by-code"


MatchRequest: TypeAlias = Annotated[
    Annotated[MatchByCode, Tag("by-code")] | Annotated[MatchByProfile, Tag("by-profile")], Discriminator(_how)
]


class PolicyUpload(Body):
    """A policy file."""

    name: Annotated[str, _text(255)] = Field(description="文件名,如 若干措施.docx")
    content: str = Field(
        min_length=4,
        max_length=27_962_028,
        pattern=r"^([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$",
        description="文件内容(Base64)",
        json_schema_extra={"contentEncoding": "base64"},
    )
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
    item: Whole = Field(ge=0, le=100_000)
    as_of: Day | None = None


class WebhookRequest(Body):
    """Where pushes shall go."""

    url: str = Field(max_length=2000, pattern=URL_PATTERN, description="https 地址;国际化域名写作 punycode")


class KeyRequest(Body):
    """A new key."""

    name: Annotated[str, _text(120)]
    scopes: list[Literal[tuple(sorted(KEY_SCOPES))]] = Field(min_length=1, max_length=30)  # type: ignore[valid-type]
    owner: Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{1,38}$")] | None = Field(
        None, description="集成方;密钥调用时只能是自己"
    )
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
    item: Whole = Field(ge=0, le=100_000)
    amount: Money


class SignInRequest(Body):
    """Name and password."""

    username: Annotated[str, _text(60)]
    password: str = Field(min_length=1, max_length=200, pattern=PASSWORD_PATTERN)


class UserRequest(Body):
    """A new person."""

    username: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.@-]{2,60}$")]
    password: str = Field(min_length=8, max_length=200, pattern=PASSWORD_PATTERN)
    role: Literal["officer", "reviewer", "enterprise", "admin", "auditor"]
    name: Annotated[str, _text(120)]
    uscc: Uscc | None = None
