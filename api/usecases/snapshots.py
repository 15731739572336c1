"""Snapshots of enterprise profiles: taking one in, and which one counts."""

from pathlib import Path

from api.access import Actor, require
from api.clock import Clock
from api.db.unit_of_work import UnitOfWork
from api.errors import Invalid, NotFound, Place
from api.ids import new_id
from api.profiles import ProfilesRefused, open_profiles
from api.records import Page, Snapshot


def import_snapshot(path: Path, actor: Actor, *, uow: UnitOfWork, clock: Clock) -> Snapshot:
    """Make the profiles at `path` (a store folder or a JSON-lines file) the ones that count. The same content again changes nothing."""
    require(actor, "profiles:write")
    try:
        source = open_profiles(path)
    except ProfilesRefused as refused:
        raise Invalid("SNAPSHOT_INVALID", str(refused), [Place("/path", "不能使用")]) from None
    now = clock.now()
    with uow:
        snapshots = uow.of(Snapshot)
        newest = _newest(uow)
        if newest is not None and newest.sha256 == source.sha256 and newest.path == str(path):
            return newest
        snapshot = Snapshot(new_id("snp", now), str(path), source.sha256, source.as_of, len(source.usccs()), actor.id, now)
        snapshots.add(snapshot)
        uow.bump("profiles")
        uow.audit(now, actor.id, "snapshot.imported", snapshot.id, {"sha256": source.sha256, "enterprises": snapshot.enterprises})
    return snapshot


def current_snapshot(uow: UnitOfWork) -> Snapshot:
    """The snapshot imported last. Raises NotFound where there is none."""
    with uow:
        newest = _newest(uow)
    if newest is None:
        raise NotFound("SNAPSHOT_NONE", "尚未导入企业档案;请先导入档案快照")
    return newest


def list_snapshots(actor: Actor, *, cursor: str | None = None, limit: int = 50, uow: UnitOfWork) -> Page[Snapshot]:
    """The newest first."""
    require(actor, "matches:read")
    with uow:
        return uow.of(Snapshot).page(cursor=cursor, limit=limit, newest_first=True)


def _newest(uow: UnitOfWork) -> Snapshot | None:
    snapshots = uow.of(Snapshot)
    found = snapshots.all(order=(snapshots.c.imported_at.desc(), snapshots.c.id.desc()), limit=1)
    return found[0] if found else None
