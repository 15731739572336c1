"""Promises that say the same with other numbers: lines beside one another, each with its own bound on one fact, are tiers."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable
from typing import Any

from policies.extract.items import ItemDraft
from policies.extract.leaf import Node, all_of, leaves_of

_NUMBERS = re.compile(r"\d[\d,.]*|[万亿]|\W")
_LEVELS = re.compile(
    r"(?:国家|省|市|区|县|部|自治区)级|全国|首次|首批|新(?=[获认评])|(?:重新|再次|复核|复审|复评)(?:认定|通过)?|认定|通过|获[得评批]|期满|后|被|的"
)
"""What tells the level or the round of a title, and the deed of gaining it: all that may differ between two tiers of it."""
_MARK = re.compile(r"[\s。；;]*(?:[(（]?[\d一二三四五六七八九十]{1,3}[)）]?[.、．]?|[①-⑳])?\s*")
"""All that may stand between two lines of one list: the end of the one, the number of the other."""

_BOUNDING = ("ge", "gt", "le", "lt")
_SAME = 0.85  # how alike two lines are without their numbers
_LONGEST = 160  # characters of a line that only its numbers tell from the next


def runs_alike(text: str, drafts: list[ItemDraft]) -> list[list[ItemDraft]]:
    """Drafts one after another that only their numbers tell apart, where a number bounds the same fact in each."""
    return runs_of(drafts, lambda run, draft: _goes_on(text, run[-1], draft))


def runs_of(drafts: Iterable[ItemDraft], goes_on: Callable[[list[ItemDraft], ItemDraft], bool]) -> list[list[ItemDraft]]:
    """Two drafts or more, one after another, of which each goes on with those before it."""
    runs: list[list[ItemDraft]] = []
    for draft in drafts:
        if runs and goes_on(runs[-1], draft):
            runs[-1].append(draft)
        else:
            runs.append([draft])
    return [run for run in runs if len(run) > 1]


def figures_of(amount: dict[str, Any]) -> set[float]:
    """The figures that a sum says: how much, which share, at most."""
    return {float(amount[key]) for key in ("value", "rate", "cap") if amount.get(key) is not None}


def said_again(node: Node, other: Node) -> bool:
    """Whether two conditions are the same in the same words, wherever they stand (对…的“新开壶”企业 in each line of a list)."""
    return node is other or _told(node) == _told(other)


def _told(node: Node) -> object:
    if "fact" in node:
        return [(k, v) for k, v in sorted(node.items()) if k not in ("evidence", "origin", "confidence")]
    return [
        (k, [_told(x) for x in v] if isinstance(v, list) else _told(v) if isinstance(v, dict) else v)
        for k, v in sorted(node.items())
    ]


def _goes_on(text: str, before: ItemDraft, draft: ItemDraft) -> bool:
    if max(before.end - before.start, draft.end - draft.start) > _LONGEST or not _MARK.fullmatch(text, before.end, draft.start):
        return False
    if not _APART_BY.search(text, before.end, draft.start + 1) or not _one_sum_alike(before, draft):
        return False
    if _by_level(text, before, draft):
        return True
    one, other = _bounds(before), _bounds(draft)
    if _whom(before) != _whom(draft) or set(one) != set(other) or not any(one[fact] != other[fact] for fact in one):
        return False
    words, others = (_NUMBERS.sub("", _NUMBERED.sub("", text[d.start : d.end])) for d in (before, draft))
    return difflib.SequenceMatcher(None, words, others, autojunk=False).ratio() >= _SAME


def _by_level(text: str, before: ItemDraft, draft: ItemDraft) -> bool:
    """1.对获评国家级中心的，给予…。2.对获评省级中心的，给予…: the same words for another level, or another round, of one title.

    So too where no fact counts what a line bounds (业务量达到100万件的…; 业务量达到500万件的…): then only the number moves.
    """
    if any("\n" in text[d.start : d.end].strip() for d in (before, draft)):
        return False  # 1.首次认定高企 / 奖励10万元: cards with names of their own, not lines of one list
    words, others = (_NUMBERS.sub("", _NUMBERED.sub("", text[d.start : d.end])) for d in (before, draft))
    if words == others:
        return [_told(n) for n in before.criteria] != [_told(n) for n in draft.criteria]
    bare, bare_other = _LEVELS.sub("", words), _LEVELS.sub("", others)
    return bare == bare_other and _titles(before) == _titles(draft) and _bounds(before) == _bounds(draft)


_NUMBERED = re.compile(
    r"^\s*(?:(?:[(（]?[\d一二三四五六七八九十]{1,3}[)）]?[.、．]?|[①-⑳])(?!\d)\s*)?(?:[^，；。：\d\n]{2,10}(?:奖励|补[助贴]|资助|标准)：)?"
)
"""规模奖励：|收入达到1亿元的，…: the number of a line, and the name that the first line bears for all of them."""
_APART_BY = re.compile(r"[\n①-⑳]")


def _titles(draft: ItemDraft) -> set[str]:
    """The titles that a draft's conditions name, without their levels."""
    leaves = [x for n in draft.criteria for x in leaves_of(n) if x["fact"].startswith("qualification")]
    return {_LEVELS.sub("", str(v).removeprefix("other:").split(".")[0]) for x in leaves for v in x["value"]}


def _one_sum_alike(before: ItemDraft, draft: ItemDraft) -> bool:
    """Whether each gives one sum, of one kind, for all that it asks."""
    sums = [d.amounts for d in (before, draft)]
    return all(len(a) == 1 and not a[0].get("when") and not a[0].get("plus") for a in sums) and (
        sums[0][0]["kind"] == sums[1][0]["kind"]
    )


def _whom(draft: ItemDraft) -> list[tuple[str, str]]:
    """Of whom the draft speaks, in whatever is no bound: a line for another trade is another benefit."""
    leaves = [x for n in draft.criteria for x in leaves_of(n) if x["op"] not in _BOUNDING]
    return sorted((x["fact"], str(x.get("value"))) for x in leaves)


def _bounds(draft: ItemDraft) -> dict[str, list[Any]]:
    """What the draft's conditions bound, and how."""
    found: dict[str, list[Any]] = {}
    for leaf in (x for n in draft.criteria for x in leaves_of(n)):
        if leaf["op"] in _BOUNDING:
            found.setdefault(leaf["fact"], []).append((leaf["op"], leaf.get("value")))
    return found


def into_first(text: str, run: list[ItemDraft]) -> None:
    """Make the first draft of a run the item that all of them are tiers of: what each asks beside the others goes to its sums."""
    first, *others = run
    alike = [n for n in first.criteria if all(any(said_again(n, x) for x in d.criteria) for d in others)]
    for draft in run:
        draft.criteria = [n for n in draft.criteria if not any(said_again(n, x) for x in alike)]
        for amount in draft.amounts:
            tree = all_of([*draft.criteria, *([amount["when"]] if amount.get("when") else [])])
            if tree is not None:
                amount["when"] = tree
        draft.criteria = []
    first.criteria = alike
    first.amounts = [a for draft in run for a in draft.amounts]
    first.end, first.title = run[-1].end, ""
    first.words = text[first.start : first.end]
