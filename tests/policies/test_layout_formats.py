"""One text in many files: a layout of the grid that is read without a fault is read the same from a web page, a Word file and a PDF."""

from __future__ import annotations

import html
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from policies.parsing import parse_policy
from tests.policies.files import a_pdf, docx_of
from tests.policies.layout_grid import draw, faults
from tests.policies.test_layout_grid import AT_LEAST
from tests.policies.wordings import leaves, read_tree

_WIDTH, _LEFT, _TOP, _STEP, _BOTTOM = 37, 72.0, 780.0, 20.0, 80.0  # characters of 12 points a line; points of a page
_SEEDS = range(7000, 7003)

Block = str | list[list[str]]


def blocks(text: str) -> Iterator[Block]:
    """Paragraphs, and the rows of tables together."""
    rows: list[list[str]] = []
    for line in text.strip().split("\n"):
        if "\t" in line:
            rows.append(line.split("\t"))
            continue
        if rows:
            yield rows
        rows = []
        yield line
    if rows:
        yield rows


def web_page(text: str) -> bytes:
    title, *body = blocks(text)
    parts = [
        f"<p>　　{html.escape(b)}</p>"
        if isinstance(b, str)
        else "<table>"
        + "".join("<tr>" + "".join(f"<td><p>{html.escape(c)}</p></td>" for c in row) + "</tr>" for row in b)
        + "</table>"
        for b in body
    ]
    menu, foot = '<div class="nav"><a href="/">首页</a></div>', '<div class="footer">版权所有</div>'
    head = f'<html><head><meta charset="utf-8"><title>{title}</title></head><body>{menu}<h1>{title}</h1>'
    return f'{head}<div class="content">{"".join(parts)}</div>{foot}</body></html>'.encode()


def word_file(text: str) -> bytes:
    return docx_of(blocks(text))


def _printed(text: str, indent: int) -> bytes:
    """A PDF with hard line wraps: every paragraph from the margin, or its first line `indent` characters in."""
    pages: list[list[tuple[float, float, str]]] = [[]]
    height = _TOP
    for number, line in enumerate(text.strip().split("\n")):
        inset, rest = (indent if number else 0), line
        while rest:
            if height < _BOTTOM:
                pages.append([])
                height = _TOP
            room = _WIDTH - inset
            pages[-1].append((_LEFT + 12.0 * inset, height, rest[:room]))
            rest, inset, height = rest[room:], 0, height - _STEP
    return a_pdf(pages)


def pdf_from_the_margin(text: str) -> bytes:
    return _printed(text, 0)


def pdf_indented(text: str) -> bytes:
    return _printed(text, 2)


def reading(rules: dict[str, Any]) -> list[Any]:
    """What is compared: the keys of all leaves of the common part and of each item, and its sums."""
    result: list[Any] = []
    for block in [rules.get("common") or {}, *rules["items"]]:
        trees = [block.get("criteria"), *(a.get("when") for a in block.get("amounts") or [])]
        said = sorted(repr(leaf[0]) for tree in trees for leaf in leaves(read_tree(tree)))
        result.append((said, [(a["kind"], a.get("value")) for a in block.get("amounts") or []]))
    return result


MAKERS: dict[str, tuple[str, Callable[[str], bytes]]] = {
    "web page": ("html", web_page),
    "word file": ("docx", word_file),
    "pdf from the margin": ("pdf", pdf_from_the_margin),
    "pdf indented": ("pdf", pdf_indented),
}


@pytest.mark.parametrize("made", sorted(MAKERS))
@pytest.mark.parametrize("family", sorted(AT_LEAST))
def test_a_file_is_read_as_its_text(family: str, made: str) -> None:
    suffix, make = MAKERS[made]
    for drawing in (draw(seed, family) for seed in _SEEDS):
        if faults(drawing) or (suffix == "pdf" and "\t" in drawing.text):
            continue
        plain = parse_policy(drawing.text.encode(), name="a.txt", document_id="a").rules
        told = parse_policy(make(drawing.text), name=f"a.{suffix}", document_id="a").rules
        assert reading(told) == reading(plain), drawing.text
