"""One enterprise as of one day: its facts in the catalogue's types, each with its provenance, and the interchange form of it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from types import MappingProxyType
from typing import Any

from features.catalogue import Catalogue, FactDefinition, FactType
from features.facts import Absence, Event, FactValue, Interval, PeriodValue, Provenance, StateValue

STATE = ""  # the period key of a fact that has no period

_YEAR = re.compile(r"\d{4}")
_MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])")
_EMPTY: Mapping[Any, Any] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class EnterpriseProfile:
    """What is known about one enterprise; a fact that is not in `facts` is unknown, and `absences` may say why.

    `facts`: fact id -> value (yearly and monthly facts: mapping of period key to value).
    `provenance`: fact id -> period key (`STATE` for facts without period) -> Provenance.
    """

    uscc: str
    facts: Mapping[str, FactValue]
    name: str = ""
    as_of: date | None = None
    provenance: Mapping[str, Mapping[str, Provenance]] = field(default_factory=lambda: _EMPTY)
    absences: Mapping[str, Absence] = field(default_factory=lambda: _EMPTY)
    conflicts: Mapping[str, tuple[Provenance, ...]] = field(default_factory=lambda: _EMPTY)

    def provenance_of(self, fact: str, period: str = STATE) -> Provenance | None:
        """Where the value of `fact` in `period` came from, where that was recorded."""
        return self.provenance.get(fact, _EMPTY).get(period)


@dataclass(frozen=True, slots=True)
class ProfileProblem:
    """A fact that was set aside, and why; never holds the value."""

    fact: str
    message: str


def _number(value: Any) -> Decimal | Interval | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, Mapping) and set(value) == {"low", "high"}:
        low, high = _number(value["low"]), _number(value["high"])
        return Interval(low, high) if isinstance(low, Decimal) and isinstance(high, Decimal) and low <= high else None
    if isinstance(value, int | float | Decimal | str):
        try:
            number = Decimal(str(value))
        except InvalidOperation:
            return None
        return number if number.is_finite() else None
    return None


def _date(value: Any) -> date | None:
    if isinstance(value, date):
        return value
    if isinstance(value, str) and re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
        try:
            return date.fromisoformat(value)
        except ValueError:
            return None
    return None


def _event(value: Any) -> Event | None:
    if not isinstance(value, Mapping):
        return None
    on, code, first = _date(value.get("date")), value.get("code"), value.get("first")
    well_formed = on is not None and (code is None or isinstance(code, str)) and (first is None or isinstance(first, bool))
    return Event(code, on, first) if well_formed and on is not None else None


def _scalar(definition: FactDefinition, value: Any) -> PeriodValue | None:
    match definition.type:
        case FactType.BOOL:
            return value if isinstance(value, bool) else None
        case FactType.NUMBER:
            return _number(value)
        case _:
            return value if isinstance(value, str) else None


def _state(definition: FactDefinition, value: Any) -> StateValue | None:
    match definition.type:
        case FactType.DATE:
            return _date(value)
        case FactType.SET:
            is_list = isinstance(value, list | tuple | set | frozenset) and all(isinstance(v, str) for v in value)
            return frozenset(value) if is_list else None
        case FactType.EVENTS:
            if not isinstance(value, list | tuple):
                return None
            events = tuple(_event(v) for v in value)
            return tuple(e for e in events if e is not None) if None not in events else None
        case FactType.BOOL | FactType.NUMBER | FactType.CODE | FactType.TEXT:
            return _scalar(definition, value)


def read_fact(definition: FactDefinition, value: Any) -> tuple[FactValue | None, tuple[ProfileProblem, ...]]:
    """`value` in the interchange form as a fact value; what is of the wrong type is unknown and named as a problem.

    A wrong entry of a yearly or monthly fact makes that period unknown and leaves the others.
    """
    if not definition.is_periodic:
        state = _state(definition, value)
        return (state, ()) if state is not None else (None, (_problem(definition, ""),))
    if not isinstance(value, Mapping):
        return None, (_problem(definition, ""),)
    form = _YEAR if definition.period == "year" else _MONTH
    values: dict[str, PeriodValue] = {}
    problems = []
    for key, entry in value.items():
        if entry is None:
            continue
        scalar = _scalar(definition, entry)
        if scalar is None or not isinstance(key, str) or not form.fullmatch(key):
            problems.append(_problem(definition, str(key)[:10]))
        else:
            values[key] = scalar
    return MappingProxyType(values), tuple(problems)


def _problem(definition: FactDefinition, period: str) -> ProfileProblem:
    place = f"({period})" if period else ""
    return ProfileProblem(
        definition.id, f"指标“{definition.zh}”{place}的取值不是{definition.type.value}类型,已按未知处理;请核对数据来源"
    )


def profile_from_json(data: Mapping[str, Any], catalogue: Catalogue) -> tuple[EnterpriseProfile, tuple[ProfileProblem, ...]]:
    """Read a profile in the interchange form, with the additions this service writes (name, provenance, intervals, absences).

    Unknown facts and wrong types become problems and are treated as unknown; nothing else changes.
    Raises ValueError where the object is no profile at all.
    """
    if not isinstance(data.get("uscc"), str) or not isinstance(data.get("facts"), Mapping):
        raise ValueError("企业档案须为含 uscc(字符串)与 facts(对象)的 JSON 对象")
    facts: dict[str, FactValue] = {}
    problems: list[ProfileProblem] = []
    for source in (data["facts"], data.get("intervals") or {}):
        for fact, value in source.items():
            if value is None:
                continue
            if fact not in catalogue:
                problems.append(ProfileProblem(str(fact)[:60], f"指标“{str(fact)[:60]}”不在指标目录中,已忽略"))
                continue
            read, found = read_fact(catalogue[fact], value)
            problems.extend(found)
            if read is not None:
                old = facts.get(fact)
                facts[fact] = MappingProxyType({**old, **read}) if isinstance(old, Mapping) and isinstance(read, Mapping) else read
    provenance = {
        fact: {period: _provenance_from_json(p) for period, p in periods.items()}
        for fact, periods in (data.get("provenance") or {}).items()
    }
    absences = {fact: Absence(kind) for fact, kind in (data.get("absences") or {}).items()}
    conflicts = {fact: tuple(_provenance_from_json(p) for p in places) for fact, places in (data.get("conflicts") or {}).items()}
    as_of = _date(data.get("as_of"))
    profile = EnterpriseProfile(
        data["uscc"], MappingProxyType(facts), str(data.get("name") or ""), as_of, provenance, absences, conflicts
    )
    return profile, tuple(problems)


def _provenance_from_json(data: Mapping[str, Any]) -> Provenance:
    return Provenance(
        str(data.get("source", "")),
        str(data.get("record", "")),
        _date(data.get("recorded_at")),
        tuple(data.get("derived_from", ())),
        str(data.get("note", "")),
    )


def _provenance_to_json(p: Provenance) -> dict[str, Any]:
    out: dict[str, Any] = {"source": p.source, "record": p.record}
    if p.recorded_at is not None:
        out["recorded_at"] = p.recorded_at.isoformat()
    if p.derived_from:
        out["derived_from"] = list(p.derived_from)
    if p.note:
        out["note"] = p.note
    return out


def plain(value: FactValue) -> Any:
    """A fact value in the interchange form: numbers as int where whole, else float-free Decimal kept as a JSON number.

    >>> plain(Decimal("30"))
    30
    """
    match value:
        case bool() | str():
            return value
        case Decimal():
            return int(value) if value == value.to_integral_value() else float(value)
        case date():
            return value.isoformat()
        case Interval(low, high):
            return {"low": plain(low), "high": plain(high)}
        case frozenset():
            return sorted(value)
        case tuple():
            return [{"code": e.code, "date": e.on.isoformat(), "first": e.first} for e in value]
        case _:
            return {key: plain(entry) for key, entry in sorted(value.items())}


def profile_to_json(profile: EnterpriseProfile) -> dict[str, Any]:
    """The profile in the interchange form; intervals stand apart under `intervals`, so that `facts` holds only what is exact."""
    facts: dict[str, Any] = {}
    intervals: dict[str, Any] = {}
    for fact, value in profile.facts.items():
        if isinstance(value, Interval):
            intervals[fact] = plain(value)
        elif isinstance(value, Mapping):
            exact = {k: plain(v) for k, v in sorted(value.items()) if not isinstance(v, Interval)}
            ranges = {k: plain(v) for k, v in sorted(value.items()) if isinstance(v, Interval)}
            if exact or not ranges:
                facts[fact] = exact
            if ranges:
                intervals[fact] = ranges
        else:
            facts[fact] = plain(value)
    out: dict[str, Any] = {"uscc": profile.uscc, "facts": facts}
    if profile.name:
        out["name"] = profile.name
    if profile.as_of:
        out["as_of"] = profile.as_of.isoformat()
    if intervals:
        out["intervals"] = intervals
    if profile.provenance:
        out["provenance"] = {
            fact: {period: _provenance_to_json(p) for period, p in periods.items()} for fact, periods in profile.provenance.items()
        }
    if profile.absences:
        out["absences"] = {fact: kind.value for fact, kind in profile.absences.items()}
    if profile.conflicts:
        out["conflicts"] = {fact: [_provenance_to_json(p) for p in ps] for fact, ps in profile.conflicts.items()}
    return out
