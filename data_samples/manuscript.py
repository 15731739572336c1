"""The manuscripts of the sample policies: plain lines with a few marks, from which the published files are rendered.

Marks at the start of a line: `# ` title, `## ` chapter, `@` a numbered article, `> ` a line about the document (number, issuer, date),
`|a|b|` a table row (the first row of a run is its heading). Every other line is a paragraph; an empty line is kept in txt only.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import yaml

SOURCE = Path(__file__).parent / "policies" / "source"
PUBLISHED = SOURCE.parent
ANSWERS = PUBLISHED / "answers"

Mark = Literal["title", "chapter", "article", "about", "row", "paragraph", "empty"]
_MARKS: tuple[tuple[str, Mark], ...] = (("## ", "chapter"), ("# ", "title"), ("@", "article"), ("> ", "about"), ("|", "row"))
_DIGITS = "零一二三四五六七八九"


@dataclass(frozen=True, slots=True)
class Line:
    """One line with its mark; `cells` only for table rows, `number` only for articles."""

    mark: Mark
    text: str
    cells: tuple[str, ...] = ()
    number: int = 0

    @property
    def numbered(self) -> str:
        """The text as printed where no program numbers the articles."""
        return f"第{chinese_number(self.number)}条 {self.text}" if self.mark == "article" else self.text


@dataclass(frozen=True, slots=True)
class Manuscript:
    """One policy: its lines, how it is published, and its right answer by quote."""

    stem: str
    lines: tuple[Line, ...]
    render: dict[str, Any]
    answer: dict[str, Any]

    @property
    def file_name(self) -> str:
        """The published file's name."""
        return f"{self.stem}.{self.render['format']}"


def chinese_number(number: int) -> str:
    """A number from 1 to 99 in Chinese numerals.

    >>> [chinese_number(n) for n in (3, 10, 14, 20, 25)]
    ['三', '十', '十四', '二十', '二十五']
    """
    tens, ones = divmod(number, 10)
    head = "" if tens == 0 else "十" if tens == 1 else _DIGITS[tens] + "十"
    return head + (_DIGITS[ones] if ones else "")


def read_lines(text: str) -> tuple[Line, ...]:
    """The marked lines of a manuscript; articles are counted through."""
    lines, number = [], 0
    for raw in text.splitlines():
        mark, rest = next(((mark, raw[len(sign) :]) for sign, mark in _MARKS if raw.startswith(sign)), ("paragraph", raw))
        if not raw.strip():
            mark = "empty"
        number += mark == "article"
        cells = tuple(cell.strip() for cell in raw.strip("|").split("|")) if mark == "row" else ()
        lines.append(Line(mark, rest, cells, number if mark == "article" else 0))
    return tuple(lines)


def manuscripts() -> list[Manuscript]:
    """All manuscripts, by stem."""
    made = []
    for path in sorted(SOURCE.glob("*.yaml")):
        data = yaml.safe_load(path.read_text("utf-8"))
        lines = read_lines(path.with_suffix(".txt").read_text("utf-8"))
        made.append(Manuscript(path.stem, lines, data.pop("render"), data))
    return made
