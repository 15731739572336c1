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

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from features.columns import lookups
from features.errors import SourceError
from features.identity.resolve import Override, Register
from features.identity.uscc import read_usccs
from features.readers import Extract, RowRefusal, open_extract
from features.records import IDENTITY, REFUSAL_WORDS, record_statement
from features.sources.mapping import SourceMapping

_REFUSED = pa.schema([("file", pa.string()), ("row", pa.int32()), ("heading", pa.string()), ("code", pa.string()), ("reason", pa.string())])


@dataclass(frozen=True, slots=True)
class FileOutcome:
    """What became of one file. `refusal` is the reason where the file as a whole was not used (then every row counts as refused)."""

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
class _Day:
    """What the steps of one day share."""

    con: duckdb.DuckDBPyConnection
    folder: Path
    learned_on: date
    outcomes: list[FileOutcome] = field(default_factory=list)
    refused: list[tuple[str, RowRefusal]] = field(default_factory=list)
    files: list["_LoggedFile"] = field(default_factory=list)
    newest: dict[str, str] = field(default_factory=dict)  # mapping -> the newest day of recording that came before this day


@dataclass(slots=True)
class _LoggedFile:
    """A file whose cleaned records lie in the log, with the counts that are not settled until its last rows are linked."""

    mapping: SourceMapping
    name: str
    path: Path
    rows: int
    dropped: int
    notes: list[str]
    values: tuple[str, ...]


def days_of(log: Path) -> list[date]:
    """The days in the log, oldest first."""
    return sorted(date.fromisoformat(entry.name) for entry in log.iterdir() if (entry / "day.json").exists()) if log.exists() else []


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
        day = _Day(con, folder, learned_on, newest=_newest_before(log))
        chosen = list(_files(records_dir, mappings, day))
        for role in ("register", "former_names", "facts"):
            for name, path, mapping in chosen:
                if mapping.role == role:
                    _take_file(day, name, path, mapping)
            if role == "register":
                _write_spine(day)
            if role == "former_names":
                _write_identity(day)
                _name_the_spine(day, log)
        _link_the_rest(day, log, overrides)
        _settle(day)
        return _write_report(day)
    finally:
        con.close()


def _newest_before(log: Path) -> dict[str, str]:
    newest: dict[str, str] = {}
    for day in days_of(log):
        for outcome in read_day(log, day).files:
            newest[outcome.mapping] = max(newest.get(outcome.mapping, ""), outcome.newest)
    return newest


# ---- which file is what ----------------------------------------------------------------------------------------------
def _files(records_dir: Path, mappings: Sequence[SourceMapping], day: _Day) -> Iterator[tuple[str, Path, SourceMapping]]:
    """The files that a mapping covers; every other file under a source folder is refused as a whole, never passed over in silence."""
    if not records_dir.is_dir():
        raise SourceError(f"目录“{records_dir.name}”不存在;请给出存放各部门数据的目录")
    for path in sorted(p for p in records_dir.glob("*/**/*") if p.is_file() and not p.name.startswith((".", "~$"))):
        name = path.relative_to(records_dir).as_posix()
        folder = name.split("/")[0]
        mapping = next(
            (m for m in mappings if m.id.split(".")[0] == folder and any(fnmatch(path.name, pattern) for pattern in m.patterns)), None
        )
        if mapping is None and folder not in {m.id.split(".")[0] for m in mappings}:
            _refuse_file(day, name, path, "", f"没有名为“{folder}”的数据来源;请放入对应来源的目录,或先登记来源映射")
        elif mapping is None:
            _refuse_file(day, name, path, "", "没有与文件名相符的数据来源映射;请核对文件名,或先登记该表的映射")
        elif mapping.source == "statistics" and not mapping.published:
            _refuse_file(day, name, path, mapping.id, "统计微观资料依统计法不得用于统计以外的目的,整份不予接收;仅接收依法公开的名录")
        else:
            yield name, path, mapping


def _refuse_file(day: _Day, name: str, path: Path, mapping: str, reason: str) -> None:
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


def _take_file(day: _Day, name: str, path: Path, mapping: SourceMapping) -> None:
    try:
        extract = open_extract(path, mapping)
        logged = _log_file(day, name, extract, mapping)
    except SourceError as error:
        _refuse_file(day, name, path, mapping.id, str(error))
        return
    day.files.append(logged)
    day.refused += [(name, refusal) for refusal in extract.refused]


def _log_file(day: _Day, name: str, extract: Extract, mapping: SourceMapping) -> _LoggedFile:
    """Clean and write one file in one pass; the register's own rows take a second pass, because they make the enterprises."""
    is_register = mapping.role == "register"
    statement = record_statement(mapping, extract, day.learned_on, valid_only=is_register)
    target = day.folder / f"{mapping.id}.{sum(f.mapping.id == mapping.id for f in day.files)}.parquet"
    con = day.con
    reader = pa.RecordBatchReader.from_batches(extract.schema, extract.batches)
    con.register("raw", reader)
    kept = ", ".join(["row", "refusal", "recorded", "period", "key", "problems", *statement.values])
    keep_identity = is_register or mapping.role == "former_names"
    identity = ", ".join(
        f"id_{what}" if keep_identity else f"CASE WHEN s.ent IS NULL AND (refusal IS NULL OR refusal = 'shifted') THEN id_{what} END AS id_{what}"
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
            con.execute(f"COPY {source} TO '{_sql_path(first)}' (FORMAT parquet, COMPRESSION snappy)")
            _admit(con, first)
            source = f"read_parquet('{_sql_path(first)}')"
        con.execute(
            f"COPY (SELECT s.ent, q.uscc, {identity}, {kept} FROM {source} q LEFT JOIN spine s ON q.refusal IS NULL AND s.uscc = q.uscc{agrees}) "
            f"TO '{_sql_path(target)}' (FORMAT parquet, COMPRESSION snappy)"
        )
        if is_register:
            first.unlink()
    except duckdb.Error as error:
        cause = error.__cause__ or error.__context__
        if isinstance(cause, SourceError):
            raise cause from None
        raise SourceError(f"文件读取中断({str(error).splitlines()[0][:160]});请重新导出") from error
    finally:
        con.unregister("raw")
    return _LoggedFile(mapping, name, target, extract.rows, len(extract.refused), extract.notes, statement.values)


def _sql_path(path: Path) -> str:
    return str(path).replace("'", "''")


def _admit(con: duckdb.DuckDBPyConnection, records: Path) -> None:
    """Give each new credit code of the register its number, in the order of the codes."""
    con.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE newcomers AS
            SELECT (SELECT count(*) FROM spine) + row_number() OVER (ORDER BY uscc) - 1 AS ent, uscc FROM (
                SELECT DISTINCT uscc FROM read_parquet('{_sql_path(records)}')
                WHERE uscc IS NOT NULL AND refusal IS NULL AND uscc NOT IN (SELECT uscc FROM spine)
            );
        INSERT INTO spine SELECT ent, uscc FROM newcomers;
        INSERT INTO fresh SELECT ent, uscc FROM newcomers;
        """
    )


def _name_key(name: str) -> str:
    return f"translate({name}, ' 　（）()“”\"', '')"


def _name_the_spine(day: _Day, log: Path) -> None:
    """Each enterprise's newest name beside its code: a record whose code fits but whose name does not goes to identity resolution."""
    folders = [log / d.isoformat() for d in days_of(log)] + [day.folder]
    day.con.execute(
        f"""
        CREATE TABLE named AS SELECT s.ent, s.uscc, {_name_key('i.name')} AS name_key FROM spine s LEFT JOIN ({newest_names_sql(folders)}) i USING (ent);
        DROP TABLE spine; ALTER TABLE named RENAME TO spine;
        """
    )


def newest_names_sql(folders: Sequence[Path]) -> str:
    """Each enterprise's newest name over the days in `folders`, oldest day first: the later recorded, then the later day."""
    parts = [
        f"SELECT ent, name, CAST(recorded - DATE '1950-01-01' AS BIGINT) * 100000 + {place} AS age FROM read_parquet('{_sql_path(folder / 'identity.parquet')}')"
        for place, folder in enumerate(folders)
    ]
    return parts[0] if len(parts) == 1 else f"SELECT ent, arg_max(name, age) AS name FROM ({' UNION ALL '.join(parts)}) GROUP BY ent"


def _write_spine(day: _Day) -> None:
    day.con.execute(f"COPY (SELECT ent, uscc FROM fresh ORDER BY ent) TO '{_sql_path(day.folder / 'spine.parquet')}' (FORMAT parquet)")


def _write_identity(day: _Day) -> None:
    """What linking needs to know of the enterprises in this day's register rows, the newest row of each; and former names."""
    wanted = {"register": [f for f in day.files if f.mapping.role == "register"], "former_names": [f for f in day.files if f.mapping.role == "former_names"]}
    parts = []
    for logged in wanted["register"]:
        established = next((f"v{i}" for i, rule in enumerate(logged.mapping.facts) if rule.fact == "established_on" and f"v{i}" in logged.values), "NULL")
        parts.append(
            "SELECT ent, id_name AS name, id_reg_no AS reg_no, id_legal_person AS legal_person, id_region AS region, "
            f"CAST({established} AS DATE) AS established_on, recorded, row FROM read_parquet('{_sql_path(logged.path)}') WHERE ent IS NOT NULL"
        )
    empty = "SELECT 0 AS ent, '' AS name, '' AS reg_no, '' AS legal_person, '' AS region, DATE '2000-01-01' AS established_on, DATE '2000-01-01' AS recorded, 0 AS row WHERE FALSE"
    day.con.execute(
        f"COPY (SELECT DISTINCT ON (ent) * EXCLUDE (row) FROM ({' UNION ALL '.join(parts) or empty}) ORDER BY ent, recorded DESC, row DESC) "
        f"TO '{_sql_path(day.folder / 'identity.parquet')}' (FORMAT parquet)"
    )
    names = [
        f"SELECT ent, former_name FROM read_parquet('{_sql_path(f.path)}') WHERE ent IS NOT NULL AND former_name IS NOT NULL"
        for f in wanted["former_names"]
    ]
    day.con.execute(
        f"COPY (SELECT DISTINCT ent, former_name FROM ({' UNION ALL '.join(names) or 'SELECT 0 AS ent, NULL AS former_name WHERE FALSE'}) "
        f"ORDER BY ent, former_name) TO '{_sql_path(day.folder / 'former_names.parquet')}' (FORMAT parquet)"
    )


# ---- rows whose code is not in the register ----------------------------------------------------------------------------
_LINKS = pa.schema(
    [("log", pa.string()), ("row", pa.int32()), ("ent", pa.int32()), ("method", pa.string()), ("confidence", pa.float64()), ("reasons", pa.list_(pa.string()))]
)


def _link_the_rest(day: _Day, log: Path, overrides: Sequence[Override]) -> None:
    """Hand what has no known code to identity resolution, each distinct identity once; write links, review and refusals."""
    con = day.con
    con.execute("CREATE TABLE rest (log VARCHAR, file VARCHAR, source VARCHAR, role VARCHAR, row INTEGER, record_id VARCHAR, code VARCHAR, reg_no VARCHAR, name VARCHAR, legal_person VARCHAR, region VARCHAR)")
    for logged in day.files:
        identity = ", ".join(f"id_{what}" for what in IDENTITY)
        con.execute(
            f"INSERT INTO rest SELECT ?, ?, ?, ?, row, md5(concat_ws('\x1f', ?, {', '.join(f'coalesce(id_{what}, chr(30))' for what in IDENTITY)})), {identity} "
            f"FROM read_parquet('{_sql_path(logged.path)}') WHERE ent IS NULL AND refusal IS NULL",
            [logged.path.name, logged.name, logged.mapping.id, logged.mapping.role, logged.mapping.id],
        )
    con.execute("CREATE TABLE links (record_id VARCHAR, ent INTEGER, method VARCHAR, confidence DOUBLE, reasons VARCHAR[])")
    con.execute("CREATE TABLE doubts (record_id VARCHAR, candidates INTEGER[], reasons VARCHAR[])")
    con.execute("CREATE TABLE strangers (record_id VARCHAR, reason VARCHAR)")
    asked = con.sql(
        "SELECT any_value(source) AS source, record_id, any_value(code) AS uscc, "
        "coalesce(any_value(reg_no), any_value(CASE WHEN length(code) IN (13, 15) THEN code END)) AS reg_no, any_value(name) AS name, "
        "any_value(legal_person) AS legal_person, any_value(region) AS region FROM rest WHERE role <> 'register' GROUP BY record_id ORDER BY record_id"
    ).to_arrow_table()
    if asked.num_rows:
        with Register(_register(day, log)) as register:
            links = register.resolve(asked, overrides=overrides)
        for name, table in (("linked_a", links.linked), ("review_a", links.review), ("unlinked_a", links.unlinked)):
            con.register(name, table)
        con.execute("INSERT INTO links SELECT l.record_id, s.ent, l.method, l.confidence, l.reasons FROM linked_a l JOIN spine s USING (uscc)")
        con.execute(
            "INSERT INTO doubts SELECT r.record_id, list(s.ent ORDER BY r.rank) FILTER (WHERE s.ent IS NOT NULL), "
            "flatten(list(r.reasons ORDER BY r.rank)) FROM review_a r LEFT JOIN spine s USING (uscc) GROUP BY r.record_id"
        )
        con.execute("INSERT INTO strangers SELECT record_id, reason FROM unlinked_a")
    con.execute(
        f"COPY (SELECT r.log, r.row, r.source, r.record_id, l.ent, l.method, l.confidence, l.reasons FROM rest r JOIN links l USING (record_id) ORDER BY 1, 2) "
        f"TO '{_sql_path(day.folder / 'links.parquet')}' (FORMAT parquet)"
    )
    con.execute(
        f"COPY (SELECT r.log, r.file, r.row, r.source, r.record_id, r.code, r.name, d.candidates, d.reasons FROM rest r JOIN doubts d USING (record_id) ORDER BY 1, 3) "
        f"TO '{_sql_path(day.folder / 'review.parquet')}' (FORMAT parquet)"
    )


def _register(day: _Day, log: Path) -> pa.Table:
    """Everything known for linking, the newest word on each enterprise, with all its former names."""
    folders = [log / d.isoformat() for d in days_of(log)] + [day.folder]
    identity = ", ".join(f"'{_sql_path(folder / 'identity.parquet')}'" for folder in folders)
    former = ", ".join(f"'{_sql_path(folder / 'former_names.parquet')}'" for folder in folders)
    return day.con.sql(
        f"""
        SELECT s.uscc, i.name, coalesce(f.former_names, []) AS former_names, i.reg_no, i.legal_person, i.region, i.established_on
        FROM spine s
        LEFT JOIN (SELECT DISTINCT ON (ent) * FROM read_parquet([{identity}], filename = true) ORDER BY ent, recorded DESC, filename DESC) i USING (ent)
        LEFT JOIN (SELECT ent, list(DISTINCT former_name ORDER BY former_name) AS former_names FROM read_parquet([{former}]) GROUP BY ent) f USING (ent)
        ORDER BY s.ent
        """
    ).to_arrow_table()


# ---- the account -------------------------------------------------------------------------------------------------------
def _settle(day: _Day) -> None:
    """Count each file out, write what was refused, and find the keys that came twice with different values."""
    con = day.con
    con.execute("CREATE TABLE refused (file VARCHAR, row INTEGER, heading VARCHAR, code VARCHAR, reason VARCHAR)")
    early = pa.table([[name for name, _ in day.refused], *([getattr(r, a) for _, r in day.refused] for a in ("row", "column", "code", "reason"))], schema=_REFUSED)
    con.register("early_a", early)
    con.execute("INSERT INTO refused SELECT * FROM early_a")
    words = pa.table({"code": list(REFUSAL_WORDS), "reason": list(REFUSAL_WORDS.values())})
    con.register("words_a", words)
    clashes: list[str] = []
    for logged in day.files:
        path = _sql_path(logged.path)
        con.execute(
            f"INSERT INTO refused SELECT ?, row, '', refusal, w.reason FROM read_parquet('{path}') p JOIN words_a w ON w.code = p.refusal", [logged.name]
        )
        if logged.mapping.role == "register":
            con.execute("INSERT INTO refused SELECT file, row, '', 'check_digit', ? FROM rest WHERE log = ?", [REFUSAL_WORDS["check_digit"], logged.path.name])
        con.execute("INSERT INTO refused SELECT r.file, r.row, '', 'not_linked', s.reason FROM rest r JOIN strangers s USING (record_id) WHERE r.log = ?", [logged.path.name])
        sql = _clash_sql(logged)
        if sql:
            clashes.append(sql)
        day.outcomes.append(_outcome(day, logged))
    con.execute(f"COPY (SELECT * FROM refused ORDER BY file, row) TO '{_sql_path(day.folder / 'refused.parquet')}' (FORMAT parquet)")
    empty = "SELECT '' AS log, 0 AS ent, 0 AS period, CAST(0 AS UBIGINT) AS key, DATE '2000-01-01' AS recorded, [0] AS rows, [''] AS cells WHERE FALSE"
    con.execute(f"COPY (SELECT * FROM ({' UNION ALL '.join(clashes) or empty}) ORDER BY log, ent, period, key) TO '{_sql_path(day.folder / 'clashes.parquet')}' (FORMAT parquet)")


def _clash_sql(logged: _LoggedFile) -> str | None:
    """Keys that stand more than once in a file with the same day of recording and different cells."""
    if not logged.values:
        return None
    differs = ", ".join(
        f"CASE WHEN min({v}) IS DISTINCT FROM max({v}) OR count({v}) NOT IN (0, count(*)) THEN '{v}' END" for v in logged.values
    )
    return (
        f"SELECT '{logged.path.name}' AS log, ent, period, key, recorded, list(row ORDER BY row) AS rows, "
        f"list_filter([{differs}], lambda c: c IS NOT NULL) AS cells FROM ({linked_sql(logged.path, logged.path.parent)}) "
        "GROUP BY ent, period, key, recorded HAVING count(*) > 1 AND len(cells) > 0"
    )


def linked_sql(records: Path, folder: Path) -> str:
    """The usable records of one log file with the enterprise each is about, links made otherwise than by code included."""
    return (
        f"SELECT coalesce(p.ent, l.ent) AS ent, p.* EXCLUDE (ent) FROM read_parquet('{_sql_path(records)}') p "
        f"LEFT JOIN (SELECT row, ent FROM read_parquet('{_sql_path(folder / 'links.parquet')}') WHERE log = '{records.name}') l ON p.ent IS NULL AND p.row = l.row "
        "WHERE p.refusal IS NULL AND coalesce(p.ent, l.ent) IS NOT NULL"
    )


def _outcome(day: _Day, logged: _LoggedFile) -> FileOutcome:
    con, path = day.con, _sql_path(logged.path)
    counted = con.execute(
        f"SELECT count(*), count(*) FILTER (WHERE ent IS NOT NULL AND refusal IS NULL), count(*) FILTER (WHERE refusal IS NOT NULL), "
        f"count(problems) FILTER (WHERE refusal IS NULL), max(recorded) FILTER (WHERE refusal IS NULL) FROM read_parquet('{path}')"
    ).fetchall()
    records, exact, refused, flagged, newest = counted[0]

    def among(table: str) -> int:
        found = con.execute(f"SELECT count(*) FROM rest r SEMI JOIN {table} t USING (record_id) WHERE r.log = ?", [logged.path.name]).fetchall()
        return int(found[0][0])

    review, linked, strangers = among("doubts"), among("links"), among("strangers")
    if logged.mapping.role == "register":
        strangers = records - exact - refused
    before = day.newest.get(logged.mapping.id, "")
    if newest and newest.isoformat() < before:
        logged.notes.append(f"本次数据最新记录日期 {newest.isoformat()} 早于上次提供的 {before};旧记录不会覆盖新记录,请核对是否误报旧数据")
    outcome = FileOutcome(
        file=logged.name,
        mapping=logged.mapping.id,
        log=logged.path.name,
        rows=logged.rows,
        linked=exact + linked,
        review=review,
        refused=logged.dropped + refused + strangers,
        flagged=flagged,
        newest=newest.isoformat() if newest else "",
        notes=tuple(logged.notes),
    )
    outcome.check()
    return outcome


def _write_report(day: _Day) -> DayReport:
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
