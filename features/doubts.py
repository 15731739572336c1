"""Records of which a person has to say whose they are: what stands on them, and which enterprises they may be about."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from features.daylog import days_of, read_table
from features.snapshot import Snapshot
from features.words import sayings_of, whose, words_of


@dataclass(frozen=True, slots=True)
class Candidate:
    """An enterprise that a record may be about."""

    uscc: str
    name: str


@dataclass(frozen=True, slots=True)
class DoubtfulRecord:
    """A record in doubt, where it stands (the first such row), what is on it, and why it was not linked (in Chinese)."""

    source: str
    record_id: str
    file: str
    row: int
    code: str
    name: str
    candidates: tuple[Candidate, ...]
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Doubts:
    """Some of the records in doubt, the latest delivered first, and how many there are."""

    records: tuple[DoubtfulRecord, ...]
    total: int


def doubts_of(log: Path, snapshot: Snapshot, *, limit: int) -> Doubts:
    """The records in doubt up to the snapshot's day of knowledge that nobody has settled, each identity once."""
    days = [day for day in days_of(log) if day <= snapshot.known_on]
    settled = _settled(log)
    open_rows = [_open(log, day, settled) for day in reversed(days)]
    ids = [chunk for table in open_rows for chunk in table.column("record_id").chunks]
    total = pc.count_distinct(pa.chunked_array(ids, pa.string())).as_py()
    latest = {(word.source, word.record_id, word.uscc): word.decision for word in words_of(log)}
    denied = {what for what, decision in latest.items() if decision == "deny"}
    codes, names = snapshot.column("uscc"), snapshot.column("name")

    def record(row: Mapping[str, Any]) -> DoubtfulRecord:
        found = [Candidate(codes[ent].as_py(), names[ent].as_py() or "") for ent in row["candidates"] or ()]
        return DoubtfulRecord(
            row["source"],
            row["record_id"],
            row["file"],
            row["row"],
            row["code"] or "",
            row["name"] or "",
            tuple(one for one in found if (row["source"], row["record_id"], one.uscc) not in denied),
            tuple(dict.fromkeys(row["reasons"] or ())),
        )

    return Doubts(tuple(record(row) for row in _first(open_rows, limit)), total)


def _settled(log: Path) -> pa.Array:
    """The records that a person has given to an enterprise."""
    sayings = sayings_of(log)
    now = whose(sayings)
    given = {said.record_id for saying in sayings for said in saying.rows if now[said.day, said.log][said.row] is not None}
    return pa.array(sorted(given), pa.string())


def _open(log: Path, day: date, settled: pa.Array) -> pa.Table:
    """A day's rows in review that are not settled."""
    table = read_table(log, day, "review")
    return table.filter(pc.invert(pc.is_in(table.column("record_id"), value_set=settled)))


def _first(tables: Sequence[pa.Table], limit: int) -> Iterator[Mapping[str, Any]]:
    seen: set[tuple[str, str]] = set()
    for table in tables:
        for batch in table.to_batches(max_chunksize=256):
            for row in batch.to_pylist():
                key = (row["source"], row["record_id"])
                if key not in seen and len(seen) < limit:
                    seen.add(key)
                    yield row
            if len(seen) >= limit:
                return
