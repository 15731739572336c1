"""Periods, durations and calendar shifts, with the meaning the interchange contract's oracle gives them.

A period names years or months relative to an as-of date (`Y-1`, `Y-3..Y-1`, `M-12..M-1`) or absolutely
(`2023`, `2023-01..2023-12`).
"""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from features.errors import PeriodError

YEARLY_DEFAULT = "Y-1"
MONTHLY_DEFAULT = "M-1"
MAX_YEARS = 100  # a longer period is a mistake in the rule

_RELATIVE = re.compile(r"([YM])([+-]?\d{1,4})")
_ABSOLUTE = re.compile(r"\d{4}(-(0[1-9]|1[0-2]))?")
_DURATION = re.compile(r"P(?:(\d{1,4})Y)?(?:(\d{1,5})M)?(?:(\d{1,5})W)?(?:(\d{1,6})D)?")


@dataclass(frozen=True, slots=True)
class Duration:
    """An ISO 8601 duration of years, months, weeks and days."""

    months: int
    days: int


def parse_duration(text: str) -> Duration:
    """Read `P1Y6M` and its like.

    >>> parse_duration("P1Y6M")
    Duration(months=18, days=0)

    Raises PeriodError where the text is no such duration.
    """
    m = _DURATION.fullmatch(text)
    if not m or text == "P":
        raise PeriodError(f"“{text}”不是有效的时长;应为 P1Y、P6M、P30D 一类的 ISO 8601 写法")
    years, months, weeks, days = (int(x or 0) for x in m.groups())
    return Duration(years * 12 + months, weeks * 7 + days)


def shift_months(day: date, months: int) -> date:
    """Calendar shift; a day that the target month lacks becomes that month's last day."""
    year, month0 = divmod(day.year * 12 + day.month - 1 + months, 12)
    if not 1 <= year <= 9999:
        raise PeriodError("日期推算超出公元 1 年至 9999 年的范围;请检查规则中的时长")
    return date(year, month0 + 1, min(day.day, monthrange(year, month0 + 1)[1]))


def shift_back(day: date, duration: str) -> date:
    """`day` moved back by an ISO 8601 duration: years and months first, then weeks and days."""
    parsed = parse_duration(duration)
    moved = shift_months(day, -parsed.months)
    try:
        return moved - timedelta(days=parsed.days)
    except OverflowError:
        raise PeriodError("日期推算超出公元 1 年至 9999 年的范围;请检查规则中的时长") from None


def _point(word: str, as_of: date) -> str:
    m = _RELATIVE.fullmatch(word)
    if m is None:
        if _ABSOLUTE.fullmatch(word):
            return word
        raise PeriodError(f"“{word}”不是有效的期间;应为 Y-1、M-12、2023 或 2023-01 一类的写法")
    offset = int(m[2])
    if m[1] == "Y":
        year = as_of.year + offset
        month = None
    else:
        year, month = divmod(as_of.year * 12 + as_of.month - 1 + offset, 12)
    if not 1 <= year <= 9999:
        raise PeriodError(f"期间“{word}”超出公元 1 年至 9999 年的范围")
    return f"{year:04d}" if month is None else f"{year:04d}-{month + 1:02d}"


@lru_cache(maxsize=4096)
def keys_of(period: str, as_of: date) -> tuple[str, ...]:
    """The year (`2024`) or month (`2024-07`) keys that a period covers, in order.

    >>> keys_of("Y-3..Y-1", date(2025, 3, 31))
    ('2022', '2023', '2024')

    A period from a fixed year on (2021..Y0) that has not begun yet is its first year. Raises PeriodError where the period cannot be read, mixes years with months, runs backwards or is absurdly long.
    """
    start_word, _, end_word = period.partition("..")
    start, end = _point(start_word, as_of), _point(end_word or start_word, as_of)
    if len(start) == len(end) and start > end and start == start_word and end != end_word:
        end = start  # 2027..Y0 asked in 2026: what has not begun yet covers its first year or month, where nothing is recorded
    if len(start) != len(end) or start > end:
        raise PeriodError(f"期间“{period}”的起止不一致;起点应不晚于终点,且同为年或同为月")
    if len(start) == 4:
        count = int(end) - int(start) + 1
        keys = tuple(f"{y:04d}" for y in range(int(start), int(end) + 1)) if count <= MAX_YEARS else ()
        longest = MAX_YEARS
    else:
        lo, hi = (int(p[:4]) * 12 + int(p[5:]) - 1 for p in (start, end))
        count = hi - lo + 1
        keys = tuple(f"{i // 12:04d}-{i % 12 + 1:02d}" for i in range(lo, hi + 1)) if count <= MAX_YEARS * 12 else ()
        longest = MAX_YEARS * 12
    if count > longest:
        raise PeriodError(f"期间“{period}”长达 {count} 个周期,超过上限 {longest};请检查规则")
    return keys


def is_monthly(period: str) -> bool:
    """Whether a readable period is counted in months."""
    head = period.partition("..")[0]
    return head.startswith("M") or len(head) == 7
