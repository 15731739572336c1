"""Everything over columns agrees with the one-pair evaluator and with the contract's oracle, decision by decision."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from features.facts import Interval
from features.profile import EnterpriseProfile
from matcher import kernels
from matcher.codes import encode, load_codes, save_codes
from matcher.columns import Profiles, Table
from matcher.compile import compile_documents
from matcher.determination import item_truth
from matcher.errors import SnapshotMismatch
from matcher.screen import screen, screen_criterion
from matcher.truth import truth_of
from policies.rules import RuleDocument
from tests.matcher.strategies import THOROUGH, a_document, a_profile, cases, knows, oracle, oracle_catalogue
from tests.matcher.tables import table_of
from tests.shared import needs_shared

CODE = {None: 1, True: 2, False: 0}


@st.composite
def crowds(draw: st.DrawFn, *, profiles: int = 4) -> tuple[RuleDocument, list[EnterpriseProfile], date]:
    """A document, profiles of which some know numbers only as intervals, and a day."""
    document, people, as_of = draw(cases(profiles=profiles))
    return a_document(document), [_blurred(draw, a_profile(p)) for p in people], as_of


def _blurred(draw: st.DrawFn, profile: EnterpriseProfile) -> EnterpriseProfile:
    def blur(value: Any) -> Any:
        if isinstance(value, Mapping):
            return {k: blur(v) for k, v in value.items()}
        if isinstance(value, Decimal) and draw(st.integers(0, 3)) == 3:
            other = draw(st.sampled_from([Decimal(d) for d in ("0", "2", "10", "20000000", "0.05")]))
            return Interval(min(value, other), max(value, other))
        return value

    return replace(profile, facts={fact: blur(value) for fact, value in profile.facts.items()})


def truths(document: RuleDocument, profiles: list[EnterpriseProfile], as_of: date) -> list[list[int]]:
    return [[CODE[item_truth(document, i, p.facts, as_of)] for p in profiles] for i in range(len(document.items))]


@THOROUGH
@given(crowds())
def test_screening_profiles_agrees_with_deciding_each_pair(case: tuple[RuleDocument, list[EnterpriseProfile], date]) -> None:
    document, profiles, as_of = case
    result = screen([document], Profiles(profiles), as_of)
    assert [result.verdicts(i).tolist() for i in range(len(document.items))] == truths(document, profiles, as_of)
    assert result.counts.tolist() == [[len(result.eligible(i)), len(result.unknown(i))] for i in range(len(document.items))]


@THOROUGH
@given(crowds())
def test_screening_a_snapshot_agrees_with_deciding_each_pair(case: tuple[RuleDocument, list[EnterpriseProfile], date]) -> None:
    document, profiles, as_of = case
    result = screen([document], Table(table_of(profiles)), as_of)
    assert [result.verdicts(i).tolist() for i in range(len(document.items))] == truths(document, profiles, as_of)


@needs_shared
@THOROUGH
@given(cases(profiles=3))
def test_screening_agrees_with_the_oracle(case: tuple[dict[str, Any], list[dict[str, Any]], date]) -> None:
    document, people, as_of = case
    result = screen([a_document(document)], Table(table_of([a_profile(p) for p in people])), as_of)
    word = {"eligible": 2, "unknown": 1, "ineligible": 0}
    for i, item in enumerate(document["items"]):
        told = [word[oracle().determine(document, item, p["facts"], as_of, oracle_catalogue())] for p in people]
        assert result.verdicts(i).tolist() == told


@THOROUGH
@given(crowds())
def test_one_criterion_over_a_snapshot_agrees_with_the_pair(case: tuple[RuleDocument, list[EnterpriseProfile], date]) -> None:
    document, profiles, as_of = case
    table, people = Table(table_of(profiles)), Profiles(profiles)
    for item in document.items:
        gate = document.gate_of(item)
        told = [CODE[True if gate is None else truth_of(gate, p.facts, as_of, table.catalogue)] for p in profiles]
        for population in (table, people):
            met, unknown = screen_criterion(population, gate, as_of)
            assert (2 * met.astype(int) + unknown).tolist() == told


def test_numpy_and_the_compiled_kernels_give_the_same_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    document, population = _large()
    compiled = screen([document], population, date(2025, 3, 31))
    monkeypatch.setattr(kernels, "uses_numba", lambda: False)
    monkeypatch.setattr("matcher.coding.uses_numba", lambda: False)
    plain = screen([document], population, date(2025, 3, 31))
    assert (plain.counts == compiled.counts).all()
    for i in range(len(document.items)):
        assert (plain.verdicts(i) == compiled.verdicts(i)).all()
        assert len(plain.eligible(i)) == plain.counts[i, 0]


def test_threads_share_the_rows_without_losing_any() -> None:
    document, population = _large()
    alone = screen([document], population, date(2025, 3, 31), threads=1)
    together = screen([document], population, date(2025, 3, 31), threads=3)
    assert (alone.counts == together.counts).all()
    assert all((alone.verdicts(i) == together.verdicts(i)).all() for i in range(len(document.items)))


def test_codes_kept_in_a_file_decide_as_before(tmp_path: Any) -> None:
    document, population = _large()
    day = date(2025, 3, 31)
    coded = encode(population, [document], day)
    save_codes(tmp_path / "codes.arrow", coded, source="snapshot-1")
    forest = compile_documents([document], day).forest
    intervals = [key for key, s in coded.slices.items() if s.upper is not None]
    again = load_codes(tmp_path / "codes.arrow", forest, source="snapshot-1", intervals=intervals)
    assert (screen([document], again, day).counts == screen([document], coded, day).counts).all()
    with pytest.raises(SnapshotMismatch):
        load_codes(tmp_path / "codes.arrow", forest, source="snapshot-2", intervals=intervals)


def test_codes_made_for_other_rules_are_refused() -> None:
    document, population = _large()
    coded = encode(population, [document], date(2025, 3, 31))
    other = a_document(_rules({"fact": "profit", "op": "ge", "value": 1}))
    with pytest.raises(SnapshotMismatch):
        screen([other], coded, date(2025, 3, 31))


def test_only_counting_keeps_no_lists() -> None:
    document, population = _large()
    counted = screen([document], population, date(2025, 3, 31), bitmaps=False)
    assert counted.counts.sum() > 0
    with pytest.raises(SnapshotMismatch):
        counted.eligible(0)


def test_a_rule_of_five_thousand_leaves_is_screened() -> None:
    leaves = [{"fact": "revenue", "op": "ge", "value": v} for v in range(2500)]
    leaves += [{"fact": "registered_region", "op": "within", "value": [f"{110000 + v}"]} for v in range(2400)]
    document = a_document(_rules({"any": [{"at_least": 2000, "of": leaves}, {"all": leaves[:10]}]}))
    people = [
        knows(revenue={"2024": 2100}, registered_region="110105"),
        knows(revenue={"2024": 5}),
        knows(),
        knows(revenue={"2024": 9}),
    ]
    result = screen([document], Table(table_of(people)), date(2025, 3, 31))
    assert result.verdicts(0).tolist() == truths(document, people, date(2025, 3, 31))[0]


def test_an_average_is_compared_exactly() -> None:
    months = {"2025-01": "10.1", "2025-02": "10.2", "2025-03": "10.3"}
    person = knows(insured_headcount={k: Decimal(v) for k, v in months.items()})
    for value, told in (("10.2", 2), ("10.2000001", 0)):
        leaf = {"fact": "insured_headcount", "op": "ge", "value": Decimal(value), "period": "2025-01..2025-03"}
        document = a_document(_rules(leaf))
        for population in (Profiles([person]), Table(table_of([person]))):
            assert screen([document], population, date(2025, 4, 1)).verdicts(0).tolist() == [told]


def _rules(criteria: Any) -> dict[str, Any]:
    item = {"title": "奖励", "span": {"start": 0, "end": 1}, "category": "award", "criteria": criteria}
    return {"version": 1, "document": {"id": "d", "title": "办法", "kind": "measure"}, "items": [item]}


def _large() -> tuple[RuleDocument, Profiles]:
    rng = np.random.default_rng(3)
    people = []
    for _ in range(9000):
        facts: dict[str, Any] = {"registered_region": ["440112", "440106", "110105"][rng.integers(3)]}
        if rng.random() < 0.8:
            facts["revenue"] = {"2024": int(rng.integers(0, 50)), "2023": int(rng.integers(0, 50))}
        if rng.random() < 0.7:
            facts["dishonest_debtor"] = bool(rng.random() < 0.1)
        if rng.random() < 0.7:
            facts["qualifications"] = ["srdi_sme.municipal"] if rng.random() < 0.5 else []
        people.append(facts)
    criteria = {
        "all": [
            {"fact": "registered_region", "op": "within", "value": ["440100"]},
            {"not": {"fact": "dishonest_debtor", "op": "is", "value": True}},
            {
                "any": [
                    {"fact": "revenue", "op": "ge", "value": 40},
                    {"fact": "qualifications", "op": "has_any", "value": ["srdi_sme"]},
                ]
            },
            {
                "at_least": 2,
                "of": [
                    {"fact": "revenue", "op": "gt", "value": v, "period": p} for v, p in ((5, "Y-1"), (9, "Y-2"), (20, "Y-2..Y-1"))
                ],
            },
        ]
    }
    document = _rules(criteria)
    document["items"].append({"title": "普惠", "span": {"start": 0, "end": 1}, "category": "award", "criteria": None})
    document["items"].append(
        {
            "title": "声明",
            "span": {"start": 0, "end": 1},
            "category": "award",
            "criteria": {"fact": "declared", "op": "declared", "value": "承诺"},
        }
    )
    return a_document(document), Profiles([knows(**facts) for facts in people])
