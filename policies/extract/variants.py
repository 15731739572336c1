"""A bound with another one for a kind of enterprise, in brackets or eased behind a comma: 不低于1亿元(软件业企业不低于3000万元); 企业数不少于20家，县级园区可放宽至10家."""

from __future__ import annotations

import re
from dataclasses import replace

from policies.extract.leaf import Found, Node, all_of, any_of
from policies.extract.metrics import metrics_in, plain
from policies.quantities import quantities

_ASIDE = re.compile(
    r"\((?:其中，?|但|对于?)?(?P<who>[^()，；。：\d]{2,24}?)(?:类)?(?:[，：]|的|(?:可|适当)*(?:放宽|降低)(?:至|到|为)|可为|为|应|须|需|达到?|在)*(?=不|\d|以?[上下]|超|低|高|大|小|至)[^()，；：。]{2,24}\)"
)
_EASED = re.compile(r"(?:放宽|降低)(?!至|到|为)|减半|除外|不含|不包括|含")
_EASED_BEHIND = re.compile(
    r"(?:的[^，；。：()\d]{2,16})?[，；。](?:其中，?|但|对于?|属于)?(?P<who>[^；。：()]{2,40}?)(?:可以?|应)?(?:适当|相应)?(?:放宽|降低)(?:至|到|为)[^，；。：()]{2,24}(?=[，；。]|$)"
)
"""设备投入500万元以上，列入省重点项目名单的，设备投入可放宽到300万元以上."""
_OF_SOME = re.compile(
    r"[，；](?:其中|但)，?(?:对于?)?(?P<who>[^；。：()]{2,40}?)(?:的?(?:企业|单位|机构|项目))?，?(?:应|须|需)?(?=不[低少高超]|达到)(?P<bound>[^，；。：()]{2,20})(?=[，；。]|$)"
)
"""研发费用占比不低于4%，其中营业收入2亿元以上的企业不低于3%: an easier bound for some."""
_A_KIND = re.compile(r"(?:企业|业|类|行业|机构|单位|项目|型|产品|平台|中心|孵化器|空间|车间|园|领域|产业|[区县市])$")

_OF_A_KIND = re.compile(r"(?:企业|行业|产业|业|类|机构|单位|项目|型|领域|平台|中心|的)，?(?:应|须|需)?$")


def variants(text: str, typed: list[Found], end: int) -> tuple[list[Found], dict[int, tuple[tuple[int, int], Found]]]:
    """The typed leaves without those in such brackets, and for the place of each bound so varied whom the other bound is for and that bound."""
    told: dict[int, tuple[tuple[int, int], Found]] = {}
    kept: list[Found] = []
    inside: list[tuple[int, int]] = []
    for f in typed:
        said = _said_beside(text, f, end) if f.node["op"] in ("ge", "gt", "le", "lt") else None
        other = _other_bound(text, f, said) if said is not None else None
        who = _who(text, f, said) if said is not None else None
        if said is None or other is None or who is None:
            kept.append(f)
            continue
        told[f.start] = (who, other)
        inside.append((f.end, said.end()))
        kept.append(replace(f, end=said.end()))
    return [f for f in kept if not any(a <= f.start < b for a, b in inside)], told


def _said_beside(text: str, f: Found, end: int) -> re.Match[str] | None:
    """The words behind a bound that tell another one for a kind of enterprise: a bracket, or a clause that eases it."""
    aside = _ASIDE.match(text, f.end, end) if text[f.end : f.end + 1] == "(" else None
    return aside or _EASED_BEHIND.match(text, f.end, end) or _OF_SOME.match(text, f.end, end)


def _who(text: str, f: Found, said: re.Match[str]) -> tuple[int, int] | None:
    """Whom the other bound is for, without what it measures (餐饮类首店|营业面积可降低至100平方米); None where it measures something else."""
    low, high = said.span("who")
    if said.re is _ASIDE:
        return (low, high) if _A_KIND.search(said["who"]) else None
    if said.re is _OF_SOME and said[0][1] == "其" and not _OF_A_KIND.search(text, low, said.start("bound")):
        return None  # 研发人员不少于20人，其中博士不少于5人: a part, which has a bound of its own besides
    named = metrics_in(text, low, high)
    bounded = bool(named) and any(named[-1].end <= q.start for q in quantities(text, low, high))
    if named and (named[-1].end == high or (said.re is _OF_SOME and not bounded)):
        if named[-1].fact != f.node["fact"]:
            return None
        high = named[-1].start
    who = text[low:high].rstrip("，的其")
    return (low, low + len(who)) if len(who) >= 2 else None


def _other_bound(text: str, f: Found, said: re.Match[str]) -> Found | None:
    """The leaf of the bound in brackets: of the same fact, where its number is of the same kind and the words beside it ease nothing else."""
    begin = said.start("bound") if said.re is _OF_SOME else said.end("who")
    numbers = list(quantities(text, begin, said.end() - (said.re is _ASIDE)))
    own = list(quantities(text, f.start, f.end))
    if len(numbers) != 1 or not own or _EASED.search(said[0]):
        return None
    q = numbers[0]
    if said.re is _OF_SOME and (q.value >= own[-1].value if f.node["op"] in ("ge", "gt") else q.value <= own[-1].value):
        return None  # a harder bound for some is asked of them besides
    if q.is_money != own[-1].is_money or q.is_ratio != own[-1].is_ratio or (not q.is_money and q.unit != own[-1].unit):
        return None
    low, high = min(q.start, q.op_start), max(q.end, q.op_end)
    node = {**f.node, "op": q.op or f.node["op"], "value": plain(q.value), "evidence": {"start": low, "end": high}}
    return Found(node, low, high, f.rank)


def varied_bound(node: Node, kind: list[Node], other: Found) -> Node:
    """The bound for everybody, or the other one for the kind in brackets."""
    special = all_of([*kind, other.node])
    tree = any_of([node, special] if special is not None else [node])
    return tree if tree is not None else node
