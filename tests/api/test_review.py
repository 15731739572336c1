"""The two sides of the review page as values: nothing of the text is lost, and every doubt can be gone to."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.web.review import UNSURE, blocks_of, doubts_of, pieces_of
from policies.loading import load_rules
from policies.parsing import parse_policy

TEXTS = st.text(alphabet="对企业奖励。\n 甲", max_size=60)
OFFSETS = st.one_of(st.none(), st.integers(-2, 70))
DIAGNOSTICS = st.lists(
    st.fixed_dictionaries(
        {"code": st.just("odd"), "severity": st.just("warning"), "message": st.just("有疑"), "start": OFFSETS, "end": OFFSETS}
    ),
    max_size=6,
)


@given(TEXTS, DIAGNOSTICS)
def test_every_doubt_with_a_place_quotes_it_and_a_piece_begins_there(text: str, diagnostics: list[dict[str, Any]]) -> None:
    doubts = doubts_of(text, diagnostics)
    assert len(doubts) == len(diagnostics)
    pieces = pieces_of(text, (), (), [doubt.start for doubt in doubts if doubt.start is not None])
    assert "".join(piece.text for piece in pieces) == text
    begins = {piece.start for piece in pieces}
    assert len(begins) == len(pieces)
    for doubt in doubts:
        assert (doubt.start is None) == (doubt.quote == "")
        assert doubt.start is None or doubt.start in begins


def test_a_long_passage_is_shown_by_its_beginning() -> None:
    (doubt,) = doubts_of("甲" * 100, [{"code": "odd", "severity": "info", "message": "有疑", "start": 3, "end": 90}])
    assert (doubt.start, doubt.quote) == (3, "甲" * 60 + "…")


@pytest.mark.parametrize(("confidence", "unsure"), [(UNSURE - 0.01, True), (UNSURE, False), (0.99, False), (None, False)])
def test_conditions_below_one_half_are_pointed_out(confidence: float | None, unsure: bool) -> None:
    text = "惠江市奖励办法\n第一条 对在惠江市注册的企业，给予10万元奖励。\n"
    rules = parse_policy(text.encode(), name="a.txt", document_id="a").rules
    leaf = rules["items"][0]["criteria"]
    leaf["confidence"] = confidence
    if confidence is None:
        del leaf["confidence"]
    rows = [row for block in blocks_of(load_rules(rules)) for row in block.rows]
    assert [row.unsure for row in rows if row.kind == "leaf"] == [unsure]
    assert not any(row.unsure for row in rows if row.kind == "amount")
