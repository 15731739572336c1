"""Changes, refusals and simulations in words."""

from datetime import date
from decimal import Decimal
from typing import Any

from matcher.budget import BudgetState, Refusal, Refused, Request, reserve
from matcher.change import differences, full_run, next_run
from matcher.crowd import ProfileCrowd
from matcher.editing import Place, with_threshold
from matcher.notices import difference_sentence, refusal_sentence, simulation_sentence
from matcher.simulate import Variant, simulate
from tests.matcher import strategies as a

DAY = date(2025, 3, 31)


def a_document(threshold: int, value: int) -> Any:
    item = {"title": "奖励", "span": {"start": 0, "end": 1}, "category": "award", "budget": 150000}
    item |= {"criteria": {"fact": "revenue", "op": "ge", "value": threshold}, "amounts": [{"kind": "fixed", "value": value}]}
    return a.a_document({"version": 1, "document": {"id": "d", "title": "办法", "kind": "rules"}, "items": [item]})


def told(before: Any, after: Any, was: dict[str, Any], now: dict[str, Any]) -> list[str]:
    first = full_run([before] if before else [], [a.knows(**was)], DAY)
    second = next_run(first, [after] if after else [], [a.knows(**now)], DAY)
    return [difference_sentence(d, "奖励") for d in differences(first, second)]


def test_a_difference_says_from_what_to_what_and_why() -> None:
    rule, known = a_document(100, 50000), {"revenue": {"2024": 120}}
    assert told(rule, rule, {}, known) == ["“奖励”由待核变为符合(营业收入数据更新)。"]
    assert told(rule, a_document(200, 50000), known, known) == ["“奖励”由符合变为不符合(政策条款调整)。"]
    assert told(rule, a_document(100, 80000), known, known) == ["“奖励”金额由 5 万元 变为 8 万元(政策条款调整)。"]
    assert told(None, rule, known, known) == ["“奖励”新增判定:符合(新政策)。"]
    assert told(rule, None, known, known) == ["“奖励”移除判定:符合(政策已停用)。"]


def test_a_refusal_names_the_sum_and_the_reason() -> None:
    refused = reserve(BudgetState(Decimal(100)), Request("a", Decimal(20000)))
    assert isinstance(refused, Refusal)
    assert refusal_sentence(refused) == "未能预留 2 万元:预算余额不足。"
    assert all(refusal_sentence(Refusal(Request("a", Decimal(1)), reason)) for reason in Refused)


def test_a_simulation_is_told_in_one_line() -> None:
    document = a_document(100, 100000)
    crowd = ProfileCrowd([a.a_profile({"uscc": f"E{i}", "facts": {"revenue": {"2024": 60 + 20 * i}}}) for i in range(4)])
    lower = with_threshold(document, 0, Place("own", 0), Decimal(80))
    found = simulate(Variant(document, 0), Variant(lower, 0), crowd, DAY)
    assert simulation_sentence(found) == (
        "符合条件由 2 家变为 3 家(新增 1 家、减少 0 家),待核 0 家,预计 30 万元;预算不足(预算 15 万元)。"
    )
