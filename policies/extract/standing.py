"""Conditions in fixed words: legal person, sound accounts, credit, penalties, accidents, size, ownership (standing.toml)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Any

from features.industries import industries_named
from policies.extract.bounds import behind_mark
from policies.extract.leaf import Found, found, leaf, settle
from policies.extract.periods import period_in
from policies.extract.trade_words import is_theme
from policies.lexicon import table
from policies.lexicon.sought import Sought
from policies.lexicon.telltale import compiled

_DENIAL = re.compile(r"(?:未|无|没有|不得?存在|不得有|非|不属于|未被|未曾|未因|杜绝|不具有|不在|不得被)[^，；。]{0,30}$")
_DENIAL_NEAR = re.compile(r"(?:未|无|没有|不存在|不得|非|不属于|不在)")
_EVENTS = {
    "entered_statistics_on",
    "penalties",
    "safety_accidents",
    "environment_violations",
    "quality_accidents",
    "tax_violations",
}


@dataclass(frozen=True, slots=True)
class _Phrase:
    id: str
    pattern: Sought
    tells: frozenset[str] | None
    denied: bool
    fact: str
    op: str
    value: Any
    rank: int


@cache
def _phrases() -> tuple[_Phrase, ...]:
    rows = table("standing")["standing"]
    read = compiled([row["pattern"] for row in rows])
    return tuple(
        _Phrase(
            row["id"], pattern, tells, row.get("when") == "denied", row["fact"], row["op"], row.get("value"),
            row.get("rank", 2 if row.get("when") == "denied" else 1),
        )
        for row, (pattern, tells) in zip(rows, read, strict=True)
    )  # fmt: skip


def find_standing(text: str, start: int, end: int, *, excluding: bool = False) -> list[Found]:
    """The fixed phrases in `text[start:end]`; `excluding` where the clause lists what shuts an enterprise out."""
    result: list[Found] = []
    denied: list[Found] = []
    characters = set(text[start:end])
    for phrase in _phrases():
        if phrase.tells is not None and phrase.tells.isdisjoint(characters):
            continue
        for m in phrase.pattern.finditer(text, start, end):
            if (phrase.denied and not excluding and not _denied(text, start, m)) or _in_title(text, start, m.start()):
                continue
            period = None
            if phrase.fact in _EVENTS or phrase.id == "once-only":
                if phrase.id == "once-only" and of_a_thing(text, start, m.end()):
                    continue
                sentence = max(text.rfind("，", start, m.start()), text.rfind("；", start, m.start()), start - 1) + 1
                near = period_in(text, sentence, m.end()) or (None if phrase.id == "once-only" else period_in(text, start, m.end()))
                period = near[0] if near else None
                if phrase.id == "once-only" and period:
                    period = _window_to_now(period)
            here = found(
                phrase.fact, phrase.op, phrase.value, m.start(), m.end(), origin=f"standing/{phrase.id}", rank=phrase.rank, period=period,
            )  # fmt: skip
            (denied if phrase.denied and not excluding else result).append(here)
    result.extend(_reaching_back(text, start, _under_one_word(text, settle(denied))))
    result.extend(_tax_grade(text, start, end))
    result.extend(_trade_entered(text, result))
    result.extend(_counted_in(text, start, end))
    result.extend(_in_fields(text, start, end))
    return [_closed(text, f, end) for f in result]


_OF_A_THING = re.compile(
    r"(?:同一|每|单)(?:一)?[个名位块件项台辆套]?(?:(?!创业|申请)[^，；。个]){0,10}?"
    r"(?:阶段|毕业生|学生|学员|员工|职工|劳动者|就业人员|人员(?!创办)|人才(?!服务|机构)|求职者|耕地|地块|土地|产品|品种|专利|作品|商标|设备|装备|机器|车辆|房屋|岗位)"
    r"[^，；。]{0,8}，?[^，；。]{0,16}(?:只能|仅能?|只|限|最多|仅可)[^，；。]{0,16}[1一]次[^，；。]{0,12}"
)


def of_a_thing(text: str, start: int, end: int) -> bool:
    """同一名毕业生仅可享受一次, 每阶段补贴只能享受一次: said of each hire or stage, and not of the enterprise, which may come again."""
    sentence = max(text.rfind("；", start, end), text.rfind("。", start, end - 1), start - 1) + 1
    return any("，" not in text[hit.end() : end] for hit in _OF_A_THING.finditer(text, sentence, end))


def _in_title(text: str, start: int, at: int) -> bool:
    """按照《财政违法行为处罚处分条例》: a name of a law tells nothing."""
    return text.rfind("《", start, at) > text.rfind("》", start, at)


def _closed(text: str, f: Found, end: int) -> Found:
    """A phrase with the rest of a bracket that it breaks into (重大安全(含网络|安全、数据安全))."""
    words = text[f.start : f.end]
    shut = _SHUT.match(text, f.end, end) if words.count("(") > words.count(")") else None
    if shut is None:
        return f
    return Found({**f.node, "evidence": {"start": f.start, "end": shut.end()}}, f.start, shut.end(), f.rank)


_SHUT = re.compile(r"[^()，；。]{0,24}\)")


_UP_TO_THE_UMBRELLA = re.compile(r"(?:(?:、|和|及|或)[^，；。、]{2,12}){1,4}等(?:其他)?")


def _under_one_word(text: str, denied: list[Found]) -> list[Found]:
    """无偷逃骗税、虚开发票等|重大税收违法行为: the cases that one word closes are one leaf with it."""
    result: list[Found] = []
    for f in denied:
        last = result[-1] if result else None
        same = last is not None and last.node["fact"] == f.node["fact"] and last.node.get("period") == f.node.get("period")
        if last is not None and same and _UP_TO_THE_UMBRELLA.fullmatch(text, last.end, f.start):
            node = {**last.node, "evidence": {"start": last.start, "end": f.end}}
            result[-1] = Found(node, last.start, f.end, max(last.rank, f.rank))
        else:
            result.append(f)
    return result


def _reaching_back(text: str, start: int, denied: list[Found]) -> list[Found]:
    """The first phrase of a denied list takes in the negation (未被列入经营异常名录、严重失信名单); the others stand by themselves."""
    result: list[Found] = []
    last_end = start
    for f in denied:
        begin = max(_with_denial(text, start, f.start), last_end)
        words = f.node["evidence"]
        cut_short = begin == last_end != start
        if cut_short and not re.match(r"[，；、]?(?:且|并|也)?(?:未|无|没有|不)", text[begin : f.start]):
            begin = f.start
        node = {**f.node, "evidence": {**words, "start": begin}}
        result.append(Found(node, begin, f.end, f.rank))
        last_end = f.end
    return result


_GRADE = re.compile(
    r"纳税信用(?:等级|级别|评价|评级|等级评定)*(?:结果)?(?:被)?(?:评定|评价)?(?P<no>不|非|未(?:被)?(?:评定|评价|评|列)?)?(?:为|是|达到|在|不低于)?“?(?P<first>[ABMCD])级?”?(?P<rest>(?:(?:、|"
    r"或者?|和)“?[ABMCD]级?”?)*)(?P<up>\(含\))?(?P<range>及?以[上下])?(?:企业|纳税人)?"
)
_GRADES = "ABMCD"


def _tax_grade(text: str, start: int, end: int) -> list[Found]:
    """纳税信用等级为A级或B级, 纳税信用B级以上, 纳税信用等级不为C级、D级."""
    result: list[Found] = []
    for m in _GRADE.finditer(text, start, end):
        grades = re.findall(r"[ABMCD]", m["first"] + (m["rest"] or ""))
        bounded = (m["range"] or "")[-1:]
        if bounded == "上" or "不低于" in m[0]:
            grades = list(_GRADES[: _GRADES.index(grades[-1]) + 1])
        elif bounded == "下":
            grades = list(_GRADES[_GRADES.index(grades[0]) :])
        near = period_in(text, max(start, m.start() - 12), m.start())
        result.append(
            found(
                "tax_credit_grade",
                "not_in" if m["no"] else "in",
                grades,
                near[1] if near and m.start() - near[2] <= 1 else m.start(),
                m.end(),
                origin="standing/tax-grade",
                rank=3,
                period=near[0] if near else None,
            )
        )
    return result


_COUNTED_IN = Sought(
    r"(?:(?:已|均|被|经)*(?:纳入|列入|进入)(?:[^，；。、的首新]{0,8}?(?:统计局|统计部门)(?:的)?)?|(?:属于|为)(?=[^，；。、的]{2,10}统计)|(?<=[区市县省]))(?:规模以上|规上|限额以上|限上|“?[四五]上”?)"
    r"(?P<trade>工业|[^，；。、的工\d]{0,8}?)(?:企业|单位|法人单位)?(?:统计(?:联网直报|直报)?(?:单位|企业)?(?:名录|数据|平台|调查)?(?:库|范围|口径|体系|核算|范畴|平台)?|(?:名录|数据)?库)"
)
_INDUSTRY = ["B", "C", "D"]
_AS_WHAT = re.compile(
    r"(?:规模以上|规上|限额以上|限上)(?:的)?(?P<trade>[一-龥]{1,6}?业|批发零售|住宿餐饮)(?:法人)?(?:企业|单位)?(?=统计|名录|平台|数据|库|的|$)"
)


def _trade_entered(text: str, known: list[Found]) -> list[Found]:
    """首次纳入限额以上批发业统计: the trade that is named inside of the event."""
    result: list[Found] = []
    for f in known:
        named = _AS_WHAT.search(text, f.start, f.end) if f.node["fact"] == "entered_statistics_on" else None
        codes = industries_named(named["trade"]) if named is not None else ()
        if codes:
            result.append(found("industry", "within", list(codes), f.start, f.end, origin="standing/entered-trade", rank=f.rank))
    return result


def _counted_in(text: str, start: int, end: int) -> list[Found]:
    """被纳入规模以上工业统计范围: what one is that the statistics count among the larger firms."""
    result: list[Found] = []
    for m in _COUNTED_IN.finditer(text, start, end):
        result.append(found("above_scale", "is", True, m.start(), m.end(), origin="standing/counted-in", rank=3))
        if _DENIAL.search(text, max(start, m.start() - 6), m.start()):
            continue
        codes = industries_named(m["trade"]) or (_INDUSTRY if m["trade"] == "工业" else ())
        if codes:
            result.append(found("industry", "within", list(codes), m.start(), m.end(), origin="standing/counted-in", rank=3))
        elif is_theme(m["trade"]):
            theme = leaf("industry_theme", "has_any", [m["trade"]], *m.span("trade"), origin="standing/counted-in")
            result.append(Found(theme, m.start(), m.end(), 3))
    return result


_FIELDS = Sought(
    r"在?(?P<fields>[^，；。在]{2,24}?)等?(?:方面|领域)(?:均|都)?(?:未|没有|无)(?:曾|有)?(?:发生|出现)?过?(?:重大|较大|严重|一般|以上|及|的|责任|安全){0,4}事故"
)
_OF_FIELD = (("质量", "quality_accidents"), ("安全", "safety_accidents"), ("环", "environment_violations"))


def _in_fields(text: str, start: int, end: int) -> list[Found]:
    """在质量、安全、环保等方面未发生重大事故: the accident of every field, over the same words."""
    result: list[Found] = []
    for m in _FIELDS.finditer(text, start, end):
        near = period_in(text, max(start, m.start() - 12), m.end())
        for word, fact in _OF_FIELD:
            if word in m["fields"]:
                result.append(
                    found(
                        fact, "not_occurred", None, m.start(), m.end(),
                        origin="standing/fields", rank=3, period=near[0] if near else None,
                    )
                )  # fmt: skip
    return result


_UMBRELLA = re.compile(r"(?:无|没有|不存在|未(?:曾)?(?:发生|涉及|参与|从事|实施|出现|有))[^，；。无未]{4,40}$")
_CLOSES = re.compile(r"等(?:各?个?(?:方面|领域|环节)|行为|活动)?的?$")
"""无拖欠工资、欠缴社会保险费等(严重违法违规记录): the cases that the umbrella word closes belong to it."""


_LISTED_BY = re.compile(
    r"(?:未曾|从未|未|没有|不存在)(?:曾|有)?被[^，；。被]{2,40}?(?:部门|机关|机构|单位|政府|法院|银行|等)(?:列入|纳入|列为|认定为?|评为|归入|记入)[^，；。、]{0,20}$"
)
"""未被国家、省、市有关部门列入(联合惩戒名单): who keeps the list belongs to it."""


def _with_denial(text: str, start: int, at: int) -> int:
    """The span of a denied phrase takes in its negation: 申请时未被列入…."""
    clause = behind_mark(text, start, at)
    m = re.search(r"(?:未|无|没有|不存在|不得|不属于|不在|非)[^，；。、]{0,24}$", text[clause:at])
    listed = None if m is not None else _LISTED_BY.search(text, clause, at)
    if listed is not None:
        return listed.start()
    if m is None:
        closes = "等" in text[at : at + 4] or _CLOSES.search(text, max(clause, at - 6), at) is not None
        cases = _UMBRELLA.search(text, clause, at) if closes else None
        return cases.start() if cases is not None else at
    begin = clause + m.start()
    field = re.search(r"在[^，；。]{2,70}(?:方面|领域|过程中|活动中)(?:均)?$", text[clause:begin])
    if field is not None:
        return clause + field.start()
    return clause if begin - clause <= 12 and not re.search("[且并、(]", text[clause:begin]) else begin


def _denied(text: str, start: int, m: re.Match[str]) -> bool:
    """Whether a negation governs the words: in the same clause before them, or in the list they close."""
    before = text[max(start, m.start() - 60) : m.start()]
    clause = re.split(r"[；。]", before)[-1]
    return bool(
        _DENIAL.search(clause)
        or _DENIAL_NEAR.match(m[0])
        or re.search(r"(?:未|无|没有|不存在)[^；。]{0,60}(?:、|和|及|或)[^，；。]{0,20}$", clause)
    )


def _window_to_now(period: str) -> str:
    """只能享受一次 within three years looks at this year and the two before it."""
    m = re.fullmatch(r"Y-(\d+)\.\.Y-1", period)
    return f"Y-{int(m[1]) - 1}..Y0" if m else period
