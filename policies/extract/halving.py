"""What a renewal or a lesser case gets half of: which promise halves the one before, and the halves of its sums."""

from __future__ import annotations

import re
from typing import Any

from policies.extract.amounts import read_amounts
from policies.extract.conditions import declared
from policies.extract.leaf import Node, all_of
from policies.extract.mentions import Mentions
from policies.extract.moved import RENEWED
from policies.extract.pieces import Benefit
from policies.extract.promising import TARGETED, words_of


def halves_of(m: Mentions, amounts: list[dict[str, Any]], low: int, high: int, share: float) -> list[dict[str, Any]]:
    """续展的减半奖励, 参与制定的按上述标准的50%执行: a share of each sum, for those whom the words before it name."""
    high -= m.text[high - 1] == "的"
    titles = {code.split(".")[0] for x in m.qualifications_in(low, high) for code in x.codes}
    said = declared(m, low + m.text.startswith("对", low), high, origin="tier/halved")
    halves: list[dict[str, Any]] = []
    for amount in (a for a in amounts if a["kind"] in ("fixed", "per_unit") and not a.get("plus")):
        other = _of_other(amount.get("when"), titles, low, high)
        again = amount.get("when") or {}
        if (
            other is None
            and RENEWED.fullmatch(m.text, low, high)
            and again.get("fact") in ("qualifications", "qualification_granted")
        ):
            renewed = {"fact": "qualification_granted", "op": "occurred", "first": False, "evidence": {"start": low, "end": high}}
            other = {**again, **renewed, "origin": "title/renewed"}
        when = other or all_of([*([_of_any_time(amount["when"])] if amount.get("when") else []), said])
        halves.append({**amount, "value": _part(amount["value"], share), "when": when, "evidence": {"start": low, "end": high}})
    return halves


def wholes_told(amounts: list[dict[str, Any]], shares: list[float]) -> list[dict[str, Any]]:
    """取得证书的，按补贴标准的100%: the whole is theirs, and nobody's who meets no condition."""
    if 1 not in shares:
        return amounts
    return [a for a in amounts if a.get("when") or a["kind"] not in ("fixed", "per_unit") or a.get("plus")]


def half_of_first(m: Mentions, amounts: list[dict[str, Any]]) -> None:
    """前3年每平方米10元，后2年减半: half of what the first stage gives, and no share of one half."""
    first = amounts[0] if amounts else {}
    name = "rate" if first.get("kind") == "ratio" else "value" if first.get("kind") in ("fixed", "per_unit") else None
    for index, amount in enumerate(amounts[1:], start=1):
        words = m.text[amount["evidence"]["start"] : amount["evidence"]["end"]]
        if name is None or amount["kind"] != "ratio" or amount["rate"] != 0.5 or "减半" not in words or "when" not in amount:
            continue
        kept = {k: v for k, v in first.items() if k not in ("when", "evidence", "plus")}
        half = first[name] / 2 if name == "rate" else _part(first[name], 0.5)
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


_AGAIN = re.compile(r"再|重新|续|复|期满|到期|第二|后续|以后")
_SHORT = 8  # characters of words that only say what else is done


def done_by_others(m: Mentions, criteria: list[Node], amounts: list[dict[str, Any]], span: tuple[int, int]) -> list[Node]:
    """主导制定…；参与制定的减半: what the others do in another way, only those who get the whole must have done; the criteria that are left."""
    words = m.text[slice(*span)].removesuffix("的")
    if len(words) > _SHORT or _AGAIN.match(words):
        return criteria
    moved = [n for n in criteria if "fact" in n and words[-2:] in m.text[n["evidence"]["start"] : n["evidence"]["end"]][-6:]]
    for amount in amounts if moved else ():
        amount["when"] = all_of([*moved, *([amount["when"]] if amount.get("when") else [])])
    return [n for n in criteria if n not in moved]


def _part(value: float, share: float) -> float:
    part = round(value * share, 2)
    return int(part) if part == int(part) else part


def _of_any_time(node: Node) -> Node:
    """The same title, whether it is for the first time or again."""
    return {k: v for k, v in node.items() if k != "first"} if "fact" in node else node


_HALVED = re.compile(
    r"(?:按[^，；。]{0,8})?减半(?:(?:给予|予以|享受)?(?:奖励|补助|补贴|资助|扶持|支持|奖补)?|享受|执行|兑现|给予)[。；]?|(?:奖励|补助|补贴|资助|奖补|资金)(?:资金|标准|金额)?按\d{1,2}%(?:兑现|执行|享受|拨付|计发|发放)"
)

_PAID_HALF = re.compile(r"[费税租金价](?:的)?$")  # 有线电视收视费减半 is a relief of its own


_SHARE_OF_IT = re.compile(
    r"(?:[^，；。\d按]{0,10}标准)?(?:分别)?按照?(?:(?:上述|前述|以上|前款|上款|相应|对应|同等|主导|首次|新认定|该)[^，；。\d]{0,10}(?:标准|金额|额度)|(?:补贴|补助|奖励|资助|奖补)?标准)的?(?:(?P<share>\d{1,3})%(?:的(?:比例|标准))?|一半)"
    r"(?:给予|予以)?(?:执行|奖励|补助|补贴|资助|支持|扶持|兑现|享受|计发)?(?:\([^()]{1,24}\))?[。；]?"
)
"""参与制定的按照上述标准的50%执行; 未获得证书的，按补贴标准50%给予补贴."""


def part_of_it(m: Mentions, b: Benefit) -> float | None:
    """续展的减半奖励: what share of the sums promised before a promise gives; None where it gives something of its own."""
    promise = "".join(m.text[a:z] for a, z in b.promises)
    told = _SHARE_OF_IT.fullmatch(promise)
    if told is not None and b.conditions:
        return min(int(told["share"] or 50) / 100, 1)
    return 0.5 if "减半" in m.text[slice(*b.promises[0])] and is_half(m, b) else None


_SHARE_ALONE = re.compile(
    r"按照?(?P<share>\d{1,2})%(?:的)?(?:比例|标准)?(?:给予|予以)?(?:减半)?(?:执行|奖励|补助|补贴|资助|支持|扶持|兑现|享受|计发)[。；]?"
)
_LESSER = re.compile(
    r"(?:对于?|凡)?(?:仅|只|获得?|荣获|获评)?(?:参与|参加|协助|配合|提名|复核|复审|复评|重新|再次|续|排名)[^，；。\d]{0,16}"
)
"""参与制定的按30%给予奖励, 获得提名奖的按50%: a share of no base, for those who did less than the promise before asks."""


def share_alone(m: Mentions, before: Benefit, b: Benefit) -> float | None:
    """The share that a promise without any base gives of the fixed sums before it."""
    told = _SHARE_ALONE.fullmatch("".join(m.text[a:z] for a, z in b.promises))
    if told is None or "\n" in m.text[before.end : b.start] or _LESSER.fullmatch(words_of(m, b)) is None:
        return None
    fixed = all(a["kind"] in ("fixed", "per_unit") for a in read_amounts(m.text, before.promises))
    return int(told["share"]) / 100 if fixed else None


_RENEWAL = re.compile(r"复核|复审|复评|复检|重新认定|再次认定|期满")  # 通过复核的减半


def is_half(m: Mentions, b: Benefit) -> bool:
    """再次认定的减半奖励: a part of what was promised before, for others."""
    if _PAID_HALF.search(m.text, b.start, b.promises[0][0]):
        return False
    promise = "".join(m.text[a:z] for a, z in b.promises).rstrip("。；")
    if promise == "减半" and _RENEWAL.search(words_of(m, b)):
        return True
    return _HALVED.fullmatch("".join(m.text[a:z] for a, z in b.promises)) is not None and not TARGETED.match(m.text, b.start)
