"""Run in a process of its own: every regular expression of `policies` against evil lines, as the code uses it.

Prints one line per expression that needs more processor time than its share: module, name, the line's beginning.
"""

from __future__ import annotations

import ast
import importlib
import pkgutil
import re
import signal
from collections.abc import Iterator
from pathlib import Path
from types import FrameType, ModuleType
from typing import Any

import policies

UNITS = (
    "1", "第一", " ", "（", "（一）", "《", "a", "企业", "2023年", "不超过", "1,", "10万元", "、", "一二三四五六七八九十", "给予奖励",
    "在我区注册", "自2023年1月1日起", "政府办公室", "关于印发", "<p style='",
)  # fmt: skip
SCREEN, FULL = 4_000, 100_000
SUSPICIOUS_SECONDS, ALLOWED_SECONDS = (
    0.003,
    2.0,
)  # what takes 2 s of 100,000 characters and grows with their square takes 3 ms of 4,000
USES = ("search", "match", "fullmatch", "finditer", "findall", "split", "sub")


class TooLongError(Exception):
    """The clock of the process ran out."""


def _ring(number: int, frame: FrameType | None) -> None:
    raise TooLongError


def patterns() -> Iterator[tuple[str, str, re.Pattern[str], frozenset[str]]]:
    """Every compiled or literal expression of the package, with its module, its name and how it is used there."""
    for found in pkgutil.walk_packages(policies.__path__, "policies."):
        module = importlib.import_module(found.name)
        uses = _uses(module)
        for name, value in vars(module).items():
            if not name.startswith("__"):
                for pattern in _inside(value, 0):
                    yield found.name, name, pattern, uses.get(name, frozenset({"search"}))
        for literal, use in _literals(module):
            yield found.name, f"re.{use}", re.compile(literal), frozenset({use})


def _inside(value: Any, depth: int) -> Iterator[re.Pattern[str]]:
    if isinstance(value, re.Pattern):
        if isinstance(value.pattern, str):
            yield value
    elif depth < 4 and isinstance(value, tuple | list | set | frozenset):
        for part in value:
            yield from _inside(part, depth + 1)
    elif depth < 4 and isinstance(value, dict):
        for part in value.values():
            yield from _inside(part, depth + 1)
    elif depth < 4 and hasattr(value, "__dataclass_fields__") and not isinstance(value, type):
        for field in value.__dataclass_fields__:
            yield from _inside(getattr(value, field), depth + 1)


def _calls(module: ModuleType) -> Iterator[tuple[str, str, ast.Call]]:
    for node in ast.walk(ast.parse(Path(module.__file__ or "").read_text("utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and isinstance(node.func.value, ast.Name):
            yield node.func.value.id, node.func.attr, node


def _uses(module: ModuleType) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for name, method, _ in _calls(module):
        if method in USES:
            found.setdefault(name, set()).add(method)
    return {name: frozenset(methods) for name, methods in found.items()}


def _literals(module: ModuleType) -> Iterator[tuple[str, str]]:
    for name, method, call in _calls(module):
        if name == "re" and method in USES and call.args and isinstance(call.args[0], ast.Constant):
            yield str(call.args[0].value), method


def seconds(pattern: re.Pattern[str], use: str, line: str) -> float:
    """Processor time of one use on one line, at most ALLOWED_SECONDS."""
    signal.setitimer(signal.ITIMER_VIRTUAL, ALLOWED_SECONDS)
    try:
        if use in ("match", "fullmatch"):
            getattr(pattern, use)(line)
        else:
            for _ in pattern.finditer(line):
                pass
        return ALLOWED_SECONDS - signal.getitimer(signal.ITIMER_VIRTUAL)[0]
    except TooLongError:
        return ALLOWED_SECONDS
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)


def main() -> None:
    """Screen with short lines, and give the suspicious ones the full length."""
    signal.signal(signal.SIGVTALRM, _ring)
    count = 0
    for module, name, pattern, uses in patterns():
        count += 1
        for use in uses:
            for unit in UNITS:
                if seconds(pattern, use, unit * (SCREEN // len(unit))) < SUSPICIOUS_SECONDS:
                    continue
                if seconds(pattern, use, unit * (FULL // len(unit))) >= ALLOWED_SECONDS:
                    print(f"STALLED {module} {name} {use} {unit!r}")
    print(f"PROBED {count}")


if __name__ == "__main__":
    main()
