"""Names that a clause only mentions in passing: whom it serves, brings or founds, and what its acting is about."""

from __future__ import annotations

import re

from policies.extract.clauses import chunks
from policies.extract.leaf import Found
from policies.extract.mentions import Mentions
from policies.extract.residue import WEAK


def without_passing(m: Mentions, start: int, end: int, typed: list[Found], *, listed: bool) -> list[Found]:
    """Drop names that a long clause only mentions in passing: they are neither its head nor most of what it says."""
    kept: list[Found] = []
    hands = [h.span() for h in _HIRED_HAND.finditer(m.text, start, end)] if listed else []
    typed = [
        f
        for f in typed
        if not any(low <= f.start < high for low, high in hands)
        and not (
            f.node["fact"] in ("industry_theme", "industry")
            and _AROUND.search(m.text, max(start, f.start - 4), f.start)
            and _ACTS.match(m.text, f.end, end)
        )
        and not _done_to(m.text, start, end, f)
        and not (f.node["fact"].startswith("qualification") and _LOST.search(m.text, max(start, f.start - 8), f.start))
        and not (f.node["fact"] in ("legal_person", "entity_kind") and _BECOMES.search(m.text, max(start, f.start - 8), f.start))
    ]
    cut = chunks(m.text, start, end, typed, fine=not listed)
    for f in typed:
        if f.node["origin"] in _PAPERS or (
            f.node["fact"] not in WEAK and not (listed and f.node["fact"] == "qualification_granted")
        ):
            kept.append(f)
            continue
        low, high = next(((a, b) for a, b in cut if a <= f.start < b), (f.start, f.end))
        others = sum(g.end - g.start for g in typed if low <= g.start and g.end <= high)
        total = len(
            re.sub(
                r"\([^()]*\)|[^\w]|对于|对|的|应|须|为|是|属于|符合|企业|单位|机构|项目|申报|申请|支持|鼓励", "", m.text[low:high]
            )
        )
        head = bool(
            re.match(
                r"(?:的)?(?:等)?(?:企业|单位|机构|项目|平台|主体|园区|或园区|认定|资质|称号|资格|类项目)*(?:的)?$",
                re.sub(r"\([^()]*\)", "", _beyond(m.text, f.end, high, typed)),
            )
        )
        listed_body = (
            f.node["fact"] == "entity_kind"
            and m.text[f.start - 1] in "、的和及"
            and m.text[f.end : f.end + 1] in ("、", "和", "及")
        )
        if listed_body or (m.text[f.end : f.end + 1] == "：" and f.start - low <= 6):
            kept.append(f)
            continue
        if f.node["fact"] == "entity_kind" and _FOUNDS.search(m.text, max(start, f.start - 20), f.start):
            continue
        opens = bool(
            re.fullmatch(
                r"(?:对于|对|凡|鼓励|支持|引导|由|并|且|以及|或)?(?:[我本全][市区县省州]|[区市县省]内|辖区内?)?(?:规上|限上|规模以上|限额以上)?(?:的)?",
                _before(m, low, f.start, typed),
            )
        )
        share = 0.6 if listed and f.node["fact"] in ("qualifications", "qualification_granted", "awards", "entity_kind") else 0.45
        opens = opens and not (listed or (low > start and m.text[low - 1] == "、"))
        if others >= share * max(1, total) or (head and (not listed or total - others <= 24)) or opens:
            kept.append(f)
    return kept


_HIRED_HAND = re.compile(
    r"(?:(?<=[；。：\n、)）.])|(?<=[；。：\n、)） ]\s)|^)[^，；。：、的\n]{0,16}(?:的)?(?:设计|集成|施工|监理|供应|供货|承建|代建|总承包)(?:[、和与及][^，；。：、的]{1,6})?(?:单位|厂商|商|方)(?=[^，；。：的]{2})[^；。：\n]{4,}"
)
"""施工单位具有相应资质，注册资本不低于1000万元: of those whom a project takes on, and not of the enterprise that applies."""
_PAPERS = ("title/certificate", "title/held")
"""具备许可证并从事…满1年: papers and titles that are said to be held are never mentioned in passing."""
_LOST = re.compile(r"(?:取消|撤销|丧失|失去)[^，；。]{0,4}$")
"""被取消|高新技术企业资格: a title that is lost is no title that is held."""
_BECOMES = re.compile(r"(?:转型?|转[变换]|变更|升级|改制|登记)(?:升级)?为$")
"""个体工商户转型为|法人企业: what one becomes is said with what one was."""


def _before(m: Mentions, low: int, at: int, typed: list[Found]) -> str:
    """The words of `low:at` without the names and the place that stand right before `at` (支持本市民营|中小企业参加…)."""
    while (named := next((f for f in typed if f.end == at and low < f.start and f.node["fact"] in WEAK), None)) is not None:
        at = named.start
    return m.text[low:at]


def _beyond(text: str, start: int, end: int, typed: list[Found]) -> str:
    """The words of `start:end` that follow a name, further names right behind it left out (外资工业项目)."""
    while (following := next((f for f in typed if f.end <= end and _next_to(text, start, f)), None)) is not None:
        start = following.end
    return text[start:end]


_JOINS = ("、", "和", "及", "与", "或", "以及")


def _next_to(text: str, end: int, f: Found) -> bool:
    """Whether a name stands right behind `end`, or is another body that a joining word puts beside it (小微企业和|个体工商户)."""
    return end < f.end and (
        f.start == end or (end < f.start <= end + 2 and f.node["fact"] in WEAK and text[end : f.start] in _JOINS)
    )


_SPENT_ON = re.compile(r"(?:购买|购置|炒作|投向)[^，；。的]{0,20}$")
"""用于购买土地、商业性房地产的贷款: what is bought, and no trade of the enterprise."""
_DONE_TO = re.compile(r"(?:引进|引荐|招引|引入|服务|推荐|介绍|对接|带动|帮助|促成|联系)(?:的)?“?$")
_WHO_DOES = re.compile(r"[^，；。、的]{0,10}的[^，；。、]{0,10}(?:机构|企业|单位|个人|组织|协会|商会|平台|中介|公司|人员)")
_FOUNDS = re.compile(r"(?:创办|开办|领办|兴办|举办|创立)[^，；。的]{0,16}$")
"""在本区创办企业、个体工商户: what persons found is no kind of body that applies."""
_BROUGHT = re.compile(r"(?:企业|公司|机构)?(?:来[我本][市区县])?(?:投资)?(?:的)?(?:产业|重大|优质)?项目")
"""成功引进外资项目的中介机构, 引进世界500强企业投资项目: whom the firm serves or brings is not what it is."""


_HIRED = re.compile(r"(?:聘请|聘用|委托|收购|并购|兼并|受让)[^，；。的]{0,10}$")
"""委托规模以上设计企业, 收购上市公司: whom the firm deals with."""
_A_BODY = re.compile(r"[^，；。的、]{0,16}?(?:企业|公司|机构|院校)")
_WON = re.compile(r"(?:引进|引入|招引|新增|培育|孵化(?!器)|带动|服务|吸引|集聚)(?!的)[^，；。的]{0,10}$")
_ACTOR = re.compile(
    r"(?:机构|园区|楼宇|平台|孵化器|众创空间|加速器|中介|商会|协会|基地|载体|银行|服务商|开发商|(?<!产)业主|市场|联盟|团队|集聚区|综合体|(?:运营|管理|开发|投资|主办)[^，；。]{0,3}(?:企业|单位|方|主体|公司))[^，；。]{0,12}$"
)
_HOW_MANY = re.compile(r"(?:[^，；。]{0,8}?(?:企业|机构|公司|项目|单位))?[^，；。\d]{0,4}\d+(?:家|个|户)")
_WITH = re.compile(r"(?:与|向|同)[^，；。的]{0,8}的?$|(?P<for>为)[^，；。的]{0,8}$")
_DEALS = re.compile(
    r"(?:企业|公司|机构|院校|单位)?(?:等)?[^，；。的且并或]{0,6}?(?:(?P<serves>提供|发放|投放|供货|授信|放款|出租)|共建|合作|签[订署约]|联合|开展|建立|采购|购买|订购|销售|配套(?!奖|补|支))"
)
"""为中小企业提供服务, 与世界500强企业共建: the other party of what is done."""
_COMPOUND = re.compile(
    r"(?:创业|创新|双创|众创|孵化|示范|公共|服务|管理|主管|发展|促进|行政|工作){1,4}(?:部门|基地|园区?|平台|中心|协会|机构|局|专项资金|资金)"
)
"""中小企业主管部门, 小微企业双创基地: names of others that begin with a size."""
_OF_OTHERS = WEAK | {"qualification_granted"}


def _is_another(text: str, start: int, f: Found) -> bool:
    """Whether a name is that of another body, which the acting one hires, buys, wins or deals with."""
    if f.node["fact"] == "settled_on":
        return (
            text.endswith(("引进", "引入", "招引"), f.start, f.end)
            and text.startswith(("企业", "项目", "机构"), f.end)
            and _ACTOR.search(text, start, f.start) is not None
        )
    if f.node["fact"] not in _OF_OTHERS:
        return False
    if f.node["fact"] == "enterprise_size" and _COMPOUND.match(text, f.end):
        return True
    near = max(start, f.start - 16)
    other, deals = _WITH.search(text, near, f.start), _DEALS.match(text, f.end)
    hired = _HIRED.search(text, near, f.start) is not None and _A_BODY.match(text, f.start) is not None
    if hired or (other is not None and deals is not None and (deals["serves"] or not other["for"])):
        return True
    inside = f.node["fact"] == "qualification_granted" and f.node["origin"] != "title/gained"
    won = _WON.search(text, near, f.end if inside else f.start)
    return won is not None and (_ACTOR.search(text, start, won.start()) is not None or _HOW_MANY.match(text, f.end) is not None)


def _done_to(text: str, start: int, end: int, f: Found) -> bool:
    if _is_another(text, start, f):
        return True
    trade = f.node["fact"] in ("industry", "industry_theme") and not text.startswith(("业", "企业", "行业", "领域"), f.end)
    if trade and _SPENT_ON.search(text, max(start, f.start - 24), f.start):
        return True
    if not _DONE_TO.search(text, max(start, f.start - 6), f.start):
        return False
    if f.node["fact"] == "qualifications" and _BROUGHT.match(text, f.end, end):
        return True
    return f.node["fact"] in WEAK and _WHO_DOES.match(text, f.end, end) is not None


_AROUND = re.compile(r"(?:围绕|聚焦|针对|面向)$")
_ACTS = re.compile(
    r"(?:等)?(?:重点|关键|细分)?(?:领域|方向|产业|行业|环节)?(?:，(?:积极|大力)?|，?(?=开展|建设|组织|实施|进行|推动|打造|举办))(?=[^，；。的]{4})(?!注册|登记|且|具有|具备|属于|符合|依法|年|近|上)"
)
"""围绕人工智能产业链开展技术攻关: a field that says what the acting is about, and is no trade of the enterprise."""
