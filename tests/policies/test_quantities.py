"""Numbers with their units and bounds: phrases, the complement of every negated operator, and rendering read back."""

from __future__ import annotations

import tomllib
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policies.cleaning import clean
from policies.numerals import number
from policies.quantities import quantities

CASES = tomllib.loads((Path(__file__).parents[1] / "cases" / "quantities.toml").read_text("utf-8"))["case"]
COMPLEMENT = {"ge": "lt", "lt": "ge", "gt": "le", "le": "gt"}
NEGATED = (
    ("低于", "不低于"),
    ("少于", "不少于"),
    ("小于", "不小于"),
    ("超过", "不超过"),
    ("高于", "不高于"),
    ("大于", "不大于"),
    ("多于", "不多于"),
)
BEFORE = {
    "ge": ("不低于", "不少于", "达到", "至少"),
    "le": ("不超过", "不高于", "最多"),
    "lt": ("低于", "不足"),
    "gt": ("超过", "高于", "大于"),
}
AFTER = {
    "ge": ("以上", "（含）以上", "及以上"),
    "le": ("以下", "以内", "（含）以下"),
    "gt": ("（不含）以上",),
    "lt": ("（不含）以下",),
}
UNITS = {
    "元": ("CNY", 1),
    "万元": ("CNY", 10_000),
    "亿元": ("CNY", 100_000_000),
    "%": ("ratio", Decimal("0.01")),
    "人": ("人", 1),
    "平方米": ("平方米", 1),
}


@pytest.mark.parametrize("case", CASES, ids=lambda c: c.get("name") or c["text"])
def test_phrase(case: dict[str, Any]) -> None:
    read = quantities(clean(case["text"]).text)
    assert [(q.value, q.unit, q.op) for q in read] == [(Decimal(f["value"]), f["unit"], f.get("op")) for f in case["found"]]
    assert [q.currency for q in read] == [f.get("currency", "CNY") for f in case["found"]]


@pytest.mark.parametrize(("plain", "negated"), NEGATED)
def test_a_negated_operator_is_the_complement(plain: str, negated: str) -> None:
    (one,), (other,) = quantities(f"收入{plain}100万元"), quantities(f"收入{negated}100万元")
    assert one.op is not None
    assert other.op == COMPLEMENT[one.op]


@st.composite
def bounds(draw: st.DrawFn) -> tuple[str, str, str, str]:
    op = draw(st.sampled_from(sorted(BEFORE)))
    value = str(draw(st.integers(min_value=1, max_value=9_999)))
    unit = draw(st.sampled_from(sorted(UNITS)))
    if draw(st.booleans()):
        return op, value, unit, f"要求{draw(st.sampled_from(BEFORE[op]))}{value}{unit}的企业"
    return op, value, unit, f"要求{value}{unit}{draw(st.sampled_from(AFTER[op]))}的企业"


@given(bounds())
def test_a_rendered_bound_reads_back(bound: tuple[str, str, str, str]) -> None:
    op, value, unit, words = bound
    text = clean(words).text
    (read,) = quantities(text)
    name, factor = UNITS[unit]
    assert (read.op, read.unit, read.value) == (op, name, Decimal(value) * Decimal(str(factor)))
    assert text[read.start : read.end] == f"{value}{unit}"


@given(st.integers(min_value=1, max_value=9_999))
def test_chinese_numerals_read_back(value: int) -> None:
    assert number(_chinese(value)) == value


def _chinese(value: int) -> str:
    digits, result, gap = "零一二三四五六七八九", "", False
    for scale, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, value = divmod(value, scale)
        if digit:
            result += ("零" if gap else "") + digits[digit] + name
            gap = False
        elif result:
            gap = True
    return result


@given(st.text(max_size=60))
def test_any_text_gives_valid_spans(text: str) -> None:
    for q in quantities(text):
        assert 0 <= q.op_start <= q.start < q.end <= q.op_end <= len(text)
