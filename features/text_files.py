"""Text files of any encoding -> batches: CSV and tab-separated values, read in blocks."""

import codecs
import csv
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv

from features.errors import SourceError
from features.extract import BLOCK, HEAD_RECORDS, Extract, Headings, batched, find_headings, note_titles, width_refusal
from features.sources.mapping import SourceMapping


def encoding_of(head: bytes, declared: str | None) -> str:
    """The encoding of a text file from its first bytes: a byte order mark, else strict UTF-8, else what the mapping says, else gb18030."""
    for mark, name in ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16")):
        if head.startswith(mark):
            return name
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return declared if declared and not declared.startswith("utf-8") else "gb18030"
    return "utf-8"


class _Utf8Stream(io.RawIOBase):
    """A file's bytes turned into clean UTF-8 as they are read; what cannot be decoded becomes U+FFFD and is counted."""

    def __init__(self, path: Path, encoding: str, skip_records: int) -> None:
        self._file = path.open("rb")
        self._decoder = codecs.getincrementaldecoder(encoding)("replace")
        self._ready = b""
        self._done = False
        self.damaged = 0
        for _ in range(skip_records):
            self._skip_record()

    def readable(self) -> bool:
        return True

    def _fill(self) -> None:
        block = self._file.read(BLOCK)
        self._done = not block
        text = self._decoder.decode(block, final=self._done)
        self.damaged += text.count("\ufffd")
        self._ready += text.replace("\x00", "").encode("utf-8")

    def _skip_record(self) -> None:
        """Drop one record, quoted line ends within it included."""
        start = 0
        while True:
            end = self._ready.find(b"\n", start)
            if end < 0 and not self._done:
                self._fill()
            elif end < 0:
                self._ready = b""
                return
            elif self._ready.count(b'"', 0, end) % 2:
                start = end + 1
            else:
                self._ready = self._ready[end + 1 :]
                return

    def readinto(self, buffer: Any) -> int:
        while not self._ready and not self._done:
            self._fill()
        n = min(len(buffer), len(self._ready))
        buffer[:n] = self._ready[:n]
        self._ready = self._ready[n:]
        return n

    def read(self, size: int = -1) -> bytes:
        if size < 0:
            return super().read(size) or b""
        while len(self._ready) < size and not self._done:  # a short block could end amid a record
            self._fill()
        out, self._ready = self._ready[:size], self._ready[size:]
        return out

    def close(self) -> None:
        self._file.close()
        super().close()


def open_text(path: Path, mapping: SourceMapping) -> Extract:
    """Open a text file: its encoding, its delimiter and its headings are found in its first bytes."""
    with path.open("rb") as file:
        head = file.read(1 << 18)
    if head[:2] == b"PK":
        raise SourceError("文件后缀是文本表格,内容却是压缩包或 XLSX;请改正后缀或重新导出为 CSV")
    encoding = encoding_of(head, mapping.encoding)
    text = codecs.getincrementaldecoder(encoding)("replace").decode(head)
    delimiter = (
        "\t" if path.suffix.lower() == ".tsv" or text.split("\n", 1)[0].count("\t") > text.split("\n", 1)[0].count(",") else ","
    )
    records = _head_records(text, delimiter)
    at, headings = find_headings(records, mapping)
    stream = _Utf8Stream(path, encoding, at + 1)
    extract = Extract(path, tuple(name for name, _ in headings.found), headings.units, iter(()))
    note_titles(extract, records[:at])
    extract.batches = _text_batches(extract, stream, delimiter, headings, first_row=at + 2)
    return extract


def _head_records(text: str, delimiter: str) -> list[list[str]]:
    """The first records, each exactly one record of the file (blank lines are empty records)."""
    records = []
    try:
        for record in csv.reader(io.StringIO(text.replace("\x00", ""), newline=""), delimiter=delimiter):
            records.append(record)
            if len(records) == HEAD_RECORDS:
                break
    except csv.Error as error:
        raise SourceError(f"文件不是有效的文本表格({error});请重新导出") from error
    return records


def _text_batches(
    extract: Extract, stream: _Utf8Stream, delimiter: str, headings: Headings, *, first_row: int
) -> Iterator[pa.RecordBatch]:
    """Batches of the body. Records of another width are refused by row; blank lines are no records but count as rows."""
    skipped: list[int] = []  # numbers, within the body and from 0, of the records that the parser drops
    names = [f"f{i}" for i in range(headings.width)]

    def drop(bad: Any) -> str:
        number = int(bad.number) - 1
        skipped.append(number)
        if bad.text and bad.text.strip(' ,\t\r\n"') != "":
            extract.refused.append(width_refusal(first_row + number, headings.width, int(bad.actual_columns)))
            extract.rows += 1
        return "skip"

    if headings.width == 1:
        yield from _narrow_batches(extract, stream, first_row)
        return
    try:
        reader = pacsv.open_csv(
            pa.PythonFile(stream, mode="r"),
            read_options=pacsv.ReadOptions(column_names=names, block_size=BLOCK, use_threads=False),
            parse_options=pacsv.ParseOptions(
                delimiter=delimiter, newlines_in_values=True, ignore_empty_lines=False, invalid_row_handler=drop
            ),
            convert_options=pacsv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()),
                strings_can_be_null=False,
                check_utf8=False,
            ),
        )
        seen = 0
        for batch in reader:
            if batch.num_rows:
                yield _numbered(extract, batch, headings, skipped, seen, first_row)
                seen += batch.num_rows
    except pa.ArrowInvalid as error:
        if "Empty CSV" not in str(error):
            raise SourceError(
                f"文件从某处起不能按表格读取({str(error).splitlines()[0][:120]});请检查引号是否成对后重新导出"
            ) from error
    finally:
        if stream.damaged:
            extract.notes.append(f"有 {stream.damaged} 处字节无法按文件编码识别,相应单元格可能有误;请核对文件编码")
        stream.close()


def _numbered(
    extract: Extract, batch: pa.RecordBatch, headings: Headings, skipped: list[int], seen: int, first_row: int
) -> pa.RecordBatch:
    """The batch with each record's row in the file: the parser counts only the records it keeps."""
    kept = np.arange(seen, seen + batch.num_rows)
    gone = np.sort(np.array(skipped, dtype=np.int64))  # the i-th dropped record precedes whatever is kept after gone[i] - i others
    rows_array = pa.array((first_row + kept + np.searchsorted(gone - np.arange(len(gone)), kept, side="right")).astype(np.int32))
    numbered = pa.RecordBatch.from_arrays(
        [rows_array, batch.column(0), *(batch.column(i) for _, i in headings.found)], schema=extract.schema
    )
    blank = _blank_rows(batch)
    if len(blank):
        keep = np.ones(batch.num_rows, dtype=bool)
        keep[blank] = False
        numbered = numbered.filter(pa.array(keep))
    extract.rows += numbered.num_rows
    return numbered


def _blank_rows(batch: pa.RecordBatch) -> npt.NDArray[np.int64]:
    """The places of records whose every cell is empty: blank lines, and the empty rows that spreadsheets write below a table."""
    rest = np.flatnonzero(pc.equal(batch.column(0), "").to_numpy(zero_copy_only=False))
    for column in batch.columns[1:]:
        if len(rest):
            rest = rest[pc.equal(pc.utf8_trim_whitespace(column.take(pa.array(rest))), "").to_numpy(zero_copy_only=False)]
    return rest


def _narrow_batches(extract: Extract, stream: _Utf8Stream, first_row: int) -> Iterator[pa.RecordBatch]:
    reader = csv.reader(io.TextIOWrapper(io.BufferedReader(stream), "utf-8", newline=""))
    records = ((first_row + i, record) for i, record in enumerate(reader))
    yield from batched(extract, ((row, record[0], [record[0]]) for row, record in records if record and record[0].strip()))
