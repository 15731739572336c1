"""Texts made of nothing but promises: what a promise costs to read does not depend on how many stand before it."""

from __future__ import annotations

import time

import pytest

from policies.parsing import parse_policy
from policies.reading.docx_numbering import written

PROMISES = (
    "对年营业收入达到{n}00万元以上的企业，一次性奖励{n}万元",
    "对新认定的高新技术企业，按照研发投入的{n}%给予补助，最高不超过{n}0万元",
    "对年产值达到{n}000万元的企业，奖励5万元，每增加500万元，再奖励{n}万元，最高50万元",
    "对获得国家级、省级绿色工厂称号的企业，分别奖励{n}0万元、{n}万元",
)
TOPICS = (
    ("纺织", "化工", "船舶", "冶金", "食品", "家电", "医药", "建材", "印刷", "玩具"),
    ("技改", "研发", "引才", "节水", "商标", "上市", "出口", "上云", "专利", "展会"),
    ("贷款贴息", "设备购置", "场地租金", "检测费用", "培训补助", "保险费用", "物流运费", "认证奖励", "用电补助", "平台使用"),
)
LAYOUTS = {
    "sentences of one paragraph": ("第一条 ", "{promise}。"),
    "semicolon parts of one sentence": ("第一条 ", "{promise}；"),
    "numbered lines": ("", "{i}.{promise}。\n"),
    "one sentence whose ends went": ("", "{i}.{promise}"),
    "articles with a reference": ("", "第{number}条 【{topic}】{promise}。申报企业应当符合第{number}条的要求。\n"),
    "articles with conditions of their own": (
        "",
        "第{number}条 {topic}补助\n（一）支持标准\n{promise}。\n（二）申报条件\n1.申报{topic}补助的企业应当建立研发机构；\n2.近三年未发生安全事故。\n",
    ),
}
FEW, MANY = 40, 1280


def _text(layout: str, count: int) -> str:
    head, line = LAYOUTS[layout]
    lines = (
        line.format(
            i=i + 1,
            number=written(i + 1, "chineseCounting"),
            topic="".join(words[i // 10**place % 10] for place, words in enumerate(TOPICS)),
            promise=PROMISES[i % 4].format(n=2 + i % 97),
        )
        for i in range(count)
    )
    return f"广州市番禺区促进产业高质量发展若干措施\n{head}{''.join(lines)}\n"


def _seconds(layout: str, count: int) -> float:
    data = _text(layout, count).encode()
    start = time.process_time()
    rules = parse_policy(data, name="a.txt", document_id="a").rules
    taken = time.process_time() - start
    assert len(rules["items"]) > count // (200 if layout == "one sentence whose ends went" else 4)
    return taken


@pytest.mark.parametrize("layout", LAYOUTS)
def test_the_cost_of_a_promise_does_not_grow(layout: str) -> None:
    _seconds(layout, 4)
    assert _seconds(layout, MANY) < 3 * MANY / FEW * _seconds(layout, FEW)
