"""A city in columns is simulated as its profiles are, to the fen."""

from datetime import date
from decimal import Decimal
from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from features.facts import Interval
from features.profile import EnterpriseProfile
from matcher.columns import Table
from matcher.crowd import DIMENSIONS, Crowd, ProfileCrowd
from matcher.editing import Place
from matcher.simulate import Variant, curve, simulate
from matcher.simulate_columns import ColumnCrowd
from tests.matcher import strategies as a
from tests.matcher.tables import table_of


def both(profiles: list[EnterpriseProfile]) -> tuple[ProfileCrowd, ColumnCrowd]:
    return ProfileCrowd(profiles), ColumnCrowd(Table(table_of(profiles)))


def blurred(profile: EnterpriseProfile, facts: set[str]) -> EnterpriseProfile:
    """The profile with some of its numbers known only as intervals."""

    def blur(value: Any) -> Any:
        if isinstance(value, Decimal):
            return Interval(value - 2, value + 3)
        return {k: blur(v) if i % 2 else v for i, (k, v) in enumerate(value.items())} if hasattr(value, "items") else value

    return EnterpriseProfile(profile.uscc, {f: blur(v) if f in facts else v for f, v in profile.facts.items()})


def group_counts(crowd: Crowd, as_of: date) -> dict[str, dict[str, int]]:
    found = {}
    for dimension in DIMENSIONS:
        labels = crowd.labels(dimension, as_of)
        counts = np.bincount(labels.codes, minlength=len(labels.names))
        found[dimension] = {n: int(c) for n, c in zip(labels.names, counts, strict=True) if c}
    return found


@a.THOROUGH
@given(
    a.cases(profiles=3, max_items=1, max_leaves=4),
    st.sets(st.sampled_from(("revenue", "rd_expense", "new_hires", "registered_capital"))),
)
def test_columns_pay_what_profiles_are_paid(case: tuple[Any, list[Any], date], coarse: set[str]) -> None:
    document, people, as_of = case
    plain, columns = both([blurred(a.a_profile(p), coarse) for p in people])
    ours, rows = a.a_document(document), np.arange(len(people))
    item = ours.items[0]
    slack = sum(x.plus for x in item.amounts)  # each amount on top is rounded by itself
    expected, found = plain.bounds(item, rows, as_of), columns.bounds(item, rows, as_of)
    assert (expected.unbounded == found.unbounded).all()
    assert (np.abs(expected.low - found.low) <= slack).all()
    assert (np.abs(expected.high - found.high) <= slack).all()
    was, now = (simulate(None, Variant(ours, 0), crowd, as_of) for crowd in (plain, columns))
    assert (was.gained, was.after.eligible, was.after.open) == (now.gained, now.after.eligible, now.after.open)
    assert was.groups == now.groups


@a.QUICK
@given(st.data())
def test_every_enterprise_is_in_the_same_groups(data: st.DataObject) -> None:
    as_of = data.draw(a.as_of_days)
    facts = ("industry", "enterprise_size", "registered_region", "established_on", "ownership")
    people = [a.a_profile(data.draw(a.profiles_json(as_of, facts, uscc=f"E{i}"))) for i in range(4)]
    plain, columns = both(people)
    assert group_counts(plain, as_of) == group_counts(columns, as_of)


def test_a_curve_over_columns_equals_one_over_profiles() -> None:
    item = {
        "title": "奖励",
        "span": {"start": 0, "end": 1},
        "category": "award",
        "criteria": {"any": [{"fact": "revenue", "op": "ge", "value": 30}, {"fact": "legal_person", "op": "is", "value": False}]},
        "amounts": [{"kind": "ratio", "rate": 0.015, "base": "revenue", "over": 5, "cap": 3.5}],
    }
    document = a.a_document({"version": 1, "document": {"id": "d", "title": "办法", "kind": "rules"}, "items": [item]})
    people = [{"revenue": {"2024": v}, "legal_person": v % 3 == 0} for v in range(1, 60, 7)] + [{}]
    plain, columns = both([a.a_profile({"uscc": f"E{i}", "facts": f}) for i, f in enumerate(people)])
    values = [Decimal(v) for v in (0, 8, 29, 30, 1000)]
    day = date(2025, 3, 31)
    expected, found = (curve(Variant(document, 0), Place("own", 0), values, crowd, day) for crowd in (plain, columns))
    assert expected == found


def test_sums_beyond_64_bits_stay_exact() -> None:
    item = {"title": "奖励", "span": {"start": 0, "end": 1}, "category": "award"}
    item |= {"amounts": [{"kind": "ratio", "rate": 0.123456789, "base": "registered_capital"}]}
    document = a.a_document({"version": 1, "document": {"id": "d", "title": "办法", "kind": "rules"}, "items": [item]})
    plain, columns = both([a.knows(registered_capital="1234567890123.45")])
    rows = np.arange(1)
    expected, found = (c.bounds(document.items[0], rows, date(2025, 3, 31)) for c in (plain, columns))
    assert (expected.low[0], expected.high[0]) == (found.low[0], found.high[0])
