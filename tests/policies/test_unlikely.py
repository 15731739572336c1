"""Words that read like no condition are left out and shown; what is typed, or one of several ways, stays."""

from __future__ import annotations

from typing import Any

import pytest

from policies.cleaning import clean
from policies.extract.leaf import leaf
from policies.extract.unlikely import LEAST, Sieve
from policies.parsing import parse_policy


class _Says:
    """A stand-in for the model that gives every stretch the same chance."""

    def __init__(self, chance: float) -> None:
        self._chance = chance

    def of(self, start: int, end: int) -> float:
        """The chance."""
        return self._chance


_TEXT = "经核实后在本市注册"
_DECLARED = leaf("declared", "declared", "经核实后", 0, 4, origin="declared/inline")
_TYPED = leaf("registered_region", "within", ["440100"], 4, 9, origin="place/registered_region")


@pytest.mark.parametrize(
    ("tree", "left"),
    [
        ({"all": [_DECLARED, _TYPED]}, _TYPED),
        (_DECLARED, None),
        (_TYPED, _TYPED),
        ({"any": [_DECLARED, _TYPED]}, {"any": [_DECLARED, _TYPED]}),
        ({"not": _DECLARED}, {"not": _DECLARED}),
        (None, None),
    ],
)
def test_what_is_left_of_a_tree(tree: Any, left: Any) -> None:
    sieve = Sieve(clean(_TEXT), _Says(LEAST / 2))  # type: ignore[arg-type]
    assert sieve.of_tree(tree) == left
    assert len(sieve.diagnostics()) == (0 if tree == left else 1)


def test_likely_words_stay() -> None:
    sieve = Sieve(clean(_TEXT), _Says(LEAST))  # type: ignore[arg-type]
    assert sieve.of_tree({"all": [_DECLARED, _TYPED]}) == {"all": [_DECLARED, _TYPED]}
    assert sieve.diagnostics() == ()


def test_a_condition_of_a_list_stays_in_a_whole_text() -> None:
    text = (
        "惠江市扶持企业办法\n一、申报条件\n1.在惠江市注册；\n2.拥有稳定的设计团队，管理制度健全。\n二、奖励标准\n给予20万元奖励。\n"
    )
    parsed = parse_policy(text.encode(), name="a.txt", document_id="a")
    assert "设计团队" in str(parsed.rules["items"])
    assert all(d.code != "condition-left-out" for d in parsed.diagnostics)
