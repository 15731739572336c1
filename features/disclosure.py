"""Showing no more than need be: facts rendered by sensitivity level, and a value whose printing never shows what it holds.

Levels are the catalogue's: L1 public, L2 internal, L3 business secret or figure (tax, social security), L4 personal. What a reader may
not see is replaced by a mark that says that something is there, never by an empty cell, which would say that nothing is.
"""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Generic, NoReturn, TypeVar

from features.catalogue import FactDefinition, Sensitivity, load_catalogue
from features.facts import FactValue, Interval
from features.profile import EnterpriseProfile

T = TypeVar("T")
MASK = "***"
_RANK: Mapping[str, int] = {"L1": 1, "L2": 2, "L3": 3, "L4": 4}


class Sensitive(Generic[T]):
    """A value that can be carried about but not shown by accident: str, repr, format and pickling give the mask or refuse.

    >>> print(Sensitive(12345, "L3"), f"{Sensitive(12345, 'L3')}")
    *** ***
    """

    __slots__ = ("_level", "_value")

    def __init__(self, value: T, level: Sensitivity) -> None:
        self._value, self._level = value, level

    @property
    def level(self) -> Sensitivity:
        """How sensitive the value is."""
        return self._level

    def reveal(self) -> T:
        """The value itself; where this stands in the code, somebody has decided that it may be seen."""
        return self._value

    def __repr__(self) -> str:
        return f"Sensitive({MASK}, {self._level})"

    def __str__(self) -> str:
        return MASK

    def __format__(self, spec: str) -> str:
        return MASK

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sensitive) and bool(self._value == other._value)

    def __hash__(self) -> int:
        return hash(("Sensitive", self._value))

    def __reduce__(self) -> NoReturn:
        raise TypeError("敏感值不能被序列化;确需传递时请先 reveal() 并加密")


def may_see(definition: FactDefinition, level: Sensitivity) -> bool:
    """Whether a reader cleared for `level` may see values of this fact."""
    return _RANK[definition.sensitivity] <= _RANK[level]


def masked(definition: FactDefinition, value: FactValue, *, level: Sensitivity = "L1") -> str:
    """The value in words, or the mask for a reader who is not cleared for it."""
    return in_words(value) if may_see(definition, level) else MASK


def in_words(value: FactValue) -> str:
    """A fact value in plain words, for somebody who may see it."""
    match value:
        case bool():
            return "是" if value else "否"
        case Decimal():
            return f"{value.normalize():,f}"
        case date():
            return value.isoformat()
        case Interval(low, high):
            return f"{low.normalize():,f}~{high.normalize():,f}"
        case str():
            return value
        case frozenset():
            return "、".join(sorted(value)) or "无"
        case tuple():
            return "、".join(f"{event.on.isoformat()}{f'({event.code})' if event.code else ''}" for event in value) or "无"
        case _:
            return ";".join(f"{period}:{in_words(entry)}" for period, entry in sorted(value.items()))


@dataclass(frozen=True, slots=True)
class MaskedFact:
    """One line of a profile as a reader may see it."""

    fact: str
    zh: str
    text: str
    hidden: bool


def masked_profile(profile: EnterpriseProfile, *, level: Sensitivity = "L1") -> tuple[MaskedFact, ...]:
    """The known facts of a profile in the catalogue's order, with what the reader may not see masked."""
    return tuple(
        MaskedFact(
            definition.id,
            definition.zh,
            masked(definition, profile.facts[definition.id], level=level),
            not may_see(definition, level),
        )
        for definition in load_catalogue()
        if definition.id in profile.facts
    )


def masked_code(uscc: str) -> str:
    """A credit code for a log line or a list that others see: enough to tell apart, not enough to look up.

    >>> masked_code("91440101MA59A1B2C3")
    '914401******B2C3'
    """
    return f"{uscc[:6]}******{uscc[-4:]}" if len(uscc) == 18 else MASK


def pseudonym(text: str, key: bytes) -> str:
    """A stable stand-in for a code or a name, the same for the same key (HMAC-SHA-256, 20 hex digits)."""
    return hmac.new(key, text.encode("utf-8"), hashlib.sha256).hexdigest()[:20]
