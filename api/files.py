"""Rule documents and profiles from files, and decisions to files: what the command line reads and writes."""

import json
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import click

from features.catalogue import load_catalogue
from features.profile import EnterpriseProfile, profile_from_json
from matcher.deciding import decide_all
from policies.errors import RuleRefused
from policies.loading import load_rules
from policies.rules import RuleDocument


def refused_line(where: str, why: str) -> None:
    """One line on stderr for an input that was refused."""
    click.echo(f"{where}:{why}", err=True)


def read_rules(folder: Path) -> tuple[list[RuleDocument], int]:
    """The rule documents of a folder (`*.json`, error reports aside) in the order of their names, and how many were refused."""
    documents, refused = [], 0
    for path in sorted(folder.glob("*.json")):
        if path.name.endswith((".error.json", ".report.json")):
            continue
        try:
            documents.append(load_rules(json.loads(path.read_text("utf-8"), parse_float=Decimal)))
        except (RuleRefused, ValueError, RecursionError) as error:
            refused += 1
            refused_line(
                path.name, str(error) if isinstance(error, RuleRefused) else "不是有效的 UTF-8 JSON 文件;请重新导出规则文件"
            )
    return documents, refused


class ProfileLines:
    """Profiles of a JSON Lines file, read one by one; refused lines are named and counted in `refused`."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.refused = 0

    def __iter__(self) -> Iterator[EnterpriseProfile]:
        catalogue = load_catalogue()
        with self._path.open("rb") as lines:
            for number, line in enumerate(lines, start=1):
                if not line.strip():
                    continue
                try:
                    data: Any = json.loads(line, parse_float=Decimal)
                    profile, problems = profile_from_json(data if isinstance(data, dict) else {}, catalogue)
                except (ValueError, RecursionError):
                    self.refused += 1
                    refused_line(f"{self._path.name} 第 {number} 行", "不是企业档案;应为含 uscc 与 facts 的 JSON 对象")
                    continue
                for problem in problems:
                    refused_line(f"{self._path.name} 第 {number} 行", problem.message)
                yield profile


def decide_file(rules: Path, profiles: Path, *, as_of: date, out: Path) -> int:
    """Decide every profile against every item into a JSON Lines file; how many inputs were refused. The file appears whole or not at all."""
    documents, refused = read_rules(rules)
    lines = ProfileLines(profiles)
    out.parent.mkdir(parents=True, exist_ok=True)
    part = out.with_name(out.name + ".part")
    with ExitStack() as stack:
        file = stack.enter_context(part.open("w", encoding="utf-8"))
        for line in decide_all(documents, lines, as_of):
            file.write(json.dumps(line, ensure_ascii=False) + "\n")
    part.replace(out)
    return refused + lines.refused
