import csv
from datetime import date
from decimal import Decimal
from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from features.derive import derive
from features.facts import Interval
from features.industries import industries, under_industry
from features.size import CLASSES, INDICATORS, SizeGroup, classify, classify_columns, groups_of, possible, size_groups
from tests.shared import SHARED, needs_shared

FAR = Decimal(10) ** 12
GROUP_CODES = [(group, code) for group in size_groups() for code in group.codes]


def _some_class(code: str) -> str:
    return next(one.code for one in industries().values() if one.level == 4 and under_industry(one.code, code))


@pytest.mark.parametrize(("group", "code"), GROUP_CODES, ids=[f"{group.name}-{code}" for group, code in GROUP_CODES])
def test_every_bound_of_every_group_is_where_the_regulation_puts_it(group: SizeGroup, code: str) -> None:
    industry = _some_class(code)
    for name, bounds in group.indicators.items():
        others = {other: FAR for other in group.indicators if other != name}
        for value, size in (
            (bounds.large, "large"),
            (bounds.large - 1, "medium"),
            (bounds.medium, "medium"),
            (bounds.medium - 1, "small"),
            (bounds.small, "small"),
            (bounds.small - 1, "micro"),
            (Decimal(0), "micro"),
        ):
            assert classify(industry, **{**others, name: value}) == size, (name, value)


@needs_shared
def test_the_bounds_are_those_that_were_checked_against_the_regulation() -> None:
    with (SHARED / "reference" / "sme_size_standard.csv").open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["standard"] == "NBS-2017-213"]
    fact = {"从业人员": "employees", "营业收入": "revenue", "资产总额": "total_assets"}
    ours = {
        (group.name, name): (bounds.large, bounds.medium, bounds.small)
        for group in size_groups()
        for name, bounds in group.indicators.items()
    }
    checked = {}
    for row in rows:
        scale = 10000 if row["unit"] == "万元" else 1
        checked[row["industry_group"], fact[row["indicator"]]] = tuple(
            Decimal(row[column]) * scale for column in ("large_min", "medium_min", "small_min")
        )
    assert ours == checked


@pytest.mark.parametrize(
    "industry",
    ["6620", "J", "66", "8310", "P", "8411", "84", "9111", "S", "97", "5310", "53", "704", "G", "K", "", None, "0000", "zz"],
)
def test_what_the_regulation_leaves_out_or_a_code_too_coarse_has_no_class(industry: str | None) -> None:
    assert classify(industry, employees=Decimal(5), revenue=Decimal(5), total_assets=Decimal(5)) is None
    assert possible(industry, employees=Decimal(5), revenue=Decimal(5), total_assets=Decimal(5)) == ()


def test_a_coarse_code_is_enough_where_all_its_parts_agree() -> None:
    assert classify("C", employees=Decimal(10), revenue=Decimal(1)) == "micro"
    assert classify("F", employees=Decimal(4), revenue=Decimal(1)) == "micro"  # below small in wholesale and in retail
    assert classify("F", employees=Decimal(30), revenue=Decimal(100_000_000)) is None  # medium in wholesale, small in retail


def test_the_lowest_indicator_decides() -> None:
    assert classify("3963", employees=Decimal(1000), revenue=Decimal(19_999_999)) == "small"
    assert classify("3963", employees=Decimal(19), revenue=FAR) == "micro"


def test_one_known_figure_settles_only_what_it_settles() -> None:
    assert classify("3963", employees=Decimal(19)) == "micro"
    assert classify("3963", employees=Decimal(300)) is None
    assert possible("3963", employees=Decimal(300)) == ("micro", "small", "medium")


def test_an_interval_settles_the_class_only_within_one_band() -> None:
    assert classify("3963", employees=Interval(Decimal(20), Decimal(299)), revenue=Decimal(3_000_000)) == "small"
    assert classify("3963", employees=Interval(Decimal(10), Decimal(20)), revenue=FAR) is None
    assert classify("3963", employees=Interval(Decimal(10), Decimal(19)), revenue=FAR) == "micro"


def test_every_subclass_stands_in_at_most_one_group() -> None:
    for industry in industries().values():
        if industry.level == 4:
            standing = [group for group in size_groups() if any(under_industry(industry.code, code) for code in group.codes)]
            assert len(standing) <= 1
            assert groups_of(industry.code) == (tuple(standing) or (None,))


figure = st.one_of(
    st.none(),
    st.sampled_from([0, 5, 19, 20, 99, 100, 299, 300, 1000, 499_999, 500_000, 20_000_000, 400_000_000]).map(Decimal),
    st.tuples(st.integers(0, 1500), st.integers(0, 10**9)).map(lambda pair: Interval(Decimal(min(pair)), Decimal(max(pair)))),
)
industry_code = st.sampled_from(
    [None, "3963", "C", "51", "52", "F", "61", "65", "7010", "7020", "70", "72", "6620", "0111", "E", "59", "bad"]
)


year_figures = st.tuples(figure, figure, figure)


@given(st.lists(st.tuples(industry_code, year_figures, year_figures), max_size=20))
def test_columns_give_what_deriving_one_by_one_gives(rows: list[tuple[str | None, tuple[object, ...], tuple[object, ...]]]) -> None:
    codes = sorted({row[0] for row in rows if row[0] is not None})
    at = np.array([codes.index(row[0]) if row[0] is not None else -1 for row in rows], dtype=np.int64)
    found = classify_columns(codes, at, [_ranges([row[1] for row in rows]), _ranges([row[2] for row in rows])])
    for (code, last, earlier), got in zip(rows, found, strict=True):
        facts: dict[str, object] = {} if code is None else {"industry": code}
        for place, name in enumerate(INDICATORS):
            facts[name] = {
                year: figures[place] for year, figures in (("2024", last), ("2023", earlier)) if figures[place] is not None
            }
        expected = derive(facts, uscc="", as_of=date(2025, 6, 1)).facts.get("enterprise_size")  # type: ignore[arg-type]
        assert (CLASSES[got] if got >= 0 else None) == expected


def _ranges(rows: list[tuple[object, ...]]) -> dict[str, tuple[Any, Any]]:
    found = {}
    for place, name in enumerate(INDICATORS):
        bounds = [_ends(row[place]) for row in rows]
        found[name] = (np.array([low for low, _ in bounds], dtype=float), np.array([high for _, high in bounds], dtype=float))
    return found


def _ends(value: object) -> tuple[float, float]:
    if value is None:
        return float("nan"), float("nan")
    if isinstance(value, Interval):
        return float(value.low), float(value.high)
    assert isinstance(value, Decimal)
    return float(value), float(value)


@given(industry_code, figure, figure, figure)
def test_learning_a_figure_never_leaves_the_open_classes(
    code: str | None, employees: object, revenue: object, assets: object
) -> None:
    figures = (employees, revenue, assets)
    full = set(possible(code, employees=employees, revenue=revenue, total_assets=assets))  # type: ignore[arg-type]
    for mask in product((True, False), repeat=3):
        less = [value if keep else None for value, keep in zip(figures, mask, strict=True)]
        fewer = set(possible(code, employees=less[0], revenue=less[1], total_assets=less[2]))  # type: ignore[arg-type]
        assert full <= fewer
