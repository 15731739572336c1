"""One transaction: every repository over one connection, committed as a whole or not at all, with its audit entries chained at the end."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from types import TracebackType
from typing import Any, Protocol, Self, TypeVar

from sqlalchemy import Connection, Engine, text

from api import records as r
from api.canonical import canonical, sha256
from api.db.repositories import Repository

R = TypeVar("R")

_AUDIT_LOCK = 7_206_101
GENESIS = "0" * 64


class Noted(Protocol):
    """What seals each entry, and where the end of the log is noted outside the database (`api.anchor`)."""

    def seal(self, digest: str) -> str:
        """What shows that the service wrote the entry with this hash."""
        ...

    def continues(self, hash_at: Callable[[int], str | None]) -> bool:
        """Whether the log, by the hashes of its entries, still holds what was noted last."""
        ...

    def note(self, seq: int, head: str) -> None:
        """The log ends here now."""
        ...


class UnitOfWork:
    """`with uow:` commits on success and rolls back on any exception. Nested use joins the outer transaction.

    A unit of work belongs to one thread; `reading` ones never wait for writers.
    """

    def __init__(self, engine: Engine, *, reading: bool = False, noted: Noted | None = None) -> None:
        """`noted` seals audit entries, and is told the number and the hash of the last after each commit that wrote one to a log it knows."""
        self._engine, self._reading, self._noted = engine, reading, noted
        self._connection: Connection | None = None
        self._depth = 0
        self._entries: list[tuple[datetime, str, str, str, str]] = []

    def __enter__(self) -> Self:
        self._depth += 1
        if self._connection is None:
            options = {"mianshen_reading": self._reading}
            self._connection = self._engine.connect().execution_options(**options)
            self._entries = []
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._depth -= 1
        if self._depth:
            return
        connection, self._connection = self.connection, None
        try:
            if kind is None and not self._reading:
                known = self._entries and self._noted is not None and self._noted.continues(lambda seq: _hash_at(connection, seq))
                head = _chain(connection, self._entries, self._noted)
                connection.commit()
                if known and head is not None and self._noted is not None:
                    self._noted.note(*head)
            else:
                connection.rollback()
        finally:
            connection.close()

    @property
    def connection(self) -> Connection:
        """The open connection; a use outside `with` is a programming error."""
        if self._connection is None:
            raise RuntimeError("a unit of work is used outside its `with` block")
        return self._connection

    def of(self, kind: type[R]) -> Repository[R]:
        """The repository of a kind of record."""
        return Repository(self.connection, kind)

    def audit(self, at: datetime, actor: str, action: str, subject: str, data: Mapping[str, Any] | None = None) -> None:
        """Note a change of state; it is chained and written with the commit. Ids and counts only: never an enterprise's figures."""
        if self._reading:
            raise RuntimeError("a reading unit of work is asked to note a change; it would be rolled back unseen")
        self._entries.append((at, actor, action, subject, canonical(dict(data or {}))))

    def bump(self, counter: str) -> None:
        """Tell whoever keeps copies that they are stale."""
        counters = self.of(r.Counter)
        if not counters.change(counters.c.name == counter, value=counters.c.value + 1):
            counters.add_new([r.Counter(counter, 1)])

    def counter(self, name: str) -> int:
        """The present value of a counter; 0 where it never rose."""
        counters = self.of(r.Counter)
        found = counters.find(counters.c.name == name)
        return 0 if found is None else found.value


def audit_hash(entry: r.AuditEntry) -> str:
    """The hash that an entry must carry: over its predecessor's hash and everything it says."""
    return sha256(canonical([entry.previous, entry.seq, entry.at, entry.actor, entry.action, entry.subject, entry.data]))


def _hash_at(connection: Connection, seq: int) -> str | None:
    log = Repository(connection, r.AuditEntry)
    found = log.find(log.c.seq == seq)
    return None if found is None else found.hash


def _chain(
    connection: Connection, entries: list[tuple[datetime, str, str, str, str]], noted: Noted | None
) -> tuple[int, str] | None:
    """Write the entries; returns where the chain now ends, None where nothing was written."""
    if not entries:
        return None
    if connection.dialect.name == "postgresql":  # SQLite has one writer at a time anyway
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _AUDIT_LOCK})
    log = Repository(connection, r.AuditEntry)
    last = log.all(order=(log.c.seq.desc(),), limit=1)
    seq, previous = (last[0].seq, last[0].hash) if last else (0, GENESIS)
    for at, actor, action, subject, data in entries:
        seq += 1
        entry = r.AuditEntry(seq, at.isoformat(), actor, action, subject[:120], data, previous, "", "")
        previous = audit_hash(entry)
        log.add(replace(entry, hash=previous, seal="" if noted is None else noted.seal(previous)))
    return seq, previous
