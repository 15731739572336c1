"""Sentences that promise nothing of their own: they bound, explain, adjust or uplift what was promised before."""

from __future__ import annotations

import re

from policies.extract.amounts import read_amounts
from policies.extract.mentions import Mentions
from policies.extract.pieces import Benefit


def uplifts(m: Mentions, b: Benefit) -> bool:
    """…的，奖励标准上浮20%: a change of the promise before, and what else the sentences here give is that promise's ceiling."""
    return any(_UPLIFT.search(m.text, low, high) for low, high in b.conditions)


_UPLIFT = re.compile(r"(?:标准|金额|额度|比例)[^，；。\d]{0,6}(?:上浮|提高)\d")

_ACTUAL = re.compile(r"[^，；。]{0,24}实际[^，；。]{0,14}(?:低于|小于|不足|少于|未达)")


def by_actual(m: Mentions, b: Benefit) -> bool:
    return bool(_ACTUAL.match(m.text, b.start))


def explains(m: Mentions, before: Benefit, b: Benefit) -> bool:
    """实行“两免三减半”，即前两年免交租金…: what was promised, said once more."""
    said = re.match(r"即(?![可：将])", m.text[b.start : b.end]) is not None and m.text[before.end : b.start] in ("，", "")
    return said and bool(read_amounts(m.text, before.promises))


def adjusts(m: Mentions, b: Benefit) -> bool:
    """实际租金低于标准的，按实际租金补贴; 对升级的给予级差奖励: the same promise, paid by what was really spent or got before."""
    if _BY_STEP.fullmatch(m.text[slice(*b.promises[0])].rstrip("。；")) is not None:
        return True
    return bool(b.conditions) and bool(_ACTUAL.match(m.text, *b.conditions[0])) and "实际" in m.text[slice(*b.promises[0])]


_BY_STEP = re.compile(
    r"(?:再|另)?(?:给予|予以|按)?(?:奖励|补[助贴齐足发])?(?:级差|差额)(?:部分)?(?:给予|予以|补足|补齐)?(?:奖励|补助|补贴|资助|奖补)?"
)
"""对升级企业给予级差奖励: how the sums before are reckoned for those who rise."""
_BOUND = re.compile(r"(?:其中|且|但)?，?(?P<of>[^，；。]{0,60}?)(?:最高)?(?:不超过|不得超过|不高于|最高|上限)")

_PER = re.compile(
    r"(?:(?:以上|上述|前述|前款|本条款?|本款|本项)(?:各项|政策|奖励|补[助贴]|资助|扶持|支持|资金){0,3})?(?:对)?(?:同一|单个|单家|每[个家户项人件]|各|一个)(?:[^的]{0,24}|(?:企业|单位|机构|申请人|申报单位|主体)(?:每年|年度|全年|当年|累计|合计)+[^，；。]{2,40}(?:总额|金额|额度))"
)

_OF_LIMITS = re.compile(
    r"[1-9一二两三四五六]年|第[一二三四五、]{1,5}年|每年度?|年度|当年|全年|累计|合计|总计|资金|总额?|补助|补贴|资助|奖励|支持|扶持|贴息|经费|金额|额度|原则上|"
    r"一般|最多|的"
)


def only_limits(m: Mentions, b: Benefit) -> bool:
    """A sentence that only bounds what was promised before (3年累计支持不超过5000万元): no promise of its own."""
    amounts = read_amounts(m.text, b.promises)
    if not amounts or any(a["kind"] != "capped" for a in amounts):
        return False
    bound = _BOUND.match(m.text, b.start, b.end)
    if bound is None or bound.end() < b.promises[0][0]:
        return False
    return bool(_PER.fullmatch(bound["of"]) or not _OF_LIMITS.sub("", bound["of"]))


def only_ceilings(m: Mentions, b: Benefit) -> bool:
    """Whether a promise names ceilings only."""
    return all(a["kind"] == "capped" for a in read_amounts(m.text, b.promises))
