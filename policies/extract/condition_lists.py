"""Lists of conditions under a lead (应符合下列条件：): how the lead reads, and which promises before or behind the list they are of."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from policies.extract.benefits import benefits
from policies.extract.definitions import is_name
from policies.extract.granting import grant_paragraphs
from policies.extract.holding import GIVEN
from policies.extract.leaf import Node
from policies.extract.sections import children_of, scope_of
from policies.extract.shutting import refuses_below
from policies.extract.state import ANY, SANCTION, State, past_heading
from policies.run_ons import ASKED_IN_BRACKETS
from policies.segmenting import Clause

HANDING_IN = re.compile(r"(?:应当?|须|需|可)[^；。]{0,44}(?:提交|登录|填报|上传|填写|报送)|登录[^，；。]{2,24}(?:平台|系统|网站)")
LIST_LEAD = re.compile(
    r"^[^，；。：\n]{2,24}(?:应当?|须|必须|需)(?:同时)?(?:符合|满足|具备)：$|"
    r"(?:应当?|须|必须|需)?(?:同时)?(?:符合|满足|具备|达到)(?:以下|下列|如下)[^，；。：]{0,10}(?:条件|标准|要求)(?:之一)?(?:的(?:企业|"
    r"单位|机构|项目|申报主体)?)?(?:，(?:方可[^，；。]{2,16}|均?可以?(?:申[请报领]|享受|适用)本[^，；。：\d]{1,14}|均?可以?申[请报][^，；。：\d]{2,14}))?[：:]?$",
    re.MULTILINE,
)
_ASKED_LEAD = re.compile(
    r"(?:^|[。；])[^，；。：\n]{0,16}(?:条件|要求|对象)：$|(?:符合|满足|具备|达到)(?:以下|下列|如下)[^，；。：\n]{0,10}(?:条件|标准|要求)(?:之一)?：$"
)
"""申报条件：, 申请企业，应当符合下列要求："""
_LISTED_FOR = re.compile(r"(?P<name>[^，。：；\n]{2,24}?)，?(?:(?:应当?|须|必须|需)(?:同时)?)?(?:符合|满足|具备)")


def opens_list(text: str, start: int, end: int) -> bool:
    """Whether a line leads into a list of conditions."""
    words = text[start:end]
    return any(lead.search(words) is not None for lead in (LIST_LEAD, _ASKED_LEAD, ASKED_IN_BRACKETS))


def list_before_promise(state: State, clause: Clause) -> bool:
    """初创企业应同时符合以下条件：（一）…（二）… and on a line behind the list what is given: the list is of those items; True where it is so."""
    if not clause.children or clause.style in ("root", "chapter", "card") or not clause.paragraphs:
        return False
    ahead = [span for span in clause.paragraphs if span[0] < clause.children[0].start]
    behind = [span for span in clause.paragraphs if span[0] >= clause.children[-1].end]
    if not behind or not (_asked_above(clause) if not ahead else _asks_for(state.m.text, *ahead[-1])):
        return False
    if any(benefits(state.m.text, a, b) for c in clause.children for p in c.walk() for a, b in p.paragraphs):
        return False
    first = len(state.drafts)
    grant_paragraphs(state, replace(clause, paragraphs=behind, heading=""))
    mine = state.drafts[first:]
    if not mine:
        return False
    nodes = scope_of(state, replace(clause, heading="", paragraphs=_without_name(state, clause, ahead)))
    who = _LISTED_FOR.match(state.m.text, *ahead[-1]) if ahead else None
    for draft in mine:
        own = [n for n in draft.criteria if not (who is not None and is_name(state, n, who["name"])) and not _points_up(state, n)]
        draft.criteria = [*nodes, *own]
        draft.start = clause.start if len(mine) == 1 else draft.start
        named = clause.parent if clause.style == "label" and clause.parent is not None else clause
        draft.title = named.heading if len(mine) == 1 else draft.title
    return True


def _asked_above(clause: Clause) -> bool:
    """申报条件：(1)…；(2)…。奖励10万元。: the field's name leads into the list."""
    return clause.style == "label" and clause.role == "eligibility"


def _asks_for(text: str, start: int, end: int) -> bool:
    return opens_list(text, start, end) and not HANDING_IN.search(text, start, end)


_BARE_LEAD = re.compile(
    r"(?:^|(?<=[。；]))[^，；。：\n]{0,16}(?:条件|要求|对象)：$|\([^()]{0,16}(?:符合|满足|具备)[^()]{0,10}(?:条件|要求)(?:之一)?\)：?$|"
    r"[，：](?:申[请报])?(?:企业|单位|主体|机构|项目|对象)?(?:应当?|须|必须|需)(?:同时)?(?:符合|满足|具备)[^，；。：]{0,10}(?:条件|要求)(?:之一)?：$"
)


_GIFT_NAME = re.compile(r"[^，。；：\n]{2,20}(?:奖励|补[助贴]|资助|扶持|贴息|奖补|项目)")


def _without_name(state: State, clause: Clause, lines: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The lines before a list without the clause's name and without words that only announce the list (申报条件：)."""
    bare: list[tuple[int, int]] = []
    for index, (low, high) in enumerate(lines):
        start = past_heading(state.m, clause, low, high, index)
        lead = _BARE_LEAD.search(state.m.text[start:high])
        end = start + lead.start() if lead is not None else high
        if index == 0 and clause.heading and (lead is not None or len(lines) > 1) and end - start <= len(clause.heading) + 1:
            continue
        if end > start and not (index == 0 and lead is not None and _GIFT_NAME.fullmatch(state.m.text, start, end)):
            bare.append((start, end))
    return bare


def list_before_fields(state: State, clause: Clause, walk: Callable[[State, Clause], None]) -> bool:
    """一、品牌奖励(须同时符合以下条件) / 1.…；2.…。 / 奖励标准：…: the list is of what the fields behind it give; True where it is so."""
    fields = [c for c in clause.children if c.style == "label"]
    listed = [c for c in clause.children if c.style != "label"]
    if not fields or not listed or not clause.paragraphs or clause.style in ("root", "chapter", "card", "article"):
        return False
    ahead = [span for span in clause.paragraphs if span[0] < listed[0].start]
    if fields[0].start < listed[-1].end or len(ahead) < len(clause.paragraphs) or not _asks_for(state.m.text, *ahead[-1]):
        return False
    if len({c.style for c in listed}) > 1 or any(
        benefits(state.m.text, a, b) for c in listed for p in c.walk() for a, b in p.paragraphs
    ):
        return False
    first = len(state.drafts)
    grant_paragraphs(state, replace(clause, children=[]))
    for field in fields:
        walk(state, field)
    mine = state.drafts[first:]
    if not mine:
        return False
    nodes = scope_of(state, replace(clause, heading="", paragraphs=_without_name(state, clause, ahead), children=listed))
    for draft in mine:
        draft.criteria = [*nodes, *draft.criteria]
    if len(mine) == 1:
        mine[0].start, mine[0].end = clause.start, max(mine[0].end, clause.end)
        mine[0].title = re.split(r"[，：(]", clause.heading or state.text_of(clause), maxsplit=1)[0]
    return True


_UP = re.compile(r"(?:对)?(?:符合|满足|具备)(?:前款|上款|前述|上述|以上|本条)(?:所列|规定)?的?(?:全部)?(?:条件|要求|规定)?")


def _points_up(state: State, node: Node) -> bool:
    """符合前款规定条件, behind the very list that it means."""
    if node.get("fact") != "declared":
        return False
    return _UP.fullmatch(state.m.text, node["evidence"]["start"], node["evidence"]["end"]) is not None


def asks_below(state: State, clause: Clause) -> bool:
    """…给予300万元启动资金。入选项目须符合以下条件：（1）…: a list of conditions behind the promises of its own clause."""
    low, high = clause.paragraphs[-1]
    below = state.m.text[clause.children[0].start : clause.end]
    if high > clause.children[0].start or not LIST_LEAD.search(state.m.text[low:high]) or "：" not in state.m.text[high - 1 : high]:
        return False
    if GIVEN.search(below) or HANDING_IN.search(state.m.text, low, high):
        return False
    opened = max(state.m.text.rfind(mark, low, high) + 1 for mark in "。；") or low
    nodes = children_of(state, clause, any_one=bool(ANY.search(state.m.text, opened, high)))
    if nodes:
        state.asked.append((clause, (opened, high), nodes))
    return bool(nodes)


def lists_conditions(own: str, clause: Clause) -> bool:
    """An article 申请…应当符合下列条件： (or …不予支持：) among procedure and closing provisions still lists conditions."""
    excluded = refuses_below(own.split("\n")[0])
    listed = excluded or (clause.style == "article" and LIST_LEAD.search(own) is not None)
    return bool(clause.children) and listed and clause.style != "root" and not SANCTION.search(own)
