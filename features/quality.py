"""Data quality as a product: coverage, freshness, conflicts and refused rows by source and by fact; sheets that go back to the departments.

Values here are plain, so that a page or a workbook can show them. An error sheet names file, row, heading and reason, and never repeats a
figure: the department has the file.
"""
# ruff: noqa: S608 (statements are put together from our own mappings; every literal and path is quoted)

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb
import xlsxwriter

from features.catalogue import load_catalogue
from features.columns import PROBLEM_WORDS
from features.daylog import days_of, read_day, read_table, sql_path
from features.periods import shift_months
from features.snapshot import Objects, Snapshot
from features.sources.mapping import SourceMapping, load_mappings

_SHEET_ROWS = 1_000_000


@dataclass(frozen=True, slots=True)
class SourceQuality:
    """One mapping: what came, what became of it, and how old the newest of it is. `due`: the day by which a new delivery is needed."""

    mapping: str
    title: str
    owner: str
    rows: int
    linked: int
    review: int
    refused: int
    flagged: int
    delivered: str
    newest: str
    due: str
    late: bool


@dataclass(frozen=True, slots=True)
class FactQuality:
    """One fact in its latest whole period: for how many enterprises it is known, and why not for the others."""

    fact: str
    zh: str
    known: int
    missing: int
    not_applicable: int
    withheld: int
    stale: int
    conflicts: int

    @property
    def coverage(self) -> float:
        """The share of the enterprises concerned for which the fact is known."""
        concerned = self.known + self.missing + self.withheld + self.stale
        return self.known / concerned if concerned else 0.0


@dataclass(frozen=True, slots=True)
class Reason:
    """How often one thing was wrong in one file."""

    file: str
    heading: str
    code: str
    reason: str
    rows: int


@dataclass(frozen=True, slots=True)
class QualityReport:
    """Everything that a quality page shows for one snapshot."""

    as_of: date
    enterprises: int
    sources: tuple[SourceQuality, ...]
    facts: tuple[FactQuality, ...]
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class ErrorRow:
    """One line of an error sheet. `outcome`: refused, review or flagged (the row was used, that cell was not)."""

    file: str
    row: int
    heading: str
    outcome: str
    code: str
    reason: str


def quality_of(snapshot: Snapshot, log: Path, *, mappings: Sequence[SourceMapping] | None = None) -> QualityReport:
    """The quality of a snapshot and of the extracts behind it, all its days together."""
    chosen = tuple(mappings) if mappings is not None else load_mappings()
    days = [day for day in days_of(log) if day <= snapshot.known_on]
    outcomes = [outcome for day in days for outcome in read_day(log, day).files]
    sources = []
    for mapping in chosen:
        mine = [outcome for outcome in outcomes if outcome.mapping == mapping.id]
        state = snapshot.manifest["states"].get(mapping.id)
        delivered = state["delivered"] if state else ""
        months = mapping.fresh_months or min((load_catalogue()[rule.fact].fresh_months for rule in mapping.facts), default=12)
        due = shift_months(date.fromisoformat(delivered), months).isoformat() if delivered else ""
        counts = {
            what: sum(int(getattr(outcome, what)) for outcome in mine)
            for what in ("rows", "linked", "review", "refused", "flagged")
        }
        late = not delivered or due < snapshot.as_of.isoformat()
        newest = state["newest"] if state else ""
        sources.append(
            SourceQuality(
                mapping.id, mapping.title, mapping.owner, **counts, delivered=delivered, newest=newest, due=due, late=late
            )
        )
    reasons = tuple(reason for day in days for reason in _reasons(log, day))
    return QualityReport(snapshot.as_of, snapshot.rows, tuple(sources), _facts(snapshot), reasons)


def _facts(snapshot: Snapshot) -> tuple[FactQuality, ...]:
    conflicts: dict[str, int] = {}
    for row in Objects(snapshot.folder).table(snapshot.manifest["conflicts"]).column("fact").value_counts().to_pylist():
        conflicts[row["values"]] = row["counts"]
    return tuple(
        FactQuality(
            definition.id, definition.zh, conflicts=conflicts.get(definition.id, 0), **snapshot.manifest["counts"][definition.id]
        )
        for definition in load_catalogue()
    )


def _reasons(log: Path, day: date) -> Iterator[Reason]:
    counted: dict[tuple[str, str, str, str], int] = {}
    for line in error_rows(log, day):
        key = (line.file, line.heading, line.code, line.reason)
        counted[key] = counted.get(key, 0) + 1
    yield from (Reason(*key, rows) for key, rows in sorted(counted.items()))


def error_rows(log: Path, day: date) -> Iterator[ErrorRow]:
    """Every row of a day that was refused, sent to review, or used without one of its cells; by file and row."""
    report = read_day(log, day)
    folder = log / day.isoformat()
    flagged: dict[str, list[ErrorRow]] = {}
    con = duckdb.connect(":memory:")
    try:
        for outcome in report.files:
            if outcome.refusal:
                flagged.setdefault(outcome.file, []).append(ErrorRow(outcome.file, 0, "", "refused", "file", outcome.refusal))
            if not outcome.log:
                continue
            path = sql_path(folder / outcome.log)
            found = con.execute(
                f"SELECT row, problems FROM read_parquet('{path}') WHERE problems IS NOT NULL AND refusal IS NULL"
            ).fetchall()
            flagged.setdefault(outcome.file, []).extend(
                line for row, problems in found for line in _cells(outcome.file, row, problems)
            )
    finally:
        con.close()
    for row in read_table(log, day, "refused").to_pylist():
        flagged.setdefault(row["file"], []).append(
            ErrorRow(row["file"], row["row"], row["heading"], "refused", row["code"], row["reason"])
        )
    for row in read_table(log, day, "review").to_pylist():
        reason = "待人工核对归属:" + ("；".join(dict.fromkeys(row["reasons"] or [])) or "没有足够依据确定企业")
        flagged.setdefault(row["file"], []).append(ErrorRow(row["file"], row["row"], "", "review", "review", reason))
    of_log = {outcome.log: outcome.file for outcome in report.files}
    for row in read_table(log, day, "clashes").to_pylist():
        for number in row["rows"]:
            others = "、".join(str(other) for other in row["rows"] if other != number)
            reason = f"与第{others}行主键相同而内容不同,无法确定取哪一个;不同的单元格按未知处理"
            flagged.setdefault(of_log[row["log"]], []).append(
                ErrorRow(of_log[row["log"]], number, "", "flagged", "differs", reason)
            )
    for file in sorted(flagged):
        yield from sorted(flagged[file], key=lambda line: (line.row, line.heading, line.code))


def _cells(file: str, row: int, problems: str) -> Iterator[ErrorRow]:
    for problem in problems.split(";"):
        heading, _, code = problem.rpartition(":")
        yield ErrorRow(file, row, heading, "flagged", code, f"{heading}:{PROBLEM_WORDS.get(code, code)}")


_OUTCOMES: Mapping[str, str] = {"refused": "不予采用", "review": "待人工核对", "flagged": "已采用,但该单元格按未知处理"}


def write_error_sheets(log: Path, day: date, folder: Path, *, mappings: Sequence[SourceMapping] | None = None) -> tuple[Path, ...]:
    """One workbook for each department with what it should correct; returns the files written, none for a department without errors."""
    chosen = {mapping.id: mapping for mapping in (mappings if mappings is not None else load_mappings())}
    owner_of = {
        outcome.file: chosen[outcome.mapping].owner if outcome.mapping in chosen else "来源未登记"
        for outcome in read_day(log, day).files
    }
    by_owner: dict[str, list[ErrorRow]] = {}
    for line in error_rows(log, day):
        if line.code not in ("total", "headings"):
            by_owner.setdefault(owner_of[line.file], []).append(line)
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for owner, lines in sorted(by_owner.items()):
        path = folder / f"{owner.replace('/', '、')}-数据问题清单-{day.isoformat()}.xlsx"
        _write_sheet(path, lines)
        written.append(path)
    return tuple(written)


def _write_sheet(path: Path, lines: Sequence[ErrorRow]) -> None:
    book = xlsxwriter.Workbook(str(path), {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    bold = book.add_format({"bold": True, "bg_color": "#DDEBF7"})
    for start in range(0, max(1, len(lines)), _SHEET_ROWS):
        sheet = book.add_worksheet(f"问题清单{start // _SHEET_ROWS + 1}")
        sheet.freeze_panes(1, 0)
        for column, (heading, width) in enumerate((("文件", 40), ("行号", 8), ("列", 20), ("处理结果", 26), ("原因与建议", 70))):
            sheet.set_column(column, column, width)
            sheet.write_string(0, column, heading, bold)
        for at, line in enumerate(lines[start : start + _SHEET_ROWS], start=1):
            sheet.write_string(at, 0, line.file)
            if line.row:
                sheet.write_number(at, 1, line.row)
            sheet.write_string(at, 2, line.heading)
            sheet.write_string(at, 3, _OUTCOMES[line.outcome])
            sheet.write_string(at, 4, line.reason)
    book.close()


@dataclass(frozen=True, slots=True)
class Standing:
    """How one snapshot stands as a whole: `coverage` is the mean over the facts that concern anybody, `conflicts` counts enterprise, fact and period."""

    id: str
    as_of: date
    known_on: date
    enterprises: int
    coverage: float
    conflicts: int


def standing_of(snapshot: Snapshot) -> Standing:
    """The standing of a snapshot."""
    facts = [fact for fact in _facts(snapshot) if fact.not_applicable < snapshot.rows]
    mean = sum(fact.coverage for fact in facts) / len(facts) if facts else 0.0
    conflicts = int(snapshot.manifest["conflict_count"])
    return Standing(snapshot.id, snapshot.as_of, snapshot.known_on, snapshot.rows, mean, conflicts)


def earlier_than(snapshot: Snapshot, among: Iterable[Snapshot]) -> tuple[Snapshot, ...]:
    """The snapshots for the same purpose that came before, the latest first."""
    when = (snapshot.as_of, snapshot.known_on)
    before = [
        other
        for other in among
        if other.manifest["purpose"] == snapshot.manifest["purpose"] and (other.as_of, other.known_on) < when
    ]
    return tuple(sorted(before, key=lambda other: (other.as_of, other.known_on, other.id), reverse=True))


@dataclass(frozen=True, slots=True)
class FactTrend:
    """How the knowledge of one fact changed between two snapshots; `changed`: whether any of its columns is another one."""

    fact: str
    zh: str
    known_before: int
    known_after: int
    coverage_before: float
    coverage_after: float
    stale_before: int
    stale_after: int
    conflicts_before: int
    conflicts_after: int
    changed: bool

    @property
    def gain(self) -> float:
        """How much larger the share of the enterprises concerned has become for which the fact is known."""
        return self.coverage_after - self.coverage_before


def trend(before: Snapshot, after: Snapshot) -> tuple[FactTrend, ...]:
    """Fact by fact, what became better or worse from one snapshot to the next."""
    old = {entry.fact: entry for entry in _facts(before)}
    objects = [{(c.name): c.object for c in snapshot.columns} for snapshot in (before, after)]
    changed = {name.partition("@")[0] for name in {*objects[0], *objects[1]} if objects[0].get(name) != objects[1].get(name)}
    return tuple(
        FactTrend(
            fact=now.fact,
            zh=now.zh,
            known_before=then.known,
            known_after=now.known,
            coverage_before=then.coverage,
            coverage_after=now.coverage,
            stale_before=then.stale,
            stale_after=now.stale,
            conflicts_before=then.conflicts,
            conflicts_after=now.conflicts,
            changed=now.fact in changed,
        )
        for now in _facts(after)
        for then in (old[now.fact],)
    )
