"""A set of names that can be looked up at a place of a text: longest first, in time linear in the text."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class NameIndex:
    """Names keyed by their first two characters, with the lengths that occur there, longest first."""

    lengths: dict[str, tuple[int, ...]]
    names: frozenset[str]
    firsts: re.Pattern[str]
    """The characters that a name may begin with."""

    @classmethod
    def of(cls, names: Iterable[str]) -> "NameIndex":
        """Index `names`; names shorter than two characters are refused, since a single character is never a name."""
        kept = frozenset(names)
        by_head: dict[str, set[int]] = {}
        for name in kept:
            if len(name) < 2:
                raise ValueError(f"a name needs at least two characters: {name!r}")
            by_head.setdefault(name[:2], set()).add(len(name))
        lengths = {head: tuple(sorted(found, reverse=True)) for head, found in by_head.items()}
        return cls(lengths, kept, re.compile("|".join(sorted({re.escape(head[0]) for head in by_head})) or "(?!)"))

    def next_place(self, text: str, start: int) -> int:
        """The first place from `start` on where a name may begin; the end of the text where there is none."""
        for first in self.firsts.finditer(text, start):
            at = first.start()
            if text[at : at + 2] in self.lengths:
                return at
        return len(text)

    def longest_at(self, text: str, start: int) -> str | None:
        """The longest name that `text` holds at `start`, or None."""
        for length in self.lengths.get(text[start : start + 2], ()):
            word = text[start : start + length]
            if word in self.names:
                return word
        return None

    def all_at(self, text: str, start: int) -> Iterator[str]:
        """Every name that `text` holds at `start`, longest first."""
        for length in self.lengths.get(text[start : start + 2], ()):
            word = text[start : start + length]
            if word in self.names:
                yield word
