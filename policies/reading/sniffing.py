"""What kind of file the bytes are: by their first bytes and, for containers, by what is inside; never by the suffix."""

from __future__ import annotations

import io
import re
import zipfile
import zlib

import olefile

from policies.document import SourceFormat
from policies.errors import UnreadablePolicy

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_HEAD = 4096
_HTML = re.compile(rb"<(?:!doctype\s{1,9}html|html|head|body|meta|div|table|p|span)[\s>/]", re.IGNORECASE)
_REFUSED_MAGIC = (
    (b"\x89PNG", "image"),
    (b"\xff\xd8\xff", "image"),
    (b"GIF8", "image"),
    (b"BM", "image"),
    (b"II*\0", "image"),
    (b"MM\0*", "image"),
    (b"Rar!", "archive"),
    (b"7z\xbc\xaf", "archive"),
    (b"\x1f\x8b", "archive"),
    (b"{\\rtf", "rtf"),
    (b"MZ", "program"),
    (b"\x7fELF", "program"),
)
_REFUSALS = {
    "image": "这是图片,没有可读的文字层;请上传文字版原文,或先做文字识别并人工核对",
    "archive": "这是压缩包,请解压后逐个上传政策文件",
    "rtf": "暂不支持 RTF 格式,请另存为 docx 后重新上传",
    "program": "这是程序文件,不是政策原文,已拒绝",
    "xlsx": "这是电子表格,不是政策原文;请上传政策正文,表格可作为附件留存",
    "pptx": "这是演示文稿,不是政策原文;请上传政策正文",
    "ofd": "暂不支持 OFD 版式文件,请另存为 pdf 或 docx 后重新上传",
    "unknown_container": "无法识别文件格式;请上传 txt、html、docx、doc 或带文字层的 pdf",
    "encrypted": "文件已加密(需要密码),请去除密码后重新上传",
    "broken_container": "文件不完整或已损坏,请重新下载后上传",
}


def sniff(data: bytes) -> SourceFormat:
    """Return the format of `data`; raises UnreadablePolicy for an empty file and for formats that are not read."""
    if not data.strip(b"\0 \t\r\n"):
        raise UnreadablePolicy("empty", "文件是空的,没有任何文字;请检查后重新上传")
    if data.startswith(_ZIP):
        return _sniff_zip(data)
    if data.startswith(_OLE):
        return _sniff_ole(data)
    if b"%PDF-" in data[:1024]:
        return SourceFormat.PDF
    for magic, reason in _REFUSED_MAGIC:
        if data.startswith(magic) and not _looks_like_text(data, magic):
            raise UnreadablePolicy(reason, _REFUSALS[reason])
    return SourceFormat.HTML if _looks_like_html(data) else SourceFormat.TXT


def refusal(reason: str) -> UnreadablePolicy:
    """The error for one of the container reasons, in the officer's words."""
    return UnreadablePolicy(reason, _REFUSALS[reason])


def _looks_like_text(data: bytes, magic: bytes) -> bool:
    """Short letter-only magics (BM, MZ) may open an ordinary text; a binary file soon holds a zero byte."""
    return magic in (b"BM", b"MZ") and b"\0" not in data[:_HEAD]


def _looks_like_html(data: bytes) -> bool:
    if b"mime-version:" in data[:2048].lower() and b"multipart/related" in data[:2048].lower():
        return True  # a web archive
    head = data[:_HEAD].replace(b"\0", b"")  # UTF-16 pages too
    if _HTML.search(head):
        return True
    return data.count(b"</p>") + data.count(b"</div>") + data.count(b"</td>") >= 3


def _sniff_zip(data: bytes) -> SourceFormat:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, zlib.error, ValueError, NotImplementedError, OverflowError):
        raise refusal("broken_container") from None
    if "word/document.xml" in names:
        return SourceFormat.DOCX
    for mark, reason in (("xl/workbook.xml", "xlsx"), ("ppt/presentation.xml", "pptx"), ("OFD.xml", "ofd")):
        if mark in names:
            raise refusal(reason)
    raise refusal("archive")


def _sniff_ole(data: bytes) -> SourceFormat:
    """Old Word files, and encrypted new ones, share the OLE container."""
    try:
        with olefile.OleFileIO(io.BytesIO(data)) as container:
            streams = {"/".join(parts).lower() for parts in container.listdir()}
    except (OSError, IndexError, ValueError, RecursionError, KeyError, TypeError, MemoryError):
        raise refusal("broken_container") from None
    if {"encryptedpackage", "encryptioninfo"} & streams:
        raise refusal("encrypted")
    if "worddocument" in streams:
        return SourceFormat.DOC
    if {"workbook", "book"} & streams:
        raise refusal("xlsx")
    if "powerpoint document" in streams:
        raise refusal("pptx")
    raise refusal("unknown_container")
