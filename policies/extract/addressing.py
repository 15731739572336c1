"""Which items a condition says it is for: by the number of their article, as those of its chapter or article, as those above it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from policies.extract.items import ItemDraft
from policies.extract.state import State
from policies.quantities import number
from policies.segmenting import Clause

_N = r"(?:[一二三四五六七八九十]{1,3}|\d{1,2})"
_ARTICLES = rf"第?{_N}条?(?:(?:、|和|及|与|或|至|到|-)第?{_N}条?){{0,12}}(?<=条)"
_POINTS = rf"第?\(?{_N}\)?(?:[款项])?(?:(?:、|和|及|与|或|至|到|-)第?\(?{_N}\)?[款项]?){{0,8}}(?<=[款项])"
_THIS = r"本(?:办法|措施|政策|细则|规定|意见|规程|若干措施|指南|通知|文件|条例|实施细则|实施办法)"
_GIFT = r"(?:奖励|奖补|补助|补贴|扶持|资助|支持|贴息|政策|资金|奖|优惠|项目|条款)"
_ADDRESSES = (
    re.compile(
        rf"(?:凡|其中，?|对于?)?(?:申[请报领]|享受|获得|领取|执行)(?:了)?(?:{_THIS}|上述|以上)?(?P<articles>{_ARTICLES})(?P<points>{_POINTS})?"
    ),
    re.compile(
        rf"(?:以上|上述|{_THIS})?(?P<articles>{_ARTICLES})(?P<points>{_POINTS})?(?:规定|所列|所述)?的?(?:适用于|(?:[^，。；：的]{{0,6}}{_GIFT})?的?(?:适用)?(?:对象|企业|单位|主体|机构)(?:为|是|须|应|需|必须|原则上|限于))"
    ),
    re.compile(
        rf"[^，。；：]{{2,60}}不(?:适用|享受|执行)(?:于)?{_THIS}?(?P<articles>{_ARTICLES})(?P<points>{_POINTS})?(?:的?(?:规定|政策|奖励|补助|扶持))?$"
    ),
    re.compile(
        rf"(?:凡|其中，?|对于?)?(?:申[请报领]|享受|获得)?(?P<chapter>本[章节])(?:适用于|所称|规定的?|{_GIFT}|[^，。；：]{{1,8}}{_GIFT}|的?申[报请])"
    ),
    re.compile(
        rf"(?:凡|其中，?|对于?)?(?:申[请报领]|享受|获得)?(?P<here>本条|本款|前款|上款|上述|以上)(?:规定的?)?(?P<points>{_POINTS})?(?:规定)?的?[^，。；：]{{0,8}}{_GIFT}"
    ),
)


def addressed(state: State, clause: Clause, words: str) -> list[ItemDraft] | None:
    """The items that the opening of a condition standing in `clause` points to; None where it points to none in particular."""
    for form in _ADDRESSES:
        found = form.match(words)
        if found is None:
            continue
        groups = found.groupdict()
        if groups.get("articles"):
            hosts = list(_articles(clause, groups["articles"]))
        elif groups.get("chapter"):
            hosts = [c for c in clause.ancestors() if c.style == "chapter"][:1]
        else:
            points = groups.get("points")
            above = (c for c in (clause, *clause.ancestors()) if c.style != "root" and _inside(state, c))
            hosts = [c for c in above if not points or _points(c, points)][:1]
        if groups.get("points"):
            hosts = [c for host in hosts for c in _points(host, groups["points"])]
        drafts = [d for d in state.drafts if any(c.start <= d.start < c.end for c in hosts)]
        return drafts or None
    return None


def refers_to_article(words: str) -> bool:
    """Whether a refusing sentence is about one article only: 加油站不适用本措施第一条."""
    return _ADDRESSES[2].match(words) is not None


def _inside(state: State, clause: Clause) -> list[ItemDraft]:
    return [d for d in state.drafts if clause.start <= d.start < clause.end]


def _articles(clause: Clause, words: str) -> Iterator[Clause]:
    """The articles with the named numbers; where the text has no articles, its parts 一、二、三."""
    *_, root = clause.ancestors() if clause.parent is not None else (clause,)
    for style in ("article", "cn", "num"):
        found = [c for c in root.walk() if c.style == style]
        if found:
            wanted = _numbers(words)
            hits = [c for c in found if c.ordinal in wanted]
            yield from hits if len(hits) == len({c.ordinal for c in hits}) else []
            return


def _points(host: Clause, words: str) -> list[Clause]:
    wanted = _numbers(words)
    return [c for c in host.children if c.ordinal in wanted]


def _numbers(words: str) -> set[int]:
    """第三条、第五条至第七条: 3, 5, 6, 7."""
    marks = re.findall(rf"(至|到|-)?第?\(?({_N})", words)
    wanted: set[int] = set()
    last = 0
    for through, mark in marks:
        value = int(number(mark) or 0)
        wanted |= set(range(last + 1 if through and last < value else value, value + 1))
        last = value
    return wanted
