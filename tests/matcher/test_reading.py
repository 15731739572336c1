"""What is kept between items changes nothing: readings, bounds without a worksheet, what is made once for an object."""

import gc
from datetime import date
from typing import Any

import pytest
from hypothesis import given

from matcher.amounts import bounds, most_certain
from matcher.determination import determine
from matcher.evaluate import Reading
from matcher.explain_json import explanation_to_json
from matcher.once import Once
from matcher.quiet import no_collections
from matcher.ranking import band_for, candidate_of
from matcher.verdicts import Verdict
from tests.matcher import strategies as a


@a.QUICK
@given(a.cases(max_items=3))
def test_items_decided_with_one_reading_are_decided_and_told_as_if_alone(case: tuple[Any, list[Any], date]) -> None:
    document, (data,), as_of = case
    ours, profile = a.a_document(document), a.a_profile(data)
    reading = Reading(profile, as_of)
    for index in range(len(ours.items)):
        alone, together = determine(ours, index, profile, as_of), determine(ours, index, profile, as_of, reading=reading)
        assert together == alone
        assert candidate_of(together, profile) == candidate_of(alone, profile)
        assert band_for(ours, index, profile, as_of, reading=reading) is band_for(ours, index, profile, as_of)
        for reveal in (True, False):  # the order matters: what was shown to one reader is kept for the next
            assert explanation_to_json(together, reveal=reveal, reading=reading) == explanation_to_json(alone, reveal=reveal)


@a.QUICK
@given(a.cases(max_items=3))
def test_bounds_are_those_of_the_worksheet_and_within_what_is_promised(case: tuple[Any, list[Any], date]) -> None:
    document, (data,), as_of = case
    ours, profile = a.a_document(document), a.a_profile(data)
    reading = Reading(profile, as_of)
    for index, item in enumerate(ours.items):
        found = determine(ours, index, profile, as_of)
        if found.benefit is None:
            assert found.verdict is Verdict.NOT_MET
            continue
        assert bounds(item, reading) == (found.benefit.low, found.benefit.high)
        most = most_certain(item)
        assert most is None or found.benefit.low <= most


def test_what_is_made_once_belongs_to_the_very_object() -> None:
    made: list[tuple[int, ...]] = []

    def make(thing: tuple[int, ...]) -> int:
        made.append(thing)
        return len(made)

    once = Once(make, most=2)
    one, equal = tuple(range(2)), tuple(range(2))
    assert (once(one), once(one), once(equal), once(one)) == (1, 1, 2, 1)
    assert once((3,)) == 3  # a third: the others are forgotten
    assert once(one) == 4


def test_collections_come_back_whatever_happens() -> None:
    seen: list[bool] = []

    def building() -> None:
        with no_collections():
            with no_collections():
                seen.append(gc.isenabled())
            seen.append(gc.isenabled())  # whoever began ends it
            raise LookupError

    with pytest.raises(LookupError):
        building()
    assert seen == [False, False]
    assert gc.isenabled()
