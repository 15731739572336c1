"""What a document means by a name (本办法所称新引进企业，是指…): conditions of the items that use the name.

`define` gives the meaning to the items that say the name, before conditions are shared; `explain` puts it in the place of the name itself, after.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from policies.extract.benefits import benefits
from policies.extract.bounds import behind_mark
from policies.extract.conditions import inline_condition, listed_condition
from policies.extract.items import ItemDraft
from policies.extract.leaf import Node, all_of, any_of, either_of, leaves_of
from policies.extract.pieces import units
from policies.extract.residue import bound_somebody
from policies.extract.sections import children_of
from policies.extract.state import ANY, State, flat
from policies.segmenting import Clause

Span = tuple[int, int]

_MEANS = re.compile(
    r"(?:其中，?)?(?:本[^，；。：“”]{1,12}?(?:所称|所指|所述|中)(?:所称)?的?|上述|前述)?(?:“(?P<kind>[^，；。：“”()\d]{2,8})”的?(?=[^，；。：“”是]{2}))?“?(?P<name>[^，；。：“”()\d]{2,16}?)”?(?:\([^()]{2,20}\))?[，：]?"
    r"(?:均|特)?(?:是指|系指|指(?![导引定标南挥数]))(?!导)"
)
_IS = re.compile(
    r"(?:其中，?)?本[^，；。：“”]{1,12}?(?:所称|所指|所述)的?“?(?P<name>[^，；。：“”()\d]{2,16}?)”?，?(?:均|应)?(?:为|是)(?=在|经|从事|具有|具备|符合|依法|注册|登记|工商|税务)"
)
"""本措施所指物流企业，为在本市注册的…: the same with 为."""
_BODY = re.compile(
    r"(?:企业|项目|机构|总部|公司|运营方|楼宇|平台|载体|人才|团队|单位|中介|组织|园区|基地|高管|人员|学校|医院|幼儿园|合作社|协会|中心|研究院)$"
)
_ANYBODY = re.compile(r"(?:符合条件的?)?(?:申报|申请|支持|扶持|奖励|受益|适用)?(?:企业|单位|机构|项目|主体|对象|公司|组织)")
_ENTRY = re.compile(r"(?P<entry>新(?:引进|设立|落户|迁入|注册|入驻|办|增)|现有|原有|存量)的?(?:企业|项目|机构|单位|公司)")
_ENTERING = re.compile(r"新(?:引进|设立|落户|迁入|注册|入驻)")
"""本条所称新引进，是指…: what entering means, whoever enters."""
_MUST_BE = re.compile(rf"(?P<name>{_ENTRY.pattern})(?:必须|应当?|须)[是为](?!经)(?=[^，；。]{{6}})")
"""新入驻企业必须是当年在本区注册的企业"""
_LISTED = re.compile(r"(?:以下|下列|如下)[^，；。]{0,14}：?$")
_MOST = 0.75  # a name that so many of the items use is the one the document is about
_ENTERED = {"established_on", "settled_on", "moved_in_on"}


def define(state: State, root: Clause) -> None:
    """Give what each name means to the items that use it, and take it from the conditions for all."""
    for clause in root.walk():
        _give_classes(state, clause, _classes(state, clause))
    for clause, name, span in _definitions(state, root):
        hosts = _using(state, clause, name, span)
        nodes = _meaning(state, span) if hosts or any(name in d.words for d in state.drafts) else []
        if not nodes:
            continue
        for at, (place, said) in enumerate(state.scopes):
            state.scopes[at] = (place, [n for n in said if not _inside(n, span)])
        for at, (place, said) in enumerate(state.sections):
            state.sections[at] = (place, [n for n in said if not _inside(n, span)])
        for at, (place, line, said) in enumerate(state.asked):
            state.asked[at] = (place, line, [n for n in said if not _inside(n, span)])
        state.common[:] = [n for n in state.common if not _inside(n, span)]
        entered = any(x["fact"] in _ENTERED for n in nodes for x in leaves_of(n))
        if not hosts:
            continue  # told only of whom the beneficiaries deal with
        if len(hosts) >= _MOST * len(state.drafts):
            state.common.extend(nodes)
            continue
        for draft in hosts:
            if entered:
                draft.criteria = [n for n in draft.criteria if not _only_entry(state, n)]
            if not _put_for_name(state, draft, name, nodes):
                draft.criteria.extend(dict(n) for n in nodes)


_CLASS = re.compile(
    r"(?:认定为?)?(?P<name>(?:[A-H甲乙丙丁一二三四五]|[^，。：；\n\d]{1,6}?)[类级档型])(?:企业|机构|项目|平台|团队|中心|载体|基地)?(?:：|(?:应当?|须|需)(?:同时)?(?:符合|满足|具备)[^，。；：]{0,10}：|标准：|条件：)(?=[^\n]{6})"
)
_Class = tuple[str, Span, list[Node]]


def _classes(state: State, clause: Clause) -> list[_Class]:
    """A类：研发人员不少于50人；B类：研发人员不少于20人: what it takes to be of each class, where two lines or more of a clause tell it."""
    lines = [*clause.paragraphs, *(c.paragraphs[0] for c in clause.children if len(c.paragraphs) == 1 and not c.children)]
    found = [(said, span) for span in lines if (said := _CLASS.match(state.m.text, *span)) is not None]
    if len({said["name"] for said, _ in found}) < 2 or len({said["name"][-1] for said, _ in found}) > 1:
        return []
    if any(benefits(state.m.text, *span) for _, span in found):
        return []
    told = [
        (said["name"], span, listed_condition(state.m, said.end(), span[1] - (state.m.text[span[1] - 1] in "；。")))
        for said, span in found
    ]
    bounded = [any(x["op"] in ("ge", "gt") for n in nodes for x in leaves_of(n)) for _, _, nodes in told]
    return told if all(bounded) else []


def _only_class(state: State, node: Node, name: str) -> bool:
    """运输型重点(物流企业): a declared leaf that says little more than the name of a class."""
    if node.get("fact") != "declared":
        return False
    said = state.m.text[node["evidence"]["start"] : node["evidence"]["end"]].removeprefix("对")
    return re.fullmatch(rf"{re.escape(name)}(?:重点|骨干|示范|龙头|优质|的|企业|机构|单位|项目|平台){{0,3}}", said) is not None


_SORTED = re.compile(r"(?P<body>[^，。；：\n按]{2,12}?)(?:按照?[^，；。]{2,20})?(?:分为|划分为)")


def _give_classes(state: State, clause: Clause, classes: list[_Class]) -> None:
    """Put what a class takes in the place of its name: on the sums for the classes, on an item that is for some of them, or only for what is sorted so."""
    if not classes:
        return
    sort = next((hit for a, b in clause.paragraphs[:2] if (hit := _SORTED.match(state.m.text, a, b)) is not None), None)
    body = sort["body"] if sort is not None else ""
    hosts = [d for d in state.drafts if any(name in d.words for name, _, _ in classes) or (body and body in d.words)]
    if not hosts:
        return
    for _, span, _ in classes:
        for lists in (state.scopes, state.sections):
            lists[:] = [(place, [n for n in said if not _inside(n, span)]) for place, said in lists]
    for draft in hosts:
        whens = [a.get("when") for a in draft.amounts]
        for name, _, nodes in classes:
            _put_in(state, draft, name, nodes)
        named = [(name, nodes) for name, _, nodes in classes if name in draft.words]
        mine = [nodes for _, nodes in named] or [nodes for _, _, nodes in classes]
        draft.criteria = [n for n in draft.criteria if not any(_only_class(state, n, name) for name, _ in named)]
        if whens == [a.get("when") for a in draft.amounts]:
            draft.criteria.extend(mine[0] if len(mine) == 1 else either_of(mine))


def _definitions(state: State, root: Clause) -> Iterator[tuple[Clause, str, Span]]:
    """Each sentence that says what a kind of beneficiary is: its clause, the name, and the words of the meaning."""
    for clause in root.walk():
        if clause.children and _LISTED.search(state.text_of(clause)):
            continue
        for low, high in clause.paragraphs:
            if "指" not in state.m.text[low:high] and _MUST_BE.search(state.m.text, low, high) is None:
                continue
            for start, end, _ in units(state.m.text, low, high):
                copula = _IS.match(state.m.text, start, end)
                if copula is not None and _BODY.search(copula["name"]) and not _ANYBODY.fullmatch(copula["name"]):
                    yield clause, copula["name"], (copula.end(), end)
                    continue
                said = _MEANS.match(state.m.text, start, end)
                named = said is not None and (_BODY.search(said["name"]) or _ENTERING.fullmatch(said["name"]))
                if said is not None and named and (said["kind"] or not _ANYBODY.fullmatch(said["name"])):
                    name = said["name"]
                    yield (
                        clause,
                        (f"{said['kind']}{_BODY.findall(name)[-1]}" if said["kind"] and _BODY.search(name) else name),
                        (said.end(), end),
                    )
                entry = _MUST_BE.match(state.m.text, start, end) if said is None else None
                if entry is not None:
                    yield clause, entry["name"], (entry.end(), end)


def _put_for_name(state: State, draft: ItemDraft, name: str, nodes: list[Node]) -> bool:
    """Put a meaning in the place of what the reader made of the name alone, also among alternatives; whether there was such a place."""
    said = [draft.start + at.start() for at in re.finditer(re.escape(name), state.m.text[draft.start : draft.end])]
    places = [(at - _VERB, at + len(name)) for at in said]
    put = False

    def told(node: Node) -> Node | None:
        nonlocal put
        for word in ("all", "any"):
            if word in node:
                parts = [part for child in node[word] if (part := told(child)) is not None]
                joined = all_of(parts) if word == "all" else any_of(parts)
                return {**node, **joined} if joined is not None and word in joined else joined
        spans = [x["evidence"] for x in leaves_of(node) if x["fact"] in _NAME_FACTS]
        if not spans or not any(low <= e["start"] and e["end"] <= high for low, high in places for e in spans):
            return node
        again, put = put, True
        return None if again else all_of([dict(n) for n in nodes])

    draft.criteria = [part for node in draft.criteria if (new := told(node)) is not None for part in flat(new)]
    for amount in draft.amounts:
        if amount.get("when") and (when := told(amount["when"])) is not None:
            amount["when"] = when
    return put


_NEAR = 20  # characters
_DEALT_WITH = re.compile(r"(?:投资于?|投向|参股|引进|引入|培育|孵化|推荐|服务于?|向|(?<![定评成作列属纳升认])为)[^，；。的]{0,16}$")
"""投资于我省初创期|科技型企业: whom the beneficiary deals with is not what it is."""
_NAME_FACTS = ("declared", "industry", "industry_theme")
_VERB = 2  # characters: 允许, 对于


def _using(state: State, clause: Clause, name: str, span: Span) -> list[ItemDraft]:
    """The items that say the name; 新引进企业 is also said in 新引进的工业企业, and in the clause of the definition `span`:
    in the paragraph before it, and in its own beside it where the item has none of its meaning yet (重点企业是指…。对重点企业，给予…)."""
    entry = _ENTRY.fullmatch(name)
    key = re.compile(
        rf"{entry['entry']}[^，；。或]{{0,12}}?{name[len(entry['entry']) :].lstrip('的')}"
        if entry
        else _AMONG + re.escape(name) + _COUNTED
    )

    def said_in(words: str) -> bool:
        return any(_DEALT_WITH.search(words, max(0, at.start() - _NEAR), at.start()) is None for at in key.finditer(words))

    def says(d: ItemDraft) -> bool:
        if clause.start <= d.start < clause.end:
            if d.end <= line:
                return said_in(d.words)
            apart = f"{state.m.text[d.start : sentence]}。{state.m.text[max(d.start, span[1]) : d.end]}"
            return not _knows(d, span) and said_in(apart)
        return said_in(d.title + "\n" + d.words) or any(_says(state, n, key) for n in d.criteria)

    line = state.m.text.rfind("\n", 0, span[0])
    sentence = behind_mark(state.m.text, line + 1, span[0], "。；")
    return [d for d in state.drafts if says(d)]


def _knows(draft: ItemDraft, span: Span) -> bool:
    """Whether an item has a condition from the words of a definition already."""
    return any(span[0] <= x["evidence"]["start"] < span[1] for n in draft.trees() for x in leaves_of(n))


def _says(state: State, node: Node, key: re.Pattern[str]) -> bool:
    """Whether a condition that an item has from the promise before it (新引进总部企业租赁的…；购置的…) says the name where it stands."""
    if "fact" not in node or node["op"] not in ("declared", "is"):
        return False
    return key.match(state.m.text, node["evidence"]["start"], node["evidence"]["end"] + _NAME_BEHIND) is not None


_AMONG = r"(?<!内)(?<!内的)(?<!入驻)(?<!服务)(?<!引进)(?<!孵化)"
_COUNTED = r"(?!(?:总数)?(?:达到?|超过|不少于|不低于|累计)?\d+[家户个])"
"""引进数字经济企业10家以上: who is counted there is not the one who applies."""
_NAME_BEHIND = 14  # characters behind the evidence 新引进 in which the name goes on


def _meaning(state: State, span: Span) -> list[Node]:
    """The conditions in a definition; none where it only describes and bounds nothing."""
    nodes = [n for n in inline_condition(state.m, *span) if not _only_recognised(state, n)]
    return nodes if bound_somebody(nodes) or _FOUNDED_HERE.match(state.m.text, *span) else []


_FOUNDED_HERE = re.compile(
    r"(?:由[^，；。]{2,20})?在[本我全][省市区县州](?:行政区域|范围|辖区|境)?内?(?:，)?(?:依法|经[^，；。]{2,16}(?:批准|审批|许可|核准))[^，；。]{0,6}(?:举办|设立|开办|成立|注册|登记)的"
)
"""在本市范围内经主管部门批准举办的|民办学校: where and by whose leave, and no mere description."""


def _only_recognised(state: State, node: Node) -> bool:
    """并经区领导小组认定的企业: who recognises is no condition."""
    if node.get("fact") != "declared":
        return False
    return (
        re.fullmatch(
            r"并?经[^，；。]{0,24}(?:认定|认可|确认|备案)", state.m.text[node["evidence"]["start"] : node["evidence"]["end"]]
        )
        is not None
    )


def _inside(node: Node, span: Span) -> bool:
    return all(
        span[0] - 30 <= x["evidence"]["start"] and x["evidence"]["end"] <= span[1] and x["evidence"]["end"] > span[0]
        for x in leaves_of(node)
    )


def _only_entry(state: State, node: Node) -> bool:
    """对新引进企业: a declared leaf that only says the name again."""
    if node.get("fact") != "declared":
        return False
    words = state.m.text[node["evidence"]["start"] : node["evidence"]["end"]]
    return (
        re.fullmatch(r"(?:对于?)?新(?:引进|设立|落户|迁入|注册|入驻|办|增)的?(?:总部)?(?:企业|项目|机构|单位|公司)?", words)
        is not None
    )


_EXPLAINS = re.compile(
    r"(?:本[^，；。：]{1,8}|前款|上述|前述)所(?:称|指|述)(?:的)?“?(?P<name>[^，；。：“”]{2,20}?(?:企业|单位|机构|纳税人|工商户|组织|公司|平台|园区|基地|项目|人员|对象|主体))”?，?(?:均)?(?:是指|指|为|须|应)(?:同时)?(?:符合(?:以下|下列)条件的?：?)?"
)
_GENERAL = re.compile(r"(?:有关|相关|申报|申请|扶持|支持|奖励|补助|各类)*(?:企业|单位|机构|组织|公司|平台|项目|对象|主体|人员)")
_CALLED = re.compile(r"等[一二三四五六\d]个条件(?=的|$)")


def explain(state: State, root: Clause) -> None:
    """Give each explained name's conditions to the items whose condition it is."""
    told = {id(c) for c, _ in (*state.scopes, *state.sections)}
    for clause in root.walk():
        if id(clause) in told:
            _drop_names(state, clause)
            continue
        for name, nodes in _explained(state, clause):
            for draft in state.drafts:
                if not clause.start <= draft.start < clause.end:
                    _put_in(state, draft, name, nodes)


_ASKED_OF_TITLE = re.compile(
    r"(?:申请|申报)认定为?(?P<name>[^，。：；、()]{3,20}?)(?:的(?:企业|单位|机构)?)?，?(?:应当?|须|需|必须)"
)


def _drop_names(state: State, clause: Clause) -> None:
    """本办法所称服务机构，是指同时符合下列条件的单位：… is asked of all: an item that only says the name asks for nothing more."""
    for start, end in clause.paragraphs[:2]:
        found = _EXPLAINS.match(state.m.text, start, end) or _ASKED_OF_TITLE.match(state.m.text, start, end)
        if found is not None and not _GENERAL.fullmatch(found["name"]):
            for draft in state.drafts:
                draft.criteria = [n for n in draft.criteria if not is_name(state, n, found["name"])]


def _explained(state: State, clause: Clause) -> Iterator[tuple[str, list[Node]]]:
    """The names that a clause explains, each with its conditions."""
    for start, end in clause.paragraphs:
        if "所" not in state.m.text[start:end]:
            continue
        for low, high, _ in units(state.m.text, start, end):
            found = _EXPLAINS.match(state.m.text, low, high)
            if found is None or _GENERAL.fullmatch(found["name"]):
                continue
            stop = _CALLED.search(state.m.text, found.end(), high)
            nodes = inline_condition(state.m, found.end(), stop.start() if stop else high) if high - found.end() > 4 else []
            if high == end and clause.children and state.m.text[end - 1] == "：":
                nodes += children_of(state, clause, any_one=bool(ANY.search(state.m.text, low, end)))
            if nodes:
                yield found["name"], nodes


def _put_in(state: State, draft: ItemDraft, name: str, nodes: list[Node]) -> None:
    criteria: list[Node] = []
    for node in draft.criteria:
        if is_name(state, node, name):
            criteria.extend(nodes)
        else:
            criteria.append(_replaced(state, node, name, nodes))
    draft.criteria = criteria
    for amount in draft.amounts:
        if amount.get("when"):
            amount["when"] = _replaced(state, amount["when"], name, nodes)


def _replaced(state: State, node: Node, name: str, nodes: list[Node]) -> Node:
    """The tree with the explained name's leaf made into its conditions."""
    if is_name(state, node, name):
        return all_of(nodes) or node
    for word in ("all", "any"):
        if word in node:
            parts = [_replaced(state, part, name, nodes) for part in node[word]]
            return {**node, word: [leaf for part in parts for leaf in flat(part)] if word == "all" else parts}
    return node


def is_name(state: State, node: Node, name: str, body: re.Pattern[str] | None = None) -> bool:
    """Whether a condition says nothing but the name, whatever word for a `body` stands behind it."""
    if node.get("fact") == "qualifications" and len(node["value"]) == 1:
        title = str(node["value"][0]).removeprefix("other:")
        return name in (title, body.sub("", title) if body is not None else title) and title != node["value"][0]
    if node.get("fact") != "declared" or len(leaves_of(node)) != 1:
        return False
    said = state.m.text[node["evidence"]["start"] : node["evidence"]["end"]]
    if body is not None and body.sub("", said.strip("的对于“”")) == name:
        return True
    said = _RECOGNISED.sub("", said.strip("的对于“”"))
    return said in (name, name.removesuffix("企业"))


_RECOGNISED = re.compile(r"^(?:经|已|被|获|新)[^，；。的]{0,10}?(?:认定|评定|评选|备案|命名|授牌)(?:为|的)“?")
"""对经认定的|产业服务机构: that it is recognised says no more than its name."""
