"""Which sums and rates bound a condition instead of being given."""

from __future__ import annotations

import bisect
import re

from policies.extract.gift_words import GIFT, VERB
from policies.lexicon.sought import Sought
from policies.quantities import Quantity

_SUM_OF = re.compile(r"(?:其中，?)?[^，；。：\d]{1,24}\d[\d,.]{0,12}(?:万|亿)?元(?:以内)?")
_LEVEL_SUM = re.compile(
    r"(?:国家|部|省|市|区|县)级[^，；。：、\d]{0,10}\d[\d,.]{0,12}(?:万|亿)?元|[特一二三金银铜优][一-龥]{0,2}奖\d[\d,.]{0,12}(?:万|亿)?元"
)
"""给予奖励，|国家级50万元，|省级20万元: the level says that the sum is given, though no colon and no 其中 opens the list."""
_SUMS_LEAD = re.compile(
    r"(?:补[助贴]|奖励|资助|扶持|支持|津贴)[^。：\n]{0,16}(?:标准|额度|金额)[^。：\n]{0,12}：[^。\n]{0,260}$|"
    r"(?:给予|予以|分档|分级|分别|一次性)[^。：；\n，]{0,10}(?:补[助贴]|奖励|资助|支持|扶持)：[^。\n]{0,260}$|"
    r"(?:给予|予以|发放)[^。：；\n，]{0,24}(?:补[助贴]|奖励|资助|津贴|奖补)(?:[，。]其中(?:[：，]|[^。；\n]{0,120}))?$"
)
_BEHIND_GIFT = re.compile(
    r"(?:给予|予以)[^。：；\n，]{0,10}(?:补[助贴]|奖励|资助|奖补)(?:，[^，；。：、\d\n]{2,14}\d[\d,.]{0,12}(?:万|亿)?元){0,4}$"
)


def _listed_sum(text: str, low: int, high: int) -> bool:
    """儿童剧项目120万元 in a list that 资助额度不超过以下标准： opens, 硕士研究生4万元 behind 发放住房补贴，其中本科生2万元."""
    if _SUM_OF.fullmatch(text[low:high].rstrip("。；，")) is None:
        return False
    lead = text[max(0, low - 320) : low].rstrip("，；")
    if re.match(r"其中", text[low:high]):
        return _SUMS_LEAD.search(lead) is not None
    if _LEVEL_SUM.fullmatch(text[low:high].rstrip("。；，")) is not None and _BEHIND_GIFT.search(lead) is not None:
        return True
    going_on = "：" in lead[-280:] or re.search(r"[，。]其中(?:，?[^。；\n]{2,120}元)?$", lead) is not None
    return going_on and _SUMS_LEAD.search(lead) is not None


_SUMS_ONLY = re.compile(r"(?:\d[\d.]{0,9}(?:万|亿)?元?(?:、|和|及)){0,6}\d[\d.]{0,9}(?:万|亿)?元[。；]?")
_GIFT_AHEAD = re.compile(
    r"(?:给予|予以|分[一-龥]{1,3}[档级])[^，；。：]{0,12}(?:补[助贴]|奖励|资助|奖补)(?:资金|经费|金额|标准)?：$"
)


def _given_ahead(text: str, low: int, high: int) -> bool:
    """分三档给予补助资金：|100万元、50万元和30万元: nothing but sums behind the colon of what is given."""
    return _SUMS_ONLY.fullmatch(text, low, high) is not None and _GIFT_AHEAD.search(text, max(0, low - 40), low) is not None


_RATE_OF = re.compile(
    r"(?:裁员|失业|流失|留用|就业|合格|通过|覆盖|增长|不良)率[^，；。()\d]{0,24}(?:目标|水平|标准|要求|平均值?)?\($"
)
_RATE_HELD = re.compile(
    r"(?:费率|不良(?:贷款)?率|逾期率|代偿率|负债率|空置率|损耗率|流失率|投诉率|裁员率|违约率)(?:原则上)?(?:应|须|为)?$"
)
"""不良率低于1%的合作银行: a rate that must stay low is a condition, whatever it is of."""
_RATES = re.compile(r"(?:达到?|超过|不低于|不少于|高于|增长)(?:\d{1,3}%(?:及?以上)?(?:、|和|或|及)){0,8}$")
_ENDS_RATES = re.compile(r"(?:及?以上)?(?:(?:、|和|或|及)\d{1,3}%(?:及?以上)?){1,8}的[^，；。\d]{0,12}(?:$|企业|单位|机构|项目)")
"""增速分别不低于30%、20%的企业: a list of rates that are asked for."""
_COMES_TO = re.compile(r"(?:销售额|营业额|交易额|总产值|营业收入|销售收入|投资额|出口额|纳税额)(?:为|达)$")
"""年带货销售额为2亿元，可获…: what is reached, told in a piece of its own."""
_SUM = r"\d[\d.]{0,8}[百千]?(?:万|亿)?(?:元|美元)(?:及?以上)?(?:\([^()]{1,80}\))?"
_BOUNDS = re.compile(
    rf"(?:达到?|超过|突破|满|不低于|不少于|(?:收入|产值|销售额|零售额|营业额|交易额|税收|投资额)(?:分别)?在|(?:收入|产值|销售)过)(?:{_SUM}(?:、|和|或|及)){{0,8}}$"
)
_ENDS_BOUNDS = re.compile(
    rf"(?:及?以上)?(?:\([^()]{{1,80}}\))?(?:(?:、|和|或|及){_SUM}){{0,8}}(?:及?以上)?(?:(?:[^，；。\d奖补给]{{0,5}}(?:的|时))(?:$|[^，；。]{{0,8}}(?:企业|单位|机构|公司)(?:$|，?(?:分别|各)?(?:给予|予以|奖励|补助|一次性)))|(?:企业|项目|机构|单位)$)"
)
"""(业务发放额)达到10亿元、20亿元、50亿元的: a list of bounds, whatever they bound."""
_RANGE_OF_WHOM = re.compile(
    r"(?:\([^()]{1,4}\))?(?:至|到|-|~|—)\d[\d.,]{0,9}(?:万|亿)?元(?:\([^()]{1,4}\)|以下|之间)?的(?:，|奖励|补助|资助|给予|补贴|按)"
)
_SCALE_OF = re.compile(r"规模(?!的)(?!以上)(?:(?!奖励|补助|补贴|给予|资助)[^，；。\d]){0,8}$")
_EARNED = re.compile(r"(?:以下|以内|以上|及以下|\(含\)){0,2}的[^，；。]{0,20}(?:取得|获得)的?[^，；。]{0,10}收入")
"""单户授信1000万元以下的小额贷款取得的利息收入: the sum says which income is meant."""
_SPENT_BY_FIRM = Sought(
    r"(?P<what>(?:资金|总|设备)?(?:投入|投资)(?:总?额|金额|资金)?(?:为|在)?)\d[\d.]{0,8}(?:万|亿)?元?(?:-|~|—{1,2}|至|到)(?=\d)"
)
_RATE = re.compile(
    r"(?:费率|(?<!贴息)利率|不良率|负债率|空置率|折扣率|占比)(?:平均|年化|综合|原则上|均|为|应|须)*(?:不超过|不高于|不得超过|不得高于|低于|小于|控制在|以内|在)*$"
)
"""平均担保费率不超过1%的: what is charged is no benefit."""
_NOT_PART = re.compile(r"(?:\(含\))?(?:以内|以下)?(?:的(?!部分|比例|标准|额度)|[，、且并])")
_FOR_WHOM = re.compile(
    r"(?:以上|以下|及以上|及以下|以内|\(含\))?的[^，；。、的\d]{0,14}(?:企业|机构|单位|公司|项目|平台|银行|合作社|业务|贷款|合同|订单|产品)(?:[，；。]|$|按|给予|[^，；。\d]{2,16}不(?:超过|高于|低于))"
)
_RAISED_TO = re.compile(r"的(?:提高|上浮|提升)(?:到|至|为)$")
"""连续三年投保且无理赔的提高到50%: what is given to those named."""
_APART_BY = re.compile(
    r"(?:利率|费率|成本|增速|增幅|占比|比重)[^，；。\d]{0,14}(?:低于|高于|下降|降低|压降|上升|低|较|比)[^，；。\d给补奖贴]{0,24}$"
)
"""平均利率低于全省平均0.3个百分点: how far one rate is to be from another, and nothing given."""
_GIVEN = re.compile(r"给予|予以|奖励|补助|补贴|资助|贴息|最高|按")
_EACH_DEAL = re.compile(
    r"(?:单[户笔个件]|每[户笔])(?:[^，；。\d奖补贴助给]{0,8}(?:担保|贷款|授信|融资|保险|合同|订单|借款|采购|交易|投资)[^，；。\d奖补贴助给]{0,8})?$"
)
_HELD_UNDER = re.compile(r"(?:及)?(?:以下|以内)?(?:\([^()]{1,10}\))?(?:的(?!奖|补)|[、且])")
"""单户担保金额1000万元及以下、…的业务: how large each deal may be, and nothing given."""

_PROMISED = re.compile(
    rf"(?:{VERB}|{GIFT}|[再另]增加|最高|标准为|标准|上限|封顶|不超过|不高于|额度|金额为|金额|分别|按|收费|比例|每[^，；。]{{1,12}}|为)[^，；。]{{0,26}}$"
)
_PROMISED_BEHIND = re.compile(rf"(?:的|以内的?|/|元|及以内)?[^，；。]{{0,22}}?(?:{GIFT}|给予|予以|标准|奖|贴息|比例|额度|封顶)")
_GIVEN_LEAST = re.compile(rf"(?:{GIFT}|给予|予以|最低|标准)[^，；。]{{0,8}}$")


def is_condition(text: str, q: Quantity, taken: list[tuple[int, int]], low: int, high: int) -> bool:
    """Whether the quantity bounds something instead of being given."""
    before, after = text[low : q.start], text[q.op_end : high]
    if q.is_money and (_listed_sum(text, low, high) or _given_ahead(text, low, high)):
        return False
    if q.is_money and (_EARNED.match(after) or (_BOUNDS.search(before) and _ENDS_BOUNDS.match(after))):
        return True
    if q.is_money and q.op in ("le", "lt") and _EACH_DEAL.search(text, low, q.op_start) and _HELD_UNDER.match(text, q.end):
        return True
    if q.is_ratio and text.endswith("个百分点", low, q.op_end) and _APART_BY.search(text, low, q.op_start):
        return True
    if q.is_money and not after and _COMES_TO.search(before):
        return True
    if q.is_ratio and _RATES.search(before) and _ENDS_RATES.match(after):
        return True
    if q.is_ratio and q.op in ("le", "lt") and _RATE.search(before) and _NOT_PART.match(after):
        return True
    given = _RAISED_TO.search(before) or _PROMISED.search(before)
    follow = _PROMISED_BEHIND.match(after)
    if bounded(q, taken):
        return not re.search(r"(?:给予|予以|奖励|补助|补贴|资助)(?:[^，；。]{0,20})$", before[-24:]) or bool(
            re.match(r"(?:以上|及以上)?的", after)
        )
    if re.match(
        r"(?:以上|以下|及以上|\(含\)|（含）)?(?:的|至)(?:企业|单位|项目|业务|贷款|机构|产品|平台|园区|基地|合同|订单|融资|楼宇|展会|活动|门店|载体|，|、|奖励|补助|给予|部分)",
        after,
    ) and not re.search(r"(?:给予|予以|奖励|补助|补贴|资助|最高|按|按照)[^，；。]{0,16}$", before):
        return True
    if _RANGE_OF_WHOM.match(after) or ((_FOR_WHOM.match(after) or after == "的") and not _GIVEN.search(before[-24:])):
        return True
    if _SCALE_OF.search(before) or any(q.start in (m.end(), m.end("what")) for m in _SPENT_BY_FIRM.finditer(text, low, high)):
        return True
    if q.op in ("ge", "gt") and not re.search(r"(?:给予|予以|奖励|补助|补贴|资助|最低)[^，；。]{0,8}$", text[low : q.op_start]):
        return True
    if q.is_ratio and (_RATE_OF.search(before) or (q.op in ("lt", "le") and _RATE_HELD.search(text, low, q.op_start))):
        return True
    if q.is_ratio and re.search(
        r"(?:达到?|超过|不低于|不少于|占)[^，；。]{0,20}(?:人数|总数|职工|员工|人员)(?:比例)?(?:的)?$", before
    ):
        return True
    if q.is_ratio and re.search(
        r"(?:持股|股份|占股|控股|成新|利用率|产能|达产|合格率|占比|比重|入住率|出租率|覆盖率|就业率|完成率)[^，；。]{0,10}$", before
    ):
        return True
    return not (given or follow)


def at_least(text: str, q: Quantity, low: int) -> bool:
    """投资50万元以上打造…的: a bound, though the section is named after what is given."""
    return q.op in ("ge", "gt") and not _GIVEN_LEAST.search(text[low : q.op_start])


_RECEIVED = re.compile(
    r"的(?:[^，；。\d]{0,12}(?:企业|机构|单位|公司|项目|平台|楼宇|载体|园区|基地|主体|合作社|街区|中心))?，(?:对其|分别|各|一次性|每年|再|则|可){0,2}(?:给予|予以|奖励|补助|补贴|资助|奖补|扶持|按)"
)


def asked_of_receiver(text: str, q: Quantity, low: int, high: int) -> bool:
    """税收首次突破1亿元、2亿元的楼宇，分别给予…: the sums that say whom are no gift, though the section is named after what is given."""
    found = _RECEIVED.search(text, q.end, high + 16)
    return found is not None and text.find("，", q.end, high + 1) in (-1, high) and not _GIVEN.search(text, low, q.start)


def bounded(q: Quantity, taken: list[tuple[int, int]]) -> bool:
    """Whether a quantity stands inside one of the sorted threshold spans; only the nearest before it can hold it."""
    at = bisect.bisect_right(taken, (q.start, q.end))
    return any(a <= q.start and q.end <= b for a, b in taken[max(0, at - 4) : at + 1])
