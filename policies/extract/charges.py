"""Whose charges are lowered: 养老机构用水、用电按居民价格 is for the body, and so is 安装有线电视免收初装费 right behind it."""

from __future__ import annotations

import itertools
import re

from policies.extract.conditions import declared
from policies.extract.items import ItemDraft
from policies.extract.leaf import Node
from policies.extract.mentions import Mentions

_USES = re.compile(
    r"(?:机构|企业|组织|单位|学校|院校|幼儿园|中心|场所|设施|医院|场馆|服务站|工商户|合作社|基地|项目|园区|农场|主体|用户|[院站馆店])"
    r"(?P<matter>(?:的)?(?:生活|日常|生产|建设)?(?:用[水电气热能](?=$|[、，和及与等用]|的|价)|安装(?:和使用)?(?:固定|有线|电话|宽带|网络)|使用(?:电话|宽带|有线))[^，；。]{0,40})$"
)
_MATTER = re.compile(
    r"(?:其)?(?:(?:安装|使用|接入|开通)[^，；。的]{0,24}|(?:生活|日常)?用[水电气热][^，；。的]{0,24}|(?:有线|数字|固定电话|宽带|电话|网络)[^，；。的]{0,24}|[^，；。的]{0,16}费用?)"
)


def for_bodies(m: Mentions, drafts: list[ItemDraft]) -> None:
    """Leave of the body that uses water and power the body alone, and give it to the drafts behind that name only a charge."""
    body: Node | None = None
    for draft in drafts:
        own = [i for i, node in enumerate(draft.criteria) if _user(m, node) is not None]
        if own:
            for i in own:
                draft.criteria[i] = _user(m, draft.criteria[i]) or draft.criteria[i]
            body = draft.criteria[own[0]]
        elif body is not None and _names_a_charge(m, draft):
            draft.criteria = [{**body}]
        else:
            body = None


_OF_THE_SAME = re.compile(r"(?:并|同时|且|另)?对其(?!他|它|中|余|所属)")
_MATTERS = re.compile(r"(?:房产|土地|用地|收入|费用?|支出|利息|贷款|设备|项目|面积|建设|部分)$")


def for_the_same(m: Mentions, drafts: list[ItemDraft]) -> None:
    """对孵化器自用的房产免征房产税；对其取得的服务收入，免征增值税: 其 is who the sentence before was for."""
    for before, draft in itertools.pairwise(drafts):
        gap = m.text[before.end : draft.start]
        if _OF_THE_SAME.match(m.text, draft.start) is None or "。" in gap or "\n" in gap:
            continue
        own = [node for node in before.criteria if not _is_matter(m, node)]
        draft.criteria = [*({**node} for node in own), *draft.criteria]


_TERM = re.compile(r"自|第[一二三四五六七八九十]年|前[一二三四五\d]年")
_NAMES_BODY = re.compile(r"机构|企业|组织|单位|学校|幼儿园|中心|医院|工商户|合作社|项目|人员|人才|园区|平台|者$")


def for_the_subject(m: Mentions, drafts: list[ItemDraft]) -> None:
    """民办学校享有同等待遇，经免税资格认定后，免征所得税: in one sentence the subject of the first promise is that of the next."""
    for before, draft in itertools.pairwise(drafts):
        if m.text[before.end : draft.start] != "，" or any(a.get("when") for a in (*before.amounts, *draft.amounts)):
            continue
        own = [node for node in before.criteria if _names_body(m, node) or (not draft.criteria and not _is_term(m, node))]
        if own and not any(_names_body(m, node) for node in draft.criteria):
            draft.criteria = [*({**node} for node in own), *draft.criteria]


def _is_term(m: Mentions, node: Node) -> bool:
    return node.get("fact") == "declared" and _TERM.match(m.text, node["evidence"]["start"]) is not None


def _names_body(m: Mentions, node: Node) -> bool:
    if node.get("fact") != "declared":
        return True
    return _NAMES_BODY.search(m.text, node["evidence"]["start"], node["evidence"]["end"]) is not None


def _is_matter(m: Mentions, node: Node) -> bool:
    if node.get("fact") != "declared":
        return False
    return _MATTERS.search(m.text, node["evidence"]["start"], node["evidence"]["end"]) is not None


def _user(m: Mentions, node: Node) -> Node | None:
    """The condition without the charge behind the body that pays it; None where it names none."""
    if node.get("fact") != "declared":
        return None
    low, high = node["evidence"]["start"], node["evidence"]["end"]
    found = _USES.search(m.text, low, high)
    return declared(m, low, found.start("matter"), origin="declared/inline") if found is not None else None


def _names_a_charge(m: Mentions, draft: ItemDraft) -> bool:
    if any(a["kind"] != "ratio" for a in draft.amounts) or any(a.get("when") for a in draft.amounts):
        return False
    if not draft.criteria:
        return m.text[draft.start] != "对"
    return all(
        node.get("fact") == "declared" and _MATTER.fullmatch(m.text, node["evidence"]["start"], node["evidence"]["end"])
        for node in draft.criteria
    )
