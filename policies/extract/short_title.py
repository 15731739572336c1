"""A short name for an item whose clause has no heading: who it is for and what kind of benefit, in the words of the text."""

from __future__ import annotations

import re

LONGEST = 30
_MARKER = re.compile(
    r"[\s|*#>·•—－-]{0,8}(?:第[一二三四五六七八九十百]{1,5}条|[（(][一二三四五六七八九十\d]{1,3}[)）]|[一二三四五六七八九十]{1,3}、|\d{1,2}[.．、)）]|[①-⑳])?[\s|*　]{0,4}"
)
_LEAD = re.compile(r"对于?(?!外|口(?!岸)|接|标(?!准)|照|比)|凡是?(?!士)")
_BENEFIT = re.compile(r"奖励|补助|补贴|资助|贴息|扶持|减免|免征|免收|配套")
_RECEIVER = re.compile(r"(?:的|企业|公司|项目|单位|机构|平台|基地|园区|产品|团队|人才|中心|经营者|主体)$")
_SUM = re.compile(
    r"(?:给予|予以|一次性|分别|奖励|补助|补贴|资助)(?=[^，；。]{0,8}\d)"
)  # 的企业奖励10万元: the sum is no part of the name
_TIME = re.compile(r"^(?:自|从|在)?\d{4}年?(?:(?:-|—{1,2}|~|至|到)\d{4})?年(?:起|期间|度|底前|以来)?[，,]")
_BREAK = "、的或和及与"


def short_title(words: str) -> str:
    """The first phrase of a clause without its number and its 对, at most `LONGEST` characters and the kind of benefit behind it.

    >>> short_title("(四)对年度荣获国家级表彰的跨境电子商务企业,给予一次性奖励30万元。")
    '年度荣获国家级表彰的跨境电子商务企业奖励'
    >>> short_title("2.租赁场地的，按年租金的30%给予补贴。")
    '租赁场地补贴'
    """
    begun = _MARKER.sub("", words.strip(), count=1)
    begun = _TIME.sub("", begun, count=1)
    phrase = re.split(r"[，；。：,;:\n|]", _LEAD.sub("", begun, count=1) if _LEAD.match(begun) else begun, maxsplit=1)[0]
    phrase = re.sub(r"^(?:鼓励|支持)(?=[^，]{4})", "", phrase).strip(" *")
    phrase = _SUM.split(phrase)[0] or phrase
    of_someone = bool(_RECEIVER.search(phrase))
    phrase = _cut(phrase.removesuffix("的"))
    benefit = _BENEFIT.search(words)
    if not phrase:
        return "惠企事项"
    return f"{phrase}{benefit[0]}" if of_someone and benefit and not _BENEFIT.search(phrase) else phrase


def _cut(phrase: str) -> str:
    """The phrase, or where it is too long its beginning up to a joint between words."""
    if len(phrase) <= LONGEST:
        return phrase
    joint = max(phrase.rfind(mark, 12, LONGEST) for mark in _BREAK)
    return re.sub(r"[\d.“《(（]{1,30}$", "", phrase[: joint if joint > 0 else LONGEST - 1]) + "…"
