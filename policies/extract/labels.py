"""Tiers that a promise names beside its sums: 按博士每月3000元、硕士每月1500元的标准; 按照失能、自理老人每人每月300元、100元的标准."""

from __future__ import annotations

import itertools
import re
from typing import Any

from policies.extract.conditions import declared, inline_condition
from policies.extract.leaf import SHUT_OUT, Node, all_of
from policies.extract.mentions import Mentions
from policies.extract.metrics import plain
from policies.quantities import quantities

_EACH = r"(?:每[^，；。、\d每]{1,4}){0,2}"
_SUM = r"\d[\d.,]{0,9}(?:万|亿)?元"
_GIVEN = r"(?:(?:给予|奖励|补助|补贴|资助|发放|按照?|最高|一次性|不超过|标准为|为)+)?"
_NAME = r"[^，；。、：()“”\d每按]{2,14}?(?:\([^()，；。、\d]{1,8}\))?"  # 初级(五级)不超过1000元
_BESIDE = re.compile(
    rf"(?:(?:^|(?<=[，、：；。\s])|按照?)(?:其中，?)?|其中，?)(?P<name>{_NAME})(?:的)?{_EACH}{_GIVEN}{_EACH}(?P<sum>{_SUM})"
)
_BEFORE = re.compile(
    rf"(?:按照?|对)(?P<list>[^，；。、：()\d每]{{1,14}}(?:、[^，；。、：()\d每]{{1,14}}?){{1,5}}){_EACH}(?:分别)?{_GIVEN}{_EACH}(?P<sum>{_SUM})"
)
_GAINED_AGAIN = re.compile(r"(?:首次|重新|再次|新)(?:通过)?(?:认定|评定|获评|认证)|复审(?:通过)?|复核(?:通过)?")
_BEFORE_EACH = re.compile(
    rf"(?:按照?|对)(?P<list>[^，；。、：()\d每和及与]{{1,14}}(?:(?:、|和|及|与)[^，；。、：()\d每和及与]{{1,14}}?){{1,5}}){_EACH}分别{_GIVEN}{_EACH}(?P<sum>{_SUM})"
)
NO_NAME = re.compile(
    r"年|[月日天]$|^(?:单|同一|一次|最|总|不|可|再|另|各|分|共|上|下|标准|金额|额度|奖|补|资|给|予|发|累|合|连|首|在|由|(?:区|市|县|省|国)(?![内外级家际域])|财政|企业|项目|其(?![他余])|该|即|约|人民币|至|的|和|及|或|并)"
)


def labelled(m: Mentions, promises: list[tuple[int, int]], amounts: list[dict[str, Any]]) -> list[Node | None] | None:
    """What each of the amounts of one promise is for, where the words right before every sum (or a list before all of them) name it."""
    for low, high in promises:
        inside = [a for a in amounts if low <= a["evidence"]["end"] <= high or low <= a["evidence"]["start"] < high]
        if len(inside) < 2:
            continue
        ends = [_end_of(m.text, low, high, a) for a in inside]
        if not low <= ends[0] <= ends[-1] <= high:
            continue
        names_at = ((h.end("sum") + low, h.start("name") + low, h.end("name") + low) for h in _BESIDE.finditer(m.text[low:high]))
        beside = {end: (a, b) for end, a, b in names_at}
        spans = [beside.get(end) for end in ends]
        if any(span is None for span in spans):
            spans = list(_listed(m.text, low, high, ends[0], len(ends)))
        named = [
            span
            for span in spans
            if span is not None and (_GAINED_AGAIN.fullmatch(m.text, *span) or not NO_NAME.search(m.text[slice(*span)]))
        ]
        if len(named) == len(ends) == len({m.text[a:b] for a, b in named}):
            names = {id(a): declared(m, *span, origin="tier/labelled") for a, span in zip(inside, named, strict=True)}
            return [names.get(id(a)) for a in amounts]
    return None


_OTHERS_IN_BRACKETS = re.compile(
    rf"(?:/[^()，；。\d]{{1,4}})?\((?:其中，?|对)?(?P<name>[^()，；。、\d每按]{{2,12}}?)(?:的)?(?:，)?{_EACH}{_GIVEN}{_EACH}(?P<sum>{_SUM})(?:/[^()，；。\d]{{1,4}})?\)"
)


def others_in_brackets(m: Mentions, amounts: list[dict[str, Any]]) -> None:
    """每亩补贴50元(林地25元): what the sum in brackets is for, and that the one before it is for the others."""
    for first, other in itertools.pairwise(amounts):
        if first.get("when") or other.get("when") or {first["kind"], other["kind"]} - {"fixed", "per_unit"}:
            continue
        beside = _OTHERS_IN_BRACKETS.match(m.text, first["evidence"]["end"])
        if beside is not None and beside.start("sum") < other["evidence"]["end"] <= beside.end():
            told = all_of(inline_condition(m, *beside.span("name")))
            name = told or declared(m, *beside.span("name"), origin="tier/labelled")
            if first["kind"] == "per_unit":
                other.pop("per", None)
                other.update({k: v for k, v in first.items() if k in ("kind", "unit", "base", "years", "period")})
            other["when"] = name
            if name.get("fact") == "declared":
                first["when"] = declared(m, *beside.span("name"), origin="tier/labelled", prefix=SHUT_OUT)


def _end_of(text: str, low: int, high: int, amount: dict[str, Any]) -> int:
    """Where the sum of an amount ends, also where a ceiling behind it stretches its evidence."""
    said = amount.get("value", amount.get("cap"))
    first, last = amount["evidence"]["start"], amount["evidence"]["end"]
    sums = [q for q in quantities(text, max(low, first), min(high, last)) if q.is_money and plain(q.value) == said]
    return sums[0].end if sums else int(last)


_GIVEN_BEHIND = re.compile(r"(?:分别|各)?(?:给予|奖励|补助|补贴|资助|奖补|按照?)?$")


def _listed(text: str, low: int, high: int, end: int, count: int) -> list[tuple[int, int]]:
    """The parts of the list of names before the first sum, where they are as many as the sums."""
    hits = [(hit, "[^、]+") for hit in _BEFORE.finditer(text, low, high)]
    hits += [(hit, "[^、和及与]+") for hit in _BEFORE_EACH.finditer(text, low, high)]
    for hit, part in hits:
        tail = _GIVEN_BEHIND.search(text, *hit.span("list"))
        stop = tail.start() if tail is not None else hit.end("list")
        names = [(h.start(), h.end()) for h in re.compile(part).finditer(text, hit.start("list"), stop)]
        if hit.end("sum") == end and len(names) == count:
            return names
    return []


_EACH_OF = re.compile(
    r"每(?:成功|新)?(?:引进|招引|引入|培育|孵化|推荐|输送|设立|新设|新增|获得|取得|承办|举办|完成|创建|新建|开设)?(?:一|1)?(?:家|个|项|场|次|名|人|件|处|届|场次)?"
    r"(?P<list>[^，；。：、\d每]{2,24}(?:(?:、|和|或)[^，；。：、\d每]{2,24}){1,5})(?:的)?，?分别"
)


def each_of(m: Mentions, promises: list[tuple[int, int]], count: int) -> list[Node] | None:
    """每引进一家全国首店、区域首店，分别奖励…: the parts of the list that a sum is for each of, where they are as many as the sums."""
    for low, _ in promises:
        said = _EACH_OF.match(m.text, low, promises[-1][1])
        if said is None:
            continue
        names = [(h.start(), h.end()) for h in re.compile("[^、和或]+").finditer(m.text, *said.span("list"))]
        if len(names) == count:
            return [declared(m, a, b, origin="tier/each-of") for a, b in names]
    return None
