"""Metric, operator, value: 上一年度营业收入不低于2亿元, 同比增长10%以上, 连续缴纳社会保险6个月以上, 成立满一年.

A metric counts as a fact of the enterprise only where the words before it leave it unspecialised: 营业收入 is a fact,
知识产权服务收入, 单品种销售收入 and 亩均税收 are not, and stay `declared`.
"""

from __future__ import annotations

import re
from dataclasses import replace

from policies.extract.bounds import BRACKETS, behind_mark, clause_start, comma_before, is_first
from policies.extract.composing import composed, in_row, measures_in, reach
from policies.extract.counting import RUNG, counted, signs
from policies.extract.dates import find_dates
from policies.extract.growing import growing
from policies.extract.leads import TIME, narrowed, of_building
from policies.extract.leaf import Found, found
from policies.extract.metrics import Measured, fits, plain
from policies.extract.periods import another_verb, in_years, period_ahead, period_in, until, year_of_list
from policies.extract.proportions import outlaid, share_of
from policies.extract.respective import respective
from policies.extract.rows import bare_bound, closing_ops, falling, heads_list, listed
from policies.lexicon.sought import Sought
from policies.quantities import Quantity, quantities, ranges

_GROWTH = Sought(
    r"(?:同比|比上年|较上年|年均|年|环比|比去年)?(?:保持|实现)?(?:正)?(?:增长(?:率|幅度)?|增速|增幅|上升|提高)|复合增长率"
)
_RESPECTIVELY = re.compile("分别")


def find_thresholds(
    text: str,
    start: int,
    end: int,
    *,
    elided: bool = False,
    both: bool = False,
    upper: bool = False,
    context: Measured | None = None,
) -> list[Found]:
    """The leaves that a metric with a bound makes in `text[start:end]`.

    `elided` also reads what a list leaves out (1亿元、3亿元、5亿元: tiers, never conditions together); `both` keeps both ends of
    20人以上300人以下 in a list of conditions, `upper` in a sentence (what turns out to be a tier has the lower only); `context` is the metric that the sentence before was about
    (同比增幅超过30%的, 超过5000万美元的).
    """
    found_quantities = [q for q in quantities(text, start, end) if q.op is not None or q.unit]
    pairs = list(ranges(text, found_quantities))
    tops = {high.start: low.start for low, high in pairs}
    lows = {low.start: said.end() if (said := _INCLUDED.match(text, high.op_end)) else high.op_end for low, high in pairs}
    fallen = {low.start: high.value for low, high in pairs if high.value < low.value}  # 1亿元-5000万元: told from above
    metrics = measures_in(text, start, end)
    for said in _RESPECTIVELY.finditer(text, start, end):
        row = in_row(text, clause_start(text, start, said.start()), said.start())
        if any(all(m.end != x.end for x in metrics) for m in row):
            metrics = sorted([*(m for m in metrics if not row[0].start <= m.start < said.start()), *row], key=lambda m: m.start)
    result = respective(text, start, metrics, found_quantities, elided=elided)
    handed = [(f.start, f.end) for f in result]
    last: tuple[Measured, Quantity] | None = None
    closing = closing_ops(text, found_quantities) if elided else {}
    from_above = {} if both else falling(text, found_quantities)
    lower = [q for q in found_quantities if q.start not in tops]
    for q in found_quantities:
        if any(a <= q.start < b for a, b in handed) or RUNG.search(text, max(start, q.start - 20), q.start):
            continue
        if q.is_money and _PER_UNIT.match(text, q.end, end):
            continue
        if q.start in tops:
            most = q.op if q.op in ("lt", "le") else "le" if q.op is None and _IN_BETWEEN.match(text, q.end) else None
            if (both or upper) and last is not None and tops[q.start] == last[1].start and most is not None:
                result[-1:] = [_cut(result[-1], last[1]), _again(result[-1], q, most)]
            continue
        op = q.op or ("ge" if q.start in lows else closing.get(q.start)) or bare_bound(text, start, q, metrics, in_list=both)
        if last is not None and elided and listed(text, last[1], q):
            result.append(_stretched(_again(result[-1], q, op or result[-1].node["op"]), lows.get(q.start)))
            last = last[0], q
            continue
        if op is None:
            continue
        if not elided and q.start not in from_above and heads_list(text, q, lower):
            continue
        measured = _metric_of(text, metrics, q, start, context) or share_of(text, metrics, q, clause_start(text, start, q.op_start))
        others = _beside(text, metrics, measured, q) if measured else []
        leaf = _of_measure(text, start, measured, q, op, others) if measured else None
        if leaf is None:
            measured, leaf = _composed(text, start, end, q, op)
            others = []
        elif leaf is not None and not others:
            leaf = _widened(text, start, leaf, q)
        if measured is None or leaf is None:
            continue
        leaf = _stretched(leaf, lows.get(q.start))
        if measured not in metrics and measured.growth and measured.start >= start:
            metrics = sorted([*metrics, measured], key=lambda m: m.start)  # 进出口500万美元且比上年增幅超过20%: whose growth it is
        if q.start in fallen:
            leaf = replace(leaf, node={**leaf.node, "value": plain(fallen[q.start])})
        if q.start in from_above:
            low = from_above[q.start]
            leaf = _stretched(
                Found({**leaf.node, "op": low.op, "value": plain(low.value)}, leaf.start, leaf.end, leaf.rank),
                max(low.op_end, low.end),
            )
            handed.append((low.start, low.end))
        result.extend(_shared(leaf, measured, others))
        last = measured, q
    result.extend(find_dates(text, start, end))
    result.extend(signs(text, start, end))
    result.extend(outlaid(text, start, end, metrics))
    result.extend(growing(text, start, end, metrics, context))
    result.extend(counted(text, start, end, found_quantities, result))
    return result


_INCLUDED = re.compile(r"\(不?含[^()]{1,12}\)")
_PER_UNIT = re.compile(r"/(?!年)[一-龥㎡m]|每(?:亩|平方米|平米|人|户|吨|台)")  # 200元/平方米: bounds no sum
_IN_BETWEEN = re.compile(r"(?:\(含\))?之间(?=[；，。]|$)")  # 在5000万元至4亿元之间


def _of_measure(text: str, start: int, measured: Measured, q: Quantity, op: str, others: list[Measured]) -> Found | None:
    """The leaf of a number that bounds `measured`, and `others` with it, where they are the enterprise's own."""
    head = min([measured.start, *(m.start for m in others)])
    return None if of_building(text, q.end, q.end + 60, measured.fact) else _threshold(text, start, measured, q, op, head)


def _composed(text: str, start: int, end: int, q: Quantity, op: str) -> tuple[Measured | None, Found | None]:
    """What a number bounds whose measure no table names as a phrase."""
    measured, stop = composed(text, q, clause_start(text, start, q.op_start), end) or (None, 0)
    leaf = _of_measure(text, start, measured, q, op, []) if measured else None
    return measured, _stretched(leaf, stop) if leaf else None


def _widened(text: str, start: int, leaf: Found, q: Quantity) -> Found:
    """The leaf over all words that name its measure: 拥有固定的研发|场地面积; of heads and pieces also what they tell: 缴纳社保的|员工人数."""
    whole = reach(text, q, clause_start(text, start, q.op_start))
    if whole is None or whole.start >= leaf.start - _AHEAD:
        return leaf
    if whole.fact != leaf.node["fact"]:
        finer = whole.unit in ("人", "件") and _of_measure(text, start, whole, q, leaf.node["op"], [])
        return finer or leaf
    begin = max([whole.start, *(m.end() for m in _BODY.finditer(text, whole.start, leaf.start))])
    return _from(leaf, begin, leaf.node["fact"]) if leaf.start - begin > _AHEAD else leaf


_AHEAD = 2
_BODY = re.compile(r"企业|单位|机构|公司")


def _shared(leaf: Found, measured: Measured, others: list[Measured]) -> list[Found]:
    """The leaf of a number, and over the same words those of the other metrics that share it."""
    if not others or leaf.node["fact"] not in (measured.fact, measured.growth):
        return [leaf]
    grows = leaf.node["fact"] == measured.growth != measured.fact
    whole = _from(leaf, min([leaf.start, *(m.start for m in others)]), leaf.node["fact"])
    return [*(_from(whole, whole.start, str(m.growth) if grows else m.fact) for m in others), whole]


def _stretched(f: Found, upper_end: int | None) -> Found:
    """A tier 1000万元至2000万元 is one span, though only its lower bound is a condition."""
    if upper_end is None or upper_end <= f.end:
        return f
    return Found({**f.node, "evidence": {"start": f.start, "end": upper_end}}, f.start, upper_end, f.rank)


def _cut(f: Found, q: Quantity) -> Found:
    """The lower end of a range without the upper, which is a condition of its own."""
    end = max(q.op_end, q.end)
    return Found({**f.node, "evidence": {"start": f.start, "end": end}}, f.start, end, f.rank)


_BESIDE = re.compile(r"[(，]?(?:、|或者?|和|及|与|以及)(?:其|年|年度)?")


def _beside(text: str, metrics: list[Measured], measured: Measured, q: Quantity) -> list[Measured]:
    """进口额或出口额超过1亿美元, 出口额(或进口额)达到…: the metrics that share the bound of the one it was read for."""
    found: list[Measured] = []
    for other in metrics:
        both_grow = bool(q.is_ratio and other.growth and measured.growth and other.growth != measured.growth)
        if other.fact == measured.fact or other.end > q.start or not (fits(other.unit, q) or both_grow):
            continue
        before = other.start < measured.start
        first, second = (other, measured) if before else (measured, other)
        if _BESIDE.fullmatch(text, first.end, second.start) and (before or text[measured.end] == "("):
            found.append(other)
    return found


def _from(leaf: Found, start: int, fact: str) -> Found:
    """The leaf for a metric that shares its bound: over the same words, so that both stand."""
    node = {**leaf.node, "fact": fact, "origin": f"threshold/{fact}", "evidence": {"start": start, "end": leaf.end}}
    return Found(node, start, leaf.end, leaf.rank)


def _again(before: Found, q: Quantity, op: str) -> Found:
    """The leaf of an elided list item: the metric of the one before with its own number."""
    node = {**before.node, "op": op, "value": plain(q.value), "evidence": {"start": q.op_start, "end": max(q.op_end, q.end)}}
    return Found(node, q.op_start, max(q.op_end, q.end), before.rank)


_BETWEEN = re.compile(
    r"(?:\([^()]{0,24}\)|[^一-龥]|为|折合|达到?|到|须|应|需|原则上|在|均|都|已|累计|合计|总(?:额|量|数)?|额|不|要求|必须|"
    r"年|每|的|一般|通常|控制|合计约?|审定|不含税|同比|增长|增速|增幅|保持|首次?|突破|实现|分别|比例|比重|占比|率|上|一|内|以上?|度|规模|数量|人数|之和|平均值?|均值|净|且|或|"
    r"三年|两年|近|第|占|营业收入|销售收入|主营业务收入|总收入|职工总数|当年|企业|公司|收入|(?:使用|建筑|经营))*"
)
_GROWTH_LEAD = re.compile(
    rf"(?:{TIME}|且|并且|并|或者?|其中|对|均|年均|平均|复合|实现|保持|首次|为|在|的|企业|较|比|同期|当年|须|应|需|\d{{4}}年|累计|达到|同时|，)*"
)


_AGAINST = re.compile(
    r"(?:高于|高出|超过|超出|超|快于|领先|低于|不低于)[^，；。\d]{0,24}(?:平均|增速|增幅|增长率|水平|指标|目标|大盘)"
)
"""增速高于全市平均增速5个百分点: measured against what others do, which no number bounds."""


def _metric_of(text: str, metrics: list[Measured], q: Quantity, start: int, context: Measured | None) -> Measured | None:
    """The metric that `q` bounds: the nearest fitting one before it in its own clause, else the one spoken of before."""
    clause = clause_start(text, start, q.op_start)
    growth = _GROWTH.search(text, clause, q.op_start)
    inside = [b.span() for b in BRACKETS.finditer(text, clause, q.op_start)]
    for measured in reversed(metrics):
        if measured.start < clause or measured.end > q.start or any(a < measured.start < z for a, z in inside):
            continue
        between = BRACKETS.sub("", text[measured.end : q.op_start])
        if len(between) > 24 or "。" in between:
            continue
        if q.is_ratio and growth and measured.growth and growth.start() >= measured.start - 1:
            return None if _AGAINST.search(text, measured.end, q.start) else measured
        if fits(measured.unit, q) and (not growth or growth.start() < measured.start or q.is_ratio):
            if re.search(r"[、和与及]$", between) or not _BETWEEN.fullmatch(between):
                continue
            return measured
    if q.is_ratio and (growth is not None or _GROWTH.match(text, q.op_end)):
        if growth is not None and (
            not _GROWTH_LEAD.fullmatch(text, clause, growth.start()) or _AGAINST.search(text, growth.start(), q.start)
        ):
            return None
        previous = [m for m in metrics if m.growth and m.end <= q.start]
        if previous and len(text[previous[-1].end : q.start]) <= 60:
            return previous[-1]
        return context if context is not None and context.growth else None
    other = _of_the_bound_before(text, metrics, q, clause)
    if other is not None:
        return other
    headed = _over_colon(text, metrics, q, start)
    if headed is not None:
        return headed
    if q.op_start > start and text[q.op_start - 1 : q.op_start] == "、":
        return None  # the head of this list was not read, so neither is what follows it
    if context is not None and fits(context.unit, q) and not re.search(r"[一-龥]{3}", _WHO.sub("", text[clause : q.op_start])):
        return context
    return None


_OTHERWISE = re.compile(r"或者?(?:年度?|当年)?(?:达到?|在|为)?")
_REACH = 40
"""How far before 或者 the metric may stand whose other bound it opens."""


def _of_the_bound_before(text: str, metrics: list[Measured], q: Quantity, clause: int) -> Measured | None:
    """收入超过1亿元，或者超过6000万元且年增长率超过20%: the metric of the bound before, where 或者 opens another of the same."""
    before = [m for m in metrics if m.end <= clause and clause - m.end <= _REACH]
    if not before or q.op is None or not _OTHERWISE.fullmatch(text, clause, q.op_start):
        return None
    return before[-1] if fits(before[-1].unit, q) else None


_WHO = re.compile(r"^(?:对于?)?[一-龥、]{2,16}?(?:企业|机构|单位)(?:年度?|当年|首次)*(?=突破|达到?|超过|$)")


def _over_colon(text: str, metrics: list[Measured], q: Quantity, start: int) -> Measured | None:
    """营业面积：购物中心应大于5000平方米，专业店应大于2000平方米: the metric before the colon is what all the numbers behind it bound;
    also 营业收入同比增长：10%以上."""
    sentence = behind_mark(text, start, q.start, "；。\n")
    colon = text.rfind("：", sentence, q.start)
    if colon < 0 or any(m.start > colon and m.end <= q.start for m in metrics):
        return None
    over = next((m for m in metrics if m.end <= colon and _headed(text, m, q, colon)), None)
    own = text[max(colon + 1, comma_before(text, start, q.op_start)) : q.op_start]
    bounds = over is not None and q.op is not None and bool(re.fullmatch(r"[一-龥、]{0,14}", own))
    return over if bounds else None


def _headed(text: str, over: Measured, q: Quantity, colon: int) -> bool:
    """Whether a metric stands right before the colon, or for a share the metric and that it grows."""
    if fits(over.unit, q):
        return over.end == colon
    return q.is_ratio and over.growth is not None and _GROWTH.fullmatch(text, over.end, colon) is not None


_SELLERS = re.compile(r"批发|零售|住宿|餐饮|商贸|限额以上|限上|体验店|电商|电子商务|贸易|商业|消费")


_EARNED = {"retail_sales": "revenue", "retail_sales_growth": "revenue_growth"}


def sells(text: str, start: int, measured: Measured, end: int) -> bool:
    """Whether 销售额 is what a shop sells, by the words around it; everybody else's is revenue."""
    return bool(_SELLERS.search(text, max(0, start - 200), end + 60) or "零售" in text[measured.start : measured.end])


_WORKS = re.compile(
    r"(?:承包工程|劳务合作|工程承包|服务外包|外包业务)[^；。]{0,40}完成营业额$|(?:承包工程|劳务合作|工程承包)完成营业额$"
)
"""对外承包工程完成营业额: turnover of the works, as the trade statistics have it, and not of the firm."""
_SAID_BEFORE = 60
_NEAR = 8  # characters: a time that stands further before a metric is no part of its words


def _threshold(text: str, start: int, measured: Measured, q: Quantity, op: str, head: int) -> Found | None:
    clause = clause_start(text, start, head) if measured.start >= start else start
    lead = text[clause:head] if measured.start >= start else ""
    if lead and lead[-1] not in "的，、；对年" and text.startswith("项目", measured.start) and head == measured.start:
        measured, lead = replace(measured, start=head + 2), lead + "项目"  # 民宿项目|总投资
    if narrowed(lead, measured.fact) or re.search(r"复合|亩均|人均|户均|单台", text[measured.start : q.op_start]):
        return None
    own = max(start, min(measured.start, clause))
    own = max(own, text.rfind("且", own, measured.start) + 1)
    growth = _GROWTH.search(text, own, q.op_start) or _GROWTH.match(text, q.op_end)
    fact = measured.fact
    if fact == "platform_turnover" and re.match(r"[^，；。]{0,24}合同", text[q.end : q.end + 30]):
        fact = "contract_value"
    if growth is not None and not _is_growth_name(text, growth, measured):
        if not q.is_ratio:
            return None
        if measured.growth is None:
            return None
        fact = measured.growth
    elif q.is_ratio and measured.unit != "ratio":
        return None
    if fact in (*_EARNED, "revenue") and _WORKS.search(text, max(start, clause - _SAID_BEFORE), measured.end):
        return None
    fact = _EARNED[fact] if fact in _EARNED and not sells(text, start, measured, q.end) else fact
    if fact == "platform_turnover" and re.search(r"体验店|门店", text[start : q.end]):
        fact = "retail_sales"
    bounded = clause_start(text, start, q.op_start)
    if measured.end <= bounded and text[q.op_start - 1] != "：":
        clause = bounded
    near = period_in(text, clause, q.op_start)
    near = None if near and until(text, near, fact) else near
    comma = behind_mark(text, start, q.op_start, "，；。：")
    ahead = None if near else period_ahead(text, start, clause)
    period = near[0] if near else ahead[0] if ahead else year_of_list(text, comma, clause, fact)
    if near and measured.start >= near[2] and another_verb(text, near[2], measured.start, fact):
        period = near = None
    period = in_years(period, fact)
    if period == "":  # 2023年一季度产值: no year of it
        return None
    first = True if is_first(text, clause, measured.start, q.end) else None
    agg = next((name for name, words in _AGGREGATED if words.search(text, clause, q.op_start)), None)
    if period is None or ".." not in period:
        agg = None
    if fact == "project_investment" and _RAISED.search(text, max(0, measured.start - 30), measured.start):
        fact = "financing_raised"
    if fact == "project_investment" and _INVESTED_ABROAD.search(text, max(start, measured.start - 60), measured.start):
        fact = "outbound_investment"
    if fact == "project_fixed_investment" and period and "项目" not in text[clause : q.start]:
        fact = "fixed_asset_investment"
    begin = near[1] if near and clause <= near[1] <= measured.start else measured.start if measured.start >= clause else clause
    begin = ahead[1] if ahead and begin - ahead[2] <= _NEAR else begin
    begin = q.op_start if _OTHERWISE.fullmatch(text, begin, q.op_start) else begin
    opened = _OPENED.search(text, clause, begin)
    begin = opened.start() if opened else begin
    value = plain(q.value)
    extra = {"period": period, "first": first, "agg": agg}
    if q.currency != "CNY":
        extra["currency"] = q.currency
    return found(fact, op, value, begin, max(q.op_end, q.end), origin=f"threshold/{fact}", rank=4, **extra)


_RAISED = re.compile(
    r"(?:获得?|引进|吸引)[^，；。]{0,16}(?:股权|风险|创业|天使|创投|风投|投资机构|投资基金)[^，；。]{0,6}投资(?:，|且|并)*$"
)
_INVESTED_ABROAD = re.compile(
    r"(?:(?:境外|海外|对外|跨国)(?:直接)?(?:投资|并购|收购)|(?:并购|收购|赴|到|在|投资)(?:境外|海外|国外)|走出去)[^；。]{0,40}$"
)
_OPENED = re.compile(
    r"(?:(?:年度?|当年)?通过[^，；。的]{2,12}(?:网络|渠道|方式|平台)实现的?|(?:企业|当年|年度)?实现|(?:企业)?首次(?:实现|达到|完成|取得|获得)?|经[^，；。的]{2,16}?(?:认定|核定|审核|确认|核实|审计|统计|备案)的?)(?:年度?|全年)?$"
)
"""首次实现年…, 经税务部门核定的…: said with the metric, no condition beside it."""
_AGGREGATED = (("sum", re.compile(r"累计|合计|总计|总和|之和")), ("avg", re.compile(r"平均|年均|均值")))


def _is_growth_name(text: str, growth: re.Match[str], measured: Measured) -> bool:
    return (
        growth.start() < measured.start
        and growth.end() <= measured.start
        and "增" not in text[measured.end : measured.end + 1]
        and growth[0] in ("年", "提高")
    )
