"""Ceilings that go on about the sum before: 第一年不超过2000万元，第二、三年每年不超过1500万元; 3年累计支持不超过5000万元; 其中租金补助不超过30万元."""

from __future__ import annotations

import re
from typing import Any

from policies.extract.amounts import read_amounts
from policies.extract.pieces import Benefit

_PART = re.compile(
    r"[，；。]?(?:其中，?)?(?:第[一二三四五](?:[、至到和第]{1,2}[一二三四五]){0,4}年|(?:\d|[一二两三四五])年(?:累计|合计|内?总)|(?:累计|合计)(?:支持|补助|奖励|资助)|"
    r"其中，?[^，；。对的企业]{1,8}(?:补助|补贴|奖励|支持)(?:金额|额度)?(?:最高)?不超过)"
)


def instalments_apart(text: str, group: list[Benefit]) -> tuple[list[Benefit], list[dict[str, Any]]]:
    """The promises of a group without those that only say how much of the first one's sum comes when or for what, and their ceilings."""
    lone = read_amounts(text, group[0].promises)
    if not lone or "cap" not in lone[-1]:
        return group, []
    kept, ceilings = [group[0]], list[dict[str, Any]]()
    for benefit in group[1:]:
        own = read_amounts(text, benefit.promises)
        begin = min([benefit.start, *(a for a, _ in benefit.conditions)])
        part = _PART.match(text, begin, benefit.end)
        yearly = part is not None and "第" in part[0]
        if yearly and any(a.get("cap", 0) > lone[-1]["cap"] for a in own):
            part = None
        if part is not None and own and all(a["kind"] == "capped" for a in own) and not any("floor" in a for a in own):
            ceilings.extend({"cap": a["cap"], "per": "year" if yearly else a.get("per", "other")} for a in own if "cap" in a)
        else:
            kept.append(benefit)
    return kept, ceilings


def limited(amounts: list[dict[str, Any]], ceilings: list[dict[str, Any]]) -> None:
    """Put the ceilings on the amounts: the widest stays `cap`, the others go to `caps`."""
    for amount in amounts:
        if not ceilings or "cap" not in amount:
            continue
        own = {"cap": amount["cap"], **({"per": amount["per"]} if "per" in amount else {})}
        every = sorted([own, *amount.get("caps", []), *ceilings], key=lambda c: -c["cap"])
        amount["cap"] = every[0]["cap"]
        amount.pop("per", None)
        if every[0].get("per") not in (None, "other"):
            amount["per"] = every[0]["per"]
        amount["caps"] = [c for i, c in enumerate(every[1:]) if c not in every[1 : 1 + i]]
