"""What a renewal or a lesser case gets half of: which promise halves the one before, and the halves of its sums."""

from __future__ import annotations

import re
from typing import Any

from policies.extract.conditions import declared
from policies.extract.leaf import Node, all_of
from policies.extract.mentions import Mentions
from policies.extract.pieces import Benefit
from policies.extract.promising import TARGETED, words_of


def halves_of(m: Mentions, amounts: list[dict[str, Any]], low: int, high: int) -> list[dict[str, Any]]:
    """续展的减半奖励: half of each sum, for those whom the words before 减半 name."""
    high -= m.text[high - 1] == "的"
    titles = {code.split(".")[0] for x in m.qualifications_in(low, high) for code in x.codes}
    said = declared(m, low + m.text.startswith("对", low), high, origin="tier/halved")
    halves: list[dict[str, Any]] = []
    for amount in (a for a in amounts if a["kind"] in ("fixed", "per_unit") and not a.get("plus")):
        other = _of_other(amount.get("when"), titles, low, high)
        when = other or all_of([*([_of_any_time(amount["when"])] if amount.get("when") else []), said])
        halves.append({**amount, "value": _half(amount["value"]), "when": when, "evidence": {"start": low, "end": high}})
    return halves


def half_of_first(m: Mentions, amounts: list[dict[str, Any]]) -> None:
    """前3年每平方米10元，后2年减半: half of what the first stage gives, and no share of one half."""
    first = amounts[0] if amounts else {}
    name = "rate" if first.get("kind") == "ratio" else "value" if first.get("kind") in ("fixed", "per_unit") else None
    for index, amount in enumerate(amounts[1:], start=1):
        words = m.text[amount["evidence"]["start"] : amount["evidence"]["end"]]
        if name is None or amount["kind"] != "ratio" or amount["rate"] != 0.5 or "减半" not in words or "when" not in amount:
            continue
        kept = {k: v for k, v in first.items() if k not in ("when", "evidence", "plus")}
        half = first[name] / 2 if name == "rate" else _half(first[name])
        amounts[index] = {**kept, name: half, "when": amount["when"], "evidence": amount["evidence"]}


def _of_other(when: Node | None, titles: set[str], low: int, high: int) -> Node | None:
    """新认定国家级、市级孵化器…；国家级、市级众创空间减半执行: the other title at the same level; None where the same title is meant."""
    if when is None or when.get("fact") not in ("qualifications", "qualification_granted") or len(titles) != 1:
        return None
    own, level = {str(code).split(".")[0] for code in when["value"]}, {str(code).partition(".")[2] for code in when["value"]}
    if own & titles or len(level) != 1:
        return None
    code = ".".join(word for word in (*titles, *level) if word)
    return {**when, "value": [code], "evidence": {"start": low, "end": high}, "origin": "tier/halved"}


def _half(value: float) -> float:
    return value // 2 if value == int(value) and value % 2 == 0 else value / 2


def _of_any_time(node: Node) -> Node:
    """The same title, whether it is for the first time or again."""
    return {k: v for k, v in node.items() if k != "first"} if "fact" in node else node


_HALVED = re.compile(
    r"(?:按[^，；。]{0,8})?减半(?:(?:给予|予以|享受)?(?:奖励|补助|补贴|资助|扶持|支持|奖补)?|享受|执行|兑现|给予)[。；]?|(?:奖励|补助|补贴|资助|奖补|资金)(?:资金|标准|金额)?按\d{1,2}%(?:兑现|执行|享受|拨付|计发|发放)"
)

_PAID_HALF = re.compile(r"[费税租金价](?:的)?$")  # 有线电视收视费减半 is a relief of its own


def gets_half(m: Mentions, b: Benefit) -> bool:
    """续展的减半奖励: who gets half of what was promised before."""
    return "减半" in m.text[slice(*b.promises[0])] and is_half(m, b)


_RENEWAL = re.compile(r"复核|复审|复评|复检|重新认定|再次认定|期满")  # 通过复核的减半


def is_half(m: Mentions, b: Benefit) -> bool:
    """再次认定的减半奖励: a part of what was promised before, for others."""
    if _PAID_HALF.search(m.text, b.start, b.promises[0][0]):
        return False
    promise = "".join(m.text[a:z] for a, z in b.promises).rstrip("。；")
    if promise == "减半" and _RENEWAL.search(words_of(m, b)):
        return True
    return _HALVED.fullmatch("".join(m.text[a:z] for a, z in b.promises)) is not None and not TARGETED.match(m.text, b.start)
