"""Eligibility sections, scope articles and exclusion lists: their lines and numbered children as criteria."""

from __future__ import annotations

import re

from policies.extract.conditions import declared, inline_condition, listed_condition, read_typed
from policies.extract.leaf import Node, all_of, any_of
from policies.extract.pieces import units
from policies.extract.refusals import refusal_in
from policies.extract.sentences import APPLIES, ITS_FIRMS, lines_of
from policies.extract.state import ANY, EXCLUSION, SANCTION, SKIPPED, State, flat, past_heading
from policies.segmenting import Clause

_SHUT_OUT = re.compile(
    r"[^。；：]{0,30}(?:下列|以下|下述|如下)[^。；：]{0,14}(?:不予|不得|不能|不享受|不再|不适用|不纳入|不属于)[^。；：]{0,26}："
)
_LEAD_LINE = re.compile(r"(?:以下|下列|如下|下述)[^。；]{0,24}[：。]?$")
_EXCLUSIVE = re.compile(r"就高不重复|从高不重复|从优不重复|不重复享受")


_PREFERRED = re.compile(
    r"(?:以下|下列|如下)[^。；]{0,20}(?:，|的)?(?:可)?(?:优先|给予优先|予以优先)[^。；]{0,24}[：:。]?$|^(?:优先|重点)(?:支持|推荐|考虑)[^。；]{0,20}[：:。]?$"
)


def conditions_of(state: State, clause: Clause, *, excluding: bool = False) -> list[Node]:
    """The conditions of an eligibility section: its own lines and its numbered children, one by one."""
    if clause.children and _PREFERRED.search(state.text_of(clause)):
        return []
    if _defined(state, clause):
        return children_of(state, clause, any_one=True)
    nodes, excluding = own_conditions(state, clause, excluding=excluding)
    own = state.text_of(clause)
    nodes.extend(children_of(state, clause, any_one=bool(ANY.search(own.split("\n")[-1])), excluding=excluding))
    return nodes


def own_conditions(state: State, clause: Clause, *, excluding: bool) -> tuple[list[Node], bool]:
    """The conditions of the section's own lines, and whether its children are what shuts an enterprise out."""
    parts: list[tuple[list[Node], bool]] = []
    for index, (a, b) in enumerate(clause.paragraphs):
        words = state.m.text[a:b]
        bare = (
            index == 0
            and clause.heading
            and len(words) <= len(clause.heading) + 2
            and clause.style not in ("card", "label")
            and not clause.heading.endswith("的")
        )
        if bare and (clause.children or len(clause.paragraphs) > 1):
            excluding = excluding or bool(clause.children and EXCLUSION.search(words))
            continue
        if EXCLUSION.search(words) and clause.children:
            excluding = True
            before = max(state.m.text.rfind("。", a, b - 1), state.m.text.rfind("；", a, b - 1))
            if before > a:
                parts.append((lines_of(state, past_heading(state.m, clause, a, b, index), before), False))
            continue
        parts.append((_line(state, clause, (a, b), index, excluding=excluding), _is_branch(state, a, b)))
    return _branched(parts), excluding


def _line(state: State, clause: Clause, span: tuple[int, int], index: int, *, excluding: bool) -> list[Node]:
    """The conditions in one line of an eligibility section."""
    a, b = span
    words = state.m.text[a:b]
    start = past_heading(state.m, clause, a, b, index) if clause.role is not None or clause.children else a
    lead = _WITH_LIST.search(state.m.text, start, b)
    if lead is not None and clause.children:
        return _around_list(state, start, lead, b)
    if _LEAD_LINE.search(words) and len(words) < 40:
        return []
    shut = shut_out(state, a, b)
    if shut:
        return shut
    meaning = re.compile(r"[^，；。]{2,30}是指").match(state.m.text, a, b)
    if meaning is not None and clause.style not in ("card", "article"):
        return [declared(state.m, meaning.end(), b - (state.m.text[b - 1] in "；。"), origin="declared/defined")]
    if excluding:
        refused = refusal_in(state.m, start, b - (state.m.text[b - 1] == "。"))
        return listed_condition(state.m, *(refused or (start, b)), excluding=True)
    nodes = lines_of(state, start, b)
    return [n for n in nodes if not _titled(state, n)] if "对象" in clause.heading else nodes


def _titled(state: State, node: Node) -> bool:
    """Whether a line that says whom the text is for only says its title again (对外投资合作项目和企业): that is no condition."""
    if node.get("fact") != "declared":
        return False
    words = state.m.text[node["evidence"]["start"] : node["evidence"]["end"]]
    pairs = [words[i : i + 2] for i in range(len(words) - 1)]
    return sum(pair in state.title for pair in pairs) >= 0.6 * len(pairs)


def _is_branch(state: State, start: int, end: int) -> bool:
    """批发业：上一年度营业收入…: a line that names a trade and then its own conditions is one of several branches."""
    m = re.compile(r"[^，；。：]{2,70}：(?=[^：]{6,})").match(state.m.text, start, end)
    if m is None:
        return False
    return any(f.node["fact"] in ("industry", "industry_theme") for f in read_typed(state.m, start, m.end()))


def _branched(parts: list[tuple[list[Node], bool]]) -> list[Node]:
    """The parts together; two branches or more are alternatives."""
    trees = [tree for nodes, branch in parts if branch and (tree := all_of(nodes)) is not None]
    if len(trees) < 2:
        return [n for nodes, _ in parts for n in nodes]
    either = any_of(trees)
    rest = [n for nodes, branch in parts if not branch for n in nodes]
    return [*rest, either] if either is not None else rest


def _defined(state: State, clause: Clause) -> bool:
    """Whether the children only say what the words of the clause's own line mean (…500强是指…)."""
    meanings = [bool(re.match(r"[^，；。]{2,30}，?(?:是指|系指)", state.text_of(c))) for c in clause.children]
    return sum(meanings) >= 2 and sum(meanings) * 2 > len(meanings)


_WITH_LIST = re.compile(
    r"(?:，|、)?(?:并|且|以及)?(?:同时)?(?:应当?|须|需|必须)?(?:同时)?(?:符合|满足|具备|达到)(?:以下|下列|如下)[^：。；]{0,14}?(?:条件|"
    r"要求|标准)?(?:之一)?(?=的|：|$)"
)


def _around_list(state: State, start: int, lead: re.Match[str], end: int) -> list[Node]:
    """具有…经验并符合以下条件的咨询机构：(一)… : what stands before and behind the words that open the list."""
    nodes: list[Node] = []
    if lead.start() - start >= 6 and not re.search(r"本[^，；。]{1,8}所[指称]|^申请", state.m.text[start : lead.start()]):
        nodes.extend(n for n in inline_condition(state.m, start, lead.start()))
    tail = re.compile(r"的([^：。，]{4,30})：?$").match(state.m.text, lead.end(), end)
    if tail is not None:
        nodes.extend(inline_condition(state.m, tail.start(1), tail.end(1)))
    return nodes


def shut_out(state: State, start: int, end: int) -> list[Node]:
    """有下列情形的不予支持：甲；乙；丙 on one line: each part shuts an enterprise out; empty where the line is none such."""
    lead = _SHUT_OUT.match(state.m.text, start, end)
    if lead is None or SANCTION.search(state.m.text, start, end):
        return []
    return [
        n for low, high, _ in units(state.m.text, lead.end(), end) for n in listed_condition(state.m, low, high, excluding=True)
    ]


_KIND = re.compile(
    r"(?:认定)?(?P<name>[^，。：；\n]{2,16}?)(?:[。：]|(?:应当?|须|需|是指)[^。：\n]{0,16}(?:条件|要求))[^\n]{0,24}(?:条件|要求)?[：。]?$"
)


def are_kinds(state: State, clauses: list[Clause]) -> bool:
    """综合型总部。同时具备下列条件：… 职能型总部。同时具备下列条件：…: kinds of one body, each with a list of its own."""
    if len(clauses) < 2 or not all(c.children for c in clauses):
        return False
    names = [m["name"] for c in clauses if (m := _KIND.match(state.text_of(c))) is not None]
    ends = {name[-2:] for name in names}
    return len(names) == len(clauses) and len(ends) == 1 and ends.isdisjoint({"条件", "要求", "标准", "项目", "企业"})


_OF_WHOM = re.compile(r"(?:对象|主体)(?:及范围)?$")
_BODY = re.compile(
    r"(?:企业|单位|机构|旅行社|合作社|农场|公司|协会|组织|院校|高校|院所|平台|团队|个人|工商户|分社|医院|景区)(?:\([^()]*\))?[；。]?$"
)


def _are_beneficiaries(state: State, clause: Clause) -> bool:
    """奖励对象：（一）…的旅行社；（二）…的会议承办单位: the bodies listed under such a heading are alternatives."""
    if not _OF_WHOM.search(clause.heading.rstrip("：:")):
        return False
    return len(clause.children) > 1 and all(_BODY.search(state.text_of(child)) for child in clause.children)


_CLOSING = re.compile(
    r"(?:本[^，。；]{1,8}|以上[^，。；]{1,8})(?:自|从)[^，。；]{2,24}(?:施行|实施|执行|生效)|本[^，。；]{1,8}由[^。；]{2,40}(?:负责)?解释"
)


def children_of(state: State, clause: Clause, *, any_one: bool = False, excluding: bool = False) -> list[Node]:
    """The conditions of the numbered children; `any_one` where one of them is enough."""
    parts: list[tuple[Node, bool]] = []
    for child in clause.children:
        if child.role == "restart" and not state.m.text[clause.start : child.start].rstrip().endswith("："):
            break
        own = state.text_of(child)
        if child.role in SKIPPED or _CLOSING.match(own):
            continue
        first = own.split("\n")[0]
        inner = excluding or child.role == "exclusion" or bool(EXCLUSION.search(first) and not SANCTION.search(own))
        tree = all_of(conditions_of(state, child, excluding=inner))
        if tree is not None:
            branch = bool(child.paragraphs) and _is_branch(state, *child.paragraphs[0])
            parts.append((tree, branch))
    if (any_one or are_kinds(state, clause.children) or _are_beneficiaries(state, clause)) and len(parts) > 1 and not excluding:
        tree = any_of([p for p, _ in parts])
        return [tree] if tree is not None else []
    return _branched([(flat(p), branch) for p, branch in parts])


def said_in_passing(state: State, start: int, end: int) -> list[Node]:
    """Among closing provisions: whom the document applies to and whom it shuts out."""
    nodes: list[Node] = []
    for low, high, _ in units(state.m.text, start, end):
        refused = refusal_in(state.m, low, high)
        if refused is not None:
            nodes.extend(listed_condition(state.m, *refused, excluding=True))
            high = refused[0] - 1 if refused[0] - low >= 8 else low
        scope, firms = APPLIES.fullmatch(state.m.text, low, high), ITS_FIRMS.match(state.m.text, low, high)
        if scope is not None and scope["who"]:
            nodes.extend(inline_condition(state.m, *scope.span("who")))
        elif firms is not None:
            nodes.extend(inline_condition(state.m, firms.end(), high))
    return nodes


def scope_of(state: State, clause: Clause) -> list[Node]:
    """The conditions of a scope article, inline or in its children."""
    nodes: list[Node] = []
    for index, (a, b) in enumerate(clause.paragraphs):
        words = state.m.text[a:b]
        if index == 0 and len(clause.paragraphs) > 1 and clause.heading and b - a <= len(clause.heading) + 1:
            continue
        if _EXCLUSIVE.search(words):
            continue
        lead = _WITH_LIST.search(state.m.text, a, b) if clause.children else None
        if lead is not None:
            nodes.extend(_around_list(state, a, lead, b))
            continue
        nodes.extend(lines_of(state, a, b))
    nodes.extend(children_of(state, clause, any_one=bool(ANY.search(state.text_of(clause)))))
    return nodes
