"""More than the year before, by whatever share: 营业收入正增长, 研发费用100万元以上且同比增长的."""

from __future__ import annotations

import re

from policies.extract.bounds import clause_start
from policies.extract.composing import grown
from policies.extract.leads import open_lead
from policies.extract.leaf import Found, found
from policies.extract.metrics import Measured
from policies.extract.periods import period_in
from policies.lexicon.sought import Sought

_GROWING = re.compile(
    r"\)?(?:指标)?(?:[均都年\d.,万亿美元达到且并、，在]|人民币|保持|实现|首次|突破|不低于|超过|以上|\(含\)|\(不?含[^()]{1,8}\)){0,30}?"
    r"(?:(?:同比|较上年度?|比上年度?|较上一年度?|较?去年)?(?:有所|实现|保持){0,2}正?增长|(?:同比|较上年度?|比上年度?)?不下降|(?:增速|增长率|增幅)为正(?:数|值)?)(?=的(?![\d部])|，|；|。|、|$|且|\))"
)


def growing(text: str, start: int, end: int, metrics: list[Measured], context: Measured | None) -> list[Found]:
    """营业收入正增长, 研发费用100万元以上且同比增长的: more than the year before, by whatever share."""
    result: list[Found] = []
    alone = _GROWING.match(text, start, end) if context is not None and context.growth else None
    if alone is not None and context is not None:  # what is left of a list of tiers: 且同比增长的
        low = start + (1 if text[start : start + 1] in "且并" else 0)
        result.append(found(str(context.growth), "gt", 0, low, alone.end(), origin="threshold/growing", rank=3))
    for index, metric in enumerate(metrics):
        said = _GROWING.match(text, metric.end, end) if metric.growth else None
        if said is None or any(metric.end < other.start < said.end() for other in metrics):
            continue
        clause = clause_start(text, start, metric.start)
        named = (
            metrics[index - 1] if index and text[metric.start - 1] == "(" and metrics[index - 1].end == metric.start - 1 else metric
        )
        if not open_lead(text[clause : named.start]):
            continue
        near = period_in(text, clause, metric.start)
        bare = not re.search(r"\d", said[0])
        low = named.start if bare else max(text.rfind(c, metric.end, said.end()) for c in "且并、，") + 1
        node = found(
            str(metric.growth), "gt", 0, low, said.end(), origin="threshold/growing", rank=3, period=near[0] if near else None
        )
        result.append(node)
    return [*result, *_composed(text, start, end, result)]


_GROWS = Sought(
    r"(?:(?:比|较)(?:上一?|去|前一?)年度?)?(?:同比|环比)?(?:均|都|实现|保持|逐年|连年|整体|总体|持续|稳步|稳定|连续|呈|有所|有|正){0,5}(?:增长|上升|递增|提升|提高)(?:态势|趋势)?(?=的?(?:企业|单位|，|；|。|$))"
)


def _composed(text: str, start: int, end: int, read: list[Found]) -> list[Found]:
    """近三年研发投入整体持续增长: the same of a measure that is put together from words."""
    result: list[Found] = []
    for said in _GROWS.finditer(text, start, end):
        clause = clause_start(text, start, said.start())
        named = grown(text[clause : said.start()])
        if named is None or any(f.start < said.end() and clause < f.end for f in read):
            continue
        near = period_in(text, clause, said.end())
        period = near[0] if near else None
        result.append(found(named, "gt", 0, clause, said.end(), origin="threshold/growing", rank=3, period=period))
    return result
