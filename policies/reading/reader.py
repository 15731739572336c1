"""From the bytes of any policy file to a PolicyText: what kind it is, how it is read, what is refused."""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256
from typing import assert_never

from policies.diagnostics import Diagnostic
from policies.document import PolicyText, SourceFormat, blocks_of_lines
from policies.errors import UnreadablePolicy
from policies.reading.doc import read_doc
from policies.reading.docx import read_docx
from policies.reading.encoding import decode
from policies.reading.html import read_html
from policies.reading.lines import LineBuilder
from policies.reading.pdf import read_pdf
from policies.reading.sniffing import sniff

MAX_BYTES = 40 * 2**20
_MAX_CHARACTERS = 2_000_000


def read_policy(data: bytes, *, name: str) -> PolicyText:
    """Read one policy file; `name` is its file name, kept for people (the format is told by the content).

    Raises UnreadablePolicy, with one Chinese line, for what cannot be read as a text.
    """
    if len(data) > MAX_BYTES:
        size = len(data) / 2**20
        raise UnreadablePolicy("too_large", f"文件有 {size:.0f} MB,超过 {MAX_BYTES // 2**20} MB 的上限;请只上传政策正文")
    text = _read(data, name, sniff(data))
    _refuse_long(text.text)
    return text


def _refuse_long(text: str) -> None:
    if len(text) > _MAX_CHARACTERS:
        raise UnreadablePolicy("too_large", "文字过多(超过 200 万字),请只上传政策正文")


def _read(data: bytes, name: str, source_format: SourceFormat) -> PolicyText:
    match source_format:
        case SourceFormat.TXT:
            decoded = decode(data)
            _refuse_long(decoded.text)
            return PolicyText(
                name=name,
                sha256=sha256(data).hexdigest(),
                text=decoded.text,
                source_format=source_format,
                encoding=decoded.encoding,
                blocks=blocks_of_lines(decoded.text),
                diagnostics=decoded.diagnostics,
            )
        case SourceFormat.HTML:
            page = read_html(data)
            built = _built(data, name, source_format, page.builder, page.diagnostics)
            return replace(
                built,
                encoding=page.encoding,
                attachments=page.attachments,
                title_hint=page.title,
                published_hint=page.published,
            )
        case SourceFormat.DOCX:
            word = read_docx(data)
            built = _built(data, name, source_format, word.builder, word.diagnostics)
            return replace(built, attachments=word.attachments)
        case SourceFormat.PDF:
            pdf = read_pdf(data)
            return _built(data, name, source_format, pdf.builder, pdf.diagnostics)
        case SourceFormat.DOC:
            old = read_doc(data)
            return _built(data, name, source_format, old.builder, old.diagnostics)
        case _:
            assert_never(source_format)


def _built(
    data: bytes, name: str, source_format: SourceFormat, builder: LineBuilder, diagnostics: tuple[Diagnostic, ...]
) -> PolicyText:
    return PolicyText(
        name=name,
        sha256=sha256(data).hexdigest(),
        text=builder.text,
        source_format=source_format,
        encoding=None,
        blocks=tuple(builder.blocks),
        diagnostics=diagnostics,
    )
