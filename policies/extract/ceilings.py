"""Ceilings said once for several benefits: 单个企业每年支持总金额不超过200万元; 申请人年度获得本条规定的资助不超过20万元."""

from __future__ import annotations

import bisect
import re
from collections import Counter
from typing import Any

from policies.extract.items import ItemDraft
from policies.extract.leaf import all_of, leaves_of
from policies.extract.state import State
from policies.quantities import quantities
from policies.segmenting import Clause

_HOLDER = r"(?:(?:原则上|但|且|对)?(?:单个|每个|每家|同一|同一家|各)[^，；。]{0,4}(?:企业|机构|单位|主体|平台|园区|申请人|旅行社|载体|组织|主办方|承办方|公司|商户|团队)|申请人|企业)"
_TOTAL = re.compile(
    r"(?<=。)(?:单个|每个|每家|同一|各)(?:企业|机构|单位|申报单位|主体)[^，；。]{0,14}(?:每年|年度|全年)[^，；。]{0,14}总(?:金额|额)[^，；。]{0,6}(?:不超过|最高|不得超过)"
)
_OF_CLAUSE = re.compile(
    rf"(?<=[。；\n，])(?:\([^()]{{1,4}}\)|\d{{1,2}}[.、])?{_HOLDER}[^，；。\n]{{0,14}}(?:本条款?|本款|本项|上述|以上|前款|前述|各项|该条)"
    r"[^，；。\n]{0,20}(?:不超过|最高|不高于|上限为?)"
)
_SENTENCE = re.compile(
    r"(?<=。)(?:原则上|其中)?(?:单个|每个|每家|同一|单家|单项)[^，；。]{2,24}?(?:不超过|最高|上限为?)[^，；。\d]{0,8}(?=\d[\d.]*(?:万|亿)?元(?:。|$))"
)
_ONLY = re.compile(
    rf"(?:{_HOLDER}[^，；。]{{0,10}}(?:期限|时间|年限)[^，；。]{{2,14}}，(?:每年|年度)[^，；。]{{0,12}}(?:不超过|最高)[^，；。\d]{{0,8}}\d[\d.]*(?:万|亿)?元[。；]?)|(?:\([^()]{{1,4}}\)|\d{{1,2}}[.、]|第[一二三四五六七八九十]{{1,4}}条\s?)?(?P<told>(?:上述|以上|前款|本条)[^，；。]{{0,10}}，)?(?:上述|以上|前款|本条)?[^，；。]{{0,10}}?{_HOLDER}[^，；。]{{0,24}}?(?:不超过|最高|上限为?)[^，；。\d]{{0,8}}\d[\d.]*(?:万|亿)?元(?:，且不超过[^，；。]{{2,40}})?[。；]?"
)
_MOST = 4  # ceilings told of one clause: more than these are no ceilings on all of it
_YEARLY = re.compile(r"每年|年度|全年|当年")


def limit_paragraph(state: State, drafts: list[ItemDraft], start: int, end: int) -> None:
    """A yearly total behind several promises of a paragraph limits every one of them, any other ceiling those of its own kind."""
    amounts = [a for d in drafts for a in d.amounts]
    m = _TOTAL.search(state.m.text, start, end)
    value = _sum_behind(state.m.text, m.end(), end) if m is not None else None
    if value is not None:
        _limit(amounts, value, "year")
        return
    m = _SENTENCE.search(state.m.text, start, end)
    amounts = [a for d in drafts if m is None or d.start < m.start() for a in d.amounts]
    value = _sum_behind(state.m.text, m.end(), end) if m is not None else None
    bare = [a for a in amounts if a.get("cap") != value]
    if len({a["kind"] for a in amounts}) == 1 and bare and all("cap" not in a for a in bare):
        capped = next((a for a in amounts if a not in bare), None)
        if value is not None and capped is not None:
            _limit(bare, value, capped.get("per", "enterprise"))


def limit_below(state: State, clause: Clause, lead: list[dict[str, Any]]) -> None:
    """给予奖励，单个企业每年累计不超过50万元：(一)…: what the lead says of the most that is got holds for all below it."""
    limits = [a for a in lead if a["kind"] == "capped" and "cap" in a and "per" in a and "floor" not in a]
    if len(lead) == 1 and limits:
        inside = [d for d in state.drafts if clause.start <= d.start < clause.end]
        _limit([a for d in inside for a in d.amounts], limits[0]["cap"], limits[0]["per"])


def limits_apart(state: State, root: Clause) -> None:
    """单个企业每年最高50万元 as a paragraph of its own, before or behind the list it limits: a ceiling on the others, and no item."""
    starts = [d.start for d in state.drafts]
    told: Counter[int] = Counter()
    limits = [d for d in state.drafts if len(d.amounts) == 1 and _only_limits(d)]
    gone: set[int] = set()
    for draft in (d for d in limits if d.amounts[0]["kind"] == "capped" and "cap" in d.amounts[0] and "when" not in d.amounts[0]):
        for clause in reversed(_path_to(root, draft.start)):
            if told[clause.start] >= _MOST:
                break
            inside = state.drafts[bisect.bisect_left(starts, clause.start) : bisect.bisect_left(starts, clause.end)]
            others = [d for d in inside if d is not draft and d.amounts and id(d) not in gone]
            if len(others) > 1 or (others and others[0].start < draft.start):
                told[clause.start] += 1
                gone.add(id(draft))
                _limit([a for d in others for a in d.amounts], draft.amounts[0]["cap"], draft.amounts[0].get("per", "enterprise"))
                break
    gone |= {id(d) for d in limits if _OF_ALL_GIFTS.search(d.words) and len(state.drafts) > 1}
    opening = {id(d) for d in state.drafts[:_LEAST_LIMITED]}
    gone |= {id(d) for d in limits if id(d) not in opening and _YEARLY_TOTAL.search(d.words) and len(_path_to(root, d.start)) == 1}
    for draft in (d for d in limits if id(d) in gone and _told_after(d)):
        clause = (_path_to(root, draft.start) or [root])[-1]
        state.asked.append((clause, (draft.start, draft.end), draft.criteria))
    for draft in [d for d in state.drafts if len(d.amounts) > 1 and id(d) not in gone]:
        others = _limited_by_case(state, root, draft)
        if others:
            gone.add(id(draft))
            _limit_by_case([d for d in others if id(d) not in gone], draft.amounts)
    state.drafts = [d for d in state.drafts if id(d) not in gone]


def _limited_by_case(state: State, root: Clause, draft: ItemDraft) -> list[ItemDraft]:
    """单个企业全年最高30万元，属于领军企业的，最高50万元, a line of its own: the items before it in its list, which it limits."""
    first, *more = draft.amounts
    if (
        any(a["kind"] != "capped" or "cap" not in a for a in draft.amounts)
        or first.get("when")
        or not all(a.get("when") for a in more)
    ):
        return []
    said = state.m.text[draft.start : first["evidence"]["end"]]
    if draft.criteria or _ONLY.fullmatch(said) is None:
        return []
    clauses = _path_to(root, draft.start)
    parent = clauses[-2] if len(clauses) > 1 else None
    return [d for d in state.drafts_in(parent) if d.start < draft.start and d.amounts] if parent is not None else []


def _limit_by_case(drafts: list[ItemDraft], limits: list[dict[str, Any]]) -> None:
    """Put the first ceiling on every sum that has none, and a sum of its own for each case that has a higher one."""
    for draft in drafts:
        open_sums = [a for a in draft.amounts if "cap" not in a and not a.get("plus")]
        for limit in limits[1:]:
            for amount in [a for a in open_sums if "cap" not in a]:
                both = all_of([*([amount["when"]] if amount.get("when") else []), limit["when"]])
                draft.amounts.append({**amount, "cap": limit["cap"], "per": limits[0].get("per", "enterprise"), "when": both})
        _limit(open_sums, limits[0]["cap"], limits[0].get("per", "enterprise"))


_OF_ALL_GIFTS = re.compile(
    r"本(?:办法|细则|政策|措施|规定|意见|若干措施|实施细则|实施办法)[^，；。]{0,4}(?:各项|各类|全部|所有|扶持|奖励|资金)"
)
"""同一企业获得本办法各项扶持资金合计不超过300万元: a ceiling on all that the text gives, and no item."""


_OF_SEVERAL = re.compile(
    rf"(?:\([^()]{{1,4}}\)|\d{{1,2}}[.、])?{_HOLDER}(?:如果?|若|同时)?(?:有|申[请报]|获得?|拥有|符合)(?:的)?(?:多个|多项|两[个项](?:及|或)?以上|[二三2-9][个项](?:及|或)?以上)[^，；。]{{1,24}}，(?:则|其)?[^，；。]{{0,16}}(?:最高|不超过|不得超过|上限)[^，；。\d]{{0,8}}\d[\d.]*(?:万|亿)?元[；。]?"
)
"""单个企业如果有多个项目符合条件的，年度奖励最高不超过200万元: the most that is got of what stands before."""
_YEARLY_TOTAL = re.compile(
    rf"{_HOLDER}[^，；。\d]{{0,6}}(?:年度|每年|全年|当年|累计)[^，；。\d]{{0,6}}(?:奖励|补助|奖补|补贴|扶持|资助|享受)(?:资金)?(?:总额|总金额|金额|额度)?(?:最高|合计|累计|原则上)*(?:不超过|不得超过|不高于|上限)"
)
"""同一企业年度奖励金额最高不超过20万元, an article of its own behind those that give: a ceiling on all of them."""
_LEAST_LIMITED = 2  # items before such an article


def _only_limits(draft: ItemDraft) -> bool:
    """Whether a draft says nothing but a ceiling; 以上各项累计，单个企业… names what it limits and asks for nothing."""
    words = draft.words.strip()
    if _OF_SEVERAL.fullmatch(words) and all(a["kind"] == "capped" for a in draft.amounts):
        return True
    said = _ONLY.fullmatch(words) or _ONLY.fullmatch(re.split("(?<=[；。])", words)[0])
    if said is None:
        return False
    return not draft.criteria or said["told"] is not None or _told_after(draft)


def _told_after(draft: ItemDraft) -> bool:
    """Whether all that a draft asks stands behind its ceiling (…最高不超过20万元。被列入黑名单的，取消资格。)."""
    after = draft.amounts[0]["evidence"]["end"] if draft.amounts else draft.end
    return bool(draft.criteria) and all(n["evidence"]["start"] >= after for c in draft.criteria for n in leaves_of(c))


def limit_clauses(state: State, root: Clause) -> None:
    """What the holder may get by 本条, 上述 or 以上 limits all benefits before it in the same article, or list."""
    starts = [d.start for d in state.drafts]
    told: Counter[int] = Counter()
    for m in _OF_CLAUSE.finditer(state.m.text):
        value = _sum_behind(state.m.text, m.end(), m.end() + 24)
        for clause in reversed(_path_to(root, m.start())) if value is not None else ():
            inside = state.drafts[bisect.bisect_left(starts, clause.start) : bisect.bisect_right(starts, m.start())]
            if len(inside) > 1 and told[clause.start] < _MOST and value is not None:
                told[clause.start] += 1
                _limit([a for d in inside for a in d.amounts], value, "year" if _YEARLY.search(m[0]) else "enterprise")
            if inside:
                break


def _path_to(root: Clause, at: int) -> list[Clause]:
    """The clauses that hold a place, from the top down, without the whole text."""
    path: list[Clause] = []
    clause: Clause | None = root
    while clause is not None:
        index = bisect.bisect_right(clause.children, at, key=lambda c: c.start) - 1
        clause = clause.children[index] if index >= 0 and at <= clause.children[index].end else None
        path.extend([clause] if clause is not None else [])
    return path


def _sum_behind(text: str, at: int, end: int) -> int | None:
    limit = next((q for q in quantities(text, at, min(end, at + 24)) if q.is_money), None)
    return int(limit.value) if limit is not None else None


def _limit(amounts: list[dict[str, Any]], value: int, per: str) -> None:
    for amount in (a for a in amounts if a.get("cap") != value):
        if "cap" not in amount:
            amount["cap"], amount["per"] = value, per
        elif amount["cap"] < value and amount["kind"] != "per_unit":
            amount.setdefault("caps", []).append({"cap": value, "per": per})
