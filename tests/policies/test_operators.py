"""No operator is ever turned round: every bound word in every position, through to the leaf, for money, people, shares, areas and years."""

from __future__ import annotations

import itertools

import pytest

from policies.cleaning import clean
from policies.extract.conditions import listed_condition
from policies.extract.leaf import leaves_of
from policies.extract.mentions import mentions_of
from policies.extract.typed import read_typed

BEFORE = {
    "ge": ("不低于", "不少于", "不小于", "不得低于", "不得少于", "达到", "达", "满", "至少", "达到或超过", "大于等于", "大于或等于", "≥", "应达到", "须不少于", "一般不低于", "原则上不少于"),
    "gt": ("超过", "高于", "大于", "多于", "超出", ">"),
    "le": ("不超过", "不高于", "不大于", "不多于", "不得超过", "不得高于", "最多", "至多", "小于等于", "小于或等于", "≤", "一般不超过", "原则上不高于"),
    "lt": ("低于", "小于", "少于", "不足", "不满", "未满", "未达到", "不到", "<"),
}  # fmt: skip
AFTER = {
    "ge": ("以上", "及以上", "（含）以上", "以上（含）", "以上（含本数）", "或以上", "以上的", "及其以上"),
    "gt": ("以上（不含）", "（不含）以上", "以上（不含本数）"),
    "le": ("以下", "以内", "及以下", "（含）以下", "以下（含）", "以内（含）", "以下的"),
    "lt": ("以下（不含）", "（不含）以下"),
}
BOTH = (
    ("超过", "（含）", "ge"),
    ("低于", "（含）", "le"),
    ("不低于", "（含）", "ge"),
    ("不超过", "（含）", "le"),
    ("达到", "以上", "ge"),
    ("达到", "（含）以上", "ge"),
    ("在", "以上", "ge"),
    ("在", "以下", "le"),
    ("为", "（含）以下", "le"),
    ("控制在", "以内", "le"),
    ("不低于", "以上", "ge"),
    ("不少于", "（不含）", "gt"),
    ("不超过", "（不含）", "lt"),
)
MEASURES = (
    ("上年度营业收入", "2000万元", "revenue", 20_000_000),
    ("企业注册资本", "500万元", "registered_capital", 5_000_000),
    ("固定资产投资", "1亿元", "project_fixed_investment", 100_000_000),
    ("从业人员", "50人", "employees", 50),
    ("经营面积", "800平方米", "floor_area", 800),
    ("上年度营业收入同比增长", "10%", "revenue_growth", 0.1),
    ("研发费用占营业收入比例", "3%", "rd_ratio", 0.03),
)
FRAMES = ("{}", "{}的企业", "对{}的，", "依法经营，{}，信用良好", "企业应符合：{}；", "（一）{}")
COMPLEMENT = {"ge": "lt", "lt": "ge", "gt": "le", "le": "gt"}


def bounds(words: str, fact: str) -> list[tuple[str, object]]:
    text = clean(words).text
    found = read_typed(mentions_of(text, "440112"), 0, len(text))
    return [(f.node["op"], f.node["value"]) for f in found if f.node["fact"] == fact]


CASES = [
    *((before, "", op) for op, words in BEFORE.items() for before in words),
    *(("", after, op) for op, words in AFTER.items() for after in words),
    *BOTH,
]


@pytest.mark.parametrize(("before", "after", "op"), CASES)
def test_every_bound_in_every_frame(before: str, after: str, op: str) -> None:
    turn = CASES.index((before, after, op))  # each bound meets each measure once, in frames that take turns
    for (metric, number, fact, value), frame in zip(MEASURES, itertools.islice(itertools.cycle(FRAMES), turn, None), strict=False):
        words = frame.format(f"{metric}{before}{number}{after}")
        assert bounds(words, fact) == [(op, value)], words


@pytest.mark.parametrize(
    ("words", "op"),
    [
        ("成立满{}年", "age_ge"),
        ("成立{}年以上", "age_ge"),
        ("成立时间不少于{}年", "age_ge"),
        ("注册成立已满{}年", "age_ge"),
        ("持续经营{}年及以上", "age_ge"),
        ("注册成立不超过{}年", "age_le"),
        ("成立{}年以内", "age_le"),
        ("成立时间在{}年以下", "age_le"),
        ("成立{}年内", "age_le"),
        ("登记注册{}年（含）以内", "age_le"),
    ],
)
@pytest.mark.parametrize("n", ["1", "3", "五"])
def test_ages(words: str, op: str, n: str) -> None:
    years = {"五": 5}.get(n, 0) or int(n)
    assert bounds(words.format(n), "established_on") == [(op, f"P{years}Y")]


@pytest.mark.parametrize(
    ("words", "op", "day"),
    [
        ("2020年3月1日以后注册成立", "ge", "2020-03-01"),
        ("2020年3月1日（含）之后新设立", "ge", "2020-03-01"),
        ("2020年3月1日（不含）之后设立", "gt", "2020-03-01"),
        ("2020年3月1日起新注册", "ge", "2020-03-01"),
        ("2020年3月1日前成立", "lt", "2020-03-01"),
        ("2020年3月1日以前注册登记", "lt", "2020-03-01"),
        ("2020年3月1日（含）之前在本市注册", "le", "2020-03-01"),
        ("成立时间在2020年3月以后", "ge", "2020-03-01"),
        ("注册时间应在2020年3月1日以前", "lt", "2020-03-01"),
        ("2019年底前成立", "le", "2019-12-31"),
        ("2019年以前成立", "lt", "2019-01-01"),
    ],
)
def test_days(words: str, op: str, day: str) -> None:
    assert bounds(words, "established_on") == [(op, day)]


@pytest.mark.parametrize(("before", "op"), [(words[0], op) for op, words in BEFORE.items()])
def test_a_refusal_is_the_complement_and_no_more(before: str, op: str) -> None:
    text = clean(f"上年度营业收入{before}2000万元的").text
    nodes = listed_condition(mentions_of(text, "440112"), 0, len(text), excluding=True)
    assert [x["op"] for n in nodes for x in leaves_of(n)] == [COMPLEMENT[op]]


@pytest.mark.parametrize(
    ("words", "op", "code"),
    [
        ("非总部批发企业", "within", "51"),
        ("非上市的制造业企业", "within", "C"),
        ("非公有制建筑业企业", "within", "E"),
        ("批发企业不得重复享受", "within", "51"),
        ("房地产业企业除外", "not_within", "K"),
        ("不包括住宿业", "not_within", "61"),
    ],
)
def test_a_trade_is_shut_out_only_by_a_word_that_speaks_of_it(words: str, op: str, code: str) -> None:
    text = clean(f"对{words}").text
    leaves = [f.node for f in read_typed(mentions_of(text, None), 1, len(text)) if f.node["fact"] == "industry"]
    assert [(x["op"], x["value"]) for x in leaves] == [(op, [code])]


@pytest.mark.parametrize("joint", ["、", "和", "及", "或", "或者", "以及"])
@pytest.mark.parametrize(
    ("denial", "second", "told"),
    [
        ("不属于失信被执行人", "僵尸企业", ("declared", "declared", "未出现：僵尸企业")),
        ("未发生重大安全事故", "群体性投诉", ("declared", "declared", "未出现：群体性投诉")),
        ("无严重失信行为", "劳资纠纷", ("declared", "declared", "未出现：劳资纠纷")),
        ("无不良信用记录", "具有独立法人资格", ("legal_person", "is", True)),
    ],
)
def test_what_is_joined_to_the_denied_is_denied(denial: str, joint: str, second: str, told: tuple[str, str, object]) -> None:
    text = clean(f"{denial}{joint}{second}").text
    leaves = [x for n in listed_condition(mentions_of(text, "440112"), 0, len(text)) for x in leaves_of(n)]
    assert told in [(x["fact"], x["op"], x["value"]) for x in leaves]


def test_a_trade_beside_the_denied_is_denied() -> None:
    text = clean("不属于失信被执行人、房地产中介企业").text
    leaves = [x for n in listed_condition(mentions_of(text, "440112"), 0, len(text)) for x in leaves_of(n)]
    assert ("industry_theme", "has_none", ["房地产中介"]) in [(x["fact"], x["op"], x["value"]) for x in leaves]
