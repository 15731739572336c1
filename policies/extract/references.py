"""Cross references between clauses: 符合本办法第一条第(一)款第二项条件 brings in that clause's own conditions."""

from __future__ import annotations

import re

from policies.extract.addressing import numbers
from policies.extract.conditions import declared
from policies.extract.items import ItemDraft
from policies.extract.leaf import Node, all_of, any_of, leaves_of, within
from policies.extract.sections import conditions_of
from policies.extract.state import ANY, State
from policies.lexicon.sought import Sought
from policies.numerals import number
from policies.segmenting import Clause

_N = r"[一二三四五六七八九十百\d]{1,5}"
_THIS = r"(?:上述|以上)?本?(?:办法|细则|规定|政策|意见|措施|实施细则|实施办法|若干措施|若干政策)?本?"
_POINTS = rf"(?:第?\(?(?P<part>{_N})\)?[款项])?(?:第?\(?(?P<point>{_N})\)?[款项目])?"
REFERENCE = Sought(
    rf"(?:符合|满足|具备|达到|(?<!除)(?<!经)(?<!已)(?<!同时)(?<!叠加)(?<!继续)(?<!一并)享受){_THIS}(?:(?P<before>[前上][款条])|第(?P<article>{_N})条){_POINTS}(?:所列|中)?(?:规定)?的?[^，；。]{{0,6}}?"
    r"(?:条件|要求|规定|标准|情形|政策|奖励|补助|补贴|扶持|优惠|(?<=[款项])(?=的?(?:，|奖励|给予|按)))(?:的[^，；。不外的]{0,8}?(?:企业|项目|机构|单位|总部|公司))?(?![^，；。]{0,4}(?:不|外))"
)


_NUMBERED = re.compile(
    r"(?:符合|满足|具备|达到|属于)(?:本(?:通知|指南|公告|办法|细则)|上述|以上|前述)?(?:(?:规定|所列|中)?的?)?(?:第?(?P<section>[一二三四五六七八九十]{1,2})(?:条|部分|、))?"
    rf"(?:申报|申请|基本|支持|奖励)?(?:条件|要求|对象|范围|情形)?(?:中|里)?的?(?P<points>第?\(?{_N}\)?[款项]?(?:(?:、|和|及|与|或|至|到|-)第?\(?{_N}\)?[款项]?){{0,8}}(?<=[款项]))"
)
"""符合上述条件第1项的, 符合第(二)、(三)项条件的企业."""


_BACK = 8  # characters of a reference before the number it ends in (符合第三条)


def refer_by_number(state: State) -> None:
    """Of a list of conditions, each that an item names by its number (符合上述条件第2项的，奖励10万元) is asked of that item, and not of all."""
    lists = [clause for clause, _ in (*state.scopes, *state.sections)]
    given: list[Clause] = []
    for draft in state.drafts if len(state.drafts) > 1 else ():
        for m in _NUMBERED.finditer(state.m.text, draft.start, draft.end):
            parts = _parts_named(m, [c for c in lists if c.end <= draft.start])
            trees = [tree for part in parts if (tree := all_of(conditions_of(state, part))) is not None]
            if not trees or len(trees) < len(parts):
                continue
            lead = state.text_of(parts[0].parent) if parts[0].parent is not None else ""
            either = any_of(trees) if "或" in m["points"] or ANY.search(lead) else all_of(trees)
            told = [a for a in draft.amounts if a.get("when") and _only_refers(a["when"], m.start() - _BACK, m.end())]
            for amount in told:
                amount["when"] = either
            draft.criteria = [n for n in draft.criteria if not _only_refers(n, *m.span())]
            draft.criteria.extend([either] if either is not None and not told else [])
            given.extend(parts)
    for found in (state.scopes, state.sections) if given else ():
        found[:] = [(clause, [left for n in nodes if (left := _outside(n, given)) is not None]) for clause, nodes in found]


def _parts_named(m: re.Match[str], lists: list[Clause]) -> list[Clause]:
    """The numbered parts that the words point to: of the section they name, else of the nearest list before that has them all."""
    wanted = numbers(m["points"])
    section = number(m["section"]) if m["section"] else None
    for clause in reversed(lists):
        if section is not None and not any(
            c.ordinal == section and c.style in ("cn", "article") for c in (clause, *clause.ancestors())
        ):
            continue
        for above in clause.walk():
            parts = [c for c in above.children if c.ordinal in wanted]
            if len(parts) == len(wanted) and clause.role != "exclusion":
                return parts
    return []


def _outside(node: Node, given: list[Clause]) -> Node | None:
    """What of a condition stands outside these parts; None where nothing does."""
    for word, join in (("all", all_of), ("any", any_of)):
        if word in node:
            return join([left for part in node[word] if (left := _outside(part, given)) is not None])
    return None if any(within(node, c.start, c.end) for c in given) else node


def resolve(state: State, root: Clause) -> list[tuple[int, int]]:
    """Put the referred conditions into the items that refer to them; returns the references that lead nowhere."""
    lost: list[tuple[int, int]] = []
    for draft in state.drafts:
        _follow(state, draft, root)
        for m in REFERENCE.finditer(state.m.text, draft.start, draft.end):
            if m["before"]:
                _bring_from(state, draft, m, _before(state, root, draft, m["before"]))
                continue
            target = _target(root, m)
            if target is None:
                lost.append(m.span())
                continue
            if not target.start <= draft.start < target.end and not _bring_to_sums(state, draft, m, target):
                _bring(state, draft, m, target)
    state.common[:] = [n for n in state.common if not _told_beside(state, root, n)]
    return lost


def _told_beside(state: State, root: Clause, node: Node) -> bool:
    """符合第三条规定，并…的 among what is asked of all, where the conditions of that article stand there too."""
    if node.get("fact") != "declared":
        return False
    m = REFERENCE.fullmatch(state.m.text, node["evidence"]["start"], node["evidence"]["end"])
    target = _target(root, m) if m is not None and not m["before"] else None
    return target is not None and any(within(n, target.start, target.end) for n in state.common if n is not node)


_BEFORE = re.compile(
    r"(?:符合|满足|具备|达到)(?:本(?:办法|细则|规定|政策|措施|章))?(?:前(?:一)?条|上(?:一)?条|前款|上款|前述|上述|前项)(?:所列|规定|所述)?的?(?:认定|申请|申报|基本)?(?:条件|要求|规定|标准)?"
)


def _follow(state: State, draft: ItemDraft, root: Clause) -> None:
    """符合前条规定(的企业): the conditions of the article before, brought in where the item does not have them yet."""
    for node in [n for n in draft.criteria if n.get("fact") == "declared"]:
        low, high = node["evidence"]["start"], node["evidence"]["end"]
        if _BEFORE.fullmatch(state.m.text, low, high) is None:
            continue
        _, target = _articles_at(root, low)
        if target is None:
            continue
        have = [x for n in draft.criteria for x in leaves_of(n) if target.start <= x["evidence"]["start"] < target.end]
        nodes = [] if have else [n for clause, own in (*state.scopes, *state.sections) if clause is target for n in own]
        if have or nodes:
            draft.criteria = [*nodes, *(n for n in draft.criteria if n is not node)]


def _articles_at(root: Clause, at: int) -> tuple[Clause | None, Clause | None]:
    """The article that holds the place, and the one before it."""
    articles = [c for c in root.walk() if c.style == "article"]
    here = next((i for i, c in enumerate(articles) if c.start <= at < c.end), None)
    return (None, None) if here is None else (articles[here], articles[here - 1] if here else None)


def _bring(state: State, draft: ItemDraft, m: re.Match[str], target: Clause) -> None:
    """The conditions that the clause lists, or those of the promises it makes."""
    promised = state.drafts_in(target)
    if promised:
        _bring_from(state, draft, m, promised)
        return
    draft.criteria = [n for n in draft.criteria if not _only_refers(n, *m.span())]
    if m["part"]:
        draft.criteria = [*conditions_of(state, target), *draft.criteria]


def _bring_to_sums(state: State, draft: ItemDraft, m: re.Match[str], target: Clause) -> bool:
    """符合第三条第(一)项的，奖励300万元: the conditions of the point on the sum that refers to it; False where no sum does."""
    told = [a for a in draft.amounts if a.get("when") and _only_refers(a["when"], *m.span())]
    tree = all_of(conditions_of(state, target)) if told else None
    for amount in told if tree is not None else ():
        amount["when"] = tree
    return bool(told) or any(within(a["when"], target.start, target.end) for a in draft.amounts if a.get("when"))


def _bring_from(state: State, draft: ItemDraft, m: re.Match[str], others: list[ItemDraft]) -> None:
    """What all the promises referred to ask for; of one that asks in its tiers only, that one of them is met."""
    if not others:
        return
    shared = [n for n in others[0].criteria if all(any(_alike(n, o) for o in d.criteria) for d in others[1:])]
    whens = [a.get("when") for a in others[0].amounts]
    if not shared and len(others) == 1 and whens and all(whens):
        either = any_of([when for when in whens if when is not None])
        shared = [either] if either is not None else []
    own = [_behind(state, n, *m.span()) for n in draft.criteria if not _only_refers(n, *m.span())]
    draft.criteria = [*(n for n in shared if not any(_alike(n, o) for o in own)), *own] if shared else draft.criteria


def _alike(one: Node, other: Node) -> bool:
    """Whether two conditions ask the same, wherever it stands."""
    said = [[(x["fact"], x["op"], x.get("value"), x.get("period")) for x in leaves_of(n)] for n in (one, other)]
    return said[0] == said[1]


def _before(state: State, root: Clause, draft: ItemDraft, words: str) -> list[ItemDraft]:
    """The promises of the article before, or the promise before in the same article."""
    here, before = _articles_at(root, draft.start)
    if words.endswith("款"):
        return [d for d in state.drafts if here is not None and here.start <= d.start < draft.start][-1:]
    return state.drafts_in(before) if before is not None else []


def _only_refers(node: Node, start: int, end: int) -> bool:
    """Whether a declared leaf is nothing but the words of the reference."""
    leaves = leaves_of(node)
    return (
        len(leaves) == 1
        and leaves[0]["fact"] == "declared"
        and start - 2 <= leaves[0]["evidence"]["start"]
        and leaves[0]["evidence"]["end"] <= end + 2
    )


def _behind(state: State, node: Node, start: int, end: int) -> Node:
    """符合前款规定的企业|租用仓库: a declared leaf without the words of the reference at its head."""
    evidence = node.get("evidence")
    if node.get("fact") != "declared" or evidence is None or not start - 2 <= evidence["start"] < end < evidence["end"] - 2:
        return node
    return declared(state.m, end, evidence["end"], origin="declared/inline")


def _target(root: Clause, m: re.Match[str]) -> Clause | None:
    """The clause that the words point to; None where the text has no such clause."""
    wanted = [number(m[name]) for name in ("article", "part", "point") if m[name]]
    clause = next((c for c in root.walk() if c.style == "article" and c.ordinal == wanted[0]), None)
    for ordinal in wanted[1:]:
        if clause is None:
            return None
        clause = next((c for c in clause.children if c.ordinal == ordinal), None)
    return clause
