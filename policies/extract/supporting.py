"""Whom a line of a list of conditions supports one by one: 支持中小微企业吸纳…；支持外贸等行业的企业组织…."""

from __future__ import annotations

import re

from policies.extract.leaf import Node, all_of, either_of
from policies.extract.pieces import units
from policies.extract.sentences import whom
from policies.extract.state import State

_SUPPORTS = re.compile(r"(?:全力|重点|大力)?支持(?!(?:的|对象|范围|方向|领域))")
_LEAST = 2


def supported(state: State, start: int, end: int) -> list[Node]:
    """Each that such a line supports is enough; nothing where the line is none such."""
    told = list(units(state.m.text, start, end))
    leads = [_SUPPORTS.match(state.m.text, low, high) for low, high, _ in told]
    if len(told) < _LEAST or any(lead is None for lead in leads):
        return []
    each = [all_of(whom(state, lead.end(), high)) for lead, (_, high, _) in zip(leads, told, strict=True) if lead is not None]
    return either_of([[node] for node in each if node is not None])
