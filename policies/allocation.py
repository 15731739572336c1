"""What a text says of how a budget is given out where it does not carry everybody: first come, pro rata, or by rank.

The interchange form has no field for it, so it is read from the words when asked and never kept in a rule. A text that says two
things, or nothing, leaves the choice to an officer: this module only reports what is written and where.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from policies.rules import RuleDocument, Span


class Way(StrEnum):
    """How an item's money and places are given out."""

    FIRST_COME = "first_come"  # 额满为止、先到先得
    PRO_RATA = "pro_rata"  # 预算不足时按比例折算
    BY_RANK = "by_rank"  # 择优


@dataclass(frozen=True, slots=True)
class Worded:
    """A way and the words that say so; `span` counts characters of the policy's text."""

    way: Way
    span: Span


_SENTENCE = re.compile(r"[^。;；\n]+")
_FIRST = re.compile(
    r"额满(?:为|即)止|(?:用完|使用完毕|用罄|兑完|发完|领完)(?:为止|即止)|先到先得|先[申报请审]{1,2}先[得到兑享]|"
    r"按(?:照)?[^,，。;；]{0,8}(?:申报|申请|受理|提交|登记|审核通过)[^,，。;；]{0,6}(?:先后|顺序|次序)"
)
_SHARE = re.compile(r"(?:按|等|同)照?(?:同等|相应|同|等)?比例")
_SHORT = re.compile(r"不足|超出|超过|总[额量]|限额|预算|额度")
_MONEY = re.compile(r"资金|预算|额度|总额|规模")
_SHARED = re.compile(r"折算|核减|兑现|兑付|拨付|分配|下调|缩减|压缩|调减|调整|扣减|发放|支付|安排|扶持|补助|奖励|给予")
_RANK = re.compile(
    r"择优|(?:按|根据|依据)[^,，。;；]{0,14}(?:得分|评分|评审|评价|综合)[^,，。;；]{0,8}(?:排序|排名|高低|高到低|先后)|"
    r"得分(?:由|从)高(?:到|至)低|按?排名(?:先后|顺序|取前|前\d{1,3}|前[一二三四五六七八九十百]{1,4})"
)
_DENIED = re.compile(r"(?:不(?![足超])|非|无须|取消)[^,，。;；]{0,4}$")


def ways_in(text: str, *, start: int = 0) -> tuple[Worded, ...]:
    """Every way that a text speaks of, sentence by sentence; `start` is where the text stands in its document.

    >>> [w.way.value for w in ways_in("资金额满为止。")]
    ['first_come']
    >>> [w.way.value for w in ways_in("申报总额超出年度预算的,按比例折算。按投资额10%的比例补助。")]
    ['pro_rata']
    """
    found = []
    for sentence in _SENTENCE.finditer(text):
        words, at = sentence[0], start + sentence.start()
        for way, hit in _said(words):
            if not _DENIED.search(words[: hit.start()]):
                found.append(Worded(way, Span(at + hit.start(), at + hit.end(), hit[0])))
    return tuple(found)


def _said(words: str) -> Iterable[tuple[Way, re.Match[str]]]:
    if first := _FIRST.search(words):
        yield Way.FIRST_COME, first
    if (share := _SHARE.search(words)) and _SHORT.search(words) and _MONEY.search(words) and _SHARED.search(words, share.start()):
        yield Way.PRO_RATA, share
    if rank := _RANK.search(words):
        yield Way.BY_RANK, rank


def ways_of(document: RuleDocument, index: int, text: str) -> tuple[Worded, ...]:
    """What the text says of one item: in the item's own words, else in what stands outside every item (附则 and the like)."""
    span = document.items[index].span
    own = ways_in(text[span.start : span.end], start=span.start)
    if own:
        return own
    taken = sorted((i.span.start, i.span.end) for i in document.items)
    common: list[Worded] = []
    at = 0
    for start, end in [*taken, (len(text), len(text))]:
        if start > at:
            common += ways_in(text[at:start], start=at)
        at = max(at, end)
    return tuple(common)
