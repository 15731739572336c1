"""Old Word files (doc): converted by LibreOffice, or read by antiword, each as a program of its own with a time limit.

LibreOffice (2 s) keeps tables and automatic numbers, antiword (3 ms) often loses both. Neither is needed to install the service; without both the file is refused with the way out in one line.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from policies.diagnostics import Diagnostic, info
from policies.errors import UnreadablePolicy
from policies.reading.docx import read_docx
from policies.reading.lines import LineBuilder, one_line

_ANTIWORD_SECONDS = 10
_OFFICE_SECONDS = 40
_RULE = re.compile(r"^[-|\s]+$")


@dataclass(frozen=True, slots=True)
class OldWordReading:
    """What an old Word file gave."""

    builder: LineBuilder
    diagnostics: tuple[Diagnostic, ...]


def read_doc(data: bytes) -> OldWordReading:
    """Read a doc file; raises UnreadablePolicy where no converter is installed or none can read it."""
    office, antiword = shutil.which("soffice"), shutil.which("antiword")
    if office is None and antiword is None:
        raise UnreadablePolicy("doc_unsupported", "本机没有读取旧版 doc 的工具,请用 Word 或 WPS 另存为 docx 后重新上传")
    with tempfile.TemporaryDirectory(prefix="mianshen-doc-", ignore_cleanup_errors=True) as folder:
        source = Path(folder) / "source.doc"
        source.write_bytes(data)
        if office is not None and (converted := _by_office(office, source, Path(folder))) is not None:
            reading = read_docx(converted)
            note = info("doc.converted", "旧版 doc 已由 LibreOffice 转换后读取")
            return OldWordReading(reading.builder, (note, *reading.diagnostics))
        if antiword is not None and (builder := _by_antiword(antiword, source)) is not None:
            note = info("doc.antiword", "旧版 doc 由 antiword 读取,自动编号和表格可能走样,请对照原件核对")
            return OldWordReading(builder, (note,))
    raise UnreadablePolicy("broken_container", "文件不完整或已损坏,请重新下载,或另存为 docx 后上传")


def _by_antiword(program: str, source: Path) -> LineBuilder | None:
    command = [program, "-m", "UTF-8.txt", "-w", "0", str(source)]
    try:
        done = subprocess.run(command, capture_output=True, timeout=_ANTIWORD_SECONDS, check=False)
    except subprocess.TimeoutExpired:
        return None
    text = done.stdout.decode("utf-8", errors="replace")
    if done.returncode != 0 or not text.strip():
        return None
    builder = LineBuilder()
    for is_table, lines in _grouped(text.splitlines()):
        if is_table:
            builder.table([_cells(line) for line in lines if not _RULE.match(line)])
        else:
            for line in lines:
                builder.paragraph(line)
    return builder if builder.parts else None


def _grouped(lines: list[str]) -> Iterator[tuple[bool, list[str]]]:
    """Runs of table rows (antiword draws them between bars) and runs of ordinary lines."""
    run: list[str] = []
    in_table = False
    for line in lines:
        is_row = line.startswith("|") and line.rstrip().endswith("|")
        if is_row != in_table and run:
            yield in_table, run
            run = []
        in_table = is_row
        run.append(line)
    if run:
        yield in_table, run


def _cells(line: str) -> list[str]:
    return [one_line(cell) for cell in line.strip().strip("|").split("|")]


def _by_office(program: str, source: Path, folder: Path) -> bytes | None:
    profile = (folder / "profile").as_uri()
    command = [program, f"-env:UserInstallation={profile}", "--headless", "--norestore", "--convert-to", "docx"]
    command += ["--outdir", str(folder), str(source)]
    try:
        subprocess.run(command, capture_output=True, timeout=_OFFICE_SECONDS, check=False)
    except subprocess.TimeoutExpired:
        return None
    converted = source.with_suffix(".docx")
    return converted.read_bytes() if converted.exists() else None
