"""The gate for rule documents: everything ill-formed is refused with its place, everything annotated by hand goes through."""

import json
from typing import Any

import pytest

from policies.errors import RuleRefused
from policies.loading import load_criterion, load_rules
from policies.rules import criterion_to_json, rules_to_json
from tests.shared import SHARED, needs_shared


@needs_shared
def test_every_gold_document_loads_and_survives_a_round_trip() -> None:
    paths = sorted((SHARED / "gold").glob("*.json"))
    assert len(paths) > 50
    for path in paths:
        document = load_rules(json.loads(path.read_text("utf-8")))
        assert load_rules(rules_to_json(document)) == document, path.name


def deep(levels: int) -> dict[str, Any]:
    tree: dict[str, Any] = {"fact": "legal_person", "op": "is", "value": True}
    for _ in range(levels):
        tree = {"not": tree}
    return tree


LEAF = {"fact": "revenue", "op": "ge", "value": 1}
CYCLE: dict[str, Any] = {"all": [LEAF]}
CYCLE["all"].append(CYCLE)

REFUSED: list[tuple[str, Any, str]] = [
    ("an unknown fact", {"fact": "revenu", "op": "ge", "value": 1}, "/fact"),
    ("an unknown operator", {"fact": "revenue", "op": "above", "value": 1}, "/op"),
    ("money compared with a date", {"fact": "revenue", "op": "ge", "value": "2024-01-01"}, "/value"),
    ("a date compared with money", {"fact": "established_on", "op": "ge", "value": 100}, "/value"),
    ("an empty set", {"fact": "qualifications", "op": "has_any", "value": []}, "/value"),
    ("not a number", {"fact": "revenue", "op": "ge", "value": float("nan")}, "/value"),
    ("infinity", {"fact": "revenue", "op": "ge", "value": float("inf")}, "/value"),
    ("a truth value for money", {"fact": "revenue", "op": "ge", "value": True}, "/value"),
    ("a period of a thousand years", {**LEAF, "period": "Y-1000..Y-1"}, "/period"),
    ("an age of a million years", {"fact": "established_on", "op": "age_ge", "value": "P9999Y"}, "/value"),
    ("a period of months on a yearly fact", {**LEAF, "period": "M-3..M-1"}, "/period"),
    ("a sum of grades", {"fact": "tax_credit_grade", "op": "in", "value": ["A"], "agg": "sum"}, "/agg"),
    ("a code the fact does not have", {"fact": "ownership", "op": "in", "value": ["民营"]}, "/value/0"),
    ("a place that is no code", {"fact": "registered_region", "op": "within", "value": ["黄埔"]}, "/value/0"),
    ("more than there are", {"at_least": 3, "of": [LEAF, LEAF]}, "/at_least"),
    ("any of nothing", {"any": []}, "/any"),
    ("an empty branch", {"all": [LEAF, {}]}, "/all/1"),
    ("a cycle", CYCLE, ""),
    ("a tree too deep", deep(60), ""),
    ("a hundred thousand leaves", {"all": [LEAF] * 100_000}, "/all/"),
    ("two words at once", {"all": [LEAF], "any": [LEAF]}, ""),
]


@pytest.mark.parametrize(("name", "tree", "place"), REFUSED, ids=[case[0] for case in REFUSED])
def test_what_means_nothing_is_refused_at_its_place(name: str, tree: Any, place: str) -> None:
    with pytest.raises(RuleRefused) as refused:
        load_criterion(tree)
    assert any(place in p.pointer and p.message for p in refused.value.problems)


def test_all_problems_are_named_not_only_the_first() -> None:
    with pytest.raises(RuleRefused) as refused:
        load_criterion({"all": [{"fact": "x", "op": "ge", "value": 1}, LEAF, {"fact": "y", "op": "ge", "value": 1}]})
    assert [p.pointer for p in refused.value.problems] == ["/all/0/fact", "/all/2/fact"]


@pytest.mark.parametrize(
    "amount",
    [
        {"kind": "fixed"},
        {"kind": "ratio"},
        {"kind": "step", "base": "revenue", "start": 1, "every": 0, "value": 1},
        {"kind": "gift"},
    ],
)
def test_an_amount_without_what_its_kind_needs_is_refused(amount: dict[str, Any]) -> None:
    item = {"title": "奖励", "span": {"start": 0, "end": 1}, "category": "award", "amounts": [amount]}
    with pytest.raises(RuleRefused):
        load_rules({"version": 1, "document": {"id": "a", "title": "t", "kind": "measure"}, "items": [item]})


def test_an_empty_tree_demands_nothing() -> None:
    assert load_criterion(None) is None
    assert load_criterion({}) is None
    tree = load_criterion({"all": []})
    assert tree is not None
    assert criterion_to_json(tree) == {"all": []}
