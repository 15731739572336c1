"""Where enumerations run on inside a line, and where the line goes on behind them about something else."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from typing import NamedTuple

from policies.lexicon import role_of
from policies.marking import bracketed_in, field_of, fields_inside, mark_of, ordinal_of, role_asked

_INLINE: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("cn_paren", re.compile(r"\(([一二三四五六七八九十]{1,3})\)")),
    ("num_paren", re.compile(r"\((\d{1,2})\)")),
    ("num_paren", re.compile(r"(?:^|(?<=[：；。】]))(\d{1,2})\)")),
    ("circle", re.compile(r"([①-⑳])")),
    ("counted", re.compile(r"(?:^|(?<=[：；。】]))([一二三四五六七八九]|十[一二]?)是(?!否|由|因|在(?:于|此))")),
    ("num", re.compile(r"(?:^|(?<=[：；。】\t]))(\d{1,2})(?:[.、](?!\d)|\.(?=20\d\d年))")),
    ("cn", re.compile(r"(?:^|(?<=[：；。】]))([一二三四五六七八九十]{1,2})、")),
)


class Run(NamedTuple):
    """A stretch of a line; `behind` is the style of the list that stands before it in the line and that it is no part of.

    `loose`: a list without marks (须符合以下条件：甲；乙。), between the words that lead into it and what the line goes on with.
    """

    start: int
    end: int
    behind: str | None = None
    loose: bool = False


def pieces(text: str, start: int, end: int, used: tuple[str, ...] = ()) -> Iterator[Run]:
    """A line cut at its fields and inline enumerations: `须符合：(1)…；(2)…`; each piece again at the marks of other styles inside it."""
    line = text[start:end]
    fields = [] if used else fields_inside(line)
    if fields:
        for a, b in itertools.pairwise([0, *fields, len(line)]):
            if line[a:b].strip():
                yield from pieces(text, start + a, start + b, ("field",))
        return
    lists = [
        (cuts, style, pattern)
        for style, pattern in _INLINE
        if style not in used and (cuts := _inline_cuts(text, start, end, pattern)) and _is_list(text, start, end, cuts, style)
    ]
    if not lists:
        yield from _loose(text, start, end)
        return
    cuts, style, _ = min(lists, key=lambda found: found[0][0])
    tail = _tail(text, start, end, cuts)
    edges = [0, *(c for c in cuts if c > 0), (tail or end) - start]
    for a, b in itertools.pairwise(edges):
        if line[a:b].strip():
            yield from pieces(text, start + a, start + b, (*used, style))
    if tail is not None:
        yield Run(tail, end, style)


LOOSE = "loose"
_OPENS = re.compile(r"(?:条件|要求|情形)(?:之一)?(?:的(?:企业|单位|机构|项目|主体)?)?：")


_FOLLOWING = re.compile(r"(?:符合|满足|具备|达到)(?:以下|下列|如下)?[^，；。：]{0,10}：|(?:以下|下列|如下)[^，；。：]{0,10}：")


def _loose(text: str, start: int, end: int) -> Iterator[Run]:
    """A line without marks, cut where it lists conditions and goes on with what is given: 须符合以下条件：甲；乙。|给予10万元奖励。"""
    lead = _OPENS.search(text, start, end)
    stop = text.find("。", lead.end(), end) + 1 if lead is not None else 0
    giving = bool(stop) and _goes_on_giving(text, stop, end)
    parts = (
        _parts(text, lead.end(), stop or end) if lead is not None and (giving or _FOLLOWING.search(text, start, lead.end())) else []
    )
    if lead is None or not (giving or len(parts) > 1) or _GIFT_OF_SUM.search(text, lead.end(), stop or end) is not None:
        yield Run(start, end)
        return
    yield Run(start, lead.end())
    for low, high in parts:
        yield Run(low, high, loose=True)
    if stop and text[stop:end].strip():
        yield Run(stop, end, LOOSE)


def _parts(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """The parts of a list between semicolons."""
    cuts = [start, *(i + 1 for i in range(start, end - 1) if text[i] == "；"), end]
    return [(a, b) for a, b in itertools.pairwise(cuts) if text[a:b].strip()]


def _is_list(text: str, start: int, end: int, cuts: list[int], style: str) -> bool:
    """Whether the marks make a list: two of them, or one that the next line goes on from, or one behind words that ask."""
    if len(cuts) >= 2 or _goes_on_below(text, start + cuts[0], end, style):
        return True
    return cuts[0] > 0 and text[start + cuts[0] - 1] == "：" and _ASKING.search(text, start, start + cuts[0]) is not None


def _goes_on_below(text: str, first: int, end: int, style: str) -> bool:
    """Whether the list that begins at `first`, behind the colon of its lead, goes on with the number two of the next line."""
    opened = text[first - 1 : first] == "：" and (mark_of(text[first : first + 12]) or ("", None, 0))[:2] == (style, 1)
    below = mark_of(text[end + 1 : end + 24].lstrip()) if opened else None
    return below is not None and below[:2] == (style, 2)


_ASKING = re.compile(
    r"(?:条件|要求|标准|情形|情况|对象|范围)(?:之一)?(?:的?[^，；。：]{0,8})?：$"
)  # what 一是…；二是… lists when it lists conditions
ASKED_IN_BRACKETS = re.compile(r"\([^()]{0,16}(?:符合|满足|具备)[^()]{0,10}(?:条件|要求)(?:之一)?\)：?$")
"""品牌奖励(须同时符合以下条件)"""
_SECTION_NAME = re.compile(r"(?:^|[：；。])[一二三四五六七八九十]{1,3}、[一-龥]{2,12}$")
_ABOVE = 60  # characters


def asks(text: str, start: int, end: int) -> bool:
    """Whether a line ends with words that lead into a list of conditions (…应符合以下条件：)."""
    near = max(start, end - 40)
    return _ASKING.search(text, near, end) is not None or ASKED_IN_BRACKETS.search(text, near, end) is not None


def _asks_before(text: str, start: int, at: int) -> bool:
    """Whether what stands before a list asks for what it lists: the words of its line, or, where it opens one, the name of a field above."""
    if at > start:
        label = bracketed_in(text[start:at])
        return asks(text, start, at) or (label is not None and start + label[1] == at and role_of(label[0]) == "eligibility")
    above = text[max(0, start - _ABOVE) : start].rstrip().rsplit("\n", 1)[-1].lstrip()
    field = field_of(above) or bracketed_in(above)
    named = above[: field[1]].strip("：【】") if field is not None and field[1] == len(above) else ""
    if above.endswith("？"):
        return role_asked(above) == "eligibility"
    return _ASKING.search(above) is not None or role_of(named) == "eligibility"


def _inline_cuts(text: str, start: int, end: int, pattern: re.Pattern[str]) -> list[int]:
    """Where consecutive ordinals 1, 2, 3… of one style stand behind a stop (or open the line)."""
    line = text[start:end]
    cuts: list[int] = []
    for match in pattern.finditer(line):
        ordinal = ordinal_of(match[1])
        before = line[: match.start()].rstrip()
        if (
            before
            and before[-1] not in "：；。，、！】"
            and line[match.start() - 1] != "\t"
            and not (ordinal == 1 and _SECTION_NAME.search(before[-24:]))
        ):
            continue
        if not cuts and line.startswith("是", match.end(1)) and not _asks_before(text, start, start + match.start()):
            continue
        if not cuts and ordinal is not None and before == "" and ordinal > 1:
            cuts.append(match.start())
            expected = ordinal + 1
        elif ordinal == 1 and (not cuts or _opens_inner(text, start, start + match.start())):
            cuts = [match.start()]
            expected = 2
        elif cuts and ordinal == expected:
            cuts.append(match.start())
            expected += 1
    return cuts


def _opens_inner(text: str, start: int, at: int) -> bool:
    """(一)品牌奖励。须符合以下条件：(一)…；(二)…: a list that is counted as the line it stands in is."""
    return text[at - 1] == "：" and _asks_before(text, start, at)


_GIFT = r"(?:给予|奖励|奖补|补助|补贴|资助|扶持|贴息|减免|拨付|发放|支持)"
_SUM = r"\d[\d.,]{0,9}(?:万|亿)?(?:元|%)"
_GIFT_OF_SUM = re.compile(rf"{_GIFT}[^。\n]{{0,60}}?{_SUM}|{_SUM}[^。\n]{{0,30}}?{_GIFT}")
_FOR_THESE = re.compile(
    r"(?:对)?(?:同时|全部|经审核)?(?:符合|满足|达到|具备)(?:上述|以上|前述|前款|该)?(?:[^，；。\n]{0,6})(?:条件|要求|标准)的?"
)
"""符合条件的，给予10万元奖励。"""
_STATES = re.compile(r"(?:近|上一?年|当年|未|无|没有|已|曾|累计|获得|且|并且|同时具)")
_LONGEST_GIFT = 240  # characters of a sentence that says what is given


def _tail(text: str, start: int, end: int, cuts: list[int]) -> int | None:
    """Where a line that lists conditions goes on behind its list, with what is given for them; None where it ends with the list."""
    stop = text.find("。", start + cuts[-1], end) + 1
    asked = stop and _asks_before(text, start, start + cuts[0])
    return stop if asked and _goes_on_giving(text, stop, end) else None


def _goes_on_giving(text: str, at: int, end: int) -> bool:
    """Whether the sentence at `at` tells what is given, and not what somebody must have got or be."""
    stop = min(end, at + _LONGEST_GIFT, text.find("。", at, end) + 1 or end)
    if not text[at:stop].strip() or _STATES.match(text, at, stop) is not None:
        return False
    return _FOR_THESE.match(text, at, stop) is not None or _GIFT_OF_SUM.search(text, at, stop) is not None
