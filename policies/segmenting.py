"""From clean text to a clause tree: chapters, articles, numbered items at any depth, labelled fields, loose paragraphs.

The numbering grammar is deterministic: a mark of a style that is open closes everything below it, a mark of a new style
opens a level. So 一、(一) 1. (1) ① nest in whatever order a drafter uses them. Spans are offsets into the clean copy.
"""

from __future__ import annotations

import re

from policies.clause import Clause
from policies.levels import (
    LEAD,
    LISTED,
    NOTE,
    beside_labels,
    closes_list,
    ends_list,
    gives_behind,
    gives_behind_field,
    goes_on,
    heads_articles,
    leads_list,
    leave_lead,
    opens_below,
    said_of_all,
    said_of_list,
    tells_all,
)
from policies.lexicon import role_of
from policies.lexicon.sought import Sought
from policies.marking import (
    ANSWER,
    CARD,
    answered,
    bracketed_in,
    card_titles,
    field_of,
    is_row,
    lines_in,
    mark_of,
    names_field,
    opens_field,
    question_in,
    role_asked,
)
from policies.run_ons import LOOSE, pieces

__all__ = ["Clause", "place_in", "segment"]

_MARKUP = ("title", "section", "subsection")  # headings by their marks (#, ##, ###), the outer first


def segment(text: str) -> Clause:
    """The clause tree of clean text; the root covers all of it.

    >>> root = segment("第一条 申报条件\\n(一)在本市注册；\\n(二)成立满一年。\\n第二条 奖励标准。给予10万元奖励。")
    >>> [(c.style, c.ordinal, c.role) for c in root.children]
    [('article', 1, 'eligibility'), ('article', 2, 'benefit')]
    """
    root = Clause("root", None, 0, 0, len(text))
    stack = [root]
    seen: set[str] = set()
    again = False
    lines = list(lines_in(text))
    titles = card_titles(text, lines)
    for start, end in lines:
        words = text[start:end]
        again = len(words) >= (16 if again else 60) and words in seen
        if again:
            continue
        if len(words) >= 16:
            seen.add(words)
        if start in titles:
            _open(stack, Clause("name", None, start, start, end, heading=words), text, end)
            continue
        if is_row(words):
            while stack[-1].style == "label" and text[stack[-1].start - 1] == "-":
                stack.pop()  # a table behind - 支持对象：… is no part of that field
            _attach(text, stack, start, end)
            continue
        _place_all(text, start, end, stack)
    _close(root, text)
    return root


def place_in(text: str, start: int, end: int, host: Clause) -> None:
    """Hang what a stretch of text says below an open clause: its enumerations as children, the rest as paragraphs."""
    stack = [host]
    for low, high in lines_in(text[start:end]):
        _place_all(text, start + low, start + high, stack)
    _close(host, text)


def _place_all(text: str, start: int, end: int, stack: list[Clause]) -> None:
    host: Clause | None = None
    for run in pieces(text, start, end):
        if run.loose:
            _open(stack, Clause(LOOSE, None, run.start, run.start, run.end), text, run.end)
        elif run.behind is None:
            _place(text, run.start, run.end, stack)
        else:
            _place_behind(stack, run.start, run.end, run.behind)
        host = host or stack[-1]
    loose = next((i for i, c in enumerate(stack) if c.style == LOOSE), None)
    if loose is not None:
        del stack[loose:]
    if host is not None and host in stack and any(c.style == host.style for c in stack[stack.index(host) + 1 :]):
        del stack[stack.index(host) + 1 :]


def _place_behind(stack: list[Clause], start: int, end: int, style: str) -> None:
    """What a line says behind a list of conditions in it is said by the clause that holds the list."""
    at = max((i for i, c in enumerate(stack) if c.style == style), default=len(stack))
    del stack[max(at, 1) :]
    stack[-1].paragraphs.append((start, end))


_BEFORE_FIGURE = re.compile(r"(\d{1,2})[.．](?=\d)")
_SECOND = re.compile(r"\n\s{0,4}2[.．]")


def _next_number(text: str, start: int, end: int, stack: list[Clause]) -> tuple[str, int | None, int] | None:
    """2.1000万元以上的… behind a clause 1.…, 1.1000万元以上的… behind a colon: a number of a list, though a figure follows it at once."""
    found = _BEFORE_FIGURE.match(text[start : start + 4])
    if found is None:
        return None
    if found[1] == "1" and text[max(0, start - 2) : start] == "：\n" and _SECOND.match(text, end, end + 8):
        return "num", 1, found.end()
    before = next((c for c in reversed(stack) if c.style == "num"), None)
    follows = before is not None and before.ordinal is not None and int(found[1]) == before.ordinal + 1
    return ("num", int(found[1]), found.end()) if follows else None


_FOOTER = re.compile(
    r"(?:上一[个篇条]|下一[个篇条]|OA系统|法律声明|隐私保护|版权所有|扫码|扫一扫|【?打印|【?关闭|返回顶部|网站地图|主办(?:单位)?：|承办(?:单位)?：|"
    r"技术支持|网站标识码|\S{0,4}ICP备|\S{0,4}公网安备|联系人[：:]|电话[：:]|邮箱[：:]|网址[：:]|地址[：:]|邮编[：:]|"
    r"附件[：:]|附件下载|相关附件|相关链接|参考链接|相关阅读|浏览次数|分享到|责任编辑|信息来源[：:]|来源[：:]|\(此件(?:主动)?公开|抄送[：:]|您是第)"
)
_PLAIN_FIELDS = ("basis", "time", "contact", None)
_TOOLS = Sought(
    r"(?:资金支持|政策支持|资质认定|减税降费|其他|其它|人才支持|金融支持|、|支持|平台支撑|空间支持|服务支持){1,8}服务对象$"
)


def _place(text: str, start: int, end: int, stack: list[Clause]) -> None:
    line = text[start:end]
    answer = ANSWER.match(line) if text[stack[-1].body - 1 : stack[-1].body] == "？" else None
    if answer is not None and answer.end() < end - start:
        _place(text, start + answer.end(), end, stack)  # A3：一次性奖励50万元
        return
    mark = mark_of(line) or _next_number(text, start, end, stack)
    if mark is not None and question_in(line[mark[2] :]) is not None:
        start, line, mark = start + mark[2], line[mark[2] :], None  # 3.问：…？
    if mark is not None and mark[0] == "bullet" and names_field(line[mark[2] :].lstrip()):
        _place(text, end - len(line[mark[2] :].lstrip()), end, stack)  # ★支持对象：…
        return
    if mark is not None:
        style, ordinal, length = mark
        body = start + length
        while body < end and text[body] in " \t　、.":
            body += 1
        if (
            style in ("cn", "cn_paren", "num")
            and (further := mark_of(text[body:end])) is not None
            and further[0] in ("kind", "part")
        ):
            body += further[2]  # 一、扶持项目一：上市辅导扶持
        named = _NAMED.match(text, body, end) if style == "article" else None
        inside = named.end() if named is not None else body
        inner = mark_of(text[inside:end]) if style in ("article", "cn") else None
        if inner is not None and inner[1] == 1 and inner[0] in LISTED:
            _open(stack, Clause(style, ordinal, start, body, inside), text, inside)
            _place(text, inside, end, stack)
            return
        _open(stack, Clause(style, ordinal, start, body, end), text, end)
        return
    asked = question_in(line) or answered(line, told=ANSWER.match(text[end : end + 12].lstrip()) is not None)
    if asked is not None:
        _open(stack, Clause("label", None, start, end, end, heading=line[asked[0] : asked[0] + 30], role=asked[1]), text, end)
        return
    if line.startswith("-") and opens_field(line[1:].lstrip()):
        _place(text, end - len(line[1:].lstrip()), end, stack)  # - 支持对象：…
        return
    answer = ANSWER.match(line)
    if answer is not None:
        _place(text, start + answer.end(), end, stack) if answer.end() < end - start else None
        return
    if _FOOTER.match(line):
        clause = Clause("label", None, start, end, end, heading=line[:12], role="contact")
        _open(stack, clause, text, end)
        _shut_page_head(stack, clause)
        return
    label = field_of(line) or bracketed_in(line)
    if label is not None:
        name, length = label
        style = "card" if name in CARD and not beside_labels(stack) else "label"
        first = mark_of(text[start + length : end])
        if first is not None and first[1] == 1 and first[0] in LISTED:
            clause = Clause(style, None, start, start + length, start + length, heading=name, role=role_of(name))
            _open(stack, clause, text, start + length)
            _place(text, start + length, end, stack)
            return
        clause = Clause(style, None, start, start + length, end, heading=name, role=role_of(name))
        _open(stack, clause, text, end)
        if length < end - start:
            _shut_page_head(stack, clause)
        return
    if _is_short_heading(text, start, end):
        clause = Clause("label", None, start, end, end, heading=line, role=role_of(line))
        _open(stack, clause, text, end)
        return
    if _TOOLS.search(line):
        clause = Clause("card", None, end - 4, end, end, heading="服务对象", role="eligibility")
        _open(stack, clause, text, end)
        return
    if leads_list(text, start, end, stack):
        _open(stack, Clause(LEAD, None, start, start, end), text, end)
        return
    note = NOTE.match(text, start, end)
    if note is not None and said_of_all(text, start, end, stack) is None:
        _attach(text, stack, note.end(), end)
        return
    of_all = said_of_all(text, start, end, stack)
    if of_all is not None:
        del stack[1:]
        _open(stack, Clause("label", None, start, of_all, end), text, end)
        return
    if _of_the_text(text, start, end, stack):
        _open_closing(stack, start, end)
        return
    _attach(text, stack, start, end)


_PAGE_HEAD = re.compile(r"(?:发布|成文|印发|公布|发文|生成|更新)(?:时间|日期)|(?:信息)?来源|发文(?:机构|字号)|浏览次数")
_HEAD_ENDS = 400  # characters: further down such a line closes the page


def _shut_page_head(stack: list[Clause], clause: Clause) -> None:
    """发布时间：2023-05-06 below the title of a page tells nothing but that: what comes behind it is no part of it."""
    if stack[1:] == [clause] == stack[0].children and clause.start < _HEAD_ENDS and _PAGE_HEAD.match(clause.heading):
        stack.pop()
        stack[0].children.clear()


_WHOLE = re.compile(r"本(?:若干)?(?:办法|措施|政策|细则|意见|规定|政策意见|政策措施)(?:所|中|支持|适用|由|自|与|有效期)")


def _of_the_text(text: str, start: int, end: int, stack: list[Clause]) -> bool:
    """本措施所支持的企业应…, on a line behind the last of 一、…十、: said of the whole text, and no part of its last point."""
    top = next((c for c in stack if c.style in ("cn", "cn_paren", "num")), None)
    inside = any(c.style in ("article", "chapter", "annex", "card", "label") for c in stack)
    if top is None or inside or top.role == "supplementary":
        return False
    return (top.ordinal or 0) > _LEAST_POINTS and _WHOLE.match(text, start, end) is not None


_LEAST_POINTS = 2


def _open_closing(stack: list[Clause], start: int, end: int) -> None:
    """A closing clause of the whole text, on the level of its points."""
    del stack[1:]
    clause = Clause("label", None, start, start, end, role="supplementary", paragraphs=[(start, end)], parent=stack[0])
    stack[0].children.append(clause)
    stack.append(clause)


def _is_short_heading(text: str, start: int, end: int) -> bool:
    """An unmarked line that names a section: short, without any stop, after a finished sentence."""
    line = text[start:end]
    if not 2 <= len(line) <= (14 if start else 8) or not re.fullmatch(r"[一-龥]{2,14}", line):
        return False  # the first line of all is more likely the title
    before = text[max(0, start - 2) : start].strip()
    return (role_of(line) is not None and (before == "" or before[-1] in "。；：)”")) or (
        before[-1:] in ("。", "；")
        and len(line) <= 10
        and text[end + 1 : end + 2] not in ("", "\n")
        and bool(re.match(r"[^\n]{24,}", text[end + 1 : end + 80]))
    )


def _open(stack: list[Clause], clause: Clause, text: str, end: int) -> None:
    """Put a marked clause on its level: close what is open at the same style or below."""
    leave_lead(text, stack, clause)
    while len(stack) > 1 and stack[-1].style == "label" and stack[-1].role in _PLAIN_FIELDS and clause.style != "label":
        stack.pop()
    if tells_all(text, stack, clause):
        stack.pop()
    while len(stack) > 1 and clause.style in _MARKUP and stack[-1].style not in _MARKUP[: _MARKUP.index(clause.style) + 1]:
        stack.pop()
    if clause.style == "label" and clause.role == "benefit" and ends_list(text, stack[-1]):
        stack.pop()
    styles = [c.style for c in stack]
    if clause.style == "name" and "label" in styles and "name" not in styles:
        del stack[styles.index("label") :]
    elif clause.style == "card":
        del stack[1:]
    elif clause.style in styles and not opens_below(text, stack, clause):
        at = goes_on(text, stack, clause, end)
        before = stack[at]
        del stack[at:]
        if clause.ordinal == 1 and (before.ordinal or 0) > 1 and clause.style != "article":
            clause.role = "restart"
    elif clause.style == "part" and "kind" in styles:  # 专题一 … 1. … 4. … 项目2: of the topic, and no part of its last number
        del stack[styles.index("kind") + 1 :]
    elif clause.style == "chapter" or clause.style == "annex":
        del stack[1:]
    elif clause.style == "cn" and "article" in styles and heads_articles(text, end, stack[styles.index("article")]):
        del stack[styles.index("article") :]
    elif clause.style == "article" and "chapter" not in styles:
        keep = [i for i, c in enumerate(stack) if c.style in ("root", "cn", "annex", "card") and i <= 1]
        inner = next((i for i, c in enumerate(stack) if c.style == "cn_paren"), None)
        del stack[(inner + 1 if inner is not None and _is_bare(stack[inner]) else len(keep)) :]
    parent = stack[-1]
    clause.parent = parent
    parent.children.append(clause)
    stack.append(clause)
    if clause.body < end:
        clause.paragraphs.append((clause.body, end))
    if not clause.heading:
        restarts = clause.role == "restart"
        bracket = (_NAMED if clause.style == "article" else _BRACKET).match(text, clause.body, end)
        bracket = bracket or _BRACKET.match(text, clause.body, end)
        clause.heading, clause.role = (bracket[1], role_of(bracket[1])) if bracket else _heading(text[clause.body : end])
        if bracket is not None and bracket.end() < end:
            clause.paragraphs[0] = (bracket.end(), end)
        if clause.role is not None and not _announces(clause):
            clause.role = None
        if restarts and clause.role is None and parent.in_role in ("eligibility", "exclusion"):
            clause.role = "restart"


_CHANGES = re.compile(
    r"(?:进一步|适当|全面|大力|积极|持续|切实)*(?:放宽|降低|改善|优化|创造|简化|减少|取消|拓宽|扩大|放开|提升|破除|打破)"
)
"""放宽准入条件: what is to be done about conditions, and no list of them."""


def _announces(clause: Clause) -> bool:
    """Whether the heading opens a section: a short name, and within a list of conditions a very short one."""
    above = clause.parent.in_role if clause.parent is not None else None
    if above in ("eligibility", "exclusion") and clause.style in ("num", "num_paren", "circle", "counted", "cn_paren"):
        return len(clause.heading) <= 8 and clause.role != "eligibility"
    if clause.style == "annex":
        return True
    if clause.role == "eligibility" and _CHANGES.match(clause.heading):
        return False
    limit = 22 if clause.role in ("eligibility", "benefit") else 16
    return len(clause.heading) <= limit and "给予" not in clause.heading


def _is_bare(clause: Clause) -> bool:
    """Whether the clause is a mere heading so far: one short line."""
    return len(clause.paragraphs) <= 1 and clause.end - clause.body <= 30


_STOP = re.compile(r"[。：；]")
_BRACKET = re.compile(r"\s*【([^】]{2,20})】\s*")
_NAMED = re.compile(r"\s{0,4}\((?![一二三四五六七八九十]{1,3}\))([一-龥、]{2,16})\)\s{0,4}")
"""第三条(支持对象): how an article is named."""


def _heading(line: str) -> tuple[str, str | None]:
    """The heading that a clause's first line carries, and the role it announces."""
    first = _STOP.split(re.sub(r"(?:\([^()]{1,30}\))$", "", line), maxsplit=1)[0]
    if len(first) <= 30 and "，" not in first:
        return first, role_of(first) or (role_asked(first) if first.endswith("？") else None)
    return "", None


def _attach(text: str, stack: list[Clause], start: int, end: int) -> None:
    """A line without mark: a further paragraph of the open article, else of the innermost clause or of one that opens with 甲类：."""
    if said_of_list(text, start, end, stack):
        stack[-1].paragraphs.append((start, end))
        stack[-1].end = max(stack[-1].end, end)
        return
    top = stack[-1]
    opens = bool(top.paragraphs) and text[top.paragraphs[0][1] - 1] == "："
    if top.style in ("cn_paren", "num", "num_paren", "circle", "counted") and top.paragraphs and not opens:
        article = next((c for c in reversed(stack) if c.style == "article"), None)
        listing = article or (top.parent if closes_list(text, top) or gives_behind(text, top, start, end) else None)
        if listing is not None and listing is not top:
            del stack[stack.index(listing) + 1 :]
            top = listing
    if top.style == "label" and gives_behind_field(text, top, start, end):
        stack.pop()
        top = stack[-1]
    top.paragraphs.append((start, end))
    top.end = max(top.end, end)


def _close(clause: Clause, text: str) -> None:
    """Settle the ends: a clause reaches as far as its last paragraph or child."""
    for child in clause.children:
        _close(child, text)
    ends = [clause.body, *(e for _, e in clause.paragraphs), *(c.end for c in clause.children)]
    if clause.style != "root":
        clause.end = max(ends)
