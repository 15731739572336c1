from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policies.fairness import _provisions, review
from policies.fairness_triggers import LEAF_TRIGGERS, TEXT_TRIGGERS, Grade

CASES = tomllib.loads((Path(__file__).parents[1] / "cases" / "fairness.toml").read_text("utf-8"))["case"]
GRAVITY = {Grade.NOTE: 0, Grade.SUSPECTED: 1, Grade.CLEAR: 2}
NOTHING: dict[str, Any] = {"document": {}, "items": []}


def a_document(*, criteria: dict[str, Any] | None = None, amounts: list[dict[str, Any]] | None = None) -> dict[str, Any]:
    item = {"title": "奖励", "span": {"start": 0, "end": 4}, "category": "award", "criteria": criteria, "amounts": amounts or []}
    return {"document": {"effective_to": "2027-12-31"}, "items": [item]}


def a_leaf(fact: str, op: str, value: object, start: int, end: int) -> dict[str, Any]:
    return {"fact": fact, "op": op, "value": value, "evidence": {"start": start, "end": end}}


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_a_clause_is_questioned_as_the_officers_wrote_it_down(case: dict[str, Any]) -> None:
    remarks = review(NOTHING, case["text"])
    gravest: dict[str, int] = {}
    for remark in remarks:
        lint = remark.provision.lint
        gravest[lint] = max(gravest.get(lint, 0), GRAVITY[remark.grade])
    for lint, grade in case.get("expected", {}).items():
        assert gravest.get(lint, -1) >= GRAVITY[Grade(grade)], (lint, remarks)
    assert not set(case.get("must_not", ())) & set(gravest), remarks


def test_a_remark_has_its_words_the_provision_a_question_and_a_way_out_but_no_verdict() -> None:
    text = "前言。企业应承诺10年内不迁出我区。"
    (remark,) = review(NOTHING, text)
    assert remark.quote == text[remark.start : remark.end] == "10年内不迁出"
    plain = remark.to_json()
    assert plain["article"]
    assert str(plain["question"]).endswith("?")
    assert plain["suggestion"]
    assert plain["checklist"]
    assert plain["grade"] in {"明显违反", "疑似", "提示"}


def test_the_conditions_of_a_rule_are_questioned_at_their_evidence() -> None:
    text = "本区注册的独立法人民营企业,给予地方经济贡献奖励"
    criteria = {
        "all": [
            a_leaf("registered_region", "within", ["440112"], 0, 4),
            a_leaf("legal_person", "is", True, 5, 9),
            {"any": [a_leaf("ownership", "in", ["private"], 9, 13), {"not": a_leaf("tax_paid", "lt", 1e6, 14, 16)}]},
        ]
    }
    amounts = [{"kind": "ratio", "rate": 0.5, "base": "local_contribution", "evidence": {"start": 16, "end": 22}}]
    found = {
        (remark.provision.lint, remark.grade, remark.quote)
        for remark in review(a_document(criteria=criteria, amounts=amounts), text)
    }
    assert ("FC-19-3", Grade.SUSPECTED, "本区注册") in found
    assert ("FC-19-2", Grade.NOTE, "独立法人") in found
    assert ("FC-19-2", Grade.SUSPECTED, "民营企业") in found
    assert ("FC-19-4", Grade.CLEAR, "地方经济贡献") in found


def test_of_overlapping_remarks_of_one_lint_the_gravest_stays() -> None:
    text = "对从市外迁入的企业给予奖励"
    remarks = review(a_document(criteria=a_leaf("moved_in_on", "occurred", None, 1, 6)), text)
    assert [remark.grade for remark in remarks if remark.provision.lint == "FC-19-3"] == [Grade.CLEAR]


def test_an_exception_with_an_end_date_is_not_questioned() -> None:
    text = "本办法适用公平竞争审查例外规定。"
    assert review(a_document(), text) == ()


def test_every_trigger_has_its_provision() -> None:
    provisions, checklist, standing = _provisions()
    lints = {t.lint for t in TEXT_TRIGGERS} | {t.lint for t in LEAF_TRIGGERS}
    assert lints | {"FC-12"} == set(provisions)
    assert checklist
    assert "尚未经法制机构" in standing  # nobody has signed the article numbers off yet


def test_recall_and_precision_on_the_cases_meet_the_bars() -> None:
    right = wanted = named = 0
    for case in CASES:
        lints = {remark.provision.lint for remark in review(NOTHING, case["text"])}
        expected = set(case.get("expected", {}))
        right, wanted, named = right + len(lints & expected), wanted + len(expected), named + len(lints)
    assert right / wanted >= 0.95
    assert right / named >= 0.80


@given(st.text(alphabet=st.sampled_from("对在本区注册企业不迁出给予地方经济贡献50%奖励，。；《》一事议采购"), max_size=120))
@settings(max_examples=200)
def test_whatever_is_said_a_remark_quotes_it(text: str) -> None:
    for remark in review(NOTHING, text):
        assert remark.quote == text[remark.start : remark.end] != ""
