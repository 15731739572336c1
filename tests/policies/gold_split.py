"""How the annotated documents are split: patterns are tuned on one part, the other is only ever scored, as a total.

The gold that came with the contract: TUNING and HELD_OUT. Our own second batch (tests/policies/annotations): `second_part`.
"""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path
from typing import Literal

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

SECOND = Path(__file__).parent / "annotations"
Part = Literal["dev", "check", "summaries"]
_CHECK = frozenset({"050", "059", "073", "079", "092", "095", "098", "100", "102", "105", "109", "111", "114", "130", "141", "152"})
_SUMMARIES = frozenset({"001", "120", "172", "174", "175", "178", "193", "205", "290"})


def second_part(document_id: str) -> Part:
    """Where a document of the second batch belongs: tuned on, scored in total only, or a third party's summary or a text of another kind."""
    if document_id in _SUMMARIES:
        return "summaries"
    return "check" if document_id in _CHECK else "dev"


def second_ids(part: Part) -> tuple[str, ...]:
    """The ids of one part of the second batch."""
    return tuple(sorted(path.stem for path in SECOND.glob("*.json") if second_part(path.stem) == part))
