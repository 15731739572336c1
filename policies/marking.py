"""The marks of a drafter: what numbers a line, what names a field, where enumerations run on inside a line."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator

from policies.lexicon import card_labels, role_of

_CN = "一二三四五六七八九十百零〇○"
_STYLES: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("title", re.compile(r"#(?![#\d])")),
    ("section", re.compile(r"##(?!#)")),
    ("subsection", re.compile(r"#{3,6}")),
    ("chapter", re.compile(rf"第[{_CN}\d]{{1,6}}(?:章|编|节|部分)")),
    ("article", re.compile(rf"第[{_CN}\d]{{1,8}}条")),
    ("annex", re.compile(r"附件[\d一二三四五六七八九十]{0,3}(?:[:：.、]|$)")),
    ("cn", re.compile(r"[一二三四五六七八九十]{1,3}[、.]")),
    ("kind", re.compile(r"(?:项目|方向|类别|类型|专题|专项|课题)(?:\d{1,2}|[一二三四五六七八九十]{1,3})[：:]")),
    ("cn_paren", re.compile(r"\(?[一二三四五六七八九十]{1,3}\)")),
    ("num", re.compile(r"\d{1,2}(?:[.、](?!\d)|\.(?=20\d\d年)|、(?=\d))")),
    ("num_paren", re.compile(r"\(?\d{1,2}\)")),
    ("circle", re.compile(r"[①-⑳]")),
    ("letter", re.compile(r"[a-zA-Z][.、)]")),
    ("bullet", re.compile(r"[●◆■▲★□○◇•➢※]")),
)
_INLINE: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("cn_paren", re.compile(r"\(([一二三四五六七八九十]{1,3})\)")),
    ("num_paren", re.compile(r"\((\d{1,2})\)")),
    ("circle", re.compile(r"([①-⑳])")),
    ("num", re.compile(r"(?:^|(?<=[：；。]))(\d{1,2})[.、](?!\d)")),
    ("cn", re.compile(r"(?:^|(?<=[：；。]))([一二三四五六七八九十]{1,2})、")),
)
CARD = {"服务对象", "服务内容", "条件要求", "服务流程", "办理流程", "依据文件", "工具分类", "时间/频度", "联络方式"}


def lines_in(text: str) -> Iterator[tuple[int, int]]:
    position = 0
    for line in text.split("\n"):
        if line.strip():
            lead = len(line) - len(line.lstrip())
            yield position + lead, position + len(line)
        position += len(line) + 1


def pieces(text: str, start: int, end: int, used: tuple[str, ...] = ()) -> Iterator[tuple[int, int]]:
    """A line cut at its inline enumerations: `须符合：(1)…；(2)…`; each piece again at the marks of other styles inside it."""
    line = text[start:end]
    lists = [(cuts, style) for style, pattern in _INLINE if style not in used and len(cuts := _inline_cuts(line, pattern)) >= 2]
    if not lists:
        yield start, end
        return
    cuts, style = min(lists, key=lambda found: found[0][0])
    edges = [0, *(c for c in cuts if c > 0), len(line)]
    for a, b in itertools.pairwise(edges):
        if line[a:b].strip():
            yield from pieces(text, start + a, start + b, (*used, style))


_SECTION_NAME = re.compile(r"(?:^|[：；。])[一二三四五六七八九十]{1,3}、[一-龥]{2,12}$")


def _inline_cuts(line: str, pattern: re.Pattern[str]) -> list[int]:
    """Where consecutive ordinals 1, 2, 3… of one style stand behind a stop (or open the line)."""
    cuts: list[int] = []
    for match in pattern.finditer(line):
        ordinal = _ordinal(match[1])
        before = line[: match.start()].rstrip()
        if before and before[-1] not in "：；。，、！" and not (ordinal == 1 and _SECTION_NAME.search(before[-24:])):
            continue
        if not cuts and ordinal is not None and before == "" and ordinal > 1:
            cuts.append(match.start())
            expected = ordinal + 1
        elif ordinal == 1 and not cuts:
            cuts.append(match.start())
            expected = 2
        elif cuts and ordinal == expected:
            cuts.append(match.start())
            expected += 1
    return cuts


def _ordinal(word: str) -> int | None:
    if len(word) == 1 and "①" <= word <= "⑳":
        return ord(word) - ord("①") + 1
    if word.isascii() and word.isdigit():
        return int(word)
    digits = {c: i for i, c in enumerate("零一二三四五六七八九")}
    if all(c in digits for c in word) and len(word) == 1:
        return digits[word]
    if "百" in word:
        head, _, tail = word.partition("百")
        return digits.get(head, 1) * 100 + (_ordinal(tail.lstrip("零")) or 0 if tail.strip("零") else 0)
    if "十" in word:
        head, _, tail = word.partition("十")
        return (digits.get(head, 1) if head else 1) * 10 + (digits.get(tail, 0) if tail else 0)
    return None


def mark_of(line: str) -> tuple[str, int | None, int] | None:
    """Style, ordinal and length of the mark that opens `line`."""
    for style, pattern in _STYLES:
        match = pattern.match(line)
        if match is None:
            continue
        inner = re.sub(r"[第章编节部分条附件()、.:：项目方向类别型专题课]", "", match[0])
        if style == "article" and line.startswith(("第", "的", "规定", "、", "和"), match.end()):
            continue
        return style, _ordinal(inner) if inner else None, match.end()
    return None


def field_of(line: str) -> tuple[str, int] | None:
    """A field name that is the whole line or opens it; with its length."""
    match = card_labels().match(line)
    if match is None:
        return None
    rest = line[match.end() :]
    if not rest or rest[0] in "：:" or (match[0] in CARD and not rest.startswith(("的", "、", "和"))):
        return match[0], match.end() + (1 if rest[:1] in ("：", ":") else 0)
    return None


_TITLE = re.compile(r"(?!.{41})[^：；。？！|\n]{4,}")


def card_titles(text: str, lines: list[tuple[int, int]]) -> set[int]:
    """Where a line names a card: the same field (支持对象：…) opens the next line, here and below another such line."""
    heads: dict[str, list[int]] = {}
    for (start, end), (low, high) in itertools.pairwise(lines):
        field = field_of(text[low:high])
        words = text[start:end]
        if field is None or field[0] in CARD or not _TITLE.fullmatch(words):
            continue
        if mark_of(words) or field_of(words) or role_of(words):
            continue
        heads.setdefault(field[0], []).append(start)
    return {start for starts in heads.values() if len(starts) >= 2 for start in starts}
