"""One benefit told in fields (政策内容 … 资助标准 … 申报条件): the field of sums is one scale, and what was told before it in short is said once."""

from __future__ import annotations

import difflib
import re

from policies.extract.alike import figures_of, into_first, runs_of
from policies.extract.distinct import step_of
from policies.extract.items import ItemDraft
from policies.extract.leaf import leaves_of
from policies.extract.state import State
from policies.segmenting import Clause

_MARK = re.compile(r"[\s。；;]*(?:[(（]?[\d一二三四五六七八九十]{1,3}[)）]?[.、．]?|[①-⑳])?\s*")
_NUMBER = re.compile(r"(?:[(（]?[\d一二三四五六七八九十]{1,3}[)）][.、．]?|[\d一二三四五六七八九十]{1,3}[.、．]|[①-⑳])?\s*")
_REST = re.compile(r"其中|在(?:上述|以上|此|前述)[^，。；]{0,8}基础上|[^，。；、\d]{0,6}(?:其他|其它|其余)")
_ON_TOP = re.compile(r"(?:另|再|额外|追加|增加)(?:外)?(?:按|给予|予以|奖励|补[助贴]|资助)")
_BARE = re.compile(
    r"\W|\d[\d,.]*|[万亿]|国家|[省市区县](?:级)?|符合(?:上述|以上|相关|申报)?条件|采[取用]|(?:事?[前后]|无偿|定额|以奖代)(?:补助|资助|补)方式|"
    r"一次性|分别|[每对按]|给予|予以|入选|获批|通过评审|企业|单位|机构|主体|项目|类|家|的|奖励|奖补|补[助贴]|资助|扶持|支持"
)
"""What any promise says, so that only whom and what it is for is compared."""
_LABEL = re.compile(r"(?:方向|专题|类别|类型|课题)[一二三四五六七八九十\d]{1,2}")
"""对方向一入选企业: a name under which another part of the text asks what it asks."""
_BY_NUMBER = re.compile(r"第[\d一二三四五六七八九十]{1,3}[项条款]")
"""符合上述条件第1项的: what is asked stands elsewhere, and may be anything."""
_ALIKE = 0.6  # the share of two cases that is the same without their numbers and levels
_LONGEST = 120  # characters of a line of a scale


def is_told_in_fields(clause: Clause, standards: int) -> bool:
    """Whether the clause of sums is a field of one benefit: beside it stands what is asked, and no second field of sums."""
    beside = clause.parent.children if clause.parent is not None else []
    return standards == 1 and any(c.role == "eligibility" for c in beside if c is not clause)


def as_one_scale(state: State, clause: Clause) -> None:
    """1.参加名录内展会的，按50%；2.参加其他展会的，按30%: the lines of a field of sums that differ in case and sum are tiers of one benefit."""
    given = [d for d in state.drafts_in(clause) if d.amounts]
    for run in runs_of(given, lambda run, draft: _goes_on(state.m.text, run, draft)):
        for draft in run[1:]:
            words = state.m.text[draft.start : draft.amounts[0]["evidence"]["end"]]
            if _ON_TOP.search(words):
                draft.amounts[0]["plus"] = True
        _limited_last(state.m.text, run)
        into_first(state.m.text, run)
        state.drop(run[1:])


_LIMIT = re.compile(r"。(?:同一|单个|每[家个户]|单家)[^，；。]{2,20}(?:最高|不超过)[^，；。]{0,12}。?$")


def _limited_last(text: str, run: list[ItemDraft]) -> None:
    """③…的，每个品种给予50万元资助。单个企业每年最高300万元。: what the last line says behind its sum is the most that all of them give."""
    last = run[-1].amounts[-1]
    if "cap" not in last or _LIMIT.search(text, run[-1].start, run[-1].end) is None:
        return
    for amount in (a for d in run[:-1] for a in d.amounts if "cap" not in a):
        amount.update({k: last[k] for k in ("cap", "per") if k in last})


def _goes_on(text: str, run: list[ItemDraft], draft: ItemDraft) -> bool:
    """Whether a line of the field gives by the same measure as the one before, to the same sort of receiver."""
    before = run[-1]
    begins = _NUMBER.match(text, draft.start)
    apart = "\n" in text[before.end : draft.start] or (begins is not None and begins.end() > draft.start)
    if not apart or not _MARK.fullmatch(text, before.end, draft.start) or draft.end - draft.start > _LONGEST:
        return False  # what one line says in several sentences is no list
    if _measure(before) != _measure(draft) or not _of_one_sort(before, draft):
        return False
    words, others = (_NUMBER.sub("", text[d.start : d.end], count=1) for d in (draft, run[0]))
    steps = [step_of(words), step_of(others)]
    if _BY_NUMBER.search(words) or _LABEL.search(words) or (None not in steps and steps[0] != steps[1]):
        return False
    if _REST.match(words) or _ON_TOP.search(words):
        return True
    if _asked(before) != _asked(draft) or _bases(before) != _bases(draft):
        return False
    case, first = (_BARE.sub("", _before_sum(text, d)) for d in (draft, run[0]))
    return difflib.SequenceMatcher(None, first, case, autojunk=False).ratio() >= _ALIKE


def _before_sum(text: str, draft: ItemDraft) -> str:
    """For what a line gives: its words before its sum."""
    return _NUMBER.sub("", text[draft.start : draft.amounts[0]["evidence"]["start"]], count=1)


def _measure(draft: ItemDraft) -> set[tuple[str, str]]:
    """In what kind of sum, and by what unit, a line gives."""
    return {("sum" if a["kind"] in ("fixed", "capped") else a["kind"], str(a.get("unit", ""))) for a in draft.amounts}


def _bases(draft: ItemDraft) -> set[str]:
    return {str(a.get("base", "")) for a in draft.amounts}


def _asked(draft: ItemDraft) -> set[str]:
    """The facts that a line asks, free words aside."""
    return {x["fact"] for tree in draft.trees() for x in leaves_of(tree)} - {"declared"}


_TRADES = ("industry", "industry_theme", "entity_kind", "headquarters")


def _of_one_sort(before: ItemDraft, draft: ItemDraft) -> bool:
    """Whether two lines are for titles of one family, and for no other trade or kind of body each."""
    one, other = (_told(d) for d in (before, draft))
    shared = one.keys() & other.keys()
    return all(one[fact] & other[fact] for fact in shared if fact in (*_TRADES, "title")) and not any(
        (fact in one) != (fact in other) for fact in _TRADES
    )


def _told(draft: ItemDraft) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for leaf in (x for tree in draft.trees() for x in leaves_of(tree) if isinstance(x.get("value"), list)):
        fact = "title" if leaf["fact"].startswith("qualification") else leaf["fact"]
        found.setdefault(fact, set()).update(_family(str(v)) for v in leaf["value"])
    return found


def _family(code: str) -> str:
    """The title without its level; the levels of 专精特新 have names of their own."""
    return "srdi" if code.startswith("srdi_") else _GRADE.sub("", code.split(".")[0])


_GRADE = re.compile(r"[一二三四五六七\d](?:星级?|[级等](?![^级等]{0,2}奖))|A{1,5}级?")


def without_summary(state: State, clause: Clause, start: int) -> None:
    """对…给予资助，最高30万元, and the field of sums tells the same in full: what was told in short is part of the one item."""
    inside = [d for d in state.drafts_in(clause) if d.amounts]
    short = [d for d in state.drafts if start <= d.start < clause.start]
    if len(inside) != 1 or not short or len(short) > _MOST_SHORT:
        return
    (item,) = inside
    told = {x for a in item.amounts for x in figures_of(a)}
    if not any(d.amounts for d in short) or not all(figures_of(a) <= told for d in short for a in d.amounts):
        return
    facts = {x["fact"] for tree in item.trees() for x in leaves_of(tree)} | {"declared"}
    for draft in short:
        item.criteria = [*(n for n in draft.criteria if not facts & {x["fact"] for x in leaves_of(n)}), *item.criteria]
        item.title = draft.title or item.title
    state.drop(short)
    item.start = short[0].start
    item.words = state.m.text[item.start : item.end]


_MOST_SHORT = 2
