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


def role_of(heading: str) -> str | None:
    """The role that a heading announces, None if it is none of the known ones.

    >>> role_of("申报条件"), role_of("服务流程"), role_of("奖励标准"), role_of("大力培育经营主体")
    ('eligibility', 'procedure', 'benefit', None)
    """
    bare = re.sub(r"[\s。：:、.【】()]+", "", heading)
    if not bare or len(bare) > 30:
        return None
    for entry in heading_roles():
        if entry.pattern.search(bare):
            return entry.role
    return None
