"""What a clause still says beside its typed leaves: its telling words, trimmed, or nothing where it tells procedure, payment or a wish."""

from __future__ import annotations

import re

from policies.extract.clauses import around
from policies.extract.leaf import Found
from policies.extract.mentions import Mentions

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
    r"申报(?:单位|企业|主体|项目|机构|对象|者|人)|申请(?:单位|企业|主体|项目|机构|人|者|时)|企业|单位|公司|机构|主体|项目|平台|组织|对象|应当|应该|必须|原则上|至少|要求|满足|符合|以下|下列|上述|条件|"
    r"具有|具备|拥有|属于|对于|或者|以及|各类|所有|凡是|期间|申请补贴时|申请补贴当月前|申报时|申请时|之一|类型|范围|领域|行业|产业|内资|法人|创新|经认定|评价入库|入库|认定|资格|称号|有效期内|支持|鼓励|引导|推动|"
    r"[应须需为是的在具且并或和及与、等对凡本该其者可均各类型至含，；。：()“”内有已被经由向于个及《》者名所又还均以]"
)
_DROP = re.compile(
    r"^(?:[^，；。]{0,16}由[^，；。]{2,24}负责(?:解释|组织|实施)?|[^，；。]{0,10}解释工作|指导[^，；。]{2,20}(?:开展|"
    r"做好)[^，；。]{0,12}工作|每年[^，；。]{0,6}(?:遴选|评选|支持|推荐|择优)[^，；。]{0,6}不超过\d{1,3}|综合(?:评价|考虑)[^，；。]{0,30}$|"
    r"(?:具体|有关|相关|详细)?(?:条件|要求|标准|事项|细则|办法|程序|时间|办理)?[^，；。]{0,12}(?:以[^，；。]{2,30}为准|另行(?:制定|"
    r"通知|规定)|按[^，；。]{2,24}(?:执行|办理|规定执行))|"
    r"(?:优先(?:支持|考虑|推荐)|鼓励|重点支持|优先)|[^。]{0,120}(?:优先(?:给予|予以)?(?:支持|资助|扶持|推荐|考虑|安排|认定|立项|纳入|入选)|给予优先(?:支持|考虑|安排)?)[^，；。]{0,24}$|"
    r"[^。]{0,40}(?:应)?从其(?:要求|规定)$|[^，；。]{0,16}(?:对|保证|承诺)[^，；。]{0,16}(?:真实性|材料)[^，；。]{0,10}(?:负责|责任|真实)|"
    r"(?:须|应|需)?(?:如实|按要求|及时|按时)?(?:填写|填报|提交|提供|报送|上传)[^，；。]{0,30}(?:材料|资料|申报表|申请表|申报书)|"
    r"(?:根据|按照|依据|参照|结合|视|参考|综合考虑)[^；。]{0,60}(?:情况|成效|效果|绩效|等|程度|标准|规模|结果|因素|水平|投入|内容|"
    r"费用|金额|贡献|总额|资金|规定|办法|意见)?$|(?:资金)?(?:采取|采用)[^，；。]{0,16}(?:方式|形式)[^，；。]{0,10}$|"
    r"由[^，；。]{1,16}(?:财政|专项资金|补助资金)[^，；。]{0,20}$|从?20\d\d年(?:度|\d{1,2}月)?(?:\d{1,2}日)?起$|(?:分期|分阶段|分档|分批|分年度?)[^，；。]{0,4}$|"
    r"(?:该|此|上述|同)(?:类|等|项)?(?:项目|企业|产品|单位|机构)?$|以[^；。]{2,60}为(?:基数|标准|基准|依据|上限|限)$|自[^，；。]{1,16}(?:起|后)(?:连续)?[^，；。]{0,20}$|"
    r"在(?:享受)?[^，；。]{2,24}基础上$|享受本[^，；。]{1,6}(?:的)?(?:企业|单位)[^，；。]{0,3}$|(?:申报主体|企业)?(?:须|"
    r"应|需)?符合本[^，；。]{1,6}(?:第[^，；。]{1,8}[条款项]|关于)[^；。]*(?:条件|规定|要求)$|申报材料|申请[^，；。]{0,20}的(?:企业|"
    r"单位|机构|产品|项目)(?:\(|$|应|须)|本[^，；。]{1,8}所称|[^，；。]{0,24}适用[^，；。]{2,20}政策$|经[^，；。]{0,16}(?:认定|"
    r"评审|审核|审定|评定|评估|批准)(?:后|通过后|的)?$|"
    r"(?:由)?(?:各区|市|区|省|国家|专家|第三方)[^，；。]{0,16}(?:局|委|部门|办公室|委员会|办|政府|管委会|专家组)[^，；。]{0,24}(?:组织|"
    r"负责|审核|初审|复审|受理|公示|核查|评审|统筹|审定|报送|推荐|对照|按照|形成|确定)|(?:[^，；。]{0,12})坚持[^，；。]{2,60}原则|"
    r"在[^，；。]{2,24}(?:网站|官网|平台)[^，；。]{0,8}(?:公示|发布|公布)|必要时|(?:每年|每三年)[^，；。]{0,8}(?:开展|"
    r"评定|组织)|每[^，；。]{1,8}(?:可|只能|限)申(?:请|报)[^，；。]{0,6}项|"
    r"[^，；。]{0,6}除[^，；。]{2,30}外$|(?:经[^，；。]{0,6})?其他(?:[^，；。]{0,26})(?:条件|不予支持|不予受理|要求|"
    r"规定|情形)(?:的)?|(?:法律|国家)[^，；。]{0,12}(?:规定的其他|其他)[^，；。]{0,12}|[^，；。]{2,24}参照(?:[^，；。]{0,8})执行|"
    r"符合条件的(?:企业|单位|项目|机构)?$|[^，；。]{2,20}(?:包括|是指)[^；。]{2,}(?:、[^；。]*){2}|上述[^，；。]{0,8}$)"
)
_LEADIN = re.compile(
    r"(?:(?:须|应|需|应当|必须)?(?:同时)?(?:符合|满足|具备|达到|具有)(?:以下|下列|如下|上述)[^，；。：]{0,20}(?:条件|要求|"
    r"标准|情形|规定|之一|者)?(?:的)?[^，；。：]{0,8}(?:：|，可以申请|$))|"
    r"(?:符合|满足)(?:以上|相关|有关|本办法|规定|申报|上述)?(?:的)?(?:全部|所有|基本)?(?:申报|认定)?(?:条件|要求|规定)(?:的)?$|"
    r"(?:以下|下列|如下)[^，；。：]{0,10}(?:条件|情形|要求)[^：]{0,16}(?:：|$)"
)
_PREFIX = re.compile(
    r"^(?:对于|对(?!外|口|标|赌|接)|凡是?|鼓励|支持|引导|推动|推进|积极|加快|大力|重点|其中|同时|此外|另外|并|且|以及|或者?|即|如果?|若|如有|当(?!年|前|地|日|月|期)|而|并对|"
    r"将|则|及|和|上述|以上|须|应当|应|需|必须|原则上|经[^，；。]{0,18}?(?:认定|评审|审核|审定|备案|评定|批准|核定|验收合格)(?:后|"
    r"通过后)?(?=，|$)|[：、，\s])+"
)
_SUFFIX = re.compile(r"(?:的企业|的单位|的项目|的机构|的平台|的)?(?:，|；|。|：|、)*(?:的)?$")
_GENERIC_HEAD = re.compile(
    r"^(?:各类|所有|相关|上述|该类|该|本地|工业|中小)?(?:企业|单位|项目|机构|公司|平台企业|主体|创新主体|企业和机构|企业或机构|企业、机构|"
    r"企事业单位|申报单位|申报企业|法人单位|组织|个人|用人单位|对象|业主单位|建设单位|承办单位|运营单位|平台|园区|产品|社会组织|企业或单位|企业或个人|"
    r"单位和个人|单位或个人|企业及单位|机构或企业|服务机构|经营主体|市场主体|投资主体|实施主体|学校|人才|人员)(?:法人)?$"
)


def rest(m: Mentions, low: int, high: int, spans: list[Found], *, listed: bool) -> tuple[int, int] | None:
    """What of a clause the typed spans leave uncovered, if it still says something: its trimmed span."""
    text = m.text
    if spans and all(re.fullmatch(r"[的企业单位在于和及、]*", text[a:b]) for a, b in around(low, high, spans, m)):
        return None
    segments: list[tuple[int, int]] = []
    position = low
    for f in sorted(spans, key=lambda f: f.start):
        if f.start > position:
            segments.append((position, f.start))
        position = max(position, f.end)
    if position < high:
        segments.append((position, high))
    strong = [f for f in spans if f.node["fact"] not in WEAK]
    if strong:
        first = min(f.start for f in strong)
        segments = [
            (a, b)
            for a, b in segments
            if not (
                b == first
                and b - a <= 22
                and re.search(r"(?:的|时|须|应|需|时须|时应|前|后|内)$", text[a:b])
                and not re.search(r"[、且]", text[a:b])
            )
        ]
    telling = [
        (a, b) for a, b in segments if (_weight(text[a:b]) >= 3 if spans else _bare_weight(text[a:b]) >= (4 if listed else 3))
    ]
    if not telling:
        return None
    telling = [(a, b) for a, b in telling if not re.fullmatch(r"\([^()]*\)?[的，；。]?", text[a:b])]
    if not telling:
        return None
    a, b = telling[0][0], telling[-1][1]
    prefix = _PREFIX.match(text[a:b])
    if prefix and prefix.end() < b - a and not text[a : a + prefix.end()].startswith("经"):
        a += prefix.end()
    lead = _LEADIN.match(text[a:b])
    if lead is not None and lead.end() >= b - a:
        return None
    while b > a and text[b - 1] in "，；。：、的和及与或且并":
        b -= 1
    while a < b and text[a] in "，；。：、的和及与或":
        a += 1
    return (a, b) if (_weight(text[a:b]) if spans else _bare_weight(text[a:b])) >= 3 else None


_BARE_FILLER = re.compile(
    r"企业|单位|机构|公司|符合条件|申报(?:单位|企业|主体)|申请(?:单位|企业)|以下|下列|上述|条件|[应须需为是的在对等本该其者并且或和及与：，；。、]"
)


_DATES = re.compile(
    r"20\d\d年(?:度)?(?:\d{1,2}月)?(?:\d{1,2}日)?|(?<=[至到])\d{1,2}月(?:\d{1,2}日)?|(?:以后|之后|以来|之间|期间)|上一?年度?"
)


def _bare_weight(words: str) -> int:
    """Telling characters of a clause that no typed leaf touches: only what says nothing at all is dropped."""
    return len(re.sub(r"[^\w]", "", _BARE_FILLER.sub("", _DATES.sub("", _LEADIN.sub("", words)))))


def _weight(words: str) -> int:
    """How many telling characters are left when filler words are taken out."""
    bare = _DATES.sub("", _LEADIN.sub("", words))
    return len(re.sub(r"[^\w]", "", _FILLER.sub("", bare)))


def headed(text: str, low: int, high: int) -> list[tuple[int, int]]:
    """A phrase A的B without a generic head (企业, 单位); a telling head stays part of the one condition."""
    words = text[low:high]
    at = words.rfind("的")
    if 3 <= at < len(words) - 1:
        head = words[at + 1 :]
        if _GENERIC_HEAD.match(head):
            return [(low, low + at)]
    return [(low, high)]


def idle(words: str) -> bool:
    """Whether a clause is no criterion: it tells procedure, payment, preference or material."""
    return bool(_DROP.match(words))
