"""How many a firm may have let go, and how many a small one: 裁员率不高于5.5%(全国城镇调查失业率控制目标)，30人(含)以下的参保企业裁员率不高于参保职工总数20%."""

from __future__ import annotations

import re
from decimal import Decimal

from policies.extract.leaf import Node, any_of, leaf
from policies.extract.metrics import plain

_TARGET = re.compile(
    r"(?P<all>(?:(?:参保企业|用人单位)?(?:上一?年度)?(?:未裁员或者?)?裁员率(?:不高于|不超过|低于)[^，；。：()\d]{2,24}?控制目标(?:\([^()]{1,12}\))?|(?:上一?年度)?裁员率(?:不高于|不超过|低于)(?=\d))(?P<rate>\d{1,2}(?:\.\d)?%)?)"
    r"(?:[，；]|，?其中，?)(?P<few>(?P<n>\d{1,4})人(?:\(含\))?(?:及?以下)?(?:\(含\))?的?[^，；。：\d]{0,8}?(?:企业|单位))，?(?:上一?年度)?(?P<low>裁员率(?:不高于|不超过)[^，；。：()\d]{0,12}?(?P<share>\d{1,2})%)"
)


def of_target(text: str, start: int, end: int) -> tuple[int, int, Node] | None:
    """The rate for everybody, a figure or a target told elsewhere, and that of the small: where both stand, and the two as alternatives."""
    said = _TARGET.search(text, start, end) if "裁员率" in text[start:end] else None
    if said is None:
        return None
    low, high = said.span("all")
    if said["rate"]:
        rate = plain(Decimal(said["rate"][:-1]) / 100)
        op = "lt" if "低于" in said["all"] else "le"
        everybody = leaf("layoff_rate", op, rate, low, high, origin="threshold/layoff_rate", period="Y-1")
    else:
        everybody = leaf("declared", "declared", text[low:high], low, high, origin="declared/inline")
    few = leaf(
        "unemployment_insured_headcount", "le", int(said["n"]), *said.span("few"), origin="threshold/unemployment_insured_headcount-counted"
    )  # fmt: skip
    share = plain(Decimal(said["share"]) / 100)
    rate_of_few = leaf("layoff_rate", "le", share, *said.span("low"), origin="threshold/layoff_rate", period="Y-1")
    tree = any_of([everybody, {"all": [few, rate_of_few]}])
    return None if tree is None else (said.start(), said.end(), tree)
