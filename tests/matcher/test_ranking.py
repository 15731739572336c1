"""The order of matches: whatever the scorer does, it is a permutation, bands keep their order, and nothing but the order changes."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.determination import determine
from matcher.ports import Band, Candidate
from matcher.ranking import band_for, band_of, candidate_of, level_of, rank
from tests.matcher import strategies as a

DAY = date(2025, 3, 31)


@st.composite
def candidates(draw: st.DrawFn) -> Candidate:
    low = Decimal(draw(st.integers(0, 5)))
    high = draw(st.none() | st.integers(0, 5).map(lambda n: low + n))
    return Candidate(
        uscc=draw(st.sampled_from("ABC")),
        document_id="d",
        item=draw(st.integers(0, 9)),
        band=draw(st.sampled_from(Band)),
        delivery="application",
        category="award",
        low=low,
        high=high,
        as_of=DAY,
        deadline=draw(st.none() | st.dates(DAY, date(2026, 1, 1))),
    )


@dataclass
class Adversary:
    """A scorer that answers anything at all, or breaks."""

    answers: list[Any]
    breaks: bool = False
    seen: list[Candidate] = field(default_factory=list)
    version: str = "adversary"

    def score(self, candidates: Sequence[Candidate]) -> list[float]:
        self.seen = list(candidates)
        if self.breaks:
            raise ZeroDivisionError("no model")
        return self.answers


answers = st.lists(
    st.floats() | st.just(math.nan) | st.just(math.inf) | st.none() | st.text(max_size=2) | st.integers(), max_size=8
)


@a.QUICK
@given(st.lists(candidates(), max_size=8), answers, st.booleans())
def test_no_scorer_can_do_more_than_order_within_a_band(some: list[Candidate], scores: list[Any], breaks: bool) -> None:
    ranking = rank(some, Adversary(scores, breaks))
    assert sorted(map(repr, some)) == sorted(repr(r.candidate) for r in ranking.ranked)
    bands = [r.candidate.band for r in ranking.ranked]
    assert bands == sorted(bands)
    assert [r.place for r in ranking.ranked] == list(range(1, len(some) + 1))
    if ranking.fallback:
        assert [r.candidate for r in ranking.ranked] == [r.candidate for r in rank(some).ranked]
        assert all(r.score is None for r in ranking.ranked)


@a.QUICK
@given(st.lists(candidates(), max_size=6), st.randoms())
def test_the_plain_order_does_not_depend_on_how_they_came(some: list[Candidate], random: Any) -> None:
    other = list(some)
    random.shuffle(other)
    assert [r.candidate.key for r in rank(some).ranked] == [r.candidate.key for r in rank(other).ranked]


@pytest.mark.parametrize(
    ("scores", "breaks", "why"),
    [
        ([1.0], False, "scorer_wrong_length"),
        ([1.0, math.nan], False, "scorer_not_finite"),
        ([1.0, math.inf], False, "scorer_not_finite"),
        ([], True, "scorer_failed:ZeroDivisionError"),
        ([1.0, None], False, "scorer_failed:TypeError"),
    ],
)
def test_a_scorer_that_fails_is_set_aside_and_named(scores: list[Any], breaks: bool, why: str) -> None:
    two = [Candidate(u, "d", 0, Band.ELIGIBLE, "application", "award", Decimal(0), None, DAY) for u in "AB"]
    ranking = rank(two, Adversary(scores, breaks))
    assert (ranking.fallback, ranking.scorer_version) == (why, None)


def test_a_good_scorer_orders_within_its_band() -> None:
    two = [Candidate(u, "d", 0, Band.ELIGIBLE, "application", "award", Decimal(0), None, DAY) for u in "AB"]
    ranking = rank(two, Adversary([0.1, 0.9]))
    assert [r.candidate.uscc for r in ranking.ranked] == ["B", "A"]
    assert (ranking.fallback, ranking.scorer_version) == ("", "adversary")


@a.QUICK
@given(a.cases(max_items=1, max_leaves=5))
def test_every_determination_becomes_a_candidate_of_its_band(case: tuple[Any, list[Any], date]) -> None:
    document, (data,), as_of = case
    profile = a.a_profile(data)
    found = determine(a.a_document(document), 0, profile, as_of)
    candidate = candidate_of(found, profile)
    assert candidate.band is band_of(found)
    assert (candidate.band in (Band.DIRECT, Band.ELIGIBLE)) == (found.verdict.eligibility == "eligible" and not found.doubts)
    assert (candidate.band is Band.NOT_MET) <= (found.verdict.eligibility == "ineligible")
    assert (candidate.band is Band.UNKNOWN) <= (found.verdict.eligibility == "unknown" or bool(found.doubts))


def test_what_names_no_condition_or_comes_from_elsewhere_is_never_offered_by_itself() -> None:
    leaf = {"fact": "legal_person", "op": "is", "value": True}
    item = {
        "title": "奖励",
        "span": {"start": 0, "end": 1},
        "category": "award",
        "delivery": "no_application",
        "amounts": [{"kind": "fixed", "value": 1}],
    }
    here = {"fact": "registered_region", "op": "within", "value": ["440000"]}
    for criteria, region, wanted in (
        (None, "440100", Band.UNKNOWN),
        (leaf, "440100", Band.DIRECT),
        (leaf, "000000", Band.DIRECT),
        (leaf, "310104", Band.UNKNOWN),
        ({"all": [leaf, here]}, "310104", Band.DIRECT),
    ):
        rules = {
            "version": 1,
            "document": {"id": "d", "title": "t", "kind": "measure", "region": region},
            "items": [{**item, "criteria": criteria}],
        }
        profile = a.a_profile({"uscc": "x", "facts": {"legal_person": True, "registered_region": "440112"}})
        assert band_for(a.a_document(rules), 0, profile, DAY) is wanted, (criteria, region)


@a.THOROUGH
@given(a.cases(max_items=1, max_leaves=6))
def test_the_quick_band_is_the_band(case: tuple[Any, list[Any], date]) -> None:
    document, (data,), as_of = case
    ours, profile = a.a_document(document), a.a_profile(data)
    assert band_for(ours, 0, profile, as_of) is band_of(determine(ours, 0, profile, as_of))


@pytest.mark.parametrize(
    ("criteria", "facts", "band"),
    [
        ({"fact": "legal_person", "op": "is", "value": True}, {"legal_person": True}, Band.ELIGIBLE),
        ({"fact": "legal_person", "op": "is", "value": True}, {"legal_person": False}, Band.NOT_MET),
        ({"fact": "legal_person", "op": "is", "value": True}, {}, Band.UNKNOWN),
        ({"fact": "declared", "op": "declared", "value": "承诺"}, {}, Band.NEAR),
        ({"fact": "branches", "op": "ge", "value": 5}, {"branches": 4}, Band.NEAR),
        (
            {"all": [{"fact": "branches", "op": "ge", "value": 5}, {"fact": "invention_patents", "op": "ge", "value": 3}]},
            {"branches": 4, "invention_patents": 2},
            Band.NEAR,
        ),
        ({"all": [{"fact": "declared", "op": "declared", "value": w} for w in ("甲", "乙", "丙")]}, {}, Band.UNKNOWN),
        (
            {"all": [{"fact": "declared", "op": "declared", "value": "甲"}, {"fact": "branches", "op": "ge", "value": 5}]},
            {},
            Band.UNKNOWN,
        ),
    ],
)
def test_what_the_enterprise_has_only_to_say_is_near(criteria: Any, facts: Any, band: Band) -> None:
    item = {"title": "奖励", "span": {"start": 0, "end": 1}, "category": "award", "delivery": "application", "criteria": criteria}
    document = a.a_document({"version": 1, "document": {"id": "d", "title": "办法", "kind": "rules"}, "items": [item]})
    assert band_for(document, 0, a.knows(**facts), DAY) is band


def test_levels_follow_the_division_code() -> None:
    assert [level_of(r) for r in ("000000", "440000", "440100", "440112", None)] == [
        "national",
        "provincial",
        "municipal",
        "district",
        None,
    ]
