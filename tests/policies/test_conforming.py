from __future__ import annotations

import copy
from typing import Any

import pytest

from policies.conforming import conform
from policies.loading import load_rules

GOOD: dict[str, Any] = {
    "version": 1,
    "document": {"id": "d", "title": "办法", "kind": "rules"},
    "common": {"criteria": {"fact": "legal_person", "op": "is", "value": True, "evidence": {"start": 2, "end": 6}}},
    "items": [
        {
            "title": "奖励",
            "span": {"start": 10, "end": 40},
            "category": "award",
            "criteria": {"fact": "revenue", "op": "ge", "value": 1000, "evidence": {"start": 12, "end": 20}},
            "amounts": [{"kind": "fixed", "value": 10000, "evidence": {"start": 22, "end": 30}}],
        },
        {"title": "补贴", "span": {"start": 40, "end": 60}, "category": "subsidy", "criteria": None, "amounts": []},
    ],
}


def test_rules_in_the_contracts_form_pass_untouched() -> None:
    assert conform(GOOD) == (GOOD, ())


@pytest.mark.parametrize(
    "spoil",
    [
        lambda item: item["criteria"].update(op="has_any"),
        lambda item: item["criteria"].update(fact="no_such_fact"),
        lambda item: item["criteria"].update(value=float("nan")),
        lambda item: item["amounts"][0].pop("value"),
        lambda item: item["amounts"][0].update(kind="gift"),
        lambda item: item["criteria"].update(period="yesterday"),
    ],
)
def test_an_item_outside_it_becomes_a_declared_condition_with_an_error_and_the_others_stay(spoil: Any) -> None:
    rules = copy.deepcopy(GOOD)
    spoil(rules["items"][0])
    kept, notes = conform(rules)
    assert load_rules(kept)
    assert kept["items"][0]["criteria"]["fact"] == "declared"
    assert kept["items"][0]["criteria"]["evidence"] == {"start": 10, "end": 40}
    assert kept["items"][0]["amounts"] == []
    assert kept["items"][1] == GOOD["items"][1]
    assert [(note.code, note.severity.value, note.start, note.end) for note in notes] == [
        ("rules.not_in_contract", "error", 10, 40)
    ]


def test_common_conditions_outside_it_become_declared_too() -> None:
    rules = copy.deepcopy(GOOD)
    rules["common"]["criteria"]["op"] = "ge"
    kept, notes = conform(rules)
    assert load_rules(kept)
    assert kept["common"]["criteria"]["evidence"] == {"start": 2, "end": 6}
    assert len(notes) == 1


def test_metadata_outside_it_are_a_fault_of_ours_and_raised() -> None:
    rules = copy.deepcopy(GOOD)
    rules["document"]["kind"] = "poem"
    with pytest.raises(AssertionError, match=r"policies\.metadata"):
        conform(rules)
