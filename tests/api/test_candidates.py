import random
from datetime import date

from api.usecases.candidates import blank_of, met_candidate
from features.catalogue import load_catalogue
from features.profile import profile_from_json
from matcher.determination import determine
from matcher.ranking import candidate_of
from matcher.verdicts import Verdict
from policies.loading import load_rules
from tests.benchmarks.service_latency import _item, _profile

DAY = date(2026, 11, 20)


def test_a_quick_candidate_is_the_whole_ones_equal() -> None:
    r = random.Random(7)
    meta = {"id": "B", "title": "办法", "kind": "measure", "region": "440100"}
    document = load_rules({"version": 1, "document": meta, "items": [_item(r, n) for n in range(200)]})
    blanks = [blank_of(document, i, DAY) for i in range(200)]
    compared = 0
    for n in range(20):
        profile, _ = profile_from_json(_profile(r, n), load_catalogue())
        whole = [
            (i, d, candidate_of(d, profile))
            for i in range(200)
            if (d := determine(document, i, profile, DAY)).verdict is Verdict.MET
        ]
        for i, _, candidate in whole:
            assert met_candidate(blanks[i], whole[0][2], profile) == candidate
            compared += 1
    assert compared > 200
