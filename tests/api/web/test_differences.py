"""Two versions of rules told apart in sentences."""

from typing import Any

from hypothesis import given

from api.web.differences import counts, differences
from policies.loading import load_rules
from policies.rules import RuleDocument
from tests.api.fakes import items
from tests.matcher.strategies import QUICK, documents_json


def _document(*, revenue: int = 20_000_000, more: tuple[dict[str, Any], ...] = (), without: int | None = None) -> RuleDocument:
    chosen = [item for n, item in enumerate(items(revenue=revenue)) if n != without]
    return load_rules(
        {"version": 1, "document": {"id": "D1", "title": "办法", "kind": "measure", "region": "440100"}, "items": [*chosen, *more]}
    )


def test_a_moved_threshold_is_one_change_with_both_sentences() -> None:
    parts = differences(_document(), _document(revenue=5_000_000))
    changed = [line for part in parts for line in part.lines if line.kind == "changed"]
    assert [(line.before, line.after) for line in changed] == [("上年营业收入不低于 2000 万元", "上年营业收入不低于 500 万元")]
    assert counts(parts)["added"] == counts(parts)["removed"] == 0


def test_an_item_that_came_and_one_that_went_are_named() -> None:
    new = {
        "title": "上市奖励",
        "span": {"start": 0, "end": 3},
        "category": "reward",
        "amounts": [{"kind": "fixed", "value": 1000000}],
    }
    new["category"] = "award"
    parts = {part.title: part.kind for part in differences(_document(without=1), _document(without=0, more=(new,)))}
    assert parts["高企奖励"] in ("added", "changed")
    assert "规模奖励" in parts or parts["高企奖励"] == "changed"
    assert parts["上市奖励"] == "added"


@given(documents_json())
@QUICK
def test_a_version_does_not_differ_from_itself(document: dict[str, Any]) -> None:
    loaded = load_rules(document)
    assert all(part.kind == "same" for part in differences(loaded, loaded))


@given(documents_json(), documents_json())
@QUICK
def test_every_sentence_of_both_versions_is_told_once(one: dict[str, Any], other: dict[str, Any]) -> None:
    before, after = load_rules(one), load_rules(other)
    told, own = differences(before, after), differences(before, before)
    assert sorted(line.before for part in told for line in part.lines if line.before) == sorted(
        line.before for part in own for line in part.lines
    )
