"""Promises in words to items: kinds of amounts, tiers with their own conditions, and words that promise nothing."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from policies.cleaning import clean
from policies.extract.benefits import benefits
from policies.extract.grouping import grouped
from policies.extract.items import ItemDraft, item_of
from policies.extract.leaf import Node, leaves_of
from policies.extract.mentions import mentions_of

CASES = tomllib.loads((Path(__file__).parents[1] / "cases" / "amounts.toml").read_text("utf-8"))["case"]


def read(words: str) -> tuple[str, list[ItemDraft]]:
    text = clean(words).text
    m = mentions_of(text, "440112")
    return text, [item_of(m, group) for group in grouped(m, benefits(text, 0, len(text)))]


def said(text: str, node: Node | None) -> list[str]:
    """The leaves of a tree as the cases write them."""
    result = []
    for leaf in leaves_of(node):
        if leaf["fact"] == "declared":
            result.append("declared " + text[leaf["evidence"]["start"] : leaf["evidence"]["end"]])
            continue
        value = leaf.get("value")
        words = (
            ",".join(value)
            if isinstance(value, list)
            else str(value).lower()
            if isinstance(value, bool)
            else ""
            if value is None
            else str(value)
        )
        result.append(f"{leaf['fact']} {leaf['op']} {words}".strip())
    return result


@pytest.mark.parametrize("case", CASES, ids=lambda c: c["name"])
def test_sentence(case: dict[str, Any]) -> None:
    text, drafts = read(case["text"])
    assert len(drafts) == len(case["items"])
    for draft, wanted in zip(drafts, case["items"], strict=True):
        assert [s for node in draft.criteria for s in said(text, node)] == wanted["criteria"]
        assert len(draft.amounts) == len(wanted["amounts"])
        for amount, expected in zip(draft.amounts, wanted["amounts"], strict=True):
            assert said(text, amount.get("when")) == expected.get("when", [])
            for key, value in expected.items():
                assert key == "when" or amount[key] == value
            assert amount["evidence"]["start"] < amount["evidence"]["end"] <= len(text)
