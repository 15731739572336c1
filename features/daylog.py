"""What lies in the folder of one day of the fact log: its account, its tables, and the statements that read its records."""
# ruff: noqa: S608 (statements are put together from our own mappings; every literal and path is quoted)

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from features.errors import SourceError
from features.extract import RowRefusal
from features.sources.mapping import SourceMapping


@dataclass(frozen=True, slots=True)
class FileOutcome:
    """What became of one file. `refusal` is the reason where the file as a whole was not used (then every row counts as refused).

    `extent`: "full" (all there is), "changes", or "older" (a full list exported before one that we have: read, counted, and not laid over).
    `unread`: the refused rows of which not even the enterprise can be told.
    """

    file: str
    mapping: str
    log: str
    rows: int
    linked: int
    review: int
    refused: int
    flagged: int
    newest: str
    notes: tuple[str, ...] = ()
    refusal: str = ""
    extent: str = "changes"
    unread: int = 0

    def check(self) -> None:
        """Raise where rows were lost or counted twice: that is our own fault, never the file's."""
        if self.rows != self.linked + self.review + self.refused:
            raise SourceError(
                f"“{self.file}”的行数对不上:读入 {self.rows},已关联 {self.linked},待核 {self.review},不予采用 {self.refused};"
                "这是程序错误,请停止使用本批数据并报告"
            )


@dataclass(frozen=True, slots=True)
class DayReport:
    """The account of one day, in the order of the files."""

    learned_on: date
    files: tuple[FileOutcome, ...]
    enterprises: int

    def total(self, what: str) -> int:
        """The sum of rows, linked, review, refused or flagged over the files."""
        return sum(int(getattr(outcome, what)) for outcome in self.files)


@dataclass(slots=True)
class Day:
    """What the steps of one day share."""

    con: duckdb.DuckDBPyConnection
    folder: Path
    learned_on: date
    outcomes: list[FileOutcome] = field(default_factory=list)
    refused: list[tuple[str, RowRefusal]] = field(default_factory=list)
    files: list["LoggedFile"] = field(default_factory=list)
    before: dict[str, "Earlier"] = field(default_factory=dict)  # by mapping


@dataclass(slots=True)
class LoggedFile:
    """A file whose cleaned records lie in the log, with the counts that are not settled until its last rows are linked."""

    mapping: SourceMapping
    name: str
    path: Path
    rows: int
    dropped: int
    notes: list[str]
    values: tuple[str, ...]

    @property
    def extent(self) -> str:
        """What the file is by its mapping and name."""
        return self.mapping.extent_of(Path(self.name).name)


@dataclass(slots=True)
class Earlier:
    """What came of a mapping before this day: the newest day of recording, and the records since the last full extract, with it; its rows."""

    newest: str = ""
    records: list[Path] = field(default_factory=list)
    rows: int = 0


def earlier_of(log: Path) -> dict[str, Earlier]:
    """What came before, by mapping."""
    found: dict[str, Earlier] = {}
    for day in days_of(log):
        full: set[str] = set()
        for outcome in sorted(read_day(log, day).files, key=in_order):
            entry = found.setdefault(outcome.mapping, Earlier())
            if outcome.extent == "older" or not outcome.log:
                continue
            if outcome.extent == "full" and outcome.mapping not in full:
                full.add(outcome.mapping)
                entry.records, entry.rows = [], 0
            entry.newest = max(entry.newest, outcome.newest)
            entry.records.append(log / day.isoformat() / outcome.log)
            entry.rows += outcome.rows if outcome.extent == "full" else 0
    return found


def in_order(outcome: FileOutcome) -> tuple[str, bool, str]:
    """The order in which a day's files are laid over what came before: of one mapping the full ones first, then by name."""
    return outcome.mapping, outcome.extent != "full", outcome.file


def days_of(log: Path) -> list[date]:
    """The days in the log, oldest first."""
    return (
        sorted(date.fromisoformat(entry.name) for entry in log.iterdir() if (entry / "day.json").exists()) if log.exists() else []
    )


def write_report(day: Day) -> DayReport:
    """Close the day: from now on it counts as part of the log."""
    found = day.con.execute("SELECT count(*) FROM spine").fetchall()
    report = DayReport(day.learned_on, tuple(sorted(day.outcomes, key=lambda o: o.file)), int(found[0][0]))
    text = json.dumps({"enterprises": report.enterprises, "files": [asdict(o) for o in report.files]}, ensure_ascii=False, indent=1)
    (day.folder / "day.json").write_text(text, "utf-8")
    return report


def read_day(log: Path, learned_on: date) -> DayReport:
    """The account of a day in the log."""
    data: dict[str, Any] = json.loads((log / learned_on.isoformat() / "day.json").read_text("utf-8"))
    files = tuple(FileOutcome(**{**row, "notes": tuple(row["notes"])}) for row in data["files"])
    return DayReport(learned_on, files, data["enterprises"])


def read_table(log: Path, learned_on: date, name: str) -> pa.Table:
    """One of the day's side tables: refused, review, links, clashes."""
    return pq.read_table(log / learned_on.isoformat() / f"{name}.parquet")


def sql_path(path: Path) -> str:
    """The path as it stands between the quotation marks of a statement."""
    return str(path).replace("'", "''")


def paths_sql(log: Path, days: Sequence[date], name: str) -> str:
    """The side table `name` of several days, as the list that a statement reads."""
    paths = ", ".join(f"'{sql_path(log / day.isoformat() / f'{name}.parquet')}'" for day in days)
    return f"[{paths}]"


def numbers_of(con: duckdb.DuckDBPyConnection, log: Path, days: Sequence[date], usccs: Sequence[str]) -> dict[str, int]:
    """The enterprises' numbers in the log by their codes, in the order of the numbers; codes that it does not know are left out."""
    marks = ", ".join("?" for _ in usccs)
    found = con.execute(
        f"SELECT uscc, ent FROM read_parquet({paths_sql(log, days, 'spine')}) WHERE uscc IN ({marks}) ORDER BY ent", list(usccs)
    ).fetchall()
    return {uscc: int(ent) for uscc, ent in found}


def newest_names_sql(log: Path, days: Sequence[date], *, only: str = "TRUE") -> str:
    """Each enterprise's newest name over some days, oldest day first: the later recorded, then the later day."""
    parts = [
        f"SELECT ent, name, CAST(recorded - DATE '1950-01-01' AS BIGINT) * 100000 + {place} AS age FROM read_parquet({paths_sql(log, [day], 'identity')}) WHERE {only}"
        for place, day in enumerate(days)
    ]
    return (
        parts[0] if len(parts) == 1 else f"SELECT ent, arg_max(name, age) AS name FROM ({' UNION ALL '.join(parts)}) GROUP BY ent"
    )


def linked_sql(records: Path, said: Mapping[int, int | None] | None = None) -> str:
    """The usable records of one log file with the enterprise each is about, links made otherwise than by code included.

    `said`: whose some rows are by a later word (None: nobody's).
    """
    links = f"SELECT row, ent FROM read_parquet('{sql_path(records.with_name('links.parquet'))}') WHERE log = '{records.name}'"
    if said:
        words = ", ".join(f"({row}, {'NULL' if ent is None else ent})" for row, ent in sorted(said.items()))
        links += f" AND row NOT IN ({', '.join(str(row) for row in sorted(said))}) UNION ALL SELECT * FROM (VALUES {words})"
    return (
        f"SELECT coalesce(p.ent, l.ent) AS ent, p.* EXCLUDE (ent) FROM read_parquet('{sql_path(records)}') p "
        f"LEFT JOIN ({links}) l ON p.ent IS NULL AND p.row = l.row "
        "WHERE p.refusal IS NULL AND coalesce(p.ent, l.ent) IS NOT NULL"
    )


def clash_sql(name: str, values: Sequence[str], linked: str) -> str:
    """Keys that stand more than once among a file's linked records with the same day of recording and different cells."""
    differs = ", ".join(
        f"CASE WHEN min({v}) IS DISTINCT FROM max({v}) OR count({v}) NOT IN (0, count(*)) THEN '{v}' END" for v in values
    )
    return (
        f"SELECT '{name}' AS log, ent, period, key, recorded, list(row ORDER BY row) AS rows, "
        f"list_filter([{differs}], lambda c: c IS NOT NULL) AS cells FROM ({linked}) "
        "GROUP BY ent, period, key, recorded HAVING count(*) > 1 AND len(cells) > 0"
    )
