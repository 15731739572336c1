"""From the fact log to the facts of a day: sources merged by declared precedence, absences told apart, derived facts added, a snapshot saved.

Two times: `known_on` (extracts of later days are not looked at) and `as_of` (the day the facts are about). The states of the mappings are a
fold over the days of the log; what depends on the as-of day (open list entries, staleness, derived facts) is computed from them afterwards,
so an increment over the newest snapshot's states equals a full rebuild, byte for byte.
"""

import json
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import duckdb
import pyarrow as pa

from features.current import Current
from features.errors import SourceError
from features.identity.resolve import Override
from features.ingest import DayReport, days_of, ingest_day, linked_sql, open_database, read_day
from features.overlay import MappingState, Slot, add_to_set, lay_list_over, lay_over
from features.profile import EnterpriseProfile, profile_to_json
from features.snapshot import Objects, Snapshot, open_snapshot, save_snapshot
from features.sources.mapping import SourceMapping, load_mappings
from features.store import profiles_of

DEFAULT_PURPOSE = "eligibility"


# ---- the fold over days ------------------------------------------------------------------------------------------------
def _load_states(manifest: Mapping[str, Any]) -> dict[str, MappingState]:
    return {
        name: MappingState(**{**row, "periods": {int(p): Slot(**slot) for p, slot in row["periods"].items()}})
        for name, row in manifest["states"].items()
    }


def fold_day(
    con: duckdb.DuckDBPyConnection,
    log: Path,
    day: date,
    *,
    states: dict[str, MappingState],
    files: list[str],
    mappings: Mapping[str, SourceMapping],
    objects: Objects,
    size: int,
) -> None:
    """Lay one day of the log over the states; `files` is extended by the day's files in their order."""
    folder = log / day.isoformat()
    for outcome in read_day(log, day).files:
        mapping = mappings.get(outcome.mapping)
        if mapping is None or not outcome.log:
            continue
        files.append(f"{day.isoformat()}/{outcome.file}")
        state = states.setdefault(mapping.id, MappingState())
        state.delivered, state.newest = max(state.delivered, day.isoformat()), max(state.newest, outcome.newest)
        records = _records(con, folder, outcome.log, len(files) - 1)
        if mapping.is_list:
            lay_list_over(objects, state, records, mapping=mapping)
        elif records.num_columns > 5:
            lay_over(objects, state, records, mapping=mapping, size=size)
        if mapping.complete:
            state.tainted = add_to_set(objects, state.tainted, _doubtful(con, folder, outcome.log, mapping))
        _keep_clashes(con, folder, outcome.log, state, objects, len(files) - 1)


def _records(con: duckdb.DuckDBPyConnection, folder: Path, name: str, file: int) -> pa.Table:
    """A file's linked records with the cells that clash emptied."""
    path = folder / name
    cells = [row[0] for row in con.execute(f"DESCRIBE SELECT * FROM read_parquet('{_sql(path)}')").fetchall()]
    values = [cell for cell in cells if cell.rstrip("0123456789_lohi").rstrip("0123456789") in ("v", "on", "until", "first")]
    clashes = f"(SELECT * FROM read_parquet('{_sql(folder / 'clashes.parquet')}') WHERE log = '{name}')"
    found = con.execute(f"SELECT count(*) FROM {clashes}").fetchall()
    source = linked_sql(path, folder)
    base = f"CAST(r.ent AS INTEGER) AS ent, r.period, r.key, r.recorded, r.row, CAST({file} AS SMALLINT) AS file"
    if found[0][0]:
        chosen = [f"CASE WHEN list_contains(c.cells, '{v}') THEN NULL ELSE r.{v} END AS {v}" for v in values]
        join = f"LEFT JOIN {clashes} c ON c.ent = r.ent AND c.period = r.period AND c.key = r.key AND c.recorded = r.recorded"
    else:
        chosen, join = [f"r.{v}" for v in values], ""
    table: pa.Table = con.sql(f"SELECT {', '.join([base, *chosen])} FROM ({source}) r {join}").to_arrow_table()
    return table


def _sql(path: Path) -> str:
    return str(path).replace("'", "''")


def _doubtful(con: duckdb.DuckDBPyConnection, folder: Path, name: str, mapping: SourceMapping) -> list[int]:
    """Enterprises that a row of a complete list may be about although it was not read: candidates in review, refused rows with a known code,
    and entries that contradict each other. Their absence from the list proves nothing."""
    review = f"SELECT unnest(candidates) AS ent FROM read_parquet('{_sql(folder / 'review.parquet')}') WHERE log = '{name}'"
    refused = f"SELECT s.ent FROM read_parquet('{_sql(folder / name)}') r JOIN read_parquet('{_sql(folder / 'spine.parquet')}') s ON r.uscc = s.uscc WHERE r.refusal = 'undated'"
    clashing = f"SELECT ent FROM read_parquet('{_sql(folder / 'clashes.parquet')}') WHERE log = '{name}'" if mapping.is_list else "SELECT 0 AS ent WHERE FALSE"
    return [int(row[0]) for row in con.execute(f"SELECT DISTINCT ent FROM ({review} UNION ALL {refused} UNION ALL {clashing}) WHERE ent IS NOT NULL ORDER BY 1").fetchall()]


def _keep_clashes(con: duckdb.DuckDBPyConnection, folder: Path, name: str, state: MappingState, objects: Objects, file: int) -> None:
    """Remember the contradicting rows, so that the profile can show both."""
    fresh = con.sql(
        f"SELECT CAST(ent AS INTEGER) AS ent, CAST(period AS INTEGER) AS period, unnest(cells) AS cell, recorded, rows, CAST({file} AS SMALLINT) AS file "
        f"FROM read_parquet('{_sql(folder / 'clashes.parquet')}') WHERE log = '{name}' ORDER BY ALL"
    ).to_arrow_table()
    if fresh.num_rows:
        flat = con.sql("SELECT ent, period, cell, recorded, unnest(rows) AS row, file FROM fresh ORDER BY ALL").to_arrow_table()
        old = [objects.table(state.clashes)] if state.clashes else []
        state.clashes = objects.put_table(pa.concat_tables([*old, flat]).combine_chunks())


# ---- building ----------------------------------------------------------------------------------------------------------
def build_snapshot(
    log: Path,
    store: Path,
    as_of: date,
    *,
    known_on: date | None = None,
    mappings: Sequence[SourceMapping] | None = None,
    purpose: str = DEFAULT_PURPOSE,
    base: Snapshot | None = None,
    memory_limit: str = "2GB",
) -> Snapshot:
    """The facts as of `as_of`, from what the log knew on `known_on` (its newest day unless given); raises SourceError for an empty log.

    `base`: a snapshot whose states are a part of the same log; only the days after it are laid over.
    """
    chosen = tuple(mappings) if mappings is not None else load_mappings()
    days = [day for day in days_of(log) if known_on is None or day <= known_on]
    if not days:
        raise SourceError("数据日志中没有该日之前的任何数据;请先用 ingest 入库")
    objects = Objects(store)
    states: dict[str, MappingState] = {}
    files: list[str] = []
    done: set[str] = set()
    if base is not None:
        states, files, done = _load_states(base.manifest), list(base.manifest["files"]), set(base.manifest["days"])
        if not done <= {day.isoformat() for day in days}:
            raise SourceError("基准快照所用的数据不在日志中,不能在其上增量;请全量重建")
    with tempfile.TemporaryDirectory(dir=store) as scratch:
        con = open_database(Path(scratch), memory_limit=memory_limit)
        try:
            for day in days:
                if day.isoformat() not in done:
                    size = read_day(log, day).enterprises
                    fold_day(con, log, day, states=states, files=files, mappings={m.id: m for m in chosen}, objects=objects, size=size)
            uscc, name = _spine(con, log, days)
        finally:
            con.close()
    current = Current(objects, states, chosen, as_of=as_of, purpose=purpose, rows=len(uscc), uscc=uscc, name=name)
    manifest = current.build()
    manifest |= {
        "version": 1,
        "as_of": as_of.isoformat(),
        "known_on": days[-1].isoformat(),
        "purpose": purpose,
        "rows": len(uscc),
        "days": [day.isoformat() for day in days],
        "files": files,
        "states": {name: asdict(state) for name, state in sorted(states.items())},
    }
    return save_snapshot(store, manifest)


def _spine(con: duckdb.DuckDBPyConnection, log: Path, days: Sequence[date]) -> tuple[pa.Array, pa.Array]:
    """Codes and newest names in the order of the enterprises' numbers."""
    spine = ", ".join(f"'{_sql(log / day.isoformat() / 'spine.parquet')}'" for day in days)
    identity = ", ".join(f"'{_sql(log / day.isoformat() / 'identity.parquet')}'" for day in days)
    table = con.sql(
        f"""
        SELECT s.uscc, i.name FROM read_parquet([{spine}]) s LEFT JOIN (
            SELECT DISTINCT ON (ent) ent, name FROM read_parquet([{identity}], filename = true) ORDER BY ent, recorded DESC, filename DESC
        ) i USING (ent) ORDER BY s.ent
        """
    ).to_arrow_table()
    return table.column("uscc").combine_chunks(), table.column("name").combine_chunks()


# ---- from a folder of extracts, in one go ----------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Report:
    """The account of an assembly, in plain values: what came in and went where, and what the facts lack."""

    as_of: date
    enterprises: int
    rows: int
    linked: int
    review: int
    refused: int
    flagged_cells: int
    conflicts: int
    stale: Mapping[str, int]
    missing: Mapping[str, int]
    files: tuple[Mapping[str, Any], ...]

    @property
    def refused_rows(self) -> int:
        """Rows not used, those of refused files included."""
        return self.refused

    @property
    def refused_files(self) -> tuple[str, ...]:
        """The files not used at all."""
        return tuple(str(row["file"]) for row in self.files if row["refusal"])

    def to_json(self) -> dict[str, Any]:
        """The report as a JSON object."""
        return {**asdict(self), "as_of": self.as_of.isoformat()}


@dataclass(frozen=True)
class Assembly:
    """A snapshot and its account; a context manager that removes the folder if it was a temporary one."""

    snapshot: Snapshot
    report: Report
    log: Path
    _scratch: "tempfile.TemporaryDirectory[str] | None" = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self._scratch is not None:
            self._scratch.cleanup()


def assemble(
    records_dir: Path,
    as_of: date,
    *,
    store: Path | None = None,
    mappings: Sequence[SourceMapping] | None = None,
    overrides: Sequence[Override] = (),
    purpose: str = DEFAULT_PURPOSE,
) -> Assembly:
    """Read the extracts of `records_dir` as learned on `as_of` and build the snapshot of that day; raises SourceError.

    `store` keeps the log and the snapshots (`<store>/log`, `<store>/snapshots`); without one everything lies in a temporary folder.
    Into a store that has earlier days, the extracts are added as one more day.
    """
    scratch = None if store is not None else tempfile.TemporaryDirectory(prefix="mianshen-")
    root = store if store is not None else Path(scratch.name if scratch else ".")
    root.mkdir(parents=True, exist_ok=True)
    chosen = tuple(mappings) if mappings is not None else load_mappings()
    day = ingest_day(records_dir, root / "log", as_of, mappings=chosen, overrides=overrides)
    base = open_snapshot(root) if (root / "HEAD").exists() else None
    snapshot = build_snapshot(root / "log", root, as_of, mappings=chosen, purpose=purpose, base=base)
    return Assembly(snapshot, report_of(snapshot, day), root / "log", scratch)


def report_of(snapshot: Snapshot, day: DayReport) -> Report:
    """The account of one day's extracts and of the snapshot that they led to."""
    return Report(
        as_of=snapshot.as_of,
        enterprises=snapshot.rows,
        rows=day.total("rows"),
        linked=day.total("linked"),
        review=day.total("review"),
        refused=day.total("refused"),
        flagged_cells=day.total("flagged"),
        conflicts=int(snapshot.manifest["conflict_count"]),
        stale={fact: counts["stale"] for fact, counts in snapshot.manifest["counts"].items() if counts["stale"]},
        missing={fact: counts["missing"] for fact, counts in snapshot.manifest["counts"].items() if counts["missing"]},
        files=tuple(asdict(outcome) for outcome in day.files),
    )


def profiles(assembly: Assembly) -> Iterator[EnterpriseProfile]:
    """Every enterprise's profile, in the order of the snapshot."""
    return profiles_of(assembly.snapshot)


def write_profiles(records_dir: Path, as_of: date, out: Path) -> Report:
    """Profiles in the interchange form, one a line, to `out`, and the account to `<out without .jsonl>.report.json` beside it."""
    with assemble(records_dir, as_of) as assembly:
        with out.open("w", encoding="utf-8") as file:
            for profile in profiles(assembly):
                file.write(json.dumps(profile_to_json(profile), ensure_ascii=False, separators=(",", ":")) + "\n")
        text = json.dumps(assembly.report.to_json(), ensure_ascii=False, indent=1)
        report_path(out).write_text(text, "utf-8")
        return assembly.report


def report_path(out: Path) -> Path:
    """Where the account of `out` goes: FILE.jsonl -> FILE.report.json."""
    return out.with_name(f"{out.name.removesuffix('.jsonl')}.report.json")
