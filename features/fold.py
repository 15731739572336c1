"""The fold over the days of the log: each day's linked records laid over the states of the mappings.

Where its `Scope` names a few enterprises it runs for these only and numbers them from 0: that is how one profile of a past day is rebuilt.
"""
# ruff: noqa: S608 (statements are put together from our own mappings; every literal and path is quoted)

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, TypeAlias

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from features.columns import quoted
from features.daylog import (
    DayReport,
    FileOutcome,
    clash_sql,
    days_of,
    in_order,
    linked_sql,
    newest_names_sql,
    paths_sql,
    read_day,
    sql_path,
)
from features.overlay import MappingState, add_to_set, lay_list_over, lay_over
from features.slots import Slot
from features.snapshot import Objects
from features.sources.mapping import SourceMapping

_CELLS = ("v", "on", "until", "first")
Said: TypeAlias = Mapping[tuple[str, str], Mapping[int, int | None]]  # by day and log file: row -> whose it is by a later word


@dataclass(frozen=True, slots=True)
class Scope:
    """What of the log is folded: records of states recorded after `until` are left out where it is given, and, where `ents` is given,
    all enterprises but these, which become 0, 1, 2..."""

    until: date | None = None
    ents: tuple[int, ...] | None = None

    def numbered(self, sql: str) -> str:
        """`sql` (with a column ent) for the enterprises in scope, under their numbers here."""
        if self.ents is None:
            return sql
        pairs = ", ".join(f"({ent}, {place})" for place, ent in enumerate(self.ents)) or "(-1, -1)"
        return f"SELECT CAST(n.place AS INTEGER) AS ent, q.* EXCLUDE (ent) FROM ({sql}) q JOIN (VALUES {pairs}) n(old, place) ON q.ent = n.old"


def _extracts(report: DayReport) -> dict[tuple[str, str], list[FileOutcome]]:
    """The files to lay over, by mapping: several full files of one day are one extract, changes are laid over one by one after it.

    Where a part of a full extract is an older export, the other parts are only changes.
    """
    found: dict[tuple[str, str], list[FileOutcome]] = {}
    older = {outcome.mapping for outcome in report.files if outcome.extent == "older"}
    for outcome in sorted((outcome for outcome in report.files if outcome.log), key=in_order):
        extent = "changes" if outcome.extent == "full" and outcome.mapping in older else outcome.extent
        found.setdefault((outcome.mapping, extent if extent != "changes" else f"changes {outcome.file}"), []).append(outcome)
    return found


def load_states(manifest: Mapping[str, Any]) -> dict[str, MappingState]:
    """The states that a snapshot was made from."""
    return {
        name: MappingState(**{**row, "periods": {int(p): Slot(**slot) for p, slot in row["periods"].items()}})
        for name, row in manifest["states"].items()
    }


@dataclass
class Fold:
    """The states after some days, and the files that went in, in order."""

    con: duckdb.DuckDBPyConnection
    log: Path
    objects: Objects
    mappings: Mapping[str, SourceMapping]
    states: dict[str, MappingState]
    files: list[str]
    scope: Scope
    said: Said = field(default_factory=dict)
    touched: list[npt.NDArray[Any]] = field(default_factory=list)

    def add(self, day: date) -> None:
        """Lay one day over the states; `touched` is told whose records there were."""
        folder, report = self.log / day.isoformat(), read_day(self.log, day)
        day_files = _DayFiles(folder, self.said)
        size = report.enterprises if self.scope.ents is None else len(self.scope.ents)
        for (name, extent), outcomes in _extracts(report).items():
            mapping = self.mappings.get(name)
            if mapping is None or extent == "older":
                continue
            state = self.states.setdefault(mapping.id, MappingState())
            tables, doubtful = list[pa.Table](), set[int]()
            for outcome in outcomes:
                self.files.append(f"{day.isoformat()}/{outcome.file}")
                state.delivered, state.newest = max(state.delivered, day.isoformat()), max(state.newest, outcome.newest)
                file = day_files.file(outcome.log)
                tables.append(self._records(file, mapping, flagged=outcome.flagged > 0))
                doubtful |= self._doubtful(file, outcome, mapping) if mapping.complete else set()
                if file.clashes:
                    self._keep_clashes(file, state)
            records = tables[0] if len(tables) == 1 else pa.concat_tables(tables, promote_options="permissive")
            replaces = extent == "full" and (self.scope.until is None or day <= self.scope.until)
            gone = frozenset[int]()
            if mapping.is_list:
                gone = lay_list_over(self.con, self.objects, state, records, mapping=mapping, full=replaces)
            elif mapping.facts:
                gone = lay_over(self.objects, state, records, mapping=mapping, size=size, full=replaces)
            self.touched += [records.column("ent").to_numpy(), np.fromiter(gone, np.int64)]
            if mapping.complete:
                unread = any(outcome.unread for outcome in outcomes)  # one of these rows may be about any of those that are gone
                before = "" if replaces and mapping.period == "none" else state.tainted
                state.tainted = add_to_set(self.objects, before, sorted(doubtful | (gone if unread else frozenset())))

    def _records(self, file: "_LogFile", mapping: SourceMapping, *, flagged: bool) -> pa.Table:
        """A file's linked records with the cells that clash emptied; w<i> where the department withheld the cell of fact rule i."""
        number = len(self.files) - 1
        until = self.scope.until if mapping.period == "none" and not mapping.is_list else None
        withheld = self._withheld(file, mapping) if flagged else {}
        if self.scope.ents is None and until is None and not (file.clashes or file.is_linked_otherwise or withheld):
            return _exact_records(file.path, file.values, number)
        source = file.linked + (f" AND p.recorded <= DATE '{until.isoformat()}'" if until is not None else "")
        base = f"CAST(r.ent AS INTEGER) AS ent, r.period, r.key, r.recorded, r.row, CAST({number} AS SMALLINT) AS file"
        if file.clashes:
            chosen = [f"CASE WHEN list_contains(c.cells, '{v}') THEN NULL ELSE r.{v} END AS {v}" for v in file.values]
            join = f"LEFT JOIN ({file.clashes}) c ON c.ent = r.ent AND c.period = r.period AND c.key = r.key AND c.recorded = r.recorded"
        else:
            chosen, join = [f"r.{v}" for v in file.values], ""
        chosen += [f"CASE WHEN {sql} THEN TRUE END AS {cell}" for cell, sql in withheld.items()]
        sql = f"SELECT {', '.join([base, *chosen])} FROM ({source}) r {join}"
        table: pa.Table = self.con.sql(self.scope.numbered(sql)).to_arrow_table()
        return table

    def _withheld(self, file: "_LogFile", mapping: SourceMapping) -> dict[str, str]:
        """The cells of a file that say of some record that the department withheld the figure: their names, and SQL that tells where."""
        if mapping.is_list:
            return {}
        conditions = {
            f"w{i}": f"coalesce(contains(';' || problems || ';', {quoted(f';{rule.column}:withheld;')}), FALSE)"
            for i, rule in enumerate(mapping.facts)
            if rule.column and f"v{i}" in file.values
        }
        found = self.con.execute(
            f"SELECT {', '.join(f'coalesce(bool_or({sql}), FALSE)' for sql in conditions.values()) or 'FALSE'} FROM read_parquet('{sql_path(file.path)}')"
        ).fetchall()[0]
        return {cell: sql for (cell, sql), there in zip(conditions.items(), found, strict=False) if there}

    def _doubtful(self, file: "_LogFile", outcome: FileOutcome, mapping: SourceMapping) -> set[int]:
        """Enterprises that a row of a complete list may be about although it was not read: candidates in review, refused rows with a known
        code, entries with a cell that cannot be trusted, entries that contradict each other. Their absence from the list proves nothing."""
        days = [day for day in days_of(self.log) if day.isoformat() <= file.path.parent.name]
        path, spine = sql_path(file.path), paths_sql(self.log, days, "spine")
        parts = []
        if file.review:
            parts.append(f"SELECT unnest(candidates) AS ent FROM ({file.review})")
        if outcome.refused:
            parts += [
                f"SELECT s.ent FROM read_parquet('{path}') r JOIN read_parquet({spine}) s ON r.uscc = s.uscc WHERE r.refusal IN ('undated', 'recorded', 'later', 'period')",
                f"SELECT s.ent FROM read_parquet('{path}') r JOIN read_parquet({spine}) s ON r.id_name = s.uscc WHERE r.refusal = 'shifted'",
            ]
        if mapping.is_list and file.clashes:
            parts.append(f"SELECT ent FROM ({file.clashes})")
        if mapping.is_list and outcome.flagged:
            parts.append(f"SELECT ent FROM ({file.linked}) WHERE problems IS NOT NULL")
        if not parts:
            return set()
        sql = self.scope.numbered(f"SELECT DISTINCT ent FROM ({' UNION ALL '.join(parts)}) WHERE ent IS NOT NULL")
        return {int(row[0]) for row in self.con.execute(sql).fetchall()}

    def _keep_clashes(self, file: "_LogFile", state: MappingState) -> None:
        """Remember the contradicting rows, so that a profile can show both."""
        sql = (
            f"SELECT CAST(ent AS INTEGER) AS ent, CAST(period AS INTEGER) AS period, unnest(cells) AS cell, recorded, rows, "
            f"CAST({len(self.files) - 1} AS SMALLINT) AS file FROM ({file.clashes})"
        )
        fresh = self.con.sql(
            f"SELECT ent, period, cell, recorded, unnest(rows) AS row, file FROM ({self.scope.numbered(sql)}) ORDER BY ALL"
        ).to_arrow_table()
        if fresh.num_rows:
            old = [self.objects.table(state.clashes)] if state.clashes else []
            state.clashes = self.objects.put_table(pa.concat_tables([*old, fresh]).combine_chunks())


@dataclass(frozen=True, slots=True)
class _LogFile:
    """One file of a day: its cells, and the statements that read its linked records, its clashes and its rows in review ('' for none)."""

    path: Path
    values: tuple[str, ...]
    linked: str
    clashes: str
    review: str
    is_linked_otherwise: bool


class _DayFiles:
    """The files of one day, with what its side tables and later words say of them."""

    def __init__(self, folder: Path, said: Said) -> None:
        self._folder, self._said = folder, said
        self._logs = {
            name: set(pq.read_table(folder / f"{name}.parquet", columns=["log"]).column("log").unique().to_pylist())
            for name in ("links", "review", "clashes")
        }

    def file(self, name: str) -> _LogFile:
        """One of them by its name in the log."""
        path, said = self._folder / name, self._said.get((self._folder.name, name), {})
        values = tuple(cell for cell in pq.read_schema(path).names if cell.rstrip("_lohi").rstrip("0123456789") in _CELLS)
        linked = linked_sql(path, said)
        clashes = self._side("clashes", name)
        if said:  # rows have changed hands: look for keys that come twice once more
            clashes = clash_sql(name, values, linked) if values else ""
        rows = ", ".join(str(row) for row in sorted(said))
        review = self._side("review", name) + (f" AND row NOT IN ({rows})" if said and name in self._logs["review"] else "")
        return _LogFile(path, values, linked, clashes, review, bool(said) or name in self._logs["links"])

    def _side(self, table: str, name: str) -> str:
        if name not in self._logs[table]:
            return ""
        return f"SELECT * FROM read_parquet('{sql_path(self._folder / f'{table}.parquet')}') WHERE log = '{name}'"


def _exact_records(path: Path, values: Sequence[str], number: int) -> pa.Table:
    """The records of a file that were linked by their exact code, without a statement."""
    table = pq.read_table(path, columns=["ent", "period", "key", "recorded", "row", "refusal", *values])
    if table.column("refusal").null_count < table.num_rows or table.column("ent").null_count:
        table = table.filter(pc.and_(pc.is_null(table.column("refusal")), pc.is_valid(table.column("ent"))))
    file = pa.array(np.full(table.num_rows, number, np.int16))
    return table.drop_columns(["refusal"]).add_column(5, "file", file)


def spine_of(
    con: duckdb.DuckDBPyConnection, log: Path, days: Sequence[date], *, ents: Sequence[int] | None = None
) -> tuple[pa.Array, pa.Array]:
    """Codes and newest names in the order of the enterprises' numbers."""
    only = "" if ents is None else f"WHERE ent IN ({', '.join(str(ent) for ent in ents) or '-1'})"
    names = newest_names_sql(log, days)
    table = con.sql(
        f"SELECT s.uscc, i.name FROM (SELECT * FROM read_parquet({paths_sql(log, days, 'spine')}) {only}) s LEFT JOIN (SELECT * FROM ({names}) {only}) i USING (ent) ORDER BY s.ent"
    ).to_arrow_table()
    return table.column("uscc").combine_chunks(), table.column("name").combine_chunks()


@dataclass(frozen=True, slots=True)
class SpineChanges:
    """Who is new or may have a new name after some days: `rows` in order, their codes and newest names."""

    rows: npt.NDArray[np.int64]
    uscc: pa.Array
    name: pa.Array


def spine_changes(con: duckdb.DuckDBPyConnection, log: Path, days: Sequence[date], fresh: Sequence[date]) -> SpineChanges:
    """What the days `fresh` among `days` bring of codes and names."""
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE fresh_ents AS SELECT ent FROM read_parquet({paths_sql(log, fresh, 'identity')}) "
        f"UNION SELECT ent FROM read_parquet({paths_sql(log, fresh, 'spine')})"
    )
    names = newest_names_sql(log, days, only="ent IN (SELECT ent FROM fresh_ents)")
    table = con.sql(
        f"SELECT s.ent, s.uscc, i.name FROM (SELECT * FROM read_parquet({paths_sql(log, days, 'spine')}) WHERE ent IN (SELECT ent FROM fresh_ents)) s "
        f"LEFT JOIN ({names}) i USING (ent) ORDER BY s.ent"
    ).to_arrow_table()
    uscc, name = (table.column(column).combine_chunks() for column in ("uscc", "name"))
    return SpineChanges(table.column("ent").to_numpy().astype(np.int64), uscc, name)
