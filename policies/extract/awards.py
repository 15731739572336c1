"""Prizes and places in contests: 获得国家科学技术进步奖一等奖, 中国专利金奖、优秀奖, 创新创业大赛第一名; a list of them is one leaf."""

from __future__ import annotations

import re
from dataclasses import dataclass

from policies.extract.leaf import Found, found

_GRADE = r"(?:特等奖|[一二三]等奖|优胜奖|优秀奖|金奖|银奖|铜奖|金质奖|提名奖|最佳[^，；。、]{0,8}?奖|第[一二三四五六七八九十]{1,2}(?:至[一二三四五六七八九十]{1,2})?名)"
_NAME = r"(?:《[^》]{2,20}》|“[^”]{1,16}”|[^，；。、：的()《》“”|\s\d]|(?<=第)\d|\d(?=届)){0,30}?"
_ITEM = re.compile(
    rf"(?P<name>{_NAME}(?:(?<!中)奖(?![励补金项次助惩])(?:{_GRADE})?|{_GRADE}))(?:企业|单位|项目|作品|产品|团队|者)?"
)
_GRADE_ONLY = re.compile(_GRADE)
_JOIN = re.compile(r"、|和|及|或者?|以及|与")
_GAINED = re.compile(r"(?:获得过?|荣获|获评|夺得|获)(?:了|过)?(?:当年或上一届|当届|历届)?")
_CONTEST = re.compile(
    r"(?:大赛|竞赛|挑战赛|锦标赛|博览会|科学技术|科技进步|技术发明|自然科学|专利|质量|设计|创新|标准|商标|梁希|鲁班|电影|文学|艺术)"
)
_OWN_MONEY = re.compile(r"(?:贡献|落户|引荐|经营|人才|发展|成长|扶持|配套|纳统|上规|管理)奖$")
_LEADING = re.compile(
    r"^[^“《]*?(?:获得过?|荣获|获评|获|给予|对于?|授予|在|参加|为|得|过|被|推荐)(?:当年|上一?届|当届|历届|首次|或|的)*(?=[^，；。]{2})"
)
_WON_AT = re.compile(r"(赛|会|展)(?:[中上里]?(?:荣获|获得|获)|[中上里](?=.{1,4}奖))")  # 大赛中获金奖 is 大赛金奖
_HOST = re.compile(r"(?:“[^”]{1,16}”)?[^，；。、：的()“”|\s]{0,20}?(?:大赛|竞赛|挑战赛)")
_LEVEL = re.compile(r"^(?:国家级?|全国|中国|[一-龥]{0,3}[省市]级?)")


@dataclass(frozen=True, slots=True)
class Prizes:
    """A list of prizes in one clause: each with its full name and its place."""

    items: tuple[tuple[str, int, int], ...]
    start: int
    end: int


def prize_lists(text: str, start: int, end: int) -> list[Prizes]:
    """The prizes named in `text[start:end]`, those that 、 or 和 joins together; what is no prize (奖励, 经营贡献奖) left out."""
    result: list[Prizes] = []
    position = start
    while (m := _ITEM.search(text, position, end)) is not None:
        position = m.end()
        name, at = _trimmed(text, m.start(), m.end("name"))
        name = _WON_AT.sub(r"\1", name)
        gained = bool(_GAINED.search(text, max(start, at - 14), at))
        if _GRADE_ONLY.fullmatch(name):
            name = _with_host(text, at, name)
        if _OWN_MONEY.search(name) or (not gained and not _CONTEST.search(name)) or len(name) < 3:
            continue
        items = [(name, at, m.end("name"))]
        high = m.end()
        while (join := _JOIN.match(text, high, end)) is not None:
            following = _ITEM.match(text, join.end(), end)
            if following is None:
                break
            items.append((_like(items[-1][0], following["name"]), following.start(), following.end("name")))
            high = following.end()
        position = high
        result.append(Prizes(tuple(items), at, high))
    return result


def find_awards(text: str, start: int, end: int) -> list[Found]:
    """One leaf for each list of prizes."""
    return [
        found("awards", "has_any", list(dict.fromkeys(n for n, _, _ in p.items)), p.start, p.end, origin="award/prize", rank=2)
        for p in prize_lists(text, start, end)
    ]


def _trimmed(text: str, low: int, high: int) -> tuple[str, int]:
    """The name without the words before it (对获得, 给予, 近3年获得)."""
    lead = _LEADING.match(text[low:high])
    low += lead.end() if lead else 0
    again = _LEADING.match(text[low:high])
    low += again.end() if again else 0
    return text[low:high], low


def _like(before: str, name: str) -> str:
    """A shortened name behind a full one: 国家级专利金奖、优秀奖 is 国家级专利优秀奖 too."""
    if _GRADE_ONLY.fullmatch(name):
        grade = re.search(rf"{_GRADE}$", before)
        return (before[: grade.start()] if grade else before) + name
    level = _LEVEL.match(before)
    same = level is not None and _LEVEL.match(name) is None and before[level.end() : level.end() + 2] == name[:2]
    return f"{level[0]}{name}" if level is not None and same else name


def _with_host(text: str, at: int, grade: str) -> str:
    """一等奖 alone is one of the contest named last."""
    hosts = list(_HOST.finditer(text, max(0, at - 300), at))
    return _trimmed(text, hosts[-1].start(), hosts[-1].end())[0] + grade if hosts else grade
