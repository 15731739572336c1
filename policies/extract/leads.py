"""What stands before a metric: words that leave it the enterprise's own, and words that narrow it or give it to somebody else.

营业收入 is a fact of the enterprise behind a time, a place, a verb or whom it is about (上年度在我区实现的营业收入);
知识产权服务收入, 单品种销售收入 and what 被投资企业 earn are none.
"""

from __future__ import annotations

import re
from functools import lru_cache

from policies.extract.bounds import BRACKETS
from policies.lexicon.sought import Sought

TIME = r"在?规定(?:的)?(?:年度|期限|时间)内?|(?:(?:认定|获评|申报|申请)(?=前|上|当))?(?:近|最近|前|上|当|本|去|今)?(?:[一二两三四五\d]个?)?(?:完整)?(?:会计|自然|财政|财务|纳税|申报|统计)?年(?:度[末底]|度|末|底|均|内|中|以?来)?|20\d\d(?:年(?:度|末|底)?)?(?:至|-|—|~)?|(?:当|上)?月|全年|上半年|季度"
_PLACE = r"在?(?:我|本|全|该|其)?(?:市|区|县|省|州|镇|园区|高新区|新区|开发区|自治区)(?:内|范围内|境内|级)?(?:的)?|在[一-龥]{2,7}(?:市|区|县|州|省)(?:内|范围内|境内)?|在(?:南沙|本地|辖区|区内|市内|省内|京)|对(?:我|本)?[一-龥]{1,5}(?:区|市|县|省)(?:的)?(?:地方)?"
_FREE = re.compile(
    rf"(?:{TIME}|{_PLACE}|\([^()]{{0,24}}\)|企业|单位|公司|机构|申报单位|申请单位|申报企业|申请企业|其|对|且|的|须|应|需|应当|原则上|要求|年|实现|达到|累计|合计|总|已|实际|经审计|"
    r"税务(?:部门)?|口径|在册|在岗|在职|全职|首次|纳入[^，；。]{0,6}统计(?:核算|口径)?的?|统计|纳统|入统|入库|统一|形成|完成|不含税|合并(?:报表)?|拥有|具有|有|为|获得|内|外|企业的|年实现|"
    r"其中|[一-龥、]{2,12}(?:机构|企业|业|平台|园区|纳税人|单位|公司|商户|合作社|项目|协会|组织|总部|中心|研究院|酒店|饭店|宾馆|超市|商场|民宿|景区)(?=近|上一?年|年|当年|20\d\d|在?规定|总投资|投资总额)|小微|中小|获得|取得|以上|项目|产生|"
    r"贡献|年产生|上缴|至少|同时|在|自|均|各|并|或|及|，|“|”|单个|每家|上述|包括|线下园区|拟|计划|新增|获奖|连续|平均|技术改造|技改|新建|"
    r"扩建|建设|改造|(?:\d{1,2}%)|的企业|对于|对|主要|一般|"
    r"符合|满足|申报|申请|主体|海关|本地|正式|有效|审定|政策期|本|该|使用|入选|规模|(?:批发|零售|住宿|餐饮|商贸|服务|建筑|物流)(?:和零售|和餐饮)?业|限额|限上|规上|工业|服务业|商贸|批发|零售|住宿|餐饮|建筑业|跨境电子商务|跨境电商|电商|物业|年服务|服务)*"
)
_SPECIAL = Sought(
    r"(?:亩均|(?<![\d个每])月|月均|按季|季度|单品种|单品|单个产品|单台|单套|单体|人均|户均|每亩|单位面积|产品|单项|技术服务|知识产权服务|咨询服务|复合|会展|展览|平均每|[上下]半年|单笔|每(?:亩|平方米|人|户|台)[^，；。]{0,6}|此类|该类|该产品|相关产品|新产品|专利池)$"
)


_OTHERS = Sought(
    r"(?:(?:园区|基地)(?:内(?:的)?(?:企业|商户|卖家))?|集群(?:内(?:的)?企业)?|孵化器(?:内(?:的)?企业)?|(?:(?<=[^对凡，；。])新|所|(?<!新))引进(?:的)?企业|楼宇内企业|在孵企业|被投资?企业|下属企业|参股企业|子公司|关联企业|上下游企业|被担保企业|承租企业|入驻企业|入园企业|孵化企业|毕业企业|被投企业|会员企业|成员企业|供应商|商圈|母公司|控股股东|投资方|集团|合作方|用户|境外企业)"
    r"(?:内)?(?:的)?(?:近[一二两三四五\d]{1,2}年|上一?年度?|当年度?|年度?|年)?(?:平均|累计|实现|总|合计)*$"
)
_SERVED = re.compile(
    r"(?:(?:代理|辅导|帮助|指导|协助|推动|促成|带动)(?:[我本全辖]?[区市县省]内?)?|(?:服务|培育|孵化|助力)(?:[我本全辖]?[区市县省]内?|其他))(?:的)?(?:中小|小微)?"
    r"(?:企业|单位|客户|机构|农户)(?:的)?(?:新增|获得?|实现|年)*$"
)
"""代理区内企业|发明专利授权: what those whom the enterprise serves have or do."""
_BROUGHT = re.compile(
    r"(?:被|所)(?:引进|引荐|投资|并购|孵化|担保|服务|招引|介绍)(?:的)?(?:企业|项目|公司|单位)(?:的)?(?:当年|次年|首年|年度)?$"
)
_ABROAD = re.compile(r"[市省区县州国境海域]外(?:实现)?$")  # 市外产值
_SHORT = 8
_OF_NO_PART = {
    "foreign_capital_used",
    "import_value",
    "export_value",
    "paid_in_capital",
    "outbound_investment",
    "local_contribution",
}
"""Metrics that a few words more name more exactly and do not narrow (年度增资到账外资), as they would 服务收入 or 设施投资额."""
_OWN_FACTS = {
    "registered_capital",
    "paid_in_capital",
    "established_on",
    "revenue",
    "revenue_growth",
    "employees",
    "profit",
    "tax_paid",
    "output_value",
    "local_contribution",
    "total_assets",
    "rd_expense",
    "rd_ratio",
    "rd_staff",
    "rd_staff_ratio",
}


_TRADED = {"platform_turnover", "trade_value", "export_value", "import_value", "retail_sales"}
"""园区内企业年交易额: what others trade is no fact of who runs the place; what is sold abroad may be."""
_OF_PROJECT = {"project_investment", "project_fixed_investment", "equipment_investment"}
_PROJECT = re.compile(r"(?:^|[，；。、的]|对于?)[^，；。、的\d]{1,18}项目(?:实际|计划|完成|累计)?$")
"""冷链物流项目|总投资: what is invested in a project is never somebody else's."""


_OF_BUILDING = re.compile(r"[^，；。]{0,30}?的[一-龥]{0,4}(?:楼宇|写字楼|大厦|街区|商圈|园区|集群|小镇)(?=[，；。(]|$)")


def of_building(text: str, at: int, end: int, fact: str) -> bool:
    """税收超过1亿元的楼宇: what all firms in a building pay is not the applicant's own."""
    return fact in _OWN_FACTS and _OF_BUILDING.match(text, at, end) is not None


_FIRM_OF = re.compile(r"(?:企业|单位|机构|公司)的")


_ABOUT = re.compile(
    r"(?:对于?|凡|其中|且)?(?:年度?|当年)?(?:"
    r"(?:自|从)[^，；。的]{2,20}?(?:之日)?(?:起|后)(?:算?的?)?(?:第?[一二三四五\d]个)?(?:完整)?(?:会计|自然)?(?:年度?|月)?内?|"
    r"(?:经|由)[^，；。的]{2,16}?(?:认定|核定|审核|确认|核实|审计|统计|备案|评估)的?|"
    r"(?:通过|采用|利用|依托)[^，；。的]{2,16}?(?:形式|方式|渠道|平台|模式|口岸|途径|网络|互联网)(?:实现)?|"
    r"(?:在|于)[^，；。的]{2,20}?(?:期间|期内|以?内|之?前|后)"
    r")(?:的)?"
)
"""自投产之日起一年内, 经统计部门核定的, 通过B2C形式: when, by whose word or by what way a metric is reached."""
_WHO = re.compile(
    r"[^，；。、的\d]{1,18}?(?:企业|机构|单位|公司|纳税人|合作社|平台|工商户|主体|组织|总部|中心|研究院|项目|协会|门店|商场|酒店|饭店|宾馆|超市|民宿|景区)"
)


_ROOMS = re.compile(
    r"(?:租用|租赁|承租|购买|购置|自建|自有|新建|建设|使用|运营|管理|经营)(?:的)?(?:自用|生产|经营|标准|闲置|公共|专业){0,2}(?:办公用房|办公|厂房|场地|房屋|楼宇|用房|物业|写字楼|展厅|门店|园区|载体|[一-龥]{0,6}(?:仓|店|展厅))?(?:总|实际|建筑|营业)?$|"
    r"(?:^|[，、有对])(?:机构)?可?自主支配的?$|(?:^|[的，、有对])(?:固定|独立|自有|专用)?(?:的)?(?:科研|研发|研究开发|研究|试验|实验|办公|生产|经营|实训|培训|仓储|营业|孵化|加工)+(?:用房|场所|用地)?(?:总|实际|建筑|使用)?$"
)
"""租用办公用房|面积: rooms that the enterprise has, whatever they are called."""


_DONE_ABROAD = {"output_value", "revenue", "main_business_revenue", "retail_sales", "tax_paid", "contract_value"}
_ELSEWHERE = re.compile(
    r"(?:省|境|区|市|县|国|海|域)外(?:市场|工程|项目|业务)?(?:的)?(?:年度|当年|实现|完成|建筑业|施工)*$"
)  # 省外产值: a part
_FLOWS = {
    "revenue",
    "main_business_revenue",
    "output_value",
    "retail_sales",
    "tax_paid",
    "profit",
    "export_value",
    "import_value",
    "trade_value",
}
_GAINED_IN = re.compile(
    r"(?:新增|净增|净增加|增加)(?:的)?(?:年|年度|工业|年均)?$"
)  # 新增产值5000万元: the increase, not the year's
_STOCKS = {"paid_in_capital", "registered_capital", "total_assets", "employees", "insured_headcount", "branches"}
_ADDED = re.compile(
    r"(?:增加|新增|追加|增资|新(?:开|设|建|开设|开办|设立))(?:的)?$"
)  # 增加实收资本1亿元以上: what comes to it, not what there is


_MONTHS = re.compile(
    r"20\d\d年度?(?:第?[一二三四1-4]季度|[上下]半年|\d{1,2}(?:月(?:\d{1,2}日)?)?(?:至|-|—{1,2}|~|到)(?:20\d\d年)?\d{1,2}月(?:\d{1,2}日)?)(?:期间|内|的|累计|实现|完成){0,3}$"
)
"""2023年第一季度, 2022年1—11月: months of a year that the text names; 季度 and 月 alone make another measure."""
_HEADS = {"employees", "insured_headcount", "unemployment_insured_headcount"}
_BY_MONTH = re.compile(r"月(?:平均|均)$")  # 月均参保人数: how heads are counted over a year, as no sum of money is


_STAFF = {"rd_staff", "employees", "insured_headcount", "new_hires"}
_OF_SORT = re.compile(
    r"(?:学历|学位|职称|研究生|博士|硕士|本科|大专|专科|高级工?|技师|残疾|退役军人|农民工|贫困|女性|外籍|海归|留学)(?:[及或]?以上)?(?:学历|学位|职称)?(?:及?以上)?的?$"
)
"""研究生学历的|研发人员: a part of them."""


_BY_THEN = re.compile(r"自[^，；。的\d]{2,10}(?:之?日)?起\d{1,2}个月[之以]?内$")  # by when it is paid in, as no year's figure is


_COMING = re.compile(r"新(?:引进|落户|设立|注册成立|注册设立|注册|迁入|签约|签约落户|开工|投产|入驻|招引|成立)(?:的)?(?=年度?$|$)")
"""新引进|总投资5亿元以上的项目: who comes with the measure, and no part of it."""
_COUNTED = {"branches", "employees", "insured_headcount", "new_hires", "graduate_hires", "invention_patents", "ip_count"}


@lru_cache(maxsize=4096)
def narrowed(lead: str, fact: str) -> bool:
    """Whether the words before a metric make it a part of what the fact measures, or the metric of somebody else."""
    lead = _MONTHS.sub("", lead)
    lead = _COMING.sub("", lead) if fact not in _COUNTED else lead
    if fact == "paid_in_capital":
        lead = _BY_THEN.sub("", lead)
    if fact in _HEADS:
        lead = _BY_MONTH.sub("", lead)
    if fact in _STAFF and _OF_SORT.search(lead):
        return True
    if fact in _DONE_ABROAD and _ELSEWHERE.search(lead):
        return True
    if fact in _FLOWS and _GAINED_IN.search(lead):
        return True
    if fact in _STOCKS and _ADDED.search(lead):
        return True
    if (
        _SPECIAL.search(lead)
        or _SERVED.search(lead)
        or _BROUGHT.search(lead)
        or (fact in _OWN_FACTS and (_OTHERS.search(lead) or _ABROAD.search(lead)))
        or (fact in _TRADED and _OTHERS.search(lead))
    ):
        return True
    if fact == "floor_area" and _ROOMS.search(lead):
        return False
    if fact in _OF_PROJECT and _PROJECT.search(lead):
        return False
    return not open_lead(lead) and not (
        fact in _OF_NO_PART and len(re.split(r"[、的]|企业|公司|项目|机构", BRACKETS.sub("", lead))[-1]) <= _SHORT
    )


_FREE_END = re.compile(rf"(?:{_FREE.pattern})$")


def open_lead(lead: str) -> bool:
    """Whether the words before a metric leave it the enterprise's own and unspecialised."""
    tail = re.split(r"[、]", lead)[-1] if lead.count("、") else lead
    m = _FREE_END.search(tail[-60:])
    rest = tail[: len(tail) - len(m[0])] if m else tail
    if m and (m[0].startswith(("的", "，", "、", "或")) or "且" in m[0] or _FIRM_OF.match(m[0])):
        return True
    if re.fullmatch(r"[一-龥、]{2,14}(?:企业|机构|单位|公司|纳税人|合作社|组织)(?:的|在)?", tail):
        return True
    if not rest or len(rest) <= 1 or re.search(r"[的，、：；()”》或者且并及和与对年达外]$", rest):
        return True
    if _FREE.fullmatch(re.split(r"或者?|且", tail)[-1]) and re.search(r"或者?|且", tail):
        return True
    return bool(_ABOUT.fullmatch(rest) or (m and m[0] and _WHO.fullmatch(rest)))
