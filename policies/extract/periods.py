"""Periods that a clause names: 上年度 Y-1, 当年 Y0, 近三年 Y-3..Y-1, 近6个月 M-6..M-1, 2023年 2023."""

from __future__ import annotations

import re

from features.catalogue import load_catalogue
from policies.extract.bounds import behind_mark
from policies.numerals import number

_N = r"(?P<n>\d{1,2}|[一二两三四五六七八九十]{1,2})"
_PATTERNS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(rf"(?:近|最近|前|过去|连续近|此前|申报前|申请前){_N}个?(?:完整)?(?:会计|自然|财政|财务|纳税)?年度?"), "years"),
    (
        re.compile(rf"(?<![起后日])(?<!毕业)(?<!成立)(?<!注册)(?<!设立){_N}年(?:以?内|之内|来)"),
        "years",
    ),  # 自注册之日起一年内, 毕业2年内 count from then on
    (re.compile(rf"连续{_N}个?(?:会计|自然|财政)?年度?"), "years"),
    (re.compile(r"(?:近|最近|前|过去|连续近?)(?P<m>\d{1,2}|[一二两三四五六七八九十]{1,3})个月"), "months"),
    (
        re.compile(
            r"(?P<y1>20\d{2})年(?P<m1>\d{1,2})(?:月(?:\d{1,2}日)?(?:\(含\))?(?:起)?)?(?:至|到|-|—{1,2}|~)(?:(?P<y2>20\d{2})年)?(?P<m2>\d{1,2})月(?:\d{1,2}日)?(?:期间|"
            r"之间|内)?"
        ),
        "dates",
    ),
    (
        re.compile(
            r"(?P<y1>20\d{2})(?:年度?)?(?:、20\d{2}(?:年度?)?){0,3}(?:、|和|及|与|或)(?P<y2>20\d{2})(?:年度?(?!\d)(?:连续[两二三四五]年)?|(?=连续[两二三四五]年)连续[两二三四五]年)"
        ),
        "span",
    ),
    (re.compile(r"(?P<y1>20\d{2})年?(?:至|-|—|~|到)(?P<y2>20\d{2})年度?(?!\d)(?:连续[两二三四五]年)?"), "span"),
    (
        re.compile(
            r"(?P<y>20\d{2})年(?:(?:\d{1,2}月)?(?:\d{1,2}日)?至今|(?:1月(?:1日)?)?(?:\(含\))?(?:起|以来|[以之]?后(?=首次|新(?!设|成立|注册|落户|引进|迁入|办))))"
        ),
        "since",
    ),
    (re.compile(r"(?<![比较])(?P<y>20\d{2})年度?第?(?P<q>[一二三四1-4])季度"), "quarter"),
    (re.compile(r"(?<![比较])(?P<y>20\d{2})年度?(?P<h>[上下])半年"), "half"),
    (re.compile(r"(?<![比较])(?P<y>20\d{2})(?:年度|年内|年(?!\d|[一二三四五六七八九十1-9]\d?月))"), "year"),
    (re.compile(r"(?<![比较上])上上上一?(?:会计|自然)?年度?"), "Y-3"),
    (re.compile(r"(?<![比较上])上上一?(?:会计|自然)?年度?"), "Y-2"),
    (
        re.compile(r"(?<![比较上])上一?个?(?:会计|自然|财政|财务|纳税)?年(?:度|末)?|(?<![比较])去年|前一(?:会计)?年度?|往年度"),
        "Y-1",
    ),
    (re.compile(r"当年度?|本年度?(?!报告)|申报年度|申请年度|今年"), "Y0"),
    (
        re.compile(
            r"(?:当年度?|本年度|申报年度|申请年度|申报当年)(?:以?及|和|与|、)(?:其)?(?:上一?|前一)(?:会计)?年度?|(?<![比较])(?:上一?|前一)(?:会计)?年度?(?:以?及|和|与|、)(?:当年度?|本年度|申报年度|申请年度|申报当年)"
        ),
        "Y-1..Y0",
    ),
)


def period_in(text: str, start: int, end: int) -> tuple[str, int, int] | None:
    """The last period named in `text[start:end]`, with its span; None if none.

    >>> period_in("上一年度营业收入", 0, 8), period_in("近三年无违法记录", 0, 8)
    (('Y-1', 0, 4), ('Y-3..Y-1', 0, 3))
    """
    best: tuple[str, int, int] | None = None
    for pattern, kind in _PATTERNS:
        for m in pattern.finditer(text, start, end):
            value = _value(m, kind)
            if value is not None and (best is None or (m.end(), -m.start()) > (best[2], -best[1])):
                best = value, m.start(), m.end()
    return best


def _value(m: re.Match[str], kind: str) -> str | None:
    if kind == "years":
        n = number(m["n"])
        if n is None or not 1 <= n <= 10:
            return None
        return "Y-1" if n == 1 else f"Y-{n}..Y-1"
    if kind == "months":
        n = number(m["m"])
        return None if n is None or not 1 <= n <= 60 else f"M-{n}..M-1" if n > 1 else "M-1"
    if kind == "dates":
        low, high = f"{m['y1']}-{int(m['m1']):02d}", f"{m['y2'] or m['y1']}-{int(m['m2']):02d}"
        good = 1 <= int(m["m1"]) <= 12 and 1 <= int(m["m2"]) <= 12 and low < high
        return f"{low}..{high}" if good else None
    if kind == "quarter":
        last = 3 * ("一二三四".find(m["q"]) + 1 or int(m["q"]))
        return f"{m['y']}-{last - 2:02d}..{m['y']}-{last:02d}"
    if kind == "half":
        return f"{m['y']}-01..{m['y']}-06" if m["h"] == "上" else f"{m['y']}-07..{m['y']}-12"
    if kind == "span":
        return f"{m['y1']}..{m['y2']}" if m["y1"] < m["y2"] else None
    if kind == "since":
        return f"{m['y']}..Y0"
    if kind == "year":
        return m["y"]
    return kind


def year_of_list(text: str, comma: int, clause: int, fact: str) -> str | None:
    """2015年营业收入…、营业收入增长…、利润…: a year named at the head of a 、 list holds for all of it that has years."""
    known = load_catalogue().definitions.get(fact)
    if known is not None and known.period == "none":
        return None
    named = period_in(text, comma, clause) if clause > comma else None
    return named[0] if named is not None and named[1] - comma <= 4 else None


_OF_TIME = re.compile(r"(?:对于?|凡|在|自|截[至止]|期间|内|间|起|的)*")


def period_ahead(text: str, start: int, clause: int) -> tuple[str, int, int] | None:
    """2024年至2026年期间，年出口额…: a comma piece that is nothing but a time holds for the bound behind it."""
    if clause - 1 <= start or text[clause - 1] != "，":
        return None
    low = behind_mark(text, start, clause - 1, "，；。：\n")
    named = period_in(text, low, clause - 1) if clause - low <= 30 else None
    if named is None or not _OF_TIME.fullmatch(text[low : named[1]] + text[named[2] : clause - 1]):
        return None
    if ".." in named[0] and text.startswith("对", clause):
        return None  # 2023—2025年，对年出口额…的企业: how long the promise holds
    return named


_MONTHS = re.compile(r"20\d\d-\d\d\.\.20\d\d-\d\d")
_WHOLE_YEARS = re.compile(r"(?P<low>20\d\d)-01\.\.(?P<high>20\d\d)-12")


def in_years(period: str | None, fact: str) -> str | None:
    """2022年1月至12月 as the year it is, for a fact that has one value a year; empty for months that make no year of it."""
    known = load_catalogue().definitions.get(fact)
    if period is None or known is None or known.period != "year" or not _MONTHS.fullmatch(period):
        return period
    whole = _WHOLE_YEARS.fullmatch(period)
    return "" if whole is None else whole["low"] if whole["low"] == whole["high"] else f"{whole['low']}..{whole['high']}"


_WITHIN = re.compile(r"[一二两三四五六七八九十\d]{1,2}年[之以]?内")


def until(text: str, named: tuple[str, int, int], fact: str) -> bool:
    """一年内实缴资本达到…: until when something that has no years is reached, and no years before the application."""
    known = load_catalogue().definitions.get(fact)
    return known is not None and known.period == "none" and _WITHIN.fullmatch(text, named[1], named[2]) is not None


def another_verb(text: str, start: int, end: int, fact: str) -> bool:
    """当年新引进且总投资5亿元以上的项目: the year is that of another verb; a fact without years (总投资) takes one only right before it."""
    known = load_catalogue().definitions.get(fact)
    timeless = known is not None and known.period == "none"
    between = text[start:end]
    return bool(re.search(r"且|并|的、", between)) or (
        timeless and re.fullmatch(r"(?:内|的|累计|新增|实际|完成|获得?|取得|已|共|授权|登记)*", between) is None
    )
