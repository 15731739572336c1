"""A list of conditions that no pattern took: read where its lines read like conditions, told to the officer, never read where it is none."""

import pytest

from policies.extract.leaf import leaves_of
from policies.parsing import ParsedPolicy, parse_policy

MEASURE = """青岛市城阳区促进工业设计发展若干措施
第一条 对购买工业设计服务的制造业企业，按合同额的20%给予补助，最高30万元。
第二条 对举办工业设计大赛的机构，给予20万元补助。
第三条 {lead}
{lines}
第四条 区工信局负责组织实施。
第五条 本措施自2024年1月1日起施行，有效期3年。
"""
CONDITIONS = (
    "（一）具有独立法人资格，在本区注册；\n（二）具有固定的办公场所和专职设计人员；\n"
    "（三）管理制度健全，近两年无失信记录；\n（四）具有良好的社会信誉和服务能力。"
)


def read(lead: str, lines: str = CONDITIONS) -> ParsedPolicy:
    return parse_policy(MEASURE.format(lead=lead, lines=lines).encode(), name="x.txt", document_id="x")


def common_facts(policy: ParsedPolicy) -> list[str]:
    common = policy.rules.get("common") or {}
    return [leaf["fact"] for leaf in leaves_of(common.get("criteria"))]


@pytest.mark.parametrize("lead", ["几点说明", "设计机构的基本情况如下", "设计服务机构实行名录管理。"])
def test_a_list_under_words_that_no_pattern_knows_is_asked_of_all(lead: str) -> None:
    policy = read(lead)
    facts = common_facts(policy)
    assert {"legal_person", "registered_region", "good_credit"} <= set(facts)
    likely = [policy.text[d.start : d.end] for d in policy.diagnostics if d.code == "condition-likely"]
    assert likely and all(words in CONDITIONS for words in likely)


def test_one_of_them_is_enough_where_the_lead_says_so() -> None:
    criteria = read("情况如下之一的：").rules["common"]["criteria"]
    assert "any" in criteria


def test_advantages_are_no_conditions() -> None:
    assert not common_facts(read("下列机构优先安排："))


def test_lines_of_work_are_no_conditions() -> None:
    work = "（一）区工信局负责受理；\n（二）区财政局负责拨付资金；\n（三）区审计局负责监督检查。"
    policy = read("几点说明", work)
    assert not common_facts(policy)
    assert "condition-likely" not in {d.code for d in policy.diagnostics}


def test_a_list_that_patterns_read_is_left_to_them() -> None:
    policy = read("申请机构应当符合以下条件：")
    assert "legal_person" in common_facts(policy)
    assert "condition-likely" not in {d.code for d in policy.diagnostics}


def test_what_is_read_has_its_place_in_the_text_and_a_name() -> None:
    policy = read("几点说明")
    for leaf in leaves_of(policy.rules["common"]["criteria"]):
        assert policy.text[leaf["evidence"]["start"] : leaf["evidence"]["end"]] in CONDITIONS
    origins = {leaf["origin"] for leaf in leaves_of(policy.rules["common"]["criteria"]) if leaf["fact"] == "declared"}
    assert origins == {"declared/likely"}
