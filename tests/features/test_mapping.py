"""Source mappings are data: complete, checked when they are loaded, and enough for a city with other layouts."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from features.assemble import assemble, profiles
from features.catalogue import load_catalogue
from features.errors import FeatureError, SourceError
from features.sources.mapping import load_mappings, plain_heading
from tests.features.extracts import code, name, register_row

_OTHER_CITY = """
source = "registry"
legal_basis = "某市数据共享协议"
purposes = ["eligibility"]

[[mapping]]
id = "registry.people"
title = "企业名册"
files = ["名册*"]
owner = "某市市场监管局"
role = "register"
columns = [
  {heading = "信用代码", as = "uscc"},
  {heading = "名称", as = "name", required = true},
  {heading = "注册资金"},
]
facts = [{id = "registered_capital", column = "注册资金", unit = "亿元"}]
"""


def _write(folder: Path, text: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "registry.toml").write_text(text, "utf-8")
    return folder


def test_every_shipped_mapping_names_its_owner_legal_basis_and_purposes() -> None:
    for mapping in load_mappings():
        assert mapping.owner
        assert mapping.legal_basis
        assert "eligibility" in mapping.purposes


def test_the_shipped_mappings_cover_what_departments_can_give() -> None:
    given = {rule.fact for mapping in load_mappings() for rule in mapping.facts}
    micro_data = {
        "output_value",
        "output_value_growth",
        "value_added_growth",
        "retail_sales",
        "retail_sales_growth",
        "fixed_asset_investment",
    }
    derived = {
        "settled_on",
        "enterprise_size",
        "revenue_growth",
        "tax_paid_growth",
        "local_contribution_growth",
        "rd_expense_growth",
        "rd_ratio",
        "trade_growth",
    }
    assert {definition.id for definition in load_catalogue()} - given == micro_data | derived | {"declared"}


def test_a_new_citys_layout_needs_no_code(tmp_path: Path) -> None:
    mappings = load_mappings(_write(tmp_path / "maps", _OTHER_CITY))
    target = tmp_path / "in" / "registry" / "名册2026.csv"
    target.parent.mkdir(parents=True)
    target.write_text(f"名称,信用代码,注册资金(万元)\n{name(1)},{code(1)},250\n", "utf-8")
    with assemble(tmp_path / "in", date(2026, 11, 20), mappings=mappings) as assembly:
        (profile,) = profiles(assembly)
    assert profile.facts["registered_capital"] == Decimal(2_500_000)  # the unit in the heading overrides the mapping's
    assert register_row(1)["ENTNAME"] == profile.name


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('unit = "亿元"', 'unit = "人"', "不能换算"),
        ('column = "注册资金", unit', 'column = "资金", unit', "未声明的列"),
        ('legal_basis = "某市数据共享协议"', "", "法律依据"),
        ('id = "registered_capital"', 'id = "capital"', "不在指标目录"),
        ('{heading = "信用代码", as = "uscc"},', "", "统一社会信用代码列"),
        ('as = "name"', 'as = "nam"', "不在可选范围"),
    ],
)
def test_a_mapping_that_cannot_work_is_refused_when_it_is_loaded(tmp_path: Path, old: str, new: str, words: str) -> None:
    assert old in _OTHER_CITY
    with pytest.raises(FeatureError, match=words):
        load_mappings(_write(tmp_path, _OTHER_CITY.replace(old, new)))


def test_a_folder_without_mappings_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="没有数据来源映射"):
        load_mappings(tmp_path)


def test_headings_are_compared_without_blanks_width_or_unit() -> None:
    assert plain_heading("\ufeff 营业收入 （万元）") == ("营业收入", "万元")
    assert plain_heading("分支机构(门店)数") == ("分支机构(门店)数", "")
