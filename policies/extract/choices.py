"""Which lines and children of a section are alternatives: branches by trade, kinds of one body, bodies listed as beneficiaries."""

from __future__ import annotations

import re

from policies.extract.leaf import Node, all_of, any_of
from policies.extract.state import State
from policies.extract.typed import read_typed
from policies.segmenting import Clause

ENTRY = re.compile(
    r"(?P<kind>新(?:引进|设立|落户|迁入|注册|办)|现有|原有|存量|本地|已落户)的?(?:总部)?(?:型)?(?:企业|项目|机构)(?:须|应|需|的)?，?(?=[^，；。：]{6,})"
)
"""新引进企业实到注册资本…；现有企业上年度营业收入…: conditions for those who come and for those who are here."""


def is_branch(state: State, start: int, end: int) -> bool:
    """批发业：上一年度营业收入…: a line that names a trade and then its own conditions is one of several branches."""
    if ENTRY.match(state.m.text, start, end) is not None:
        return True
    m = re.compile(r"[^，；。：]{2,70}：(?=[^：]{6,})").match(state.m.text, start, end)
    if m is None:
        return False
    return any(f.node["fact"] in ("industry", "industry_theme") for f in read_typed(state.m, start, m.end()))


def branched(parts: list[tuple[list[Node], bool]]) -> list[Node]:
    """The parts together; two branches or more are alternatives."""
    trees = [tree for nodes, branch in parts if branch and (tree := all_of(nodes)) is not None]
    if len(trees) < 2:
        return [n for nodes, _ in parts for n in nodes]
    either = any_of(trees)
    rest = [n for nodes, branch in parts if not branch for n in nodes]
    return [*rest, either] if either is not None else rest


def defined(state: State, clause: Clause) -> bool:
    """Whether the children only say what the words of the clause's own line mean (…500强是指…)."""
    meanings = [bool(re.match(r"[^，；。]{2,30}[，。]?(?:是指|系指)", state.text_of(c))) for c in clause.children]
    return sum(meanings) >= 2 and sum(meanings) * 2 > len(meanings)


KIND = re.compile(
    r"(?:认定)?(?P<name>[^，。：；\n]{2,16}?)(?:[。：]|，?(?:必须|应当?|须|需|是指)[^。：\n]{0,16}(?:条件|要求))[^\n]{0,24}(?:条件|要求)?[：。]?$"
)


_BARE = re.compile(r"(?P<name>[^，。：；\n]{2,22}(?:企业|机构|基地|平台|园区|中心|总部|项目|合作社|农场|民宿|楼宇))")


def are_kinds(state: State, clauses: list[Clause]) -> bool:
    """综合型总部。同时具备下列条件：… 职能型总部。同时具备下列条件：…: kinds of one body, each with a list of its own."""
    if _are_sorts(state, clauses):
        return True
    return kind_of(state, clauses) is not None


def kind_of(state: State, clauses: list[Clause]) -> str | None:
    """What the kinds are kinds of (总部 of 综合型总部 and 职能型总部), where each clause lists what one of them takes."""
    listed = [c for c in clauses if c.children]
    if len(listed) < 2 or any(state.text_of(c) and not _BY_TALK.search(state.text_of(c)) for c in clauses if not c.children):
        return None
    names = [m["name"] for c in listed if (m := KIND.match(state.text_of(c)) or _BARE.fullmatch(state.text_of(c))) is not None]
    end = shared_end(names) if len(names) == len(listed) else ""
    return end if len(set(names)) > 1 and end not in _ANY_BODY and _GIFT.search(end) is None else None


_SORT = re.compile(
    r"(?P<name>[^，。：；\n]{1,12}(?:型|类|性))(?P<body>[^，。：；\n]{0,8}(?:企业|机构|项目|平台|基地|园区|总部|中心|单位|合作社|农场))[，：](?=[^\n]{6})"
)


def _are_sorts(state: State, clauses: list[Clause]) -> bool:
    """1.平台型物流企业，以网络货运为主；2.综合型物流企业，从事…: sorts of one body, each told in a line, are alternatives."""
    found = [_SORT.match(state.text_of(c)) for c in clauses]
    sorts = [m for m in found if m is not None]
    return (
        len(sorts) > 1
        and len(sorts) == len(clauses)
        and len({m["body"] for m in sorts}) == 1
        and len({m["name"] for m in sorts}) > 1
    )


_KIND_HEADING = re.compile(r"(?P<name>[^，。：\n]{3,20}?)的?(?:申报|认定|申请|奖励|评定)?(?:基本)?(?:条件|要求|标准)")


_HOUSE = re.compile(r"(?:企业|单位|机构|平台|基地|园区?|中心|载体|空间|孵化器|工厂|车间|总部|示范区|合作社|民宿|酒店|楼宇)$")


def are_kinds_apart(clauses: list[Clause], *, bare: bool = False) -> bool:
    """一、综合型平台申报条件 二、专业型平台申报条件: lists side by side, each for a kind of one body; `bare` where the heading may be only its name."""
    found = [_KIND_HEADING.fullmatch(c.heading) for c in clauses]
    names = [m["name"] if m is not None else c.heading if bare else "" for c, m in zip(clauses, found, strict=True)]
    if not all(names) or len(set(names)) < 2:
        return False
    end = shared_end(names)
    return len(end) > 1 and end not in _ANY_BODY and _GIFT.search(end) is None and (not bare or _HOUSE.search(end) is not None)


def shared_end(names: list[str]) -> str:
    """The words in which all names end (总部企业 of 综合型总部企业 and 区域型总部企业)."""
    first = names[0]
    return next((first[at:] for at in range(len(first) - 1) if all(name.endswith(first[at:]) for name in names)), "")


_GIFT = re.compile(r"(?:补[助贴]|奖励|奖补|资助|扶持|贴息|支持|资金)(?:的?(?:企业|单位|机构|项目|主体))?$")
"""申请建设补助应符合…, 申请运营补助应符合…: lists for items, and no kinds of one body."""
_BY_TALK = re.compile(r"一事一议|一企一策|特殊认定|另行认定")
_ANY_BODY = {
    "",
    "条件",
    "要求",
    "标准",
    "项目",
    "企业",
    "申报条件",
    "基本条件",
    "认定条件",
    "类项目",
    "项目条件",
    "的企业",
    "类企业",
}
THE_FOLLOWING = re.compile(
    r"(?:以下|下列|如下)(?!条件|要求|情形|标准)(?:[一-龥]{0,4}(?:企业|机构|单位|组织|主体|人员|人才))：$|"
    r"(?:以下|下列|如下)[一二三四五六七八九\d]{1,2}[类种](?:[一-龥]{0,6}(?:企业|项目|机构|单位|主体|产品|活动|人员))?(?:，?均?可以?[^，；。：]{2,16})?[：。]$"
)
_OF_WHOM = re.compile(r"(?:对象|主体)(?:及范围)?$|(?:支持|扶持|奖励|补[助贴]|资助|奖补|贴息|申[请报])(?:的)?(?:项目)?范围$")
_BODY = re.compile(
    r"(?:企业|单位|机构|旅行社|合作社|农场|公司|协会|商会|学会|基金会|联盟|中介|运营方|组织|院校|高校|院所|平台|团队|个人|工商户|分社|医院|景区|主体|法人|大户|基地|园区|载体|楼宇|民宿|农户)(?:\([^()]*\))?[；。]?$"
)


_WISHED = re.compile(r"(?:积极|大力|重点)?(?:支持|鼓励|推动|推进|引导|促进|加快)")


_A_PROJECT = re.compile(r"[^，；。：\n]{2,60}项目[；。]?")


def names_whom(state: State, clause: Clause) -> bool:
    """支持范围：在本市注册的生产厂商、…等主体。: a section named after a range that only names bodies says whom it is for."""
    if not _OF_WHOM.search(clause.heading.rstrip("：:")):
        return False
    told = [state.m.text[a:b] for part in (clause, *clause.children) for a, b in part.paragraphs]
    told = [words for words in told if words.rstrip("：:") != clause.heading.rstrip("：:") and not THE_FOLLOWING.search(words)]
    return bool(told) and all(
        (_BODY.search(words) or _A_PROJECT.fullmatch(words)) and not _WISHED.match(words) and "。" not in words[:-1]
        for words in told
    )


_BODY_MUST = re.compile(
    rf"[^，。：；]{{0,24}}?{_BODY.pattern.removesuffix('[；。]?$')}(?:(?:适用|享受|申请|申报)本?[^，。：；]{{2,8}})?(?:应当?|须|需)(?:同时)?(?:符合|具备|满足)"
)


def are_beneficiaries(state: State, clause: Clause) -> bool:
    """奖励对象：（一）…的旅行社；（二）…的会议承办单位: the bodies, and the kinds of projects, listed under such a heading are alternatives."""
    if not _OF_WHOM.search(clause.heading.rstrip("：:")):
        return False
    said = [state.text_of(child).split("\n")[0] for child in clause.children]
    return len(said) > 1 and all(_BODY.search(words) or _BODY_MUST.match(words) or _A_PROJECT.fullmatch(words) for words in said)
