import importlib.util
import tomllib
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from features import qualifications
from tests.shared import SHARED, needs_shared

CASES = tomllib.loads((Path(__file__).parents[1] / "cases" / "qualifications.toml").read_text("utf-8"))["case"]
CODES = st.sampled_from(
    ["key_laboratory", "key_laboratory.national", "key", "top_500.private", "other:研发中心.national", "other:研发中心"]
)


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_a_text_names_the_titles_it_names(case: dict[str, object]) -> None:
    found = qualifications.find_qualifications(str(case["text"]), case.get("within"))  # type: ignore[arg-type]
    assert [{"text": m.text, "codes": list(m.codes)} for m in found] == case["mentions"]


@given(st.text(alphabet=st.sampled_from("国家省市区级以上、和高新技术企业中心(（）“”小巨人专精特 首台套"), max_size=40))
def test_mentions_are_in_order_apart_and_quote_the_text(text: str) -> None:
    end = 0
    for mention in qualifications.find_qualifications(text, "440100"):
        assert mention.start >= end
        assert text[mention.start : mention.end] == mention.text
        assert all(qualifications.is_known(code) for code in mention.codes)
        end = mention.end


@needs_shared
@given(wanted=CODES, code=CODES)
def test_covering_means_what_the_contract_means(wanted: str, code: str) -> None:
    spec = importlib.util.spec_from_file_location("oracle", SHARED / "contract" / "oracle.py")
    assert spec is not None
    assert spec.loader is not None
    oracle = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(oracle)
    assert qualifications.covers(wanted, code) == oracle.covers(wanted, code)


@needs_shared
def test_the_table_agrees_with_the_contract() -> None:
    yaml = pytest.importorskip("yaml")
    contract = yaml.safe_load((SHARED / "contract" / "qualifications.yaml").read_text("utf-8"))["codes"]
    table = qualifications.qualifications()
    assert [row["id"] for row in contract] == list(table)
    for row in contract:
        entry = table[row["id"]]
        assert entry.zh == row["zh"]
        assert entry.levels == tuple(row.get("levels", ()))
        assert tuple(entry.kinds) == tuple(row.get("kinds", ()))
        assert entry.valid_years == row.get("valid_years")
        assert set(row.get("aliases", ())) <= set(entry.names)


def test_every_name_of_the_table_leads_to_its_code() -> None:
    for entry in qualifications.qualifications().values():
        for name in entry.names:
            found = qualifications.code_of(name)
            assert found is not None, name
            assert found.partition(".")[0] == entry.id, name


def test_a_title_lapses_after_its_years() -> None:
    assert qualifications.expires_on("high_tech_enterprise", date(2021, 12, 20)) == date(2024, 12, 20)
    assert qualifications.expires_on("gazelle", date(2021, 12, 20)) is None


def test_a_near_name_is_no_exact_match() -> None:
    assert qualifications.code_of("高新技术企业") == "high_tech_enterprise"
    assert qualifications.code_of("高新技术企业(复审)") is None


def test_codes_have_words() -> None:
    assert qualifications.qualification_name("enterprise_technology_center.provincial") == "企业技术中心(省级)"
    assert qualifications.qualification_name("other:中试基地.national") == "中试基地(国家级)"
    assert qualifications.qualification_name("top_500.world") == "世界500强"


def test_a_long_evil_text_takes_time_in_proportion_to_its_length() -> None:
    assert qualifications.find_qualifications("国家级、省级、市级及以上" * 10000) == ()
