"""What makes the fair-competition linter look twice: words of a clause, and facts of a criterion.

Ordered tuples to be read from top to bottom. Every pattern is bounded, so that a clause is searched in linear time.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum


class Grade(StrEnum):
    """How plainly a clause meets what the provision forbids; never a verdict."""

    CLEAR = "明显违反"
    SUSPECTED = "疑似"
    NOTE = "提示"


@dataclass(frozen=True, slots=True)
class TextTrigger:
    """Words within one clause; `unless` words in the same clause call it off."""

    lint: str
    grade: Grade
    reason: str
    pattern: re.Pattern[str]
    unless: re.Pattern[str] | None = None


@dataclass(frozen=True, slots=True)
class LeafTrigger:
    """A criterion on one of `facts` (with one of `operators`, where named)."""

    lint: str
    grade: Grade
    reason: str
    facts: frozenset[str]
    operators: frozenset[str] = frozenset()


# 不得以所有制形式设置条件, 取消…, 清理…: a clause against the practice is no instance of it.
STANDING_ASIDE = re.compile(
    r"不得(?:要求|以|因|将|对|设置|实行|强制|违法|变相)?[^，,]{0,8}$|(?:禁止|严禁|取消|清理|废除|防止|杜绝|纠正|不再|破除|不限)[^，,]{0,8}$"
)
_HERE = r"(?:(?:本|我|全)?(?:省|市|区|县|州|镇|地区|园区|新区|开发区|高新区|辖区)|本地|当地)"
_WE_CLAIM_LAW = re.compile(r"国家规定|国务院|依法|依照|按照?(?:国家|规定|有关规定)|税法|落实国家")
_OWNERSHIP = r"(?:(?:国有|国有控股|民营|私营|外资|外商投资|内资|集体所有制|集体)企业|央企|国企|民企|外企)"

TEXT_TRIGGERS: tuple[TextTrigger, ...] = (
    TextTrigger(
        "FC-13-3", Grade.CLEAR, "要求企业不得迁出,或迁出须退还",
        re.compile(
            r"(?:\d{1,2}|[一二三四五六七八九十]{1,3})年内?(?:[^。，,]{0,10})?不(?:得)?(?:迁出|迁离|外迁|搬离|搬迁|撤离|转移)"
            r"|不(?:得)?(?:迁出|迁离|外迁|搬离|撤离)|(?:不得?|不能|不会)(?:将|把)[^。，,]{0,12}(?:迁出|迁离|迁移|外迁|搬离|转出)|不改变[^。，,]{0,8}纳税义务|不减少注册资本"
            r"|(?:迁出|迁离|外迁|搬离|搬离)[^。]{0,30}?(?:退回|退还|追回|追缴|收回|返还)"
            r"|经营(?:期限|年限)[^。，,]{0,6}(?:不少于|不低于|不得少于|满)(?:\d{1,2}|[一二三四五六七八九十]{1,3})年"
        ),
    ),
    TextTrigger(
        "FC-19-4", Grade.CLEAR, "按税收或地方贡献的一定比例奖补",
        re.compile(
            r"(?:地方(?:经济|财力|财政|综合)?贡献|经济贡献|财政贡献|税收贡献|地方留成|(?:区|县|市|镇)级?留成|留成部分|地方财力|形成的?税收|缴纳的?(?:增值税|企业所得税|个人所得税|税收|税款|各项税收)|纳税(?:额|总额))"
            r"[^。；]{0,40}?(?:\d{1,3}(?:\.\d{1,2})?\s?[%％]|全额|等额|同等额度|部分)[^。；]{0,16}?(?:奖励|补助|补贴|返还|扶持|支持|资助|退还|奖补|给予)"
        ),
    ),
    TextTrigger(
        "FC-19-4", Grade.CLEAR, "按税收或地方贡献的一定比例奖补",
        re.compile(
            r"(?:给予|按照?|奖励)[^。；]{0,30}?(?:地方(?:经济|财力|财政|综合)?贡献|经济贡献|财政贡献|税收贡献|地方留成|区级留成|留成部分|纳税额|税收)[^。；]{0,16}?\d{1,3}(?:\.\d{1,2})?\s?[%％]"
            r"|先征后[返退]|即征即返|列收列支|税收返还|返还税款|以税[^。，,]{0,6}返还"
        ),
        re.compile(r"增值税即征即退|出口退税|留抵退税"),
    ),
    TextTrigger(
        "FC-19-4", Grade.SUSPECTED, "以税收或地方贡献为门槛或分档依据",
        re.compile(
            r"(?:地方(?:经济|财力|财政|综合)?贡献|经济贡献|财政贡献|税收贡献|地方留成|入库税收|纳税(?:额|总额)?|缴纳税收|年税收)"
            r"[^。；，,]{0,20}?(?:达到?|不低于|不少于|超过|满|以上|突破)[^。；，,]{0,4}\d"
        ),
    ),
    TextTrigger(
        "FC-19-3", Grade.CLEAR, "以迁入本地注册、纳税或入统为条件",
        re.compile(
            r"(?:将|把)?(?:注册地|注册地址|税务(?:征管)?关系|税收(?:关系)?|统计关系|总部)[^。；，,]{0,12}?(?:迁入|迁至|转入|转移至|变更至|落户)[^。；，,]{0,10}"
            r"|(?:从|由)(?:市|区|省|县|本[市区省县])?外(?:地)?[^。；，,]{0,10}(?:迁入|引进|搬迁至|转移至)"
        ),
    ),
    TextTrigger(
        "FC-19-3", Grade.SUSPECTED, "只奖励新迁入、新引进、新落户的企业",
        re.compile(r"新(?:迁入|引进|落户|设立落户)[^。；，,]{0,12}(?:企业|总部|项目)[^。；]{0,60}?(?:奖励|补助|补贴|资助)"),
    ),
    TextTrigger(
        "FC-19-3", Grade.SUSPECTED, "以在本地纳税或纳入本地统计为条件",
        re.compile(
            rf"(?:税务征管关系|税收征管关系|纳税关系|税收级次|税务登记|税务关系|统计关系|纳统关系)[^。；]{{0,30}}?(?:在{_HERE}|{_HERE}(?:范围)?内|属地)|在{_HERE}(?:范围内)?(?:依法)?(?:纳税|缴纳税收|入统|纳统)|纳入{_HERE}[^。；，,]{{0,8}}统计"
        ),
    ),
    TextTrigger(
        "FC-19-3", Grade.SUSPECTED, "以在本地登记注册为享受奖补的条件",
        re.compile(
            rf"(?:在{_HERE}(?:范围|行政区域|辖区)?(?:内)?(?:依法)?(?:登记注册|注册登记|工商注册|注册|登记)|(?:工商)?(?:注册地|登记注册|注册登记|注册)(?:地)?[^。；，,]{{0,6}}在{_HERE})"
            r"|在(?!境外|国外|海外|我国|中国|中华人民共和国|全国|国内|境内)[^。；，,《》]{2,36}?(?:登记注册|注册登记|注册|设立)的[^。；，,]{0,24}?(?:企业|公司|机构)"
        ),
    ),
    TextTrigger(
        "FC-19-2", Grade.CLEAR, "按所有制区别对待",
        re.compile(
            rf"(?:仅限于?|限于|仅面向|只(?:对|限|面向)|专门?面向|优先支持)[^。；，,]{{0,6}}{_OWNERSHIP}|(?:国有|国有控股|民营|私营|外资|外商投资|集体)企业[^。；，,]{{0,8}}(?:除外|不得申报|不予支持|不享受|不适用|不在)"
            r"|(?:不包括|不含|排除)[^。；]{0,30}(?:国企|国有企业|民营企业|外资企业|国有控股)"
        ),
    ),
    TextTrigger(
        "FC-19-2", Grade.SUSPECTED, "受益对象按所有制限定",
        re.compile(r"对(?:符合条件的|本地|辖区内)?(?:国有|民营|私营|外资|外商投资|集体)企业[^。；]{0,60}?(?:给予|奖励|补助|补贴|资助|减免)"),
        re.compile(r"同等|一视同仁|各类所有制"),
    ),
    TextTrigger(
        "FC-19-1", Grade.SUSPECTED, "受益对象一事一议、一企一策或由名单确定",
        re.compile(
            r"一事一议|一企一策|一项目一策|特事特办|单独(?:研究|议定)|可根据具体情况研究确定"
            r"|(?:列入|纳入|进入)[^。；，,]{0,20}?(?:白名单|名单|名录|重点企业库|培育库|项目库|企业库)的?[^。；]{0,30}?(?:给予|奖励|补助|补贴|优先|享受)"
        ),
        re.compile(r"失信|异常名录|严重违法|黑名单|惩戒"),
    ),
    TextTrigger(
        "FC-19-1", Grade.NOTE, "受益对象由认定或批准产生,请核对认定条件是否公开",
        re.compile(r"经[^。；，,]{0,12}(?:同意|批准|认定|确定)的(?:其他)?[^。；，,]{0,6}(?:企业|项目|机构|对象)"),
    ),
    TextTrigger(
        "FC-19-1", Grade.NOTE, "受益对象是一类由主管部门确定的企业,请核对入选标准是否公开、客观",
        re.compile(
            r"(?:对|支持|扶持|奖励|补助)[^。；，,]{0,10}(?:[“「]?链主[”」]?|龙头|骨干|领军|头部|重点|标杆)企业[^。；，,]{0,16}?(?:奖励|奖补|补助|补贴|资助|扶持|给予)"
        ),
        re.compile(r"认定(?:标准|条件|办法)|达到|以上|不低于"),
    ),
    TextTrigger(
        "FC-11", Grade.CLEAR, "只有购买本地或指定的商品、服务才能享受",
        re.compile(
            rf"(?:必须|须|应当?|只能|仅限|优先)[^。；，,]{{0,6}}(?:采购|购买|使用|选用|租用)[^。；，,]{{0,12}}?(?:{_HERE}(?:内)?(?:企业|生产|产品|产|制造|供应)|本地(?:企业|产品|产|生产|制造|供应)|指定)"
        ),
    ),
    TextTrigger(
        "FC-11", Grade.SUSPECTED, "对购买本地商品、服务的给予补贴",
        re.compile(
            rf"(?:采购|购买|使用|选用|租用)(?:[^。；，,]{{0,10}}?)(?:{_HERE}(?:内)?(?:企业|生产企业)(?:生产的?|的)?[^。；，,]{{0,10}}(?:产品|设备|服务|软件|车辆)|本地(?:产品|产|企业))[^。；]{{0,60}}?(?:给予|奖励|补助|补贴)"
        ),
    ),
    TextTrigger(
        "FC-16", Grade.CLEAR, "本地与外地适用不同标准",
        re.compile(
            r"(?:外地|市外|区外|省外|县外|非本地|域外)(?:注册|登记|户籍)?的?[^。；，,]{0,6}(?:企业|公司|机构|经营者|产品|商品|车辆|供应商)[^。；]{0,30}?(?:不予|不享受|不得|不进行|不给予|减半|降低|除外|不适用|不能)"
        ),
    ),
    TextTrigger(
        "FC-14-2", Grade.SUSPECTED, "以在本地设立分支机构或独立法人为条件",
        re.compile(
            rf"(?:须|应当?|必须|要求|承诺)[^。；，,]{{0,10}}在{_HERE}(?:内)?(?:设立|成立|注册成立|注册)[^。；，,]{{0,10}}(?:分公司|子公司|分支机构|独立法人|法人公司|项目公司)"
            rf"|在{_HERE}(?:内)?(?:须|应当?|必须)?(?:设有|拥有|有)[^。；，,]{{0,20}}(?:分支机构|分公司|办事机构|办事处|服务机构|营业场所)"
        ),
    ),
    TextTrigger(
        "FC-18", Grade.SUSPECTED, "给予税收减免优惠",
        re.compile(
            r"(?:给予|享受|实行|予以)[^。；，,]{0,16}(?:税费|税收|税款|所得税|增值税|房产税|城镇土地使用税)的?(?:减免|免征|减半|优惠|返还)"
            r"|(?:免征|减征|减半征收|缓征)[^。；，,]{0,12}(?:所得税|增值税|房产税|城镇土地使用税|契税|印花税)"
        ),
        _WE_CLAIM_LAW,
    ),
    TextTrigger(
        "FC-20", Grade.CLEAR, "返还或减免土地价款",
        re.compile(r"(?:土地出让(?:金|价款|收益|收入)|土地价款|地价款)[^。；]{0,40}?(?:返还|奖励|补助|补贴|减免|退还)|零地价"),
    ),
    TextTrigger(
        "FC-20", Grade.SUSPECTED, "减免收费、基金或社会保险费",
        re.compile(
            r"(?:免征|减征|减免|免收|减半征收|减收|免缴|缓缴)[^。；，,]{0,20}?(?:配套费|行政事业性收费|政府性基金|社会保险费|社保费|费用|规费)"
        ),
        _WE_CLAIM_LAW,
    ),
)  # fmt: skip

LEAF_TRIGGERS: tuple[LeafTrigger, ...] = (
    LeafTrigger("FC-19-2", Grade.SUSPECTED, "条件限定所有制", frozenset({"ownership"}), frozenset({"in", "not_in"})),
    LeafTrigger("FC-19-2", Grade.NOTE, "条件限定组织形式(独立法人)", frozenset({"legal_person", "entity_kind"})),
    LeafTrigger("FC-19-3", Grade.SUSPECTED, "条件限定登记地", frozenset({"registered_region"}), frozenset({"within"})),
    LeafTrigger("FC-19-3", Grade.SUSPECTED, "条件限定纳税地或统计关系", frozenset({"tax_region", "statistics_region"})),
    LeafTrigger("FC-19-3", Grade.CLEAR, "以迁入为条件", frozenset({"moved_in_on"})),
    LeafTrigger(
        "FC-19-4", Grade.SUSPECTED, "以税收或地方贡献为门槛",
        frozenset({"tax_paid", "tax_paid_growth", "local_contribution", "local_contribution_growth"}),
    ),
    LeafTrigger("FC-14-2", Grade.NOTE, "以投资额、产值为门槛,请核对是否限于本地", frozenset({"fixed_asset_investment", "output_value"})),
)  # fmt: skip
