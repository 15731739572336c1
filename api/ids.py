"""Identifiers: sortable by time where new, derived from content where the same thing must always get the same name."""

import hashlib
import secrets
from datetime import datetime

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def _base32(number: int, length: int) -> str:
    return "".join(_ALPHABET[(number >> (5 * i)) & 31] for i in reversed(range(length)))


def new_id(prefix: str, at: datetime) -> str:
    """`prefix_` and 26 letters: the millisecond of `at`, then 80 random bits (the ULID layout)."""
    return f"{prefix}_{_base32((int(at.timestamp() * 1000) << 80) | secrets.randbits(80), 26)}"


def derived_id(prefix: str, *parts: str) -> str:
    """The same parts always give the same id, so that a repeated step writes the same row.

    >>> derived_id("mat", "a", "b") == derived_id("mat", "a", "b") != derived_id("mat", "ab", "")
    True
    """
    digest = hashlib.sha256("\x1f".join(parts).encode()).digest()
    return f"{prefix}_{_base32(int.from_bytes(digest[:17], 'big') >> 6, 26)}"
