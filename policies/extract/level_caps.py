"""One share and a ceiling for each level: 按投入的20%补助，国家级最高500万元、省级最高300万元 is that share in tiers."""

from __future__ import annotations

import re
from typing import Any

from policies.extract.leaf import leaf
from policies.extract.mentions import Mentions
from policies.extract.title_levels import levels_of
from policies.quantities import quantities

_SHARES = ("ratio", "matching")
_LEAST_LEVELS = 2
_LEVEL = re.compile(
    r"(?P<level>(?:国家|省|市|区|县)级?(?:、(?:国家|省|市|区|县)级?)?)(?:的|项目|单位|企业|平台)?(?:给予|配套|资助|支持)?(?:最高|最多|不超过)(?:不超过|给予|资助|支持|配套|奖励|补助)?(?=\d)"
)

_BARE = re.compile(r"(?:对|获得?)?(?:国家|省部?|市|区|县|、|和|及|级)+(?:的|项目|资助|支持|平台)*")

_FROM_ABOVE = re.compile(r"(?:上级|获得?的?)[^，；。]{0,24}(?:支持|资助|扶持|奖励|补助|拨付|立项|到账|项目)")
_BACK = 120  # characters before a level in which the award from above is named


def by_level(m: Mentions, amounts: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The amounts, with a share whose ceilings are told level by level as one tier for each level."""
    shares = [a for a in amounts if a["kind"] in _SHARES]
    if len(shares) == len(amounts) >= _LEAST_LEVELS and all(a.get("when") for a in shares):
        return [_of_the_level(m, a) for a in amounts]
    if len(shares) != 1 or shares[0].get("when"):
        return amounts
    share = shares[0]
    tiers = [a for a in amounts if a is not share]
    if not tiers and share.get("caps"):
        return _apart(m, share) or amounts
    bounds = all(a["kind"] == "capped" and a.get("when") and not a.get("plus") for a in tiers)
    if "cap" in share or len(tiers) < _LEAST_LEVELS or not bounds or share is not amounts[0]:
        return amounts
    told = [{**share, **{k: a[k] for k in ("cap", "per", "when", "evidence") if k in a}} for a in tiers]
    return [_of_the_level(m, a) for a in told]


def _apart(m: Mentions, share: dict[str, Any]) -> list[dict[str, Any]]:
    """Each ceiling in the words of a share with the level before it; nothing unless all of them name theirs."""
    low, high = share["evidence"]["start"], share["evidence"]["end"]
    ceilings = [share.get("cap"), *(c["cap"] for c in share["caps"])]
    told: list[dict[str, Any]] = []
    for named in _LEVEL.finditer(m.text, low, high):
        sums = quantities(m.text, named.end(), min(high, named.end() + 16))
        levels = levels_of(m, named["level"])
        if not sums or not levels or int(sums[0].value) not in ceilings:
            return []
        start, end = named.start(), sums[0].end
        when = leaf("declared", "declared", named["level"], named.start(), named.end("level"), origin="tier/level")
        bare = {k: v for k, v in share.items() if k != "caps"}
        told.append({**bare, "cap": int(sums[0].value), "when": when, "evidence": {"start": start, "end": end}})
    return [_of_the_level(m, a) for a in told] if len(told) == len(ceilings) else []


def _of_the_level(m: Mentions, amount: dict[str, Any]) -> dict[str, Any]:
    """What matches an award from above: its tiers go by the level that gave the award."""
    when = amount["when"]
    if amount["kind"] != "matching" or when.get("fact") != "declared":
        return amount
    place = when["evidence"]
    words = m.text[place["start"] : place["end"]]
    levels = levels_of(m, words)
    above = _FROM_ABOVE.search(m.text, max(0, place["start"] - _BACK), place["start"])
    if not levels or above is None or _BARE.fullmatch(words) is None:
        return amount
    return {
        **amount,
        "when": leaf("received_benefits", "occurred", list(levels), place["start"], place["end"], origin="tier/level"),
    }
