"""One policy in many layouts says the same; sections are told apart by what they do, not by where they stand."""

from __future__ import annotations

import re

import pytest

from policies.assembling import Assembled, assemble
from policies.extract.leaf import leaves_of
from policies.metadata import describe
from policies.reading import read_policy

POLICY = """广州市黄埔区促进工业发展办法
第一条 为促进工业发展，制定本办法。
第二条 申报企业应当同时符合下列条件：
（一）在本区登记注册，具有独立法人资格；
（二）近三年未受到重大行政处罚；
（三）具有完善的研发管理制度，能够持续开展新产品开发活动。
第三条 对首次认定为高新技术企业的，给予一次性奖励20万元。
第四条 对上年度营业收入达到2亿元以上且研发费用占营业收入比例不低于3%的企业，按照设备投入的10%给予补助，最高不超过500万元。
第五条 有下列情形之一的企业，不予支持：
（一）被列入严重违法失信名单的；
（二）弄虚作假骗取财政资金的。
第六条 本办法自印发之日起施行，有效期3年。
"""
ARTICLE = re.compile(r"第([一二三四五六])条 ")
PART = re.compile(r"（([一二三])）")
CN = "一二三四五六"


def assembled(source: str) -> Assembled:
    text = read_policy(source.encode(), name="a.txt")
    return assemble(text, describe(text).metadata)


def said(source: str) -> list[tuple[str, str]]:
    """Facts and operators of everything in order, amounts between."""
    result = assembled(source)
    common = (result.common or {}).get("criteria")
    rows = [(x["fact"], x["op"]) for x in leaves_of(common)]
    for item in result.items:
        rows += [(x["fact"], x["op"]) for x in leaves_of(item["criteria"])]
        rows += [("amount", f"{a['kind']} {a.get('value')} {a.get('rate')} {a.get('cap')}") for a in item["amounts"]]
    return sorted(rows)


LAYOUTS = {
    "一、 for articles": ARTICLE.sub(r"\1、", POLICY),
    "1. for articles": ARTICLE.sub(lambda m: f"{CN.index(m[1]) + 1}. ", POLICY),
    "（1） for parts": PART.sub(lambda m: f"（{CN.index(m[1]) + 1}）", POLICY),
    "① for parts": PART.sub(lambda m: "①②③"[CN.index(m[1])], POLICY),
    "full-width digits": POLICY.translate(str.maketrans("0123456789%", "０１２３４５６７８９％")),
    "lines of 28": "\n".join(line[i : i + 28] for line in POLICY.split("\n") for i in range(0, len(line), 28)),
    "parts on one line": POLICY.replace("\n（", "（"),
    "blanks before numbers": re.sub(r"(?<=[一-龥])(\d)", r" \1", POLICY),
    "chapters": POLICY.replace("第二条", "第二章 申报条件\n第二条")
    .replace("第三条", "第三章 奖励标准\n第三条")
    .replace("第五条", "第四章 附则\n第五条"),
    "headed conditions": POLICY.replace("第二条 申报企业应当同时符合下列条件：", "第二条 申报条件"),
}


@pytest.mark.parametrize("layout", LAYOUTS, ids=list(LAYOUTS))
def test_a_policy_says_the_same_in_every_layout(layout: str) -> None:
    assert said(LAYOUTS[layout]) == said(POLICY)


def test_a_title_that_sounds_like_a_promise_is_no_item() -> None:
    title = "广州市对获得发明专利的企业予以资助办法"
    assert len(assembled(f"{title}\n{POLICY.split(chr(10), 1)[1]}").items) == 2


def test_a_cards_conditions_are_conditions_even_where_they_speak_of_giving() -> None:
    card = (
        "北京市支持园区建设\n依据文件\n《办法》\n发文机构\n北京市某局\n工具分类\n资金支持\n服务对象\n园区运营单位\n服务内容\n支持园区提升服务能力。对园区运营单位给予不超过200万元资金支持。\n"
        "条件要求\n1．园区用地手续合法合规，所在区在空间、土地等方面给予配套支持政策。\n2．园区产业定位清晰，具备一定的空间规模。\n"
        "服务流程\n在线填写项目申报书，组织专家评审。\n"
    )
    (item,) = assembled(card).items
    assert sum(x["fact"] == "declared" for x in leaves_of(item["criteria"])) >= 2
    assert item["delivery"] == "review"


def test_a_yearly_ceiling_in_its_own_sentence_limits_the_items_before() -> None:
    items = assembled(
        "广州市黄埔区资助办法\n第一条 发明专利获得授权的，每件资助1000元；在境外获得授权的，每件资助2000元。"
        "企业年度获得上述资助的总金额不超过20万元。\n"
    ).items
    assert all(a["kind"] != "capped" for item in items for a in item["amounts"])
    assert any(a.get("cap") == 200_000 for item in items for a in item["amounts"])


def test_what_a_department_must_do_grants_nothing() -> None:
    text = "广州市黄埔区若干措施\n第一条 水利工程维护资金由区财政全额补助100万元。\n第二条 财政部门要每年安排资金予以支持。\n"
    assert assembled(text).items == ()
