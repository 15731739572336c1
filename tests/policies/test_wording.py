"""Other words of the same meaning: the copy's offsets stay true, and the rules stay the same."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policies.cleaning import clean
from policies.parsing import parse_policy
from policies.wording import in_standard_words

_POLICY = """惠江市扶持企业办法
一、奖励条件
1.在惠江市注册，首次获得省级工程研究中心认定；
2.实缴注册资本不低于500万元，上年度裁员率不超过5%。
二、奖励标准
对符合条件的企业，给予每家不超过20万元奖励。
"""


def _meaning(text: str) -> list[tuple[object, ...]]:
    from policies.extract.leaf import leaves_of

    rules = parse_policy(text.encode(), name="a.txt", document_id="a").rules
    blocks = [rules.get("common") or {}, *rules["items"]]
    leaves = [x for b in blocks for x in leaves_of(b.get("criteria"))]
    sums = [(a["kind"], a.get("value"), a.get("cap")) for b in blocks for a in b.get("amounts") or []]
    return [*((x["fact"], x["op"], str(x["value"]), x.get("period"), x.get("first")) for x in leaves), *sums]


@pytest.mark.parametrize(
    ("words", "other"),
    [
        ("给予每家不超过", "予以每家不得超过"),
        ("首次获得", "第一次取得"),
        ("实缴注册资本不低于", "实际缴纳注册资本不得少于"),
        ("裁员率不超过", "裁员率不高于"),
    ],
)
def test_another_word_of_the_same_meaning_changes_no_rule(words: str, other: str) -> None:
    assert words in _POLICY
    assert _meaning(_POLICY.replace(words, other)) == _meaning(_POLICY)


@given(
    st.lists(
        st.sampled_from(["予以", "第一次", "取得", "不得超过", "最多不超过", "实际缴纳资本", "企业", "，", "10万元", "\n"]),
        max_size=40,
    )
)
def test_every_character_knows_where_it_came_from(words: list[str]) -> None:
    copy = clean("".join(words))
    standard = in_standard_words(copy)
    assert len(standard.offsets) == len(standard.text)
    assert list(standard.offsets) == sorted(standard.offsets)
    for i, char in enumerate(standard.text):
        if char in "企业，万元":
            at = copy.offsets.index(standard.offsets[i])
            assert copy.text[at] == char


def test_a_declared_condition_says_what_the_text_says() -> None:
    text = "惠江市扶持企业办法\n一、奖励条件\n1.取得惠江好设计联盟的推荐，并予以公开承诺；\n2.在惠江市注册。\n二、奖励标准\n对符合条件的企业，予以10万元奖励。\n"
    rules = parse_policy(text.encode(), name="a.txt", document_id="a").rules
    from policies.extract.leaf import leaves_of

    said = [
        x["value"]
        for b in (rules.get("common") or {}, *rules["items"])
        for x in leaves_of(b.get("criteria"))
        if x["fact"] == "declared"
    ]
    assert said
    assert all(value in text for value in said)
