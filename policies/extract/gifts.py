"""Whether a promise gives something to somebody: a fund that is set up, a plain wish or a rule about money does not."""

from __future__ import annotations

import re

from policies.extract.gives_nothing import gives_nothing
from policies.extract.pieces import Benefit
from policies.extract.reliefs import reliefs_in
from policies.extract.shares import as_paid
from policies.extract.standings import is_given
from policies.lexicon.sought import Sought
from policies.quantities import quantities

_TARGET = re.compile(
    r"对|凡|企业|单位|机构|项目|平台|基地|园区|中心|人才|者|人员|团队|产品|用户|组织|家庭|农户|合作社|学校|高校|医院|诊所|幼儿园|工商户|纳税人|协会|收入|房产|土地|设施|的，|的$"
)


_FOR_OTHERS = Sought(
    r"各村|行政村|村\((?:社区|居)|村级|村民|农户|渔民|居民(?!用户|生活|用[水电气热]|[^，；。]{0,4}(?:价格|标准|[电水气热]价))|社区居委|街道办|乡镇|街镇|镇街|水库|山塘|堤防|海塘|河道|水利工程|巡查|公益林|农村公路|"
    r"(?<!大)学生(?!创业|就业|实习)|幼儿(?!园)|低保家庭|低保户|困难家庭|个人[^，；。]{0,8}贷款|个人借款人|运动员|教练员?"
)
_BUDGET = re.compile(
    r"(?:设立|安排|统筹|筹措|单列|列支|预算)[^，；。给]{0,24}(?:资金|经费|基金)(?:\d[\d.]{0,8}(?:万|亿)?元)?(?:，(?:市|区|县|省)?(?:财政)?每年(?:预算)?安排[^，；。]{0,16})?，?(?:主要|专项|重点|全部)?用于[^。；\d]*$"
)
_HANDED_OUT = re.compile(
    r"(?:每年|年度|全年)?[^，；。\d]{0,6}(?:发放|安排|设立|投放)[^，；。\d]{0,6}(?:总额|总规模|总量|规模|额度)[^，；。\d]{0,6}\d"
)
"""每年发放总额不超过1000万元的算力券: how much there is in all, and given to nobody yet."""
_FOR_PLACES = Sought(
    r"(?:给予|奖励|补助)(?:每个|各)(?:县|市|区|省|乡镇|镇|村|城市|地区)(?=[^，；。]{0,6}\d)|(?:指导|鼓励|支持){1,2}各(?:县|市|区|地)(?!级)|"
    r"(?:返还|奖励|补助|对)(?:给)?(?:招商|有关|所在|相关|引进)?(?:的)?(?:乡镇|镇街|街道|村组|县区|区县)(?:或|和|、|及|给予|予以|$|，|；|。)|"
    r"(?:补助|返还|奖励|拨付|划拨)(?:给)?(?:所属|所在|属地|相应|有关)?[^，；。]{0,10}(?:集聚区|开发区|高新区|园区|区|县|镇)?(?:管理部门|管委会|管理委员会|人民政府)|(?:返还|补助|拨付)(?:给)?所在(?:产业)?(?:集聚区|开发区)|"
    r"(?:对|凡)[^，；。]{0,40}的(?:各)?(?:前[一二三四五六七八九十\d]{1,2}名(?:的)?)?(?:设区市|省辖市|地级市|县级市|城市|县市区|市|区|县|镇|乡镇|街道|镇街|地区|城市|区县|县区|市县)(?:\([^()]{1,8}\))?(?:，|给予|予以|按)|"
    r"鼓励(?:有条件的|具备条件的|各|各有关)*(?:市|区|县|镇|乡镇|街道|镇街|地区|地方|各地|区县|县区|市县|盟市|旗县)(?:[、(]|人民政府|政府|根据|结合|出台|采取|采用|通过|安排|给予|对|设立|支持)|某(?:省|市|县|区|地区?)(?:[^，；。]{0,8}(?:补助|奖补|分配|资金|额))|"
    r"(?:有条件的|各)(?:市|区|县|镇|街道|地区|地方|区县|县区|市县)[^，；。]{0,24}可(?:以)?(?:结合|根据|视|给予|参照|适当|另行)"
)
_FIRMS = re.compile(
    r"企业|公司|单位|机构|合作社|经营主体|市场主体|项目|园区|平台|基地|农场|大户|养殖场|协会|组织|团队|人才|院校|高校|孵化|法人|工商户|商户|中心|载体|楼宇|农家乐|民宿|医院|幼儿园|纳税人|服务[站点]|网点|驿站"
)

_GIVING = Sought(
    r"基础上，?(?:再|另)?增加|奖|追加|补[助贴偿齐足差]|资助|扶持|支持|贴息|贴保|给予|予以|享受|[免减退返](?!少)|资金|经费|费用|额度|贷款|担保|股权|优惠|拨付|支付|报销|承担|租金|津贴|发放|"
    r"配套(?!规划|建设|附属|设施)|扣除|缓缴|不征|提供|安排|按[^，；。]{1,40}(?:%|元)|每[^，；。]{1,20}元"
)
_PLAINLY_GIVEN = re.compile(r"给予|予以|奖|补[助贴]|资助|扶持")
_NAMED = re.compile(r"对[^，；。]{2,30}?的?(?:企业|单位|机构|项目|平台|园区|基地|产品|团队)$")
_AS_ELSEWHERE = re.compile(r"^(?:奖励|补贴|补助|优惠)[^，；。]{0,6}(?:参照|按照?)[^，；。]{2,24}执行$")
_OWN_RULES = Sought(
    r"符合(?:其他|其它|[省市区县]级?)[^，；。]{0,16}政策[^，；。]{0,6}的?[^，；。]{0,4}，?可?按照?(?:相关|有关|其|该|相应)(?:政策|规定)|"
    r"(?:采取|按照?)[“]?(?:就高|从高|从优|择优)[^，；。]{0,10}原则”?(?:给予|进行)(?:支持|扶持|奖励|补助|补贴|资助|奖补)|仅对最高|(?:同时|同一|多[个项种次]|不同)[^；。]{0,40}，?(?:只|仅)?按照?(?:其中)?最高(?:的)?(?:奖项|级别|等级|档次|标准|额度?|荣誉|一[项个档级])|夫妻(?:双方|均)|(?:按照?|根据)(?:本(?:办法|细则|实施细则|措施|规定|意见|政策)|以上|上述)(?:规定|标准|设定)?的?[^，；。]{0,8}(?:标准|规定)?(?:合并计算|予以兑现|给予资金补助)"
)
_DUTY = re.compile(
    r"(?:单位|企业|机构|公司)(?:应当?|须|必须)[^，；。]{0,8}(?:(?:向|为)[^，；。]{1,16}(?:提供|支付|发放)|对[^，；。]{1,16}(?:拨付|提取|计提|缴存))|仍有剩余|剩余财产"
)
_LEFT_TO_OTHERS = re.compile(
    r"(?:同时，)?(?:积极|大力)?(?:鼓励|引导|倡导|动员|推动|支持)(?:和引导|和支持)?[^，；。]{0,20}(?:业主|出租[人方]|房东|银行|金融机构|担保机构|保险(?:公司|机构)|平台(?:企业)?|房屋产权|减免)"
)
"""鼓励非国有房屋业主减免租金: what others are asked to give is promised to nobody."""
_AT_THEIR_RATES = re.compile(r"(?:居民|民用|住宅|公立|公办|同类)[^，；。]{0,14}(?:价格?|标准|费率)")
_NAMED_WISH = re.compile(
    r"(?:积极|重点|培养和|培育和)?(?:鼓励|支持|扶持)[^，；。]{0,8}?(?:领域|类|型|重点|骨干|龙头)[^，；。]{0,6}(?:企业|机构|平台|园区)[^，；。]{2,20}，在[^，；。]{4,90}方面$"
)
"""支持服务贸易重点企业做大做强，在贴息、市场开拓等方面|给予支持: the wish names whom."""
_AT_WORK = re.compile(r"职称|评聘|科研立项|评先|执业资格|注册考核|资格认定")  # equal standing in them is nothing given
_FRAME = re.compile(r"(?:体系|机制|制度|办法)$")  # 多元化的公共资助体系 is set up and given to nobody


def _for_places(text: str, b: Benefit) -> bool:
    """Whether the sentence pays districts and towns, or leaves it to them to give something of their own."""
    start = max(text.rfind(mark, 0, b.start) for mark in "。；\n") + 1
    found = _FOR_PLACES.search(text, start, b.end)
    return (
        found is not None
        and _PLAINLY_GIVEN.search(text, found.start() + len("鼓励"), max(found.start() + len("鼓励"), b.start)) is None
    )


_FUND = Sought(
    r"(?:设立|安排|统筹|筹措|建立)[^，；。]{0,24}(?:基金|专项资金|资金池|引导资金|资金|(?:风险|信贷)[^，；。]{0,6}(?:补偿金|准备金|保证金|担保金))"
)
_OUT_OF_FUND = re.compile(
    r"给予|予以|对[^，；。]{2,40}(?:奖励|补助|扶持|资助)|奖励|按照?[^，；。]{2,40}(?:%|分之)[^，；。]{0,8}(?:比例|标准)"
)
_FINES = Sought(
    r"罚款|违约金|(?<!免收)(?<!免收欠费)(?<!免征)(?<!不加收)滞纳金|收费标准(?!的?\d|执行|的一半|减半)|预算(?:安排|控制)数"
)


def is_gift(text: str, b: Benefit, start: int, *, granting: bool) -> bool:
    """Whether somebody named is promised something: a fund that is set up, a plain wish or a rule about money is none."""
    words = text[b.start : b.end]
    promise = "".join(text[a:z] for a, z in b.promises)
    if _FUND.search(words) and not _OUT_OF_FUND.search(promise):
        return False
    if _BUDGET.search(words) or (not b.conditions and _HANDED_OUT.match(words)):
        return False
    if gives_nothing(text, b, start):
        return False
    if (_FOR_OTHERS.search(words) and not _FIRMS.search(words)) or _for_places(text, b):
        return False
    if _FINES.search(words):
        return False
    if re.search(r"注册资本(?:应|须|不)", words) and not _PLAINLY_GIVEN.search(promise):
        return False
    if _LEFT_TO_OTHERS.match(words) and not _PLAINLY_GIVEN.search(promise):
        return False
    if _OWN_RULES.search(words) or _DUTY.search(words) or _FRAME.search(promise):
        return False
    has_amount = any(q.is_money or q.is_ratio for a, z in b.promises for q in quantities(text, a, z)) or ":" in promise
    has_amount = has_amount or ((bool(b.conditions) or granting) and any(reliefs_in(text, a, z) for a, z in b.promises))
    has_amount = has_amount or any(as_paid(text, a, z) for a, z in b.promises)
    sums = [q.value for a, z in b.promises for q in quantities(text, a, z) if q.is_money]
    if sums and min(sums) >= 1_000_000_000 and not re.search(r"给予|予以|奖励|补助|补贴", promise):
        return False
    if has_amount:
        return granting or _GIVING.search(text, text.rfind("\n", 0, start) + 1, b.end) is not None
    standing = is_given(text, b.conditions, min(b.start, b.promises[0][0]), b.promises[0][1])
    if standing is not None:
        return standing
    if _AT_WORK.search(words) and "同等" in promise:
        return False
    if _AS_ELSEWHERE.search(promise) and not re.match(r"对", words):
        return False
    if re.search(r"(?:探索|研究(?!生)|逐步|争取|适时)[^，；。]{0,8}(?:给予|予以|实行|建立)", words):
        return False
    if re.search(r"(?:^|[，：。])拟(?!上市|在|投)", words):
        return False
    if re.search(r"(?:部门|财政|政府|委员会|管委会\)?|[市区县局])(?:要|应当?|须|需)(?!素|予|给予|免)", words):
        return False
    wished = b.conditions and _NAMED_WISH.match(text, b.conditions[0][0], b.conditions[-1][1])
    if (
        b.conditions
        and not wished
        and not any(re.match(r"对|凡|给予", text[a:z]) or text[a:z].endswith("的") for a, z in b.conditions)
    ):
        last = text[b.conditions[-1][0] : b.conditions[-1][1]]
        if re.match(r"(?:在|从|通过|大力|从而|进行)", last) and re.search(r"(?:方面|上|等|大力|中)$", last):
            return False
    if re.search(r"优先(?:给予|予以|支持|考虑|安排)|(?:给予|予以)优先", words):
        return False
    if re.search(r"取消[^，；。]{0,12}资格|(?:应当|须|必须)[^，；。]{0,8}(?:向|为)[^，；。]{1,12}(?:提供|支付|发放)", words):
        return False
    if re.match(r"(?:加大|加强|强化|完善|推动|引导|探索|优先|优化|建立健全|积极)", re.sub(r"^(?:对于?|，)", "", words)):
        named = next((i for i, (a, z) in enumerate(b.conditions) if i and _NAMED.search(text, a, z)), None)
        if named is None:
            return False
        del b.conditions[:named]
        b.start = b.conditions[0][0]
    return (
        bool(b.conditions)
        and bool(_AT_THEIR_RATES.search(promise) or _TARGET.search("".join(text[a:z] for a, z in b.conditions)))
        and not re.search(r"按有关规定|按规定给予(?:通报|表彰)|政策咨询|服务支持|工作支持|技术支持|智力支持", promise)
    )
