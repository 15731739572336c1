"""The last gate of parsing: rules leave it in the contract's form, or reduced to a declared condition and an ERROR.

A rule that the gate of loading would refuse is a fault of an extractor. It must not be lost, nor stop the document, nor
pass as something it is not: the item stays, its conditions become one declared criterion (never true by itself), its
amounts go, and an officer sees why.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policies.diagnostics import Diagnostic, error
from policies.errors import RuleRefused
from policies.loading import load_rules

_KEPT = ("title", "span", "category", "delivery", "without_common")
_WORDS = "条件未能编码,需人工核定"


def conform(rules: dict[str, Any]) -> tuple[dict[str, Any], tuple[Diagnostic, ...]]:
    """Return `rules` in the contract's form and an ERROR for each part that had to be reduced."""
    problems = _problems(rules)
    if not problems:
        return rules, ()
    notes: list[Diagnostic] = []
    kept = {**rules, "items": list(rules["items"])}
    for part, messages in problems.items():
        shown = ";".join(messages[:3])
        if part == "common":
            kept["common"] = _reduced_common(rules["common"])
            span = _extent(rules["common"]) or (0, 0)
        elif isinstance(part, int):
            item = rules["items"][part]
            kept["items"][part] = _reduced_item(item)
            span = (item["span"]["start"], item["span"]["end"])
        else:
            raise AssertionError(f"metadata outside the contract, to be mended in policies.metadata: {shown}")
        notes.append(error("rules.not_in_contract", f"这一项的规则不符合数据规范({shown}),已改为人工核定", *span))
    if _problems(kept):
        kept["items"], kept["common"] = [], {}
        notes.append(error("rules.not_in_contract", "规则不符合数据规范,全部条款需人工录入"))
    return kept, tuple(notes)


def _problems(rules: dict[str, Any]) -> dict[int | str, list[str]]:
    """What the gate of loading says, by item index, `common` or `document`."""
    try:
        load_rules(rules)
    except RuleRefused as refused:
        found: dict[int | str, list[str]] = {}
        for problem in refused.problems:
            steps = problem.pointer.strip("/").split("/")
            in_item = steps[0] == "items" and len(steps) > 1 and steps[1].isdigit()
            part: int | str = int(steps[1]) if in_item else steps[0]
            found.setdefault(part if in_item or part == "common" else "document", []).append(problem.message)
        return found
    return {}


def _reduced_item(item: dict[str, Any]) -> dict[str, Any]:
    kept: dict[str, Any] = {key: item[key] for key in _KEPT if key in item}
    kept["criteria"], kept["amounts"] = _declared(item["span"]["start"], item["span"]["end"]), []
    return kept


def _reduced_common(common: dict[str, Any]) -> dict[str, Any]:
    start, end = _extent(common) or (0, 0)
    return {"criteria": _declared(start, end)}


def _declared(start: int, end: int) -> dict[str, Any]:
    return {"fact": "declared", "op": "declared", "value": _WORDS, "evidence": {"start": start, "end": end}}


def _extent(block: dict[str, Any]) -> tuple[int, int] | None:
    """From the first to the last evidence in a block."""
    spans = list(_evidence(block))
    return (min(start for start, _ in spans), max(end for _, end in spans)) if spans else None


def _evidence(node: Any) -> Iterator[tuple[int, int]]:
    if isinstance(node, dict):
        if "start" in node and "end" in node:
            yield node["start"], node["end"]
        for value in node.values():
            yield from _evidence(value)
    elif isinstance(node, list):
        for value in node:
            yield from _evidence(value)
