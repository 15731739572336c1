"""The benchmark's hook agrees with the benchmark's own oracle on every cell, before anything is timed."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.shared import SHARED, needs_shared

BENCH = SHARED / "bench"


@needs_shared
@pytest.mark.parametrize("numba", ["1", "0"], ids=["compiled", "numpy"])
def test_every_cell_and_every_flip_agrees_with_the_benchmarks_oracle(numba: str, tmp_path: Path) -> None:
    subprocess.run([sys.executable, str(BENCH / "gen.py"), "--m", "700", "--p", "60", "--out", str(tmp_path)], check=True)
    adapter = Path(__file__).parents[1] / "benchmarks"
    environment = os.environ | {"MODULE": "adapter", "PYTHONPATH": str(adapter), "MIANSHEN_NUMBA": numba}
    command = [sys.executable, str(BENCH / "run.py"), "check", str(tmp_path / "ent_700.parquet"), str(tmp_path / "rules_60.json")]
    done = subprocess.run(command, env=environment, cwd=tmp_path, capture_output=True, text=True, check=False)
    cells, online = (json.loads(line) for line in done.stdout.splitlines())
    assert done.returncode == 0, done.stderr
    assert (cells["cells"], cells["differ"]) == (42_000, 0)
    assert (online["enterprises"], online["wrong_cells"], online["wrong_flip_sets"]) == (300, 0, 0)
