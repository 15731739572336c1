"""What people said about whose record a row is: written down in the log in order, each saying with the rows and enterprises it concerns.

    <log>/words/0001.json    {"after": day, "on": day, "words": [...], "rows": [...], "touched": [...]}

A saying stands after the last day that the log had when it was said, and holds from then on: for the rows that are there (`Said` tells
whose they are now) and for every later delivery of the same record. The latest word on a record and an enterprise counts, so that a link
can be taken back and made again. A record denied to its enterprise is nobody's until it is confirmed for another or delivered again.
"""
# ruff: noqa: S608 (statements are put together from our own mappings; every literal and path is quoted)

import json
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

import duckdb

from features.daylog import days_of, numbers_of, read_day, sql_path
from features.errors import SourceError
from features.identity.resolve import Override
from features.linking import record_id_sql


@dataclass(frozen=True, slots=True)
class SaidRow:
    """A row of the log and whose it is from now on (None: nobody's)."""

    day: str
    log: str
    row: int
    record_id: str
    ent: int | None


@dataclass(frozen=True, slots=True)
class Saying:
    """Some words said at once. `touched`: the enterprises whose facts they may change, in order."""

    name: str
    after: date
    on: date
    words: tuple[Override, ...]
    rows: tuple[SaidRow, ...]
    touched: tuple[int, ...]


def sayings_of(log: Path) -> list[Saying]:
    """All sayings in their order."""
    return [_read(path) for path in sorted((log / "words").glob("*.json"))]


def words_of(log: Path) -> tuple[Override, ...]:
    """All words in their order."""
    return tuple(word for saying in sayings_of(log) for word in saying.words)


def whose(sayings: Iterable[Saying]) -> Mapping[tuple[str, str], dict[int, int | None]]:
    """By day and log file: row -> enterprise, after all of these sayings."""
    found: dict[tuple[str, str], dict[int, int | None]] = {}
    for saying in sayings:
        for said in saying.rows:
            found.setdefault((said.day, said.log), {})[said.row] = said.ent
    return found


def say(con: duckdb.DuckDBPyConnection, log: Path, words: Sequence[Override], *, on: date) -> Saying:
    """Write some words down; raises SourceError where a record or a code is not known."""
    days, before = days_of(log), sayings_of(log)
    if not days or not words:
        raise SourceError("没有可以更正的关联:数据日志为空,或没有给出任何意见")
    every = [*(word for saying in before for word in saying.words), *words]
    numbers = _numbers(con, log, days, [word.uscc for word in every])
    now = whose(before)
    rows: list[SaidRow] = []
    touched: set[int] = set()
    for source, record in sorted({(word.source, word.record_id) for word in words}):
        mine = [word for word in every if (word.source, word.record_id) == (source, record)]
        places = _places(con, log, days, source, record)
        if not places:
            raise SourceError(f"数据日志中没有来源“{source}”的这条记录;请从待核记录或关联记录中选择")
        for day, name, row, linked, candidates in places:
            after = _settled(mine, numbers, linked)
            rows.append(SaidRow(day, name, row, record, after))
            standing = now.get((day, name), {}).get(row, linked)
            touched |= {ent for ent in (standing, after, linked, *candidates) if ent is not None}
    saying = Saying(f"{len(before) + 1:04d}", days[-1], on, tuple(words), tuple(rows), tuple(sorted(touched)))
    _write(log, saying)
    return saying


def _settled(words: Sequence[Override], numbers: Mapping[str, int], linked: int | None) -> int | None:
    """Whose a record is by the words on it: the latest on each enterprise counts, of several confirmed the last; else as it was linked."""
    latest: dict[str, Override] = {}
    for word in words:
        latest.pop(word.uscc, None)
        latest[word.uscc] = word
    confirmed = [uscc for uscc, word in latest.items() if word.decision == "confirm"]
    if confirmed:
        return numbers[confirmed[-1]]
    denied = {numbers[uscc] for uscc, word in latest.items() if word.decision == "deny"}
    return None if linked in denied else linked


def _numbers(con: duckdb.DuckDBPyConnection, log: Path, days: Sequence[date], usccs: Sequence[str]) -> dict[str, int]:
    found = numbers_of(con, log, days, usccs)
    lacking = sorted(set(usccs) - set(found))
    if lacking:
        raise SourceError(f"统一社会信用代码“{lacking[0]}”不在登记库中,不能与之关联;请核对代码")
    return found


def _places(
    con: duckdb.DuckDBPyConnection, log: Path, days: Sequence[date], source: str, record: str
) -> list[tuple[str, str, int, int | None, list[int]]]:
    """Where a record stands in the log: day, file, row, the enterprise it was linked to, and those it might have been about."""
    found = []
    for day in days:
        folder = log / day.isoformat()
        for outcome in read_day(log, day).files:
            if outcome.mapping == source and outcome.log:
                rows = con.execute(
                    f"SELECT p.row, l.ent, v.candidates FROM read_parquet('{sql_path(folder / outcome.log)}') p "
                    f"LEFT JOIN (SELECT row, ent FROM read_parquet('{sql_path(folder / 'links.parquet')}') WHERE log = ?) l USING (row) "
                    f"LEFT JOIN (SELECT row, candidates FROM read_parquet('{sql_path(folder / 'review.parquet')}') WHERE log = ?) v USING (row) "
                    f"WHERE p.ent IS NULL AND p.refusal IS NULL AND {record_id_sql('?')} = ? ORDER BY p.row",
                    [outcome.log, outcome.log, source, record],
                ).fetchall()
                found += [(folder.name, outcome.log, int(row), ent, list(candidates or ())) for row, ent, candidates in rows]
    return found


# ---- the file ------------------------------------------------------------------------------------------------------------------
def _write(log: Path, saying: Saying) -> None:
    folder = log / "words"
    folder.mkdir(exist_ok=True)
    data = {
        "after": saying.after.isoformat(),
        "on": saying.on.isoformat(),
        "words": [{**asdict(word), "on": word.on.isoformat()} for word in saying.words],
        "rows": [asdict(row) for row in saying.rows],
        "touched": list(saying.touched),
    }
    draft = folder / f".{saying.name}.{os.getpid()}"
    draft.write_text(json.dumps(data, ensure_ascii=False, indent=1), "utf-8")
    try:
        os.link(draft, folder / f"{saying.name}.json")
    except FileExistsError:
        raise SourceError("另一位经办人员正在更正关联;请稍后重试") from None
    finally:
        draft.unlink()


def _read(path: Path) -> Saying:
    data = json.loads(path.read_text("utf-8"))
    words = tuple(Override(**{**word, "on": date.fromisoformat(word["on"])}) for word in data["words"])
    rows = tuple(SaidRow(**row) for row in data["rows"])
    return Saying(path.stem, date.fromisoformat(data["after"]), date.fromisoformat(data["on"]), words, rows, tuple(data["touched"]))
