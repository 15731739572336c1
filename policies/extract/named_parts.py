"""Parts of a list of conditions that open with the name of an item (展会补助：已支付展位费；品牌建设项目：…): that item's own conditions."""

from __future__ import annotations

import re

from policies.extract.conditions import listed_condition
from policies.extract.items import ItemDraft
from policies.extract.leaf import Node, leaves_of, less, within
from policies.extract.shutting import refuses_below
from policies.extract.state import State
from policies.segmenting import Clause

_LABEL = re.compile(r"(?P<name>[^，。：；\n]{2,24})[：。](?=[^\n]{4,})")
_GIFT = re.compile(
    r"(?:(?:类|项目|奖励|奖补|补助|补贴|资助|扶持|贴息|方向|专题|工程|资金)+)(?:的?(?:申报|申请|基本|奖励|补助)?(?:条件|要求))?$"
)
_ASKED = re.compile(r"(?:的?(?:申报|申请|认定|奖励|补助|支持)?(?:条件|要求|对象|标准))$")
_OPENS = re.compile(r"^(?:申[请报领]|享受|对于?|支持|鼓励)")
_SENTENCE = re.compile(
    r"应当|[应须需]|必须|具[有备]|符合|满足|不[得低少超]|以上|已|未|无|在[本我]|上一?年度|下列|以下|近[一二三两\d]年|其他|其它"
)
_TOPIC = re.compile(
    r"研发|财务|人员|信用|场地|团队|税|注册|经营|规模|业绩|资质|管理|安全|环保|知识产权|产值|营收|收入|主体|行业|产业|时间|投入|能力|设施|设备|制度|服务|成效|基本|其他"
)
"""What a condition is about, which is no item's name (研发投入：占比不低于3%)."""
_TOPICS = re.compile(rf"(?:{_TOPIC.pattern}|企业|项目|状况|情况|要求|条件){{1,5}}")
_LEAST = 2  # characters of a name beside the words for what is given


def by_named_part(state: State, section: Clause, nodes: list[Node]) -> list[Node]:
    """Give the conditions of each part that a name opens to the items of that name; the rest is returned."""
    if len(state.drafts) < 2:
        return nodes
    rest = list(nodes)
    for parent in section.walk():
        told = [
            (child, label, hosts)
            for child in parent.children
            if (label := _label_of(state, child))
            for hosts in [_named(state, label[0])]
            if hosts
        ]
        keys = {tuple(id(d) for d in hosts) for _, _, hosts in told}
        sure = len(keys) > 1 and len(told) * 2 >= len(parent.children)
        for child, (name, begin), hosts in told:
            if _GIFT.search(name) or (sure and not _TOPIC.search(name)):
                rest = _hand_over(state, child, begin, hosts, rest)
    return rest


_APPLIES = re.compile(r"(?:申[请报领]|享受)(?P<name>[^，。：；]{4,40}?)的?(?:企业|单位|机构|主体|项目)?(?:的|，|应|须|需)")
_LEAST_SHARED = 0.35  # of the pairs of characters in a name
_LEAST_ALIKE = 0.5  # of the parts that an order must fit, by the words they share


def in_order(state: State, section: Clause, nodes: list[Node]) -> list[Node]:
    """申报甲类的…；申报乙类的…: as many parts as items, each opening with what one applies for: one for each, in their order; the rest is returned."""
    drafts = state.drafts
    for parent in section.walk():
        told = [(c, m) for c in parent.children if c.paragraphs and (m := _APPLIES.match(state.m.text, *c.paragraphs[0]))]
        if len(told) != len(drafts) or len(told) != len(parent.children):
            continue
        shares = [[_shared(m["name"], d) for d in drafts] for _, m in told]
        fits = sum(row[i] == max(row) >= _LEAST_SHARED and row[i] > min(row) for i, row in enumerate(shares))
        if fits < max(2, _LEAST_ALIKE * len(drafts)):
            continue
        for (child, _), draft in zip(told, drafts, strict=True):
            own = [n for n in nodes if within(n, child.start, child.end)]
            draft.criteria.extend(own)
            nodes = less(nodes, own)
    return nodes


def _shared(name: str, draft: ItemDraft) -> float:
    """The share of a name's pairs of characters that an item says."""
    text = "\n".join((draft.title, draft.words, *draft.path[:2]))
    pairs = {name[i : i + 2] for i in range(len(name) - 1)}
    return sum(pair in text for pair in pairs) / max(1, len(pairs))


def is_topic(heading: str) -> bool:
    """Whether a heading only says what a condition is about (研发投入, 人员要求), and names no item."""
    return _TOPICS.fullmatch(heading) is not None


def _hand_over(state: State, child: Clause, begin: int, hosts: list[ItemDraft], nodes: list[Node]) -> list[Node]:
    """The conditions of one named part go to its items, read again behind the name; the rest is returned."""
    own = [n for n in nodes if within(n, child.start, child.end)]
    if not own:
        return nodes
    line = child.paragraphs[0]
    again = [n for n in own if all(x["evidence"]["start"] < line[1] for x in leaves_of(n))] if line[0] < begin < line[1] else []
    given = less(own, again)
    if again:
        end = line[1] - (state.m.text[line[1] - 1] in "；。")
        given = [*listed_condition(state.m, begin, end, excluding=_shuts_out(state, child)), *given]
    for draft in hosts:
        draft.criteria.extend(given)
    return less(nodes, own)


def _shuts_out(state: State, child: Clause) -> bool:
    """Whether the part stands in a list of what shuts an enterprise out (有下列情形之一的，不予支持 / 展会补助：未实际参展的)."""
    above = list(child.ancestors())
    return any(c.role == "exclusion" for c in above) or any(refuses_below(line) for line in state.text_of(above[0]).split("\n"))


def _label_of(state: State, child: Clause) -> tuple[str, int] | None:
    """The name that opens a part, and where the words behind it begin."""
    if not child.paragraphs:
        return None
    low, high = child.paragraphs[0]
    found = _LABEL.match(state.m.text, low, high)
    name, begin = (found["name"], found.end()) if found is not None else (child.heading, high)
    below = bool(child.children) or len(child.paragraphs) > 1
    if found is None and (not name or not below or high - low > len(name) + 2):
        return None
    return (name, begin) if name and not _SENTENCE.search(_ASKED.sub("", name)) else None


def _named(state: State, name: str) -> list[ItemDraft]:
    """The items that say the name without the words for what is given, in their heading or else in their own words; none where all do."""
    core = _GIFT.sub("", _OPENS.sub("", _ASKED.sub("", name)))
    if len(core) < _LEAST:
        return []
    for texts in ([d.title + "\n" + "\n".join(d.path[:2]) for d in state.drafts], [d.words for d in state.drafts]):
        mine = [d for d, text in zip(state.drafts, texts, strict=True) if core in text]
        if mine:
            return mine if len(mine) < len(state.drafts) else []
    return []
