"""PDF files with a text layer: lines by pypdfium2, ruled tables by pdfplumber, then the lines joined to paragraphs.

A scan has no text layer and is refused: nothing is guessed from pictures. pypdfium2 is 25 times faster than pdfplumber,
so the latter only sees pages with enough ruling lines to hold a table.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass

import pdfplumber
import pypdfium2
from pdfminer.pdfexceptions import PDFException
from pdfminer.psexceptions import PSException
from pdfplumber.utils.exceptions import MalformedPDFException, PdfminerException

from policies.diagnostics import Diagnostic, info, warning
from policies.errors import UnreadablePolicy
from policies.reading.encoding import common_share
from policies.reading.lines import LineBuilder
from policies.reading.pdf_lines import Line, Paragraph, drop_running_heads, join_lines
from policies.reading.sniffing import refusal

_MAX_PAGES = 800
_MAX_TABLE_PAGES = 120
_MAX_CHARACTERS = 3_000_000
_LEAST_RULES = 4
_LEAST_TEXT_PER_PAGE = 8
_LEAST_COMMON = 0.6
_PDFIUM_PASSWORD = "password"
_PATH = pypdfium2.raw.FPDF_PAGEOBJ_PATH
_IMAGE = pypdfium2.raw.FPDF_PAGEOBJ_IMAGE
_MALFORMED = (PDFException, PSException, MalformedPDFException, PdfminerException, ValueError, TypeError, KeyError,
              IndexError, AttributeError, RecursionError, AssertionError, OverflowError)  # fmt: skip


@dataclass(frozen=True, slots=True)
class PdfReading:
    """What a PDF gave."""

    builder: LineBuilder
    diagnostics: tuple[Diagnostic, ...]


@dataclass(frozen=True, slots=True)
class _Table:
    """Rows of cells, and the height on the page (from its top, in points) where they stand."""

    rows: list[list[str]]
    top: float
    bottom: float


@dataclass(frozen=True, slots=True)
class _Page:
    number: int
    lines: tuple[Line, ...]
    height: float
    rules: int
    images: int


def read_pdf(data: bytes) -> PdfReading:
    """Read a PDF; raises UnreadablePolicy for encrypted, broken, scanned and over-long ones."""
    pages = tuple(_pages(data))
    _refuse_scans(pages)
    tables, notes = _tables(data, pages)
    kept, dropped = drop_running_heads([list(page.lines) for page in pages])
    builder = LineBuilder()
    joined = 0
    flow = list(_flow(pages, kept, tables))
    for piece in join_lines(flow):
        if isinstance(piece, Paragraph):
            builder.paragraph(piece.text, page=piece.page)
            joined += piece.lines - 1
        else:
            builder.table(piece.rows, page=piece.page)
    if joined:
        notes.append(info("pdf.joined_lines", f"已把排版折行合并为段落({joined} 处)"))
    if dropped:
        notes.append(info("pdf.dropped_heads", f"已略去页眉页脚和页码({len(dropped)} 行),如“{dropped[0][:20]}”"))
    notes += _notes(pages, builder)
    return PdfReading(builder, tuple(notes))


def _open(data: bytes) -> pypdfium2.PdfDocument:
    try:
        return pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as trouble:
        raise refusal("encrypted" if _PDFIUM_PASSWORD in str(trouble).lower() else "broken_container") from None


def _pages(data: bytes) -> Iterator[_Page]:
    document = _open(data)
    count = len(document)
    if count > _MAX_PAGES:
        document.close()
        raise UnreadablePolicy("too_many_pages", f"文件共 {count} 页,超过 {_MAX_PAGES} 页的上限;请只上传政策正文")
    characters = 0
    for index in range(count):
        try:
            page = document[index]
        except pypdfium2.PdfiumError:
            continue
        found = _read_page(page, index + 1)
        page.close()
        characters += sum(len(line.text) for line in found.lines)
        if characters > _MAX_CHARACTERS:
            raise UnreadablePolicy("too_large", "文字过多(超过 300 万字),请只上传政策正文")
        yield found
    document.close()


def _read_page(page: pypdfium2.PdfPage, number: int) -> _Page:
    """The page's lines with their place; pypdfium2 breaks the text where the printed line breaks."""
    words = page.get_textpage()
    height, paper = float(page.get_height()), float(page.get_width())
    text = words.get_text_range() if words.count_chars() else ""
    lines: list[Line] = []
    position, counted = 0, words.count_chars()
    for raw in text.split("\n"):
        body = raw.rstrip("\r")
        start = position + len(body) - len(body.lstrip())
        end = position + len(body.rstrip()) - 1
        position += len(raw) + 1
        cleaned = body.replace("\ufffe", "").replace("\x02", "").strip()
        if not cleaned or end >= counted:
            continue
        left, _, _, top = words.get_charbox(start)
        right = words.get_charbox(end)[2]
        lines.append(Line(cleaned, number, float(left), float(right), height - float(top), paper))
    rules = images = 0
    for item in page.get_objects(max_depth=2):
        rules += item.type == _PATH
        images += item.type == _IMAGE
    words.close()
    return _Page(number, tuple(lines), height, rules, images)


def _refuse_scans(pages: tuple[_Page, ...]) -> None:
    if not pages:
        raise refusal("broken_container")
    size = sum(len(line.text) for page in pages for line in page.lines)
    if size < min(_LEAST_TEXT_PER_PAGE * len(pages), 400):
        if any(page.images for page in pages):
            raise UnreadablePolicy("scanned_pdf", "这是扫描件,没有文字层,系统不做猜测;请上传文字版,或先做文字识别并人工核对")
        raise UnreadablePolicy("no_text", "文件里没有文字;请上传文字版原文")


def _tables(data: bytes, pages: tuple[_Page, ...]) -> tuple[dict[int, list[_Table]], list[Diagnostic]]:
    """The ruled tables of each page that may hold one."""
    wanted = [page.number for page in pages if page.rules >= _LEAST_RULES]
    if not wanted:
        return {}, []
    notes: list[Diagnostic] = []
    if len(wanted) > _MAX_TABLE_PAGES:
        notes.append(warning("pdf.tables_skipped", f"含表格线的页过多,只识别了前 {_MAX_TABLE_PAGES} 页的表格,其余按文字读取"))
    found: dict[int, list[_Table]] = {}
    try:
        with pdfplumber.open(io.BytesIO(data)) as document:
            for number in wanted[:_MAX_TABLE_PAGES]:
                page = document.pages[number - 1]
                found[number] = [_table(table) for table in page.find_tables()]
                page.close()
    except _MALFORMED:
        notes.append(warning("pdf.tables_unreadable", "文件结构不规范,表格未能识别,已按文字读取,请核对表格内容"))
    return {number: [table for table in tables if _is_table(table)] for number, tables in found.items()}, notes


def _table(table: pdfplumber.table.Table) -> _Table:
    rows = [[(cell or "").replace("\n", "") for cell in row] for row in table.extract()]
    _, top, _, bottom = table.bbox
    return _Table(rows, float(top), float(bottom))


def _is_table(table: _Table) -> bool:
    return len(table.rows) >= 2 and max(len(row) for row in table.rows) >= 2


@dataclass(frozen=True, slots=True)
class PlacedTable:
    """A table in the flow of lines."""

    rows: list[list[str]]
    page: int


def _flow(pages: tuple[_Page, ...], kept: list[list[Line]], tables: dict[int, list[_Table]]) -> Iterator[Line | PlacedTable]:
    """Lines and tables in reading order; a line inside a table's frame belongs to the table."""
    for page, lines in zip(pages, kept, strict=True):
        waiting = sorted(tables.get(page.number, []), key=lambda table: table.top)
        for line in lines:
            while waiting and waiting[0].top <= line.top:
                yield from _placed(waiting.pop(0), page.number)
            if not any(table.top <= line.top < table.bottom for table in tables.get(page.number, [])):
                yield line
        for table in waiting:
            yield from _placed(table, page.number)


def _placed(table: _Table, page: int) -> Iterator[PlacedTable]:
    yield PlacedTable(table.rows, page)


def _notes(pages: tuple[_Page, ...], builder: LineBuilder) -> Iterator[Diagnostic]:
    pictures = [page.number for page in pages if page.images and not page.lines]
    if pictures:
        shown = "、".join(map(str, pictures[:10]))
        yield warning("pdf.pages_without_text", f"第 {shown} 页只有图片没有文字,未读取,请核对")
    text = builder.text
    private = sum("\ue000" <= character <= "\uf8ff" or character == "\ufffd" for character in text)
    if private > 0.02 * len(text) or common_share(text) < _LEAST_COMMON:
        yield warning("pdf.garbled", "文字层可能有乱码(字体缺少编码信息),请对照原件核对,或上传 docx 版本")
