import csv
import importlib.util
import tomllib
from datetime import date
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from features import regions, zones
from features.reference.divisions import Successor, divisions, former_divisions, history
from tests.shared import SHARED, needs_shared

CASES = tomllib.loads((Path(__file__).parents[1] / "cases" / "regions.toml").read_text("utf-8"))["case"]
DAY = date(2025, 1, 1)


@pytest.fixture(scope="module")
def oracle() -> ModuleType:
    spec = importlib.util.spec_from_file_location("oracle", SHARED / "contract" / "oracle.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_a_text_names_the_places_it_names(case: dict[str, object]) -> None:
    found = regions.find_regions(str(case["text"]), case.get("within"))  # type: ignore[arg-type]
    assert [{"text": m.text, "codes": list(m.codes)} for m in found] == case["mentions"]


@given(st.text(alphabet=st.sampled_from("广东省州市黄埔区朝阳高新开发经北京萝岗、，和在合作惠民县理"), max_size=40))
def test_mentions_are_in_order_apart_and_quote_the_text(text: str) -> None:
    end = 0
    for mention in regions.find_regions(text, "440100"):
        assert mention.start >= end
        assert text[mention.start : mention.end] == mention.text
        assert mention.places
        end = mention.end


def test_a_long_evil_text_takes_time_in_proportion_to_its_length() -> None:
    mentions = regions.find_regions("广州市黄埔区新区合作" * 5000, "440100")
    assert len(mentions) == 5000


@pytest.mark.parametrize(
    ("code", "day", "now"),
    [
        ("440116", DAY, ("440112",)),  # 萝岗 -> 黄埔, 2014
        ("440116", date(2010, 1, 1), ("440116",)),
        ("110103", DAY, ("110101",)),  # 崇文 -> 东城, 2010
        ("330184", DAY, ("330110",)),  # 余杭市 -> 余杭区
        ("440183", DAY, ("440112", "440118")),  # 增城市: a part had gone to 萝岗 in 2005
        ("440112", DAY, ("440112",)),
        ("512324", DAY, ("500230",)),  # 丰都县, through a code that was given out again later
        ("132230", DAY, ("130581",)),  # 南宫县 -> 南宫市, through a code that 邢台市 had before
        ("132100", DAY, ()),  # 邯郸地区: no successor of its own
        ("999999", DAY, ()),
    ],
)
def test_an_old_code_becomes_the_codes_of_the_day(code: str, day: date, now: tuple[str, ...]) -> None:
    assert regions.current_codes(code, day) == now


def test_every_old_code_ends_in_codes_that_are_in_force() -> None:
    for row in former_divisions():
        assert all(code in divisions() for code in regions.current_codes(row.code, date(2026, 1, 1)))


def test_every_division_has_a_parent_that_holds_it() -> None:
    for division in divisions().values():
        assert regions.under_region(division.code, division.parent)
        assert division.parent == regions.NATIONAL or division.parent in divisions()


@needs_shared
def test_the_table_is_the_one_that_was_checked() -> None:
    with (SHARED / "reference" / "divisions.csv").open(encoding="utf-8") as file:
        checked = {row["adcode"]: row["name"] for row in csv.DictReader(file)}
    assert {code: division.name for code, division in divisions().items()} == checked


@needs_shared
def test_old_codes_lead_where_the_checked_history_leads() -> None:
    with (SHARED / "reference" / "divisions_history.csv").open(encoding="utf-8") as file:
        rows = sorted(csv.DictReader(file), key=lambda row: (row["start_year"], row["end_year"]))
    last = {row["old_adcode"]: row["current_adcodes"] for row in rows}
    differing = []
    for code, current in last.items():
        now = regions.current_codes(code, date(2026, 1, 1))
        if code not in divisions() and set(now) != set(filter(None, current.split(";"))):
            differing.append(code)
    # Where a code was given out twice, ours follows the life that was handed on (垫江县 512322 -> 500231).
    reused = {row.code for row in former_divisions() if row.code in divisions()} | set(_given_out_twice())
    assert len(differing) <= 34
    assert all(any(heir.code in reused for heir in _heirs(code)) for code in differing)


def _given_out_twice() -> list[str]:
    return [code for code, lives in history().items() if len(lives) > 1]


def _heirs(code: str) -> list[Successor]:
    """Everything that a code ever led to, step by step."""
    found: dict[Successor, None] = {}
    waiting = [code]
    while waiting:
        for life in history().get(waiting.pop(), ()):
            fresh = [heir for heir in life.successors if heir not in found]
            found.update(dict.fromkeys(fresh))
            waiting.extend(heir.code for heir in fresh)
    return list(found)


@needs_shared
def test_under_region_means_what_the_contract_means(oracle: ModuleType) -> None:
    codes = ["440112", "440100", "440000", "110105", "000000", "500157"]
    for code in codes:
        for area in codes:
            assert regions.under_region(code, area) == oracle.under_region(code, area)


@pytest.mark.parametrize(
    ("issuer", "code"),
    [
        ("国务院办公厅", "000000"),
        ("财政部", "000000"),
        ("广州市黄埔区人民政府办公室", "440112"),
        ("国家税务总局广东省税务局", "440000"),
        ("大连高新技术产业园区管理委员会", "210211"),
        ("苏州工业园区管委会", "320500"),
        ("东莞市石龙镇人民政府", "441900"),
        ("政策研究室", None),
    ],
)
def test_an_issuer_governs_its_region(issuer: str, code: str | None) -> None:
    assert regions.region_of_issuer(issuer) == code


@pytest.mark.parametrize(
    ("words", "issuer", "code"),
    [
        ("我省", "440115", "440000"),
        ("我市", "440112", "440100"),
        ("本区", "440112", "440112"),
        ("我区", "440100", None),
        ("本市", "110105", "110000"),
        ("我县", "220524", "220524"),
        ("我市", "000000", None),
    ],
)
def test_our_city_is_the_issuers(words: str, issuer: str, code: str | None) -> None:
    assert regions.own_region(words, issuer) == code


def test_every_zone_has_hosts_in_force() -> None:
    assert len(zones.zones()) > 400
    for zone in zones.zones():
        assert zone.hosts
        assert all(host in divisions() for host in zone.hosts)


def test_zones_are_found_from_the_division_and_the_division_from_the_zone() -> None:
    assert any(zone.name == "广州经济技术开发区" for zone in zones.zones_in("440112"))
    assert zones.zones_of("广州开发区")[0].hosts == ("440112",)
    assert [mention.hosts for mention in zones.find_zones("广州开发区与苏州工业园区")] == [("440112",), ("320506", "320508")]


def test_names_of_codes_are_readable() -> None:
    assert regions.full_name("440112") == "广东省广州市黄埔区"
    assert regions.region_name("440116") == "萝岗区"
    assert regions.region_name("000000") == "全国"
