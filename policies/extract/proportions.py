"""A share of what the comma clause before it bounds: 研发费用不低于300万元，且占营业收入的比重不低于3%."""

from __future__ import annotations

import re
from decimal import Decimal

from policies.extract.bounds import clause_start
from policies.extract.composing import names
from policies.extract.leaf import Found, found
from policies.extract.metrics import Measured, plain
from policies.extract.periods import period_in
from policies.lexicon.sought import Sought
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


_OUTLAY = re.compile(
    r"(?:总额|金额|支出|投入|实际|应|须|需|均)*(?P<op>不低于|不少于|不得低于|达到或超过|达到|达|超过|高于|大于)(?:企业|公司|其)*(?:近[两三]年|当年|上一?年度?|同期|年度|年|每年)?(?:的)?"
    r"(?:营业|销售|主营业务|主营)(?:总)?(?:收入|额)(?:总额)?的(?:比例)?(?P<share>\d{1,2}(?:\.\d{1,2})?)%"
)


_OF_INCOME = Sought(
    r"(?:须|应|需|均)?(?:不低于|不少于|不得低于|不得少于|达到|超过|高于)(?=[^，；。\d]{0,16}(?:收入|额|产值)(?:总额)?的(?:比例)?\d)"
)


def outlaid(text: str, start: int, end: int, metrics: list[Measured]) -> list[Found]:
    """研发费用不低于上年度营业收入的3%: the same share, told as a part of the income."""
    result: list[Found] = []
    named = {m.end: m.start for m in metrics if m.fact == "rd_expense"}
    for told in _OF_INCOME.finditer(text, start, end):
        clause = clause_start(text, start, told.start())
        if told.start() not in named and names(text[clause : told.start()], "rd_expense"):
            named[told.start()] = clause
    for stop, begin in named.items():
        said = _OUTLAY.match(text, stop, end)
        if said is None:
            continue
        near = period_in(text, clause_start(text, start, begin), said.end())
        begin = near[1] if near is not None and near[1] < begin else begin
        share = plain(Decimal(said["share"]) / 100)
        op = "gt" if said["op"] in ("超过", "高于", "大于") else "ge"
        result.append(
            found("rd_ratio", op, share, begin, said.end(), origin="threshold/outlaid", rank=5, period=near[0] if near else None)
        )
    return result
