"""What an item pays one enterprise: exact low and high bounds, and the worksheet that shows every step beside its words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Literal, NamedTuple, TypeAlias

from features.catalogue import Catalogue
from features.facts import Interval
from features.periods import MONTHLY_DEFAULT, YEARLY_DEFAULT, keys_of
from features.profile import STATE, EnterpriseProfile
from matcher.evaluate import Finding, Lack, Measured, MissingFact, Reading, UsedValue, evaluate
from matcher.once import Once
from matcher.truth import SERIES
from matcher.verdicts import Verdict
from policies.rules import Amount, PolicyItem

_ZERO = Decimal(0)
_NOBODY = EnterpriseProfile("", MappingProxyType({}))

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


def benefit(
    item: PolicyItem, profile: EnterpriseProfile, as_of: date, *, catalogue: Catalogue | None = None, reading: Reading | None = None
) -> Benefit:
    """The highest amount whose condition holds, and every `plus` amount on top.

    An amount whose condition is unknown may raise `high` but never `low`; an item without amounts is (0, None).
    """
    same = settled_benefit(item)
    if same is not None:
        return same
    return _benefit(item, Reading(profile, as_of, catalogue) if reading is None else reading)


def _benefit(item: PolicyItem, reading: Reading) -> Benefit:
    lines = tuple([_line(i, a, reading) for i, a in enumerate(item.amounts)])
    total = _total([(line.amount, line.applies, line.low, line.high) for line in lines])
    return Benefit(total.low, total.high, lines, total.certain, total.possible, total.on_top)


def _settled(item: PolicyItem) -> Benefit | None:
    if not item.amounts:
        return Benefit(_ZERO, None)
    same = all(a.when is None and a.base is None for a in item.amounts)
    return _benefit(item, Reading(_NOBODY, date.min)) if same else None


settled_benefit: Once[PolicyItem, Benefit | None] = Once(
    _settled
)  # where no amount looks at the enterprise: the same for everybody


def bounds(item: PolicyItem, reading: Reading) -> tuple[Decimal, Decimal | None]:
    """Low and high of `benefit`, for those who need no worksheet."""
    same = settled_benefit(item)
    if same is not None:
        return same.low, same.high
    rows = []
    for amount in item.amounts:
        low, high = _work_out(amount, _measured(amount, reading), None)
        rows.append((amount, _applies(amount, reading).verdict, low, high))
    total = _total(rows)
    return total.low, total.high


def _most_certain(item: PolicyItem) -> Decimal | None:
    """What `low` of the item's benefit can be at most, whoever it is; None where nothing bounds it."""
    same = settled_benefit(item)
    if same is not None:
        return same.low
    standing, plus = _ZERO, _ZERO
    for amount in item.amounts:
        stated = amount.value if amount.kind == "fixed" else amount.cap
        if stated is None:
            return None
        most = max(stated, _given(amount.floor), _ZERO)
        standing, plus = (standing, plus + most) if amount.plus else (max(standing, most), plus)
    return standing + plus


most_certain: Once[PolicyItem, Decimal | None] = Once(_most_certain)


class _Total(NamedTuple):
    """The bounds of an item, and the amounts that make them: see `Benefit`."""

    low: Decimal
    high: Decimal | None
    certain: int | None
    possible: int | None
    on_top: tuple[int, ...]


def _total(rows: Sequence[tuple[Amount, Verdict, Decimal, Decimal | None]]) -> _Total:
    """Put the amounts of one item together: each with whether it applies and its own bounds."""
    low, certain = _ZERO, None
    high: Decimal | None = _ZERO
    possible = None
    on_top: list[int] = []
    for index, (amount, applies, least, most) in enumerate(rows):
        if applies is Verdict.NOT_MET:
            continue
        if amount.plus:
            on_top.append(index)
            continue
        if applies is Verdict.MET and least > low:
            low, certain = least, index
        if high is not None and (most is None or most > high):
            high, possible = most, index
    for index in on_top:
        _, applies, least, most = rows[index]
        low = low + least if applies is Verdict.MET else low
        high = None if high is None or most is None else high + most
    return _Total(low, high, certain, possible, tuple(on_top))


def _applies(amount: Amount, reading: Reading) -> Finding:
    return evaluate(amount.when, reading.profile, reading.as_of, reading=reading)


def _line(index: int, amount: Amount, reading: Reading) -> AmountLine:
    measured = _measured(amount, reading)
    steps: list[Step] = []
    low, high = _work_out(amount, measured, steps)
    return AmountLine(index, amount, _applies(amount, reading), low, high, tuple(steps), *measured[1:])


# ---- the base ----------------------------------------------------------------------------------------------------


def _measured(amount: Amount, reading: Reading) -> Measured:
    """The base as bounds (equal where it is exact), the values it rests on, and what is missing for it."""
    fact = amount.base
    if fact is None or fact not in reading.catalogue:
        return None, (), ()
    definition = reading.catalogue[fact]
    keys: tuple[str, ...] = (STATE,)
    if definition.is_periodic:
        default = YEARLY_DEFAULT if definition.period == "year" else MONTHLY_DEFAULT
        key = keys_of(amount.period or default, reading.as_of)[-1]
        keys = (f"{int(key) - 1:04d}", key) if amount.of_increase else (key,)
    known = reading.bases.get((fact, keys))
    if known is None:
        reading.bases[fact, keys] = known = _read_base(fact, keys, reading.profile)
    return known


def _read_base(fact: str, keys: tuple[str, ...], profile: EnterpriseProfile) -> Measured:
    have = profile.facts.get(fact)
    if keys == (STATE,):
        found = {STATE: have} if have is not None else {}
    else:
        found = {k: have[k] for k in keys if have.get(k) is not None} if isinstance(have, SERIES) else {}
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
# Each function returns the bounds after its steps, and writes the steps down where somebody wants to read them.

Bounds: TypeAlias = tuple[Decimal, Decimal | None]
Sheet: TypeAlias = list[Step] | None


def _work_out(amount: Amount, measured: Measured, sheet: Sheet) -> Bounds:
    return _limits(amount, *_raw(amount, measured, sheet), sheet)


def _raw(amount: Amount, measured: Measured, sheet: Sheet) -> Bounds:
    """The bounds before any cap or floor."""
    base, used, _ = measured
    if amount.kind == "fixed":
        value = _given(amount.value)
        return _noted(sheet, "fixed", value, value, value)
    if amount.kind == "matching":
        return _noted(sheet, "matching", amount.rate, _ZERO, None)
    if amount.kind == "capped" or base is None:
        return _noted(sheet, "unmeasured", None, _ZERO, None)
    _noted(sheet, "increase" if len(used) == 2 else "base", None, base.low, base.high)
    match amount.kind:
        case "ratio":
            return _ratio(amount, base, sheet)
        case "per_unit":
            return _per_unit(amount, base, sheet)
        case _:
            return _steps(amount, base, sheet)


def _noted(sheet: Sheet, name: StepName, figure: Decimal | None, low: Decimal, high: Decimal | None) -> Bounds:
    if sheet is not None:
        sheet.append(Step(name, figure, low, high))
    return low, high


def _given(value: Decimal | None) -> Decimal:
    return _ZERO if value is None else value


def _ratio(amount: Amount, base: Interval, sheet: Sheet) -> Bounds:
    low, high = base.low, base.high
    if amount.upto is not None:
        low, high = min(low, amount.upto), min(high, amount.upto)
        _noted(sheet, "upto", amount.upto, low, high)
    over = _given(amount.over)
    low, high = max(_ZERO, low - over), max(_ZERO, high - over)
    if amount.over is not None:
        _noted(sheet, "over", amount.over, low, high)
    rate = _given(amount.rate)
    top = rate if amount.rate_max is None else amount.rate_max
    return _noted(sheet, "rate", rate, *_span(rate * low, top * high, base))


def _per_unit(amount: Amount, base: Interval, sheet: Sheet) -> Bounds:
    low, high = base.low, base.high
    if amount.max_units is not None:
        low, high = min(low, amount.max_units), min(high, amount.max_units)
        _noted(sheet, "units", amount.max_units, low, high)
    value = _given(amount.value)
    return _noted(sheet, "unit_value", value, *_span(value * low, value * high, base))


def _steps(amount: Amount, base: Interval, sheet: Sheet) -> Bounds:
    start, every, value = _given(amount.start), _given(amount.every), _given(amount.value)
    low, high = (max(_ZERO, (b - start) // every) for b in (base.low, base.high))
    _noted(sheet, "steps", every, low, high)
    return _noted(sheet, "unit_value", value, *_span(low * value, high * value, base))


def _span(low: Decimal, high: Decimal, base: Interval) -> tuple[Decimal, Decimal]:
    """Bounds in order where the base is a real interval; an exact base keeps what the rule's own figures say."""
    return (low, high) if base.low == base.high else (min(low, high), max(low, high))


def _limits(amount: Amount, low: Decimal, high: Decimal | None, sheet: Sheet) -> Bounds:
    """Cap, floor, and what this profile cannot settle; the floor of a payment is nothing."""
    if amount.cap is not None:
        low, high = _noted(sheet, "cap", amount.cap, min(low, amount.cap), amount.cap if high is None else min(high, amount.cap))
    floor = _given(amount.floor)
    raised_low, raised_high = max(low, floor), high if high is None else max(high, floor)
    if amount.floor is not None or raised_low != low or raised_high != high:
        _noted(sheet, "floor", floor, raised_low, raised_high)
    low, high = raised_low, raised_high
    if amount.cap_rate is not None or amount.caps:
        figure = amount.cap_rate or min((c.cap for c in amount.caps), default=None)
        low, high = _noted(sheet, "unsettled_cap", figure, _ZERO, high)
    if amount.ceiling:
        low, high = _noted(sheet, "ceiling", None, _ZERO, high)
    if amount.difference:
        low, high = _noted(sheet, "difference", None, _ZERO, high)
    return low, high
