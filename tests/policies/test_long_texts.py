"""Texts made of nothing but promises: what a promise costs to read does not depend on how many stand before it."""

from __future__ import annotations

import time

import pytest

from policies.parsing import parse_policy

PROMISES = (
    "对年营业收入达到{n}00万元以上的企业，一次性奖励{n}万元{stop}",
    "对新认定的高新技术企业，按照研发投入的{n}%给予补助，最高不超过{n}0万元{stop}",
    "对年产值达到{n}000万元的企业，奖励5万元，每增加500万元，再奖励{n}万元，最高50万元{stop}",
    "对获得国家级、省级绿色工厂称号的企业，分别奖励{n}0万元、{n}万元{stop}",
)
LAYOUTS = {
    "sentences of one paragraph": ("第一条 ", "", "。"),
    "semicolon parts of one sentence": ("第一条 ", "", "；"),
    "numbered lines": ("", "{i}.", "。\n"),
}
FEW, MANY = 40, 1280


def _seconds(layout: str, count: int) -> float:
    head, mark, stop = LAYOUTS[layout]
    lines = (mark.format(i=i + 1) + PROMISES[i % 4].format(n=2 + i % 97, stop=stop) for i in range(count))
    data = f"广州市番禺区促进产业高质量发展若干措施\n{head}{''.join(lines)}\n".encode()
    start = time.process_time()
    rules = parse_policy(data, name="a.txt", document_id="a").rules
    taken = time.process_time() - start
    assert len(rules["items"]) > count // 4
    return taken


@pytest.mark.parametrize("layout", LAYOUTS)
def test_the_cost_of_a_promise_does_not_grow(layout: str) -> None:
    _seconds(layout, 4)
    assert _seconds(layout, MANY) < 3 * MANY / FEW * _seconds(layout, FEW)
