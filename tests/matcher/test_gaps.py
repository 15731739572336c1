"""How far an enterprise is: minimal sets of missing facts, smallest changes, and what is never advised."""

from datetime import date
from decimal import Decimal
from itertools import combinations
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from features.catalogue import load_catalogue
from features.profile import EnterpriseProfile
from matcher.determination import Determination, determine, item_truth
from matcher.evaluate import Lack
from matcher.gaps import Settle, _length, _Search, distance, missing_sets, near_miss, with_changes
from matcher.verdicts import Verdict
from tests.matcher import strategies as a

DAY = date(2025, 3, 31)


def decided(criteria: Any, **facts: Any) -> tuple[Determination, EnterpriseProfile]:
    item = {"title": "奖励", "span": {"start": 0, "end": 1}, "category": "award", "criteria": criteria, "amounts": []}
    document = a.a_document({"version": 1, "document": {"id": "d", "title": "办法", "kind": "rules"}, "items": [item]})
    profile = a.knows(**facts)
    return determine(document, 0, profile, DAY), profile


BIG = {"fact": "revenue", "op": "ge", "value": 20000000}
HONEST = {"fact": "dishonest_debtor", "op": "is", "value": False}
TITLED = {"fact": "qualifications", "op": "has_any", "value": ["high_tech_enterprise"]}


def test_the_cheapest_source_that_would_settle_an_open_question_comes_first() -> None:
    found, _ = decided({"any": [{"fact": "declared", "op": "declared", "value": "承诺"}, BIG, TITLED]})
    assert [(s.facts[0].fact, s.cost) for s in missing_sets(found)] == [("qualifications", 1), ("revenue", 2), ("declared", 5)]


def test_all_missing_conditions_belong_to_one_set_and_any_of_them_may_refuse() -> None:
    found, _ = decided({"all": [HONEST, BIG]})
    assert [[m.fact for m in s.facts] for s in missing_sets(found)] == [["dishonest_debtor", "revenue"]]
    assert [[m.fact for m in s.facts] for s in missing_sets(found, Verdict.NOT_MET)] == [["dishonest_debtor"], ["revenue"]]


def test_a_settled_verdict_lacks_nothing() -> None:
    found, _ = decided(BIG, revenue={"2024": 1})
    assert missing_sets(found) == ()


def test_the_smallest_change_is_named_with_its_shortfall() -> None:
    found, profile = decided({"all": [BIG, HONEST]}, revenue={"2024": 18000000}, dishonest_debtor=False)
    near = near_miss(found, profile)
    assert near is not None
    assert [(c.fact, c.period, c.shortfall) for c in near.changes] == [("revenue", "2024", Decimal(2000000))]
    assert near.steps == distance(found) == 1


def test_dishonesty_is_never_a_step() -> None:
    found, profile = decided({"all": [BIG, HONEST]}, revenue={"2024": 18000000}, dishonest_debtor=True)
    assert near_miss(found, profile) is None
    assert distance(found) is None


def test_more_than_counts_people_in_ones() -> None:
    found, profile = decided({"fact": "new_hires", "op": "gt", "value": 10}, new_hires={"2024": 8})
    near = near_miss(found, profile)
    assert near is not None
    assert near.changes[0].need == Decimal(11)


def test_an_average_is_reached_through_its_last_month() -> None:
    leaf = {"fact": "insured_headcount", "op": "ge", "value": 20, "period": "M-2..M-1"}
    found, profile = decided(leaf, insured_headcount={"2025-01": 10, "2025-02": 20})
    near = near_miss(found, profile)
    assert near is not None
    assert (near.changes[0].period, near.changes[0].shortfall) == ("2025-02", Decimal(10))


def test_a_change_beside_an_open_question_names_both() -> None:
    found, profile = decided({"all": [BIG, HONEST]}, revenue={"2024": 18000000})
    near = near_miss(found, profile)
    assert near is not None
    assert [m.fact for m in near.to_settle] == ["dishonest_debtor"]
    assert near.steps == 2


def test_a_document_out_of_force_has_no_near_miss() -> None:
    item = {"title": "奖励", "span": {"start": 0, "end": 1}, "category": "award", "criteria": BIG}
    meta = {"id": "d", "title": "办法", "kind": "rules", "effective_to": "2024-12-31"}
    document = a.a_document({"version": 1, "document": meta, "items": [item]})
    profile = a.knows(revenue={"2024": 18000000})
    assert near_miss(determine(document, 0, profile, DAY), profile) is None
    assert distance(determine(document, 0, profile, DAY)) is None


# ---- laws --------------------------------------------------------------------------------------------------------


@a.QUICK
@given(a.cases(max_items=1, max_leaves=6))
def test_every_advised_change_is_enough_allowed_and_of_changeable_facts(case: tuple[Any, list[Any], date]) -> None:
    document, (data,), as_of = case
    profile = a.a_profile(data)
    found = determine(a.a_document(document), 0, profile, as_of)
    near = near_miss(found, profile)
    if near is None:
        return
    assert all(load_catalogue()[c.fact].changeable for c in near.changes)
    truth = item_truth(found.document, 0, with_changes(profile.facts, near.changes), as_of)
    assert truth is True or (truth is None and near.to_settle)
    assert distance(found, longest=near.steps) is not None


@a.QUICK
@given(a.cases(max_items=1, max_leaves=6))
def test_no_shorter_set_of_changes_would_do(case: tuple[Any, list[Any], date]) -> None:
    document, (data,), as_of = case
    profile = a.a_profile(data)
    found = determine(a.a_document(document), 0, profile, as_of)
    near = near_miss(found, profile)
    if near is None or near.to_settle:
        return
    for count in range(len(near.changes)):
        for fewer in combinations(near.changes, count):
            assert item_truth(found.document, 0, with_changes(profile.facts, fewer), as_of) is not True


LEAF_FACTS = ("revenue", "rd_expense", "new_hires", "export_value", "profit", "tax_paid")


@a.QUICK
@given(st.data())
def test_the_missing_sets_are_exactly_the_minimal_ones(data: st.DataObject) -> None:
    """Against brute force: every leaf has its own fact, so that answers may be chosen freely."""
    tree = data.draw(a.trees_json(("legal_person",), max_leaves=6))
    names = iter(LEAF_FACTS * 4)
    leaves: list[str] = []

    def renamed(node: Any) -> Any:
        if "fact" in node:
            leaves.append(next(names))
            return {"fact": leaves[-1], "op": "ge", "value": 10}
        return {k: renamed(v) if k == "not" else [renamed(p) for p in v] if isinstance(v, list) else v for k, v in node.items()}

    tree = renamed(tree)
    if len(leaves) > len(LEAF_FACTS):
        return
    wanted = data.draw(st.sampled_from((Verdict.MET, Verdict.NOT_MET)))
    found, _ = decided(tree)
    ours = {frozenset(m.fact for m in s.facts) for s in missing_sets(found, wanted)}
    enough = set()
    for count in range(len(leaves) + 1):
        for chosen in combinations(leaves, count):
            answers = [{f: {"2024": v} for f, v in zip(chosen, bits, strict=True)} for bits in _bits(count)]
            if any(decided(tree, **known)[0].verdict is wanted for known in answers) and not any(e <= set(chosen) for e in enough):
                enough.add(frozenset(chosen))
    assert ours == enough


@a.QUICK
@given(st.data())
def test_where_conditions_share_facts_no_set_holds_another(data: st.DataObject) -> None:
    """Against brute force over monotone trees in which the same condition stands several times."""
    names = ("revenue", "rd_expense", "new_hires", "profit")

    def shared(node: Any) -> Any:
        if "fact" in node:
            return {"fact": data.draw(st.sampled_from(names)), "op": "ge", "value": 10}
        if "not" in node:
            return shared(node["not"])
        return {k: [shared(p) for p in v] if isinstance(v, list) else v for k, v in node.items()}

    tree = shared(data.draw(a.trees_json(("legal_person",), max_leaves=8)))
    enough: set[frozenset[str]] = set()
    for count in range(len(names) + 1):
        for chosen in combinations(names, count):
            met = decided(tree, **{f: {"2024": 10} for f in chosen})[0].verdict is Verdict.MET
            if met and not any(e <= set(chosen) for e in enough):
                enough.add(frozenset(chosen))
    ours = [frozenset(m.fact for m in s.facts) for s in missing_sets(decided(tree)[0])]
    assert len(ours) == len(enough)
    assert set(ours) == enough


def _bits(count: int) -> list[tuple[int, ...]]:
    return [tuple(10 if n >> i & 1 else 0 for i in range(count)) for n in range(2**count)]


def test_years_of_one_fact_count_as_one_step() -> None:
    found, _ = decided(BIG | {"period": "Y-3..Y-1"})
    path = _Search(DAY, changes=False, longest=None).of_sections(found.sections, wanted=True)[0]
    assert len(path) == 3
    assert _length(path) == 1
    assert all(isinstance(s, Settle) and s.missing.why is Lack.MISSING for s in path)
