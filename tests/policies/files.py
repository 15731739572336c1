"""Makers of policy files for the tests: Word, PDF and web pages, and the bad ones that a service must survive."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Iterable, Sequence

import docx

CONTENT_TYPES = (
    b'<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    b'<Default Extension="xml" ContentType="application/xml"/></Types>'
)
W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def a_docx(paragraphs: Sequence[str], rows: Sequence[Sequence[str]] = ()) -> bytes:
    """A Word file as python-docx writes it, with a table at the end where rows are given."""
    return docx_of([*paragraphs, *([rows] if rows else [])])


def docx_of(blocks: Iterable[str | Sequence[Sequence[str]]]) -> bytes:
    """A Word file of paragraphs and tables (rows of cells) in their order."""
    document = docx.Document()
    for block in blocks:
        if isinstance(block, str):
            document.add_paragraph(block)
            continue
        table = document.add_table(rows=len(block), cols=max(map(len, block)))
        for row, cells in zip(table.rows, block, strict=True):
            for cell, words in zip(row.cells, cells, strict=True):
                cell.text = words
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def raw_docx(body: str, *, numbering: str | None = None, styles: str | None = None, prolog: str = "") -> bytes:
    """A Word file from raw XML: `body` is the inside of w:body."""
    parts: dict[str, bytes | str] = {
        "[Content_Types].xml": CONTENT_TYPES,
        "word/document.xml": f"{prolog}<w:document {W}><w:body>{body}</w:body></w:document>",
    }
    if numbering is not None:
        parts["word/numbering.xml"] = f"<w:numbering {W}>{numbering}</w:numbering>"
    if styles is not None:
        parts["word/styles.xml"] = f"<w:styles {W}>{styles}</w:styles>"
    return a_zip(parts)


def a_zip(parts: dict[str, bytes | str]) -> bytes:
    """A zip with these members."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def a_paragraph(text: str, properties: str = "") -> str:
    """The XML of one paragraph."""
    return f"<w:p>{f'<w:pPr>{properties}</w:pPr>' if properties else ''}<w:r><w:t>{text}</w:t></w:r></w:p>"


def numbered(text: str, list_id: int, level: int = 0) -> str:
    """The XML of a paragraph in a list."""
    return a_paragraph(text, f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{list_id}"/></w:numPr>')


def a_list(list_id: int, *levels: tuple[str, str]) -> str:
    """numbering.xml of one list: a (format, text) pair per level."""
    inside = "".join(
        f'<w:lvl w:ilvl="{at}"><w:start w:val="1"/><w:numFmt w:val="{number_format}"/><w:lvlText w:val="{text}"/><w:suff w:val="nothing"/></w:lvl>'
        for at, (number_format, text) in enumerate(levels)
    )
    return f'<w:abstractNum w:abstractNumId="{list_id}">{inside}</w:abstractNum><w:num w:numId="{list_id}"><w:abstractNumId w:val="{list_id}"/></w:num>'


def a_pdf(
    pages: Sequence[Sequence[tuple[float, float, str]]],
    *,
    rules: Sequence[str] = (),
    encrypt: bool = False,
    inline_image_on: Sequence[int] = (),
) -> bytes:
    """A PDF with a Chinese text layer: each page a list of (x, y from the bottom, words) at 12 points.

    `rules` is one drawing program per page (ruling lines of tables). `encrypt` adds an encryption dictionary that no
    empty password opens.
    """
    objects: list[bytes] = [b"", b""]
    objects.append(b"<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding /UniGB-UCS2-H /DescendantFonts [4 0 R] >>")
    objects.append(
        b"<< /Type /Font /Subtype /CIDFontType0 /BaseFont /STSong-Light /DW 1000 "
        b"/CIDSystemInfo << /Registry (Adobe) /Ordering (GB1) /Supplement 4 >> /FontDescriptor 5 0 R >>"
    )
    objects.append(
        b"<< /Type /FontDescriptor /FontName /STSong-Light /Flags 6 /FontBBox [-25 -254 1000 880] /ItalicAngle 0 "
        b"/Ascent 880 /Descent -120 /CapHeight 880 /StemV 93 >>"
    )
    kids: list[str] = []
    for index, lines in enumerate(pages):
        program = "".join(_shown(x, y, words) for x, y, words in lines) + (rules[index] if index < len(rules) else "")
        if index in inline_image_on:
            program += "q 400 0 0 400 100 100 cm BI /W 1 /H 1 /CS /G /BPC 8 ID x EI Q"
        stream = zlib.compress(program.encode("ascii"))
        objects.append(b"<< /Length %d /Filter /FlateDecode >>\nstream\n%s\nendstream" % (len(stream), stream))
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents {len(objects)} 0 R "
            f"/Resources << /Font << /F1 3 0 R >> >> >>".encode()
        )
        kids.append(f"{len(objects)} 0 R")
    objects[0] = b"<< /Type /Catalog /Pages 2 0 R >>"
    objects[1] = f"<< /Type /Pages /Kids [{' '.join(kids)}] /Count {len(kids)} >>".encode()
    trailer = ""
    if encrypt:
        key = "28BF4E5E4E758A4164004E56FFFA01082E2E00B6D0683E802F0CA9FE6453697A"
        objects.append(f"<< /Filter /Standard /V 1 /R 2 /O <{key}> /U <{key[::-1]}> /P -44 >>".encode())
        trailer = f" /Encrypt {len(objects)} 0 R /ID [<00> <00>]"
    return _assembled(objects, trailer)


def _shown(x: float, y: float, words: str) -> str:
    return f"BT /F1 12 Tf {x} {y} Td <{words.encode('utf-16-be').hex()}> Tj ET\n"


def _assembled(objects: Sequence[bytes], trailer: str = "") -> bytes:
    out = io.BytesIO()
    out.write(b"%PDF-1.4\n")
    places: list[int] = []
    for number, content in enumerate(objects, 1):
        places.append(out.tell())
        out.write(b"%d 0 obj\n%s\nendobj\n" % (number, content))
    start = out.tell()
    out.write(f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode())
    for place in places:
        out.write(b"%010d 00000 n \n" % place)
    out.write(f"trailer\n<< /Size {len(objects) + 1} /Root 1 0 R{trailer} >>\nstartxref\n{start}\n%%EOF".encode())
    return out.getvalue()


def a_scanned_pdf(pages: int = 1) -> bytes:
    """A PDF of pictures only: one grey pixel stretched over each page."""
    objects: list[bytes] = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"",
        b"<< /Type /XObject /Subtype /Image /Width 1 /Height 1 /ColorSpace /DeviceGray /BitsPerComponent 8 /Length 1 >>\nstream\n\x80\nendstream",
    ]
    kids: list[str] = []
    for _ in range(pages):
        program = b"q 595 0 0 842 0 0 cm /I Do Q"
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(program), program))
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents {len(objects)} 0 R "
            f"/Resources << /XObject << /I 3 0 R >> >> >>".encode()
        )
        kids.append(f"{len(objects)} 0 R")
    objects[1] = f"<< /Type /Pages /Kids [{' '.join(kids)}] /Count {len(kids)} >>".encode()
    return _assembled(objects)


def a_cyclic_pdf() -> bytes:
    """A PDF whose page tree points back to itself and whose page's contents are itself."""
    return _assembled(
        [
            b"<< /Type /Catalog /Pages 2 0 R >>",
            b"<< /Type /Pages /Kids [2 0 R 3 0 R 2 0 R] /Count 3 /Parent 2 0 R >>",
            b"<< /Type /Page /Parent 2 0 R /Contents 3 0 R /Resources 3 0 R /MediaBox 4 0 R >>",
            b"4 0 R",
        ]
    )


def a_bomb_docx(megabytes: int = 300) -> bytes:
    """A Word file whose document part is hundreds of megabytes of blanks."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", CONTENT_TYPES)
        with archive.open("word/document.xml", "w") as part:
            for _ in range(megabytes):
                part.write(b" " * 2**20)
    return buffer.getvalue()


def a_lying_docx() -> bytes:
    """A Word file whose directory says that the document part is 100 bytes long, while it unpacks to megabytes."""
    honest = a_bomb_docx(8)
    size = struct.pack("<I", 8 * 2**20)
    return honest.replace(size, struct.pack("<I", 100))


def an_ole(stream: str) -> bytes:
    """The smallest OLE container with one stream of this name (512-byte sectors, no content)."""
    sector = b"\xff" * 512
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 16 + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + b"\0" * 10
    header += struct.pack("<IIIIIIIII", 1, 1, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0, 0) + b"\xff" * 432
    fat = struct.pack("<III", 0xFFFFFFFD, 0xFFFFFFFE, 0xFFFFFFFF) + sector[12:]
    directory = _ole_entry("Root Entry", 5, child=1) + _ole_entry(stream, 2) + _ole_entry("", 0) * 2
    return (header + b"\0" * (512 - len(header)))[:512] + _with_fat(fat) + directory


def _with_fat(fat: bytes) -> bytes:
    return fat[:512]


def _ole_entry(name: str, kind: int, child: int = 0xFFFFFFFF) -> bytes:
    raw = name.encode("utf-16-le")
    entry = raw + b"\0" * (64 - len(raw)) + struct.pack("<HBB", len(raw) + 2 if name else 0, kind, 1)
    entry += struct.pack("<III", 0xFFFFFFFF, 0xFFFFFFFF, child) + b"\0" * 36
    return entry + struct.pack("<IQ", 0xFFFFFFFE, 0)
