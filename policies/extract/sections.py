"""Eligibility sections, scope articles and exclusion lists: their lines and numbered children as criteria."""

from __future__ import annotations

import re

from policies.extract.bounds import behind_mark
from policies.extract.choices import ENTRY, THE_FOLLOWING, are_beneficiaries, are_kinds, branched, defined, is_branch
from policies.extract.conditions import declared, inline_condition, listed_condition
from policies.extract.entries import asks
from policies.extract.graded import graded, graded_inline
from policies.extract.leaf import Node, all_of, any_of, either_of
from policies.extract.others import EXPLAINS, INMATES, of_others, without_heads
from policies.extract.pieces import out_of_bracket, units
from policies.extract.places import place_alone
from policies.extract.refusals import refusal_in
from policies.extract.sentences import APPLIES, ITS_FIRMS, lines_of, whom
from policies.extract.shutting import asked_before, refuses_below, within_window
from policies.extract.state import ANY, SANCTION, SKIPPED, State, flat, least_of, past_heading
from policies.extract.subjects import is_the_matter
from policies.extract.supporting import supported
from policies.segmenting import Clause

_SHUT_OUT = re.compile(
    r"[^。；：]{0,30}(?:下列|以下|下述|如下)[^。；：]{0,14}(?:不予|不得|不能|不享受|不再|不适用|不纳入|不属于)[^。；：]{0,26}："
)
_FREE = re.compile(r"[^。；：]{0,40}(?:下列|以下|如下|下述)[^，。；：]{0,12}：(?=[^\n]{4})")
"""一年内未发生下列情况：甲；乙；丙 on one line."""
_LEAD_LINE = re.compile(
    r"(?:(?<![元币金人名岁年月日天级家个户次项米里亩吨克件台套辆倍％%\d])以下(?![简统合]?称)|下列|如下|下述)(?:[^。；：]{0,24}：|(?![^。；：]{0,16}(?:应当?|必须|须|需)(?!提供|提交)[^，。；：]{5})[^。；：]{0,24}。?)$|(?:符合|满足|具备|达到)[^，。；：]{0,6}[一二三四五六七八九十\d]{1,2}[个项条][^，。；：]{0,4}(?:条件|要求|标准)：$"
)
_EXCLUSIVE = re.compile(r"就高不重复|从高不重复|从优不重复|不重复享受")

_CLASSES = re.compile(
    r"(?:所[称指]|本[^，。；]{1,6}将?)[^。；]{2,60}?(?:分为|分成|划分为|包括)(?:以下|下列|如下)?[^，。；：]{0,8}(?:类别?|层次|等级|档次|级)：$|"
    r"[^，；。]{2,30}(?:分为|划分为)[^，；。：]{2,30}[一二三四五六两\d](?:个)?(?:类别?|等级|档次?|级|层次)：$"
)
_PREFERRED = re.compile(
    r"(?:以下|下列|如下)[^。；]{0,20}(?:，|的)?(?:可)?(?:优先|给予优先|予以优先)[^。；]{0,24}[：:。]?$|^(?:优先|重点)(?:支持|推荐|考虑)[^。；]{0,20}[：:。]?$"
)


def conditions_of(state: State, clause: Clause, *, excluding: bool = False) -> list[Node]:
    """The conditions of an eligibility section: its own lines and its numbered children, one by one."""
    if clause.children and _PREFERRED.search(state.text_of(clause)):
        return []
    if defined(state, clause):
        return children_of(state, clause, any_one=True)
    choice = None if excluding else _or_below(state, clause)
    if choice is not None:
        return choice
    tiers = None if excluding else _graded_below(state, clause)
    if tiers is not None:
        return [tiers]
    nodes, excluding = own_conditions(state, clause, excluding=excluding)
    if _CLASSES.search(state.text_of(clause).split("\n")[-1]):
        return nodes
    nodes.extend(_lists_below(state, clause, excluding=excluding))
    return nodes


def _lists_below(state: State, clause: Clause, *, excluding: bool = False) -> list[Node]:
    """The numbered children of a clause, each list of them under the line that leads into it: those one must meet, those that shut out."""
    lines = clause.paragraphs or [(clause.start, clause.start)]
    nodes: list[Node] = []
    for index, (low, high) in enumerate(lines):
        until = lines[index + 1][0] if index + 1 < len(lines) else clause.end
        below = [c for c in clause.children if (index == 0 or low <= c.start) and c.start < until]
        if not below:
            continue
        words = state.m.text[low:high]
        if index and INMATES.match(words):
            continue
        shut = excluding or refuses_below(words)
        lead = max(words.rfind("。"), words.rfind("；")) + 1 if words[-1:] in "：:" else 0
        any_one = bool(ANY.search(words, lead) or (index + 1 == len(lines) and THE_FOLLOWING.search(words)))
        told = children_of(state, clause, below, any_one=any_one, excluding=shut)
        nodes.extend(within_window(told, state.m.text, low, high) if shut and clause.paragraphs else told)
    return nodes


def _graded_below(state: State, clause: Clause) -> Node | None:
    """研发费用占比符合如下要求：1.收入5000万元以下的企业，不低于5%；… : the bounds below are alternatives."""
    if not clause.children or len(clause.paragraphs) != 1 or any(len(c.paragraphs) != 1 or c.children for c in clause.children):
        return None
    lines = [c.paragraphs[0] for c in clause.children]
    return graded(state.m, clause.paragraphs[0], [(a, b - (state.m.text[b - 1] in "；。")) for a, b in lines])


_OR_BELOW = re.compile(
    r"，?(?:或者?|或是)(?:应当?|须|需)?(?:同时)?(?:满足|符合|具备|达到)(?:以下|下列|如下)[^，：。；]{0,14}?(?:条件|要求|标准|情形)?(?P<one>之一)?的?：?$"
)


def _or_below(state: State, clause: Clause) -> list[Node] | None:
    """评价得分达到60分以上，或满足下列条件之一：…: what stands before 或, or what is listed below; None where the line is none such."""
    if not clause.children or not clause.paragraphs:
        return None
    a, b = clause.paragraphs[-1]
    lead = _OR_BELOW.search(state.m.text, a, b)
    if lead is None:
        return None
    start = past_heading(state.m, clause, a, b, len(clause.paragraphs) - 1)
    low = behind_mark(state.m.text, start, lead.start(), "。；")
    either = either_of((listed_condition(state.m, low, lead.start()), children_of(state, clause, any_one=bool(lead["one"]))))
    before = [n for low, high in clause.paragraphs[:-1] for n in lines_of(state, low, high)]
    return [*before, *(lines_of(state, start, low) if low > start else []), *either]


def own_conditions(state: State, clause: Clause, *, excluding: bool) -> tuple[list[Node], bool]:
    """The conditions of the section's own lines, and whether its children are what shuts an enterprise out."""
    parts: list[tuple[list[Node], bool]] = []
    for index, (a, b) in enumerate(clause.paragraphs):
        words = state.m.text[a:b]
        if _CLASSES.search(words):
            break  # 本意见所称人才分为以下几类： what follows defines names
        if index and _SIGNED.fullmatch(words):
            break  # the office that signs, below the last number
        bare = (
            index == 0
            and clause.heading
            and len(words) <= len(clause.heading) + 2
            and clause.style not in ("card", "label")
            and not clause.heading.endswith("的")
            and not asked_before(words)
        )
        if bare and (clause.children or len(clause.paragraphs) > 1):
            excluding = excluding or bool(clause.children and refuses_below(words))
            continue
        if refuses_below(words) and clause.children:
            before = max(state.m.text.rfind("。", a, b - 1), state.m.text.rfind("；", a, b - 1), a + asked_before(words))
            if before > a:
                parts.append((lines_of(state, past_heading(state.m, clause, a, b, index), before), False))
            continue
        a, b = out_of_bracket(state.m.text, a, b)
        parts.append((_line(state, clause, (a, b), index, excluding=excluding), is_branch(state, a, b)))
    return branched(parts), excluding


_SIGNED = re.compile(r"[一-龥]{2,12}[省市区县州盟旗][一-龥、 ]{2,24}(?:局|厅|委员会|办公室|人民政府|管委会)")


def _line(state: State, clause: Clause, span: tuple[int, int], index: int, *, excluding: bool) -> list[Node]:
    """The conditions in one line of an eligibility section."""
    a, b = span
    words = state.m.text[a:b]
    names = clause.role is not None or clause.children or _is_name(state.m.text, clause, (a, b), index)
    start = past_heading(state.m, clause, a, b, index) if names else a
    if _SPARED.search(state.m.text, start, b) or _STOPS.search(state.m.text, start, b):
        return []
    told = [(low, high) for low, high, _ in units(state.m.text, start, b)]
    spared = next((low for low, high in told[1:] if _SPARED.match(state.m.text[low:high])), None)
    b = spared if spared is not None else b  # …的。第六条不受前述第(一)项限制
    lead = _WITH_LIST.search(state.m.text, start, b)
    if lead is not None and clause.children:
        named = any(_WITH_LIST.search(state.m.text, *span) for span in clause.paragraphs[:index])  # a second list says whose it is
        defined = _DEFINED.match(state.m.text, start, lead.start())
        return _around_list(state, lead.start() if named else defined.end() if defined else start, lead, b)
    tiers = None if excluding else graded_inline(state.m, start, b)
    if tiers is not None:
        return [tiers]
    if _LEAD_LINE.search(words) and len(words) < 40:
        return []
    shut = shut_out(state, a, b)
    if shut:
        return shut
    if index and clause.children and EXPLAINS.match(words):
        return []
    firms = ITS_FIRMS.match(state.m.text, start, b)
    if firms is not None and "对象" not in clause.heading and not clause.children:
        return whom(state, firms.end(), b - (state.m.text[b - 1] in "；。"))
    meaning = _DEFINED.match(state.m.text, a, b)
    if meaning is not None and clause.style not in ("card", "article"):
        return [declared(state.m, meaning.end(), b - (state.m.text[b - 1] in "；。"), origin="declared/defined")]
    if excluding:
        refused = refusal_in(state.m, start, b - (state.m.text[b - 1] == "。"))
        return listed_condition(state.m, *(refused or (start, b)), excluding=True)
    alone = place_alone(state.m, start, b) if _OF_BODIES.search(clause.heading.rstrip("：:")) else None
    if alone is not None:
        return [alone.node]
    entry = ENTRY.match(state.m.text, start, b)
    nodes = (supported(state, start, b) or _bodies(state, clause, start, b)) if entry is None else []
    nodes = nodes or lines_of(state, entry.end() if entry is not None else start, b)
    if entry is not None and entry["kind"].startswith("新"):
        nodes = [declared(state.m, *entry.span("kind"), origin="declared/listed"), *nodes]
    return [n for n in nodes if not _titled(state, n)] if "对象" in clause.heading else nodes


_OF_BODIES = re.compile(r"(?:对象|主体)(?:及范围)?$")
_BARE_BODIES = re.compile(
    r"(?:(?!是指|包括|面向|[应须可]|必须|围绕)[^，；。：]){2,120}(?:，?以及(?:(?!是指|包括|[应须可])[^，；。：]){2,60})?"
)
_BODY_WORDS = ("企业", "农场", "组织", "机构", "单位", "公司", "协会", "合作社")


def _bodies(state: State, clause: Clause, start: int, end: int) -> list[Node]:
    """建设主体。经营正常的合作社、家庭农场和农业企业。: bodies that the first sentence of such a section names are alternatives; none where it names one."""
    sentences = list(units(state.m.text, start, end))
    if not _OF_BODIES.search(clause.heading.rstrip("：:")) or not sentences or sentences[0][2] == "；":
        return []
    (low, high, _), *others = sentences
    if _BARE_BODIES.fullmatch(state.m.text, low, high) is None or not state.m.text.endswith(_BODY_WORDS, low, high):
        return []
    if "是指" in state.m.text[high:end]:
        return []  # what the names mean is told behind them
    told = whom(state, low, high)
    if not any("any" in node for node in told):
        return []
    return [*told, *(lines_of(state, others[0][0], end) if others else [])]


_DEFINED = re.compile(r"[^，；。]{2,30}，?(?:是指|系指)")
"""总部型企业，是指…: the name that a line defines, which by itself asks for nothing."""
_NO_NAME = re.compile(
    r"应|须|必须|具[有备]|符合|满足|拥有|注册|登记|[无未不]|以[上下内]|达到|为|属于|依法|[取获]得|已|建立|通过|成立|完成|遵守|是|健全|完善|良好|规范|\d"
)


def _is_name(text: str, clause: Clause, span: tuple[int, int], index: int) -> bool:
    """企业带动能力。通过…带动农户500户以上: a first sentence that only names what the condition is about."""
    end = span[0] + len(clause.heading)
    named = index == 0 and 2 <= len(clause.heading) <= 16 and text[end : end + 1] == "。" and span[1] - end > 6
    return named and not _NO_NAME.search(clause.heading)


_SPARED = re.compile(r"^[^。；]{2,80}不受(?:上述|前款|前述|以上|本条|本款|第[一二三四五六七八九十\d])[^，；。]{0,30}限制")
"""创业团队申请的，…，不受前款第一项限制: others are let off, and nobody is asked for anything."""


_STOPS = re.compile(
    r"(?:以下|下列|上述)[^，；。：]{0,10}(?:情形|情况|行为)(?:之一)?的?，?(?:应当?|将|可)?(?:停止|终止|中止)(?:拨付|支付|发放|贴息|补[助贴]|奖[励补]|资助|支持|享受)"
)
"""有下列情形的，停止贴息：…: what ends a benefit that is being paid."""


_OF_THE_CONDITIONS = re.compile(
    r"(?:[本我全][市区县省])?(?:基本)?符合(?:相关|规定|申报|以下|下列)?(?:条件|要求)的[^，；。的]{2,14}"
)
"""符合条件的影院, beside a field of those conditions."""


def _titled(state: State, node: Node) -> bool:
    """Whether a line that says whom the text is for only says its title again (对外投资合作项目和企业): that is no condition."""
    if node.get("fact") != "declared":
        return False
    words = state.m.text[node["evidence"]["start"] : node["evidence"]["end"]]
    if _OF_THE_CONDITIONS.fullmatch(words):
        return True
    pairs = [words[i : i + 2] for i in range(len(words) - 1)]
    return sum(pair in state.title for pair in pairs) >= 0.6 * len(pairs)


_WITH_LIST = re.compile(
    r"(?:，|、)?(?:并|且|以及)?(?:同时)?(?:应当?|须|需|必须)?(?:同时)?(?:符合|满足|具备|达到)(?:以下|下列|如下)[^：。；]{0,14}?(?:条件|"
    r"要求|标准)?(?:之一)?(?=的|：|$)"
)


_BESIDES = re.compile(
    r"除(?:应当?|须|需|必须)?(?![^；。：]{0,12}(?:上述|以上|前款|前条|基本条件|本[^，；。]{1,6}规定|第[^，；。：]{1,8}[条款项]))(?P<asked>[^；。：]{6,120}?)外，(?=[^；。：]{0,4}(?:还|应|须|需))"
)
"""除须在本区注册、正常经营外，还应满足下列条件之一：what stands between is asked as well."""
_KIND_ALONE = re.compile(r"[^，。：；的]{1,12}[型类性](?:[^，。：；的]{2,6})?，?")
"""综合型总部企业，应当同时符合下列条件： the kind that a list is for, and nothing asked."""
_SORTED = re.compile(r"[^，；。]{2,24}(?:分为|划分为|包括)[^；。]{2,80}。")
_FOR_WHOM = re.compile(
    r"本[^，；。]{1,10}?适用于|本[^，；。：]{1,8}?所[称指](?:的)?[^，；。：]{2,20}?，?(?:应当?|须|必须|系指|是?指(?=[^，；。：]{6}))"
)
"""本办法适用于…, 本办法所称存量企业是指|2023年以前在本区注册的企业，且符合下列条件："""


def _around_list(state: State, start: int, lead: re.Match[str], end: int) -> list[Node]:
    """具有…经验并符合以下条件的咨询机构：(一)… : what stands before and behind the words that open the list."""
    nodes: list[Node] = []
    besides = _BESIDES.search(state.m.text, start, lead.start())
    if besides is not None:
        nodes, start = listed_condition(state.m, *besides.span("asked")), besides.end()
    if _SORTED.match(state.m.text, start, lead.start()):  # 研发机构分为甲类和乙类。申请认定研发机构的，应当符合下列条件：
        start = behind_mark(state.m.text, start, lead.start(), "。")
    opening = _FOR_WHOM.match(state.m.text, start, lead.start())
    start = opening.end() if opening is not None else start
    named = re.sub(r"\W|(?:企业|单位|机构)$", "", state.m.text[start : lead.start()])
    if (
        lead.start() - start >= 6
        and named not in state.title
        and not is_the_matter(state.m.text, state.title or state.m.text[:120], start, lead.start())
        and not _KIND_ALONE.fullmatch(state.m.text, start, lead.start())
        and not re.search(
            r"(?:本[^，；。]{1,8}|前款|上述|前述)所[指称]|^(?:凡|拟)?(?:(?:符合|满足)[^，；]{2,24}?的[^，；]{2,20}?)?(?:申[请报]|(?:实施|承担|建设)(?:该|本)?项目的?|参[评加选]|入选|获评|推荐|被?认定|备案|纳入|列入)",
            state.m.text[start : lead.start()],
        )
    ):
        nodes.extend(n for n in inline_condition(state.m, start, lead.start()))
    tail = re.compile(r"的([^：。，]{4,30})：?$").match(state.m.text, lead.end(), end)
    if tail is not None:
        nodes.extend(inline_condition(state.m, tail.start(1), tail.end(1)))
    return nodes


def shut_out(state: State, start: int, end: int) -> list[Node]:
    """有下列情形的不予支持：甲；乙；丙 on one line: each part shuts an enterprise out; empty where the line is none such."""
    lead = _SHUT_OUT.match(state.m.text, start, end) or _FREE.match(state.m.text, start, end)
    if lead is None or SANCTION.search(state.m.text, start, end) or (lead.re is _FREE and not refuses_below(lead[0])):
        return []
    told = [
        n for low, high, _ in units(state.m.text, lead.end(), end) for n in listed_condition(state.m, low, high, excluding=True)
    ]
    return within_window(told, state.m.text, start, lead.end())


_CLOSING = re.compile(
    r"(?:本[^，。；]{1,8}|以上[^，。；]{1,8})(?:自|从)[^，。；]{2,24}(?:施行|实施|执行|生效)|本[^，。；]{1,8}由[^。；]{2,40}(?:负责)?解释"
)


def children_of(
    state: State, clause: Clause, children: list[Clause] | None = None, *, any_one: bool = False, excluding: bool = False
) -> list[Node]:
    """The conditions of the numbered children (of some of them); `any_one` where one of them is enough."""
    parts: list[tuple[Node, bool]] = []
    children = clause.children if children is None else children
    for child in children:
        if child.role == "restart" and not state.m.text[clause.start : child.start].rstrip().endswith("："):
            break
        own = state.text_of(child)
        if (child.role in SKIPPED and not asks(child, own)) or _CLOSING.match(own) or of_others(state, child):
            continue
        first = own.split("\n")[0]
        inner = excluding or child.role == "exclusion" or bool(refuses_below(first) and not SANCTION.search(own))
        tree = all_of(without_heads(state, children, child, conditions_of(state, child, excluding=inner)))
        if tree is not None:
            branch = bool(child.paragraphs) and is_branch(state, *child.paragraphs[0])
            parts.append((tree, branch))
    if (any_one or are_kinds(state, children) or are_beneficiaries(state, clause)) and len(parts) > 1 and not excluding:
        tree = any_of([p for p, _ in parts])
        return [tree] if tree is not None else []
    least = least_of(state.text_of(clause).split("\n")[-1]) if not excluding else 0
    if 1 < least < len(parts):
        return [{"at_least": least, "of": [p for p, _ in parts]}]
    return branched([(flat(p), branch) for p, branch in parts])


def said_in_passing(state: State, start: int, end: int) -> list[Node]:
    """Among closing provisions: whom the document applies to and whom it shuts out."""
    nodes: list[Node] = []
    for low, high, _ in units(state.m.text, start, end):
        refused = refusal_in(state.m, low, high)
        if refused is not None:
            nodes.extend(listed_condition(state.m, *refused, excluding=True))
            high = refused[0] - 1 if refused[0] - low >= 8 else low
        scope, firms = APPLIES.fullmatch(state.m.text, low, high), ITS_FIRMS.match(state.m.text, low, high)
        if scope is not None and scope["who"]:
            nodes.extend(whom(state, *scope.span("who")))
        elif firms is not None:
            nodes.extend(inline_condition(state.m, firms.end(), high))
    return nodes


_GIFT_NAME = re.compile(r"(?:补[助贴偿]|奖励|奖补|贴息|资助|支持|扶持)$")
"""(三)设备补助。项目应符合以下条件：: the heading names what is given and not whom."""


def scope_of(state: State, clause: Clause) -> list[Node]:
    """The conditions of a scope article, inline or in its children."""
    choice = _or_below(state, clause)
    if choice is not None:
        return choice
    nodes: list[Node] = []
    for index, (a, b) in enumerate(clause.paragraphs):
        words = state.m.text[a:b]
        if _CLASSES.search(words):
            return nodes
        if index == 0 and len(clause.paragraphs) > 1 and clause.heading and b - a <= len(clause.heading) + 1:
            continue
        if _EXCLUSIVE.search(words) or _SPARED.search(words) or (index and EXPLAINS.match(words)):
            continue
        if clause.children and refuses_below(words):
            before = max(state.m.text.rfind("。", a, b - 1), state.m.text.rfind("；", a, b - 1))
            nodes.extend(lines_of(state, a, before) if before > a else [])
            continue
        lead = _WITH_LIST.search(state.m.text, a, b) if clause.children else None
        if lead is not None:
            start = past_heading(state.m, clause, a, b, index) if _GIFT_NAME.search(clause.heading) else a
            nodes.extend(_around_list(state, start, lead, b))
            continue
        nodes.extend(lines_of(state, a, b))
    nodes.extend(_lists_below(state, clause))
    return nodes
