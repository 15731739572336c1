"""Documents that promise nothing but a title or a programme: applying for it is the item, over the conditions for it."""

from __future__ import annotations

import re

from policies.extract.conditions import inline_condition
from policies.extract.conferring import confer_each
from policies.extract.items import ItemDraft
from policies.extract.leaf import Node, leaves_of
from policies.extract.pieces import units
from policies.extract.recognising import ASKS_APPLICANTS, titles_apart
from policies.extract.sections import children_of
from policies.extract.sentences import lines_of
from policies.extract.state import SKIPPED, State, path_of
from policies.levels import LEAD
from policies.segmenting import Clause

_APPLYING = re.compile(
    r"认定|评价|创建|命名|申报|评选|遴选|征集|资助|补助|奖励|资金|评定|试点|示范|备案|推荐|入库|培育|申请|补贴|扶持"
)
_LEAST_CONDITIONS = 2
_COLLECTS = re.compile(
    r"征集[^，。]{0,40}(?:案例|经验|实践|需求|专家|意见|建议|线索|素材|选题)(?:入库)?(?:工作)?的(?:通知|公告|启事)$|案例(?:征集|申报|遴选|评选)(?:工作)?的(?:通知|公告)$"
)
"""关于征集典型应用案例的通知: what is sent in is made known, and nothing is given for it."""


_PROCEDURE = re.compile(
    r"^(?!.*条件).*(?:流程|程序|步骤)(?:[及和与、]?(?:所需|申报|申请)?(?:资料|材料|表格))?(?:说明|指引)?$|^(?!.*条件).*所需(?:资料|材料)$"
)
"""加计扣除流程及所需资料: how what another text gives is got."""


def apply_for(state: State, root: Clause, title: str) -> None:
    """One item for each title that has conditions of its own, else one for the whole; none without conditions."""
    if (
        _PROCEDURE.search(title)
        or "资金管理" in title
        or _COLLECTS.search(title)
        or not _APPLYING.search(title + state.m.text[:3000])
    ):
        return
    lists = [*state.sections, *(scope for scope in state.scopes if _asks_applicants(state, title, scope[0]))]
    if sum(len(leaves_of(n)) for _, nodes in lists for n in nodes) < _LEAST_CONDITIONS:
        state.drafts.extend(_in_prose(state, root, title))
        return
    if not titles_apart(state) and not confer_each(state) and not _directions(state, root):
        state.drafts.append(_whole(state, root, title, sorted(lists, key=lambda each: each[0].start)))


_ASKED_IN_PROSE = re.compile(
    r"(?:申[请报]|参评|参选|此次|本次)[^。；：]{0,20}?(?:要求|应当?|须|需|必须)[^。；：，]{0,16}?(?:(?:具备|符合|满足)(?:以下|下列|如下)[^。；：]{0,10}(?:条件|要求)：|(?=是在|为在|具有|具备))"
)
_LEAST_TOLD = 3


def _in_prose(state: State, root: Clause, title: str) -> list[ItemDraft]:
    """申请认定，要求企业同时具备以下条件：…；…。 in a running text: what it asks is one sentence of it."""
    for clause in root.walk():
        for a, b in clause.paragraphs:
            asked = _ASKED_IN_PROSE.search(state.m.text, a, b)
            if asked is None or clause.in_role in SKIPPED:
                continue
            stop = state.m.text.find("。", asked.end(), b)
            end = stop + 1 if stop >= 0 else b
            nodes = lines_of(state, asked.end(), end)
            if sum(len(leaves_of(n)) for n in nodes) >= _LEAST_TOLD:
                return [
                    ItemDraft(asked.start(), end, nodes, title=title[:40], words=state.m.text[asked.start() : end], path=("申报",))
                ]
    return []


_CONFERRING = re.compile(r"认定|评选|评定|评价|备案|培育|遴选|评审|评比|质量奖|管理办法|示范")


def _asks_applicants(state: State, title: str, clause: Clause) -> bool:
    """Whether a list of conditions says that it is for those who apply, in a text that confers a title."""
    if clause.style == LEAD and _ASKED_IN_PROSE.search(state.text_of(clause)) is not None:
        return True
    return bool(_CONFERRING.search(title)) and ASKS_APPLICANTS.match(state.text_of(clause)) is not None


_MONEY = re.compile(r"资金|补贴|补助|奖励|资助")
_DIRECTIONS = re.compile(
    r"(?:重点)?(?:支持|资助|扶持|申报|奖励|项目)(?:的)?(?:重点)?(?:方向|内容|领域|类别|类型|范围)(?:和[^，。；：]{2,8})?"
)
_GIVEN = re.compile(r"[^，。；：]{0,12}(?:补贴|补助|奖励|资助|支持|扶持)(?:类|类?(?:项目|方向|内容|类别))")
_WISH = re.compile(
    r"(?:重点|积极|大力|优先)?(?:支持|鼓励|资助|扶持|引导|奖励)(?!内容|方向|标准|范围|额度|方式|资金|对象|条件)(?=[^。；]{5})"
)
_DEMAND = re.compile(r"其中|应|须|需|不[低少小]于|不超过|达到|要求")
_PAYS_FOR = re.compile(
    r"(?:重点|主要)?(?:支持|补助|资助|补贴|奖励)(?:的)?(?:内容|方向|范围|环节|方式|标准)|(?:资金|经费)[^，。；]{0,6}用于"
)


def _directions(state: State, root: Clause) -> bool:
    """支持方向：(1)鼓励…；(2)支持… with no sums: where money is given for several numbered directions, each is an item."""
    cards = [c for c in root.children if c.style == "card"]
    tools = "".join(state.text_of(c) for c in cards if c.heading == "工具分类")
    if not _MONEY.search(tools + state.title):
        return False
    hosts = [c for c in cards if c.role == "benefit"] or [c for c in root.walk() if _DIRECTIONS.fullmatch(c.heading)]
    for host in hosts:
        ends = _ends(state, host)
        found = [c for c in ends if _is_direction(state, c)]
        if len(found) >= 2 and len(found) * 3 >= len(ends) * 2:
            state.drafts.extend(_direction(state, clause) for clause in found)
            return True
    return False


def _ends(state: State, clause: Clause) -> list[Clause]:
    """The innermost numbered clauses, save those that list the conditions of the direction above them."""
    ends: list[Clause] = []
    for child in clause.children:
        inner = _ends(state, child)
        ends.extend(inner if sum(_is_direction(state, c) for c in inner) * 3 >= max(2, len(inner) * 2) else [child])
    return ends


def _is_direction(state: State, clause: Clause) -> bool:
    above = clause.parent.heading if clause.parent is not None else ""
    return bool(_GIVEN.fullmatch(above)) or any(_WISH.match(state.m.text, a, b) for a, b in clause.paragraphs)


def _direction(state: State, clause: Clause) -> ItemDraft:
    title = clause.heading or re.split(r"[，。：；]", _WISH.sub("", state.text_of(clause)), maxsplit=1)[0]
    criteria = [*_asked(state, clause), *children_of(state, clause)]
    words = state.m.text[clause.start : clause.end]
    return ItemDraft(clause.start, clause.end, criteria, title=title, words=words, path=path_of(clause))


def _asked(state: State, clause: Clause) -> list[Node]:
    """Whom and what a direction names, and what its further sentences demand; what the money may be spent on is no condition."""
    nodes: list[Node] = []
    for index, (a, b) in enumerate(clause.paragraphs):
        for low, high, _ in units(state.m.text, a, b):
            verb = _WISH.match(state.m.text, low, high)
            if _PAYS_FOR.match(state.m.text, low, high):
                continue
            if verb is not None:
                nodes.extend(inline_condition(state.m, verb.end(), high))
            elif (index, low) == (0, a) and state.m.text[low:high] != clause.heading:
                nodes.extend(inline_condition(state.m, low, high))
            elif index or _DEMAND.search(state.m.text, low, high):
                nodes.extend(lines_of(state, low, high))
    return nodes


def _whole(state: State, root: Clause, title: str, lists: list[tuple[Clause, list[Node]]]) -> ItemDraft:
    """The item of the whole document: over the field that says what is got, else over the sections of conditions."""
    cards = [c for c in root.children if c.role == "benefit" and c.style == "card"]
    if cards:
        first = cards[0]
        start = first.children[0].start if first.children else first.paragraphs[0][0] if first.paragraphs else first.start
        return ItemDraft(start, first.end, title=title[:40], words=state.m.text[first.start : first.end], path=("申报",))
    (clause, nodes), *others = lists
    start, end = clause.start, _end(clause, nodes)
    for other, more in others:
        if other.parent is not clause.parent or state.m.text[end : other.start].strip():
            break
        end = _end(other, more)
    return ItemDraft(start, end, title=title[:40], words=state.m.text[start:end], path=("申报",))


def _end(clause: Clause, nodes: list[Node]) -> int:
    """The end of the paragraph with the section's last condition: what follows in the clause is procedure."""
    last = max((x["evidence"]["end"] for n in nodes for x in leaves_of(n)), default=clause.start)
    ends = [b for c in clause.walk() for _, b in c.paragraphs if b >= last]
    return min(ends, default=clause.end)
