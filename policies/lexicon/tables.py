"""The words of the field: TOML tables in this folder, read once on first use. No grammar here, only words."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any


def table(name: str) -> dict[str, Any]:
    """The parsed TOML table `policies/lexicon/<name>.toml`."""
    return _table(name)


@cache
def _table(name: str) -> dict[str, Any]:
    return tomllib.loads(files("policies.lexicon").joinpath(f"{name}.toml").read_text("utf-8"))


@dataclass(frozen=True, slots=True)
class HeadingRole:
    """A role of a section and the pattern its heading has."""

    role: str
    pattern: re.Pattern[str]


@cache
def heading_roles() -> tuple[HeadingRole, ...]:
    """Roles in the order they are tried."""
    return tuple(HeadingRole(row["role"], re.compile(row["pattern"])) for row in table("headings")["heading"])


@cache
def card_labels() -> re.Pattern[str]:
    """Field names that stand alone on a line or open one (`服务内容`, `补贴条件：…`)."""
    words = sorted(table("headings")["labels"], key=len, reverse=True)
    return re.compile("(?:" + "|".join(map(re.escape, words)) + ")")


_URGES = re.compile(
    r"(?:鼓励|引导)(?!基金|资金|政策|措施|方式|目录)|支持(?=(?:企业|单位|机构|园区|平台|产品|建设|开展|创建|设立|申报|参与|引进)[^，；。]{3})(?!(?:企业|单位|机构|园区|平台|产品)(?:的)?(?:条件|要求|范围|标准|程序|申报|名单))"
)
"""鼓励建设海关监管中心, 支持企业通过验收认证: what is urged is no heading of procedure."""

_MARKS = re.compile(r"[\s。：:、.【】()]+")


def role_of(heading: str) -> str | None:
    """The role that a heading announces, None if it is none of the known ones.

    >>> role_of("申报条件"), role_of("服务流程"), role_of("奖励标准"), role_of("鼓励建设海关监管中心")
    ('eligibility', 'procedure', 'benefit', None)
    """
    bare = _MARKS.sub("", heading)
    if not bare or len(bare) > 30 or _URGES.match(bare):
        return None
    for entry in heading_roles():
        if entry.pattern.search(bare):
            return entry.role
    return None
