from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from features.catalogue import load_catalogue
from features.derive import DERIVATIONS, Derived, Kind, derive, quotient
from features.facts import Absence, Interval

DAY = date(2025, 6, 1)
CODE = "91420116300227565D"


def _derive(facts: Mapping[str, Any], *, uscc: str = CODE, absences: Mapping[str, Absence] | None = None) -> Derived:
    return derive(facts, uscc=uscc, as_of=DAY, absences=absences)


def _years(**values: object) -> dict[str, Decimal]:
    return {year[1:]: Decimal(str(value)) for year, value in values.items()}


def test_every_derivation_names_facts_of_the_catalogue_and_says_how() -> None:
    catalogue = load_catalogue()
    for derivation in DERIVATIONS:
        assert derivation.fact in catalogue
        assert all(fact in catalogue for fact in derivation.inputs)
        assert derivation.zh
    made: set[str] = set()
    for derivation in DERIVATIONS:  # an input that is itself derived is derived before
        later = {other.fact for other in DERIVATIONS} - made - {derivation.fact}
        assert not (set(derivation.inputs) & later)
        made.add(derivation.fact)


def test_growth_is_of_each_year_over_the_one_before() -> None:
    found = _derive({"revenue": _years(y2022=100, y2023=110, y2024=99)})
    assert found.facts["revenue_growth"] == {"2023": Decimal("0.1"), "2024": Decimal("-0.1")}
    assert found.provenance["revenue_growth"]["2024"].derived_from == ("revenue@2024", "revenue@2023")


@pytest.mark.parametrize("base", ["0", "-5"])
def test_growth_over_nothing_is_unknown(base: str) -> None:
    assert "revenue_growth" not in _derive({"revenue": _years(y2023=base, y2024=10)}).facts


def test_what_a_department_gave_is_never_overridden() -> None:
    given_growth = MappingProxyType({"2024": Decimal("0.3")})
    found = _derive({"revenue": _years(y2022=100, y2023=110, y2024=99), "revenue_growth": given_growth})
    assert found.facts["revenue_growth"] == {"2023": Decimal("0.1")}
    size = _derive({"industry": "3963", "employees": _years(y2024=5), "enterprise_size": "large"})
    assert "enterprise_size" not in size.facts


def test_trade_is_the_sum_of_both_and_its_growth_rests_on_it() -> None:
    found = _derive({"export_value": _years(y2023=60, y2024=90), "import_value": _years(y2023=40, y2024=60)})
    assert found.facts["trade_value"] == _years(y2023=100, y2024=150)
    assert found.facts["trade_growth"] == {"2024": Decimal("0.5")}


def test_trade_of_which_one_half_is_unknown_is_unknown() -> None:
    assert "trade_value" not in _derive({"export_value": _years(y2024=90)}).facts


def test_an_interval_is_unknown_to_sums_and_ratios() -> None:
    spread = {"2024": Interval(Decimal(1), Decimal(2)), "2023": Decimal(1)}
    found = _derive({"revenue": spread, "rd_expense": _years(y2024=1)})
    assert "revenue_growth" not in found.facts
    assert "rd_ratio" not in found.facts


def test_the_rd_share_is_of_the_same_year() -> None:
    found = _derive({"rd_expense": _years(y2023=5, y2024=3), "revenue": _years(y2024=90)})
    assert found.facts["rd_ratio"] == {"2024": Decimal("0.03333333")}


def test_heads_grow_over_the_mean_of_two_whole_years() -> None:
    months = {f"{year}-{month:02d}": Decimal(10 if year == 2023 else 12) for year in (2023, 2024) for month in range(1, 13)}
    assert _derive({"insured_headcount": months}).facts["headcount_growth"] == {"2024": Decimal("0.2")}
    del months["2023-07"]
    assert "headcount_growth" not in _derive({"insured_headcount": months}).facts


def test_settling_is_the_move_in_or_the_founding_of_who_never_moved() -> None:
    founded, moved = date(2010, 1, 1), date(2020, 1, 1)
    never = {"moved_in_on": Absence.NOT_APPLICABLE}
    assert _derive({"established_on": founded, "moved_in_on": moved}).facts["settled_on"] == moved
    assert _derive({"established_on": founded}, absences=never).facts["settled_on"] == founded
    assert "settled_on" not in _derive({"established_on": founded}).facts
    assert "settled_on" not in _derive({"established_on": founded}, absences={"moved_in_on": Absence.MISSING}).facts


def test_size_takes_last_year_and_falls_back_only_where_that_is_missing() -> None:
    old = {"employees": _years(y2023=300), "revenue": _years(y2023=20_000_000), "industry": "3963"}
    assert _derive(old).facts["enterprise_size"] == "medium"
    new = {
        **old,
        "employees": {**_years(y2023=300), "2024": Interval(Decimal(200), Decimal(400))},
        "revenue": _years(y2023=20_000_000, y2024=10**9),
    }
    assert "enterprise_size" not in _derive(new).facts
    assert "enterprise_size" not in _derive({"employees": _years(y2022=5), "industry": "3963"}).facts


@pytest.mark.parametrize(
    ("uscc", "facts", "kind", "legal"),
    [
        ("92" + CODE[2:], {}, "individual_business", False),
        ("93" + CODE[2:], {}, "cooperative", True),
        (CODE, {}, "enterprise", None),
        (CODE, {"entity_kind": "branch"}, None, False),
        ("52" + CODE[2:], {}, "social_organisation", None),
        ("12" + CODE[2:], {}, "institution", True),
    ],
)
def test_the_credit_code_says_what_it_says_and_no_more(
    uscc: str, facts: dict[str, Any], kind: str | None, legal: bool | None
) -> None:
    found = _derive(facts, uscc=uscc).facts
    assert found.get("entity_kind") == kind
    assert found.get("legal_person") == legal


amount = st.decimals(min_value="-1e12", max_value="1e12", places=2)


@given(amount, amount)
def test_a_derived_ratio_meets_a_bound_exactly_when_the_exact_one_does(dividend: Decimal, divisor: Decimal) -> None:
    if divisor > 0:
        exact, ours = Fraction(dividend) / Fraction(divisor), quotient(dividend, divisor)
        for bound in (Decimal("0.05"), Decimal("0.1"), Decimal("-0.2"), Decimal(0)):
            assert (ours >= bound) == (exact >= Fraction(bound))


@given(
    st.dictionaries(st.sampled_from(["2021", "2022", "2023", "2024"]), amount),
    st.sampled_from(["revenue", "tax_paid", "rd_expense"]),
)
def test_taking_an_input_away_only_takes_derived_values_away(values: dict[str, Decimal], fact: str) -> None:
    full = _derive({fact: values}).facts.get(f"{fact}_growth", {})
    for gone in values:
        less = _derive({fact: {year: value for year, value in values.items() if year != gone}}).facts.get(f"{fact}_growth", {})
        assert isinstance(full, Mapping)
        assert isinstance(less, Mapping)
        assert set(less.items()) <= set(full.items())


def test_kinds_are_all_used() -> None:
    assert {derivation.kind for derivation in DERIVATIONS} == set(Kind)
