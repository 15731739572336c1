"""Automatic numbers of Word: 第一条, （一）, 1. are not in the paragraphs but in numbering.xml, and are worked out here.

The rules are those of ECMA-376 part 1, 17.9 (numbering definitions): a paragraph names a list (`numId`) and a level;
the list names an abstract definition whose levels give format, start and text such as 第%1条.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from lxml import etree

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_DIGITS = "〇一二三四五六七八九"
_LEGAL = "零壹贰叁肆伍陆柒捌玖"
_STEMS = "甲乙丙丁戊己庚辛壬癸"
_LEVELS = 9
_MAX_STYLE_CHAIN = 20


@dataclass(frozen=True, slots=True)
class Level:
    """One level of a list; `text` holds %1 … %9 where the numbers of the levels go."""

    start: int
    number_format: str
    text: str
    suffix: str
    legal: bool


@dataclass(frozen=True, slots=True)
class NumberedList:
    """A list as paragraphs use it: its abstract definition's id, its levels, and levels that start anew."""

    abstract_id: str
    levels: dict[int, Level]
    restarts: dict[int, int]


@dataclass(slots=True)
class Numbering:
    """Gives each numbered paragraph its label, in reading order."""

    lists: dict[str, NumberedList]
    style_lists: dict[str, tuple[str, int]]
    _counters: dict[str, list[int | None]] = field(default_factory=dict)
    _restarted: set[tuple[str, int]] = field(default_factory=set)

    def label(self, paragraph: etree._Element) -> str:
        """The label of `paragraph` with its separator, "" where it has none; to be asked once per paragraph, in order."""
        named = self._list_of(paragraph)
        if named is None:
            return ""
        list_id, level_number = named
        numbered = self.lists.get(list_id)
        if numbered is None or level_number not in numbered.levels:
            return ""
        counters = self._advance(list_id, numbered, level_number)
        level = numbered.levels[level_number]
        if level.number_format in ("bullet", "none"):
            return ""
        return _render(numbered, level, counters)

    def _advance(self, list_id: str, numbered: NumberedList, at: int) -> list[int | None]:
        counters = self._counters.setdefault(numbered.abstract_id, [None] * _LEVELS)
        restart = numbered.restarts.get(at)
        if restart is not None and (list_id, at) not in self._restarted:
            self._restarted.add((list_id, at))
            counters[at] = restart
        else:
            before = counters[at]
            counters[at] = numbered.levels[at].start if before is None else before + 1
        for deeper in range(at + 1, _LEVELS):
            counters[deeper] = None
        for above in range(at):
            if counters[above] is None and above in numbered.levels:
                counters[above] = numbered.levels[above].start
        return counters

    def _list_of(self, paragraph: etree._Element) -> tuple[str, int] | None:
        properties = paragraph.find(f"{W}pPr")
        if properties is None:
            return None
        style = _value(properties, "pStyle")
        inherited = self.style_lists.get(style or "")
        own = properties.find(f"{W}numPr")
        if own is None:
            return inherited
        list_id = _value(own, "numId") or (inherited[0] if inherited else None)
        if list_id is None or list_id == "0":
            return None
        return list_id, _whole(_value(own, "ilvl"), inherited[1] if inherited else 0)


def load_numbering(numbering: etree._Element | None, styles: etree._Element | None) -> Numbering:
    """Read the parts numbering.xml and styles.xml; either may be missing."""
    if numbering is None:
        return Numbering({}, {})
    abstract = {found.get(f"{W}abstractNumId", ""): _levels(found) for found in numbering.iterchildren(f"{W}abstractNum")}
    lists: dict[str, NumberedList] = {}
    for found in numbering.iterchildren(f"{W}num"):
        abstract_id = _value(found, "abstractNumId") or ""
        levels, restarts = dict(abstract.get(abstract_id, {})), {}
        for override in found.iterchildren(f"{W}lvlOverride"):
            at = _whole(override.get(f"{W}ilvl"), 0)
            if (start := _value(override, "startOverride")) is not None:
                restarts[at] = _whole(start, 1)
            own = override.find(f"{W}lvl")
            if own is not None:
                levels[at] = _level(own)
        lists[found.get(f"{W}numId", "")] = NumberedList(abstract_id, levels, restarts)
    return Numbering(lists, _style_lists(styles))


def _style_lists(styles: etree._Element | None) -> dict[str, tuple[str, int]]:
    """Paragraph styles that carry a list (第X条 is often a style), followed through `basedOn`."""
    if styles is None:
        return {}
    by_id = {style.get(f"{W}styleId", ""): style for style in styles.iterchildren(f"{W}style")}
    found: dict[str, tuple[str, int]] = {}
    for style_id in by_id:
        at: str | None = style_id
        for _ in range(_MAX_STYLE_CHAIN):
            style = by_id.get(at or "")
            if style is None:
                break
            numbered = style.find(f"{W}pPr/{W}numPr")
            if numbered is not None and (list_id := _value(numbered, "numId")):
                if list_id != "0":
                    found[style_id] = (list_id, _whole(_value(numbered, "ilvl"), 0))
                break
            at = _value(style, "basedOn")
    return found


def _levels(definition: etree._Element) -> dict[int, Level]:
    return {_whole(found.get(f"{W}ilvl"), 0): _level(found) for found in definition.iterchildren(f"{W}lvl")}


def _level(found: etree._Element) -> Level:
    return Level(
        start=_whole(_value(found, "start"), 1),
        number_format=_value(found, "numFmt") or "decimal",
        text=_value(found, "lvlText") or "",
        suffix=_value(found, "suff") or "tab",
        legal=found.find(f"{W}isLgl") is not None,
    )


def _render(numbered: NumberedList, level: Level, counters: list[int | None]) -> str:
    label = level.text
    for at in range(_LEVELS):
        mark = f"%{at + 1}"
        if mark in label:
            number_format = numbered.levels[at].number_format if at in numbered.levels else "decimal"
            label = label.replace(mark, written(counters[at] or 1, "decimal" if level.legal else number_format))
    return label + ("" if level.suffix == "nothing" or not label else " ")


def written(number: int, number_format: str) -> str:
    """`number` in one of Word's formats; decimal for the ones that no Chinese policy uses.

    >>> [written(n, "chineseCounting") for n in (3, 10, 12, 21, 105)]
    ['三', '十', '十二', '二十一', '一百零五']
    >>> written(2, "decimalEnclosedCircleChinese"), written(28, "lowerLetter"), written(4, "upperRoman")
    ('②', 'bb', 'IV')
    """
    match number_format:
        case "chineseCounting" | "chineseCountingThousand" | "japaneseCounting" | "taiwaneseCountingThousand":
            return _chinese(number)
        case "ideographDigital" | "taiwaneseDigital" | "japaneseDigitalTenThousand" | "taiwaneseCounting":
            return "".join(_DIGITS[int(digit)] for digit in str(number))
        case "chineseLegalSimplified" | "ideographLegalTraditional":
            return "".join(_LEGAL[int(digit)] for digit in str(number)) if number < 10 else _chinese(number)
        case "ideographTraditional" if number <= len(_STEMS):
            return _STEMS[number - 1]
        case "decimalEnclosedCircle" | "decimalEnclosedCircleChinese" if number <= 20:
            return chr(0x2460 + number - 1)
        case "decimalEnclosedParen" if number <= 20:
            return chr(0x2474 + number - 1)
        case "decimalFullWidth" | "decimalFullWidth2":
            return "".join(chr(0xFF10 + int(digit)) for digit in str(number))
        case "decimalZero":
            return f"{number:02d}"
        case "lowerLetter" | "upperLetter":
            letter = chr(ord("a" if number_format == "lowerLetter" else "A") + (number - 1) % 26)
            return letter * min((number - 1) // 26 + 1, 9)
        case "lowerRoman":
            return _roman(number).lower()
        case "upperRoman":
            return _roman(number)
        case _:
            return str(number)


def _chinese(number: int) -> str:
    """Chinese counting numerals below 10,000."""
    if not 0 < number < 10_000:
        return str(number)
    parts, zero = "", False
    for size, unit in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = number // size % 10
        if digit:
            parts += ("零" if zero and parts else "") + _DIGITS[digit] + unit
        zero = not digit
        number %= size
        if not number:
            break
    return parts[1:] if parts.startswith("一十") else parts


def _roman(number: int) -> str:
    if not 0 < number < 4000:
        return str(number)
    parts = ""
    for value, mark in (
        (1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"),
        (50, "L"), (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"),
    ):  # fmt: skip
        parts += mark * (number // value)
        number %= value
    return parts


def _value(parent: etree._Element, name: str) -> str | None:
    child = parent.find(f"{W}{name}")
    return None if child is None else child.get(f"{W}val")


def _whole(written_number: str | None, otherwise: int) -> int:
    text = (written_number or "").strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else otherwise
