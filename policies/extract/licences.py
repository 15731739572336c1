"""Licences and certificates that somebody holds: 持有道路运输经营许可证, 取得…部门颁发的《旅行社业务经营许可证》, 具备资质认定证书(CMA)."""

from __future__ import annotations

import re

from policies.extract.leaf import Found, found
from policies.lexicon.sought import Sought

_HEAD = r"(?:许可证|生产批件|经营资质证书|资质证书|资质认定证书|认可证书|登记证书?|(?<=[一-龥A-Z\d]{4})(?<![出岗结])证书|备案证书?|资格证书?|批准文号|经营牌照|业务牌照|执业许可(?!证)|出版物号|刊号|书号|备案凭证)(?:\([A-Za-z0-9]{2,10}\))?"
_CALLED = r"(?:中华人民共和国|[特甲乙丙丁一二三四五]级(?:及|或)?以上)?[^，；。、：《》“”的或和及与()\s]{2,18}?"
_BOOK = r"《[^》\n]{2,22}(?:证|证书|资质|许可证|批件|许可)》"
_GRADED = r"(?:[一-龥]{2,14}(?:专业|劳务)承包(?:工程)?[特一二三]级(?:及以上|以上)?资质|[特甲乙丙丁一二三]级(?:及以上|以上)?[一-龥]{2,14}资质|[一-龥]{2,14}[甲乙丙丁]级(?:及以上|以上)?资质)"
_ALONE = r"(?:营业执照|[A-Z][A-Z0-9]{2,8}[^，；。、的()]{0,10}证书)"
_HOLDS = Sought(
    r"(?P<first>首次|新)?(?:(?P<got>取得|获得)|持有(?!效)|持(?=有效)|具有|具备|拥有|办理)(?:了|有(?!效))?(?:(?:在|处于)?有效期内|有效|合法|正式)?的?(?!相关|相应|行业|必要)"
    r"(?:[^，；。：《》“”的\s]{2,30}(?:颁发|核发|发放|签发|批准|出具|核准|审批)的?)?(?:有效|合法)?的?(?:(?:国家级|省级|市级)(?:及以上|或以上|以上)?)?(?!相关|相应|有效|合法|行业|必要)"
    rf"(?P<names>(?:{_BOOK}|{_CALLED}{_HEAD}|{_ALONE}|{_GRADED})(?:(?:、|或者?|和|及|以及|与)(?:[^，；。：《》“”的、\s]{{2,24}}(?:颁发|核发|发放)的)?(?:{_BOOK}|{_CALLED}{_HEAD}|{_ALONE}|{_GRADED})){{0,4}})"
)
_IN_FORCE = Sought(
    rf"(?P<names>(?:{_BOOK}|{_CALLED}{_HEAD}|{_ALONE})(?:(?:、|和|及|以及|与)(?:{_BOOK}|{_CALLED}{_HEAD}|{_ALONE})){{0,4}})(?:均|都|应当?|须|仍){{0,2}}(?:在|处于)有效期(?:限)?(?:以)?内"
)
"""营业执照和道路运输经营许可证均在有效期内: held as well."""
_ONE = re.compile(rf"{_BOOK}|(?:{_CALLED}{_HEAD}|{_ALONE}|{_GRADED})(?=、|或|和|及|与|以及|$)")
_EVERYBODY = re.compile(
    r"营业执照|税务登记|组织机构|开户|身份证|专利|著作权|不动产|土地|房产|房屋|产权|规划许可|专业技术|职业|执业(?!许可)|从业|技能|学位|毕业|车辆|驾驶|健康|培训|荣誉|获奖|授权|出资|股权|原产地|产地|检疫|技工|注册证|技师|级工|等级证书|相应|相关|高新技术企业|著作权"
)
"""Papers that every firm has, or that are of a person or a thing."""
_CERTIFIES = re.compile(r"(?:认证|评价|评定|资信|核查|体系|等级|能力|标准化)[^，；。]{0,6}证书")
"""取得产品认证证书: what is certified happens, a licence is held."""
_SHORT = 5  # 音像电子出版许可证或|制作许可证: a name cut to its verb and 许可证


_SINCE = re.compile(r"之?日起|(?:之日)?后(?:的)?\d{1,2}(?:个月|年)[以之]?内")  # 自取得施工许可证之日起两年内: from when a time runs


def find_licences(text: str, start: int, end: int) -> list[Found]:
    """One leaf for each list of licences: held, or gained where the words say that it is the first."""
    result: list[Found] = []
    for m in _HOLDS.finditer(text, start, end):
        names = [n.strip("《》") for n in _ONE.findall(text[m.start("names") : m.end("names")])]
        names = [_whole(names[0], n) for n in names if not _EVERYBODY.search(n)]
        if not names or _SINCE.match(text, m.end()):
            continue
        codes = [f"other:{n}" for n in dict.fromkeys(_unissued(n) for n in names)]
        event = m["first"] or (m["got"] and all(_CERTIFIES.search(n) for n in names))
        fact, op = ("qualification_granted", "occurred") if event else ("qualifications", "has_any")
        result.append(
            found(fact, op, codes, m.start(), m.end(), origin="title/certificate", rank=3, first=True if m["first"] else None)
        )
    for m in _IN_FORCE.finditer(text, start, end):
        names = [n.strip("《》") for n in _ONE.findall(text[m.start("names") : m.end("names")]) if not _EVERYBODY.search(n)]
        if names and not any(f.start < m.end() and m.start() < f.end for f in result):
            codes = [f"other:{n}" for n in dict.fromkeys(names)]
            result.append(found("qualifications", "has_any", codes, m.start(), m.end(), origin="title/certificate", rank=3))
    return result


def _unissued(name: str) -> str:
    """The name without who issued it, where 或 joins papers of two departments."""
    return re.sub(r"^[^《》]*(?:颁发|核发|发放)的", "", name).strip("《》")


def _whole(first: str, name: str) -> str:
    if len(name) == _SHORT and name.endswith("许可证") and len(first) > _SHORT + 1 and first.endswith("许可证"):
        return f"{first[:-_SHORT]}{name}"
    return name
