"""Field types that take one form only: a string where a string is declared, a date as 2026-01-31, money as a decimal string."""

import re
from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, PlainSerializer, StringConstraints, WithJsonSchema

USCC_PATTERN = r"^[0-9A-HJ-NPQRTUWXY]{2}[0-9]{6}[0-9A-HJ-NPQRTUWXY]{10}$"
# No NUL, no lone surrogates, no other control characters but tab and line breaks.
TEXT_PATTERN = r"^[^\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]*$"
MONEY_PATTERN = r"^(0|[1-9][0-9]{0,14})(\.[0-9]{1,2})?$"
DOCUMENT_ID_PATTERN = r"^[A-Za-z0-9_.\u4e00-\u9fff-]{1,80}$"

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


def _day(value: Any) -> date:
    if not isinstance(value, str) or not value.isascii() or not _DATE.fullmatch(value):
        raise ValueError("日期应为 2026-01-31 一类的有效日期")
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise ValueError("日期应为 2026-01-31 一类的有效日期") from None


Day = Annotated[date, BeforeValidator(_day), WithJsonSchema({"type": "string", "format": "date"})]
Uscc = Annotated[str, StringConstraints(pattern=USCC_PATTERN), Field(description="统一社会信用代码")]
DocumentId = Annotated[str, StringConstraints(pattern=DOCUMENT_ID_PATTERN)]


def thing_id(prefix: str) -> str:
    """The pattern of an id of this kind."""
    return rf"^{prefix}_[0-9A-HJKMNP-TV-Z]{{26}}$"


def _money(value: Any) -> Decimal:
    if not isinstance(value, str) or not re.fullmatch(MONEY_PATTERN.strip("^$"), value):
        raise ValueError("金额应为以元为单位的十进制文字,如 \"20000.00\"")
    return Decimal(value)


Money = Annotated[Decimal, BeforeValidator(_money), WithJsonSchema({"type": "string", "pattern": MONEY_PATTERN, "description": "元,十进制文字"})]
MoneyOut = Annotated[
    Decimal, PlainSerializer(lambda d: format(d.normalize(), "f") if d else "0", return_type=str), WithJsonSchema({"type": "string", "description": "元,十进制文字"})
]
