"""What an item pays one enterprise: exact low and high bounds, and the worksheet that shows every step beside its words."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from features.catalogue import Catalogue, load_catalogue
from features.facts import Interval
from features.periods import MONTHLY_DEFAULT, YEARLY_DEFAULT, keys_of
from features.profile import STATE, EnterpriseProfile
from matcher.evaluate import Finding, Lack, MissingFact, UsedValue, evaluate
from matcher.verdicts import Verdict
from policies.rules import Amount, PolicyItem

_ZERO = Decimal(0)

StepName = Literal[
    "fixed", "base", "increase", "over", "upto", "rate", "units", "unit_value", "steps", "unmeasured",
    "matching", "cap", "floor", "unsettled_cap", "ceiling", "difference",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the sum: what was applied (`figure`, e.g. the rate or the cap) and the bounds after it; high None is open."""

    name: StepName
    figure: Decimal | None
    low: Decimal
    high: Decimal | None


@dataclass(frozen=True, slots=True)
class AmountLine:
    """One amount of the item worked out; its evidence span is `amount.evidence`."""

    index: int
    amount: Amount
    when: Finding
    low: Decimal
    high: Decimal | None
    steps: tuple[Step, ...]
    base: tuple[UsedValue, ...] = ()
    missing: tuple[MissingFact, ...] = ()

    @property
    def applies(self) -> Verdict:
        """Whether the amount's own condition holds."""
        return self.when.verdict


@dataclass(frozen=True, slots=True)
class Benefit:
    """What an eligible enterprise gets, in CNY: at least `low`, at most `high` (None where nothing bounds it).

    `certain` and `possible` are the indexes of the standing amounts that make `low` and `high` (None where none does);
    `on_top` those of the `plus` amounts that count.
    """

    low: Decimal
    high: Decimal | None
    lines: tuple[AmountLine, ...] = ()
    certain: int | None = None
    possible: int | None = None
    on_top: tuple[int, ...] = ()


def benefit(item: PolicyItem, profile: EnterpriseProfile, as_of: date, *, catalogue: Catalogue | None = None) -> Benefit:
    """The highest amount whose condition holds, and every `plus` amount on top.

    An amount whose condition is unknown may raise `high` but never `low`; an item without amounts is (0, None).
    """
    if not item.amounts:
        return Benefit(_ZERO, None)
    entries = load_catalogue() if catalogue is None else catalogue
    lines = tuple([_line(i, a, profile, as_of, entries) for i, a in enumerate(item.amounts)])
    alive = [line for line in lines if line.applies is not Verdict.NOT_MET]
    low, certain = _ZERO, None
    high: Decimal | None = _ZERO
    possible = None
    for line in alive:
        if line.amount.plus:
            continue
        if line.applies is Verdict.MET and line.low > low:
            low, certain = line.low, line.index
        if high is not None and (line.high is None or line.high > high):
            high, possible = line.high, line.index
    on_top = [line for line in alive if line.amount.plus]
    low += sum((line.low for line in on_top if line.applies is Verdict.MET), _ZERO)
    for line in on_top:
        high = None if high is None or line.high is None else high + line.high
    return Benefit(low, high, lines, certain, possible, tuple(line.index for line in on_top))


def bounds(item: PolicyItem, profile: EnterpriseProfile, as_of: date) -> tuple[Decimal, Decimal | None]:
    """Low and high of `benefit`, for those who need no worksheet."""
    found = benefit(item, profile, as_of)
    return found.low, found.high


def _line(index: int, amount: Amount, profile: EnterpriseProfile, as_of: date, catalogue: Catalogue) -> AmountLine:
    when = evaluate(amount.when, profile, as_of, catalogue=catalogue)
    base, used, missing = _measured(amount, profile, as_of, catalogue)
    steps = [*_raw(amount, base, used)]
    steps += _limits(amount, steps[-1].low, steps[-1].high)
    return AmountLine(index, amount, when, steps[-1].low, steps[-1].high, tuple(steps), used, missing)


# ---- the base ----------------------------------------------------------------------------------------------------


def _measured(
    amount: Amount, profile: EnterpriseProfile, as_of: date, catalogue: Catalogue
) -> tuple[Interval | None, tuple[UsedValue, ...], tuple[MissingFact, ...]]:
    """The base as bounds (equal where it is exact), the values it rests on, and what is missing for it."""
    fact = amount.base
    if fact is None or fact not in catalogue:
        return None, (), ()
    definition, have = catalogue[fact], profile.facts.get(fact)
    if not definition.is_periodic:
        keys: tuple[str, ...] = (STATE,)
        found = {STATE: have} if have is not None else {}
    else:
        key = keys_of(amount.period or (YEARLY_DEFAULT if definition.period == "year" else MONTHLY_DEFAULT), as_of)[-1]
        keys = (f"{int(key) - 1:04d}", key) if amount.of_increase else (key,)
        found = {k: have[k] for k in keys if have.get(k) is not None} if isinstance(have, Mapping) else {}
    used = tuple(UsedValue(fact, k, v, profile.provenance_of(fact, k)) for k, v in found.items())
    limits = {k: _interval(v) for k, v in found.items()}
    missing = tuple(_lacking(fact, k, profile) for k in keys if limits.get(k) is None)
    if missing:
        return None, used, missing
    last = limits[keys[-1]]
    if last is not None and len(keys) == 2:
        before = limits[keys[0]]
        if before is not None:
            last = Interval(max(_ZERO, last.low - before.high), max(_ZERO, last.high - before.low))
    return last, used, ()


def _interval(value: object) -> Interval | None:
    if isinstance(value, Interval):
        return value
    return Interval(value, value) if isinstance(value, Decimal) and not value.is_nan() else None


def _lacking(fact: str, period: str, profile: EnterpriseProfile) -> MissingFact:
    absence = profile.absences.get(fact)
    return MissingFact(fact, period, Lack(absence.value) if absence else Lack.MISSING)


# ---- from the base to the bounds ---------------------------------------------------------------------------------


def _raw(amount: Amount, base: Interval | None, used: tuple[UsedValue, ...]) -> list[Step]:
    """The steps before any cap or floor; the last one holds the bounds."""
    if amount.kind == "fixed":
        value = _given(amount.value)
        return [Step("fixed", value, value, value)]
    if amount.kind == "matching":
        return [Step("matching", amount.rate, _ZERO, None)]
    if amount.kind == "capped":
        return [Step("unmeasured", None, _ZERO, None)]
    if base is None:
        return [Step("unmeasured", None, _ZERO, None)]
    first = Step("increase" if len(used) == 2 else "base", None, base.low, base.high)
    match amount.kind:
        case "ratio":
            return [first, *_ratio(amount, base)]
        case "per_unit":
            return [first, *_per_unit(amount, base)]
        case _:
            return [first, *_steps(amount, base)]


def _given(value: Decimal | None) -> Decimal:
    return _ZERO if value is None else value


def _ratio(amount: Amount, base: Interval) -> list[Step]:
    steps: list[Step] = []
    low, high = base.low, base.high
    if amount.upto is not None:
        low, high = min(low, amount.upto), min(high, amount.upto)
        steps.append(Step("upto", amount.upto, low, high))
    low, high = max(_ZERO, low - _given(amount.over)), max(_ZERO, high - _given(amount.over))
    if amount.over is not None:
        steps.append(Step("over", amount.over, low, high))
    rate = _given(amount.rate)
    top = rate if amount.rate_max is None else amount.rate_max
    return [*steps, Step("rate", rate, *_span(rate * low, top * high, base))]


def _per_unit(amount: Amount, base: Interval) -> list[Step]:
    steps: list[Step] = []
    low, high = base.low, base.high
    if amount.max_units is not None:
        low, high = min(low, amount.max_units), min(high, amount.max_units)
        steps.append(Step("units", amount.max_units, low, high))
    value = _given(amount.value)
    return [*steps, Step("unit_value", value, *_span(value * low, value * high, base))]


def _steps(amount: Amount, base: Interval) -> list[Step]:
    start, every, value = _given(amount.start), _given(amount.every), _given(amount.value)
    low, high = (max(_ZERO, (b - start) // every) for b in (base.low, base.high))
    return [Step("steps", every, low, high), Step("unit_value", value, *_span(low * value, high * value, base))]


def _span(low: Decimal, high: Decimal, base: Interval) -> tuple[Decimal, Decimal]:
    """Bounds in order where the base is a real interval; an exact base keeps what the rule's own figures say."""
    return (low, high) if base.low == base.high else (min(low, high), max(low, high))


def _limits(amount: Amount, low: Decimal, high: Decimal | None) -> list[Step]:
    """Cap, floor, and what this profile cannot settle; the floor of a payment is nothing."""
    steps: list[Step] = []
    if amount.cap is not None:
        low, high = min(low, amount.cap), amount.cap if high is None else min(high, amount.cap)
        steps.append(Step("cap", amount.cap, low, high))
    floor = _given(amount.floor)
    raised_low, raised_high = max(low, floor), high if high is None else max(high, floor)
    if amount.floor is not None or raised_low != low or raised_high != high:
        steps.append(Step("floor", floor, raised_low, raised_high))
    low, high = raised_low, raised_high
    if amount.cap_rate is not None or amount.caps:
        low = _ZERO
        steps.append(Step("unsettled_cap", amount.cap_rate or min((c.cap for c in amount.caps), default=None), low, high))
    if amount.ceiling:
        low = _ZERO
        steps.append(Step("ceiling", None, low, high))
    if amount.difference:
        low = _ZERO
        steps.append(Step("difference", None, low, high))
    return steps
