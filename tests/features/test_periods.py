"""Periods and durations mean what the contract's oracle says they mean."""

import importlib.util
from datetime import date
from types import ModuleType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from features.errors import PeriodError
from features.periods import keys_of, parse_duration, shift_back, shift_months
from tests.shared import SHARED, needs_shared

days = st.dates(min_value=date(1990, 1, 1), max_value=date(2060, 12, 31))
relative = st.builds(
    lambda unit, a, b: f"{unit}{min(a, b):+d}..{unit}{max(a, b):+d}".replace("+0", "0"),
    st.sampled_from("YM"),
    st.integers(-40, 3),
    st.integers(-40, 3),
)


def _oracle() -> ModuleType:
    spec = importlib.util.spec_from_file_location("oracle", SHARED / "contract" / "oracle.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@needs_shared
@given(relative, days)
def test_period_keys_equal_the_oracles(period: str, as_of: date) -> None:
    assert list(keys_of(period, as_of)) == _oracle().keys_of(period, as_of)


@needs_shared
@given(days, st.integers(0, 30), st.integers(0, 40), st.integers(0, 400))
def test_shifting_back_equals_the_oracles(day: date, years: int, months: int, extra: int) -> None:
    duration = f"P{years}Y{months}M{extra}D"
    assert shift_back(day, duration) == _oracle().shift(day, duration, -1)


def test_a_day_the_month_lacks_becomes_its_last_day() -> None:
    assert shift_back(date(2024, 2, 29), "P1Y") == date(2023, 2, 28)
    assert shift_months(date(2024, 3, 31), -1) == date(2024, 2, 29)


@pytest.mark.parametrize("period", ["Y", "2024-13", "2024..2023", "Y-1..M-1", "Y-1000..Y-1", "Y-9999", "上年度", ""])
def test_what_is_no_period_is_refused(period: str) -> None:
    with pytest.raises(PeriodError):
        keys_of(period, date(2025, 3, 31))


@pytest.mark.parametrize("duration", ["P", "1Y", "P1.5Y", "PT1H", "P-1Y", ""])
def test_what_is_no_duration_is_refused(duration: str) -> None:
    with pytest.raises(PeriodError):
        parse_duration(duration)


def test_a_period_from_a_fixed_year_on_that_has_not_begun_is_its_first_year() -> None:
    assert keys_of("2021..Y0", date(2023, 5, 1)) == ("2021", "2022", "2023")
    assert keys_of("2027..Y0", date(2026, 5, 1)) == ("2027",)
