"""One day's extracts -> the fact log: cleaned, linked records in columns, and an account of every row that came in.

The log is a folder for each day on which we learned something (`learned_on`), never changed afterwards:

    <log>/2026-11-20/spine.parquet               the enterprises first seen that day: ent (their number for good), uscc
                     <mapping>.<n>.parquet       cleaned records of one file (ent null where the code is not in the register)
                     links.parquet               records linked otherwise than by their exact code: how, how sure, why
                     clashes.parquet             keys that came twice with different values on the same day: which cells are unknown
                     identity.parquet            names, old numbers, former names and what else linking needs
                     refused.parquet review.parquet day.json

Each row of each file ends as exactly one of linked, review, refused; `FileOutcome.check` holds the sum.
"""
# ruff: noqa: S608 (statements are put together from our own mappings; every literal and path is quoted)

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb
import pyarrow as pa

from features.columns import lookups
from features.daylog import Day, DayReport, FileOutcome, LoggedFile, days_of, earlier_of, newest_names_sql, sql_path, write_report
from features.errors import SourceError
from features.extract import Extract
from features.identity.resolve import Override
from features.identity.uscc import read_usccs
from features.linking import link_the_rest, write_identity
from features.readers import open_extract
from features.records import IDENTITY, record_statement
from features.settling import settle
from features.sources.mapping import Role, SourceMapping, mapping_of

__all__ = ["days_of", "ingest_day", "open_database"]
_SMALL = 16 << 20  # bytes on disk
_AT_ONCE = 2  # small files


def open_database(folder: Path, *, memory_limit: str = "3GB") -> duckdb.DuckDBPyConnection:
    """An in-memory DuckDB that spills into `folder` before it takes more than the limit."""
    con = duckdb.connect(":memory:")
    con.execute(f"SET threads TO 2; SET memory_limit = '{memory_limit}'; SET temp_directory = '{folder / '.spill'}'")
    con.execute("SET preserve_insertion_order TO true; SET enable_progress_bar TO false")
    con.execute("SET disabled_optimizers = 'in_clause'")  # it turns each code table into a join: 10 times slower for our statements
    return con


def ingest_day(
    records_dir: Path,
    log: Path,
    learned_on: date,
    *,
    mappings: Sequence[SourceMapping],
    overrides: Sequence[Override] = (),
    memory_limit: str = "3GB",
) -> DayReport:
    """Read every extract under `records_dir` (one folder per source) into the log as of `learned_on`; raises SourceError where the day is there.

    A file that cannot be used is refused with its reason and stops nothing else.
    """
    folder = log / learned_on.isoformat()
    if (folder / "day.json").exists():
        raise SourceError(f"{learned_on.isoformat()} 的数据已经入库,不能覆盖;如需更正,请以新的日期补报")
    folder.mkdir(parents=True, exist_ok=True)
    con = open_database(folder, memory_limit=memory_limit)
    try:
        _prepare(con, log, learned_on)
        day = Day(con, folder, learned_on, before=earlier_of(log))
        chosen = list(_files(records_dir, mappings, day))
        _take_files(day, log, "register", chosen)
        _write_spine(day)
        _take_files(day, log, "former_names", chosen)
        write_identity(day)
        _take_files(day, log, "facts", chosen)
        link_the_rest(day, log, overrides)
        settle(day)
        return write_report(day)
    finally:
        con.close()


# ---- which file is what ----------------------------------------------------------------------------------------------
def _files(records_dir: Path, mappings: Sequence[SourceMapping], day: Day) -> Iterator[tuple[str, Path, SourceMapping]]:
    """The files that a mapping covers; every other file under a source folder is refused as a whole, never passed over in silence."""
    if not records_dir.is_dir():
        raise SourceError(f"目录“{records_dir.name}”不存在;请给出存放各部门数据的目录")
    for path in sorted(p for p in records_dir.glob("*/**/*") if p.is_file() and not p.name.startswith((".", "~$"))):
        name = path.relative_to(records_dir).as_posix()
        folder = name.split("/")[0]
        mapping = mapping_of(name, mappings)
        if mapping is None and folder not in {m.id.split(".")[0] for m in mappings}:
            _refuse_file(day, name, path, "", f"没有名为“{folder}”的数据来源;请放入对应来源的目录,或先登记来源映射")
        elif mapping is None:
            _refuse_file(day, name, path, "", "没有与文件名相符的数据来源映射;请核对文件名,或先登记该表的映射")
        elif mapping.source == "statistics" and not mapping.published:
            _refuse_file(
                day, name, path, mapping.id, "统计微观资料依统计法不得用于统计以外的目的,整份不予接收;仅接收依法公开的名录"
            )
        else:
            yield name, path, mapping


def _refuse_file(day: Day, name: str, path: Path, mapping: str, reason: str) -> None:
    rows = _line_count(path)
    day.outcomes.append(FileOutcome(name, mapping, "", rows, 0, 0, rows, 0, "", (), reason))


def _line_count(path: Path) -> int:
    """The data lines of a text file, without looking into them; 0 for other files."""
    if path.suffix.lower() not in (".csv", ".txt", ".tsv", ".jsonl", ".ndjson"):
        return 0
    with path.open("rb") as file:
        lines = sum(1 for line in file if line.strip())
    return max(0, lines - (0 if path.suffix.lower() in (".jsonl", ".ndjson") else 1))


# ---- one file --------------------------------------------------------------------------------------------------------
def _prepare(con: duckdb.DuckDBPyConnection, log: Path, learned_on: date) -> None:
    """The functions that cleaning calls, and the enterprises known before this day."""
    text = [duckdb.sqltypes.VARCHAR]
    for name, function in (*lookups(learned_on).items(), ("valid_uscc", lambda column: read_usccs(column).codes)):
        con.create_function(name, function, text, duckdb.sqltypes.VARCHAR, type="arrow", null_handling="special")
    con.execute("CREATE TABLE spine (ent INTEGER, uscc VARCHAR)")
    for day in days_of(log):
        con.execute("INSERT INTO spine SELECT ent, uscc FROM read_parquet(?)", [str(log / day.isoformat() / "spine.parquet")])
    con.execute("CREATE TABLE fresh (ent INTEGER, uscc VARCHAR)")


@dataclass(frozen=True, slots=True)
class _Cleaning:
    """How one file is cleaned: the statement over `raw`, the columns of its records that the log keeps, its rows."""

    name: str
    mapping: SourceMapping
    extract: Extract
    sql: str
    kept: str
    values: tuple[str, ...]

    @property
    def is_small(self) -> bool:
        """Whether it is cleaned beside others and linked with them all at once."""
        return self.mapping.role == "facts" and _is_small(self.extract)

    def logged(self, day: Day) -> LoggedFile:
        """Its entry in the day's list, under the next name in the log."""
        target = day.folder / f"{self.mapping.id}.{sum(f.mapping.id == self.mapping.id for f in day.files)}.parquet"
        extract = self.extract
        return LoggedFile(self.mapping, self.name, target, extract.rows, len(extract.refused), extract.notes, self.values)

    def linking(self, source: str, known: str, target: Path) -> str:
        """The statement that links the cleaned records by their exact code and writes them."""
        keeps_identity = self.mapping.role != "facts"
        identity = ", ".join(
            f"id_{what}"
            if keeps_identity
            else f"CASE WHEN s.ent IS NULL AND (refusal IS NULL OR refusal = 'shifted') THEN id_{what} END AS id_{what}"
            for what in IDENTITY
        )
        agrees = "" if keeps_identity else f" AND coalesce({_name_key('q.id_name')} = s.name_key, TRUE)"
        return (
            f"COPY (SELECT s.ent, q.uscc, {identity}, {self.kept} FROM {source} q LEFT JOIN {known} s "
            f"ON q.refusal IS NULL AND s.uscc = q.uscc{agrees}) TO '{sql_path(target)}' (FORMAT parquet, COMPRESSION snappy)"
        )


def _take_files(day: Day, log: Path, role: Role, chosen: Sequence[tuple[str, Path, SourceMapping]]) -> None:
    """The files of one role, in order; the small ones are cleaned two at a time, and the register is looked through once for all of them."""
    small: list[tuple[str, Path, _Cleaning]] = []
    for name, path, mapping in chosen:
        if mapping.role != role:
            continue
        try:
            cleaning = _cleaning(day, name, path, mapping)
            if cleaning.is_small:
                small.append((f"cleaned_{len(small)}", path, cleaning))
            else:
                _keep(day, cleaning, _log_large(day, log, cleaning))
        except SourceError as error:
            _refuse_file(day, name, path, mapping.id, str(error))
    if small:
        _log_small(day, log, small)


def _cleaning(day: Day, name: str, path: Path, mapping: SourceMapping) -> _Cleaning:
    extract = open_extract(path, mapping)
    statement = record_statement(mapping, extract, day.learned_on, valid_only=mapping.role == "register")
    sql, kept = statement.sql, ", ".join(["row", "refusal", "recorded", "period", "key", "problems", *statement.values])
    if mapping.role == "former_names":
        former = extract.columns.index(next(c.name for c in mapping.columns if c.meaning == "former_name"))
        sql, kept = sql.replace("AS uscc,", f"AS uscc, t_{former} AS former_name,", 1), f"{kept}, former_name"
    return _Cleaning(name, mapping, extract, sql, kept, statement.values)


def _keep(day: Day, cleaning: _Cleaning, logged: LoggedFile) -> None:
    day.files.append(logged)
    day.refused += [(cleaning.name, refusal) for refusal in cleaning.extract.refused]


def _log_large(day: Day, log: Path, cleaning: _Cleaning) -> LoggedFile:
    """Clean and write one file in one pass; the register's own rows take a second pass, because they make the enterprises."""
    con, source, role = day.con, cleaning.sql, cleaning.mapping.role
    first = day.folder / ".register.parquet"
    with _readable(con, cleaning):
        if role == "register":
            con.execute(f"COPY {source} TO '{sql_path(first)}' (FORMAT parquet, COMPRESSION snappy)")
            _admit(con, first)
            source = f"read_parquet('{sql_path(first)}')"
        known = _named_spine(day, log) if role == "facts" else "spine"
        con.execute(cleaning.linking(source, known, cleaning.logged(day).path))
    first.unlink(missing_ok=True)
    return cleaning.logged(day)  # its counts are complete now that all of it has been read


def _log_small(day: Day, log: Path, small: Sequence[tuple[str, Path, _Cleaning]]) -> None:
    def clean(table: str, cleaning: _Cleaning) -> SourceError | None:
        with day.con.cursor() as con:
            try:
                with _readable(con, cleaning):
                    con.execute(f"CREATE TABLE {table} AS SELECT * FROM {cleaning.sql}")
            except SourceError as error:
                return error
        return None

    def link(table: str, cleaning: _Cleaning, target: Path) -> None:
        with day.con.cursor() as con:
            con.execute(cleaning.linking(table, "near", target))
            con.execute(f"DROP TABLE {table}")

    with ThreadPoolExecutor(_AT_ONCE) as pool:
        faults = list(pool.map(clean, [table for table, _, _ in small], [cleaning for _, _, cleaning in small]))
        jobs = []
        for (table, path, cleaning), fault in zip(small, faults, strict=True):
            if fault is not None:
                _refuse_file(day, cleaning.name, path, cleaning.mapping.id, str(fault))
                continue
            logged = cleaning.logged(day)
            _keep(day, cleaning, logged)
            jobs.append((table, cleaning, logged.path))
        if jobs:
            codes = " UNION ALL ".join(f"SELECT uscc FROM {table} WHERE refusal IS NULL" for table, _, _ in jobs)
            day.con.execute(f"CREATE TABLE known AS SELECT s.* FROM spine s SEMI JOIN ({codes}) q USING (uscc)")
            day.con.execute(_named_sql("near", "known", day, log, only="ent IN (SELECT ent FROM known)"))
            list(pool.map(link, *zip(*jobs, strict=True)))


@contextmanager
def _readable(con: duckdb.DuckDBPyConnection, cleaning: _Cleaning) -> Iterator[None]:
    """The file's rows as `raw`; what breaks on the way is the file's fault."""
    con.register("raw", _rows_of(cleaning.extract))
    try:
        yield
    except duckdb.Error as error:
        cause = error.__cause__ or error.__context__
        if isinstance(cause, SourceError):
            raise cause from None
        raise SourceError(f"文件读取中断({str(error).splitlines()[0][:160]});请重新导出") from error
    finally:
        con.unregister("raw")


def _is_small(extract: Extract) -> bool:
    return extract.path.stat().st_size < _SMALL


def _rows_of(extract: Extract) -> pa.Table | pa.RecordBatchReader:
    """A small file as a table, whose size the join with the register can be planned for; any other as a stream."""
    if _is_small(extract):
        return pa.Table.from_batches(list(extract.batches), extract.schema)
    return pa.RecordBatchReader.from_batches(extract.schema, extract.batches)


def _admit(con: duckdb.DuckDBPyConnection, records: Path) -> None:
    """Give each new credit code of the register its number, in the order of the codes."""
    codes = f"SELECT DISTINCT uscc FROM read_parquet('{sql_path(records)}') WHERE uscc IS NOT NULL AND refusal IS NULL"
    con.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE newcomers AS
            SELECT (SELECT count(*) FROM spine) + row_number() OVER (ORDER BY uscc) - 1 AS ent, uscc FROM (
                SELECT uscc FROM ({codes}) c ANTI JOIN (SELECT s.uscc FROM spine s SEMI JOIN ({codes}) c USING (uscc)) k USING (uscc)
            );
        INSERT INTO spine SELECT ent, uscc FROM newcomers;
        INSERT INTO fresh SELECT ent, uscc FROM newcomers;
        """
    )


def _name_key(name: str) -> str:
    marks = ' 　（）()“”"'
    return f"CASE WHEN regexp_matches({name}, '[{marks}]') THEN translate({name}, '{marks}', '') ELSE {name} END"


def _named_spine(day: Day, log: Path) -> str:
    """All enterprises with their newest names, made for the first file that is too large to wait."""
    day.con.execute(_named_sql("named", "spine", day, log))
    return "named"


def _named_sql(table: str, spine: str, day: Day, log: Path, *, only: str = "TRUE") -> str:
    """Each enterprise's newest name beside its code: a record whose code fits but whose name does not goes to identity resolution."""
    names = newest_names_sql(log, [*days_of(log), day.learned_on], only=only)
    return (
        f"CREATE TABLE IF NOT EXISTS {table} AS SELECT s.ent, s.uscc, {_name_key('i.name')} AS name_key "
        f"FROM {spine} s LEFT JOIN ({names}) i USING (ent)"
    )


def _write_spine(day: Day) -> None:
    day.con.execute(
        f"COPY (SELECT ent, uscc FROM fresh ORDER BY ent) TO '{sql_path(day.folder / 'spine.parquet')}' (FORMAT parquet)"
    )
