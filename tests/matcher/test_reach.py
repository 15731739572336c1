"""The quick bounds say nothing that a search would not: surely out of reach, surely within reach."""

from datetime import date
from typing import Any

from hypothesis import event, given

from matcher.determination import determine, plan_of
from matcher.evaluate import Reading
from matcher.gaps import distance
from matcher.reach import out_of_reach, within_reach
from matcher.verdicts import Verdict
from policies.rules import Leaf, leaves
from tests.matcher import strategies as a


@a.THOROUGH
@given(a.cases(max_items=1, max_leaves=6))
def test_the_bounds_agree_with_the_search(case: tuple[Any, list[Any], date]) -> None:
    document, (data,), as_of = case
    ours, profile = a.a_document(document), a.a_profile(data)
    found, reading = determine(ours, 0, profile, as_of), Reading(profile, as_of)
    if found.verdict is not Verdict.NOT_MET:
        return
    steps = distance(found)
    if out_of_reach(ours, 0, reading):
        event("surely out of reach")
        assert steps is None
    elif within_reach(ours, 0, reading):
        event("surely within reach")
        assert steps is not None
    else:
        event("searched")


def near(criteria: dict[str, Any], **facts: Any) -> bool:
    item = {"title": "奖励", "span": {"start": 0, "end": 1}, "category": "award", "criteria": criteria}
    document = a.a_document({"version": 1, "document": {"id": "d", "title": "办法", "kind": "rules"}, "items": [item]})
    return within_reach(document, 0, Reading(a.knows(**facts), date(2025, 3, 31)))


def test_two_changes_of_one_fact_are_left_to_the_search() -> None:
    more = {"fact": "branches", "op": "ge", "value": 5}
    fewer = {"fact": "branches", "op": "le", "value": 1}
    assert near(more, branches=4)
    assert not near({"all": [more, fewer]}, branches=3)
    assert not near({"all": [more, {"fact": "legal_person", "op": "is", "value": True}]}, branches=4, legal_person=False)


def test_items_that_ask_the_same_share_the_leaf_in_their_plans() -> None:
    criteria = {"all": [{"fact": "branches", "op": "ge", "value": 5, "evidence": {"start": 3, "end": 7}}]}
    items = [{"title": f"{n}", "span": {"start": 0, "end": 1}, "category": "award", "criteria": criteria} for n in range(2)]
    document = a.a_document({"version": 1, "document": {"id": "d", "title": "办法", "kind": "rules"}, "items": items})
    first, second = (plan_of(document, i).leaves[0] for i in range(2))
    assert first is second
    written = next(iter(leaves(document.items[0].criteria)))
    assert isinstance(written, Leaf) and written.evidence is not None and first.evidence is None
