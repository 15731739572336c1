"""What several readers ask of a promise: the words of its conditions, what they were measured by, and how a promise moves another."""

from __future__ import annotations

import re

from policies.extract.bounds import BRACKETS, clause_start
from policies.extract.composing import measures_in
from policies.extract.conditions import inline_condition
from policies.extract.leads import narrowed
from policies.extract.leaf import Node
from policies.extract.mentions import Mentions
from policies.extract.metrics import Measured
from policies.extract.pieces import Benefit
from policies.extract.thresholds import find_thresholds

LEVEL_ONLY = re.compile(
    r"^(?:对于?)?(?:首次|新|当年|年度|成功|企业|被|经)*(?:获[批评得]?|(?:认定|评定|评|列|备案|确认|命名)[为入]|入选|创建|属于|为)?(?:国家级?|部级|省级?|市级?|区级?|县级?)[^，；。]{0,10}?(?:的)?$"
)

MORE = re.compile(
    r"(?:(?:奖励|补助|补贴|资助)(?:金额|标准)?(?=增加|递增|提高)|再|另|额外|追加|同时|并)(?:行|分别|一次性)?(?:给予|予以|奖励|补助|资助|增加|按)|(?:在?(?:上述|以上|前述|此)基础上，?)?加[奖补发]"
)


TARGETED = re.compile(
    r"(?:对于?(?!其|该|上述|超|增量|新增部分)|凡|鼓励|支持|引导|将(?=[^，；。]{2,36}(?:企业|机构|单位|供应商|平台|人才|项目|产品)(?:优先|直接)?(?:纳入|列入)))"
)


def words_of(m: Mentions, b: Benefit) -> str:
    return "，".join(m.text[a:z] for a, z in b.conditions)


STAIRS = re.compile(r"(?:并?在)?[^，；。]{0,16}(?:基础上)?，?每(?:再)?(?:增加|增长|净增|突破|超过|新增|提高|递增|上升|满)\d")
_ON_TOP = re.compile(r"并?在[^，；。]{0,16}基础上，?每(?:再)?(?:增加|增长|净增|突破|超过|新增|提高|递增|上升|满)\d")


_RUNG_FIRST = re.compile(
    r"(?:(?:以|此|之|其)后|在此基础上)?，?每(?:再)?(?:增加|增长|净增|新增|超过|突破|提高|递增|(?:迈|跨|登|再)?上(?:一?个)?)(?:[^，；。、\d给予奖补助贴每]{2,10})?\d"
)


_ADDED = re.compile(
    r"(?:相应|同比例|另外?|再)(?:增加|追加|递增)(?:奖励|补贴|补助|资助|支持|奖补)?\d|每[^，；。]{2,20}元，?再(?:给予)?(?:奖励|补贴|补助|资助|支持|奖补)?\d"
)


def climbs(m: Mentions, b: Benefit) -> bool:
    """Whether a promise is the stairs above the one before it: 在1亿元基础上每增加1000万元，再奖励…."""
    if not b.conditions and _RUNG_FIRST.match(m.text, b.start, b.end):
        return True
    stairs = STAIRS.match(m.text, b.start, b.end)
    again = stairs is not None and (
        "每再" in stairs[0] or any(MORE.match(m.text, a) or _ADDED.search(m.text, a, z) for a, z in b.promises)
    )
    return bool(again or STAIRS.match(words_of(m, b)) or _ON_TOP.match(m.text, b.start, b.end))


RAISED = re.compile(
    r"(?:奖励|补助|补贴|资助|支持|扶持|贴息)?(?:比例|标准|额度)?(?:可)?(?:相应)?(?:提高|上浮|提升|增加)(?:到|至|为)"
)


LIFTED = re.compile(
    r"(?:贷款|补贴|补助|奖励|资助|支持|贴息)?(?:额度|标准|比例|上限)(?:可以?)?(?:适当|相应)?(?:提高|上浮|放宽|放大|增加|提升)，?(?:最高|至|到)"
)
"""合伙创业的，贷款额度可适当提高，最高300万元."""

GRADE_ONLY = re.compile(
    r"^(?:对)?(?:达到|达|为|获得?|评为|评定为|被?评价为)?(?:A{1,5}|[A-E]|[一二三四五甲乙丙])(?:级|类|等|星级?|档)(?:及以上|以上)?(?:企业|单位|项目|人才|机构|园区|平台|基地|团队)?(?:的)?$"
)
_COUNT = re.compile(r"\d[\d.,]{0,12}(?:万|亿)?(?P<unit>个百分点|平方米|平米|立方米|人次|美元|千瓦|兆瓦|[一-龥%㎡])")
_REACHING = re.compile(
    r"(?:累计|合计|首次|达到|达|超过|突破|高于|低于|大于|不低于|不少于|不足|满|为|在|约|实现|完成|且|至少|数量?|同比|增长)+$"
)


def measures(words: str) -> list[tuple[str, str]]:
    """What the numbers of a condition count: the last two characters before each, and its unit (演出超过200场 -> 演出, 场)."""
    found = []
    for m in _COUNT.finditer(words):
        noun = re.search(r"[一-龥]{0,2}$", _REACHING.sub("", words[max(0, m.start() - 16) : m.start()]))
        found.append((noun[0] if noun else "", m["unit"]))
    return found


def counts_alike(words: str, before: str) -> bool:
    """Whether the first number of a condition moves a number of the condition before: 演出超过200场 after 年演出150场以上."""
    own = measures(words)[:1]
    return any(unit == other and noun in ("", what) for noun, unit in own for what, other in measures(before))


def context_of(m: Mentions, group: list[Benefit]) -> Measured | None:
    """The metric that the promise before was measured by."""
    for b in reversed(group):
        for low, high in reversed(b.conditions):
            asides = [b.span() for b in BRACKETS.finditer(m.text, low, high)]
            metrics = [x for x in measures_in(m.text, low, high) if not any(a < x.start < z for a, z in asides)]
            if metrics:
                last = metrics[-1]
                lead = m.text[clause_start(m.text, low, last.start) : last.start]
                # 省外产值10亿元以上…；30亿元以上: what bounds no fact there, or only a part of one, bounds none here
                return None if narrowed(lead, last.fact) or _PART.search(lead) else last
        for low, high in b.promises:  # 按照实缴注册资本给予奖励：5000万元以上的，…
            metrics = measures_in(m.text, low, high) if not _FIGURE.search(m.text, low, high) else []
            if metrics:
                return metrics[-1]
    return None


def carried(m: Mentions, group: list[Benefit], before: Measured | None) -> Measured | None:
    """What a bound without a measure of its own bounds: that of the promises before it, else what was spoken of before them, if they measure nothing."""
    own = context_of(m, group)
    measuring = own is None and before is not None and any(measures_in(m.text, *span) for b in group for span in b.conditions)
    return own or (None if measuring else before)


_FIGURE = re.compile(r"\d")
_PART = re.compile(r"(?:高价值|国外|境外|海外|PCT|授权|新产品|单品|亩均)$")
"""新增高价值|发明专利5件; 新增10件以上的: a bound that is said without its metric is one of the same part."""


def nodes_of(m: Mentions, spans: list[tuple[int, int]], context: Measured | None = None) -> list[Node]:
    told = [span for span in spans if not _RESPECT.fullmatch(m.text, *span)]
    return [node for low, high in stitched(m.text, told or spans) for node in inline_condition(m, low, high, context=context)]


_RESPECT = re.compile(r"(?:并|且|同时)?在(?!申请|注册)[^，；。的对]{2,90}等?(?:各|多)?方面，?")
"""在落户、住房等方面|给予保障: in which respect something is given, and nothing asked."""


def stitched(text: str, spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Condition pieces that only a comma parts are read together (或 may join them)."""
    result: list[tuple[int, int]] = []
    for low, high in spans:
        if result and text[result[-1][1] : low] in ("，", "：", ""):
            result[-1] = (result[-1][0], high)
        else:
            result.append((low, high))
    return result


def bounds_of(m: Mentions, b: Benefit, context: Measured | None) -> tuple[set[str], bool]:
    """The threshold facts of a promise's conditions, and whether they say nothing else."""
    facts: set[str] = set()
    telling = covered = 0
    for low, high in stitched(m.text, b.conditions):
        found = find_thresholds(m.text, low, high, elided=True, context=context)
        facts |= {f.node["fact"] for f in found}
        covered += sum(f.end - f.start for f in found)
        telling += len(re.sub(r"[，、的对于在且达到]|企业|单位|其中|年度?|同比", "", m.text[low:high]))
    return facts, bool(facts) and covered >= telling * 0.75
