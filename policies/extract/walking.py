"""Walking the clause tree: which clauses give conditions for all, which grant something, and which are skipped."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from policies.extract.addressing import refers_to_article
from policies.extract.asking import asked_beside, standing_beside
from policies.extract.behind import demands_behind
from policies.extract.bounds import behind_mark
from policies.extract.choices import kind_of, names_whom
from policies.extract.condition_lists import (
    HANDING_IN,
    LIST_LEAD,
    asks_below,
    list_before_fields,
    list_before_promise,
    lists_conditions,
)
from policies.extract.conditions import declared, read_typed
from policies.extract.granting import grant_paragraphs
from policies.extract.handing import hand_down
from policies.extract.holding import REWARDS, grants, holds_gifts, is_named_gift, promises
from policies.extract.items import ItemDraft
from policies.extract.leaf import leaves_of
from policies.extract.led_lists import grant_list
from policies.extract.refusals import refusals
from policies.extract.sections import children_of, conditions_of, said_in_passing, scope_of
from policies.extract.sentences import lines_of, whom
from policies.extract.shutting import refuses_below
from policies.extract.state import SANCTION, SKIPPED, State
from policies.extract.tables import grant_tables
from policies.extract.tier_tables import complete, kinds_in_tables, tiers_in_tables
from policies.levels import LEAD
from policies.lexicon.sought import Sought
from policies.segmenting import Clause

_SCOPE = re.compile(
    r"^(?:(?:本(?:章|节|办法|措施|政策|细则|规定|意见|若干措施|通知|文件|条例)|(?:以上|上述)[^，。；]{1,10})[^，。；]{0,12}(?:适用于|"
    r"适用对象|适用范围|扶持对象|支持对象|奖励对象|奖补对象|补[助贴]对象|(?:所称|所指|所述|中)的?“?(?:企业|单位|机构|申报主体|市场主体)”?，?(?:均)?(?:是?指|为|是)|(?:所)?(?:支持|扶持|奖励|资助)的(?:企业|单位|机构)，?(?:均)?(?:须|应|必须|需|是指|为))|(?:申请|申报|享受)本[^，。；]{1,8}(?:政策|办法|措施|扶持|奖励|资金|项目)的(?:企业|单位|机构|主体|项目)，?(?:须|应当?|需|必须)(?!提交|按|于|向|填|将|及时|提供|配合|接受|自觉|严格|对)|享受本[^，。；]{1,8}(?:政策|办法|措施|扶持|奖励)?的(?:企业|单位|机构|对象|项目)|"
    r"[^。\n]{0,16}(?:符合|满足|具备)(?:以下|下列)条件[^。\n]{0,20}可以?(?:申请|享受|申报)(?:本[^，。；]{1,8})?第[一二三四五六七八九十]|适用(?:于|范围)|[^，。；]{0,16}(?:适用|扶持|支持|奖励|奖补|补贴|补助|资助|申报|申请|享受)(?:的?对象|范围|主体|单位|企业|机构|人|者)(?:是指|为|包括|面向|须|"
    r"应|必须|是)|申报(?:本|单位|企业|主体)[^，。；]{0,14}(?:应|须|需)(?:当)?(?:同时)?(?:符合|满足|具备|财务))|"
    r"[^；。\n]{6,140}?(?:，|(?<=企业)|(?<=组织)|(?<=单位)|(?<=机构)|(?<=主体)|(?<=团体)|(?<=个人)|(?<=\)))(?:均)?(?:适用本(?:实施)?(?:办法|规定|细则|措施|意见|政策)|可以?享受本(?:优惠)?(?:政策|办法|规定|措施)|可以?(?:依照|按照)(?:本[^，；。]{2,6})申(?:请|报)|可以?申请(?!缓缴|减免|免|延缓|延期|分期|退|困难|贷款|续贷)[^，；。]{2,16}[。；]|均可申报[^，；。]{2,16}[。；])"
)
_STOPPED = re.compile(
    r"(?:停止|取消|终止)享受|变更情况|(?:应当?|须|需)[^；。]{0,30}之日起[^，；。]{0,12}日内"
)  # what must be reported
_UNDERTAKING = Sought(
    r"(?:企业|单位|机构)?(?:应当?|须|需|必须)(?:书面)?承诺[^，；。]{2,40}不得?将[^，；。]{2,24}(?:迁离|迁出|外迁|搬离)[^，；。]{0,16}|"
    r"(?:企业|单位)?(?:应|须|需)?承诺[^；。]{4,80}(?:不迁出|不迁离|不外迁|不减少|不改变)(?:[^；。，]|，(?!因|如|若|提前|违反|否则|未|对|并(?:应|退))){0,60}|承诺在[^，；。]{2,16}(?:经营|运营|存续|落户)[^，；。]{0,8}年(?:以上|以内)?"
)
_BY_NUMBER = re.compile(
    r"(?:申请|享受|获得)(?:[^。；，]{0,8}第[一二三四五六七八九十]{1,3}条[^。；，]{0,12}|本[章条节][^。；，]{0,12})，?$"
)
_WHO = re.compile(
    r"(?:用于支持|支持|适用于|扶持|面向)[^，；。]{0,8}(?:[我本][省市区县]|[一-龥]{2,6}(?:省|市|区|县))[^。；]{0,24}企业"
)


_FIELDS = re.compile(
    r"项目(?:应当?|须|必须|需)(?:同时)?(?:属于|符合|为)(?:下列|以下|如下)[^，；。：]{0,10}(?:领域|方向|范围|类型|类别|条件|要求)(?:之一)?：?$",
    re.MULTILINE,
)
"""支持重点 / 申报项目应当属于下列领域之一：what is listed there is asked of every project."""
_LEAST_BENEFITS = 2
_ASKED = ("问", "Q", "q")
_MEASURES = re.compile(r"保障|措施|组织(?!申报)")


def walk(state: State, clause: Clause) -> None:
    role = clause.in_role
    own = state.text_of(clause)
    if (
        role == "procedure"
        and clause.style in ("cn", "chapter")
        and (_MEASURES.search(clause.heading) or (REWARDS.search(clause.heading) and grants(state, clause)))
    ):
        clause.role = "measures"
    elif role == "basis" and (
        clause.style == "chapter"
        or (clause.style == "cn" and any(c.style == "article" or _says_who_may(state, c) for c in clause.children))
    ):
        clause.role = "general"
        _who(state, clause)
    elif role == "basis" and clause.style == "cn" and (told := _scope_told(state, clause)):
        state.scopes.append((clause, scope_of(state, replace(clause, heading="", paragraphs=told))))
        return
    elif clause.role == "procedure" and re.search(r"条件|对象", clause.heading) and clause.style in ("cn", "chapter"):
        clause.role = "general"
    elif (clause.role == "benefit" and (names_whom(state, clause) or (_FIELDS.search(own) and not grants(state, clause)))) or (
        clause.role is None and len(clause.children) > 1 and names_whom(state, clause)
    ):
        clause.role = "eligibility"
    elif clause.role == "procedure" and is_named_gift(state, clause):
        clause.role = None
    elif clause.role in SKIPPED and state.m.text.startswith(_ASKED, clause.start) and grants(state, clause):
        clause.role = "measures"  # 问：贴息怎么申请？答：…，按利息的50%给予贴息。
    elif role in SKIPPED and clause.style == "chapter" and sum(c.role == "benefit" for c in clause.walk()) >= _LEAST_BENEFITS:
        clause.role = None  # 申报条件和申报材料, over cards that each say 政策内容：…
    elif clause.role in ("procedure", "material") and holds_gifts(state, clause):
        clause.role = "measures"
    elif role in SKIPPED and clause.style != "root" and not lists_conditions(own, clause):
        _skip(state, clause, role)
        return
    table = None if kinds_in_tables(state, clause) else tiers_in_tables(state, clause)
    _walk_on(state, clause)
    if table is not None:
        complete(state.drafts, table, clause)


def _walk_on(state: State, clause: Clause) -> None:
    """What is left of a clause behind its tables of tiers: its other tables, its conditions, its promises and its children."""
    role, own = clause.in_role, state.text_of(clause)
    if clause.style == "root":
        _only_conditions(state, clause)
        _lead(state, clause)
    if list_before_fields(state, clause, walk):
        return
    children = grant_tables(state, clause)
    if clause.role == "eligibility" and clause.style == "chapter" and kind_of(state, clause.children) is not None:
        state.scopes.extend((child, scope_of(state, child)) for child in clause.children)
        return
    if clause.role in ("eligibility", "exclusion") and not grants(state, clause):
        nodes = conditions_of(state, clause, excluding=clause.role == "exclusion")
        _refuse_by_article(state, clause)
        if nodes:
            state.sections.append((clause, nodes))
        return
    if clause.style == LEAD and clause.children and _AS_FOLLOWS.search(own) and not grants(state, clause):
        state.sections.append((clause, children_of(state, clause)))
        return
    before = len(state.drafts)
    if list_before_promise(state, clause):
        _beside(state, clause, state.drafts[before:])
        return
    if (
        clause.style in ("article", "cn", "cn_paren", "num", "label", LEAD)
        and (_SCOPE.match(own) or LIST_LEAD.search(own))
        and not HANDING_IN.search(own[:60])
        and not _STOPPED.search(own)
        and not grants(state, clause)
    ):
        _refuse_by_article(state, clause)
        state.scopes.append((clause, scope_of(state, clause)))
        return
    if clause.style != "root" and refuses_below(own.split("\n")[0]) and clause.children and not SANCTION.search(own):
        state.scopes.append((clause, conditions_of(state, clause, excluding=True)))
        return
    if clause.children and clause.paragraphs and clause.children[0].style != "row" and grant_list(state, clause):
        if len(state.drafts) > before:
            _refuse(state, clause, state.drafts[before:])
        return
    first = len(state.drafts)
    grant_paragraphs(state, clause)
    for a, b in clause.paragraphs:
        _undertaking(state, a, b, clause, state.drafts[first:])
    _refuse(state, clause, state.drafts[first:])
    demands_behind(state, clause, state.drafts[first:])
    if clause.children and len(state.drafts) > first and asks_below(state, clause):
        return
    if role not in SKIPPED:
        asked_beside(state, clause, state.drafts[first:])
    first = len(state.drafts)
    for child in children[_past_title(clause) :]:
        walk(state, child)
    if clause.children and clause.style != "root":
        hand_down(state, clause, state.drafts[first:])


def _beside(state: State, clause: Clause, drafts: list[ItemDraft]) -> None:
    """What the lines behind a list and its promise ask, refuse and demand besides."""
    _refuse(state, clause, drafts)
    demands_behind(state, clause, drafts)
    asked_beside(state, clause, drafts)


def _scope_told(state: State, clause: Clause) -> list[tuple[int, int]]:
    """一、总则 / 本政策适用于…的企业。: the lines of the grounds that say for whom the text is."""
    return [] if clause.children else [span for span in clause.paragraphs if _SCOPE.match(state.m.text[slice(*span)])]


def _says_who_may(state: State, clause: Clause) -> bool:
    """Whether a part of 总体要求 says who may apply, or whom it shuts out: no mere aims then."""
    own = state.text_of(clause)
    return _SCOPE.match(own) is not None or (bool(clause.children) and refuses_below(own.split("\n")[0]))


_NAMED_AFTER = re.compile(
    r"[^，。；：\n]{4,40}(?:申报|申请|认定|评选|评定|入库|支持|奖励|补[助贴]|奖补|资助|扶持)(?:的)?(?:基本)?条件\n"
)
_NUMBERED = ("cn", "cn_paren", "num", "num_paren")


def _only_conditions(state: State, root: Clause) -> None:
    """XX奖补申报条件, and a numbered list right below: where no section is named after conditions, what grants nothing there is one."""
    named = _NAMED_AFTER.match(state.text_of(root) + "\n") is not None and not any(c.in_role == "eligibility" for c in root.walk())
    if not named and not _leads_into_all(state, root):
        return
    for child in root.children:
        if child.role is None and child.style in _NUMBERED and not grants(state, child):
            child.role = "eligibility"


_AS_FOLLOWS = re.compile(r"(?<!不)(?:申报|申请|认定|补充|推荐|[市区县省]级|基本|具体)条件(?:明确|公布|补充|规定)?如下：$")
_CONDITIONS_BELOW = re.compile(
    r"(?:条件|要求)(?:明确|通知|公布|补充|规定)?如下：$|(?:符合|满足|具备)(?:以下|下列|如下)[^，；。：]{0,10}条件(?:之一)?：$"
)
"""现补充申报条件如下：, and the chapters of the text below it."""


def _leads_into_all(state: State, root: Clause) -> bool:
    """Whether the last line before the first number leads into conditions."""
    first = min((c.start for c in root.children if c.style in _NUMBERED), default=0)
    before = [span for span in root.paragraphs if span[1] <= first]
    return bool(before) and _CONDITIONS_BELOW.search(state.m.text[slice(*before[-1])]) is not None


_FOR_WHOM = re.compile(
    r"(?:奖补|支持|扶持|奖励|补贴|补助|资助|适用|申报|申请|享受)(?:的)?(?:对象|主体|范围)(?:为|是指|是|包括|限于?|限定为)(?P<who>[^；。]{6,160}?)(?:，另有[^，；。]{2,16})?(?=[。；]|$)"
)
"""奖补对象为在本县从事农业生产的企业、合作社: a sentence of the lead that says whom all of the list is for."""


def _lead(state: State, root: Clause) -> None:
    """The sentence before the first part of a text that says whom everything in it is for."""
    first = min((c.start for c in root.children), default=0)
    for a, b in root.paragraphs[1:]:
        found = _FOR_WHOM.search(state.m.text, a, b) if b <= first else None
        if found is not None and state.m.text[found.start() - 1] in "。；\n":
            state.common.extend(whom(state, *found.span("who")))
            return
        if b <= first and _APPLIES_TO.match(state.m.text, a, b) is not None:
            state.common.extend(lines_of(state, a, b))
            return


_APPLIES_TO = re.compile(r"本(?:若干)?(?:政策措施|办法|措施|政策|细则|规定|意见|通知|指南|汇编)适用(?:于|对象|范围)")


def _past_title(clause: Clause) -> int:
    """How many parts stand before the first field of a card: its number and its name, which promise nothing."""
    fields = [i for i, c in enumerate(clause.children) if c.style == "card"]
    return fields[0] if clause.style == "root" and len(fields) >= 2 else 0


def _refuse(state: State, clause: Clause, drafts: list[ItemDraft]) -> None:
    """A refusing sentence beside promises is a condition of theirs, standing alone one of all items."""
    for a, b in clause.paragraphs:
        for (low, high), nodes in refusals(state.m, a, b):
            if refers_to_article(state.m.text[low:high]):
                state.asked.append((clause, (low, high), nodes))
                continue
            of_all = "本条" in state.m.text[low:high]
            hosts = drafts if of_all else [d for d in drafts if d.start <= low < d.end] or drafts
            for draft in hosts:
                spans = [x["evidence"] for t in draft.criteria for x in leaves_of(t)]
                own = max(low, min(x["evidence"]["start"] for n in nodes for x in leaves_of(n)))
                if not any(own <= e["start"] < high for e in spans):
                    draft.criteria.extend(nodes)
            if drafts:
                continue
            if clause.style == "label" and clause.parent is not None and clause.parent.style not in ("root", "chapter"):
                state.sections.append((clause, nodes))  # 注意事项 of a card
            else:
                state.common.extend(nodes)


def _refuse_by_article(state: State, clause: Clause) -> None:
    """Within a scope or a list of conditions, 房地产企业不适用本措施第二条 is asked of that article's items."""
    for a, b in clause.paragraphs:
        for (low, high), nodes in refusals(state.m, a, b):
            if refers_to_article(state.m.text[low:high]):
                state.asked.append((clause, (low, high), nodes))


def _skip(state: State, clause: Clause, role: str | None) -> None:
    """A section of procedure grants nothing, but may still hold conditions and undertakings."""
    if role == "supplementary":
        for piece in clause.walk():
            for a, b in piece.paragraphs:
                state.common.extend(said_in_passing(state, a, b))
            asked_beside(state, piece, [])
    if role == "procedure":
        for piece in clause.walk():
            standing_beside(state, piece)
    if role not in ("material", "contact"):
        for piece in clause.walk():
            for a, b in piece.paragraphs:
                _undertaking(state, a, b, piece)
    at_top = clause.parent is not None and clause.parent.style == "root"
    if role == "supplementary" or (role == "procedure" and (at_top or clause.style in ("chapter", "cn"))):
        for child in clause.children:
            if role == "supplementary" and child.role is None and promises(state, clause, child):
                child.role = "measures"
            if child.role in ("eligibility", "benefit", "measures") or lists_conditions(state.text_of(child), child):
                walk(state, child)


def _who(state: State, clause: Clause) -> None:
    """General provisions may say whom the money is for: 用于支持我省辖区内的工业企业."""
    for piece in clause.walk():
        for a, b in piece.paragraphs:
            m = _WHO.search(state.m.text, a, b)
            if m is not None and piece.style == "article" and not piece.children:
                found = read_typed(state.m, m.start(), m.end())
                state.common.extend(f.node for f in found if f.node["fact"] in ("registered_region", "industry", "enterprise_size"))


def _undertaking(state: State, start: int, end: int, clause: Clause, drafts: Sequence[ItemDraft] = ()) -> None:
    """企业应承诺10年内不迁出 is a condition where the rule itself demands it: of the promise that it stands behind, of those its article is about, else of all."""
    m = _UNDERTAKING.search(state.m.text, start, end)
    said = any(n.get("origin") == "declared/undertaking" for n in state.common)
    if m is not None and _BY_NUMBER.search(state.m.text, max(start, m.start() - 24), m.start()):
        return  # 申请第一条奖励的企业须承诺…: asked of that article's items only
    if m is None or said or re.search(r"承诺书|材料", m[0]):
        return
    node = declared(state.m, m.start(), m.end(), origin="declared/undertaking")
    beside = [
        d for d in drafts if d.start < m.start() and start < d.end and not _OF_THIS_TEXT.search(state.m.text, start, m.start())
    ]
    if len(beside) == 1:
        beside[0].criteria.append(node)
    elif clause.style == "article" and not _OF_THIS_TEXT.search(state.m.text, start, m.start()):
        low = behind_mark(state.m.text, start, m.start(), "。；")
        state.asked.append((clause, (low, m.end()), [node]))
    else:
        state.common.append(node)


_OF_THIS_TEXT = re.compile(r"享受本(?!条)[^，；。]{1,8}(?:的)?(?:企业|单位|机构|项目)[^，；。]{0,6}$")
