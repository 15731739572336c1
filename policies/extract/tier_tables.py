"""Tables of tiers: rows that only name a title or bound one metric, each with its sum, are the tiers of one benefit (奖项名称 | 奖励金额(万元))."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass
from typing import Any

from policies.extract.amounts import read_amounts
from policies.extract.composing import measures_in
from policies.extract.conditions import declared
from policies.extract.gained import names_sought
from policies.extract.items import ItemDraft
from policies.extract.leaf import Node, all_of
from policies.extract.leaf import found as leaf_of
from policies.extract.metrics import Measured
from policies.extract.state import State, path_of
from policies.extract.thresholds import find_thresholds
from policies.extract.titles import find_titles
from policies.numerals import number
from policies.segmenting import Clause

Span = tuple[int, int]

_GIVEN = r"(?:奖励|奖补|补助|补贴|资助|扶持|支持|奖)"
_SUM_HEAD = re.compile(
    rf"(?:一次性|最高)?{_GIVEN}?(?:资金)?(?:金额|标准|额度|数额|资金|金)(?:\((?:单位：)?(?P<unit>万元|亿元|元)[^()]{{0,6}}\))?"
)
_KIND_HEAD = re.compile(
    r"(?:人才|展会|展览|企业|机构|证书|培训|工种|职业|技能|学历|学位|贷款|机型|机具|作物|品种|畜禽|产品|平台|基地|赛事|活动)?(?:类别|类型|级别|等级|层次|档次|分类|种类)"
)
"""展会类别, 人才层次: a column whose cells tell kinds of one thing."""
_SUMS_HEAD = re.compile(rf"[一-龥]{{1,8}}{_GIVEN}(?:资金|经费)?(?:金额|标准|额度|比例)?(?:\([^()]{{1,12}}\))?")
_SCALE = {"万元": 10_000, "亿元": 100_000_000, "元": 1}
_BARE_SUM = re.compile(r"\d{1,6}(?:\.\d{1,4})?")
_GAINED = re.compile(r"(?P<first>首次|初次|新)?(?:被|通过)?(?:获得|获评|获批|获|认定|评定|评为|入选|列入|取得|授予|创建)")
_LEAD = 200  # characters before a table that may say how its titles are gained
_NUMBERED = re.compile(r"\d{1,3}")
_RULE = re.compile(r"[|:\-\s]+")
_TITLES = ("qualifications", "qualification_granted", "awards")
_LEAST_CELLS = 3  # of a row with a kind and two sums
_COVERED = 0.6  # the least share of a row's name that its leaf covers
_LEFT_OUT = re.compile(r"[\W_]|的|企业|单位|组织|产品|项目|称号|获得?|首次|新|被|认定|评定|为|年|在|达到?|超过")


@dataclass(frozen=True, slots=True)
class _Head:
    """Where a table has its sums, in what unit, what else its header says, and the metric that it names."""

    amount: int
    unit: int | None
    width: int
    metric: Measured | None


def kinds_in_tables(state: State, clause: Clause) -> list[ItemDraft]:
    """展会类别 | 展位费补贴 | 人员补贴: an item for each column of sums, its tiers the kinds that the rows name; none where there is no such table."""
    text = state.m.text
    rows = [
        cells for a, b in clause.paragraphs if len(cells := _cells(text, a, b)) >= _LEAST_CELLS and not _RULE.fullmatch(text, a, b)
    ]
    heads = [text[a:b] for a, b in rows[0]] if rows else []
    kind = next((i for i, name in enumerate(heads) if _KIND_HEAD.fullmatch(name)), None)
    sums = [i for i, name in enumerate(heads) if _SUMS_HEAD.fullmatch(name) and not _SUM_HEAD.fullmatch(name)]
    if kind is None or len(sums) < 2 or len(rows) <= 2 or any(len(cells) != len(heads) for cells in rows):
        return []
    drafts: list[ItemDraft] = []
    for index in sums:
        amounts = [
            {**amount, "when": declared(state.m, *cells[kind], origin="tier/table")}
            for cells in rows[1:]
            for amount in read_amounts(text, [cells[index]])
        ]
        if len(amounts) >= 2:
            low, high = rows[1][kind if index == sums[0] else index][0], rows[-1][index][1]
            drafts.append(ItemDraft(low, high, amounts=amounts, title=heads[index], words=text[low:high], path=path_of(clause)))
    if drafts:
        clause.paragraphs = [(a, b) for a, b in clause.paragraphs if len(_cells(text, a, b)) < _LEAST_CELLS]
        state.drafts.extend(drafts)
    return drafts


def tiers_in_tables(state: State, clause: Clause) -> ItemDraft | None:
    """The item that the clause's tables of tiers make, taken from its paragraphs; None where they are no such tables."""
    head: _Head | None = None
    rest: list[Span] = []
    taken: list[Span] = []
    amounts: list[dict[str, Any]] = []
    for a, b in clause.paragraphs:
        cells = _cells(state.m.text, a, b)
        found = _head(state, cells) if len(cells) >= 2 else None
        if found is not None:
            head = found
            taken.append((a, b))
        elif head is None or len(cells) < 2:
            head = None
            rest.append((a, b))
        elif not _RULE.fullmatch(state.m.text, a, b):
            row = _row(state, head, cells)
            if row is None:
                return None
            taken.append((a, b))
            amounts.extend(row)
    if len(amounts) < 2:
        return None
    _as_gained(state, taken[0][0], amounts)
    clause.paragraphs = rest
    draft = ItemDraft(taken[0][0], taken[-1][1], amounts=amounts, title=clause.heading, path=path_of(clause))
    draft.words = state.m.text[draft.start : draft.end]
    return draft


def complete(drafts: list[ItemDraft], table: ItemDraft, clause: Clause) -> None:
    """Add the item of a table behind the promise that leads to it (…给予奖励。标准如下：), which has no sum of its own and is no other item."""
    lead = next((d for d in reversed(drafts) if d.end <= table.start and d.start >= clause.start and not d.amounts), None)
    if lead is not None:
        table.criteria = [n for n in lead.criteria if not _only_points(n)]
        table.start = lead.start
        drafts.remove(lead)
    table.start = min(table.start, clause.start)
    place = next((i for i, d in enumerate(drafts) if d.start > table.start), len(drafts))
    drafts.insert(place, table)


_POINTS = re.compile(r"(?:下列|以下|如下|下表|上述)[^，；。]{0,8}")


def _only_points(node: Node) -> bool:
    """Whether a condition of the lead says no more than that the rows tell it: 获得下列称号, 新评定的旅游景区."""
    return node.get("fact") in _TITLES or (node.get("fact") == "declared" and _POINTS.search(str(node["value"])) is not None)


_STROKE, _TAB = re.compile(r"\|"), re.compile(r"\t")


def _cells(text: str, start: int, end: int) -> list[Span]:
    """The cells of a row between strokes or tabs, without blanks around them; none where the words are no row."""
    mark = _STROKE if "|" in text[start:end] else _TAB
    ends = [start - 1, *(m.start() for m in mark.finditer(text, start, end)), end]
    found: list[Span] = []
    for low, high in itertools.pairwise(ends):
        words = text[low + 1 : high]
        begin = low + 1 + len(words) - len(words.lstrip())
        found.append((begin, begin + len(words.strip())))
    if len(found) > 1 and found[0][0] == found[0][1]:
        found = found[1:]
    return found[:-1] if len(found) > 1 and found[-1][0] == found[-1][1] else found


def _head(state: State, cells: list[Span]) -> _Head | None:
    text = state.m.text
    sums = [(i, m) for i, (a, b) in enumerate(cells) if (m := _SUM_HEAD.fullmatch(text, a, b)) is not None]
    if len(sums) != 1 or any(text[b - 1].isdigit() for a, b in cells if b > a):
        return None
    index, found = sums[0]
    named = [x for i, (a, b) in enumerate(cells) if i != index for x in measures_in(text, a, b)]
    return _Head(index, _SCALE.get(found["unit"] or ""), len(cells), named[0] if len(named) == 1 else None)


def _row(state: State, head: _Head, cells: list[Span]) -> list[dict[str, Any]] | None:
    """The tiers of a row; None where it says anything but a title or a bound, and a sum."""
    if len(cells) != head.width:
        return None
    text = state.m.text
    given = _given(text, head, cells[head.amount])
    names = [c for i, c in enumerate(cells) if i != head.amount and c[0] < c[1] and not _NUMBERED.fullmatch(text, *c)]
    if not given or len(names) != 1:
        return None
    when = _when(state, head, *names[0])
    return [{**amount, "when": when} for amount in given] if when is not None else None


def _given(text: str, head: _Head, cell: Span) -> list[dict[str, Any]]:
    """The sum of a row, in the unit of the header where it is a number only."""
    if _BARE_SUM.fullmatch(text, *cell):
        value = number(text[cell[0] : cell[1]])
        if value is None or head.unit is None:
            return []
        return [{"kind": "fixed", "value": int(value * head.unit), "evidence": {"start": cell[0], "end": cell[1]}}]
    return read_amounts(text, [cell])


def _when(state: State, head: _Head, low: int, high: int) -> Node | None:
    """What a row is for: its titles, or its bounds of the header's metric; None where it says more."""
    found = [f for f in find_titles(state.m, low, high) if f.node["fact"] in _TITLES]
    if not found and head.metric is None:
        names = names_sought(state.m, low, high)
        codes = list(dict.fromkeys(code for name in names for code in name.codes))
        found = [leaf_of("qualifications", "has_any", codes, low, high, origin="title/table", rank=3)] if codes else []
    if not found:
        found = find_thresholds(state.m.text, low, high, context=head.metric)
    told = "".join(state.m.text[max(low, f.start) : min(high, f.end)] for f in found)
    whole = _LEFT_OUT.sub("", state.m.text[low:high])
    if not found or len(_LEFT_OUT.sub("", told)) < _COVERED * len(whole):
        return None
    return all_of([f.node for f in found])


def _as_gained(state: State, start: int, amounts: list[dict[str, Any]]) -> None:
    """Titles that the words before the table say are gained (对新获得以下称号的企业给予奖励) are gained in its rows too."""
    text = state.m.text
    before = text[max(0, start - _LEAD) : start]
    sentences = [s for s in re.split(r"[。\n]", before) if re.search(_GIVEN, s)]
    said = _GAINED.search(sentences[-1]) if sentences else None
    if said is None:
        return
    for amount in amounts:
        when = amount["when"]
        if when.get("fact") == "qualifications":
            first = {"first": True} if said["first"] else {}
            amount["when"] = {**when, "fact": "qualification_granted", "op": "occurred", **first}
