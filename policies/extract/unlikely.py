"""Declared words that read like no condition at all are left out of the rules, and shown to the officer instead.

What no fact covers becomes a declared condition, and an unread one keeps an enterprise from being told that it qualifies; words such as 经核实后
would do so for everybody. The learned clause model (policies.clause_typing) says how much words read like a condition.
"""

from __future__ import annotations

from policies.clause_typing import ClauseChances
from policies.cleaning import CleanText
from policies.diagnostics import Diagnostic, info
from policies.extract.leaf import Node

LEAST = 0.04
"""Below this chance fewer than one in three such leaves stands in the annotations (check part of the second batch)."""


class Sieve:
    """Drops declared leaves below `LEAST` and notes each of them. Not for the conditions of amounts: a tier's label is short and says little."""

    def __init__(self, copy: CleanText, chances: ClauseChances) -> None:
        self._copy, self._chances = copy, chances
        self._dropped: dict[tuple[int, int], None] = {}

    def of_nodes(self, nodes: list[Node]) -> list[Node]:
        """The conditions that are left of several that all hold."""
        return [kept for node in nodes if (kept := self.of_tree(node)) is not None]

    def of_tree(self, node: Node | None) -> Node | None:
        """The tree without unlikely leaves; None where nothing is left. An alternative or a negation stays whole."""
        if not node or "any" in node or "not" in node or "at_least" in node:
            return node
        if "all" in node:
            kept = self.of_nodes(node["all"])
            return None if not kept else kept[0] if len(kept) == 1 else {**node, "all": kept}
        low, high = node["evidence"]["start"], node["evidence"]["end"]
        if node["fact"] != "declared" or self._chances.of(low, high) >= LEAST:
            return node
        self._dropped[(low, high)] = None
        return None

    def diagnostics(self) -> tuple[Diagnostic, ...]:
        """What was left out, with its place."""
        words = "这几个字不像申报条件,没有作为条件;如确是条件请补录"
        return tuple(info("condition-left-out", words, *self._copy.source_span(low, high)) for low, high in self._dropped)
