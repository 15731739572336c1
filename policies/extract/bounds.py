"""Where the clause begins that a bound stands in, and what of its words is said of the bound itself."""

from __future__ import annotations

import re

from policies.lexicon.sought import Sought

_AFTER_BOUND = Sought(r"(?:以上|以下|以内|\)|[元%]|(?<=[\d万百千余多方])[人家件米]|(?<!20\d\d)年)(?:的)?(?:、|且|并且|或者?|和|及)")


BRACKETS = re.compile(r"\([^()]{0,60}\)")


def behind_mark(text: str, start: int, at: int, marks: str = "，；。") -> int:
    """Behind the last of the marks between `start` and `at`; `start` where there is none."""
    return max(start, max(text.rfind(c, start, at) for c in marks) + 1)


def comma_before(text: str, start: int, at: int) -> int:
    """Behind the last comma or stop before `at`; those inside a bracket that is closed again do not count."""
    low = max(start, at - 160)
    words = text[low:at]
    if "(" in words:
        words = BRACKETS.sub(lambda b: "(" * len(b[0]), words)
    return low + max(words.rfind("，"), words.rfind("；"), words.rfind("。"), words.rfind("：")) + 1


def clause_start(text: str, start: int, at: int) -> int:
    """Where the comma clause that holds `at` begins; a bound that 、 or 且 follows closes a clause too."""
    comma = comma_before(text, start, at)
    low = max(start, comma)
    words = text[low:at]
    if "(" in words:
        words = BRACKETS.sub(lambda b: b[0] if "、" not in b[0] else "(" * (len(b[0]) - 1) + ")", words)
    bounds = [low + m.end() for m in _AFTER_BOUND.finditer(words)]
    return max([start, comma, *bounds])


_JOINT = re.compile(r"且|、(?=(?:当年|上年|年度?|近[一二三]|本年|连续))")
FIRST = re.compile(
    r"首次(?:获得|取得|突破|达|超|实现|过|满|跨|迈|跃|完成)|首次[^，；。]{0,10}(?:突破|达到?|超过?|实现)|首次$|首破|首超"
)


def is_first(text: str, clause: int, metric: int, end: int) -> bool:
    """Whether a bound is to be reached for the first time: 首次 said of what 且 parts from it is said of that only."""
    if FIRST.search(text, clause, end) is None:
        return False
    joints = [j.end() for j in _JOINT.finditer(text, clause, max(clause, metric))]
    return not joints or FIRST.search(text, joints[-1], end) is not None
