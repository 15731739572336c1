"""Numerals as Chinese texts write them: 1,000.5, 三百二十, 二〇二四, 两千, and the scales behind them (万, 千万, 亿)."""

from __future__ import annotations

import re
from decimal import Decimal

_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {
    "〇": 0,
    "两": 2,
    "壹": 1,
    "贰": 2,
    "叁": 3,
    "肆": 4,
    "伍": 5,
    "陆": 6,
}
_SCALES = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000, "万": 10_000, "亿": 100_000_000}
_ARABIC = re.compile(r"\d+(?:\.\d+)?")


def number(word: str) -> Decimal | None:
    """The value of an Arabic or Chinese numeral, None if it is none.

    >>> number("1,000.5"), number("三百二十"), number("二〇二四"), number("两千")
    (Decimal('1000.5'), Decimal('320'), Decimal('2024'), Decimal('2000'))
    """
    plain = word.replace(",", "")
    if _ARABIC.fullmatch(plain):
        return Decimal(plain)
    whole, _, fraction = word.partition("点")
    value = _chinese(whole)
    if value is None:
        return None
    if fraction:
        if any(c not in _DIGITS for c in fraction):
            return None
        return Decimal(f"{value}." + "".join(str(_DIGITS[c]) for c in fraction))
    return Decimal(value)


def _chinese(word: str) -> int | None:
    if not word:
        return None
    if all(c in _DIGITS for c in word):
        return int("".join(str(_DIGITS[c]) for c in word))
    total = section = digit = 0
    for char in word:
        if char in _DIGITS:
            digit = _DIGITS[char]
        elif char in _SCALES:
            scale = _SCALES[char]
            if scale >= 10_000:
                section = (section + digit) * scale
                total, section = total + section, 0
            else:
                section += (digit or 1) * scale
            digit = 0
        else:
            return None
    return total + section + digit


def scale_of(word: str | None) -> int:
    """How many times the number before it: 千万 is 10,000,000, nothing is 1."""
    value = 1
    for char in word or "":
        value *= _SCALES.get(char, 1)
    return value
