"""What is odd about the amounts and tiers of an item: gaps, overlaps, a cap below a floor, boundaries that two tiers claim."""

from __future__ import annotations

from policies.cleaning import CleanText
from policies.diagnostics import Diagnostic, warning
from policies.extract.items import ItemDraft
from policies.extract.leaf import leaves_of


def check_items(copy: CleanText, drafts: list[ItemDraft]) -> tuple[Diagnostic, ...]:
    """Diagnostics with source spans for all items."""
    found: list[Diagnostic] = []
    for draft in drafts:
        for amount in draft.amounts:
            if "cap" in amount and "floor" in amount and amount["cap"] < amount["floor"]:
                a, b = copy.source_span(amount["evidence"]["start"], amount["evidence"]["end"])
                found.append(warning("cap-below-floor", "封顶金额低于保底金额，请核对原文", a, b))
        found.extend(_tiers(copy, draft))
    return tuple(found)


def _tiers(copy: CleanText, draft: ItemDraft) -> list[Diagnostic]:
    """Tiers on one fact: two alternatives with the same lower bound claim the same enterprises."""
    seen: dict[tuple[str, str, float], tuple[int, int]] = {}
    found: list[Diagnostic] = []
    for amount in draft.amounts:
        leaves = leaves_of(amount.get("when"))
        if len(leaves) != 1 or not isinstance(leaves[0].get("value"), int | float) or isinstance(leaves[0]["value"], bool):
            continue
        key = (leaves[0]["fact"], leaves[0]["op"], float(leaves[0]["value"]))
        span = (leaves[0]["evidence"]["start"], leaves[0]["evidence"]["end"])
        if key in seen and seen[key] != span:
            a, b = copy.source_span(*span)
            found.append(warning("tier-boundary-claimed-twice", "两个档次的起点相同，适用哪一档不明确", a, b))
        seen[key] = span
    return found
