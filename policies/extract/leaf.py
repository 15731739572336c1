"""What the extractors hand on: a leaf of the contract's form with its place in the clean text and its pattern's id."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

SHUT_OUT = "未出现："
"""How the words of a declared condition begin whose case shuts an enterprise out."""

Node = dict[str, Any]
"""A criteria node in the contract's JSON form; spans point into the clean text until assembling maps them back."""


@dataclass(frozen=True, slots=True)
class Found:
    """A leaf that a pattern read at `start:end` of the clean text; `rank` settles overlaps (higher wins)."""

    node: Node
    start: int
    end: int
    rank: int = 0


def leaf(fact: str, op: str, value: Any, start: int, end: int, *, origin: str, **extra: Any) -> Node:
    """A leaf; `extra` holds period, first, currency, agg where they are not None."""
    node: Node = {"fact": fact, "op": op, "value": value}
    node.update({key: item for key, item in extra.items() if item is not None})
    node["evidence"] = {"start": start, "end": end}
    node["origin"] = origin
    return node


def found(fact: str, op: str, value: Any, start: int, end: int, *, origin: str, rank: int = 0, **extra: Any) -> Found:
    """A `Found` with the leaf that `leaf` makes of the same words."""
    return Found(leaf(fact, op, value, start, end, origin=origin, **extra), start, end, rank)


def settle(candidates: Iterable[Found]) -> list[Found]:
    """Drop what overlaps a better reading (rank, then length); readings of the very same span all stay."""
    chosen: list[Found] = []
    for item in sorted(candidates, key=lambda f: (-f.rank, -(f.end - f.start), f.start)):
        clash = any(item.start < c.end and c.start < item.end for c in chosen if (c.start, c.end) != (item.start, item.end))
        twin = any(
            (c.start, c.end) == (item.start, item.end)
            and (c.rank > item.rank or (c.node["fact"], c.node["op"]) == (item.node["fact"], item.node["op"]))
            for c in chosen
        )
        if not clash and not twin:
            chosen.append(item)
    return sorted(chosen, key=lambda f: (f.start, f.end))


def leaves_of(node: Node | None) -> list[Node]:
    """The leaves of a tree, in order."""
    if not node:
        return []
    for word in ("all", "any", "of"):
        if word in node:
            return [item for child in node[word] for item in leaves_of(child)]
    if "not" in node:
        return leaves_of(node["not"])
    return [node]


def trees_of(block: Node) -> list[Node | None]:
    """The trees of an item or of the common conditions in the contract's form: the criteria first, then the condition of each amount."""
    return [block.get("criteria"), *(amount.get("when") for amount in block.get("amounts") or [])]


def all_of(nodes: list[Node]) -> Node | None:
    """The conjunction, without needless nesting."""
    flat: list[Node] = []
    for node in nodes:
        flat.extend(node["all"] if set(node) == {"all"} else [node])
    return None if not flat else flat[0] if len(flat) == 1 else {"all": flat}


def any_of(nodes: list[Node]) -> Node | None:
    """The disjunction, without needless nesting."""
    flat: list[Node] = []
    for node in nodes:
        flat.extend(node["any"] if set(node) == {"any"} else [node])
    return None if not flat else flat[0] if len(flat) == 1 else {"any": flat}


def either_of(lists: Iterable[list[Node]]) -> list[Node]:
    """The lists of conditions as alternatives of one another: one node, or none where all of them are empty."""
    tree = any_of([tree for nodes in lists if (tree := all_of(nodes)) is not None])
    return [] if tree is None else [tree]


def within(node: Node, start: int, end: int) -> bool:
    """Whether all that a condition is made of begins between the two places."""
    return all(start <= x["evidence"]["start"] < end for x in leaves_of(node))


def inside(node: Node, start: int, end: int) -> bool:
    """Whether all that a condition is made of stands, to its last word, between the two places."""
    return all(start <= x["evidence"]["start"] and x["evidence"]["end"] <= end for x in leaves_of(node))


def shuts_out(node: Node) -> bool:
    """Whether a condition holds words that nobody may fall under (未出现：…): they must not be read again as a demand."""
    return any(str(x.get("value", "")).startswith(SHUT_OUT) for x in leaves_of(node))


def less(nodes: list[Node], gone: list[Node]) -> list[Node]:
    """The nodes without these very ones."""
    away = {id(n) for n in gone}
    return [n for n in nodes if id(n) not in away]
