"""Clauses that grant: the promises in a clause's own paragraphs, one item or several, and how much of the text each takes."""

from __future__ import annotations

import itertools
import re

from policies.extract.addenda import only_limits
from policies.extract.amounts import names_amounts
from policies.extract.benefits import benefits
from policies.extract.ceilings import limit_paragraph
from policies.extract.charges import for_bodies, for_the_same, for_the_subject
from policies.extract.grouping import grouped
from policies.extract.heads import under_one_head
from policies.extract.items import ItemDraft, item_of
from policies.extract.leaf import Node, leaves_of
from policies.extract.pieces import Benefit
from policies.extract.promising import TARGETED
from policies.extract.standing import find_standing
from policies.extract.state import State, past_heading, path_of
from policies.extract.tierlists import lines_joined, metric_before, shared
from policies.extract.wishes import SUBJECTS, each_from_lead, from_lead, speaks_of, wishes_only
from policies.marking import is_field_name
from policies.segmenting import Clause

_Group = list[Benefit]
_LEAST_SHARE = 0.35  # of a paragraph's length: a promise that is less than this stands beside other matters there
_TAIL = 4  # characters behind the last sentence of a paragraph: marks and brackets only
_ANYBODY = re.compile(r"对(?:于)?(?:符合|满足|达到)(?:条件|要求|规定|标准)的")  # whom the sentence before has told
_GENERAL_GIFT = re.compile(r"给予|予以|实行|进行|可以?(?:享受|申请|获得)[^，；。]{0,20}(?:补贴|奖励|补助|资助|返还)")
_ITS = re.compile(
    r"(?:同时|另外|此外)?，?(?:对)?(?:其(?![中他它余次])|(?:该|上述|以上|此类)(?:类)?(?:企业|项目|机构|单位|总部|公司))"
)  # of whom the promise before names
_ACTS = re.compile(
    r"(?:对)?(?:购[买置建]|租[用赁]|新[建购]|自[建购]|建[设成造]|改造|装修|引进|招用|聘用|参加|取得)[^，；。]{2,24}的，?"
)
_ENTRY = re.compile(r"新(?:引进|设立?|落户|迁入|注册|入驻|办|认定)的?(?:总部)?(?:企业|项目|机构)?")
_BODY = re.compile(r"(?:企业|项目|机构|单位|总部|公司|人员|引进|落户|迁入|设立)$")
_SINGLE = re.compile(r"对(?:单个|每个|单家|每家|其中)")  # one of those that the sentence before names
_MANNER = re.compile(r"采取|采用|通过|按照?|根据|依据|由|原则上|具体|实行|其中|以")
_STANDARD = re.compile(r"(?:补助|补贴|奖励|资助|支持|扶持|奖补)(?:的)?(?:标准|方式|额度|金额)[：为]")


_NAMED_GIFT = re.compile(r"(?:奖励|补助|补贴|资助|奖补|奖金|津贴)$")
"""What an entry is called that tells its sums without a word of giving."""


def grant_paragraphs(state: State, clause: Clause, *, upto: int | None = None) -> None:
    """The promises in the clause's own paragraphs; `upto` leaves the paragraphs from there on to the caller."""
    carried: tuple[_Group, int] | None = None
    first = len(state.drafts)
    for index, (a, b) in enumerate(clause.paragraphs[:upto]):
        standard = bool(_STANDARD.match(state.m.text, a))
        lead = carried[0] if carried is not None and standard else None
        carried = paragraph(state, clause, (a, b), index, lead, carried[1] if carried else a)
    _without_heading(state, clause, first)
    _without_line_ahead(state, clause, first)
    lines_joined(state, first)


def _without_heading(state: State, clause: Clause, first: int) -> None:
    """对重大项目引进予以奖励, the heading over a paragraph that says how much: it names what is told there."""
    if len(clause.paragraphs) < 2 or len(state.drafts) < first + 2:
        return
    heading, following = state.drafts[first], state.drafts[first + 1]
    low, high = clause.paragraphs[0]
    if heading.amounts or not low - 8 <= heading.start <= heading.end <= high or state.m.text[high - 1] in "。；：":
        return
    del state.drafts[first]
    if not following.criteria and not any(a.get("when") for a in following.amounts):
        following.criteria = heading.criteria
    if len(state.drafts) == first + 1:
        following.start, following.title = clause.start, clause.heading or following.title
        following.words = state.m.text[following.start : following.end]


_GOES_ON = re.compile(r"其中|具体(?:为|如下|标准)|按(?:以下|下列)标准")


def _without_line_ahead(state: State, clause: Clause, first: int) -> None:
    """按照以下标准给予补贴： and 给予奖励。 before a line 其中，…: a line without sums that the lines below say the sums of is no item."""
    text = state.m.text
    for (low, high), (following, end) in itertools.pairwise(clause.paragraphs):
        if not (text[high - 1] == "：" or _GOES_ON.match(text, following)):
            continue
        begin = min(low, clause.start) if low == clause.paragraphs[0][0] else low
        ahead = [d for d in state.drafts[first:] if begin <= d.start < high]
        below = [d for d in state.drafts[first:] if following <= d.start < end and d.amounts]
        if below and len(ahead) == 1 and not ahead[0].amounts:
            state.drafts = [d for d in state.drafts if d is not ahead[0]]


_EXAMPLE = re.compile(r"(?:(?<=[。；\n])|(?<=^))[(]?(?:例[：:]|例如[：，]?|举例(?:说明)?[：，]|示例[：，])", re.MULTILINE)
"""例：某企业取得贷款1000万元，…可享受贴息13万元: what is reckoned there is promised to nobody."""


def is_standard_field(clause: Clause) -> bool:
    """补助标准：50万元, 2.支持标准 / 50万元: a field, numbered or not, that is named after what is given, so that a bare sum is given."""
    return clause.role == "benefit" and (clause.style == "label" or is_field_name(clause.heading))


def paragraph(
    state: State, clause: Clause, span: tuple[int, int], index: int, lead: _Group | None, lead_start: int
) -> tuple[_Group, int] | None:
    """Items of one paragraph; returns a promise without figures that a following 补助标准 paragraph may complete."""
    text = state.m.text
    example = _EXAMPLE.search(text, *span)
    if example is not None:
        span = (span[0], example.start())
    if span[0] == span[1] or _names_document(state, text[span[0] : span[1]]):
        return None
    start = past_heading(state.m, clause, span[0], span[1], index)
    found = benefits(text, start, span[1], granting=state.granting or is_standard_field(clause) or lead is not None)
    if not found and _NAMED_GIFT.search(clause.heading) and span[0] <= clause.body < span[1]:
        found = benefits(text, start, span[1], granting=True)  # 高企认定补助。首次认定的10万元，重新认定的5万元。
    groups = _substantial(text, grouped(state.m, found))
    if not groups and lead is None:
        return None
    if lead is not None and state.drafts and groups:
        state.drafts.pop()
    drafts: list[ItemDraft] = []
    used: list[_Group] = []
    inherited: _Group | None = lead
    begin = lead_start if lead is not None else None
    for position, group in enumerate(groups):
        if not figures(text, group) and position + 1 < len(groups) and _leads(text, group, groups[position + 1]):
            inherited, begin = group, group[0].start
            continue
        if (
            inherited is not None
            and inherited is not lead
            and TARGETED.match(text, group[0].start)
            and _BARE_BAND.match(text, group[0].start) is None
            and not _follows_colon(text, inherited, group)
        ):
            inherited = None
        draft = item_of(state.m, group, metric_before(state, clause, start, group))
        if inherited is not None:
            draft.criteria = [*shared(state, inherited), *draft.criteria]
        if drafts and text[draft.start - 1] == "；" and _ACTS.match(text, draft.start):
            whom = [n for n in drafts[-1].criteria if n.get("fact") in SUBJECTS or _enters(text, n)]
            draft.criteria = [
                *(dict(n) for n in whom if not speaks_of(draft, n["fact"]) or n["fact"] == "declared"),
                *draft.criteria,
            ]
        elif drafts and _ITS.match(text, draft.start):
            draft.criteria = [*(dict(n) for n in drafts[-1].criteria if _of_whom(text, n)), *draft.criteria]
        drafts.append(draft)
        used.append(group)
    for_bodies(state.m, drafts)
    for_the_same(state.m, drafts)
    for_the_subject(state.m, drafts)
    for draft in drafts:
        bound = len(drafts) == 1 and only_limits(state.m, groups[-1][0])
        _settle_span(state, clause, draft, len(drafts) == 1, span, index, bound=bound)
        if begin is not None and len(drafts) == 1:
            draft.start = min(draft.start, begin)
    if len(drafts) == 1 and _only_limits(state, groups[0], drafts[0]) and _limit_siblings(state, clause, drafts[0]):
        return None
    _once_only(state, clause, drafts, span[1])
    from_lead(state, clause, groups, drafts, start)
    if len(drafts) > 1:
        under_one_head(state, used, drafts)
        each_from_lead(state, used, drafts, start)
        limit_paragraph(state, drafts, start, span[1])
    state.drafts.extend(drafts)
    if len(groups) == 1 and not figures(text, groups[0]):
        return groups[0], span[0] if index else clause.start
    return None


def _enters(text: str, node: Node) -> bool:
    """新引进 and the like, which say who comes and not what it does."""
    if node.get("fact") != "declared":
        return False
    return _ENTRY.fullmatch(text, node["evidence"]["start"], node["evidence"]["end"]) is not None


def _of_whom(text: str, node: Node) -> bool:
    """Whether a condition says whom a promise is for, and not what it pays for (对孵化器自用的房产，…；对其收入，…)."""
    ends = [x["evidence"]["end"] for x in leaves_of(node) if x["fact"] == "declared"]
    return all(text[at : at + 1] == "的" or _BODY.search(text, max(0, at - 4), at) for at in ends)


def _names_document(state: State, words: str) -> bool:
    """A line that is the document's own title again (对…予以资助) promises nothing yet."""
    bare = re.sub(r"\W", "", words)
    return 6 <= len(bare) <= len(state.title) and bare in re.sub(r"\W", "", state.title)


def _only_limits(state: State, group: _Group, draft: ItemDraft) -> bool:
    """A rule of its own that only caps: 同一申请人每年累计资助不超过8万元."""
    return not draft.criteria and len(draft.amounts) == 1 and only_limits(state.m, group[0])


def _limit_siblings(state: State, clause: Clause, draft: ItemDraft) -> bool:
    """Put such a cap on the items of the same list; False where there are none, or where it is a share and no sum."""
    parent = clause.parent
    if clause.children:
        return False  # what is said behind a list of the clause's own limits that list
    siblings = [d for d in state.drafts if parent is not None and parent.start <= d.start < clause.start and d.amounts]
    if not siblings or parent is None or parent.style == "root" or "cap" not in draft.amounts[0]:
        return False
    if any(_bounded_alike(state.m.text, d, draft) for d in siblings):
        return False  # 一般项目。…每个项目不超过80万元 beside 重点项目。…每个项目不超过200万元: each its own
    value = draft.amounts[0]["cap"]
    for amount in (a for d in siblings for a in d.amounts):
        if "cap" not in amount:
            amount["cap"] = value
            if "per" in draft.amounts[0]:
                amount["per"] = draft.amounts[0]["per"]
        elif amount["cap"] != value:
            amount.setdefault("caps", []).append({"cap": value})
    return True


def _bounded_alike(text: str, before: ItemDraft, draft: ItemDraft) -> bool:
    """Whether the item before is bounded in the very words of a draft, with another sum."""
    said, bound = (_FIGURES.sub("", text[d.amounts[-1]["evidence"]["start"] : d.amounts[-1]["evidence"]["end"]]) for d in (before, draft))
    return len(before.amounts) == 1 and before.amounts[0]["kind"] == "capped" and said == bound


_FIGURES = re.compile(r"\d[\d,.]*|[万亿]")

_BY_OTHERS = re.compile(r"按照?[^，；。]{2,20}(?:政策|办法|规定|细则)(?:规定)?(?:执行|办理)[。；]")
"""…给予奖励，具体按人才政策执行。: a promise of its own that says nothing of the next."""


def _leads(text: str, group: _Group, following: _Group) -> bool:
    """Whether a promise without figures leads into the next: 给予落户奖励。纳税总额达到…的，奖励…"""
    if _follows_colon(text, group, following):
        return True
    if _BY_OTHERS.search(text, group[-1].promises[0][0], following[0].start):
        return False
    same_line = figures(text, following) and "\n" not in text[group[-1].end : following[0].start]
    if _STANDARD.match(text, following[0].start) and "\n" not in text[group[-1].end : following[0].start]:
        return True
    if same_line and (_BARE_BAND.match(text, following[0].start) or _of_the_same(text, group, following)):
        return True
    return (
        figures(text, following)
        and _GENERAL_GIFT.search(text, group[-1].promises[0][0], group[-1].end) is not None
        and (TARGETED.match(text, following[0].start) is None or _SINGLE.match(text, following[0].start) is not None)
        and "\n" not in text[group[-1].end : following[0].start]
    )


_BARE_BAND = re.compile(r"对(?:于)?(?:年度?|其中)?\d[\d.]{0,8}(?:万|亿)?元(?:以内|以下|及以下|以上|及以上|至|-|~|\()")
"""…的给予奖励。对500万元以内的按1%…: the bands of what the sentence before is about."""
_LEAST_NOUN = 4


def _of_the_same(text: str, group: _Group, following: _Group) -> bool:
    """对公共厂房建设给予补助。对竣工的公共厂房，每平方米…: a short sentence names what the next one, in the same words, says the sums of."""
    if len(group) != 1 or len(group[0].conditions) != 1 or not following[0].conditions:
        return False
    if _BARE_GIFT.fullmatch(text, *group[0].promises[0]) is None:
        return False
    own = re.sub(r"^(?:对于?|凡|(?:支持|鼓励|引导)(?:企业|单位|机构)?)|的$", "", text[slice(*group[0].conditions[0])])
    theirs = "".join(text[a:z] for a, z in following[0].conditions)
    parts = (own[i : i + _LEAST_NOUN] for i in range(len(own) - _LEAST_NOUN + 1))
    return len(own) <= _SHORT_LEAD and any(part in theirs for part in parts)


_SHORT_LEAD = 16  # characters
_BARE_GIFT = re.compile(r"(?:给予|进行|实行)(?:一定|适当|相应|资金|财政|政策|专项|的)*(?:奖励|补助|补贴|扶持|支持|资助|奖补)")


def _follows_colon(text: str, group: _Group, following: _Group) -> bool:
    return "：" in text[max(group[-1].promises[-1][0], group[-1].end - 2) : following[0].start + 1]


def figures(text: str, group: _Group) -> bool:
    return any(names_amounts(text, b.promises) for b in group)


def _substantial(text: str, groups: list[_Group]) -> list[_Group]:
    """Without general words (采取后补助方式给予支持) beside promises with figures."""
    groups = [
        g
        for g in groups
        if figures(text, g)
        or not re.search(r"(?:上述|前款|本条)[^，；。]{0,4}(?:资助|标准|奖励|补贴|补助|规定)", text[g[0].start : g[-1].end])
    ]
    rich = {id(g) for g in groups if figures(text, g)}
    if not rich:
        return groups
    return [g for g in groups if id(g) in rich or (g[0].conditions and not _MANNER.match(text, g[0].start))]


def _settle_span(
    state: State, clause: Clause, draft: ItemDraft, alone: bool, span: tuple[int, int], index: int, *, bound: bool
) -> None:
    """An item alone in its paragraph takes all of it, with the clause's mark if it is the first."""
    draft.title = clause.heading if alone else ""
    draft.path = path_of(clause)
    stop = state.m.text.find("。", draft.end - 1, span[1])
    own = draft.end - draft.start
    beside = own < _LEAST_SHARE * (span[1] - span[0]) and span[1] - span[0] > 80 and not bound
    last = not 0 <= stop < span[1] - _TAIL
    if alone and beside and not (last and wishes_only(state.m.text, span[0], draft.start)):
        sentence = max(state.m.text.rfind(mark, span[0], draft.start) for mark in "。；\n") + 1 or span[0]
        told = _ANYBODY.match(state.m.text, draft.start) or _MANNER.match(state.m.text, draft.start)
        if told and sentence > span[0]:
            before = max(state.m.text.rfind(mark, span[0], sentence - 1) for mark in "。；\n") + 1 or span[0]
            draft.start = before
        elif own >= _LEAST_SHARE * (draft.end - sentence):
            draft.start = sentence
        draft.end = stop + 1 if stop >= 0 else draft.end
    elif alone:
        draft.start = clause.start if index == 0 and not clause.children and clause.style != "card" else span[0]
        draft.end = span[1]
    elif 0 <= stop <= draft.end + 1:
        draft.end = stop + 1
    draft.words = state.m.text[draft.start : draft.end]


def _once_only(state: State, clause: Clause, drafts: list[ItemDraft], end: int) -> None:
    """每家企业连续3年只能获得1次 stands beside the promise, in a sentence of its own: a condition of each item here."""
    if clause.start not in state.once:
        said = (f.node for span in clause.paragraphs for f in find_standing(state.m.text, *span))
        state.once[clause.start] = next((node for node in said if node["origin"] == "standing/once-only"), None)
    once = state.once[clause.start]
    if once is None or once["evidence"]["end"] > end:
        return
    for draft in drafts:
        if not speaks_of(draft, "received_benefits"):
            draft.criteria.append({**once})
