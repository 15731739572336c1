"""Whose the conditions are: of one item, of the items whose name they repeat, or of all."""

from __future__ import annotations

import itertools
import re

from policies.extract.addressing import addressed, held_to
from policies.extract.chapters import chapter_of, in_chapter, of_its_kind, of_kind_of_chapter, of_named_chapter
from policies.extract.choices import are_kinds, are_kinds_apart, kind_of
from policies.extract.conferring import confer, place_of
from policies.extract.items import ItemDraft
from policies.extract.joining import is_standard, kinship
from policies.extract.leaf import Node, either_of, inside, leaves_of, less, shuts_out, within
from policies.extract.named_parts import by_named_part, in_order, is_topic
from policies.extract.naming import applies_for, asked_by_name, named_like, of_title, told_by_name
from policies.extract.others import INMATES
from policies.extract.own_names import told_elsewhere
from policies.extract.pieces import units
from policies.extract.references import refer_by_number
from policies.extract.sentences import lines_of
from policies.extract.spreading import spread
from policies.extract.state import State, past_heading
from policies.segmenting import Clause

_LEAST_GIVEN = 12  # characters of a field that says what is given
_MOST = 4  # items that one name may point to: a name that fits more of them is that of a whole field


def share(state: State) -> None:
    """Give each condition to the items it speaks of: those it names or numbers, those of its chapter or section, else all."""
    confer(state)
    refer_by_number(state)
    _without_others(state)
    said = list(state.common)
    state.common.clear()
    told = _told_of(state, [clause for clause, _ in (*state.scopes, *state.sections)])
    _of_any_kind(state, told)
    for clause, nodes in _with_kinds(state, told):
        hosts = held_to(state, clause) or told.get(id(clause)) or told_elsewhere(state, clause) or in_chapter(state, clause)
        _give(hosts, nodes)
        if not hosts:
            rest = by_named_part(
                state, clause, _by_address(state, clause, _by_lead(state, clause, _by_label(state, clause, nodes)))
            )
            state.common.extend(_by_sentence(state, clause, rest) if len(state.drafts) > 1 else rest)
    state.common.extend(said)
    for clause, nodes in _either_kind(state):
        _share_section(state, clause, nodes, held_to(state, clause) or told.get(id(clause), []))
    for clause, (low, high), nodes in state.asked:
        hosts = _asked_of(state, clause, low, high) or told_elsewhere(state, clause)
        hosts = hosts or of_named_chapter(state, chapter_of(clause), state.m.text[low:high])
        _give(hosts, nodes)
        if hosts and hosts == state.drafts_in(clause) and len(hosts) == 1 and clause.style != "root":
            hosts[0].start = min(hosts[0].start, low)
        if not hosts:
            state.common.extend(nodes)


_PERSONS = re.compile(r"[^，。：；\n]{0,30}的(?:个人|自然人|候选人)，?(?:应|须|需|必须)[^：。；]{0,16}条件")


def _without_others(state: State) -> None:
    """Lists for those whom an incubator houses (在孵企业应符合下列条件), or for persons beside organisations: asked of nobody who applies here."""
    for lists in (state.scopes, state.sections):
        for clause, nodes in list(lists):
            words = state.text_of(clause)
            inmates, persons = INMATES.match(words), _PERSONS.match(words)
            others = len(state.scopes) + len(state.sections) > 1
            if inmates is not None:
                lists.remove((clause, nodes))
                _give([d for d in state.drafts if d.words.lstrip("对").find(inmates["who"]) in range(12)], nodes)
            elif persons is not None and others:
                lists.remove((clause, nodes))


def _share_section(state: State, clause: Clause, nodes: list[Node], told: list[ItemDraft]) -> None:
    """A section of conditions beside one item is that item's, one that speaks of items theirs; else each condition goes its own way."""
    if len(state.drafts) <= 1:
        state.common.extend(spread(state, state.drafts[0], clause, nodes) if state.drafts else nodes)
        return
    beside = _host_section(state, clause) or _card_without(state, clause)
    host = beside or told_elsewhere(state, clause)
    chapter = [] if host else in_chapter(state, clause)
    if len(host) == 1:
        nodes = spread(state, host[0], clause, nodes)
    _give(host or chapter or told, nodes)
    if chapter or (told and not host):
        return
    if not host:
        state.common.extend(_by_heading(state, clause, nodes))
    elif len(host) == 1 and host[0] is _standard_beside(state, clause):
        host[0].start, host[0].end = min(host[0].start, clause.start), max(host[0].end, clause.end)
    elif len(beside) == 1 and clause.parent is not None and clause.parent.style != "root":
        host[0].start, host[0].end = clause.parent.start, clause.parent.end
        host[0].title = clause.parent.heading or host[0].title


def _card_without(state: State, clause: Clause) -> list[ItemDraft]:
    """A card beside others, with conditions and a field of what is given that no promise was read in: an item all the same, without amounts."""
    card = clause.parent
    if (
        card is None
        or card.parent is None
        or card.style not in ("cn", "cn_paren", "num", "kind", "part", "name", "row")
        or state.drafts_in(card)
    ):
        return []
    fields = [c for c in card.children if c.style == clause.style and c.role == "benefit" and c.end - c.body > _LEAST_GIVEN]
    beside = [c for c in card.parent.children if c is not card and c.style == card.style and state.drafts_in(c)]
    if not fields or not any(x.role == "eligibility" for c in beside for x in c.children):
        return []
    words = state.m.text[card.start : card.end]
    state.drafts.append(ItemDraft(card.start, card.end, title=card.heading, words=words, path=(card.heading,)))
    state.drafts.sort(key=lambda d: d.start)
    return [d for d in state.drafts if d.start == card.start]


def _give(drafts: list[ItemDraft], nodes: list[Node]) -> None:
    for draft in drafts:
        draft.criteria.extend(part for n in nodes for part in of_its_kind(draft, n))


def _told_of(state: State, clauses: list[Clause]) -> dict[int, list[ItemDraft]]:
    """The lists of conditions that speak of some items only: by number, or by a name that is not that of the whole document."""
    if len(state.drafts) < 2:
        return {}
    words = {id(c): state.text_of(c).split("\n")[0] for c in clauses}
    named = {key: told_by_name(state, own) for key, own in words.items()}
    several = {id(c): _tells_several(state, c) for c in clauses}
    named = {key: [] if len(mine) > _MOST or several[key] else mine for key, mine in named.items()}
    apart = len({_key(mine) for mine in named.values() if mine}) >= 2
    return {
        id(c): ([] if several[id(c)] else addressed(state, c, words[id(c)]) or of_kind_of_chapter(state, c, words[id(c)]))
        or (named[id(c)] if apart or not of_title(state, words[id(c)]) else [])
        for c in clauses
    }


def _tells_several(state: State, clause: Clause) -> bool:
    """Whether the sentences of a clause's first line speak of different items."""
    told = [_key(mine) for a, b in clause.paragraphs[:1] for _, _, mine in _told_in(state, clause, a, b) if mine]
    return len(set(told)) > 1


def _with_kinds(state: State, told: dict[int, list[ItemDraft]]) -> list[tuple[Clause, list[Node]]]:
    """The scopes, where lists side by side for kinds of one body are alternatives."""
    groups: dict[int, list[tuple[Clause, list[Node]]]] = {}
    for clause, nodes in state.scopes:
        alone = clause.parent is None or bool(told.get(id(clause)))
        groups.setdefault(id(clause if alone else clause.parent), []).append((clause, nodes))
    result: list[tuple[Clause, list[Node]]] = []
    for group in groups.values():
        either = either_of(nodes for _, nodes in group)
        if either and are_kinds(state, [clause for clause, _ in group]):
            result.append((group[0][0], either))
        else:
            result.extend(group)
    return result


def _of_any_kind(state: State, told: dict[int, list[ItemDraft]]) -> None:
    """综合型总部应具备…, 职能型总部应具备…: an item that names both kinds, or only what they are kinds of (总部), is for either."""
    groups: dict[int, list[tuple[Clause, list[Node]]]] = {}
    for clause, nodes in state.scopes:
        if clause.parent is not None and told.get(id(clause)):
            groups.setdefault(id(clause.parent), []).append((clause, nodes))
    for group in groups.values():
        body = kind_of(state, [clause for clause, _ in group])
        either = either_of(nodes for _, nodes in group)
        if body is None or not either:
            continue
        hosts = [{id(d) for d in told[id(clause)]} for clause, _ in group]
        every, some = set.intersection(*hosts), set.union(*hosts)
        for clause, _ in group:
            told[id(clause)] = [d for d in told[id(clause)] if id(d) not in every]
        named = body.lstrip("型类性级")
        _give([d for d in state.drafts if id(d) in every or (id(d) not in some and named in d.words)], either)


def _either_kind(state: State) -> list[tuple[Clause, list[Node]]]:
    """The sections, where those side by side for kinds of one body are alternatives of a document's one item."""
    if len(state.drafts) != 1:
        return state.sections
    groups: dict[int, list[tuple[Clause, list[Node]]]] = {}
    for clause, nodes in state.sections:
        groups.setdefault(id(clause.parent), []).append((clause, nodes))
    result: list[tuple[Clause, list[Node]]] = []
    for group in groups.values():
        either = either_of(nodes for _, nodes in group)
        kinds = either and are_kinds_apart([clause for clause, _ in group])
        result.extend([(group[0][0], either)] if kinds else group)
    return [(clause, _kinds_below(clause, nodes)) for clause, nodes in result]


def _kinds_below(section: Clause, nodes: list[Node]) -> list[Node]:
    """1.品类型直播基地 (1)… 2.综合型直播基地 (1)… in one section: the lists of the kinds are alternatives."""
    for parent in section.walk():
        kids = [c for c in parent.children if c.children]
        if len(kids) < 2 or len(kids) != len(parent.children) or not are_kinds_apart(kids, bare=True):
            continue
        lists = [[n for n in nodes if within(n, c.start, c.end)] for c in kids]
        if all(lists):
            return [*less(nodes, [n for own in lists for n in own]), *either_of(lists)]
    return nodes


_LABEL_LINE = re.compile(
    r"(?:^|(?<=[；。]))[(]?(?:(?:支持)?(?:方向|专题|类别)[一二三四五六七八九十\d]{1,2}[)]?[：:、.]|[A-Z甲乙丙丁]类[：:])",
    re.MULTILINE,
)


def _by_label(state: State, section: Clause, nodes: list[Node]) -> list[Node]:
    """方向一：…；方向二：…, in a list that all must meet: each line is for the items over which the same label stands; the rest is returned."""
    found = list(_LABEL_LINE.finditer(state.m.text, section.start, section.end)) if len(state.drafts) > 1 else []
    ends = sorted(c.start for c in section.walk() if c.style != "kind")
    rest = list(nodes)
    for line, following in itertools.pairwise([*(m.start() for m in found), section.end]):
        until = min([following, *(at for at in ends if at > line)])
        told = addressed(state, section, state.m.text[line:until])
        own = [n for n in rest if within(n, line, until)] if told else []
        _give(told or [], own)
        rest = less(rest, own)
    return rest


def _by_lead(state: State, clause: Clause, nodes: list[Node]) -> list[Node]:
    """申请…的，还应当符合下列条件： behind a first list in one article opens a list for the items it names; the rest is returned."""
    leads = clause.paragraphs if len(state.drafts) > 1 and clause.children else []
    rest = list(nodes)
    for (low, high), (until, _) in itertools.pairwise([*leads, (clause.end, clause.end)]):
        if (low, high) == leads[0]:
            continue
        words = state.m.text[low:high]
        told = addressed(state, clause, words) or told_by_name(state, words)
        own = [n for n in rest if within(n, low, until)]
        _give(told, own)
        rest = less(rest, own) if told else rest
    return rest


def _asked_of(state: State, clause: Clause, low: int, high: int) -> list[ItemDraft]:
    """The items that a demanding sentence beside promises is for: those it speaks of, else those of its own paragraph or article."""
    if len(state.drafts) < 2:
        return []
    words = state.m.text[low:high]
    line = next(((a, b) for a, b in clause.paragraphs if a <= low < b), (low, high))
    first = line[0] == clause.body or clause.style == "name"
    peers = [c for c in clause.parent.children if c.style == clause.style] if clause.parent is not None else [clause]
    last = clause is peers[-1] and not (len(peers) > 1 and len(peers[-2].paragraphs) >= len(clause.paragraphs))
    within = clause.parent if last and not first and clause.parent is not None else clause  # a line behind a list is for all of it
    told = addressed(state, within, words) or told_by_name(state, words)
    if told:
        return told
    beside = [d for d in state.drafts if (clause.start if first else line[0]) <= d.start < line[1] or d.start <= low < d.end]
    return beside or (state.drafts_in(within) if within.style != "root" else [])


def _standard_beside(state: State, clause: Clause) -> ItemDraft | None:
    """The one sum of the document where it stands under 奖励标准 beside this section of conditions: it is the section's item."""
    sums = [d for d in state.drafts if d.amounts]
    if len(sums) != 1 or clause.parent is None:
        return None
    hosts = [c for c in clause.parent.children if c.start <= sums[0].start < c.end and is_standard(state, c)]
    return sums[0] if hosts else None


_OF_THE_FUND = re.compile(
    r"(?:哪些|什么样的|谁)[^，。？]{0,14}(?:申[请报]|享受)[^，。？]{0,16}(?:资金|[本我][省市区县][^，。？]{0,8}政策)"
)
"""哪些主体可以申报我市现代农业发展专项资金: the first question of the first topic asks for all of them."""


def _host_section(state: State, clause: Clause) -> list[ItemDraft]:
    """The items under the same numbered parent as a condition label (1、… 补贴条件：… 补贴标准：…)."""
    parent = clause.parent
    beside = _standard_beside(state, clause)
    if beside is not None:
        return [beside]
    group = _named_above(state, clause) or asked_by_name(state, clause)
    if group:
        return group
    if parent is None or parent.style in ("root", "chapter") or _OF_THE_FUND.search(clause.heading):
        return []
    inside = [d for d in state.drafts if parent.start <= d.start < parent.end]
    return inside if inside and len(inside) < len(state.drafts) else []


def _named_above(state: State, clause: Clause) -> list[ItemDraft]:
    """55.绿色工厂奖补 / 政策内容：… / 申报条件：…: the items of the fields that stand, as this one does, between one numbered name and the next."""
    beside = [*clause.parent.walk()] if clause.parent is not None and clause.style == "label" else []
    bare = [c for c in beside if c.style in ("num", "cn_paren", "cn") and len(c.paragraphs) == 1 and not c.children]
    names = [c.start for c in bare if state.m.text[c.end - 1] not in "。；"]  # 1.…奖励30万元。 is no name
    low = max((at for at in names if at < clause.start), default=None)
    high = min((at for at in names if at > clause.start), default=clause.parent.end if clause.parent is not None else 0)
    inside = [d for d in state.drafts if low is not None and low <= d.start < high]
    return inside if len(inside) < len(state.drafts) else []


def _by_address(state: State, clause: Clause, nodes: list[Node]) -> list[Node]:
    """In a list that all must meet, 申请第一条奖励的，… is for the items it says one applies for; the rest is returned."""
    rest = list(nodes)
    for child in clause.children if len(state.drafts) > 1 else ():
        words = state.text_of(child)
        told = addressed(state, child, words) or (told_by_name(state, words) if applies_for(state, words) else [])
        own = [n for n in rest if within(n, child.start, child.end)]
        _give(told, own)
        rest = less(rest, own) if told else rest
    return rest


def _by_heading(state: State, clause: Clause, nodes: list[Node]) -> list[Node]:
    """Children whose heading is an item's heading go to that item, and so do those that speak of it; the rest is returned."""
    rest = in_order(state, clause, _by_lead(state, clause, _by_label(state, clause, nodes)))
    named = [told_by_name(state, state.text_of(child)) for child in clause.children]
    apart = len({_key(mine) for mine in named if mine}) >= 2
    for child, told in zip(clause.children, named, strict=True):
        own = [n for n in rest if within(n, child.start, child.end)]
        if not own:
            continue
        words = state.text_of(child)
        mine = named_like(state, child.heading) if child.heading and not is_topic(child.heading) else []
        numbered = addressed(state, child, words) or of_kind_of_chapter(state, child, words)
        if mine and len(mine) < len(state.drafts) and not numbered:
            _deal(state, mine, child, own)
            rest = less(rest, own)
            continue
        several = len({_key(mine) for a, b in child.paragraphs for _, _, mine in _told_in(state, child, a, b) if mine}) > 1
        told = [] if several else numbered or (told if apart or not of_title(state, words) else [])
        _give(told, own)
        left = [] if told else _by_lead(state, child, own)
        rest = less(rest, less(own, left))
    return _by_sentence(state, clause, by_named_part(state, clause, rest))


def _by_sentence(state: State, section: Clause, nodes: list[Node]) -> list[Node]:
    """图书项目的申报单位须…；期刊项目的申报单位须…: each sentence is for the item it names, where several name one; the rest is returned."""
    lines = [_told_in(state, piece, a, b) for piece in section.walk() for a, b in piece.paragraphs]
    if len({_key(mine) for told in lines for _, _, mine in told if mine}) < 2:
        lines = [[(a, b, mine if applies_for(state, state.m.text[a:b]) else []) for a, b, mine in told] for told in lines]
    rest = list(nodes)
    for told in lines:
        here = [n for n in rest if told and told[0][0] <= place_of(n) < told[-1][1]]
        named = {_key(mine) for _, _, mine in told}
        if not here or named == {()}:
            continue
        rest = less(rest, here)
        apart = all(any(inside(n, low, high) for low, high, _ in told) or shuts_out(n) for n in here)
        one = len(named) == 1  # one numbered condition is one leaf, unless its sentences are for different items
        for low, high, mine in told[:1] if one else told:
            part = [n for n in here if one or low <= place_of(n) < high]
            own = part if one or apart else lines_of(state, low, high)
            for criteria in [d.criteria for d in mine] or [rest]:
                criteria.extend(own)
    return rest


def _told_in(state: State, clause: Clause, start: int, end: int) -> list[tuple[int, int, list[ItemDraft]]]:
    """The sentences of a line, each with the items it speaks of."""
    if clause.paragraphs and clause.paragraphs[0] == (start, end):
        start = past_heading(state.m, clause, start, end, 0)
    sentences = [(low, high, state.m.text[low:high]) for low, high, _ in units(state.m.text, start, end)]
    return [(low, high, addressed(state, clause, words) or told_by_name(state, words)) for low, high, words in sentences]


def _key(drafts: list[ItemDraft]) -> tuple[int, ...]:
    return tuple(id(d) for d in drafts)


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
