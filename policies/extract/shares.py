"""Shares: 按投资额的10%, of an increase or of the part above a bound, matching funds (1:1配套), and the whole of a base (全额, 据实)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from features.catalogue import load_catalogue
from policies.extract.amount_drafts import Amount, Draft, Figure, is_band, last_of
from policies.extract.metrics import metrics_in, plain
from policies.extract.unit_sums import LIMITED_SUM
from policies.lexicon.sought import Sought
from policies.numerals import number
from policies.quantities import Quantity

_SHARE_HELD = re.compile(r"(?:比例限定|人员(?:的)?比例|持股|股份|占股|控股|参股|成新|利用率|合格率|入住率)[^，；。]{0,10}$")
_INSTALMENT_BEFORE = re.compile(r"分(?:[两二三四五\d]个?(?:年|次|期|阶段)|期|年度?|阶段|批)[^，；。]{0,10}$")
_PAID_OUT = re.compile(
    r"(?:每[年期次]|[当次首两第]+[一二三]?[年期次]|先|再|余下|剩余|分别)(?:的)?(?![^，；。\d]{0,4}实际)[^，；。\d]{0,6}(?:兑现|拨付|兑付|发放|支付(?![^，；。\d]{0,3}[费金款租息])|到位)[^，；。\d]{0,4}$"
)  # 分两年兑现，每年兑现50%
_INSTALMENT_AFTER = re.compile(
    r"(?:[、和]\d{1,3}%){0,3}(?:的)?比例(?:分期|分年|予以|进行|逐年)*(?:发放|拨付|兑付|兑现|支付|分配|分担|承担)"
)
_INSTALMENT_BEHIND = re.compile(r"(?:[、和]\d{1,3}%){0,4}的?比例，?分[两二三四五\d]个?(?:年|期|次|批)")
"""按50%、30%、20%的比例，分三年给予300万元: in which parts it is paid."""
_INSTALMENT_LEAD = re.compile(r"[，；。]分[两二三四五\d]个?(?:年|次|期|阶段|批)[^，；。]{0,10}$")
_GIVEN_OUT = re.compile(r"(?:[、和]\d{1,3}%){0,4}(?:的)?(?:比例)?(?:分期|分年|予以|进行|逐年)*(?:发放|拨付|兑付|兑现|支付|到位)")
_BORNE = re.compile(r"(?:承担|负担|分担|(?<!实缴)(?<!认缴)(?<!缴付)(?<!货币)(?<!实际)出资)(?:比例|部分)?(?:为|各|的)?$")
_SHARED_OUT = re.compile(r"(?:的)?(?:比例)?(?:分期|分年|予以|进行|逐年|共同)*(?:发放|拨付|兑付|兑现|支付|分配|分担|承担|负担)")
_TAX_RATE = re.compile(r"(?:的)?(?:法定|标准)?(?:税率|税收标准|征收率|预征率)|测算")
_PASSED_ON = re.compile(r"其中(?:的)?[^，；。\d]{0,6}$")
_PASSED_TO = re.compile(
    r"(?:的?(?:资金|部分)?(?:可|须|应|必须)?(?:用于|归|由)|奖励给?[^，；。的\d]{2,12}(?:团队|人员|个人|骨干|负责人|功臣))"
)
_PICKED = re.compile(
    r"(?:遴选|评选|筛选|选取|推荐|排名|择优)[^，；。\d]{0,8}(?:前|不超过|最高)[^，；。\d]{0,4}$|上浮(?:幅度)?(?:不超过)?$|上调$|下浮$|提高$|(?:奖励|补[贴助]|资助)(?:已)?(?:包含|含)[^，；。\d]{0,14}的$"
)
_RECKONED = re.compile(r"(?:的比例|的标准|左右)?(?:进行)?(?:计算|折算|核算|计入|计提)(?!给|予|补|奖|的[补奖])")
_TAX_IS = re.compile(r"税率(?:为|按)?$")


def passed_on(text: str, q: Quantity) -> bool:
    """其中30%用于奖励管理团队: a part of what was just promised."""
    return bool(_PASSED_ON.search(text, max(0, q.start - 12), q.start) and _PASSED_TO.match(text, q.end))


def paid_out(text: str, low: int, q: Quantity) -> bool:
    """分两年兑现，每年兑现50%: how a sum is paid out, where nothing is given beside it."""
    return q.is_ratio and _PAID_OUT.search(text, max(low, q.start - 24), q.start) is not None


_STEP_OF = re.compile(r"每(?:再)?(?:提升|提高|增加|增长|上升|下降|降低|减少)$")
"""每提升1个百分点奖励1万元: by what steps a sum is counted."""


_TAX_CUT = re.compile(r"税率(?:统一|均|由|从|原来|的|降|低|减|调整|为|至|到|暂|\d{1,2}(?:\.\d)?%){2,12}$")
"""所得税率由原来的25%降为15%: from which rate to which, and no share of what is given."""


def spent_otherwise(text: str, low: int, q: Quantity) -> bool:
    """A share that gives nothing: one that is held or picked, or how a sum is paid out, raised, reckoned or passed on (分两年按50%、50%比例发放)."""
    before = text[max(low, q.start - 24) : q.start]
    if _INSTALMENT_LEAD.search(text, max(0, q.start - 16), q.start) and _GIVEN_OUT.match(text, q.end):
        return True
    if _SHARE_HELD.search(before) or _BORNE.search(before):
        return True
    paid = _INSTALMENT_BEFORE.search(text, max(0, q.start - 24), q.start) or _INSTALMENT_AFTER.match(text, q.end)
    if paid or paid_out(text, low, q) or _INSTALMENT_BEHIND.match(text, q.end):
        return True
    if passed_on(text, q) or _PICKED.search(before) or _STEP_OF.search(before):
        return True
    if _TAX_CUT.search(before):
        return True
    reckoned = _RECKONED.match(text, q.end) or _TAX_RATE.match(text, q.end) or _TAX_IS.search(before)
    return reckoned is not None and "减按" not in text[max(0, q.start - 8) : q.start]


_RATIO = Sought(r"(?P<ours>\d{1,4}(?:\.\d{1,3})?):(?P<theirs>\d{1,4}(?:\.\d{1,3})?)")
_CLOCK = re.compile(r"(?:[0-2]?\d:[0-5]0|[0-2]\d:[0-5]\d)(?<!:10)")
"""9:00, 16:30: a time of day, and no proportion."""
_MATCHED = re.compile(r"配套|匹配|支持|奖励|补贴|补助|比例")


def matching(text: str, low: int, high: int) -> Iterator[Draft]:
    """按照上级奖励1:1配套, 按1:0.5的比例给予支持."""
    if _MATCHED.search(text, low, high) is None:
        return
    for m in _RATIO.finditer(text, low, high):
        ours, theirs = Decimal(m["ours"]), Decimal(m["theirs"])
        if _CLOCK.fullmatch(m[0]) or not ours or not theirs or text.startswith(":", m.end()) or _SHARED_OUT.match(text, m.end()):
            continue
        amount: Amount = {"kind": "matching", "rate": plain((theirs / ours).quantize(Decimal("0.000001")))}
        if re.search(r"最高[^，；。]{0,14}$", text[low : m.start()]):
            amount["ceiling"] = True
        yield Draft(amount, low, high)


_ACTUAL_UP_TO = re.compile(
    r"按照?[^，；。]{0,10}(?:实际)[^，；。]{1,10}(?:投入|费用|支出|发生额|金额|利息)(?=(?:给予|予以)?(?:最高|不超过|[^，；。]{0,4}最高)(?!\d{1,3}%))"
)
_IN_FULL = re.compile(
    r"按照?[^，；。]{2,20}(?:全部金额|全额)|全额(?:租金|房租|费用|运费|学费|贴息|保费)?(?:给予|予以)?(?:资助|补助|补贴|返还|奖励|补偿)"
)
_AS_SPENT = re.compile(r"(?:据实|实报实销)[^，；。]{0,8}(?:补[助贴偿]|资助|奖|报销|支付|给予)|(?:给予|予以)[^，；。]{0,6}据实")
_ACTUAL = re.compile(
    r"按照?(?P<base>[^，；。]{0,24}?(?:差额|实际发生额|实际支出额?|实际费用|实际投入|(?:实际|应|所|依法)(?:缴纳|缴交|支付|承担)(?:的)?[^，；。()%‰]{2,60}?|"
    r"(?:[省市区县]级?|地方)(?:财政)?(?:留成|留存|实得|所得)(?:部分)?|(?:新增)?(?:地方|区级?|县级?|市级?)(?:经济|财政)?贡献(?:部分|额)))(?:\([^()]{1,40}\))?，?(?:全额|等额)?(?:给予|予以)(?:(?:最长|不超过|为期)?[\d一二两三]{1,2}(?:年|个月)的?)?[^，；。\d]{0,12}(?:奖励|补贴|补助|资助|返还)(?![^，；。]{0,4}\d)"
)
_EQUAL = re.compile(r"(?:相同|同等|同额|等额)(?:的)?(?:额度|金额|数额|比例)?[^，；。]{0,6}(?:资金|奖励|配套|补助)")
_PAID_FOR = re.compile(r"全额|全部金额|实际(?:发生|支付)?(?:额|费用)?(?:给予|予以)|支付[^，；。]{0,6}费|展位费|差额部分")
_PAYS = re.compile(r"补贴|补助|资助|支付|给予|承担|返还")
_PAID = re.compile(r"(?:支付|承担|按照?|对)?([^，；。]{0,10}?(?:费用|费|差额部分|金额|支出))")
_TOLD_NEXT = re.compile(
    r"。[^，；。]{1,12}(?:费用?|租金|补[助贴])按"
)  # 给予展位费和人员费补助。展位费按…: how much, the next sentences tell
_FROM_ABOVE = re.compile(r"获得上级[^，；。]{0,8}(?:支持|补贴|资金)[^。；]{0,20}全额")


def as_spent(text: str, low: int, high: int) -> Draft | None:
    """按实际投入给予最高50万元: all of what was spent, up to the sum behind it."""
    m = _ACTUAL_UP_TO.search(text, low, high)
    return Draft({"kind": "ratio", "rate": 1, "base": m[0].lstrip("按照")}, low, high) if m else None


def as_paid(text: str, low: int, high: int) -> re.Match[str] | None:
    """按其实际缴纳的养老保险费、失业保险费之和给予补贴: the whole of what was paid, with the words for it as `base`."""
    return _ACTUAL.search(text, low, high)


def in_full(text: str, low: int, high: int) -> Draft | None:
    """全额补助, 据实补贴, 按实际发生额给予补贴, 等额配套: the whole of something, where the promise names no figure."""
    if _IN_FULL.search(text, low, high) or _AS_SPENT.search(text, low, high):
        return Draft({"kind": "ratio", "rate": 1, "base": "实际发生费用"}, low, high)
    paid = as_paid(text, low, high)
    if paid is not None:
        return Draft({"kind": "ratio", "rate": 1, "base": paid["base"]}, low, high)
    if _EQUAL.search(text, low, high):
        return Draft({"kind": "matching", "rate": 1}, low, high)
    if _TOLD_NEXT.match(text, high) or not (_PAID_FOR.search(text, low, high) and _PAYS.search(text, low, high)):
        return None
    base = _PAID.search(text, low, high)
    kind = "matching" if _FROM_ABOVE.search(text, max(0, low - 40), high) else "ratio"
    return Draft({"kind": kind, "rate": 1, **({"base": base[1]} if base else {})}, low, high)


_GIVES = re.compile(r"按|(?:给予|奖励|补[贴助])(?!(?:金额|资金|比例|额度|总额){1,3}(?:原则上)?(?:最高)?不(?:超过|高于))")
_MATCHES = re.compile(r"配套(?!设施|建设|设备|费|率|企业|产业|用房|服务|工程|项目)|匹配(?!度)")
_PAID_BY_FIRM = re.compile(r"(?<!经)费|投入|投资|利息|租金|贷款|支出|预算|成本|价格|保费")
_OF_INCREASE = re.compile(r"增量|新增|增长部分|超基数|超出|同比增加|增加部分|超额|增幅部分")
_OVER = re.compile(r"(?:超过|超出|高于)(\d[\d,.]{0,15})(万|亿)元(?:以上)?(?:的)?部分")
_OF_DIFFERENCE = re.compile(r"部分[^，；。]{0,10}差额")


def share(figure: Figure, drafts: list[Draft], *, capping: bool) -> None:
    """Add what a percentage gives: a share of a base, a matching share, or a ceiling on the amount before."""
    q, piece, after = figure.q, figure.piece, figure.after
    if _OF_DIFFERENCE.match(after):
        drafts.append(Draft({"kind": "ratio", "rate": 1, "base": "差额"}, figure.start, q.end))
        return
    start = q.start - len(piece)
    lowest = figure.lower.start if figure.is_range and figure.lower is not None else q.start
    host = last_of(drafts)
    listed = host is not None and host.amount["kind"] == "ratio" and figure.before in ("、", "和", "或", "及")
    base = host.amount.get("base") if host is not None and listed else _base(figure.text, figure.low, lowest, after)
    if capping and host is not None and not _GIVES.search(piece):
        host.amount["cap_rate"] = plain(q.value)
        if base:
            host.amount["cap_base"] = base
        return
    limit = _share_of_limit(figure, drafts, base) if capping else None
    if limit is not None:
        drafts.append(Draft(limit, start, q.end))
        return
    amount = _share(figure, base)
    if capping:
        amount["ceiling"] = True
    bands = [d for d in drafts if is_band(d)]
    over = _OVER.search(figure.text, figure.low, q.start)
    if bands:
        band = bands[-1]
        drafts.remove(band)
        amount.update(band.amount["part"])
        start = min(start, band.start)
        if "over" in band.amount["part"] and drafts:
            amount["plus"] = True
    elif over:
        amount["over"] = plain((number(over[1]) or Decimal(0)) * (10_000 if over[2] == "万" else 100_000_000))
    drafts.append(Draft(amount, start, q.end))


def _share_of_limit(figure: Figure, drafts: list[Draft], base: str | None) -> Amount | None:
    """补助金额不超过限额标准的80%: only a ceiling, and that a share."""
    if drafts or figure.lower is not None or not base or not LIMITED_SUM.search(figure.piece):
        return None
    if not re.search(r"(?:上限|限额|标准值?)$", base):
        return None
    named = re.sub(r"^.*(?:不超过|不高于|不得超过)", "", base) or base
    return {"kind": "capped", "cap_rate": plain(figure.q.value), "cap_base": named}


def _share(figure: Figure, base: str | None) -> Amount:
    q, lower, piece, after = figure.q, figure.lower, figure.piece, figure.after
    rate = plain(q.value)
    if _MATCHES.search(after[:14] + piece) and not _PAID_BY_FIRM.search(piece):
        return {"kind": "matching", "rate": rate}
    amount: Amount = {"kind": "ratio", "rate": rate}
    if lower is not None and figure.is_range:
        amount["rate"], amount["rate_max"] = plain(lower.value), rate
    if base:
        amount["base"] = base
    if _OF_INCREASE.search(piece + after[:8]):
        amount["of_increase"] = True
        amount["base"] = base = _grown(figure) if base in ("增量", "增量部分", "新增部分", "增长部分") else base
        known = load_catalogue().definitions.get(base or "")
        if known is not None and known.period != "year":
            amount["base"] = figure.text[figure.low : q.start][-30:].lstrip("，按照") or known.zh
    return amount


def _grown(figure: Figure) -> str:
    """…产值同比增长20%以上的，按增量的2‰给予奖励: an increase of what the words before it measured."""
    low = max(figure.text.rfind(mark, 0, figure.low) for mark in "。\n") + 1
    named = [x.fact for x in metrics_in(figure.text, max(low, figure.low - 120), figure.low) if x.growth]
    return named[-1] if named else "增量"


_OF = re.compile(
    r"(?:^|[，；。])[^，；。]{0,60}?(?:(?:由|[省市区县]级?财政|再|另|可|分别|每[一-龥]{1,4}?(?:给予|予以)?(?:补[助贴]|奖励)|给予|予以|补[助贴](?!资金|[金总]额|标准|的))*)(?:(?:再|均|可|将|应|暂)?减?按照?|参照|以|给予|根据|最高)?(?:不超过|不高于|最高)?(?:其|该企业|企业|上一?年度|当年度?|年度)*([^，；。]{2,40}?)(?:的|"
    r"总额|金额)?(?:最高)?(?:不超过|不高于|不低于)?$"
)


_NO_BASE = ("按", "按照", "减按", "给予", "予以", "奖励", "不超过", "不高于", "不低于")
_EACH_GIVEN = re.compile(r"每[一-龥]{1,4}(?:给予|予以)?(?:补[助贴]|奖励)")
_COST_BEFORE = re.compile(
    r"(?:[一-龥]{0,6}(?:保费|保险费|费用?|利息|租金|电价|水价|投资|投入|购置))(?=(?:由|，)[^，；。]{0,10}$|$)"
)  # 保费由各级财政补贴80%
_RAISED = re.compile(r"(?:获得?|引进|吸引)[^，；。]{0,20}(?:股权|风险|创业|天使|创投|风投|投资机构|投资基金)[^，；。]{0,6}投资")
"""获得创投机构投资的，按投资额的5%: what was raised, and nothing that the enterprise invested."""


def _base(text: str, low: int, at: int, after: str) -> str | None:
    """What a share is a share of: a fact, or the words before it."""
    m = _OF.search(text[max(low, at - 60) : at])
    said = re.sub(r"^[^，；。]*?(?:资金|基金|财政)按照?(?=..)", "", m[1]) if m else ""
    words = "" if said.endswith(("给予", "予以")) else re.sub(r"按照?$", "", said)
    measured = metrics_in(text, max(low, at - 40), at)
    if measured and at - measured[-1].end <= 8 and not re.search(r"单品|个人|员工|服务收入|利息|薪酬|预算", words):
        raised = measured[-1].fact == "project_investment" and _RAISED.search(text, max(0, at - 90), at) is not None
        return "financing_raised" if raised else measured[-1].fact
    if not words:
        tail = re.match(r"(?:的)?([^，；。]{2,12}?)(?:补贴|奖励|补助|资助|扣除|减免|优惠)", after)
        words = "rent_paid" if tail and "租金" in tail[1] else tail[1] if tail else ""
    if _RAISED_TO.fullmatch(words) or _YEARS_ONLY.fullmatch(words):
        words = ""
    if words in ("", "补贴", "补助", "承担", "负担", "按"):
        cost = _COST_BEFORE.search(text, max(0, low - 20), low)
        words = cost[0] if cost else ""
        named = metrics_in(text, cost.start(), cost.end()) if cost else []
        if named:
            return named[-1].fact
    return None if words in _NO_BASE or _EACH_GIVEN.fullmatch(words) else words[-30:] or None


_YEARS_ONLY = re.compile(r".{0,8}?(?:第[一二三四五、至到]{1,6}|[前后首头][一二两三四五]?)个?(?:会计|纳税)?年(?:度|起)?")
_RAISED_TO = re.compile(r".{0,8}?(?:比例|标准|额度)可?(?:(?:提高|上浮|调整|增加|放宽)(?:到|至|为)?|为|按)")
