"""Tables of benefits: every row a benefit with its amount, and the conditions of the card around the table in each of its items.

A table counts where its header names a column of benefits and one of amounts (补贴项目 | 金额); a further column of conditions is
read for its row. Tables of levels, fields or figures are left to the readers of prose.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from policies.extract.amounts import read_amounts
from policies.extract.conditions import declared, inline_condition
from policies.extract.items import ItemDraft
from policies.extract.leaf import Node, found
from policies.extract.sections import conditions_of
from policies.extract.state import State, path_of
from policies.segmenting import Clause

_KINDS = r"(?:补贴|补助|奖励|奖补|资助|扶持|支持|优惠|惠企)"
_BENEFIT = re.compile(rf"{_KINDS}(?:政策)?(?:项目|事项|名称|政策|内容|类型)(?:名称)?|政策(?:名称|事项|条款)")
_AMOUNT = re.compile(rf"{_KINDS}?(?:金额|标准|额度|力度|比例|资金)(?:\([^()]{{1,8}}\))?")
_CONDITION = re.compile(r"(?:申报|申请|享受|支持|补贴|奖励|适用)?(?:条件|对象|要求|主体|范围)")
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
    """Which columns of a table name the benefit, its amount, and whom it is for."""

    benefit: int
    amount: int
    conditions: tuple[int, ...]


def grant_tables(state: State, clause: Clause) -> list[Clause]:
    """Turn the rows of the clause's tables into items and take them from its paragraphs; the children that are still to be read."""
    text = state.m.text
    columns: _Columns | None = None
    rest: list[_Span] = []
    rows: list[ItemDraft] = []
    for a, b in clause.paragraphs:
        cells = _cells(text, a, b)
        if len(cells) < 2:
            columns = None
            rest.append((a, b))
            continue
        heads = _columns([text[x:z] for x, z in cells])
        if heads is not None:
            columns = heads
        elif columns is None or len(cells) <= max(columns.benefit, columns.amount):
            rest.append((a, b))
        elif not _RULE.fullmatch(text, a, b):
            _row(state, clause, columns, cells, rows)
    if not rows:
        return clause.children
    marked = clause.style in _MARKED
    clause.paragraphs = [(a, b) for a, b in rest if not (marked and _FIELD.match(text, a))]
    around = _around(state, clause)
    if around and _only_table(clause):
        state.common.extend(around)
    else:
        for draft in rows:
            draft.criteria = [*around, *draft.criteria]
    state.drafts.extend(rows)
    return [c for c in clause.children if not marked or (c.role != "eligibility" and c.style != "subsection")]


def _only_table(clause: Clause) -> bool:
    """Whether no other section of the document has conditions of its own: then these hold for all."""
    root = [clause, *clause.ancestors()][-1]
    return sum(c.role == "eligibility" for c in root.walk()) == 1


def _cells(text: str, start: int, end: int) -> list[_Span]:
    if text[start] == "|":
        return [m.span() for m in _CELL.finditer(text, start, end)]
    return _tabbed(text, start, end) if "\t" in text[start:end] else []


def _tabbed(text: str, start: int, end: int) -> list[_Span]:
    """The cells of a row whose cells tabs part; an empty one keeps its column."""
    cells, low = [], start
    for at in [*(i for i in range(start, end) if text[i] == "\t"), end]:
        cells.append((low, at))
        low = at + 1
    return cells


def _columns(names: list[str]) -> _Columns | None:
    """What a header says of its columns; None where the row is no header of a table of benefits."""
    benefit = next((i for i, name in enumerate(names) if _BENEFIT.fullmatch(name)), None)
    amount = next((i for i, name in enumerate(names) if i != benefit and _AMOUNT.fullmatch(name)), None)
    if benefit is None or amount is None:
        return None
    return _Columns(benefit, amount, tuple(i for i, name in enumerate(names) if _CONDITION.fullmatch(name)))


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
