"""What is one item: tiers, ceilings and stages together, other benefits apart, and where each one's words begin and end."""

from __future__ import annotations

from typing import Any

import pytest

from policies.assembling import assemble
from policies.metadata import describe
from policies.reading import read_policy

CARD = "11.青山市支持企业造桥\n青山市支持企业造桥\n依据文件\n《青山市造桥办法》\n发文机构\n青山市建设局\n工具分类\n资金支持\n服务对象\n在青山市注册的企业\n"


def items_of(body: str) -> tuple[str, list[dict[str, Any]]]:
    text = read_policy(body.encode(), name="a.txt")
    return text.text, list(assemble(text, describe(text).metadata).items)


def spans(body: str) -> list[str]:
    text, items = items_of(body)
    return [text[i["span"]["start"] : i["span"]["end"]] for i in items]


def measures(*articles: str) -> str:
    return "青山市促进企业发展若干措施\n" + "\n".join(
        f"第{n}条 {words}" for n, words in zip("一二三四五六七", articles, strict=False)
    )


ONE_ITEM = [
    "对新建仓库的企业，按照建设投资的20%给予补助。3年累计支持不超过300万元。",
    "对新建仓库的企业，按照建设投资的20%给予补助，其中第二年按考核结果支持。每年支持金额不超过100万元。",
    "对租用厂房的企业，按每平方米每月10元给予补贴。实际租金低于该标准的，按实际租金补贴。",
    "对租用厂房的企业，按租金的30%给予补贴。补贴期限为3年，每年最高补贴金额不超过50万元。",
    "通过陆路申请的许可，在东区获得批准的，每件资助不超过5万元；在西区获得批准的，每件资助不超过3万元。",
]


@pytest.mark.parametrize("article", ONE_ITEM)
def test_a_ceiling_a_term_or_a_tier_is_no_item_of_its_own(article: str) -> None:
    assert spans(measures(article)) == [f"第一条 {article}"]


SEVERAL = [
    ("支持园区建设实验平台，按投入给予最高500万元补助，并根据服务绩效给予最高100万元奖励。", 2),
    ("对敬老院建设免征服务费，对养老机构的用房免征房产税。", 2),
    ("对引进团队的企业给予资金支持。对开办培训的学校给予补助。", 2),
    ("职业学校与公办学校享有同等的用地政策。", 1),
    ("各级政府应当加大投入。", 0),
    ("企业应当向员工每月提供不低于800元的生活补贴。", 0),
    ("对高层次人才，研究给予奖励。", 0),
    ("鼓励企业修建桥梁，按投入给予最高300万元补助。支持企业开放观景平台。最高可按实际费用的30%给予补贴。", 2),
    ("对木桥、石桥改造项目给予支持。其中，对木桥改造按照投资的10%给予补助，对石桥改造按照投资的30%给予补助。", 1),
    ("加大造桥企业培育力度，为桥工提供培训，根据成效对符合条件的机构给予奖励。", 1),
    ("对造桥项目按照投资的30%给予补助。符合其他市级政策的项目，可按相关政策给予支持。", 1),
    ("符合条件的个人创业贷款额度最高20万元。", 0),
    ("新招用人员达到企业现有职工人数15%，并签订劳动合同。", 0),
    ("对造桥项目优先提供场地和人才等方面支持。", 1),
    ("新建小区应当按不低于建筑面积2‰的标准配建活动室。", 0),
]


@pytest.mark.parametrize(("article", "count"), SEVERAL)
def test_other_benefits_are_apart_and_duties_are_none(article: str, count: int) -> None:
    assert len(spans(measures(article))) == count


def test_a_promise_among_other_matters_takes_its_own_sentence() -> None:
    long = "完善融资体系。引导银行开辟绿色通道。鼓励保险机构推出新的险种，为企业提供增信。探索推动园区集合债等产品创新，健全风险分担机制。"
    own = "支持企业以租赁方式购置设备，每年给予最高100万元补贴。"
    assert spans(measures(long + own)) == [own]


def test_numbered_kinds_with_their_sums_are_tiers() -> None:
    body = (
        CARD
        + "服务内容\n1．甲类桥梁补助金额不高于100万元；\n2．乙类桥梁补助金额不高于30万元；\n3．建造浮桥，补助金额不高于20万元。\n"
    )
    text, (item,) = items_of(body)
    assert [a["cap"] for a in item["amounts"]] == [1_000_000, 300_000, 200_000]
    assert all("when" in a for a in item["amounts"])
    assert text[item["span"]["start"] : item["span"]["end"]].startswith("1．甲类桥梁")


def test_the_only_promise_of_a_card_takes_its_whole_field() -> None:
    lead, sum_ = "支持领头企业联合学校建造桥梁，开展试验。", "采取后补助方式，按照造桥费用30%的比例给予支持，最高不超过200万元。"
    body = CARD + f"服务内容\n{lead}\n{sum_}\n条件要求\n1．企业具有造桥资质。\n2．桥梁位于青山市内。\n"
    text, (item,) = items_of(body)
    assert text[item["span"]["start"] : item["span"]["end"]] == f"{lead}\n{sum_}"
    assert "领头企业" in str(item["criteria"])


def test_what_is_supported_and_its_standard_are_one_item() -> None:
    what, much = "1．支持内容：桥梁设备购置；桥面材料采购。", "2．支持标准：资金支持比例不超过实际投资额的50%，最高不超过200万元。"
    assert spans(CARD + f"服务内容\n{what}\n{much}\n条件要求\n1．企业财务制度健全。\n") == [f"{what}\n{much}"]


def test_two_titles_with_conditions_of_their_own_are_two_items() -> None:
    both = "1．申报造桥试点、示范单位应符合以下基本条件：\n（1）在本市注册。\n（2）具有独立法人资格。\n"
    first = "2．申报造桥试点单位应同时具备以下条件：\n（1）员工不少于10人。\n（2）专利不低于5件。"
    second = "3．申报造桥示范单位应同时具备以下条件：\n（1）员工不少于30人。\n（2）专利不低于20件。"
    body = CARD.replace("资金支持", "资质认定") + f"服务内容\n培育一批造桥单位，予以挂牌。\n条件要求\n{both}{first}\n{second}\n"
    assert spans(body) == [first, second]


def test_clauses_named_after_what_is_given_are_items() -> None:
    clauses = [
        "（1）造桥方案扶持。符合本市方向并完成立项的造桥方案，可以申请扶持。",
        "（2）青年桥匠奖励。重点资助45周岁以下、在本市造桥并作出贡献的青年桥匠。",
        "（3）优秀桥梁奖励。结构安全、造型优美，通车一年以上，获得公众好评的桥梁。",
    ]
    assert spans(CARD + "服务内容\n1．项目补贴类\n" + "\n".join(clauses) + "\n") == clauses


def test_conditions_named_after_an_item_are_its_own() -> None:
    body = (
        CARD + "服务内容\n1．鼓励商场升级改造。补助比例不超过实际投资额的10%，最高不超过500万元。\n"
        "2．鼓励创建智慧商店。对符合条件的智慧商店奖励不超过50万元。\n"
        "条件要求\n1．具有独立法人资格。\n2．申报升级改造项目的企业，从业人员100人以上。\n3．申报创建智慧商店的单位，信用记录良好。\n"
    )
    _, (first, second) = items_of(body)
    assert "employees" in str(first["criteria"]) and "good_credit" not in str(first["criteria"])
    assert "good_credit" in str(second["criteria"]) and "employees" not in str(second["criteria"])


def test_graded_support_over_numbered_sums_is_one_item() -> None:
    field = "1．培育造桥企业\n根据评估结果，采取后补助方式给予分档支持。\n（1）对修建木质桥梁的企业，给予不超过80万元的资金支持。\n（2）对修建石质桥梁的企业，给予不超过40万元的资金支持。\n"
    _, items = items_of(
        CARD + "服务内容\n" + field + "2．对架设吊桥的企业，给予不超过30万元奖励。\n联络方式\n青山市建设局：12345\n"
    )
    assert [(a["cap"], "when" in a) for a in items[0]["amounts"]] == [(800000, True), (400000, True)]
    assert len(items) == 2


def test_a_heading_that_promises_is_told_by_its_paragraph() -> None:
    body = "青山市促进造桥若干措施\n一、对造桥项目给予奖励\n经认定的石桥项目，给予不低于20万元的奖励。\n二、推动桥梁养护\n对养护企业给予5万元补助。\n"
    assert len(spans(body)) == 2


DIRECTIONS = (
    "1．鼓励修桥\n（1）鼓励造桥企业修建木桥。其中，申报企业年均产值不低于500万元。\n（2）支持石匠企业修建石桥，丰富桥梁种类。\n"
    "2．支持建设桥梁博物馆\n支持博物馆展示桥梁工艺。支持内容包括设备购置。\n"
)


def test_directions_of_a_money_card_without_sums_are_items() -> None:
    card = (
        CARD
        + "服务内容\n"
        + DIRECTIONS
        + "条件要求\n1．在青山市注册，具有独立法人资格。\n2．财务制度健全。\n联络方式\n青山市建设局：12345\n"
    )
    found = spans(card)
    assert [words.split("\n")[0][:9] for words in found] == ["（1）鼓励造桥企业", "（2）支持石匠企业", "2．支持建设桥梁博"]


def test_conditions_of_a_class_of_project_go_to_its_item_sentence_by_sentence() -> None:
    asked = "木桥修建项目的申报单位须具有木工资质；石桥修建项目的申报单位须具有采石资质。"
    _, items = items_of(
        CARD
        + "服务内容\n1．对木桥修建，给予10万元补助。\n2．对石桥修建，给予20万元补助。\n"
        + f"条件要求\n1．具有独立法人资格。\n2．{asked}\n联络方式\n青山市建设局：12345\n"
    )
    own = [str(item["criteria"]) for item in items]
    assert ["木工资质" in words for words in own] == [True, False]
    assert ["采石资质" in words for words in own] == [False, True]


def test_a_title_that_other_items_pay_for_is_an_item_over_its_own_conditions() -> None:
    body = (
        "青山市造桥基地管理办法\n第一条 申请认定造桥基地，应当符合下列条件：\n（一）员工不少于10人；\n（二）专利不低于5件。\n"
        "第二条 造桥基地每培训一名桥工，给予1000元补贴。\n第三条 造桥基地获得省级奖项的，给予5万元奖励。\n"
    )
    _, (title, *paid) = items_of(body)
    assert "employees" in str(title["criteria"]) and title["amounts"] == []
    assert len(paid) == 2 and all("employees" not in str(item["criteria"]) for item in paid)


@pytest.mark.parametrize(
    "article",
    [
        "对新建仓库的企业，按建设投资的10%给予奖励，最高50万元；获得国家级称号的，资助总额最高不超过补贴标准的50%。",
        "支持如下：\n（一）对新建仓库的企业给予10万元奖励。\n（二）同一企业每年累计资助总额不超过资助限额的50%。",
    ],
)
def test_a_ceiling_that_is_a_share_is_no_sum_to_put_on_another_promise(article: str) -> None:
    _, items = items_of(measures(article))
    amounts = [a for item in items for a in item["amounts"]]
    assert [a.get("cap_rate") for a in amounts] == [None, 0.5]
    assert amounts[0].get("cap") in (None, 500000) and "cap" not in amounts[1]


def test_a_second_certificate_is_another_benefit() -> None:
    article = (
        "通过智能制造成熟度二级、三级认证的企业，分别奖励5万元、10万元。"
        "通过数据安全能力成熟度二级、三级认证的企业，分别奖励6万元、12万元。"
    )
    assert len(spans(measures(article))) == 2


def test_a_limit_in_a_line_of_its_own_bounds_the_line_before_it() -> None:
    body = measures(
        "软件扶持。\n（一）按购买正版软件费用的40%给予补助，单个项目最高60万元；\n"
        "（二）同一企业每年累计获得的软件补助总额不超过200万元。",
        "对新设立的研发机构，一次性奖励30万元。",
    )
    _, items = items_of(body)
    assert [[(a["kind"], a.get("cap"), a.get("caps")) for a in i["amounts"]] for i in items] == [
        [("ratio", 600000, [{"cap": 2000000}])],
        [("fixed", None, None)],
    ]


def test_two_of_what_is_listed_below_are_enough() -> None:
    _, (item,) = items_of(
        "青山市桥梁企业认定办法\n第一条 申报企业应满足下列条件中的两项以上：\n（一）成立满2年；\n（二）研发费用不低于100万元；\n"
        "（三）建有自己的船坞。\n第二条 对认定的企业奖励10万元。"
    )
    (tree,) = [n for n in item["criteria"].get("all", [item["criteria"]]) if "at_least" in n]
    assert tree["at_least"] == 2 and [n["fact"] for n in tree["of"]] == ["established_on", "rd_expense", "declared"]
