"""Profiles: reading what is right, setting aside what is not, and changing nothing on the way through."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from features.catalogue import load_catalogue
from features.facts import Interval
from features.profile import profile_from_json, profile_to_json

CATALOGUE = load_catalogue()
FACTS: dict[str, Any] = {
    "legal_person": True,
    "registered_capital": 5000000,
    "established_on": "2019-05-06",
    "ownership": "private",
    "revenue": {"2023": 21000000, "2024": 25000000.5},
    "insured_headcount": {"2025-01": 10},
    "tax_credit_grade": {"2024": "A"},
    "qualifications": ["high_tech_enterprise", "tech_sme"],
    "penalties": [{"code": None, "date": "2024-02-01", "first": None}],
}


def read(facts: dict[str, Any], **more: Any) -> Any:
    return profile_from_json({"uscc": "91440101MA5XXXXX0X", "facts": facts, **more}, CATALOGUE)


def test_a_profile_survives_reading_and_writing() -> None:
    profile, problems = read(FACTS)
    assert not problems
    assert profile_to_json(profile)["facts"] == FACTS


@pytest.mark.parametrize(
    ("fact", "wrong"),
    [
        ("legal_person", "yes"),
        ("registered_capital", "五百万"),
        ("registered_capital", True),
        ("registered_capital", float("nan")),
        ("established_on", "2019-02-31"),
        ("revenue", 25000000),
        ("revenue", {"2024": "很多"}),
        ("insured_headcount", {"2024": 10}),
        ("qualifications", "high_tech_enterprise"),
        ("penalties", [{"code": None, "date": "昨天"}]),
    ],
)
def test_a_value_of_the_wrong_type_is_unknown_and_named_and_nothing_else_changes(fact: str, wrong: Any) -> None:
    right, _ = read(FACTS)
    profile, problems = read({**FACTS, fact: wrong})
    assert [p.fact for p in problems] == [fact]
    assert not profile.facts.get(fact)
    assert {k: v for k, v in profile.facts.items() if k != fact} == {k: v for k, v in right.facts.items() if k != fact}
    assert str(wrong) not in problems[0].message or isinstance(wrong, bool)


def test_a_wrong_year_leaves_the_other_years_known() -> None:
    profile, problems = read({"revenue": {"2023": 1, "2024": "?"}})
    assert profile.facts["revenue"] == {"2023": Decimal(1)}
    assert len(problems) == 1


def test_an_interval_stands_apart_from_exact_facts() -> None:
    profile, problems = read({}, intervals={"employees": {"2024": {"low": 10, "high": 19}}})
    assert not problems
    assert profile.facts["employees"] == {"2024": Interval(Decimal(10), Decimal(19))}
    written = profile_to_json(profile)
    assert "employees" not in written["facts"]
    assert profile_from_json(written, CATALOGUE)[0].facts == profile.facts


@given(
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.text(max_size=5),
        lambda c: st.lists(c, max_size=3) | st.dictionaries(st.text(max_size=5), c, max_size=3),
        max_leaves=8,
    ),
    st.sampled_from([d.id for d in CATALOGUE]),
)
def test_no_value_whatever_breaks_reading(value: Any, fact: str) -> None:
    profile, _ = read({fact: value})
    assert profile.uscc
