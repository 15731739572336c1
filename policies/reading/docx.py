"""Word files (docx): paragraphs with their automatic numbers, tables, tracked changes as accepted, text boxes.

The parts are read straight from the XML: python-docx leaves out automatic numbers, inserted runs, content controls
and text boxes. Sizes are checked before anything is unpacked; a part with a document type declaration is refused, so no
entity is ever expanded and no file or address is ever opened.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from policies.diagnostics import Diagnostic, info, warning
from policies.document import Attachment
from policies.errors import UnreadablePolicy
from policies.reading.docx_numbering import Numbering, W, load_numbering
from policies.reading.lines import LineBuilder, one_line
from policies.reading.sniffing import refusal

_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_RELATION = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
_MAX_PARTS = 5_000
_MAX_PART_BYTES = 48 * 2**20
_MAX_TOTAL_BYTES = 256 * 2**20
_MAX_RATIO = 200
_RATIO_MATTERS_FROM = 4 * 2**20
_DROPPED = frozenset({f"{W}del", f"{W}moveFrom", f"{W}pPr", f"{W}rPr", f"{W}instrText", f"{W}delText"})
_MAX_COLUMNS_SPANNED = 100


@dataclass(frozen=True, slots=True)
class WordReading:
    """What a Word file gave."""

    builder: LineBuilder
    attachments: tuple[Attachment, ...]
    diagnostics: tuple[Diagnostic, ...]


@dataclass(slots=True)
class _Walk:
    """The state of one walk through the body."""

    builder: LineBuilder
    numbering: Numbering
    hidden: int = 0
    changes: int = 0
    images: int = 0
    boxes: list[etree._Element] = field(default_factory=list)


def read_docx(data: bytes) -> WordReading:
    """Read a docx file; raises UnreadablePolicy for broken, encrypted, oversized and text-less ones."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _check_sizes(archive)
            body_part = _part(archive, "word/document.xml")
            numbering = load_numbering(_part(archive, "word/numbering.xml"), _part(archive, "word/styles.xml"))
            relations = _part(archive, "word/_rels/document.xml.rels")
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError, OSError):
        raise refusal("broken_container") from None
    body = None if body_part is None else body_part.find(f"{W}body")
    if body is None:
        raise refusal("broken_container")
    walk = _Walk(LineBuilder(), numbering)
    _blocks(body, walk)
    if not walk.builder.parts:
        reason = "文件里只有图片,没有文字层" if walk.images else "文件里没有文字"
        raise UnreadablePolicy("no_text", f"{reason};请上传文字版原文")
    return WordReading(walk.builder, tuple(_attachments(relations)), tuple(_notes(walk)))


def _check_sizes(archive: zipfile.ZipFile) -> None:
    """Refuse bombs by the sizes in the directory (zipfile never unpacks more than the directory says)."""
    parts = archive.infolist()
    total = sum(part.file_size for part in parts)
    if any(part.flag_bits & 1 for part in parts):
        raise refusal("encrypted")
    swollen = any(
        part.file_size > _RATIO_MATTERS_FROM and part.file_size > _MAX_RATIO * max(part.compress_size, 1) for part in parts
    )
    if swollen or total > _MAX_TOTAL_BYTES or len(parts) > _MAX_PARTS:
        raise UnreadablePolicy("bomb", "文件解压后异常巨大,可能是恶意文件,已拒绝;请另存为普通 docx 后重新上传")


def _part(archive: zipfile.ZipFile, name: str) -> etree._Element | None:
    """One XML part as a tree; None where it is absent."""
    try:
        size = archive.getinfo(name).file_size
    except KeyError:
        return None
    if size > _MAX_PART_BYTES:
        raise UnreadablePolicy("too_large", "文件正文过大(超过 48 MB),请拆分后上传")
    try:
        data = archive.read(name)
    except (zipfile.BadZipFile, zlib.error, EOFError, zipfile.LargeZipFile, OSError, RuntimeError):
        raise refusal("broken_container") from None
    if b"<!DOCTYPE" in data or b"<!ENTITY" in data or "<!DOCTYPE".encode("utf-16-le") in data:
        raise UnreadablePolicy("xml_entities", "文件内含实体定义(可能用于攻击),已拒绝;请用 Word 或 WPS 另存后重新上传")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        return etree.fromstring(data, parser)
    except etree.XMLSyntaxError:
        raise refusal("broken_container") from None


def _blocks(parent: etree._Element, walk: _Walk) -> None:
    """Paragraphs and tables of a body, cell, box or content control, in order."""
    for child in parent:
        if child.tag == f"{W}p":
            _paragraph(child, walk)
        elif child.tag == f"{W}tbl":
            _table(child, walk)
        elif child.tag in (f"{W}del", f"{W}moveFrom"):
            walk.changes += 1
        elif child.tag in (f"{W}sdt", f"{W}sdtContent", f"{W}ins", f"{W}moveTo", f"{W}customXml", f"{W}smartTag"):
            _blocks(child, walk)


def _paragraph(paragraph: etree._Element, walk: _Walk) -> None:
    text = walk.numbering.label(paragraph) + "".join(_words(paragraph, walk))
    for line in text.split("\n"):  # a manual line break ends a line
        walk.builder.paragraph(line)
    boxes, walk.boxes = walk.boxes, []
    for box in boxes:
        _blocks(box, walk)


def _words(node: etree._Element, walk: _Walk) -> Iterator[str]:
    """The text of a paragraph's runs with tracked changes accepted; text boxes are put aside."""
    for child in node:
        tag = child.tag
        if tag == f"{W}t":
            yield child.text or ""
        elif tag == f"{W}tab":
            yield "\t"
        elif tag in (f"{W}br", f"{W}cr"):
            yield "\n"
        elif tag == f"{W}noBreakHyphen":
            yield "-"
        elif tag == f"{W}txbxContent":
            walk.boxes.append(child)
        elif tag in (f"{W}del", f"{W}moveFrom"):
            walk.changes += 1
        elif tag == f"{W}r" and _is_hidden(child):
            walk.hidden += len("".join(child.itertext(f"{W}t")))
        elif tag == f"{_MC}AlternateContent":
            choice = child.find(f"{_MC}Choice")
            yield from _words(child if choice is None else choice, walk)
        elif tag not in _DROPPED and isinstance(tag, str):
            walk.changes += tag == f"{W}ins"
            walk.images += tag in (f"{W}drawing", f"{W}pict")
            yield from _words(child, walk)


def _is_hidden(run: etree._Element) -> bool:
    vanish = run.find(f"{W}rPr/{W}vanish")
    return vanish is not None and vanish.get(f"{W}val") not in ("0", "false")


def _table(table: etree._Element, walk: _Walk) -> None:
    """Rows of cells; a table of one column only frames text, and is read as paragraphs."""
    rows = [row for row in table.iter(f"{W}tr") if _owner(row) is table]
    cells_by_row = [[cell for cell in row.iter(f"{W}tc") if _owner_row(cell) is row] for row in rows]
    if all(len(cells) <= 1 for cells in cells_by_row):
        for cells in cells_by_row:
            for cell in cells:
                _blocks(cell, walk)
        return
    above: dict[int, str] = {}
    walk.builder.table([_row(cells, above, walk) for cells in cells_by_row])
    boxes, walk.boxes = walk.boxes, []
    for box in boxes:
        _blocks(box, walk)


def _row(cells: list[etree._Element], above: dict[int, str], walk: _Walk) -> list[str]:
    """One row; a cell merged with the one above repeats its words, so that every row reads by itself."""
    written: list[str] = []
    for cell in cells:
        words = " ".join(_cell_lines(cell, walk))
        merged = cell.find(f"{W}tcPr/{W}vMerge")
        column = len(written)
        if merged is not None and merged.get(f"{W}val", "continue") == "continue" and not words:
            words = above.get(column, "")
        above[column] = words
        span = cell.find(f"{W}tcPr/{W}gridSpan")
        wide = (span.get(f"{W}val") or "1") if span is not None else "1"
        written.append(words)
        extra = min(int(wide), _MAX_COLUMNS_SPANNED) - 1 if wide.isascii() and wide.isdigit() and len(wide) < 6 else 0
        written.extend([""] * max(extra, 0))
    return written


def _cell_lines(cell: etree._Element, walk: _Walk) -> Iterator[str]:
    for paragraph in cell.iter(f"{W}p"):
        if line := one_line(walk.numbering.label(paragraph) + "".join(_words(paragraph, walk)).replace("\n", " ")):
            yield line


def _owner(row: etree._Element) -> etree._Element | None:
    return next(row.iterancestors(f"{W}tbl"), None)


def _owner_row(cell: etree._Element) -> etree._Element | None:
    return next(cell.iterancestors(f"{W}tr"), None)


def _attachments(relations: etree._Element | None) -> Iterator[Attachment]:
    """Files embedded in the document or linked from it."""
    if relations is None:
        return
    for relation in relations.iter(_RELATION):
        kind, target = relation.get("Type", "").rsplit("/", 1)[-1], relation.get("Target", "")
        if kind in ("oleObject", "package"):
            yield Attachment(target.rsplit("/", 1)[-1], target)


def _notes(walk: _Walk) -> Iterator[Diagnostic]:
    if walk.changes:
        yield warning("docx.tracked_changes", f"文件含 {walk.changes} 处修订痕迹,已按接受修订读取,请核对是否为定稿")
    if walk.hidden:
        yield warning("docx.hidden_text", f"文件含 {walk.hidden} 个隐藏文字,未计入正文,请核对")
    if walk.images:
        yield info("docx.images", f"文件含 {walk.images} 张图片,图片中的文字未读取,请核对有无条件或标准在图中")
