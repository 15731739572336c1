"""Field types that take one form only: a string where a string is declared, a date as 2026-01-31, money as a decimal string."""

import re
from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, PlainSerializer, StringConstraints, WithJsonSchema

USCC_PATTERN = r"^[0-9A-HJ-NPQRTUWXY]{2}[0-9]{6}[0-9A-HJ-NPQRTUWXY]{10}$"
# No NUL, no lone surrogates, no other control characters but tab and line breaks.
TEXT_PATTERN = r"^[^\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]*$"
MONEY_PATTERN = r"^(0\.(0[1-9]|[1-9][0-9]?)|[1-9][0-9]{0,13}(\.[0-9]{1,2})?)$"  # more than nothing, in whole fen
_PLAIN = r"[^\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]"
WORDS_PATTERN = rf"^{_PLAIN}*[^\s\u0000-\u001f\u007f]{_PLAIN}*$"  # and not only blanks
PASSWORD_PATTERN = r"^[^\u0000-\u001f\u007f]+$"
URL_PATTERN = (
    r"^https?://[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?){0,9}"
    r"(:([1-9][0-9]{0,3}|[1-5][0-9]{4}))?(/[A-Za-z0-9._~!$&'()*+,;=:@%/?-]{0,1000})?$"
)
DOCUMENT_ID_PATTERN = r"^[A-Za-z0-9_.\u4e00-\u9fff-]{1,80}$"

# Exactly the days of 2000 to 2099.
DAY_PATTERN = (
    "^(20[0-9]{2}-((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|(0[469]|11)-(0[1-9]|[12][0-9]|30)|02-(0[1-9]|1[0-9]|2[0-8]))"
    "|20([02468][048]|[13579][26])-02-29)$"
)
_DAY = re.compile(DAY_PATTERN.strip("^$"))


def _day(value: Any) -> date:
    if not isinstance(value, str) or not _DAY.fullmatch(value):
        raise ValueError("日期应为 2000 至 2099 年间的有效日期,写作 2026-01-31")
    return date.fromisoformat(value)


Day = Annotated[date, BeforeValidator(_day), WithJsonSchema({"type": "string", "pattern": DAY_PATTERN, "examples": ["2026-11-20"]})]


def _whole(value: Any) -> Any:
    return int(value) if isinstance(value, float) and value.is_integer() and abs(value) < 2**53 else value


WHOLE = BeforeValidator(_whole)  # 44.0 is a whole number in JSON; it stands behind bounds, or the schema loses them
Whole = Annotated[int, WHOLE]

Uscc = Annotated[str, StringConstraints(pattern=USCC_PATTERN), Field(description="统一社会信用代码")]
DocumentId = Annotated[str, StringConstraints(pattern=DOCUMENT_ID_PATTERN)]


def thing_id(prefix: str) -> str:
    """The pattern of an id of this kind."""
    return rf"^{prefix}_[0-9A-HJKMNP-TV-Z]{{26}}$"


def _money(value: Any) -> Decimal:
    if not isinstance(value, str) or not re.fullmatch(MONEY_PATTERN.strip("^$"), value):
        raise ValueError('金额应为以元为单位的十进制文字,如 "20000.00"')
    return Decimal(value)


Money = Annotated[
    Decimal, BeforeValidator(_money), WithJsonSchema({"type": "string", "pattern": MONEY_PATTERN, "description": "元,十进制文字"})
]
MoneyOut = Annotated[
    Decimal,
    PlainSerializer(lambda d: format(d.normalize(), "f") if d else "0", return_type=str),
    WithJsonSchema({"type": "string", "description": "元,十进制文字"}),
]
