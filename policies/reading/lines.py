"""Building the text of a file that has no text of its own: one line per paragraph or table row, with its place kept."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from policies.document import Block, BlockKind

_SPACES = re.compile("[\x00-\x20\x7f-\x9f\u2028\u2029]+")  # controls too: none may break a line or a block


def one_line(text: str) -> str:
    """`text` with runs of ASCII white space and controls as one blank, and none at the ends (full-width ones stay inside).

    >>> one_line(" 第一条\\n  为 ")
    '第一条 为'
    """
    return _SPACES.sub(" ", text).strip().strip("\u200b\ufeff").strip()


@dataclass(slots=True)
class LineBuilder:
    """Collects lines in reading order; `text` and `blocks` are what a PolicyText holds."""

    parts: list[str] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)
    length: int = 0
    tables: int = 0

    def paragraph(self, text: str, *, page: int | None = None) -> None:
        """Add a paragraph; a blank one adds nothing."""
        self._add(one_line(text), BlockKind.PARAGRAPH, page=page, table=None)

    def table(self, rows: Iterable[Iterable[str]], *, page: int | None = None) -> None:
        """Add a table, one line per row, cells parted by tabs; empty cells keep their column."""
        number, added = self.tables, False
        for row in rows:
            cells = [one_line(cell) for cell in row]
            if any(cells):
                self._add("\t".join(cells).rstrip("\t"), BlockKind.TABLE_ROW, page=page, table=number)
                added = True
        self.tables += added

    @property
    def text(self) -> str:
        """Everything so far; every line ends with a newline."""
        return "".join(self.parts)

    def _add(self, line: str, kind: BlockKind, *, page: int | None, table: int | None) -> None:
        if not line:
            return
        self.blocks.append(Block(kind, self.length, self.length + len(line), page, table))
        self.parts.append(line + "\n")
        self.length += len(line) + 1
