"""Word files of the sample policies: automatic article numbers (第一条 ...), real tables, the same bytes for the same manuscript."""

import io
import zipfile
from datetime import datetime

import docx
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn

from data_samples.manuscript import Line

_NUMBER_ID = 77
_FIXED = datetime(2026, 1, 1)


def write_docx(lines: tuple[Line, ...], *, automatic: bool) -> bytes:
    """A docx of the lines; `automatic` leaves the article numbers to Word, else they stand in the text."""
    document = docx.Document()
    _define_numbering(document)
    table: list[Line] = []
    for line in (*lines, Line("empty", "")):
        if line.mark != "row" and table:
            _add_table(document, table)
            table = []
        if line.mark == "row":
            table.append(line)
        elif line.mark != "empty":
            _add_paragraph(document, line, automatic=automatic)
    properties = document.core_properties
    properties.author, properties.title = "", next(line.text for line in lines if line.mark == "title")
    properties.created = properties.modified = _FIXED
    raw = io.BytesIO()
    document.save(raw)
    return _repacked(raw.getvalue())


def _add_paragraph(document: "docx.document.Document", line: Line, *, automatic: bool) -> None:
    paragraph = document.add_paragraph(line.text if automatic else line.numbered)
    if line.mark in ("title", "chapter", "about"):
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    if line.mark in ("title", "chapter"):
        paragraph.style = document.styles["Title" if line.mark == "title" else "Heading 1"]
    if line.mark == "article" and automatic:
        properties = paragraph._p.get_or_add_pPr()
        properties.append(parse_xml(f'<w:numPr {nsdecls("w")}><w:ilvl w:val="0"/><w:numId w:val="{_NUMBER_ID}"/></w:numPr>'))


def _add_table(document: "docx.document.Document", rows: list[Line]) -> None:
    table = document.add_table(rows=0, cols=len(rows[0].cells))
    table.style = document.styles["Table Grid"]
    for row in rows:
        for cell, text in zip(table.add_row().cells, row.cells, strict=True):
            cell.text = text


def _define_numbering(document: "docx.document.Document") -> None:
    """Numbering 第%1条 with Chinese counting; abstract definitions must stand before the instances."""
    numbering = document.part.numbering_part.element
    abstract = parse_xml(
        f'<w:abstractNum {nsdecls("w")} w:abstractNumId="{_NUMBER_ID}"><w:multiLevelType w:val="singleLevel"/><w:lvl w:ilvl="0">'
        '<w:start w:val="1"/><w:numFmt w:val="chineseCounting"/><w:suff w:val="space"/><w:lvlText w:val="第%1条"/><w:lvlJc w:val="left"/>'
        "</w:lvl></w:abstractNum>"
    )
    first = numbering.find(qn("w:num"))
    numbering.insert(0 if first is None else list(numbering).index(first), abstract)
    numbering.append(parse_xml(f'<w:num {nsdecls("w")} w:numId="{_NUMBER_ID}"><w:abstractNumId w:val="{_NUMBER_ID}"/></w:num>'))


def _repacked(raw: bytes) -> bytes:
    """The same package with fixed times, so that the bytes do not depend on the clock."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(raw)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            target.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), source.read(name), zipfile.ZIP_DEFLATED)
    return out.getvalue()
