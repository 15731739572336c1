"""Dates that a text counts from its own days in force: 本办法有效期内新注册或迁入, 自本措施施行之日起从市外迁入, 本政策实施前已落户."""

from __future__ import annotations

import re

from policies.extract.leaf import Found, found
from policies.extract.mentions import Mentions

_TEXT = r"(?:本|该|上述)?(?:若干|实施)?(?:办法|措施|政策|意见|规定|细则|方案|条例|通知|文件|指南)"
_COME = r"(?:正式)?(?:实施|施行|执行|生效|印发|发布|出台|颁布|公布)"
_TIME = re.compile(
    rf"(?:(?:在|于|自)?{_TEXT}的?(?:(?P<within>(?:有效|实施|施行|执行)期(?:限)?(?:以?内|之内|期间|间)|(?:实施|施行|执行)(?:期间|有效期内))"
    rf"|(?P<since>{_COME}(?:之?日(?:起|后|以后|之后|以来)|以后|之后|以来|后))|(?P<before>{_COME}(?:之?日)?(?:以前|之前|前))))"
)
_MOVE = r"(?:引进迁入|迁入|转入|搬入|迁至)"
_SETTLE = r"(?:落户|入驻|引进|引入|落地)"
_FOUND = r"(?:注册成立|注册登记|登记注册|登记成立|注册设立|登记设立|设立登记|成立|设立|注册|登记)"
_VERB = rf"(?:{_MOVE}|{_SETTLE}|{_FOUND})"
_BEFORE_VERB = r"(?:[，已新均正式依法首次并在于从由自]|工商|区外|市外|省外|县外|境外|国外|外地|异地|[我本全](?:市|区|县|省|州)(?:范围|辖区)?内?|[一-龥]{2,4}(?:市|区|县|省)(?:范围|辖区)?(?:内|以?外)?(?:地区)?)"
_VERBS = rf"(?P<verbs>{_VERB}(?:[我本](?:市|区|县|省|州))?(?:(?:、|或者?|[和及与]|以及|并){_BEFORE_VERB}{{0,4}}{_VERB}(?:[我本](?:市|区|县|省|州))?){{0,2}})"
_BEHIND = re.compile(
    rf"，?(?:对于?|凡)?{_BEFORE_VERB}{{0,6}}{_VERBS}(?=[，；。、的且并及与和或]|$|在|到|至|于|企业|[一-龥]{{2,4}}(?:市|区|县|省)|时间)"
)
_AHEAD = re.compile(
    rf"{_VERBS}(?:[我本](?:市|区|县|省))?的?(?:工商|注册|登记|落户)*(?:时间|日期)(?:，[^，；。]{{2,24}}时间)?(?:[应须需均要在为于]|应当|必须)*$"
)
_LOOK = 60


def find_in_force(m: Mentions, start: int, end: int) -> list[Found]:
    """The leaves of a span whose dates are those on which the text comes into force and runs out; none where the text does not tell them."""
    if m.in_force == (None, None):
        return []
    result: list[Found] = []
    for time in _TIME.finditer(m.text, start, end):
        behind = _BEHIND.match(m.text, time.end(), min(end, time.end() + _LOOK))
        said = behind or _AHEAD.search(m.text, max(start, time.start() - _LOOK), time.start())
        if said is None:
            continue
        low, high = min(time.start(), said.start("verbs")), max(time.end(), said.end("verbs"))
        if behind is not None and _fact(said["verbs"]) == "established_on" and "在" in m.text[time.end() : said.start("verbs")]:
            high = time.end()  # 在我区注册成立: where it is registered is told by its own words
        for op, day in _bounds(time, *m.in_force):
            result.append(found(_fact(said["verbs"]), op, day, low, high, origin="duration/in-force", rank=4))
    return result


def _bounds(time: re.Match[str], first: str | None, last: str | None) -> list[tuple[str, str]]:
    if time["before"]:
        return [("lt", first)] if first else []
    bounds = [("ge", first)] if first else []
    return [*bounds, ("le", last)] if time["within"] and last else bounds


def _fact(verbs: str) -> str:
    """To be founded here or to move in are two ways to settle."""
    moved, settled, begun = (re.search(words, verbs) is not None for words in (_MOVE, _SETTLE, _FOUND))
    if settled or (moved and begun):
        return "settled_on"
    return "moved_in_on" if moved else "established_on"
