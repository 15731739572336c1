"""Derived facts: an ordered, documented tuple of derivations, each with its inputs, so that every derived value can say what it rests on.

A value that a department gave is never overridden; a derived fact of an unknown input is unknown; an interval counts as unknown except for
size, where it may settle the class. Order matters: a later derivation may use what an earlier one made (trade_growth rests on trade_value).
Ratios have eight digits, rounded towards minus infinity, so that comparing a derived ratio with a bound of up to eight digits by 不低于
gives what the exact quotient gives.

The same definitions are run over columns elsewhere; `kind` says how, `derive` is what they have to agree with.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from math import floor
from types import MappingProxyType
from typing import Any, assert_never

from features.facts import Absence, FactValue, Interval, PeriodValue, Provenance
from features.identity.uscc import entity_kind, is_legal_person
from features.size import BASIS, INDICATORS, Figure, classify, needed

STATE = ""  # the period key of a fact that has no period


class Kind(StrEnum):
    """How a derivation computes; each names its inputs in the order of its formula."""

    SUM = "sum"  # a year's inputs added; all must be known
    GROWTH = "growth"  # input[Y] / input[Y-1] - 1 where input[Y-1] > 0
    MEAN_GROWTH = "mean_growth"  # the same of the mean over a year's twelve months, all known
    RATIO = "ratio"  # first[Y] / second[Y] where second[Y] > 0
    SETTLED = "settled"  # the move-in day, or the founding day of one that is known never to have moved in
    SIZE = "size"  # class by industry and last year's figures; where one of those is missing and the class open, those of the year before
    ENTITY_KIND = "entity_kind"  # from the credit code
    LEGAL_PERSON = "legal_person"  # from the kind of entity and the credit code


@dataclass(frozen=True, slots=True)
class Derivation:
    """One derived fact: how, from what, and in the words that a page shows."""

    fact: str
    kind: Kind
    inputs: tuple[str, ...]
    zh: str


DERIVATIONS: tuple[Derivation, ...] = (
    Derivation(
        "entity_kind",
        Kind.ENTITY_KIND,
        (),
        "统一社会信用代码前两位:91 企业、92 个体工商户、93 农民专业合作社、1* 机关事业单位、5* 社会组织",
    ),
    Derivation(
        "legal_person",
        Kind.LEGAL_PERSON,
        ("entity_kind",),
        "个体工商户、分支机构不具有法人资格;农民专业合作社、事业单位具有;其他以登记为准",
    ),
    Derivation("settled_on", Kind.SETTLED, ("moved_in_on", "established_on"), "有迁入日期的取迁入日期;确知未曾迁入的取成立日期"),
    Derivation("trade_value", Kind.SUM, ("export_value", "import_value"), "出口额 + 进口额"),
    Derivation("revenue_growth", Kind.GROWTH, ("revenue",), "本年营业收入 ÷ 上年营业收入 − 1"),
    Derivation("tax_paid_growth", Kind.GROWTH, ("tax_paid",), "本年纳税额 ÷ 上年纳税额 − 1"),
    Derivation("local_contribution_growth", Kind.GROWTH, ("local_contribution",), "本年地方贡献 ÷ 上年地方贡献 − 1"),
    Derivation("rd_expense_growth", Kind.GROWTH, ("rd_expense",), "本年研发费用 ÷ 上年研发费用 − 1"),
    Derivation("output_value_growth", Kind.GROWTH, ("output_value",), "本年总产值 ÷ 上年总产值 − 1"),
    Derivation("retail_sales_growth", Kind.GROWTH, ("retail_sales",), "本年零售额 ÷ 上年零售额 − 1"),
    Derivation("trade_growth", Kind.GROWTH, ("trade_value",), "本年进出口额 ÷ 上年进出口额 − 1"),
    Derivation(
        "headcount_growth", Kind.MEAN_GROWTH, ("insured_headcount",), "本年月均参保人数 ÷ 上年月均参保人数 − 1(两年各月齐全)"
    ),
    Derivation("rd_ratio", Kind.RATIO, ("rd_expense", "revenue"), "研发费用 ÷ 营业收入"),
    Derivation(
        "enterprise_size",
        Kind.SIZE,
        ("industry", "employees", "revenue", "total_assets"),
        f"按{BASIS}划型,指标取上年度,缺上年度的取前一年度",
    ),
)


@dataclass(frozen=True, slots=True)
class Derived:
    """What was added: facts (a yearly fact with only its derived years) and, for each value, its provenance by period."""

    facts: Mapping[str, FactValue]
    provenance: Mapping[str, Mapping[str, Provenance]]


@dataclass(frozen=True, slots=True)
class _Value:
    value: Any
    rests_on: tuple[str, ...]


def derive(facts: Mapping[str, FactValue], *, uscc: str, as_of: date, absences: Mapping[str, Absence] | None = None) -> Derived:
    """Everything that `DERIVATIONS` can add to `facts`, in order; what a department gave stays as it is.

    `absences` tells a firm that never moved in (moved_in_on is NOT_APPLICABLE) from one of which nobody knows.
    """
    known: dict[str, FactValue] = dict(facts)
    added: dict[str, FactValue] = {}
    provenance: dict[str, Mapping[str, Provenance]] = {}
    for derivation in DERIVATIONS:
        found = _values(derivation, known, uscc=uscc, as_of=as_of, absences=absences or {})
        here = known.get(derivation.fact)
        given = set(here) if isinstance(here, Mapping) else set() if here is None else {STATE}
        fresh = {period: value for period, value in found.items() if period not in given}
        if not fresh or STATE in given:
            continue
        provenance[derivation.fact] = MappingProxyType({period: _provenance(derivation, value) for period, value in fresh.items()})
        if STATE in fresh:
            known[derivation.fact] = added[derivation.fact] = fresh[STATE].value
        else:
            values = {period: value.value for period, value in sorted(fresh.items())}
            added[derivation.fact] = MappingProxyType(values)
            known[derivation.fact] = MappingProxyType({**(here if isinstance(here, Mapping) else {}), **values})
    return Derived(MappingProxyType(added), MappingProxyType(provenance))


def _provenance(derivation: Derivation, value: _Value) -> Provenance:
    return Provenance("derived", derivation.fact, derived_from=value.rests_on, note=derivation.zh)


def _values(
    derivation: Derivation, facts: Mapping[str, FactValue], *, uscc: str, as_of: date, absences: Mapping[str, Absence]
) -> dict[str, _Value]:
    """The derived value of each period (`STATE` for a fact without period) for which the inputs suffice."""
    match derivation.kind:
        case Kind.SUM:
            return _sums(derivation.inputs, facts)
        case Kind.GROWTH:
            (fact,) = derivation.inputs
            return _growths(_yearly(facts, fact), lambda year: (f"{fact}@{year}",))
        case Kind.MEAN_GROWTH:
            (fact,) = derivation.inputs
            return _growths(_means(facts, fact), lambda year: tuple(f"{fact}@{year}-{month:02d}" for month in range(1, 13)))
        case Kind.RATIO:
            return _ratios(derivation.inputs, facts)
        case Kind.SETTLED:
            return _settled(facts, absences)
        case Kind.SIZE:
            return _size(facts, as_of)
        case Kind.ENTITY_KIND:
            kind = entity_kind(uscc)
            return {STATE: _Value(kind, ("uscc",))} if kind else {}
        case Kind.LEGAL_PERSON:
            return _legal_person(facts, uscc)
        case _:
            assert_never(derivation.kind)


# ---- the kinds ---------------------------------------------------------------------------------------------------
def _yearly(facts: Mapping[str, FactValue], fact: str) -> dict[str, Decimal]:
    """The exactly known values of a yearly or monthly fact."""
    values = facts.get(fact)
    if not isinstance(values, Mapping):
        return {}
    return {period: value for period, value in values.items() if isinstance(value, Decimal)}


def _means(facts: Mapping[str, FactValue], fact: str) -> dict[str, Decimal]:
    """The sum over twelve months of each year that has them all (the mean times twelve: growth is the same)."""
    months = _yearly(facts, fact)
    by_year: dict[str, list[Decimal]] = {}
    for month, value in months.items():
        by_year.setdefault(month[:4], []).append(value)
    return {year: sum(values, Decimal(0)) for year, values in by_year.items() if len(values) == 12}


def quotient(dividend: Decimal, divisor: Decimal) -> Decimal:
    """The ratio with eight digits, towards minus infinity, without rounding on the way.

    >>> quotient(Decimal(1), Decimal(3)), quotient(Decimal(-1), Decimal(3))
    (Decimal('0.33333333'), Decimal('-0.33333334'))
    """
    return Decimal(floor(Fraction(dividend) / Fraction(divisor) * 10**8)).scaleb(-8)


def _growths(values: Mapping[str, Decimal], names: Any) -> dict[str, _Value]:
    found: dict[str, _Value] = {}
    for year, value in values.items():
        before = f"{int(year) - 1:04d}"
        base = values.get(before)
        if base is not None and base > 0:
            found[year] = _Value(quotient(value - base, base), (*names(year), *names(before)))
    return found


def _sums(inputs: tuple[str, ...], facts: Mapping[str, FactValue]) -> dict[str, _Value]:
    columns = [_yearly(facts, fact) for fact in inputs]
    years = set(columns[0]).intersection(*columns[1:])
    return {
        year: _Value(sum((column[year] for column in columns), Decimal(0)), tuple(f"{fact}@{year}" for fact in inputs))
        for year in years
    }


def _ratios(inputs: tuple[str, ...], facts: Mapping[str, FactValue]) -> dict[str, _Value]:
    above, below = (_yearly(facts, fact) for fact in inputs)
    return {
        year: _Value(quotient(above[year], below[year]), tuple(f"{fact}@{year}" for fact in inputs))
        for year in above.keys() & below.keys()
        if below[year] > 0
    }


def _settled(facts: Mapping[str, FactValue], absences: Mapping[str, Absence]) -> dict[str, _Value]:
    moved, founded = facts.get("moved_in_on"), facts.get("established_on")
    if isinstance(moved, date):
        return {STATE: _Value(moved, ("moved_in_on",))}
    if isinstance(founded, date) and absences.get("moved_in_on") is Absence.NOT_APPLICABLE:
        return {STATE: _Value(founded, ("moved_in_on", "established_on"))}
    return {}


def _legal_person(facts: Mapping[str, FactValue], uscc: str) -> dict[str, _Value]:
    match facts.get("entity_kind"):
        case "individual_business" | "branch":
            return {STATE: _Value(False, ("entity_kind",))}
        case "cooperative":
            return {STATE: _Value(True, ("entity_kind",))}
        case _:
            by_code = is_legal_person(uscc)
            return {} if by_code is None else {STATE: _Value(by_code, ("uscc",))}


def _size(facts: Mapping[str, FactValue], as_of: date) -> dict[str, _Value]:
    industry = facts.get("industry")
    if not isinstance(industry, str):
        return {}
    for year in (f"{as_of.year - 1:04d}", f"{as_of.year - 2:04d}"):
        figures = {fact: _figure(facts.get(fact), year) for fact in INDICATORS}
        size = classify(industry, **figures)
        used = [fact for fact in INDICATORS if fact in needed(industry) and figures[fact] is not None]
        if size is not None:
            return {STATE: _Value(size, ("industry", *(f"{fact}@{year}" for fact in used)))}
        if len(used) == len(needed(industry)):
            return {}  # last year's figures are all there and leave the class open: an older class would be out of date
    return {}


def _figure(value: FactValue | None, year: str) -> Figure:
    entry: PeriodValue | None = value.get(year) if isinstance(value, Mapping) else None
    return entry if isinstance(entry, Decimal | Interval) else None
