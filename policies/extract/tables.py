"""Tables of benefits: every row a benefit with its amount, and the conditions of the card around the table in each of its items.

A table counts where its header names a column of benefits and one of amounts (补贴项目 | 金额); a further column of conditions is
read for its row. Tables of levels, fields or figures are left to the readers of prose.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from policies.extract.amounts import read_amounts
from policies.extract.benefits import benefits
from policies.extract.conditions import declared, inline_condition
from policies.extract.items import ItemDraft
from policies.extract.leaf import Node, found
from policies.extract.sections import conditions_of
from policies.extract.state import State, path_of
from policies.segmenting import Clause, place_in

_KINDS = r"(?:补贴|补助|奖励|奖补|资助|扶持|支持|优惠|惠企)"
_BENEFIT = re.compile(
    rf"{_KINDS}(?:政策)?(?:项目|事项|名称|政策|内容|类型|方向|类别|条款|环节|举措|措施)(?:名称)?|"
    r"(?:政策|条款|事项|项目|措施)(?:名称|事项|条款|内容|类别|类型|措施|要点)?|(?:惠企)?政策(?:条款)?(?:名称|要点)|奖项|类别|方向|条款内容"
)
_AMOUNT = re.compile(
    rf"(?:具体|主要)?(?:{_KINDS}|政策)?(?:金额|标准|额度|力度|比例|资金|内容|方式|措施|政策|要点|条款)(?:(?:和|及|与|、)(?:方式|标准|金额|额度))?(?:\([^()]{{1,8}}\))?"
)
_CONDITION = re.compile(
    r"(?:申报|申请|享受|支持|补贴|补助|奖励|奖补|资助|扶持|适用|认定|具体|主要|基本)?"
    r"(?:条件|对象|要求|主体|范围|单位|企业)(?:(?:和|及|与|、)(?:条件|对象|要求|范围))?"
)
_IN_WORDS = re.compile(r"内容|方式|措施|条款")
_PROSE = 4  # characters of a cell that says something
_NAMED_ROWS = re.compile(r"(?:企业|单位|公司|项目单位|申报单位|申报企业)名称|姓名|统一社会信用代码|法定代表人")
_RULE = re.compile(r"[|:\-\s]+")
_CELL = re.compile(r"[^|\t]+")
_FIELD = re.compile(r"-[一-龥]{2,10}：|>")
_GIFT = re.compile(r"补[贴助]|奖|券|资助|减免|优惠|贴息|免|资金|扶持|配套")
_FREE = re.compile(r"全?免费?(?:租|用|押)?|双免|零租金?")
_DEED = re.compile(
    r"[^()]*?(?:项目|平台|创新|攻关|转化|示范|落地|贡献|获奖|大赛|赛事|产品|运营|领军人才|认定|达标|升规|上市)(?=\(|支持|奖|补|资助|扶持|$)"
)
_LIMIT = re.compile(r"上限|封顶|限额")
_MARKED = ("title", "section", "subsection")

_Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class _Columns:
    """Which columns of a table name the benefit, its amount, whom it is for, and in words what is given."""

    benefit: int
    amount: int
    conditions: tuple[int, ...]
    contents: tuple[int, ...] = ()

    @property
    def last(self) -> int:
        return max(self.benefit, self.amount)


def grant_tables(state: State, clause: Clause) -> list[Clause]:
    """Turn the rows of the clause's tables into items and take them from its paragraphs; the children that are still to be read.

    A row that tells in sentences whom and what it is for becomes a clause with fields of its own (申报条件, 支持标准), read like any other.
    """
    text = state.m.text
    columns: _Columns | None = None
    rest: list[_Span] = []
    rows: list[ItemDraft] = []
    told: list[Clause] = []
    for a, b in clause.paragraphs:
        cells = _cells(text, a, b)
        if len(cells) < 2:
            columns = None
            rest.append((a, b))
            continue
        heads = _columns([text[x:z] for x, z in cells])
        if heads is not None:
            columns = heads
        elif columns is None or len(cells) <= columns.last:
            rest.append((a, b))
        elif not _RULE.fullmatch(text, a, b):
            row = _clause_of(state, clause, columns, cells)
            if row is not None:
                told.append(row)
            else:
                _row(state, clause, columns, cells, rows)
    if not rows and not told:
        return clause.children
    marked = clause.style in _MARKED
    clause.paragraphs = [(a, b) for a, b in rest if not (marked and _FIELD.match(text, a))]
    around = _around(state, clause)
    if around and _only_table(clause):
        state.common.extend(around)
    else:
        for draft in rows:
            draft.criteria = [*around, *draft.criteria]
        state.sections.extend((row.children[0], around) for row in told if around)
    state.drafts.extend(rows)
    clause.children = sorted([*clause.children, *told], key=lambda c: c.start)
    return [c for c in clause.children if not marked or (c.role != "eligibility" and c.style != "subsection")]


_TO_TABLE = re.compile(r"(?:按照?|依照|依据|根据|见)(?:本[^，；。]{1,8})?(?:附[表件]|下表|上表|《[^》\n]{2,24}表》)")


def drop_pointers(state: State) -> None:
    """对符合条件的企业，按照附表规定的标准给予奖励。: a promise without sums that points to a table is told in the table's rows."""
    text = state.m.text
    rows = [d for d in state.drafts if d.amounts and ("\t" in text[d.start : d.end] or "|" in text[d.start : d.end])]
    for draft in [d for d in state.drafts if rows and not d.amounts and _TO_TABLE.search(d.words)]:
        if any(row.start > draft.end for row in rows):
            state.drafts = [d for d in state.drafts if d is not draft]


def _clause_of(state: State, clause: Clause, columns: _Columns, cells: list[_Span]) -> Clause | None:
    """The row as a clause named after its benefit, over what its cells say; None where it is no more than a name and a sum."""
    text = state.m.text
    given = cells[columns.amount]
    promised = benefits(text, *given, granting=True)
    others = [cells[i] for i in (*columns.conditions, *columns.contents) if i < len(cells) and cells[i][1] - cells[i][0] >= _PROSE]
    if not promised or not any(read_amounts(text, b.promises) for b in promised):
        return None
    if not others and not any(high - low >= _PROSE + 2 for b in promised for low, high in b.conditions):
        return None
    name = cells[columns.benefit]
    row = Clause("row", None, cells[0][0], cells[0][0], cells[-1][1], heading=text[slice(*name)], parent=clause)
    fields = [
        ("申报条件", "eligibility", columns.conditions),
        ("支持内容", None, columns.contents),
        ("支持标准", "benefit", (columns.amount,)),
    ]
    for heading, role, places in fields:
        for low, high in (cells[i] for i in places if i < len(cells) and (cells[i] in others or i == columns.amount)):
            field = Clause("label", None, low, low, high, heading=heading, role=role, parent=row)
            place_in(text, low, high, field)
            row.children.append(field)
    row.children.sort(key=lambda c: c.start)
    return row


def _only_table(clause: Clause) -> bool:
    """Whether no other section of the document has conditions of its own: then these hold for all."""
    root = [clause, *clause.ancestors()][-1]
    return sum(c.role == "eligibility" for c in root.walk()) == 1


def _cells(text: str, start: int, end: int) -> list[_Span]:
    """The cells of a row; strokes between them need none at its ends, an empty cell that tabs make keeps its column."""
    words = text[start:end]
    if words.startswith("|") or words.count("|") >= 2:
        return [m.span() for m in _CELL.finditer(text, start, end)]
    return _tabbed(text, start, end) if "\t" in words else []


def _tabbed(text: str, start: int, end: int) -> list[_Span]:
    """The cells of a row whose cells tabs part; an empty one keeps its column."""
    cells, low = [], start
    for at in [*(i for i in range(start, end) if text[i] == "\t"), end]:
        cells.append((low, at))
        low = at + 1
    return cells


def _columns(names: list[str]) -> _Columns | None:
    """What a header says of its columns; None where the row is no header of a table of benefits (a list of names is none)."""
    if any(_NAMED_ROWS.fullmatch(name) for name in names):
        return None
    sums = [i for i, name in enumerate(names) if _AMOUNT.fullmatch(name)]
    amount = next((i for i in sums if not _IN_WORDS.search(names[i])), sums[-1] if sums else None)
    conditions = tuple(i for i, name in enumerate(names) if i != amount and _CONDITION.fullmatch(name))
    named = [i for i, name in enumerate(names) if i != amount and i not in conditions and _BENEFIT.fullmatch(name)]
    if amount is None or not (named or conditions):
        return None
    contents = tuple(i for i in named[1:] if _IN_WORDS.search(names[i]))
    return _Columns((named or list(conditions))[0], amount, conditions, contents)


def _row(state: State, clause: Clause, columns: _Columns, cells: list[_Span], rows: list[ItemDraft]) -> None:
    """The item that a row makes; a row that only limits (年度上限) bounds the item before it."""
    text = state.m.text
    name, given = cells[columns.benefit], cells[columns.amount]
    words = text[name[0] : name[1]]
    amounts = _given(text, name, given)
    if rows and _LIMIT.search(words):
        _bound(rows[-1], amounts)
        return
    if not amounts and not _GIFT.search(words + text[given[0] : given[1]]):
        return
    start, end = min(name[0], given[0]), max(name[1], given[1])
    draft = ItemDraft(start, end, amounts=amounts, title=words, words=text[start:end], path=(words, *path_of(clause)))
    deed = _DEED.match(text, *name)
    if deed is not None and not columns.conditions:
        draft.criteria.append(declared(state.m, *deed.span(), origin="declared/listed"))
    for index in columns.conditions:
        if index < len(cells) and cells[index][1] - cells[index][0] >= 4:
            draft.criteria.extend(inline_condition(state.m, *cells[index]))
            draft.start, draft.end = min(draft.start, cells[index][0]), max(draft.end, cells[index][1])
    rows.append(draft)


def _given(text: str, name: _Span, given: _Span) -> list[dict[str, Any]]:
    """The amounts of a row; a share in the name (算力券(60%)) has the ceiling that the other cell gives."""
    shares = [x for x in read_amounts(text, [name]) if x["kind"] == "ratio"]
    sums = read_amounts(text, [given])
    if len(shares) == 1 and len(sums) <= 1 and all(x["kind"] == "capped" for x in sums):
        return [{**shares[0], **{k: v for x in sums for k, v in x.items() if k in ("cap", "per")}}]
    if sums or shares:
        return sums or shares
    free = _FREE.search(text, *given) or _FREE.search(text, *name)
    if free is None:
        return []
    return [{"kind": "ratio", "rate": 1, "evidence": {"start": free.start(), "end": free.end()}}]


def _bound(draft: ItemDraft, limits: list[dict[str, Any]]) -> None:
    cap = next((x.get("cap", x.get("value")) for x in limits if x["kind"] in ("capped", "fixed")), None)
    for amount in draft.amounts:
        if cap is not None:
            amount.setdefault("cap", cap)


def _around(state: State, clause: Clause) -> list[Node]:
    """The conditions of the card: what its field of conditions says, for every row."""
    if clause.style not in _MARKED:
        return []
    fields = [child for child in clause.children if child.role == "eligibility"]
    return [n for child in fields for n in (_named(state, child) or conditions_of(state, child))]


_NAMED = re.compile(r"(?P<name>[一-龥]{2,6})：(?P<words>[^：；。]{2,60})(?:[；。]|$)")
_TRADE = re.compile(r"(?:所属|所在)?(?:行业|领域|产业)")
_SEAT = re.compile(r"(?:注册|登记|所在)(?:地|地区|区域|地址)")


def _named(state: State, field: Clause) -> list[Node]:
    """行业：人工智能；注册地：某市: conditions as names with their values; nothing where the field is written otherwise."""
    nodes: list[Node] = []
    for a, b in field.paragraphs:
        at = a
        while (part := _NAMED.match(state.m.text, at, b)) is not None:
            nodes.extend(_value(state, part))
            at = part.end()
        if at < b:
            return []
    return nodes


def _value(state: State, part: re.Match[str]) -> list[Node]:
    """The condition that one name with its value makes; 不限 makes none."""
    low, high = part.start(), part.end("words")
    if part["words"] == "不限":
        return []
    if _TRADE.fullmatch(part["name"]):
        return [found("industry_theme", "has_any", part["words"].split("、"), low, high, origin="trade/theme-list", rank=3).node]
    if _SEAT.fullmatch(part["name"]):
        places = [code for place in state.m.regions_in(*part.span("words")) for code in place.codes]
        codes = places or ([state.m.region] if state.m.region else [])
        if not codes:
            return [declared(state.m, low, high, origin="declared/listed")]
        return [found("registered_region", "within", codes[:1], low, high, origin="place/registered_region", rank=3).node]
    return inline_condition(state.m, *part.span("words"))
