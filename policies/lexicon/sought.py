"""Patterns that are run only where they can match: with the words of which every match holds one, and the characters it may begin with.

Most patterns of the reader find nothing in most sentences, and a long alternation that has to be tried at every character costs more
than a search for the few words it cannot do without. Both are taken from the library's own reading of the pattern, so that what is found
is what the pattern alone would find.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable, Iterator
from importlib import import_module
from typing import Any

_parser: Any = import_module("re._parser")  # private, the same in 3.11 and 3.12
_REPEATS = {"MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"}
_COMMON = frozenset(
    "的企业年度奖励补助贴给予资金万元项目单位对按不超过一次性新增认定支持最高以上家达到收入本市区县省在为等和、，。0123456789%"
)
_MOST_WORDS = 60

Words = frozenset[str]
Heads = frozenset[str]
"""Parts of a character class, as a pattern writes them."""


def headed(pattern: str) -> re.Pattern[str]:
    """The compiled pattern, tried at length only where a character stands that it may begin with.

    >>> headed("(?:已|均)?获得|享受").pattern
    '(?=[享均已获])(?:(?:已|均)?获得|享受)'
    """
    heads, empty = _heads_of(parsed(pattern))
    return re.compile(f"(?=[{''.join(sorted(heads))}])(?:{pattern})" if heads and not empty else pattern)


class Sought:
    """A compiled pattern that is asked only of a text in which one of its words stands.

    >>> Sought("(?:已|均)?(?:享受|获得)补助|免税").words
    '享受|免税|获得'
    >>> Sought("[^，]{0,4}补助").search("对企业给予补助", 0, 5) is None
    True
    """

    __slots__ = ("_compiled", "_holds", "pattern", "words")

    def __init__(self, pattern: str) -> None:
        self.pattern = pattern
        self._compiled = headed(pattern)
        self.words = "|".join(re.escape(word) for word in sorted(needed(parsed(pattern), _frequency) or ()))
        self._holds = re.compile(self.words).search

    def search(self, text: str, start: int = 0, end: int = sys.maxsize) -> re.Match[str] | None:
        """As `re.Pattern.search`."""
        return self._compiled.search(text, start, end) if self._holds(text, start, end) else None

    def match(self, text: str, start: int = 0, end: int = sys.maxsize) -> re.Match[str] | None:
        """As `re.Pattern.match`; without an end the words are not looked for, which would go through all the text behind `start`."""
        return self._compiled.match(text, start, end) if end == sys.maxsize or self._holds(text, start, end) else None

    def fullmatch(self, text: str, start: int = 0, end: int = sys.maxsize) -> re.Match[str] | None:
        """As `re.Pattern.fullmatch`."""
        return self._compiled.fullmatch(text, start, end) if self._holds(text, start, end) else None

    def finditer(self, text: str, start: int = 0, end: int = sys.maxsize) -> Iterator[re.Match[str]]:
        """As `re.Pattern.finditer`."""
        return self._compiled.finditer(text, start, end) if self._holds(text, start, end) else iter(())


def parsed(pattern: str) -> Any:
    """The parts of a pattern as the library reads them; ValueError for one that ignores case, whose letters are not all it finds."""
    parts = _parser.parse(pattern)
    if parts.state.flags & re.IGNORECASE:
        raise ValueError(f"ignores case: {pattern}")
    return parts


def needed(nodes: Iterable[tuple[Any, Any]], cost: Callable[[str], float], *, whole: bool = True) -> Words | None:
    """The words (or characters, where not `whole`) of a sequence of which every match holds at least one: of all such sets among its parts the
    one that costs least; None where there is none."""
    sets: list[Words] = []
    run = ""
    for node in nodes:
        if str(node[0]) == "LITERAL" and whole:
            run += chr(node[1])
            continue
        if run:
            sets.append(frozenset([run]))
        run = ""
        found = _needed_by(node, cost, whole)
        if found and len(found) <= _MOST_WORDS:
            sets.append(found)
    if run:
        sets.append(frozenset([run]))
    return min(sets, key=lambda words: (sum(cost(w) for w in words), sorted(words)), default=None)


def _frequency(word: str) -> float:
    """A guess at how often a word stands in a policy text: long words and words of seldom characters are rare."""
    frequency = 1.0
    for character in word:
        frequency *= 0.2 if character in _COMMON else 0.02
    return frequency


def _needed_by(node: tuple[Any, Any], cost: Callable[[str], float], whole: bool) -> Words | None:
    name, value = str(node[0]), node[1]
    if name == "LITERAL":
        return frozenset(chr(value))
    if name == "IN":
        members = [(str(kind), code) for kind, code in value]
        return frozenset(chr(code) for _, code in members) if all(kind == "LITERAL" for kind, _ in members) else None
    if name == "SUBPATTERN":
        return None if value[1] & re.IGNORECASE else needed(value[3], cost, whole=whole)
    if name == "ATOMIC_GROUP":
        return needed(value, cost, whole=whole)
    if name in _REPEATS:
        return needed(value[2], cost, whole=whole) if value[0] else None
    if name == "BRANCH":
        arms = [needed(arm, cost, whole=whole) for arm in value[1]]
        return frozenset().union(*(arm for arm in arms if arm)) if all(arms) else None
    return None


def _heads_of(nodes: Iterable[tuple[Any, Any]]) -> tuple[Heads | None, bool]:
    """The characters that a match of a sequence may begin with (None: any), and whether it may be empty."""
    heads: Heads = frozenset()
    for node in nodes:
        found, empty = _heads_of_node(node)
        if found is None:
            return None, True
        heads |= found
        if not empty:
            return heads, False
    return heads, True


def _heads_of_node(node: tuple[Any, Any]) -> tuple[Heads | None, bool]:
    name, value = str(node[0]), node[1]
    if name == "LITERAL":
        return frozenset([re.escape(chr(value))]), False
    if name == "IN":
        parts = [_class_part(str(kind), what) for kind, what in value]
        return (frozenset(p for p in parts if p) if all(parts) else None), False
    if name in ("ASSERT", "ASSERT_NOT", "AT"):
        return frozenset(), True
    if name == "SUBPATTERN":
        return (None, True) if value[1] & re.IGNORECASE else _heads_of(value[3])
    if name == "ATOMIC_GROUP":
        return _heads_of(value)
    if name in _REPEATS:
        heads, empty = _heads_of(value[2])
        return heads, empty or not value[0]
    if name == "BRANCH":
        arms = [_heads_of(arm) for arm in value[1]]
        if any(heads is None for heads, _ in arms):
            return None, True
        return frozenset().union(*(heads for heads, _ in arms if heads)), any(empty for _, empty in arms)
    return None, True


def _class_part(kind: str, what: Any) -> str | None:
    """One member of a character class as a pattern writes it; None where it is none that can be joined with others."""
    if kind == "LITERAL":
        return re.escape(chr(what))
    if kind == "RANGE":
        return f"{re.escape(chr(what[0]))}-{re.escape(chr(what[1]))}"
    return {"CATEGORY_DIGIT": r"\d", "CATEGORY_SPACE": r"\s", "CATEGORY_WORD": r"\w"}.get(str(what))
