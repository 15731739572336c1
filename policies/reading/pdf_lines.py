"""Printed lines back to paragraphs: running heads and page numbers dropped, hard wraps joined."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TypeVar

_EDGE_LINES = 2
_PAGE_NUMBER = re.compile(r"^[-—–－·.\s]{0,6}第?\s?\d{1,4}\s?页?(?:\s?[/／,，]?\s?共?\s?\d{1,4}\s?页?)?[-—–－·.\s]{0,6}$")
_MARKS = (
    r"第[一二三四五六七八九十百千零〇\d]{1,6}[章节条编款]",
    r"[（(][一二三四五六七八九十百\d]{1,4}[)）]",
    r"[一二三四五六七八九十]{1,4}\s?[、.．]",
    r"\d{1,3}\s?[、.．)）](?!\d)",
    r"[①-⑳]",
    r"附件?\s?\d{0,2}\s?(?:[:：]|$)",
    r"[(（]此[页件]",
    r"[\u4e00-\u9fff]{1,12}[〔\[（(][12]\d{3}[〕\])）]第?\d{1,5}号\s{0,3}$",
)
_STARTS_ANEW = re.compile(r"^\s{0,4}(?:" + "|".join(_MARKS) + ")")
_ENDS = tuple("。！？；：:;!?")
_FULL = 0.86
_INDENT_POINTS = 14.0
_LONGEST = 0.97
_LEAST_BODY = 0.75  # share of the paper between equal margins that a text at least fills
_INDENTED = 0.05  # share of the lines that are indented in a text whose paragraphs begin so
_SPARE = 2.2  # characters that a full line may end before the margin: a mark or a word that did not fit
_WORD = re.compile(r"[A-Za-z0-9]")


@dataclass(frozen=True, slots=True)
class Line:
    """One printed line: its page (from 1), and where it begins, ends and stands, in points from the left and the top.

    `paper` is how wide its page is, 0 where that is not known.
    """

    text: str
    page: int
    left: float
    right: float
    top: float
    paper: float = 0.0


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Joined lines; `page` is where the paragraph begins."""

    text: str
    page: int
    lines: int


Other = TypeVar("Other")


def drop_running_heads(pages: list[list[Line]]) -> tuple[list[list[Line]], list[str]]:
    """Return the pages without heads, feet and page numbers, and the lines that were dropped.

    A head or foot stands among the outer two lines of at least three pages and of two pages in five, digits aside.
    """
    counts: Counter[str] = Counter()
    for lines in pages:
        counts.update({_shape(line.text) for line in _edges(lines)})
    least = max(3, 0.4 * len(pages))
    repeated = {shape for shape, count in counts.items() if count >= least}
    kept: list[list[Line]] = []
    dropped: list[str] = []
    for lines in pages:
        edge = {id(line) for line in _edges(lines)}
        outer = {id(line) for line in (lines[:1] + lines[-1:])}
        body: list[Line] = []
        for line in lines:
            is_number = id(line) in outer and _PAGE_NUMBER.match(line.text) is not None
            is_head = id(line) in edge and _shape(line.text) in repeated and not line.text.endswith(_ENDS)
            if is_number or is_head:
                dropped.append(line.text)
            else:
                body.append(line)
        kept.append(body)
    return kept, dropped


def join_lines(flow: Iterable[Line | Other]) -> Iterator[Paragraph | Other]:
    """Join the lines of `flow` to paragraphs; what is no line (a table) passes through and ends a paragraph.

    A line goes on with the next one where it reaches the right edge of the text, unless the next begins with a number
    such as 第三条 or （二）. A line that ends a sentence goes on only in a text whose paragraphs are indented, where it
    fills the page up to its margin and the next one is not indented: a paragraph cut at a full stop harms less than a
    heading swallowed by the paragraph before it.
    """
    pieces = list(flow)
    lines = [piece for piece in pieces if isinstance(piece, Line)]
    right, left = _body_edges(lines)
    indents = sum(line.left > left + _INDENT_POINTS for line in lines) >= _INDENTED * len(lines)
    run: list[Line] = []
    for piece in pieces:
        if not isinstance(piece, Line):
            yield from _paragraph(run)
            run = []
            yield piece
            continue
        if run and not _goes_on(run[-1], piece, right=right, left=left, indents=indents):
            yield from _paragraph(run)
            run = []
        run.append(piece)
    yield from _paragraph(run)


def _goes_on(line: Line, following: Line, *, right: float, left: float, indents: bool) -> bool:
    if _STARTS_ANEW.match(following.text):
        return False
    if line.right - left < _FULL * (right - left):
        return False
    if not line.text.endswith(_ENDS):
        return True
    margin = max(right, line.paper - left)
    return indents and following.left <= left + _INDENT_POINTS and line.right >= margin - _SPARE * _letter(line)


def _letter(line: Line) -> float:
    """About how wide a Chinese character of the line is, in points; Latin letters and digits are half as wide."""
    halves = sum(1 if character.isascii() else 2 for character in line.text)
    return 2 * (line.right - line.left) / max(2, halves)


def _body_edges(lines: list[Line]) -> tuple[float, float]:
    """The right and the left edge of the body text: where its longest lines end (outliers of a long text aside) and most begin.

    A text without any long line has none that is wrapped: its right edge is then taken from the paper.
    """
    if not lines:
        return 0.0, 0.0
    rights = sorted(line.right for line in lines)
    lefts = sorted(line.left for line in lines)
    left = lefts[int(0.1 * (len(lefts) - 1))]
    paper = min(line.paper for line in lines)
    return max(rights[math.ceil(_LONGEST * (len(rights) - 1))], left + _LEAST_BODY * (paper - 2 * left)), left


def _paragraph(run: list[Line]) -> Iterator[Paragraph]:
    if not run:
        return
    parts = [run[0].text]
    for line in run[1:]:
        if _WORD.match(parts[-1][-1]) and _WORD.match(line.text[0]) and not (parts[-1][-1].isdigit() and line.text[0].isdigit()):
            parts.append(" ")
        parts.append(line.text)
    yield Paragraph("".join(parts), run[0].page, len(run))


def _edges(lines: list[Line]) -> list[Line]:
    return lines if len(lines) <= 2 * _EDGE_LINES else lines[:_EDGE_LINES] + lines[-_EDGE_LINES:]


def _shape(text: str) -> str:
    return re.sub(r"\d+", "0", re.sub(r"\s+", "", text))
