"""The clean copy: what is joined and simplified, and that every character knows where it came from."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policies.cleaning import clean

WRAPPED = (
    "为了支持本区企业加大研发投入、改造设备、开拓市场，根据国家和省有\n"
    "关规定，结合本区实际情况，对在本区登记注册、具有独立法人资格并且\n"
    "依法经营的企业给予奖励和补助，具体标准由主管部门会同财政部门确定\n"
    "并向社会公布，企业可以在每年的申报期内登录平台提出申请，主管部门\n"
    "应当在收到申请以后及时审核，并把审核的结果告知提出申请的企业，对\n"
    "没有通过审核的，说明理由。"
)
SPACED = (
    "(1)2021 年3 月1 日至2023 年12 月31 日（含）期间在本市（不含县）登\n"
    "记、注册的文化类单位和机构，包括从事演出、展览、出版、影视制作以及公\n"
    "共文化服务的企业、协会、基金会和事业单位，均可以在每年规定的时间里按\n"
    "照通知所列的要求提出申请，主管部门收到申请以后应当及时组织审核，并把\n"
    "审核的结果书面告知提出申请的单位或者机构，对没有通过审核的，应当说明\n"
    "具体的理由和补正材料的方法与时间期限要求，申请单位可以在期限内补正一\n"
    "次。"
)
"""A page with blanks beside its figures: its first line is as long as the others, though its copy is shorter."""


@pytest.mark.parametrize(
    ("source", "copy"),
    [
        ("补助 200 万元 。", "补助200万元。"),
        ("给予１０％的補貼。", "给予10%的补贴。"),
        ("一、支持对象\n在本区登记的企业。", "一、支持对象\n在本区登记的企业。"),
        (WRAPPED, WRAPPED.replace("\n", "")),
        (SPACED, SPACED.replace("\n", "").replace(" ", "").replace("（", "(").replace("）", ")")),
        ("工具分类\n资金支持\n服务\n对象\n本区的养老机构\n", "工具分类\n资金支持\n服务对象\n本区的养老机构"),
    ],
)
def test_copy(source: str, copy: str) -> None:
    assert clean(source).text == copy


@given(st.text(max_size=200))
def test_every_character_knows_its_place(source: str) -> None:
    copy = clean(source)
    assert len(copy.offsets) == len(copy.text)
    assert all(0 <= at < len(source) for at in copy.offsets)
    assert list(copy.offsets) == sorted(copy.offsets)
    for start in range(0, len(copy.text), 7):
        low, high = copy.source_span(start, min(len(copy.text), start + 5))
        assert 0 <= low <= high <= len(source)


def test_a_span_points_into_the_source() -> None:
    source = "第一条  给予企业 1０0 万 元奖励。"
    copy = clean(source)
    at = copy.text.index("100万元")
    low, high = copy.source_span(at, at + 5)
    assert source[low:high] == "1０0 万 元"
