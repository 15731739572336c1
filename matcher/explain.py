"""The words of a decision: verdict, one-line reason, amount, what is missing, how to get there. `explain_json` has the whole.

Figures of sensitive facts (L3, L4) are withheld unless `reveal`: a reader without the right sees 已满足 or 未满足, and no sum from
which the figure could be worked out.
"""

from collections.abc import Iterable, Sequence

from features.catalogue import FactType, load_catalogue
from features.profile import STATE
from matcher.amount_words import benefit_sentence, rests_on_masked
from matcher.determination import Determination, Doubt
from matcher.evaluate import Finding, Lack, MissingFact
from matcher.gaps import Change, MissingSet, NearMiss, missing_sets
from matcher.requirements import branch_title, criterion_sentence, is_masked, leaf_sentence, own_sentence
from matcher.verdicts import Verdict
from matcher.words import day_name, fact_name, figure, key_name, plain_number, value_name, words
from policies.rules import AllOf, AnyOf, AtLeast, Leaf, Not

_VERDICTS = {Verdict.MET: "符合", Verdict.NOT_MET: "不符合", Verdict.UNKNOWN: "待核"}
MARKS = {Verdict.MET: "✓", Verdict.NOT_MET: "✗", Verdict.UNKNOWN: "？"}
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
    return headline_of(determination, missing_sets(determination), reveal=reveal)


def headline_of(determination: Determination, sets: Sequence[MissingSet], *, reveal: bool, amount: str | None = None) -> str:
    """`headline` for those who have the missing sets and the sentence on the amount at hand already."""
    match determination.verdict:
        case Verdict.MET if Doubt.NO_CONDITIONS in determination.doubts:
            return "暂无法判断:规则中没有可核对的条件,是否适用以主管部门认定为准。"
        case Verdict.MET if Doubt.OTHER_REGION in determination.doubts:
            return "暂无法判断:贵公司登记地不在该政策发布机关的辖区内,是否适用以主管部门认定为准。"
        case Verdict.MET:
            return f"符合条件:{amount or amount_sentence(determination, reveal=reveal)}。"
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
    named = list(dict.fromkeys(lack_sentence(m) for m in facts))
    more = f"等 {len(named)} 项" if len(named) > 3 else ""
    return f"{'、'.join(named[:3])}{more},无法判断。{advice(facts[0])}"


def lack_sentence(missing: MissingFact) -> str:
    """Why something is not known: 缺少“研发费用”数据."""
    what = missing.detail if missing.why is Lack.DECLARED and missing.detail else fact_name(missing.fact)
    return _LACKS[missing.why].format(what=what)


def advice(missing: MissingFact) -> str:
    """What may be done to supply a missing fact."""
    if missing.why is Lack.CURRENCY:
        return "请联系主管部门核定。"
    year = f" {missing.period[:4]} 年度" if missing.period != STATE else ""
    source = load_catalogue()[missing.fact].source
    return str(words()["advice"].get(source, "请联系主管部门核实。")).format(year=year)


def sum_masked(determination: Determination, *, reveal: bool = False) -> bool:
    """Whether a figure that this reader may not see could be worked out from the sum."""
    return determination.benefit is not None and rests_on_masked(determination.benefit, reveal=reveal)


def amount_sentence(determination: Determination, *, reveal: bool = False) -> str:
    """最高 20 万元,预计 8 万元; never a promise."""
    return benefit_sentence(determination.benefit, reveal=reveal)


# ---- how to get there --------------------------------------------------------------------------------------------


def gap_sentences(near: NearMiss, *, reveal: bool = False) -> tuple[str, ...]:
    """怎样才能符合: one line a step; a withheld figure is not given away by its shortfall."""
    return (
        *(change_sentence(c, reveal=reveal) for c in near.changes),
        *(f"{lack_sentence(m)}。{advice(m)}" for m in near.to_settle),
    )


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


def finding_lines(findings: Iterable[Finding], *, reveal: bool = False, depth: int = 0) -> list[str]:
    """The tree as indented lines for a terminal or a workbook cell: ✗ 上年营业收入不低于 2000 万元:1860 万元(税务,2025 年度)."""
    rows = []
    for finding in findings:
        own = own_sentence(finding, reveal=reveal)
        rows.append("  " * depth + f"{MARKS[finding.verdict]} {branch_title(finding.criterion)}" + (f":{own}" if own else ""))
        rows += finding_lines(finding.parts, reveal=reveal, depth=depth + 1)
    return rows
