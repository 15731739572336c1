"""Where the firm is registered, taxed and counted: every relation in every order, before and behind every manner of naming the place."""

from __future__ import annotations

from itertools import permutations, product

import pytest

from policies.extract.mentions import mentions_of
from policies.extract.places import find_places

REGION = "440113"
RELATIONS = {
    "registered_region": ("注册地", "工商注册地", "工商登记", "登记注册地", "注册登记", "住所地"),
    "tax_region": ("税务征管关系", "税收解缴关系", "纳税地", "税务登记", "税收归属", "税务关系"),
    "statistics_region": ("统计关系", "统计登记地", "统计数据归属", "统计归口"),
}
ACTS = {
    "registered_region": ("登记注册", "注册", "依法设立"),
    "tax_region": ("依法纳税", "缴纳税收", "税务登记"),
    "statistics_region": ("纳入统计", "入统", "统计"),
}
LINKS = ("均在", "在", "须在", "都位于", "均属于", "均应在")
PLACES = ("本区", "我区", "番禺区", "广州市番禺区", "番禺区行政区域内", "本区范围内", "我区辖区内", "番禺区(以下简称本区)范围内")
CASES = [
    (kinds, joint)
    for size in (1, 2, 3)
    for kinds in permutations(RELATIONS, size)
    for joint in (("、",) if size == 1 else ("、", "和", "及", "与"))
]


def facts(clause: str) -> dict[str, list[str]]:
    mentions = mentions_of(clause, REGION)
    return {f.node["fact"]: f.node["value"] for f in find_places(mentions, 0, len(clause))}


@pytest.mark.parametrize(("kinds", "joint"), CASES)
def test_relations_before_a_place(kinds: tuple[str, ...], joint: str) -> None:
    for index, (link, place) in enumerate(product(LINKS, PLACES)):
        words = [RELATIONS[kind][index % len(RELATIONS[kind])] for kind in kinds]
        clause = "、".join(words[:-1]) + (joint if len(words) > 1 else "") + words[-1] + link + place
        assert facts(clause) == {key: [REGION] for key in kinds}, clause


@pytest.mark.parametrize("place", PLACES)
def test_acts_behind_a_place(place: str) -> None:
    for size in (1, 2, 3):
        for joint, verbs in product("、和并", product(*(ACTS[kind] for kind in list(ACTS)[:size]))):
            clause = f"在{place}" + "、".join(verbs[:-1]) + (joint if size > 1 else "") + verbs[-1]
            assert facts(clause) == {key: [REGION] for key in list(ACTS)[:size]}, clause


@pytest.mark.parametrize(
    "clause",
    [
        "在本区设有研发中心",
        "由本区税务部门推荐",
        "本区重点产业项目",
        "为本区制造业提供服务",
        "在本区购置办公用房",
        "税收在本区达到500万元",
        "纳入本区统计的营业收入达到1亿元",
        "非本区注册的企业",
        "注册地不在本区",
        "登记机关为番禺区市场监督管理局",
        "经营地在本区",
        "在本区新注册的企业",
        "将注册地迁入本区",
        "注册商标在本区使用",
        "注册资本在本区同行中领先",
    ],
)
def test_a_place_that_is_none_of_the_three(clause: str) -> None:
    assert facts(clause) == {}


def test_an_unknown_zone_lies_in_the_region_of_the_text() -> None:
    assert facts("在东环智造产业园内登记注册") == {"registered_region": [REGION]}


def test_the_whole_country() -> None:
    assert facts("在中华人民共和国境内注册") == {"registered_region": ["000000"]}


@pytest.mark.parametrize(
    ("clause", "region"), [("在厦注册", "350200"), ("在肥注册", "340100"), ("在番企业", "440113"), ("在榕注册", "350100")]
)
def test_one_character_of_the_own_region(clause: str, region: str) -> None:
    mentions = mentions_of(clause, region)
    assert [f.node["value"] for f in find_places(mentions, 0, len(clause))] == [[region]]
