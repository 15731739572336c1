"""Walking the clause tree: which clauses give conditions for all, which grant something, and whose conditions belong to whom."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass, field

from policies.extract.amounts import read_amounts
from policies.extract.benefits import benefits, units
from policies.extract.conditions import declared, inline_condition, listed_condition, read_typed
from policies.extract.items import ItemDraft, grouped, item_of
from policies.extract.leaf import Node, all_of, any_of, leaves_of
from policies.extract.mentions import Mentions
from policies.extract.standing import find_standing
from policies.extract.thresholds import find_thresholds
from policies.quantities import quantities
from policies.segmenting import Clause

_SKIPPED = {"procedure", "material", "contact", "time", "basis", "definition", "supplementary"}
_SCOPE = re.compile(
    r"^(?:本(?:办法|措施|政策|细则|规定|意见|若干措施|通知|文件|条例)[^，。；]{0,12}(?:适用于|适用对象|适用范围|扶持对象|支持对象|奖励对象)|享受本[^，。；]{1,8}(?:政策|办法|措施|扶持|奖励)?的(?:企业|单位|机构|对象|项目)|"
    r"适用(?:于|范围)|[^，。；]{0,16}(?:扶持|支持|奖励|补贴|补助|资助|申报|申请|享受)(?:对象|主体|单位|企业)(?:是指|为|包括|须|应|必须|是)|申报(?:本|单位|企业|主体)[^，。；]{0,14}(?:应|须|需)(?:当)?(?:同时)?(?:符合|满足|具备))"
)
_EXCLUSION = re.compile(r"(?:有|存在|出现|属于|符合)?(?:下列|以下|下述|上述)[^，。；：]{0,12}(?:情形|情况|行为|条件)?(?:之一)?的?[^。；：]{0,30}(?:不予|不得|不能|不享受|不再|不适用|不纳入|不属于|取消)[^。；：]{0,26}(?:支持|申报|享受|受理|奖励|补助|范围|资助|扶持|补贴|资格|条件)?[^。；]{0,12}[：:]?$")
_LIST_LEAD = re.compile(r"(?:应当?|须|必须|需)?(?:同时)?(?:符合|满足|具备|达到)(?:以下|下列|如下)[^，；。：]{0,10}(?:条件|标准|要求)(?:之一)?[：:]?$", re.MULTILINE)
_SANCTION = re.compile(r"追回|收回|取消[^。；]{0,10}资格|责令|追究|撤销|骗取|弄虚作假|停止拨付")
_ANY = re.compile(r"之一|任[一1]|任意[一1]|其中一")
_EXCLUSIVE = re.compile(r"就高不重复|从高不重复|从优不重复|就高、不重复|不重复(?:享受|支持|奖励|补助|资助|计算|申报)|不得重复(?:申报|申请|享受)|不可重复|不予重复|不再重复")
_PROMISE = re.compile(r"(?:企业|单位)?(?:应|须|需)?承诺[^；。]{4,80}(?:不迁出|不迁离|不外迁|不减少|不改变)[^；。]{0,60}")


@dataclass(slots=True)
class _State:
    m: Mentions
    drafts: list[ItemDraft] = field(default_factory=list)
    common: list[Node] = field(default_factory=list)
    sections: list[tuple[Clause, list[Node]]] = field(default_factory=list)
    exclusive: bool = False


def collect(m: Mentions, root: Clause, *, title: str) -> tuple[list[ItemDraft], Node | None, bool]:
    """The items of a document, its common criteria, and whether its benefits exclude one another."""
    state = _State(m)
    if _for_persons(title, m.text) or title.endswith("批复"):
        return [], None, False
    _walk(state, root)
    if title.endswith("条例") or "条例" in title[-14:]:
        state.drafts = [d for d in state.drafts if d.amounts]
    state.exclusive = bool(_EXCLUSIVE.search(m.text))
    if not state.drafts:
        _whole(state, root, title)
    _share(state)
    shared = _distinct(state.common)
    common = all_of(shared)
    if len(state.drafts) > 1:
        for draft in state.drafts:
            draft.criteria = _beyond(shared, _distinct(draft.criteria))
    if len(state.drafts) == 1 and common is not None:
        draft = state.drafts[0]
        spans = [c for c, _ in state.sections if c.style not in ("card", "label")]
        if spans and draft.amounts:
            draft.start, draft.end = min([draft.start, *(c.start for c in spans)]), max([draft.end, *(c.end for c in spans)])
        draft.criteria = _distinct([*_flat(common), *draft.criteria])
        draft.exclusive = draft.exclusive or state.exclusive
        return state.drafts, None, False
    return state.drafts, common, state.exclusive


_PERSONAL = re.compile(
    r"住房保障|公共租赁|公租房|保障性住房|经济适用|最低生活|低保|社会救助|临时救助|特困|残疾人|救助供养|老年人|居家养老|长期护理|医疗保险(?!费)|入户|积分制|生育|殡葬|扶贫|职称|任职资格|公务员|高龄|优抚|抚恤|义务教育|学生资助"
)


def _for_persons(title: str, text: str) -> bool:
    """Whether the benefits are for households and persons: relief, housing, care, settlement. Such texts grant an enterprise nothing."""
    if not _PERSONAL.search(title or text[:160]):
        return False
    return len(re.findall(r"企业|用人单位|公司", text)) < len(re.findall(r"家庭|居民|户籍|老年人|残疾人|申请人|保障对象|参保人|人员|学生|职工", text))


def _beyond(shared: list[Node], own: list[Node]) -> list[Node]:
    """An item does not say again what the document says for all."""
    said = {_key(n) for n in shared if "fact" in n and n["fact"] != "declared"}
    return [n for n in own if "fact" not in n or _key(n) not in said]


def _key(node: Node) -> str:
    return repr((node["fact"], node["op"], node.get("value"), node.get("period")))


def _flat(node: Node) -> list[Node]:
    return list(node["all"]) if set(node) == {"all"} else [node]


def _distinct(nodes: list[Node]) -> list[Node]:
    """Without a typed leaf that says again what one before it says."""
    seen: set[str] = set()
    result: list[Node] = []
    for node in nodes:
        key = repr([(x["fact"], x["op"], x.get("value"), x.get("period")) for x in leaves_of(node)])
        if key in seen:
            continue
        seen.add(key)
        result.append(node)
    return result


def _text(state: _State, clause: Clause) -> str:
    return "\n".join(state.m.text[a:b] for a, b in clause.paragraphs)


def _walk(state: _State, clause: Clause) -> None:
    role = clause.in_role
    own = _text(state, clause)
    if role == "procedure" and clause.style in ("cn", "chapter") and re.search(r"保障|措施|组织(?!申报)", clause.heading):
        _clause(state, clause)
        return
    if role in _SKIPPED and clause.style != "root":
        _common_in(state, clause)
        if role == "basis":
            _who(state, clause)
        if role == "supplementary" or role == "procedure" and clause.style in ("chapter", "cn"):
            for child in clause.children:
                _walk(state, child) if child.role in ("eligibility", "benefit") else _common_in(state, child)
        return
    if clause.role in ("eligibility", "exclusion") and not _grants(state, clause):
        nodes = _conditions(state, clause, excluding=clause.role == "exclusion")
        if nodes:
            state.sections.append((clause, nodes))
        return
    if clause.style in ("article", "cn", "cn_paren", "num", "label") and (_SCOPE.match(own) or _LIST_LEAD.search(own)) and not _grants(state, clause):
        state.common.extend(_scope(state, clause))
        return
    if clause.style != "root" and _EXCLUSION.search(own.split("\n")[0]) and clause.children and not _SANCTION.search(own):
        state.common.extend(_conditions(state, clause, excluding=True))
        return
    _clause(state, clause)


def _grants(state: _State, clause: Clause) -> bool:
    """Whether a section named after its conditions also holds the promises (支持对象和标准)."""
    return any(benefits(state.m.text, a, b) and "给予" in state.m.text[a:b] for c in clause.walk() for a, b in c.paragraphs)


def _common_in(state: _State, clause: Clause) -> None:
    """What a skipped section still says for all items: an undertaking that the rule demands."""
    for piece in clause.walk():
        for a, b in piece.paragraphs:
            _undertaking(state, a, b)


_WHO = re.compile(r"(?:用于支持|支持|适用于|扶持|面向)[^，；。]{0,8}(?:[我本][省市区县]|[一-龥]{2,6}(?:省|市|区|县))[^。；]{0,24}企业")


def _who(state: _State, clause: Clause) -> None:
    """General provisions may say whom the money is for: 用于支持我省辖区内的工业企业."""
    for piece in clause.walk():
        for a, b in piece.paragraphs:
            m = _WHO.search(state.m.text, a, b)
            if m is not None and piece.style == "article" and not piece.children:
                state.common.extend(
                    f.node for f in read_typed(state.m, m.start(), m.end()) if f.node["fact"] in ("registered_region", "industry", "enterprise_size")
                )


def _undertaking(state: _State, start: int, end: int) -> bool:
    m = _PROMISE.search(state.m.text, start, end)
    if m is None or re.search(r"承诺书|材料", m[0]):
        return False
    state.common.append(declared(state.m, m.start(), m.end(), origin="declared/undertaking"))
    return True


def _clause(state: _State, clause: Clause) -> None:
    """Promises in the clause's own paragraphs and below it."""
    if clause.children and clause.paragraphs and _lead_of_list(state, clause):
        return
    found_any = False
    for index, (a, b) in enumerate(clause.paragraphs):
        if _undertaking(state, a, b) and "给予" not in state.m.text[a:b]:
            continue
        found_any = _paragraph(state, clause, a, b, index) or found_any
    for child in clause.children:
        _walk(state, child)


def _paragraph(state: _State, clause: Clause, start: int, end: int, index: int) -> bool:
    start = _past_heading(state, clause, start, end, index)
    found = benefits(state.m.text, start, end, granting=clause.role == "benefit" and clause.style == "label")
    groups = _substantial(state, clause, grouped(state.m, found))
    drafts: list[ItemDraft] = []
    for group in groups:
        draft = item_of(state.m, group)
        _settle_span(state, clause, draft, len(groups), start, end, index)
        drafts.append(draft)
    _once_only(state, clause, drafts, start, end)
    _from_lead(state, clause, groups, drafts, start)
    if len(drafts) > 1:
        _overall_cap(state, drafts, start, end)
    state.drafts.extend(drafts)
    return bool(groups)


_LEAD_VERB = re.compile(r"(?:积极|大力)?(?:鼓励|支持|引导|推动|扶持)")
_SUBJECTS = {"qualifications", "industry_theme", "industry", "registered_region", "enterprise_size", "entity_kind", "above_scale", "headquarters", "ownership"}


def _from_lead(state: _State, clause: Clause, groups: list, drafts: list[ItemDraft], start: int) -> None:  # type: ignore[type-arg]
    """鼓励跨境电商企业建设海外仓。对… : whom the lead (or the heading) names as its subject the promise is for."""
    if not groups:
        return
    leads: list[tuple[int, int]] = []
    if clause.paragraphs and clause.heading and state.m.text.startswith(clause.heading, clause.body):
        leads.append((clause.body, clause.body + len(clause.heading)))
    leads.extend((a, b) for a, b, _ in units(state.m.text, start, groups[0][0].start))
    for low, high in leads:
        verb = _LEAD_VERB.match(state.m.text, low, high)
        if verb is None:
            continue
        for f in read_typed(state.m, verb.end(), min(high, verb.end() + 60)):
            if f.node["fact"] not in _SUBJECTS or f.start - verb.end() > 3 or state.m.text[f.end : f.end + 1] in ("、", "建", "设"):
                continue
            for draft in drafts:
                if not any(x["fact"] == f.node["fact"] for n in draft.criteria for x in leaves_of(n)) and not any(
                    x["fact"] == f.node["fact"] for a in draft.amounts for x in leaves_of(a.get("when"))
                ):
                    draft.criteria.insert(0, f.node)


def _once_only(state: _State, clause: Clause, drafts: list[ItemDraft], start: int, end: int) -> None:
    """每家企业连续3年只能获得1次 stands beside the promise, in a sentence of its own: a condition of each item here."""
    low = clause.paragraphs[0][0] if clause.paragraphs else start
    for f in find_standing(state.m.text, min(low, start), end):
        if f.node["origin"] != "standing/once-only":
            continue
        for draft in drafts:
            if not any(x["fact"] == "received_benefits" for n in draft.criteria for x in leaves_of(n)):
                draft.criteria.append(f.node)


def _overall_cap(state: _State, drafts: list[ItemDraft], start: int, end: int) -> None:
    """单个企业每年支持总金额不超过200万元, said once behind several promises, limits every one of them."""
    m = re.compile(r"(?<=。)(?:单个|每个|每家|同一|各)(?:企业|机构|单位|申报单位|主体)[^，；。]{0,14}(?:每年|年度|全年)[^，；。]{0,14}总(?:金额|额)[^，；。]{0,6}(?:不超过|最高|不得超过)").search(state.m.text, start, end)
    if m is None:
        return
    limit = next((q for q in quantities(state.m.text, m.start(), min(end, m.end() + 16)) if q.is_money), None)
    if limit is None:
        return
    value = int(limit.value)
    for draft in drafts:
        for amount in draft.amounts:
            if amount.get("cap") == value:
                continue
            if "cap" in amount and amount["cap"] < value and amount["kind"] != "per_unit":
                amount.setdefault("caps", []).append({"cap": value, "per": "year"})
            elif "cap" not in amount:
                amount["cap"], amount["per"] = value, "year"


def _substantial(state: _State, clause: Clause, groups: list) -> list:  # type: ignore[type-arg,type-arg]
    """Without general words (采取后补助方式给予支持) beside promises with figures."""
    def figures(group: list) -> bool:  # type: ignore[type-arg]
        return any(read_amounts(state.m.text, b.promises) for b in group)

    rich = [g for g in groups if figures(g)]
    if not rich:
        return groups
    return [g for g in groups if g in rich or (g[0].conditions and re.match(r"对于?", state.m.text[g[0].start : g[0].start + 2]))]


def _past_heading(state: _State, clause: Clause, start: int, end: int, index: int) -> int:
    """Where the paragraph's own words begin behind its heading (鼓励企业科技创新。对…)."""
    if index == 0 and clause.heading and state.m.text.startswith(clause.heading, start) and start + len(clause.heading) < end:
        after = state.m.text[start + len(clause.heading)]
        if after in "。：" and end - start - len(clause.heading) > 4:
            return start + len(clause.heading) + 1
    label = re.compile(r"[一-龥“”]{3,14}：(?=对)").match(state.m.text, start, end)
    if label:
        return label.end()
    bracket = re.compile(r"\s*【[^】]{2,20}】").match(state.m.text, start, end)
    return bracket.end() if bracket and index == 0 else start


def _settle_span(state: _State, clause: Clause, draft: ItemDraft, count: int, start: int, end: int, index: int) -> None:
    """An item alone in its paragraph takes all of it, with the clause's mark if it is the first."""
    draft.title = clause.heading if count == 1 else ""
    draft.path = tuple(c.heading for c in (clause, *clause.ancestors()) if c.heading)
    stop = state.m.text.find("。", draft.end - 1, end)
    if count == 1:
        draft.start = clause.start if index == 0 and not clause.children else start
        draft.end = end
    elif 0 <= stop <= draft.end + 1:
        draft.end = stop + 1
    draft.words = state.m.text[draft.start : draft.end]


def _lead_of_list(state: _State, clause: Clause) -> bool:
    """A clause whose last own paragraph leads into its numbered children; True where that settled everything."""
    low, high = clause.paragraphs[-1]
    words = state.m.text[low:high]
    if not words.rstrip().endswith(("：", "条件", "情形")) and not re.search(r"(?:以下|下列|如下)[^。；]{0,20}[：。]?$", words):
        return False
    leaf_children = [c for c in clause.children if not c.children]
    child_benefits = [[b for a, z in c.paragraphs for b in benefits(state.m.text, a, z)] for c in clause.children]
    own = benefits(state.m.text, low, high)
    if not any(child_benefits):
        if not own:
            return False
        return _conditions_below(state, clause, own)
    if len(leaf_children) == len(clause.children) and all(child_benefits):
        return _tiers_below(state, clause, [b for bs in child_benefits for b in bs], own)
    return False


def _conditions_below(state: _State, clause: Clause, own: list) -> bool:  # type: ignore[type-arg]
    """对符合下列条件之一的企业，给予…：(一)…(二)…"""
    groups = grouped(state.m, own)
    for group in groups:
        draft = item_of(state.m, group)
        draft.start, draft.end, draft.title = clause.start, clause.end, clause.heading
        draft.words = state.m.text[draft.start : draft.end]
        draft.path = tuple(c.heading for c in clause.ancestors() if c.heading)
        low, high = clause.paragraphs[-1]
        draft.criteria.extend(_children(state, clause, any_one=bool(_ANY.search(state.m.text[low:high]))))
        state.drafts.append(draft)
    for a, b in clause.paragraphs[:-1]:
        _paragraph(state, clause, a, b, 0)
    return True


def _tiers_below(state: _State, clause: Clause, below: list, own: list) -> bool:  # type: ignore[type-arg]
    """A list of tiers under one lead: one item if only the threshold moves, else the lead's condition for each."""
    if own and not any(b.conditions for b in below):
        return _parts_below(state, clause, below, own)
    groups = grouped(state.m, below)
    if len(groups) != 1 or len(below) < 2 or not _all_tiers(state, clause):
        return False
    draft = item_of(state.m, groups[0])
    low, high = clause.paragraphs[-1]
    lead = [n for n in inline_condition(state.m, low, high) if _telling(state, n)]
    draft.criteria = [*lead, *draft.criteria]
    draft.start, draft.end, draft.title = clause.start, clause.end, clause.heading
    draft.words = state.m.text[draft.start : draft.end]
    state.drafts.append(draft)
    return True


def _all_tiers(state: _State, clause: Clause) -> bool:
    """Whether every child only moves a threshold, a level or a class of the same benefit."""
    facts: list[set[str]] = []
    for child in clause.children:
        text = _text(state, child)
        typed = {f.node["fact"] for a, b in child.paragraphs for f in find_thresholds(state.m.text, a, b, elided=True)}
        facts.append(typed)
        if len(text) > 60:
            return False
    return all(facts) and all(f == facts[0] for f in facts) or max(len(_text(state, c)) for c in clause.children) <= 28


def _parts_below(state: _State, clause: Clause, below: list, own: list) -> bool:  # type: ignore[type-arg]
    """…合计最高1亿元，包括：(一)最高2000万元落户奖励；… : the parts are further amounts of the one item."""
    draft = item_of(state.m, [own[-1]])
    for b in below:
        draft.amounts.extend(read_amounts(state.m.text, b.promises))
    draft.start, draft.end, draft.title = clause.start, clause.end, clause.heading
    draft.words = state.m.text[draft.start : draft.end]
    draft.path = tuple(c.heading for c in (clause, *clause.ancestors()) if c.heading)
    state.drafts.append(draft)
    return True


def _telling(state: _State, node: Node) -> bool:
    return all(x["fact"] != "declared" or not re.search(r"标准|如下|以下|给予|奖励|按照", state.m.text[x["evidence"]["start"] : x["evidence"]["end"]]) for x in leaves_of(node))


def _scope(state: _State, clause: Clause) -> list[Node]:
    """The conditions of a scope article, inline or in its children."""
    nodes: list[Node] = []
    for a, b in clause.paragraphs:
        if _EXCLUSIVE.search(state.m.text[a:b]):
            continue
        nodes.extend(listed_condition(state.m, a, b))
    nodes.extend(_children(state, clause, any_one=bool(_ANY.search(_text(state, clause)))))
    return nodes


def _conditions(state: _State, clause: Clause, *, excluding: bool = False) -> list[Node]:
    """The conditions of an eligibility section: its own lines and its numbered children, one by one."""
    nodes: list[Node] = []
    for index, (a, b) in enumerate(clause.paragraphs):
        words = state.m.text[a:b]
        bare_heading = index == 0 and clause.heading and len(words) <= len(clause.heading) + 2 and clause.style not in ("card", "label")
        if bare_heading and (clause.children or len(clause.paragraphs) > 1):
            if clause.children and _EXCLUSION.search(words):
                excluding = True
            continue
        start = _past_heading(state, clause, a, b, index) if clause.role is not None or clause.children else a
        if re.search(r"(?:以下|下列|如下|下述)[^。；]{0,24}[：。]?$", words) and len(words) < 40:
            continue
        if _EXCLUSION.search(words) and clause.children:
            excluding = True
            continue
        shut = _SHUT_OUT.match(state.m.text, a, b)
        if shut is not None and not _SANCTION.search(words):
            nodes.extend(_excluded(state, shut.end(), b))
            continue
        nodes.extend(listed_condition(state.m, start, b, excluding=excluding))
    lead = _text(state, clause)
    nodes.extend(_children(state, clause, any_one=bool(_ANY.search(lead.split("\n")[-1] if lead else "")), excluding=excluding))
    return nodes


_SHUT_OUT = re.compile(r"[^。；：]{0,30}(?:下列|以下|下述|如下)[^。；：]{0,14}(?:不予|不得|不能|不享受|不再|不适用|不纳入|不属于)[^。；：]{0,26}：")


def _excluded(state: _State, start: int, end: int) -> list[Node]:
    """有下列情形的不予支持：甲；乙；丙 on one line: each part shuts an enterprise out."""
    nodes: list[Node] = []
    for low, high, _ in units(state.m.text, start, end):
        nodes.extend(listed_condition(state.m, low, high, excluding=True))
    return nodes


def _children(state: _State, clause: Clause, *, any_one: bool = False, excluding: bool = False) -> list[Node]:
    parts: list[Node] = []
    for child in clause.children:
        if child.role in _SKIPPED:
            continue
        own = _text(state, child)
        inner = excluding or child.role == "exclusion" or bool(_EXCLUSION.search(own.split("\n")[0] if own else "") and not _SANCTION.search(own))
        nodes = _conditions(state, child, excluding=inner)
        tree = all_of(nodes)
        if tree is not None:
            parts.append(tree)
    if any_one and len(parts) > 1 and not excluding:
        tree = any_of(parts)
        return [tree] if tree is not None else []
    return [n for p in parts for n in _flat(p)]


def _share(state: _State) -> None:
    """Give each eligibility section to the item it names, else to all items."""
    for clause, nodes in state.sections:
        if len(state.drafts) <= 1:
            state.common.extend(nodes)
            continue
        host = _host_section(state, clause)
        if host:
            for draft in host:
                draft.criteria.extend(nodes)
            if len(host) == 1 and clause.parent is not None:
                host[0].start, host[0].end, host[0].title = clause.parent.start, clause.parent.end, clause.parent.heading or host[0].title
            continue
        left = _by_heading(state, clause)
        state.common.extend(left)


def _host_section(state: _State, clause: Clause) -> list[ItemDraft]:
    """The items under the same numbered parent as a condition label (1、… 补贴条件：… 补贴标准：…)."""
    parent = clause.parent
    if parent is None or parent.style in ("root", "chapter"):
        return []
    inside = [d for d in state.drafts if parent.start <= d.start < parent.end]
    return inside if inside and len(inside) < len(state.drafts) else []


def _by_heading(state: _State, clause: Clause) -> list[Node]:
    """Children whose heading is an item's heading go to that item; the rest is returned."""
    rest: list[Node] = []
    for a, b in clause.paragraphs:
        words = state.m.text[a:b]
        if clause.style in ("card", "label") or len(words) > len(clause.heading) + 2:
            start = _past_heading(state, clause, a, b, 0)
            if not re.search(r"(?:以下|下列|如下)[^。；]{0,24}[：。]?$", words):
                rest.extend(listed_condition(state.m, start, b, excluding=clause.role == "exclusion"))
    for child in clause.children:
        nodes = _conditions(state, child)
        mine = _named_like(state, child.heading) if child.heading else []
        if mine and len(mine) < len(state.drafts):
            for draft in mine:
                draft.criteria = [n for n in draft.criteria if n.get("origin") != "declared/inline"]
                draft.criteria.extend(nodes)
        else:
            own = _text(state, child)
            excluding = clause.role == "exclusion" or bool(_EXCLUSION.search(own.split("\n")[0] if own else ""))
            rest.extend(_conditions(state, child, excluding=excluding) if excluding else nodes)
    return rest


def _named_like(state: _State, heading: str) -> list[ItemDraft]:
    """The items whose own or parent's heading is the same or nearest to `heading`."""
    best: dict[int, float] = {}
    for index, draft in enumerate(state.drafts):
        for name in (draft.title, *draft.path[:2]):
            if len(name) >= 4:
                score = 1.0 if name == heading else difflib.SequenceMatcher(None, name, heading).ratio()
                best[index] = max(best.get(index, 0.0), score)
    top = max(best.values(), default=0.0)
    return [state.drafts[i] for i, score in best.items() if score >= max(0.72, top - 0.01)]


def _whole(state: _State, root: Clause, title: str) -> None:
    """A document with conditions and no promise found: applying for the title or the programme is its one item."""
    if not state.sections or not re.search(r"认定|申报|评选|遴选|征集|资助|补助|奖励|资金|评定|试点|示范|备案|推荐|入库|培育|申请|补贴|扶持", title + state.m.text[:3000]):
        return
    weight = sum(len(leaves_of(n)) for _, nodes in state.sections for n in nodes)
    if weight < 2:
        return
    cards = [c for c in root.children if c.role == "benefit" and c.style == "card"]
    first = cards[0] if cards else state.sections[0][0]
    start = first.start if not cards else (first.children[0].start if first.children else first.paragraphs[0][0] if first.paragraphs else first.start)
    state.drafts.append(ItemDraft(start, first.end, title=title[:40], words=state.m.text[first.start : first.end], path=("申报",)))
