"""Names of items whose clauses have no heading."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policies.extract.short_title import LONGEST, short_title
from policies.parsing import parse_policy


@pytest.mark.parametrize(
    ("words", "title"),
    [
        ("第六条 对上一年度首次纳入统计的住宿企业,一次性奖励8万元。", "上一年度首次纳入统计的住宿企业奖励"),
        ("对外贸易企业开展跨境结算的,给予补贴。", "对外贸易企业开展跨境结算补贴"),
        ("对标准化服务机构给予资助。", "标准化服务机构给予资助"),
        ("支持内容。", "支持内容"),
        ("①凡取得证书的机构,补助2万元", "取得证书的机构补助"),
        ("", "惠企事项"),
        ("|  |", "惠企事项"),
        (
            "现代物流项目(不含仓储用地)当年实际完成固定资产投资3000万元以上的,给予补助",
            "现代物流项目(不含仓储用地)当年实际完成固定资产投资…补助",
        ),
    ],
)
def test_a_short_title_says_who_and_what(words: str, title: str) -> None:
    assert short_title(words) == title


@given(st.text(alphabet="对凡支持鼓励(一)1.、企业的项目,。;奖励给予补贴2000万元…“《|*\n 第条", max_size=120))
def test_a_short_title_is_short_and_never_empty(words: str) -> None:
    assert 0 < len(short_title(words)) <= LONGEST + 4


def test_a_heading_that_is_the_whole_clause_is_named_like_one() -> None:
    text = "广州市番禺区支持企业若干措施\n\n第三条 对首次上规模的工业企业奖励10万元。\n"
    (item,) = parse_policy(text.encode(), name="a.txt", document_id="a").rules["items"]
    assert (item["title"], [amount["value"] for amount in item["amounts"]]) == ("首次上规模的工业企业奖励", [100000])
