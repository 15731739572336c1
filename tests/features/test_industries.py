import importlib.util
from collections import Counter
from types import ModuleType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from features import industries
from tests.shared import SHARED, needs_shared


@pytest.fixture(scope="module")
def oracle() -> ModuleType:
    spec = importlib.util.spec_from_file_location("oracle", SHARED / "contract" / "oracle.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_edition_has_its_official_counts() -> None:
    counts = Counter(industry.level for industry in industries.industries().values())
    assert (counts[1], counts[2], counts[3]) == (20, 97, 473)
    assert counts[4] in (1381, 1382)  # 1382 after amendment No. 1; one subclass is not in any public copy


def test_every_class_lies_in_its_parent() -> None:
    for industry in industries.industries().values():
        assert industry.parent is None or industries.under_industry(industry.code, industry.parent)
        assert industries.section_of(industry.code) == industry.section


@needs_shared
@given(
    code=st.sampled_from(["3963", "C3963", "39", "C", "5211", "7263", "0111", "97", "A", "S9610"]),
    parent=st.sampled_from(["C", "39", "3963", "52", "5", "A", "S", "T", "72", "c"]),
)
def test_under_industry_means_what_the_contract_means(oracle: ModuleType, code: str, parent: str) -> None:
    assert industries.under_industry(code, parent) == oracle.under_industry(code, parent)


@pytest.mark.parametrize("code", ["", "X", "9", "x1", "abc", "９９"])
def test_what_is_no_class_lies_nowhere(code: str) -> None:
    assert not industries.under_industry(code, "C")
    assert industries.section_of(code) is None or code == "abc"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("规模以上工业企业和限额以上批发业", [(("B", "C", "D"), False), (("51",), False)]),
        ("制造业、建筑业、住宿餐饮企业", [(("C",), False), (("E",), False), (("H",), False)]),
        ("先进制造业企业", [(("C",), True)]),
        ("工业互联网平台", []),
        ("软件和信息技术服务业", [(("65",), False)]),
    ],
)
def test_classes_named_in_a_text(text: str, found: list[tuple[tuple[str, ...], bool]]) -> None:
    assert [(mention.codes, mention.modified) for mention in industries.find_industries(text)] == found


def test_a_scope_suggests_themes_and_making_counts_before_selling() -> None:
    themes = industries.themes("人工智能应用软件开发；大数据服务；医疗器械批发")
    assert themes[0].theme == "软件"
    assert themes[-1].theme == "医疗器械"
    assert industries.themes("") == ()


@given(st.text(max_size=200))
def test_any_scope_gives_themes_of_the_table(scope: str) -> None:
    assert {proposal.theme for proposal in industries.themes(scope)} <= set(industries.theme_words())
