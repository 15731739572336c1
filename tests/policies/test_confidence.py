"""Confidence by pattern: smoothed, never certain, and known for every family."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policies.confidence import confidence_of, pattern_share, smoothed


@given(st.integers(0, 500), st.integers(0, 500))
def test_never_certain(right: int, wrong: int) -> None:
    assert 0 < smoothed(right, right + wrong) <= 1
    assert smoothed(right, right + wrong) <= smoothed(right + 5, right + wrong + 5)


@pytest.mark.parametrize("origin", ["threshold/revenue", "threshold/never-seen", "declared/inline", "nothing/known"])
def test_every_pattern_has_a_confidence(origin: str) -> None:
    assert 0 < confidence_of(origin, 0.5) < 1


def test_a_pattern_that_is_mostly_right_is_trusted_more_than_an_unknown_one() -> None:
    assert pattern_share("threshold/revenue") > pattern_share("nothing/known") == 0.5


@given(st.sampled_from(["threshold/revenue", "declared/inline"]), st.floats(0, 1), st.floats(0, 1))
def test_words_that_read_more_like_a_condition_never_lower_the_confidence(origin: str, one: float, other: float) -> None:
    low, high = sorted((one, other))
    assert confidence_of(origin, low) <= confidence_of(origin, high)
