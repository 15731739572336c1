"""What a rule in force would do with another threshold: who gains and loses, the money, the groups, and the curve over the threshold."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import lru_cache

from api.access import Actor, require, require_whole_city
from api.crowd import crowd_of
from api.db.unit_of_work import UnitOfWork
from api.errors import Invalid, NotFound, Place
from api.live import Live
from api.profiles import ProfileSource
from api.records import RuleVersion
from api.usecases.rules import document_of, get_rule
from features.catalogue import load_catalogue
from features.errors import PeriodError
from features.periods import parse_duration, shift_months
from matcher.editing import Place as LeafPlace
from matcher.editing import thresholds, with_threshold
from matcher.requirements import criterion_sentence, leaf_sentence
from matcher.simulate import FunnelStep, Point, Simulation, Variant, curve, funnel, simulate
from policies.rules import Leaf, LeafValue, RuleDocument

LISTED = 50
_MONTHS_A_YEAR = 12


@dataclass(frozen=True, slots=True)
class Slider:
    """A threshold that can be moved: `key` names its place; values are in `unit` (万元, %, 年, 日, or the fact's own), as text."""

    key: str
    sentence: str
    fact: str
    unit: str
    now: str
    low: str
    high: str
    step: str
    place: LeafPlace
    leaf: Leaf


@dataclass(frozen=True, slots=True)
class Question:
    """One item of a published version, and where wanted one threshold (`slider`) with its new value (`value`, in the slider's unit)."""

    rule_version_id: str
    item: int
    slider: str = ""
    value: str = ""
    curved: bool = True


@dataclass(frozen=True, slots=True)
class Answer:
    """The thresholds of the item; with one chosen, what moving it does.

    `names` of the enterprises listed; `points` of the curve; `steps`: each demand in words and how many are left after it.
    """

    version: RuleVersion
    document: RuleDocument
    item: int
    as_of: date
    enterprises: int
    sliders: tuple[Slider, ...]
    chosen: Slider | None
    value: str
    simulation: Simulation | None
    names: Mapping[str, str]
    points: tuple[tuple[str, Point], ...]
    steps: tuple[tuple[str, FunnelStep], ...] = ()


def simulate_threshold(question: Question, actor: Actor, *, as_of: date | None = None, uow: UnitOfWork, live: Live) -> Answer:
    """Raises NotFound for an unknown rule, item or threshold, Invalid for a value that is none."""
    require(actor, "policies:read")
    require(actor, "matches:read")
    require_whole_city(actor)
    version = get_rule(question.rule_version_id, actor, uow=uow)
    document = document_of(version.sha256, version.rules)
    if not 0 <= question.item < len(document.items):
        raise NotFound("ITEM_NOT_FOUND", "没有找到该事项;请核对事项序号")
    source, day = live.source(), as_of or live.today()
    crowd = crowd_of(source)
    sliders = sliders_of(document, question.item)
    chosen = _chosen(sliders, question.slider)
    if chosen is None:
        return Answer(version, document, question.item, day, crowd.rows, sliders, None, "", None, {}, ())
    value = question.value.strip() or chosen.now
    moved = with_threshold(document, question.item, chosen.place, read_threshold(chosen.leaf, chosen.unit, value))
    found = simulate(Variant(document, question.item), Variant(moved, question.item), crowd, day, listed=LISTED)
    names = {uscc: live.profile(uscc).name or uscc for uscc in (*found.gained, *found.lost)}
    points = (
        _curve(source, version.sha256, version.rules, question.item, chosen, _reach(chosen, value), day) if question.curved else ()
    )
    steps = tuple((criterion_sentence(step.criterion), step) for step in funnel(Variant(moved, question.item), crowd, day))
    return Answer(version, document, question.item, day, crowd.rows, sliders, chosen, value, found, names, points, steps)


def sliders_of(document: RuleDocument, item: int) -> tuple[Slider, ...]:
    """The thresholds of an item as controls, in the rule's order."""
    return tuple(_slider(place, leaf) for place, leaf in thresholds(document, item))


def _chosen(sliders: tuple[Slider, ...], key: str) -> Slider | None:
    if not key:
        return sliders[0] if sliders else None
    for slider in sliders:
        if slider.key == key:
            return slider
    raise NotFound("THRESHOLD_NOT_FOUND", "没有找到这个门槛;规则可能已更新,请重新选择")


def _slider(place: LeafPlace, leaf: Leaf) -> Slider:
    key, unit = f"{place.section}-{place.amount}-{place.number}", unit_of(leaf)
    sentence = (f"第 {place.amount + 1} 档:" if place.section == "when" else "") + leaf_sentence(leaf)
    if unit == "日":
        day = leaf.value if isinstance(leaf.value, date) else date.min
        ends = shift_months(day, -36).isoformat(), shift_months(day, 36).isoformat()
        return Slider(key, sentence, leaf.fact, unit, day.isoformat(), *ends, "1", place, leaf)
    now = _shown(leaf, unit)
    whole = unit in _WHOLE
    step = (
        Decimal(1)
        if whole or (now == now.to_integral_value() and now >= _COARSE)
        else Decimal(1).scaleb(now.adjusted() - 1 if now else 0)
    )
    high = max(now * 2, Decimal(10) if whole else step * 10)
    return Slider(key, sentence, leaf.fact, unit, plain(now), "0", plain(high), plain(step), place, leaf)


def unit_of(leaf: Leaf) -> str:
    """The unit in which a threshold is moved."""
    if isinstance(leaf.value, date):
        return "日"
    if isinstance(leaf.value, str):
        duration = parse_duration(leaf.value)
        return "天" if duration.days else "个月" if duration.months % _MONTHS_A_YEAR else "年"
    unit = load_catalogue()[leaf.fact].unit or ""
    value = leaf.value if isinstance(leaf.value, Decimal) else Decimal(0)
    if unit == "CNY":
        return "万元" if abs(value) >= 10_000 else "元"
    return "%" if unit == "ratio" else _UNIT_WORDS.get(unit, unit)


_UNIT_WORDS = {"persons": "人", "count": "个", "months": "个月", "m2": "平方米", "points": "分"}
_MONTHS = {"年": _MONTHS_A_YEAR, "个月": 1}
_WHOLE = ("人", "个", "个月", "年", "天")
_COARSE = 10
_SCALE = {"万元": Decimal(10_000), "%": Decimal("0.01")}


def _shown(leaf: Leaf, unit: str) -> Decimal:
    if isinstance(leaf.value, str):
        duration = parse_duration(leaf.value)
        return Decimal(duration.days) if unit == "天" else Decimal(duration.months) / _MONTHS[unit]
    value = leaf.value if isinstance(leaf.value, Decimal) else Decimal(0)
    return value / _SCALE.get(unit, Decimal(1))


def read_threshold(leaf: Leaf, unit: str, text: str) -> LeafValue:
    """A threshold from what was typed, in the unit it is moved in; raises Invalid."""
    try:
        if isinstance(leaf.value, date):
            return date.fromisoformat(text)
        number = Decimal(text.replace(",", ""))
        if not number.is_finite() or abs(number) > Decimal(10) ** 13:
            raise InvalidOperation
        if isinstance(leaf.value, str):
            if unit == "天":
                return f"P{max(0, int(number))}D"
            months = max(0, int(number * _MONTHS[unit]))
            parse_duration(f"P{months}M")
            return f"P{months}M"
        return number * _SCALE.get(unit, Decimal(1))
    except (InvalidOperation, ValueError, PeriodError):
        words = "日期,如 2025-12-31" if isinstance(leaf.value, date) else f"数字(单位:{unit or '个'}),如 2000"
        raise Invalid("THRESHOLD_INVALID", f"“{text[:30]}”不能作为门槛;请填写{words}", [Place("/value", "不能作为门槛")]) from None


def plain(number: Decimal) -> str:
    """Without exponent or idle zeros."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


@lru_cache(maxsize=16)
def _curve(
    source: ProfileSource, sha: str, frozen: str, item: int, slider: Slider, reach: str, as_of: date
) -> tuple[tuple[str, Point], ...]:
    values = curve_values(slider, reach)
    document = document_of(sha, frozen)
    typed = [read_threshold(slider.leaf, slider.unit, value) for value in values]
    return tuple(zip(values, curve(Variant(document, item), slider.place, typed, crowd_of(source), as_of), strict=True))


def _reach(slider: Slider, value: str) -> str:
    """How far a curve goes: to the slider's end, or beyond it to the value."""
    return slider.high if slider.unit == "日" else plain(max(Decimal(slider.high), Decimal(value.replace(",", ""))))


def curve_values(slider: Slider, reach: str) -> list[str]:
    """Some values from the slider's low end to `reach`, today's among them, in order."""
    if slider.unit == "日":
        day = date.fromisoformat(slider.now)
        return [shift_months(day, 6 * k).isoformat() for k in range(-6, 7)]
    low, high, now = Decimal(slider.low), Decimal(reach), Decimal(slider.now)
    values = {low + (high - low) * k / 10 for k in range(11)} | {now}
    if slider.unit in _WHOLE:
        values = {Decimal(int(v)) for v in values} | {now}
    return [plain(v) for v in sorted(values)]
