"""One meaning in many layouts (tests/policies/layout_grid.py): of each family at least so many of 60 documents are read without a fault."""

from __future__ import annotations

import pytest

from tests.policies.layout_grid import FAMILIES, draw, faults

AT_LEAST = {
    "articles": 52,
    "sentences": 33,
    "sections": 57,
    "guide": 60,
    "apart": 60,
    "table": 60,
    "cards": 38,
    "questions": 14,
    "prose": 22,
}


@pytest.mark.parametrize("family", sorted(FAMILIES))
def test_a_meaning_is_read_from_every_layout(family: str) -> None:
    """The floor is what was reached; a mend may only raise it."""
    right = sum(not faults(draw(seed, family)) for seed in range(5000, 5060))
    assert right >= AT_LEAST[family]
