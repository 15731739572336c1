"""Chapters with conditions of their own: for which kind of body they are, and which of the kinds an item names itself."""

from __future__ import annotations

import re

from policies.extract.items import ItemDraft
from policies.extract.leaf import Node, leaves_of
from policies.extract.residue import WEAK
from policies.extract.state import SKIPPED, State, flat, key_of
from policies.segmenting import Clause

_OF_ALL = re.compile(r"本(?:办法|措施|政策|细则|规定|意见|若干措施|实施细则|实施办法)")


def in_chapter(state: State, clause: Clause) -> list[ItemDraft]:
    """The items of the clause's annex, else of its chapter, where others have items too; none where it speaks of the whole text (本办法)."""
    annex = next((c for c in clause.ancestors() if c.style == "annex"), None)
    annexed = state.drafts_in(annex) if annex is not None else []
    if annex is not None and annexed and len(annexed) < len(state.drafts):
        return annexed
    chapter = chapter_of(clause)
    if chapter is None or chapter.in_role in SKIPPED or _OF_ALL.search(state.text_of(clause).split("\n")[0]):
        return []
    inside = state.drafts_in(chapter)
    return inside if len(inside) < len(state.drafts) else []


def chapter_of(clause: Clause) -> Clause | None:
    """The chapter a clause stands in."""
    return next((c for c in clause.ancestors() if c.style == "chapter"), None)


_APPLIES = re.compile(
    r"(?:申[请报领]|享受)本[^，；。的]{1,10}的(?P<who>[^，。：；的]{2,10}?)(?:类)?(?:项目|企业|机构|单位)(?=[，：应须需])"
)
_PARTS = ("chapter", "cn")


def of_kind_of_chapter(state: State, clause: Clause, words: str) -> list[ItemDraft]:
    """享受本规定的制造业项目，…, where one part is headed 制造业项目扶持: asked of that part's items; none where no part is named so, or all."""
    found = _APPLIES.match(words)
    top = next((c for c in clause.ancestors() if c.style == "root"), None)
    if found is None or top is None:
        return []
    parts = [c for c in top.children if c.style in _PARTS and state.drafts_in(c)]
    named = [c for c in parts if found["who"] in c.heading]
    return [d for c in named for d in state.drafts_in(c)] if 0 < len(named) < len(parts) else []


_BODY = re.compile(
    r"[^，。：；的]{0,12}?(?P<who>[^，。：；的]{2}(?:企业|机构|平台|园区|基地|载体|楼宇|团队|协会|合作社))(?:申[请报]|，|的|应|须|需)"
)


def of_named_chapter(state: State, chapter: Clause | None, words: str) -> list[ItemDraft]:
    """科技服务机构申请扶持的，应符合以下条件：… in a chapter 服务机构扶持: asked of what the chapter gives."""
    found = _BODY.match(words)
    if chapter is None or found is None or found["who"] not in chapter.heading or found["who"] in state.title:
        return []
    return state.drafts_in(chapter)


def of_its_kind(draft: ItemDraft, node: Node) -> list[Node]:
    """What is asked of an item that is itself for one of the kinds of body its chapter is for (本章适用于银行、保险公司): of its own kind."""
    own = {key_of(n) for n in draft.criteria if n.get("fact") in WEAK}
    for tree in node.get("any", ()):
        kinds = [x for x in leaves_of(tree) if x["fact"] in WEAK]
        if kinds and all(key_of(x) in own for x in kinds):
            return [x for x in flat(tree) if "fact" not in x or x["fact"] not in WEAK]
    return [node]
