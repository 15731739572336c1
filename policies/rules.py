"""Eligibility rules as values: criteria trees, amounts, items and documents, and their JSON form.

The JSON form is the interchange contract's (`rules.schema.json`); the meaning is its oracle's. Documents come in through
`policies.loading.load_rules`, which refuses what is ill-formed, so that nothing of the kind is met at decision time.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any, Literal, TypeAlias

MAX_LEAVES = 5_000  # per document block: the largest real rule seen has under 60
MAX_DEPTH = 40


class Op(StrEnum):
    """What a leaf asks of its fact."""

    GE = "ge"
    GT = "gt"
    LE = "le"
    LT = "lt"
    EQ = "eq"
    WITHIN = "within"
    NOT_WITHIN = "not_within"
    IN = "in"
    NOT_IN = "not_in"
    HAS_ANY = "has_any"
    HAS_ALL = "has_all"
    HAS_NONE = "has_none"
    IS = "is"
    AGE_GE = "age_ge"
    AGE_LE = "age_le"
    OCCURRED = "occurred"
    NOT_OCCURRED = "not_occurred"
    DECLARED = "declared"


Agg = Literal["each", "any", "sum", "avg", "min", "max"]
LeafValue: TypeAlias = Decimal | date | bool | str | tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class Span:
    """Code-point offsets into the document's text, end exclusive; `quote` is that text where it is known."""

    start: int
    end: int
    quote: str | None = None


@dataclass(frozen=True, slots=True)
class Leaf:
    """One criterion on one fact. `value` is Decimal, date, duration text, bool, tuple of codes or words, as the operator asks."""

    fact: str
    op: Op
    value: LeafValue = None
    period: str | None = None
    agg: Agg | None = None
    first: bool | None = None
    currency: str | None = None
    evidence: Span | None = None
    confidence: float | None = None
    origin: str | None = None


@dataclass(frozen=True, slots=True)
class AllOf:
    """Every part holds (同时具备)."""

    parts: tuple["Criterion", ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one part holds (之一)."""

    parts: tuple["Criterion", ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The part does not hold."""

    part: "Criterion"


@dataclass(frozen=True, slots=True)
class AtLeast:
    """At least `count` of the parts hold (任N项)."""

    count: int
    parts: tuple["Criterion", ...]


Criterion: TypeAlias = Leaf | AllOf | AnyOf | Not | AtLeast

AmountKind = Literal["fixed", "ratio", "per_unit", "step", "matching", "capped"]


@dataclass(frozen=True, slots=True)
class Ceiling:
    """A further ceiling in CNY, and what it is counted per."""

    cap: Decimal
    per: str | None = None


@dataclass(frozen=True, slots=True)
class Amount:
    """What is granted, as the contract's annotation guide defines it; money in CNY."""

    kind: AmountKind
    value: Decimal | None = None
    rate: Decimal | None = None
    rate_max: Decimal | None = None
    over: Decimal | None = None
    upto: Decimal | None = None
    max_units: Decimal | None = None
    base: str | None = None
    period: str | None = None
    unit: str | None = None
    start: Decimal | None = None
    every: Decimal | None = None
    of_increase: bool = False
    cap: Decimal | None = None
    floor: Decimal | None = None
    per: str | None = None
    caps: tuple[Ceiling, ...] = ()
    cap_rate: Decimal | None = None
    cap_base: str | None = None
    years: int | None = None
    ceiling: bool = False
    difference: bool = False
    plus: bool = False
    when: Criterion | None = None
    evidence: Span | None = None
    confidence: float | None = None
    origin: str | None = None


@dataclass(frozen=True, slots=True)
class PolicyItem:
    """One benefit on offer with the conditions it depends on (惠企事项)."""

    title: str
    span: Span
    category: str
    delivery: str = "unspecified"
    criteria: Criterion | None = None
    amounts: tuple[Amount, ...] = ()
    exclusive: bool = False
    quota: int | None = None
    budget: Decimal | None = None
    without_common: bool = False

    @property
    def is_automatic(self) -> bool:
        """Whether it may be granted without an application (免申即享)."""
        return self.delivery == "no_application"


@dataclass(frozen=True, slots=True)
class PolicyMeta:
    """What a policy document says about itself."""

    id: str
    title: str | None
    kind: str
    doc_number: str | None = None
    issuer: tuple[str, ...] = ()
    issued_on: date | None = None
    effective_from: date | None = None
    effective_to: date | None = None
    region: str | None = None

    def in_force_on(self, day: date) -> bool:
        """Whether `day` lies in the effective dates, both included; an open end is open."""
        return not (self.effective_from and self.effective_from > day) and not (self.effective_to and self.effective_to < day)


@dataclass(frozen=True, slots=True)
class RuleDocument:
    """One parsed policy document: its own data, the criteria common to its items, and the items."""

    meta: PolicyMeta
    items: tuple[PolicyItem, ...]
    common: Criterion | None = None
    common_exclusive: bool = False

    def criteria_of(self, item: PolicyItem) -> Criterion | None:
        """Everything the item demands apart from its tiers: the common criteria (unless exempt) and its own."""
        parts = tuple(c for c in (None if item.without_common else self.common, item.criteria) if c is not None)
        return parts[0] if len(parts) == 1 else AllOf(parts) if parts else None

    def gate_of(self, item: PolicyItem) -> Criterion | None:
        """The whole condition that decides eligibility, tiers included: where every amount that stands by itself has a `when`,
        at least one of them must hold."""
        parts = [c for c in (self.criteria_of(item),) if c is not None]
        standing = [a for a in item.amounts if not a.plus]
        if standing and all(a.when is not None for a in standing):
            parts.append(AnyOf(tuple(a.when for a in standing if a.when is not None)))
        return parts[0] if len(parts) == 1 else AllOf(tuple(parts)) if parts else None


def leaves(criterion: Criterion | None) -> Iterator[Leaf]:
    """Every leaf of the tree, left to right."""
    match criterion:
        case None:
            return
        case Leaf():
            yield criterion
        case Not(part):
            yield from leaves(part)
        case AllOf(parts) | AnyOf(parts) | AtLeast(_, parts):
            for part in parts:
                yield from leaves(part)


def with_quotes(document: RuleDocument, text: str) -> RuleDocument:
    """The same document with each span's words filled in from `text`, so that reasons can be shown without the file."""

    def quoted(span: Span | None) -> Span | None:
        return None if span is None else Span(span.start, span.end, text[span.start : span.end])

    def tree(criterion: Criterion | None) -> Criterion | None:
        match criterion:
            case None:
                return None
            case Leaf():
                return replace(criterion, evidence=quoted(criterion.evidence))
            case Not(part):
                return Not(_present(tree(part)))
            case AllOf(parts):
                return AllOf(tuple(_present(tree(p)) for p in parts))
            case AnyOf(parts):
                return AnyOf(tuple(_present(tree(p)) for p in parts))
            case AtLeast(count, parts):
                return AtLeast(count, tuple(_present(tree(p)) for p in parts))

    items = tuple(
        replace(
            item,
            span=Span(item.span.start, item.span.end, text[item.span.start : item.span.end]),
            criteria=tree(item.criteria),
            amounts=tuple(replace(a, when=tree(a.when), evidence=quoted(a.evidence)) for a in item.amounts),
        )
        for item in document.items
    )
    return replace(document, items=items, common=tree(document.common))


def _present(criterion: Criterion | None) -> Criterion:
    if criterion is None:
        raise AssertionError("a branch of a loaded tree is never empty")
    return criterion


# ---- to JSON -----------------------------------------------------------------------------------------------------


def _number_json(value: Decimal) -> int | float:
    return int(value) if value == value.to_integral_value() else float(value)


def _value_json(value: LeafValue) -> Any:
    match value:
        case Decimal():
            return _number_json(value)
        case date():
            return value.isoformat()
        case tuple():
            return list(value)
        case _:
            return value


def _span_json(span: Span) -> dict[str, Any]:
    return {"start": span.start, "end": span.end} | ({"quote": span.quote} if span.quote is not None else {})


def criterion_to_json(criterion: Criterion) -> dict[str, Any]:
    """The tree in the contract's JSON form."""
    match criterion:
        case AllOf(parts):
            return {"all": [criterion_to_json(p) for p in parts]}
        case AnyOf(parts):
            return {"any": [criterion_to_json(p) for p in parts]}
        case Not(part):
            return {"not": criterion_to_json(part)}
        case AtLeast(count, parts):
            return {"at_least": count, "of": [criterion_to_json(p) for p in parts]}
        case Leaf():
            out: dict[str, Any] = {"fact": criterion.fact, "op": criterion.op.value, "value": _value_json(criterion.value)}
            for key in ("period", "agg", "first", "currency", "confidence", "origin"):
                if getattr(criterion, key) is not None:
                    out[key] = getattr(criterion, key)
            if criterion.evidence is not None:
                out["evidence"] = _span_json(criterion.evidence)
            return out


def amount_to_json(amount: Amount) -> dict[str, Any]:
    """The amount in the contract's JSON form."""
    out: dict[str, Any] = {"kind": amount.kind}
    for key in ("value", "rate", "rate_max", "over", "upto", "max_units", "start", "every", "cap", "floor", "cap_rate"):
        number: Decimal | None = getattr(amount, key)
        if number is not None:
            out[key] = _number_json(number)
    for key in ("base", "period", "unit", "per", "cap_base", "years", "confidence", "origin"):
        if getattr(amount, key) is not None:
            out[key] = getattr(amount, key)
    for key in ("of_increase", "ceiling", "difference", "plus"):
        if getattr(amount, key):
            out[key] = True
    if amount.caps:
        out["caps"] = [{"cap": _number_json(c.cap)} | ({"per": c.per} if c.per else {}) for c in amount.caps]
    if amount.when is not None:
        out["when"] = criterion_to_json(amount.when)
    if amount.evidence is not None:
        out["evidence"] = _span_json(amount.evidence)
    return out


def item_to_json(item: PolicyItem) -> dict[str, Any]:
    """The item in the contract's JSON form."""
    out: dict[str, Any] = {
        "title": item.title,
        "span": _span_json(item.span),
        "category": item.category,
        "delivery": item.delivery,
        "criteria": None if item.criteria is None else criterion_to_json(item.criteria),
        "amounts": [amount_to_json(a) for a in item.amounts],
    }
    if item.exclusive:
        out["exclusive"] = True
    if item.quota is not None:
        out["quota"] = item.quota
    if item.budget is not None:
        out["budget"] = _number_json(item.budget)
    if item.without_common:
        out["without_common"] = True
    return out


def rules_to_json(document: RuleDocument) -> dict[str, Any]:
    """The document in the contract's JSON form."""
    meta = document.meta
    out: dict[str, Any] = {
        "version": 1,
        "document": {
            "id": meta.id,
            "title": meta.title,
            "doc_number": meta.doc_number,
            "issuer": list(meta.issuer),
            "issued_on": meta.issued_on.isoformat() if meta.issued_on else None,
            "effective_from": meta.effective_from.isoformat() if meta.effective_from else None,
            "effective_to": meta.effective_to.isoformat() if meta.effective_to else None,
            "region": meta.region,
            "kind": meta.kind,
        },
    }
    if document.common is not None or document.common_exclusive:
        common: dict[str, Any] = {"criteria": None if document.common is None else criterion_to_json(document.common)}
        if document.common_exclusive:
            common["exclusive"] = True
        out["common"] = common
    out["items"] = [item_to_json(item) for item in document.items]
    return out


def leaf_count(criteria: Sequence[Criterion | None]) -> int:
    """How many leaves the trees hold together."""
    return sum(1 for criterion in criteria for _ in leaves(criterion))
