"""What is given: fixed sums, shares of a base, sums per unit, steps, matching funds, and ceilings of every kind."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from policies.extract.amount_drafts import Amount, Draft, Figure, is_band, last_of, limited, per_of
from policies.extract.counting import RUNG
from policies.extract.metrics import plain
from policies.extract.reliefs import reliefs_in
from policies.extract.shares import as_spent, in_full, matching, passed_on, share, spent_otherwise
from policies.extract.unit_sums import ladder, per_unit, steps
from policies.numerals import number
from policies.quantities import Quantity, quantities, ranges

_Spans = list[tuple[int, int]]


def read_amounts(text: str, spans: _Spans) -> list[Amount]:
    """The amounts that the promise spans of one benefit name, each with its evidence in clean-text offsets.

    >>> text = "按设备投资额的10%给予补贴，单个企业最高不超过50万元"
    >>> [(a["kind"], a["rate"], a["cap"]) for a in read_amounts(text, [(0, len(text))])]
    [('ratio', 0.1, 500000)]
    """
    return [_own(amount) for amount in _known(text, spans)]


def names_amounts(text: str, spans: _Spans) -> bool:
    """Whether the promise spans of one benefit name any amount."""
    return bool(_known(text, spans))


def _known(text: str, spans: _Spans) -> list[Amount]:
    known, key = _memory(text), tuple(spans)
    if key not in known:
        known[key] = _read(text, spans)
    return known[key]


@lru_cache(maxsize=2)
def _memory(text: str) -> dict[tuple[tuple[int, int], ...], list[Amount]]:
    """What the promises of a document gave: grouping, granting and the items ask for the same promise again and again."""
    return {}


def _own(amount: Amount) -> Amount:
    own = {**amount, "evidence": dict(amount["evidence"])}
    if "caps" in amount:
        own["caps"] = [dict(c) for c in amount["caps"]]
    return own


def _read(text: str, spans: _Spans) -> list[Amount]:
    drafts: list[Draft] = []
    besides = 0  # sums that stand in 除…外
    for low, high in spans:
        _read_span(text, low, high, drafts)
        if not besides and text[low - 1 : low] == "除":
            besides = len(drafts)
    for draft in drafts[besides:] if besides else ():
        draft.amount["plus"] = True  # 除一次性奖励10万元外，再给予5万元
    _limit_ahead(text, drafts)
    return ladder([_settled(text, d, spans) for d in drafts])


_ONLY_BOUND = re.compile(r"[^，；。]{0,8}\d[^，；。]{0,40}的，?")
_GIVING = re.compile(r"奖|补|贴|给予|予以|支持|资助|扶持|配套|减|免")
_YEAR_OF = re.compile(r"(?:其中，?)?(?:第[一二三四五]|首|次|前|后)[一二两三四五、至第\d]{0,6}年")


def _read_span(text: str, low: int, high: int, drafts: list[Draft]) -> None:
    if _ONLY_BOUND.fullmatch(text, low, high) and not _GIVING.search(text, low, high):
        return
    found = list(_given(text, low, high))
    before = len(drafts)
    if not found:
        drafts.extend(Draft(amount, a, b) for amount, a, b in reliefs_in(text, low, high))
    joined = {id(b): a for a, b in ranges(text, found)}
    lows = {id(a) for a in joined.values()}
    drafts.extend(matching(text, low, high))
    spent = None if any(q.is_ratio for q in found) else as_spent(text, low, high)
    drafts.extend([spent] if spent is not None else [])
    position, rank = low, 0
    for q in (q for q in found if id(q) not in lows):
        stop = q.op_end if q.op in ("le", "lt") and q.op_end > q.end else q.end
        lead = text[position : q.start]
        piece = re.split(r"[，；。]", text[low : q.start])[-1]
        rank = rank + 1 if _AND.fullmatch(lead) else 0
        _one(Figure(text, q, joined.get(id(q)), lead, piece, text[stop:high], low, high), drafts, rank)
        position = q.end
    if not drafts or (len(drafts) == before and _YEAR_OF.match(text, low, high)):
        whole = in_full(text, low, high)
        drafts.extend([whole] if whole is not None else [])


_GROWN_BY = re.compile(
    r"(?:\(不?含[^()]{0,4}\))?(?:及?以[上下内])?(?:\(不?含[^()]{0,4}\))?的?(?:增量|增长|增速|增幅|超出|超额)?部分"
)
"""60%(含)以下的增量部分按1%: how far the base has grown, and no share of anything."""
_LEAST = re.compile(r"(?:的)?，?(?:则)?(?:一律|统一|均)?(?:按照?|以|给予|补足至|补足到)$")


def _given(text: str, low: int, high: int) -> Iterator[Quantity]:
    """The sums and shares that may be given: not the rungs of stairs, nor how a sum is paid out, nor 不足1万元的 before 按1万元."""
    found = [
        q
        for q in quantities(text, low, high)
        if (q.is_money or q.is_ratio) and not RUNG.search(text, max(low, q.start - 20), q.start)
    ]
    found = [q for q in found if not (q.is_ratio and (spent_otherwise(text, low, q) or _GROWN_BY.match(text, q.end)))]
    kept: list[Quantity] = []
    for index, q in enumerate(found):
        following = found[index + 1] if index + 1 < len(found) else None
        least = q.op == "lt" and following is not None and following.value == q.value
        if following is not None and least and _LEAST.fullmatch(text, q.end, following.start):
            continue
        if q.is_money and _RECKONED_BY.match(text, q.end):
            continue
        if not _in_bracket(text, low, q, kept) and not _class_of(text, low, q):
            kept.append(q)
            yield q


_MEASURED = re.compile(r"(?:投资|收入|规模|产值|产值额|销售|销售额|总额|投资额|资本|贷款额?)(?:在|为|达到?)?$|\d[万亿]?美?元(?:\(含\))?以上[、，至]?(?:不足|低于)?$")
_CLASS = re.compile(r"(?:\(含\))?(?:及)?(?:以上|以下)(?:\(含\))?的(?!部分)")


def _class_of(text: str, low: int, q: Quantity) -> bool:
    """投资1亿元以下的补助不超过500万元: who is meant, and nothing given."""
    if not q.is_money or not _CLASS.match(text, q.end):
        return False
    return bool(_MEASURED.search(text, max(low, q.start - 12), q.start) or _CLASS_BY.match(text, q.end))


_CLASS_BY = re.compile(
    r"(?:\(含\))?(?:及)?(?:以上|以下)(?:\(含\))?的[^，；。\d]{2,12}?，?(?:按照?|补助比例为?|比例为?)\d[\d.]{0,5}%"
)
_RECKONED_BY = re.compile(r"(?:的标准|标准)?(?:计算|折算|测算|核算)(?:投资|面积|人数|基数|税收|产值|规模)")
"""按每亩300万元计算投资额度: how something is reckoned, and nothing given."""
_ESTIMATED = re.compile(r"\((?:投资|费用|成本|经费)?(?:概算|估算|测算)")
_PARTS = re.compile(r"\((?:其中|第[一二三四五]|分|含|包括|首|即)")


def _in_bracket(text: str, low: int, q: Quantity, kept: list[Quantity]) -> bool:
    """Figures in a bracket: the parts of a sum (10万元(第一年5万元，…)) and bounds on who gets it ((持有50%以上产权))."""
    opened = text.rfind("(", low, q.start)
    if opened < 0 or ")" in text[opened : q.start]:
        return False
    return (
        q.op in ("ge", "gt")
        or _ESTIMATED.match(text, opened) is not None
        or (any(k.end <= opened for k in kept) and _PARTS.match(text, opened) is not None)
    )


_CAP_BEFORE = re.compile(
    r"(?:最高|最多|不超过|不得超过|不高于|不能超过|上限|封顶|至多|限额|总额限|合计限|控制在|为限)(?:[^，；。\d]{0,22})$"
)
_CAP_AFTER = re.compile(r"(?:人民币)?(?:的)?(?:以内|以下|封顶|为限|为上限|上限)")
_UNDER_LIMIT = re.compile(r"(?:不超过|不高于|最高)(?:以下|下列|如下)[^。：\n]{0,6}：[^。\n]{0,280}$")
_BUDGET = re.compile(
    r"(?:每年|年度|市财政|区财政)?(?:统筹)?安排(?:[^，；。\d]{0,12}(?:资金|经费|预算)[^，；。\d奖补给]{0,4})?(?:不少于|不低于)?$"
)
_BAND = re.compile(r"(?:以上|以下|以内|及以下|及以上)?(?:\(不?含[^()]{0,4}\))?(?:之间)?(?:的)?部分")
_BAND_AFTER = re.compile(r"(?:以上|以下|以内|及以下|及以上|\(不?含[^()]{0,4}\))*(?:至[^，；。]{1,10})?(?:之间)?(?:的)?(?:部分)")
_IN_PARTS = re.compile(
    r"分(?:[两二三四五\d]{1,2}个?)?(?:年度?|期|次|批|阶段)[^。；]{0,8}(?:兑现|拨付|发放|支付|兑付|到位|给予|奖励|补助)[^。；]{0,60}$|"
    r"(?:首[期年次]|第[一二三四五][年期次]|当年|剩余|余下|其余)[^，；。]{0,10}(?:拨付|兑现|发放|支付|兑付)[^，；。\d]{0,6}$"
)
_AND = re.compile(r"(?:和|、|及|或)")
_OTHER_SUBJECT = re.compile(
    r"、(?!单[个家项]|每|同一|累计|合计|年度|总|最[高多]|不超|但|且|上限|封顶|一次性)[^，；。、]{2,24}(?:不超过|不高于|最高|不得超过)"
)
_LEAST_OF = re.compile(r"不足[^，；。]{0,14}的?，?(?:则)?(?:一律|统一|均)?按照?$")
_AGAIN = re.compile(r"基础上，?(?:再|另)?增加$|(?:额外|再|另|追加)(?:行)?(?:给予|奖励|补助|资助)?[^，；。]{0,6}$")


def _one(figure: Figure, drafts: list[Draft], rank: int) -> None:
    """Add what one figure gives; `rank` is its place in a list (100万元、50万元)."""
    q = figure.q
    capping = bool(_CAP_BEFORE.search(figure.piece)) or q.op in ("le", "lt") or bool(_CAP_AFTER.match(figure.after))
    if q.is_money and not capping and _UNDER_LIMIT.search(figure.text, max(0, q.start - 300), q.start):
        capping = True
    if q.is_money and (_is_budget(figure, drafts) or (capping and "单价" in figure.piece)):
        return
    if q.is_ratio:
        share(figure, drafts, capping=capping)
    elif q.currency == "CNY" or re.search(r"奖励|给予|补", figure.piece):
        _sum(figure, drafts, rank, capping=capping)


def _is_budget(figure: Figure, drafts: list[Draft]) -> bool:
    """Sums that are set aside, or the parts in which the sum before is paid out."""
    if _BUDGET.search(figure.piece) or passed_on(figure.text, figure.q):
        return True
    last = last_of(drafts)
    whole = max(last.amount.get("value", 0), last.amount.get("cap", 0)) if last is not None else 0
    between = figure.text[last.end : figure.q.start] if last is not None else ""
    return bool(whole > figure.q.value and len(between) < 200 and _IN_PARTS.search(between))


def _sum(figure: Figure, drafts: list[Draft], rank: int, *, capping: bool) -> None:
    q, text = figure.q, figure.text
    value = plain(q.value)
    if _BAND.match(text, q.end, q.end + 12) or _BAND_AFTER.match(figure.after[:20]):
        drafts.append(Draft({"kind": "_band", "value": value, "part": _part(figure)}, figure.start, q.end))
        return
    if figure.is_range and figure.lower is not None:
        drafts.append(Draft({"kind": "capped", "cap": value, "floor": plain(figure.lower.value)}, figure.start, q.end))
        return
    if _goes_on(figure, drafts, rank, capping=capping) or _bounds(figure, drafts, capping=capping):
        return
    begin = q.start - len(figure.piece)
    last = last_of(drafts)
    if (
        capping
        and last is not None
        and last.amount["kind"] == "per_unit"
        and _EACH_AT_MOST.match(figure.piece)
        and value > last.amount["value"]
    ):
        last.caps.append((value, per_of(figure.piece)))
        last.end = q.end
        return
    amount = steps(text, figure) or per_unit(figure, capping=capping)
    last = last_of(drafts)
    if amount is not None and "ceiling" in amount and last is not None and _other_unit(amount, last, figure.piece):
        last.caps.append((value, "other"))  # 每株补助0.1元，每亩不超过400元
        last.end = q.end
    elif amount is not None:
        drafts.append(Draft(amount, begin, q.end))
    elif capping:
        _ceiling(figure, drafts)
    else:
        drafts.append(Draft(_fixed(figure), max(begin, q.start - 16), q.end))


_NO_MORE = re.compile(r"(?:不超过|不高于|不足|低于)$")
_EACH_AT_MOST = re.compile(r"(?:但|且)?(?:每|单|同一)[^，；。\d]{1,10}(?:累计|合计|总)?(?:最高|不超过|最多|不得超过|上限)(?!分别)")
"""每个国家资助2000元，每件商标不超过2万元: a ceiling over sums for smaller units."""


def _other_unit(amount: Amount, last: Draft, piece: str) -> bool:
    """Whether a most for each of something bounds the sum before it, which is one for each of something smaller."""
    given = re.search(r"(?:给予|奖励|资助|补[助贴])", piece)
    return given is None and last.amount["kind"] == "per_unit" and last.amount["unit"] != amount.get("unit")


def _part(figure: Figure) -> dict[str, int | float]:
    """Which part of a base a share behind is taken of: 1亿元至3亿元部分, 500万元以内的部分, 超过5000万元的部分."""
    value = plain(figure.q.value)
    if figure.is_range and figure.lower is not None:
        return {"over": plain(figure.lower.value), "upto": value}
    within = re.search(r"以内|以下", figure.text[figure.q.end : figure.q.end + 6])
    bounded = _NO_MORE.search(figure.text, max(0, figure.q.start - 6), figure.q.start)
    return {"upto": value} if within or bounded else {"over": value}


_NEXT_CLASS = re.compile(r"、(?!每|另|再|单|按|一次)[^，；。、每\d给奖补]{1,10}")
"""A类每月1.5万元、B类8000元: the next class, by the same unit."""


def _goes_on(figure: Figure, drafts: list[Draft], rank: int, *, capping: bool) -> bool:
    """Whether the sum goes on with a list: 100万元、50万元 of sums, of ceilings, or of ceilings of shares one by one."""
    last = last_of(drafts)
    if last is None:
        return False
    value = plain(figure.q.value)
    if last.amount["kind"] == "per_unit" and not last.caps and not capping and _NEXT_CLASS.fullmatch(figure.before):
        drafts.append(Draft({k: v for k, v in last.amount.items() if k != "plus"} | {"value": value}, figure.start, figure.q.end))
        return True
    if rank and last.amount["kind"] in ("fixed", "capped", "per_unit") and not last.caps:
        again = {k: v for k, v in last.amount.items() if k not in ("value", "cap", "plus")}
        again["cap" if last.amount["kind"] == "capped" else "value"] = value
        drafts.append(Draft(again, figure.q.start, figure.q.end))
        return True
    alike = [d for d in drafts if d.amount["kind"] == last.amount["kind"] and d.caps]
    if rank and 0 < rank < len(alike):
        for draft in alike[rank:]:
            draft.caps[-1] = (value, draft.caps[-1][1])
        return True
    if rank and last.amount["kind"] in ("ratio", "matching") and len(last.caps) == 1 and "、" in figure.before:
        drafts.append(Draft(dict(last.amount), figure.q.start, figure.q.end, [(value, last.caps[0][1])]))
        return True
    if not (capping and _OTHER_SUBJECT.match(figure.before)):
        return False
    if last.amount["kind"] not in ("capped", "ratio") or "cap_rate" in last.amount:
        return False
    again = {k: v for k, v in last.amount.items() if k not in ("cap", "plus")}
    per = per_of(figure.before)
    again.update({"cap": value, **({"per": per} if per else {})})
    drafts.append(Draft(again, figure.q.start - len(figure.before) + 1, figure.q.end))
    return True


_PER_AREA = re.compile(r"每(?:平方米|平米|㎡)")
_AREA_BEHIND = re.compile(r"/(?:平方米|平米|㎡)")
_LEAST_CEILING = 2_000  # CNY: what a square metre may cost at the most
_LIMITS_EACH = re.compile(r"(?:但|且|每人|人均|累计|合计|总额|最多|最高)*(?:不超过|不高于|最高)?")


def _bounds(figure: Figure, drafts: list[Draft], *, capping: bool) -> bool:
    """Whether the sum is the ceiling or the least of a share, of matching funds or of stairs before it."""
    last = last_of(drafts)
    if last is not None and capping and _LIMITS_EACH.fullmatch(figure.piece) and figure.text.startswith("/人", figure.q.end):
        last.caps.append((plain(figure.q.value), "person"))  # 每人每课时10元，最高不超过800元/人
        return True
    if last is None or last.amount["kind"] not in ("ratio", "matching", "step"):
        return False
    if _LEAST_OF.search(figure.text, max(0, figure.q.start - 24), figure.q.start):
        last.amount["floor"] = plain(figure.q.value)
        return True
    if not capping:
        return False
    if figure.q.value < _LEAST_CEILING and (_PER_AREA.search(figure.piece) or _AREA_BEHIND.match(figure.after)):
        return True  # 按租金的50%，每平方米每月不超过80元: a bound on the base, not on what is got
    for draft in limited(drafts, plain(figure.q.value)):
        draft.caps.append((plain(figure.q.value), per_of(figure.piece)))
        draft.end = max(draft.end, figure.q.end)
    return True


def _ceiling(figure: Figure, drafts: list[Draft]) -> None:
    """A ceiling on what was promised before, else an amount of which only the ceiling is known."""
    value, per, last = plain(figure.q.value), per_of(figure.piece), last_of(drafts)
    if last is not None and not _new_promise(figure.piece, last):
        listed = [d for d in drafts if d.amount["kind"] == "capped" and not d.caps]
        if len(listed) == len(drafts) > 1:  # 分别最高20万元、10万元，每年累计不超过100万元: a most of all, that none of them is
            for draft in listed:
                draft.amount["caps"] = [{"cap": value, **({"per": per} if per else {})}]
            return
        for draft in limited(drafts, value):
            draft.caps.append((value, per))
            draft.end = max(draft.end, figure.q.end)
        return
    amount: Amount = {"kind": "capped", "cap": value, **({"per": per} if per else {})}
    drafts.append(Draft(amount, figure.q.start - len(figure.piece), figure.q.end))


def _fixed(figure: Figure) -> Amount:
    amount: Amount = {"kind": "fixed", "value": plain(figure.q.value)}
    per = per_of(figure.piece)
    if per and per != "enterprise":
        amount["per"] = per
    if _AGAIN.search(figure.piece):
        amount["plus"] = True
    if figure.q.op == "ge":
        amount["floor"] = amount["value"]
    return amount


_ON_ALL = re.compile(r"总额|合计|累计|每年|年度|单[个家项场次届部集]|同一|每[家个户]")


def _new_promise(piece: str, last: Draft) -> bool:
    """给予最高X behind an amount that is complete opens another amount."""
    if _ON_ALL.search(piece) or last.amount["kind"] in ("ratio", "per_unit", "step", "matching"):
        return False
    if last.amount["kind"] == "fixed":
        return bool(re.search(r"(?:给予|奖励|资助)[^，；。]{0,10}最高", piece))
    return bool(
        re.search(r"(?:和|及|或|、)(?:给予)?最高", piece) or re.search(r"(?:给予|分别|奖励)[^，；。]{0,16}(?:最高|不超过)", piece)
    )


_OVERALL = re.compile(r"(?:单[个家]|同一|每[家个户])[^，；。]{0,12}(?:年度|每年|全年|累计|合计|总)[^，；。]{0,24}$")


def _limit_ahead(text: str, drafts: list[Draft]) -> None:
    """单个企业年度累计不超过200万元，按…的5%给予补助: a ceiling told before what it limits."""
    if len(drafts) < 2 or drafts[0].amount["kind"] != "capped" or "cap" not in drafts[0].amount:
        return
    first, others = drafts[0], drafts[1:]
    if not _OVERALL.match(text, first.start, first.end) or any(d.caps or is_band(d) for d in others):
        return
    for draft in others:
        draft.caps.append((first.amount["cap"], first.amount.get("per")))
    del drafts[0]


_YEARS = re.compile(
    r"(?:连续(?:补[助贴]|奖励|支持|扶持|资助|享受)?|最长(?:不超过)?|期限(?:为|不超过|最长)?|补贴期(?:限)?(?:为)?|前|后|给予|累计(?:不超过)?|周期[^，；。]{0,6}不超过|"
    r"享受[^，；。]{0,6}不超过|不超过)(?P<n>\d{1,2}|[一二两三四五六七八九十])年"
)
_DIFFERENCE = re.compile(r"补齐差额|差额(?:部分)?(?:予以|给予)?(?:补|奖)|补足差额|补差")


def _settled(text: str, draft: Draft, spans: _Spans) -> Amount:
    """The finished amount: the widest ceiling as `cap`, the others as `caps`; years; evidence."""
    amount = draft.amount
    if is_band(draft):
        amount = {"kind": "fixed", "value": amount["value"]}
    if draft.caps:
        caps = list(draft.caps)
        if amount["kind"] == "capped" and "cap" in amount:
            caps = [(amount.pop("cap"), amount.pop("per", None)), *caps]
        caps.sort(key=lambda c: -c[0])
        amount["cap"] = caps[0][0]
        if caps[0][1]:
            amount["per"] = caps[0][1]
        if len(caps) > 1:
            amount["caps"] = [{"cap": value, **({"per": per} if per else {})} for value, per in caps[1:]]
    whole = "".join(text[a:b] for a, b in spans)
    years = _YEARS.search(whole)
    n = number(years["n"]) if years is not None else None
    if n and n <= 20:
        amount["years"] = int(n)
    if _DIFFERENCE.search(whole):
        amount["difference"] = True
    return {**amount, "evidence": {"start": max(0, draft.start), "end": draft.end}}
