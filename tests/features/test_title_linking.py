from __future__ import annotations

import tomllib
from pathlib import Path

from features.title_linking import link

CASES = tomllib.loads((Path(__file__).parents[1] / "cases" / "title_links.toml").read_text("utf-8"))


def measured(links: dict[str, list[str]], strangers: dict[str, list[str]]) -> tuple[float, float]:
    """Precision and recall of links over names that have a code and names that have none."""
    given = [(code, link(name)) for code, names in links.items() for name in names]
    right = sum(code == found for code, found in given)
    wrong = sum(found not in (None, code) for code, found in given)
    strange = sum(link(name) is not None for names in strangers.values() for name in names)
    return right / (right + wrong + strange), right / len(given)


def test_names_link_to_their_code_and_strangers_to_none() -> None:
    precision, recall = measured(CASES["links"], CASES["strangers"])
    assert precision == 1.0
    assert recall >= 0.98


def test_names_that_the_threshold_was_not_chosen_on() -> None:
    precision, recall = measured(CASES["later"]["links"], CASES["later"]["strangers"])
    assert precision == 1.0
    assert recall >= 0.93


def test_the_city_of_a_municipality_is_its_province() -> None:
    assert link("市级专精特新中小企业称号", "110000") == "srdi_sme"
    assert link("市级专精特新中小企业称号", "440100") is None
    assert link("市级企业技术中心认定", "310000") == "enterprise_technology_center.provincial"


def test_an_empty_or_an_evil_name_links_to_nothing() -> None:
    assert link("") is None
    assert link("企业" * 5000) is None
