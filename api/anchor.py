"""Where the audit log stood last, noted outside the database and sealed: a log whose last rows were deleted is found by it."""

import hmac
import json
import logging
import os
import tempfile
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from threading import Lock

_LOG = logging.getLogger(__name__)


class AnchorForged(Exception):
    """The note is there but its seal is not ours: somebody wrote it, or the master key changed."""


@dataclass(frozen=True, slots=True)
class Anchor:
    """The last audit entry known to have been committed: its number and its hash (64 hex digits)."""

    seq: int
    hash: str


class AnchorFile:
    """Keeps the `Anchor` of one database in a file of its own, sealed with HMAC-SHA256 (RFC 2104) under a key derived from the master key.

    Several processes may note at once: the later entry wins, and an older one left behind by a race is still a true one.
    """

    def __init__(self, folder: Path, database: str, master: bytes) -> None:
        self._path = folder / f"audit-head-{sha256(database.encode()).hexdigest()[:12]}.json"
        self._key = hmac.digest(master, b"mianshen audit head v1", "sha256")
        self._lock = Lock()
        self._seq = 0

    def note(self, seq: int, head: str) -> None:
        """Remember the entry as committed. A note that cannot be written is logged; the commit has happened already."""
        with self._lock:
            if seq <= self._seq:
                return
            try:
                self._write(Anchor(seq, head))
                self._seq = seq
            except OSError as error:
                _LOG.error("audit.head_not_noted", extra={"reason": type(error).__name__})

    def read(self) -> Anchor | None:
        """What was noted last; None where nothing was yet. Raises AnchorForged where the seal does not hold."""
        try:
            found = json.loads(self._path.read_bytes())
            anchor = Anchor(int(found["seq"]), str(found["hash"]))
            seal = str(found["seal"])
        except FileNotFoundError:
            return None
        except (ValueError, KeyError, TypeError):
            raise AnchorForged from None
        if not hmac.compare_digest(seal.encode(), self._seal(anchor).encode()):
            raise AnchorForged
        return anchor

    def _seal(self, anchor: Anchor) -> str:
        return hmac.new(self._key, f"{anchor.seq}:{anchor.hash}".encode(), "sha256").hexdigest()

    def _write(self, anchor: Anchor) -> None:
        try:
            before = self.read()
        except AnchorForged:
            return  # a forged note is evidence: it stays until a person has seen it
        if before is not None and before.seq >= anchor.seq:
            return
        self._path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=self._path.parent, prefix=".audit-head-")
        with os.fdopen(handle, "w") as file:
            json.dump({"seq": anchor.seq, "hash": anchor.hash, "seal": self._seal(anchor)}, file)
            file.flush()
            os.fsync(file.fileno())
        os.replace(name, self._path)
