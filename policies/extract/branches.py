"""One condition with a bound for each kind of enterprise (实体企业…不低于500万元；专营机构…不低于50万元): the kinds are alternatives."""

from __future__ import annotations

import math
import re
from collections import Counter

from policies.extract.leaf import Found, Node, either_of
from policies.extract.residue import WEAK

_BEFORE = re.compile(r"(?:[^，；。：]{2,24}：)?(?:其中|且|并|但|而|或|，)*")
_BEHIND = re.compile(r"(?:申报(?:单位|主体|企业))?(?:[的年应须需在为]|上?年度)*$")
_KIND = re.compile(r"(?:企业|单位|机构|组织|项目|平台|公司|商|店|中心|园区|市场|学校|高校|院所|社|超市|类)$")
ANYBODY = re.compile(r"(?:申报|申请|上述|各类|所有|单个|单家|每家|同一|本市|我市|企业|单位|机构|项目|主体|公司|平台|该|本|其)*")
_LONGEST = 40
_BOUND = re.compile(r"(?:应|须|需|在|为|不|达|超|低|高)")

Chunk = tuple[int, int, list[Found]]


def subjects_of(text: str, chunks: list[Chunk]) -> dict[int, tuple[int, int] | None]:
    """For each clause (by its start) that bounds a fact which another clause bounds too: the kind it is for, None for anybody."""
    bounded = {low: first for low, _, inside in chunks if (first := _first(inside)) is not None}
    often = Counter(f.node["fact"] for f in bounded.values())
    told = {low: _kind(text, low, f) for low, f in bounded.items() if often[f.node["fact"]] >= 2}
    return told if any(told.values()) else {}


def _first(inside: list[Found]) -> Found | None:
    strong = [f for f in inside if f.node["fact"] not in WEAK and f.node["op"] in ("ge", "gt", "le", "lt", "age_ge", "age_le")]
    return min(strong, key=lambda f: f.start, default=None)


def _kind(text: str, low: int, bound: Found) -> tuple[int, int] | None:
    """The words before a bound (or at its head) that name a kind of enterprise."""
    opening = _BEFORE.match(text, low, bound.end)
    start = opening.end() if opening is not None else low
    end = bound.start
    if end <= start:
        inner = _BOUND.search(text, start, bound.end)
        end = inner.start() if inner is not None else start
    tail = _BEHIND.search(text, max(start, end - _LONGEST), end)
    end = tail.start() if tail is not None else end
    words = text[start:end]
    if not 2 <= len(words) <= _LONGEST or not _KIND.search(words) or ANYBODY.fullmatch(words):
        return None
    return start, end


def branched(nodes: list[tuple[int, Node]], starts: list[int]) -> list[Node]:
    """Leaves by place in the text, those from the first of `starts` on grouped into alternatives, one from each start."""
    rest = [node for at, node in nodes if at < starts[0]]
    ends = [*starts[1:], math.inf]
    lists = ([node for at, node in nodes if start <= at < end] for start, end in zip(starts, ends, strict=True))
    return [*rest, *either_of(lists)]
