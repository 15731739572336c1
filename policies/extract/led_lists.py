"""Lists under a lead: a clause whose own paragraph holds for its numbered children, as items, tiers, parts or conditions."""

from __future__ import annotations

import re

from policies.extract.amounts import read_amounts
from policies.extract.benefits import benefits
from policies.extract.ceilings import limit_below
from policies.extract.conditions import inline_condition
from policies.extract.granting import figures, grant_paragraphs, paragraph
from policies.extract.grouping import grouped
from policies.extract.items import item_of
from policies.extract.leaf import Node
from policies.extract.pieces import Benefit
from policies.extract.sections import children_of
from policies.extract.state import ANY, STAGED, State, past_heading
from policies.extract.tierlists import (
    all_regained,
    all_tiers,
    elides,
    over_clause,
    several_gifts,
    shared,
    sums_below,
    telling,
    tiers_below,
)
from policies.segmenting import Clause

_Group = list[Benefit]


def grant_list(state: State, clause: Clause) -> bool:
    """A clause whose own paragraph leads into its numbered children; True where that settled the children too."""
    before = [i for i, (_, b) in enumerate(clause.paragraphs) if not clause.children or b <= clause.children[0].start]
    if not before:
        return False
    low, high = clause.paragraphs[before[-1]]
    low = past_heading(state.m, clause, low, high, before[-1])
    text = state.m.text
    own = benefits(text, low, high)
    opens = bool(re.search(r"(?:以下|下列|如下)[^。；]{0,20}[：。]?$", text[low:high])) or text[low:high].endswith(
        ("：", "条件", "情形")
    )
    opens = opens or bool(own and _CASES.search(text, low, high))
    if not opens and (not own or figures(text, own)) and not elides(state, clause):
        return False
    below = [[b for c in child.walk() for a, z in c.paragraphs for b in benefits(text, a, z)] for child in clause.children]
    whose = _whose_list(state, low, high)
    if whose and (not own or not all(below)):
        _items_below(state, clause, whose)
        return True
    if not any(below) and opens and own and not figures(text, own) and sums_below(state, clause, own):
        return True
    if not any(below):
        return bool(own) and opens and _conditions_below(state, clause, own, before[-1])
    if _with_bare_sums(state, clause, (low, high), own, below):
        tiers_below(state, clause, low, high, own, granting=True)
        return True
    if not all(below):
        led = opens and sum(map(bool, below)) >= 2 and any(b.conditions for b in own) and not figures(text, own)
        led = led and several_gifts(clause)
        if led:
            _items_below(state, clause, shared(state, own))
        return led
    everything = [b for bs in below for b in bs]
    if text[low:high].endswith("其中：") and own and figures(text, own):
        tiers_below(state, clause, low, high, own)
    elif own and not any(b.conditions for b in everything) and (figures(text, own) or not several_gifts(clause)):
        _parts_below(state, clause, everything, own)
    elif (not STAGED.search(text, clause.body, high) and all_tiers(state, clause, (low, high))) or (
        own and not figures(text, own) and (_one_of(text, low, high, below) or all_regained(state, clause))
    ):
        tiers_below(state, clause, low, high, own)
    elif own and not figures(text, own):
        _items_below(state, clause, shared(state, own))
    elif not own and _ADDRESSED.fullmatch(text, low, high):
        _items_below(state, clause, inline_condition(state.m, low, high - 1))
    else:
        return False
    limit_below(state, clause, [a for b in own for a in read_amounts(text, b.promises)])
    for index, (a, b) in enumerate(clause.paragraphs):
        if index != before[-1]:
            paragraph(state, clause, (a, b), max(index, 1), None, a)
    return True


_CASES = re.compile(
    r"(?:符合|满足|具备|属于|有)(?:以下|下列|下述)[^，。；：]{0,8}(?:之一|[任某][一1][项条])的?(?:[^，。；：]{0,12})，"
)
"""对符合下列情形之一的项目，实行“一事一议”。: the cases stand below, though no colon says so."""
_ONE_OF = re.compile(r"(?:以下|下列|如下)[^，；。：]{0,8}(?:条件|情形)之一")
_IN_GRADES = re.compile(
    r"(?:按照?|分成?)(?:以下|下列|如下)?[一二三四五两\d]?个?(?:不同)?(?:档次?|等级|等次|级别)(?!评定)[^，。；：]{0,6}(?:奖励|补[助贴]|资助|支持|扶持)"
)
"""按以下三个档次给予奖励：(一)…(二)…: the lines below are the grades of one benefit."""
_BY_STANDARD = re.compile(r"按照?(?:以下|下列|如下)[^，；。：]{0,4}标准")
_CLASS_NAME = re.compile(
    r"(?:对于?)?(?![^，；。]*(?:达到|超过|不低于))[^，；。的]{2,16}(?:机构|企业|人才|人员|类|级|项目|单位|组织|公司|基地|平台|事务所|博士|硕士|本科|毕业生|研究生|技师|工)(?:“一事一议”)?"
)


def _one_of(text: str, low: int, high: int, below: list[list[Benefit]]) -> bool:
    """符合下列条件之一的，给予落户支持：(一)…, 按下列标准给予补贴：(一)甲类机构，…: the children are the cases of one benefit."""
    if any(len(found) > _MOST_CASES for found in below):
        return False
    return any(asked.search(text, low, high) for asked in (_ONE_OF, _IN_GRADES)) or (
        _BY_STANDARD.search(text, low, high) is not None and _name_classes(text, below)
    )


_MOST_CASES = 2


def _name_classes(text: str, below: list[list[Benefit]]) -> bool:
    """Whether every promise of a list is for a class of body or of person, and for nothing else."""
    names = [text[slice(*b.conditions[0])] if len(b.conditions) == 1 else "" for found in below for b in found]
    return len(names) >= _LEAST_CLASSES and all(_CLASS_NAME.fullmatch(name) for name in names)


_LEAST_CLASSES = 2
_GIVES_BELOW = re.compile(
    r"(?:给予|发放|享受)(?:以下|下列|如下|相应)[^，；。：]{0,12}(?:补贴|补助|奖励|资助|支持|扶持)：$|按照?(?:以下|下列|如下)[^，；。：]{0,4}标准[^，；。：]{0,16}：$"
)


def _with_bare_sums(state: State, clause: Clause, lead: tuple[int, int], own: _Group, below: list[list[Benefit]]) -> bool:
    """…的，给予以下购房补贴：(1)顶尖人才，最高800万元；(2)拔尖人才60万元: lines that say no more than who and how much."""
    text = state.m.text
    if not own or figures(text, own) or all(below) or _GIVES_BELOW.search(text, *lead) is None:
        return False
    if sum(map(bool, below)) >= _LEAST_CLASSES and _name_classes(text, below):
        return True
    told = [
        [b for c in child.walk() for a, z in c.paragraphs for b in benefits(text, a, z, granting=True)] for child in clause.children
    ]
    return all(told) and all(figures(text, found) for found in told) and _name_classes(text, told)


def _conditions_below(state: State, clause: Clause, own: _Group, position: int) -> bool:
    """对符合下列条件之一的企业，给予…：(一)…(二)…"""
    low, high = clause.paragraphs[position]
    for group in grouped(state.m, own):
        draft = over_clause(state, clause, item_of(state.m, group))
        one = ANY.search(state.m.text, low, high) or _ANY_OF.search(state.m.text, low, high)
        draft.criteria.extend(children_of(state, clause, any_one=one is not None))
        state.drafts.append(draft)
    return True


_ANY_OF = re.compile(
    r"对(?:下列|以下|下述)(?:情形|产品|企业|单位|项目|收入|机构|行为|货物|人员|用地|房产)(?:，|的|给予|予以|免|减|按)"
)


def _parts_below(state: State, clause: Clause, below: _Group, own: _Group) -> None:
    """…合计最高1亿元，包括：(一)最高2000万元落户奖励；… : the parts are further amounts of the one item."""
    draft = item_of(state.m, [own[-1]])
    for b in below:
        draft.amounts.extend(read_amounts(state.m.text, b.promises))
    state.drafts.append(over_clause(state, clause, draft))


_ADDRESSED = re.compile(
    r"(?:对于?|凡)(?:[^；。：]{4,80}的(?:企业|单位|机构|主体|项目|平台)?|[^；。：]{2,30}(?:企业|单位|机构|平台))："
)
"""对享受加计扣除政策，且研发费用增长的企业： over a list of promises says whom all of them are for."""
_WHOSE_LIST = re.compile(
    r"(?:对于?)?(?P<who>[^，。；：\n]{2,60}?(?:机构|企业|单位|组织|学校|医院|幼儿园|园区|中心|基地|平台|工商户|合作社|主体|项目|人才|者)),?，?(?:均|可以?|应)*(?:享受|享有|给予|予以|落实|执行|提供)(?:以下|下列|如下)[^。：\n]{0,16}(?:政策|优惠|支持|措施|奖励|补[助贴]|扶持|待遇)[：。]$"
)


def _whose_list(state: State, low: int, high: int) -> list[Node]:
    """普惠托育机构享受以下政策： : whom everything in the list below is for."""
    begin = max(state.m.text.rfind(mark, low, high - 1) for mark in "。；") + 1 or low
    found = _WHOSE_LIST.match(state.m.text, max(begin, low), high)
    return inline_condition(state.m, *found.span("who")) if found is not None else []


def _items_below(state: State, clause: Clause, lead: list[Node]) -> None:
    """对…的企业按以下标准给予奖励：(一)… : each child its own item, for whom the lead names."""
    before, state.granting = state.granting, True
    first = len(state.drafts)
    for child in clause.children:
        if child.children and grant_list(state, child):
            continue
        grant_paragraphs(state, child)
        for grandchild in child.children:
            grant_paragraphs(state, grandchild)
    state.granting = before
    for draft in state.drafts[first:]:
        draft.criteria = [*(n for n in lead if telling(state, n)), *draft.criteria]
