"""The words of a decision: verdict, one-line reason, amount, worksheet, what is missing, how to get there, and the whole as JSON.

Figures of sensitive facts (L3, L4) are withheld unless `reveal`: a reader without the right sees 已满足 or 未满足, and no sum from
which the figure could be worked out.
"""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from features.catalogue import FactType, load_catalogue
from features.profile import STATE, plain
from matcher.amount_words import benefit_sentence, rests_on_masked, rule_of_amount, step_sentence
from matcher.amounts import AmountLine, Benefit
from matcher.determination import Determination, Doubt
from matcher.evaluate import Finding, Lack, MissingFact
from matcher.gaps import Change, MissingSet, NearMiss, missing_sets
from matcher.requirements import branch_title, criterion_sentence, is_masked, leaf_sentence, own_sentence
from matcher.verdicts import Verdict
from matcher.words import day_name, fact_name, figure, key_name, plain_number, source_name, value_name, words
from policies.rules import AllOf, AnyOf, AtLeast, Leaf, Not, Span

_VERDICTS = {Verdict.MET: "符合", Verdict.NOT_MET: "不符合", Verdict.UNKNOWN: "待核"}
_MARKS = {Verdict.MET: "✓", Verdict.NOT_MET: "✗", Verdict.UNKNOWN: "？"}
_SECTIONS = {"common": "基本条件", "own": "本事项条件", "tiers": "档次条件"}
_LACKS = {
    Lack.MISSING: "缺少“{what}”数据",
    Lack.NOT_APPLICABLE: "“{what}”对贵公司不适用",
    Lack.WITHHELD: "未获授权读取“{what}”数据",
    Lack.STALE: "“{what}”数据已过期",
    Lack.TOO_COARSE: "“{what}”只知大致范围",
    Lack.INCOMPLETE: "“{what}”记录不完整",
    Lack.CURRENCY: "“{what}”须按外币折算核定",
    Lack.DECLARED: "须由企业申报“{what}”",
    Lack.WRONG_TYPE: "“{what}”数据格式有误",
}


def verdict_word(verdict: Verdict) -> str:
    """符合, 不符合 or 待核."""
    return _VERDICTS[verdict]


# ---- the one-line reason -----------------------------------------------------------------------------------------


def headline(determination: Determination, *, reveal: bool = False) -> str:
    """Why the conclusion is what it is, in one line that says what to do next."""
    return _headline(determination, missing_sets(determination), reveal=reveal)


def _headline(determination: Determination, sets: Sequence[MissingSet], *, reveal: bool) -> str:
    match determination.verdict:
        case Verdict.MET if Doubt.NO_CONDITIONS in determination.doubts:
            return "暂无法判断:规则中没有可核对的条件,是否适用以主管部门认定为准。"
        case Verdict.MET if Doubt.OTHER_REGION in determination.doubts:
            return "暂无法判断:贵公司登记地不在该政策发布机关的辖区内,是否适用以主管部门认定为准。"
        case Verdict.MET:
            return f"符合条件:{amount_sentence(determination, reveal=reveal)}。"
        case Verdict.UNKNOWN:
            return _unknown(determination, sets)
        case Verdict.NOT_MET:
            return _refusal(determination, reveal=reveal)


def _refusal(determination: Determination, *, reveal: bool) -> str:
    meta, day = determination.document.meta, determination.as_of
    if meta.effective_from and meta.effective_from > day:
        return f"暂不符合:政策自{day_name(meta.effective_from)}起施行,尚未生效。"
    if meta.effective_to and meta.effective_to < day:
        return f"暂不符合:政策已于{day_name(meta.effective_to)}到期。"
    against = [b for section in determination.sections for b in blockers(section)]
    text = f"暂不符合:政策要求{_against(against[0], reveal=reveal)}。"
    return text + (f"另有 {len(against) - 1} 项条件未满足。" if len(against) > 1 else "")


def blockers(finding: Finding) -> tuple[Finding, ...]:
    """The smallest findings that refuse: through conjunctions down to the leaf, or the choice of which nothing holds."""
    if finding.verdict is not Verdict.NOT_MET:
        return ()
    if isinstance(finding.criterion, AllOf) or (len(finding.parts) == 1 and not isinstance(finding.criterion, Not)):
        return tuple(b for part in finding.parts for b in blockers(part))
    return (finding,)


def _against(finding: Finding, *, reveal: bool) -> str:
    match finding.criterion:
        case Leaf() as leaf:
            own = own_sentence(finding, reveal=reveal)
            return f"{leaf_sentence(leaf)},贵公司{own if own in ('已满足', '未满足', '待核') else _having(leaf) + own}"
        case AnyOf() | AtLeast():
            return f"{branch_title(finding.criterion)},贵公司均未满足或不足"
        case _:
            return f"{criterion_sentence(finding.criterion)},贵公司未满足"


def _having(leaf: Leaf) -> str:
    """The word between the enterprise and what it has."""
    match load_catalogue()[leaf.fact].type:
        case FactType.BOOL:
            return ""
        case FactType.DATE:
            return f"{fact_name(leaf.fact)}为 "
        case FactType.SET:
            return "现有 "
        case FactType.EVENTS:
            return "记录为 "
        case FactType.NUMBER | FactType.CODE | FactType.TEXT:
            return "为 "


def _unknown(determination: Determination, sets: Sequence[MissingSet]) -> str:
    """What would settle the question at the least cost, and how: 缺少“研发费用”数据,无法判断。可授权读取税务数据…"""
    facts = sets[0].facts if sets else determination.missing
    if not facts:
        return "暂无法判断:条件尚待核实。"
    named = list(dict.fromkeys(_lack(m) for m in facts))
    more = f"等 {len(named)} 项" if len(named) > 3 else ""
    return f"{'、'.join(named[:3])}{more},无法判断。{advice(facts[0])}"


def _lack(missing: MissingFact) -> str:
    what = missing.detail if missing.why is Lack.DECLARED and missing.detail else fact_name(missing.fact)
    return _LACKS[missing.why].format(what=what)


def advice(missing: MissingFact) -> str:
    """What may be done to supply a missing fact."""
    if missing.why is Lack.CURRENCY:
        return "请联系主管部门核定。"
    year = f" {missing.period[:4]} 年度" if missing.period != STATE else ""
    source = load_catalogue()[missing.fact].source
    return str(words()["advice"].get(source, "请联系主管部门核实。")).format(year=year)


def amount_sentence(determination: Determination, *, reveal: bool = False) -> str:
    """最高 20 万元,预计 8 万元; never a promise."""
    return benefit_sentence(determination.benefit, reveal=reveal)


# ---- how to get there --------------------------------------------------------------------------------------------


def gap_sentences(near: NearMiss, *, reveal: bool = False) -> tuple[str, ...]:
    """怎样才能符合: one line a step; a withheld figure is not given away by its shortfall."""
    return (*(change_sentence(c, reveal=reveal) for c in near.changes), *(f"{_lack(m)}。{advice(m)}" for m in near.to_settle))


def change_sentence(change: Change, *, reveal: bool = False) -> str:
    """还差 200 万元营业收入(2025 年度)."""
    name, period = fact_name(change.fact), f"({key_name(change.period)})" if change.period != STATE else ""
    if is_masked(change.fact, reveal=reveal):
        return f"{name}{period}须达到:{leaf_sentence(change.criterion)}"
    short = change.shortfall
    if short is not None:
        unit = load_catalogue()[change.fact].unit
        amount = f"{plain_number(abs(short) * 100)} 个百分点的" if unit == "ratio" else figure(abs(short), unit)
        return f"{'还差' if short > 0 else '须减少'} {amount}{name}{period}"
    if isinstance(change.need, frozenset) and isinstance(change.have, frozenset):
        return f"取得{name}:{value_name(change.fact, change.need - change.have)}"
    return f"{name}变更为:{value_name(change.fact, change.need)}{period}"


# ---- JSON --------------------------------------------------------------------------------------------------------


def explanation_to_json(determination: Determination, *, reveal: bool = False, near: NearMiss | None = None) -> dict[str, Any]:
    """The whole explanation, ready to be shown or sent; `near` (from `gaps.near_miss`) adds how to become eligible."""
    item, meta, sets = determination.item, determination.document.meta, missing_sets(determination)
    named = (("common", determination.common), ("own", determination.own), ("tiers", determination.tiers))
    return {
        "uscc": determination.uscc,
        "document": {"id": meta.id, "title": meta.title, "doc_number": meta.doc_number, "issuer": list(meta.issuer)},
        "item": {
            "index": determination.index,
            "title": item.title,
            "category": item.category,
            "category_word": words()["values"]["category"].get(item.category, item.category),
            "delivery": item.delivery,
            "delivery_word": words()["values"]["delivery"].get(item.delivery, item.delivery),
            "evidence": _span_json(item.span),
        },
        "as_of": determination.as_of.isoformat(),
        "verdict": determination.verdict.value,
        "status": determination.verdict.eligibility,
        "verdict_word": verdict_word(determination.verdict),
        "in_force": determination.in_force,
        "doubts": [d.value for d in determination.doubts],
        "headline": _headline(determination, sets, reveal=reveal),
        "amount": None if determination.benefit is None else _benefit_json(determination.benefit, reveal=reveal),
        "sections": [
            {"section": key, "title": _SECTIONS[key], "finding": finding_to_json(finding, reveal=reveal)}
            for key, finding in named
            if finding is not None
        ],
        "missing": [_missing_json(m) for m in determination.missing],
        "missing_sets": [{"facts": [_missing_json(m) for m in s.facts], "cost": s.cost} for s in sets[:5]],
        "gap": None
        if near is None
        else {
            "steps": near.steps,
            "sentences": list(gap_sentences(near, reveal=reveal)),
            "changes": _changes_json(near.changes, reveal),
        },
    }


def finding_to_json(finding: Finding, *, reveal: bool = False) -> dict[str, Any]:
    """One finding with its parts: the demand, what the enterprise has, source and date, and the quoted words."""
    criterion = finding.criterion
    out: dict[str, Any] = {
        "kind": _kind(finding),
        "verdict": finding.verdict.value,
        "verdict_word": verdict_word(finding.verdict),
        "mark": _MARKS[finding.verdict],
        "requirement": branch_title(criterion),
    }
    if not isinstance(criterion, Leaf):
        return out | {"parts": [finding_to_json(p, reveal=reveal) for p in finding.parts]}
    masked = bool(finding.values) and is_masked(criterion.fact, reveal=reveal)
    out |= {
        "fact": criterion.fact,
        "fact_name": fact_name(criterion.fact),
        "own": own_sentence(finding, reveal=reveal),
        "masked": masked,
        "values": [] if masked else [_value_json(v.fact, v.period, v.value) for v in finding.values],
        "sources": _sources_json(finding),
        "evidence": _span_json(criterion.evidence),
        "missing": [_missing_json(m) for m in finding.missing],
    }
    return out


def _kind(finding: Finding) -> str:
    match finding.criterion:
        case Leaf() | None:
            return "leaf"
        case AllOf():
            return "all"
        case AnyOf():
            return "any"
        case AtLeast():
            return "at_least"
        case Not():
            return "not"


def _value_json(fact: str, period: str, value: Any) -> dict[str, Any]:
    return {"period": period, "period_name": key_name(period), "value": plain(value), "text": value_name(fact, value)}


def _sources_json(finding: Finding) -> list[dict[str, Any]]:
    rows = []
    for used in finding.values:
        p = used.provenance
        source = p.source if p else load_catalogue()[used.fact].source
        rows.append(
            {
                "period": used.period,
                "source": source,
                "source_name": source_name(source),
                "record": p.record if p else None,
                "recorded_at": p.recorded_at.isoformat() if p and p.recorded_at else None,
                "derived_from": list(p.derived_from) if p else [],
            }
        )
    return rows


def _missing_json(missing: MissingFact) -> dict[str, Any]:
    return {
        "fact": missing.fact,
        "fact_name": fact_name(missing.fact),
        "period": missing.period,
        "period_name": key_name(missing.period),
        "why": missing.why.value,
        "detail": missing.detail,
        "text": _lack(missing),
        "advice": advice(missing),
    }


def _changes_json(changes: Sequence[Change], reveal: bool) -> list[dict[str, Any]]:
    rows = []
    for change in changes:
        hidden = is_masked(change.fact, reveal=reveal)
        row = {"fact": change.fact, "period": change.period, "masked": hidden, "text": change_sentence(change, reveal=reveal)}
        rows.append(row | ({} if hidden else {"have": plain(change.have), "need": plain(change.need)}))
    return rows


def _benefit_json(found: Benefit, *, reveal: bool) -> dict[str, Any]:
    masked = rests_on_masked(found, reveal=reveal)
    return {
        "text": benefit_sentence(found, reveal=reveal),
        "masked": masked,
        "low": None if masked else decimal_text(found.low),
        "high": None if masked else decimal_text(found.high),
        "lines": [_line_json(line, found, reveal=reveal) for line in found.lines],
    }


def _line_json(line: AmountLine, found: Benefit, *, reveal: bool) -> dict[str, Any]:
    masked = any(is_masked(v.fact, reveal=reveal) for v in line.base)
    return {
        "rule": rule_of_amount(line.amount),
        "kind": line.amount.kind,
        "plus": line.amount.plus,
        "applies": line.applies.value,
        "applies_word": verdict_word(line.applies),
        "counts": line.index in (found.certain, found.possible, *found.on_top),
        "when": None if line.when.criterion is None else finding_to_json(line.when, reveal=reveal),
        "masked": masked,
        "low": None if masked else decimal_text(line.low),
        "high": None if masked else decimal_text(line.high),
        "steps": []
        if masked
        else [
            {"step": s.name, "text": step_sentence(s, line), "low": decimal_text(s.low), "high": decimal_text(s.high)}
            for s in line.steps
        ],
        "missing": [_missing_json(m) for m in line.missing],
        "evidence": _span_json(line.amount.evidence),
    }


def decimal_text(amount: Decimal | None) -> str | None:
    """A decimal string without exponent; None stays None.

    >>> decimal_text(Decimal("1E+6"))
    '1000000'
    """
    return None if amount is None else format(amount, "f")


def _span_json(span: Span | None) -> dict[str, Any] | None:
    return None if span is None else {"start": span.start, "end": span.end, "quote": span.quote}


def finding_lines(findings: Iterable[Finding], *, reveal: bool = False, depth: int = 0) -> list[str]:
    """The tree as indented lines for a terminal or a workbook cell: ✗ 上年营业收入不低于 2000 万元:1860 万元(税务,2025 年度)."""
    rows = []
    for finding in findings:
        own = own_sentence(finding, reveal=reveal)
        rows.append("  " * depth + f"{_MARKS[finding.verdict]} {branch_title(finding.criterion)}" + (f":{own}" if own else ""))
        rows += finding_lines(finding.parts, reveal=reveal, depth=depth + 1)
    return rows
