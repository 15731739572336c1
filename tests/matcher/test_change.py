"""Deciding again only what can flip: equal to a full run, no more than needed, every difference with its cause."""

from datetime import date, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from matcher.change import (
    Cause,
    changed_facts,
    differences,
    facts_of,
    flips,
    full_run,
    next_run,
    reached,
    rules_naming,
)
from matcher.deciding import outcomes
from matcher.verdicts import Verdict
from tests.matcher import strategies as a

DAY = date(2025, 3, 31)


def a_document(name: str, *criteria: Any, **meta: Any) -> Any:
    items = [
        {"title": f"奖励{i}", "span": {"start": 0, "end": 1}, "category": "award", "criteria": c} for i, c in enumerate(criteria)
    ]
    return a.a_document({"version": 1, "document": {"id": name, "title": name, "kind": "rules"} | meta, "items": items})


REVENUE = {"fact": "revenue", "op": "ge", "value": 100}
OLD_ENOUGH = {"fact": "established_on", "op": "age_ge", "value": "P1Y"}
PRIVATE = {"fact": "ownership", "op": "in", "value": ["private"]}


@a.QUICK
@given(st.data())
def test_the_next_run_equals_a_full_run_whatever_changed(data: st.DataObject) -> None:
    document, people, as_of = data.draw(a.cases(profiles=3))
    facts = tuple(sorted(a.facts_named(document))) or a.FACTS[:2]
    before = full_run([a.a_document(document)], [a.a_profile(p) for p in people], as_of)
    moved = data.draw(st.sampled_from((0, 0, 1, 2, 31, 366, -1)))
    changed = list(before.profiles.values())
    if data.draw(st.booleans()):
        changed[0] = a.a_profile(data.draw(a.profiles_json(as_of, facts, uscc=changed[0].uscc)))
    if data.draw(st.booleans()):
        changed = [*changed[:-1], a.a_profile(data.draw(a.profiles_json(as_of, facts, uscc="91440112MA5XNEW000")))]
    documents = (
        [a.a_document(data.draw(a.documents_json(max_items=2)))] if data.draw(st.booleans()) else list(before.documents.values())
    )
    after = next_run(before, documents, changed, as_of + timedelta(days=moved))
    assert after.outcomes == full_run(documents, changed, as_of + timedelta(days=moved)).outcomes
    told = {d.key for d in differences(before, after)}
    assert told == {k for k in before.outcomes.keys() | after.outcomes.keys() if before.outcomes.get(k) != after.outcomes.get(k)}
    assert all(d.causes for d in differences(before, after))


def test_nothing_is_decided_again_when_nothing_changed() -> None:
    documents, profiles = [a_document("d", REVENUE, OLD_ENOUGH)], [a.knows(revenue={"2024": 120}, established_on="2020-01-01")]
    assert next_run(full_run(documents, profiles, DAY), documents, profiles, DAY).decided == 0


def test_a_changed_fact_touches_only_the_rules_that_name_it() -> None:
    documents = [a_document("d", REVENUE, PRIVATE, {"all": [REVENUE, PRIVATE]})]
    before = full_run(documents, [a.knows(revenue={"2024": 90}, ownership="private")], DAY)
    after = next_run(before, documents, [a.knows(revenue={"2024": 110}, ownership="private")], DAY)
    assert after.decided == len(rules_naming(documents, "revenue")) == 2
    assert [(d.key[2], d.causes, d.facts) for d in differences(before, after)] == [
        (0, (Cause.FACT_CHANGED,), ("revenue",)),
        (2, (Cause.FACT_CHANGED,), ("revenue",)),
    ]


def test_a_new_day_touches_only_those_whose_birthday_it_is() -> None:
    documents = [a_document("d", OLD_ENOUGH, PRIVATE)]
    people = [
        a.a_profile({"uscc": name, "facts": {"established_on": born, "ownership": "private"}})
        for name, born in (("A", "2024-04-01"), ("B", "2020-01-01"), ("C", "2025-01-01"))
    ]
    before = full_run(documents, people, DAY)
    after = next_run(before, documents, people, DAY + timedelta(days=1))
    assert after.decided == 1
    assert [(d.key, d.causes, d.after.verdict) for d in differences(before, after) if d.after] == [
        (("A", "d", 0), (Cause.DAY_CHANGED,), Verdict.MET)
    ]


def test_a_new_year_touches_every_yearly_rule() -> None:
    documents = [a_document("d", REVENUE, PRIVATE)]
    people = [a.knows(revenue={"2024": 120, "2025": 1}, ownership="private")]
    before = full_run(documents, people, date(2025, 12, 31))
    after = next_run(before, documents, people, date(2026, 1, 1))
    assert after.decided == 1
    assert [d.causes for d in differences(before, after)] == [(Cause.DAY_CHANGED,)]


def test_a_rule_that_expires_overnight_is_decided_again() -> None:
    documents = [a_document("d", PRIVATE, effective_to="2025-03-31")]
    people = [a.knows(ownership="private")]
    before = full_run(documents, people, DAY)
    after = next_run(before, documents, people, DAY + timedelta(days=1))
    assert [(d.before.verdict, d.after.verdict) for d in differences(before, after) if d.before and d.after] == [
        (Verdict.MET, Verdict.NOT_MET)
    ]


def test_a_changed_rule_is_the_cause_even_where_a_fact_changed_too() -> None:
    before = full_run([a_document("d", REVENUE)], [a.knows(revenue={"2024": 120})], DAY)
    stricter = [a_document("d", REVENUE | {"value": 1000})]
    after = next_run(before, stricter, [a.knows(revenue={"2024": 130})], DAY)
    assert [d.causes for d in differences(before, after)] == [(Cause.RULE_CHANGED,)]


def test_changed_common_criteria_change_every_item_that_is_under_them() -> None:
    def under(common: Any) -> Any:
        item = {"title": "奖励", "span": {"start": 0, "end": 1}, "category": "award"}
        items = [item, item | {"without_common": True}]
        meta = {"id": "d", "title": "办法", "kind": "rules"}
        return a.a_document({"version": 1, "document": meta, "common": {"criteria": common}, "items": items})

    people = [a.knows(ownership="private")]
    before = full_run([under(PRIVATE)], people, DAY)
    after = next_run(before, [under(PRIVATE | {"value": ["state"]})], people, DAY)
    assert after.decided == 1
    assert [(d.key[2], d.causes) for d in differences(before, after)] == [(0, (Cause.RULE_CHANGED,))]


def test_a_changed_base_changes_the_sum() -> None:
    item = {"title": "奖励", "span": {"start": 0, "end": 1}, "category": "award"}
    item |= {"criteria": PRIVATE, "amounts": [{"kind": "ratio", "rate": 0.1, "base": "rd_expense"}]}
    documents = [a.a_document({"version": 1, "document": {"id": "d", "title": "办法", "kind": "rules"}, "items": [item]})]
    before = full_run(documents, [a.knows(ownership="private", rd_expense={"2024": 100})], DAY)
    after = next_run(before, documents, [a.knows(ownership="private", rd_expense={"2024": 200})], DAY)
    assert [(d.before.low, d.after.low, d.facts) for d in differences(before, after) if d.before and d.after] == [
        (10, 20, ("rd_expense",))
    ]


def test_a_fact_flips_the_rules_it_decides() -> None:
    documents = [a_document("d", REVENUE, {"any": [REVENUE, PRIVATE]})]
    profile = a.knows(revenue={"2024": 120}, ownership="private")
    assert [(b.item, b.verdict, x.verdict) for b, x in flips(documents, profile, "revenue", None, DAY)] == [
        (0, Verdict.MET, Verdict.UNKNOWN)
    ]


def test_a_rule_reaches_the_eligible_and_the_open() -> None:
    document = a_document("d", REVENUE)
    people = [
        a.a_profile({"uscc": n, "facts": f})
        for n, f in (("A", {"revenue": {"2024": 120}}), ("B", {}), ("C", {"revenue": {"2024": 1}}))
    ]
    assert [(o.uscc, o.verdict) for o in reached(document, 0, people, DAY)] == [("A", Verdict.MET), ("B", Verdict.UNKNOWN)]


@a.QUICK
@given(a.cases(max_items=2), st.sampled_from(a.FACTS))
def test_a_fact_that_a_rule_does_not_name_never_changes_its_outcome(case: tuple[Any, list[Any], date], fact: str) -> None:
    document, (data,), as_of = case
    ours, profile = a.a_document(document), a.a_profile(data)
    changed = a.a_profile({"uscc": data["uscc"], "facts": {f: v for f, v in data["facts"].items() if f != fact}})
    for before, after in zip(outcomes([ours], [profile], as_of), outcomes([ours], [changed], as_of), strict=True):
        assert before == after or fact in facts_of(ours, before.item)


def test_changed_facts_are_those_that_came_went_or_differ() -> None:
    before, after = a.knows(ownership="private", legal_person=True), a.knows(ownership="state", above_scale=True)
    assert changed_facts(before, after) == {"ownership", "legal_person", "above_scale"}
    assert changed_facts(before, before) == frozenset()
