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
from features.ingest import days_of
from features.quality import QualityReport, quality_of, write_error_sheets


@dataclass(frozen=True, slots=True)
class ErrorSheet:
    """A department's workbook: its name, and the bytes of the xlsx file."""

    name: str
    data: bytes


def quality_report(actor: Actor, *, live: Live) -> QualityReport:
    """The quality of the snapshot in use. Raises NotFound without a snapshot, Conflict where it was not made from extracts."""
    require(actor, "matches:read")
    require_whole_city(actor)
    return _report_of(_store(live))


def delivery_days(actor: Actor, *, live: Live) -> tuple[date, ...]:
    """The days whose extracts are in the snapshot in use, newest first."""
    require(actor, "matches:read")
    require_whole_city(actor)
    store = _store(live)
    return tuple(sorted((day for day in days_of(_log_of(store)) if day <= store.snapshot.known_on), reverse=True))


def error_sheet(owner: str, day: date, actor: Actor, *, live: Live) -> ErrorSheet:
    """What one department should correct in what it sent on a day. Raises NotFound where there is nothing to correct."""
    require(actor, "matches:read")
    require_whole_city(actor)
    store = _store(live)
    if day in days_of(_log_of(store)):
        with tempfile.TemporaryDirectory(prefix="mianshen-") as folder:
            for path in write_error_sheets(_log_of(store), day, Path(folder)):
                if path.name.startswith(f"{owner.replace('/', '、')}-"):
                    return ErrorSheet(path.name, path.read_bytes())
    raise NotFound("SHEET_NONE", f"“{owner[:40]}”在 {day.isoformat()} 报送的数据没有需要更正的记录,因此没有问题清单")


@lru_cache(maxsize=1)
def _report_of(store: StoreFolder) -> QualityReport:
    return quality_of(store.snapshot, _log_of(store))


def _log_of(store: StoreFolder) -> Path:
    return store.folder / "log"


def _store(live: Live) -> StoreFolder:
    source: ProfileSource = live.source()
    if not isinstance(source, StoreFolder) or not days_of(_log_of(source)):
        raise Conflict(
            "QUALITY_NO_EXTRACTS",
            "当前企业档案是直接导入的文件,没有部门报送记录,无法统计数据质量;请用部门数据生成档案库后重新导入",
        )
    return source
