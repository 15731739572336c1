"""Generators of rules, profiles and days for the laws of the matcher: contract JSON in, so that every engine loads it its own way.

Values are drawn from small pools around the thresholds, so that boundaries are met often: `a_case()` gives
(document JSON, list of profile JSON, as-of day), all over the facts in `FACTS`.
"""

import importlib.util
import os
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from types import ModuleType
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from features.catalogue import FactDefinition, FactType, load_catalogue
from features.periods import shift_months
from features.profile import EnterpriseProfile, profile_from_json
from policies.loading import load_rules
from policies.rules import RuleDocument
from tests.shared import SHARED

JSON = dict[str, Any]

# How many examples a law is tried on; MIANSHEN_EXAMPLES=50 makes a long night of it.
_TIMES = int(os.environ.get("MIANSHEN_EXAMPLES", "1"))
QUICK = settings(max_examples=60 * _TIMES, deadline=None, suppress_health_check=list(HealthCheck))
THOROUGH = settings(max_examples=200 * _TIMES, deadline=None, suppress_health_check=list(HealthCheck))

# One or more facts of every type and period; few, so that rules and profiles meet.
FACTS = (
    "registered_region", "industry", "ownership", "listed_board", "enterprise_size", "tax_credit_grade", "established_on",
    "entered_statistics_on", "legal_person", "dishonest_debtor", "above_scale", "registered_capital", "invention_patents", "revenue",
    "rd_expense", "revenue_growth", "insured_headcount", "insured_months", "new_hires", "qualifications", "industry_theme",
    "qualification_granted", "penalties", "received_benefits", "declared",
)  # fmt: skip

DAYS = tuple(
    date.fromisoformat(d)
    for d in (
        "2023-12-31", "2024-01-01", "2024-02-28", "2024-02-29", "2024-03-01", "2024-03-31", "2024-04-30", "2025-01-01", "2025-01-31",
        "2025-02-28", "2025-03-01", "2025-03-31", "2025-06-30", "2025-12-31", "2028-02-29", "2000-02-29", "2100-02-28",
    )
)  # fmt: skip
as_of_days = st.sampled_from(DAYS) | st.dates(date(2015, 1, 1), date(2035, 12, 31))

NUMBERS = (0, 1, 2, 3, 9.99, 10, 20, 30, 0.1, 0.05, 0.3, -0.1, -5, 199999.99, 200000, 20000000, 20000000.01, 1e9)
numbers = st.sampled_from(NUMBERS)
DURATIONS = ("P1Y", "P3Y", "P6M", "P13M", "P1M", "P2W", "P30D", "P1Y6M1D", "P0D")
YEARLY = ("Y-1", "Y0", "Y-2", "Y-3..Y-1", "Y-2..Y-1", "Y-1..Y0", "2023", "2024", "2022..2024")
MONTHLY = ("M-1", "M0", "M-2..M-1", "M-3..M-1", "M-12..M-1", "2024-02", "2023-01..2023-12", "2024-12..2025-02")
REGIONS = ("440112", "440100", "440000", "000000", "440106", "110105", "441900", "441999", "440112003")
INDUSTRIES = ("C3961", "C", "39", "396", "3961", "C39", "I65", "I", "6510", "O", "8010", "c3961", "B", "0610")
TITLES = (
    "high_tech_enterprise", "srdi_sme", "srdi_sme.municipal", "key_laboratory", "key_laboratory.national", "key_laboratories",
    "self", "district", "other:示范企业",
)  # fmt: skip
THEMES = ("人工智能", "生物医药", "集成电路")
CODES = (*TITLES, *THEMES)


# ---- rules -------------------------------------------------------------------------------------------------------


@cache
def periods_of(definition: FactDefinition) -> st.SearchStrategy[str | None]:
    """Periods that a leaf on the fact may name."""
    if definition.type in (FactType.EVENTS, FactType.DATE):
        return st.sampled_from((None, *YEARLY, *(MONTHLY if definition.type is FactType.DATE else ())))
    words = {"none": (None,), "year": (None, *YEARLY), "month": (None, *MONTHLY)}[definition.period]
    return st.sampled_from(words)


@cache
def _lists(words: tuple[str, ...]) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(words), min_size=1, max_size=3, unique=True)


@st.composite
def leaves_json(draw: st.DrawFn, facts: tuple[str, ...] = FACTS) -> JSON:
    """One leaf in the contract's form that the loader accepts."""
    definition = load_catalogue()[draw(st.sampled_from(facts))]
    leaf: JSON = {"fact": definition.id}
    match definition.type:
        case FactType.NUMBER:
            leaf |= {"op": draw(st.sampled_from(("ge", "gt", "le", "lt", "eq"))), "value": draw(numbers)}
            if draw(st.integers(0, 19)) == 7:
                leaf["currency"] = draw(st.sampled_from(("USD", "CNY")))
        case FactType.DATE:
            leaf |= draw(_date_leaves())
        case FactType.BOOL:
            leaf |= {"op": "is", "value": draw(st.booleans())}
        case FactType.SET:
            words = THEMES if definition.id == "industry_theme" else TITLES
            leaf |= {"op": draw(st.sampled_from(("has_any", "has_all", "has_none"))), "value": draw(_lists(words))}
        case FactType.EVENTS:
            leaf |= {"op": draw(st.sampled_from(("occurred", "not_occurred"))), "value": draw(st.none() | _lists(TITLES))}
            leaf["period"] = draw(periods_of(definition))
            leaf["first"] = draw(st.sampled_from((None, None, True, False)))
        case FactType.TEXT:
            leaf |= {"op": "declared", "value": draw(st.sampled_from(("新设立", "承诺十年不迁出")))}
        case FactType.CODE:
            leaf |= draw(_code_leaves(definition))
    if definition.is_periodic:
        leaf["period"] = draw(periods_of(definition))
        aggs = ("each", "any", "sum", "avg", "min", "max") if definition.type is FactType.NUMBER else ("each", "any")
        leaf["agg"] = draw(st.none() | st.sampled_from(aggs))
        leaf["first"] = draw(st.sampled_from((None, None, None, True)))
    return {k: v for k, v in leaf.items() if v is not None or k == "value"}


@st.composite
def _date_leaves(draw: st.DrawFn) -> JSON:
    op = draw(st.sampled_from(("age_ge", "age_le", "occurred", "not_occurred", "ge", "lt", "eq")))
    if op.startswith("age"):
        return {"op": op, "value": draw(st.sampled_from(DURATIONS))}
    if op.endswith("occurred"):
        return {"op": op, "value": None, "period": draw(st.sampled_from((None, *YEARLY, *MONTHLY)))}
    return {"op": op, "value": draw(st.sampled_from(DAYS)).isoformat()}


@cache
def _code_leaves(definition: FactDefinition) -> st.SearchStrategy[JSON]:
    if definition.codes in ("region", "industry"):
        words, ops = (REGIONS if definition.codes == "region" else INDUSTRIES), ("within", "not_within")
        words = tuple(w for w in words if definition.codes == "region" or w != "C3961")
    else:
        words, ops = definition.values, ("in", "not_in")
    return st.fixed_dictionaries({"op": st.sampled_from(ops), "value": _lists(words)})


@cache
def trees_json(facts: tuple[str, ...] = FACTS, *, max_leaves: int = 8) -> st.SearchStrategy[JSON]:
    """A criteria tree, never empty."""

    def deeper(node: st.SearchStrategy[JSON]) -> st.SearchStrategy[JSON]:
        parts = st.lists(node, min_size=1, max_size=4)
        return (
            st.fixed_dictionaries({"all": parts})
            | st.fixed_dictionaries({"any": parts})
            | st.fixed_dictionaries({"not": node})
            | parts.flatmap(lambda of: st.integers(1, len(of)).map(lambda k: {"at_least": k, "of": of}))
        )

    return st.recursive(leaves_json(facts), deeper, max_leaves=max_leaves)


@cache
def maybe_trees_json(*, max_leaves: int = 8) -> st.SearchStrategy[JSON | None]:
    """A tree, or none, or the empty conjunction."""
    return st.none() | st.just({"all": []}) | trees_json(max_leaves=max_leaves) | trees_json(max_leaves=max_leaves)


MONEY = (0, 1, 100, 150, 1000, 99999.99, 100000, 300000, 2000000, 5e6)
RATES = (0.1, 0.05, 0.3, 1, 0.015, 0.333)
BASES = ("rd_expense", "revenue", "new_hires", "insured_headcount", "registered_capital", "设备投资额", None)


@st.composite
def amounts_json(draw: st.DrawFn) -> JSON:
    """One amount of any kind, with any of the limits that the contract knows."""
    kind = draw(st.sampled_from(("fixed", "ratio", "per_unit", "step", "matching", "capped")))
    amount: JSON = {"kind": kind}
    base = draw(st.sampled_from(BASES if kind != "step" else BASES[:4]))
    if kind in ("ratio", "per_unit", "step") and base is not None:
        amount["base"] = base
        if base in load_catalogue():
            definition = load_catalogue()[base]
            amount["period"] = draw(periods_of(definition))
            if definition.period == "year":
                amount["of_increase"] = draw(st.booleans())
    if kind in ("fixed", "per_unit", "step"):
        amount["value"] = draw(st.sampled_from(MONEY))
    if kind in ("ratio", "matching"):
        amount["rate"] = draw(st.sampled_from(RATES))
    if kind == "ratio":
        amount |= {k: draw(st.none() | st.sampled_from(MONEY)) for k in ("over", "upto")}
        amount["rate_max"] = draw(st.none() | st.sampled_from(RATES))
    if kind == "per_unit":
        amount["max_units"] = draw(st.none() | st.integers(1, 20))
    if kind == "step":
        amount |= {"start": draw(st.sampled_from((0, 10, 2e7, 1.5))), "every": draw(st.sampled_from((1, 3, 0.7, 2e6)))}
    amount |= {k: draw(st.none() | st.sampled_from(MONEY)) for k in ("cap", "floor")}
    amount |= {k: draw(st.integers(0, 5)) == 5 for k in ("ceiling", "difference", "plus")}
    if kind == "capped" and amount["cap"] is None:
        amount["cap"] = 500000
    if draw(st.integers(0, 9)) == 9:
        amount["caps"] = [{"cap": 1000000, "per": "year"}]
    if draw(st.integers(0, 9)) == 9:
        amount["cap_rate"] = 0.5
    amount["when"] = draw(st.none() | trees_json(max_leaves=3))
    return {k: v for k, v in amount.items() if v is not None and v is not False}


@st.composite
def items_json(draw: st.DrawFn, *, max_leaves: int = 8) -> JSON:
    """One item with its criteria and up to four amounts."""
    item: JSON = {
        "title": draw(st.sampled_from(("认定奖励", "研发补助", "稳岗返还"))),
        "span": {"start": 0, "end": 9},
        "category": draw(st.sampled_from(("award", "subsidy", "fee_relief"))),
        "delivery": draw(st.sampled_from(("no_application", "application", "review"))),
        "criteria": draw(maybe_trees_json(max_leaves=max_leaves)),
        "amounts": draw(st.lists(amounts_json(), max_size=4)),
    }
    if draw(st.integers(0, 4)) == 4:
        item["without_common"] = True
    if draw(st.integers(0, 3)) == 3:
        item["exclusive"] = True
    return item


@st.composite
def documents_json(draw: st.DrawFn, *, max_items: int = 3, max_leaves: int = 8) -> JSON:
    """A rule document in the contract's form that the loader accepts."""
    days = sorted(draw(st.lists(st.sampled_from(DAYS), min_size=2, max_size=2)))
    meta: JSON = {"id": draw(st.sampled_from(("d1", "d2", "d3"))), "title": "办法", "kind": "measure", "region": "440112"}
    meta["effective_from"] = draw(st.sampled_from((None, None, days[0].isoformat())))
    meta["effective_to"] = draw(st.sampled_from((None, None, days[1].isoformat())))
    document: JSON = {
        "version": 1,
        "document": meta,
        "items": draw(st.lists(items_json(max_leaves=max_leaves), min_size=1, max_size=max_items)),
    }
    common = draw(maybe_trees_json(max_leaves=4))
    if common is not None:
        document["common"] = {"criteria": common}
    return document


# ---- profiles ----------------------------------------------------------------------------------------------------


@cache
def dates_near(as_of: date) -> st.SearchStrategy[str]:
    """Days around the edges of ages and periods as of `as_of`."""
    edges = [shift_months(as_of, -m) for m in (0, 1, 6, 12, 13, 18, 36)]
    edges += [as_of - timedelta(days=d) for d in (14, 30)] + [date(as_of.year - 1, 12, 31), date(as_of.year - 1, 1, 1), *DAYS]
    return st.tuples(st.sampled_from(edges), st.integers(-1, 1)).map(lambda t: (t[0] + timedelta(days=t[1])).isoformat())


@cache
def _keys_near(definition: FactDefinition, as_of: date) -> st.SearchStrategy[str]:
    if definition.period == "year":
        return st.sampled_from([f"{as_of.year + y:04d}" for y in range(-5, 2)] + ["2022", "2023", "2024"])
    months = [shift_months(date(as_of.year, as_of.month, 1), m).isoformat()[:7] for m in range(-13, 2)]
    return st.sampled_from([*months, "2023-06", "2024-02", "2024-12", "2025-01"])


@cache
def values_json(definition: FactDefinition, as_of: date) -> st.SearchStrategy[Any]:
    """A value of the fact in the interchange form, near the thresholds that rules draw from."""
    scalar: st.SearchStrategy[Any]
    match definition.type:
        case FactType.BOOL:
            scalar = st.booleans()
        case FactType.NUMBER:
            scalar = numbers
        case FactType.DATE:
            return dates_near(as_of)
        case FactType.SET:
            words = THEMES if definition.id == "industry_theme" else TITLES
            return st.lists(st.sampled_from(words), max_size=3, unique=True)
        case FactType.EVENTS:
            event = st.fixed_dictionaries(
                {"code": st.none() | st.sampled_from(TITLES), "date": dates_near(as_of), "first": st.none() | st.booleans()}
            )
            return st.lists(event, max_size=3)
        case FactType.TEXT:
            return st.just("某事项")
        case FactType.CODE:
            codes = {"region": REGIONS, "industry": tuple(i for i in INDUSTRIES if not i.isalpha() or i.isupper())}
            scalar = st.sampled_from(codes.get(definition.codes or "", definition.values))
    if not definition.is_periodic:
        return scalar
    return st.dictionaries(_keys_near(definition, as_of), scalar, max_size=8)


@st.composite
def profiles_json(draw: st.DrawFn, as_of: date, facts: tuple[str, ...] = FACTS, *, uscc: str = "91440112MA5XXXXXX0") -> JSON:
    """A profile in the interchange form; about a third of the facts are unknown."""
    known = {f: draw(values_json(load_catalogue()[f], as_of)) for f in facts if draw(st.integers(0, 2))}
    return {"uscc": uscc, "facts": known}


@st.composite
def cases(draw: st.DrawFn, *, profiles: int = 1, max_items: int = 2, max_leaves: int = 8) -> tuple[JSON, list[JSON], date]:
    """A rule document, some profiles over the facts that it names (and a few others), and a day."""
    as_of = draw(as_of_days)
    document = draw(documents_json(max_items=max_items, max_leaves=max_leaves))
    facts = tuple(sorted(facts_named(document))) or FACTS[:3]
    people = [draw(profiles_json(as_of, facts, uscc=f"91440112MA5X{i:05d}0")) for i in range(profiles)]
    return document, people, as_of


def facts_named(node: Any) -> set[str]:
    """Every catalogue fact that a JSON form names."""
    if isinstance(node, dict):
        own = {v for k, v in node.items() if k in ("fact", "base") and isinstance(v, str) and v in load_catalogue()}
        return own.union(*(facts_named(v) for v in node.values()))
    return set().union(*(facts_named(v) for v in node)) if isinstance(node, list) else set()


# ---- reading them ------------------------------------------------------------------------------------------------


def a_profile(data: JSON) -> EnterpriseProfile:
    """The generated profile as the product reads it; a generator that makes a bad value is a mistake here."""
    profile, problems = profile_from_json(data, load_catalogue())
    assert not problems, problems
    return profile


def a_document(data: JSON) -> RuleDocument:
    """The generated document as the product reads it."""
    return load_rules(data)


def knows(**facts: Any) -> EnterpriseProfile:
    """A profile with these facts, in the interchange form."""
    return a_profile({"uscc": "91440112MA5XXXXXX0", "facts": facts})


@cache
def oracle() -> ModuleType:
    """The contract's own program; only where the shared folder is present."""
    spec = importlib.util.spec_from_file_location("contract_oracle", SHARED / "contract" / "oracle.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@cache
def oracle_catalogue() -> JSON:
    """Our catalogue in the form the oracle reads (a test of the features package holds the two catalogues together)."""
    return {d.id: {"type": d.type.value, "period": d.period} for d in load_catalogue()}


def exact(value: Any) -> Decimal | None:
    """An oracle bound as a Decimal."""
    return None if value is None else Decimal(str(value))
