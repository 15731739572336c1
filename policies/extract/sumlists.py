"""Several sums in one promise: which of them stand for tiers, stages or ceilings, and what a condition says beside such a list."""

from __future__ import annotations

import re
from typing import Any

from policies.extract.amounts import read_amounts
from policies.extract.conditions import declared
from policies.extract.leaf import Node
from policies.extract.mentions import Mentions
from policies.extract.metrics import Measured
from policies.extract.pieces import Benefit
from policies.extract.promising import nodes_of
from policies.extract.tiers import align


def standing_amounts(amounts: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The amounts that do not come on top of others; a list that comes on top as a whole (再分别给予10万元、5万元) is one of tiers."""
    return amounts if amounts and amounts[0].get("plus") else [a for a in amounts if not a.get("plus")]


def caps_listed(text: str, amounts: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """按设备投资额的8%给予补助，分别不超过50万元、200万元: one share with a ceiling for each tier."""
    if len(amounts) < 2 or "cap" not in amounts[0] or amounts[0]["kind"] not in ("ratio", "per_unit"):
        return amounts
    first, *others = amounts
    listed = "分别" in text[first["evidence"]["start"] : first["evidence"]["end"]] and all(
        a["kind"] == "fixed" and text[a["evidence"]["end"] - 1] == "元" for a in others
    )
    return [first, *({**first, "cap": a["value"], "evidence": a["evidence"]} for a in others)] if listed else amounts


_STAGE = re.compile(
    r"(?:[前后首次]|第)(?:[一二两三四五\d](?:[至、]第?[一二三四五\d])?个?)?年(?=内?[按给每]|，?(?:按|给予|减半|全额))"
)


def stages_of(m: Mentions, b: Benefit, count: int) -> list[Node] | None:
    """前三年按100%、后两年按50%: the years that each of the sums is for, where the words before every one name them."""
    spans = [hit.span() for hit in _STAGE.finditer(m.text, b.start, b.end)]
    return [declared(m, *span, origin="tier/stage") for span in spans] if len(spans) == count else None


def plain_list(text: str, amounts: list[dict[str, Any]]) -> bool:
    return all(a["kind"] == amounts[0]["kind"] for a in amounts) and all(
        re.fullmatch(r"[、和及或]", text[a["evidence"]["end"] : a["evidence"]["end"] + 1]) for a in amounts[:-1]
    )


def without(m: Mentions, spans: list[tuple[int, int]], start: int, end: int, context: Measured | None) -> list[Node]:
    """The criteria of the conditions outside the stretch that a list of tiers takes up."""
    rest: list[tuple[int, int]] = []
    for low, high in spans:
        if high <= start or end <= low:
            rest.append((low, high))
            continue
        if (
            low < start
            and (
                any(
                    n.get("fact") not in (None, "declared", "qualification_granted") for n in nodes_of(m, [(low, start)], context)
                )  # 对新纳统的|批发、零售企业
                or len(
                    re.sub(
                        r"(?:企业)?\([^()]*\)|[^\w]|对|于|的|获得?|荣获|首次|被|每[个名家]|当年|年度?|新(?!引进|设|落户|注册|迁入|建)",
                        "",
                        m.text[low:start],
                    )
                )
                >= 3
            )
        ):
            rest.append((low, start))
        tail = re.sub(
            r"^(?:的?(?:认定|认证|资质|称号|资格|证书|评定|复核)(?:通过)?(?=的))?[的，、\s]*(?:企业|单位|机构|项目|平台)?(?:的)?",
            "",
            m.text[end:high],
        )
        if end < high and (len(re.sub(r"[^\w]", "", tail)) >= 4 or any(m.qualifications_in(high - len(tail), high))):
            rest.append((high - len(tail), high))
    return nodes_of(m, rest, context)


def conditions_beside(m: Mentions, condition: tuple[int, int], told: tuple[int, int]) -> list[Node]:
    """What a condition asks for outside the stretch that a list of tiers takes up."""
    return without(m, [condition], *told, None)


def listed_sums(m: Mentions, b: Benefit, before: Measured | None) -> bool:
    """Whether the first promise is a list of tiers by itself (达到1亿元、5亿元的，分别奖励…), which others only follow."""
    standing = [a for a in read_amounts(m.text, b.promises) if not a.get("plus")]
    return len(standing) >= 2 and align(m, b.conditions, len(standing), before) is not None
