"""Which words of a condition become leaves of their own, how they are cut, and what is no criterion at all."""

from __future__ import annotations

from typing import Any

import pytest

from policies.cleaning import clean
from policies.extract.conditions import inline_condition, listed_condition
from policies.extract.idle import idle
from policies.extract.leaf import leaves_of
from policies.extract.mentions import mentions_of
from policies.extract.sentences import lines_of
from policies.extract.state import State, distinct
from policies.lexicon import role_of

REGION = "440112"


def words_of(text: str, nodes: list[dict[str, Any]]) -> list[tuple[str, str]]:
    """The fact and the evidence of every leaf."""
    return [(x["fact"], text[x["evidence"]["start"] : x["evidence"]["end"]]) for node in nodes for x in leaves_of(node)]


def listed(words: str, *, excluding: bool = False) -> list[tuple[str, str]]:
    text = clean(words).text
    return words_of(text, listed_condition(mentions_of(text, REGION), 0, len(text), excluding=excluding))


def inline(words: str) -> list[tuple[str, str]]:
    text = clean(words).text
    return words_of(text, inline_condition(mentions_of(text, REGION), 0, len(text)))


def lines(words: str) -> list[tuple[str, str]]:
    text = clean(words).text
    return words_of(text, lines_of(State(mentions_of(text, REGION)), 0, len(text)))


@pytest.mark.parametrize(
    "words",
    [
        "经专家论证评审通过后", "经区科技局审核同意后", "由区财政局会同第三方机构核算金额", "市财政按照服务人数", "可向镇街服务窗口提出申请",
        "根据年度考核结果", "第三年根据考核结果", "以其上年度奖励额为基数", "加强产业链上下游协同", "不断优化创新生态", "所需经费由区财政承担",
        "报市主管部门批准后", "分为奖励和补助两类", "有关费用", "符合条件的改造项目", "申请设备补贴的企业",
    ],
)  # fmt: skip
def test_procedure_payment_and_wishes_before_a_promise_are_no_criterion(words: str) -> None:
    assert idle(words, listed=False)


@pytest.mark.parametrize(
    "words",
    [
        "经民政部门登记的社会组织", "经市级部门认定的示范园区", "利用第三方平台开展直播销售", "在区内举办行业峰会", "为监管部门提供数据服务",
        "通过收购方式取得厂房", "促进数据流通的平台", "办理证券监管部门辅导备案",
    ],
)  # fmt: skip
def test_what_enterprises_do_stays_a_criterion(words: str) -> None:
    assert not idle(words, listed=False)


def test_in_a_list_of_conditions_a_purpose_is_one() -> None:
    assert listed("促进绿色建筑推广应用") == [("declared", "促进绿色建筑推广应用")]


def test_one_thought_over_several_sentences_is_one_leaf() -> None:
    assert len(listed("服务体系完善。拥有稳定的客户群体，建立了回访制度")) == 1


def test_sentences_beside_typed_ones_are_read_apart() -> None:
    assert listed("在本区注册。拥有稳定的研发团队。产品技术处于领先水平") == [
        ("registered_region", "在本区注册"),
        ("declared", "拥有稳定的研发团队"),
        ("declared", "产品技术处于领先水平"),
    ]


def test_typed_words_part_what_stands_before_and_behind_them() -> None:
    assert listed("管理团队稳定，上年度营业收入不低于2000万元，市场口碑良好") == [
        ("declared", "管理团队稳定"),
        ("revenue", "上年度营业收入不低于2000万元"),
        ("declared", "市场口碑良好"),
    ]


def test_a_bound_for_each_kind_makes_alternatives() -> None:
    text = "生产企业上年度营业收入不低于5000万元；专门从事检测服务的机构上年度营业收入不低于800万元"
    (node,) = listed_condition(mentions_of(text, REGION), 0, len(text))
    assert [len(leaves_of(branch)) for branch in node["any"]] == [2, 2]
    assert words_of(text, [node])[::2] == [("declared", "生产企业"), ("industry_theme", "检测服务的机构")]


def test_two_bounds_for_anybody_are_both_asked() -> None:
    text = "上年度营业收入不低于5000万元；2023年营业收入不低于800万元"
    assert all("any" not in node for node in listed_condition(mentions_of(text, REGION), 0, len(text)))


@pytest.mark.parametrize(
    "words", ["应具备相应的施工资质，律师事务所除外", "应取得相应的经营许可（律师事务所除外），并建立服务台账"]
)
def test_an_exception_is_a_leaf_of_its_own(words: str) -> None:
    assert ("declared", "律师事务所除外") in listed(words)


@pytest.mark.parametrize("words", ["黄埔区", "市财政", "区福彩公益金", "（以下简称示范区）", "并符合下列条件之一："])
def test_places_purses_and_asides_say_nothing(words: str) -> None:
    assert inline(words) == []


def test_half_a_quotation_is_left_out() -> None:
    assert all("“" not in found for _, found in listed("国家和市级“专精特新”中小企业"))


def test_what_a_pause_joins_is_one_thought() -> None:
    assert inline("对设立联合实验室、建设中试车间、具有示范效应的") == [("declared", "设立联合实验室、建设中试车间、具有示范效应")]


def test_the_means_belong_to_the_deed() -> None:
    assert inline("围绕产业链短板，开展揭榜攻关的") == [("declared", "围绕产业链短板，开展揭榜攻关")]


def test_a_name_is_read_by_its_explanation() -> None:
    assert lines(
        "高新技术企业及配套服务机构。其中，高新技术企业是指在本区注册的国家高新技术企业；配套服务机构是指为园区提供后勤保障的机构"
    ) == [
        ("registered_region", "在本区注册"),
        ("qualifications", "国家高新技术企业"),
        ("declared", "配套服务机构是指为园区提供后勤保障的机构"),
    ]


def test_a_word_that_is_nobody_is_only_explained() -> None:
    found = lines("为社区提供家电维修的门店。社区是指居民共同生活的区域")
    assert all("社区是指" not in words and "共同生活" not in words for _, words in found)


def test_another_case_beside_a_typed_exclusion_stays() -> None:
    found = listed("法定代表人有刑事犯罪记录或被列入失信被执行人名单", excluding=True)
    assert {fact for fact, _ in found} == {"declared", "dishonest_debtor"}


def test_a_condition_that_a_longer_one_repeats_is_said_once() -> None:
    text = "以孵化服务为主营业务。以孵化服务为主营业务，配备专职导师"
    m = mentions_of(text, REGION)
    nodes = [*listed_condition(m, 0, 10), *listed_condition(m, 11, len(text))]
    assert words_of(text, distinct(nodes)) == [("declared", "以孵化服务为主营业务，配备专职导师")]


@pytest.mark.parametrize(
    ("heading", "opens"),
    [("推荐要求", True), ("作品要求", True), ("申报材料要求", False), ("工作要求", False), ("报送要求", False)],
)
def test_a_heading_that_asks_something_of_the_applicant_opens_conditions(heading: str, opens: bool) -> None:
    assert (role_of(heading) == "eligibility") is opens


def test_what_is_praised_in_one_breath_is_one_thought() -> None:
    assert inline("对服务能力强，社会口碑良好，带动作用明显的机构") == [("declared", "服务能力强，社会口碑良好，带动作用明显")]
    assert len(inline("对服务能力强，年服务企业50家以上的机构")) == 2
