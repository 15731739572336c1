"""On which level of the clause tree a line stands: what it goes on with, what it closes, and what waits for it."""

from __future__ import annotations

import re

from policies.clause import Clause
from policies.lexicon import role_of
from policies.marking import is_field, mark_of
from policies.run_ons import LOOSE, asks

LISTED = ("cn_paren", "num", "num_paren", "circle", "counted")  # styles of a list that begins on the line of its heading


_NEXT_LINE = re.compile(r"\s{0,8}(?P<line>[^\n]{2,12})")


def heads_articles(text: str, end: int, open_article: Clause) -> bool:
    """第一条 … / 一、支持研发 / 第二条 …: a numbered heading that the next article follows at once stands over articles, and is no part of one."""
    after = _NEXT_LINE.match(text, end)
    mark = mark_of(after["line"]) if after is not None else None
    return mark is not None and mark[0] == "article" and mark[1] == (open_article.ordinal or 0) + 1


def awaits_list(text: str, stack: list[Clause]) -> bool:
    """Whether a field that a numbered part holds (04.…\n申报对象\n1.…) is named and has told nothing yet, or the last line asks for what is listed."""
    top = stack[-1]
    if top.style in LISTED and top.paragraphs and asks(text, *top.paragraphs[-1]):
        return True
    if (
        top.style in LISTED
        and len(top.paragraphs) == 1
        and not top.children
        and (is_field(text[slice(*top.paragraphs[0])]) or text[top.end - 1] == "？")
    ):
        return True  # (1)申报条件 / 1)…
    return top.style == "label" and not top.paragraphs and not top.children and stack[-2].style in LISTED


_DIGITS = re.compile(r"[\d\s]+")


def _marks(text: str, clause: Clause) -> str:
    """What stands around the number of a clause: () of (1), ) of 1)."""
    return _DIGITS.sub("", text[clause.start : clause.body])


def opens_below(text: str, stack: list[Clause], clause: Clause) -> bool:
    """Whether a first number opens a list within the open one of its style: awaited there, behind a colon, or with other marks (1. / 1、)."""
    if clause.ordinal != 1:
        return False
    if awaits_list(text, stack) or _behind_colon(text, stack, clause):
        return True
    if clause.style not in ("num", "num_paren"):
        return False
    return all(_marks(text, c) != _marks(text, clause) for c in stack if c.style == clause.style)


def _behind_colon(text: str, stack: list[Clause], clause: Clause) -> bool:
    """(二)申请建设补助的企业应当符合以下条件：/ (一)…: whether the inmost clause, of the same style, has just opened a list."""
    top = stack[-1]
    if top.style != clause.style or not top.paragraphs or top.children:
        return False
    return text[: clause.start].rstrip()[-1:] == "：" and top.paragraphs[-1][1] <= clause.start


def goes_on(text: str, stack: list[Clause], clause: Clause, end: int) -> int:
    """Which open clause of the same style a new one follows: the inmost that it counts on from, by its marks before others, else the outmost."""
    same = [i for i, c in enumerate(stack) if c.style == clause.style]
    counted = [i for i in reversed(same) if (stack[i].ordinal or 0) + 1 == clause.ordinal]
    alike = [i for i in counted if _marks(text, stack[i]) == _marks(text, clause)] or counted
    if (
        len(alike) > 1
        and _heads(text, clause, end)
        and not any(_heads(text, stack[alike[0]], b) for _, b in stack[alike[0]].paragraphs[:1])
    ):
        return alike[-1]
    return alike[0] if alike else same[0]


_OPENS = re.compile(r"：\s*$")


def _heads(text: str, clause: Clause, end: int) -> bool:
    """Whether a clause opens a list of its own (…应当符合以下条件：) or only names a section (支持标准)."""
    words = text[clause.body : end]
    return _OPENS.search(words) is not None or role_of(words) is not None


def ends_list(text: str, last: Clause) -> bool:
    """1.…；2.…；3.…。 and then 奖励标准：…: a field behind a list none of whose numbers holds fields is no part of its last number."""
    if last.style not in LISTED or last.parent is None or not last.paragraphs or last.children:
        return False
    if last.parent.paragraphs and asks(text, *last.parent.paragraphs[-1]):
        return True  # 一、品牌奖励(须符合以下条件) / 1.…。 / 奖励标准：…
    if (last.ordinal or 0) < 2:
        return False
    if text[last.paragraphs[-1][1] - 1] not in "。；":
        return False  # 56.高企认定奖补: the name of a card, and no line of a list
    listed = [c for c in last.parent.children if c.style == last.style]
    return len(listed) > 1 and not any(c.children for c in listed)


def closes_list(text: str, last: Clause) -> bool:
    """Whether a clause is the last of a list of conditions, or that a colon opened: …应符合下列条件：(一)…；(二)…。"""
    parent = last.parent
    if parent is None or not parent.paragraphs or len(parent.children) < 2:
        return False
    if text[parent.paragraphs[-1][1] - 1] != "：" and parent.role not in ("eligibility", "exclusion"):
        return False
    before = parent.children[-2]
    return len(last.paragraphs) == 1 and text[before.end - 1] in "；，" and text[last.end - 1] == "。"


_ASKED_FOR = re.compile(r"(?:条件|要求)(?:之一)?(?:的[^，；。：\n]{0,10})?：$")
_GIVES = re.compile(
    r"(?:对)?(?:(?:符合|满足|达到)(?:上述|以上|前述|该|本)?[^，；。：]{0,6}(?:条件|要求)|经[^，；。：]{0,12}(?:审[核定批查]|评审|认定|考核)[^，；。：]{0,6}(?:通过|合格)?)的[^，；。：]{0,8}，|"
    r"(?:一次性)?(?:给予|予以|奖励|补助|补贴|资助)|按(?:照)?(?:每|不超过|其|实际)"
)


def gives_behind(text: str, last: Clause, start: int, end: int) -> bool:
    """申请企业应符合以下条件：/ 1.…。/ 给予20万元奖励。: a line behind a list of conditions that gives is no part of its last number."""
    parent = last.parent
    if parent is None or last.children or text[last.end - 1] not in "。；" or not (parent.paragraphs or parent.style == "label"):
        return False
    asked = parent.role == "eligibility" or any(_ASKED_FOR.search(text, *line) for line in parent.paragraphs[-1:])
    return asked and _gives_sum(text, start, end)


def gives_behind_field(text: str, field: Clause, start: int, end: int) -> bool:
    """申报条件：1.…；2.…。/ 对符合条件的企业，给予20万元奖励。: a line behind a field of conditions that gives is no part of the field."""
    told = bool(field.paragraphs or field.children) and field.role == "eligibility"
    return told and _gives_sum(text, start, end)


_HAS_SUM = re.compile(r"\d[\d.]{0,9}(?:万|亿)?元|\d%")


def _gives_sum(text: str, start: int, end: int) -> bool:
    return _GIVES.match(text, start, end) is not None and _HAS_SUM.search(text, start, end) is not None


LEAD = "lead"
"""The style of a line without mark that leads into a list of conditions and stands in no clause."""
_LEADS = re.compile(
    r"(?:条件|要求)(?:之一)?(?:的(?:企业|单位|机构|项目|主体)?)?：$|"
    r"(?:下列|以下|如下)[^。：\n]{0,24}(?:不予|不得|不能|不享受|不再|不纳入|不适用)[^。：\n]{0,20}：$"
)
_GIVING = re.compile(r"给予|(?:奖励|补助|补贴|资助|贴息)[^，。；：]{0,8}\d|分别")
_OUTER = ("root", "chapter", "annex")


def leads_list(text: str, start: int, end: int, stack: list[Clause]) -> bool:
    """申请本措施扶持的企业应当同时符合以下条件： and its list, before the first number of the text and below no number of it."""
    lead = _LEADS.search(text, max(start, end - 80), end) is not None or (
        _CARD_LEAD.match(text, start, end) and asks(text, start, end)
    )
    if not lead or not _stands_apart(text, stack):
        return False
    below = mark_of(text[end : end + 12].lstrip())
    listed = text[end : end + 1] not in ("\n", "") or (below is not None and below[1] == 1 and below[0] in (*LISTED, "cn"))
    if not listed or (_GIVING.search(text, start, end) is not None and text[end - 3 : end] != "条件："):
        return False
    outer = [c for c in stack if c.style in _OUTER]
    del stack[len(outer) :]
    return True


def _stands_apart(text: str, stack: list[Clause]) -> bool:
    """Whether nothing is open but chapters, a list that such a line leads into and that has ended, or a field that has told all."""
    inner = next((c for c in stack if c.style not in _OUTER), None)
    if inner is None:
        return True
    ended = text[stack[-1].end - 1 : stack[-1].end] == "。"
    return ended and (
        inner.style == LEAD or (inner is stack[-1] and inner.style == "label" and inner.role in ("eligibility", "benefit"))
    )


_CARD_LEAD = re.compile(
    r"[^，。；：()\n]{2,20}(?:奖励|补[助贴]|资助|扶持|贴息|奖补|项目)(?:\([^()\n]{0,16}(?:条件|要求)|[，：][^。；\n]{0,16}(?:条件|要求)|(?:申[请报]|享受|认定)?条件：)"
)
"""品牌奖励，申报企业应符合以下条件：, the name of a card and the words that lead into its list."""


def leave_lead(text: str, stack: list[Clause], clause: Clause) -> None:
    """Close a list that such a line leads into where a clause does not go on with it."""
    at = next((i for i, c in enumerate(stack) if c.style == LEAD), None)
    if at is None:
        return
    listed, below = stack[at].children, [c.style for c in stack[at + 1 :]]
    if clause.style == "label" and clause.role == "benefit" and listed and _CARD_LEAD.match(text, stack[at].start, stack[at].end):
        del stack[at + 1 :]  # 品牌奖励(须符合以下条件) / 1.…。 / 奖励标准：…
        return
    if not listed:
        inside = clause.style in (*LISTED, "cn", LOOSE)
    elif clause.style == listed[0].style:
        inside = clause.style == LOOSE or clause.ordinal == (listed[-1].ordinal or 0) + 1
    else:
        last = stack[-1].paragraphs[-1][1] if below and stack[-1].paragraphs else 0
        inside = clause.style in below or text[last - 1 : last] == "：" or text[clause.end - 1 : clause.end] == "；"
    if not inside:
        del stack[at:]


_OF_THE_LISTED = re.compile(
    r"(?:对|凡)?(?:于)?(?:同时|全部|均)?(?:符合|满足|具备|达到)(?:上述|以上|前述|前款|该)?[^，。；：]{0,8}(?:条件|要求)|(?:上述|以上|前述)[^，。；：]{0,8}(?:条件|要求|情形)"
)


def said_of_list(text: str, start: int, end: int, stack: list[Clause]) -> bool:
    """Whether a line behind a list that a line without mark leads into is still about it (符合上述条件的，…); closes the list where not."""
    at = next((i for i, c in enumerate(stack) if c.style == LEAD), None)
    if at is None or not stack[at].children or (stack[-1] is not stack[at] and not text.endswith("。", 0, stack[-1].end)):
        return False
    of_it = _OF_THE_LISTED.match(text, start, end) is not None
    del stack[at + of_it :]
    return True


def beside_labels(stack: list[Clause]) -> bool:
    """办理流程：… below 一、品牌奖励 / 支持对象：…: a field of that card among its others."""
    return len(stack) > 2 and stack[1].style not in ("label", "card", LEAD) and any(c.style == "label" for c in stack[2:])


def tells_all(text: str, stack: list[Clause], clause: Clause) -> bool:
    """通用条件：… before the first card of a text: a field that has told what it tells holds no card."""
    top = stack[-1]
    if len(stack) != 2 or top.style != "label" or not top.paragraphs or clause.style in ("label", LOOSE) or top.children:
        return False
    named = text[clause.end - 1] not in "。；，：" or _CARD_LEAD.match(text, clause.body, clause.end) is not None
    return text[top.paragraphs[-1][1] - 1] == "。" and named


NOTE = re.compile(
    r"(?:备注|附注|注|说明|申报说明|特别说明|补充说明|温馨提示|注意事项|注意)：(?=[^；。：]{0,30}(?:应当?|须|必须|需|不得|不低于|不少于))(?!\d)"
)
"""备注：申报企业须…: what a note asks is asked by the clause that it stands in."""
_SAID_OF_ALL = re.compile(
    r"(?P<note>(?:备注|附注|注|说明|特别说明|温馨提示|注意事项)：)?(?:凡|所有)?(?:申[请报领]|享受)?(?:以上|上述|前述)(?:各项|各类|所有|全部)?"
    r"(?:奖励|奖补|补[助贴]|扶持|资助|支持|政策|项目|资金|优惠)(?:政策|资金|项目|措施)?的?(?:申[请报])?(?:企业|单位|机构|主体|对象)"
)


def said_of_all(text: str, start: int, end: int, stack: list[Clause]) -> int | None:
    """申请以上奖励的企业应当…, on a line behind the last of several cards: where what is asked for all of them begins; None elsewhere."""
    found = _SAID_OF_ALL.match(text, start, end) if len(stack) > 1 else None
    if found is None or stack[1].style in ("chapter", "article", "annex"):
        return None
    if sum(c.style == stack[1].style for c in stack[0].children) < _LEAST_CARDS:
        return None
    return found.end("note") if found["note"] else start


_LEAST_CARDS = 2
