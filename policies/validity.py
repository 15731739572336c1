"""When a document was issued, and from when until when it is in force: a small grammar of dates.

`effective_to` is the last day in force: 自2017年1月1日起施行，有效期5年 ends on 2021-12-31. Days of application (申报时间) are
no validity; only sentences that speak of the document itself, or of nothing else, are read.
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

_DIGIT = {character: index % 10 for index, character in enumerate("〇一二三四五六七八九")} | {"○": 0, "零": 0, "O": 0}
_YEAR = r"(?:[12]\d{3}|[二一][〇○零O一二三四五六七八九]{3})"
_ONE = r"(?:\d{1,2}|[一二三四五六七八九十]{1,3})"
DATE = rf"{_YEAR}年(?:度|{_ONE}月(?:{_ONE}日?)?)?|{_YEAR}[-/.]\d{{1,2}}[-/.]\d{{1,2}}"
_DATE = re.compile(rf"({_YEAR})(?:年(?:度|({_ONE})月(?:({_ONE})日?)?)?|[-/.](\d{{1,2}})[-/.](\d{{1,2}}))")
_COUNT = r"(?:\d{1,3}|[一二两三四五六七八九十]{1,3})"
_FORCE = r"(?:正式)?(?:施行|实施|执行|试行|生效|实行|启用|有效|起算)"

_FROM_DATE = re.compile(rf"(?:自|从|于)({DATE})(?:\d{{1,2}}时)?(?:之日|零时)?(?:起|开始)?(?:正式)?{_FORCE}")
_SINCE_DATE = re.compile(rf"(?:自|从)({DATE})(?:之日)?(?:起|开始)")
_DATE_ON = re.compile(rf"({DATE})(?:之日)?起(?:正式)?{_FORCE}?")
_FROM_ISSUE = re.compile(
    rf"(?:自|从)(?:本[\u4e00-\u9fff]{{1,6}})?(?:印发|发布|公布|颁布|下发|下文|发文|签发|公告)之?日(?:起|后)?"
    rf"(?:满)?(?:({_COUNT})(日|天|个?工作日|个月|年)(?:后|起|之后|以后))?起?(?:正式)?{_FORCE}?"
)
_YEARS = re.compile(
    rf"(?:有效期|有效期限|执行期限?|实施期限?|试行期|试行|施行期|政策期限|适用期限?|(?<=[，,；;（(])期限|暂定)(?:限)?(?:为|暂定|是|暂定为|:|：)?({_COUNT})(年半|年|个月)"
)
_YEARS_BEFORE = re.compile(rf"(?:(?:暂定|为期|试行)|之日起|(?<=日)起)({_COUNT})(年半|年|个月)(?:内)?(?:有效期?|止)?(?=[，。；]|$)")
_UNTIL = re.compile(
    rf"(?:有效期|有效期限|执行期限?|实施期限?|施行|实施|执行|有效|试行|延长|延续|延至|截止)[^。；;\d]{{0,8}}?(?:至|到|截止到?|截至)({DATE})"
)
_UNTIL_STOP = re.compile(rf"(?:至|到)({DATE})(?:止|废止|失效|截止|自动失效|自行废止|有效)")
_EXPIRES = re.compile(rf"({DATE})(?:后|起)?(?:自动|自行)?(?:失效|废止|到期|终止|截止|止(?=[，。；]|$))")
_SPAN = re.compile(rf"(?:自|从)?({DATE})(?:起)?(?:至|到|—|-|～|~)({DATE})")
_TERM = r"(?:有效期限?|执行期限?|实施期限?|施行期限?|适用期限?|兑现期限?|执行时间|实施时间|试行期)"
_TERM_SINCE = re.compile(rf"{_TERM}[^。；;\d]{{0,6}}({DATE})(?:之日)?(?:起|开始)")
_DATE_IN_FORCE = re.compile(rf"({DATE})(?:之日)?起(?:正式)?{_FORCE}")
_YEAR_SPAN = re.compile(rf"{_TERM}(?:为|是|:|：)?({_YEAR})年?(?:至|到|—|-|～|~)({_YEAR})年")  # 有效期为2023-2025年
_IN_BRACKETS = re.compile(
    rf"{_TERM}[^。；;\d（(]{{0,6}}{_COUNT}(?:年|个月)[（(](?:即)?(?:自|从)?({DATE})起?(?:至|到|—|-|～|~)({DATE})"
)
_SPAN_IN_FORCE = re.compile(
    rf"{_TERM}[^。；;\d]{{0,6}}({DATE})起?(?:至|到|—|-|～|~)({DATE}|\d{{1,2}}月\d{{1,2}}日)"
    rf"|(?:自|从)({DATE})起?(?:至|到|—|-|～|~)({DATE})(?:止|有效|施行|实施|执行|试行)"
)

_SELF = re.compile(
    r"(?:(?:本|此|上述|以上|该)(?:若干|实施|暂行|试行|管理|扶持|奖励|专项)?|本[\u4e00-\u9fff]{0,8}?)"
    r"(?:办法|细则|规定|措施|政策|意见|通知|条例|文件|方案|规程|公告|指南|指引|规则|规范|规划|计划|标准|决定|制度|若干措施|十条|政策措施|目录|清单)"
)
_SELF_IN_FORCE = re.compile(
    _SELF.pattern + r"[^，,。；;]{0,24}[，,]?(?:自|从|于|有效期|适用期|兑现期|试行|施行|实施|执行|至|到|暂定|即日)"
)
_OPENS_WITH_TIME = re.compile(
    r"[（(]?(?:第[\d一二三四五六七八九十百]{1,5}条|[\d一二三四五六七八九十]{1,3}[、.．)）])?(?:自|从|(?:政策|文件|本政策)?(?:有效期|施行|执行|实施|试行))"
)
_OTHERS = re.compile(r"[《〈]|证书|资格|认定有效|协议|合同|名单|产品有效|贷款|许可证|有效期内|申报时间|申请时间|受理时间|公示")
_SENTENCE = re.compile(r"[^。；;\n]{1,400}[。；;\n]?")


@dataclass(frozen=True, slots=True)
class Validity:
    """The days from and to which a document is in force; None where it does not say. `start:end` is the sentence."""

    effective_from: date | None = None
    effective_to: date | None = None
    from_issue: bool = False
    start: int | None = None
    end: int | None = None
    term: tuple[str, str] | None = None
    """How long, where one sentence says only that (有效期三年。) and another from when."""


def read_date(words: str) -> tuple[int, int | None, int | None] | None:
    """Year, month and day of the first date in `words`, as far as given; None where there is none.

    >>> read_date("二〇二一年九月二十五日"), read_date("2022年6月"), read_date("2021-12-23")
    ((2021, 9, 25), (2022, 6, None), (2021, 12, 23))
    """
    found = _DATE.search(words)
    if found is None:
        return None
    year = _number(found[1], digits=True)
    month = _number(found[2] or found[4])
    day = _number(found[3] or found[5])
    return (year or 0), month, day


def first_day(words: str) -> date | None:
    """The first day of the date in `words` (2022年6月 -> 2022-06-01); None where there is none or no such day."""
    parts = read_date(words)
    if parts is None:
        return None
    year, month, day = parts
    return _day(year, month or 1, day or 1)


def last_day(words: str) -> date | None:
    """The last day of the date in `words` (2025年 -> 2025-12-31)."""
    parts = read_date(words)
    if parts is None:
        return None
    year, month, day = parts
    if month is not None and not 1 <= month <= 12:
        return None
    return _day(year, month or 12, day or monthrange(year, month or 12)[1] if 1 <= year <= 9999 else 0)


def whole_date(words: str) -> date | None:
    """The date in `words` where it gives the day."""
    parts = read_date(words)
    return None if parts is None or parts[1] is None or parts[2] is None else _day(parts[0], parts[1], parts[2])


def read_validity(plain: str, issued_on: date | None) -> Validity:
    """The validity that the squeezed lines of a document state; of several statements the last one about the document."""
    best = Validity()
    for found in _SENTENCE.finditer(plain):
        sentence = found[0]
        if not _speaks_of_validity(sentence):
            continue
        read = _of_sentence(sentence, issued_on)
        if read.effective_from or read.effective_to or read.from_issue or read.term:
            best = _merged(best, read, found.start(), found.end())
    return best if best.start is not None else _of_each_rule(plain)


_RULE = re.compile(
    rf"(?:^|\n)\s{{0,4}}(?:[一二三四五六七八九十]{{1,3}}、|[（(][一二三四五六七八九十]{{1,3}}[)）]|\d{{1,2}}[.．、]|第[一二三四五六七八九十]{{1,3}}条)\s{{0,2}}(?:对)?自({DATE})起?至({DATE})(?:止)?(?:期间)?[，,]"
)


def _of_each_rule(plain: str) -> Validity:
    """一、自2023年1月1日至2027年12月31日，…免征; 二、自…(the same days): what every rule of an announcement says is said of it."""
    told = list(_RULE.finditer(plain))
    if len(told) < 2 or len({(m[1], m[2]) for m in told}) != 1:
        return Validity()
    return Validity(first_day(told[0][1]), last_day(told[0][2]), start=told[0].start(), end=told[0].end())


def read_period(words: str) -> Validity:
    """The validity behind a label such as 时间/频度: 从2022年6月起, 2022年8月26日起，2025年失效, 2021年1月1日至2025年12月31日."""
    if span := _SPAN.search(words):
        return Validity(first_day(span[1]), last_day(span[2]))
    begin = _SINCE_DATE.search(words) or _DATE_ON.search(words)
    end = _EXPIRES.search(words) or _UNTIL.search(words) or _UNTIL_STOP.search(words)
    start = first_day(begin[1]) if begin else None
    until = last_day(end[1]) if end else None
    if until is None and start is not None and (years := _YEARS.search(words)):
        until = _after(start, years[1], years[2])
    return Validity(start, until)


def _speaks_of_validity(sentence: str) -> bool:
    if not re.search(r"施行|实施|执行|有效|适用期|兑现期|试行|生效|失效|为止|[日月年]止|实行|之日起|启用|废止", sentence):
        return False
    if _SELF_IN_FORCE.search(sentence):
        return True
    return _OPENS_WITH_TIME.match(sentence) is not None and not _OTHERS.search(sentence)


def _of_sentence(sentence: str, issued_on: date | None) -> Validity:
    """What one sentence says; numbers of other documents in it (《…》) are left out."""
    words = re.sub(r"《[^》]{0,120}》", "", sentence)
    begin: date | None = None
    until: date | None = None
    from_issue = False
    if span := _IN_BRACKETS.search(words):
        begin, until = first_day(span[1]), last_day(span[2])
    elif span := _SPAN_IN_FORCE.search(words):
        begin, until = first_day(span[1] or span[3]), _last_of(span[1] or span[3], span[2] or span[4])
    elif span := _YEAR_SPAN.search(words):
        begin, until = first_day(span[1] + "年"), last_day(span[2] + "年")
    if begin is None and (found := _FROM_DATE.search(words) or _TERM_SINCE.search(words) or _DATE_IN_FORCE.search(words)):
        begin = first_day(found[1])
    if begin is None and (found := _FROM_ISSUE.search(words)):
        from_issue = True
        begin = _counted_from(issued_on, found[1], found[2])
    if until is None and (found := _UNTIL.search(words) or _UNTIL_STOP.search(words) or _EXPIRES.search(words)):
        until = last_day(found[1])
    term: tuple[str, str] | None = None
    if until is None and (found := _YEARS.search(words) or _YEARS_BEFORE.search(words)):
        term = found[1], found[2]
        until = _after(begin, *term) if begin is not None else None
    return Validity(begin, until, from_issue, term=term if until is None else None)


def _last_of(first: str, last: str) -> date | None:
    """2021年1月1日至12月31日: the last day is in the year of the first."""
    return last_day(last if _DATE.search(last) else f"{first[: first.find('年') + 1]}{last}")


def _merged(before: Validity, read: Validity, start: int, end: int) -> Validity:
    """A later statement wins, but one that only gives the end keeps the beginning that stood before it."""
    begin = read.effective_from or (None if read.from_issue else before.effective_from)
    until = read.effective_to or (before.effective_to if read.effective_from is None else None)
    term = read.term or before.term
    if until is None and begin is not None and term is not None:
        until = _after(begin, *term)
    return Validity(begin, until, read.from_issue or before.from_issue, start, end, None if until else term)


def _counted_from(issued_on: date | None, count: str | None, unit: str | None) -> date | None:
    if issued_on is None or count is None or unit is None:
        return issued_on
    number = _number(count) or 0
    match unit:
        case "日" | "天":
            return issued_on + timedelta(days=number)
        case "个月" | "年":
            return _months_later(issued_on, number * (12 if unit == "年" else 1))
        case _:
            return None  # 工作日 would need a calendar of holidays


def _after(begin: date, count: str, unit: str) -> date | None:
    """The last day of so many years or months that begin on `begin`."""
    months = (_number(count) or 0) * (1 if unit == "个月" else 12) + (6 if unit == "年半" else 0)
    later = _months_later(begin, months)
    return None if later is None else later - timedelta(days=1)


def _months_later(day: date, months: int) -> date | None:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if not 1 <= year <= 9999:
        return None
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _number(words: str | None, *, digits: bool = False) -> int | None:
    """A number in Arabic or Chinese numerals below 100, or read digit by digit (二〇二一).

    >>> _number("十二"), _number("三十"), _number("二〇二一", digits=True), _number("两")
    (12, 30, 2021, 2)
    """
    if not words:
        return None
    if words.isascii() and words.isdigit():
        return int(words)
    values = _DIGIT | {"两": 2}
    if digits or "十" not in words:
        return int("".join(str(values.get(character, 0)) for character in words))
    tens, _, units = words.partition("十")
    return (values.get(tens, 1) if tens else 1) * 10 + (values.get(units, 0) if units else 0)
