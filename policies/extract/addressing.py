"""Which items a condition says it is for: by the number of their article, as those of its chapter or article, as those above it."""

from __future__ import annotations

import re

from policies.extract.items import ItemDraft
from policies.extract.state import State
from policies.numerals import number
from policies.segmenting import Clause

_N = r"(?:[一二三四五六七八九十]{1,3}|\d{1,2})"
_ARTICLES = rf"第?{_N}条?(?:(?:、|和|及|与|或|至|到|-)第?{_N}条?){{0,12}}(?<=条)"
_POINTS = rf"第?\(?{_N}\)?(?:[款项])?(?:(?:、|和|及|与|或|至|到|-)第?\(?{_N}\)?[款项]?){{0,8}}(?<=[款项])"
_THIS = r"本(?:办法|措施|政策|细则|规定|意见|规程|若干措施|指南|通知|文件|条例|实施细则|实施办法)"
_GIFT = r"(?:奖励|奖补|补助|补贴|扶持|资助|支持|贴息|政策|资金|奖|优惠|项目|条款)"
_NOT_FOR = re.compile(
    rf"[^，。；：]{{2,60}}不(?:适用|享受|执行)(?:于)?{_THIS}?(?P<articles>{_ARTICLES})(?P<points>{_POINTS})?(?:的?(?:规定|政策|奖励|补助|扶持))?[。；]?$"
)
_SPARED = re.compile(
    rf"除(?:{_THIS})?(?:(?P<articles>{_ARTICLES})|(?P<name>[^，。；：第]{{3,14}}?))(?:规定|另有规定)?(?:的?(?:项目|企业))?(?:以外|之外|外)，(?!还|亦|也|均?可)"
)
_APPLYING = r"(?:凡|其中，?|对于?|企业|机构|单位)?(?:申[请报领]|享受|获得)?"
_ADDRESSES = (
    re.compile(rf"[^。；：]{{2,40}}可以?(?:申[请报领]|享受)(?:{_THIS})?(?P<articles>{_ARTICLES})"),
    re.compile(r"[^。；：]{2,60}可以?(?:申[请报领]|享受|适用)(?P<chapter>本[章节])"),
    re.compile(
        rf"(?:凡|其中，?|对于?)?(?:申[请报领]|享受|获得|领取|执行)(?:了)?(?:{_THIS}|上述|以上)?(?P<articles>{_ARTICLES})(?P<points>{_POINTS})?"
    ),
    re.compile(rf"按照?(?:{_THIS})?(?P<articles>{_ARTICLES})(?P<points>{_POINTS})?(?:的?规定)?(?:申[请报领]|享受|获得)"),
    re.compile(
        rf"(?:以上|上述|{_THIS})?(?P<articles>{_ARTICLES})(?P<points>{_POINTS})?(?:规定|所列|所述)?的?(?:适用于|(?:[^，。；：的]{{0,6}}{_GIFT})?的?(?:适用)?(?:对象|企业|单位|主体|机构)(?:为|是|须|应|需|必须|原则上|限于))"
    ),
    _NOT_FOR,
    re.compile(rf"{_APPLYING}(?P<chapter>本[章节])(?:适用于|所称|规定的?|{_GIFT}|[^，。；：]{{1,8}}{_GIFT}|的?申[报请])"),
    re.compile(
        rf"{_APPLYING}(?P<here>本条|本款|前款|上款|上述|以上)(?:规定的?)?(?P<points>{_POINTS})?(?:规定)?的?[^，。；：]{{0,8}}{_GIFT}"
    ),
    re.compile(
        rf"(?:以上|上述)?(?P<parts>第{_N}(?:(?:、|和|及|与|或|至|到|-)第?{_N}){{0,8}}项)(?:[^，。；：的]{{0,6}}{_GIFT})?的?申[请报]"
    ),
    re.compile(rf"{_APPLYING}(?P<parts>第{_N}(?:(?:、|和|及|与|或|至|到|-)第?{_N}){{0,8}}项)"),
    re.compile(
        rf"{_APPLYING}(?P<label>[A-Z]类|(?:支持)?方向[一二三四五六七八九十\d]{{1,2}}|专题[一二三四五六七八九十\d]{{1,2}}|第[一二三四五六七八九十]{{1,2}}类|[甲乙丙丁]类|[一-龥]{{2,8}}类(?=项目))"
    ),
)


_PART_OF = re.compile(r"(?:项目)?中的?(?P<name>[^，。；：的]{2,14}?)(?:项目)?的，")
"""申报C类项目中|公共海外仓的，…: some of those that the label stands over."""
BUT_FOR = re.compile(
    r"[^；：]{2,80}\((?P<label>[A-Z]类|(?:支持)?方向[一二三四五六七八九十\d]{1,2}|专题[一二三四五六七八九十\d]{1,2}|第[一二三四五六七八九十]{1,2}类)(?:项目)?除外\)[；。]?"
)
"""出口额同比下降超过30%的(D类项目除外): asked of all but those."""


def addressed(state: State, clause: Clause, words: str) -> list[ItemDraft] | None:
    """The items that the opening of a condition standing in `clause` points to; None where it points to none in particular."""
    but_for = BUT_FOR.fullmatch(words)
    if but_for is not None:
        gone = _labelled(state, clause, but_for["label"])
        return [d for d in state.drafts if not any(d is x for x in gone)] if gone else None
    spared = _SPARED.match(words)
    if spared is not None:
        out = _articles(state, clause, spared["articles"]) if spared["articles"] else []
        gone = [d for d in state.drafts if any(c.start <= d.start < c.end for c in out)]
        gone = gone or [d for d in state.drafts if spared["name"] and spared["name"] in "".join((d.title, d.words, *d.path))]
        return [d for d in state.drafts if not any(d is x for x in gone)] if gone else None
    for form in _ADDRESSES:
        found = form.match(words)
        if found is None:
            continue
        groups = found.groupdict()
        if groups.get("label"):
            drafts = _labelled(state, clause, groups["label"])
            part = _PART_OF.match(words, found.end())
            drafts = [d for d in drafts if part is None or any(part["name"] in x for x in (d.title, d.words, *d.path))]
            return drafts if drafts and len(drafts) < len(state.drafts) else None
        if groups.get("parts"):
            hosts = _parts(state, clause, groups["parts"])
        elif groups.get("articles"):
            hosts = _articles(state, clause, groups["articles"])
        elif groups.get("chapter"):
            hosts = [c for c in clause.ancestors() if c.style == "chapter"][:1]
        else:
            points = groups.get("points")
            above = (c for c in (clause, *clause.ancestors()) if c.style != "root" and state.drafts_in(c))
            hosts = [c for c in above if not points or _points(c, points)][:1]
        if groups.get("points"):
            hosts = [c for host in hosts for c in _points(host, groups["points"])]
        drafts = [d for d in state.drafts if any(c.start <= d.start < c.end for c in hosts)]
        return drafts or None
    return None


_LET_OFF = re.compile(
    rf"(?:申[请报领]|享受|获得)(?P<name>[^，。；：的]{{2,16}})(?:的|项目|类)*，?(?:可|可以)?不受(?:{_THIS})?(?:第(?P<n>{_N})(?:条|部分|项|款)?)?[^，。；：]{{0,12}}?(?:的)?限制"
)


def held_to(state: State, clause: Clause) -> list[ItemDraft]:
    """申报以奖代补的，不受第二条支持重点限制: the items that no such sentence lets off what this clause asks; none where none is let off."""
    if clause.style not in ("cn", "article") or clause.ordinal is None or len(state.drafts) < 2:
        return []
    free: list[ItemDraft] = []
    for said in _LET_OFF.finditer(state.m.text):
        if said["n"] and clause.ordinal in numbers(said["n"]):
            free += [d for d in state.drafts if any(said["name"] in words for words in (d.title, *d.path))]
    return [d for d in state.drafts if not any(d is x for x in free)] if free else []


def refers_to_article(words: str) -> bool:
    """Whether a refusing sentence is about one article only: 加油站不适用本措施第一条."""
    return _NOT_FOR.match(words) is not None


def _labelled(state: State, clause: Clause, label: str) -> list[ItemDraft]:
    """The items in lines or parts that such a label opens (A类：…, 方向1：…), or under a heading that says it (项目补贴类)."""
    text = state.m.text
    begins = [text.rfind("\n", 0, d.start) + 1 for d in state.drafts]
    opens = re.compile(rf"(?:[(]?{_N}[)、.])?{re.escape(label)}(?!\d)")
    parts = [c for c in _root_of(clause).walk() if c.style != "root" and opens.match(text, c.start)]
    return [
        d
        for d, low in zip(state.drafts, begins, strict=True)
        if opens.match(text, low) or any(p.endswith(label) for p in d.path) or any(c.start <= d.start < c.end for c in parts)
    ]


def _parts(state: State, clause: Clause, words: str) -> list[Clause]:
    """第一、二项: the parts with these numbers of the nearest clause that has them all, with items in each."""
    wanted = numbers(words)
    for above in (*clause.ancestors(), *_root_of(clause).walk()):
        found = [c for c in above.children if c.ordinal in wanted]
        if len(found) == len(wanted) and all(state.drafts_in(c) for c in found):
            return found
    return []


def _articles(state: State, clause: Clause, words: str) -> list[Clause]:
    """The articles with the named numbers that grant something; where no article does, the parts 一、二、三."""
    wanted = numbers(words)
    for style in ("article", "cn", "num"):
        found = [c for c in _root_of(clause).walk() if c.style == style and c.ordinal in wanted and state.drafts_in(c)]
        if found and len(found) == len({c.ordinal for c in found}):
            return found
    return []


def _root_of(clause: Clause) -> Clause:
    return next((c for c in clause.ancestors() if c.parent is None), clause)


def _points(host: Clause, words: str) -> list[Clause]:
    wanted = numbers(words)
    return [c for c in host.children if c.ordinal in wanted]


def numbers(words: str) -> set[int]:
    """第三条、第五条至第七条: 3, 5, 6, 7."""
    marks = re.findall(rf"(至|到|-)?第?\(?({_N})", words)
    wanted: set[int] = set()
    last = 0
    for through, mark in marks:
        value = int(number(mark) or 0)
        wanted |= set(range(last + 1 if through and last < value else value, value + 1))
        last = value
    return wanted
