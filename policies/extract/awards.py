"""Prizes and places in contests: 获得国家科学技术进步奖一等奖, 中国专利金奖、优秀奖, 创新创业大赛第一名; a list of them is one leaf."""

from __future__ import annotations

import re
from dataclasses import dataclass

from policies.extract.leaf import Found, found
from policies.lexicon.sought import Sought

_GRADE = r"(?:特等奖|[一二三]等奖|优胜奖|优秀奖|金奖|银奖|铜奖|金质奖|提名奖|(?:突出|杰出|特别)贡献奖|最佳[^，；。、]{0,8}?奖|第[一二三四五六七八九十]{1,2}(?:至[一二三四五六七八九十]{1,2})?名)"
_NAME = r"(?:《[^》]{2,20}》|“[^”]{1,16}”|[^，；。、：的()《》“”|\s\d]|(?<=第)\d|\d(?=届)){0,30}?"
_ITEM = Sought(rf"(?P<name>{_NAME}(?:(?<!中)奖(?![励补金项次助惩])(?:{_GRADE})?|{_GRADE}))(?:企业|单位|项目|作品|产品|团队|者)?")
_GRADE_ONLY = re.compile(_GRADE)
_JOIN = re.compile(r"”(?:、|和|及|或者?|以及|与)?“|、|和|及|或者?|以及|与|\((?=[^()，；。]{2,20}奖\))")  # “鲁班奖”“国家优质工程奖”
_GAINED = re.compile(r"(?:获得过?|荣获|获评|夺得|获)(?:了|过)?(?:当年或上一届|当届|历届)?")
_CONTEST = re.compile(
    r"(?:大赛|竞赛|挑战赛|锦标赛|博览会|科学技术|科技进步|技术发明|自然科学|专利|质量|设计|创新|标准|商标|梁希|鲁班|电影|文学|艺术)"
)
_OWN_MONEY = re.compile(r"(?:(?<!突出)(?<!杰出)(?<!特别)贡献|落户|引荐|经营|人才|发展|成长|扶持|配套|纳统|上规|管理)奖$")
_LEADING = re.compile(
    r"^[^“《]*?(?:获得过?|荣获|获评|获|给予|对于?|授予|按照?|在|参加|为|得|过|被|推荐)(?:当年|上一?届|当届|历届|首次|或|的)*(?=[^，；。]{2})"
)
_NO_HOST = re.compile(r"^(?:按照?|对于?|获得?|其中)$")
_WON_AT = re.compile(r"(赛|会|展)(?:[中上里]?(?:荣获|获得|获)|[中上里](?=.{1,4}奖))")  # 大赛中获金奖 is 大赛金奖
_HOST = re.compile(r"(?:“[^”]{1,16}”)?[^，；。、：的()“”|\s]{0,20}?(?:大赛|竞赛|挑战赛)")
_LEVEL = re.compile(r"^(?:国家级?|全国|中国|[一-龥]{0,3}[省市]级?)")

_OF_SCIENCE = re.compile(r"(?:自然科学|技术发明|科学技术(?:进步)?|科技进步|科学技术合作|国际科技合作)奖")
"""国家自然科学奖、技术发明奖、科技进步奖: the prizes of one and the same level."""


_SHORT_GRADE = re.compile(r"[一二三]等奖")
_GRADES_BEFORE = re.compile(
    r"(?P<name>(?:《[^》]{2,20}》|“[^”]{1,16}”|[^，；。、：的《》“”|\s\d]|\d(?=届)){0,30}?)(?P<grades>[特一二](?:、[一二]){0,2})、$"
)


@dataclass(frozen=True, slots=True)
class Prizes:
    """A list of prizes in one clause: each with its full name and its place."""

    items: tuple[tuple[str, int, int], ...]
    start: int
    end: int


def prize_lists(text: str, start: int, end: int, *, wished: bool = False) -> list[Prizes]:
    """The prizes named in `text[start:end]`, those that 、 or 和 joins together; what is no prize (奖励, 经营贡献奖) left out.

    `wished`: whether a verb of seeking before `start` vouches for the name as one of gaining would.
    """
    result: list[Prizes] = []
    position = start
    while (m := _ITEM.search(text, position, end)) is not None:
        graded = _in_short(text, position, end) if text[max(position, m.start() - 1)] in "、和及" else None
        if graded is not None and graded.start <= m.end():
            result.append(graded)
            position = graded.end
            continue
        position = m.end()
        name, at = _trimmed(text, m.start(), m.end("name"))
        name = _WON_AT.sub(r"\1", name)
        gained = bool(_GAINED.search(text, max(start, at - 14), at)) or wished
        if _GRADE_ONLY.fullmatch(name):
            name = _with_host(text, at, name)
        if _GRADES_BEFORE.search(text, max(start, m.start() - 60), m.start()) is not None:
            gained = gained or _SHORT_GRADE.fullmatch(m["name"]) is not None
        if _OWN_MONEY.search(name) or (not gained and not _CONTEST.search(name)) or len(name) < 3:
            continue
        shortened = (
            _GRADES_BEFORE.search(text, max(start, m.start() - 60), m.start()) if _SHORT_GRADE.fullmatch(m["name"]) else None
        )
        items = [(name, at, m.end("name"))]
        if shortened is not None:  # 大赛一、二、三等奖
            host, begin = _trimmed(text, shortened.start("name"), shortened.end("name"))
            host = _NO_HOST.sub("", _WON_AT.sub(r"\1", host)) or _with_host(text, shortened.start("grades"), "")
            places = [(shortened.start("grades") + i, c) for i, c in enumerate(shortened["grades"]) if c != "、"]
            items = [*((f"{host}{c}等奖", a, a + 1) for a, c in places), (f"{host}{m['name']}", at, m.end("name"))]
            at = begin
        high = m.end()
        while (join := _JOIN.match(text, high, end)) is not None:
            following = _ITEM.match(text, join.end(), end)
            if following is None:
                break
            items.append((_like(items[-1][0], following["name"]), following.start(), following.end("name")))
            high = following.end() + (join[0] == "(" and text.startswith(")", following.end()))
        listed = _GRADE_LIST.match(text, high, end)
        if listed is not None and not re.search(rf"{_GRADE}$", items[-1][0]):  # …科学技术进步奖|一、二等奖
            name, a, _ = items.pop()
            grades = list(_SHORT_ONE.finditer(text, *listed.span()))
            ends = [*(g.end() for g in grades[:-1]), listed.end()]
            begins = [a, *(g.start() for g in grades[1:])]
            items.extend((f"{name}{g[0]}等奖", x, z) for g, x, z in zip(grades, begins, ends, strict=True))
            high = listed.end()
        position = high
        if result and _host_of(text, result[-1], items[0][0], at):
            at = result.pop().start  # 获得技术发明奖的，一等奖…: the prize is told with its grade
        result.append(Prizes(tuple(items), at, high))
    return result


_OF_IT = re.compile(
    r"[”》]?(?:项目)?(?:的)?(?:第一)?(?:完成)?(?:企业|单位|项目|机构|个人|团队)?(?:的)?[，：](?:其中，?)?(?:按照?)?"
)


def _host_of(text: str, before: Prizes, name: str, at: int) -> bool:
    """Whether the prize before is told again with its grade, nothing else said between."""
    alone = len(before.items) == 1 and name.startswith(before.items[0][0].removesuffix("奖"))
    return alone and _OF_IT.fullmatch(text, before.end, at) is not None


def by_grade(prizes: Prizes, count: int) -> list[tuple[list[str], int, int]]:
    """自然科学奖、技术发明奖、科学技术进步奖一等奖、二等奖 in two grades: all the prizes at each; empty where the list is none such."""
    graded = prizes.items[-count:]
    grades = [g[0] if (g := re.search(rf"{_GRADE}$", name)) is not None else "" for name, _, _ in graded]
    bare = [name for name, _, _ in prizes.items[:-count]]
    if not bare or not all(grades) or any(re.search(rf"{_GRADE}$", name) for name in bare):
        return []
    hosts = [*bare, graded[0][0].removesuffix(grades[0])]
    return [([f"{host}{grade}" for host in hosts], a, b) for grade, (_, a, b) in zip(grades, graded, strict=True)]


def find_awards(text: str, start: int, end: int) -> list[Found]:
    """One leaf for each list of prizes."""
    return [
        found(
            "awards", "has_any", list(dict.fromkeys(n for n, _, _ in p.items)), _begin(text, start, p.start), p.end,
            origin="award/prize", rank=2,
        )
        for p in prize_lists(text, start, end)
        if _SOUGHT.search(text, max(start, p.start - 4), p.items[0][1] + 6) is None
    ]  # fmt: skip


_SOUGHT = re.compile(r"争创|争取")
"""鼓励企业争创鲁班奖: a prize that is sought is not won."""
_IN_YEARS = re.compile(r"(?:近)?[一二两三四五\d]年(?:之)?内(?:曾|已)?(?:获得|荣获|获)过?$")


def _begin(text: str, start: int, at: int) -> int:
    """三年内获得过|国家科学技术奖: the time is said of the prize."""
    time = _IN_YEARS.search(text, max(start, at - 14), at)
    return time.start() if time is not None else at


_SHORT = re.compile(
    rf"(?P<name>{_NAME})(?P<list>[特一二三四](?:等奖?)?(?:(?:、|和|及)[特一二三四](?:等奖?)?){{1,4}}(?<=等奖)|[金银铜](?:(?:、|和|及)(?:[金银铜]|优秀)){{1,3}}(?:质)?奖)"
)
_GRADE_LIST = re.compile(r"[特一二三四](?:等奖?)?(?:(?:、|和|及)[特一二三四](?:等奖?)?){1,4}(?<=等奖)")
_SHORT_ONE = re.compile(r"[特一二三四金银铜]|优秀")


def _in_short(text: str, start: int, end: int) -> Prizes | None:
    """大赛一、二、三等奖, 专利奖金、银奖: grades cut short, the prize said with the last of them only."""
    m = _SHORT.search(text, start, end)
    if m is None or "等奖" in m["list"].rsplit("等奖", 1)[0]:
        return None
    name, at = _trimmed(text, m.start(), m.end("name"))
    name = _WON_AT.sub(r"\1", name)
    gained = bool(_GAINED.search(text, max(start - 14, 0, at - 14), at))
    if len(name) < 3 or not (gained or _CONTEST.search(name)):
        return None
    closing = "等奖" if m["list"].endswith("等奖") else "奖"
    grades = list(_SHORT_ONE.finditer(text, *m.span("list")))
    begins = [at, *(g.start() for g in grades[1:])]
    ends = [*(g.end() for g in grades[:-1]), m.end()]
    items = tuple((f"{name}{g[0]}{closing}", a, b) for g, a, b in zip(grades, begins, ends, strict=True))
    return Prizes(items, at, m.end())


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
    alike = level is not None and (before[level.end() : level.end() + 2] == name[:2] or _OF_SCIENCE.match(name) is not None)
    same = level is not None and alike and _LEVEL.match(name) is None
    return f"{level[0]}{name}" if level is not None and same else name


_PRIZE_ALONE = re.compile(
    r"[^，；。、：的()\s]{3,24}?(?<!等)(?<![金银铜])奖(?![励补金项次助惩状])|[^，；。、：的()\s]{3,24}?奖(?=项目)"
)
"""获得国家科学技术进步奖的企业，|一等奖奖励…: the prize whose grades are told behind it."""
_PRIZE_BEFORE = re.compile(rf"(?P<host>[^，；。、：的()\s]{{3,24}}?){_GRADE}")


def _with_host(text: str, at: int, grade: str) -> str:
    """一等奖 alone is one of the contest named last."""
    hosts = list(_HOST.finditer(text, max(0, at - 300), at))
    prizes = list(_PRIZE_BEFORE.finditer(text, max(hosts[-1].end() if hosts else 0, at - 120), at))
    if prizes:
        return _trimmed(text, prizes[-1].start("host"), prizes[-1].end("host"))[0] + grade
    if hosts:
        return _trimmed(text, hosts[-1].start(), hosts[-1].end())[0] + grade
    begin = max(0, at - 120, *(text.rfind(mark, 0, at) + 1 for mark in "。\n"))
    named = [x for x in _PRIZE_ALONE.finditer(text, begin, at) if not _OWN_MONEY.search(x[0]) and _CONTEST.search(x[0])]
    if not named:
        return grade
    host = _trimmed(text, named[-1].start(), named[-1].end())[0]
    return (host.removesuffix("奖") if grade.startswith(("金", "银", "铜", "优")) else host) + grade
