"""Documents that recognise: a title over conditions of its own is what is got, and that those recognised may enjoy what other texts give is no item."""

from __future__ import annotations

import re
from collections.abc import Callable

from policies.extract.items import ItemDraft
from policies.extract.leaf import Node, all_of, any_of, less, within
from policies.extract.state import State
from policies.segmenting import Clause

_RECOGNISES = re.compile(r"认定|评选|评定|评价|备案|培育|遴选|创建|命名|评审|示范|单项冠军|管理(?:暂行|试行|实施)?办法")
_OF_MONEY = re.compile(r"资金|经费|补[助贴]|奖[励补]|资助|扶持|贴息|基金|若干|措施|意见|招商|项目管理")
ASKS_APPLICANTS = re.compile(
    r"(?:凡|拟)?(?:申[请报]|参[评加选]|认定|评定|推荐|入选|创建|备案|评选)[^，。：；]{0,30}?，?(?:应当?|须|需要?|必须|具备|符合|满足)|"
    r"[^，。：；]{2,30}?(?:认定|评定|评选|备案)(?:应当?|须|需|必须)"
)
"""申报企业应当…, 试点单位认定须…: what opens a list that applicants are asked."""
_ASKS = re.compile(
    rf"{ASKS_APPLICANTS.pattern}|[^，。：；]{{2,30}}?评价(?:应当?|须|需|必须)|[^，。：；]{{2,24}}?(?:应当?|须|需|必须)(?:同时)?(?:满足|符合|具备)"
)
_POINTS = re.compile(
    r"(?:享受|落实|执行|适用|办理|享有)[^。；\d]{0,40}?(?:优惠|政策|待遇|减免|扶持|支持|税收)|按照?(?:国家|省|市|有关|相关|规定|政策){1,4}[^，。；]{0,6}给予[^，。；\d]{0,8}(?:支持|扶持|倾斜)"
)
_RATES = re.compile(r"\d%|免征|减半|减按|免收|加计")
_GENERAL = re.compile(r"总\s?则|总体要求")


def recognise(state: State, root: Clause, title: str, apply: Callable[[State, Clause, str], None]) -> None:
    """Where no sum is promised and the text lists what its title takes, the title is the item; what it opens the way to besides is kept without those conditions."""
    if any(d.amounts for d in state.drafts) or not _recognises(state, root, title):
        return
    before = state.drafts
    kept = [d for d in before if not _is_pointer(d) and not _is_general(d)]
    state.drafts = []
    apply(state, root, title)
    if not state.drafts:
        state.drafts = before
        return
    if kept:
        _settle(state)
        state.drafts = sorted([*state.drafts, *kept], key=lambda d: d.start)


def _recognises(state: State, root: Clause, title: str) -> bool:
    """Whether the title of a text is that of a recognition, and a list in it says what the recognition asks."""
    if any(c.style == "card" for c in root.children) or not _RECOGNISES.search(title) or _OF_MONEY.search(title):
        return False
    lists = [clause for clause, _ in (*state.sections, *state.scopes)]
    return any(_ASKS.match(state.text_of(part)) is not None for clause in lists for part in (clause, *clause.children))


def _is_pointer(draft: ItemDraft) -> bool:
    """经认定的企业，可按规定享受优惠政策: what another text gives."""
    return _POINTS.search(draft.words) is not None and _RATES.search(draft.words) is None


def _is_general(draft: ItemDraft) -> bool:
    """What the general part says of support."""
    return any(_GENERAL.fullmatch(heading) for heading in draft.path)


def _settle(state: State) -> None:
    """The conditions of the lists are those of the title alone, where other promises stand beside it."""
    if len(state.drafts) == 1 and not state.drafts[0].criteria:
        (draft,) = state.drafts
        draft.criteria = [n for _, nodes in (*state.scopes, *state.sections) for n in nodes]
        state.scopes.clear()
        state.sections.clear()


_FOR_A_TITLE = (
    re.compile(
        r"(?:[^，。：；\n]{0,24}?(?:符合|满足)[^，。：；\n]{2,24}?的[^，。：；\n]{2,20}?)?(?:凡|拟)?(?:申[请报]|推荐|参评)(?:认定|评定|评选|评价|备案|纳入|成)?为?(?P<name>(?!(?:企业|单位|机构|项目|主体|者|人)(?:应|须|需|必|的|，))[^，。：；、()除\n]{3,30}?)(?:认定|评价|备案|评定|称号)?(?:的(?:企业|单位|机构)?)?，?(?:除[^，。；：]{2,30}外，)?(?:还|均)?(?:应当?|须|需|必须)[^：。；\n]{0,16}(?:条件|要求|标准)"
    ),
    re.compile(
        r"(?:申[请报])?(?P<name>[^，。：；、应须需\n]{4,24}?)(?:的)?(?:认定|评价|备案|评定|评选|命名|遴选)(?:应当?|须|需|必须)[^：。；\n]{0,16}(?:条件|要求|标准)"
    ),
)
"""申请认定为重点园区的，应当…条件：, 示范园区评价应满足以下条件："""
_A_KIND = re.compile(r"[^，。：；\n]{1,8}[型类档](?:[^，。：；\n]{2,8})?")
_BARE_TITLE = re.compile(r"(?:国家级?|省级?|市级?|区级?|县级?|本[省市区县])?(?:企业|单位|机构|项目|认定|评价|备案)?")


def _title_told(state: State, clause: Clause) -> str:
    """The title for which a clause opens a list; empty where it opens none."""
    words = state.text_of(clause)
    found = next((m for p in _FOR_A_TITLE if (m := p.match(words)) is not None), None)
    if found is None or not clause.children or _BARE_TITLE.fullmatch(found["name"]):
        return ""
    return str(found["name"])


def _broken_up(nodes: list[Node], parts: list[Clause]) -> list[Node]:
    """The nodes, each taken apart that goes over several of the parts: what was an alternative of one list is a list of its own."""
    result: list[Node] = []
    for node in nodes:
        children: list[Node] = node.get("any") or node.get("all") or []
        across = sum(any(within(child, part.start, part.end) for child in children) for part in parts) > 1
        result.extend(_broken_up(children, parts) if across else [node])
    return result


def titles_apart(state: State) -> bool:
    """Lists for two titles or more, each with conditions of its own, are items; what is asked beside them is common. Types of one body are alternatives of one."""
    found: list[tuple[str, Clause, list[Node]]] = []
    for clause, nodes in (*state.sections, *state.scopes):
        own = _title_told(state, clause)
        parts = [(own, clause)] if own else [(name, c) for c in clause.children if (name := _title_told(state, c))]
        own_nodes = _broken_up(nodes, [part for _, part in parts])
        found.extend((name, part, [n for n in own_nodes if within(n, part.start, part.end)]) for name, part in parts)
    names = [name for name, _, _ in found]
    if len(set(names)) < 2 or len(names) != len(set(names)) or all(_A_KIND.fullmatch(name) for name in names):
        return False
    if not all(nodes for _, _, nodes in found):
        return False
    taken = [n for _, _, nodes in found for n in nodes]
    for lists in (state.sections, state.scopes):
        for at, (clause, nodes) in enumerate(lists):
            whole = _broken_up(nodes, [part for _, part, _ in found])
            rest = less(whole, taken)
            state.common.extend(rest if len(rest) < len(whole) else [])  # what stands beside the lists, in the same part
            lists[at] = (clause, [] if len(rest) < len(whole) else nodes)
        lists[:] = [(clause, nodes) for clause, nodes in lists if nodes]
    for name, clause, nodes in found:
        words = state.m.text[clause.start : clause.end]
        state.drafts.append(ItemDraft(clause.start, clause.end, nodes, title=f"{name}认定", words=words, path=("申报",)))
    state.drafts.sort(key=lambda d: d.start)
    return True


_GRANTED = re.compile(r"(?:\([^()]{2,20}\)|“|”|中心|企业){0,2}(?:认定|评价|评选|评定|备案|命名|创建|培育|梯度培育|管理|运行|遴选)")
_LEAST_NAME = 4


def without_own_title(state: State) -> None:
    """企业技术中心组织体系健全, in rules for technology centres: the title that is applied for is no condition of itself."""
    for draft in state.drafts:
        if draft.path in (("申报",), ("认定",)):
            draft.criteria = [n for node in draft.criteria if (n := _less_name(state, draft.title, node)) is not None]


def _less_name(state: State, title: str, node: Node) -> Node | None:
    for word, join in (("all", all_of), ("any", any_of)):
        if word in node:
            parts = [part for child in node[word] if (part := _less_name(state, title, child)) is not None]
            return node if len(parts) == len(node[word]) else join(parts)
    if node.get("op") != "has_any" or node.get("fact") not in ("qualifications", "industry_theme"):
        return node
    name = state.m.text[node["evidence"]["start"] : node["evidence"]["end"]]
    at = title.find(name) if len(name) >= _LEAST_NAME else -1
    return None if at >= 0 and _GRANTED.match(title, at + len(name)) else node
