"""The online index agrees with deciding each pair, and finds exactly what one changed fact flips."""

from datetime import date
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from features.catalogue import load_catalogue
from features.profile import EnterpriseProfile, read_fact
from matcher import bit_index
from matcher.determination import item_truth
from matcher.index import RuleIndex
from matcher.verdicts import Verdict
from policies.rules import RuleDocument
from tests.matcher.strategies import THOROUGH, a_document, knows, values_json
from tests.matcher.test_screen import _rules, crowds, truths

WORD = {True: Verdict.MET, False: Verdict.NOT_MET, None: Verdict.UNKNOWN}


@THOROUGH
@given(crowds())
def test_the_index_agrees_with_deciding_each_pair(case: tuple[RuleDocument, list[EnterpriseProfile], date]) -> None:
    document, profiles, as_of = case
    index = RuleIndex([document], as_of)
    for j, profile in enumerate(profiles):
        decision = index.decide(profile)
        told = [row[j] for row in truths(document, profiles, as_of)]
        assert decision.eligible.tolist() == [i for i, t in enumerate(told) if t == 2]
        assert decision.unknown.tolist() == [i for i, t in enumerate(told) if t == 1]


@THOROUGH
@given(crowds(profiles=1), st.data())
def test_a_changed_fact_flips_exactly_the_items_whose_verdict_changes(
    case: tuple[RuleDocument, list[EnterpriseProfile], date], data: st.DataObject
) -> None:
    document, (profile,), as_of = case
    fact = data.draw(st.sampled_from(sorted(set(profile.facts) | {"revenue", "established_on"})))
    definition = load_catalogue()[fact]
    value, _ = read_fact(definition, data.draw(values_json(definition, as_of)))
    value = data.draw(st.sampled_from([value, None]))
    facts = {k: v for k, v in profile.facts.items() if k != fact} | ({} if value is None else {fact: value})
    told = [
        i
        for i in range(len(document.items))
        if item_truth(document, i, profile.facts, as_of) is not item_truth(document, i, facts, as_of)
    ]
    assert RuleIndex([document], as_of).flips(profile, fact, value).tolist() == told


def test_numpy_and_the_compiled_index_agree(monkeypatch: pytest.MonkeyPatch) -> None:
    documents, people = _many()
    day = date(2025, 3, 31)
    index = RuleIndex(documents, day)
    compiled = [(index.decide(p), index.flips(p, "revenue", {})) for p in people]
    monkeypatch.setattr(bit_index, "uses_numba", lambda: False)
    for person, (decision, flipped) in zip(people, compiled, strict=True):
        plain = index.decide(person)
        assert plain.eligible.tolist() == decision.eligible.tolist()
        assert plain.unknown.tolist() == decision.unknown.tolist()
        assert index.flips(person, "revenue", {}).tolist() == flipped.tolist()


def test_many_documents_are_decided_as_each_by_itself() -> None:
    documents, people = _many()
    day = date(2025, 3, 31)
    index = RuleIndex(documents, day)
    starts = np.cumsum([0] + [len(d.items) for d in documents])
    for person in people[:5]:
        decision = index.decide(person)
        for document, start in zip(documents, starts, strict=False):
            for i in range(len(document.items)):
                assert decision.verdict(start + i) is WORD[item_truth(document, i, person.facts, day)]


def test_a_tree_too_wide_for_clauses_is_worked_out_by_itself() -> None:
    leaves = [{"fact": "revenue", "op": "ge", "value": v} for v in range(40)] + [
        {"fact": "profit", "op": "ge", "value": v} for v in range(40)
    ]
    wide = {"any": [{"at_least": 30, "of": leaves}, {"all": [{"any": leaves[3:9]}, {"at_least": 2, "of": leaves[38:42]}]}]}
    document = a_document(_rules({"all": [wide, {"fact": "declared", "op": "declared", "value": "承诺"}]}))
    open_document = a_document(
        _rules({"any": [{"all": [wide, leaves[0]]}, {"fact": "declared", "op": "declared", "value": "承诺"}]})
    )
    day = date(2025, 3, 31)
    index = RuleIndex([document, open_document], day)
    for facts in (
        {},
        {"revenue": {"2024": 35}},
        {"revenue": {"2024": 5}, "profit": {"2024": 25}},
        {"revenue": {"2024": 0}, "profit": {"2024": 0}},
    ):
        person = knows(**facts)
        for i, d in enumerate((document, open_document)):
            assert index.decide(person).verdict(i) is WORD[item_truth(d, 0, person.facts, day)]


def test_an_index_of_nothing_decides_nothing() -> None:
    decision = RuleIndex([], date(2025, 3, 31)).decide(knows())
    assert (decision.eligible.tolist(), decision.unknown.tolist()) == ([], [])


def _many() -> tuple[list[RuleDocument], list[EnterpriseProfile]]:
    """Some hundred items over a few facts, and people around their thresholds; the same in every run."""
    rng = np.random.default_rng(11)

    def leaf() -> dict[str, Any]:
        match int(rng.integers(5)):
            case 0:
                return {"fact": "revenue", "op": ["ge", "lt"][rng.integers(2)], "value": int(rng.integers(50))}
            case 1:
                return {"fact": "registered_region", "op": "within", "value": [["440100", "440112", "110000"][rng.integers(3)]]}
            case 2:
                return {"fact": "dishonest_debtor", "op": "is", "value": bool(rng.integers(2))}
            case 3:
                return {
                    "fact": "qualifications",
                    "op": "has_any",
                    "value": ["high_tech_enterprise", "srdi_sme"][: 1 + rng.integers(2)],
                }
            case _:
                return {"fact": "established_on", "op": "age_ge", "value": f"P{rng.integers(1, 9)}Y"}

    def tree(depth: int) -> dict[str, Any]:
        if depth == 0 or rng.random() < 0.3:
            return leaf()
        parts = [tree(depth - 1) for _ in range(int(rng.integers(2, 5)))]
        return [{"all": parts}, {"any": parts}, {"not": parts[0]}, {"at_least": 2, "of": parts}][rng.integers(4)]

    documents = []
    for d in range(20):
        rules = _rules({"all": [leaf(), tree(3)]})
        rules["document"]["id"] = f"d{d}"
        rules["items"] = [rules["items"][0] | {"criteria": {"all": [leaf(), tree(3), tree(2)]}} for _ in range(10)]
        documents.append(a_document(rules))
    people = []
    for _ in range(40):
        facts: dict[str, Any] = {
            "revenue": {"2024": int(rng.integers(50))},
            "registered_region": ["440112", "440106", "110105"][rng.integers(3)],
            "dishonest_debtor": bool(rng.integers(2)),
            "qualifications": [["high_tech_enterprise"], [], ["srdi_sme"]][rng.integers(3)],
            "established_on": f"20{rng.integers(10, 24)}-01-01",
        }
        people.append(knows(**{k: v for k, v in facts.items() if rng.random() < 0.8}))
    return documents, people
