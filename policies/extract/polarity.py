"""Conditions turned round: a negation before a name, a list of what shuts an enterprise out, a gained title read as a held one."""

from __future__ import annotations

import re

from policies.extract.bounds import behind_mark
from policies.extract.leaf import Found, Node

_TURNED = {
    "ge": "lt", "lt": "ge", "gt": "le", "le": "gt", "within": "not_within", "not_within": "within", "in": "not_in", "not_in": "in", "has_any": "has_none", "has_none": "has_any",
    "occurred": "not_occurred", "age_ge": "age_le", "age_le": "age_ge",
}  # fmt: skip
_SHUTS = {"registration_status", "serious_violation", "dishonest_debtor", "abnormal_operation"}
_NEGATED = re.compile(
    r"(?:非|(?:尚未|未曾|未|没有|不是|不属于|不具有|不具备|不拥有|不持有)(?:被|获|在|曾|能|获得|取得|认定为?|评为|纳入|列入|入选|通过|属于)*)$"
)
_HAS = ("具备", "具有", "拥有", "持有", "属于", "获得", "取得")
"""不具备高新技术企业资质: the leaf begins with the verb, the 不 stands right before it."""
_NEGATED_INSIDE = re.compile(r"[^，；。、]{0,12}?(?:尚未|未(?!来)|没有)(?=被|获|取得|认定|通过|列入|纳入|入选|评)")
_BARELY = re.compile(r"不$")
_CAN_BE_DENIED = {
    "qualifications",
    "qualification_granted",
    "listed_board",
    "above_scale",
    "ownership",
    "enterprise_size",
    "headquarters",
    "industry",
    "entity_kind",
    "awards",
    "taxpayer_kind",
}


_EXCEPTED = re.compile(r"(?:企业|单位|机构|公司|项目|的)*除外(?=\))")
"""园区企业(上市公司除外)"""


_A_BODY = re.compile(
    r"(?:企业|单位|机构|公司|项目|组织|主体|平台|基地|园区|合作社|农场|楼宇|载体|人员|个人|引荐人|申请人|投资人|负责人|产品|店|[行产工商农]业|[使应][用]方|购买方|需求方|服务商|运营商|经营者|商户|农户|大户|银行|医院|学校|高校|院所|酒店|民宿|景区)(?:\([^()]{0,20}\))?$"
)
_MUST_NOT_BE = re.compile(
    r"不[得属应能]|未|无|没有|非|(?:认定|评定|评选|备案|评|确定|列入|纳入|入选|获得|取得)为?[^，；。的]{2,24}$"
)


def spares(text: str, start: int, bracket: int) -> bool:
    """Whether a bracket …除外 eases the requirement before it (成立满2年(分公司除外)), and takes nothing from the bodies named (企业(房地产企业除外))."""
    low = behind_mark(text, start, bracket, "，；。：")
    named = max(
        low, text.rfind("的", low, bracket) + 1
    )  # 无关联关系的|中介机构(公职人员除外): what the bodies are not is said before 的
    return _A_BODY.search(text, low, bracket) is None or _MUST_NOT_BE.search(text, named, bracket) is not None


def denied(text: str, start: int, f: Found) -> Found:
    """未被认定为高新技术企业, 非国有企业: the leaf turned round, its span with the negation."""
    node = f.node
    if (
        node["fact"] not in _CAN_BE_DENIED
        or node["op"] not in ("has_any", "occurred", "in", "within", "is")
        or node.get("value") is False
    ):
        return f
    if node.get("first") is False:
        return f
    excepted = _EXCEPTED.match(text, f.end) if "(" in text[max(start, f.start - 12) : f.start] else None
    before = None if excepted is not None else _NEGATED.search(text, max(start, f.start - 8), f.start)
    if excepted is None and before is None and text.startswith(_HAS, f.start):
        before = _BARELY.search(text, max(start, f.start - 1), f.start)
    inside = _NEGATED_INSIDE.match(text, f.start, f.end) if node["fact"].startswith("qualification") else None
    if excepted is None and before is None and inside is None:
        return f
    begin, end = before.start() if before is not None else f.start, excepted.end() if excepted is not None else f.end
    value = (not node["value"]) if node["op"] == "is" else node["value"]
    op = "is" if node["op"] == "is" else _TURNED[node["op"]]
    other = {**node, "op": op, "value": value, "evidence": {"start": begin, "end": end}}
    return Found(other, begin, end, f.rank)


def as_state(f: Found) -> Found:
    """In a list of conditions a title that was gained is one that is held, unless the words ask for when or whether first."""
    node = held(f.node)
    return f if node is f.node else Found(node, f.start, f.end, f.rank)


def held(node: Node) -> Node:
    """The leaf of a title that was gained as that of one that is held; any other, and one that asks for when or whether first, as it is."""
    if node["fact"] != "qualification_granted" or "first" in node or "period" in node:
        return node
    return {**node, "fact": "qualifications", "op": "has_none" if node["op"] == "not_occurred" else "has_any"}


def turned(f: Found) -> Found:
    """What a refusal names must not be: a leaf that says the good state already stays as it is."""
    node = f.node
    if (
        node["op"] in ("not_occurred",)
        or node["fact"] in _SHUTS
        or node["fact"] == "declared"
        or node["origin"] in ("trade/not-industry", "place/not-region")
    ):
        return f
    if node["op"] == "is":
        good = node["fact"] in (
            "good_credit",
            "social_security_paid_up",
            "tax_registered",
            "financial_system_sound",
            "legal_person",
        )
        return f if good and node["value"] is True else Found({**node, "value": not node["value"]}, f.start, f.end, f.rank)
    other = _TURNED.get(node["op"])
    return f if other is None else Found({**node, "op": other}, f.start, f.end, f.rank)
