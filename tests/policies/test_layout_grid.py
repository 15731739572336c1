"""One meaning in many layouts (tests/policies/layout_grid.py): of each family at least so many of 60 documents are read without a fault."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policies.parsing import parse_policy
from tests.policies import layout_guides, layout_leaflets, layout_papers
from tests.policies.layout_grid import FAMILIES, draw, faults

assert layout_guides.FAMILIES and layout_leaflets.FAMILIES and layout_papers.FAMILIES  # join theirs to those of the grid

AT_LEAST = {
    "articles": 56,
    "sentences": 53,
    "sections": 60,
    "guide": 60,
    "apart": 60,
    "table": 60,
    "cards": 60,
    "questions": 60,
    "prose": 52,
    "topics": 42,
    "shared_and_special": 52,
    "plain_rules": 60,
    "notice": 60,
    "bracketed": 60,
    "other_demands": 60,
    "gift_defined": 60,
    "sum_then_demand": 52,
    "recognition": 37,
    "gifts_for_one": 36,
    "unnumbered": 60,
    "sums_table": 60,
    "library": 60,
    "rules": 60,
    "by_reference": 60,
    "directions": 60,
    "numbered_fields": 60,
    "one_item": 60,
    "annexes": 60,
    "refused_each": 60,
    "handbook": 60,
    "split_conditions": 56,
    "after_sum": 49,
    "titled_lead": 50,
    "several": 58,
    "tiers_in_label": 55,
    "service": 60,
    "answers": 52,
    "runs": 16,
}


@pytest.mark.parametrize("family", sorted(FAMILIES))
def test_a_meaning_is_read_from_every_layout(family: str) -> None:
    """The floor is what was reached; a mend may only raise it."""
    right = sum(not faults(draw(seed, family)) for seed in range(5000, 5060))
    assert right >= AT_LEAST.get(family, 0)


LINES = sorted({line for family in AT_LEAST for seed in range(6) for line in draw(seed, family).text.splitlines() if line})


@settings(max_examples=250, deadline=None)
@given(st.lists(st.sampled_from(LINES), min_size=2, max_size=40))
def test_lines_of_many_layouts_are_read_in_any_order(lines: list[str]) -> None:
    """No order of lines breaks the reader, and every span lies in the text."""
    text = "\n".join(("广州市番禺区促进产业高质量发展若干措施", *lines))
    rules = parse_policy(text.encode(), name="a.txt", document_id="a").rules
    assert all(0 <= item["span"]["start"] < item["span"]["end"] <= len(text) for item in rules["items"])
