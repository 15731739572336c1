"""A piece of the clause tree."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field


@dataclass(slots=True)
class Clause:
    """A numbered or labelled piece of the text with what hangs below it.

    `start:end` covers the clause and its children; `body` is where its own first line starts behind the mark;
    `paragraphs` are the (start, end) spans of its own lines, the first one without the mark.
    """

    style: str
    ordinal: int | None
    start: int
    body: int
    end: int
    heading: str = ""
    role: str | None = None
    paragraphs: list[tuple[int, int]] = field(default_factory=list)
    children: list[Clause] = field(default_factory=list)
    parent: Clause | None = field(default=None, repr=False)

    def walk(self) -> Iterator[Clause]:
        """This clause and all below it, in reading order."""
        yield self
        for child in self.children:
            yield from child.walk()

    def ancestors(self) -> Iterator[Clause]:
        """The clauses above this one, nearest first."""
        above = self.parent
        while above is not None:
            yield above
            above = above.parent

    def article(self) -> Clause | None:
        """The article that the clause is or stands in."""
        return next((c for c in (self, *self.ancestors()) if c.style == "article"), None)

    @property
    def in_role(self) -> str | None:
        """The role of the clause, inherited from above where it has none itself."""
        if self.role is not None:
            return self.role
        return self.parent.in_role if self.parent is not None else None
