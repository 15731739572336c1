"""One threshold moved over one province: what an officer waits for while dragging a slider.

    python -m tests.benchmarks.slider [--rows 2638000]

Four criteria over generated columns; only the revenue threshold moves, to values that no code table knows. Prints each step.
"""

import argparse
import sys
import time
from datetime import date

import numpy as np
import pyarrow as pa

from matcher.columns import Table
from matcher.screen import screen_criterion
from policies.loading import load_criterion

DAY = date(2025, 3, 31)


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="A threshold over a province.")
    parser.add_argument("--rows", type=int, default=2_638_000)
    population = _population(parser.parse_args().rows)
    for threshold in (20_000_000, 21_000_000, 22_345_678.91, 23_000_000, 24_000_000):
        criteria = [
            {"fact": "revenue", "op": "ge", "value": threshold},
            {"fact": "registered_region", "op": "within", "value": ["440105", "440106"]},
            {"not": {"fact": "dishonest_debtor", "op": "is", "value": True}},
            {"fact": "established_on", "op": "age_ge", "value": "P3Y"},
        ]
        wall, processor = time.perf_counter(), time.process_time()
        met, unknown = screen_criterion(population, load_criterion({"all": criteria}), DAY)
        spent = f"{time.perf_counter() - wall:.3f} s ({time.process_time() - processor:.3f} s of processor time)"
        print(f"revenue >= {threshold:>15,}: {met.sum():,} met, {unknown.sum():,} unknown in {spent}")
    return 0


def _population(rows: int) -> Table:
    rng = np.random.default_rng(1)
    words = [f"4401{i // 30:02d}{i % 30:03d}" for i in range(300)]
    columns = {
        "revenue@2024": pa.array(np.exp(rng.normal(16, 2, rows)).astype(np.int64) * 100, mask=rng.random(rows) < 0.1),
        "registered_region": pa.DictionaryArray.from_arrays(pa.array(rng.integers(0, 300, rows).astype(np.int16)), pa.array(words)),
        "dishonest_debtor": pa.array(rng.random(rows) < 0.02),
        "established_on": pa.array(rng.integers(8000, 20000, rows).astype(np.int32)).cast(pa.date32()),
    }
    scale = {"revenue@2024": "2"}
    fields = [pa.field(name, column.type, metadata={"scale": scale.get(name, "0")}) for name, column in columns.items()]
    return Table(pa.Table.from_arrays(list(columns.values()), schema=pa.schema(fields)))


if __name__ == "__main__":
    sys.exit(main())
