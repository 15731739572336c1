"""What a text says of giving money out: first come, pro rata, by rank, several things, or nothing."""

import pytest

from policies.allocation import Way, ways_in, ways_of
from policies.loading import load_rules


@pytest.mark.parametrize(
    ("text", "ways"),
    [
        ("年度预算额满为止", [Way.FIRST_COME]),
        ("补贴资金先到先得,用完即止", [Way.FIRST_COME]),
        ("按企业申报时间先后顺序安排,资金使用完毕为止", [Way.FIRST_COME]),
        ("按审核通过的先后顺序兑付", [Way.FIRST_COME]),
        ("符合条件的申报金额超过年度预算总额的,按比例核减", [Way.PRO_RATA]),
        ("当年度资金不足时,同比例下调补助标准", [Way.PRO_RATA]),
        ("资金总额超出预算的,按照相应比例折算后拨付", [Way.PRO_RATA]),
        ("择优给予支持", [Way.BY_RANK]),
        ("按综合得分由高到低排序,取前10名", [Way.BY_RANK]),
        ("按照评审得分排名先后确定支持对象", [Way.BY_RANK]),
        ("资金额满为止;不足时择优支持", [Way.FIRST_COME, Way.BY_RANK]),
        ("按投资额10%的比例给予补助,最高不超过预算50万元", []),  # a rate, not a share of the budget
        ("研发费用占比不足3%的,不予补助", []),
        ("本项目不择优,符合即享", []),
        ("对符合条件的企业给予奖励", []),
        ("", []),
    ],
)
def test_the_words_that_say_how(text: str, ways: list[Way]) -> None:
    assert [w.way for w in ways_in(text)] == ways


def test_places_count_characters_of_the_document() -> None:
    text = "对企业给予奖励。资金额满为止。"
    (found,) = ways_in(text[8:], start=8)
    assert text[found.span.start : found.span.end] == found.span.quote == "额满为止"


def test_an_item_s_own_words_come_before_those_for_all() -> None:
    text = "第一条 给予奖励,额满为止。第二条 给予补助。第三条 择优支持。"
    spans = [(0, 14), (14, 22)]
    items = [{"title": "甲", "span": {"start": a, "end": b}, "category": "award"} for a, b in spans]
    document = load_rules({"version": 1, "document": {"id": "d", "title": "办法", "kind": "measure"}, "items": items})
    assert [w.way for w in ways_of(document, 0, text)] == [Way.FIRST_COME]
    assert [w.way for w in ways_of(document, 1, text)] == [Way.BY_RANK]
