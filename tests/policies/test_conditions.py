"""Conditions in words to leaves: phrases of every family, exclusions turned round, thresholds read back."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policies.cleaning import clean
from policies.extract.conditions import inline_condition, listed_condition
from policies.extract.leaf import leaves_of
from policies.extract.mentions import mentions_of
from policies.extract.refusals import refusals
from policies.parsing import parse_policy

CASES = tomllib.loads((Path(__file__).parents[1] / "cases" / "criteria.toml").read_text("utf-8"))["case"]
COMPLEMENT = {"ge": "lt", "lt": "ge", "gt": "le", "le": "gt"}
METRICS = {
    "营业收入": "revenue",
    "研发费用": "rd_expense",
    "利润总额": "profit",
    "资产总额": "total_assets",
    "工业总产值": "output_value",
}
WORDS = {"ge": "不低于", "le": "不超过", "gt": "超过", "lt": "低于"}


def leaves(words: str, *, excluding: bool = False) -> list[dict[str, Any]]:
    text = clean(words).text
    nodes = listed_condition(mentions_of(text, "440112"), 0, len(text), excluding=excluding)
    return [leaf for node in nodes for leaf in leaves_of(node)]


@pytest.mark.parametrize("case", CASES, ids=lambda c: c["text"])
def test_phrase(case: dict[str, Any]) -> None:
    text = clean(case["text"]).text
    read = leaves(case["text"])
    assert [(x["fact"], x["op"]) for x in read] == [(w["fact"], w["op"]) for w in case["leaves"]]
    for leaf, wanted in zip(read, case["leaves"], strict=True):
        assert text[leaf["evidence"]["start"] : leaf["evidence"]["end"]] == wanted["span"]
        assert leaf.get("period") == wanted.get("period")
        assert leaf.get("first") == wanted.get("first")
        if leaf["fact"] != "declared":
            assert leaf["value"] == wanted.get("value")


@given(st.sampled_from(sorted(METRICS)), st.sampled_from(sorted(WORDS)), st.integers(1, 99_999))
def test_a_rendered_threshold_reads_back(metric: str, op: str, value: int) -> None:
    (leaf,) = leaves(f"上年度{metric}{WORDS[op]}{value}万元")
    assert (leaf["fact"], leaf["op"], leaf["value"], leaf["period"]) == (METRICS[metric], op, value * 10_000, "Y-1")


@given(st.sampled_from(sorted(METRICS)), st.sampled_from(sorted(WORDS)), st.integers(1, 99_999))
def test_what_shuts_out_is_turned_round(metric: str, op: str, value: int) -> None:
    (leaf,) = leaves(f"上年度{metric}{WORDS[op]}{value}万元的", excluding=True)
    assert leaf["op"] == COMPLEMENT[op]


@pytest.mark.parametrize(
    ("sentence", "fact", "op", "value"),
    [
        ("金融业、房地产业企业不适用本办法", "industry", "not_within", ["J", "K"]),
        ("被列为失信被执行人的，不予扶持", "dishonest_debtor", "is", False),
        ("国有企业不得申报", "ownership", "not_in", ["state"]),
        ("上年度裁员率高于20%的企业，不予奖励", "layoff_rate", "le", 0.2),
        ("劳务派遣单位除外", "industry", "not_within", ["7263"]),
    ],
)
def test_refusals(sentence: str, fact: str, op: str, value: object) -> None:
    text = clean(sentence).text
    ((_, nodes),) = refusals(mentions_of(text, "440112"), 0, len(text))
    found = [(x["fact"], x["op"], x["value"]) for node in nodes for x in leaves_of(node)]
    assert (fact, op, value) in found


@pytest.mark.parametrize(
    "sentence", ["同一项目不得重复申报", "弄虚作假的，取消资格并不再受理", "资金不得用于与企业经营无关的支出", "逾期不予受理"]
)
def test_rules_against_fraud_and_duplicates_shut_nobody_out(sentence: str) -> None:
    assert refusals(mentions_of(sentence, "440112"), 0, len(sentence)) == []


@pytest.mark.parametrize(
    ("words", "fact", "op", "value"),
    [
        ("未被认定为高新技术企业", "qualifications", "has_none", ["high_tech_enterprise"]),
        ("非国有企业", "ownership", "not_in", ["state"]),
        ("非规模以上企业", "above_scale", "is", False),
        ("未在主板上市的企业", "listed_board", "not_in", ["main"]),
        ("非中小企业", "enterprise_size", "not_in", ["micro", "small", "medium"]),
    ],
)
def test_a_negation_turns_the_leaf_round(words: str, fact: str, op: str, value: object) -> None:
    (leaf,) = leaves(words)
    assert (leaf["fact"], leaf["op"], leaf["value"]) == (fact, op, value)


def test_alternatives_become_any() -> None:
    text = "上年度营业收入2亿元以上，或者上年度研发费用1000万元以上"
    (node,) = inline_condition(mentions_of(text, None), 0, len(text))
    assert set(node) == {"any"}
    assert [x["fact"] for x in leaves_of(node)] == ["revenue", "rd_expense"]


@given(st.text(alphabet="企业在区注册的不得超过1亿元以上、，。（）《“”和或未被列入名单级省市认定%", max_size=80))
def test_any_words_give_valid_spans(words: str) -> None:
    text = clean(words).text
    for leaf in leaves(words):
        assert 0 <= leaf["evidence"]["start"] <= leaf["evidence"]["end"] <= len(text)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("围绕工业仿真、流程控制等关键领域开展技术攻关", ["围绕工业仿真、流程控制等关键领域开展技术攻关"]),
        ("重点项目", ["重点项目"]),
        ("赋能商家转型，提升职工的技能水平", []),
        ("应用场景单位开放场景", ["应用场景单位开放场景"]),
    ],
)
def test_what_a_promise_is_for_is_its_acting_and_no_wish(words: str, said: list[str]) -> None:
    text = clean(words).text
    found = [x for node in inline_condition(mentions_of(text, "440112"), 0, len(text)) for x in leaves_of(node)]
    assert [text[x["evidence"]["start"] : x["evidence"]["end"]] for x in found] == said
    assert all(x["fact"] == "declared" for x in found)


def test_what_two_fields_say_stands_where_it_is_asked() -> None:
    text = "服务对象\n向周边居民免费开放的单位\n服务内容\n一次性奖励10万元。\n条件要求\n1.机构运营满2年。\n2.向周边居民免费开放。"
    (item,) = parse_policy(text.encode(), name="card.txt", document_id="card").rules["items"]
    (said,) = [x for x in leaves_of(item["criteria"]) if x["fact"] == "declared"]
    assert said["evidence"]["start"] == text.rindex("向周边居民")
