"""What a share or a step is counted from: the growth or the spending asked for, the base of the tier before, the bound of its own."""

from __future__ import annotations

import re
from typing import Any

from features.catalogue import load_catalogue
from policies.extract.leaf import Node, leaves_of

THE_INCREASE = re.compile(r"(?:其|该|年度?|当年)?(?:增量|新增|增长|增加|增幅|超出)部?分?(?:总?额)?")
_GROWTH = "_growth"


def measured_by(criteria: list[Node], amount: dict[str, Any]) -> None:
    """地方贡献增长10%以上的，按增量部分的30%: the increase is that of the one metric whose growth the condition asks for."""
    trees = [*criteria, *([amount["when"]] if amount.get("when") else [])]
    grown = {x["fact"].removesuffix(_GROWTH) for tree in trees for x in leaves_of(tree) if x["fact"].endswith(_GROWTH)}
    if len(grown) == 1 and (fact := grown.pop()) in load_catalogue().definitions:
        amount["base"] = fact


_SPENT = {"rd_expense", "equipment_investment", "project_investment", "fixed_asset_investment", "rent_paid", "loan_interest_paid"}


_BEYOND = re.compile(r"(?:的|其)?(?:超过|超出|超额|高出)的?部分(?:的)?")


def above_the_bound(criteria: list[Node], amounts: list[dict[str, Any]]) -> None:
    """贡献超过300万元的，按超过部分的30%: the part above the one bound that the condition of the share names."""
    for amount in amounts:
        if amount["kind"] != "ratio" or "over" in amount or _BEYOND.fullmatch(str(amount.get("base", ""))) is None:
            continue
        trees = [amount["when"]] if amount.get("when") else criteria
        bounds = [x for tree in trees for x in leaves_of(tree) if x["op"] in ("ge", "gt") and "currency" not in x]
        bounds = [x for x in bounds if load_catalogue()[x["fact"]].unit == "CNY"]
        if len(bounds) == 1:
            amount.update(over=bounds[0]["value"], base=bounds[0]["fact"])


def settle_bases(criteria: list[Node], amounts: list[dict[str, Any]]) -> None:
    """达到1000万元以上的，按70%给予奖补: a share of what the tier before is a share of, or of the spending that its condition measures."""
    shares = [a for a in amounts if a["kind"] == "ratio" and a["rate"] != 1 and not a.get("plus")]
    base = next((a["base"] for a in shares[:1] if "base" in a), None)
    for amount in shares:
        when = amount.get("when")
        measured = {x["fact"] for tree in [*criteria, *([when] if when else [])] for x in leaves_of(tree)} & _SPENT
        if "base" not in amount and (base is not None or len(measured) == 1):
            amount["base"] = base or next(iter(measured))


def same_base(amounts: list[dict[str, Any]]) -> None:
    """其中…的按10%给予补助: a share that does not say of what is one of what the first is of."""
    first = amounts[0] if amounts else {}
    if first.get("kind") != "ratio" or "base" not in first:
        return
    for amount in amounts[1:]:
        if amount["kind"] == "ratio" and not {"base", "over"} & set(amount):
            amount.update({k: first[k] for k in ("base", "of_increase", "period") if k in first})


_OF_ALL = re.compile(r"每\d")


def climbs_from(text: str, amount: dict[str, Any], when: Node) -> None:
    """1000万元以上的，每增加500万元再奖励…: stairs whose beginning is not said begin at the bound of their own tier."""
    if (
        amount["kind"] != "step"
        or amount.get("start")
        or _OF_ALL.search(text, amount["evidence"]["start"], amount["evidence"]["end"])
    ):
        return
    bounds = [x["value"] for x in leaves_of(when) if x["fact"] == amount.get("base") and x["op"] in ("ge", "gt")]
    if len(bounds) == 1:
        amount["start"] = bounds[0]
