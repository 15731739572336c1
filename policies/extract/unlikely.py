"""Declared words that read like no condition at all are left out of the rules, and shown to the officer instead.

What no fact covers becomes a declared condition, and an unread one keeps an enterprise from being told that it qualifies; words such as 经核实后
would do so for everybody. The learned clause model (policies.clause_typing) says how much words read like a condition.
"""

from __future__ import annotations

import re

from policies.clause_typing import ClauseChances
from policies.cleaning import CleanText
from policies.diagnostics import Diagnostic, info
from policies.extract.idle import BY_WORTH
from policies.extract.leaf import Node

LEAST = 0.02
"""Below this chance one in four such leaves stands in the annotations (documents left out in turn); up to twice this, one in two does."""


_LISTED = ("declared/listed", "declared/excluded", "declared/undertaking")
"""A line of a list of conditions or refusals is one of them by its place, an undertaking by its own words, wherever it stands."""
_RECEIVER = re.compile(r"(?:(?<![针面])对于?|给予)$")
_GIVEN = re.compile(r"(?:的[^，；。的]{0,12})?(?:再|分别|一次性|最高|每[^，；。\d]{1,6}|给予|予以|按|奖|补[助贴]|资助|扶持|支持)")

_LATER = re.compile(r"[^，；。]{0,14}(?:投产|达产|开业|开工|竣工|建成|投入运营|运营|投入使用|挂牌)(?:之?后|并[^，；。]{2,8}后)?")
"""项目竣工投产后: a later state on which payment depends is a condition, short as it is."""
_WORTH = re.compile(BY_WORTH)


class Sieve:
    """Drops declared leaves below `LEAST` and notes each of them. Not for the conditions of amounts: a tier's label is short and says little."""

    def __init__(self, copy: CleanText, chances: ClauseChances) -> None:
        self._copy, self._chances = copy, chances
        self._dropped: dict[tuple[int, int], None] = {}

    def of_item(self, nodes: list[Node]) -> list[Node]:
        """The conditions that are left of an item's own; all of them where none would be, for no benefit is for everybody."""
        known = dict(self._dropped)
        left = self._of_all(nodes)
        if nodes and not left:
            self._dropped = known
            return nodes
        return left

    def _of_all(self, nodes: list[Node]) -> list[Node]:
        return [kept for node in nodes if (kept := self.of_tree(node)) is not None]

    def of_tree(self, node: Node | None) -> Node | None:
        """The tree without unlikely leaves; None where nothing is left. An alternative or a negation stays whole."""
        if not node or "any" in node or "not" in node or "at_least" in node:
            return node
        if "all" in node:
            kept = self._of_all(node["all"])
            return None if not kept else kept[0] if len(kept) == 1 else {**node, "all": kept}
        low, high = node["evidence"]["start"], node["evidence"]["end"]
        if (
            node["fact"] != "declared"
            or node.get("origin") in _LISTED
            or self._chances.of(low, high) >= LEAST
            or self._receives(low, high)
            or _LATER.fullmatch(self._copy.text, low, high)
            or _WORTH.fullmatch(self._copy.text, low, high)
        ):
            return node
        self._dropped[(low, high)] = None
        return None

    def _receives(self, low: int, high: int) -> bool:
        """对老字号门店给予补助, 给予屋顶提供方每瓦0.1元: whom something is given names who may have it, however much of the clause is the promise."""
        text = self._copy.text
        return _RECEIVER.search(text, max(0, low - 3), low) is not None and _GIVEN.match(text, high) is not None

    def diagnostics(self) -> tuple[Diagnostic, ...]:
        """What was left out, with its place."""
        words = "这几个字不像申报条件,没有作为条件;如确是条件请补录"
        return tuple(info("condition-left-out", words, *self._copy.source_span(low, high)) for low, high in self._dropped)
