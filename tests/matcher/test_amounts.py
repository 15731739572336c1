"""Benefits in exact decimals: agreement with the oracle, laws, and the worksheet."""

from datetime import date
from decimal import Decimal
from typing import Any

from hypothesis import given

from features.facts import Interval
from features.profile import EnterpriseProfile
from matcher.amounts import benefit
from matcher.verdicts import Verdict
from tests.matcher import strategies as a
from tests.shared import needs_shared

DAY = date(2025, 3, 31)


def an_item(*amounts: dict[str, Any]) -> Any:
    item = {"title": "奖励", "span": {"start": 0, "end": 1}, "category": "award", "amounts": list(amounts)}
    return a.a_document({"version": 1, "document": {"id": "d", "title": "办法", "kind": "rules"}, "items": [item]}).items[0]


@needs_shared
@a.THOROUGH
@given(a.cases(max_leaves=3))
def test_every_benefit_is_what_the_oracle_computes(case: tuple[Any, list[Any], date]) -> None:
    document, (profile,), as_of = case
    for index, item in enumerate(document["items"]):
        low, high = a.oracle().benefit(item, profile["facts"], as_of, a.oracle_catalogue())
        found = benefit(a.a_document(document).items[index], a.a_profile(profile), as_of)
        assert (found.low, found.high) == (a.exact(low), a.exact(high))


@a.QUICK
@given(a.cases(max_leaves=3))
def test_the_worksheet_ends_in_the_bounds_and_names_the_amount_that_won(case: tuple[Any, list[Any], date]) -> None:
    document, (profile,), as_of = case
    for item in a.a_document(document).items:
        found = benefit(item, a.a_profile(profile), as_of)
        for line in found.lines:
            assert (line.steps[-1].low, line.steps[-1].high) == (line.low, line.high)
        on_top = sum((found.lines[i].low for i in found.on_top if found.lines[i].applies is Verdict.MET), Decimal(0))
        winner = Decimal(0) if found.certain is None else found.lines[found.certain].low
        assert found.low == winner + on_top


@a.QUICK
@given(a.cases(max_leaves=3))
def test_blurring_a_base_only_widens_the_bounds(case: tuple[Any, list[Any], date]) -> None:
    document, (profile,), as_of = case
    exact_profile = a.a_profile(profile)

    def blur(value: Any) -> Any:
        if isinstance(value, Decimal):
            return Interval(value - 5, value + 5)
        return {k: blur(v) for k, v in value.items()} if hasattr(value, "items") else value

    facts = {f: blur(v) if f in ("revenue", "rd_expense", "new_hires") else v for f, v in exact_profile.facts.items()}
    for item in a.a_document(document).items:
        if any(x.rate_max is not None and x.rate is not None and x.rate_max < x.rate for x in item.amounts):
            continue  # such a range runs backwards: the oracle's bounds are out of order then
        known, blurred = benefit(item, exact_profile, as_of), benefit(item, EnterpriseProfile("x", facts), as_of)
        assert blurred.low <= known.low
        assert blurred.high is None or (known.high is not None and blurred.high >= known.high)


def test_a_share_of_a_base_is_capped_and_every_step_is_shown() -> None:
    item = an_item({"kind": "ratio", "rate": 0.1, "base": "rd_expense", "cap": 200000})
    found = benefit(item, a.knows(rd_expense={"2024": 3000000}), DAY)
    assert (found.low, found.high, found.certain) == (Decimal(200000), Decimal(200000), 0)
    assert [(s.name, s.figure, s.high) for s in found.lines[0].steps] == [
        ("base", None, Decimal(3000000)),
        ("rate", Decimal("0.1"), Decimal(300000)),
        ("cap", Decimal(200000), Decimal(200000)),
    ]


def test_an_unknown_base_leaves_only_the_cap() -> None:
    found = benefit(an_item({"kind": "ratio", "rate": 0.1, "base": "rd_expense", "cap": 200000}), a.knows(), DAY)
    assert (found.low, found.high) == (Decimal(0), Decimal(200000))
    assert [(m.fact, m.period) for m in found.lines[0].missing] == [("rd_expense", "2024")]


def test_a_blurred_head_count_gives_a_blurred_sum() -> None:
    profile = EnterpriseProfile("x", {"new_hires": {"2024": Interval(Decimal(3), Decimal(7))}})
    found = benefit(an_item({"kind": "per_unit", "value": 1000, "base": "new_hires", "max_units": 5}), profile, DAY)
    assert (found.low, found.high) == (Decimal(3000), Decimal(5000))
