"""Where the audit log stood last, noted outside the database and sealed, and the seal of each entry: rows that were deleted from the
end of the log, and rows that somebody else added, are found by it.

What it holds against: whoever can write to the database but not to the data folder; or to the folder without knowing the master key.
What it cannot: whoever puts back both an older database and the older note that belongs to it. Heads noted elsewhere find that
(`audit.head_noted` in the service's log, or what an auditor wrote down and compares on the audit page).
"""

import hmac
import json
import logging
import os
import tempfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from itertools import count
from pathlib import Path
from threading import Lock

from sqlalchemy.engine import make_url

_LOG = logging.getLogger(__name__)
_MOST_BYTES = 4_096


class AnchorForged(Exception):
    """The note is there but cannot be read or its seal is not ours: somebody wrote it, or the master key changed."""


@dataclass(frozen=True, slots=True)
class Anchor:
    """The last audit entry known to have been committed: its number and its hash (64 hex digits).

    Entries from `sealed_from` on carry a seal of their own; None in a note written before entries were sealed.
    """

    seq: int
    hash: str
    sealed_from: int | None = None


def _name_of(database: str) -> str:
    """What tells one database from another: kind, host, port and name; never the password, which may change."""
    url = make_url(database)
    return f"{url.get_backend_name()}://{url.host or ''}:{url.port or ''}/{url.database or ''}"


class AnchorFile:
    """Keeps the `Anchor` of one database in a file of its own, sealed with HMAC-SHA256 (RFC 2104) under a key derived from the master key.

    The note only moves on along the chain: it is begun with the first entry ever and renewed where the entry that it names is still
    in the log (`continues`). A log that was cut short and written on is therefore never noted again, and stays found.
    """

    def __init__(self, folder: Path, database: str, master: bytes) -> None:
        self._database = _name_of(database)
        self._path = folder / f"audit-head-{sha256(self._database.encode()).hexdigest()[:12]}.json"
        self._key = hmac.digest(master, b"mianshen audit head v1", "sha256")
        self._entry_key = hmac.digest(master, b"mianshen audit entry v1", "sha256")
        self._lock = Lock()

    def continues(self, hash_at: Callable[[int], str | None]) -> bool:
        """Whether the log still holds the entry last noted, so that what is added now may be noted after it; asked before it is added.

        `hash_at` gives the hash of the entry of that number in the log, None where there is none.
        """
        try:
            held = self.read()
        except AnchorForged:
            _LOG.error("audit.note_forged")  # evidence: it stays until a person has seen it
            return False
        if held is None:
            if hash_at(1) is None:  # the first entry ever
                return True
            _LOG.error("audit.note_missing")
            return False
        if hash_at(held.seq) == held.hash:
            return True
        _LOG.error("audit.log_cut_short", extra={"seq": held.seq})
        return False

    def seal(self, digest: str) -> str:
        """What only the service can put beside an entry with this hash: HMAC-SHA256 in hex."""
        return hmac.new(self._entry_key, f"{self._database}\n{digest}".encode("utf-8", "replace"), "sha256").hexdigest()

    def is_sealed(self, digest: str, seal: str) -> bool:
        """Whether the service sealed the entry with this hash."""
        return hmac.compare_digest(seal.encode("utf-8", "replace"), self.seal(digest).encode())

    def note(self, seq: int, head: str) -> None:
        """Remember the entry, which is sealed, as committed, where none later is noted.

        A note that cannot be written is logged; the commit has happened.
        """
        try:
            with self._lock:
                held = self.read()
                if held is None:
                    self._write(Anchor(seq, head, sealed_from=1))  # a log begun by this service
                elif held.seq < seq:
                    self._write(Anchor(seq, head, sealed_from=held.sealed_from or seq))
        except AnchorForged:
            _LOG.error("audit.note_forged")
        except OSError as error:
            _LOG.error("audit.head_not_noted", extra={"reason": type(error).__name__})

    def read(self) -> Anchor | None:
        """What was noted last; None where nothing was yet. Raises AnchorForged where it cannot be read or the seal does not hold."""
        try:
            with self._path.open("rb") as file:
                found = json.loads(file.read(_MOST_BYTES))
            seq, head, seal, sealed_from = found["seq"], found["hash"], found["seal"], found.get("sealed_from")
        except FileNotFoundError:
            return None
        except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
            raise AnchorForged from None
        if type(seq) is not int or type(head) is not str or type(seal) is not str or type(sealed_from) not in (int, type(None)):
            raise AnchorForged
        anchor = Anchor(seq, head, sealed_from)
        if not hmac.compare_digest(seal.encode("utf-8", "replace"), self._seal(anchor).encode()):
            raise AnchorForged
        return anchor

    def renew(self, seq: int, head: str) -> Path | None:
        """Note this entry, which is sealed, whatever was noted before, because a person has looked at all that is before it.

        The note before is kept beside, and its path returned.
        """
        with self._lock:
            aside = self._set_aside() if self._path.exists() else None
            self._write(Anchor(seq, head, sealed_from=seq))
        return aside

    def _set_aside(self) -> Path:
        names = (self._path.with_name(f"{self._path.stem}.replaced-{number}.json") for number in count(1))
        aside = next(name for name in names if not name.exists())
        os.replace(self._path, aside)
        return aside

    def _seal(self, anchor: Anchor) -> str:
        begun = "" if anchor.sealed_from is None else f":{anchor.sealed_from}"
        return hmac.new(
            self._key, f"{self._database}\n{anchor.seq}:{anchor.hash}{begun}".encode("utf-8", "replace"), "sha256"
        ).hexdigest()

    def _write(self, anchor: Anchor) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=self._path.parent, prefix=".audit-head-")
        try:
            with os.fdopen(handle, "w") as file:
                said = {"seq": anchor.seq, "hash": anchor.hash, "sealed_from": anchor.sealed_from, "seal": self._seal(anchor)}
                json.dump(said, file)
                file.flush()
                os.fsync(file.fileno())
            os.replace(name, self._path)
        except OSError:
            with suppress(FileNotFoundError):
                os.unlink(name)
            raise
