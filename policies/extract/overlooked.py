"""A list of conditions that no pattern took: the learned clause model points at it, the reader reads it, the officer is told.

Patterns know the documents they were made for; on others they may pass over a whole list. One of whose clauses nothing was read, though
most of them read like conditions (`policies.clause_typing`), is read by the same rules as any other list, and asked of the only item
under the same heading, else of all items. Single clauses that read like conditions stay a warning (`condition-unread`): read in the same
way they were right one time in three on documents left out in turn, no better than leaving them out.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterator

from policies.clause_typing import ClauseChances, Unit
from policies.extract.conditions import listed_condition
from policies.extract.items import ItemDraft
from policies.extract.leaf import Node, leaves_of
from policies.extract.sections import children_of
from policies.extract.state import ANY, SANCTION, SKIPPED, Begun, State
from policies.extract.typed import read_typed
from policies.segmenting import Clause

LIKELY = 0.5
"""From this chance on, a clause counts as one that reads like a condition."""
LEAST = 3
"""So many of them make a list."""
ORIGIN = "declared/likely"

_NO_CONDITION = re.compile(r"给予|予以|奖励|补助|补贴|资助|贴息|减免|免征|享受|拨付|公示|登录|提交|(?:条件|要求|标准|对象)$")
"""Words that give or order the work, and headings."""


_NOT_IN = SKIPPED | {"benefit"}
"""Where no conditions are looked for: lists of what is given name projects and sums."""
_OF_APPLICANTS = frozenset(
    {
        "registered_region", "tax_region", "statistics_region", "legal_person", "established_on", "registration_status",
        "good_credit", "dishonest_debtor", "abnormal_operation", "serious_violation", "penalties", "tax_violations",
        "safety_accidents", "environment_violations", "quality_accidents", "independent_accounting", "financial_system_sound",
        "tax_registered", "social_security_paid_up", "tax_credit_grade",
    }
)  # fmt: skip
_EASES = re.compile(r"优先|放宽|从宽|鼓励|不再|无需|免于|是指|所称|如下定义|含义")
"""符合以下条件之一的，优先认定：: a list of advantages; 成套装备是指：: of what a name means."""


def take_overlooked(state: State, chances: ClauseChances) -> list[tuple[int, int]]:
    """Read the lists that were overlooked into the items and the common conditions of `state`; the places of what was read."""
    if not state.drafts:
        return []
    read: list[tuple[int, int]] = []
    begun = Begun(state.drafts)
    for clause, units in _lists(state, chances):
        nodes = [_marked(n) for n in _read(state, clause, units)]
        owner = _only_item(begun, clause)
        (state.common if owner is None else owner.criteria).extend(nodes)
        read += [(x["evidence"]["start"], x["evidence"]["end"]) for n in nodes for x in leaves_of(n)]
    return read


def _read(state: State, clause: Clause, units: list[Unit]) -> list[Node]:
    """The criteria of a list: of its numbered lines that hold likely clauses, and of such clauses in its own lines."""
    inside = {id(u.clause) for u in units}
    lines = [c for c in clause.children if id(c) in inside]
    excluding = clause.in_role == "exclusion"
    own = [u for u in units if u.clause is clause]
    nodes = [n for start, end in _runs(state.m.text, own) for n in listed_condition(state.m, start, end, excluding=excluding)]
    either = bool(ANY.search(_lead(state, clause)))
    return nodes + (children_of(state, clause, lines, any_one=either, excluding=excluding) if lines else [])


def _lists(state: State, chances: ClauseChances) -> Iterator[tuple[Clause, list[Unit]]]:
    """The clauses of every list outside the items of which nothing was read and most reads like conditions."""
    touches = _touching(state)
    lists: dict[tuple[int, int], tuple[Clause, list[Unit]]] = {}
    for unit in chances.units:
        above = unit.clause.parent
        running = above is None or unit.clause.children or unit.clause.style == "article"
        of = unit.clause if running or above is None else above
        line = unit.line if of is unit.clause and not of.children else 0
        lists.setdefault((id(of), line), (of, []))[1].append(unit)
    for clause, units in lists.values():
        if (
            len(units) < LEAST
            or clause.in_role in _NOT_IN
            or _EASES.search(_lead(state, clause))
            or any(touches(u.start, u.end) for u in units)
        ):
            continue
        text = state.m.text
        likely = [
            u
            for u in units
            if _NO_CONDITION.search(text, u.start, u.end) is None
            and SANCTION.search(text, u.start, u.end) is None
            and (chances.of(u.start, u.end) >= LIKELY or _says_who(state, u))
        ]
        if len(likely) >= LEAST and len(likely) * 2 > len(units):
            yield clause, likely


def _says_who(state: State, unit: Unit) -> bool:
    """Whether the words name a fact that only whoever applies is asked for: 具有独立法人资格, 无失信记录."""
    return any(f.node["fact"] in _OF_APPLICANTS for f in read_typed(state.m, unit.start, unit.end))


def _lead(state: State, clause: Clause) -> str:
    """The line that the list hangs on."""
    return state.text_of(clause).split("\n")[-1]


def _touching(state: State) -> Callable[[int, int], bool]:
    """Whether an item, a criterion or an amount already rests on words of a stretch."""
    spans = [*state.read_spans(), *((d.start, d.end) for d in state.drafts)]
    joined: list[list[int]] = []
    for low, high in sorted(spans):
        if joined and low <= joined[-1][1]:
            joined[-1][1] = max(joined[-1][1], high)
        else:
            joined.append([low, high])
    ends = [high for _, high in joined]

    def touches(start: int, end: int) -> bool:
        at = bisect_left(ends, start + 1)
        return at < len(joined) and joined[at][0] < end

    return touches


def _runs(text: str, units: list[Unit]) -> Iterator[tuple[int, int]]:
    """Clauses that a comma alone parts are one condition."""
    if not units:
        return
    start, end = units[0].start, units[0].end
    for unit in units[1:]:
        if text[end : unit.start] == "，":
            end = unit.end
            continue
        yield start, end
        start, end = unit.start, unit.end
    yield start, end


def _only_item(begun: Begun, clause: Clause) -> ItemDraft | None:
    """The item that the list belongs to: the only one in the innermost part of the text that holds the list and any item."""
    for above in clause.ancestors():
        inside = begun.within(above.start, above.end)
        if inside:
            return inside[0] if len(inside) == 1 and above.parent is not None else None
    return None


def _marked(node: Node) -> Node:
    """The same criteria, the declared ones under this module's name."""
    for word in ("all", "any", "of"):
        if word in node:
            return {**node, word: [_marked(part) for part in node[word]]}
    if "not" in node:
        return {**node, "not": _marked(node["not"])}
    return {**node, "origin": ORIGIN} if node["fact"] == "declared" else node
