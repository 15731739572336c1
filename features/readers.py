"""Any extract file -> Arrow batches of text: CSV, XLSX, Parquet and JSON lines, in any encoding, in chunks.

A batch has `row` (the record's number in its file as a person counts it, headings included) and one text column for each heading of the
mapping that the file has. Memory does not grow with the file. What cannot be a record (wrong number of columns, unreadable line) is
refused here by its row; a file without its required headings is refused as a whole.
"""

from pathlib import Path

from features.errors import SourceError
from features.extract import BATCH_ROWS, SEPARATOR, Extract, RowRefusal
from features.sources.mapping import SourceMapping
from features.table_files import open_json_lines, open_parquet, open_workbook
from features.text_files import encoding_of, open_text

__all__ = ["BATCH_ROWS", "SEPARATOR", "SUFFIXES", "Extract", "RowRefusal", "encoding_of", "open_extract"]
SUFFIXES = (".csv", ".txt", ".tsv", ".xlsx", ".parquet", ".jsonl", ".ndjson")


def open_extract(path: Path, mapping: SourceMapping) -> Extract:
    """Open a file for reading by `mapping`; raises SourceError with a line in Chinese where the file as a whole cannot be used."""
    suffix = path.suffix.lower()
    if path.stat().st_size == 0:
        raise SourceError("文件为空;请重新导出")
    match suffix:
        case ".csv" | ".txt" | ".tsv":
            return open_text(path, mapping)
        case ".xlsx":
            return open_workbook(path, mapping)
        case ".parquet":
            return open_parquet(path, mapping)
        case ".jsonl" | ".ndjson":
            return open_json_lines(path, mapping)
        case _:
            raise SourceError(f"不支持的文件类型“{suffix or '无后缀'}”;请提供 CSV、XLSX、Parquet 或 JSON Lines")
