"""A share of what the comma clause before it bounds: 研发费用不低于300万元，且占营业收入的比重不低于3%."""

from __future__ import annotations

import re

from policies.extract.metrics import Measured
from policies.quantities import Quantity

_SHARE = re.compile(
    r"[且并其，]{0,2}占[^，；。、\d]{0,8}?(?:(?P<income>收入|营收|销售额)|(?P<staff>职工|员工|人数|从业人员))(?:总额|总数|总人数)?的?(?:比例|比重|比率|比)?[应须需为达到在]{0,3}"
)
_SHARES = {"rd_expense": ("income", "rd_ratio"), "rd_staff": ("staff", "rd_staff_ratio")}
_NEAR = 24


def share_of(text: str, metrics: list[Measured], q: Quantity, clause: int) -> Measured | None:
    """What a percentage measures that says only of what it is a share; `clause` is where its comma clause begins."""
    before = [m for m in metrics if m.end <= q.op_start and m.fact in _SHARES] if q.is_ratio else []
    said = _SHARE.fullmatch(text, clause, q.op_start) if before else None
    if said is None or clause - before[-1].end > _NEAR:
        return None
    whole, fact = _SHARES[before[-1].fact]
    return Measured(fact, "ratio", None, text.index("占", clause), q.op_start) if said[whole] else None
