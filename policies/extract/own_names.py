"""What a text calls its own benefits: names and labels that stand in one place over conditions, in another before the sum.

Such a name is no condition of the sum (对符合条件的设备补助项目，给予…), and tells whose the conditions of the other place are.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from decimal import Decimal
from functools import lru_cache

from policies.extract.conditions import inline_condition
from policies.extract.items import ItemDraft
from policies.extract.leaf import Node, all_of, any_of
from policies.extract.state import State
from policies.numerals import number
from policies.segmenting import Clause

_GIFT = r"(?:奖励|奖补|补助|补贴|资助|贴息|扶持)"
_BEFORE = re.compile(
    r"(?:对于?|将|给予)?(?:符合(?:申[请报]|上述|以上|相关)?(?:条件|要求)的|获批|入选|申[请报](?:并获批)?|通过评审的|列入)?“?"
)
_BEHIND = re.compile(
    r"”?(?:类|方向|入选|获批|立项|入库|获得|申报)?(?:的)?(?:项目|企业|单位|机构|主体|者)?的?(?:采[取用][^，；。]{2,12}(?:方式|形式))?"
)
_NAME = re.compile(rf"(?!对|将|凡)(?!.{{0,20}}(?:给予|予以|享受|获得|发放|每年|每[家人]))[^，。；：的\d]{{2,20}}{_GIFT}")
_APPLIED = re.compile(rf"申[请报领](?P<name>[^，。；：、的\n]{{2,20}}?{_GIFT})(?=的|项目|类|，|应|须|需)")


_DEFINED = re.compile(rf"所[称指]的?“?(?P<name>[^，；。：、的“”\n]{{2,20}}?{_GIFT})”?，?(?:是指|系指|指)对")
"""本办法所称设备补助，是指对…的企业给予的补助。"""


_WHO = re.compile(r"(?P<who>[^；。]{4,200}?(?:企业|单位|机构|主体|项目))，?(?:给予|予以|发放)")


def meet_defined(state: State) -> None:
    """What a benefit is said to be for, the sum that another place tells under its name is for."""
    for draft in [d for d in state.drafts if not d.amounts]:
        found = _DEFINED.search(state.m.text, _line(state, draft), draft.end)
        told = [
            d for d in state.drafts if d.amounts and found is not None and found["name"] in state.m.text[_line(state, d) : d.end]
        ]
        who = _WHO.match(state.m.text, found.end(), draft.end) if found is not None else None
        nodes = inline_condition(state.m, *who.span("who")) if who is not None else draft.criteria
        for host in told:
            host.criteria = [*nodes, *host.criteria]
        if told:
            state.drafts = [d for d in state.drafts if d is not draft]


def own_names(state: State, root: Clause) -> set[str]:
    """The names of benefits that head a part of the text or that somebody applies for, and the labels of its directions."""
    names = {m["name"] for form in (_APPLIED, _DEFINED) for m in form.finditer(state.m.text)}
    for clause in root.walk():
        if _NAME.fullmatch(clause.heading):
            names.add(clause.heading)
        if clause.style in ("kind", "part"):
            names.add(_label(state, clause))
    return names


def drop_own_names(state: State, root: Clause) -> None:
    """Take from the items the conditions that only say the name of a benefit of the text."""
    names = sorted(own_names(state, root))
    if not names:
        return
    said = re.compile("|".join(map(re.escape, names)))
    for draft in state.drafts:
        spans = [m.span() for m in said.finditer(state.m.text, _line(state, draft), draft.end)]
        draft.criteria = [n for n in (_without(state, n, spans) for n in draft.criteria) if n is not None]
        for amount in draft.amounts if spans else ():
            if amount.get("when"):
                when = _without(state, amount["when"], spans)
                amount.pop("when") if when is None else amount.update(when=when)


def _without(state: State, node: Node, spans: list[Span]) -> Node | None:
    for word, join in (("all", all_of), ("any", any_of)):
        if word in node:
            parts = [part for child in node[word] if (part := _without(state, child, spans)) is not None]
            return node if len(parts) == len(node[word]) else join(parts)
    return None if node.get("fact") == "declared" and _is_name(state, node, spans) else node


def _is_name(state: State, node: Node, spans: list[Span]) -> bool:
    """Whether a declared leaf says a name, or a part of it, and nothing else."""
    low, high = node["evidence"]["start"], node["evidence"]["end"]
    for start, end in spans:
        before = low >= start or _BEFORE.fullmatch(state.m.text, low, start)
        if before and low < end and (high <= end or _BEHIND.fullmatch(state.m.text, end, high)):
            return True
    return False


Span = tuple[int, int]


def told_elsewhere(state: State, clause: Clause) -> list[ItemDraft]:
    """The items that stand apart from a list of conditions and point to it: by the number of its article, by the label or the name of its part."""
    if len(state.drafts) < 2:
        return []
    for hosts in (_pointing(state, clause), *(_of_part(state, part) for part in (clause, *clause.ancestors()))):
        if hosts:
            return hosts if len(hosts) < len(state.drafts) else []
    return []


_N = r"[一二三四五六七八九十百\d]{1,4}"
_POINTS = re.compile(
    rf"(?:符合|满足|具备|达到)(?:本(?:办法|细则|规定|政策|意见|措施|实施细则|实施办法|若干措施))?(?:第(?P<n>{_N})条|(?P<before>[前上]一?条))(?:所列|所规定|规定)?的?(?:认定|申请|申报|基本)?(?:条件|要求|规定|标准)"
)


def _pointing(state: State, clause: Clause) -> list[ItemDraft]:
    """对符合第一条规定条件的企业，…; 符合前条规定的，…: the items that refer to the article the conditions stand in."""
    article = clause.article()
    if article is None:
        return []
    told = _references(state.m.text)
    places = [at for at, _ in told]
    pointing = [d for d in state.drafts if bisect_left(places, d.start) < bisect_left(places, d.end)]
    if not pointing:
        return []
    root = next((c for c in article.ancestors() if c.parent is None), article)
    articles = [c for c in root.walk() if c.style == "article"]
    starts = [c.start for c in articles]
    hosts: list[ItemDraft] = []
    for draft in pointing:
        last = bisect_right(starts, draft.start) - 1
        here = articles[last].ordinal or 0 if last >= 0 and draft.start < articles[last].end else 0
        numbers = [n or here - 1 for _, n in told[bisect_left(places, draft.start) : bisect_left(places, draft.end)]]
        if article.ordinal not in numbers:
            continue
        if not 0 < here - (article.ordinal or 0) <= _NEAR:
            return []  # said again of what is asked of all
        hosts.append(draft)
    return hosts


@lru_cache(maxsize=2)
def _references(text: str) -> list[tuple[int, Decimal | None]]:
    """Where a text refers to conditions by an article, in order, and its number; None for the one before (前条)."""
    return [(m.start(), number(m["n"]) if m["n"] else None) for m in _POINTS.finditer(text)]


_NEAR = 2  # articles: an article of conditions stands right before the one of its sum


def _label(state: State, clause: Clause) -> str:
    return state.m.text[clause.start : clause.body].strip(" ：:、.")


def _of_part(state: State, part: Clause) -> list[ItemDraft]:
    """The items that say the label (方向一) or the name (设备补助) of a part without items of its own."""
    if part.parent is None or state.drafts_in(part) or part.style in ("chapter", "annex"):
        return []
    name = _label(state, part) if part.style in ("kind", "part") else part.heading
    if len(name) < _LEAST or (part.style not in ("kind", "part") and re.search(_GIFT + "$", name) is None):
        return []
    said = re.compile(re.escape(name) + r"(?![一二三四五六七八九十\d])")
    return [d for d in state.drafts if said.search(state.m.text, _line(state, d), d.end) or name in (d.title, *d.path[:2])]


_LEAST = 3  # characters of a name


def _line(state: State, draft: ItemDraft) -> int:
    return state.m.text.rfind("\n", 0, draft.start) + 1
