"""A line of a list that begins with what is paid for: 省科技成果转化项目：按省拨经费的50%给予配套."""

from __future__ import annotations

import re

from policies.extract.conditions import inline_condition, read_typed
from policies.extract.leaf import Node
from policies.extract.state import State
from policies.lexicon import role_of
from policies.segmenting import Clause

_NUMBERED = ("num", "num_paren", "circle", "counted", "bullet", "letter")
_CALLED = re.compile(
    r"(?:项目|企业|平台|机构|产品|人才|团队|中心|基地|园区|单位|展会|活动|赛事|实验室|商标|专利|标准|品牌|工厂|车间|空间|孵化器|加速器|载体|楼宇|学校|高校|"
    r"院所|大赛|论坛|会议)(?:\([^()]{1,30}\))?："
)
_LONGEST = 24


_WISH = re.compile(r"支持|鼓励|推动|促进|加强|加大|引导|培育|实施|建设|打造|完善|优化|提升|做大|壮大")
_HELD = {"qualifications", "qualification_granted", "entered_statistics_on", "above_scale", "listed_board"}


def _titled(state: State, low: int, high: int) -> list[Node]:
    """1.首次认定高新技术企业, a line over 奖励10万元。: the title that the line names, where it wishes for nothing."""
    if _WISH.match(state.m.text, low, high):
        return []
    return [f.node for f in read_typed(state.m, low, high) if f.node["fact"] in _HELD]


def called(state: State, clause: Clause) -> list[Node]:
    """What the heading of a numbered line names, where the promise behind its colon names nobody."""
    end = clause.body + len(clause.heading)
    if clause.style not in _NUMBERED or not clause.heading or role_of(clause.heading) is not None:
        return []
    if clause.paragraphs and clause.paragraphs[0] == (clause.body, end) and len(clause.paragraphs) > 1:
        return _titled(state, clause.body, end)
    told = _CALLED.search(state.m.text, max(clause.body, end - _LONGEST), end + 1)
    return inline_condition(state.m, clause.body, end) if told is not None and told.end() == end + 1 else []
