from __future__ import annotations

import shutil
import subprocess
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policies.document import PolicyText, SourceFormat
from policies.errors import UnreadablePolicy
from policies.reading import MAX_BYTES, read_policy
from tests.policies.files import a_docx, a_pdf, a_zip, an_ole, raw_docx

HTML = "<html><body><div id=zoom>" + "<p>第一条 对符合条件的企业给予补助,最高不超过50万元。</p>" * 3 + "</div></body></html>"
PDF = a_pdf([[(72, 780, "海城市促进企业发展办法(试行)")]])


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ("第一条 甲".encode(), SourceFormat.TXT),
        (HTML.encode(), SourceFormat.HTML),
        (HTML.encode("utf-16"), SourceFormat.HTML),
        (a_docx(["第一条 甲"]), SourceFormat.DOCX),
        (PDF, SourceFormat.PDF),
    ],
    ids=["txt", "html", "html in utf-16", "docx", "pdf"],
)
def test_the_format_is_told_by_the_content_whatever_the_name_says(data: bytes, expected: SourceFormat) -> None:
    text = read_policy(data, name="政策.xls")
    assert text.source_format is expected
    assert text.sha256 == sha256(data).hexdigest()
    assert text == read_policy(data, name="政策.xls")


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty"),
        (b" \r\n\t ", "empty"),
        (b"\x89PNG\r\n\x1a\n" + bytes(64), "image"),
        (b"Rar!\x1a\x07\x00" + bytes(64), "archive"),
        (b"{\\rtf1\\ansi}", "rtf"),
        (a_zip({"a.txt": "甲"}), "archive"),
        (a_zip({"xl/workbook.xml": "<a/>"}), "xlsx"),
        (a_zip({"OFD.xml": "<a/>"}), "ofd"),
        (b"PK\x03\x04" + bytes(100), "broken_container"),
        (an_ole("EncryptedPackage"), "encrypted"),
        (an_ole("Workbook"), "xlsx"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(100), "broken_container"),
        (b"a" * (MAX_BYTES + 1), "too_large"),
    ],
    ids=["empty", "blank", "image", "rar", "rtf", "zip", "xlsx", "ofd", "broken zip", "encrypted", "xls", "broken ole", "50 MB"],
)
def test_what_is_no_policy_text_is_refused_in_one_line_that_says_what_to_do(data: bytes, code: str) -> None:
    with pytest.raises(UnreadablePolicy) as refused:
        read_policy(data, name="x.txt")
    assert refused.value.code == code
    assert len(refused.value.message) < 80
    assert "\n" not in refused.value.message


def test_an_old_word_file_without_a_converter_is_refused_with_the_way_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: None)
    with pytest.raises(UnreadablePolicy) as refused:
        read_policy(an_ole("WordDocument"), name="a.doc")
    assert refused.value.code == "doc_unsupported"
    assert "docx" in refused.value.message


@pytest.mark.skipif(shutil.which("antiword") is None, reason="antiword is not installed")
def test_a_broken_old_word_file_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("policies.reading.doc._OFFICE_SECONDS", 0.01)
    with pytest.raises(UnreadablePolicy) as refused:
        read_policy(an_ole("WordDocument"), name="a.doc")
    assert refused.value.code == "broken_container"


@pytest.mark.libreoffice
@pytest.mark.slow
@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_an_old_word_file_reads_like_the_new_one(tmp_path: Path) -> None:
    source = tmp_path / "a.docx"
    source.write_bytes(a_docx(["第一条 甲企业给予10万元奖励", "第二条 乙"]))
    profile = (tmp_path / "profile").as_uri()
    command = ["soffice", f"-env:UserInstallation={profile}", "--headless", "--convert-to", "doc", "--outdir", str(tmp_path)]
    subprocess.run([*command, str(source)], check=True, capture_output=True, timeout=120)
    text = read_policy((tmp_path / "a.doc").read_bytes(), name="a.doc")
    assert text.source_format is SourceFormat.DOC
    assert text.text.splitlines() == ["第一条 甲企业给予10万元奖励", "第二条 乙"]


def assert_sound(text: PolicyText) -> None:
    """Blocks lie in order inside the text and hold words; nothing but blanks is outside them."""
    position = 0
    outside: list[str] = []
    for block in text.blocks:
        assert position <= block.start < block.end <= len(text.text)
        assert text.text[block.start : block.end].strip() == text.text[block.start : block.end]
        outside.append(text.text[position : block.start])
        position = block.end
    outside.append(text.text[position:])
    assert not "".join(outside).strip()


def read_or_refuse(data: bytes) -> PolicyText | None:
    """Read `data`, None where it is refused in one line; whatever comes is sound."""
    try:
        text = read_policy(data, name="x")
    except UnreadablePolicy as refused:
        message = refused.message
    else:
        assert_sound(text)
        return text
    assert message
    assert "\n" not in message
    return None


words = st.text(alphabet=st.sampled_from("第一二条（）、。；企业万元%10\t\r\n 　#<>&\"'/\\|年月日"), max_size=200)


@given(words)
@settings(max_examples=200, deadline=None)
def test_any_words_as_a_text_file_are_read_unchanged_or_refused(text: str) -> None:
    read = read_or_refuse(text.encode())
    if read is None:
        assert not text.strip() or "<" in text
    elif read.source_format is SourceFormat.TXT:
        assert read.text == text


MAGICS = [b"", b"%PDF-1.4\n", b"PK\x03\x04", b"<html><p>", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"\xff\xfe"]


@given(st.binary(max_size=400), st.sampled_from(MAGICS))
@settings(max_examples=300, deadline=None)
def test_any_bytes_end_in_a_sound_text_or_in_a_refusal(data: bytes, magic: bytes) -> None:
    read_or_refuse(magic + data)


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_a_spoilt_word_or_pdf_file_ends_in_a_sound_text_or_in_a_refusal(data: st.DataObject) -> None:
    good = data.draw(st.sampled_from([PDF, raw_docx("<w:p><w:r><w:t>第一条 甲</w:t></w:r></w:p>")]))
    spoilt = bytearray(good)
    for _ in range(data.draw(st.integers(1, 8))):
        spoilt[data.draw(st.integers(0, len(spoilt) - 1))] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(len(spoilt) // 2, len(spoilt)))
    read_or_refuse(bytes(spoilt[:cut]))
