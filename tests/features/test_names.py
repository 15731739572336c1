import pytest
from hypothesis import given
from hypothesis import strategies as st

from features.identity.names import former_name, is_branch, loose_key, normalise, parts


@pytest.mark.parametrize(
    "written",
    [
        "广州海川（集团）有限责任公司",
        "广州海川(集团)有限公司",
        " 广州 海川（集团）　有限责任公司 ",
        "广州海川〔集团〕有限公司",
        "广州海川(集团)有限公司（存续）",
        "“广州海川（集团）有限公司”",
        "广州海川（集团）有限公司（原广州旧川有限公司）",
    ],
)
def test_one_enterprise_has_one_spelling(written: str) -> None:
    assert normalise(written) == "广州海川(集团)有限公司"


@pytest.mark.parametrize("cell", ["", " ", "无", "合计", "/", "测试", "NULL"])
def test_a_placeholder_is_no_name(cell: str) -> None:
    assert normalise(cell) == ""


def test_different_forms_stay_different() -> None:
    assert normalise("海川股份有限公司") != normalise("海川有限公司")


def test_a_former_name_in_brackets_is_read() -> None:
    assert former_name("甲乙科技有限公司（原：丙丁商贸有限责任公司）") == "丙丁商贸有限公司"
    assert former_name("甲乙科技有限公司（曾用名：丙丁商贸有限公司）") == "丙丁商贸有限公司"
    assert former_name("甲乙科技（广州）有限公司") == ""


@pytest.mark.parametrize(
    ("name", "branch"),
    [
        ("广州海川科技有限公司天河分公司", True),
        ("中国石化销售股份有限公司广东广州石油分公司", True),
        ("招商银行股份有限公司广州分行", True),
        ("海川餐饮有限公司第三分店", True),
        ("广州海川科技有限公司", False),
        ("海川供销合作社第二综合门市部", False),
        ("广州分公司", True),
    ],
)
def test_a_branch_shows_in_its_name(name: str, branch: bool) -> None:
    assert is_branch(normalise(name)) == branch


def test_a_name_comes_apart_into_place_core_and_form() -> None:
    assert parts("广州市海川科技有限公司") == parts("海川科技(广州)有限公司") == parts("广州海川科技有限公司")
    assert parts("广州市海川科技有限公司").core == "海川科技"
    assert parts("广州新会贸易有限公司").core == "新会贸易"  # 新会 does not lie in 广州
    assert parts("中国石化股份有限公司广州分公司").parent == "中国石化股份有限公司"
    assert loose_key("广州海川(集团)有限公司") == "海川集团"


@given(st.text(max_size=60))
def test_normalising_twice_changes_nothing_and_parts_never_fail(name: str) -> None:
    once = normalise(name)
    assert normalise(once) == once
    taken = parts(once)
    assert isinstance(taken.core, str)
    assert is_branch(once) in (True, False)
