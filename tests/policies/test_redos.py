from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from regexploit.ast.sre import SreOpParser  # type: ignore[import-untyped]
from regexploit.redos import find  # type: ignore[import-untyped]

from tests.policies.redos_probe import patterns

ROOT = Path(__file__).parents[2]
POLYNOMIAL = 2  # regexploit's own threshold: more stars than this explode


def explosions(pattern: re.Pattern[str]) -> int:
    """How many explosive repetitions regexploit sees."""
    parsed = SreOpParser().parse_sre(pattern.pattern, pattern.flags)
    return sum(found.starriness > POLYNOMIAL for found in find(parsed))


def test_no_expression_stalls_on_a_line_of_100_000_characters() -> None:
    command = [sys.executable, "-m", "tests.policies.redos_probe"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=900, check=True)
    lines = done.stdout.splitlines()
    assert [line for line in lines if line.startswith("STALLED")] == []
    assert int(lines[-1].removeprefix("PROBED ")) > 100


def test_regexploit_finds_no_explosive_expression() -> None:
    assert [(module, name) for module, name, pattern, _ in patterns() if explosions(pattern)] == []


def test_regexploit_would_find_one() -> None:
    assert explosions(re.compile(r"(?:[一二]+)+条$"))
