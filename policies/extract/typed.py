"""The typed leaves of a span: every finder asked, overlaps settled, and what is said of somebody or something else left out."""

from __future__ import annotations

import re

from policies.extract.capital import find_capital
from policies.extract.dues import find_dues
from policies.extract.in_force import find_in_force
from policies.extract.leaf import Found, settle
from policies.extract.mentions import Mentions
from policies.extract.metrics import Measured
from policies.extract.places import find_places
from policies.extract.polarity import denied
from policies.extract.received import find_received
from policies.extract.standing import find_standing
from policies.extract.thresholds import find_thresholds
from policies.extract.titles import find_titles
from policies.extract.trades import find_trades
from policies.lexicon.sought import Sought


def read_typed(
    m: Mentions,
    start: int,
    end: int,
    *,
    excluding: bool = False,
    elided: bool = False,
    both: bool = False,
    context: Measured | None = None,
) -> list[Found]:
    """Every typed leaf of a span, overlaps settled."""
    found = settle(
        [
            *find_thresholds(m.text, start, end, elided=elided, both=both, upper=not (elided or excluding), context=context),
            *find_standing(m.text, start, end, excluding=excluding),
            *find_dues(m.text, start, end, excluding=excluding),
            *find_capital(m.text, start, end),
            *find_places(m, start, end),
            *find_titles(m, start, end),
            *find_trades(m, start, end),
            *find_received(m, start, end),
            *find_in_force(m, start, end),
        ]
    )
    if not found:
        return []
    found = [
        f for f in found if f.node["fact"] != "registration_status" or not _HARMS.search(m.text, max(start, f.start - 14), f.start)
    ]
    found = [f for f in found if f.node["fact"] not in _OF_STAFF or not _HIRED.search(m.text, max(start, f.start - 60), f.start)]
    put = [x.span() for x in _PUT_INTO.finditer(m.text, start, end)] if "用于" in m.text[start:end] else []
    found = [f for f in found if f.node["fact"] not in ("industry", "industry_theme") or not any(a <= f.start < b for a, b in put)]
    taken_in = [x.span() for x in _INCLUDED.finditer(m.text, start, end)]
    found = [f for f in found if f.node["fact"] != "ownership" or not any(a <= f.start < b for a, b in taken_in)]
    others = [x.span(part) for pattern, part in _OF_ANOTHER for x in pattern.finditer(m.text, start, end)]
    found = [f for f in found if not (f.node["fact"].startswith("qualification") and _LENT_TO.match(m.text, f.end, end))]
    return [denied(m.text, start, f) for f in found if not any(a <= f.start and f.end <= b for a, b in others)]


_OF_STAFF = {"insured_months", "social_security_paid_up"}
_HIRED = re.compile(
    r"(?:招用|吸纳|招收|招录|招聘|录用)[^；。]{2,50}$|(?<!职工)(?<!员工)(?<!从业人员)签订[^；。]{0,30}劳动合同[^；。]{0,16}$"
)
"""招用毕业生，签订劳动合同并缴纳社会保险费6个月以上: what is paid for those whom one hires."""
_HARMS = re.compile(r"影响[^，；。]{0,12}$")
_FOR_ANOTHER = Sought(
    r"(?:(?<![一-龥])|(?<=对)|(?<=企业)|(?<=公司)|(?<=机构)|(?<=银行)|(?<=平台)|(?<=单位)|(?<=院校)|(?<=且)|(?<=年度))[为向给](?P<whom>[^，；。为向的]{2,30}?"
    r"(?:企业|单位|机构|工商户|主体|公司|项目|农户|合作社|人员|团队))(?:提供|发放|开展|输送|输出|推荐|投放|投资|出租|开放|转让|销售)"
)
"""为本区制造业企业提供服务: the place, trade and size of whom the firm serves are not its own."""
_INVESTED_IN = re.compile(
    r"(?<=[构业司台位行金])对(?P<whom>[^，；。对]{2,40}?(?:企业|单位|项目|公司|团队))(?:进行|实施|开展)?(?:首轮|早期|跟进|股权|天使|风险|直接|实际)*(?:投资|投入|孵化|收购|并购)"
)
"""投资机构对区内成立不超过5年的企业进行首轮投资: place and age are those of whom it invests in."""
_LENT_TO = re.compile(r"”?(?:企业|公司)?的?(?:新增)?(?:贷款|授信|担保业务)(?:余额|总额|金额|额)?[^，；。\d]{0,6}\d")
"""年度新增“专精特新”企业|贷款1亿元以上: to whom a bank lends bears the title."""
_BUSINESS_WITH = re.compile(
    r"(?:新发生|新增|发放|开展|投放)(?:的)?(?P<what>[^，；。给予]{2,24}?)(?:银行)?(?:贷款|担保|保险|租赁|授信|再担保)(?:业务|余额|总额|金额|额)"
)
"""新发生小微企业、“三农”贷款担保业务额: with whom the business is done is not what the lender is."""
_INCLUDED = Sought(r"(?<=[业构位司织])\((?:含|包括|包含)[^()]{2,40}\)")
"""落户的企业(含外商投资企业): whom it takes in narrows nothing."""
_BROUGHT_UP = re.compile(r"(?:培育|孵化|培养)[出成](?P<what>[^，；。]{2,24}?(?:企业|机构|瞪羚|独角兽|小巨人))")
"""自在孵企业中培育出高新技术企业: what another becomes is no title of one's own."""
_BOUGHT = re.compile(
    r"(?:购买|采购|首购|购置|选用|投保)(?:并?(?:使用|应用))?(?P<what>[^，；。]{2,30}?(?:产品|装备|服务|软件|系统|材料|保险))(?=[的，；。]|$|达|金额|合同|费)"
)
"""首次购买使用本市认定的首台套产品: a title of what is bought is no title of the buyer."""
_RAISED_UP = re.compile(
    r"(?:推荐|培育|辅导|孵化|促成|带动|帮助|指导|助推|推动)(?:成功)?(?P<whom>(?:新增|首次|本[区市县]|[区市县]内)?(?:规上|限上|规模以上|限额以上|高新技术企业|专精特新|上市)[^，；。的]{0,16})"
)
"""推荐新增限上企业入库的运营机构: what those become whom it brings up is no state of its own."""
_PUT_INTO = re.compile(r"(?:未|不得|只能|应|须|主要|贷款|资金|仅)用于[^，；。的]{2,60}(?!的?企业)")
"""贷款未用于房地产开发: what money goes into is not the trade of who borrows it."""
_UNDERTAKEN = Sought(r"(?:书面)?承诺(?!书|函|制|人)[^；。]{4,120}")
"""承诺5年内不迁出本区: what is promised for the time to come is no state of today."""

_OF_OFFICERS = Sought(
    r"(?<![一-龥、])(?:[^，；。、的及和]{0,6}(?:公司|企业|单位|机构)的?)?(?:现任|主要)?(?=[^，；。]{0,20}(?:董事|监事|高级管理|高管))(?:(?:股东|法定代表人|实际控制人|负责人|董事|监事|高级管理人员|高管(?:人员)?)(?:、|和|及|以及|或)?){2,5}"
    r"[^，；。、]{0,16}(?:无|未|没有|不存在)(?P<what>[^，；。]{2,60})"
)
"""公司董事、监事、高级管理人员近三年无重大违法违规记录: the conduct of persons is not that of the enterprise."""


_OF_THE_PARENT = re.compile(
    r"(?:母公司|控股股东|投资方|出资方|出资人)(?!及|和|或|与|、)[^，；。]{0,20}?(?:资产|收入|资本|销售额|利润|实缴)[^，；。\d]{0,12}\d[^，；。]{0,16}"
)
"""境外母公司总资产不低于2亿美元: the measures of who stands behind it are not its own."""


_PARENT_IS = re.compile(
    r"(?:母公司|控股股东|实际控制人|投资方|出资方|出资人|(?:主要|第一大|最大|控股)股东)(?:或(?:者)?其[^，；。]{2,10})?(?:应当?|须|需)?(?:为|是|属于|系|入选|列入)(?P<what>[^，；。且]{2,60})"
)
"""母公司为世界500强企业: the title of who stands behind it is not its own."""


_OF_TENANTS = Sought(
    r"(?:入驻|入园|在孵|园区内?|园内|集群内?|集聚区内?|成员|楼宇内|(?!申[请报]|[本该每其单各])[一-龥]{2,4})企业(?:上一?年度?|当年|年度?|近[^，；。]{1,4}年)?(?:营业收入|主营业务收入|产值|总产值|纳税|税收|销售收入|销售额|研发费用)[^，；。\d]{0,6}(?:合计|总和|之和)[^，；。]{2,30}"
)
"""入驻企业上年度营业收入合计不低于10亿元: what those earn together whom a park houses."""


_OF_ANOTHER: tuple[tuple[re.Pattern[str] | Sought, str | int], ...] = (
    (_FOR_ANOTHER, "whom"),
    (_BROUGHT_UP, "what"),
    (_BOUGHT, "what"),
    (_RAISED_UP, "whom"),
    (_INVESTED_IN, "whom"),
    (_BUSINESS_WITH, "what"),
    (_UNDERTAKEN, 0),
    (_OF_OFFICERS, 0),
    (_OF_THE_PARENT, 0),
    (_PARENT_IS, "what"),
    (_OF_TENANTS, 0),
)
"""What is said of a body that does not apply, and the part of each pattern that names it."""
