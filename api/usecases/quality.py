"""How good the data of the snapshot in use are, and the sheets that go back to the departments."""

import tempfile
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

from api.access import Actor, require, require_whole_city
from api.errors import Conflict, NotFound
from api.live import Live
from api.profiles import ProfileSource, StoreFolder
from api.qualitybook import lines_until, write_quality_book
from features.ingest import days_of
from features.quality import FactTrend, QualityReport, Standing, earlier_than, quality_of, standing_of, trend, write_error_sheets
from features.snapshot import Snapshot, snapshots_of

EARLIER_SHOWN = 24


@dataclass(frozen=True, slots=True)
class ErrorSheet:
    """A workbook: its name, and the bytes of the xlsx file."""

    name: str
    data: bytes


def quality_report(actor: Actor, *, live: Live) -> QualityReport:
    """The quality of the snapshot in use. Raises NotFound without a snapshot, Conflict where it was not made from extracts."""
    require(actor, "matches:read")
    require_whole_city(actor)
    return _report_of(store_of(live))


@dataclass(frozen=True, slots=True)
class Trend:
    """The snapshot in use beside an earlier one: both standings, the facts, and all earlier ones to choose from, the latest first."""

    before: Standing
    now: Standing
    facts: tuple[FactTrend, ...]
    earlier: tuple[Standing, ...]


def quality_trend(actor: Actor, *, against: str = "", live: Live) -> Trend | None:
    """What became better or worse since an earlier snapshot (`against`: its id; the latest unless given), or None where there is none.

    Raises NotFound for another id, and as `quality_report` does.
    """
    require(actor, "matches:read")
    require_whole_city(actor)
    store = store_of(live)
    earlier = _earlier(store)
    chosen = [snapshot for snapshot in earlier if snapshot.id == against] if against else list(earlier[:1])
    if against and not chosen:
        raise NotFound("QUALITY_NO_SUCH_SNAPSHOT", "没有这一期可供对比的档案;请从“对比哪一期”中选择")
    if not chosen:
        return None
    return Trend(
        standing_of(chosen[0]),
        standing_of(store.snapshot),
        trend(chosen[0], store.snapshot),
        tuple(standing_of(snapshot) for snapshot in earlier[:EARLIER_SHOWN]),
    )


def quality_book(actor: Actor, *, live: Live) -> ErrorSheet:
    """The whole report on the snapshot in use as a workbook, the trend included. Raises as `quality_report` does."""
    report, found = quality_report(actor, live=live), quality_trend(actor, live=live)
    store = store_of(live)
    since = (found.before.as_of, found.facts) if found else None
    with tempfile.TemporaryDirectory(prefix="mianshen-") as folder:
        path = Path(folder) / f"数据质量报告-{report.as_of.isoformat()}.xlsx"
        write_quality_book(path, report, lines_until(_log_of(store), store.snapshot.known_on), since=since)
        return ErrorSheet(path.name, path.read_bytes())


def delivery_days(actor: Actor, *, live: Live) -> tuple[date, ...]:
    """The days whose extracts are in the snapshot in use, newest first."""
    require(actor, "matches:read")
    require_whole_city(actor)
    store = store_of(live)
    return tuple(sorted((day for day in days_of(_log_of(store)) if day <= store.snapshot.known_on), reverse=True))


def error_sheet(owner: str, day: date, actor: Actor, *, live: Live) -> ErrorSheet:
    """What one department should correct in what it sent on a day. Raises NotFound where there is nothing to correct."""
    require(actor, "matches:read")
    require_whole_city(actor)
    store = store_of(live)
    if day in days_of(_log_of(store)):
        with tempfile.TemporaryDirectory(prefix="mianshen-") as folder:
            for path in write_error_sheets(_log_of(store), day, Path(folder)):
                if path.name.startswith(f"{owner.replace('/', '、')}-"):
                    return ErrorSheet(path.name, path.read_bytes())
    raise NotFound("SHEET_NONE", f"“{owner[:40]}”在 {day.isoformat()} 报送的数据没有需要更正的记录,因此没有问题清单")


@lru_cache(maxsize=1)
def _earlier(store: StoreFolder) -> tuple[Snapshot, ...]:
    return earlier_than(store.snapshot, snapshots_of(store.folder))


@lru_cache(maxsize=1)
def _report_of(store: StoreFolder) -> QualityReport:
    return quality_of(store.snapshot, _log_of(store))


def _log_of(store: StoreFolder) -> Path:
    return store.folder / "log"


def store_of(live: Live) -> StoreFolder:
    """The store of the snapshot in use; raises NotFound without a snapshot, Conflict where it was not made from extracts."""
    source: ProfileSource = live.source()
    if not isinstance(source, StoreFolder) or not days_of(_log_of(source)):
        raise Conflict(
            "QUALITY_NO_EXTRACTS",
            "当前企业档案是直接导入的文件,没有部门报送记录,无法统计数据质量;请用部门数据生成档案库后重新导入",
        )
    return source
