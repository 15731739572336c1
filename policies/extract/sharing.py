"""Whose the conditions are: of one item, of the items whose name they repeat, or of all."""

from __future__ import annotations

import difflib
import re

from policies.extract.items import ItemDraft
from policies.extract.joining import is_standard, kinship
from policies.extract.leaf import Node, leaves_of
from policies.extract.pieces import units
from policies.extract.sections import conditions_of, own_conditions
from policies.extract.sentences import lines_of
from policies.extract.state import EXCLUSION, State
from policies.segmenting import Clause

_NAMES = (
    re.compile(
        r"(?P<name>[^，。：；]{3,40}?)(?:应|须|需要?|必须)?(?:符合|满足|具备)?(?:以下|下列|如下)?(?:的)?条件(?:[：:。]|$)",
        re.MULTILINE,
    ),
    re.compile(
        r"(?:申报|申请|享受)(?P<name>[^，。：；]{2,40}?)(?:的)?(?:企业|单位|机构|主体)?(?:的|，|应|须|需|符合|包括|必须|要)"
    ),
    re.compile(
        r"(?P<name>[^，。：；应须需]{3,20}?)(?:类)?(?:申报)?项目(?:的(?:申报|实施|承担)?(?:单位|主体|企业))?(?:原则上)?(?:应|须|需|要|符合|综合)"
    ),
    re.compile(
        r"(?P<name>[^，。：；应须需]{4,30}?)(?:的)?(?:总?面积|数量|规模|总?投资额?|[^，。：；]{2,6}率)?(?:不少于|不低于|不小于|达到?|超过)(?=\d)"
    ),
)
_GENERAL = re.compile(
    r"支持|鼓励|申报|申请|享受|企业|项目|单位|机构|主体|条件|要求|应当?|须|需要?|符合|满足|具备|获得|服务|资金|下列|以下|相关|对于?|[的地，、《》“”()和及与或]"
)
_LEAST, _APART, _ALIKE = 0.35, 0.2, 0.8


def share(state: State) -> None:
    """Give each eligibility section to the item it names, each scope to the items of its chapter, else to all items."""
    _confer(state)
    said = list(state.common)
    state.common.clear()
    for clause, nodes in state.scopes:
        hosts = _in_chapter(state, clause)
        for draft in hosts:
            draft.criteria.extend(nodes)
        if not hosts:
            state.common.extend(nodes)
    state.common.extend(said)
    for clause, nodes in state.sections:
        if len(state.drafts) <= 1:
            state.common.extend(nodes)
            continue
        host = _host_section(state, clause)
        chapter = [] if host else _in_chapter(state, clause)
        if chapter:
            for draft in chapter:
                draft.criteria.extend(nodes)
            continue
        if not host:
            state.common.extend(_by_heading(state, clause))
            continue
        for draft in host:
            draft.criteria.extend(nodes)
        if len(host) == 1 and host[0] is _standard_beside(state, clause):
            host[0].start, host[0].end = min(host[0].start, clause.start), max(host[0].end, clause.end)
        elif len(host) == 1 and clause.parent is not None:
            host[0].start, host[0].end = clause.parent.start, clause.parent.end
            host[0].title = clause.parent.heading or host[0].title


_CONFERS = re.compile(
    r"(?:申请|申报)(?P<told>认定)?(?P<name>[^，。：；、]{3,20}?)(?:的(?:企业|单位|机构))?，?(?:应当?|须|需|必须)[^：。；]{0,8}(?:条件|要求)"
)


def _confer(state: State) -> None:
    """申请认定示范基地，应当符合下列条件： where other items pay the bases: the title itself is an item, over its own conditions."""
    if not any(d.amounts for d in state.drafts):
        return
    for clause, nodes in list(state.scopes):
        if _confers(state, clause):
            state.scopes.remove((clause, nodes))
            _title_item(state, clause, nodes)
    for at, (section, nodes) in enumerate(state.sections):
        for clause in (c for c in section.children if _confers(state, c)):
            own = [n for n in nodes if clause.start <= _place_of(n) < clause.end]
            nodes = [n for n in nodes if not any(n is other for other in own)]
            state.sections[at] = (section, nodes)
            _title_item(state, clause, own)


def _confers(state: State, clause: Clause) -> bool:
    found = _CONFERS.match(state.text_of(clause))
    return found is not None and (
        found["told"] is not None or re.search(re.escape(found["name"]) + r"[^，。]{0,10}认定", state.title) is not None
    )


def _title_item(state: State, clause: Clause, nodes: list[Node]) -> None:
    words = state.m.text[clause.start : clause.end]
    state.drafts.append(ItemDraft(clause.start, clause.end, nodes, title=clause.heading, words=words, path=("认定",)))
    state.drafts.sort(key=lambda d: d.start)


def _in_chapter(state: State, clause: Clause) -> list[ItemDraft]:
    """The one item of the clause's chapter where other chapters have items too; none where the chapter says whom all is for."""
    chapter = next((c for c in clause.ancestors() if c.style == "chapter"), None)
    inside = [d for d in state.drafts if chapter is not None and chapter.start <= d.start < chapter.end]
    return inside if len(inside) == 1 < len(state.drafts) else []


def _standard_beside(state: State, clause: Clause) -> ItemDraft | None:
    """The one sum of the document where it stands under 奖励标准 beside this section of conditions: it is the section's item."""
    sums = [d for d in state.drafts if d.amounts]
    if len(sums) != 1 or clause.parent is None:
        return None
    hosts = [c for c in clause.parent.children if c.start <= sums[0].start < c.end and is_standard(state, c)]
    return sums[0] if hosts else None


def _host_section(state: State, clause: Clause) -> list[ItemDraft]:
    """The items under the same numbered parent as a condition label (1、… 补贴条件：… 补贴标准：…)."""
    parent = clause.parent
    beside = _standard_beside(state, clause)
    if beside is not None:
        return [beside]
    if parent is None or parent.style in ("root", "chapter"):
        return []
    inside = [d for d in state.drafts if parent.start <= d.start < parent.end]
    return inside if inside and len(inside) < len(state.drafts) else []


def _by_heading(state: State, clause: Clause) -> list[Node]:
    """Children whose heading is an item's heading go to that item; the rest is returned."""
    rest, excluding = own_conditions(state, clause, excluding=clause.role == "exclusion")
    named = [_told_by_name(state, state.text_of(child)) for child in clause.children]
    apart = len({tuple(id(d) for d in mine) for mine in named if mine}) >= 2
    for child, told in zip(clause.children, named, strict=True):
        own = state.text_of(child)
        shut = excluding or bool(EXCLUSION.search(own.split("\n")[0]))
        nodes = conditions_of(state, child, excluding=shut)
        mine = _named_like(state, child.heading) if child.heading else []
        if mine and len(mine) < len(state.drafts):
            _deal(state, mine, child, nodes)
            continue
        several = len({_key(mine) for a, b in child.paragraphs for _, _, mine in _told_in(state, a, b) if mine}) > 1
        told = told if not several and (apart or not _of_title(state, own)) else []
        for draft in told:
            draft.criteria.extend(nodes)
        if not told:
            rest.extend(nodes)
    return _by_sentence(state, clause, rest)


def _by_sentence(state: State, section: Clause, nodes: list[Node]) -> list[Node]:
    """图书项目的申报单位须…；期刊项目的申报单位须…: each sentence is for the item it names, where several name one; the rest is returned."""
    lines = [_told_in(state, a, b) for piece in section.walk() for a, b in piece.paragraphs]
    if len({_key(mine) for told in lines for _, _, mine in told if mine}) < 2:
        return nodes
    rest = list(nodes)
    for told in lines:
        here = [n for n in rest if told and told[0][0] <= _place_of(n) < told[-1][1]]
        named = {_key(mine) for _, _, mine in told}
        if not here or named == {()}:
            continue
        rest = [n for n in rest if not any(n is other for other in here)]
        for low, high, mine in told:  # one numbered condition is one leaf, unless its sentences are for different items
            own = here if len(named) == 1 else lines_of(state, low, high)
            for draft in mine:
                draft.criteria.extend(own)
            if not mine:
                rest.extend(own)
            if own is here:
                break
    return rest


def _told_in(state: State, start: int, end: int) -> list[tuple[int, int, list[ItemDraft]]]:
    """The sentences of a line, each with the items it names."""
    return [(low, high, _told_by_name(state, state.m.text[low:high])) for low, high, _ in units(state.m.text, start, end)]


def _key(drafts: list[ItemDraft]) -> tuple[int, ...]:
    return tuple(id(d) for d in drafts)


def _place_of(node: Node) -> int:
    return min((int(x["evidence"]["start"]) for x in leaves_of(node)), default=-1)


def _deal(state: State, mine: list[ItemDraft], section: Clause, nodes: list[Node]) -> None:
    """Conditions under one heading go to its item; where several items share the heading, each condition to the item whose words it shares."""
    given: dict[int, list[Node]] = {}
    for node in nodes:
        hosts = list(range(len(mine)))
        if len(mine) > 1:
            spans = [x["evidence"] for x in leaves_of(node)]
            words = _lead_over(state, section, spans[0]["start"]) or "".join(state.m.text[e["start"] : e["end"]] for e in spans)
            scores = [kinship(words, d.words) for d in mine]
            top = max(scores)
            hosts = (
                list(range(len(mine)))
                if top <= 0 or sum(x >= 0.8 * top for x in scores) == len(mine)
                else [i for i, x in enumerate(scores) if x >= 0.8 * top]
            )
        for i in hosts:
            given.setdefault(i, []).append(node)
    for i, own in given.items():
        mine[i].criteria = [n for n in mine[i].criteria if n.get("origin") != "declared/inline"]
        mine[i].criteria.extend(own)


_OPENS = re.compile(
    r"(?P<who>[^，。：；\n]{3,40}?)(?:应当?|须|需)?(?:同时)?(?:符合|满足|具备)(?:以下|下列|如下)[^，。：；\n]{0,6}条件：?$",
    re.MULTILINE,
)


def _lead_over(state: State, section: Clause, at: int) -> str:
    """Whom the last line before `at` names that opens a list of conditions (研发创新中心应当符合下列条件：); empty where none does."""
    found = [m["who"] for m in _OPENS.finditer(state.m.text, section.start, at)]
    return found[-1] if found else ""


def _named_like(state: State, heading: str) -> list[ItemDraft]:
    """The items whose own or parent's heading is the same or nearest to `heading`."""
    best: dict[int, float] = {}
    for index, draft in enumerate(state.drafts):
        for name in (draft.title, *draft.path[:2]):
            if len(name) >= 4:
                score = (
                    1.0
                    if name == heading or (len(name) >= 8 and heading.startswith(name))
                    else difflib.SequenceMatcher(None, name, heading).ratio()
                )
                best[index] = max(best.get(index, 0.0), score)
    top = max(best.values(), default=0.0)
    return [state.drafts[i] for i, score in best.items() if score >= max(0.72, top - 0.01)]


def _told_by_name(state: State, words: str) -> list[ItemDraft]:
    """The items that the opening words of a condition name (申报升级改造项目的企业…, 改造存量空间条件：…); none where it names no item or all."""
    best: list[ItemDraft] = []
    top = _LEAST
    names = [d.words + "\n".join(("", *d.path)) for d in state.drafts]
    for pattern in _NAMES:
        found = pattern.match(words)
        pairs = _pairs(found["name"]) if found is not None else set()
        if len(pairs) < 2:
            continue
        shares = [sum(pair in name for pair in pairs) / len(pairs) for name in names]
        high = max(shares)
        mine = [d for d, share in zip(state.drafts, shares, strict=True) if share >= _ALIKE * high]
        others = [share for share in shares if share < _ALIKE * high]
        if high >= top and others and high - max(others) >= _APART:
            best, top = mine, high
    return best


def _of_title(state: State, words: str) -> bool:
    """Whether the opening words only name what the whole document is about."""
    subject = state.title or state.m.text[:300]
    pairs = set().union(*(_pairs(m["name"]) for p in _NAMES if (m := p.match(words)) is not None))
    return sum(pair in subject for pair in pairs) * 2 >= len(pairs)


def _pairs(name: str) -> set[str]:
    """The pairs of neighbouring characters in the words of a name that are not said of every item."""
    return {part[i : i + 2] for part in _GENERAL.split(name) for i in range(len(part) - 1)}
