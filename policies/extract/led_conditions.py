"""Conditions that a promise leads to behind its colon: 对同时满足以下条件的企业，奖励10万元：①…；②…。

Lists of numbered lines below a promise are read where the walk meets them. Those that follow in the same breath, or in lines without
numbers, are read here: behind the colon of the sentence that promises and says 以下条件, as far as its clause goes and nothing else is promised.
"""

from __future__ import annotations

import itertools
import re
from bisect import bisect_left, bisect_right

from policies.extract.conditions import listed_condition
from policies.extract.leaf import Node, all_of, either_of, leaves_of
from policies.extract.state import ANY, SANCTION, Begun, State, least_of
from policies.segmenting import Clause

_LEAD = re.compile(
    r"(?:满足|符合|具备|达到|具有)(?:了)?(?:以下|下列|如下)[^，；。：\n]{0,12}(?:条件|要求|标准|情形)(?:之一|中的?[一1]项)?[^；。：\n]{0,40}：|"
    r"(?:申[报请]|享受|奖励|补助|认定|具体)?(?:条件|要求)(?:如下|为|是)："
)
_NUMBER = r"(?:\(?\d{1,2}\)|\d{1,2}[.、．](?!\d)|[①-⑳]|\([一二三四五六七八九十]{1,2}\)|[一二三四五六七八九](?:是|[、.]))"
_NUMBERED = re.compile(rf"\s{{0,4}}{_NUMBER}")
_PART = re.compile(rf"[；。\n]+|(?<=[：；。，\n]){_NUMBER}")
_MARK = re.compile(rf"(?:[\s，；。]|{_NUMBER}){{1,6}}")
_GIVES = re.compile(r"给予|予以|奖励|补助|补贴|资助|贴息|减免|免征")
_COMMA = re.compile(r"，(?!且|并|或|其中)")
_LEAST, _SHORTEST = 2, 3


def read_led_conditions(state: State, root: Clause) -> None:
    """Read the list behind the colon of each promise that leads to one, where nothing of it was read yet."""
    begun = Begun(state.drafts)
    taken = sorted(_taken(state))
    for draft in state.drafts:
        clause = _innermost(root, draft.start)
        lead = _LEAD.search(state.m.text, draft.start, min(clause.end, draft.end + _BEHIND))
        if lead is None or "\n" in state.m.text[draft.start : lead.start()].strip("\n"):
            continue
        low, high = lead.end(), _reach(state.m.text, clause, lead.end())
        if begun.count(low, high) or _touched(taken, low, high) or _GIVES.search(state.m.text, low, high):
            continue
        nodes = _read(state, low, high, lead[0])
        if len(nodes) >= 1:
            draft.criteria.extend(nodes)
            draft.end = max(draft.end, max(x["evidence"]["end"] for n in nodes for x in leaves_of(n)))
            draft.words = state.m.text[draft.start : draft.end]


_BEHIND = 60
"""Characters behind the words of a promise in which its colon is looked for."""


def _read(state: State, low: int, high: int, lead: str) -> list[Node]:
    parts = _parts(state.m.text, low, high)
    if len(parts) < _LEAST:
        return []
    each: list[list[Node]] = []
    for start, end in parts:
        if SANCTION.search(state.m.text, start, end):
            return []
        each.append(listed_condition(state.m, start, end))
    trees = [tree for nodes in each if (tree := all_of(nodes)) is not None]
    if ANY.search(lead):
        return either_of(each)
    least = least_of(lead.rstrip("："))
    return [{"at_least": least, "of": trees}] if 1 < least < len(trees) else [n for nodes in each for n in nodes]


def _parts(text: str, low: int, high: int) -> list[tuple[int, int]]:
    """The conditions of the list: by their marks and ends, by commas where there are no others."""
    cut = [low, *(x for m in _PART.finditer(text, low, high) for x in m.span()), high]
    parts = [_trimmed(text, a, b) for a, b in zip(cut[::2], cut[1::2], strict=True)]
    parts = [(a, b) for a, b in parts if b - a >= _SHORTEST]
    if len(parts) == 1:
        low, high = parts[0]
        cut = [low, *(x for m in _COMMA.finditer(text, low, high) for x in m.span()), high]
        parts = [(a, b) for a, b in zip(cut[::2], cut[1::2], strict=True) if b - a >= _SHORTEST]
    return parts


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    mark = _MARK.match(text, start, end)
    start = mark.end() if mark is not None else start
    while end > start and text[end - 1] in "；。，\n ":
        end -= 1
    return start, end


def _reach(text: str, clause: Clause, low: int) -> int:
    """How far the list goes: to the end of its sentence, of its numbered sentences, or of its clause where it stands in lines of its own."""
    line = text.find("\n", low, clause.end)
    line = clause.end if line < 0 else line
    if not text[low:line].strip():
        lines = [c for c in clause.children if c.start >= low]
        alike = list(itertools.takewhile(lambda c: c.style == lines[0].style, lines))
        return alike[-1].end if alike else clause.end
    stop = text.find("。", low, line)
    while 0 <= stop < line - 1 and _NUMBERED.match(text, stop + 1, line):
        stop = text.find("。", stop + 1, line)
    return line if stop < 0 else stop


def _innermost(root: Clause, at: int) -> Clause:
    """The smallest clause that holds a place."""
    while root.children:
        index = bisect_right(root.children, at, key=lambda c: c.start) - 1
        if index < 0 or at >= root.children[index].end:
            break
        root = root.children[index]
    return root


def _taken(state: State) -> list[tuple[int, int]]:
    sums = ((a["evidence"]["start"], a["evidence"]["start"] + 1) for draft in state.drafts for a in draft.amounts)
    return [*state.read_spans(), *sums]


def _touched(spans: list[tuple[int, int]], low: int, high: int) -> bool:
    at = bisect_left(spans, (low, 0))
    return at < len(spans) and spans[at][0] < high
