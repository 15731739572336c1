"""A set of names that can be looked up at a place of a text: longest first, in time linear in the text."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class NameIndex:
    """Names keyed by their first two characters, with the lengths that occur there, longest first."""

    lengths: dict[str, tuple[int, ...]]
    names: frozenset[str]

    @classmethod
    def of(cls, names: Iterable[str]) -> "NameIndex":
        """Index `names`; names shorter than two characters are refused, since a single character is never a name."""
        kept = frozenset(names)
        by_head: dict[str, set[int]] = {}
        for name in kept:
            if len(name) < 2:
                raise ValueError(f"a name needs at least two characters: {name!r}")
            by_head.setdefault(name[:2], set()).add(len(name))
        return cls({head: tuple(sorted(found, reverse=True)) for head, found in by_head.items()}, kept)

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
