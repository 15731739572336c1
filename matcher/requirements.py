"""Criteria as Chinese sentences: what the policy demands, and what the enterprise has."""

from datetime import date
from decimal import Decimal
from typing import assert_never

from features.catalogue import FactType, load_catalogue
from features.profile import STATE
from matcher.evaluate import Finding, UsedValue
from matcher.truth import aggregation
from matcher.verdicts import Verdict
from matcher.words import (
    code_names,
    day_name,
    duration_name,
    fact_name,
    figure,
    key_name,
    money,
    period_name,
    source_name,
    value_name,
    words,
)
from policies.rules import AllOf, AnyOf, AtLeast, Criterion, Leaf, Not, Op

_NUMBER = {Op.GE: "不低于", Op.GT: "高于", Op.LE: "不高于", Op.LT: "低于", Op.EQ: "等于"}
_FIRST = {Op.GE: "首次达到", Op.GT: "首次超过"}
_DATE = {Op.GE: "不早于", Op.GT: "晚于", Op.LE: "不晚于", Op.LT: "早于", Op.EQ: "为"}
_AGG = {"each": "每{u}", "any": "任一{u}", "sum": "累计", "avg": "平均", "min": "最低", "max": "最高"}


def criterion_sentence(criterion: Criterion | None) -> str:
    """What a criterion demands, in one line; the parts of a branch are joined in brackets."""
    match criterion:
        case None:
            return "无条件"
        case Leaf():
            return leaf_sentence(criterion)
        case Not(part):
            return f"不得有:{_bracketed(part)}"
        case AllOf(parts):
            return ";".join(_bracketed(p) for p in parts) or "无条件"
        case AnyOf(parts):
            return f"{' 或 '.join(_bracketed(p) for p in parts)}"
        case AtLeast(count, parts):
            return f"以下满足 {count} 项:{';'.join(_bracketed(p) for p in parts)}"
        case _:
            assert_never(criterion)


def _bracketed(criterion: Criterion) -> str:
    text = criterion_sentence(criterion)
    return text if isinstance(criterion, Leaf | Not) else f"({text})"


def branch_title(criterion: Criterion | None) -> str:
    """The heading above the parts of a branch."""
    match criterion:
        case AllOf(parts):
            return f"同时满足以下 {len(parts)} 项" if len(parts) > 1 else "满足以下条件"
        case AnyOf(parts):
            return f"满足以下 {len(parts)} 项之一" if len(parts) > 1 else "满足以下条件"
        case AtLeast(count, parts):
            return f"以下 {len(parts)} 项中满足 {count} 项"
        case Not():
            return "不得有以下情形"
        case _:
            return criterion_sentence(criterion)


def leaf_sentence(leaf: Leaf) -> str:
    """What one leaf demands: 上年营业收入不低于 2000 万元."""
    definition = load_catalogue()[leaf.fact]
    name = fact_name(leaf.fact)
    if leaf.op is Op.DECLARED:
        return f"需申报:{leaf.value or name}"
    match definition.type:
        case FactType.EVENTS:
            return _event_sentence(leaf, name)
        case FactType.DATE:
            return _date_sentence(leaf, name)
        case FactType.BOOL:
            yes, no = words()["truths"].get(leaf.fact, (f"{name}为是", f"{name}为否"))
            return f"{_when(leaf)}{yes if leaf.value else no}"
        case FactType.NUMBER if isinstance(leaf.value, Decimal):
            reaches = _FIRST.get(leaf.op, f"首次{_NUMBER[leaf.op]}") if leaf.first else _NUMBER[leaf.op]
            return f"{_when(leaf)}{name}{reaches} {_threshold(leaf, leaf.value, definition.unit)}"
        case _:
            return f"{_when(leaf)}{_code_sentence(leaf, name)}"


def _threshold(leaf: Leaf, value: Decimal, unit: str | None) -> str:
    if leaf.currency not in (None, "CNY") and unit == "CNY":
        return money(value, words()["currencies"].get(leaf.currency, leaf.currency))
    return figure(value, unit)


def _when(leaf: Leaf) -> str:
    """The period, and how several years or months are put together."""
    definition = load_catalogue()[leaf.fact]
    if not definition.is_periodic:
        return ""
    period = leaf.period or ("Y-1" if definition.period == "year" else "M-1")
    start, _, end = period.partition("..")
    if not end or start == end or leaf.first:
        return period_name(period)
    agg = aggregation(leaf, definition, (start, end))
    return period_name(period) + _AGG[agg].format(u="年" if definition.period == "year" else "月")


def _event_sentence(leaf: Leaf, name: str) -> str:
    when = period_name(leaf.period) if leaf.period else ""
    codes = leaf.value if isinstance(leaf.value, tuple) else ()
    first = {True: "首次", False: "重新", None: ""}[leaf.first]
    no = leaf.op is Op.NOT_OCCURRED
    if leaf.fact == "qualification_granted":
        verb = f"未{first}获认定" if no else f"{first}获认定"
        return f"{when}{verb}" + (f":{code_names(leaf.fact, codes, '或')}" if codes else "任一资质")
    if leaf.fact == "received_benefits":
        return f"{when}{'未享受过' if no else '已享受过'}{code_names(leaf.fact, codes, '、') if codes else '同类政策资金'}"
    of = f"({code_names(leaf.fact, codes)})" if codes else ""
    return f"{when}{'无' if no else '有'}{first}{name}{of}"


def _date_sentence(leaf: Leaf, name: str) -> str:
    match leaf.op:
        case Op.AGE_GE:
            return f"{words()['ages'].get(leaf.fact, name)}满 {duration_name(str(leaf.value))}"
        case Op.AGE_LE:
            return f"{words()['ages'].get(leaf.fact, name)}不超过 {duration_name(str(leaf.value))}"
        case Op.OCCURRED | Op.NOT_OCCURRED:
            verb = words()["ages"].get(leaf.fact, name)
            return f"{period_name(leaf.period) if leaf.period else ''}{'未' if leaf.op is Op.NOT_OCCURRED else '已'}{verb}"
        case _:
            return f"{name}{_DATE[leaf.op]} {day_name(leaf.value)}" if isinstance(leaf.value, date) else name


def _code_sentence(leaf: Leaf, name: str) -> str:
    codes = leaf.value if isinstance(leaf.value, tuple) else ()
    match leaf.op:
        case Op.WITHIN:
            return f"{name}{'在' if leaf.fact != 'industry' else '为'} {code_names(leaf.fact, codes, '或')}"
        case Op.NOT_WITHIN:
            return f"{name}{'不在' if leaf.fact != 'industry' else '不为'} {code_names(leaf.fact, codes)}"
        case Op.IN:
            return f"{name}为 {code_names(leaf.fact, codes, '或')}"
        case Op.NOT_IN:
            return f"{name}不为 {code_names(leaf.fact, codes)}"
        case Op.HAS_ALL:
            return f"同时具备{name}:{code_names(leaf.fact, codes)}"
        case Op.HAS_NONE:
            return f"不具备{name}:{code_names(leaf.fact, codes)}"
        case _:
            return f"{'属于' if leaf.fact == 'industry_theme' else '具备'}{name}:{code_names(leaf.fact, codes, '或')}"


# ---- what the enterprise has -------------------------------------------------------------------------------------


def is_masked(fact: str, *, reveal: bool) -> bool:
    """Whether a fact's value is withheld from this reader: L3 and L4 unless they may see it."""
    return not reveal and load_catalogue()[fact].sensitivity in ("L3", "L4")


def own_sentence(finding: Finding, *, reveal: bool = False) -> str:
    """What the enterprise has for one leaf: 1860 万元(税务,2025 年度); withheld figures only as 已满足 or 未满足."""
    leaf = finding.criterion
    if not isinstance(leaf, Leaf):
        return ""
    if not finding.values:
        return "暂无数据" if leaf.op is not Op.DECLARED else "待企业申报"
    if is_masked(leaf.fact, reveal=reveal):
        return {Verdict.MET: "已满足", Verdict.NOT_MET: "未满足", Verdict.UNKNOWN: "待核"}[finding.verdict]
    return "、".join(_own_value(v) for v in finding.values)


def _own_value(used: UsedValue) -> str:
    source = used.provenance.source if used.provenance else load_catalogue()[used.fact].source
    return own_words(value_name(used.fact, used.value), source, used.period)


def own_words(value: str, source: str, period: str) -> str:
    """One value in words with where it came from: 1860 万元(税务,2025 年度)."""
    return f"{value}({source_name(source)}{f',{key_name(period)}' if period != STATE else ''})"
