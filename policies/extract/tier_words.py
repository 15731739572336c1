"""The words that tell one tier of a benefit from the others: a bare level, a name, a verdict, the condition that later tiers move."""

from __future__ import annotations

import itertools
import re
from typing import Any

from policies.extract.conditions import declared
from policies.extract.idle import idle
from policies.extract.labels import NO_NAME
from policies.extract.leaf import Node, leaves_of
from policies.extract.mentions import Mentions
from policies.extract.metrics import metrics_in
from policies.extract.pieces import Benefit
from policies.extract.promising import GRADE_ONLY, LEVEL_ONLY, MORE, counts_alike, words_of
from policies.extract.verdicts import of_verdict, tells_verdict

_RISEN = re.compile(r"(?:由|从)[^，；。]{1,10}(?:升|晋|调|转|进)[^，；。]{1,14}")


def bare_level(m: Mentions, b: Benefit) -> list[Node]:
    """省级给予50万元, B类企业按50%, 由区级升为市级的: a level with nothing beside it is still what the tier is for."""
    words = ((low, high, m.text[low:high]) for low, high in b.conditions)
    spans = [(low, high) for low, high, said in words if LEVEL_ONLY.match(said) or GRADE_ONLY.match(said) or _RISEN.fullmatch(said)]
    return [declared(m, low, high, origin="tier/level-bare") for low, high in spans[:1]]


_OF_THEM = re.compile(r"(?:对?其中|所在|属于|同时|如(?!期)|若|被列|达到?(?:A{1,5}|[A-E一二三四五甲乙丙])(?:级|类|星))")
"""其中，所在区域被列为…的，减免6个月: for some of those whom the first promise is for, which has no tier of its own."""


def is_for_some(m: Mentions, b: Benefit) -> bool:
    return bool(_OF_THEM.match(words_of(m, b))) and not MORE.match(m.text, b.promises[0][0])


_SAYS_WHAT = re.compile(r"(?!由|在?此|(?:对(?:于)?)?(?:符合|满足)(?:上述|以上|条件))[^，；。]{4,40}的")


def told_only(m: Mentions, b: Benefit) -> list[Node]:
    """经证监局辅导备案的奖励150万元: what would be procedure elsewhere is what a stage is paid for, where it says nothing else."""
    spans = [(low, high - 1) for low, high in b.conditions if _SAYS_WHAT.fullmatch(m.text, low, high)]
    return [declared(m, low, high, origin="tier/stage") for low, high in spans[:1]]


_NAMED = re.compile(r"(?:其中，?|对)?(?P<name>[^，；。：()“”\d]{2,10}?)的?")


def name_alone(m: Mentions, b: Benefit) -> list[Node]:
    """木本类每亩补助600元: the name that stands right before a sum is what the tier is for, where its siblings are named so too."""
    low, high = b.conditions[-1] if b.conditions and b.conditions[-1][1] == b.promises[0][0] else (0, 0)
    found = _NAMED.fullmatch(m.text, low, high)
    if found is None or NO_NAME.search(found["name"]) or idle(found["name"], listed=False):
        return []
    return [declared(m, *found.span("name"), origin="tier/name-bare")]


_COUNT = re.compile(r"(?<!\d)\d{1,9}(?:\.\d{1,4})?(?:万|亿)?[一-龥]")


def counted_again(m: Mentions, whole: list[Node], later: list[Benefit]) -> list[Node]:
    """带动3人就业且缴费满1年的，…；超过3人的，…: of several conditions that which holds the number the next promise goes on from."""
    numbers = {n for b in later for n in _COUNT.findall(words_of(m, b))}
    spans = [(node, leaves_of(node)[0]["evidence"]) for node in whole if leaves_of(node)]
    again = [node for node, e in spans if numbers & set(_COUNT.findall(m.text[e["start"] : e["end"]]))]
    return again if len(again) == 1 < len(whole) else []


def count_moved(m: Mentions, b: Benefit, whole: list[Node]) -> list[Node]:
    """当年新增高级工50人以上的，…；100人以上的，…: a bare number of what the first promise counted, and not of the staff."""
    words = words_of(m, b)
    if len(b.conditions) != 1 or _BARE_COUNT.fullmatch(words) is None:
        return []
    counted = [n for n in whole if n.get("fact") == "declared" and counts_alike(words, str(n["value"]))]
    return [declared(m, *b.conditions[0], origin="tier/count-moved")] if counted else []


_BARE_COUNT = re.compile(r"(?:达到?|超过|满|不少于)?\d[\d.]{0,8}(?:万|亿)?[一-龥㎡]{1,3}?(?:及?以上)?的?")


def moved_by(whole: list[Node], later: list[str]) -> list[Node]:
    """Which condition of the first tier the later ones move: that which counts the like, else the last."""
    counted = [n for n in whole if n.get("fact") == "declared" and any(counts_alike(words, str(n["value"])) for words in later)]
    return counted[-1:] or whole[-1:]


_Later = list[tuple[list[Node], Benefit]]


def by_verdict(m: Mentions, whole: list[Node], later: _Later) -> tuple[_Later, list[Node]]:
    """绩效考核优秀的平台给予20万元，良好的给予10万元: the verdict that each tier is for, where all but the first say nothing else."""
    ended = [of_verdict(m, b.conditions) for _, b in later]
    told = [node for node in whole if tells_verdict(m.text, node)]
    if not all(ended) or len(told) != 1:
        return later, []
    return [(nodes, b) for nodes, (_, b) in zip(ended, later, strict=True)], told


def title_only(nodes: list[Node]) -> str:
    """What tiers say that only name a title; empty for all others."""
    titled = len(nodes) == 1 and nodes[0].get("fact") in ("qualifications", "qualification_granted")
    return f"{nodes[0]['fact']} {nodes[0]['value']} {nodes[0].get('first')}" if titled else ""


def shares_fact(nodes: list[Node], others: list[Node]) -> bool:
    return bool({x["fact"] for n in nodes for x in leaves_of(n)} & {x["fact"] for n in others for x in leaves_of(n)} - {"declared"})


def same_time(m: Mentions, amounts: list[dict[str, Any]]) -> None:
    """本年度零售额500万元以上的…；300万元以上的…: a tier that does not name again what it measures is of the same time."""
    bounds = [x for a in amounts for x in leaves_of(a.get("when")) if x["op"] in ("ge", "gt", "le", "lt")]
    for first, other in itertools.pairwise(bounds):
        places = (other["evidence"]["start"], other["evidence"]["end"])
        if first["fact"] == other["fact"] and "period" in first and "period" not in other and not metrics_in(m.text, *places):
            other["period"] = first["period"]


def same_leaf(a: Node, b: Node) -> bool:
    return bool(
        "fact" in a
        and "fact" in b
        and a["fact"] == b["fact"] != "declared"
        and a.get("op") == b.get("op")
        and a.get("value") == b.get("value")
    )
