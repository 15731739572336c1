"""Two versions of a document's rules side by side, in sentences: what came, what went, what asks something else."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from features.regions import full_name
from matcher.amount_words import rule_of_amount
from matcher.requirements import branch_title, leaf_sentence
from matcher.words import money, words
from policies.rules import AllOf, Criterion, Leaf, Not, PolicyItem, RuleDocument

Kind = Literal["added", "removed", "changed", "same"]


@dataclass(frozen=True, slots=True)
class Line:
    """One sentence before and after; one of them is empty where it was added or removed."""

    kind: Kind
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Part:
    """The lines of the document itself, of its common conditions, or of one item."""

    title: str
    kind: Kind
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence and what it is about: sentences about the same thing are shown as one change."""

    about: tuple[str, ...]
    text: str


def differences(before: RuleDocument, after: RuleDocument) -> tuple[Part, ...]:
    """Part by part in the order of the later version; items are the same where their titles are, or else their places."""
    parts = [
        _part("文件", _document(before), _document(after)),
        _part("各事项共同的条件", _demands(before.common), _demands(after.common)),
    ]
    pairs, gone = _paired(before.items, after.items)
    for old, new in pairs:
        parts.append(_part(new.title, [] if old is None else _item(old), _item(new), whole="added" if old is None else None))
    parts += [_part(old.title, _item(old), [], whole="removed") for old in gone]
    return tuple(part for part in parts if part.lines)


def counts(parts: Sequence[Part]) -> dict[Kind, int]:
    """How many sentences came, went and changed."""
    kinds = [line.kind for part in parts for line in part.lines]
    return {
        "added": kinds.count("added"),
        "removed": kinds.count("removed"),
        "changed": kinds.count("changed"),
        "same": kinds.count("same"),
    }


def _paired(
    before: Sequence[PolicyItem], after: Sequence[PolicyItem]
) -> tuple[list[tuple[PolicyItem | None, PolicyItem]], list[PolicyItem]]:
    left = list(before)
    found: list[PolicyItem | None] = [_taken(left, lambda old, new=new: old.title == new.title) for new in after]  # type: ignore[misc]
    for i, new in enumerate(after):
        if found[i] is None and i < len(before) and before[i] in left and before[i].category == new.category:
            found[i] = before[i]
            left.remove(before[i])
    return list(zip(found, after, strict=True)), left


def _taken(left: list[PolicyItem], fits: Callable[[PolicyItem], bool]) -> PolicyItem | None:
    for old in left:
        if fits(old):
            left.remove(old)
            return old
    return None


def _part(title: str, before: Sequence[Sentence], after: Sequence[Sentence], *, whole: Kind | None = None) -> Part:
    lines = tuple(_lines(before, after))
    kind: Kind = whole or ("same" if all(line.kind == "same" for line in lines) else "changed")
    return Part(title, kind, lines)


def _lines(before: Sequence[Sentence], after: Sequence[Sentence]) -> Iterator[Line]:
    left = list(before)
    kept = {s.text for s in after}
    for new in after:
        same = next((old for old in left if old.text == new.text), None)
        other = None if same else next((old for old in left if old.about == new.about and old.text not in kept), None)
        if same is not None:
            left.remove(same)
            yield Line("same", same.text, new.text)
        elif other is not None:
            left.remove(other)
            yield Line("changed", other.text, new.text)
        else:
            yield Line("added", "", new.text)
    yield from (Line("removed", old.text, "") for old in left)


def _document(document: RuleDocument) -> list[Sentence]:
    meta = document.meta
    rows = (
        ("文号", meta.doc_number),
        ("发文机关", "、".join(meta.issuer)),
        ("区划", full_name(meta.region) if meta.region else None),
        ("施行日期", meta.effective_from),
        ("有效期至", meta.effective_to),
    )
    return [Sentence((name,), f"{name}:{value}") for name, value in rows if value]


def _item(item: PolicyItem) -> list[Sentence]:
    values = words()["values"]
    found = [
        Sentence(("category",), f"类别:{values['category'].get(item.category, item.category)}"),
        Sentence(("delivery",), f"方式:{values['delivery'].get(item.delivery, item.delivery)}"),
        *_demands(item.criteria),
    ]
    for n, amount in enumerate(item.amounts):
        found.append(Sentence(("amount", str(n)), f"金额:{rule_of_amount(amount) or '以核定为准'}"))
        found += [Sentence((f"amount {n}", *s.about), f"金额{n + 1}的条件:{s.text}") for s in _demands(amount.when)]
    found += [Sentence(("exclusive",), "就高不重复")] if item.exclusive else []
    found += [Sentence(("quota",), f"名额:{item.quota} 个")] if item.quota is not None else []
    found += [Sentence(("budget",), f"预算:{money(item.budget)}")] if item.budget is not None else []
    return found


def _demands(criterion: Criterion | None, within: str = "") -> list[Sentence]:
    match criterion:
        case None:
            return []
        case Leaf():
            return [
                Sentence(
                    (within, criterion.fact, str(criterion.value) if criterion.fact == "declared" else ""),
                    within + leaf_sentence(criterion),
                )
            ]
        case Not(part):
            return _demands(part, f"{within}不得有:")
        case AllOf(parts):
            return [s for part in parts for s in _demands(part, within)]
        case _:
            title = f"{within}{branch_title(criterion)}:"
            return [s for part in criterion.parts for s in _demands(part, title)]
