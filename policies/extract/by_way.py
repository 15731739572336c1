"""Which projects a way of support is for, told apart from how much it gives: 以自有资金为主投资的项目，采取无偿资助方式。…无偿资助的额度，不超过200万元。"""

from __future__ import annotations

from policies.extract.conditions import inline_condition
from policies.extract.items import ItemDraft
from policies.extract.state import State
from policies.lexicon.sought import Sought

_BY_WAY = Sought(
    r"(?:^|(?<=[。；：，\n]))(?:第[一二三四五六七八九十百]{1,4}条\s?)?(?:对于?)?(?P<who>(?!第[一二三四五六七八九十百]{1,4}条)(?!采取|采用|支持)[^，；。：\n]{6,50}(?:项目|企业|单位))，?(?:一般|主要|原则上|可以?|优先|应当?){0,2}(?:采取|采用|实行)"
    r"(?P<way>(?!的)[^，；。：、或和\n]{2,8}?)(?:的)?(?:支持)?(?:方式|形式)(?:予以|给予)?(?:支持)?(?=[；。，\n]|$)"
)
_LEAST = 2  # one sentence alone may tell how all is given
_NAMED_IN = 16  # characters of a promise that may name its way


def told_by_way(state: State) -> None:
    """The project that a way is for is asked of the one item that gives in this way."""
    found = [m for m in _BY_WAY.finditer(state.m.text) if not any(d.start <= m.start() < d.end for d in state.drafts)]
    if len({m["way"] for m in found}) < _LEAST:
        return
    for told in found:
        hosts = [d for d in state.drafts if told["way"] in _name(state, d)]
        if len(hosts) == 1:
            hosts[0].criteria[:0] = inline_condition(state.m, *told.span("who"))


def _name(state: State, draft: ItemDraft) -> str:
    return draft.title + state.m.text[draft.start : draft.start + _NAMED_IN]
