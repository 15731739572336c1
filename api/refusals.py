"""What of the departments' extracts was not used, where people can find it: a workbook for each department, and the rows by file and number."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Any

from features.assemble import Report, assemble, report_path, write_lines
from features.quality import ErrorRow, error_rows, write_error_sheets

_LISTED = 2_000  # rows named in a report; the workbooks name all of them


@dataclass(frozen=True, slots=True)
class Refusals:
    """The workbooks written, and the rows not used or in review: the first ones by file and row, and how many there are."""

    sheets: tuple[Path, ...]
    rows: tuple[ErrorRow, ...]
    total: int

    def to_json(self, out: Path) -> dict[str, Any]:
        """For a report; workbooks are named as they lie under `out`."""
        return {
            "sheets": [sheet.relative_to(out).as_posix() for sheet in self.sheets],
            "total": self.total,
            "listed": len(self.rows),
            "rows": [
                {"file": r.file, "row": r.row or None, "column": r.heading, "outcome": r.outcome, "reason": r.reason}
                for r in self.rows
            ],
        }


def write_refusals(log: Path, day: date, folder: Path) -> Refusals:
    """Write the workbooks of one day of the log into `folder`, in place of those of an earlier run, and name the rows."""
    for old in folder.glob("*-数据问题清单-*.xlsx"):
        old.unlink()
    sheets = write_error_sheets(log, day, folder)
    unused = (row for row in error_rows(log, day) if row.outcome != "flagged")
    rows = tuple(islice(unused, _LISTED))
    return Refusals(sheets, rows, len(rows) + sum(1 for _ in unused))


def records_json(report: Report) -> dict[str, Any]:
    """The account of the extracts by the names of the departments' own files; names of our own storage are left out."""
    whole = report.to_json()
    return whole | {"files": [{key: value for key, value in row.items() if key != "log"} for row in whole["files"]]}


def refused_lines(report: Report, where: Path) -> Iterator[str]:
    """One line for each file that was not used, and one for the rows, which says where they are."""
    for row in report.files:
        if row["refusal"]:
            yield f"{row['file']}:{row['refusal']}"
    if report.refused_rows or report.review:
        yield f"部门数据未采用 {report.refused_rows:,} 行、待人工核对 {report.review:,} 行;逐行原因见 {where}"


def write_profiles_of(records: Path, as_of: date, out: Path) -> tuple[Report, tuple[str, ...]]:
    """Profiles and their account as `features.assemble.write_profiles`, with the workbooks of what was not used in FILE.refused/ beside."""
    stem = out.name.removesuffix(".jsonl")
    with assemble(records, as_of) as assembly:
        write_lines(assembly, out)
        folder = out.with_name(f"{stem}.refused")
        refusals = write_refusals(assembly.log, as_of, folder)
        account = records_json(assembly.report) | {"records_refused": refusals.to_json(out.parent)}
        report_path(out).write_text(json.dumps(account, ensure_ascii=False, indent=1), "utf-8")
        return assembly.report, tuple(refused_lines(assembly.report, folder))
