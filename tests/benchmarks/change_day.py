"""One day later with 1 % of the enterprises changed: the next run against a full one, over a province, in the same process.

    python -m tests.benchmarks.change_day [--rows 2638000] [--items 1000] [--changed 0.01] [--repeat 3]

Generated columns over 24 facts (10 % missing) and items of 4-10 leaves. On the second day each changed enterprise has three facts of new
values and the date is a day on, so that ages and events may turn too. Full and next runs take turns; the medians' ratio is what counts.
Every next run is compared with the full one, pair by pair. Prints wall and processor time.
"""

import argparse
import os
import random
import statistics
import sys
import time
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import numpy as np
import pyarrow as pa

from features.catalogue import FactType, load_catalogue
from matcher.change_columns import ColumnRun, full_column_run, next_column_run
from matcher.change_why import column_differences
from matcher.columns import Table
from policies.loading import load_rules
from policies.rules import RuleDocument

DAY = date(2025, 3, 31)
_NUMBERS, _FLAGS, _DATES = 12, 7, 3
_CODES = ("registered_region", "ownership")
_OWNERS = ("state", "private", "foreign", "collective")


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="One day's change against a full run.")
    parser.add_argument("--rows", type=int, default=2_638_000)
    parser.add_argument("--items", type=int, default=1_000)
    parser.add_argument("--changed", type=float, default=0.01)
    parser.add_argument("--repeat", type=int, default=3)
    chosen = parser.parse_args()
    rng = np.random.default_rng(1)
    first = _population(chosen.rows, rng)
    rows = np.sort(rng.choice(chosen.rows, int(chosen.rows * chosen.changed), replace=False))
    second = _changed(first, rows, rng)
    documents = _documents(chosen.items, random.Random(1))
    before = full_column_run(documents, first, DAY)
    later = DAY + timedelta(days=1)
    ways: dict[str, Callable[[], ColumnRun]] = {
        "full": lambda: full_column_run(documents, Table(second.table), later),
        "next, rows told": lambda: next_column_run(before, documents, Table(second.table), later, touched=rows),
        "next, compared": lambda: next_column_run(before, documents, Table(second.table), later),
    }
    spent: dict[str, list[tuple[float, float]]] = {name: [] for name in ways}
    for _ in range(chosen.repeat):
        runs = {name: _timed(work, spent[name]) for name, work in ways.items()}
        for name, run in runs.items():
            if not all(np.array_equal(run.verdicts(i), runs["full"].verdicts(i)) for i in run.items):
                raise SystemExit(f"{name} does not equal a full run")
    after = runs["next, rows told"]
    differing = _timed(lambda: sum(len(c.rows) for c in column_differences(before, after, touched=rows)), why := [])
    print(f"{chosen.rows:,} enterprises x {chosen.items:,} items, {len(rows):,} changed, load {os.getloadavg()[0]:.1f}")
    print(
        f"decided {after.decided:,} of {chosen.rows * chosen.items:,} pairs; the verdicts take {2 * before.bits.layers[0].met.nbytes / 1e6:,.0f} MB"
    )
    medians = {name: [statistics.median(t[i] for t in times) for i in (0, 1)] for name, times in spent.items()}
    for name, (wall, processor) in medians.items():
        shares = [100 * own / full for own, full in zip((wall, processor), medians["full"], strict=True)]
        print(f"{name:16} wall {wall:7.2f} s ({shares[0]:5.1f} %)   processor {processor:7.2f} s ({shares[1]:5.1f} %)")
    print(f"what changed and why: {differing:,} pairs in {why[0][0]:.2f} s ({why[0][1]:.2f} s of processor time)")
    return 0


def _timed(work: Callable[[], Any], into: list[tuple[float, float]]) -> Any:
    wall, processor = time.perf_counter(), time.process_time()
    result = work()
    into.append((time.perf_counter() - wall, time.process_time() - processor))
    return result


def _names() -> tuple[list[str], list[str], list[str]]:
    """Yearly numbers, flags, and days of the catalogue."""
    kinds = {d.id: d for d in load_catalogue()}
    numbers = [i for i, d in kinds.items() if d.type is FactType.NUMBER and d.is_periodic and d.period == "year"]
    flags = [i for i, d in kinds.items() if d.type is FactType.BOOL and not d.is_periodic]
    days = [i for i, d in kinds.items() if d.type is FactType.DATE and not d.is_periodic]
    return numbers[:_NUMBERS], flags[:_FLAGS], days[:_DATES]


def _population(rows: int, rng: np.random.Generator) -> Table:
    numbers, flags, days = _names()
    fields, columns = [pa.field("uscc", pa.string())], [pa.array(np.char.mod("9144%014d", np.arange(rows)))]
    for name, values in _values(rows, rng, numbers, flags, days).items():
        array = pa.array(values, mask=rng.random(rows) < 0.1) if not isinstance(values, pa.Array) else values
        fields.append(pa.field(name, array.type, metadata={"scale": "2" if "@" in name else "0"}))
        columns.append(array)
    return Table(pa.Table.from_arrays(columns, schema=pa.schema(fields)))


def _values(rows: int, rng: np.random.Generator, numbers: list[str], flags: list[str], days: list[str]) -> dict[str, Any]:
    def coded(words: list[str]) -> pa.Array:
        codes = pa.array(rng.integers(0, len(words), rows).astype(np.int16), mask=rng.random(rows) < 0.1)
        return pa.DictionaryArray.from_arrays(codes, pa.array(words))

    found: dict[str, Any] = {
        f"{n}@{year}": np.exp(rng.normal(16, 2, rows)).astype(np.int64) * 100 for n in numbers for year in ("2023", "2024")
    }
    found |= {n: rng.random(rows) < 0.3 for n in flags}
    found |= {
        n: pa.array(rng.integers(8_000, 20_100, rows).astype(np.int32), mask=rng.random(rows) < 0.1).cast(pa.date32()) for n in days
    }
    found["registered_region"] = coded([f"4401{i // 30:02d}{i % 30:03d}" for i in range(300)])
    found["ownership"] = coded(list(_OWNERS))
    return found


def _changed(first: Table, rows: np.ndarray[Any, Any], rng: np.random.Generator) -> Table:
    """The second day: three facts of each chosen enterprise have other values; a column that nobody's change touches is the same one."""
    table = first.table
    other = _population(len(rows), rng).table
    which = rng.integers(1, table.num_columns, (len(rows), 3))
    for at in range(1, table.num_columns):
        mine = np.flatnonzero((which == at).any(axis=1))
        take = np.arange(table.num_rows)
        take[rows[mine]] = table.num_rows + mine
        field = table.schema.field(at)
        both = pa.chunked_array([*table.column(at).chunks, *other.column(at).chunks]).unify_dictionaries()
        table = table.set_column(at, field, both.take(pa.array(take)).combine_chunks())
    return Table(table)


def _documents(count: int, chance: random.Random) -> list[RuleDocument]:
    numbers, flags, days = _names()

    def leaf() -> dict[str, Any]:
        kind = chance.random()
        if kind < 0.5:
            return {"fact": chance.choice(numbers), "op": chance.choice(("ge", "lt")), "value": chance.randint(10**6, 10**8)}
        if kind < 0.7:
            return {"fact": chance.choice(flags), "op": "is", "value": chance.random() < 0.5}
        if kind < 0.85:
            return {"fact": chance.choice(days), "op": chance.choice(("age_ge", "age_le")), "value": f"P{chance.randint(1, 20)}Y"}
        if kind < 0.95:
            return {"fact": "registered_region", "op": "within", "value": [f"4401{chance.randint(0, 9):02d}"]}
        return {"fact": "ownership", "op": "in", "value": chance.sample(_OWNERS, 2)}

    def item() -> dict[str, Any]:
        parts = [leaf() for _ in range(chance.randint(4, 10))]
        criteria = {"all": [*parts[:2], {"any": parts[2:]}]}
        paid = {"kind": "ratio", "rate": 0.1, "base": chance.choice(numbers), "cap": 500_000} if chance.random() < 0.3 else {"kind": "fixed", "value": 200_000}  # fmt: skip
        return {"title": "奖励", "span": {"start": 0, "end": 1}, "category": "award", "criteria": criteria, "amounts": [paid]}

    return [
        load_rules(
            {"version": 1, "document": {"id": f"d{n}", "title": "办法", "kind": "rules"}, "items": [item() for _ in range(10)]}
        )
        for n in range(count // 10)
    ]


if __name__ == "__main__":
    sys.exit(main())
