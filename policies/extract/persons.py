"""Texts whose benefits persons and households ask for and are paid: relief, housing, care, settlement. They grant an enterprise nothing."""

from __future__ import annotations

import re

_OF_PERSONS = re.compile(r"申报(?:主体|人|对象)(?:应|须)?(?:为|是|限于?)(?:自然人|个人)(?=[，。；])")
_PERSONAL = re.compile(
    r"住房保障|公共租赁|公租房|保障性住房|经济适用|最低生活|低保|社会救助|临时救助|特困|残疾人(?!就业|集中就业|按比例|创业)|救助供养|老年人|居家养老|长期护理|医疗保险(?!费)|入户|"
    r"积分制|生育|殡葬|扶贫|职称|任职资格|公务员|高龄|优抚|抚恤|义务教育|学生资助"
)
_PAY_OF_STAFF = re.compile(r"(?:薪酬|工资|职位设置|岗位设置)[^，。补奖]{0,6}(?:办法|规定|细则|意见|方案)")
_PERSON_ASKS = re.compile(
    r"身份证|户口[簿本]|结婚证|毕业证|家属|遗属|个人(?:银行|申请|提出|登录|信用)|(?:失业|退休|参保|受灾|遇难|救助)人员|(?:受灾|困难)群众|"
    r"(?:发放|拨付|支付|打入|划入|发)(?:给|至|到)[^，；。、\n]{0,12}(?:个人|本人|申请人)|申领人|一卡通|社保卡|社会保障卡|每人每[天月年]|每生每年|每户|"
    r"给予个人|[的，、。\n]个人，?(?:可|给予)|本人(?:身份|银行|账户|户口|及配偶|及其|提出|申请|已?缴|无|名下|意愿|持|失业|参保|的个人|岗位|，)|"
    r"(?:生育|二孩|三孩|低保|困难|参保)[^，；。、]{0,4}家庭|购房人|职工(?:应|可|需|取得|本人|同时)|年龄[^，；。、]{0,8}周岁"
)
"""What only a person who asks for himself has, does or is paid."""
_FIRM_ASKS = re.compile(
    r"(?:企业|公司|机构|单位|合作社|平台)[^，；。、\n]{0,10}(?:申报|申请|提出|申领|给予|予以|奖励|补[助贴]|资助|支持)|"
    r"(?:对|支持|鼓励|给予|返还)[^，；。、\n]{0,20}(?:企业|公司|合作社|园区)|申[请报](?:单位|企业)"
)
_FOUNDS = re.compile(r"创业|创办|经营实体|个体工商户")
_LEAST_FOUNDERS = 5  # who founds an enterprise asks for it, though with an identity card of his own
_LEAST_TOLD = 4
_LEAST_SORTS = 3
_TIMES = 3  # the marks of persons against those of enterprises that ask or are given


def _asked_by_persons(text: str) -> bool:
    """Whether those who ask show an identity card and have an account of their own, and hardly any enterprise asks for or is given anything."""
    told = _PERSON_ASKS.findall(text)
    if len(told) < _LEAST_TOLD or len(set(told)) < _LEAST_SORTS:
        return False
    if len(_FOUNDS.findall(text)) >= _LEAST_FOUNDERS:
        return False
    return len(told) >= _TIMES * sum(1 for _ in _FIRM_ASKS.finditer(text))


def for_persons(title: str, text: str) -> bool:
    """Whether the benefits are for households and persons: relief, housing, care, settlement. Such texts grant an enterprise nothing."""
    if _OF_PERSONS.search(text) or _PAY_OF_STAFF.search(title):
        return True
    if _asked_by_persons(text):
        return True
    if not _PERSONAL.search(title or text[:160]):
        return False
    return len(re.findall(r"企业|用人单位|公司|(?:养老|托育|托幼|康复|培训|医疗|护理|服务)机构|床位", text)) < len(
        re.findall(r"家庭|居民|户籍|老年人|残疾人|申请人|保障对象|参保人|人员|学生|职工", text)
    )


_IN_NEED = re.compile(
    r"(?:老年人|残疾人|失业人员|特困人员|(?:困难|受灾)群众|(?:服务|资助|救助|保障|低保|优抚|供养)对象|参保人员?|遗属|家属|孤儿|(?:居民|困难|低保)家庭|购房人|借款人个人|儿童|幼儿)"
    r"(?:\([^()]{0,20}\))?，?(?:均|都)?(?:可以?|按|(?:每[人月户年天]){1,2})?$"
)
_DRAWN_BY = re.compile(
    r"(?:服务|资助|救助|保障|低保|供养)对象，?(?:均|都)?(?:每人|可以?(?:申[请领]|享受)|按(?:较高|最高|就高)?(?:的)?(?:资助)?标准)"
)
"""第一类资助对象|每人每月400元: the gift's own name stands in the name of those who draw it."""
_SERVED_BY = re.compile(
    r"招[用收聘录]|吸纳|录用|安置|聘[用请]|雇[用佣]|培训|收[住养托治]|接[收纳]|照[料护]|护理|代养|托养|[为向给](?!经)|面向|企业|公司|机构|单位"
)


def to_persons(text: str, start: int, promise: int, end: int) -> bool:
    """Whether the sentence `text[start:end]` names persons in need before its promise as those who get it, and no body that serves or hires them."""
    found = _IN_NEED.search(text, max(start, promise - _NAMED), promise) or _DRAWN_BY.search(text, start, end)
    return found is not None and _SERVED_BY.search(text, start, found.start()) is None


_NAMED = 40
