"""Sentences that shut enterprises out: …的，不予奖励; …的企业不得申报; 金融业企业不适用本办法; …除外."""

from __future__ import annotations

import re

from policies.extract.conditions import listed_condition
from policies.extract.leaf import Node
from policies.extract.mentions import Mentions
from policies.extract.pieces import units

_REFUSED = re.compile(
    r"(?P<who>[^。；\n]{3,140}?)(?:的)?，?(?:的企业|的单位|的机构|的项目|的)?，?(?:一律|原则上|均|当年|当年度)?"
    r"(?P<no>除外|(?:不予|不得|不能|不再|暂缓|暂停|不适用|不享受|不可|不给予|不属于|不列入|不纳入)[^，；。\n]{0,24})$"
)
_WHAT = re.compile(
    r"除外|申报|申请|享受|支持|扶持|奖励|补助|资助|补贴|受理|发放|兑现|本(?:办法|措施|规定|政策|细则|意见|指引|通知)|配套|拨付"
)
_OTHERWISE = re.compile(
    r"重复|弄虚作假|虚假|骗取(?!出口退税)|隐瞒|伪造|逾期|资金(?:应|须|只能|不得|使用|用于)|同一(?:项目|事项|设备)|审核部门|工作人员|不符合(?:条件|要求)|"
    r"材料不|未按(?:规定|要求|时)(?:提交|报送|申报)|异议|核查|公示|审查|验收不|不合格|(?:视为|取消|追回|撤销|擅自)|已(?:获得|享受|经享受)|"
    r"另有规定"
)
_NEXT = re.compile(r"(?<=企业|单位|机构|主体)，(?!(?:且|并|或|如|因|存在|有|出现|发生)|.{0,6}的，)")
_HEADS = re.compile(
    r"(?:申报|申请|获得扶持的)?(?:企业|单位|主体|机构|用人单位)(?:及其[^，；。]{2,12})?(?:有|存在|出现|发生|因|如|若)?(?=[^，；。]{4})"
)


def refusal_in(m: Mentions, start: int, end: int) -> tuple[int, int] | None:
    """The words that say whom a sentence shuts out; None where it refuses nobody or refuses fraud and duplicates."""
    found = _REFUSED.match(m.text, start, end)
    if found is None or not _WHAT.search(found["no"]) or _OTHERWISE.search(found[0]):
        return None
    if "其他" in found["no"]:
        return None
    if found["no"] == "除外" and "，" in found["who"]:
        return None
    low, high = found.span("who")
    for boundary in _NEXT.finditer(m.text, low, high):
        if high - boundary.end() >= 3:
            low = boundary.end()
    head = _HEADS.match(m.text, low, high)
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
