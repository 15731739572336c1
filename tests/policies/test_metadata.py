from __future__ import annotations

import json
import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policies.metadata import Description, describe
from policies.reading import read_policy
from policies.validity import first_day, last_day, read_date, read_validity
from tests.policies.gold_split import GOLD_IDS, TUNING
from tests.shared import SHARED, needs_shared

CASES = tomllib.loads((Path(__file__).parents[1] / "cases" / "metadata.toml").read_text("utf-8"))["case"]
FIELDS = ("doc_number", "issued_on", "effective_from", "effective_to", "region", "kind")
MENU = "海丰某某科技有限公司\n" + "".join(f"{name}\n" for name in ("首页", "关于我们", "服务中心", "媒体中心", "加入我们") * 8)


def described(text: str, name: str = "a.txt") -> Description:
    return describe(read_policy(text.encode(), name=name))


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_a_document_is_read_as_the_officer_wrote_it_down(case: dict[str, Any]) -> None:
    text = case["text"].strip("\n").replace("PADDING", "第二条 其他事项按照有关规定办理。" * 80).replace("REPOST\n", MENU)
    found = described(text)
    plain = found.metadata.to_json("x") | {"bears_items": found.metadata.bears_items}
    for field in (*FIELDS, "title", "issuer", "bears_items"):
        if field in case:
            expected = None if case[field] == "none" else case[field]
            got = plain[field]
            if isinstance(expected, str) and isinstance(got, str):
                expected, got = expected.replace(" ", ""), got.replace(" ", "")
            assert got == expected, field
    assert set(case.get("diagnostics", ())) <= {note.code for note in found.diagnostics}


def test_a_file_name_that_reads_as_a_title_is_the_title_of_last_resort() -> None:
    assert described("第一条 给予奖励。", name="海丰县企业奖励办法.docx").metadata.kind == "rules"
    assert described("第一条 给予奖励。", name="123.docx").metadata.title is None


def share(ids: tuple[str, ...]) -> float:
    """The share of gold fields that are read right, as the contract's scorer counts them."""
    right = total = 0
    for document_id in ids:
        gold = json.loads((SHARED / "gold" / f"{document_id}.json").read_text("utf-8"))["document"]
        text = read_policy((SHARED / "corpus" / "policies" / f"{document_id}.txt").read_bytes(), name=f"{document_id}.txt")
        plain = describe(text).metadata.to_json(document_id)
        for field in FIELDS:
            total += 1
            right += "".join(str(gold.get(field) or "").split()) == "".join(str(plain[field] or "").split())
    return right / total


@needs_shared
def test_the_metadata_of_the_gold_are_read() -> None:
    assert share(TUNING) >= 0.98
    assert share(GOLD_IDS) >= 0.94


@pytest.mark.parametrize(
    ("words", "first", "last"),
    [
        ("2022年6月", "2022-06-01", "2022-06-30"),
        ("2025年", "2025-01-01", "2025-12-31"),
        ("二〇二四年二月", "2024-02-01", "2024-02-29"),
        ("2021-12-23", "2021-12-23", "2021-12-23"),
        ("2023年2月31日", None, None),
        ("2023年13月", None, None),
        ("没有日期", None, None),
    ],
)
def test_a_date_without_a_day_means_its_first_or_its_last(words: str, first: str | None, last: str | None) -> None:
    assert first_day(words) == (date.fromisoformat(first) if first else None)
    assert last_day(words) == (date.fromisoformat(last) if last else None)


@pytest.mark.parametrize(
    ("words", "begin", "until"),
    [
        ("本办法自2016年1月1日起实施。", "2016-01-01", None),
        ("本办法自2021年5月1日施行。", "2021-05-01", None),
        ("第九条本措施从印发之日起执行，有效期五年。", "2020-03-15", "2025-03-14"),
        ("本政策自2019年1月1日至2021年12月31日有效。", "2019-01-01", "2021-12-31"),
        ("执行期自2021年1月1日至2023年12月31日。", "2021-01-01", "2023-12-31"),
        ("政策有效期：2022年1月1日-2024年12月31日。", "2022-01-01", "2024-12-31"),
        ("此政策执行时间为2022年1月1日至2024年12月31日。", "2022-01-01", "2024-12-31"),
        ("本规定自公布之日起施行，至2025年12月31日废止。", "2020-03-15", "2025-12-31"),
        ("本细则有效期自2022年9月1日起，至2027年8月31日止。", "2022-09-01", "2027-08-31"),
        ("有效期3年，自2022年1月1日起施行。", "2022-01-01", "2024-12-31"),
        ("本意见自2014年起施行。", "2014-01-01", None),
        ("本办法自发布之日起满30日后施行，有效期2年。", "2020-04-14", "2022-04-13"),
        ("本通知自下发之日起执行，执行至2021年6月。", "2020-03-15", "2021-06-30"),
        ("本办法自印发之日起施行，暂定三年。", "2020-03-15", "2023-03-14"),
        ("本操作规程自2023年7月1日起施行，有效期5年。", "2023-07-01", "2028-06-30"),
        ("本办法自2022年1月1日起施行。有效期三年。", "2022-01-01", "2024-12-31"),
        ("第九条 本办法有效期为三年。第十条 本办法自2022年1月1日起施行。", "2022-01-01", "2024-12-31"),
        ("本办法有效期为2年（2023年1月1日-2024年12月31日）。", "2023-01-01", "2024-12-31"),
        ("本措施执行期限自2021年1月1日至12月31日。", "2021-01-01", "2021-12-31"),
        ("政策有效期为2023-2025年。", "2023-01-01", "2025-12-31"),
        ("有效期限为自发布之日起3年。", "2020-03-15", "2023-03-14"),
        ("本办法自2023年1月1日起施行，2025年12月31日止。", "2023-01-01", "2025-12-31"),
        ("本政策自印发之日起施行，有效期一年半。", "2020-03-15", "2021-09-14"),
        ("以上政策自2023年度起实施。", "2023-01-01", None),
        ("本措施自2023年1月1日起施行，享受补贴的期限3年。", "2023-01-01", None),
        ("原《海丰县办法》（有效期至2019年12月31日）同时废止。", None, None),
        ("企业自2020年1月1日起纳入统计的，给予奖励。", None, None),
        ("补贴期限为3年，自认定之日起计算。", None, None),
        ("自2017年1月1日起，对新引进企业实施一次性奖励。", None, None),
        ("本办法实施后，自2018年1月1日起新设立的企业适用前款。", None, None),
        ("本办法所称项目，是指2016年1月1日至2018年12月31日期间实施的项目。", None, None),
        ("2019年1月1日起纳入本办法执行范围的企业，按新标准奖励。", None, None),
    ],
)  # fmt: skip
def test_closing_provisions_in_their_many_wordings(words: str, begin: str | None, until: str | None) -> None:
    validity = read_validity(words, date(2020, 3, 15))
    assert validity.effective_from == (date.fromisoformat(begin) if begin else None)
    assert validity.effective_to == (date.fromisoformat(until) if until else None)


@given(st.dates(date(1980, 1, 1), date(2099, 12, 31)), st.integers(1, 30))
def test_years_of_validity_end_on_the_eve_of_the_anniversary(begin: date, years: int) -> None:
    words = f"本办法自{begin.year}年{begin.month}月{begin.day}日起施行，有效期{years}年。"
    validity = read_validity(words, None)
    assert validity.effective_from == begin
    until = validity.effective_to
    assert until is not None
    assert 364 * years < (until - begin).days + 1 <= 366 * years


@given(st.text(alphabet=st.sampled_from("自至起止年月日0123456789有效期施行本办法,。十二〇"), max_size=80))
@settings(max_examples=300)
def test_any_words_about_dates_are_read_without_trouble(words: str) -> None:
    read_validity(words, date(2024, 2, 29))
    read_date(words)


@given(st.text(alphabet=st.sampled_from("关于印发办法通知海丰县人民政府〔2023〕1号年月日第一条发文字号:/《》\n 　"), max_size=200))
@settings(max_examples=200, deadline=None)
def test_any_head_of_a_document_is_described_without_trouble(text: str) -> None:
    if text.strip():
        metadata = described(text).metadata
        assert metadata.to_json("x")["id"] == "x"
