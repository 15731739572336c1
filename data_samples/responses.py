"""Openly synthetic responses to pushes: who looked, who applied, who was awarded, from a seeded behaviour model. No real enterprise acted.

The model, on the logit scale: an enterprise looks at a push more often the larger the benefit is against its size and the nearer the
issuer; it applies more often for more money, less effort, its own sector, experience with applying; a review awards some, an ordinary
application most. `README.md` states the coefficients; noise is a standard logistic draw and a habit of each enterprise.
"""

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import numpy as np

_EFFORT = {"no_application": -2.0, "instant": -1.0, "unspecified": 0.3, "application": 0.6, "review": 1.3}
_TASTE = {"loan_interest": -0.4, "talent": -0.5, "matching_fund": -0.3, "rent": 0.2, "fee_relief": 0.4, "tax_relief": 0.3}
_SIZE = {"micro": -0.5, "small": 0.0, "medium": 0.4, "large": 0.3}
_INNOVATIVE = ("65", "73", "75")


@dataclass(frozen=True, slots=True)
class MatchRow:
    """One pushed item: amounts in CNY, `high` None where unbounded, `region` the issuer's adcode."""

    uscc: str
    document: str
    item: int
    low: float
    high: float | None
    delivery: str
    category: str
    region: str = ""


@dataclass(frozen=True, slots=True)
class EnterpriseRow:
    """What the behaviour rests on; None where it is not known."""

    uscc: str
    size: str | None
    industry: str | None
    region: str | None
    qualifications: int = 0


@dataclass(frozen=True, slots=True)
class ResponseRow:
    """What became of one push; a date is None where the step was not taken."""

    uscc: str
    document: str
    item: int
    pushed_on: date
    viewed_on: date | None
    applied_on: date | None
    awarded_on: date | None


def enterprise_rows(profiles: Iterable[Mapping[str, object]]) -> list[EnterpriseRow]:
    """Rows from profiles in the contract's form."""
    rows = []
    for profile in profiles:
        facts: Mapping[str, object] = profile["facts"]  # type: ignore[assignment]
        texts = {name: facts.get(name) for name in ("enterprise_size", "industry", "registered_region")}
        size, industry, region = (None if value is None else str(value) for value in texts.values())
        titles = facts.get("qualifications") or ()
        rows.append(EnterpriseRow(str(profile["uscc"]), size, industry, region, len(titles)))  # type: ignore[arg-type]
    return rows


def simulate_responses(
    matches: Sequence[MatchRow],
    enterprises: Iterable[EnterpriseRow],
    *,
    seed: int,
    as_of: date = date(2026, 11, 20),
    span_days: int = 360,
) -> list[ResponseRow]:
    """Responses to `matches`, in the order of the pushes; the pushes are spread over `span_days` before the as-of date.

    The result depends on the matches, the enterprises and the seed only, not on their order. A match of an enterprise that is not in
    `enterprises` is answered with unknown attributes.
    """
    known = {row.uscc: row for row in enterprises}
    rng = np.random.default_rng([seed, 20261120])
    ordered = sorted(matches, key=lambda row: (row.document, row.item, row.uscc))
    offers = {offer: int(rng.integers(20, span_days)) for offer in sorted({(row.document, row.item) for row in ordered})}
    habits = dict(zip(sorted({row.uscc for row in ordered}), rng.normal(0, 0.8, len({row.uscc for row in ordered})), strict=True))
    days = np.array(
        [
            min(span_days, max(8, offers[(row.document, row.item)] + shift))
            for row, shift in zip(ordered, rng.integers(-7, 8, len(ordered)).tolist(), strict=True)
        ]
    )
    noise = rng.logistic(size=(len(ordered), 3))
    lags = rng.integers(0, 15, size=(len(ordered), 3))
    applied_before: dict[str, int] = {}
    made = []
    for place in np.argsort(-days, kind="stable").tolist():
        row = ordered[place]
        pushed = as_of - timedelta(days=int(days[place]))
        who = known.get(row.uscc, EnterpriseRow(row.uscc, None, None, None))
        before = applied_before.get(row.uscc, 0)
        response = _respond(row, who, before, habits[row.uscc], noise[place].tolist(), (pushed, as_of, lags[place].tolist()))
        applied_before[row.uscc] = before + (response.applied_on is not None)
        made.append(response)
    return made


def _respond(
    row: MatchRow, who: EnterpriseRow, before: int, habit: float, noise: list[float], when: tuple[date, date, list[int]]
) -> ResponseRow:
    pushed, last, lags = when
    money = _money(row)
    near = 1.0 if who.region and who.region == row.region else 0.4 if who.region and who.region[:4] == row.region[:4] else 0.0
    look = 0.3 + 0.35 * money + 0.6 * near + 0.5 * habit
    viewed = min(pushed + timedelta(days=lags[0] // 2), last) if noise[0] < look else None
    innovative = (who.industry or "").startswith(_INNOVATIVE) or who.qualifications > 0
    want = -0.6 + 0.75 * money - _EFFORT.get(row.delivery, 0.3) + _TASTE.get(row.category, 0.0) + _SIZE.get(who.size or "", -0.1)
    want += 0.35 * innovative + 0.12 * min(who.qualifications, 5) + 0.45 * min(before, 3) + habit
    applied = min(viewed + timedelta(days=lags[1]), last) if viewed is not None and noise[1] < want else None
    chance = -0.7 if row.delivery == "review" else 2.2
    awarded = applied + timedelta(days=30 + lags[2]) if applied is not None and noise[2] < chance else None
    return ResponseRow(
        row.uscc, row.document, row.item, pushed, viewed, applied, awarded if awarded is not None and awarded <= last else None
    )


def _money(row: MatchRow) -> float:
    """The benefit on a log scale around 100,000 yuan; half a cap counts where only a ceiling is known, 50,000 where nothing is."""
    expected = row.low if row.low > 0 else (row.high or 100_000) / 2
    return float(np.clip(np.log10(max(expected, 100.0)) - 5, -2.0, 2.5))


def write_responses(rows: Sequence[ResponseRow], path: Path) -> None:
    """CSV, UTF-8: uscc, document, item, pushed_on, viewed_on, applied_on, awarded_on, synthetic (always true)."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["uscc", "document", "item", "pushed_on", "viewed_on", "applied_on", "awarded_on", "synthetic"])
        for row in rows:
            days = [day.isoformat() if day else "" for day in (row.pushed_on, row.viewed_on, row.applied_on, row.awarded_on)]
            writer.writerow([row.uscc, row.document, row.item, *days, "true"])
