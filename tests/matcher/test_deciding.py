"""The contract's lines, against its oracle: generated rules, and the gold rules over generated profiles."""

import json
from datetime import date
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.deciding import decide_all
from policies.loading import load_rules
from tests.matcher import strategies as a
from tests.shared import SHARED, needs_shared


def meant(document: dict[str, Any], profile: dict[str, Any], as_of: date) -> list[dict[str, Any]]:
    lines = []
    for index, item in enumerate(document["items"]):
        status = a.oracle().determine(document, item, profile["facts"], as_of, a.oracle_catalogue())
        low, high = (
            (None, None) if status == "ineligible" else a.oracle().benefit(item, profile["facts"], as_of, a.oracle_catalogue())
        )
        lines.append(
            {"uscc": profile["uscc"], "document": document["document"]["id"], "item": index, "status": status}
            | {"low": None if low is None else f"{a.exact(low):f}", "high": None if high is None else f"{a.exact(high):f}"}
        )
    return lines


def same(ours: list[dict[str, Any]], theirs: list[dict[str, Any]]) -> None:
    def worth(line: dict[str, Any]) -> dict[str, Any]:
        return line | {k: a.exact(line[k]) for k in ("low", "high")}

    assert [worth(x) for x in ours] == [worth(x) for x in theirs]
    assert all("E" not in (x[k] or "") for x in ours for k in ("low", "high"))


@needs_shared
@a.QUICK
@given(a.cases(profiles=2))
def test_every_line_is_the_oracles(case: tuple[Any, list[Any], date]) -> None:
    document, people, as_of = case
    ours = list(decide_all([a.a_document(document)], map(a.a_profile, people), as_of))
    same(ours, [line for p in people for line in meant(document, p, as_of)])


@needs_shared
@settings(a.QUICK, max_examples=8)
@given(st.data())
def test_the_gold_rules_are_decided_as_the_oracle_decides_them(data: st.DataObject) -> None:
    for path in sorted((SHARED / "gold").glob("*.json")):
        document = json.loads(path.read_text("utf-8"))
        as_of = data.draw(a.as_of_days)
        profile = data.draw(a.profiles_json(as_of, tuple(sorted(a.facts_named(document)))))
        same(list(decide_all([load_rules(document)], [a.a_profile(profile)], as_of)), meant(document, profile, as_of))
