"""Sentences cut into comma pieces, and where in a piece a promise begins: which sums are given, which bound a condition."""

from __future__ import annotations

import bisect
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from policies.extract.thresholds import find_thresholds
from policies.quantities import Quantity, quantities

_GIFT = r"奖励|补助|补贴|资助|扶持|支持|配套|贴息|奖补|奖金|资金|经费|津贴|优惠|减免|倾斜|补偿|贷款|信用贷款|股权投资|安家费|科研费|生活补助|专项债"
_VERB = r"给予|予以|奖励|补助|补贴|资助|扶持|支持|配套|发放|奖补|拨付|补足|补齐|减免|免征|免收|免除|减征|减半|免缴|支付|报销|返还|退还|贴息|享受|免申即享|即征即退|先征后返|先征后退|提供|投入|补偿|安排|承担|核定|获得|奖"
_TRIGGER = re.compile(
    rf"(?:按照?|参照|根据其|以其|按其)(?=[^，；。]{{1,70}}(?:%|‰|分之|比例|标准|差额|1:1|实际|全额|/|元|三分之|一半))|对其?(?=[^，；。]{{1,24}}(?:部分|增量)(?:的|按)?[^，；。]{{0,6}}(?:%|分之))|分别|一次性|"
    r"最高|每年|每家|每户|每人|每个|每项|每台|每件|每辆|每套|每吨|每亩|每平方米|每月|每新|每培训|每引进|每增加|每超过|每建|每|单个|单项(?!冠军)|"
    rf"单家|单户|单人|单一|同一|合计|累计|总额|年度|当年|连续|再|另|额外|{_VERB}|补贴标准|奖励标准|标准为|不超过|不高于|可申请|最多|至多|封顶|即给予|上限"
)
_GIVE_PLAIN = re.compile(
    rf"(?:按照?|参照)[^，；。]{{2,40}}(?:政策|规定|办法|标准)[^，；。]{{0,6}}(?:给予|予以)[^，；。]{{0,20}}(?:{_GIFT})|"
    rf"(?:据实|全额|减半)?(?:给予|予以)[^，；。]{{0,36}}?(?:{_GIFT})|(?:据实|减半)(?:补[贴助]|奖励|资助|报销|返还)|优先提供[^，；。]{{2,24}}(?:支持|扶持)|免征|免收|免缴|免除|免租|[一二两三四五\d]年?免[一二两三四五\d]年?减半|即征即退|先征后[返退]|不征收|减半(?!分)|减按|由[^，；。]{{1,10}}(?:部门|"
    rf"财政|政府)[^，；。]{{0,6}}(?:支付|承担|补贴|补助|奖励|返还|扶持)|"
    rf"(?:全额|差额(?:部分)?)[^，；。]{{0,14}}(?:补贴|补助|资助|返还)|对其[^，；。]{{0,12}}(?:补贴|奖励|补助)|(?:实行|进行)(?:奖励|补助|补贴|资助|贴息)(?!申[请领办]|发放|审|资金)|奖励[^，；。]{{0,16}}名额|"
    rf"可以?(?:申请|享受|获得|获)[^，；。]{{0,30}}(?:补贴|补助|奖励|资助|减免|优惠|免租|贴息)|享受[^，；。]{{0,24}}(?:补贴|奖励)(?!时间|期限|年限)|享受[^，；。]{{0,24}}(?:"
    rf"减免|优惠政策|租金优惠|税收优惠|即征即退)|可[^，；。]{{0,16}}获得[^，；。]{{0,16}}(?:奖励|补贴|补助)|可?根据具体情况研究确定|(?:减按|按)[^，；。]{{1,8}}计入(?:收入|应纳税)|(?:实行|采取|"
    r"给予|予以)“?一事一议”?|"
    r"可以?(?:申请|享受|获得|获)[^，；。]{0,30}(?:扶持|支持|资助)|"
    r"(?:享有|享受|执行)?与[^，；。]{2,24}(?:享有|享受)?(?:同等|相同|同样)(?![^，；。]{0,12}(?:资格|考核|职称|评审))[^，；。]{0,20}(?:政策|待遇|优惠)|同等(?:享有|享受)[^，；。]{2,24}(?:政策|待遇|优惠)|"
    r"按照?[^，；。]{0,6}(?:居民|住宅|民用|工业|公立|公办|同类)[^，；。]{0,14}(?:价格|标准|电价|水价|气价|费率)[^，；。]{0,6}(?:执行|缴费|缴纳|收取|计收|收费)|"
    r"(?:奖励|补贴|补助|优惠)[^，；。]{0,6}(?:参照|按照?)[^，；。]{2,24}执行|作为[^，；。]{0,12}(?:免税|不征税)收入|(?:准予|允许)[^，；。]{0,36}扣除|可以?[^，；。]{0,16}划拨[^，；。]{0,10}(?:[取获]得|供地|用地)|适当减免|(?:给予|予以)[^，；。]{0,10}(?:展期|续贷)|(?:可以?|允许)(?:申请)?(?:缓缴|延缓缴纳|延期缴纳|分期缴纳)|"
    r"子女[^，；。]{0,12}入[学园托][^，；。]{0,24}安排|由[^，；。]{0,6}教育[^，；。]{0,16}安排[^，；。]{0,12}(?:学位|入学|就读)"
)
_BRACKETED = re.compile(r"\([^()]*\)")  # 奖励20万元(不重复奖励): an aside refuses nothing
_NO_GIFT = re.compile(
    r"不(?:可|能|得|再)?(?:享受|适用)|享受本(?:[市区县]|优惠|项)*(?:政策|办法|措施|规定|待遇)|(?:不得|不再|不(?=享受|给予)|不予|停止|取消|追回|收回|退还|退回|追缴|不能|不重复|终止|[只仅](?:能|可|限))[^，；。]{0,14}(?:享受|给予|予以|支持|补助|奖励|补贴|资金|"
    r"资助|拨付)|(?:本条|本项|本办法|本措施)[^，；。]{0,6}(?:资金|预算)(?:总额|规模|总量)|(?:资金|经费|补助|补贴|奖励|奖金|资助|"
    r"所需)[^，；。]{0,16}(?:用于|由[^，；。]{1,20}(?:承担|负担|列支|安排|拨付|解决)|列入|纳入|从[^，；。]{1,24}列支)|拨付(?!资金|金额|额|的)(?:至|"
    r"到|给)?|资金来源|制定[^，；。]{2,30}(?:办法|细则|方案)|计算(?:方法|公式)|税额(?:的计算|=)|绩效(?:评价|考评)结果(?:作为|应)|骗取|弄虚作假|(?<!减按\d\d%)计入|折算|测算(?:纳税额|时)|比例(?:共同)?(?:分担|负担)"
)


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
    goes_on: bool = False  # opened by a term of the promise before it: 补贴期限为3年，…


def units(text: str, start: int, end: int) -> Iterator[tuple[int, int, str]]:
    """Sentences and semicolon parts with the mark that ends them; brackets and quotes are not cut."""
    depth, position = 0, start
    for index in range(start, end):
        char = text[index]
        if char in "(《“":
            depth += 1
        elif char in ")》”":
            depth = max(0, depth - 1)
        elif char in "。；！？" and depth == 0:
            yield position, index, char
            position = index + 1
        if depth and char in "。" and not any(c in ")》”" for c in text[index : index + 200]):
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


def _pieces(text: str, start: int, end: int, granting: bool) -> list[Piece]:
    taken = sorted((f.start, f.end) for f in find_thresholds(text, start, end, elided=True))
    result: list[Piece] = []
    position, depth = start, 0
    for index in range(start, end + 1):
        char = text[index] if index < end else "，"
        if char in "(《“":
            depth += 1
        elif char in ")》”":
            depth = max(0, depth - 1)
        if index == end or (char in "，：" and depth == 0):
            if index > position:
                result.append(_piece(text, position, index, taken, granting))
            position = index + 1
    return result


_EACH = re.compile(
    r"(?:^|(?<=[^，；。]{2})(?:当年|年度|每年)?)每(?:成功)?(?:新|引进|培育|培训|招用|招收|招引|吸纳|增加|设立|举办|承办|组织|完成|建|认定|超过|突破|提高|销售|入驻|孵化|输送|推荐|开通)"
    r"[^，；。]{1,40}$"
)


AT_LEAST = re.compile(r"[^，；。\d]{0,12}不足(?P<least>\d[\d.]{0,8}(?:万|亿)?)元的?，?(?:则)?(?:一律|统一|均)?按照?(?P=least)元")


def _piece(text: str, low: int, high: int, taken: list[tuple[int, int]], granting: bool) -> Piece:
    words = text[low:high]
    if _NO_GIFT.search(_BRACKETED.sub("", words)):
        return Piece(low, high, None)
    if AT_LEAST.match(text, low, high):
        return Piece(low, high, low)
    amounts = [
        q
        for q in quantities(text, low, high)
        if (q.is_money or q.is_ratio) and not (_is_condition(text, q, taken, low, high) if not granting else _bounded(q, taken))
    ]
    matching = re.search(r"\d:\d[^，；。]{0,10}(?:配套|比例|匹配|资金|给予|支持)|(?:配套|匹配)[^，；。]{0,10}\d:\d", words)
    each = _EACH.search(words)
    if each is not None and not re.search(r"不超过|最高|\d(?:万|亿)?元", words[each.start() :]):
        return Piece(low, high, low + each.start())
    band = re.search(
        r"\d[\d,.]{0,15}(?:万|亿)?(?:元|美元)?(?:\(含\)|含)?(?:以上|以下|以内|及以内|及以下|及以上|至[^，；。]{1,12}?)?(?:的)?部分",
        words,
    )
    if band is not None and re.search(r"按|%", text[low : min(len(text), high + 14)]):
        return Piece(low, high, low + band.start())
    first = min([q.start for q in amounts] + ([low + matching.start()] if matching else []), default=None)
    if first is not None:
        begin = _promise_start(text, low, first)
        return Piece(low, high, begin, cap_only=_is_cap_only(text, low, begin, amounts))
    plain = _GIVE_PLAIN.search(words)
    if plain is not None and not re.search(r"(?:未|未曾|没有|已|已经|曾)$", words[: plain.start()]):
        by = re.search(r"(?:可选择|可)?(?:按照?|参照)[^，；。]{2,40}$", text[low : low + plain.start()])
        return Piece(low, high, low + (by.start() if by else plain.start()))
    return Piece(low, high, None)


_SUM_OF = re.compile(r"(?:其中，?)?[^，；。：\d]{1,24}\d[\d,.]{0,12}(?:万|亿)?元(?:以内)?")
_SUMS_LEAD = re.compile(
    r"(?:补[助贴]|奖励|资助|扶持|支持|津贴)[^。：\n]{0,16}(?:标准|额度|金额)[^。：\n]{0,12}：[^。\n]{0,260}$|"
    r"(?:给予|发放)[^。：；\n，]{2,24}(?:补[助贴]|奖励|资助|津贴)(?:，其中[^。；\n]{0,120})?$"
)


def _listed_sum(text: str, low: int, high: int) -> bool:
    """儿童剧项目120万元 in a list that 资助额度不超过以下标准： opens, 硕士研究生4万元 behind 发放住房补贴，其中本科生2万元."""
    if _SUM_OF.fullmatch(text[low:high].rstrip("。；，")) is None:
        return False
    lead = text[max(0, low - 320) : low].rstrip("，；")
    if re.match(r"其中", text[low:high]):
        return _SUMS_LEAD.search(lead) is not None
    going_on = "：" in lead[-280:] or re.search(r"，其中[^。；\n]{2,120}元$", lead) is not None
    return going_on and _SUMS_LEAD.search(lead) is not None


_SCALE_OF = re.compile(r"规模(?!的)(?!以上)(?:(?!奖励|补助|补贴|给予|资助)[^，；。\d]){0,8}$")
_SPENT_BY_FIRM = re.compile(
    r"(?P<what>(?:资金|总|设备)?(?:投入|投资)(?:总?额|金额|资金)?(?:为|在)?)\d[\d.]{0,8}(?:万|亿)?元?(?:-|~|—{1,2}|至|到)(?=\d)"
)


def _is_condition(text: str, q: Quantity, taken: list[tuple[int, int]], low: int, high: int) -> bool:
    """Whether the quantity bounds something instead of being given."""
    before, after = text[low : q.start], text[q.op_end : high]
    if q.is_money and _listed_sum(text, low, high):
        return False
    given = re.search(
        rf"(?:{_VERB}|{_GIFT}|最高|标准为|标准|上限|封顶|不超过|不高于|额度|金额为|金额|分别|按|收费|比例|每[^，；。]{{1,12}}|为)[^，；。]{{0,26}}$",
        before,
    )
    follow = re.match(rf"(?:的|以内的?|/|元|及以内)?[^，；。]{{0,22}}?(?:{_GIFT}|给予|予以|标准|奖|贴息|比例|额度)", after)
    if _bounded(q, taken):
        return not re.search(r"(?:给予|予以|奖励|补助|补贴|资助)(?:[^，；。]{0,20})$", before[-24:]) or bool(
            re.match(r"(?:以上|及以上)?的", after)
        )
    if re.match(
        r"(?:以上|以下|及以上|\(含\)|（含）)?(?:的|至)(?:企业|单位|项目|业务|贷款|机构|产品|平台|园区|基地|合同|订单|融资|楼宇|展会|活动|门店|载体|，|、|奖励|补助|给予|部分)",
        after,
    ) and not re.search(r"(?:给予|予以|奖励|补助|补贴|资助|最高|按|按照)[^，；。]{0,16}$", before):
        return True
    if _SCALE_OF.search(before) or any(q.start in (m.end(), m.end("what")) for m in _SPENT_BY_FIRM.finditer(text, low, high)):
        return True
    if q.op in ("ge", "gt") and not re.search(r"(?:给予|予以|奖励|补助|补贴|资助|最低)[^，；。]{0,8}$", text[low : q.op_start]):
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


def _bounded(q: Quantity, taken: list[tuple[int, int]]) -> bool:
    """Whether a quantity stands inside one of the sorted threshold spans; only the nearest before it can hold it."""
    at = bisect.bisect_right(taken, (q.start, q.end))
    return any(a <= q.start and q.end <= b for a, b in taken[max(0, at - 4) : at + 1])


def _promise_start(text: str, low: int, amount: int) -> int:
    """Where the words of the promise begin before its first amount: behind the last condition of the piece."""
    for m in _TRIGGER.finditer(text, low, min(len(text), amount + 30)):
        if m.start() >= amount:
            break
        rest = text[m.start() : amount]
        if m[0] == "奖" and re.search(r"(?:等|优胜|优秀|金|银|铜|特等)$", text[low : m.start()]):
            continue
        if re.search(
            r"的(?:[^，；。的]{0,16}(?:企业|单位|机构|项目|平台|个人|产品|园区|基地|人才|组织|中心|者|团队|人员|商场|协会|学校|合作社|农户|"
            r"企业家))?(?:，|,)?(?:可|将|再|另|分别|一次性|最高|则)?(?:给予|予以|奖励|补助|补贴|资助|每|按|发放|由|享受|最高|分别)",
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
        return m.start()
    return max(low, amount)


LIMIT = re.compile(
    r"(?:[^，；。的]{0,8}?(?:年度|每年|当年|全年|累计|合计)?(?:获得|享受|申请)(?:的)?(?:上述|以上|本条|本项|本款|前款|前述|该项)[^，；。]{0,14}|"
    r"(?:\d|[一二三四五])年(?:内)?(?:累计|合计)(?:支持|资助|补助|奖励|补贴)(?:的)?(?:资金|总)?(?:金额|总额|额度)?(?:不超过|最高)|"
    r"[^，；。]{2,24}?(?:获得|享受)的(?:年度|当年|全年|累计|全部)(?:补贴|补助|奖励|资助|支持|扶持)总?|"
    r"(?:单|每|同一)[^，；。的]{0,8}(?:年度|每年|当年|全年|累计|合计|总)[^，；。的]{0,12}?)(?:金额|总额|额度|资金|总金额)(?:合计|累计|最高)?(?:不超过|最高|不得超过|不高于)"
)


def _is_cap_only(text: str, low: int, begin: int, amounts: list[Quantity]) -> bool:
    """Pieces that only limit what was promised before: 每家企业每年最高不超过10万元."""
    words = text[low : amounts[-1].end if amounts else low]
    lead = text[low:begin]
    if LIMIT.match(words) or words.startswith("封顶"):
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
                r"(?:且|但|并|原则上|其中)?(?:给予)?(?:每[^，；。]{0,16}|单[个项家户一笔台][^，；。]{0,16}|同一[^，；。]{0,16}|[一两单]个[^，；。]{0,16}|"
                r"对?(?:同|一)[个一家][^，；。]{0,16}|全年|年度|当年|累计|合计|总额|总计|最高|最多|不超过|上限|奖励|补[助贴]|资助|扶持|贴息|支持|"
                r"扶持资金|补贴资金|奖励资金|奖补|金额|额度|奖金|比例|享受|时间|期限|资金|该项|两项|单年|各|企业|平台|项目|机构|政策|限额|封顶|奖)"
                r"[^，；。]{0,26}?(?:最高|最多|不超过|不得超过|上限|不高于|封顶|为限|以内|限额|控制在)",
                words,
            )
        )
        and not re.search(r"对[^，；。]{4,}的(?:企业|单位|，)", lead)
        and not any(q.is_ratio for q in amounts[:1] if re.search(r"按", words))
    )
