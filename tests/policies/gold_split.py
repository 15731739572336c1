"""How the gold is split: patterns are tuned on TUNING; HELD_OUT is only ever scored, as a total, at the very end."""

from __future__ import annotations

from hashlib import sha256

from tests.shared import SHARED


def is_held_out(document_id: str) -> bool:
    """Whether nobody may look at this document while tuning; a third of all ids, by their hash.

    >>> is_held_out("006"), is_held_out("009")
    (True, False)
    """
    return int(sha256(document_id.encode()).hexdigest(), 16) % 3 == 0


GOLD_IDS = tuple(sorted(path.stem for path in (SHARED / "gold").glob("*.json")))
TUNING = tuple(document_id for document_id in GOLD_IDS if not is_held_out(document_id))
HELD_OUT = tuple(document_id for document_id in GOLD_IDS if is_held_out(document_id))
