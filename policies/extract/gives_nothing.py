"""Sentences with sums that give nothing: how much there is in all, what something costs, how it is paid out, what was paid, what is exacted."""

from __future__ import annotations

import re

from policies.extract.persons import to_persons
from policies.extract.pieces import Benefit
from policies.lexicon.sought import Sought

_FUND_OF = Sought(
    r"(?:并)?(?:在|从)[^，；。]{2,24}(?:资金|经费)中(?:列支|安排)\d[\d.]{0,8}(?:万|亿)?元(?:资金)?|"
    r"(?:[^，；。\d对]{0,6}财政)?(?:今年|明年|当年|每年|年度|20\d\d年)?(?:预算|统筹)?(?:安排|设立|投入|拿出|整合)\d[\d.]{0,8}(?:万|亿)?元(?:资金)?(?:用于|助推|助力|支持|推动|促进|扶持)[^，；。]{0,30}|"
    r"(?:20\d\d年|本年度?|年度|首期|每年)?(?:度)?[^，；。\d对]{0,10}(?:奖励|奖补|补助|补贴|扶持|资助|专项|预算|引导)(?:资金|经费|基金)(?:总额|总规模|规模|总量|预算|额度)?(?:暂定|拟定|初定|预算|安排|预计|控制)(?:为|在)?\d[\d.]{0,8}(?:万|亿)?元[^，；。]{0,10}"
)
"""2022年奖励资金暂定为100万元: how much there is."""
_PRICE = re.compile(
    r"[^，；。]{0,16}(?:租金|房租|物业管理费|物业费|管理费|价格|收费|单价|基准价|评估价|服务费)(?:标准)?(?:统一|暂|均|执行|按|核)*(?:定|为|是)+(?:每[^，；。\d]{1,10})?\d[\d.]{0,8}(?:万)?元[^，；。奖补贴免减]{0,16}"
)
"""产业园房租暂定为每平方米30元/月: what it costs, and nothing given."""
_PAID_OUT = re.compile(
    r"(?:以上|上述|前述|该|各)?(?:项|类)?(?:政策|奖励|补贴|补助|资金|奖补|扶持)?(?:资金|金额)?(?:分[一二三四五两\d]{1,2}(?:年|期|次|批))?(?:按照?|以)\d{1,3}(?:%(?:[、:]\d{1,3}%)+|(?:[、:]\d{1,3}){1,9}的?比例)[^，；。]{0,16}(?:兑现|拨付|发放|到位|支付)[^，；。]{0,8}"
)
"""以上政策按照40%、30%、30%的比例3年内兑现: how what was promised is paid out."""
_PLANNED = re.compile(r"将[^，；。]{2,60}(?:纳入|列入)[^，；。]{2,40}(?:规划|计划|预算|考核|体系|议程|内容)$")
"""将人才政策纳入全市专项规划，重点给予支持: what the government does itself."""
_TOLD = re.compile(r"(?:给予|奖励|补助|补贴|资助)了")
_PAID = Sought(
    r"财政[^，；。对]{0,6}累计[^，；。]{0,20}\d|惠及[^，；。]{0,16}\d|(?:已|已经)(?:全部|全额|陆续|足额)?(?:兑现|兑付|发放|下达|拨付)|(?:累计|共|合计|全年|集中|现场)?(?:兑现|兑付|发放|下达|拨付|落实)(?:了)?[^，；。]{0,16}(?:资金|奖励|补贴|补助|奖补)(?:资金)?(?:逾|超|共|达|约|近|共计)+\d|有限(?:责任)?公司(?:因|在|共?获|被|于|累计|已)|等\d{1,3}家[^，；。]{0,20}(?:企业|单位|机构)"
)
"""为63家企业兑现奖励资金逾1000万元: what was paid, told."""
_CEILING = re.compile(
    r"(?:(?:上述|以上|各项|单个企业|每家企业)?[^，；。的]{0,6}(?:奖励|补助|补贴|扶持|资助|支持)(?:资金|金额|总额|额度|总金额)?)(?:原则上|累计|合计|每年|年度)*不超过[^，；。]{4,40}(?:\d%|总额|部分|贡献|财力)[。；]?"
)
"""奖励金额原则上不超过企业当年地方财力的50%, as a rule of its own: what all that is promised is bounded by."""
_EXACTED = Sought(
    r"征缴[^，；。]{0,12}费|(?:基金|资金)?管理费按照?[^，；。减免补优半奖]{2,30}(?:收取|计收|提取|计提|支付)(?:$|[，；。])|(?:征收|收取|缴纳)[^，；。]{0,8}(?:闲置费|违约金)|(?:缴纳|缴存|扣除|扣罚|扣减|扣发|罚)[^，；。奖补返免减给]{0,12}\d[\d.]{0,8}(?:万)?元(?:/人)?(?:$|[，；。])"
)
_DEPOSIT = re.compile(r"(?:保证金|押金)(?:标准)?按?[^，；。]{0,6}\d[^，；。]{0,16}(?:交纳|缴纳|收取|计收|预存|缴存)")
"""履约保证金按600元/平方米交纳: what is lodged, and nothing given."""
_GOES_ON_LONGER = re.compile(r"(?:延长|延续|延至|顺延)[^，；。]{2,40}(?:期限|期|政策)(?:延?至|到)[^，；。]{2,12}$")
"""延长小微企业免征增值税期限至2017年底: for how long what another text gives goes on."""
_POINTED_TO = Sought(
    r"(?:积极|大力)?(?:鼓励|引导|支持|推动|帮助|指导|组织)[^，；。]{0,40}(?:申[请报]|参与|争创|认定)[^，；。]{0,30}，(?:并|以)?(?:依法|按规定)?享受(?:相应|相关|有关|国家|省|市)[^，；。\d]{0,16}$"
)
"""鼓励企业申报高新技术企业，享受相应的税收优惠: a wish that points to what another text gives."""
_THE_HIGHEST = Sought(
    r"(?:对|若|如)?[^，；。\d]{0,16}(?:多级|多层级|多个|多项|多种|多次|两[个项级种]以上|不同(?:级别|层级|等级|层次))[^，；。\d]{0,24}，?(?:均?按照?|以|就)(?:其中|其)?(?:所获)?(?:的)?最高[^，；。\d]{0,12}(?:标准|级别|层级|金额|等级|档次|额度)[^；。\d]{0,24}[。；]?"
)
"""获得多级认定的，按最高扶持金额给予扶持: which of the sums counts, and nothing given besides."""
_ONCE_ONLY = re.compile(r"(?:只|仅|最多)(?:能|可|可以)?(?:给予|享受|发放|申领)(?:[一1]次)(?!性)(?:补[助贴]|奖励|资助)?[。；]?")
"""介绍同一名劳动者就业的只给予一次补贴: a bound, and nothing given."""
_OFFICIALS = re.compile(
    r"办事员|中层干部|支部书记|攻坚组|招商(?:小组|组|专班|人员)|机关干部|驻村|村干部|包保|责任单位|考核对象|先进单位和?个人"
)
_LOCALITIES = Sought(
    r"(?:^|[。；\n条、.)]\s?)(?:各地|各级(?:政府|财政)|各(?:县|市|区|镇|乡)[^，。；]{0,14})(?:要|应当?|须|可)[^。；]{0,80}$"
)
_SHARED_OUT = Sought(
    r"(?:资金|基金|经费)[^，；。\d对]{0,8}(?:安排|预算|列支|设立)[^，；。\d]{0,4}\d[\d.]{0,8}(?:万|亿)?元[^，；。]{0,8}，其中[^，；。对]{0,12}\d[\d.]{0,8}(?:万|亿)?元[^，；。对]{0,6}(?:用于|用作)"
)
"""引导资金每年安排300万元，其中100万元用于支持农产品加工: how a fund is shared out."""
_HOST_GIVES = Sought(
    r"(?:^|[。；\n)、.])[^，；。\n]{0,6}(?:基地|园区|平台|孵化器|众创空间|运营方|机构|载体)(?:应|须|需|必须|应当|能|能够|可|可以)(?:对|为|向|给予|免费)[^，；。\n]{0,12}(?:入孵|入驻|在孵|创业实体|创业者|创客|会员|学员)[^，；。\n]{0,30}$"
)
"""基地应对入孵创业实体给予场租减免: what an applicant itself must give to others."""
_HEAD = 8  # characters of a paragraph's number


def gives_nothing(text: str, b: Benefit, start: int) -> bool:
    """Whether a sentence of the paragraph at `start` only tells of money: a fund, a price, a payment, a duty, a bound on all."""
    words, promise = text[b.start : b.end], "".join(text[a:z] for a, z in b.promises)
    if any(
        p.fullmatch(text, low, b.end) for low in (b.start, b.promises[0][0]) for p in (_FUND_OF, _PRICE, _PAID_OUT, _THE_HIGHEST)
    ):
        return True
    if not b.conditions and b.start <= start + _HEAD and _CEILING.fullmatch(text, b.start, b.end):
        return True
    if _ONCE_ONLY.search(words) is not None and not any(char.isdigit() for char in promise):
        return True
    if _DEPOSIT.search(words) or _GOES_ON_LONGER.search(words) or _POINTED_TO.search(text, _sentence(text, b.start), b.end):
        return True
    if _TOLD.match(promise) or any(p.search(words) for p in (_PAID, _EXACTED, _OFFICIALS)):
        return True
    if _SHARED_OUT.search(words) or _HOST_GIVES.search(text, max(0, b.promises[0][0] - _BACK), b.promises[0][0]):
        return True
    if _LOCALITIES.search(text, max(0, b.promises[0][0] - _BACK), b.promises[0][0]):
        return True
    if to_persons(text, b.start, b.promises[0][0], b.end) or words.rstrip("。；").endswith("提供便利"):
        return True
    return any(_PLANNED.fullmatch(text, low, high) for low, high in b.conditions)


_BACK = 110  # characters before a promise in which its sentence may begin


def _sentence(text: str, at: int) -> int:
    """Where the sentence around a place begins."""
    return max(text.rfind(mark, max(0, at - _BACK), at) for mark in "。；\n") + 1 or at
