"""All enterprises of the sample city against all rules of the annotated corpus and of the sample policies.

    python -m tests.benchmarks.city --records DIR [--as-of 2026-11-20] [--repeat N]

DIR is what `python -m data_samples.generate --out DIR` wrote. `--repeat` lays the city N times behind itself, for size. Prints the time
of coding the snapshot and of deciding, wall and processor.
"""

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pyarrow as pa

from features.assemble import assemble
from matcher.codes import encode_forest
from matcher.columns import Table
from matcher.compile import compile_documents
from matcher.index import RuleIndex
from matcher.screen import screen_compiled
from policies.loading import load_rules
from policies.rules import RuleDocument
from tests.shared import SHARED

ANSWERS = Path(__file__).resolve().parents[2] / "data_samples" / "policies" / "answers"


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="The sample city against real and sample rules.")
    parser.add_argument("--records", type=Path, required=True)
    parser.add_argument("--as-of", type=date.fromisoformat, default=date(2026, 11, 20))
    parser.add_argument("--repeat", type=int, default=1)
    chosen = parser.parse_args()
    documents = list(_documents())
    with tempfile.TemporaryDirectory() as folder, assemble(chosen.records, chosen.as_of, store=Path(folder)) as assembly:
        table = pa.concat_tables([assembly.snapshot.table()] * chosen.repeat).unify_dictionaries().combine_chunks()
        population = Table(table)
        compiled, compiling = _timed(lambda: compile_documents(documents, chosen.as_of))
        coded, coding = _timed(lambda: encode_forest(population, compiled))
        screening, _ = _timed(lambda: screen_compiled(compiled, coded))
        screening, deciding = _timed(lambda: screen_compiled(compiled, coded))
        _, indexing = _timed(lambda: RuleIndex(documents, chosen.as_of))
    print(
        f"{coded.rows:,} enterprises x {len(compiled.items):,} items of {len(documents)} documents, {len(compiled.forest.tests):,} distinct tests"
    )
    print(
        f"compile rules   {compiling}\ncode snapshot   {coding}   {coded.bytes_per_row:.0f} B an enterprise\ndecide all      {deciding}"
    )
    print(
        f"build the index {indexing}\neligible {int(screening.counts[:, 0].sum()):,}, unknown {int(screening.counts[:, 1].sum()):,}"
    )
    return 0


def _documents() -> Iterator[RuleDocument]:
    for folder in (ANSWERS, SHARED / "gold", SHARED / "corpus" / "annotated"):
        for path in sorted(folder.rglob("*.json")) if folder.exists() else ():
            data = json.loads(path.read_text("utf-8"))
            if isinstance(data, dict) and "items" in data and "document" in data:
                yield load_rules(data)


def _timed(work):  # type: ignore[no-untyped-def]
    wall, processor = time.perf_counter(), time.process_time()
    result = work()
    return result, f"{time.perf_counter() - wall:.3f} s ({time.process_time() - processor:.3f} s of processor time)"


if __name__ == "__main__":
    sys.exit(main())
