"""What the gate of drafting asks of one leaf and of one amount: do the words at that place say the same?"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from features.catalogue import Catalogue, FactDefinition, FactType
from features.industries import find_industries
from features.qualifications import find_qualifications
from features.regions import find_regions
from policies.cleaning import clean
from policies.quantities import Quantity, quantities
from policies.validity import read_date

Fault = tuple[str, str]

_COMPARISONS = frozenset({"ge", "gt", "le", "lt", "eq"})
_OPPOSITE = {"ge": "lt", "lt": "ge", "gt": "le", "le": "gt", "eq": "ne"}
_NEGATIVE_OPS = frozenset({"not_within", "not_in", "has_none", "not_occurred"})
_POSITIVE_OPS = frozenset({"within", "in", "has_any", "has_all", "occurred"})
_NEGATION = re.compile(r"未|无|没有|不存在|不得|不属于|不含|不包括|除外|非(?!公|常|遗)|排除|不予")
_CEILING = re.compile(r"最高|最多|不超过|上限|封顶|至多|以内|累计不|限额|不高于|最大")
_BEFORE, _AFTER = 10, 6
_FORM = frozenset({"fact", "op", "value", "period", "agg", "first", "currency", "quote", "start_at"})
_UNITS: Mapping[str, str] = {"CNY": "CNY", "ratio": "ratio"}
_DURATION = re.compile(r"^P(\d{1,3})([YMD])$")
_DURATION_UNITS = {"Y": ("年", "周年", "年度"), "M": ("月", "个月"), "D": ("日", "天", "个工作日")}
_MONEY_FIELDS = ("value", "cap", "floor", "start", "every", "over", "upto")
_RATE_FIELDS = ("rate", "rate_max", "cap_rate")
_AMOUNT_FORM = frozenset(
    {"kind", "quote", "start_at", "base", "period", "unit", "of_increase", "ceiling", "difference", "per", "plus", "when",
     *_MONEY_FIELDS, *_RATE_FIELDS}
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Evidence:
    """Where a quote stands."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class SourceText:
    """The policy text with its quantities, each at its place in the text as it stands."""

    text: str
    found: tuple[tuple[int, int, Quantity], ...]

    @classmethod
    def of(cls, text: str) -> SourceText:
        """Parse every quantity of `text` in its context once."""
        copy = clean(text)
        found = tuple((*copy.source_span(quantity.start, quantity.end), quantity) for quantity in quantities(copy.text))
        return cls(text, found)

    def find(self, part: Mapping[str, Any], within: Evidence | None = None) -> Evidence | None:
        """Where the part's quote stands: at its `start_at`, or at the one place that there is; None otherwise."""
        quote = part.get("quote")
        if not isinstance(quote, str) or len(quote.strip()) < 2:
            return None
        low, high = (within.start, within.end) if within else (0, len(self.text))
        at = part.get("start_at", part.get("start") if within is None else None)
        if isinstance(at, int) and not isinstance(at, bool):
            stands = low <= at and at + len(quote) <= high and self.text.startswith(quote, at)
            return Evidence(at, at + len(quote)) if stands else None
        first = self.text.find(quote, low, high)
        if first < 0 or self.text.find(quote, first + 1, high) >= 0:
            return None
        return Evidence(first, first + len(quote))

    def quantities_in(self, place: Evidence) -> list[Quantity]:
        """The quantities inside the place; their operators come from the words around them, also outside the quote."""
        return [quantity for start, end, quantity in self.found if place.start <= start and end <= place.end]

    def around(self, place: Evidence) -> str:
        """The quote with the few words before and behind it in its sentence, where a negation may stand."""
        before = re.split(r"[。；;，,、\n]", self.text[max(place.start - _BEFORE, 0) : place.start])[-1]
        after = re.split(r"[。；;，,\n]", self.text[place.end : place.end + _AFTER])[0]
        return before + self.text[place.start : place.end] + after


def leaf_faults(leaf: Any, source: SourceText, span: Evidence, catalogue: Catalogue, negated: bool) -> Iterator[Fault]:
    """Why a drafted leaf is not proved by the text."""
    if not isinstance(leaf, dict) or not set(leaf) <= _FORM or not isinstance(leaf.get("fact"), str):
        yield "not_in_form", "条件的形式不对,未采用"
        return
    place = source.find(leaf, within=span)
    if place is None:
        yield "quote_not_found", "引文不在该条款原文中,或出现多次而未指明位置"
        return
    if leaf["fact"] not in catalogue:
        yield "unknown_fact", f"没有“{leaf['fact'][:40]}”这个指标"
        return
    definition, op = catalogue[leaf["fact"]], leaf.get("op")
    if op in _COMPARISONS and definition.type is FactType.NUMBER:
        yield from _number_faults(leaf, definition, source.quantities_in(place), negated)
    elif op in _COMPARISONS:
        yield from _date_faults(leaf, source.text[place.start : place.end], negated)
    elif op in ("age_ge", "age_le"):
        yield from _age_faults(leaf, source.quantities_in(place), negated)
    elif op != "declared":
        yield from _polarity_faults(leaf, source.around(place), negated)
        yield from _code_faults(leaf, definition, source.text[place.start : place.end])


def _number_faults(leaf: Mapping[str, Any], definition: FactDefinition, found: list[Quantity], negated: bool) -> Iterator[Fault]:
    value = _decimal(leaf.get("value"))
    wanted = _OPPOSITE[leaf["op"]] if negated else leaf["op"]
    unit = _UNITS.get(definition.unit or "")
    same_value = [quantity for quantity in found if quantity.value == value and (unit is None or quantity.unit == unit)]
    if value is None or not same_value:
        yield "number_not_in_text", "引文里没有这个数值"
    elif not any(quantity.op == wanted for quantity in same_value):
        yield "operator_differs", "引文的比较方向与草稿不同(如“不超过”与“超过”)"
    elif unit == "CNY" and leaf.get("currency", "CNY") not in {quantity.currency for quantity in same_value}:
        yield "currency_differs", "引文的币种与草稿不同"


def _date_faults(leaf: Mapping[str, Any], quote: str, negated: bool) -> Iterator[Fault]:
    parts = read_date("".join(quote.split()))
    written = str(leaf.get("value"))
    stands = parts is not None and written[:4] == f"{parts[0]:04d}" and (parts[1] is None or written[5:7] == f"{parts[1]:02d}")
    if negated or not stands:
        yield "number_not_in_text", "引文里没有这个日期"


def _age_faults(leaf: Mapping[str, Any], found: list[Quantity], negated: bool) -> Iterator[Fault]:
    written = _DURATION.match(str(leaf.get("value")))
    if written is None or negated:
        yield "number_not_in_text", "期限的写法不对"
        return
    names = _DURATION_UNITS[written[2]]
    same = [quantity for quantity in found if quantity.value == int(written[1]) and quantity.unit in names]
    wanted = {"age_ge": {"ge", "gt"}, "age_le": {"le", "lt"}}[leaf["op"]]
    if not same:
        yield "number_not_in_text", "引文里没有这个期限"
    elif not any(quantity.op in wanted for quantity in same):
        yield "operator_differs", "引文的期限方向与草稿不同"


def _polarity_faults(leaf: Mapping[str, Any], around: str, negated: bool) -> Iterator[Fault]:
    """A negative condition needs a negative word at its place, a positive one must not have any."""
    op, value = leaf.get("op"), leaf.get("value")
    if op not in _NEGATIVE_OPS | _POSITIVE_OPS and not (op == "is" and isinstance(value, bool)):
        yield "not_in_form", "没有这种比较方式"
        return
    negative = op in _NEGATIVE_OPS or (op == "is" and value is False)
    if negative != negated and _NEGATION.search(around) is None:
        yield "negation_differs", "原文没有否定的意思,草稿却写成排除"
    elif negative == negated and _NEGATION.search(around) is not None:
        yield "negation_differs", "原文是排除或否定,草稿却写成要求"


def _code_faults(leaf: Mapping[str, Any], definition: FactDefinition, quote: str) -> Iterator[Fault]:
    """Codes that our own readers do not find in the quote were made up."""
    wanted = {str(code) for code in leaf["value"]} if isinstance(leaf.get("value"), list) else set()
    if not wanted or definition.codes is None:
        return
    match definition.codes:
        case "region":
            read = {code for mention in find_regions(quote) for code in mention.codes}
        case "industry":
            read = {code for industry in find_industries(quote) for code in industry.codes}
        case _:
            read = {code for named in find_qualifications(quote) for code in named.codes}
    if not wanted <= read:
        yield "code_not_in_text", f"引文里读不出代码 {'、'.join(sorted(wanted - read)[:3])}"


def amount_faults(amount: Any, source: SourceText, span: Evidence) -> Iterator[Fault]:
    """Why a drafted amount is not proved by the text."""
    if not isinstance(amount, dict) or not set(amount) <= _AMOUNT_FORM:
        yield "not_in_form", "金额的形式不对,未采用"
        return
    place = source.find(amount, within=span)
    if place is None:
        yield "quote_not_found", "引文不在该条款原文中,或出现多次而未指明位置"
        return
    found = source.quantities_in(place)
    for field in (*_MONEY_FIELDS, *_RATE_FIELDS):
        if field in amount:
            unit = "ratio" if field in _RATE_FIELDS else "CNY"
            value = _decimal(amount[field])
            same = [quantity for quantity in found if quantity.unit == unit and quantity.value == value]
            if not same:
                yield "number_not_in_text", f"引文里没有 {field} 的数值"
    if "cap" in amount and _CEILING.search(source.around(place)) is None:
        yield "operator_differs", "原文没有“最高”“不超过”等上限的意思"
    is_given = "value" in amount and amount.get("kind") == "fixed" and not amount.get("ceiling")
    if is_given and any(quantity.op == "le" and quantity.value == _decimal(amount["value"]) for quantity in found):
        yield "operator_differs", "原文给的是上限,不是定额"


def _decimal(value: Any) -> Decimal | None:
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        return None
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None
