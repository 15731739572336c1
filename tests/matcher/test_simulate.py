"""Simulation: counts and money against deciding everybody one by one, laws of thresholds, named lists, groups, curves."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.crowd import ProfileCrowd, age_label, fen_above, fen_below
from matcher.deciding import decide_pair
from matcher.editing import Place, leaf_at, places, thresholds, with_criterion, with_threshold
from matcher.simulate import Fit, Variant, curve, funnel, simulate, variant_truths
from matcher.verdicts import Verdict
from policies.loading import load_criterion
from tests.matcher import strategies as a

DAY = date(2025, 3, 31)


def a_city() -> tuple[Any, ProfileCrowd]:
    """Five enterprises with 10, 20, 30, 40 and an unknown turnover, and an item that pays those from 30 a tenth of it."""
    item = {
        "title": "奖励",
        "span": {"start": 0, "end": 1},
        "category": "award",
        "criteria": {"all": [{"fact": "revenue", "op": "ge", "value": 30}, {"fact": "legal_person", "op": "is", "value": True}]},
        "amounts": [{"kind": "ratio", "rate": 0.1, "base": "revenue", "cap": 3.5}],
        "budget": 7,
    }
    document = a.a_document({"version": 1, "document": {"id": "d", "title": "办法", "kind": "rules"}, "items": [item]})
    people = [
        {"uscc": f"E{i}", "facts": {"legal_person": True, "ownership": "private" if i < 3 else "state"} | known}
        for i, known in enumerate([{"revenue": {"2024": v}} for v in (10, 20, 30, 40)] + [{}])
    ]
    return document, ProfileCrowd([a.a_profile(p) for p in people])


REVENUE = Place("own", 0)


def test_a_lower_threshold_names_who_is_added_and_what_it_costs() -> None:
    document, crowd = a_city()
    lower = with_threshold(document, 0, REVENUE, Decimal(20))
    found = simulate(Variant(document, 0), Variant(lower, 0), crowd, DAY)
    assert (found.before.eligible, found.after.eligible, found.before.open, found.after.open) == (2, 3, 1, 1)
    assert (found.gained, found.lost) == (("E1",), ())
    assert (found.before.low, found.before.high) == (Decimal("6.50"), Decimal("10.00"))
    assert (found.after.low, found.after.high) == (Decimal("8.50"), Decimal("12.00"))
    assert (found.fit_before, found.fit_after) == (Fit.MAY_EXCEED, Fit.EXCEEDS)


def test_groups_add_up_to_the_whole() -> None:
    document, crowd = a_city()
    found = simulate(Variant(document, 0), Variant(with_threshold(document, 0, REVENUE, Decimal(20)), 0), crowd, DAY)
    for dimension in ("industry", "size", "district", "age", "ownership"):
        groups = [g for g in found.groups if g.dimension == dimension]
        assert sum(g.size for g in groups) == 5
        assert (sum(g.before for g in groups), sum(g.after for g in groups), sum(g.gained for g in groups)) == (2, 3, 1)
    assert {(g.label, g.gained) for g in found.groups if g.dimension == "ownership"} == {("private", 1), ("state", 0)}


def test_one_more_criterion_only_takes_away() -> None:
    document, crowd = a_city()
    criterion = load_criterion({"fact": "ownership", "op": "in", "value": ["private"]})
    assert criterion is not None
    found = simulate(Variant(document, 0), Variant(with_criterion(document, 0, criterion), 0), crowd, DAY)
    assert (found.gained, found.lost) == ((), ("E3",))


def test_a_new_item_is_compared_with_nothing() -> None:
    document, crowd = a_city()
    found = simulate(None, Variant(document, 0), crowd, DAY, budget=Decimal(100), listed=1)
    assert (found.before.eligible, found.gained_count, found.gained, found.fit_after) == (0, 2, ("E2",), Fit.FITS)


def test_a_curve_shows_every_threshold_asked_for() -> None:
    document, crowd = a_city()
    points = curve(Variant(document, 0), REVENUE, [Decimal(v) for v in (0, 25, 35, 99)], crowd, DAY)
    assert [(p.tally.eligible, p.tally.open, p.tally.low) for p in points] == [
        (4, 1, Decimal("9.50")),
        (2, 1, Decimal("6.50")),
        (1, 1, Decimal("3.50")),
        (0, 1, Decimal("0.00")),
    ]


@a.QUICK
@given(a.cases(profiles=4, max_items=1), a.cases(profiles=1, max_items=1))
def test_a_simulation_counts_what_deciding_everybody_gives(
    case: tuple[Any, list[Any], date], other: tuple[Any, list[Any], date]
) -> None:
    document, people, as_of = case
    before, after, crowd = a.a_document(document), a.a_document(other[0]), ProfileCrowd([a.a_profile(p) for p in people])
    found = simulate(Variant(before, 0), Variant(after, 0), crowd, as_of)
    was, now = ([decide_pair(d, 0, p, as_of) for p in crowd.profiles] for d in (before, after))
    for tally, decided in ((found.before, was), (found.after, now)):
        alive = [o for o in decided if o.verdict is not Verdict.NOT_MET]
        assert tally.eligible == sum(o.verdict is Verdict.MET for o in decided)
        assert tally.open == len(alive) - tally.eligible
        assert tally.low == Decimal(sum(fen_below(o.low or Decimal(0)) for o in alive if o.verdict is Verdict.MET)) / 100
        assert tally.high == Decimal(sum(fen_above(o.high) for o in alive if o.high is not None)) / 100
        assert tally.unbounded == sum(o.high is None for o in alive)
    met = [{o.uscc for o in decided if o.verdict is Verdict.MET} for decided in (was, now)]
    assert (set(found.gained), set(found.lost)) == (met[1] - met[0], met[0] - met[1])


@a.QUICK
@given(st.data())
def test_a_curve_equals_simulating_each_value(data: st.DataObject) -> None:
    document, people, as_of = data.draw(a.cases(profiles=3, max_items=1))
    ours, crowd = a.a_document(document), ProfileCrowd([a.a_profile(p) for p in people])
    movable = [(p, leaf) for p, leaf in thresholds(ours, 0) if isinstance(leaf.value, Decimal)]
    if not movable:
        return
    place, _ = data.draw(st.sampled_from(movable))
    values = [Decimal(str(v)) for v in data.draw(st.lists(a.numbers, min_size=1, max_size=3))]
    points = curve(Variant(ours, 0), place, values, crowd, as_of)
    for value, point in zip(values, points, strict=True):
        moved = with_threshold(ours, 0, place, value)
        assert point.tally == simulate(None, Variant(moved, 0), crowd, as_of, dimensions=()).after


@a.QUICK
@given(a.documents_json(max_items=2))
def test_every_leaf_has_its_place_and_an_edit_there_changes_only_it(data: Any) -> None:
    document = a.a_document(data)
    for index in range(len(document.items)):
        for place, leaf in thresholds(document, index):
            assert leaf_at(document, index, place) == leaf
            value = {Decimal: Decimal(12345), date: date(2019, 2, 28)}.get(type(leaf.value), "P7Y")
            moved = with_threshold(document, index, place, value)
            for other, unchanged in places(document, index):
                assert (
                    (leaf_at(moved, index, other).value == value) if other == place else leaf_at(moved, index, other) == unchanged
                )


def test_a_wrong_place_or_type_is_refused() -> None:
    document, _ = a_city()
    with pytest.raises(ValueError, match="no condition"):
        with_threshold(document, 0, Place("own", 9), Decimal(1))
    with pytest.raises(ValueError, match="not a str"):
        with_threshold(document, 0, REVENUE, "P1Y")


def test_ages_fall_into_bands_on_the_birthday() -> None:
    assert [age_label(date(2024, 4, 1), DAY), age_label(date(2024, 3, 31), DAY), age_label(date(1999, 1, 1), DAY)] == [
        "1 年以内",
        "1至3 年",
        "10 年以上",
    ]


def test_bounds_are_rounded_outwards_to_the_fen() -> None:
    assert [fen_below(Decimal(x)) for x in ("0.019", "1", "-0.019")] == [1, 100, -2]
    assert [fen_above(Decimal(x)) for x in ("0.011", "1", "-0.011")] == [2, 100, -1]


def test_a_funnel_narrows_demand_by_demand() -> None:
    document, crowd = a_city()
    steps = funnel(Variant(document, 0), crowd, DAY)
    assert [(s.alone_met, s.alone_open, s.left_met, s.left_open) for s in steps] == [(2, 1, 2, 1), (5, 0, 2, 1)]


@a.QUICK
@given(a.cases(profiles=4, max_items=1))
def test_a_funnel_never_widens_and_ends_in_the_items_own_counts(case: tuple[Any, list[Any], date]) -> None:
    document, people, as_of = case
    variant, crowd = Variant(a.a_document(document), 0), ProfileCrowd([a.a_profile(p) for p in people])
    steps = funnel(variant, crowd, as_of)
    kept = [s.left_met + s.left_open for s in steps]
    assert kept == sorted(kept, reverse=True)
    if steps and variant.document.meta.in_force_on(as_of):
        whole = variant_truths(variant, crowd, as_of)
        assert (steps[-1].left_met, steps[-1].left_open) == (int(whole.met.sum()), int(whole.open.sum()))
