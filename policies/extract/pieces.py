"""Sentences cut into comma pieces, and where in a piece a promise begins."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from policies.extract.asked_sums import asked_of_receiver, at_least, bounded, is_condition
from policies.extract.gift_words import GIVE_ELSE, GIVE_PLAIN, NO_GIFT, ONLY_TELLS, TRIGGER
from policies.extract.shares import paid_out
from policies.extract.standings import begins
from policies.extract.thresholds import find_thresholds
from policies.lexicon.sought import Sought
from policies.quantities import Quantity, quantities

_BRACKETED = re.compile(r"\([^()]*\)")  # 奖励20万元(不重复奖励): an aside refuses nothing

RAISES = Sought(
    r"(?:(?:奖励|补助|补贴|资助|支持|扶持|贴息|奖补|资金)*(?:比例|标准|额度|金额)?(?:在[^，；。]{2,14}基础上)?|在[^，；。]{2,14}基础上)，?(?:可|再|另|相应|额外|分别)*"
    r"(?:提高|上浮|上调|提升|增加)(?P<n>\d{1,3}(?:\.\d)?)(?P<unit>个百分点|%)(?:(?:给予|予以|进行)?(?:奖励|补助|补贴|资助|支持)?)?$"
)
"""补助比例再提高2个百分点: more of what was promised before."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A comma piece `start:end`; `promise` is where its promise begins, None where it only tells a condition."""

    start: int
    end: int
    promise: int | None
    cap_only: bool = False


@dataclass(slots=True)
class Benefit:
    """A promise with the conditions before it: clean-text spans."""

    start: int
    end: int
    conditions: list[tuple[int, int]] = field(default_factory=list)
    promises: list[tuple[int, int]] = field(default_factory=list)
    unit: int = 0
    apart: bool = False  # for somebody else, or for another cost, than the promise before it in the sentence
    halved: list[tuple[int, int, float]] = field(default_factory=list)  # 续展的减半: who gets what share of it
    goes_on: bool = False  # opened by a term of the promise before it: 补贴期限为3年，…

    def copied(self) -> Benefit:
        """The same with lists of its own."""
        return Benefit(
            self.start, self.end, [*self.conditions], [*self.promises], self.unit, self.apart, [*self.halved], self.goes_on
        )


_ENDS = re.compile("[。；！？(《“)》”]")
_COMMAS = re.compile("[，：(《“)》”]")


def units(text: str, start: int, end: int) -> Iterator[tuple[int, int, str]]:
    """Sentences and semicolon parts with the mark that ends them; brackets and quotes are not cut."""
    depth, position = 0, start
    for mark in _ENDS.finditer(text, start, end):
        char, index = mark[0], mark.start()
        if char in "(《“":
            depth += 1
        elif char in ")》”":
            depth = max(0, depth - 1)
        elif char in "。；！？" and depth == 0:
            yield position, index, char
            position = index + 1
        if depth and char == "。" and not any(c in ")》”" for c in text[index : index + 200]):
            depth = 0
    if position < end and text[position:end].strip():
        yield position, end, ""


def pieces(text: str, start: int, end: int, *, granting: bool = False) -> tuple[Piece, ...]:
    """The comma pieces of a unit; `granting` where the section is named after what is given, so that a bare sum is given."""
    known, key = _memory(text), (start, end, granting)
    if key not in known:
        known[key] = tuple(_pieces(text, start, end, granting))
    return known[key]


@lru_cache(maxsize=2)
def _memory(text: str) -> dict[tuple[int, int, bool], tuple[Piece, ...]]:
    """The pieces of a document: lists, their leads and their items ask for those of the same unit again and again."""
    return {}


_WHOM_GIVEN = (
    r"(?:并|可|将|再|另|分别|一次性|相应){0,3}(?:给予|奖励|补助|资助)(?!最高|不超过|不低于\d[^，；。]{0,8}奖|一次性|\d|按|每)(?P<who>(?:(?!奖励|补[助贴]|资助|贴息|奖补)[^。；]){4,160}?的[^，；。、的\d]{0,8}?"
    r"(?:企业|公司|单位|机构|平台|园区|基地|项目|主体|合作社|农场|团队|载体|组织|门店|工厂|学校))(?=(?:最高|不超过|一次性|分别|每[^，；。\d]{1,6}|各)*(?:奖励|补助|资助)?\d[\d.]{0,8}(?:万|亿)?(?:元|%))"
)
_INVERTED, _INVERTED_INSIDE = re.compile(_WHOM_GIVEN), re.compile(rf"(?<![一-龥\d%]){_WHOM_GIVEN}")
"""给予上年度营业收入2000万元以上，且…的企业|10万元奖励: whom stands between the verb and the sum."""


def _pieces(text: str, start: int, end: int, granting: bool) -> list[Piece]:
    given = _INVERTED.match(text, start, end) or _INVERTED_INSIDE.search(text, start, end)
    if given is None:
        return _cut(text, start, end, granting)
    low, high = given.span("who")
    told = [Piece(p.start, p.end, None) for p in _cut(text, low, high, False)]
    last = told.pop()
    behind = _cut(text, high, end, granting)
    return [*_cut(text, start, given.start(), granting), *told, Piece(last.start, behind[0].end, high), *behind[1:]]


def _cut(text: str, start: int, end: int, granting: bool) -> list[Piece]:
    sums = any(q.is_money or q.is_ratio for q in quantities(text, start, end))
    taken = sorted((f.start, f.end) for f in find_thresholds(text, start, end, elided=True)) if sums else []
    result: list[Piece] = []
    position, depth = start, 0
    for mark in _COMMAS.finditer(text, start, end):
        char, index = mark[0], mark.start()
        if char in "(《“":
            depth += 1
        elif char in ")》”":
            depth = max(0, depth - 1)
        elif depth == 0:
            if index > position:
                result.append(_piece(text, position, index, taken, granting))
            position = index + 1
    if end > position:
        result.append(_piece(text, position, end, taken, granting))
    return result


_EACH = re.compile(
    r"(?:^|(?<=[^，；。]{2})(?:当年|年度|每年)?)每(?:成功)?(?:新|多|引进|培育|培训|招用|招收|招引|吸纳|增加|净增|递增|设立|举办|承办|组织|完成|建|认定|超过|突破|提高|销售|入驻|孵化|输送|推荐|开通)"
    r"[^，；。]{1,40}$"
)


AT_LEAST = re.compile(r"[^，；。\d]{0,12}不足(?P<least>\d[\d.]{0,8}(?:万|亿)?)元的?，?(?:则)?(?:一律|统一|均)?按照?(?P=least)元")

_MATCHING = re.compile(r"\d:\d[^，；。]{0,10}(?:配套|比例|匹配|资金|给予|支持)|(?:配套|匹配)[^，；。]{0,10}\d:\d")
BAND = re.compile(
    r"\d[\d,.]{0,15}(?:万|亿)?(?:元|美元)?(?:\(不?含[^()]{0,4}\)|含)?(?:以上|以下|以内|及以内|及以下|及以上|(?:至|到|~|-|—)[^，；。]{1,16}?)?(?:之间)?(?:的)?部分"
)
_OF_WHAT = re.compile(
    r"(?:其中，?|对)?(?:年度?|当年|累计|实际|项目)*[一-龥]{2,8}(?:额|款|收入|投资|产值|总量|费用?|资金|资本|税收|贡献)(?:在|为|达到?|超过|超出)?"
)
"""固定资产投资额|1亿元至2亿元的部分: what the band is a part of, and no condition."""


_YEARLY_SHARE = re.compile(
    r"(?:按照?)?(?:第[一二三四五](?:年?[、至到和]第?[一二三四五]){0,3}|[前后首][一二两三四五]?)个?(?:会计|纳税)?年度?(?:内)?(?:分别|每年)?(?:按照?|给予)?\d{1,3}%(?=的?(?:比例|标准|奖励|补[助贴]|租金|[^，；。\d]{0,6}(?:奖励|补[助贴]|资助))|$)"
)
"""第一年100%，第二、三年50%: the share of each year in a list that tells them only."""
_ADDED = re.compile(r"(?:再|另|相应|同比例)?(?:增加|追加|递增)(?:奖励|补贴|补助|资助|支持|奖补)?\d[\d.]{0,8}(?:万|亿)?元")
_BY_PARTS = re.compile(
    r"(?:资金|奖励|补[助贴]|奖补|资助|扶持|支持|款项?)(?:可)?(?:实行|采[取用]|按)?分(?:期|年度?|批|次|阶段|[二三四五两\d]{1,2}(?:年|期|次|批))(?:的?方式)?(?:进行)?(?:支付|拨付|兑现|发放|兑付)"
)
_PART_PAID = re.compile(
    r"(?!按(?!照?[^，；。]{2,16}情况))[^，；。]{0,24}?(?:先行?|再|分别|首期|首次|给予|支付|拨付|兑现|发放|兑付)(?:给予|支付|拨付|兑现|发放|兑付)?(?:剩余)?(?:的)?\d{1,3}%(?:的)?(?:奖励|补[助贴]|资金|资助|扶持|奖补|支持)?(?:资金)?"
)
"""奖励资金分期支付，…后先给予40%的奖励: which part of what was promised is paid when."""
_SPENT_ON = re.compile(r"(?:对)?每[^，；。\d]{1,6}投入[^，；。奖补给助]{1,12}\d[\d.]{0,8}(?:万)?元(?:以上)?(?:\([^()]*\))?的?$")
"""每亩投入改造费用1200元: what is spent, and nothing given."""
_STAKE = re.compile(
    r"(?:(?:政府|国资|基金|平台|市级|区级)?(?:占股|持股|参股|股权占)(?:比例?|份额)?)(?:合计|原则上|一般|最高)*(?:不超过|不高于|控制在|低于)\d"
)
"""占股比例不超过30%: how much of the firm is held, and nothing given."""
_RAISED_TO = re.compile(
    r"(?:则|可|相应|分别)*(?:提高|上浮|上调|增加)(?:到|至|为)\d[\d.]{0,9}(?:%|(?:万|亿)?元)(?:/[^，；。\d]{1,3})?"
)
"""属于社区便利店的，提高至4万元: more of what was promised before."""
_RANGE = Sought(
    r"[^，；。\d]{0,20}\d[\d.]{0,8}(?:%|(?:万|亿)?元)?(?:\(不?含\))?(?:—{1,2}|-|~|至|到)\d[\d.]{0,8}(?:%|(?:万|亿)?元)(?:\(不?含\))?(?:之间)?的"
)
"""占比60%(含)—66%的: between what and what, and nothing given."""
_EACH_BEFORE = re.compile(r"每[^，；。]{2,30}，$")


def _piece(text: str, low: int, high: int, taken: list[tuple[int, int]], granting: bool) -> Piece:
    words = text[low:high]
    if NO_GIFT.search(_BRACKETED.sub("", words)) or ONLY_TELLS.search(words):
        return Piece(low, high, None)
    if _PART_PAID.fullmatch(words) and _BY_PARTS.search(text, text.rfind("。", 0, low) + 1, low):
        return Piece(low, high, None)
    if _RANGE.fullmatch(words) or _SPENT_ON.search(words) or _STAKE.match(words):
        return Piece(low, high, None)
    if AT_LEAST.match(text, low, high):
        return Piece(low, high, low)
    if _ADDED.match(text, low, high) and _EACH_BEFORE.search(text, max(0, low - 40), low):
        return Piece(low, high, low)  # 每多孵化1家，增加10万元
    if _YEARLY_SHARE.match(text, low, high) or _RAISED_TO.fullmatch(text, low, high):
        return Piece(low, high, low)
    amounts = [
        q
        for q in quantities(text, low, high)
        if (q.is_money or (q.is_ratio and not paid_out(text, low, q)))
        and not (
            is_condition(text, q, taken, low, high)
            if not granting
            else bounded(q, taken) or at_least(text, q, low) or asked_of_receiver(text, q, low, high)
        )
    ]
    matching = _MATCHING.search(words) if ":" in words else None
    each = _EACH.search(_BRACKETED.sub("", words)) if "每" in words else None
    if each is not None and not re.search(r"不超过|最高|\d(?:万|亿)?元", words[each.start() :]):
        return Piece(low, high, low + each.start())
    if RAISES.fullmatch(words):
        return Piece(low, high, low)
    band = BAND.search(words) if "部分" in words else None
    if band is not None and re.search(r"按|%|‰", text[low : min(len(text), high + 14)]):
        whose = _PART_OF.match(text, low, min(len(text), high + 14))
        if whose is not None and whose.end("who") <= low + band.start():
            return Piece(low, high, whose.end("who"))
        told = _TAXED.search(text, max(low, low + band.start() - 20), low + band.start())
        if _OF_WHAT.fullmatch(text, low, low + band.start()):
            return Piece(low, high, low)
        return Piece(low, high, told.start() if told is not None else low + band.start())
    first = min([q.start for q in amounts] + ([low + matching.start()] if matching else []), default=None)
    if first is not None:
        begin = _promise_start(text, low, first)
        return Piece(low, high, begin, cap_only=_is_cap_only(text, low, begin, amounts))
    plain = GIVE_PLAIN.search(words) or GIVE_ELSE.search(words)
    if plain is not None and not re.search(r"(?:未|未曾|没有|已|已经|曾)(?:依法|按规定|按照规定|同时)?$", words[: plain.start()]):
        by = re.search(r"(?:可选择|可)?(?:按照?|参照)[^，；。]{2,80}$", text[low : low + plain.start()])
        return Piece(low, high, low + (by.start() if by else plain.start()))
    return Piece(low, high, begins(text, low, high))


_TAXED = re.compile(
    r"(?:(?:年|月|季)度?|当年)?(?:应纳税所得额|应税所得|所得额?)(?:不超过|超过|高于|低于|在)?$|(?:不超过|不高于|低于)$"
)
"""年应纳税所得额不超过(100万元的部分): what is taxed so is the base of the promise."""


_PART_OF = re.compile(
    r"(?:对于?|凡)(?P<who>[^，；。]{2,30}?(?:企业|公司|机构|单位|工商户))(?=(?:的)?(?:当年|年度|每年|本年度?|上一?年度?|较|比|新增|超过|超出)[^，；。]{0,24}?(?:部分|增量)(?:的)?(?:按|给予|\d))"
)
"""对新纳统企业|当年地方贡献新增部分给予…: whom, before the part that is paid for."""
_ACT = re.compile(r"(?:内|度)?(?:被|经|获)?(?:新(?!增部分)|首次|获|认定|评|入选|入库|升规|进规|纳统|引进|通过|列入|投产|竣工)")
"""当年新入库的企业奖励…: when something is done that the promise rewards, and not when it is paid."""


def _promise_start(text: str, low: int, amount: int) -> int:
    """Where the words of the promise begin before its first amount: behind the last condition of the piece."""
    for m in TRIGGER.finditer(text, low, min(len(text), amount + 30)):
        if m.start() >= amount:
            break
        rest = text[m.start() : amount]
        whose = _PART_OF.match(text, m.start(), amount + 1)
        if whose is not None:
            return whose.end("who")
        if m[0] == "奖" and (text.startswith("奖", m.end()) or text[m.start() - 1] == "获"):
            continue
        if m[0] in ("当年", "年度") and _ACT.match(text, m.end(), amount):
            continue
        if m[0] == "奖" and re.search(r"(?:等|优胜|优秀|金|银|铜|特等)$", text[low : m.start()]):
            continue
        if re.search(
            r"的(?:[^，；。的]{0,16}(?:企业|单位|机构|项目|平台|个人|产品|园区|基地|人才|组织|中心|者|团队|人员|商场|协会|学校|合作社|农户|"
            r"企业家))?(?:，|,)?(?:可|将|再|另|分别|一次性|最高|则)?(?:给予|予以|奖励|奖补|补助|补贴|资助|每|按|发放|由|享受|最高|分别|提高[到至]|上浮[到至])",
            rest[1:],
        ):
            continue
        if (
            m[0]
            in (
                "支持",
                "享受",
                "获得",
                "奖励",
                "补贴",
                "补助",
                "资助",
                "扶持",
                "配套",
                "当年",
                "年度",
                "连续",
                "同一",
                "累计",
                "合计",
            )
            and re.search(r"的(?:企业|单位|项目|机构|，)|(?:给予|予以)", rest[2:])
            and "按" not in rest[:3]
        ):
            continue
        return m.start() - text.startswith("减按", m.start() - 1)
    return max(low, amount)


LIMIT = Sought(
    r"(?:[^，；。的]{0,8}?(?:年度|每年|当年|全年|累计|合计)?(?:获得|享受|申请)(?:的)?(?:上述|以上|本条|本项|本款|前款|前述|该项)[^，；。]{0,14}|"
    r"(?:\d|[一二三四五])年(?:内)?(?:累计|合计)(?:支持|资助|补助|奖励|补贴)(?:的)?(?:资金|总)?(?:金额|总额|额度)?(?:不超过|最高)|"
    r"[^，；。]{2,24}?(?:获得|享受)的(?:年度|当年|全年|累计|全部)(?:补贴|补助|奖励|资助|支持|扶持)总?|"
    r"(?:单|每|同一)[^，；。的]{0,8}(?:年度|每年|当年|全年|累计|合计|总)[^，；。的]{0,12}?)(?:金额|总额|额度|资金|总金额)(?:合计|累计|最高)?(?:不超过|最高|不得超过|不高于)"
)
_CAPPED_AT = re.compile(r"(?:以)?\d[\d.]{0,9}(?:万|亿)?元(?:封顶|为限|为上限)")


def _is_cap_only(text: str, low: int, begin: int, amounts: list[Quantity]) -> bool:
    """Pieces that only limit what was promised before: 每家企业每年最高不超过10万元."""
    words = text[low : amounts[-1].end if amounts else low]
    lead = text[low:begin]
    if LIMIT.match(words) or words.startswith("封顶") or _CAPPED_AT.fullmatch(words):
        return True
    if (
        re.search(
            r"(?:补贴|奖励|补助|扶持|资助|支持|配套)(?:资金)?(?:总)?(?:金额|额度|总额|额)(?:合计|累计|最高)?(?:不超过|最高|不得超过|为)",
            words,
        )
        and not re.search(r"给予|予以", words)
        and not re.match(r"对[^，；。]{2,}的", words)
    ):
        return True
    return (
        bool(
            re.match(
                r"(?:且|但|并|原则上|其中)?(?:给予)?(?:每[^，；。]{0,16}|单(?![位独价身边方向纯])[^，；。的]{1,16}|同一[^，；。]{0,16}|[一两单]个[^，；。]{0,16}|"
                r"对?(?:同|一)[个一家][^，；。]{0,16}|全年|年度|当年|累计|合计|总额|总计|最高|最多|不超过|上限|奖励|补[助贴]|资助|扶持|贴息|支持|"
                r"扶持资金|补贴资金|奖励资金|奖补|金额|额度|奖金|比例|享受|时间|期限|资金|该项|两项|单年|各|企业|平台|项目|机构|政策|限额|封顶|奖)"
                r"[^，；。]{0,26}?(?:最高|最多|不超过|不得超过|上限|不高于|封顶|为限|以内|限额|控制在)",
                words,
            )
        )
        and not re.search(r"对[^，；。]{4,}的(?:企业|单位|，)", lead)
        and not any(q.is_ratio for q in amounts[:1] if re.search(r"按", words))
    )


_BRACKETED_LINE = re.compile(r"\((?:注意?|备注|说明)?[：:]?(?P<in>[^()]{8,})\)[。；]?")


def out_of_bracket(text: str, start: int, end: int) -> tuple[int, int]:
    """(注意：已享受…的不得再申请。): the words of a line that stands in brackets as a whole."""
    found = _BRACKETED_LINE.fullmatch(text, start, end)
    return found.span("in") if found is not None else (start, end)
