"""A shorter way to the same title: 符合下列条件之一的，可直接认定：… stands in the place of the list before it, or of the points that it spares."""

from __future__ import annotations

import re

from policies.extract.leaf import Node, all_of, any_of, less, within
from policies.extract.sections import children_of
from policies.extract.state import State
from policies.numerals import number
from policies.segmenting import Clause

_N = r"[一二三四五六七八九十百\d]{1,4}"
_DIRECT = re.compile(
    r"(?:对|凡)?(?:(?:符合|满足)[^，。；：]{0,12}?"
    rf"(?:第(?P<kept>{_N})条)第?\(?(?P<from>{_N})\)?项?(?:(?:至|~|-|—|到)第?\(?(?P<to>{_N})\)?项?)?[^，。；：]{{0,16}}，)?(?:若|如|且|并|还)?(?:同时)?"
    r"(?:有|具有|符合|满足|具备)(?:以下|下列|如下)[^，。；：]{0,12}(?:之一|[一1]项|任[一意1][^，。：]{0,4})(?:的)?[^，。；：]{0,12}，?"
    rf"(?:则|即)?(?:可以?)?(?:直接|视为|视同|等同于?)(?:可)?(?:确认|认定|评价|入库|列入|纳入|评为|符合|达到|满足|通过)(?:[^。；：]{{0,10}}?第(?P<spared>{_N})条第?\(?(?P<one>{_N})\)?项)?[^。；：]{{0,30}}[：:。]?$"
)


def direct_ways(state: State, root: Clause) -> None:
    """Put each such list beside the conditions that it stands for, as another way to meet them."""
    for clause in root.walk():
        lead = _DIRECT.match(state.text_of(clause).split("\n")[-1]) if clause.children else None
        if lead is None:
            continue
        number_of = number(lead["kept"] or lead["spared"]) if lead["kept"] or lead["spared"] else None
        host = _host(state, clause, int(number_of) if number_of is not None else None)
        way = any_of(children_of(state, clause, any_one=True))
        if host is None or way is None:
            continue
        lists, at, article = host
        section, nodes = lists[at]
        spared = [n for n in nodes if within(n, article.start, article.end) and not _is_kept(lead, article, n)]
        long_way = all_of(spared)
        either = any_of([long_way, way]) if long_way is not None else None
        if either is None:
            continue
        _take_away(state, clause)
        lists[at] = (section, [*less(lists[at][1], spared), either])


_Host = tuple[list[tuple[Clause, list[Node]]], int, Clause]


def _host(state: State, clause: Clause, wanted: int | None) -> _Host | None:
    """The list that such a clause stands for: of the article that it refers to, else the nearest one before it."""
    found: list[_Host] = []
    for lists in (state.scopes, state.sections):
        for at, (section, nodes) in enumerate(lists):
            articles = [c for c in (section, *section.children) if c.style == "article"] or [section]
            found.extend((lists, at, c) for c in articles if c is not clause and any(within(n, c.start, c.end) for n in nodes))
    if wanted is not None:
        return next((host for host in found if host[2].style == "article" and host[2].ordinal == wanted), None)
    return max((host for host in found if host[2].end <= clause.start), key=lambda host: host[2].start, default=None)


def _is_kept(lead: re.Match[str], article: Clause, node: Node) -> bool:
    """Whether the shorter way asks a condition as well: one of the points that it names, or none of those that it stands for."""
    point = next((c.ordinal for c in article.children if within(node, c.start, c.end)), None)
    if lead["from"]:
        low = number(lead["from"])
        high = number(lead["to"]) if lead["to"] else low
        return point is not None and low is not None and high is not None and low <= point <= high
    return lead["one"] is not None and point != number(lead["one"])


def _take_away(state: State, clause: Clause) -> None:
    """What the walk has made of the clause itself is told by the shorter way."""
    for lists in (state.scopes, state.sections):
        lists[:] = [(c, [n for n in nodes if not within(n, clause.start, clause.end)]) for c, nodes in lists if c is not clause]
    state.common[:] = [n for n in state.common if not within(n, clause.start, clause.end)]
    state.asked[:] = [asked for asked in state.asked if not clause.start <= asked[1][0] < clause.end]
