"""Which words of a clause promise something: pieces put together into promises with their conditions.

A unit is a sentence or a semicolon part. Inside it each comma piece either tells a condition or a promise (money, a share,
a relief, 给予支持 to a named group); a piece may do both: `对…的企业给予10万元奖励`.
"""

from __future__ import annotations

import re
from functools import lru_cache

from policies.extract.gifts import is_gift
from policies.extract.leads import open_lead
from policies.extract.metrics import metrics_in
from policies.extract.pieces import AT_LEAST, LIMIT, Benefit, Piece, pieces, units
from policies.extract.promising import TARGETED
from policies.extract.reporting import reported
from policies.extract.standings import FIRST_FOR
from policies.quantities import quantities

_HOLDER = re.compile(r"(?:对)?(?:同一|一[个家项户]|单(?![位独价身边方向纯])|每[个家项户场次届部集])")

_INNER_HOLDER = re.compile(
    r"(?:给予|奖励|补助)(?!的?(?:资金)?(?:标准|金额|额度|总额|比例|方式|资金))(?P<who>[^，；。\d]{4,70}?(?:企业|单位|机构|人才|团队|项目|平台|基地|园区|教师|专家|学校|协会|组织|"
    r"者|村集体|农户|业主|合作社|农场)|[^，；。\d]{2,10}?[一-龥]方(?:\([^()]{1,12}\))?|[A-F][类级档][一-龥]{0,6}?(?:人才|企业|单位|机构|园区|团队|项目))(?=最高|一次性|每|不超过|人民币|\d)"
)


_SPARED = re.compile(
    r"(?:免征|免收|免缴|减免|减征|减半征收|缓缴)(?P<who>[^，；。、]{0,16}?(?:企业|工商户|机构|单位|纳税人|合作社|学校|医院))(?=[^，；。]{0,30}(?:[税费]|租金|缴费|保[证障]金))"
)
"""免征中小微企业三项社会保险费: who is spared stands behind the verb."""
_TIME_ONLY = re.compile(r"(?:自|从)?20\d\d年[^，；。]{0,24}")


def benefits(text: str, start: int, end: int, *, granting: bool = False) -> list[Benefit]:
    """The promises in a paragraph, each with the condition pieces before it, in order; the caller's own to change."""
    known, key = _memory(text), (start, end, granting)
    if key not in known:
        known[key] = _benefits(text, start, end, granting)
    return [b.copied() for b in known[key]]


@lru_cache(maxsize=2)
def _memory(text: str) -> dict[tuple[int, int, bool], list[Benefit]]:
    """The promises of a document: who asks whether a paragraph gives anything asks before those who read it."""
    return {}


def _benefits(text: str, start: int, end: int, granting: bool) -> list[Benefit]:
    result: list[Benefit] = []
    counted: list[tuple[int, int]] = []  # what stands before 一是: conditions of all that is counted up in the sentence
    for index, (low, high, _) in enumerate(units(text, start, end)):
        pending: list[tuple[int, int]] = []
        opened: Benefit | None = None
        of_counted, begin = False, low
        counted = [] if text[low - 1 : low] in "。！？" else counted
        for piece in pieces(text, low, high, granting=granting):
            number = _COUNTED.match(text, piece.start, piece.end)
            if number is not None:
                if number["one"]:
                    counted = pending or _counted_below(text, result, opened)
                pending, opened = list(counted), None
                of_counted = bool(counted) and TARGETED.match(text, number.end()) is None
                begin = low if number["one"] else piece.start
                piece = _from(piece, number.end())
            besides = _BESIDES.fullmatch(text, piece.start, piece.end)
            if besides is not None:
                piece = Piece(*besides.span("given"), besides.start("given"))
            elif _ASIDE.fullmatch(text, piece.start, piece.end) or reported(text, piece.start, piece.end) == piece.end:
                continue
            piece = _past_report(text, piece)
            before = opened or (result[-1] if result and result[-1].unit >= index - 1 else None)
            if piece.promise is None and before is not None and _sums_of(text, before, pending, piece):
                before.promises.append((piece.start, piece.end))
                before.end, opened, pending = piece.end, before, []
                continue
            if piece.promise is None:
                if opened is not None and (_belongs(text, piece) or AT_LEAST.match(text, piece.start)):
                    opened.promises.append((piece.start, piece.end))
                    opened.end = piece.end
                    continue
                pending.append((piece.start, piece.end))
                continue
            own = (piece.start, piece.promise)
            limits = piece.cap_only and (_HOLDER.match(text, *own) or LIMIT.match(text, piece.start, piece.end))
            telling = (
                _tells(text, *own)
                and not limits
                and not (_STAGE.fullmatch(text, *own) and _SHARE.search(text, piece.promise, piece.end))
                and not (pending and _FOR_COST.fullmatch(text, *own))
            )
            if piece.cap_only and not pending and (opened or result) and not telling:
                host = opened or (result[-1] if result and result[-1].unit >= index - 2 else None)
                if host is not None:
                    host.promises.append((piece.start, piece.end))
                    host.end = piece.end
                    continue
            if opened is not None and not pending and _pays_so(text, opened, piece):
                opened.conditions.append(own)
                opened.promises.append((piece.promise, piece.end))
                opened.end = piece.end
                continue
            beside = _beside(text, opened, piece) if opened is not None and not pending else None
            if opened is not None and beside is not None:
                own_words = (
                    _AT_RATES.search(text, *opened.promises[0])
                    or _COST_AHEAD.match(text, piece.start, piece.end)
                    or _ALSO_TO.match(text, piece.start, piece.end)
                )
                begin = piece.start if own_words else opened.start
                opened = Benefit(begin, piece.end, beside, [(piece.promise, piece.end)], index, apart=True)
                result.append(opened)
                continue
            if opened is not None and not pending and not telling:
                opened.promises.append((piece.promise, piece.end))
                opened.end = piece.end
                continue
            terms = [span for span in pending if _TERM.fullmatch(text, *span)]
            pending = [span for span in pending if span not in terms]
            telling = telling and not _names_gift(text, piece)
            conditions = _without_wishes(text, [*pending, *([own] if telling else [])])
            if all(_TIME_ONLY.fullmatch(text, *span) for span in conditions):
                spared = _SPARED.match(text, piece.promise, piece.end)
                conditions = [spared.span("who")] if spared is not None else conditions
            if not conditions:
                holder = _INNER_HOLDER.search(text, piece.promise, piece.end) or FIRST_FOR.match(text, piece.promise, piece.end)
                if holder is not None:
                    conditions = [holder.span("who")]
                    piece = Piece(piece.start, piece.end, holder.end("who"))
            opened = Benefit(
                conditions[0][0] if conditions else piece.start,
                piece.end,
                conditions,
                [(piece.promise or piece.start, piece.end)],
                index,
                goes_on=bool(terms) and not conditions,
                apart=of_counted,
            )
            opened.start = max(begin, opened.start) if of_counted else min(opened.start, piece.start)
            result.append(opened)
            pending = []
        if pending and opened is not None and opened.unit == index:
            opened.end = max(opened.end, opened.promises[-1][1])
    return [b for b in result if is_gift(text, b, start, granting=granting)]


_BARE_NAME = re.compile(r"(?![^，；。]{0,20}(?:首次|新|获|达|通过|入选|认定|评|列入|纳入|符合|[对经按的为在被]))[一-龥“”]{2,16}")
_ITS_STANDARD = re.compile(
    r"(?P<gift>(?:奖励|奖补|补助|补贴|资助|扶持|支持|贴息)(?:资金|项目)?)(?P<of>的)?(?:发放)?(?:标准|金额|额度|比例)(?:按|为|是|：|原则上)"
)


def _names_gift(text: str, piece: Piece) -> bool:
    """品牌培育|奖励的标准为每家企业30万元: the words before only say what the gift is called, here and in another place."""
    found = _ITS_STANDARD.match(text, piece.promise, piece.end) if piece.promise is not None else None
    if found is None or _BARE_NAME.fullmatch(text, piece.start, found.start()) is None:
        return False
    name = text[piece.start : found.end("gift")]
    return found["of"] is not None or text.find(name, piece.end) >= 0 or name in text[: piece.start]


_SUMS_ONLY = re.compile(
    r"(?:其中|具体为)?(?:[^，；。、：\d]{1,14}[为是]?\d[\d.]{0,9}(?:万|亿)?元(?:/[^，；。、\d]{1,3})?[、和]?){2,8}"
)


def _sums_of(text: str, opened: Benefit, pending: list[tuple[int, int]], piece: Piece) -> bool:
    """给予一次性奖励，国家级50万元、省级20万元: the sums of a promise that names none itself."""
    if any(text[low:high] not in ("其中", "具体为") for low, high in pending):
        return False
    told = any(char.isdigit() for low, high in opened.promises for char in text[low:high])
    return not told and _SUMS_ONLY.fullmatch(text, piece.start, piece.end) is not None


def _past_report(text: str, piece: Piece) -> Piece:
    """The piece without the words that only report it (办法提出将对…)."""
    return _from(piece, reported(text, piece.start, piece.end))


def _from(piece: Piece, start: int) -> Piece:
    """The piece from `start` on."""
    if start == piece.start:
        return piece
    return Piece(start, piece.end, None if piece.promise is None else max(start, piece.promise), piece.cap_only)


def _counted_below(text: str, result: list[Benefit], opened: Benefit | None) -> list[tuple[int, int]]:
    """对…的企业给予以下支持：一是…: whom the line without figures names, which is no promise beside what it counts up."""
    if opened is None or text[opened.end : opened.end + 1] != "：" or any(quantities(text, a, z) for a, z in opened.promises):
        return []
    result.remove(opened)
    return opened.conditions


_COUNTED = re.compile(r"(?:(?P<one>一)|[二三四五六七八九])是(?!否|由|因|在(?:于|此))")
"""对…的企业，一是按投入的20%补助，二是…: each number begins a promise of its own to whom stands before the first."""


_GIVEN_TO = re.compile(
    r"(?:并|同时|另|再|可|将)*(?:给予|奖励)(?P<who>[^，；。的\d]{0,8}?(?:本人|个人|团队|教练|企业|单位|机构|院校|学校|高校|主体|[一-龥]方))(?=最高|一次性|人民币|每|不超过|按|\d|奖[补励]|补[助贴]|资助)"
)
_PAID_TO = re.compile(
    r"(?:由|再)?[^，；。]{0,6}(?:财政|政府)[^，；。]{0,30}?给予(?P<who>[^，；。\d的]{2,10}?(?:机构|银行|企业|公司|业主|出租人|单位))[^，；。]{0,8}(?:补[助贴]|奖励|贴息|补偿)"
)
_ALSO_TO = re.compile(
    r"(?:并)?(?:同时|另)(?:再|也|另)?(?:给予|奖励|补助)(?P<who>(?!(?:该|其|企业|单位|机构|项目|主体))[^，；。的\d]{2,12}?(?:机构|团队|单位|企业|公司|学校|院校|协会|商会|合作社|法定代表人|经纪人|负责人))(?=[^，；。\d]{0,12}\d)"
)
"""给予旅行社…，同时给予培训机构课程补贴…: another besides, named after 同时."""
_RELIEVED = re.compile(r"(?:予以|给予)?(?:免[征收除缴交]|减免|减半|降低)")
_AT_RATES = re.compile(r"相同[^，；。]{0,4}价格|(?:居民|民用|住宅)[^，；。]{0,14}(?:价格?|标准|费率)")
_FOR_COST = re.compile(r"(?:并)?对其(?P<cost>[^，；。的\d]{2,16}?)(?=按|给予|予以|$)")


_OLD_OR_NEW = re.compile(r"^(?:新设(?:立)?|新增|新建|现有|原有|已有|存量)的?")
"""给予新设机构…，给予现有机构…: tiers for the same kind, and nobody beside."""


def _beside(text: str, opened: Benefit, piece: Piece) -> list[tuple[int, int]] | None:
    """给予发布方…，给予揭榜方…; 对其场租…，对其住宿…: under what conditions another is given something beside; None where nobody is."""
    low, high = opened.promises[0][0], opened.promises[-1][1]
    own = _GIVEN_TO.match(text, piece.start, piece.end) or _GIVEN_TO.search(text, piece.promise or piece.start, piece.end)
    theirs = _GIVEN_TO.search(text, low, high)
    if own is not None and theirs is not None and _OLD_OR_NEW.sub("", own["who"]) != _OLD_OR_NEW.sub("", theirs["who"]):
        return [*opened.conditions, own.span("who")]
    also = _ALSO_TO.match(text, piece.start, piece.end) if theirs is None else None
    if also is not None and also["who"] not in text[opened.start : high]:
        return [*opened.conditions, also.span("who")]
    payee = _PAID_TO.match(text, piece.start, piece.end)
    if payee is not None and theirs is None and payee["who"] not in text[opened.start : high] and _RELIEVED.search(text, low, high):
        return [*opened.conditions, payee.span("who")]
    if _AT_RATES.search(text, low, high) and _RELIEVED.match(text, piece.promise or piece.start):
        return list(opened.conditions)
    cost, before = _FOR_COST.match(text, piece.start, piece.end), _FOR_COST.search(text, opened.start, low)
    if cost is not None and before is not None and before.end() == low and cost["cost"] != before["cost"]:
        return list(opened.conditions)
    other = _COST_AHEAD.match(text, piece.start, piece.end)
    if other is not None and other.end() == piece.promise and other["cost"] not in text[opened.start : high]:
        return list(opened.conditions)
    return None


_COST_AHEAD = re.compile(
    r"(?:其)?[^，；。的对按\d]{0,10}?(?P<cost>租金|房租|装修费|利息|保费|物流费|电费|评估费|担保费|检测费|认证费)用?(?:支出)?(?:前?[一二两三四五\d]年内?)?(?=按|给予|予以|每)"
)
"""…给予开办补助，自用办公用房租金前三年|给予50%补贴: another cost, for the same."""
_BARE_SHARE = re.compile(r"按照?[^，；。]{2,24}?\d{1,3}%(?:的比例)?")
_GIVES_IT = re.compile(r"(?:给予|进行)(?:财政)?(?:贴息|补贴|补助|奖励|资助)")


def _pays_so(text: str, opened: Benefit, piece: Piece) -> bool:
    """按贷款基准利率的50%，对200万元以内的贷款给予贴息: the share, and what it is given for."""
    if len(opened.promises) != 1 or piece.promise is None or not text.startswith("对", piece.start):
        return False
    return bool(_BARE_SHARE.fullmatch(text, *opened.promises[0]) and _GIVES_IT.fullmatch(text, piece.promise, piece.end))


_TERM = re.compile(
    r"(?:(?:每[家户个]|单个|同一)[^，；。]{0,6})?(?:累计)?(?:该|此)?(?:项)?(?:奖励|补助|补贴|资助|扶持|支持|贴息|减免)?(?:的)?(?:期限|期|年限|周期|时间)(?:一般|原则上)?(?:为|不超过|最长)[^，；。]{1,16}"
)


_NO_WISH = re.compile(r"^其中|的$|的(?:企业|单位|项目|机构)|符合|具备|达到|获得|认定|入选|列入|纳入|凡|经|被|\d|[一二三四五]年")


def _without_wishes(text: str, conditions: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """支持产学研联合，对…项目给予扶持: the wish before 对 is no condition."""
    target = next((i for i, (a, _) in enumerate(conditions) if i and text.startswith(("对", "将"), a)), None)
    if target is not None and _ITS.match(text, conditions[target][0]):
        return conditions  # 新入驻电商平台，对其缴纳的年费给予资助: 其 is who stands before
    if target is None or any(_NO_WISH.search(text[a:z]) for a, z in conditions[:target]):
        return conditions
    if target == 1 and OF_THE_KIND.search(text, *conditions[target]) and BUILDS.match(text, *conditions[0]):
        return conditions
    return conditions[target:]


_ITS = re.compile(r"对其(?![他它余中])")
BUILDS = re.compile(
    r"(?:积极|大力)?(?:鼓励|支持|引导|推动)[^，；。]{0,20}?(?:新建|建设|建立|搭建|组建|打造|设立|开发|研发|举办|开展|创建)[^，；。]{4,}"
)
OF_THE_KIND = re.compile(r"的(?:项目|平台|基地|载体|中心|产品|活动|机构|实验室|仓库|园区|车间)(?:，|$)")
"""鼓励在区内新建智算中心，对获得市级支持的|项目: of what the wish names."""


def _belongs(text: str, piece: Piece) -> bool:
    """A tail that goes on about the promise: 补贴期限为3年, 其他费用由企业自行承担."""
    return bool(
        re.match(
            r"(?:[^，；。]{0,12}(?:时间|期限|周期)(?:最长)?(?:为|不超过|最长)|(?:每[家户个]|单个|同一)[^，；。]{0,6}(?:最长|最多)(?:补贴|支持|享受|不超过)?|对该(?:企业|单位|项目)给予|(?:企业)?实际[^，；。]{2,16}低于|"
            r"按照?实际支付[^，；。]{2,12}(?:进行|给予)补贴|(?:[^，；。\d]{0,6}补[贴助]|租赁|租用)?(?:建筑)?面积(?:最多|最高|原则上)?不超过|最高不超过\d|最长|每增加|每超过|每突破|并?按等增|补贴|补助|奖励|资助|支持|期限|时间|"
            r"最长|占股|持股|参股比例|且?不(?:为|作为|成为)第一大股东|连续(?![^，；。]{2,30}的(?:提高|上浮|给予|奖励|补))|分[一二两三四五\d期年批次]|直至|(?:专项|可|全部|主要)?用于|其他费用|资金|逐年|不重复|享受补贴|奖金)",
            text[piece.start : piece.end],
        )
    )


_MEASURE_ONLY = re.compile(
    r"(?:对)?其?(?:超过|超出|增量|增长)(?:的)?|(?:年)?(?:度)?(?:出口|进口|进出口|营业收入|销售收入|销售额|产值|担保费|租金|利息|"
    r"贷款|投资|面积|交易额|税收)(?:总额|额)?|单(?:台|套|个|件)(?:\([台套件]\))?(?:设备|产品)?|免申即享|每年[^，；。]{0,6}遴选不超过\d{1,3}[^，；。]{0,24}|"
    r"每年可?推荐不超过\d{1,3}名[^，；。]{0,12}"
)


_COST_ONLY = re.compile(
    r"[^，；。的对为]{1,14}(?:费|费用|租金|利息|贷款)(?=(?:按|每|据实|最高|给予)[^，；。]{0,40}(?:补[贴助]|贴息|报销|资助|奖励))"
)


_N = r"[一二三四五六七八九十两\d]{1,3}"
_START = r"(?:自|从)[^，；。的]{0,20}?(?:年度|之日|当年|年|月|后|日)?(?:起|开始)|[^，；。的]{0,12}(?:投产|达产|开业|落户|注册|竣工|认定|入驻|纳税|获利|盈利|签约)(?:之?日|年度)?(?:起|后)"
_YEARS = re.compile(
    rf"(?:{_START})?的?，?(?:在(?=\d|[一二三四五两])|连续|前|后|首|头|最长|共|的|每年|每|之?内|期)*{_N}(?:、{_N})*(?:至{_N}|-{_N})?个?(?:完整)?(?:会计|纳税|自然)?(?:年度?|月)(?:之?内|期内|期间|期)?|{_START}(?<=起)"
)
_SHARE = re.compile(r"[%‰半]|全额|分之|比例")
_STAGE = re.compile(rf"(?:{_START}，?)?第{_N}(?:年?[至到和、-]第?{_N}){{0,4}}个?(?:会计|纳税|完整)?年度?(?:内)?")
"""自投产之日起五年内: for how long is paid."""


_GIVER = re.compile(
    r"(?:再)?(?:由)?[一-龥]{0,8}(?:[省县镇]|(?<!上)市|(?<![假范验聚集园社业游景街])区)(?:级)?(?:财政|政府|人民政府|管委会)?(?:再)?"
)


COST_FIRST = re.compile(
    r"(?:其|对其|其中，?)?(?:设备|厂房|土建|基础设施|软硬件|硬件|软件|车间|冷库|大棚|装修|固定资产|研发|检测|认证|物流|建设|改造|工程|场地|配套|种苗|苗木|肥料|保险)(?:及[^，；。]{2,4})?(?:投资|投入|建设|购置|改造|费用?|支出|保费)?(?:额|款|部分)?(?=按|$)"
)
"""厂房建设按每平方米200元补助: what the sum is counted by, and no condition."""
_BESIDES = re.compile(
    r"除(?P<given>(?:当年|首年|第一年|一次性|按规定|可|已)*(?:(?:给予|享受)[^，；。\d]{0,12}|每[^，；。\d]{1,6}|一次性)*(?:给予|奖励|补助|补贴|资助|奖补)[^，；。\d]{0,8}\d[\d.]{0,8}(?:万|亿)?元[^，；。\d]{0,12}?)(?:以|之)?外"
)
"""除一次性奖励10万元外，再…: what is given besides is given too."""
_ASIDE = re.compile(
    r"原则上|[^，；。]{2,16}按照?[^，；。\d]{0,10}\d{1,3}%(?:的比例)?(?:计算|折算)|(?:实际[^，；。]{0,8})?(?:不足|低于|少于)\d[\d.,]{0,9}(?:万|亿)?元的?(?:部分)?，?(?:据实|按实)[^，；。]{0,14}|(?:于|在)?(?:次年|下一年度?|第二年)(?:的)?(?:\d{1,2}|[一二三四上下])?(?:月|季度|半年)?[^，；。]{0,4}?(?:考核|集中|统一|一次性)?(?:兑现|拨付|发放|兑付)[^，；。\d]{0,4}|除(?![^，；。]{0,30}(?:企业|业|项目|机构|单位)(?:以)?外)[^，；。]{2,40}外|除(?![^，；。]{0,30}(?:企业|业|项目|机构|单位)以外)[^，；。]{2,80}以外|以[^，；。]{4,60}为(?:基数|基准)(?:\([^()]*\))?|"
    r"(?:同一|同|每|单)[^，；。\d]{1,14}(?:最多|不超过|至多|限)[^，；。\d]{0,8}\d{1,3}(?:个|件|项|次|家|人|名|国)[^，；。\d]{0,6}|"
    r"(?:同一|每|单)[家个户]?(?:企业|单位|机构|主体|申请人|申报单位)(?:每年度?|每个?年度|年度)(?:可|仅|只|限)*(?:申报|申请|享受|获得)[1一二两2](?:次|项|个)[^，；。\d]{0,16}"
)


_LEVEL_ALONE = re.compile(
    r"(?:其中，?|对于?|获得?|属于|为)*(?:(?:国家|省|市|区|县)级?[、和及或]){0,3}(?:国家|省|市|区|县)级(?:及以上|以上)?(?:企业|单位|机构|平台|项目)?(?:的)?，?"
)
_OF_LEVEL = re.compile("级(?:及以上|以上)?的，?$")
_LEVEL_GIVEN = re.compile(
    r"(国家|省|市|区|县)级(?:企业|单位|机构|平台|项目)?(?:的)?，?(?:分别|一次性)?(?:最高|不超过|给予|予以|奖励|补助|补贴|资助|\d)"
)


_PER_STEP = re.compile(r"(?:[比较](?:上一?年度?|去年|基数|基期)(?:同期)?)?每(?:再)?(?:增加|增长|新增|提高|超过|突破|达到?|满)\d")


def _counted_up(text: str, low: int, high: int) -> bool:
    """出口额比上年每增加100万元: what the steps are counted in, and no condition."""
    named = metrics_in(text, low, high)
    return bool(named) and _PER_STEP.match(text, named[-1].end) is not None and open_lead(text[low : named[-1].start])


_WHERE_ONLY = re.compile(r"(?:在)?(?:省|国|境|市|海)[内外](?:的|举办的|参展的)?")
"""参加展会的，省内的每次补助2000元，省外的每次补助5000元: where it is tells which sum."""
_YEAR_BY_YEAR = re.compile(r"(?:第[一二三四五]年?[、和及至到]){1,4}第?[一二三四五]年")


def _is_cost(text: str, low: int, high: int) -> bool:
    """Whether the words before 按 name what is paid for."""
    return text.startswith("按", high) and COST_FIRST.fullmatch(text, low, high) is not None


def _tells(text: str, low: int, high: int) -> bool:
    """Whether the words before a promise in its own piece are a condition and not mere adverbs."""
    words = text[low:high]
    if _LEVEL_ALONE.fullmatch(words) and (
        _OF_LEVEL.search(words) or len({m[1] for m in _LEVEL_GIVEN.finditer(text, max(0, low - 60), high + 40)}) > 1
    ):
        return True  # 国家级给予100万元，省级给予50万元: levels, and not who pays
    if _WHERE_ONLY.fullmatch(words):
        return True
    if _YEAR_BY_YEAR.fullmatch(words) and text.startswith("分别", high):
        return False
    cost = _COST_ONLY.match(text, low)
    if (
        (cost is not None and cost.end() == high)
        or _YEARS.fullmatch(words)
        or _is_cost(text, low, high)
        or _MEASURE_ONLY.fullmatch(words)
        or _GIVER.fullmatch(words)
        or _counted_up(text, low, high)
    ):
        return False
    bare = re.sub(
        r"[单每](?:笔|案|次|项|场|届|批)|(?:连续|(?<!第)(?<![二、至\d一两三四五]))[一二两三四五\d]+年(?!内|以|来|期)|该企业|该单位|该项目|两项|三项|各项|分阶段|(?:超基数|超出|超过|增量|新增)部分|最多|至多|即|资金|补助|补贴|奖励|"
r"资助|扶持|支持|金额|额度|总额|增加|前提下|对其|其|的|可|将|则|再|另|额外|分别|各|由|区|市|县|省|财政|政府|部门|按照?|标准|比例|给予|"
r"一次性|最高|每年|年度|当年|并|且|同时|还|企业|单位|机构|平台|项目|单个|每个|每家|原则上|按年度|经认定|经评审|评定|择优|分档|后|其中|自|"
r"起|在享受|基础上|政策|有关|上述|以上|根据|给|予|按",
        "", words,
    )  # fmt: skip
    return len(re.sub(r"\W", "", bare)) >= 2
