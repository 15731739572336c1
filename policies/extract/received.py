"""Money got already: 未获得过中央财政资金支持, 已享受省级补贴的不再支持, 对取得市级以上专项资金支持的项目."""

from __future__ import annotations

import re

from policies.extract.leaf import Found, found
from policies.extract.mentions import Mentions
from policies.extract.periods import period_in

_LEVEL = r"(?:国家|中央|省|自治区|市|区|县)(?:级)?"
_LEVELS = rf"(?:我|本|[一-龥]{{2,3}}(?=[省市区县]))?{_LEVEL}(?:(?:及以上|或以上|以上|\(含\))|(?:、|或者?|和|及|与){_LEVEL}){{0,4}}"
_MONEY = (
    r"(?:部门|政府|同类|相关|有关|其他|财政|专项|扶持|引导|发展|补助|产业|科技|政策|性|的){0,6}"
    r"(?:资金|经费|补助|补贴|奖励|资助|扶持)(?:支持|奖励|补助|补贴|资助|扶持)?"
)
_GOT = re.compile(
    rf"(?:取得|获得|获|享受|申请|通过)(?:了|过|的)?(?P<levels>(?:其他|各类|同类)?{_LEVELS}){_MONEY}"
    rf"(?:(?:、|或者?|和|及)(?P<more>(?:其他|各类|同类)?{_LEVELS}){_MONEY})?"
)
_NOT_BEFORE = re.compile(r"(?:未|未曾|从未|尚未|没有|不得|不可|不能|不可同时|不得同时)(?:再|同时|重复|曾|被|已经)*$")
_NOT_AFTER = re.compile(r"[^；。]{0,16}?(?:不得(?:[^，；。]{0,24}(?:申报|申请|享受))?|不再|不予|不能|除外|不享受|不可|取消支持)")
_WHAT = re.compile(r"的?(?:相关|有关|同类|类似|此类)[^，；。的]{0,12}(?:补贴|补助|奖励|资助|扶持|支持)(?:资金|支持|政策)?")
_ONE = re.compile(r"国家|中央|自治区|省|市|区|县")
_CODE = {"国家": "national", "中央": "national", "省": "provincial", "自治区": "provincial", "市": "municipal"}
_ORDER = ("national", "provincial", "municipal", "district")
_MUNICIPALITIES = ("11", "12", "31", "50")


_OWN = re.compile(
    r"(?:未曾|从未|尚未|没有|未)(?:曾)?(?:享受|获得|获|申请|申领|领取)(?:过|了)?(?:本|该|此)(?:项|办法|措施|政策|条|类|专项|细则)"
    r"[^，；。]{0,10}?(?:奖励|补贴|补助|资助|扶持|支持|资金|政策)"
)


def find_received(m: Mentions, start: int, end: int) -> list[Found]:
    """The leaves on money from named levels of government, and on this very benefit (三年内未享受过本办法同类奖励)."""
    result: list[Found] = []
    for own in _OWN.finditer(m.text, start, end):
        clause = max(start, max(m.text.rfind(c, start, own.start()) for c in "，；。、") + 1)
        near = period_in(m.text, clause, own.start())
        low = near[1] if near else own.start()
        period = near[0] if near else None
        result.append(
            found("received_benefits", "not_occurred", ["self"], low, own.end(), origin="received/own", rank=4, period=period)
        )
    for got in _GOT.finditer(m.text, start, end):
        codes = _codes(got["levels"], m.region) | (_codes(got["more"], m.region) if got["more"] else set())
        denial = _NOT_BEFORE.search(m.text, max(start, got.start() - 8), got.start())
        refused = _NOT_AFTER.match(m.text, got.end(), end)
        low = denial.start() if denial else got.start()
        named = _WHAT.match(m.text, got.end(), end)
        high = refused.end() if refused and not denial else named.end() if named else got.end()
        op = "not_occurred" if denial or refused else "occurred"
        clause = max(m.text.rfind(c, start, got.start()) for c in "，；。") + 1
        if re.search(
            r"同一|同类", m.text[max(start, clause) : got.start()]
        ):  # 同一项目已获…的 is about exclusiveness, not about the firm
            continue
        if op == "occurred" and not re.match(r"(?:支持)?的", m.text[got.end() : got.end() + 3]):
            continue
        values = [level for level in _ORDER if level in codes]
        result.append(found("received_benefits", op, values, low, high, origin=f"received/{op}", rank=3))
    return result


def _codes(words: str, region: str | None) -> set[str]:
    """The levels that the words name; a 直辖市's own level is provincial, and 以上 takes in the levels above."""
    named = [_CODE.get(word, "district") for word in _ONE.findall(words)]
    if region is not None and region[:2] in _MUNICIPALITIES:
        named = ["provincial" if level == "municipal" else level for level in named]
    if "以上" in words and named:
        lowest = max(_ORDER.index(level) for level in named)
        return set(_ORDER[: lowest + 1])
    return set(named)
