"""The words in which changes, refusals of money and simulations are told."""

from matcher.amount_words import amount_range
from matcher.budget import Refusal, Refused
from matcher.change import Cause, Difference
from matcher.deciding import Outcome
from matcher.explain import verdict_word
from matcher.simulate import Fit, Simulation
from matcher.words import fact_name, money

_CAUSES = {
    Cause.RULE_ADDED: "新政策",
    Cause.RULE_REMOVED: "政策已停用",
    Cause.RULE_CHANGED: "政策条款调整",
    Cause.ENTERPRISE_ADDED: "企业新入库",
    Cause.ENTERPRISE_REMOVED: "企业已移出",
    Cause.DAY_CHANGED: "日期推移(期间、年限或有效期变化)",
}
_REFUSED = {
    Refused.BUDGET: "预算余额不足",
    Refused.QUOTA: "名额已满",
    Refused.ALREADY: "该企业已有预留或已兑付",
    Refused.AMOUNT: "金额无效,应为大于 0 且精确到分的数额",
    Refused.UNKNOWN: "没有找到该企业的预留记录",
}
_FIT = {Fit.FITS: "预算足够", Fit.MAY_EXCEED: "预算可能不足", Fit.EXCEEDS: "预算不足"}


def difference_sentence(difference: Difference, title: str) -> str:
    """What changed for one enterprise and item, and why: “高企奖励”由待核变为符合(研发费用数据更新)。"""
    causes = [_CAUSES[c] for c in difference.causes if c is not Cause.FACT_CHANGED]
    if difference.facts:
        causes.insert(0, f"{'、'.join(fact_name(f) for f in difference.facts[:3])}数据更新")
    why = f"({';'.join(causes)})" if causes else ""
    before, after = difference.before, difference.after
    if before is None or after is None:
        shown = after or before
        word = "新增" if before is None else "移除"
        return f"“{title}”{word}判定:{verdict_word(shown.verdict) if shown else ''}{why}。"
    if before.verdict is not after.verdict:
        return f"“{title}”由{verdict_word(before.verdict)}变为{verdict_word(after.verdict)}{why}。"
    return f"“{title}”金额由 {_sum(before)} 变为 {_sum(after)}{why}。"


def _sum(outcome: Outcome) -> str:
    return "未定" if outcome.low is None else amount_range(outcome.low, outcome.high)


def refusal_sentence(refusal: Refusal) -> str:
    """Why money was not set aside."""
    return f"未能预留 {money(refusal.request.amount)}:{_REFUSED[refusal.reason]}。"


def simulation_sentence(simulation: Simulation) -> str:
    """The finding of a simulation in one line."""
    before, after = simulation.before, simulation.after
    change = f"新增 {simulation.gained_count} 家、减少 {simulation.lost_count} 家"
    more = f",另有 {after.unbounded} 家金额待核定" if after.unbounded else ""
    fit = (
        f";{_FIT[simulation.fit_after]}(预算 {money(simulation.budget)})"
        if simulation.fit_after and simulation.budget is not None
        else ""
    )
    return (
        f"符合条件由 {before.eligible} 家变为 {after.eligible} 家({change}),待核 {after.open} 家,"
        f"预计 {amount_range(after.low, after.high)}{more}{fit}。"
    )
