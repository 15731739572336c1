"""Reliefs without a figure: 免征房产税, 即征即退 and 全额补贴 give all of it (rate 1), 减半征收 half, 三免两减半 one and then the other."""

from __future__ import annotations

import re
from typing import Any

_WHAT = r"(?:[^，；。()]|\([^()]{0,20}\)){0,40}"
_DUE = r"(?:税|费|费用|租金|房租|租|收费|保[证障]金|基金|附加|部分)"
_ALL = re.compile(
    rf"(?:予以|给予|可以?|应予|实行|一律)?(?:免征收?|免收|免缴|免除|免交|全额减免|全免)(?:(?:相应|有关|相关|其|的|企业)*(?P<base>{_WHAT}?{_DUE}))"
    rf"(?=[，；。、()]|和|及|并|$)"
)
_ALL_BEHIND = re.compile(
    rf"(?P<base>{_WHAT}?{_DUE})(?:，?(?:由)?(?:有关|相关)?[^，；。]{{0,4}}(?:部门|单位))?(?:予以|给予|可以?|应予|实行|一律|全部|(?=全免))+"
    r"(?:免征|免收|免缴|免除|减免|全免|即征即退|先征后返|先征后退|全额返还)(?=[，；。政]|$)"
)
_REFUND = re.compile(rf"(?P<base>{_WHAT}?{_DUE})(?:实行|享受|予以|给予)?(?:即征即退|先征后返|先征后退)")
_RENT = re.compile(
    r"(?<!减)免(?:收|交|缴|除)?(?:其)?(?:前?(?:\d|[一二两三四五])年|首年)?(?:的)?(?P<base>房屋租金|场地租金|房租|租金|租)(?!赁)"
)
_MONTHS = re.compile(r"(?:减免|免除|免收|免交|免)(?:其)?\d{1,2}个月(?:的)?[^，；。\d]{0,8}?(?P<base>租金|房租)")
_FREE = re.compile(r"作为[^，；。]{0,12}?(?:免税|不征税)收入")
_LODGED = re.compile(r"免费(?:入住|租住|使用)(?:[^，；。]{0,8}?)(?:公寓|住房|宿舍|场地|办公用房|工位|厂房)")
_BARE = re.compile(
    r"(?:实行|享受|予以|给予|应予|全部)?“?(?:即征即退|即征即奖|先征后返|先征后退|免收|免征|免缴|免交|免除)”?(?:的)?(?:政策|优惠)?[。；，]?"
)
_BARE_HALF = re.compile(r"(?:予以|给予|实行)?减半(?:征收|收取|缴纳|收费)?(?:优惠)?[。；，]?")
_HALF = re.compile(
    rf"减半(?:征收|收取|缴纳|收费|交纳|缴交)(?:(?:相应|有关|相关|其|的)*(?P<base>{_WHAT}?{_DUE}))?(?=[，；。、()]|和|及|并|$)"
)
_HALF_BEHIND = re.compile(rf"(?P<base>{_WHAT}?{_DUE})(?:予以|给予|由[^，；。]{{1,10}}给予|可)?减半(?!分|[征收缴交])")
_HALF_PAID = re.compile(r"减半(?:给予|予以|进行)?(?P<base>租金|房租)?(?:补[贴助]|奖励|资助|支持|返还|执行|计算|兑现|发放)")
_IN_FULL = re.compile(r"全额(?:给予|予以)?(?P<base>租金|房租)?(?:补[贴助]|奖励|资助|返还|贴息)")
_EITHER = re.compile(r"(?:减征|减收|缓征|缓缴|减半征收)(?:、|或者?|和|及)(?:予以|给予)?$")
_OR_LESS = re.compile(r"免[征收缴](?:、|或者?|和|及)(?:减[征收]|缓[征缴])")
"""可以减征、免征企业所得税: which of them, another text says; of neither is all given."""
_NEAR = 8
_HOLIDAY = re.compile(r"[一二两三四五\d]年?(?P<all>免)[一二两三四五\d]年?(?P<half>减半)")
_MORE = re.compile(rf"(?:(?:、|和|及)[^，；。、()]{{1,16}}?{_DUE}(?=[，；。、()]|和|及|$)){{1,6}}")


def reliefs_in(text: str, low: int, high: int) -> list[tuple[dict[str, Any], int, int]]:
    """The amounts that reliefs in `text[low:high]` make, each with its place; those that stand beside figures are read there."""
    result: list[tuple[dict[str, Any], int, int]] = []
    for m in _HOLIDAY.finditer(text, low, high):
        result += [({"kind": "ratio", "rate": 1}, m.start(), m.end("all")), ({"kind": "ratio", "rate": 0.5}, *m.span("half"))]
    for pattern, rate in (
        (_ALL, 1),
        (_RENT, 1),
        (_LODGED, 1),
        (_MONTHS, 1),
        (_FREE, 1),
        (_HALF, 0.5),
        (_ALL_BEHIND, 1),
        (_REFUND, 1),
        (_HALF_BEHIND, 0.5),
        (_HALF_PAID, 0.5),
        (_IN_FULL, 1),
    ):
        for m in pattern.finditer(text, low, high):
            if _EITHER.search(text, max(low, m.start() - _NEAR), m.start()) or _OR_LESS.search(text, m.start(), m.end()):
                continue
            if any(a < m.end() and m.start() < b for _, a, b in result):
                continue
            end = m.end()
            told = "base" in pattern.groupindex and m["base"]
            more = _MORE.match(text, end, high) if told and m.end("base") == end else None
            end = more.end() if more else end
            base = re.sub(r"^(?:对|其|的|按规定|依法)+", "", (told or "") + (more[0] if more else ""))
            amount: dict[str, Any] = {"kind": "ratio", "rate": rate}
            if pattern is _LODGED:
                amount["base"] = "rent_paid"
            elif base:
                amount["base"] = "rent_paid" if re.search(r"租", base) else base[-30:]
            result.append((amount, m.start(), end))
    if not result and _BARE.fullmatch(text, low, high):
        result.append(({"kind": "ratio", "rate": 1}, low, high))
    if not result and _BARE_HALF.fullmatch(text, low, high):
        result.append(({"kind": "ratio", "rate": 0.5}, low, high))
    return sorted(result, key=lambda r: r[1])
