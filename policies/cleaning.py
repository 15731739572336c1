"""A clean copy of a text for the grammars, with an offset map back into the text as it stands.

Cleaning never changes meaning and never moves evidence: full-width forms become half-width, traditional characters
simplified (OpenCC, length-preserving), blanks inside Chinese go, furniture lines (page numbers, repeated running heads)
go, and lines that a page wrapped inside a sentence are joined. Every character of the copy knows where it came from.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass
from functools import cache

from policies.diagnostics import Diagnostic, info, warning
from policies.marking import NO_UNIT, begins_part, field_of, is_field, opens_field

_KEEP = set("①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳…·㎡㎥№℃")
_FIXED = {
    "，": "，", ",": "，", "；": "；", ";": "；", "：": "：", ":": "：", "∶": "：", "﹕": "：", "？": "？", "?": "？", "！": "！", "!": "！",
    "（": "(", "）": ")", "【": "【", "】": "】", "〖": "【", "〗": "】", "〔": "(", "〕": ")", "［": "[", "］": "]", "％": "%", "．": ".", "／": "/",
    "～": "~", "〜": "~", "∼": "~", "﹣": "-", "－": "-", "–": "-", "—": "—", "―": "—", "─": "—", "﹪": "%", "＋": "+",
    "“": "“", "”": "”", "„": "“", "\u3000": " ", "\xa0": " ", "\u200b": " ", "\ufeff": " ", "\t": "\t", "､": "、",
}  # fmt: skip
_TERMINAL = "。；：！？…"
_MARK = re.compile(
    r"\s*(?:第\s*[\d一二三四五六七八九十百千零○〇\s]{1,8}\s*[条章节编款]|[(（]?[一二三四五六七八九十]{1,3}[)）、.．]|"
    rf"\d{{1,2}}\.\d{{1,2}}(?={NO_UNIT}[一-龥][^，；。：\n]{{2,30}}$)|"
    r"[(（]\s*\d{1,2}\s*[)）]|\d{1,2}\s*(?:[.．、)）](?!\d)|[.．](?=20\d\d年))|[①-⑳]|附件|附\s*则|[●◆■▲★□○◇•➢※]|【)"
)
_MARKUP = re.compile(r"\||#{2,6}|#(?!\d)|>|-{3}|-(?=[一-龥]{2,10}：)")  # a row of a table, a heading, a quotation, a rule, a field
_CARD_LABEL = re.compile(
    r"\s*(?:依据文件|政策依据|发文机构|发文字号|发布日期|发文时间|发布时间|工具分类|服务对象|服务内容|条件要求|服务流程|办理流程|"
    r"时间/频度|联络方式|联系方式)(?:\s|$|[:：])"
)


@dataclass(frozen=True, slots=True)
class CleanText:
    """The clean copy: `text`, and `offsets[i]`, where its character i stands in the source (len(text) entries)."""

    text: str
    offsets: tuple[int, ...]
    source_length: int
    diagnostics: tuple[Diagnostic, ...] = ()

    def source_span(self, start: int, end: int) -> tuple[int, int]:
        """The source offsets of `text[start:end]`; an empty span stays empty."""
        if not self.offsets:
            return 0, 0
        first = self.offsets[min(max(start, 0), len(self.offsets) - 1)]
        if end <= start:
            return first, first
        return first, self.offsets[min(end, len(self.offsets)) - 1] + 1


def clean(text: str) -> CleanText:
    """The clean copy of `text`.

    >>> clean("给予１０％的補貼 。").text
    '给予10%的补贴。'
    """
    simplified, notes = _simplify(text)
    lines = [_clean_line(simplified, start, end) for start, end in _line_spans(simplified)]
    kept = _whole_labels(_without_furniture([line for line in lines if line]))
    characters: list[str] = []
    offsets: list[int] = []
    for line, joined in _joined(kept, simplified):
        if characters and not joined:
            characters.append("\n")
            offsets.append(line[0][1] - 1 if line[0][1] else 0)
        characters.extend(c for c, _ in line)
        offsets.extend(o for _, o in line)
    if _PRIVATE.search(text):
        _repair_points(characters)
        notes.append(warning("private-use-character", "文本含有私用区字符，数字中的小数点可能因此缺失，请核对原件"))
    cuts = _stop_where_none_is(characters)
    if cuts:
        words = f"有文字连续{_LONGEST}字以上没有句号或分号,解读时在逗号处断开,请核对这一段"
        notes.append(warning("no-end-of-sentence", words, offsets[max(cuts[0] - 20, 0)], offsets[cuts[0]] + 1))
    return CleanText("".join(characters), tuple(offsets), len(text), tuple(notes))


_LONGEST = 2000  # characters; the longest sentence of the policies that we have seen is shorter
_STOPS = frozenset("。；！？\n")


def _stop_where_none_is(characters: list[str]) -> list[int]:
    """Turn a comma (the mark of a list where there is none) into a semicolon wherever no sentence has ended for `_LONGEST` characters; where those are.

    A file that lost its marks would be one sentence, and what a promise asks is looked for in all of its sentence.

    >>> line = list("一" * 1500 + "，" + "二" * 1500)
    >>> _stop_where_none_is(line), line[1500]
    ([1500], '；')
    """
    cuts: list[int] = []
    begins, comma, listed = 0, -1, -1
    for at, char in enumerate(characters):
        if char in _STOPS:
            begins = at + 1
        elif char == "，":
            comma = at
        elif char == "、":
            listed = at
        if at - begins < _LONGEST:
            continue
        cut = comma if comma >= begins else listed if at - begins >= 2 * _LONGEST else -1
        if cut >= begins:
            characters[cut] = "；"
            cuts.append(cut)
            begins = cut + 1
    return cuts


_Line = list[tuple[str, int]]
_PRIVATE = re.compile("[\ue000-\uf8ff]")


def _simplify(text: str) -> tuple[str, list[Diagnostic]]:
    """Simplified characters of the same length; `tw2s` only for a text that is traditional to begin with."""
    sample = text[:200_000]
    converted = _converter("t2s")(sample)
    changed = sum(a != b for a, b in zip(sample, converted, strict=False))
    if not changed:
        return text, []
    traditional = changed > max(20, len(sample) // 100)
    result = _converter("tw2s" if traditional else "t2s")(text)
    if len(result) != len(text):
        return text, [warning("script-not-length-preserving", "繁简转换改变了文本长度，未作转换")]
    return result, [info("traditional-script", "文本为繁体字形，已在副本上转为简体后解析")] if traditional else []


@cache
def _converter(config: str):  # type: ignore[no-untyped-def]
    """The OpenCC converter's function; loading a table takes some 70 ms, so each is loaded once."""
    from opencc import OpenCC

    return OpenCC(config).convert


def _line_spans(text: str) -> list[tuple[int, int]]:
    """Offsets of the non-blank lines of `text`."""
    spans, position = [], 0
    for line in text.splitlines(keepends=True):
        if line.strip():
            spans.append((position, position + len(line)))
        position += len(line)
    return spans


def _clean_line(text: str, start: int, end: int) -> _Line:
    """The characters of one line with their offsets: forms folded, blanks inside Chinese dropped."""
    folded = "".join(map(_FOLDED.__getitem__, text[start:end]))
    words = folded.strip()
    begin = start + folded.find(words)
    line = list(zip(words, range(begin, begin + len(words)), strict=True))
    if _BLANK.search(words):
        line = _without_blanks(line)
    if "**" in words:
        line = _without_emphasis(line)
    return _fold_numbers(line) if _IN_NUMBER.search(words) else line


class _Folding(dict[str, str]):
    """What stands for each character in the copy, worked out when it is first met."""

    def __missing__(self, char: str) -> str:
        self[char] = folded = _fold(char)
        return folded


def _fold(char: str) -> str:
    if char in _FIXED:
        return _FIXED[char]
    if char in _KEEP or "\u4e00" <= char <= "\u9fff":
        return char
    normal = unicodedata.normalize("NFKC", char)
    folded = normal if len(normal) == 1 else char
    return " " if folded in "\r\n\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029" else folded


_FOLDED = _Folding()
_BLANK = re.compile(r"\s")
_IN_NUMBER = re.compile(r"[，：]\**\s*[\d①-⑨]")


def _without_blanks(raw: _Line) -> _Line:
    line: _Line = []
    for index, (char, offset) in enumerate(raw):
        if char.isspace() and char != "\t":
            before = line[-1][0] if line else ""
            after = next((c for c, _ in raw[index + 1 : index + 12] if not c.isspace()), "")
            if not (_latin(before) and _latin(after)):
                continue
            char = " "
        line.append((char, offset))
    return line


def _without_emphasis(line: _Line) -> _Line:
    """Without the double asterisks that only set words in bold: **100万元**."""
    starred = [i for i in range(len(line) - 1) if line[i][0] == line[i + 1][0] == "*"]
    if not starred:
        return line
    gone = {*starred, *(i + 1 for i in starred)}
    return [pair for i, pair in enumerate(line) if i not in gone]


def _latin(char: str) -> bool:
    return char.isascii() and char.isalpha()


def _fold_numbers(line: _Line) -> _Line:
    """Commas and colons between digits are part of the number (1,000万; 1:1), elsewhere punctuation."""
    folded = list(line)
    for index in range(1, len(folded) - 1):
        char = folded[index][0]
        if char in "，：" and folded[index - 1][0].isdigit() and folded[index + 1][0].isdigit():
            if char == "，" and not _thousands(folded, index):
                continue
            folded[index] = (("," if char == "，" else ":"), folded[index][1])
    return folded


def _thousands(line: _Line, index: int) -> bool:
    """Whether exactly three digits follow the comma at `index`."""
    tail = [c for c, _ in line[index + 1 : index + 5]]
    return len(tail) >= 3 and all(c.isdigit() for c in tail[:3]) and not (len(tail) == 4 and tail[3].isdigit())


def _repair_points(characters: list[str]) -> None:
    """A private-use character between two digits stands for a lost decimal point."""
    for index in range(1, len(characters) - 1):
        char = characters[index]
        if _PRIVATE.match(char) and characters[index - 1].isdigit() and characters[index + 1].isdigit():
            characters[index] = "."


def _without_furniture(lines: list[_Line]) -> list[_Line]:
    """Lines without page numbers and running heads (the same words three times or more)."""
    words = ["".join(c for c, _ in line) for line in lines]
    repeated = {w for w, n in Counter(words).items() if n >= 3 and 6 <= len(w) <= 40 and w[-1] not in _TERMINAL}
    repeated = {w for w in repeated if not _MARK.match(w) and not _MARKUP.match(w) and not _label_like(w) and "：" not in w}
    pages = [i for i, word in enumerate(words) if _PAGE.fullmatch(word)]
    heads = {words[i] for at in pages for i in (at - 1, at + 1) if 0 <= i < len(words) and _is_head(words, i)}
    return [
        line
        for line, word in zip(lines, words, strict=True)
        if word not in repeated and word not in heads and not _PAGE.fullmatch(word)
    ]


_HALF = 2  # characters of half a label


def _whole_labels(lines: list[_Line]) -> list[_Line]:
    """服务 over 对象, the name of a field broken in two by its narrow column, made whole again."""
    result: list[_Line] = []
    for line in lines:
        before = result[-1] if result else []
        if len(before) == _HALF == len(line) and _CARD_LABEL.fullmatch("".join(c for c, _ in (*before, *line))):
            result[-1] = [*before, *line]
        else:
            result.append(line)
    return result


_PAGE = re.compile(r"[-—–]?\d{1,4}[-—–]?|第\d{1,4}页(?:[/，]?共\d{1,4}页)?|\d{1,4}/\d{1,4}")


def _is_head(words: list[str], index: int) -> bool:
    """Whether a line beside the number of a page is the title once more."""
    return index > 0 and words[index] == words[0] and 6 <= len(words[0]) <= 40


def _label_like(word: str) -> bool:
    return bool(re.search(r"(?:条件|标准|对象|期限|材料|流程|内容|方式|要求)$", word))


def _width(words: str) -> float:
    """How wide a line is printed, in Chinese characters: digits and small letters take half of one, capitals (FDA、WHO) more."""
    return len(words) - 0.5 * len(words.encode("ascii", "ignore")) + 0.2 * len(_CAPITAL.findall(words))


_CAPITAL = re.compile("[A-Z]")


def _joined(lines: list[_Line], source: str) -> list[tuple[_Line, bool]]:
    """Each line with whether it continues the one before (a hard wrap inside a sentence)."""
    words = ["".join(c for c, _ in line) for line in lines]
    widths = [_width(source[line[0][1] : line[-1][1] + 1]) for line in lines]  # as set, with the blanks beside its figures
    wrapped = _is_hard_wrapped(words, widths)
    full = sorted(widths)[int(len(widths) * 0.9)] if wrapped else 1e9
    result: list[tuple[_Line, bool]] = []
    depth = 0
    for index, line in enumerate(lines):
        joined = False
        if index and not _blank_between(source, lines[index - 1], line):
            slack = 4.5 if _MARK.match(words[index - 1]) or not result[-1][1] else 2.5  # a paragraph's first line is set in
            joined = _continues(words[index - 1], words[index], widths[index - 1], widths[index] - slack, wrapped, depth)
            joined = joined or _fills_line(words[index - 1], words[index], widths[index - 1], full)
            joined = joined or (_page_between(source, lines[index - 1], line) and _left_open(words[index - 1], words[index]))
        opened = _open_brackets(words[index])
        depth = max(0, (depth if joined else 0) + opened)
        result.append((line, joined))
    return result


def _blank_between(source: str, before: _Line, after: _Line) -> bool:
    """Whether a blank line parts two lines; the blanks around a page number or running head do not count."""
    gap = source[before[-1][1] + 1 : after[0][1]]
    return gap.count("\n") >= 2 and not gap.strip()


def _page_between(source: str, before: _Line, after: _Line) -> bool:
    """Whether a running head or a page number, which is no part of the copy, stands between two lines."""
    return any(line.strip() for line in source[before[-1][1] + 1 : after[0][1]].splitlines()[1:-1])


def _left_open(before: str, after: str) -> bool:
    """Whether a page ends inside a sentence: 对获得示范基地的，当年分|别奖励3万元; a heading or the name of a field is not left open."""
    if before[-1] in _TERMINAL or _width(before) < 20 or _MARKUP.match(before) or _MARKUP.match(after) or "\t" in before + after:
        return False
    return not (_MARK.match(after) or _CARD_LABEL.match(after) or field_of(after) or begins_part(after) or _label_like(before))


def _fills_line(before: str, after: str, width: float, full: float) -> bool:
    """A sentence that ends where the page ends does not end its paragraph."""
    return (
        width >= full - 2.5 - (2 if _MARK.match(before) else 0)
        and width <= full + 4
        and before[-1] in "。；"
        and not _MARK.match(after)
        and not _CARD_LABEL.match(after)
        and field_of(after) is None
        and len(after) > 1
    )


def _is_hard_wrapped(words: list[str], widths: list[float]) -> bool:
    """Whether lines of the document break inside sentences at a page width."""
    pairs = [(a, b, wa) for a, b, wa in zip(words, words[1:], widths, strict=False) if wa >= 20 and wa <= 60 and not _MARK.match(b)]
    inside = sum(a[-1] not in _TERMINAL for a, _, _ in pairs)
    return len(pairs) >= 4 and inside >= 0.5 * len(pairs)


def _continues(before: str, after: str, width_before: float, width_after: float, wrapped: bool, depth: int) -> bool:
    """Whether `after` goes on with the sentence that `before` left open."""
    if _MARKUP.match(before) or _MARKUP.match(after) or before.count("|") >= 2 or after.count("|") >= 2:
        return False
    if opens_field(after) or begins_part(after) or is_field(after) or is_field(before):
        return False
    if not before or not after or before[-1] in _TERMINAL or _MARK.match(after) or _CARD_LABEL.match(after):
        return bool(before and after and before[-1] not in "。；：！？" and depth > 0 and _inside(after))
    if _CARD_LABEL.fullmatch(before) or "\t" in before or "\t" in after:
        return False
    if depth > 0 and width_before >= 10:
        return True
    if width_before >= 60:
        return after[0] not in "“《" or not wrapped
    if not wrapped or width_before < 14:
        return False
    if before[-1].isdigit() or before[-1] in "万亿第" or after[0] in "元万亿%年月":
        return True
    if before[-1] in "，、" or after[0] in "，。；、)）”》%":
        return True
    if after in before:
        return False
    return width_after <= width_before


def _inside(after: str) -> bool:
    """Inside an open bracket a line that begins with a number is still the same sentence if it has no mark's blank."""
    return bool(re.match(r"\d", after)) and not re.match(r"\d{1,2}[.、]\D", after)


def _open_brackets(word: str) -> int:
    opened = sum(word.count(c) for c in "(《“")
    return opened - sum(word.count(c) for c in ")》”")
