"""What stands among the points of a list and asks nothing of who applies: points about others, meanings of words, and the sentences that only head a point."""

from __future__ import annotations

import re

from policies.extract.leaf import Node, inside
from policies.extract.state import State
from policies.segmenting import Clause

INMATES = re.compile(
    r"(?:本[^，。；：]{1,10}(?:中|所称|所指|内)的?)?[^，。；：]{0,12}?(?P<who>(?:在孵|毕业|入驻|入孵|入园|孵化|进驻)(?:企业|团队|项目)|创业团队)[^，。；：]{0,6}(?:应|须|需|必须|是指)"
)
"""在孵企业应具备下列条件： whom an incubator houses, and nobody who applies here."""
_LEAVING = re.compile(r"(?:企业|团队|项目)?(?:从|自)[^，。；：]{2,10}?(?:毕业|出孵|迁出|退出)[^，。；：]{0,6}(?:应|须|需|必须)")
EXPLAINS = re.compile(r"[^；。：]{2,40}?，?(?:是指|系指|指的是)")
"""从事外包业务取得的收入，是指…: a line behind a list that says what words in it mean."""
_BODY = re.compile(
    r"(?:企业|机构|单位|中心|平台|基地|园区|总部|载体|组织|工厂|车间|示范区|合作社|实验室|团队)[”」]?(?:\([^()]{2,30}\))?，?(?:是指|系指|指的是)"
)


def of_others(state: State, clause: Clause) -> bool:
    """Whether a point or an article in a section of conditions is about others, or tells the meaning of a word that names nobody."""
    words = state.text_of(clause).split("\n")[0]
    if clause.children and (INMATES.match(words) or _LEAVING.match(words)):
        return True
    return clause.style == "article" and EXPLAINS.match(words) is not None and _BODY.search(words) is None


_HEAD = re.compile(r"[^，；。：、\d]{4,24}。(?=[^\n]{6})")
_LEAST = 3


def without_heads(state: State, children: list[Clause], clause: Clause, nodes: list[Node]) -> list[Node]:
    """具有稳定的研发队伍。研发人员不少于15人…, where most points of a list open so: the opening sentence asks only what it shares with a fact."""
    heads = {id(c): m.end() for c in children if c.paragraphs and (m := _HEAD.match(state.m.text, c.body, c.paragraphs[0][1]))}
    if len(heads) < _LEAST or len(heads) * 3 < len(children) * 2 or id(clause) not in heads:
        return nodes
    return [n for n in nodes if n.get("fact") != "declared" or not inside(n, clause.start, heads[id(clause)])]
