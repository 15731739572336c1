"""The lines of a document as its head and foot are read: labels, title, number, signature.

Lines are compared in a squeezed, simplified copy (blanks out, traditional characters simplified one to one), while what is
reported is cut from the text as it stands.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from opencc import OpenCC

_BLANK = re.compile(r"[\s\u200b\ufeff]+")
_MARKDOWN = re.compile(r"^(?:#{1,6}\s*|>\s*|\*\*)")
_TRADITIONAL_SHARE = 0.01
_SAMPLE = 20_000

# The words before a value in cards, portal heads and information tables.
LABELS: dict[str, tuple[str, ...]] = {
    "number": ("发文字号", "文号", "文件编号", "发文号", "文件号", "发布文号"),
    "issuer": ("发文机构", "发布机构", "发文机关", "发布部门", "发布机关", "制定机关", "发文单位", "颁布单位", "公布机关"),
    "written": ("成文日期", "成文时间", "签发日期", "印发日期"),
    "issued": (
        "发布日期",
        "发文时间",
        "发文日期",
        "发布时间",
        "生成日期",
        "公布日期",
        "颁布日期",
        "颁布时间",
        "印发时间",
        "发表时间",
        "发表日期",
    ),
    "effective": ("实施日期", "生效日期", "施行日期", "生效时间", "实施时间", "执行日期"),
    "expires": ("失效日期", "废止日期", "失效时间", "有效期至", "截止日期(有效期)"),
    "period": ("时间/频度", "有效期", "有效期限", "执行期限", "政策有效期"),
    "basis": ("依据文件",),
    "status": ("时效性", "有效性", "文件状态", "效力状态"),
}
_ALL_LABELS = tuple(word for words in LABELS.values() for word in words)
_OTHER_LABELS = (
    "工具分类",
    "服务对象",
    "服务内容",
    "条件要求",
    "服务流程",
    "办理流程",
    "联络方式",
    "政策依据",
    "效力级别",
    "法规类别",
    "主题词",
    "索引号",
    "主题分类",
    "标题",
    "名称",
)
_PIECE = re.compile(r"\S{1,80}?\s{0,3}[:：]\s{0,3}\S+|\S+")
_OPENING = 1_200
_LEAST_PIECES = 25
_BULLETS = "•·●◆■★*-—– "
_HEAD_LINES = 400


@dataclass(frozen=True, slots=True)
class HeadLine:
    """One non-blank line: where it starts, its words as they stand, and squeezed and simplified."""

    start: int
    end: int
    text: str
    plain: str


@cache
def _simplifier() -> OpenCC:
    return OpenCC("t2s")  # loading its table takes 70 ms


def simplified(text: str) -> str:
    """`text` with traditional characters simplified, of the same length; the text itself where it is simplified already."""
    sample = text[:_SAMPLE]
    converted = _simplifier().convert(sample)
    changed = sum(a != b for a, b in zip(sample, converted, strict=False))
    if changed <= max(5, _TRADITIONAL_SHARE * len(sample)):
        return text
    whole = str(_simplifier().convert(text))
    return whole if len(whole) == len(text) else text


def squeeze(text: str) -> str:
    """`text` without any blanks."""
    return _BLANK.sub("", text)


def head_lines(text: str, plain: str | None = None) -> tuple[HeadLine, ...]:
    """The non-blank lines of `text`; `plain` is its simplified copy where that is at hand.

    The opening of a page that was copied into one long line is cut at its blanks, where the lines of the page were.
    """
    copy = simplified(text) if plain is None else plain
    lines: list[HeadLine] = []
    position = 0
    for raw in text.splitlines(keepends=True):
        body = raw.strip()
        if body:
            start = position + raw.index(body)
            for first, last in _pieces(body):
                lines.append(_head_line(text, copy, start + first, start + last))
        position += len(raw)
    return tuple(lines)


def _head_line(text: str, copy: str, start: int, end: int) -> HeadLine:
    words = _MARKDOWN.sub("", " ".join(text[start:end].split()))
    return HeadLine(start, end, words, _MARKDOWN.sub("", squeeze(copy[start:end])))


_LABEL_INSIDE = re.compile(r"(?<=\s)(?=(?:" + "|".join(_ALL_LABELS) + r")\s{0,3}[:：])")


def _pieces(body: str) -> Iterator[tuple[int, int]]:
    """The line itself, cut before each further label, or the pieces of a long one full of blanks, each label with its value."""
    opening = body[:_OPENING]
    inside = [found.start() for found in _LABEL_INSIDE.finditer(body)] if len(body) < _OPENING else []
    if inside and len(opening.split()) < _LEAST_PIECES:
        for first, last in itertools.pairwise([0, *inside, len(body)]):
            yield first, first + len(body[first:last].rstrip())
        return
    if len(body) < _OPENING or len(opening.split()) < _LEAST_PIECES:
        yield 0, len(body)
        return
    end = 0
    for found in _PIECE.finditer(opening):
        if found.end() < len(opening):
            yield found.span()
            end = found.end()
    rest = body[end:]
    yield end + len(rest) - len(rest.lstrip()), len(body)


def labelled(lines: tuple[HeadLine, ...], label: str) -> str | None:
    """The words that stand behind a label: on its line, or on the next one. None without the label or without words.

    >>> labelled(head_lines("发文字号\\n京科发〔2022〕6 号\\n发布日期：2022-06-16"), "number")
    '京科发〔2022〕6 号'
    """
    for index, line in enumerate(lines[:_HEAD_LINES]):
        for word in LABELS[label]:
            found = _after_label(line, word)
            if found is None:
                continue
            if not found and index + 1 < len(lines) and not _is_label(lines[index + 1].plain):
                found = lines[index + 1].text
            found = found.strip("/／无 —-*")
            if found:
                return found
    return None


def has_label(lines: tuple[HeadLine, ...], label: str) -> bool:
    """Whether a line of the head begins with the label."""
    return any(_after_label(line, word) is not None for line in lines[:_HEAD_LINES] for word in LABELS[label])


def _after_label(line: HeadLine, word: str) -> str | None:
    """What follows `word` at the start of a line, or within a line of several labels; None without the label."""
    plain = line.plain.lstrip(_BULLETS)
    if plain.startswith(word):
        rest = plain[len(word) :]
        if rest[:1] in ("", ":", "：") or word in ("依据文件", "时间/频度", "发文字号"):
            return _until_next_label(_cut_from(line, word))
    at = plain.find(word)
    if at > 0 and plain[at - 1] in "；;，,|｜】]。" and plain[at + len(word) : at + len(word) + 1] in (":", "："):
        return _until_next_label(_cut_from(line, word))
    return None


def _cut_from(line: HeadLine, word: str) -> str:
    """The words of the line as they stand, behind the label."""
    pattern = r"\s{0,9}".join(re.escape(character) for character in word)
    found = re.search(pattern, line.text)
    rest = line.text[found.end() :] if found else line.plain.split(word, 1)[-1]
    return rest.lstrip(" :：\u3000")


def _until_next_label(words: str) -> str:
    return re.split(r"[；;|｜]", words, maxsplit=1)[0].strip("。 ")


def _is_label(plain: str) -> bool:
    bare = plain.lstrip(_BULLETS)
    return any(bare.startswith(word) for word in (*_ALL_LABELS, *_OTHER_LABELS))


# A number on a line of its own, perhaps in brackets, perhaps behind the title.
_NUMBER = r"[\u4e00-\u9fffA-Za-z]{1,16}[〔\[［（(【﹝][12]\d{3}年?[〕\]］）)】﹞]第?\d{1,5}号"
_DECREE = r"[\u4e00-\u9fff]{0,20}令第?[\d一二三四五六七八九十百零〇]{1,6}号"
_ANNOUNCED = r"[\u4e00-\u9fff]{2,40}公告[12]\d{3}年第?\d{1,4}号"  # 财政部税务总局公告2023年第19号
_OWN_LINE = re.compile(
    rf"^[（(]?({_NUMBER}|{_DECREE}|{_ANNOUNCED})[)）]?(?:[12]\d{{3}}(?:年\d{{1,2}}月\d{{1,2}}日|-\d{{1,2}}-\d{{1,2}}))?$"
)
_AT_END_OF_TITLE = re.compile(rf"(?:通知|办法|意见|措施|规定|细则|公告|决定|批复|条例|方案|通报|函)[（(]?({_NUMBER})[)）]?$")
_BEFORE_SALUTATION = re.compile(rf"^({_NUMBER})(?=各|有关|《?[\u4e00-\u9fff]{{2,40}}关于)")
_IN_OPENING = re.compile(rf"^[^。；;]{{6,140}}?(?:通知|意见|办法|公告|决定|批复|措施|规定|方案)(?!的)({_NUMBER})(?=[各市省县区])")
_TITLE_NOUNS = ("通知", "通报", "意见", "办法", "措施", "规定", "细则", "公告", "批复", "条例", "方案", "决定", "的函")
TRAILING_NUMBER = re.compile("(?:" + "|".join(f"(?<={noun})" for noun in _TITLE_NOUNS) + rf")(?!的)[（(]?{_NUMBER}[)）]?$")
_LISTED = re.compile(r"^(?:\d{1,2}[.．、]|[（(][一二三四五六七八九十\d]{1,3}[)）]|[一二三四五六七八九十]{1,3}、)")
_NUMBER_LINES = 160


def number_on_own_line(lines: tuple[HeadLine, ...]) -> tuple[int, str] | None:
    """The index of the line that is a document number, or ends a title with one, and the number as it stands."""
    for index, line in enumerate(lines[:_NUMBER_LINES]):
        if _LISTED.match(line.plain) or line.plain.startswith(("附件", "依据", "政策依据")):
            continue
        found = _OWN_LINE.match(line.plain) or _BEFORE_SALUTATION.match(line.plain) or _AT_END_OF_TITLE.search(line.plain)
        if found:
            at = line.plain.index(found[1])
            return index, as_it_stands(line, at, at + len(found[1]))
    opening = _IN_OPENING.match(lines[0].plain[:400]) if lines else None
    if opening is not None:
        return 0, as_it_stands(lines[0], opening.start(1), opening.end(1))
    return None


def is_number(plain: str) -> bool:
    """Whether a squeezed line is nothing but a document number."""
    return _OWN_LINE.match(plain) is not None


def as_it_stands(line: HeadLine, start: int, end: int) -> str:
    """The original words of a slice of the squeezed line (squeezing and simplifying keep the order of characters)."""
    kept = [character for character in line.text if not character.isspace() and character not in "\u200b\ufeff"]
    return "".join(kept[start:end])


_ORGAN = r"(?:人民政府|政府办公[室厅]|办公[室厅]|委员会|管委会|党委|县委|市委|省委|区委|国务院|[局厅部院委署会]|联合会|协会|领导小组|分局|总局|中心|人民银行|法院|检察院|街道办事处|管理处|党组|支部)"
_ORGAN_LINE = re.compile(rf"^[\u4e00-\u9fff、，,（）()“”\"]{{1,80}}{_ORGAN}(?:[（(]章[)）]|[（(]盖章[)）])?$")


def is_organ(plain: str) -> bool:
    """Whether a squeezed line is nothing but the name of an authority."""
    return len(plain) <= 90 and _ORGAN_LINE.match(plain) is not None


_COMPANY_PAGE = re.compile(r"(?:版权所有|主办|©)[^。]{0,40}?公司|公司官网|^[\u4e00-\u9fff]{4,24}有限公司$", re.MULTILINE)


def is_company_page(lines: tuple[HeadLine, ...]) -> bool:
    """Whether a page belongs to a company that reposts policies: its dates are those of the repost."""
    edges = [*lines[:40], *lines[-40:]] if len(lines) > 80 else list(lines)
    return len(lines) > 30 and _COMPANY_PAGE.search("\n".join(line.plain for line in edges)) is not None
