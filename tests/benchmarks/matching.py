"""Deciding, measured beside public peers in one run: prints the table of README.md.

    python -m tests.benchmarks.matching                 200,000 enterprises; some minutes, nearly all of it the peers'
    python -m tests.benchmarks.matching --full          and one province (2,638,000 enterprises) for the absolute times
    python -m tests.benchmarks.matching --no-peers      the engine alone

The workload and the peers are the contract folder's `bench` (MIANSHEN_SHARED, or `shared` beside the checkout); data goes to --data.
"""

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from tests.shared import SHARED

BENCH = SHARED / "bench"
PROVINCE = 2_638_000


def main() -> int:
    """Run everything asked for and print one line a figure; the exit status is 1 where a cell differs from the oracle."""
    parser = argparse.ArgumentParser(description="Deciding beside public peers.")
    parser.add_argument("--data", type=Path, default=Path("build/bench"))
    parser.add_argument("--full", action="store_true")
    parser.add_argument("--no-peers", action="store_true")
    parser.add_argument("--alone", nargs=2, metavar=("ENT", "RULES"), help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.alone:
        _alone(*chosen.alone)
        return 0
    data: Path = chosen.data
    for m in (2_000, 20_000, 200_000, *([PROVINCE] if chosen.full else [])):
        _made(data / f"ent_{m}.parquet", "--m", str(m), "--only", "ent")
    for p in (1, 100, 300, 1_000, 10_000, 100_000):
        _made(data / f"rules_{p}.json", "--p", str(p), "--only", "rules")
    for m, p in ((2_000, 100), (20_000, 300)):
        for line in _run("check", data / f"ent_{m}.parquet", data / f"rules_{p}.json"):
            wrong = line.get("differ", 0) + line.get("wrong_cells", 0) + line.get("wrong_flip_sets", 0)
            _print(f"{line['what']} {m:,} x {p}", "every cell agrees" if not wrong else f"{wrong} DIFFER")
            if wrong:
                return 1
    batch, online = ("", "") if chosen.no_peers else ("openfisca,polars,duckdb", "pycompiled,zen_graph")
    wide = PROVINCE if chosen.full else 200_000
    _ratios("W1 200,000 x 1,000", _run("batch", data / "ent_200000.parquet", data / "rules_1000.json", batch, "3"), "median_s", "s")
    _ratios(f"W2 {wide:,} x 1", _run("batch", data / f"ent_{wide}.parquet", data / "rules_1.json", batch, "5"), "median_s", "s")
    for p in (1_000, 10_000, 100_000):
        peers = online if p == 1_000 else ""
        _ratios(f"W3 1 x {p:,}", _run("online", data / "ent_2000.parquet", data / f"rules_{p}.json", peers), "p50_ms", "ms")
        for line in _run("flips", data / "ent_2000.parquet", data / f"rules_{p}.json"):
            _print(f"W4 1 x {p:,}", f"{line['p50_ms']} ms, p99 {line['p99_ms']} ms")
    whole = [
        sys.executable,
        "-m",
        "tests.benchmarks.matching",
        "--alone",
        str(data / f"ent_{wide}.parquet"),
        str(data / "rules_1000.json"),
    ]
    subprocess.run(whole, check=True)
    return 0


def _made(path: Path, *options: str) -> None:
    if not path.exists():
        subprocess.run([sys.executable, str(BENCH / "gen.py"), *options, "--out", str(path.parent)], check=True)


def _run(what: str, *arguments: object) -> Iterator[dict[str, Any]]:
    """The figures of one part of the bench, as it prints them."""
    here = Path(__file__).parent
    environment = os.environ | {"MODULE": "adapter", "PYTHONPATH": str(here)}
    command = [
        sys.executable,
        str(BENCH / "run.py"),
        what,
        *(str(Path(a).resolve()) if isinstance(a, Path) else str(a) for a in arguments),
    ]
    done = subprocess.run(command, env=environment, cwd=BENCH, stdout=subprocess.PIPE, text=True, check=what != "check")
    for line in done.stdout.splitlines():
        yield json.loads(line)


def _ratios(name: str, lines: Iterator[dict[str, Any]], figure: str, unit: str) -> None:
    for line in lines:
        beside = "" if line["engine"] == "engine" else f"   {line['times_slower']} x slower"
        tail = f", p99 {line['p99_ms']} ms" if "p99_ms" in line else ""
        _print(name, f"{line['engine']:<12} {line[figure]} {unit}{tail}{beside}")


def _alone(enterprises: str, rules: str) -> None:
    """The engine alone in its process: cold start, run, persisted codes, memory."""
    sys.path.insert(0, str(Path(__file__).parent))
    import adapter

    circuit, planes, rows = state = adapter.load(enterprises, rules)  # compiles the kernels where no cache holds them
    cold = _timed(lambda: adapter.load(enterprises, rules))
    adapter.run(state)
    runs = [_timed(lambda: adapter.run(state)) for _ in range(7)]
    kept = Path(enterprises).with_suffix(".codes.arrow")
    adapter.save(kept, state)
    warm = _timed(lambda: adapter.run(adapter.mapped(kept, rules, rows)))
    name = f"W1 {rows:,} x {circuit.rules:,}"
    _print(name, "run {:.3f} s ({:.3f} s of processor time)".format(*(statistics.median(r[i] for r in runs) for i in (0, 1))))
    _print(name, "cold from Parquet {:.2f} s ({:.2f} s of processor time)".format(*cold))
    _print(name, "from kept codes, rules compiled anew, first run included {:.2f} s ({:.2f} s of processor time)".format(*warm))
    _print(
        name,
        f"codes {len(planes) / 8:.1f} B an enterprise, peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6:.2f} GB",
    )
    index = adapter.online(rules).index
    _print("W3 index", f"{index.bytes / index.rules / 1000:.2f} kB a policy at {index.rules:,}")


def _timed(work: Callable[[], object]) -> tuple[float, float]:
    wall, processor = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - wall, time.process_time() - processor


def _print(name: str, text: str) -> None:
    print(f"{name:<24} {text}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
