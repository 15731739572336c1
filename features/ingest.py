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
from features.sources.mapping import SourceMapping, mapping_of

__all__ = ["days_of", "ingest_day", "open_database"]
_SMALL = 16 << 20  # bytes on disk


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
        for role in ("register", "former_names", "facts"):
            for name, path, mapping in chosen:
                if mapping.role == role:
                    _take_file(day, log, name, path, mapping)
            if role == "register":
                _write_spine(day)
            if role == "former_names":
                write_identity(day)
            if role == "facts":
                _link_the_waiting(day, log)
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


def _take_file(day: Day, log: Path, name: str, path: Path, mapping: SourceMapping) -> None:
    try:
        extract = open_extract(path, mapping)
        logged = _log_file(day, log, name, extract, mapping)
    except SourceError as error:
        _refuse_file(day, name, path, mapping.id, str(error))
        return
    day.files.append(logged)
    day.refused += [(name, refusal) for refusal in extract.refused]


def _log_file(day: Day, log: Path, name: str, extract: Extract, mapping: SourceMapping) -> LoggedFile:
    """Clean and write one file in one pass; the register's own rows take a second pass, because they make the enterprises."""
    is_register = mapping.role == "register"
    statement = record_statement(mapping, extract, day.learned_on, valid_only=is_register)
    target = day.folder / f"{mapping.id}.{sum(f.mapping.id == mapping.id for f in day.files)}.parquet"
    con = day.con
    raw = _rows_of(extract)
    con.register("raw", raw)
    kept = ", ".join(["row", "refusal", "recorded", "period", "key", "problems", *statement.values])
    keep_identity = is_register or mapping.role == "former_names"
    identity = ", ".join(
        f"id_{what}"
        if keep_identity
        else f"CASE WHEN s.ent IS NULL AND (refusal IS NULL OR refusal = 'shifted') THEN id_{what} END AS id_{what}"
        for what in IDENTITY
    )
    if mapping.role == "former_names":
        former = extract.columns.index(next(c.name for c in mapping.columns if c.meaning == "former_name"))
        statement_sql = statement.sql.replace("AS uscc,", f"AS uscc, t_{former} AS former_name,", 1)
        kept += ", former_name"
    else:
        statement_sql = statement.sql
    source = statement_sql
    agrees = "" if keep_identity else f" AND coalesce({_name_key('q.id_name')} = s.name_key, TRUE)"
    try:
        if is_register:
            first = day.folder / ".register.parquet"
            con.execute(f"COPY {source} TO '{sql_path(first)}' (FORMAT parquet, COMPRESSION snappy)")
            _admit(con, first)
            source = f"read_parquet('{sql_path(first)}')"
        waits = isinstance(raw, pa.Table) and mapping.role == "facts"
        if waits:
            con.execute(f"CREATE TEMP TABLE cleaned_{len(day.waiting)} AS SELECT * FROM {source}")
            source = f"cleaned_{len(day.waiting)}"
        known = "near" if waits else "spine" if keep_identity else _named_spine(day, log)
        linking = (
            f"COPY (SELECT s.ent, q.uscc, {identity}, {kept} FROM {source} q LEFT JOIN {known} s "
            f"ON q.refusal IS NULL AND s.uscc = q.uscc{agrees}) TO '{sql_path(target)}' (FORMAT parquet, COMPRESSION snappy)"
        )
        if waits:
            day.waiting.append((source, linking))
        else:
            con.execute(linking)
        if is_register:
            first.unlink()
    except duckdb.Error as error:
        cause = error.__cause__ or error.__context__
        if isinstance(cause, SourceError):
            raise cause from None
        raise SourceError(f"文件读取中断({str(error).splitlines()[0][:160]});请重新导出") from error
    finally:
        con.unregister("raw")
    return LoggedFile(mapping, name, target, extract.rows, len(extract.refused), extract.notes, statement.values)


def _link_the_waiting(day: Day, log: Path) -> None:
    """Link the records of the small files: the register is looked through once for all of them."""
    if not day.waiting:
        return
    codes = " UNION ALL ".join(f"SELECT uscc FROM {table} WHERE refusal IS NULL" for table, _ in day.waiting)
    day.con.execute(f"CREATE TEMP TABLE known AS SELECT s.* FROM spine s SEMI JOIN ({codes}) q USING (uscc)")
    day.con.execute(_named_sql("near", "known", day, log, only="ent IN (SELECT ent FROM known)"))
    for table, linking in day.waiting:
        day.con.execute(linking)
        day.con.execute(f"DROP TABLE {table}")


def _rows_of(extract: Extract) -> pa.Table | pa.RecordBatchReader:
    """A small file as a table, whose size the join with the register can be planned for; any other as a stream."""
    if extract.path.stat().st_size < _SMALL:
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
    names = newest_names_sql([log / d.isoformat() for d in days_of(log)] + [day.folder], only=only)
    return (
        f"CREATE TEMP TABLE IF NOT EXISTS {table} AS SELECT s.ent, s.uscc, {_name_key('i.name')} AS name_key "
        f"FROM {spine} s LEFT JOIN ({names}) i USING (ent)"
    )


def _write_spine(day: Day) -> None:
    day.con.execute(
        f"COPY (SELECT ent, uscc FROM fresh ORDER BY ent) TO '{sql_path(day.folder / 'spine.parquet')}' (FORMAT parquet)"
    )
