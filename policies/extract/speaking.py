"""The lines and sentences of one list of conditions that speak of some items only: by a label, by what one applies for, by their subject."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable

from policies.extract.addressing import addressed
from policies.extract.conferring import place_of
from policies.extract.items import ItemDraft
from policies.extract.leaf import Node, inside, less, shuts_out, within
from policies.extract.naming import applies_for, told_by_name
from policies.extract.pieces import units
from policies.extract.sentences import lines_of
from policies.extract.spoken_of import spoken_of
from policies.extract.state import State, past_heading
from policies.segmenting import Clause

Teller = Callable[[Clause, str], list[ItemDraft]]
_Told = list[tuple[int, int, list[ItemDraft]]]

_LABEL_LINE = re.compile(
    r"(?:^|(?<=[；。]))[(]?(?:(?:支持)?(?:方向|专题|类别)[一二三四五六七八九十\d]{1,2}[)]?[：:、.]|[A-Z甲乙丙丁]类[：:])",
    re.MULTILINE,
)


def by_label(state: State, section: Clause, nodes: list[Node]) -> list[Node]:
    """方向一：…；方向二：…, in a list that all must meet: each line is for the items over which the same label stands; the rest is returned."""
    found = list(_LABEL_LINE.finditer(state.m.text, section.start, section.end)) if len(state.drafts) > 1 else []
    ends = sorted(c.start for c in section.walk() if c.style != "kind")
    rest = list(nodes)
    for line, following in itertools.pairwise([*(m.start() for m in found), section.end]):
        until = min([following, *(at for at in ends if at > line)])
        told = addressed(state, section, state.m.text[line:until])
        own = [n for n in rest if within(n, line, until)] if told else []
        for draft in told or []:
            draft.criteria.extend(own)
        rest = less(rest, own)
    return rest


def by_opening(state: State) -> Teller:
    """Which items the opening words of a sentence point to by a number or a label, or name."""
    return lambda clause, words: addressed(state, clause, words) or told_by_name(state, words)


def by_sentence(state: State, section: Clause, nodes: list[Node]) -> list[Node]:
    """图书项目的申报单位须…；期刊项目的申报单位须…: each sentence is for the item it names, where several name one; the rest is returned."""
    lines = _lines_told(state, section, by_opening(state))
    if len({hosts_key(mine) for told in lines for _, _, mine in told if mine}) < 2:
        lines = [[(a, b, mine if applies_for(state, state.m.text[a:b]) else []) for a, b, mine in told] for told in lines]
    return _as_told(state, lines, nodes)


def by_subject(state: State, section: Clause, nodes: list[Node]) -> list[Node]:
    """体验店面积不少于…；海外仓面积不少于…: where the subjects of a list name different items, each is for those it names; the rest is returned."""
    lines = _lines_told(state, section, lambda _, words: spoken_of(state, words))
    names = {hosts_key(mine) for told in lines for _, _, mine in told if mine}
    if len(names) < 2:
        return nodes
    single = [n for n in nodes if any(inside(n, told[0][0], told[-1][1]) for told in lines if told)]
    return [*less(nodes, single), *_as_told(state, lines, single)]


def _lines_told(state: State, section: Clause, told_by: Teller) -> list[_Told]:
    """The lines of a section, each with its sentences and the items they speak of."""
    return [told_in(state, piece, a, b, told_by) for piece in section.walk() for a, b in piece.paragraphs]


def _as_told(state: State, lines: list[_Told], nodes: list[Node]) -> list[Node]:
    """Give the conditions in each sentence to the items it speaks of; the rest is returned."""
    rest = list(nodes)
    for told in lines:
        here = [n for n in rest if told and told[0][0] <= place_of(n) < told[-1][1]]
        named = {hosts_key(mine) for _, _, mine in told}
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


def told_in(state: State, clause: Clause, start: int, end: int, told_by: Teller) -> _Told:
    """The sentences of a line, each with the items it speaks of."""
    if clause.paragraphs and clause.paragraphs[0] == (start, end):
        start = past_heading(state.m, clause, start, end, 0)
    return [(low, high, told_by(clause, state.m.text[low:high])) for low, high, _ in units(state.m.text, start, end)]


def hosts_key(drafts: list[ItemDraft]) -> tuple[int, ...]:
    return tuple(id(d) for d in drafts)
