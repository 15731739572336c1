"""The clause tree: numbering of every style, headings and their roles, whatever the order in which a drafter nests them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from policies.cleaning import clean
from policies.segmenting import Clause, segment


def tree(source: str) -> Clause:
    return segment(clean(source).text)


def outline(clause: Clause) -> list[object]:
    return [(c.style, c.ordinal, outline(c)) if c.children else (c.style, c.ordinal) for c in clause.children]


def test_chapters_articles_and_items_nest() -> None:
    root = tree(
        "第一章 总则\n第一条 为促进发展，制定本办法。\n第二章 扶持内容\n第二条 对下列企业给予奖励：\n（一）甲类企业；\n（二）乙类企业。\n第三条 资金按年拨付。"
    )
    assert outline(root) == [
        ("chapter", 1, [("article", 1)]),
        ("chapter", 2, [("article", 2, [("cn_paren", 1), ("cn_paren", 2)]), ("article", 3)]),
    ]


def test_numbers_under_chinese_numerals() -> None:
    root = tree("一、支持对象\n1．在本区登记的企业；\n2．信用良好的企业。\n二、支持标准\n（一）奖励10万元。\n（二）奖励20万元。")
    assert outline(root) == [("cn", 1, [("num", 1), ("num", 2)]), ("cn", 2, [("cn_paren", 1), ("cn_paren", 2)])]


def test_headings_tell_the_role() -> None:
    root = tree(
        "一、申报条件\n具有独立法人资格。\n二、奖励标准\n奖励10万元。\n三、申报流程\n网上填报。\n四、附则\n本办法自发布之日起施行。"
    )
    assert [c.role for c in root.children] == ["eligibility", "benefit", "procedure", "supplementary"]


def test_a_list_that_opens_on_the_line_of_its_article() -> None:
    root = tree(
        "第三条 （一）对新落户的企业给予落户奖励。\n1.增资1亿元的，奖励10万元；\n2.增资2亿元的，奖励20万元。\n（二）对租用办公用房的企业给予补贴。"
    )
    assert outline(root) == [("article", 3, [("cn_paren", 1, [("num", 1), ("num", 2)]), ("cn_paren", 2)])]


def test_a_page_copied_into_one_line_is_cut_at_every_style() -> None:
    root = tree(
        "一、支持对象。在本区登记的企业。二、支持方式（一）支持建平台。给予10万元补助。（二）支持办会展：1.国内的补助5万元。2.国外的补助8万元。"
    )
    assert outline(root) == [("cn", 1), ("cn", 2, [("cn_paren", 1), ("cn_paren", 2, [("num", 1), ("num", 2)])])]


@given(st.text(alphabet="第一二三条章（）()、.．1234①②附件申报条件奖励标准：。；\n 企业", max_size=200))
def test_any_numbering_gives_a_tree_that_covers_the_text(source: str) -> None:
    copy = clean(source)
    root = segment(copy.text)
    for clause in root.walk():
        assert 0 <= clause.start <= clause.end <= len(copy.text)
        assert all(clause.start <= child.start <= child.end <= clause.end for child in clause.children)
        assert all(0 <= a <= b <= len(copy.text) for a, b in clause.paragraphs)


def test_a_figure_may_follow_the_number_of_a_list_at_once() -> None:
    root = segment("一、标准\n1.产值500万元以上的，奖励5万元；\n2.1000万元以上的，奖励10万元；\n3.5亿元以上的，奖励50万元。")
    (standard,) = root.children
    assert [(c.style, c.ordinal) for c in standard.children] == [("num", 1), ("num", 2), ("num", 3)]


def test_a_figure_with_a_point_opens_no_list() -> None:
    root = segment("一、标准\n2.5万元以上的，奖励5万元；\n1.5倍以内的除外。")
    (standard,) = root.children
    assert not standard.children


def test_the_name_of_a_card_without_a_number_opens_it() -> None:
    root = segment(
        "惠企政策汇编\n研发补助\n支持对象：科技企业\n支持标准：补助5万元。\n上规奖励\n支持对象：工业企业\n支持标准：奖励10万元。"
    )
    assert [(c.style, c.heading, [f.heading for f in c.children]) for c in root.children] == [
        ("name", "研发补助", ["支持对象", "支持标准"]),
        ("name", "上规奖励", ["支持对象", "支持标准"]),
    ]


def test_one_line_over_one_field_is_no_card() -> None:
    root = segment("科技创新补助办法\n支持对象：科技企业\n支持标准：补助5万元。")
    assert [c.style for c in root.children] == ["label", "label"]


def test_lines_behind_a_numbered_line_that_ends_in_a_colon_are_its_own() -> None:
    root = segment(
        "第一条 条件\n(一)工业：\n年收入1亿元以上。\n(二)其他服务业：\n商务服务业：5000万元以上。\n文化业：2000万元以上。\n第二条 标准"
    )
    first = root.children[0]
    assert len(first.paragraphs) == 1
    assert [len(c.paragraphs) for c in first.children] == [2, 3]
