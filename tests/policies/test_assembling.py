"""Whole texts to items: who gets which conditions, the ledger, diagnostics, and that no text breaks anything."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policies.assembling import Assembled, assemble
from policies.extract.leaf import leaves_of
from policies.metadata import describe
from policies.reading import read_policy
from tests.policies import score_gold
from tests.shared import needs_shared

FLOORS = {"items": 0.90, "facts": 0.78, "leaves": 0.70, "amounts": 0.85}
SAMPLE_FLOORS = {"items": 0.95, "facts": 0.77, "leaves": 0.72, "amounts": 0.79}


def assembled(source: str) -> tuple[str, Assembled]:
    text = read_policy(source.encode(), name="a.txt")
    return text.text, assemble(text, describe(text).metadata)


def facts(node: dict[str, Any] | None) -> list[str]:
    return [leaf["fact"] for leaf in leaves_of(node)]


POLICY = """广州市黄埔区促进企业发展办法
第一条 为促进发展，制定本办法。
第二条 本办法适用于在黄埔区登记注册、具有独立法人资格的企业。
第三条 对首次认定为高新技术企业的，给予一次性奖励20万元。
第四条 对上年度营业收入2000万元以上的企业，按照设备投资额的10%给予补助，最高100万元。
第五条 被列为失信被执行人的，不予扶持。
第六条 同一事项就高不重复。本办法自2025年1月1日起施行。
"""


def test_scope_and_refusals_are_common_and_articles_are_items() -> None:
    source, result = assembled(POLICY)
    assert result.common is not None and result.common["exclusive"] is True
    assert facts(result.common["criteria"]) == ["registered_region", "legal_person", "dishonest_debtor"]
    assert [facts(item["criteria"]) for item in result.items] == [["qualification_granted"], ["revenue"]]
    first = result.items[0]["criteria"]
    assert source[first["evidence"]["start"] : first["evidence"]["end"]].endswith("首次认定为高新技术企业")
    assert 0 < first["confidence"] < 1 and first["origin"] == "title/event"


def test_the_ledger_names_every_sentence_once() -> None:
    source, result = assembled(POLICY)
    assert all(a.end <= b.start for a, b in pairwise(result.ledger))
    assert {e.status for e in result.ledger} <= {"encoded", "declared", "procedure", "unread"}
    encoded = "".join(source[e.start : e.end] for e in result.ledger if e.status == "encoded")
    assert "首次认定为高新技术企业" in encoded


@pytest.mark.parametrize(
    ("sentence", "code"),
    [
        ("对营业收入1000万元至2000万元的企业，奖励5万元；2000万元至3000万元的，奖励10万元。", "tier-boundary-claimed-twice"),
        ("对营业收入1000万元至2000万元的企业，奖励5万元；3000万元至5000万元的，奖励10万元。", "tier-gap"),
        ("对营业收入1000万元至2000万元的企业，奖励5万元；1500万元至5000万元的，奖励10万元。", "tier-overlap"),
    ],
)
def test_odd_tiers_are_diagnosed(sentence: str, code: str) -> None:
    _, result = assembled(
        f"广州市黄埔区促进企业发展办法\n第一条 为促进发展，制定本办法。\n第二条 {sentence}\n第三条 本办法自2025年1月1日起施行。\n"
    )
    assert code in [d.code for d in result.diagnostics]


@given(
    st.text(
        alphabet="第一二条、（）1２.企业对的在区登记营业收入达到1亿元以上不超过%，给予奖励最高万元；。\n：申报条件\t《》“”",
        max_size=300,
    )
)
def test_any_text_gives_valid_spans(source: str) -> None:
    text, result = assembled(POLICY + source)
    for node in _spans({"items": list(result.items), "common": result.common}):
        assert 0 <= node["start"] <= node["end"] <= len(text)
    for entry in result.ledger:
        assert 0 <= entry.start <= entry.end <= len(text)


def _spans(value: object) -> list[dict[str, int]]:
    if isinstance(value, list):
        return [span for part in value for span in _spans(part)]
    if not isinstance(value, dict):
        return []
    if set(value) == {"start", "end"}:
        return [value]
    return [span for part in value.values() for span in _spans(part)]


@needs_shared
def test_the_tuning_part_scores_no_worse() -> None:
    scores, _ = score_gold.figures(score_gold.stems(held_out=False))
    assert all(scores[name]["f1"] >= floor for name, floor in FLOORS.items())
    assert scores["negatives"] == "3/3"
    assert score_gold.inverted(score_gold.stems(held_out=False)) == 0


@needs_shared
def test_our_samples_score_no_worse() -> None:
    scores, _ = score_gold.sample_figures([])
    assert all(scores[name]["f1"] >= floor for name, floor in SAMPLE_FLOORS.items())
