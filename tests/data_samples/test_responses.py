"""The synthetic responses: reproducible, in order, and moved by what the behaviour model says moves them."""

import csv
import random
from datetime import date
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from data_samples.extracts import City
from data_samples.profiles import true_profiles
from data_samples.responses import EnterpriseRow, MatchRow, ResponseRow, enterprise_rows, simulate_responses, write_responses

AS_OF = date(2026, 11, 20)
ENTERPRISES = [EnterpriseRow(f"E{n}", ("micro", "small", "medium")[n % 3], "6513", "440112", n % 4) for n in range(400)]


def _matches(*, low: float, delivery: str = "application", document: str = "d", region: str = "440112") -> list[MatchRow]:
    return [MatchRow(row.uscc, document, 0, low, low, delivery, "award", region) for row in ENTERPRISES]


def _applied(rows: list[ResponseRow]) -> int:
    return sum(row.applied_on is not None for row in rows)


@given(seed=st.integers(0, 10_000), shuffle=st.integers(0, 10_000))
def test_the_order_of_the_matches_does_not_matter(seed: int, shuffle: int) -> None:
    matches = _matches(low=50_000)[:40] + _matches(low=900_000, document="e", delivery="review")[:40]
    mixed = matches.copy()
    random.Random(shuffle).shuffle(mixed)
    assert simulate_responses(matches, ENTERPRISES, seed=seed) == simulate_responses(mixed, ENTERPRISES, seed=seed)


@given(seed=st.integers(0, 10_000))
def test_nobody_applies_unseen_and_days_run_forward(seed: int) -> None:
    rows = simulate_responses(_matches(low=200_000)[:60], ENTERPRISES, seed=seed, as_of=AS_OF)
    assert [row.pushed_on for row in rows] == sorted(row.pushed_on for row in rows)
    for row in rows:
        days = [day for day in (row.pushed_on, row.viewed_on, row.applied_on, row.awarded_on) if day is not None]
        assert days == sorted(days)
        assert days[-1] <= AS_OF
        assert row.viewed_on is not None or row.applied_on is None
        assert row.applied_on is not None or row.awarded_on is None


def test_more_money_less_effort_and_nearness_bring_more_applications() -> None:
    usual = _applied(simulate_responses(_matches(low=100_000), ENTERPRISES, seed=1))
    assert _applied(simulate_responses(_matches(low=2_000_000), ENTERPRISES, seed=1)) > usual * 1.2
    assert _applied(simulate_responses(_matches(low=100_000, delivery="no_application"), ENTERPRISES, seed=1)) > usual * 1.2
    assert _applied(simulate_responses(_matches(low=100_000, region="440500"), ENTERPRISES, seed=1)) < usual
    assert 0 < usual < len(ENTERPRISES)


def test_an_enterprise_of_which_nothing_is_known_still_answers() -> None:
    rows = simulate_responses([MatchRow("X", "d", 0, 0.0, None, "unspecified", "other")], [], seed=3)
    assert [(row.uscc, row.document, row.item) for row in rows] == [("X", "d", 0)]


def test_rows_come_from_profiles_and_go_to_a_file_marked_synthetic(city: City, tmp_path: Path) -> None:
    enterprises = enterprise_rows(true_profiles(city)[:300])
    assert {row.size for row in enterprises} >= {"micro", "small"}
    matches = [MatchRow(row.uscc, "d", 0, 50_000.0, 50_000.0, "application", "award", "440112") for row in enterprises]
    rows = simulate_responses(matches, enterprises, seed=7)
    write_responses(rows, tmp_path / "responses.csv")
    with (tmp_path / "responses.csv").open(encoding="utf-8", newline="") as file:
        lines = list(csv.DictReader(file))
    assert len(lines) == len(enterprises)
    assert {line["synthetic"] for line in lines} == {"true"}
