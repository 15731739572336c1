"""Bounds without a metric before the number: 拥有10家以上直营门店, 利润总额为正数, 主导制定国家标准."""

from __future__ import annotations

import re

from policies.extract.bounds import behind_mark
from policies.extract.leaf import Found, found
from policies.extract.metrics import AREA, PEOPLE, plain
from policies.extract.periods import period_in
from policies.lexicon.sought import Sought
from policies.quantities import Quantity

RUNG = re.compile(
    r"每(?:(?:再|年|累计)?(?:新增加?|净增[加长]?|(?:跨上|跨越|登上|迈上|上)[一1]?个?|增加|超过|突破|增长|提高|超|递增|上升|满)(?:[^，；。、\d给予奖补助贴每最不超]{2,10})?|(?:满|达到?|完成|实现|多|投入|投资|引进)[^，；。\d给予奖补助贴最不超]{0,8})?$"
)
"""每满500万美元, 每完成投资1000万元: what stands before a number that a sum is counted by, and that bounds nobody."""


INSURED = {"人"}  # 30人(含)以下的参保企业: how many it insures, said of itself
_OF = r"(?:以上|及以上|\([^()]{1,8}\))?(?:的)?[^，；。、的\d]{0,8}?"
_COUNTED = (
    (AREA, re.compile(rf"{_OF}(?:场所|场地|用房|厂房|车间|仓库|营业厅|展厅|办公区域)(?![^，；。]{{0,4}}面积)"), "floor_area"),
    ({"家", "个"}, re.compile(rf"{_OF}(?:直营|连锁)?(?:门店|连锁店|分公司|分支机构)"), "branches"),
    ({"件", "项", "个"}, re.compile(r"(?:以上|及以上|\([^()]{1,8}\))?(?:的)?(?:授权|有效|自主|国内)*发明专利(?=[的，；。、或和]|授权|$)"), "invention_patents"),
    ({"件", "项", "个"}, re.compile(r"(?:以上|及以上|\([^()]{1,8}\))?(?:的)?(?:有效|自主|核心|各类)*知识产权(?=[的，；。、或和]|$)"), "ip_count"),
    (PEOPLE, re.compile(r"(?:以上|及以上|\([^()]{1,8}\))?(?:的)?(?:在册|在职|正式|全职|固定)*(?:职工|员工|从业人员)(?=[的，；。、或和]|$)"), "employees"),
    (PEOPLE, re.compile(r"(?:以上|及以上|\([^()]{1,8}\))?(?:的)?(?:职工|员工|人员)?(?:依法|正常|连续)?(?:缴纳|参加)(?:社会保险|社保)费?"), "insured_headcount"),
    (INSURED, re.compile(r"(?:\([^()]{1,4}\))?(?:及?以[上下])?(?:\([^()]{1,4}\))?的?参保(?:企业|单位|用人单位)"), "unemployment_insured_headcount"),
)  # fmt: skip
_HAVING = re.compile(r"(?:拥有|具有|具备|已有|设有|开设|有|取得|获得|租用|自有|建有|为)[^，；。]{0,8}$")
_ROOM_BEFORE = re.compile(r"(?:场所|场地|用房|厂房|车间|仓库|营业厅|展厅)(?:使用|建筑|达到?|不少于|在|约)*$")


def counted(text: str, start: int, end: int, numbers: list[Quantity], read: list[Found]) -> list[Found]:
    """A number before what it counts: 拥有10家以上直营门店, 200平方米以上的教学场所, 5件以上发明专利."""
    result: list[Found] = []
    for q in numbers:
        if q.op is None or any(f.start <= q.start < f.end for f in read):
            continue
        for units, noun, fact in _COUNTED:
            behind = noun.match(text, q.end, end) if q.unit in units else None
            begin = q.op_start
            if (
                behind is not None
                and units is not AREA
                and units is not INSURED
                and not _HAVING.search(text, max(start, q.op_start - 12), q.start)
            ):
                continue
            if behind is None:
                before = (
                    _ROOM_BEFORE.search(text, max(start, q.op_start - 12), q.op_start)
                    if q.unit in units and units is AREA
                    else None
                )
                if before is None:
                    continue
                begin = before.start()
            stop = max(q.op_end, q.end, behind.end() if behind else 0)
            result.append(found(fact, q.op, plain(q.value), begin, stop, origin=f"threshold/{fact}-counted", rank=3))
            break
    return result


_HELD = (
    (
        Sought(
            r"(?:主导|牵头|主持)(?:制定|制修订|制\(修\)订|制、修订|制订|修订|起草)(?:了|并发布)?(?:国际|国家|行业|地方|团体|省级)(?:标准)?(?:、(?:国际|国家|行业|地方|团体|省级)(?:标准)?){0,4}(?:(?:或者?|"
            r"和|及)(?:国际|国家|行业|地方|团体|省级)(?:标准)?)?(?<=标准)(?=的|，|；|。|$)"
        ),
        "standards_led",
    ),
    (Sought(r"(?:拥有|持有)(?:有效)?发明专利(?:权)?(?=的|，|；|。|$)"), "invention_patents"),
    (
        Sought(
            r"(?:(?<![^，；。：)\n])|(?<=对))(?:企业|申[请报](?:单位|企业))?(?:应当?|须|需)?(?:拥有|持有|具有|具备)(?:核心|有效的?|独立的?|相关的?|相应的?)*(?:自主)?知识产权(?=的?(?:企业|单位)|的，|，|；|。|$)"
        ),
        "ip_count",
    ),
)


_SOME_YEARS = re.compile(r"(?:至少|不少于|累计|(?<!没)有)有?[一两二三四\d]个?(?:会计)?年度?")
_TRADED = Sought(
    r"(?<!没)(?<!无)(?:具有|实际|已?有|产生|实现)(?:了)?(?:自营|实际|真实)?(?:外贸)?(?:进出口|出口|进口|外贸)(?:业务)?(?:实绩|业绩)(?=的|，|；|。|、|且|并|$)"
)
_IN_PROFIT = Sought(
    r"(?:利润总额|净利润|利润)(?:为)?(?:正数|正值|正|盈利)|(?:企业)?(?:均|连续|实现|为){0,2}盈利(?=[，；。、的且]|$)|(?:不|未|无|没有)亏损(?=[，；。、的且]|$)"
)


def signs(text: str, start: int, end: int) -> list[Found]:
    """利润总额为正数, 营业收入正增长."""
    result: list[Found] = []
    for pattern, fact in _HELD:
        for m in pattern.finditer(text, start, end):
            result.append(found(fact, "ge", 1, m.start(), m.end(), origin=f"threshold/{fact}-held", rank=0))
    for m in _TRADED.finditer(text, start, end):
        comma = behind_mark(text, start, m.start(), "，；。：")
        near = period_in(text, comma, m.start())
        fact = "trade_value" if "进出口" in m[0] or "外贸" in m[0] else "export_value" if "出口" in m[0] else "import_value"
        begin = near[1] if near else m.start()
        result.append(
            found(fact, "gt", 0, begin, m.end(), origin=f"threshold/{fact}-traded", rank=3, period=near[0] if near else None)
        )
    for m in _IN_PROFIT.finditer(text, start, end):
        comma = behind_mark(text, start, m.start(), "，；。：")
        if _SOME_YEARS.search(text, comma, m.start()):
            continue  # 近三年至少有两年盈利: not each of them
        near = period_in(text, comma, m.start())
        period = near[0] if near else None
        begin = near[1] if near and near[2] >= m.start() - 2 else m.start()
        result.append(
            found(
                "profit",
                "ge" if "亏损" in m[0] else "gt",
                0,
                begin,
                m.end(),
                origin="threshold/profit-positive",
                rank=3,
                period=period,
            )
        )
    return result
