"""The derivations over columns agree with the scalar ones, value by value."""

from datetime import date
from decimal import Decimal
from typing import Any

import numpy as np
import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from features.derive import DERIVATIONS, Kind, derive, quotient
from features.derive_columns import ColumnSource, derive_columns, floor_quotient
from features.facts import Absence, Interval

AS_OF = date(2026, 11, 20)
YEARS = ("2023", "2024", "2025")
_fen = st.one_of(
    st.none(), st.just(0), st.integers(-(10**9), 10**15), st.sampled_from([299_999_999, 300_000_000, 2_000_000_000, 40_000_000_000])
)
_persons = st.one_of(
    st.none(), st.integers(0, 3000).map(lambda n: n * 100), st.sampled_from([1900, 2000, 29900, 30000, 99900, 100000])
)
_row = st.fixed_dictionaries(
    {
        "industry": st.sampled_from([None, "3411", "6513", "5132", "34", "6620", "8310", "C", "4710"]),
        "established_on": st.one_of(st.none(), st.dates(date(1980, 1, 1), AS_OF)),
        "moved_in_on": st.one_of(st.none(), st.dates(date(1980, 1, 1), AS_OF)),
        "never_moved": st.booleans(),
        **{
            f"{fact}@{year}": _fen
            for fact in ("revenue", "rd_expense", "total_assets", "export_value", "import_value")
            for year in YEARS
        },
        **{f"employees@{year}": _persons for year in YEARS},
        "span": st.one_of(
            st.none(),
            st.tuples(st.integers(0, 1200), st.integers(0, 400)).map(lambda pair: (pair[0] * 100, (pair[0] + pair[1]) * 100)),
        ),
    }
)


def _columns(rows: list[dict[str, Any]]) -> dict[str, pa.Array]:
    kinds = {"industry": pa.string(), "established_on": pa.date32(), "moved_in_on": pa.date32()}
    found: dict[str, pa.Array] = {}
    for name in rows[0]:
        if name in ("never_moved", "span"):
            continue
        found[name] = pa.array([row[name] for row in rows], kinds.get(name, pa.int64()))
    found["industry"] = found["industry"].dictionary_encode()
    for end, place in (("low", 0), ("high", 1)):
        found[f"employees@2025#{end}"] = pa.array(
            [row["span"][place] if row["span"] and row["employees@2025"] is None else None for row in rows], pa.int64()
        )
    return found


def _facts(row: dict[str, Any]) -> dict[str, Any]:
    facts: dict[str, Any] = {name: row[name] for name in ("industry", "established_on", "moved_in_on") if row[name] is not None}
    for name, value in row.items():
        fact, _, year = name.partition("@")
        if year and value is not None:
            facts.setdefault(fact, {})[year] = Decimal(value).scaleb(-2)
    if row["span"] and row["employees@2025"] is None:
        low, high = (Decimal(end).scaleb(-2) for end in row["span"])
        facts.setdefault("employees", {})["2025"] = low if low == high else Interval(low, high)
    return facts


def _plain(array: pa.Array, place: int, fact: str) -> Any:
    value = array[place].as_py()
    scale = 2 if fact == "trade_value" else 8
    return Decimal(value).scaleb(-scale) if isinstance(value, int) else value


@settings(max_examples=60, deadline=None)
@given(st.lists(_row, min_size=1, max_size=6))
def test_columns_and_profiles_derive_the_same(rows: list[dict[str, Any]]) -> None:
    columns = _columns(rows)
    never = np.array([row["never_moved"] and row["moved_in_on"] is None for row in rows])
    source = ColumnSource(
        len(rows), AS_OF, columns.get,
        lambda fact: tuple(sorted(name.partition("@")[2] for name in columns if name.startswith(f"{fact}@") and "#" not in name)),
        lambda fact: never if fact == "moved_in_on" else None,
    )  # fmt: skip
    wanted = [
        derive(_facts(row), uscc="", as_of=AS_OF, absences={"moved_in_on": Absence.NOT_APPLICABLE} if gone else {}).facts
        for row, gone in zip(rows, never, strict=True)
    ]
    compared = set()
    for derivation in DERIVATIONS:
        if derivation.kind in (Kind.ENTITY_KIND, Kind.LEGAL_PERSON):
            continue
        for made in derive_columns(derivation, source):
            columns[f"{made.fact}@{made.period}" if made.period else made.fact] = made.values
            compared.add(made.fact)
            for place, facts in enumerate(wanted):
                held = facts.get(made.fact)
                expected = (held or {}).get(made.period) if made.period else held  # type: ignore[union-attr]
                got = _plain(made.values, place, made.fact)
                if isinstance(expected, Decimal) and abs(expected) >= 90_000_000_000:
                    assert got is None or got == expected
                else:
                    assert got == expected, (made.fact, made.period, place)
    assert {"revenue_growth", "rd_ratio", "trade_value", "trade_growth", "settled_on", "enterprise_size"} <= compared


@given(st.integers(-(10**15), 10**15), st.integers(1, 10**15))
def test_a_quotient_over_columns_is_the_exact_one_rounded_down(dividend: int, divisor: int) -> None:
    figures = floor_quotient(np.array([dividend]), np.array([divisor]))
    if figures.known[0]:
        assert Decimal(int(figures.values[0])).scaleb(-8) == quotient(Decimal(dividend), Decimal(divisor))
    else:
        assert abs(dividend // divisor) >= 90_000_000_000
