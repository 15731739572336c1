"""What several readers ask of a promise: the words of its conditions, what they were measured by, and how a promise moves another."""

from __future__ import annotations

import re

from policies.extract.conditions import inline_condition
from policies.extract.leaf import Node
from policies.extract.mentions import Mentions
from policies.extract.metrics import Measured, metrics_in
from policies.extract.pieces import Benefit

LEVEL_ONLY = re.compile(
    r"^(?:对于?)?(?:获得?|认定为|评为|属于|为)?(?:国家级?|部级|省级?|市级?|区级?|县级?)[^，；。]{0,10}?(?:的)?$"
)

MORE = re.compile(r"(?:再|另|额外|同时|并)(?:行)?(?:给予|予以|奖励|补助|资助|按)")


def words_of(m: Mentions, b: Benefit) -> str:
    return "，".join(m.text[a:z] for a, z in b.conditions)


STAIRS = re.compile(r"(?:并?在)?[^，；。]{0,16}(?:基础上)?，?每(?:再)?(?:增加|增长|突破|超过|新增|提高|递增|上升|满)\d")
_ON_TOP = re.compile(r"并?在[^，；。]{0,16}基础上，?每(?:再)?(?:增加|增长|突破|超过|新增|提高|递增|上升|满)\d")


def climbs(m: Mentions, b: Benefit) -> bool:
    """Whether a promise is the stairs above the one before it: 在1亿元基础上每增加1000万元，再奖励…."""
    return bool(STAIRS.match(words_of(m, b)) or _ON_TOP.match(m.text, b.start, b.end))


RAISED = re.compile(r"(?:奖励|补助|补贴|资助|支持|扶持|贴息)?(?:比例|标准|额度)(?:可)?(?:提高|上浮|提升|增加)(?:到|至|为)")


def context_of(m: Mentions, group: list[Benefit]) -> Measured | None:
    """The metric that the promise before was measured by."""
    for b in reversed(group):
        for low, high in reversed(b.conditions):
            metrics = metrics_in(m.text, low, high)
            if metrics:
                return metrics[-1]
    return None


def nodes_of(m: Mentions, spans: list[tuple[int, int]], context: Measured | None = None) -> list[Node]:
    return [node for low, high in stitched(m.text, spans) for node in inline_condition(m, low, high, context=context)]


def stitched(text: str, spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Condition pieces that only a comma parts are read together (或 may join them)."""
    result: list[tuple[int, int]] = []
    for low, high in spans:
        if result and text[result[-1][1] : low] in ("，", "：", ""):
            result[-1] = (result[-1][0], high)
        else:
            result.append((low, high))
    return result
