"""What is odd about the amounts and tiers of an item: gaps, overlaps, a cap below a floor, a bare number, a boundary claimed twice."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass
from decimal import Decimal

from policies.cleaning import CleanText
from policies.diagnostics import Diagnostic, warning
from policies.extract.items import ItemDraft
from policies.extract.leaf import Node, leaves_of
from policies.quantities import quantities, ranges

_BARE = re.compile(r"(?:奖励|补助|补贴|资助|给予)(?:金额)?(?:为|共)?(?P<number>\d{1,12}(?:\.\d{1,4})?)(?=[，；。]|$)")


@dataclass(frozen=True, slots=True)
class _Tier:
    low: Decimal
    high: Decimal | None
    open_low: bool
    span: tuple[int, int]


def check_items(copy: CleanText, drafts: list[ItemDraft]) -> tuple[Diagnostic, ...]:
    """Diagnostics with source spans for all items."""
    found: list[Diagnostic] = []
    for draft in drafts:
        for amount in draft.amounts:
            if "cap" in amount and "floor" in amount and amount["cap"] < amount["floor"]:
                span = copy.source_span(amount["evidence"]["start"], amount["evidence"]["end"])
                found.append(warning("cap-below-floor", "封顶金额低于保底金额，请核对原文", *span))
        for m in _BARE.finditer(copy.text, draft.start, draft.end):
            found.append(warning("number-without-unit", "金额没有写明单位，请核对原文", *copy.source_span(*m.span("number"))))
        found.extend(_tiers(copy, draft))
    return tuple(found)


def _tiers(copy: CleanText, draft: ItemDraft) -> list[Diagnostic]:
    """Where tiers on one fact leave a gap, overlap, or both claim their common boundary."""
    by_fact: dict[tuple[str, str], list[_Tier]] = {}
    for amount in draft.amounts:
        leaves = leaves_of(amount.get("when"))
        numbers = [x for x in leaves if isinstance(x.get("value"), int | float) and not isinstance(x["value"], bool)]
        if len(numbers) == 1 and numbers[0]["op"] in ("ge", "gt"):
            rest = repr([(x["fact"], x.get("value")) for x in leaves if x is not numbers[0]])
            by_fact.setdefault((numbers[0]["fact"], rest), []).append(_tier(copy.text, numbers[0]))
    found: list[Diagnostic] = []
    for tiers in by_fact.values():
        ordered = sorted(tiers, key=lambda tier: (tier.low, tier.span))
        for below, above in itertools.pairwise(ordered):
            found.extend(_seam(copy, below, above))
    return found


def _tier(text: str, leaf: Node) -> _Tier:
    span = (leaf["evidence"]["start"], leaf["evidence"]["end"])
    pair = next(iter(ranges(text, quantities(text, *span))), None)
    return _Tier(Decimal(str(leaf["value"])), pair[1].value if pair else None, leaf["op"] == "gt", span)


def _seam(copy: CleanText, below: _Tier, above: _Tier) -> list[Diagnostic]:
    span = copy.source_span(*above.span)
    if below.low == above.low:
        same = below.span == above.span
        return [] if same else [warning("tier-boundary-claimed-twice", "两个档次的起点相同，适用哪一档不明确", *span)]
    if below.high is None:
        return []
    if below.high < above.low:
        return [warning("tier-gap", "两个档次之间有空档，落在其间的企业无档可依", *span)]
    if below.high > above.low:
        return [warning("tier-overlap", "两个档次的区间重叠，适用哪一档不明确", *span)]
    if not above.open_low and "(不含" not in copy.text[slice(*below.span)]:
        return [warning("tier-boundary-claimed-twice", "两个档次都包含交界值，适用哪一档不明确", *span)]
    return []
