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

import pyarrow as pa

from features.current import make_facts
from features.daylog import DayReport, days_of, numbers_of
from features.errors import SourceError
from features.fold import Fold, Scope, load_states, spine_changes, spine_of
from features.identity.resolve import Override
from features.increment import rows_to_make
from features.ingest import ingest_day, open_database
from features.lines import lines_of
from features.making import Making, Part, Whole
from features.manifest import VERSION, patched_body, rules_hash, ways_fit, whole_body
from features.patching import patched
from features.profile import EnterpriseProfile
from features.relinking import fold_steps, step_name, steps_of
from features.snapshot import Objects, Snapshot, open_snapshot, save_snapshot
from features.sources.mapping import SourceMapping, load_mappings
from features.store import open_reader, profiles_of
from features.words import Saying, say, sayings_of, words_of

DEFAULT_PURPOSE = "eligibility"


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
    only: Sequence[str] | None = None,
    memory_limit: str = "2GB",
) -> Snapshot:
    """The facts as of `as_of`, from what the log knew on `known_on` (its newest day unless given); raises SourceError for an empty log.

    `base`: a snapshot whose states are a part of the same log; only the days after it are laid over. `only`: the credit codes of the
    enterprises to build for. Where `as_of` lies before the newest day, states recorded later are left out.
    """
    chosen = tuple(mappings) if mappings is not None else load_mappings()
    days = [day for day in days_of(log) if known_on is None or day <= known_on]
    if not days:
        raise SourceError("数据日志中没有该日之前的任何数据;请先入库")
    store.mkdir(parents=True, exist_ok=True)
    objects = Objects(store)
    steps = steps_of(days, [saying for saying in sayings_of(log) if known_on is None or saying.on <= known_on])
    names = [step_name(step) for step in steps]
    done = list(base.manifest.get("steps", ())) if base is not None else []
    if base is not None and (names[: len(done)] != done or only is not None or as_of < max(days) or not is_whole(base)):
        raise SourceError("不能在该基准快照上增量:所用数据不在日志中,或基准日早于最新数据;请全量重建")
    with tempfile.TemporaryDirectory(dir=store) as scratch:
        con = open_database(Path(scratch), memory_limit=memory_limit)
        try:
            ents = tuple(numbers_of(con, log, days, only).values()) if only is not None else None
            fold = Fold(
                con, log, objects, {m.id: m for m in chosen},
                load_states(base.manifest) if base else {}, list(base.manifest["files"]) if base else [],
                Scope(until=as_of if as_of < max(days) else None, ents=ents),
            )  # fmt: skip
            fold_steps(fold, steps, len(done), Path(scratch))
            body = None
            if base is not None:
                body = _changed(base, fold, days, mappings=chosen, as_of=as_of, purpose=purpose)
            if body is None:
                uscc, name = spine_of(con, log, days, ents=ents)
                making = Making(con, Whole(objects, len(uscc)), fold.states, chosen, as_of, purpose, uscc, name)
                make_facts(making)
                body = {**whole_body(making, objects), "rows": len(uscc)}
        finally:
            con.close()
    manifest = body
    manifest |= {
        "version": VERSION,
        "rules": rules_hash(chosen),
        "as_of": as_of.isoformat(),
        "known_on": max([days[-1], *(step.on for step in steps if isinstance(step, Saying))]).isoformat(),
        "purpose": purpose,
        "steps": names,
        "files": fold.files,
        "states": {name: asdict(state) for name, state in sorted(fold.states.items())},
    }
    return save_snapshot(store, manifest)


def _changed(
    base: Snapshot, fold: Fold, days: Sequence[date], *, mappings: Sequence[SourceMapping], as_of: date, purpose: str
) -> dict[str, Any] | None:
    """The body of the manifest where only the touched enterprises are made anew, or None where all have to be."""
    before = load_states(base.manifest)
    fresh = [day for day in days if day.isoformat() not in base.manifest["steps"]]
    spine = spine_changes(fold.con, fold.log, days, fresh) if fresh else None
    size = max([base.rows, *([int(spine.rows[-1]) + 1] if spine is not None and len(spine.rows) else [])])
    rows = rows_to_make(
        base.manifest,
        before,
        fold.states,
        objects=fold.objects,
        mappings=mappings,
        as_of=as_of,
        purpose=purpose,
        touched=[*fold.touched, *([spine.rows] if spine is not None else [])],
        size=size,
    )
    if rows is None:
        return None
    uscc, name = base.column("uscc"), base.column("name")
    if spine is not None:
        uscc, name = (patched(old, spine.rows, new, size) for old, new in ((uscc, spine.uscc), (name, spine.name)))
    at = pa.array(rows)
    making = Making(fold.con, Part(fold.objects, rows), fold.states, mappings, as_of, purpose, uscc.take(at), name.take(at))
    make_facts(making)
    if not ways_fit(making, base.manifest):
        return None
    return {**patched_body(making, fold.objects, base.manifest, rows, size), "rows": size}


def profile_as_of(
    store: Path, uscc: str, as_of: date, *, known_on: date | None = None, mappings: Sequence[SourceMapping] | None = None
) -> EnterpriseProfile | None:
    """One enterprise as of a day as we knew it on a day, rebuilt from the log of `store`; None where it was not known then."""
    day = known_on or as_of
    if not [one for one in days_of(store / "log") if one <= day]:
        return None
    with tempfile.TemporaryDirectory(prefix="mianshen-") as scratch:
        snapshot = build_snapshot(store / "log", Path(scratch), as_of, known_on=day, mappings=mappings, only=[uscc])
        return next(profiles_of(snapshot, mappings), None)


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
    words = [*words_of(root / "log"), *overrides]
    day = ingest_day(records_dir, root / "log", as_of, mappings=chosen, overrides=words)
    snapshot = build_snapshot(root / "log", root, as_of, mappings=chosen, purpose=purpose, base=_newest_whole(root))
    return Assembly(snapshot, report_of(snapshot, day), root / "log", scratch)


def relink(store: Path, words: Sequence[Override], *, on: date, mappings: Sequence[SourceMapping] | None = None) -> Snapshot:
    """Write down a person's words about whose some records are, and make the snapshot in which the enterprises concerned follow at once.

    The facts stay those of the newest snapshot's day. A word is taken back by the opposite word on the same record and enterprise; later
    deliveries heed all words. Raises SourceError where a record or a code is not known.
    """
    newest = open_snapshot(store)
    with tempfile.TemporaryDirectory(dir=store) as scratch, open_database(Path(scratch)) as con:
        say(con, store / "log", words, on=on)
    purpose = str(newest.manifest["purpose"])
    return build_snapshot(store / "log", store, newest.as_of, mappings=mappings, purpose=purpose, base=_newest_whole(store))


def is_whole(snapshot: Snapshot) -> bool:
    """Whether a snapshot's states can be built upon: made by this version, and not of a day before its newest records."""
    last = max(str(name)[:10] for name in snapshot.manifest["steps"]) if snapshot.manifest["version"] == VERSION else ""
    return bool(last) and snapshot.manifest["as_of"] >= last


def _newest_whole(store: Path) -> Snapshot | None:
    newest = open_snapshot(store) if (store / "HEAD").exists() else None
    return newest if newest is not None and is_whole(newest) else None


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
        write_lines(assembly, out)
        text = json.dumps(assembly.report.to_json(), ensure_ascii=False, indent=1)
        report_path(out).write_text(text, "utf-8")
        return assembly.report


def write_lines(assembly: Assembly, out: Path) -> None:
    """Profiles in the interchange form, one a line, straight from the snapshot's columns."""
    with out.open("w", encoding="utf-8") as file:
        for line in lines_of(open_reader(assembly.snapshot)):
            file.write(line + "\n")


def report_path(out: Path) -> Path:
    """Where the account of `out` goes: FILE.jsonl -> FILE.report.json."""
    return out.with_name(f"{out.name.removesuffix('.jsonl')}.report.json")
