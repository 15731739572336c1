"""Lists of what shuts an enterprise out: the words that open one, and the years that its opening names for all of it."""

from __future__ import annotations

import re

from policies.extract.leaf import Node, leaves_of
from policies.extract.periods import period_in

_REFUSING = re.compile(
    r"(?:有|存在|出现|属于|符合)?(?:下列|以下|下述|上述)[^，。；：]{0,12}(?:情形|情况|行为|条件)?(?:之一)?的?[^。；：]{0,30}(?:不予|"
    r"不得|不能|不享受|不再|不适用|不纳入|不属于|取消)[^。；：]{0,26}(?:支持|申报|享受|受理|奖励|补助|范围|资助|扶持|补贴|资格|条件)?[^。；]{0,12}[：:。]?$"
)
_FREE_OF = re.compile(
    r"(?:(?:未|没有|不存在|无)(?:曾|因)?(?:发生|出现|存在|涉及|具有|有)?过?(?:下列|以下|如下|下述)[^，。；：]{0,10}?(?:情形|情况|行为|问题|记录|事项)|"
    r"不(?:应|得)(?:存在|出现|具有|发生|有)(?:下列|以下|如下|下述)[^，。；：]{0,10}?(?:情形|情况|问题|记录))(?:之一)?的?[：:。]?$"
)


def refuses_below(words: str) -> bool:
    """Whether a line says that what is listed below it shuts an enterprise out (有下列情形之一的不予支持, 近三年未发生下列情形)."""
    return bool(_REFUSING.search(words) or (("列" in words or "下" in words) and _FREE_OF.search(words)))


_AND = re.compile(r"，(?:且|并且|并|同时)?$")


_WHEN_ALONE = re.compile(
    r"[^，；。：]{0,10}?(?:在|自)?[^，；。：]{0,16}(?:近|前|最近)[一二两三四五六\d]{1,2}个?(?:会计|自然)?年(?:度)?(?:以?内|来|之内|间)?"
)
"""企业在申请截止日期前三年内，不得存在下列情况： only who and when."""


def asked_before(words: str) -> int:
    """How far what is asked reaches before the words that open such a list (须为本市企业，且不得存在以下情形：); 0 where nothing is."""
    opening = _FREE_OF.search(words)
    joint = _AND.search(words, 0, opening.start()) if opening is not None else None
    if joint is not None and _WHEN_ALONE.fullmatch(words, 0, joint.start()):
        return 0
    return joint.start() if joint is not None and joint.start() >= 8 else 0


_EVENTS = {"penalties", "safety_accidents", "environment_violations", "quality_accidents", "tax_violations"}
_WINDOW = re.compile(r"近|内|来|过去|以来|前")


def within_window(nodes: list[Node], text: str, start: int, end: int) -> list[Node]:
    """近三年内有下列情形之一的: the years named in the opening line are those of every event in the list that names none."""
    if not _WINDOW.search(text, start, end):
        return nodes
    near = period_in(text, start, end)
    if near is None or (".." not in near[0] and near[0] != "Y-1") or near[0].endswith("Y0"):
        return nodes
    for node in nodes:
        for x in leaves_of(node):
            if x["fact"] in _EVENTS and "period" not in x:
                x["period"] = near[0]
    return nodes
