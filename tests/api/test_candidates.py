"""The busy path's quick candidates are those of the whole determinations, and its first few are the first of the whole order."""

import random
from datetime import date

import pytest

from api.usecases.candidates import blank_of, by_promise, first_of, met_candidate, open_worth_a_look
from features.catalogue import load_catalogue
from features.profile import EnterpriseProfile, profile_from_json
from matcher.determination import determine
from matcher.evaluate import Reading
from matcher.ports import Band, Candidate
from matcher.ranking import candidate_of, rank
from matcher.verdicts import Verdict
from policies.loading import load_rules
from policies.rules import RuleDocument
from tests.benchmarks.service_latency import _item, _profile

DAY = date(2026, 11, 20)
ITEMS = 200


def rules(region: str) -> RuleDocument:
    r = random.Random(7)
    items = [_item(r, n) for n in range(ITEMS)]
    for item in items[::7]:  # amounts of every kind of promise: with a condition, on top, without any bound
        item["amounts"].append({"kind": "fixed", "value": r.randrange(1, 90) * 10_000, "plus": True})
    for item in items[::5]:
        when = {"fact": "revenue", "op": "ge", "value": 20_000_000, "period": "Y-1"}
        item["amounts"].append({"kind": "ratio", "base": "revenue", "rate": 0.01, "when": when})
    for item in items[::11]:
        item["amounts"] = []
    for item in items[::13]:  # something that only the enterprise can say
        item["criteria"]["all"].append({"fact": "declared", "op": "declared", "value": "承诺"})
    meta = {"id": "B", "title": "办法", "kind": "measure", "region": region}
    return load_rules({"version": 1, "document": meta, "items": items})


def met(document: RuleDocument, profile: EnterpriseProfile, verdict: Verdict = Verdict.MET) -> dict[int, Candidate]:
    found = {i: determine(document, i, profile, DAY) for i in range(ITEMS)}
    return {i: candidate_of(d, profile) for i, d in found.items() if d.verdict is verdict}


@pytest.mark.parametrize("region", ["440100", "440300"])  # the second is no enterprise's: what names no place is in doubt
def test_a_quick_candidate_is_the_whole_ones_equal(region: str) -> None:
    document, r = rules(region), random.Random(8)
    blanks = [blank_of(document, i, DAY) for i in range(ITEMS)]
    bands = set()
    for n in range(20):
        profile, _ = profile_from_json(_profile(r, n), load_catalogue())
        whole = met(document, profile)
        for i, candidate in whole.items():
            assert met_candidate(blanks[i], next(iter(whole.values())), Reading(profile, DAY)) == candidate
            bands.add(candidate.band)
    assert bands == {Band.DIRECT, Band.ELIGIBLE} | ({Band.UNKNOWN} if region == "440300" else set())


@pytest.mark.parametrize("region", ["440100", "440300"])
def test_the_first_few_are_the_first_of_the_whole_order(region: str) -> None:
    document, r = rules(region), random.Random(9)
    blanks = [blank_of(document, i, DAY) for i in range(ITEMS)]
    promise = {position: place for place, position in enumerate(by_promise(blanks))}
    told = [promise[i] for i in range(ITEMS)]
    left_out = 0
    for n in range(30):
        profile, _ = profile_from_json(_profile(r, n), load_catalogue())
        whole = met(document, profile)
        for top in (1, 3, 10, 50):
            first = first_of(list(whole), blanks, told, Reading(profile, DAY), top=top)
            assert [whole[i].key for i in first] == [ranked.candidate.key for ranked in rank(list(whole.values())).ranked[:top]]
            left_out += len(whole) - len(first)
    assert left_out > 100


@pytest.mark.parametrize("region", ["440100", "440300"])
def test_the_first_few_open_ones_are_the_first_of_the_whole_order(region: str) -> None:
    document, r = rules(region), random.Random(10)
    blanks = [blank_of(document, i, DAY) for i in range(ITEMS)]
    assert {blank.asks for blank in blanks} == {True, False}
    left_out, bands = 0, set()
    for n in range(30):
        data = _profile(r, n)
        for fact in r.sample(sorted(data["facts"]), 2):
            del data["facts"][fact]
        profile, _ = profile_from_json(data, load_catalogue())
        whole = met(document, profile, Verdict.UNKNOWN)
        for most in (1, 3, 10, 50):
            some = open_worth_a_look(list(whole), blanks, Reading(profile, DAY), most=most)
            first = rank([whole[i] for i in some]).ranked[:most]
            assert [f.candidate for f in first] == [f.candidate for f in rank(list(whole.values())).ranked[:most]]
            left_out += len(whole) - len(some)
            bands |= {f.candidate.band for f in first}
    assert left_out > 100
    assert bands == {Band.NEAR, Band.UNKNOWN}
