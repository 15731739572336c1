"""A policy document as it was read: the bytes' hash, the decoded text all offsets point into, and how it was read.

`text` is fixed once and for all: every Span of every rule points into it, `text[start:end]` is the quote. For a plain
text file it is the decoded file, unchanged (line ends too); for html, docx, pdf and doc it is the extracted text, a
deterministic function of the bytes. Cleaning works on a copy (policies.cleaning).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from policies.diagnostics import Diagnostic


class SourceFormat(StrEnum):
    """What kind of file the bytes are, by their content, never by the suffix."""

    TXT = "txt"
    HTML = "html"
    DOCX = "docx"
    PDF = "pdf"
    DOC = "doc"


class BlockKind(StrEnum):
    """What a block of text was in its source."""

    PARAGRAPH = "paragraph"
    TABLE_ROW = "table_row"


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph or table row: `text[start:end]`, without its line end; `page` counts from 1, None if no pages.

    Cells of a table row are separated by one tab. `table` numbers the document's tables from 0.
    """

    kind: BlockKind
    start: int
    end: int
    page: int | None = None
    table: int | None = None


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that a page links or a document embeds; conditions often stand there and not in the text itself."""

    title: str
    href: str


@dataclass(frozen=True, slots=True)
class PolicyText:
    """One published text, one version, as decoded."""

    name: str
    sha256: str
    text: str
    source_format: SourceFormat
    encoding: str | None
    blocks: tuple[Block, ...]
    attachments: tuple[Attachment, ...] = ()
    title_hint: str | None = None
    published_hint: date | None = None
    diagnostics: tuple[Diagnostic, ...] = ()

    def page_of(self, offset: int) -> int | None:
        """The page on which the character at `offset` stands; None where the source has no pages."""
        found: int | None = None
        for block in self.blocks:
            if block.start > offset:
                break
            found = block.page
        return found

    def page_starts(self) -> tuple[tuple[int, int], ...]:
        """Pairs of page and the offset where its first paragraph starts; empty where the source has no pages."""
        starts: dict[int, int] = {}
        for block in self.blocks:
            if block.page is not None:
                starts.setdefault(block.page, block.start)
        return tuple(sorted(starts.items()))


def blocks_of_lines(text: str) -> tuple[Block, ...]:
    """The non-blank lines of `text` as blocks; a line with tabs inside counts as a table row.

    >>> [(b.start, b.end) for b in blocks_of_lines("甲\\n\\n 乙丙 \\r\\n")]
    [(0, 1), (4, 6)]
    """
    blocks: list[Block] = []
    position = 0
    for line in text.splitlines(keepends=True):
        body = line.strip()
        if body:
            start = position + line.index(body)
            kind = BlockKind.TABLE_ROW if "\t" in body else BlockKind.PARAGRAPH
            blocks.append(Block(kind, start, start + len(body)))
        position += len(line)
    return tuple(blocks)
