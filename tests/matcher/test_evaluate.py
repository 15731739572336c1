"""The meaning of criteria: laws, agreement with the contract's oracle, and what a finding shows."""

import copy
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from features.facts import Interval, Provenance
from features.periods import keys_of, shift_back, shift_months
from features.profile import EnterpriseProfile
from matcher.determination import determine, item_truth
from matcher.evaluate import Lack, evaluate
from matcher.truth import under_industry, verdict_of
from matcher.verdicts import Verdict, of_bool
from policies.loading import load_criterion
from tests.matcher import strategies as a
from tests.shared import needs_shared

DAY = date(2025, 3, 31)


@needs_shared
@a.THOROUGH
@given(st.data())
def test_every_criteria_tree_means_what_the_oracle_says(data: st.DataObject) -> None:
    as_of = data.draw(a.as_of_days)
    tree = data.draw(a.trees_json())
    profile = data.draw(a.profiles_json(as_of, tuple(sorted(a.facts_named(tree)))))
    meant = of_bool(a.oracle().evaluate(tree, profile["facts"], as_of, a.oracle_catalogue()))
    criterion = load_criterion(tree)
    assert evaluate(criterion, a.a_profile(profile), as_of).verdict is meant
    assert verdict_of(criterion, a.a_profile(profile), as_of) is meant


@needs_shared
@a.THOROUGH
@given(a.cases())
def test_every_item_is_decided_as_the_oracle_decides_it(case: tuple[Any, list[Any], date]) -> None:
    document, (profile,), as_of = case
    ours = a.a_document(document)
    for index, item in enumerate(document["items"]):
        meant = a.oracle().determine(document, item, profile["facts"], as_of, a.oracle_catalogue())
        found = determine(ours, index, a.a_profile(profile), as_of)
        assert found.verdict.eligibility == meant
        assert of_bool(item_truth(ours, index, a.a_profile(profile).facts, as_of)).eligibility == meant


@needs_shared
@a.QUICK
@given(a.as_of_days, st.sampled_from(a.DURATIONS), st.sampled_from(("age_ge", "age_le")), st.integers(-1, 1))
def test_an_age_turns_on_the_very_day(as_of: date, duration: str, op: str, late: int) -> None:
    born = (shift_back(as_of, duration) + timedelta(days=late)).isoformat()
    leaf = {"fact": "established_on", "op": op, "value": duration}
    meant = of_bool(a.oracle().evaluate(leaf, {"established_on": born}, as_of, a.oracle_catalogue()))
    assert evaluate(load_criterion(leaf), a.knows(established_on=born), as_of).verdict is meant
    assert meant is Verdict.MET or (late > 0) == (op == "age_ge")


@needs_shared
@a.QUICK
@given(a.as_of_days, st.sampled_from(("Y-1", "Y0", "M-1", "M0", "Y-3..Y-1", "M-12..M-1")), st.booleans(), st.integers(-1, 1))
def test_a_period_begins_and_ends_on_the_very_day(as_of: date, period: str, ends: bool, off: int) -> None:
    keys = keys_of(period, as_of)
    first = date.fromisoformat((keys[0] + "-01-01")[:10] if len(keys[0]) == 4 else keys[0] + "-01")
    last = (
        date(int(keys[-1]), 12, 31)
        if len(keys[-1]) == 4
        else shift_months(date.fromisoformat(keys[-1] + "-01"), 1) - timedelta(days=1)
    )
    on = ((last if ends else first) + timedelta(days=off)).isoformat()
    leaf = {"fact": "penalties", "op": "occurred", "value": None, "period": period if period.startswith("Y") else None}
    dated = {"fact": "settled_on", "op": "occurred", "value": None, "period": period}
    facts = {"penalties": [{"code": None, "date": on, "first": None}], "settled_on": on}
    for tree in (leaf, dated):
        meant = of_bool(a.oracle().evaluate(tree, facts, as_of, a.oracle_catalogue()))
        assert evaluate(load_criterion(tree), a.knows(**facts), as_of).verdict is meant


def test_who_was_born_on_a_leap_day_is_a_year_old_on_the_first_of_march() -> None:
    leaf = load_criterion({"fact": "established_on", "op": "age_ge", "value": "P1Y"})
    profile = a.knows(established_on="2024-02-29")
    assert evaluate(leaf, profile, date(2025, 2, 28)).verdict is Verdict.NOT_MET
    assert evaluate(leaf, profile, date(2025, 3, 1)).verdict is Verdict.MET


@needs_shared
def test_the_contracts_worked_examples_hold() -> None:
    facts = {
        "registered_region": "440112", "industry": "C3961", "entered_statistics_on": "2024-06-30", "established_on": "2024-03-31",
        "revenue": {"2022": 9, "2023": 21000000, "2024": 25000000}, "insured_headcount": {"2025-01": 10, "2025-02": 30},
    }  # fmt: skip
    for leaf, meant in (
        ({"fact": "established_on", "op": "age_ge", "value": "P13M"}, Verdict.NOT_MET),
        ({"fact": "revenue", "op": "ge", "value": 1, "period": "Y-4..Y-1"}, Verdict.UNKNOWN),
        ({"fact": "insured_headcount", "op": "ge", "value": 20, "period": "M-2..M-1"}, Verdict.MET),
        ({"fact": "revenue", "op": "ge", "value": 20000000, "period": "Y-2", "first": True}, Verdict.MET),
        ({"fact": "revenue", "op": "ge", "value": 20000000, "first": True}, Verdict.NOT_MET),
        ({"fact": "revenue", "op": "ge", "value": 1, "currency": "USD"}, Verdict.UNKNOWN),
        ({"fact": "industry", "op": "within", "value": ["39"]}, Verdict.MET),
    ):
        assert evaluate(load_criterion(leaf), a.knows(**facts), DAY).verdict is meant, leaf


# ---- laws --------------------------------------------------------------------------------------------------------


@a.QUICK
@given(st.data())
def test_learning_a_fact_never_overturns_a_settled_verdict(data: st.DataObject) -> None:
    as_of = data.draw(a.as_of_days)
    tree = data.draw(a.trees_json())
    full = data.draw(a.profiles_json(as_of, tuple(sorted(a.facts_named(tree)))))
    kept = {f: v for f, v in full["facts"].items() if data.draw(st.booleans())}
    before = verdict_of(load_criterion(tree), a.knows(**kept), as_of)
    after = verdict_of(load_criterion(tree), a.a_profile(full), as_of)
    assert before is Verdict.UNKNOWN or after is before


@a.QUICK
@given(st.data())
def test_learning_another_year_overturns_nothing_but_a_first_time(data: st.DataObject) -> None:
    as_of = data.draw(a.as_of_days)
    facts = ("revenue", "insured_headcount", "tax_credit_grade", "legal_person")
    tree = _without_first(data.draw(a.trees_json(facts)))
    full = data.draw(a.profiles_json(as_of, facts))

    def fewer(value: Any) -> Any:
        return {k: v for k, v in value.items() if data.draw(st.booleans())} if isinstance(value, dict) else value

    before = verdict_of(load_criterion(tree), a.knows(**{f: fewer(v) for f, v in full["facts"].items()}), as_of)
    after = verdict_of(load_criterion(tree), a.a_profile(full), as_of)
    assert before is Verdict.UNKNOWN or after is before


def _without_first(node: Any) -> Any:
    """首次 is a statement about the earlier years that are recorded, so that a new record may refute it."""
    if isinstance(node, list):
        return [_without_first(n) for n in node]
    return {k: _without_first(v) for k, v in node.items() if k != "first"} if isinstance(node, dict) else node


@a.QUICK
@given(st.data())
def test_relaxing_a_threshold_never_removes_anybody(data: st.DataObject) -> None:
    as_of = data.draw(a.as_of_days)
    fact, low, high = (
        data.draw(st.sampled_from(("revenue", "insured_headcount", "invention_patents"))),
        *sorted(data.draw(st.tuples(a.numbers, a.numbers))),
    )
    leaf = data.draw(a.leaves_json((fact,))) | {"op": data.draw(st.sampled_from(("ge", "gt"))), "first": None}
    others = data.draw(st.lists(a.trees_json(max_leaves=3), max_size=2))
    word = data.draw(st.sampled_from(("all", "any")))
    strict, relaxed = ({word: [*others, leaf | {"value": v}]} for v in (high, low))
    profile = a.a_profile(data.draw(a.profiles_json(as_of, tuple(sorted(a.facts_named(strict))))))
    order = (Verdict.NOT_MET, Verdict.UNKNOWN, Verdict.MET)
    before, after = (verdict_of(load_criterion(t), profile, as_of) for t in (strict, relaxed))
    assert order.index(after) >= order.index(before)


def _shuffled(node: Any, draw: Any) -> Any:
    if not isinstance(node, dict):
        return node
    out = copy.deepcopy(node)
    for word in ("all", "any", "of"):
        if word in out:
            out[word] = draw(st.permutations([_shuffled(p, draw) for p in out[word]]))
    if "not" in out:
        out["not"] = _shuffled(out["not"], draw)
    return out


@a.QUICK
@given(st.data())
def test_the_order_of_parts_does_not_matter(data: st.DataObject) -> None:
    as_of = data.draw(a.as_of_days)
    tree = data.draw(a.trees_json())
    profile = a.a_profile(data.draw(a.profiles_json(as_of, tuple(sorted(a.facts_named(tree))))))
    other = _shuffled(tree, data.draw)
    assert verdict_of(load_criterion(tree), profile, as_of) is verdict_of(load_criterion(other), profile, as_of)


def _within(profile: EnterpriseProfile, widths: dict[str, Any]) -> EnterpriseProfile:
    """The profile with its numbers blurred to intervals around them."""

    def blur(fact: str, value: Any) -> Any:
        if isinstance(value, Decimal) and fact in widths:
            down, up = widths[fact]
            return Interval(value - down, value + up)
        return {k: blur(fact, v) for k, v in value.items()} if hasattr(value, "items") else value

    return EnterpriseProfile(profile.uscc, {f: blur(f, v) for f, v in profile.facts.items()})


@a.QUICK
@given(st.data())
def test_an_interval_settles_only_what_every_value_in_it_settles_alike(data: st.DataObject) -> None:
    as_of = data.draw(a.as_of_days)
    tree = data.draw(a.trees_json(("revenue", "insured_headcount", "invention_patents", "legal_person")))
    profile = a.a_profile(data.draw(a.profiles_json(as_of, tuple(sorted(a.facts_named(tree))))))
    widths = {f: tuple(Decimal(w) for w in data.draw(st.tuples(st.integers(0, 20), st.integers(0, 20)))) for f in a.FACTS}
    blurred = verdict_of(load_criterion(tree), _within(profile, widths), as_of)
    assert blurred is Verdict.UNKNOWN or blurred is verdict_of(load_criterion(tree), profile, as_of)


@a.QUICK
@given(st.data())
def test_an_open_finding_names_what_is_missing_and_a_settled_one_nothing(data: st.DataObject) -> None:
    as_of = data.draw(a.as_of_days)
    tree = data.draw(a.trees_json())
    profile = a.a_profile(data.draw(a.profiles_json(as_of, tuple(sorted(a.facts_named(tree))))))
    finding = evaluate(load_criterion(tree), profile, as_of)
    assert bool(finding.missing) == (finding.verdict is Verdict.UNKNOWN)
    assert {m.fact for m in finding.missing} <= a.facts_named(tree)


# ---- what a finding shows ----------------------------------------------------------------------------------------


def test_an_empty_demand_always_holds() -> None:
    assert evaluate(None, a.knows(), DAY).verdict is Verdict.MET


def test_a_number_on_the_threshold_meets_at_least_and_not_more_than() -> None:
    profile = a.knows(revenue={"2024": 20000000})
    at_least, more = (load_criterion({"fact": "revenue", "op": op, "value": 20000000}) for op in ("ge", "gt"))
    assert evaluate(at_least, profile, DAY).verdict is Verdict.MET
    assert evaluate(more, profile, DAY).verdict is Verdict.NOT_MET


def test_an_interval_that_straddles_the_threshold_is_unknown_and_says_so() -> None:
    leaf = load_criterion({"fact": "employees", "op": "ge", "value": 15})
    for low, high, meant in ((10, 19, Verdict.UNKNOWN), (15, 19, Verdict.MET), (10, 14, Verdict.NOT_MET)):
        profile = EnterpriseProfile("x", {"employees": {"2024": Interval(Decimal(low), Decimal(high))}})
        finding = evaluate(leaf, profile, DAY)
        assert finding.verdict is meant
        assert [m.why for m in finding.missing] == ([Lack.TOO_COARSE] if meant is Verdict.UNKNOWN else [])


def test_a_finding_carries_each_year_with_its_source() -> None:
    source = Provenance("tax", "年报-1", date(2025, 1, 5))
    profile = EnterpriseProfile(
        "x", {"revenue": {"2023": Decimal(1), "2024": Decimal(2)}}, provenance={"revenue": {"2024": source}}
    )
    finding = evaluate(load_criterion({"fact": "revenue", "op": "ge", "value": 1, "period": "Y-3..Y-1"}), profile, DAY)
    assert [(v.period, v.value, v.provenance) for v in finding.values] == [("2023", Decimal(1), None), ("2024", Decimal(2), source)]
    assert [(m.period, m.why) for m in finding.missing] == [("2022", Lack.MISSING)]


def test_an_event_of_unknown_first_leaves_the_question_open() -> None:
    leaf = load_criterion({"fact": "qualification_granted", "op": "occurred", "value": ["high_tech_enterprise"], "first": True})
    profile = a.knows(qualification_granted=[{"code": "high_tech_enterprise", "date": "2024-12-01", "first": None}])
    finding = evaluate(leaf, profile, DAY)
    assert finding.verdict is Verdict.UNKNOWN
    assert [m.why for m in finding.missing] == [Lack.INCOMPLETE]


def test_a_value_of_the_wrong_type_is_unknown_and_nothing_else_changes() -> None:
    profile = EnterpriseProfile("x", {"legal_person": "yes", "revenue": Decimal(3), "above_scale": True})
    for fact, op, value, meant in (
        ("legal_person", "is", True, Verdict.UNKNOWN),
        ("revenue", "ge", 1, Verdict.UNKNOWN),
        ("above_scale", "is", True, Verdict.MET),
    ):
        assert evaluate(load_criterion({"fact": fact, "op": op, "value": value}), profile, DAY).verdict is meant


def test_a_malformed_industry_code_lies_nowhere() -> None:
    assert not under_industry("", "C")
    assert not under_industry("?9", "C")
