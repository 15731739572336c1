"""What the walk through a document gathers as it goes, and the small questions that all its parts ask."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from dataclasses import dataclass, field

from policies.extract.items import ItemDraft
from policies.extract.leaf import Node, all_of, leaves_of
from policies.extract.mentions import Mentions
from policies.extract.metrics import Measured
from policies.numerals import number
from policies.segmenting import Clause

SKIPPED = {"procedure", "material", "contact", "time", "basis", "definition", "supplementary"}
SANCTION = re.compile(
    r"追回|收回|取消[^。；]{0,10}资格|责令|追究|撤销|骗取|弄虚作假|停止(?:拨付|支付|发放|贴息|补[助贴]|奖[励补]|资助|支持|享受)"
)
STAGED = re.compile(r"分阶段|分步骤?|分环节|各阶段")  # stages add up: each is a benefit of its own
ANY = re.compile(
    r"之一|任[一1]|任意[一1]|其中[一1]|(?:至少|不少于)(?:应|须)?(?:具备|满足|符合|达到)?(?:其中|以下|下列)?的?[一1][项条款]|"
    r"(?:以下|下列|其中)[^，；。：]{0,8}?(?:至少[一1][项个条种款]|[一1][项个条种款](?:及|或)?以上|(?:以下|下列)[^，；。：]{0,8}中的?(?:任意)?[一1][项个条种款])"
)
_N = "[二两三四五六2-6]"
_LEAST = re.compile(
    rf"(?:至少|不少于)(?:应|须)?(?:具备|满足|符合|达到)?(?:其中|以下|下列)?的?(?P<a>{_N})[项条款]|"
    rf"(?:以下|下列|其中|上述)[^，；。：]{{0,8}}?(?:(?:任意?|中的?)(?:满足|具备|符合)?(?P<b>{_N})[项个条种款]|(?P<c>{_N})[项个条种款](?:及|或)?以上)[^，；。：]{{0,8}}[：:。]?$"
)


def least_of(words: str) -> int:
    """How many of what is listed below must hold, where the words that open the list say a number over one; else 0.

    >>> least_of("同时满足下列条件中的两项以上："), least_of("应具备以下三项条件中至少2项："), least_of("应符合以下四项条件：")
    (2, 2, 0)
    """
    found = _LEAST.search(words)
    n = number(found["a"] or found["b"] or found["c"]) if found is not None else None
    return int(n) if n is not None else 0


@dataclass(slots=True)
class State:
    """The walk's findings: items, conditions for all, eligibility sections not yet given to an item."""

    m: Mentions
    title: str = ""
    drafts: list[ItemDraft] = field(default_factory=list)
    common: list[Node] = field(default_factory=list)
    sections: list[tuple[Clause, list[Node]]] = field(default_factory=list)
    scopes: list[tuple[Clause, list[Node]]] = field(default_factory=list)  # articles that say whom something is for
    once: dict[int, Node | None] = field(default_factory=dict)  # by a clause's start: that its benefits are given once only
    asked: list[tuple[Clause, tuple[int, int], list[Node]]] = field(default_factory=list)  # sentences beside promises that demand
    granting: bool = False  # in a list that its lead says gives: …享受以下政策：
    measured: tuple[Clause, Measured] | None = None  # the metric that a promise was last measured by, and where

    def drafts_in(self, clause: Clause) -> list[ItemDraft]:
        """The items that begin in the clause."""
        return [d for d in self.drafts if clause.start <= d.start < clause.end]

    def drop(self, drafts: list[ItemDraft]) -> None:
        """Take these very items away."""
        gone = {id(d) for d in drafts}
        self.drafts = [d for d in self.drafts if id(d) not in gone]

    def read_spans(self) -> list[tuple[int, int]]:
        """The words that a condition for all, or one of an item, rests on by now; in no order."""
        trees = [*self.common, *(tree for draft in self.drafts for tree in draft.trees())]
        return [(x["evidence"]["start"], x["evidence"]["end"]) for tree in trees for x in leaves_of(tree)]

    def text_of(self, clause: Clause) -> str:
        """The clause's own lines."""
        return "\n".join(self.m.text[a:b] for a, b in clause.paragraphs)


class Begun:
    """The items by where they begin: for many questions about one state of the walk, each in logarithmic time."""

    def __init__(self, drafts: list[ItemDraft]) -> None:
        self._drafts = sorted(drafts, key=lambda d: d.start)
        self._starts = [d.start for d in self._drafts]

    def within(self, start: int, end: int) -> list[ItemDraft]:
        """The items that begin in `start:end`, in order."""
        return self._drafts[bisect_left(self._starts, start) : bisect_left(self._starts, end)]

    def count(self, start: int, end: int) -> int:
        """How many items begin in `start:end`."""
        return bisect_left(self._starts, end) - bisect_left(self._starts, start)


def path_of(clause: Clause) -> tuple[str, ...]:
    """The headings over a clause, its own first."""
    return tuple(c.heading for c in (clause, *clause.ancestors()) if c.heading)


_PROMISING = re.compile(r"(?:给予|予以)(?!以下|如下)|\d(?:万|亿)?元|免征|免收|减半")


_RELIEF = re.compile(r"免征|免收|减半")
_THEIRS = re.compile(
    r"(?:机构|企业|单位|组织|学校|幼儿园|医院|中心|工商户|合作社|用电|用水|用地)[^。；，]{0,16}(?:可依法|可以?使用|采取划拨|按照?[^。；，]{0,10}居民|(?:执行|享受)[^。；，]{0,16}(?:价格|待遇|优惠政策|补贴政策)|享有)"
)
"""养老机构用电按居民价格执行: a short first sentence that gives, and no heading."""
_SAID_AGAIN = re.compile(r"免[征收交缴除]|减半|减免|减征|减按|缓缴|退还")


_GIVES_BELOW = re.compile(r"对[^，；。：]{2,40}(?:给予|予以)(?:以下|如下)")
"""对新引进的机构给予如下奖励：, which says whom the promises behind it are for."""


def _promises_itself(text: str, heading: str, start: int, end: int) -> bool:
    """Whether a heading is the promise: not 实施小规模纳税人免征增值税 where the words behind it say who is spared what."""
    if _THEIRS.search(heading) is not None:
        return True
    if _GIVES_BELOW.match(heading) is not None:
        return True
    found = _PROMISING.search(heading)
    return not (
        found is None or (_RELIEF.match(found[0]) and not heading.startswith("对") and _SAID_AGAIN.search(text, start, end))
    )


_SUM_IN_BRACKETS = re.compile(
    r"(?P<name>[^，。；：()\n]{2,24})\((?=(?:奖励|奖补|补[助贴]|扶持|支持|资助)?(?:标准|金额|额度)?：?[^()\n]{0,12}\d)"
)
"""一、品牌奖励(奖励标准：每家10万元): the sum beside the name."""
_LABEL = re.compile(
    r"[一-龥“”]{3,14}：(?=对)|(?!对|凡)(?:(?!给予|按照|享受|以下|如下)[一-龥“”]){2,16}(?:奖励|补[助贴]|资助|扶持|贴息|奖补)：(?!按|每|最高|给予|一次性|不超过|\d)"
)
_BRACKET = re.compile(r"\s*【[^】]{2,20}】")


def past_heading(m: Mentions, clause: Clause, start: int, end: int, index: int) -> int:
    """Where the paragraph's own words begin behind its heading (鼓励企业科技创新。对…)."""
    if index == 0 and clause.heading and m.text.startswith(clause.heading, start) and start + len(clause.heading) < end:
        after = m.text[start + len(clause.heading)]
        if (
            after in "。："
            and not _promises_itself(m.text, clause.heading, start + len(clause.heading), end)
            and end - start - len(clause.heading) > 4
        ):
            return start + len(clause.heading) + 1
    told = _SUM_IN_BRACKETS.match(m.text, start, end) if index == 0 else None
    if told is not None and told["name"] == clause.heading:
        return told.end()
    label = _LABEL.match(m.text, start, end)
    if label:
        return label.end()
    bracket = _BRACKET.match(m.text, start, end)
    return bracket.end() if bracket and index == 0 else start


def key_of(node: Node) -> str:
    """What makes two leaves the same condition."""
    return repr((node["fact"], node["op"], node.get("value"), node.get("period")))


def flat(node: Node) -> list[Node]:
    """The parts of a conjunction."""
    return list(node["all"]) if set(node) == {"all"} else [node]


_GRAM = 4


def distinct(nodes: list[Node]) -> list[Node]:
    """Without a leaf that says again what one before it says, nor declared words that another declared leaf repeats in full.

    Words said twice stand where they are said last: behind whom a card is for comes what it asks.
    """
    seen: dict[str, int] = {}
    result: list[Node] = []
    words = [_words_of(node) for node in nodes]
    sharing: dict[str, set[str]] = defaultdict(set)
    for other in words:
        for at in range(len(other) - _GRAM + 1):
            sharing[other[at : at + _GRAM]].add(other)
    for own, node in zip(words, nodes, strict=True):
        key = own or repr([key_of(x) for x in leaves_of(node)])
        repeated = any(own in other and own != other for other in sharing.get(own[:_GRAM], ()))
        if key in seen and node.get("origin") == "declared/listed":
            result[seen[key]] = node
        elif key not in seen and not repeated:
            seen[key] = len(result)
            result.append(node)
    return result


_OF_BODY = re.compile(r"(?<=[一-龥]{4})的(?:企业|单位|机构|项目|主体|组织)$")


def _words_of(node: Node) -> str:
    """The words of a declared leaf, empty for every other node (an exception in brackets may well stand inside another)."""
    origin = node.get("origin", "")
    return (
        _OF_BODY.sub("", re.sub(r"\W", "", str(node["value"])))
        if origin.startswith("declared/") and origin != "declared/bracket"
        else ""
    )


def beyond(shared: list[Node], own: list[Node]) -> list[Node]:
    """An item does not say again what the document says for all."""
    said = {key_of(n) for n in shared if "fact" in n and n["fact"] != "declared"}
    kept = [all_of(beyond(shared, n["all"])) if "all" in n else n for n in own]  # 规模以上|工业企业, where all are 工业企业
    return [n for n in kept if n is not None and ("fact" not in n or key_of(n) not in said)]
