"""A promise that raises the one before it: 补助比例再提高2个百分点 (a share more), 奖励标准上浮20% (every sum so much higher)."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from policies.extract.amounts import read_amounts
from policies.extract.leaf import Node, all_of
from policies.extract.mentions import Mentions
from policies.extract.metrics import plain
from policies.extract.pieces import RAISES, Benefit


def raises(m: Mentions, b: Benefit) -> re.Match[str] | None:
    """What a promise raises the one before it by; None where it promises something of its own, or asks for nothing more."""
    return RAISES.match(m.text[slice(*b.promises[0])]) if b.conditions else None


def raise_amounts(m: Mentions, amounts: list[dict[str, Any]], b: Benefit, when: list[Node]) -> None:
    """Add what the raise gives to the amounts of the item, and to all of them a ceiling told behind it."""
    found, tree = raises(m, b), all_of(when)
    if found is None or tree is None:
        return
    limit = next((a for a in read_amounts(m.text, b.promises[1:]) if a["kind"] == "capped" and "per" in a), {})
    for amount in amounts:
        if limit and "cap" not in amount:
            amount.update({k: limit[k] for k in ("cap", "per")})
    more = Decimal(found["n"]) / 100
    low, high = b.promises[0]
    evidence = {"start": low, "end": high}
    shares = [a for a in amounts if a["kind"] in ("ratio", "matching")]
    if shares:
        kept = {k: v for k, v in shares[0].items() if k in ("kind", "base", "of_increase", "period", "per")}
        cap = {"cap": shares[0]["cap"]} if "cap" in shares[0] else {}
        amounts.append({**kept, **cap, "rate": plain(more), "plus": True, "when": tree, "evidence": evidence})
        return
    for amount in [a for a in amounts if a["kind"] in ("fixed", "per_unit") and found["unit"] == "%"]:
        both = all_of([*([amount["when"]] if amount.get("when") else []), tree])
        value = plain(Decimal(str(amount["value"])) * (1 + more))
        amounts.append({**amount, "value": value, "when": both, "evidence": evidence})
