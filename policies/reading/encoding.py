"""Bytes to text: which encoding, and how surely.

The rule, in order: byte-order mark, then strict UTF-8, then UTF-16 by its zero bytes, then GB18030 (labels gb2312 and
gbk decode with it too). Big5 bytes decode as GB18030 without error, into rare characters; so where the
GB18030 text has few common characters, charset-normalizer is asked.
"""

from __future__ import annotations

import codecs
from dataclasses import dataclass

from charset_normalizer import from_bytes

from policies.diagnostics import Diagnostic, info, warning
from policies.errors import UnreadablePolicy

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# A page that says gb2312 often holds 喆 or 镕; a page that says big5 often holds Hong Kong's additions.
_LABELS = {
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "x-gbk": "gb18030",
    "gb18030": "gb18030",
    "big5": "big5hkscs",
    "big5-hkscs": "big5hkscs",
    "utf-16le": "utf-16-le",
    "utf-16be": "utf-16-be",
}
_CANDIDATES = ["big5", "big5hkscs", "gb18030"]
_COMMON_SHARE = 0.7
_SAMPLE = 60_000
_TOLERATED_DAMAGE = 0.005


@dataclass(frozen=True, slots=True)
class Decoded:
    """The text of the bytes, the codec that gave it, and what was odd."""

    text: str
    encoding: str
    diagnostics: tuple[Diagnostic, ...] = ()


def decode(data: bytes, *, label: str | None = None) -> Decoded:
    """Decode `data`; `label` is the encoding that the document itself claims, believed only where it fits.

    Raises UnreadablePolicy where no encoding gives a readable text.
    """
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            return _readable(_decoded(data, encoding))
    if _decodes(data, "utf-8"):
        return _readable(Decoded(data.decode("utf-8"), "utf-8"))
    wide = _wide_encoding(data)
    if wide is not None:
        return _readable(_decoded(data, wide))
    damaged = _damaged_utf8(data)
    if damaged is not None:
        return _readable(damaged)
    claimed = _LABELS.get((label or "").strip().lower())
    if claimed is not None and _decodes(data, claimed):
        return _readable(Decoded(data.decode(claimed), claimed))
    return _readable(_chinese(data))


def common_share(text: str) -> float:
    """The share of the Han characters of `text` among the 3,755 common ones (GB 2312 level 1); 1.0 without any."""
    han = [character for character in text[:_SAMPLE] if "\u4e00" <= character <= "\u9fff"]
    if not han:
        return 1.0
    common = 0
    for character in han:
        code = character.encode("gb2312", errors="ignore")
        common += len(code) == 2 and 0xB0 <= code[0] <= 0xD7
    return common / len(han)


def _chinese(data: bytes) -> Decoded:
    """A text in one of the Chinese double-byte encodings, neither marked nor labelled."""
    plain = _decoded(data, "gb18030")
    if common_share(plain.text) >= _COMMON_SHARE:
        return plain
    best = from_bytes(data[:_SAMPLE], cp_isolation=_CANDIDATES, threshold=1.0).best()
    if best is None or best.encoding == "gb18030":
        return plain
    other = _decoded(data, "big5hkscs")
    guess = info("encoding.guessed", "文件未声明编码,按 Big5 繁体解码,请核对文字是否正常")
    return Decoded(other.text, other.encoding, (*other.diagnostics, guess))


def _decoded(data: bytes, encoding: str) -> Decoded:
    """Decode with a few broken characters tolerated and reported."""
    text = data.decode(encoding, errors="replace")
    broken = text.count("\ufffd")
    if not broken:
        return Decoded(text, encoding)
    if broken > max(2, len(text) * _TOLERATED_DAMAGE):
        raise UnreadablePolicy("encoding_unknown", "无法识别文件编码或文件已损坏,请另存为 UTF-8 文本后重新上传")
    place = text.index("\ufffd")
    message = f"有 {broken} 处字节无法解码,已用“\ufffd”代替,请核对原文"
    return Decoded(text, encoding, (warning("encoding.damaged", message, place, place + 1),))


def _damaged_utf8(data: bytes) -> Decoded | None:
    """UTF-8 with a cut end or a few spoilt bytes; None where it is another encoding."""
    text = data.decode("utf-8", errors="replace")
    broken = text.count("\ufffd")
    wide = sum(character > "\u07ff" for character in text[:_SAMPLE]) - text[:_SAMPLE].count("\ufffd")
    if wide <= 0 or broken > max(2, len(text) * _TOLERATED_DAMAGE) or broken * 10 > wide:
        return None
    return _decoded(data, "utf-8")


def _wide_encoding(data: bytes) -> str | None:
    """UTF-16 without a mark: line ends, digits and spaces leave a zero in every other byte."""
    if len(data) % 2 or b"\0" not in data[:_SAMPLE]:
        return None
    sample = data[:_SAMPLE]
    high_first, low_first = sample[0::2].count(0), sample[1::2].count(0)
    if high_first == low_first:
        return None
    return "utf-16-be" if high_first > low_first else "utf-16-le"


def _decodes(data: bytes, encoding: str) -> bool:
    try:
        data.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _readable(decoded: Decoded) -> Decoded:
    """Refuse what decodes but is no text: control characters and zeros are the mark of a binary file."""
    sample = decoded.text[:_SAMPLE]
    controls = sum(ord(character) < 32 and character not in "\t\n\r\f\v" for character in sample)
    if controls > max(4, len(sample) // 200):
        raise UnreadablePolicy("not_a_document", "文件内容不是文字(可能是程序、图片或压缩数据),请上传政策原文")
    return decoded
