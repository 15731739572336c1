"""What a leaf stands among, by which its confidence is told: how many leaves and amounts its block has, who else has it, what follows.

A leaf alone in an item, one that several items have from the same words, or one that a promise follows in its sentence is right more or
less often than its pattern is. Blanks and line breaks count for nothing, so that layout changes no confidence.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cache

from policies.extract.leaf import Node, leaves_of, trees_of

_EDGES: dict[str, tuple[int, ...]] = {
    "length": (5, 7, 10, 14, 21, 31),  # characters of the evidence
    "leaves": (2, 3, 4, 6, 9, 15),  # in the same block
    "declared": (1, 2, 3, 5, 9),  # among them
    "amounts": (1, 2, 4),
    "sayings": (2, 3, 5),  # blocks that have a leaf from the same words
    "depth": (1, 2, 3),  # in the tree
}
_GIVES = re.compile(r"\d(?:万|亿)?元|\d[%％]|奖励|补贴|补助|给予")
_FIRM = re.compile(r"(?:企业|单位|机构|项目|平台|人才|园区)$")
_REACH = 240
_STOPS = "。；;"


def surroundings(common: Node | None, items: Sequence[Node], text: str) -> Iterator[tuple[Node, tuple[str, ...]]]:
    """Every leaf of a document in the contract's form (offsets into `text`) with what stands around it, as the names of weights."""
    blocks = [*([common] if common else []), *items]
    sayings = Counter(_span(leaf) for block in blocks for tree in trees_of(block) for leaf in leaves_of(tree))
    for block in blocks:
        found = [
            (leaf, depth, one, when) for when, tree in enumerate(trees_of(block)) for leaf, depth, one in _walk(tree, 0, False)
        ]
        declared = sum(leaf["fact"] == "declared" for leaf, *_ in found)
        for leaf, depth, one, when in found:
            start, end = _span(leaf)
            said = "".join(text[start:end].split())
            numbers = {
                "length": len(said),
                "leaves": len(found),
                "declared": declared,
                "amounts": len(block.get("amounts") or []),
                "sayings": sayings[start, end],
                "depth": depth,
            }
            words = {
                "typed": leaf["fact"] != "declared",
                "common": block is common,
                "one-of-several": one,
                "of-an-amount": when > 0,
            }
            words |= _in_words(text, start, end, said)
            if (span := block.get("span")) is not None:
                words |= {"before-the-item": start < span["start"], "behind-the-item": start >= span["end"]}
            yield leaf, tuple(_names(numbers, words))


def _names(numbers: dict[str, int], words: dict[str, bool]) -> Iterator[str]:
    """The names of what holds; a number by the step it has reached, by itself and for typed leaves and common ones."""
    yield from (word for word, holds in words.items() if holds)
    for name, number in numbers.items():
        step, typed, common = _step_names(name, bisect_right(_EDGES[name], number))
        yield step
        if words["typed"]:
            yield typed
        if words["common"]:
            yield common


@cache
def _step_names(name: str, step: int) -> tuple[str, str, str]:
    return f"{name}-{step}", f"typed-{name}-{step}", f"common-{name}-{step}"


def _in_words(text: str, start: int, end: int, said: str) -> dict[str, bool]:
    after = "".join(text[end : end + _REACH].split())
    stop = min((at for mark in _STOPS if (at := after.find(mark)) >= 0), default=len(after))
    return {
        "promise-follows": _GIVES.search(after[:stop]) is not None,
        "firm": _FIRM.search(said) is not None,
        "number": any(c.isdigit() for c in said),
        "comma-follows": after[:1] in ("，", ","),
        "of-follows": after[:1] == "的",
    }


def _walk(node: Node | None, depth: int, one: bool) -> Iterator[tuple[Node, int, bool]]:
    """The leaves with their depth, and whether each is one of several ways."""
    if not node:
        return
    for word in ("all", "any", "of"):
        if word in node:
            for child in node[word]:
                yield from _walk(child, depth + 1, one or word != "all")
            return
    if "not" in node:
        yield from _walk(node["not"], depth + 1, True)
        return
    yield node, depth, one


def _span(leaf: Node) -> tuple[int, int]:
    return leaf["evidence"]["start"], leaf["evidence"]["end"]
