"""What the walk through a document gathers as it goes, and the small questions that all its parts ask."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field

from policies.extract.items import ItemDraft
from policies.extract.leaf import Node, leaves_of
from policies.extract.mentions import Mentions
from policies.extract.metrics import Measured
from policies.segmenting import Clause

SKIPPED = {"procedure", "material", "contact", "time", "basis", "definition", "supplementary"}
EXCLUSION = re.compile(
    r"(?:有|存在|出现|属于|符合)?(?:下列|以下|下述|上述)[^，。；：]{0,12}(?:情形|情况|行为|条件)?(?:之一)?的?[^。；：]{0,30}(?:不予|"
    r"不得|不能|不享受|不再|不适用|不纳入|不属于|取消)[^。；：]{0,26}(?:支持|申报|享受|受理|奖励|补助|范围|资助|扶持|补贴|资格|条件)?[^。；]{0,12}[：:。]?$"
)
SANCTION = re.compile(r"追回|收回|取消[^。；]{0,10}资格|责令|追究|撤销|骗取|弄虚作假|停止拨付")
ANY = re.compile(r"之一|任[一1]|任意[一1]|其中一")


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
    measured: tuple[Clause, Measured] | None = None  # the metric that a promise was last measured by, and where

    def text_of(self, clause: Clause) -> str:
        """The clause's own lines."""
        return "\n".join(self.m.text[a:b] for a, b in clause.paragraphs)


def path_of(clause: Clause) -> tuple[str, ...]:
    """The headings over a clause, its own first."""
    return tuple(c.heading for c in (clause, *clause.ancestors()) if c.heading)


_PROMISING = re.compile(r"(?:给予|予以)(?!以下|如下)|\d(?:万|亿)?元|免征|免收|减半")


def past_heading(m: Mentions, clause: Clause, start: int, end: int, index: int) -> int:
    """Where the paragraph's own words begin behind its heading (鼓励企业科技创新。对…)."""
    if index == 0 and clause.heading and m.text.startswith(clause.heading, start) and start + len(clause.heading) < end:
        after = m.text[start + len(clause.heading)]
        if after in "。：" and not _PROMISING.search(clause.heading) and end - start - len(clause.heading) > 4:
            return start + len(clause.heading) + 1
    label = re.compile(r"[一-龥“”]{3,14}：(?=对)").match(m.text, start, end)
    if label:
        return label.end()
    bracket = re.compile(r"\s*【[^】]{2,20}】").match(m.text, start, end)
    return bracket.end() if bracket and index == 0 else start


def key_of(node: Node) -> str:
    """What makes two leaves the same condition."""
    return repr((node["fact"], node["op"], node.get("value"), node.get("period")))


def flat(node: Node) -> list[Node]:
    """The parts of a conjunction."""
    return list(node["all"]) if set(node) == {"all"} else [node]


_GRAM = 4


def distinct(nodes: list[Node]) -> list[Node]:
    """Without a leaf that says again what one before it says, nor declared words that another declared leaf repeats in full."""
    seen: set[str] = set()
    result: list[Node] = []
    words = [_words_of(node) for node in nodes]
    sharing: dict[str, set[str]] = defaultdict(set)
    for other in words:
        for at in range(len(other) - _GRAM + 1):
            sharing[other[at : at + _GRAM]].add(other)
    for own, node in zip(words, nodes, strict=True):
        key = repr([key_of(x) for x in leaves_of(node)])
        repeated = any(own in other and own != other for other in sharing.get(own[:_GRAM], ()))
        if key not in seen and not repeated:
            seen.add(key)
            result.append(node)
    return result


def _words_of(node: Node) -> str:
    """The words of a declared leaf, empty for every other node (an exception in brackets may well stand inside another)."""
    origin = node.get("origin", "")
    return re.sub(r"\W", "", str(node["value"])) if origin.startswith("declared/") and origin != "declared/bracket" else ""


def beyond(shared: list[Node], own: list[Node]) -> list[Node]:
    """An item does not say again what the document says for all."""
    said = {key_of(n) for n in shared if "fact" in n and n["fact"] != "declared"}
    return [n for n in own if "fact" not in n or key_of(n) not in said]
