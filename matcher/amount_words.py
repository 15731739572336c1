"""Benefits in words: the one-line sum, the rule of an amount, and each step of its worksheet."""

from collections.abc import Sequence
from decimal import Decimal

from features.catalogue import load_catalogue
from features.profile import STATE
from matcher.amounts import AmountLine, Benefit, Step
from matcher.requirements import is_masked
from matcher.verdicts import Verdict
from matcher.words import fact_name, figure, key_name, money, plain_number, source_name, value_name, words
from policies.rules import Amount


def rests_on_masked(found: Benefit, *, reveal: bool) -> bool:
    """Whether the sum would give away a figure that this reader may not see."""
    alive = (line for line in found.lines if line.applies is not Verdict.NOT_MET)
    return any(is_masked(v.fact, reveal=reveal) for line in alive for v in line.base)


def base_masked(amounts: Sequence[Amount], *, reveal: bool) -> bool:
    """Whether any of an item's amounts is a share or a multiple of a figure that this reader may not see, whatever came of it."""
    facts = {x.base for x in amounts if x.base in load_catalogue()}
    return any(is_masked(fact, reveal=reveal) for fact in facts if fact is not None)


def benefit_sentence(found: Benefit | None, *, reveal: bool = False) -> str:
    """最高 20 万元,预计 8 万元; never a promise."""
    if found is None:
        return "不适用"
    if not found.lines:
        return "政策未载明金额,以核定为准"
    cap = _stated_cap(found)
    if rests_on_masked(found, reveal=reveal):
        return f"最高 {money(cap)},具体金额以核定为准" if cap is not None else "金额以核定为准"
    low, high = found.low, found.high
    if high is None:
        return f"预计不少于 {money(low)}" if low > 0 else "金额以核定为准"
    if low == high:
        return f"最高 {money(cap)},预计 {money(low)}" if cap is not None and cap > low else f"预计 {money(low)}"
    return f"预计 {money(low)}至 {money(high)}" if low > 0 else f"最高 {money(high)}"


def _stated_cap(found: Benefit) -> Decimal | None:
    """The ceiling that the text itself states for what may be paid: the caps (or fixed values) of the amounts that count."""
    caps: list[Decimal] = []
    top = Decimal(0)
    for line in found.lines:
        if line.applies is Verdict.NOT_MET:
            continue
        stated = line.amount.cap if line.amount.cap is not None else line.amount.value if line.amount.kind == "fixed" else None
        if stated is None:
            return None
        if line.amount.plus:
            top += stated
        else:
            caps.append(stated)
    return max(caps, default=Decimal(0)) + top if caps or top else None


def rule_of_amount(amount: Amount) -> str:
    """The amount as the rule states it: 按研发费用的 10%,最高 20 万元."""
    base = fact_name(amount.base) if amount.base else "实际发生额"
    match amount.kind:
        case "fixed":
            text = money(amount.value or Decimal(0))
        case "ratio":
            top = f"至 {_percent(amount.rate_max)}" if amount.rate_max is not None else ""
            part = "增量" if amount.of_increase else ""
            part += f"超过 {_figure(amount.over, _base_unit(amount))} 的部分" if amount.over else ""
            part += f"不超过 {_figure(amount.upto, _base_unit(amount))} 的部分" if amount.upto is not None else ""
            text = f"按{base}{part}的 {_percent(amount.rate)}{top}"
        case "per_unit":
            text = f"每{amount.unit or '单位'} {money(amount.value or Decimal(0))}"
        case "step":
            unit, value = _base_unit(amount), money(amount.value or Decimal(0))
            text = f"{base}在 {_figure(amount.start, unit)} 基础上每增加 {_figure(amount.every, unit)},给予 {value}"
        case "matching":
            text = f"按上级资金的 {_percent(amount.rate)} 配套" if amount.rate is not None else "按上级资金配套"
        case "capped":
            text = ""
    limits = [f"最高 {money(amount.cap)}"] if amount.cap is not None else []
    limits += [f"{words()['values']['per'].get(c.per or 'other', '')}最高 {money(c.cap)}" for c in amount.caps]
    limits += [f"不低于 {money(amount.floor)}"] if amount.floor is not None else []
    limits += ["补齐差额"] if amount.difference else []
    years = f",连续 {amount.years} 年" if amount.years else ""
    return ("另加 " if amount.plus else "") + ",".join(x for x in (text, *limits) if x) + years


def _percent(rate: Decimal | None) -> str:
    return figure(rate or Decimal(0), "ratio")


def step_sentence(step: Step, line: AmountLine) -> str:
    amount, unit = line.amount, _base_unit(line.amount)
    bound = amount_range(step.low, step.high)
    match step.name:
        case "fixed":
            return f"定额 {bound}"
        case "base":
            used = line.base[-1]
            source = source_name(used.provenance.source if used.provenance else load_catalogue()[used.fact].source)
            period = f",{key_name(used.period)}" if used.period != STATE else ""
            return f"{fact_name(used.fact)} {value_name(used.fact, used.value)}({source}{period})"
        case "increase":
            before, after = line.base[0], line.base[-1]
            return f"{fact_name(after.fact)}由 {value_name(before.fact, before.value)} 增至 {value_name(after.fact, after.value)},增量 {bound}"
        case "over":
            return f"超过 {_figure(step.figure, unit)} 的部分:{bound}"
        case "upto":
            return f"计算基数以 {_figure(step.figure, unit)} 为限:{bound}"
        case "rate":
            top = f"至 {_percent(amount.rate_max)}" if amount.rate_max is not None else ""
            return f"按 {_percent(step.figure)}{top} 计:{bound}"
        case "units":
            return f"最多计 {_figure(step.figure, unit)}"
        case "unit_value":
            return f"每{'档' if amount.kind == 'step' else amount.unit or '单位'} {money(step.figure or Decimal(0))}:{bound}"
        case "steps":
            return f"每 {_figure(step.figure, unit)} 为一档:{_count(step.low, step.high)} 档"
        case "unmeasured":
            return "计算基数待核定" if amount.kind != "capped" else "金额在上限以内核定"
        case "matching":
            return "按上级资金配套,金额以上级核定为准"
        case "cap":
            return f"最高不超过 {_figure(step.figure, 'CNY')}:{bound}"
        case "floor":
            return f"不低于 {_figure(step.figure, 'CNY')}:{bound}"
        case "unsettled_cap":
            return f"另有其他上限,待核定:{bound}"
        case "ceiling":
            return f"政策所列为上限,实际金额以核定为准:{bound}"
        case "difference":
            return f"补齐差额,须扣除已获资金:{bound}"


def _base_unit(amount: Amount) -> str | None:
    catalogue = load_catalogue()
    return catalogue[amount.base].unit if amount.base in catalogue and amount.base else "CNY"


def _figure(number: Decimal | None, unit: str | None) -> str:
    return "" if number is None else figure(number, unit)


def _count(low: Decimal, high: Decimal | None) -> str:
    return plain_number(low) if high is None or low == high else f"{plain_number(low)}至{plain_number(high)}"


def amount_range(low: Decimal, high: Decimal | None) -> str:
    """Bounds in words: 20 万元, 3 万元至 5 万元, 待核定."""
    if high is None:
        return f"{money(low)}以上" if low > 0 else "待核定"
    return money(low) if low == high else f"{money(low)}至 {money(high)}"
