"""Market-entity types of the registers: what a type's code or name says about kind, legal personality and ownership.

The registries number types in four digits: the first digit is the regime (1 domestic company, 2 its branch, 3 domestic legal person that is
no company, 4 domestic without legal personality, 5 foreign, 6 Hong Kong, Macao and Taiwan, 7 foreign representation, 9 farmers'
cooperative and individual), the others narrow it. What a code does not settle stays None.
"""

from dataclasses import dataclass
from typing import Literal, TypeAlias

EntityKind: TypeAlias = Literal["enterprise", "individual_business", "cooperative", "branch", "institution", "social_organisation"]
Ownership: TypeAlias = Literal["private", "state", "collective", "foreign", "hmt"]


@dataclass(frozen=True, slots=True)
class EntityType:
    """What a type says; None where it leaves the question open."""

    kind: EntityKind | None
    legal_person: bool | None
    ownership: Ownership | None


_BRANCH_WORDS = (
    "分公司",
    "分支机构",
    "办事机构",
    "办事处",
    "代表处",
    "分店",
    "营业单位",
    "经营单位",
    "单位营业",
    "法人营业",
    "非法人",
)
_NOT_LEGAL = ("合伙", "个人独资", "私营独资", "个体", "非法人")
_LEGAL = ("有限责任公司", "股份有限公司", "有限公司", "全民所有制", "集体所有制", "合作社", "事业法人", "企业法人", "股份合作")

# The longest prefix that fits decides.
_BY_CODE: tuple[tuple[str, EntityType], ...] = (
    ("1", EntityType("enterprise", True, None)),
    ("1110", EntityType("enterprise", True, "state")),
    ("1140", EntityType("enterprise", True, "state")),
    ("1213", EntityType("enterprise", True, "state")),
    ("1223", EntityType("enterprise", True, "state")),
    ("1130", EntityType("enterprise", True, "private")),
    ("1151", EntityType("enterprise", True, "private")),
    ("1152", EntityType("enterprise", True, "private")),
    ("1212", EntityType("enterprise", True, "private")),
    ("1222", EntityType("enterprise", True, "private")),
    ("2", EntityType("branch", False, None)),
    ("2110", EntityType("branch", False, "state")),
    ("2140", EntityType("branch", False, "state")),
    ("2130", EntityType("branch", False, "private")),
    ("2151", EntityType("branch", False, "private")),
    ("3", EntityType("enterprise", True, None)),
    ("3100", EntityType("enterprise", True, "state")),
    ("3200", EntityType("enterprise", True, "collective")),
    ("3501", EntityType("enterprise", True, "state")),
    ("3503", EntityType("enterprise", True, "collective")),
    ("36", EntityType("institution", True, None)),
    ("3700", EntityType("cooperative", True, None)),
    ("3800", EntityType("cooperative", True, "collective")),
    ("4", EntityType(None, False, None)),
    ("41", EntityType("branch", False, None)),
    ("42", EntityType("branch", False, None)),
    ("43", EntityType("branch", False, None)),
    ("4310", EntityType("branch", False, "state")),
    ("4320", EntityType("branch", False, "collective")),
    ("44", EntityType("branch", False, None)),
    ("45", EntityType("enterprise", False, "private")),
    ("455", EntityType("branch", False, "private")),
    ("456", EntityType("branch", False, "private")),
    ("457", EntityType("branch", False, "private")),
    ("458", EntityType("branch", False, "private")),
    ("5", EntityType("enterprise", None, "foreign")),
    ("51", EntityType("enterprise", True, "foreign")),
    ("52", EntityType("enterprise", True, "foreign")),
    ("54", EntityType("enterprise", False, "foreign")),
    ("58", EntityType("branch", False, "foreign")),
    ("6", EntityType("enterprise", None, "hmt")),
    ("61", EntityType("enterprise", True, "hmt")),
    ("62", EntityType("enterprise", True, "hmt")),
    ("64", EntityType("enterprise", False, "hmt")),
    ("68", EntityType("branch", False, "hmt")),
    ("69", EntityType("branch", False, "foreign")),
    ("7", EntityType("branch", False, "foreign")),
    ("9100", EntityType("cooperative", True, None)),
    ("9200", EntityType("branch", False, None)),
    ("95", EntityType("individual_business", False, "private")),
)
_UNKNOWN = EntityType(None, None, None)


def read_entity_type(text: str) -> EntityType:
    """What a type's four-digit code or its name says.

    >>> read_entity_type("1130").ownership, read_entity_type("有限责任公司分公司(自然人独资)").legal_person
    ('private', False)
    """
    text = text.strip()
    if len(text) == 4 and text.isascii() and text.isdigit():
        fitting = [(prefix, found) for prefix, found in _BY_CODE if text.startswith(prefix)]
        return max(fitting, key=lambda pair: len(pair[0]))[1] if fitting else _UNKNOWN
    return _by_name(text.replace("（", "(").replace("）", ")").replace(" ", ""))


def _by_name(name: str) -> EntityType:
    ownership = _ownership(name)
    if "个体" in name:
        return EntityType("individual_business", False, "private")
    name = name.replace("非法人经济组织", "")  # an owner without legal personality says nothing about the owned
    if any(word in name for word in _BRANCH_WORDS):
        return EntityType("branch", False, ownership)
    if any(word in name for word in _NOT_LEGAL):
        return EntityType("enterprise", False, ownership or ("private" if "个人独资" in name or "私营" in name else None))
    if "合作社" in name:
        return EntityType("cooperative", True, ownership)
    if "事业" in name:
        return EntityType("institution", True, ownership)
    if any(word in name for word in ("社会团体", "民办非企业", "社会服务机构", "基金会")):
        return EntityType("social_organisation", None, ownership)
    return EntityType("enterprise", True, ownership) if any(word in name for word in _LEGAL) else _UNKNOWN


def _ownership(name: str) -> Ownership | None:
    if any(word in name for word in ("台港澳", "港澳台", "港、澳、台", "台、港、澳")):
        return "hmt"
    if any(word in name for word in ("外商", "外国", "中外")):
        return "foreign"
    if any(word in name for word in ("国有", "全民所有制")):
        return "state"
    if "集体" in name:
        return "collective"
    return "private" if any(word in name for word in ("自然人", "私营", "个人独资")) else None
