"""Where an enterprise is registered, taxed and counted: 在我区注册, 税务征管关系在…, 纳入本市统计, 区内企业, 在京企业."""

from __future__ import annotations

import re

from features.regions import own_region
from policies.extract.leaf import Found, found
from policies.extract.mentions import Mentions

_OWN = re.compile(
    r"(?:我|本|全|该)(?:市|区|县|省|州|镇|新区|园区|自治区|示范区|开发区|高新区|片区)|辖区|(?<![一-龥])(?:区|市|省|县|园区)内|"
    r"(?<=[对在])(?:区|市|省|县|园区)内|在京|在莞|在连|在甬|在杭|在穗|在深|在宁|在蓉|在渝|在沪|在津|新区"
)
_TAIL = r"(?:\([^()]{0,24}\))?(?:地区|区域|行政区域|行政区划|行政辖区|辖区|规划|市域|全域|市|片区)?(?:范围|区域|境|辖区)?(?:内|以内|之内)?(?:\([^()]{0,30}\))?(?:的)?"
_ACT = r"(?:依法|合法|新|办理|完成|工商|进行|已|正式|实际|应当|登记|并|均)*"
_RIGHT_REGISTERED = re.compile(
    rf"{_TAIL}(?:{_ACT}(?:登记|注册|设立|成立|领取营业执照|落户|组建|、?税务登记|(?:、|和|及)税务(?:登记|注册))"
    rf"|(?=(?:具有|具备)(?:独立|企业|事业|社团)*法人|合法经营))"
)
_LASTING = re.compile(
    r"(?:时间|年限)?(?:已|已经|须|应)?(?:满|超过|不少于|达|达到|不超过|不满|不足)?(?:\d{1,3}|[一二两三四五六七八九十半]{1,3})(?:个完整)?(?:个会计|个自然|个)?(?:年|月)"
)
_ENTERED = r"(?:工商)?(?:登记注册|注册登记|注册|登记)(?:经营)?"
_RIGHT_TAX = re.compile(
    rf"{_TAIL}{_ACT}(?:注册、?)?(?:依法)?(?:纳税|缴纳税)(?!总额|额|超|达|贡献|不)[收款费金]?|{_TAIL}{_ACT}{_ENTERED}(?:、|和|及|并且?|且|，)(?:依法|照章|办理)*"
    r"(?:纳税(?!总额|额|信用)|缴税|税务登记)"
)
_RIGHT_COUNTED = re.compile(
    rf"{_TAIL}{_ACT}{_ENTERED}(?:(?:、|和|及|并且?|且|，)(?:依法|照章|办理)*(?:纳税|缴税|税务登记))?(?:、|和|及|并且?|且|，)(?:依法)?(?:纳入)?统计"
)
_JUST_COUNTED = re.compile(rf"{_TAIL}(?:纳统|入统)")  # 在京纳统的
_RIGHT_FIRM = re.compile(
    r"(?:\([^()]{0,16}\))?(?:行政)?(?:区域|辖区|地区|范围|境)?(?:内|辖区内)?(?:的)?(?:各类|所有|地方|相关|符合条件的|"
    r"具有独立法人资格的)?(?:工业|制造|科技|中小微?|民营|外贸|商贸|文旅|文化|创新型?|规上|服务业|[^的，；。、为对与和等在有给内]{0,8}?)?"
    r"(?:企业|机构|单位|企事业单位|组织|高等学校|市场主体|法人|经营主体|创新主体)"
)
_LEFT_REGISTERED = re.compile(
    r"(?:注册|登记|设立|成立|落户|工商关系|工商|注册地址|住所|经营地)(?:地|地址|登记|成立|时间|经营|运营|所在地|注册|关系)*(?:(?:、|"
    r"及|和|与|或)(?:税务|税收|纳税|统计|经营|办公|工商|注册|财政|主要|实际|登记)[^，；。、]{0,10}){0,4}(?:均|须|应|必须|需|"
    r"都|且)*(?:在|于|位于|为)?(?:广东省|中国)?$"
)
_LEFT_TAX = re.compile(
    r"(?:税务|税收|纳税|国税|地税|税)[^，；。]{0,14}?(?:关系|登记|地|级次|所在地|征管|管辖|户管|收入)[^，；。]{0,16}$"
)
_LEFT_STAT = re.compile(r"统计[^，；。]{0,4}(?:关系|归属|登记|地|核算)[^，；。]{0,10}$")
_RIGHT_STAT = re.compile(r"[^，；。]{0,8}(?:规模以上|规上|限额以上)?(?:企业|单位)?(?:统计|纳统)")


def find_places(m: Mentions, start: int, end: int) -> list[Found]:
    """The region leaves of a span."""
    result: list[Found] = []
    places = _places(m, start, end)
    for low, high, codes in places:
        result.extend(_of_place(m, start, end, low, high, codes))
    for match in _WHERE.finditer(m.text, start, end):
        inside = [p for p in places if match.start(1) <= p[0] and p[1] <= match.end(1)]
        if inside and not any(f.start < match.end() and match.start() < f.end for f in result):
            result.append(
                found(
                    "registered_region", "within", list(inside[-1][2]), match.start(), match.end(), origin="place/somewhere", rank=2
                )
            )
    return result


_WHERE = re.compile(r"在([^，；。在新]{4,60}?)(?:依法)?(?:工商)?(?:注册登记|登记注册|注册|登记)(?=的|，|；|。|、|且|并|$)")


def _places(m: Mentions, start: int, end: int) -> list[tuple[int, int, tuple[str, ...]]]:
    """Named and own regions of a span with their codes."""
    places: list[tuple[int, int, tuple[str, ...]]] = []
    for mention in m.regions_in(start, end):
        codes = tuple(mention.codes) or ((m.region,) if m.region else ())
        if codes:
            places.append((mention.start, mention.end, codes))
    for own in [*_OWN.finditer(m.text, start, end), *_ZONE.finditer(m.text, start, end)]:
        if any(a < own.end() and own.start() < b for a, b, _ in places):
            continue
        code = _own(own[0], m.region)
        if code:
            places.append((own.start(), own.end(), (code,)))
    return _joined(m.text, sorted(places))


_ZONE = re.compile(
    r"(?<=[册记立户][在于])(?:先导区|示范区|试验区|开发区|高新区|新区|园区|功能区|保税区|自贸区|片区)"
)  # the text's own


_LISTED = re.compile(r"(?:、|和|及|或|以及|与)")


def _joined(text: str, places: list[tuple[int, int, tuple[str, ...]]]) -> list[tuple[int, int, tuple[str, ...]]]:
    """Places that 、 or 和 joins are one place with all their codes: 在未来科学城、怀柔科学城和经济技术开发区."""
    result: list[tuple[int, int, tuple[str, ...]]] = []
    for low, high, codes in places:
        if result and _LISTED.fullmatch(text, result[-1][1], low):
            before = result.pop()
            low, codes = before[0], tuple(dict.fromkeys((*before[2], *codes)))
        result.append((low, high, codes))
    return result


def _own(word: str, region: str | None) -> str | None:
    if region is None:
        return None
    unit = word[-1] if word[0] in "我本全该" else word[0]
    if unit in "市省":
        return own_region(f"我{unit}", region) or region
    return region


def _of_place(m: Mentions, start: int, end: int, low: int, high: int, codes: tuple[str, ...]) -> list[Found]:
    text = m.text
    clause = max((text.rfind(c, start, low) for c in "，；。"), default=-1)
    begin = max(start, clause + 1)
    before = text[max(begin, low - 50) : low]
    after = text[high : min(end, high + 60)]
    value = list(codes)
    facts: list[str] = []
    if _LEFT_REGISTERED.search(before):
        facts.append("registered_region")
    if _LEFT_TAX.search(before) or _RIGHT_TAX.match(after):
        facts.append("tax_region")
    if (
        _LEFT_STAT.search(before)
        or (re.search(r"纳入[^，；。]{0,4}$", before) and _RIGHT_STAT.match(after))
        or _RIGHT_COUNTED.match(after)
        or _JUST_COUNTED.match(after)
    ):
        facts.append("statistics_region")
    right = _RIGHT_REGISTERED.match(after)
    firm = _RIGHT_FIRM.match(after)
    inside = re.search(r"(?:^|在|于|位于|对|的|，|、|为|是)$", before) or not before
    span_start, span_end = low, high
    entered = right
    if (
        facts
        and "registered_region" not in facts
        and entered is not None
        and entered.end() > 0
        and not before.endswith(("税务", "统计"))
    ):
        facts.insert(0, "registered_region")
        told = [entered, _RIGHT_TAX.match(after), _RIGHT_COUNTED.match(after)]  # 在我区注册、纳税和统计: one stretch, three facts
        span_end = high + max(t.end() for t in told if t is not None)
    if (
        not facts
        and right
        and inside
        and not re.search(r"未在|不在|非", before[-6:])
        and "新" not in right[0]
        and "已设立" not in right[0]
    ):
        facts.append("registered_region")
        span_end = high + right.end()
        if _LASTING.match(text, span_end, end):  # 在本市注册满一年: the verb belongs to the duration
            tail = re.match(_TAIL, after)
            span_end = high + (tail.end() if tail else 0)
    elif (
        not facts
        and firm
        and (not before or re.search(r"(?:对|应为|须为|应是|是|支持|鼓励|引导|推动|，|；|由|为)$", before))
        and not re.search(r"人民政府|管委会|部门", after[:8])
    ):
        own = text[low:high]
        if "内" in after[: firm.end()] or own[:1] in "我本在" or own.endswith("内") or "区域" in after[: firm.end()]:
            facts.append("registered_region")
            inner = re.match(_TAIL, after)
            span_end = high + (inner.end() if inner else 0)
    elif (
        not facts
        and (not before or re.fullmatch(r"(?:对于|对|凡|支持|鼓励)", before))
        and re.fullmatch(r"(?:[我本][区市县州省镇])|[区市县省]内", text[low:high])
        and not re.match(r"(?:重点|产业|发展|政府|财政|经济|现阶段|各|主导|优势|特色|支柱|级|域|城|民|实际)", after)
    ):
        facts.append("registered_region")
    if facts and not right and not firm:
        tail = re.match(_TAIL, after)
        span_end = high + (tail.end() if tail else 0)
    if facts:
        left = re.search(r"(?:工商|注册|登记|税|统计)[^，；。]{0,44}$|在$", before)
        span_start = low - (len(before) - left.start()) if left else low
    result = [found(fact, "within", value, span_start, span_end, origin=f"place/{fact}", rank=3) for fact in facts]
    without = re.match(r"[^()，；。]{0,6}\((?:不含|不包括)([^()]{2,10})\)", after)
    if without and facts:
        start_at = high + without.start(1)
        named = [r for r in m.regions_in(start_at, high + without.end(1)) if r.codes]
        if named:
            codes_out = [c for r in named for c in r.codes]
            result.append(
                found("registered_region", "not_within", codes_out, span_start, span_end, origin="place/not-region", rank=3)
            )
    return result
