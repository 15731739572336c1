"""The words of a decision: the cases an officer can add to, and that nothing withheld is given away."""

import json
import tomllib
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given

from features.catalogue import load_catalogue
from features.facts import Provenance
from features.profile import EnterpriseProfile, profile_from_json
from matcher.determination import Determination, determine
from matcher.explain import finding_lines, gap_sentences, headline, verdict_word
from matcher.explain_json import explanation_to_json
from matcher.gaps import near_miss
from matcher.verdicts import Verdict
from matcher.words import code_name, fact_name, money, source_name, words
from tests.matcher import strategies as a

CASES = tomllib.loads((Path(__file__).parents[1] / "cases" / "explanations.toml").read_text("utf-8"))["case"]


def decided(case: dict[str, Any]) -> tuple[Determination, EnterpriseProfile]:
    item = {"title": "奖励", "span": {"start": 0, "end": 1}, "category": "award"}
    item |= {k: case[k] for k in ("criteria", "amounts") if k in case}
    facts = dict(case["facts"])
    if "criteria" not in item and not case.get("no_conditions"):  # cases about money alone: some condition that holds
        item["criteria"], facts["registration_status"] = {"fact": "registration_status", "op": "in", "value": ["active"]}, "active"
    meta = {"id": "d", "title": "办法", "kind": "rules"} | {k: case[k] for k in ("effective_from", "effective_to") if k in case}
    document = a.a_document({"version": 1, "document": meta, "items": [item]})
    profile, problems = profile_from_json({"uscc": "91440112MA5XXXXXX0", "facts": facts}, load_catalogue())
    assert not problems
    return determine(document, 0, profile, case["as_of"]), profile


@pytest.mark.parametrize("case", CASES, ids=[c["name"] for c in CASES])
def test_a_decision_reads_as_the_case_says(case: dict[str, Any]) -> None:
    found, profile = decided(case)
    assert headline(found, reveal=True) == case["headline"]
    near = near_miss(found, profile)
    if "masked" in case:
        assert headline(found) == case["masked"]
    if "gap" in case:
        assert near is not None
        assert list(gap_sentences(near, reveal=True)) == case["gap"]
    if "masked_gap" in case:
        assert near is not None
        assert list(gap_sentences(near)) == case["masked_gap"]
    if "lines" in case:
        assert finding_lines(found.sections, reveal=True) == case["lines"]
    if "masked_lines" in case:
        assert finding_lines(found.sections) == case["masked_lines"]
    if "steps" in case:
        lines = explanation_to_json(found, reveal=True)["amount"]["lines"]
        assert [s["text"] for s in lines[0]["steps"]] == case["steps"]


def test_verdicts_have_their_three_words() -> None:
    assert [verdict_word(v) for v in (Verdict.MET, Verdict.NOT_MET, Verdict.UNKNOWN)] == ["符合", "不符合", "待核"]


@a.QUICK
@given(a.cases(max_items=2))
def test_every_explanation_is_whole_and_plain_json(case: tuple[Any, list[Any], date]) -> None:
    document, (data,), as_of = case
    profile = a.a_profile(data)
    for index in range(len(document["items"])):
        found = determine(a.a_document(document), index, profile, as_of)
        for reveal in (True, False):
            told = explanation_to_json(found, reveal=reveal, near=near_miss(found, profile))
            assert json.loads(json.dumps(told, ensure_ascii=False)) == told
            assert told["headline"]
            assert told["verdict"] == found.verdict.value


SECRETS = {"revenue": Decimal("77123456.78"), "rd_expense": Decimal("7712345"), "tax_paid": Decimal("771234")}


@pytest.mark.parametrize("threshold", [1, 10**12])
def test_no_withheld_figure_can_be_read_or_worked_out(threshold: int) -> None:
    criteria = {"all": [{"fact": f, "op": "ge", "value": threshold} for f in SECRETS]}
    amounts = [{"kind": "ratio", "rate": 0.1, "base": "rd_expense", "cap": 10**9}]
    case = {"criteria": criteria, "amounts": amounts, "as_of": date(2026, 11, 20)}
    case["facts"] = {f: {"2025": str(v)} for f, v in SECRETS.items()}
    found, profile = decided(case)
    near = near_miss(found, profile)
    masked = json.dumps(explanation_to_json(found, near=near), ensure_ascii=False)
    shown = json.dumps(explanation_to_json(found, near=near, reveal=True), ensure_ascii=False)
    assert "7712" in shown
    assert "7712" not in masked
    assert "9999" not in masked  # what is wanting up to the threshold


def test_the_source_and_its_date_stand_beside_the_value() -> None:
    document = a.a_document(
        {
            "version": 1,
            "document": {"id": "d", "title": "办法", "kind": "rules"},
            "items": [
                {
                    "title": "奖励",
                    "span": {"start": 0, "end": 1},
                    "category": "award",
                    "criteria": {
                        "fact": "legal_person",
                        "op": "is",
                        "value": True,
                        "evidence": {"start": 3, "end": 7, "quote": "独立法人"},
                    },
                }
            ],
        }
    )
    source = Provenance("registry", "市监-7", date(2026, 1, 2))
    profile = EnterpriseProfile("x", {"legal_person": True}, provenance={"legal_person": {"": source}})
    told = explanation_to_json(determine(document, 0, profile, date(2026, 11, 20)))["sections"][0]["finding"]
    assert told["sources"][0]["source_name"] == "市场监管"
    assert told["sources"][0]["recorded_at"] == "2026-01-02"
    assert told["evidence"] == {"start": 3, "end": 7, "quote": "独立法人"}


def test_every_word_in_the_tables_belongs_to_the_catalogue() -> None:
    catalogue, table = load_catalogue(), words()
    assert {f for key in ("facts", "truths", "ages") for f in table[key]} <= {d.id for d in catalogue}
    assert {d.source for d in catalogue} <= set(table["sources"]) and {d.source for d in catalogue} <= set(table["advice"])
    for definition in catalogue:
        assert fact_name(definition.id)
        for value in definition.values:
            assert code_name(definition.id, value) != value or definition.id not in table["values"]
            assert definition.id in table["values"], definition.id


def test_amounts_are_never_rounded() -> None:
    assert [money(Decimal(x)) for x in ("0", "999.5", "10000", "18605555.55", "123456789", "-20000")] == [
        "0 元",
        "999.5 元",
        "1 万元",
        "1860.555555 万元",
        "12,345.6789 万元",
        "-2 万元",
    ]


def test_an_unlisted_source_stands_as_it_is() -> None:
    assert source_name("某平台") == "某平台"
