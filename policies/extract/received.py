"""Money got already: 未获得过中央财政资金支持, 已享受省级补贴的不再支持, 对取得市级以上专项资金支持的项目."""

from __future__ import annotations

import re

from features.qualifications import LEVELS, at_or_above
from features.regions import is_municipality
from policies.extract.bounds import behind_mark
from policies.extract.leaf import Found, found
from policies.extract.mentions import Mentions
from policies.extract.periods import period_in
from policies.lexicon.sought import Sought

_LEVEL = r"(?:国家|中央|省|自治区|区\(市\)县|县\((?:市、?)?区\)|市\(州\)|市|区|县)(?:级)?"
_LEVELS = rf"(?:我|本|[一-龥]{{2,3}}(?=[省市区县]))?{_LEVEL}(?:(?:及以上|或以上|以上|\(含\))|(?:、|或者?|和|及|与){_LEVEL}){{0,4}}"
_MONEY = (
    r"(?:科技计划项目|科技项目|科研项目|计划项目|部门|政府|同类型|同类|相关|有关|其他|财政|专项|扶持|引导|发展|补助|产业|科技|政策|性|的){0,6}"
    r"(?:资金|经费|补助|补贴|奖励|资助|扶持)(?:支持|奖励|补助|补贴|资助|扶持)?"
)
_GOT = re.compile(
    rf"(?:取得|获得|获取|争取|获|享受|申请|通过)(?:了|过|到|的)?(?:\([^()]{{0,12}}\))?(?P<levels>(?:其他|各类|同类)?{_LEVELS}){_MONEY}"
    rf"(?:(?:、|或者?|和|及)(?P<more>(?:其他|各类|同类)?{_LEVELS}){_MONEY})?"
)
_NOT_BEFORE = re.compile(r"(?:未|未曾|从未|尚未|没有|不得|不可|不能|不可同时|不得同时)(?:再|同时|重复|曾|被|已经)*$")
_NOT_AFTER = re.compile(
    r"[^；。]{0,16}?(?:不得(?:[^，；。]{0,24}(?:申报|申请|享受))?|不再|不予|不能|不纳入|不列入|除外|不享受|不可|取消支持)"
)
_WHAT = re.compile(r"的?(?:相关|有关|同类|类似|此类)[^，；。的]{0,12}(?:补贴|补助|奖励|资助|扶持|支持)(?:资金|支持|政策)?")
_ONE = re.compile(r"国家|中央|自治区|省|区\(市\)县|县\((?:市、?)?区\)|市|区|县")
_CODE = {"国家": "national", "中央": "national", "省": "provincial", "自治区": "provincial", "市": "municipal"}


_GIVEN = r"(?:补贴|补助|奖励|奖补|资助|扶持|贴息|补偿|减免|优惠|资金|经费|政策|支持)(?:资金|政策|支持|待遇|奖励|措施|范围)?"
_TAKEN = r"(?:重复|同时)?(?:再)?(?:享受|获得|获批|获|申请|申领|领取|取得|纳入|列入)(?:过|了|到)?"
_NEVER = r"(?:未曾|从未|尚未|没有|未|(?:不可|不得|不能)(?=(?:同时|重复)?再?享受))(?:再|曾|被|重复|同时)*"
_THIS = r"(?:本|该|此|上述)(?:项|办法|措施|政策|条|类|专项|细则|补贴|奖励|资助|资金|意见|规定)"
_REFUSED = r"(?:不得|不再|不予|不能|除外|不可|不享受|不适用|不在|不属于|取消)"
_OWN = Sought(
    rf"{_NEVER}{_TAKEN}{_THIS}[^，；。]{{0,10}}?{_GIVEN}|(?:已经?|曾){_TAKEN}{_THIS}[^，；。]{{0,12}}?的?[^，；。]{{0,8}}，?{_REFUSED}[^，；。]{{0,8}}"
)
_NAMED = Sought(
    rf"(?:(?P<never>{_NEVER})|(?P<has>(?<!新)已经?(?!申请|纳入|列入)|曾经?(?!申请|纳入|列入))|(?<![一-龥])|(?<=对)|(?<=企业)|(?<=单位)|(?<=项目))(?P<taken>{_TAKEN})(?P<name>(?:(?!{_GIVEN}的|认定|资质|称号)[^，；。：()《》]|\([^()]{{1,6}}\))"
    rf"{{2,30}}?(?:{_GIVEN}|(?<=[献长户规展])奖))(?=的|，|；|。|$|且|并|除外|、(?=投保|购买|签订|缴纳|参加|办理|具有|符合|完成|实施|开展))(?P<who>的?(?:[^，；。的]{{0,10}}))"
)
_VAGUE = re.compile(r"其他|同级|相关|有关|同类|性质|相同|类似|任何|各类|财政|同一|两级|(?<!级)以[上下]")
"""Money without a name of its own (相同性质的其他资金) is a condition in words."""
_TAKEN_PART = re.compile(
    r"(?:已经?|曾经?)享受(?:过|了)?(?P<name>[^，；。：、的()和或]{2,14})的(?:项目|企业|单位|机构|主体)?，?(?:除外|不再|不得|不予)"
)
"""已享受指标折算的项目除外: a benefit whose name says of no money."""
_NAME_REFUSED = re.compile(
    r"的?[^，；。的]{0,10}，?(?:不再|不重复|不得(?:再次?|重复)?(?:享受|申报|申请|领取)|不予|除外|不享受|不适用|不在)"
)
_NO_NAME = re.compile(
    r"(?:其他|政府|财政|专项|相关|有关|各类|各级|同类|任何|补贴|补助|奖励|资助|扶持|资金|经费|政策|支持|优惠|的)*"
)


def find_received(m: Mentions, start: int, end: int) -> list[Found]:
    """The leaves on money from named levels of government, on a benefit by its name, and on this very benefit."""
    levelled = _of_levels(m, start, end)
    return [*_own(m, start, end), *levelled, *_of_names(m, start, end, [(f.start, f.end) for f in levelled])]


def _own(m: Mentions, start: int, end: int) -> list[Found]:
    """三年内未享受过本办法同类奖励: money of this very benefit."""
    result: list[Found] = []
    for own in _OWN.finditer(m.text, start, end):
        low, period = _since(m.text, start, own.start())
        result.append(
            found("received_benefits", "not_occurred", ["self"], low, own.end(), origin="received/own", rank=4, period=period)
        )
    return result


def _since(text: str, start: int, at: int) -> tuple[int, str | None]:
    """Where the time before `at` begins in its clause, and the period it names (近三年未获得…)."""
    clause = behind_mark(text, start, at, "，；。、")
    near = period_in(text, clause, at)
    return (near[1], near[0]) if near is not None else (at, None)


def _of_names(m: Mentions, start: int, end: int, taken: list[tuple[int, int]]) -> list[Found]:
    """未享受过一次性创业补贴, 已享受落户奖励的企业不再享受: a benefit by the name the text gives it."""
    result: list[Found] = []
    for part in _TAKEN_PART.finditer(m.text, start, end):
        if not _VAGUE.search(part["name"]) and not re.search(_GIVEN, part["name"]) and not re.match(_THIS, part["name"]):
            result.append(
                found("received_benefits", "not_occurred", [part["name"]], part.start(), part.end(), origin="received/part", rank=3)
            )
    for got in _NAMED.finditer(m.text, start, end):
        if any(a < got.end() and got.start() < b for a, b in taken):
            continue
        if _VAGUE.search(got["name"]) or ((got["never"] or "").startswith(_MUST_NOT) and not _NO_NAME.sub("", got["name"])):
            continue  # 在影响期内不得享受政策奖励: what whoever it shuts out does not get
        refused = None if got["never"] else _NAME_REFUSED.match(m.text, got.end("name"), end)
        if refused is None and not got["never"] and not _has(m.text, got):
            continue
        low, period = _since(m.text, start, got.start())
        clause = max(m.text.rfind(c, start, got.start()) for c in "，；。") + 1
        if refused is not None and re.search(r"同一(?!企业|单位)|同类", m.text[max(start, clause) : got.end()]):
            continue
        op = "not_occurred" if refused or got["never"] else "occurred"
        high = refused.end() if refused is not None else got.end("name")
        result.append(
            found("received_benefits", op, _names(got["name"]), low, high, origin=f"received/{op}", rank=3, period=period)
        )
    return result


_MUST_NOT = ("不得", "不可", "不能")
_ENDS = re.compile(r"(?=[；。、并且]|$)")
_MAY = re.compile(r"(?:可以?|能|应|均|将|优先|依法|按规定|同等|继续|同步|一并|直接)(?:申请|依法|按规定|同等|继续|优先)*$")
_ENJOYS = re.compile(r"享受(?:了|过|到)?")


def _has(text: str, got: re.Match[str]) -> bool:
    """已获得…补助的企业, 享受…政策的; a whole condition 已获得…扶持: who has got it, and not who may."""
    if _MAY.search(text, max(0, got.start() - 8), got.start()):
        return False
    if got["has"]:
        return got["who"].startswith("的") or _ENDS.match(text, got.end("name")) is not None
    named = len(_NO_NAME.sub("", got["name"])) >= _TOLD
    if _ENJOYS.match(got["taken"]) is not None:
        return named and _WHO_HAS.match(text, got.end("name")) is not None
    publicly = got["taken"].startswith(("获", "取得")) and _PUBLIC.search(got["name"]) is not None
    return named and publicly and _WHO_HAS.match(text, got.end("name")) is not None


_WHO_HAS = re.compile(r"的(?:$|[，；。]|[一-龥]{0,6}(?:企业|单位|机构|项目|主体|人才))|[；。、并且]|$")
_PUBLIC = re.compile(
    r"^(?:[一-龥]{2,3}(?=[省市区县]))?(?:国家|中央|省|市|区|县)级?(?!场|内|外(?!经贸|贸|资)|值|域)[^，；。]{2,}(?:资金|补助|补贴|资助|经费|贴息|奖补)"
)
"""获得省级技术改造专项资金支持的: public money by the name of what it is for."""
_TOLD = 4  # characters that a benefit's own name has at least
_LEVEL_LIST = re.compile(r"^(?:国家|中央|省|自治区|市|区|县)级?(?:(?:、|和|及|或|与)(?:国家|中央|省|自治区|市|区|县)级?)+(?:的)?")


def _names(words: str) -> list[str]:
    """旅游购物、市场采购补贴: each benefit by its whole name; of several levels (省、市出口信用保险扶持) the name alone."""
    words = re.sub(r"(?<=[金贴助励费息])支持$|(?<=项目)(?:立项)?支持$", "", _LEVEL_LIST.sub("", words))
    parts = re.split(r"、", words)
    tail = re.search(rf"{_GIVEN}$", words)
    return [part if tail is None or re.search(rf"{_GIVEN}$", part) else part + tail[0] for part in parts]


def _of_levels(m: Mentions, start: int, end: int) -> list[Found]:
    """未获得过中央财政资金支持, 已享受省级补贴的不再支持: money from a named level of government."""
    result: list[Found] = []
    for got in _GOT.finditer(m.text, start, end):
        codes = _codes(got["levels"], m.region) | (_codes(got["more"], m.region) if got["more"] else set())
        denial = _NOT_BEFORE.search(m.text, max(start, got.start() - 8), got.start())
        refused = _NOT_AFTER.match(m.text, got.end(), end)
        low, period = _since(m.text, start, denial.start() if denial else got.start())
        named = _WHAT.match(m.text, got.end(), end)
        high = refused.end() if refused and not denial else named.end() if named else got.end()
        op = "not_occurred" if denial or refused else "occurred"
        clause = max(m.text.rfind(c, start, got.start()) for c in "，；。") + 1
        if re.search(r"同一|同类", m.text[max(start, clause) : got.start()]):
            continue  # 同一项目已获…的 is about exclusiveness, not about the firm
        if op == "occurred" and not re.match(r"(?:支持)?的", m.text[got.end() : got.end() + 3]):
            continue
        values = [level for level in LEVELS if level in codes]
        if named is not None and re.search(r"[一-龥]{4}", _NO_NAME.sub("", named[0])):
            values = [re.sub(r"(?<=[贴助励])(?:支持|资金)$", "", m.text[got.start("levels") : named.end()])]
        result.append(found("received_benefits", op, values, low, high, origin=f"received/{op}", rank=3, period=period))
    return result


def _codes(words: str, region: str | None) -> set[str]:
    """The levels that the words name; a 直辖市's own level is provincial, and 以上 takes in the levels above."""
    named = [_CODE.get(word, "district") for word in _ONE.findall(words)]
    if is_municipality(region):
        named = ["provincial" if level == "municipal" else level for level in named]
    return set(at_or_above(named)) if "以上" in words and named else set(named)
