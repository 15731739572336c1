"""Which sections hold promises: those named after conditions, procedure or closing provisions that give something all the same."""

from __future__ import annotations

import re

from policies.extract.amounts import read_amounts
from policies.extract.benefits import benefits
from policies.extract.state import State, past_heading
from policies.segmenting import Clause

REWARDS = re.compile(r"(?:[与和及、]|^)(?:政策)?(?:支持|扶持|激励|奖励|奖补|奖惩|补助|资助)(?:政策|措施|标准)?$")
"""绩效评价与支持: a chapter that is procedure and promises in one."""
_GIVES_TO = re.compile(
    r"(?:(?:对|凡)[^，；。]{4,48}?|(?:评价|评估|考核|评定|绩效)[^，；。]{0,8}为[^，；。]{2,12}?)(?:企业|单位|项目|机构|平台|中心|基地|的)，[^；。]{0,24}?(?:给予|奖励|补助|补贴|资助)[^；。]{0,16}?\d[\d.]{0,8}(?:万?元|%)"
)


def is_named_gift(state: State, clause: Clause) -> bool:
    """清洁生产审核。对通过审核验收的企业，每家奖励10万元: among gifts, a name that sounds like procedure; so a card with a field of sums."""
    if clause.style not in ("chapter", "card") and any(c.style == "label" and c.role == "benefit" for c in clause.children):
        return True
    beside = clause.parent is not None and clause.parent.in_role in (None, "benefit") and clause.style not in ("chapter", "card")
    return beside and any(_GIVES_TO.search(state.m.text, a, b) for a, b in clause.paragraphs)


_MIXED = re.compile(r"标准|范围|条件|额度|类型")
_SUMS = 2  # promises of sums below a heading that make it more than procedure


def holds_gifts(state: State, clause: Clause) -> bool:
    """资金使用的方式、范围和标准, 项目类型及申报材料: a heading of papers or procedure that names what is given too, with promises of sums below."""
    if clause.style not in ("chapter", "cn") or _MIXED.search(clause.heading) is None:
        return False
    found = [b for c in clause.walk() for a, z in c.paragraphs for b in benefits(state.m.text, a, z)]
    return sum(bool(read_amounts(state.m.text, b.promises)) for b in found) >= _SUMS


def promises(state: State, chapter: Clause, clause: Clause) -> bool:
    """Whether an article among closing provisions grants: under 其他 any promise, under 附则 one that opens with whom it is for."""
    found = [b for c in clause.walk() for a, z in c.paragraphs for b in benefits(state.m.text, a, z)]
    if not chapter.heading.startswith("其他") and not state.m.text.startswith(
        "对", past_heading(state.m, clause, clause.body, clause.end, 0)
    ):
        return False
    return any(b.conditions for b in found)


GIVEN = re.compile(
    r"给予|(?:补贴|补助|奖励|资助)标准(?:为|按)|免征|减半征收|返还标准|返还其|%(?:的比例)?(?:返还|报销)|可以?申请[^，；。]{0,12}\d[\d.]{0,9}(?:万|亿)?元|(?:奖励|补助|补贴|资助)\d[\d.]{0,9}(?:万|亿)?元"
)


def grants(state: State, clause: Clause) -> bool:
    """Whether a section named after its conditions also holds the promises (支持对象和标准); a card's field never does."""
    if clause.style == "card":
        return False
    found = [(benefits(state.m.text, a, b), state.m.text[a:b]) for c in clause.walk() for a, b in c.paragraphs]
    return any(
        GIVEN.search(words)
        and any(read_amounts(state.m.text, b.promises) or b.conditions for b in promised)
        and not re.search(r"优先给予|给予优先", words)
        for promised, words in found
    )
