"""The fair-competition linter: clauses that a review would question, each with its words, the provision and a question.

It grades and asks, it never decides: registered in this district is tolerated in one text and a published violation in
another. Officers keep the conclusion and its reasons. Provisions and questions are data (fairness_articles.toml).
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from features.regions import NATIONAL
from policies.fairness_triggers import LEAF_TRIGGERS, STANDING_ASIDE, TEXT_TRIGGERS, Grade

_CLAUSE = re.compile(r"[^。；;\n]{1,600}[。；;]?")
_ORDER = {Grade.CLEAR: 0, Grade.SUSPECTED: 1, Grade.NOTE: 2}
_EXCEPTION_CLAIMED = re.compile(r"(?<!把握)(?<!滥用)(?:适用|符合|属于|依据)[^。；，,]{0,16}例外规定")


@dataclass(frozen=True, slots=True)
class Provision:
    """What the law's data say about one lint."""

    lint: str
    title: str
    article: str
    question: str
    suggestion: str


@dataclass(frozen=True, slots=True)
class FairnessRemark:
    """One remark on `text[start:end]`; `reason` says what was seen, `checklist` what an exception would need."""

    provision: Provision
    grade: Grade
    start: int
    end: int
    quote: str
    reason: str
    checklist: tuple[str, ...]

    def to_json(self) -> dict[str, object]:
        """The plain form for pages and exports."""
        return {
            "lint": self.provision.lint,
            "title": self.provision.title,
            "grade": self.grade.value,
            "start": self.start,
            "end": self.end,
            "quote": self.quote,
            "reason": self.reason,
            "article": self.provision.article,
            "question": self.provision.question,
            "suggestion": self.provision.suggestion,
            "checklist": list(self.checklist),
        }


def review(rules: Mapping[str, Any], text: str) -> tuple[FairnessRemark, ...]:
    """Remarks on a parsed document (the contract's JSON form) and its text, in the order of the text.

    Of several remarks of one lint whose words overlap the gravest stays.
    """
    provisions, checklist, _ = _provisions()
    found: list[FairnessRemark] = []
    for lint, grade, start, end, reason in (*_of_text(text), *_of_rules(rules, text), *_of_document(rules, text)):
        found.append(FairnessRemark(provisions[lint], grade, start, end, text[start:end], reason, checklist))
    return tuple(sorted(_without_doubles(found), key=lambda remark: (remark.start, remark.end, remark.provision.lint)))


def standing_of_articles() -> str:
    """What the reader of a remark must know of its article number: who checked it, and against what."""
    return _provisions()[2]


_Found = tuple[str, Grade, int, int, str]


def _of_text(text: str) -> Iterator[_Found]:
    for clause in _CLAUSE.finditer(text):
        words = _without_titles(clause[0])
        for trigger in TEXT_TRIGGERS:
            seen = trigger.pattern.search(words)
            if seen is None or STANDING_ASIDE.search(words[: seen.start()][-16:]):
                continue
            if trigger.unless is not None and trigger.unless.search(words):
                continue
            yield trigger.lint, trigger.grade, clause.start() + seen.start(), clause.start() + seen.end(), trigger.reason


def _without_titles(words: str) -> str:
    """The clause with quoted titles blanked out, at the same length: a title grants nothing."""
    return re.sub(r"《[^》]{0,120}》", lambda title: " " * len(title[0]), words)


def _of_rules(rules: Mapping[str, Any], text: str) -> Iterator[_Found]:
    blocks = [rules.get("common") or {}, *rules.get("items", [])]
    for block in blocks:
        fallback = block.get("span") or {"start": 0, "end": 0}
        for leaf in _leaves(block.get("criteria")):
            yield from _of_leaf(leaf, fallback, text)
        for amount in block.get("amounts") or []:
            for leaf in _leaves(amount.get("when")):
                yield from _of_leaf(leaf, fallback, text)
            if str(amount.get("base", "")).startswith(("local_contribution", "tax_paid")):
                start, end = _place(amount, fallback, text)
                yield "FC-19-4", Grade.CLEAR, start, end, "金额按税收或地方贡献的比例计算"


def _of_leaf(leaf: Mapping[str, Any], fallback: Mapping[str, int], text: str) -> Iterator[_Found]:
    if leaf.get("value") == [NATIONAL]:
        return  # registered anywhere in the country shuts out nobody of the country
    for trigger in LEAF_TRIGGERS:
        if leaf.get("fact") in trigger.facts and (not trigger.operators or leaf.get("op") in trigger.operators):
            start, end = _place(leaf, fallback, text)
            yield trigger.lint, trigger.grade, start, end, trigger.reason


def _of_document(rules: Mapping[str, Any], text: str) -> Iterator[_Found]:
    claimed = _EXCEPTION_CLAIMED.search(text)
    if claimed is not None and not (rules.get("document") or {}).get("effective_to"):
        yield "FC-12", Grade.SUSPECTED, claimed.start(), claimed.end(), "援引例外规定,但文件没有写明失效日期"


def _leaves(node: Mapping[str, Any] | None) -> Iterator[Mapping[str, Any]]:
    waiting = [node] if node else []
    while waiting:
        at = waiting.pop()
        if "fact" in at:
            yield at
        waiting.extend(at.get("all") or at.get("any") or at.get("of") or ([at["not"]] if "not" in at else []))


def _place(part: Mapping[str, Any], fallback: Mapping[str, int], text: str) -> tuple[int, int]:
    evidence = part.get("evidence") or fallback
    start, end = int(evidence["start"]), int(evidence["end"])
    return (start, end) if 0 <= start < end <= len(text) else (0, 0)


def _without_doubles(found: list[FairnessRemark]) -> Iterator[FairnessRemark]:
    kept: dict[str, list[FairnessRemark]] = {}
    for remark in sorted(found, key=lambda one: (_ORDER[one.grade], one.start, one.end)):
        others = kept.setdefault(remark.provision.lint, [])
        if not any(remark.start < other.end and other.start < remark.end for other in others):
            others.append(remark)
            yield remark


@cache
def _provisions() -> tuple[dict[str, Provision], tuple[str, ...], str]:
    """The data file, read once: provisions by lint, what an exception needs, how far the article numbers were checked."""
    plain = tomllib.loads(resources.files("policies").joinpath("fairness_articles.toml").read_text(encoding="utf-8"))
    provisions = {
        row["id"]: Provision(row["id"], row["title"], row["article"], row["question"], row["suggestion"]) for row in plain["lint"]
    }
    source = plain["source"]
    checked, compared = source["checked_on"], source["compared_on"]
    standing = (
        f"条款号已于{checked}经法制机构核对。"
        if checked
        else f"条款号于{compared}与公开的违法案例和核对表比对过,尚未经法制机构对照公报核对;引用前请核对原文。"
    )
    return provisions, tuple(plain["exceptions"]["checklist"]), standing
