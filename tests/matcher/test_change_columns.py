"""Runs over columns: the next equals a full one, decides only what can flip, and its differences and causes are those of runs over profiles."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from features.profile import EnterpriseProfile
from matcher import change, change_columns
from matcher.change import Cause, full_run
from matcher.change_columns import ColumnRun, full_column_run, next_column_run
from matcher.change_why import ItemChanges, column_differences, flipped_by
from matcher.columns import Table
from matcher.verdicts import Verdict
from policies.rules import RuleDocument
from tests.matcher import strategies as a
from tests.matcher.tables import table_of
from tests.matcher.test_change import DAY, OLD_ENOUGH, PRIVATE, REVENUE, a_document

CODES = {Verdict.NOT_MET: 0, Verdict.UNKNOWN: 1, Verdict.MET: 2}


def columns(people: Sequence[EnterpriseProfile]) -> Table:
    return Table(table_of(people))


def full(documents: Sequence[RuleDocument], people: Sequence[EnterpriseProfile], as_of: date) -> ColumnRun:
    return full_column_run(documents, columns(people), as_of)


def same(one: ColumnRun, other: ColumnRun) -> bool:
    return one.items == other.items and all(np.array_equal(one.verdicts(i), other.verdicts(i)) for i in one.items)


def told(changes: Sequence[ItemChanges], before: ColumnRun, after: ColumnRun) -> dict[Any, tuple[set[Cause], set[str]]]:
    """(credit code, document, item) -> causes and facts."""
    old, new = (run.population.table.column("uscc").to_pylist() for run in (before, after))
    found = {}
    for c in changes:
        for i, (row, was) in enumerate(zip(c.rows, c.was, strict=True)):
            key = (new[row] if row >= 0 else old[was], *c.item)
            assert key not in found
            found[key] = {k for k, m in c.causes.items() if m[i]}, {f for f, m in c.facts.items() if m[i]}
    return found


@pytest.fixture(autouse=True)
def _however_many_changed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Small cities too go the incremental way."""
    monkeypatch.setattr(change_columns, "_ALL_AT_ONCE", 2.0)


@a.QUICK
@given(st.data())
def test_the_next_run_equals_a_full_run_whatever_changed(data: st.DataObject) -> None:
    document, people, as_of = data.draw(a.cases(profiles=3))
    facts = tuple(sorted(a.facts_named(document))) or a.FACTS[:2]
    documents, profiles = [a.a_document(document)], [a.a_profile(p) for p in people]
    profiles = [EnterpriseProfile(f"E{i}", p.facts) for i, p in enumerate(profiles)]
    later = as_of + timedelta(days=data.draw(st.sampled_from((0, 0, 1, 2, 31, 366, -1))))
    changed = list(profiles)
    if data.draw(st.booleans()):
        changed[0] = a.a_profile(data.draw(a.profiles_json(as_of, facts, uscc="E0")))
    if data.draw(st.booleans()):
        changed = [*changed[1:], a.a_profile(data.draw(a.profiles_json(as_of, facts, uscc="E9")))]
    if data.draw(st.booleans()):
        changed.reverse()
    now = [a.a_document(data.draw(a.documents_json(max_items=2)))] if data.draw(st.booleans()) else documents
    before = full(documents, profiles, as_of)
    after = next_column_run(before, now, columns(changed), later)
    assert same(after, full(now, changed, later))

    assert same(next_column_run(after, documents, columns(profiles), as_of), before)  # and back

    plain_before, plain_after = full_run(documents, profiles, as_of), full_run(now, changed, later)
    for key, outcome in plain_after.outcomes.items():
        row = [p.uscc for p in changed].index(key[0])
        assert after.verdicts(key[1:])[row] == CODES[outcome.verdict]
    expected = {d.key: (set(d.causes), set(d.facts)) for d in change.differences(plain_before, plain_after)}
    found = told(list(column_differences(before, after)), before, after)
    assert found.keys() <= expected.keys()
    for key in expected.keys() - found.keys():  # money that differs by less than a fen
        assert plain_before.outcomes[key].verdict is plain_after.outcomes[key].verdict
    verdict_only = {k for k in found if not any(i.amounts for d in (*documents, *now) for i in d.items)}
    assert {k: found[k] for k in verdict_only} == {k: expected[k] for k in verdict_only}


def test_nothing_is_decided_again_when_nothing_changed() -> None:
    documents, people = [a_document("d", REVENUE, OLD_ENOUGH)], [a.knows(revenue={"2024": 120}, established_on="2020-01-01")]
    before = full(documents, people, DAY)
    after = next_column_run(before, documents, columns(people), DAY)
    assert after.decided == 0
    assert not list(column_differences(before, after))


def test_a_changed_fact_touches_only_the_rules_that_name_it() -> None:
    documents = [a_document("d", REVENUE, PRIVATE, {"all": [REVENUE, PRIVATE]})]
    before = full(documents, [a.knows(revenue={"2024": 90}, ownership="private")], DAY)
    after = next_column_run(before, documents, columns([a.knows(revenue={"2024": 110}, ownership="private")]), DAY)
    assert after.decided == 2
    changes = list(column_differences(before, after))
    assert [(c.item, {k for k, m in c.causes.items() if m[0]}, set(c.facts)) for c in changes] == [
        (("d", 0), {Cause.FACT_CHANGED}, {"revenue"}),
        (("d", 2), {Cause.FACT_CHANGED}, {"revenue"}),
    ]
    assert [(item, list(rows)) for item, rows in flipped_by(iter(changes), "revenue")] == [(("d", 0), [0]), (("d", 2), [0])]


def test_a_new_day_touches_only_those_whose_birthday_it_is() -> None:
    documents = [a_document("d", OLD_ENOUGH, PRIVATE)]
    people = [
        a.a_profile({"uscc": name, "facts": {"established_on": born, "ownership": "private"}})
        for name, born in (("A", "2024-04-01"), ("B", "2020-01-01"), ("C", "2025-01-01"))
    ]
    before = full(documents, people, DAY)
    after = next_column_run(before, documents, columns(people), DAY + timedelta(days=1))
    assert after.decided == 1
    assert told(list(column_differences(before, after)), before, after) == {("A", "d", 0): ({Cause.DAY_CHANGED}, set())}
    assert after.usccs(after.reached(("d", 0))) == ("A", "B")


def test_rules_that_come_change_and_go_are_told_apart() -> None:
    people = [a.knows(revenue={"2024": 120}, ownership="private")]
    before = full([a_document("d", REVENUE), a_document("e", PRIVATE)], people, DAY)
    now = [a_document("d", REVENUE | {"value": 1000}), a_document("f", PRIVATE)]
    after = next_column_run(before, now, columns(people), DAY)
    uscc = people[0].uscc
    assert {k: c for k, (c, _) in told(list(column_differences(before, after)), before, after).items()} == {
        (uscc, "d", 0): {Cause.RULE_CHANGED},
        (uscc, "e", 0): {Cause.RULE_REMOVED},
        (uscc, "f", 0): {Cause.RULE_ADDED},
    }


def test_a_changed_base_changes_the_sum() -> None:
    item = {"title": "奖励", "span": {"start": 0, "end": 1}, "category": "award"}
    item |= {"criteria": PRIVATE, "amounts": [{"kind": "ratio", "rate": 0.1, "base": "rd_expense"}]}
    documents = [a.a_document({"version": 1, "document": {"id": "d", "title": "办法", "kind": "rules"}, "items": [item]})]
    before = full(documents, [a.knows(ownership="private", rd_expense={"2024": 100})], DAY)
    after = next_column_run(before, documents, columns([a.knows(ownership="private", rd_expense={"2024": 200})]), DAY)
    (found,) = column_differences(before, after)
    assert found.before is not None
    assert found.after is not None
    assert (found.before.money.low[0], found.after.money.low[0]) == (1_000, 2_000)  # fen
    assert found.facts["rd_expense"].all()


def test_whoever_made_the_snapshot_may_say_which_rows_it_touched() -> None:
    documents = [a_document("d", REVENUE)]
    people = [a.a_profile({"uscc": f"E{i}", "facts": {"revenue": {"2024": 50 + i}}}) for i in range(40)]
    before = full(documents, people, DAY)
    people[7] = a.a_profile({"uscc": "E7", "facts": {"revenue": {"2024": 500}}})
    after = next_column_run(before, documents, columns(people), DAY, touched=np.array([7, 9]))
    assert after.decided == 1
    assert same(after, full(documents, people, DAY))


def test_where_most_enterprises_changed_all_are_decided(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(change_columns, "_ALL_AT_ONCE", 0.25)
    rows = 9_000
    documents = [a_document("d", REVENUE)]

    def table(shift: int) -> Table:
        made = columns([a.a_profile({"uscc": "E", "facts": {"revenue": {"2024": 99}}})]).table
        made = made.take([0] * rows)
        made = made.set_column(0, made.schema.field(0), [[f"E{i}" for i in range(rows)]])
        return Table(made.set_column(1, made.schema.field(1), [np.full(rows, (99 + shift) * 10**6)]))

    before = full_column_run(documents, table(0), DAY)
    after = next_column_run(before, documents, table(1), DAY)
    assert after.decided == rows
    assert len(after.reached(("d", 0))) == rows
