"""Whose a record is: the records in doubt, a person's word on one of them, and taking it back. Profiles follow at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Literal

from api.access import Actor, require, require_whole_city
from api.clock import Clock
from api.db.unit_of_work import UnitOfWork
from api.errors import Invalid, Place
from api.live import Live
from api.records import Snapshot
from api.usecases.quality import store_of
from api.usecases.snapshots import import_snapshot
from features.assemble import relink
from features.doubts import Doubts, doubts_of
from features.errors import SourceError
from features.identity.resolve import Override
from features.words import words_of

SHOWN = 20
_ONE_AT_A_TIME = Lock()


@dataclass(frozen=True, slots=True)
class Links:
    """The records in doubt, and the latest word on each record and enterprise, the last said first."""

    doubts: Doubts
    words: Sequence[Override]


def links_in_doubt(actor: Actor, *, live: Live) -> Links:
    """What a person may settle. Raises as `quality_report` does."""
    require(actor, "matches:read")
    require_whole_city(actor)
    store = store_of(live)
    log = store.folder / "log"
    latest: dict[tuple[str, str, str], Override] = {}
    for word in words_of(log):
        latest.pop((word.source, word.record_id, word.uscc), None)
        latest[word.source, word.record_id, word.uscc] = word
    return Links(doubts_of(log, store.snapshot, limit=SHOWN), tuple(reversed(latest.values()))[:SHOWN])


def settle_link(
    source: str,
    record_id: str,
    uscc: str,
    decision: Literal["confirm", "deny"],
    actor: Actor,
    *,
    why: str,
    live: Live,
    uow: UnitOfWork,
    clock: Clock,
) -> Snapshot:
    """Say that a record is or is not an enterprise's, and make the snapshot in which the profiles follow the one in use.

    Raises Invalid where the record or the code is not known or no reason is given, and as `quality_report` does.
    """
    require(actor, "profiles:write")
    require_whole_city(actor)
    if not why.strip():
        raise Invalid("LINK_WHY", "请写明依据(如电话核实、证照核对),以便日后复查", [Place("/why", "不能为空")])
    store = store_of(live)
    today = clock.now().date()
    word = Override(source, record_id, uscc.strip().upper(), decision, actor.name, today, why.strip())
    with _ONE_AT_A_TIME:
        try:
            relink(store.folder, [word], on=today)
        except SourceError as error:
            raise Invalid("LINK_REFUSED", str(error), [Place("/uscc", "不能使用")]) from None
        snapshot = import_snapshot(store.folder, actor, uow=uow, clock=clock)
    live.refresh(force=True)
    return snapshot
