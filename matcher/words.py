"""Figures, dates, periods, codes and facts as a person reads them; the words themselves stand in `words.toml`."""

import re
import tomllib
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import Any

from features.catalogue import FactType, load_catalogue
from features.facts import Event, FactValue, Interval
from features.industries import industry_name
from features.qualifications import qualification_name
from features.regions import full_name

_WAN, _YI = Decimal(10_000), Decimal(100_000_000)
_RELATIVE = re.compile(r"([YM])([+-]?\d+)")


@cache
def words() -> Mapping[str, Any]:
    """The tables of `words.toml`."""
    return tomllib.loads(files("matcher").joinpath("words.toml").read_text("utf-8"))


def fact_name(fact: str) -> str:
    """The everyday name of a fact; words that name no fact (an amount's base) stand as they are."""
    if fact not in load_catalogue():
        return fact
    return str(words()["facts"].get(fact) or load_catalogue()[fact].zh)


def source_name(source: str) -> str:
    """The department behind a source; one that is not listed stands as it is."""
    return str(words()["sources"].get(source, source))


# ---- figures -----------------------------------------------------------------------------------------------------


def plain_number(number: Decimal) -> str:
    """A number without exponent and trailing zeros, with separators from ten thousand up.

    >>> plain_number(Decimal("1860.50")), plain_number(Decimal("1E+5"))
    ('1860.5', '100,000')
    """
    whole = format(number, "f")
    if "." in whole:
        whole = whole.rstrip("0").rstrip(".")
    return whole if abs(number) < _WAN else f"{Decimal(whole):,f}"


def money(amount: Decimal, unit: str = "元") -> str:
    """An amount in the unit people use, never rounded.

    >>> money(Decimal(18600000)), money(Decimal(300)), money(Decimal(2000000000))
    ('1860 万元', '300 元', '20 亿元')
    """
    if abs(amount) >= _YI and amount % (_YI / 10_000) == 0:
        return f"{plain_number(amount / _YI)} 亿{unit}"
    if abs(amount) >= _WAN:
        return f"{plain_number(amount / _WAN)} 万{unit}"
    return f"{plain_number(amount)} {unit}"


def figure(number: Decimal, unit: str | None) -> str:
    """A figure in the fact's unit: money, a percentage, people, months, things."""
    match unit:
        case "CNY":
            return money(number)
        case "ratio":
            return f"{plain_number(number * 100)}%"
        case None:
            return plain_number(number)
        case _:
            return f"{plain_number(number)} {words()['units'].get(unit, unit)}"


def day_name(day: date) -> str:
    """2026年3月1日."""
    return f"{day.year}年{day.month}月{day.day}日"


def key_name(key: str) -> str:
    """A year or month key: 2025 年度, 2025年3月; nothing for a state."""
    if not key:
        return ""
    return f"{key} 年度" if len(key) == 4 else f"{key[:4]}年{int(key[5:])}月"


# ---- periods -----------------------------------------------------------------------------------------------------

_YEARS = {-2: "前年", -1: "上年", 0: "本年", 1: "下年"}
_MONTHS = {-1: "上月", 0: "本月"}


def period_name(period: str) -> str:
    """A rule's period as people say it.

    >>> [period_name(p) for p in ("Y-1", "Y-3..Y-1", "M-12..M-1", "2023", "2023-01..2023-06")]
    ['上年', '近3年', '近12个月', '2023 年度', '2023年1月至2023年6月']
    """
    first, _, last = period.partition("..")
    a, b = _RELATIVE.fullmatch(first), _RELATIVE.fullmatch(last or first)
    if a and b and a[1] == b[1]:
        count = int(b[2]) - int(a[2]) + 1
        if count == 1:
            named = (_YEARS if a[1] == "Y" else _MONTHS).get(int(a[2]))
            return named or f"{abs(int(a[2]))}{'年' if a[1] == 'Y' else '个月'}{'前' if int(a[2]) < 0 else '后'}"
        if int(b[2]) == -1:
            return f"近{count}{'年' if a[1] == 'Y' else '个月'}"
    return _end_name(first) if first == (last or first) else f"{_end_name(first)}至{_end_name(last)}"


def _end_name(word: str) -> str:
    return period_name(word) if _RELATIVE.fullmatch(word) else key_name(word)


def duration_name(duration: str) -> str:
    """An ISO 8601 duration: P1Y6M is 1 年 6 个月."""
    names = {"Y": "年", "M": "个月", "W": "周", "D": "天"}
    return " ".join(f"{n} {names[u]}" for n, u in re.findall(r"(\d+)([YMWD])", duration))


# ---- codes and values --------------------------------------------------------------------------------------------


def code_name(fact: str, code: str) -> str:
    """What a code of a fact stands for; a code that no table knows stands as it is."""
    named = words()["values"].get(fact, {}).get(code)
    if named:
        return str(named)
    codes = load_catalogue()[fact].codes if fact in load_catalogue() else None
    match codes:
        case "region":
            return full_name(code) or code
        case "industry":
            return industry_name(code) or code
        case "qualification":
            return qualification_name(code) or code
        case _:
            return code.removeprefix("other:")


def code_names(fact: str, codes: Iterable[str], joiner: str = "、") -> str:
    """Several codes in a row."""
    return joiner.join(code_name(fact, c) for c in codes)


def value_name(fact: str, value: FactValue) -> str:
    """One value of a fact, formatted by the fact's type and unit."""
    definition = load_catalogue()[fact]
    match value:
        case bool():
            yes, no = words()["truths"].get(fact, ("是", "否"))
            return str(yes if value else no)
        case Decimal():
            return figure(value, definition.unit)
        case Interval(low, high):
            return f"{figure(low, definition.unit)}至{figure(high, definition.unit)}"
        case date():
            return day_name(value)
        case str():
            return value if definition.type is FactType.TEXT else code_name(fact, value)
        case frozenset():
            return code_names(fact, sorted(value)) or "无"
        case tuple():
            return "、".join(_event_name(fact, e) for e in value) or "无记录"
        case _:
            return "、".join(f"{key_name(k)} {value_name(fact, v)}" for k, v in sorted(value.items())) or "无"


def _event_name(fact: str, event: Event) -> str:
    first = {True: "首次", False: "非首次", None: ""}[event.first]
    what = code_name(fact, event.code) if event.code else fact_name(fact)
    return f"{day_name(event.on)}{first}{what}"


def group_name(dimension: str, label: str) -> str:
    """The name of a simulation's group: an industry, a size, a district, an ownership; ages are words already."""
    fact = {"industry": "industry", "size": "enterprise_size", "district": "registered_region", "ownership": "ownership"}.get(
        dimension
    )
    return label if fact is None or label == "未知" else code_name(fact, label)
