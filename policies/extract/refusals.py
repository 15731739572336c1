"""Sentences that shut enterprises out: …的，不予奖励; …的企业不得申报; 金融业企业不适用本办法; …除外."""

from __future__ import annotations

import re

from policies.extract.conditions import listed_condition
from policies.extract.leaf import Node
from policies.extract.mentions import Mentions
from policies.extract.pieces import units
from policies.lexicon.sought import Sought

_REFUSED = Sought(
    r"(?P<who>[^。；\n]{3,140}?)(?:的)?，?(?:的企业|的单位|的机构|的项目|的)?，?(?:一律|原则上|均|当年|当年度|[一二三四五两\d]{1,2}年之?内)?"
    r"(?P<no>除外|(?:不予|不得|不能|不再|暂缓|暂停|不适用|不享受|不可|不给予|不属于|不列入|不纳入)[^，；。\n]{0,24}|不在[^，；。\n]{0,10}范围(?:内|之内)?|实?行?一票否决[^，；。\n]{0,6}|取消(?:其|当年度?|本年度)?[^，；。\n]{0,8}资格)$"
)
_CANCELLED = re.compile(
    r"(?:对)?(?P<who>[^。；\n]{3,80}?(?:失信|违法|违规|事故|处罚|犯罪|异常名录|黑名单|偷税|骗税|欠税|欠薪)[^，。；\n]{0,24}?)(?:的)?(?:企业|单位|机构|项目)?，?"
    r"(?:一律|均|将|直接)?取消(?:其)?(?:当年|本年)?度?(?:申报|申请|享受|扶持|奖励|补助|补贴|参评)[^，；。\n]{0,6}资格$"
)  # 列入严重失信名单的，取消申报资格
_FRAUD = re.compile(r"弄虚作假|虚假|骗取|隐瞒|伪造|虚报|冒领|异议|重复|查实")
_WHAT = re.compile(
    r"除外|申报|申请|享受|支持|扶持|奖励|奖补|补助|资助|补贴|贴息|认定|参评|受理|发放|兑现|本(?:办法|措施|规定|政策|细则|意见|指引|通知|公告|条|款|项)|[前上](?:款|述|条)|配套(?!费|设施)|拨付|"
    r"(?:不适用|不纳入|不列入)[^，；。]{0,20}(?:业务|试点|政策|便利|登记|优惠|措施|名录|名单|制度)$"
)
_OTHERWISE = re.compile(
    r"重复|(?:同时|叠加)(?:享受|申[请报]|获得)|弄虚作假|虚假|骗取(?!出口退税)|隐瞒|伪造|逾期|资金(?:应|须|只能|不得|使用|用于)|同一(?:项目|事项|设备)|审核部门|工作人员|不符合(?:条件|要求)|"
    r"材料不|违反(?:上述|本|以上|前款)?[^，；。]{0,6}规定的|处罚处分|挪用|截留|未按(?:规定|要求|时)(?:提交|报送|申报)(?![^，；。]{0,8}(?:统计|年报|报表))|异议|核查|公示|审查|验收不|不合格|(?:视为|取消|追回|撤销|擅自)|已(?:获得|享受|经享受)|"
    r"另有规定|(?:补助|奖励|资助|补贴|支持|扶持)(?:资金)?(?:总?金额|总?额)?(?:低于|不足|小于|少于)|"
    r"(?:补[助贴]|奖励|优惠|贴息)(?:与|和|、)[^，；。]{2,20}(?:补[助贴]|奖励|优惠|贴息|政策)不(?:得|能|可)(?:同时|重复|叠加)"
)
_IN_YEARS_PAST = re.compile(r"近[一二两三四五\d]年(?:之?内|来)?[^，；。]{0,8}(?:发生|因|存在|有|受)")
"""近三年内发生事故的，以及因骗取资金受到处罚的，不予兑现: what happened in years past shuts out, fraud in applying is a sanction's matter."""
_MANNER = re.compile(r"不得(?:以(?!上|下)|因|将|把|擅自|变相|强制|捆绑|违规|通过)")
"""经办银行不得以贴息为由搭售产品: how somebody must not act, and nobody shut out."""
_TOGETHER = re.compile(r"同时|叠加")
_GIFTS = re.compile(r"(?:补[助贴]|奖励|奖补|贴息|优惠|政策)$")
"""设备补助和贷款贴息不得同时享受: one or the other, and nobody shut out."""
_GIVEN = re.compile(r"(?<!已)(?<!已经)给予(?!过)|予以(?=奖|补|资|支)|\d(?:万|亿)?元")
_A_CASE = re.compile(r"(?!以|依|按|另|但书)(?:但|其中)?[^，；。：]{2,60}?(?:的|者|企业|项目|情形|情况)除外")
_LOSES = re.compile(r"一票否决|取消[^，；。]*资格")
_BLAMED = re.compile(r"发生|受到|拖欠|违法|违规|事故|列入|失信|处罚|不合格|污染|欠税|偷税|犯罪")
_BLAMED_KIND = re.compile(r"的[^，；。、的\d]{2,8}(?:企业|单位|机构|公司|项目|主体|旅行社|合作社)$")
"""被列入黑名单的|旅游企业: of what kind those are who are blamed is nothing that they are blamed for."""
_FREE_OF = re.compile(r"(?:近[^，；。]{1,8}|企业|单位)?(?:不存在|没有|未有|未发生|无)")
"""不存在…应被一票否决的事项: what one must be free of."""
_NEXT = re.compile(r"(?<=企业|单位|机构|主体)，(?!(?:且|并|或|如|因|存在|有|出现|发生|以及|及|和)|.{0,6}的，)")
_APPLICANT = re.compile(r"申[报请](?:单位|企业|主体|人|机构|当?年度?(?=[^度，；。]{2})|前)")
_DURING = re.compile(r"过程中|申[报请]|资金|材料|验收|拒不|整改|截留|挪用|套取|规定|要求|检查|考核")
_HEADS = re.compile(
    r"(?:申报|申请|获得扶持的)?(?:企业|单位|主体|机构|用人单位)(?:及其[^，；。]{2,12})?(?:有|存在|出现|发生|因|如|若)?(?=[^，；。]{4})"
)


def refusal_in(m: Mentions, start: int, end: int) -> tuple[int, int] | None:
    """The words that say whom a sentence shuts out; None where it refuses nobody or refuses fraud and duplicates."""
    found = _REFUSED.match(m.text, start, end)
    if found is None:
        cancelled = _CANCELLED.match(m.text, start, end) if m.text.endswith("资格", start, end) else None
        return _without_head(m, cancelled.span("who")) if cancelled is not None and not _FRAUD.search(cancelled[0]) else None
    if _OTHERWISE.search(found["who"]) and not _IN_YEARS_PAST.search(found["who"]):
        return None
    if _LOSES.search(found["no"]):
        if not _BLAMED.search(found["who"]) or _FREE_OF.match(found["who"]) or _DURING.search(_APPLICANT.sub("", found["who"])):
            return None
    elif not _WHAT.search(found["no"]) or _OTHERWISE.search(found["no"]):
        return None
    if _MANNER.match(found["no"]) or "其他" in found["no"] or (_TOGETHER.search(found["no"]) and _GIFTS.search(found["who"])):
        return None
    low, high = found.span("who")
    if found["no"] == "除外" and "，" in found["who"]:
        low = m.text.rindex("，", low, high) + 1  # 按5%给予补助，购买方与研制方关联的除外: the last clause only
        if not _A_CASE.fullmatch(m.text, low, found.end()):
            return None
    given = [p.end() for p in _GIVEN.finditer(m.text, low, high)]
    if given and (comma := m.text.find("，", given[-1], high)) >= 0:
        low = comma + 1  # …给予补助，全年不足6个月的不予补助: what stands before is the promise
    for boundary in _NEXT.finditer(m.text, low, high):
        if high - boundary.end() >= 3:
            low = boundary.end()
    return _without_head(m, (low, high))


def _without_head(m: Mentions, who: tuple[int, int]) -> tuple[int, int]:
    """Whom a refusal names without 申报企业存在 before it."""
    low, high = who
    head = _HEADS.match(m.text, low, high)
    kind = _BLAMED_KIND.search(m.text, low, high)
    if kind is not None and _BLAMED.search(m.text, low, kind.start()):
        high = kind.start()
    return (head.end() if head is not None and high - head.end() >= 4 else low, high)


def refusals(m: Mentions, start: int, end: int) -> list[tuple[tuple[int, int], list[Node]]]:
    """Each refusing sentence of a paragraph with the criteria it makes."""
    result: list[tuple[tuple[int, int], list[Node]]] = []
    for low, high, _ in units(m.text, start, end):
        who = refusal_in(m, low, high)
        if who is not None:
            nodes = listed_condition(m, *who, excluding=True)
            if nodes:
                result.append(((low, high), nodes))
    return result
