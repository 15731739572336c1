"""The head of a sentence that all its promises are for: 对新引进的总部企业，购置用房的，…；租赁用房的，…."""

from __future__ import annotations

import re

from policies.extract.branches import ANYBODY
from policies.extract.conditions import inline_condition
from policies.extract.items import ItemDraft
from policies.extract.leaf import Node, leaves_of
from policies.extract.pieces import Benefit
from policies.extract.promising import TARGETED
from policies.extract.state import State

_BODY = (
    r"(?:企业|单位|机构|公司|平台|园区|基地|中心|主体|合作社|载体|孵化器|协会|(?:社会|行业|中介)组织|旅行社|景区|酒店|商户|服务商)"
)
_HEAD = re.compile(
    rf"(?:对于?|凡)?(?P<who>(?!符合|满足|经|由|按|鼓励|支持|引导|其中)[^，；。：]{{2,40}}?{_BODY}(?:\([^()]{{1,16}}\))?)，(?!且|并|或|按|给予|予以)[^，；。]{{3,60}}的(?:，|奖励|给予|按|每)"
)
_ACTING = re.compile(
    rf"(?:对于?|凡)?(?P<who>(?!符合|满足|经|由|按|鼓励|支持|引导|其中)(?:[^，；。：的]{{2,12}}?{_BODY}|旅行社|景区|酒店))"
    r"(?=参加|参展|组织|开展|投保|举办|承办|引进|获|取得|被|首次|通过|购买|购置|租赁|租用|新建|建设|实施|销售|入选|设立|开设|当年|上年|年度|聘请|委托|使用|新?招用|招收|吸纳|录用|完成)[^；。]{3,100}的(?:，|奖励|补助|给予|按|每)"
)
"""外贸企业参加境外展会的，…；投保出口信用保险的，…: the actor of the first clause is that of the next."""
_OF_BODY = re.compile(rf"的(?P<who>[^，；。：的]{{2,12}}?{_BODY})$")
"""对首次入统的民营企业|给予…，对连续三年在库的，…: the sort of body that the first is for, where the next leaves it out."""
_NAMES_ONE = re.compile(rf"[^，；。：]{{0,40}}?{_BODY}")
_OTHERS = re.compile(r"(?:其他|其余|此外|另外|非)")


def under_one_head(state: State, groups: list[list[Benefit]], drafts: list[ItemDraft]) -> None:
    """对新引进的总部企业，购置用房的，…；租赁用房的，…: whom the head of the sentence names, all its promises are for."""
    text = state.m.text
    head: tuple[int, int] | None = None
    leads = False  # whether the head opens its sentence, so that it is the subject of all that follows
    last = 0
    for group, draft in zip(groups, drafts, strict=True):
        low = group[0].start
        if re.search(r"[。\n]", text[last:low]):
            head = None
        last = group[-1].end
        leading = _HEAD.match(text, low, last) or _ACTING.match(text, low, last)
        own = leading or _of_body(text, group[0])
        elided = _NAMES_ONE.match(text, low, group[0].promises[0][0]) is None
        left_out = TARGETED.match(text, low) is not None and elided and _ends_open(text, group[0])
        if own is not None or _OTHERS.match(text, low) or (TARGETED.match(text, low) and not left_out):
            head, leads = own.span("who") if own is not None else None, leading is not None
        elif not elided:
            head = None  # another subject opens its own clause
        elif head is not None and (leads or left_out) and text[max(0, low - 1) : low] in ("；", "，"):
            draft.criteria = [
                *(n for n in inline_condition(state.m, *head) if "fact" not in n or not _says(draft, n)),
                *draft.criteria,
            ]


def _of_body(text: str, b: Benefit) -> re.Match[str] | None:
    """The sort of body at the end of the words right before a promise; none where it is anybody."""
    found = _OF_BODY.search(text, *b.conditions[-1]) if b.conditions else None
    return found if found is not None and ANYBODY.fullmatch(found["who"]) is None else None


def _ends_open(text: str, b: Benefit) -> bool:
    """对连续三年在库的，…: whether the last words before the promise name nobody behind their 的."""
    return bool(b.conditions) and text[slice(*b.conditions[-1])].endswith("的")


def _says(draft: ItemDraft, node: Node) -> bool:
    return any(
        x["fact"] == node["fact"] and x.get("value") == node.get("value") for tree in draft.criteria for x in leaves_of(tree)
    )
