"""Which characters a pattern cannot match without: most patterns of a table are then passed over without being run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from policies.lexicon.sought import Sought, needed, parsed


def telltales(patterns: Sequence[str]) -> list[frozenset[str] | None]:
    """For each pattern a set of characters of which every match holds at least one; None where there is no such set.

    Of several such sets the one whose characters are the rarest in the table is taken. Raises re.error for what is no pattern,
    ValueError for one that ignores case.

    >>> [sorted(t or ()) for t in telltales(["年?营业(?:收入|额)", "营业面积", "[^，]{2,4}"])]
    [['业'], ['积'], []]
    """
    common = Counter(character for pattern in patterns for character in set(pattern))
    return [needed(parsed(pattern), lambda character: common[character], whole=False) for pattern in patterns]


def compiled(patterns: Sequence[str]) -> list[tuple[Sought, frozenset[str] | None]]:
    """The patterns of a table, compiled, each with its telltales."""
    return [(Sought(pattern), tells) for pattern, tells in zip(patterns, telltales(patterns), strict=True)]
