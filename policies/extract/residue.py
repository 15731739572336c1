"""What a clause still says beside its typed leaves: its telling words, trimmed, or nothing where it tells procedure, payment or a wish."""

from __future__ import annotations

import re

from policies.extract.clauses import around, outside
from policies.extract.leaf import Found, Node, leaves_of
from policies.extract.mentions import Mentions
from policies.lexicon.sought import Sought

WEAK = {
    "industry_theme",
    "entity_kind",
    "enterprise_size",
    "qualifications",
    "ownership",
    "headquarters",
    "industry",
    "above_scale",
    "listed_board",
    "awards",
}


_FILLER = re.compile(
    r"(?:(?:中小(?:微型?)?企业)?划[型分]标准|中小(?:微型?)?企业标准)(?:的?规定|暂行规定)?|等值的?(?:自由)?(?:可?兑换)?(?:货币|外币|外汇|人民币|美元)|法定代表人|实际控制人|主要负责人|承担(?=企业|单位)|申报(?:单位|企业|主体|项目|机构|对象|者|人)|申请(?:单位|企业|主体|项目|机构|人|者|时)|(?<!中央)企业|单位|公司|机构|主体|项目|平台|组织(?!企业|会员|参[加展与]|开展|举办|实施|培训|活动)|对象|应当|应该|必须|原则上|至少|要求|满足|符合|以下|下列|上述|条件|"
    r"正式|管辖|组织机构|所?申[请报]的?(?:园区|平台|基地|楼宇|产品|载体|场地)的?|平稳|稳定|统计名录|名录库|数据库|直报平台|具有|具备|拥有|属于|依法|按规定|按时|为其|从事|现行标准|用人|对于|或者|以及|各类|所有|凡是|期间|申请补贴时|申请补贴当月前|申报时|申请时|之一|类型|范围|领域|行业|产业|内资|法人|创新|经认定|评价入库|入库|认定|资格|称号|管理制度|有效期内|支持|鼓励|引导|推动|"
    r"帮助(?!企业|解决)|(?:共?渡过?|克服)(?:经营)?(?:难关|困难)|纾困(?:解难)?|(?:恢复|稳定|加快|健康|持续)+发展|做大做强|行政区域|经济组织|统计口径|实际|有效|在职正式|(?:登记|注册)设立|注册|(?:不得)?重复申报|政策期内|(?:[本我全][省市区县])?重点(?:发展|支持|培育)(?:的|(?=$))|本市重点发展|国民经济行业(?:分类)?(?:代码)?|行业(?:类别|分类|代码)|所属行业|范围|国家级?|[省市区县]级|后?再将|[在本该我市区县]{1,4}(?:内)?(?:形成|产生|实现)的?$|"
    r"[应须需为是的在具且并或和及与、等对凡本该其者可均各类型至含，；。：()“”内有已被经由向于个及《》者名所又还均以仍]"
)
_LEADIN = re.compile(
    r"(?:(?:须|应|需|应当|必须)?(?:同时)?(?:符合|满足|具备|达到|具有)(?:以下|下列|如下|上述)[^，；。：]{0,20}(?:条件|要求|"
    r"标准|情形|规定|之一|者)?(?:的)?[^，；。：]{0,8}(?:：|，可以申请|$))|"
    r"(?:符合|满足)(?:以上|相关|有关|本办法|政策|规定|申报|上述)?(?:的)?(?:全部|所有|基本)?(?:申报|认定)?(?:条件|要求|规定)(?:的)?(?:企业|单位|项目|机构|主体|人)?$|"
    r"(?:以下|下列|如下)[^，；。：]{0,10}(?:条件|情形|要求)[^：]{0,16}(?:：|$)"
)
_PREFIX = re.compile(
    r"^(?:[是系]指|(?:凡|拟)?(?:申[请报领]|享受)[^，；。：应须需]{2,24}?的(?:企业|单位|机构|主体|项目|产品)(?:应当?(?!用)|必须|须|需(?!求|要))|申[请报](?:主体|单位|企业|机构|人|对象)(?:原则上)?(?:应当?|须|需|必须)(?:为|是)|本(?:意见|办法|政策|措施|细则|规定|若干措施|通知|专项)[^，；。的]{0,4}(?:支持|扶持|奖励|面向|适用于)|(?:[省市区县、]|各级|本级|同级|两级){1,6}(?:人民政府|政府|财政)对(?!外|口|标|接)|对于|对(?!外|口|标|赌|接|[^，；。]{2,14}[性料]负责)|凡是?|鼓励|支持(?!对象)|引导|推动|推进|积极|加快|大力|重点(?=支持|扶持|鼓励|推动|推进|围绕|发展|培育|聚焦|打造|引[进入]|招引|吸引|加强|面向|对|用于|奖励|资助|补助|引导)|其中|同时|此外|另外|并(?![购网轨联发])|且|以及|或者?|即(?![将时])|如(?![实期约])果?|若(?!干)|如有|当(?!年|前|地|日|月|期)|而|并对|"
    r"将(?!来)|则|及(?![时早格])|和(?![谐平])|与(?=其签订)|上述|以上|(?:[^，；。的对]{2,16}(?:资金|财政)|各[^，；。的对]{1,20})对(?=[^，；。]{4})|须|应当|应(?![用届急收付变对邀聘])|需(?!求)|必须|原则上|经[^，；。]{0,18}?(?:认定|评审|审核|审定|备案|评定|批准|核定|验收合格)(?:后|"
    r"通过后)?(?=，|$)|[：、，\s])+"
)
_GENERIC_HEAD = re.compile(
    r"^(?:各类|所有|相关|上述|该类|该|本地|工业|中小)?(?:企业|单位|项目|机构|公司|平台企业|运营企业|主体|创新主体|企业和机构|企业或机构|企业、机构|"
    r"企事业单位|申报单位|申报企业|法人单位|组织|个人|用人单位|对象|业主单位|建设单位|承办单位|运营单位|平台|园区|产品|社会组织|企业或单位|企业或个人|"
    r"单位和个人|单位或个人|企业及单位|机构或企业|服务机构|经营主体|市场主体|投资主体|实施主体|学校|人才|人员)(?:法人)?$"
)
_FOR_TAKING = re.compile("对(?=接[收纳受])")


def rest(m: Mentions, low: int, high: int, spans: list[Found], *, listed: bool) -> tuple[int, int] | None:
    """What of a clause the typed spans leave uncovered, if it still says something: its trimmed span."""
    text = m.text
    if spans and all(re.fullmatch(r"[的企业单位在于和及、]*", text[a:b]) for a, b in around(low, high, spans, m)):
        return None
    segments = outside(low, high, sorted((f.start, f.end) for f in spans))
    strong = [f for f in spans if f.node["fact"] not in WEAK]
    if strong:
        first = min(f.start for f in strong)
        segments = [
            (a, b)
            for a, b in segments
            if not (
                b == first
                and len(_BRACKETED.sub("", text[a:b])) <= 22
                and re.search(r"(?:时|须|应|需|前|后|内|(?:[须应需]|应当)[为是])$", text[a:b])
                and not re.search(r"[、且]", text[a:b])
            )
            and not (
                b == first and _TOWARDS.fullmatch(text, a, b) and any(f.start == b and f.node["fact"] in _OWED for f in strong)
            )
            and not (
                b == first and _HELD.fullmatch(text, a, b) and any(f.start == b and f.node["fact"] == "floor_area" for f in strong)
            )
            and not (b == first and (_GAINED.fullmatch(text, a, b) or _LENDER.fullmatch(text, a, b)))
            and not (b == first and b - a <= _LONGEST_SUBJECT and _OUGHT.search(text, max(a, b - 6), b))
        ]
    opening = min((f.start for f in spans if f.node["fact"] in WEAK), default=-1)
    segments = [(a, b) for a, b in segments if not (a == low and b == opening and _BARE_SUBJECT.fullmatch(text, a, b))]
    segments = [(a, b) for a, b in segments if not _told(text, a, b, strong) and not (spans and _SINCE.fullmatch(text, a, b))]
    if any(_OPENS_LIST.fullmatch(text, a, b) for a, b in segments):
        return None
    telling = [
        (a, b)
        for a, b in segments
        if (_weight(_without_places(m, a, b)) >= 3 if spans else _bare_weight(text[a:b]) >= (4 if listed else 3))
        or (not spans and not listed and _SORT.search(text, a, b))
        or (b == high and _ENTERED.fullmatch(text, a, b) and any(f.end == a and _tells(text, f) for f in spans))
        or (b == high and any(f.end == a and _tells(text, f) for f in spans) and _is_kind(text, a, b))
    ]
    if not telling:
        return None
    telling = [(a, b) for a, b in telling if not re.fullmatch(r"\([^()]*\)?[的，；。]?", text[a:b])]
    if not telling:
        return None
    a, b = telling[0][0], telling[-1][1]
    longest = max(telling, key=lambda part: part[1] - part[0])
    if any(a < f.start and f.end < b and _tells(text, f) for f in spans) and text.count("(", *longest) == text.count(")", *longest):
        a, b = longest
    prefix = _PREFIX.match(text[a:b]) or _FOR_TAKING.match(text[a:b])
    if prefix and prefix.end() < b - a and not text[a : a + prefix.end()].startswith("经"):
        a += prefix.end()
    elif prefix and text.startswith("对经", a):  # 对经第三方评定，…: who judges is said of whom it is for
        a += 1
    lead = _LEADIN.match(text[a:b])
    if lead is not None and lead.end() >= b - a:
        return None
    a, b = _trimmed(text, a, b)
    if _is_place(m, a, b):
        return None
    if (spans and b == high and (_is_kind(text, a, b) or _ENTERED.fullmatch(text, a, b))) or (
        not spans and not listed and _SORT.fullmatch(text, a, b)
    ):
        return a, b
    return (a, b) if (_weight(_without_places(m, a, b)) if spans else _bare_weight(text[a:b])) >= 3 else None


def bound_somebody(nodes: list[Node]) -> bool:
    """Whether the conditions of a definition bound those it names, and do not only describe them or say where they are."""
    return bool({x["fact"] for n in nodes for x in leaves_of(n)} - WEAK - {"declared", "registered_region"})


def _tells(text: str, f: Found) -> bool:
    """Whether a typed leaf tells something of the body that is named behind it: a bound, or a title that it is said to hold (持有许可证的|民宿)."""
    held = f.node["fact"] == "qualifications" and _HOLDS.match(text, f.start) is not None
    return held or f.node["fact"] not in WEAK | {"declared"}


_HOLDS = re.compile(r"持有|取得|具有|具备|拥有|获得?")


def _without_places(m: Mentions, a: int, b: int) -> str:
    """The words without the names of districts: 已认定为番禺区(总部企业) tells no more than 已认定为."""
    return _HERE.sub("", "".join(m.text[low:high] for low, high in around(a, b, [], m)))


_HERE = re.compile(r"在(?:[本我全][省市区县州]|辖区内?|[省市区县]内)(?=$|的$)")
_OWED = {"local_contribution", "tax_paid"}
_TOWARDS = re.compile(r"(?:企业|单位|机构)?(?:当年|年度|上一?年度?)?对[^，；。、的]{2,12}的?")
"""(企业年度对江东新区)地方财政贡献超过…: whom a measure is owed to."""
_HELD = re.compile(r"(?:拥有|自有|自建|自购|(?:长期)?租[用赁]|购[买置]|或者?|、|和|及){1,6}的?")
"""自有或者租用|仓储面积3万平方米以上: by what right rooms are held, all of which will do."""
_OUGHT = re.compile(r"(?:应当|必须|[应须需已均还])(?:设立|为|是|在)?$|(?:对象|主体|申[请报](?:单位|企业|机构|人))[是为]$")
_LONGEST_SUBJECT = 40
_BARE_SUBJECT = re.compile(
    r"(?![^，；。]{0,20}(?:具[有备]|取得|获|通过|符合|满足|已|经|从事|开展|[无未不]|实施|建[设成]|引进|参与))[^，；。、\d]{2,24}?(?:(?:原则上|均|还)?(?:应当?|必须|须|需)(?:为|是|属于|在|具[有备]|持有|取得)?|(?:对象|主体|企业|单位|目标|重点)(?:重点)?(?:为|是|包括))(?:(?:[本我全][市省区县]|[一-龥]{2,3}[市省区县]?)(?:重点(?:发展|支持|培育)的?)?)?"
)
"""数字出版项目的申报单位应为|…企业, 产品应属于本市重点发展的|…: a subject alone, of which what follows is asked."""
_LENDER = re.compile(
    r"(?:获得?|引入|引进|吸引)[^，；。的]{2,14}(?:机构|基金|银行|公司)|"
    r"(?:当年|年度)?(?:对)?(?:从|向|经|由|通过|在)[^，；。的]{0,16}(?:银行业?|金融机构|信用社|农商行)[^，；。的]{0,6}"
)
_GAINED = re.compile(r"在[^，；。]{2,20}过程中|(?:20\d\d年度?)?对?(?:通过|经|获|已|被|新|首次|重新|期满|当年)[^，；。的、]{0,8}的")
_CALLED = re.compile(r"(?:[、，和及或与]|以及)[^，；。、]{2,16}")
_SINCE = re.compile(r"自[^，；。的]{1,14}(?:之?日|年度?|月)(?:起|后|以来)(?:算|计算)?")
_CERTIFIED = re.compile(
    r"[》”)]{0,2}(?:国家|行业|团体|国际)?(?:标准)?(?:管理)?(?:体系)?(?:认证|贯标|验收|评审|认定)?(?:并(?:且)?(?:取得|获得?|通过)[^，；。]{0,8}(?:证书|认证|认定))?(?:的)?(?:企业|单位)?"
)
_OTHER_GIFT = re.compile(r"(?:[、和及或与]|给予)[^，；。]{2,40}(?:奖励|补助|补贴|资金|支持|政策|扶持|优惠|减免)")


_SUCH_FUNDS = re.compile(r"(?:本|该|上述|同类)?(?:项|类)?(?:奖励|奖补|补[助贴]|专项|扶持|资助|支持){1,2}(?:资金|政策|项目)?")
"""已获其他资金支持的，不得重复申报(奖励资金)."""
_NONE_SUCH = re.compile(
    r"等?(?:各?方面|领域)?(?:均)?(?:未|无|没有)(?:发生|出现|有)?(?:过)?[^，；。]{0,6}(?:事故|违法|违规|行为|问题|事件|记录)"
)
"""在安全、环保|等方面未发生重大事故: the words that typed leaves are cut from."""


def _told(text: str, a: int, b: int, strong: list[Found]) -> bool:
    """What belongs to a typed leaf: 不得同时享受省级补助(和市级奖励), (严重破坏环境)的违法行为."""
    if _OTHER_GIFT.fullmatch(text, a, b):
        return any(f.end == a and f.node["fact"] == "received_benefits" for f in strong)
    if _SUCH_FUNDS.fullmatch(text, a, b):
        return any(f.end <= a <= f.end + 1 and f.node["fact"] == "received_benefits" for f in strong)
    if _NONE_SUCH.fullmatch(text, a, b):
        return any(f.end == a and f.node["op"] == "not_occurred" for f in strong)
    if _CERTIFIED.fullmatch(text, a, b):
        return any(f.end == a and f.node["fact"].startswith("qualification") for f in strong)
    return text[b : b + 1] == "的" and _CALLED.fullmatch(text, a, b) is not None and any(f.start == b for f in strong)


_BRACKETED = re.compile(r"\([^()]*\)")
_ASIDE = re.compile(r"\((?:(?:以下|下)(?:简|统|合)?称|含|包括)[^()]*\)")
_OPENS_LIST = re.compile(
    r"[^，；。：]{0,24}(?:应当?|须|需)(?:同时)?(?:符合|满足|具备)：|[^，；。：的]{0,24}(?:符合|满足|具备)(?:以下|下列|如下)[^，；。：]{0,14}：?"
)
_INLINE_NUMBER = re.compile(r"(?:\([一二三四五六七八九十\d]{1,2}\)|[①-⑳])\s*(?=[^，；。、])")
_PAYER = re.compile(r"(?:各|本|同)?[省市区县级]*(?:人民政府|政府|财政|福彩公益金|专项资金)?")


_TAIL = Sought(
    r"(?<=[业目构位台区])(?:前|后|头|首)[一二三四五两\d]个?(?:年度?|月)(?:内)?$|[并且后](?:平稳|稳定|正常|持续|连续)$|自[^，；。的]{2,14}起(?:算?的?)?[^，；。的]{0,6}(?:年|个月)(?:之?内)?$|(?<![认许])可以?$|(?<=[企构台园业])[和及与](?:其)?(?:相关|有关|其他)$|(?:还|均|将|再|实行)$|也?(?<![需主重必首纪摘提概])要$|也应当?$|(?<=[一-龥])由[^，；。的由]{2,16}(?:进行|组织|开展)[^，；。的由]{0,4}(?:评估|评定|评审|考核|认定|验收)$|"
    r"通过[^，；。的]{2,20}(?:资金|基金)$|的(?:补[助贴]|奖励|资助|扶持|支持)(?:比例|标准|金额|额度)可[^，；。]{0,8}$|"
    r"(?:并且?|且)经[^，；。的经]{0,12}(?:认定|评定|审定|验收|备案|批准)为?$"
)
"""How words end that go on to say who judges, or what pays: …由第三方进行评估, …通过专项资金."""
_SO_CALLED = re.compile(r"\((?:以下|下)?(?:简|统|合)称[^()]{0,24}\)?$")
_WITH = re.compile(r"与[^，；。、与]{2,30}(?:合作|签[订约署]|共[建同]|联合|建立|达成)")
_LONGEST_TAIL = 32
_WHOLE_WORDS = {"及时", "及早", "和谐", "与会", "合并", "兼并", "归并", "目的", "总和", "参与", "中和", "饱和", "缓和", "平和"}


def _trimmed(text: str, a: int, b: int) -> tuple[int, int]:
    """Without marks and joining words at either end, nor a quotation mark whose partner is cut off, nor the number of a line."""
    numbered = _INLINE_NUMBER.match(text, a, b)
    if numbered is not None:
        a = numbered.end()
    called = _SO_CALLED.search(text, max(a + 2, b - _LONGEST_TAIL), b)
    b = called.start() if called is not None else b
    tail = _TAIL.search(text, max(a, b - _LONGEST_TAIL), b)
    if tail is not None and tail.start() - a >= 4:
        b = tail.start()
    b -= next((len(word) - 1 for word in ("的年", "的年度") if text[a:b].endswith(word)), 0)
    while b > a and (
        (text[b - 1] in "，；。：、的和及与或且并" and (text[b - 2 : b] not in _WHOLE_WORDS or text[b - 3 : b] == "项目的"))
        or (text[b - 1] in "“《(" or (text[b - 1] == "”" and "“" not in text[a:b]))
    ):
        b -= 1
    while a < b and (
        (text[a] in "，；。：、的和及与或" and text[a : a + 2] not in _WHOLE_WORDS and not _WITH.match(text, a, b))
        or (text[a] in "”》)" or (text[a] == "“" and "”" not in text[a:b]))
    ):
        a += 1
    return a, b


def _is_place(m: Mentions, a: int, b: int) -> bool:
    """Whether a clause only names the place or the purse that pays (南沙区, 市财政)."""
    text = m.text
    at = max((r.end for r in m.regions_in(a, b) if r.start == a), default=a)
    return bool(_PAYER.fullmatch(text, at, b))


_BARE_FILLER = re.compile(
    r"经济组织|(?<!中央)企业|单位|机构|公司|符合条件|申报(?:单位|企业|主体)|申请(?:单位|企业)|以下|下列|上述|条件|[应须需为是的在对等本该其者并且或和及与：，；。、]"
)


_DATES = re.compile(
    r"(?:近|最近|前|过去)[一二两三四五\d]个?(?:完整)?(?:会计|自然)?年(?:度)?(?:以?内|以?来)?|20\d\d年(?:度)?(?:\d{1,2}月)?(?:\d{1,2}日)?|(?<=[至到])\d{1,2}月(?:\d{1,2}日)?|(?:以后|之后|以来|之间|期间)|(?:上一?|当|本)年度?"
)


def _bare_weight(words: str) -> int:
    """Telling characters of a clause that no typed leaf touches: only what says nothing at all is dropped."""
    undated, dates = _DATES.subn("", _LEADIN.sub("", words))
    telling = len(re.sub(r"[^\w]", "", _BARE_FILLER.sub("", undated)))
    return telling + (dates > 0 and telling >= 3) + _said_short(words)  # 2023年1月1日后开业: the date tells too


def _weight(words: str) -> int:
    """How many telling characters are left when filler words are taken out."""
    bare = _DATES.sub("", _LEADIN.sub("", _ASIDE.sub("", words)))
    return len(re.sub(r"[^\w]", "", _FILLER.sub("", bare))) + _said_short(words)


def _said_short(words: str) -> int:
    """What a word of two characters weighs that tells a whole condition (非僵尸企业, 类金融企业)."""
    return 2 * words.count("僵尸") + words.count("类金融")


_AT_A_BOUND = re.compile(r"(?:\d[^，；。\d的]{0,6}|以上[^，；。\d的]{0,4}|以内|以下)(?:\([^()]{1,6}\))?$")
_BODY_HEAD = re.compile(
    r"(?:企业|机构|公司|主体|平台|合作社|农场|大户|旅行社|商场|酒店|饭店|民宿|景区|院校|医院|博物馆|书店|车间|园区|市场|中心|协会|集体经济组织|村集体|联合体|农户)$"
)


_KIND = re.compile(
    r"的?(?!重点|优质|优秀|骨干|相关|有关|现有|上述|个人|参[与加展]|[获受]奖|入[选库驻围]|新[增设建引落]|存量|试点|示范|申[请报]|承[担办]|实施|所属|成员|下属|关联|符合|获得|同类|其他|各|该|单|每|本|我|全|区|市|县|省|境|园|国|外|中小|大中|工业|企业|事业|法人|独立|社会|市场|经营|经济|运营|建设|生产企业|投资|用人|培育|创新主体|服务(?:机构|平台|企业))"
    r"(?P<kind>[^，；。、：的()“”\d和及或与]{0,9}?(?:企业|机构|公司|平台|合作社|农场|大户|旅行社|商场|酒店|饭店|民宿|景区|院校|医院|车间|基地|市场|[商种养经][家户植殖营]户?|协会))$"
)


_SORT = re.compile(
    r"(?:入驻|入园|孵化|在孵|新设|现有|原有|存量|落户|本土|领军|链主|龙头|初创|返乡|参建|承建|承租|参展|组展|主办|承办|出租|实体|科技|竣工|重大|受灾|用工)(?:企业|机构|项目)"
)
"""对入驻企业给予…: two words that tell which."""


_ENTERED = re.compile(r"的?(?:新(?:设立?|引进|落户|迁入|注册)|增资(?:扩股)?)的?(?:企业|项目|机构|公司|总部)")
"""到账外资5000万美元以上的|新设项目: that it is new, or has more put in, is asked beside the bound."""


def _is_kind(text: str, a: int, b: int) -> bool:
    """营业收入2000万元以上的|科技型企业: a sort of body that ends a phrase behind a bound, though few words tell it."""
    found = _KIND.match(text, a, b)
    return found is not None and len(_PLAIN.sub("", found["kind"])) >= 2


_PLAIN = re.compile(r"企业|单位|机构|公司|平台|类|性|等")


def headed(text: str, low: int, high: int) -> list[tuple[int, int]]:
    """A phrase A的B without a generic head (企业, 单位); a kind of body behind a bound (100亩以上的种植大户) is a condition of its own."""
    words = text[low:high]
    at = words.rfind("的")
    if 3 <= at < len(words) - 1:
        head = words[at + 1 :]
        if _GENERIC_HEAD.match(head):
            return [(low, low + at)]
        if _AT_A_BOUND.search(words, 0, at) and _BODY_HEAD.search(head):
            return [(low, low + at), (low + at + 1, high)]
    return [(low, high)]
