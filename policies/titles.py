"""The title of a document, and the signature at its end: which lines they are."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import PurePath

from policies.headlines import TRAILING_NUMBER, HeadLine, as_it_stands, is_number, is_organ, squeeze
from policies.marking import is_field
from policies.validity import DATE, whole_date

_TAIL = r"(?:[（(【\[][^（()）】\]]{1,24}[)）】\]])*"
_NOUN = (
    r"(?:办法|细则|规程|条例|规则|章程|措施|政策|意见|规定|指南|指引|手册|通知|公告|通告|批复|决定|通报|函|规划|计划|方案|要点|纲要|"
    r"解读|问答|常见问题|解答|讲话|致辞|名单|公示|目录|清单|[一二三四五六七八九十\d]{1,3}条|条件及程序|申报流程|政策汇总|政策汇编|专栏|标准|规范|制度|\d{1,3}问)"
)
_IS_TITLE = re.compile(rf"^[^。；;！？?]{{4,120}}{_NOUN}{_TAIL}[”\"》]?{_TAIL}$")
_ABOUT = re.compile(rf"^[^。；;]{{0,60}}关于[^。；;]{{4,120}}{_NOUN}{_TAIL}[”\"》]?$")
_BODY = re.compile(
    r"^(?:第[一1]条|第[一1]章|一、|[（(]一[)）]|1[、.．]|为(?:了|进一步|贯彻|落实|加快|促进|规范|深入|全面|推动|支持)|根据|各[区县市州有省])"
)
_CRUMB = re.compile(
    r"^(?:(?:政策|文件|法律|设定)?(?:依据|来源|文件)[:：]|您?(?:所在的?|当前|现在的?)位置|首页|当前位置|上一[篇个]|下一[篇个]|相关|附件?\d{0,2}[:：]|主办|来源|字号|【?字体)|>|〉|»"
)
_FURNITURE = re.compile(r"版权所有|ICP备|网站标识码|电子邮箱|服务热线|联系电话|浏览次数")
_CHAPTER = re.compile(r"^第[一二三四五六七八九十\d]{1,4}[章节条]|^[（(]?[一二三四五六七八九十]{1,3}[)）、]|^\d{1,2}[.．、]|^[•·●]")
_OPEN_END = re.compile(
    r"(?:关于|关于印发|印发|转发|发布|[、，,的和与及促进支持]|[\u4e00-\u9fff]{2}(?:局|政府|办公室|办公厅|委员会|委|厅))$"
)
_PUBLISHED_LINE = re.compile(
    r"^(?:发布(?:时间|日期)|来源|文章来源|时间|日期|发文时间)[:：]|^\d{4}[-/.]\d{1,2}[-/.]\d{1,2}(?:来源|\d{1,2}:|$)"
)
_SITE = re.compile(
    r"^[^-—–_|]{2,24}(?:网站?|门户|平台)\s?[-—–_|]\s?|\s?[-—–_|]{1,2}\s?[^-—–_|]{2,24}(?:网站?|门户|门户网站|平台)$|^[（(]转载[)）]|^[#*\s]+"
)
_CARD_NUMBER = re.compile(r"^\d{1,3}\s{0,3}[.．、]\s{0,3}")
_DAY_LINE = re.compile(rf"^[（(]?({DATE})[)）]?(?:印发)?$")
_DAY_UNDER_TITLE = re.compile(rf"^[（(]([\u4e00-\u9fff]{{0,40}}?)({DATE})[^（）()]{{0,60}}[)）]$")
_SIGNED_DAY = re.compile(rf"^({DATE})(?:印发)?$")
_SIGNED_INLINE = re.compile(
    r"(?:^|[。；\s])([\u4e00-\u9fff]{4,30}?(?:人民政府|政府|办公[室厅]|委员会|委|局|厅|部))"
    rf"({DATE})(?=$|[（(]此件|附件|抄送|[（(]联系人)"
)
_PRINTED = re.compile(rf"^(?:印发单位)?([\u4e00-\u9fff]{{4,30}}?)({DATE})印发$")
_SENTENCE_ENDS = tuple("。；;，,：:")
_LONGEST_NAME = 30
_HEAD = 220
_MOST_TITLE_LINES = 4


@dataclass(frozen=True, slots=True)
class TitleFound:
    """The title as it stands, squeezed and simplified, where it stands, and who signed on which day right under it."""

    text: str
    plain: str
    start: int = 0
    end: int = 0
    day: date | None = None
    organ: str | None = None


@dataclass(frozen=True, slots=True)
class Signature:
    """The authorities that signed, and the day."""

    organs: tuple[str, ...]
    day: date


def find_title(lines: tuple[HeadLine, ...], *, hint: str | None, is_card: bool, file_name: str = "") -> TitleFound:
    """The title; an empty one where the text opens with its body and nothing else names it."""
    if is_card and (card := _card_title(lines)):
        return card
    if hint and len(squeeze(hint)) >= 6:
        return _at_its_place(_SITE.sub("", hint), lines)
    best = max(_candidates(lines[:_HEAD]), key=lambda pair: pair[0], default=None)
    above = _above_publication(lines[:_HEAD])
    if above is not None and (best is None or best[1][-1].start >= above.start):
        return _built((above,), lines) if best is None or best[1][-1] is not above else _built(best[1], lines)
    if lines and (opening := _opening_of_one_line(lines[0])):
        return opening
    if best is not None:
        return _built(best[1], lines)
    return _by_file_name(file_name)


def _card_title(lines: tuple[HeadLine, ...]) -> TitleFound | None:
    """In a handbook's page the title stands above 依据文件, numbered in the running head and again without number."""
    above: list[HeadLine] = []
    for line in lines[:12]:
        if line.plain.startswith("依据文件"):
            break
        above.append(line)
    named = [line for line in above if len(line.plain) >= 6]
    if not named:
        return None
    numbered = next((line for line in named if _CARD_NUMBER.match(line.text)), named[0])
    text = _CARD_NUMBER.sub("", numbered.text)
    return TitleFound(text, _CARD_NUMBER.sub("", numbered.plain), numbered.end - len(text), numbered.end)


def _candidates(lines: tuple[HeadLine, ...]) -> Iterator[tuple[float, tuple[HeadLine, ...]]]:
    """Runs of lines that read as a title, with how well; the earlier and the more complete the better."""
    any_yet = False
    for index, first in enumerate(lines):
        if _BODY.match(first.plain) and any_yet and not _is_menu(lines, index):
            return
        if _is_no_title(first.plain):
            continue
        for length in range(1, _MOST_TITLE_LINES + 1):
            run = lines[index : index + length]
            if len(run) < length or any(_stops(line.plain) for line in run[1:]):
                break
            plain = TRAILING_NUMBER.sub("", "".join(line.plain for line in run))
            if len(plain) > 140:
                break
            if len(plain) >= 8 and _IS_TITLE.match(plain) and _runs_on(run):
                any_yet = True
                yield _score(plain, index, length), run


_ONE_LINE_OPENING = re.compile(
    r"^(?P<title>[^。；;]{6,110}?(?:的(?:通知|公告|意见|决定|批复|函)|(?:实施|指导|若干)?意见|办法|细则|条例|规定|措施|方案)(?:[（(][^（()）]{1,12}[)）])?)"
    r"(?=(?:[\u4e00-\u9fff]{1,12}[〔\[（(][12]\d{3}[〕\])）]第?\d{1,5}号)?(?:各|市|省|县|区|机关|有关)[\u4e00-\u9fff、，,（）()]{2,80}[:：])"
)
_LONG = 140


def _opening_of_one_line(first: HeadLine) -> TitleFound | None:
    """A text without line breaks: the title runs into the number and the salutation (…的通知 渝府发〔2021〕22号 各区县…：)."""
    found = _ONE_LINE_OPENING.match(first.plain[:400]) if len(first.plain) > _LONG else None
    if found is None:
        return None
    title = found["title"]
    return TitleFound(as_it_stands(first, 0, len(title)), title, first.start, first.start + len(title))


def _runs_on(run: tuple[HeadLine, ...]) -> bool:
    """Whether the lines of a run are one title that a page wrapped, not a menu entry and a title."""
    whole = "".join(line.plain for line in run)
    last_is_part = not _IS_TITLE.match(run[-1].plain) or len(run[-1].plain) < 10
    for at, line in enumerate(run[:-1]):
        if _IS_TITLE.match("".join(part.plain for part in run[: at + 1])):
            return False
        open_end = _OPEN_END.search(line.plain) or "关于" in line.plain or whole.count("《") != line.plain.count("《")
        if not (open_end or (last_is_part and len(line.plain) >= 9)):
            return False
    return True


def _above_publication(lines: tuple[HeadLine, ...]) -> HeadLine | None:
    """A page without a noun of a document in its title: the line above 发布时间 or 来源, or the first one that comes twice."""
    for above, line in itertools.pairwise(lines):
        if _PUBLISHED_LINE.match(line.plain) and 6 <= len(above.plain) <= 80 and not _stops(above.plain):
            return above
    return None


def _is_no_title(plain: str) -> bool:
    """Whether a line cannot open a title: furniture, a heading of the body, a date, a number."""
    furniture = _CRUMB.search(plain) or _FURNITURE.search(plain)
    return bool(furniture or _CHAPTER.match(plain) or _DAY_LINE.match(plain)) or is_number(plain) or is_field(plain)


def _stops(plain: str) -> bool:
    return _BODY.match(plain) is not None or _is_no_title(plain)


def _is_menu(lines: tuple[HeadLine, ...], index: int) -> bool:
    """Whether the line stands among the short lines of a page's menu."""
    around = lines[max(index - 3, 0) : index + 4]
    return sum(len(line.plain) <= 12 for line in around) >= len(around) - 1


def _score(plain: str, index: int, length: int) -> float:
    points = 3.0 if _ABOUT.match(plain) else 0.0
    points += 1.0 if plain.endswith(("通知", "的通知", "公告")) and "关于" in plain else 0.0
    points += min(len(plain), 40) / 20
    points -= 0.02 * index + 0.3 * (length - 1)
    if "《" in plain and "》" not in plain:
        points -= 4
    if plain.startswith(("附件", "《")) and "》" in plain and not plain.endswith("》"):
        points -= 1
    return points


def _built(run: tuple[HeadLine, ...], lines: tuple[HeadLine, ...]) -> TitleFound:
    text = TRAILING_NUMBER.sub(
        "", _SITE.sub("", "".join(_glued(line.text, following) for line, following in zip(run, [*run[1:], None], strict=True)))
    )
    plain = TRAILING_NUMBER.sub("", _SITE.sub("", "".join(line.plain for line in run)))
    after = [line for line in lines if line.start >= run[-1].end][:3]
    signed = next((found for line in after if (found := _DAY_UNDER_TITLE.match(line.plain))), None)
    if signed is None or (day := whole_date(signed[2])) is None:
        return TitleFound(text, plain, run[0].start, run[-1].end)
    organ = signed[1] if is_organ(signed[1]) else None
    return TitleFound(text, plain, run[0].start, run[-1].end, day, organ)


def _glued(text: str, following: HeadLine | None) -> str:
    """A line of the title; Chinese goes on without a blank."""
    blank = following is not None and text[-1:].isascii() and following.text[:1].isascii()
    return text + (" " if blank else "")


def _at_its_place(hint: str, lines: tuple[HeadLine, ...]) -> TitleFound:
    plain = squeeze(hint)
    for line in lines[:_HEAD]:
        if line.plain == plain:
            return _built((line,), lines)
    return TitleFound(hint, plain)


def _by_file_name(name: str) -> TitleFound:
    """A file is often named after its document; only a name that reads as a title is taken."""
    stem = squeeze(PurePath(name).stem)
    return TitleFound(stem, stem) if _IS_TITLE.match(stem) and len(stem) >= 8 else TitleFound("", "")


def issuers_in_title(title: TitleFound) -> tuple[str, ...]:
    """The authorities before 关于: 重庆市人民政府办公厅关于…, 中共柳河县委 柳河县人民政府关于…."""
    before, about, _ = title.text.partition("关于")
    if not about:
        before, about, _ = title.text.partition("印发")
    before = before.strip("【】 ")
    if not about or not is_organ(squeeze(before)):
        return ()
    names = [name for name in re.split(r"[\s\u3000、]+", before) if name]
    return tuple(names) if all(is_organ(name) for name in names) else (before,)


def find_signature(lines: tuple[HeadLine, ...]) -> Signature | None:
    """Who signed and when: in a notice it stands before the annexes, so the first one counts.

    Best is a date on a line of its own under the names of authorities, then one that follows a name in its line, then a
    date of its own under a line that is no sentence (市长 某某), then one under the sentence that hands the text out or at the
    very end, and the printer's line (某某办公室 2021年2月7日印发) last.
    """
    return (
        _under_organs(lines)
        or _behind_a_name(lines, _SIGNED_INLINE)
        or _under_no_sentence(lines)
        or _under_handing_out(lines)
        or _behind_a_name(lines, _PRINTED)
    )


def _under_organs(lines: tuple[HeadLine, ...]) -> Signature | None:
    for index, line in enumerate(lines):
        if (day := _day_of_line(line)) is None:
            continue
        organs: list[str] = []
        for above in reversed(lines[max(index - 20, 0) : index]):
            if not is_organ(above.plain):
                break
            organs.extend(reversed(_apart(above.text)))
        if organs:
            return Signature(tuple(reversed(organs)), day)
    return None


def _apart(words: str) -> list[str]:
    """Authorities that sign side by side on one line, each by itself."""
    names = words.split()
    return names if len(names) > 1 and all(is_organ(name) and len(name) > 3 for name in names) else [words]


def _behind_a_name(lines: tuple[HeadLine, ...], pattern: re.Pattern[str]) -> Signature | None:
    for line in lines:
        found = pattern.search(line.plain)
        if found is not None and (day := whole_date(found[2])) is not None:
            return Signature((found[1],), day)
    return None


def _under_no_sentence(lines: tuple[HeadLine, ...]) -> Signature | None:
    for above, line in itertools.pairwise(lines):
        day = _day_of_line(line)
        short = len(above.plain) <= _LONGEST_NAME and not above.plain.endswith(_SENTENCE_ENDS)
        if day is not None and short and not _PUBLISHED_LINE.match(above.plain) and not above.plain.endswith(("：", ":")):
            return Signature((), day)
    return None


_HANDS_OUT = re.compile(r"(?:印发|发给|遵照|贯彻|执行|通知|公告|公布)[^。]{0,40}。$")


def _under_handing_out(lines: tuple[HeadLine, ...]) -> Signature | None:
    """A day alone on its line, behind 现印发给你们，请遵照执行。 or at the end of the text."""
    for above, line in itertools.pairwise(lines):
        day = _day_of_line(line)
        if day is not None and (_HANDS_OUT.search(above.plain) or line is lines[-1]):
            return Signature((), day)
    return None


def _day_of_line(line: HeadLine) -> date | None:
    found = _SIGNED_DAY.match(line.plain)
    return whole_date(found[1]) if found is not None and "年" in found[1] else None
