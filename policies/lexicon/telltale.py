"""Which characters a pattern cannot match without: most patterns of a table are then passed over without being run."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from importlib import import_module
from typing import Any

from policies.lexicon.sought import Sought

_parser: Any = import_module("re._parser")  # the library's own reading of a pattern; private, the same in 3.11 and 3.12
_REPEATS = {"MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"}


def telltales(patterns: Sequence[str]) -> list[frozenset[str] | None]:
    """For each pattern a set of characters of which every match holds at least one; None where there is no such set.

    Of several such sets the one whose characters are the rarest in the table is taken. Raises re.error for what is no pattern.

    >>> [sorted(t or ()) for t in telltales(["年?营业(?:收入|额)", "营业面积", "[^，]{2,4}"])]
    [['业'], ['积'], []]
    """
    common = Counter(character for pattern in patterns for character in set(pattern))
    return [_of_pattern(_parser.parse(pattern), common) for pattern in patterns]


def _of_pattern(parsed: Any, common: Counter[str]) -> frozenset[str] | None:
    return None if parsed.state.flags & re.IGNORECASE else _of_sequence(parsed, common)


def _of_sequence(nodes: Iterable[tuple[Any, Any]], common: Counter[str]) -> frozenset[str] | None:
    """Every part of a sequence is matched, so that any one of them will do."""
    sets = [found for node in nodes if (found := _of_node(node, common))]
    return min(sets, key=lambda found: (sum(common[c] for c in found), sorted(found)), default=None)


def _of_node(node: tuple[Any, Any], common: Counter[str]) -> frozenset[str] | None:
    name, value = str(node[0]), node[1]
    if name == "LITERAL":
        return frozenset(chr(value))
    if name == "IN":
        members = [(str(kind), code) for kind, code in value]
        return frozenset(chr(code) for _, code in members) if all(kind == "LITERAL" for kind, _ in members) else None
    if name == "SUBPATTERN":
        return _of_sequence(value[3], common)
    if name == "ATOMIC_GROUP":
        return _of_sequence(value, common)
    if name in _REPEATS:
        return _of_sequence(value[2], common) if value[0] else None
    if name == "BRANCH":
        arms = [_of_sequence(arm, common) for arm in value[1]]
        return frozenset().union(*(arm for arm in arms if arm)) if all(arms) else None
    return None


def compiled(patterns: Sequence[str]) -> list[tuple[Sought, frozenset[str] | None]]:
    """The patterns of a table, compiled, each with its telltales."""
    return [(Sought(pattern), tells) for pattern, tells in zip(patterns, telltales(patterns), strict=True)]
