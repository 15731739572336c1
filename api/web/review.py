"""The review page's two sides as values: the policy's text cut at every span, and the draft rule as rows that point into it."""

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from features.catalogue import load_catalogue
from matcher.amount_words import rule_of_amount
from matcher.requirements import branch_title, leaf_sentence
from matcher.words import source_name
from policies.rules import AllOf, AnyOf, AtLeast, Criterion, Leaf, Not, PolicyItem, RuleDocument, Span

_QUOTED = 60  # characters of a doubtful passage that are shown beside it


UNSURE = 0.5
"""Of conditions below this confidence about two in five are right (README, "Confidence")."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the rule as people read it. `pointer` is the JSON Pointer of the node in the draft; `mark` names its place in the text."""

    mark: str
    pointer: str
    depth: int
    kind: str  # leaf | branch | amount
    sentence: str
    span: Span | None
    fact: str = ""
    op: str = ""
    value: Any = None
    period: str = ""
    confidence: float | None = None
    origin: str = ""
    declared: bool = False

    @property
    def unsure(self) -> bool:
        """Whether the reader holds this condition for wrong rather than right, so that the officer should look here first."""
        return self.kind == "leaf" and self.confidence is not None and self.confidence < UNSURE


@dataclass(frozen=True, slots=True)
class Block:
    """The common conditions or one item, as rows."""

    title: str
    anchor: str
    item: PolicyItem | None
    index: int | None
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of text, where it begins, the marks that cover it, and whether its sentence went into the rules."""

    start: int
    text: str
    marks: tuple[str, ...]
    status: str


def blocks_of(document: RuleDocument) -> tuple[Block, ...]:
    """The draft's rules as blocks of rows, in the order of the document."""
    blocks = []
    if document.common is not None:
        rows = tuple(_criterion_rows(document.common, "/common/criteria", "c", 0))
        blocks.append(Block("各事项共同的条件", "common", None, None, rows))
    for i, item in enumerate(document.items):
        rows = tuple(_item_rows(item, i))
        blocks.append(Block(item.title, f"item-{i}", item, i, rows))
    return tuple(blocks)


def _item_rows(item: PolicyItem, index: int) -> Iterator[Row]:
    if item.criteria is not None:
        yield from _criterion_rows(item.criteria, f"/items/{index}/criteria", f"i{index}", 0)
    for n, amount in enumerate(item.amounts):
        pointer, mark = f"/items/{index}/amounts/{n}", f"i{index}a{n}"
        yield Row(
            mark,
            pointer,
            0,
            "amount",
            rule_of_amount(amount) or "金额以核定为准",
            amount.evidence,
            confidence=amount.confidence,
            origin=amount.origin or "",
        )
        if amount.when is not None:
            yield from _criterion_rows(amount.when, f"{pointer}/when", f"{mark}w", 1)


def _criterion_rows(criterion: Criterion, pointer: str, mark: str, depth: int) -> Iterator[Row]:
    match criterion:
        case Leaf():
            yield _leaf_row(criterion, pointer, mark, depth)
        case Not(part):
            yield Row(mark, pointer, depth, "branch", branch_title(criterion), None)
            yield from _criterion_rows(part, f"{pointer}/not", f"{mark}n", depth + 1)
        case AllOf(parts) if depth == 0:
            for n, part in enumerate(parts):
                yield from _criterion_rows(part, f"{pointer}/all/{n}", f"{mark}-{n}", depth)
        case AllOf(parts) | AnyOf(parts) | AtLeast(_, parts):
            word = "all" if isinstance(criterion, AllOf) else "any" if isinstance(criterion, AnyOf) else "of"
            yield Row(mark, pointer, depth, "branch", branch_title(criterion), None)
            for n, part in enumerate(parts):
                yield from _criterion_rows(part, f"{pointer}/{word}/{n}", f"{mark}-{n}", depth + 1)


def _leaf_row(leaf: Leaf, pointer: str, mark: str, depth: int) -> Row:
    return Row(
        mark, pointer, depth, "leaf", leaf_sentence(leaf), leaf.evidence,
        fact=leaf.fact, op=leaf.op.value, value=leaf.value, period=leaf.period or "", confidence=leaf.confidence, origin=leaf.origin or "",
        declared=leaf.fact == "declared",
    )  # fmt: skip


def pieces_of(
    text: str, blocks: Sequence[Block], ledger: Sequence[Mapping[str, Any]], places: Iterable[int] = ()
) -> tuple[Piece, ...]:
    """The text cut wherever a span or a sentence begins or ends, and at `places`; every character appears once, in order."""
    spans = [(r.span.start, r.span.end, r.mark) for b in blocks for r in b.rows if r.span is not None and r.span.end <= len(text)]
    cuts = {0, len(text), *(place for place in places if 0 <= place < len(text))}
    for start, end, _ in spans:
        cuts |= {start, end}
    for entry in ledger:
        cuts |= {min(int(entry["start"]), len(text)), min(int(entry["end"]), len(text))}
    edges = sorted(cuts)
    opens: dict[int, list[str]] = {}
    closes: dict[int, list[str]] = {}
    for start, end, mark in spans:
        if start < end:
            opens.setdefault(start, []).append(mark)
            closes.setdefault(end, []).append(mark)
    status_at = {int(e["start"]): (int(e["end"]), str(e["status"])) for e in ledger}
    pieces: list[Piece] = []
    live: list[str] = []
    status, until = "", 0
    for start, end in itertools.pairwise(edges):
        live = [m for m in live if m not in closes.get(start, ())] + opens.get(start, [])
        if start >= until:
            status = ""
        if start in status_at:
            until, status = status_at[start]
        pieces.append(Piece(start, text[start:end], tuple(live), status))
    return tuple(pieces)


def coverage_of(ledger: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    """How many sentences ended up how."""
    counts = {"encoded": 0, "declared": 0, "procedure": 0, "unread": 0}
    for entry in ledger:
        counts[str(entry["status"])] = counts.get(str(entry["status"]), 0) + 1
    return counts


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of the text and where it begins."""

    start: int
    text: str


def sentences_of(text: str, ledger: Sequence[Mapping[str, Any]], status: str) -> tuple[Sentence, ...]:
    """The sentences that ended up with this status, in order."""
    chosen = [(int(e["start"]), int(e["end"])) for e in ledger if e["status"] == status]
    return tuple(Sentence(start, text[start:end].strip()) for start, end in chosen if text[start:end].strip())


@dataclass(frozen=True, slots=True)
class Doubtful:
    """What the reader found odd, with the beginning of the words it is about; `start` is None where it is about the whole text."""

    code: str
    severity: str
    message: str
    start: int | None
    quote: str


def doubts_of(text: str, diagnostics: Sequence[Mapping[str, Any]]) -> tuple[Doubtful, ...]:
    """The diagnostics of a text, each with its words and their place."""
    found = []
    for one in diagnostics:
        start, end = one.get("start"), one.get("end")
        placed = start is not None and end is not None and 0 <= start < end <= len(text)
        words = " ".join(text[start:end].split()) if placed else ""
        quote = words if len(words) <= _QUOTED else f"{words[:_QUOTED]}…"
        found.append(Doubtful(one["code"], one["severity"], one["message"], start if quote else None, quote))
    return tuple(found)


def facts_by_source() -> tuple[tuple[str, tuple[tuple[str, str], ...]], ...]:
    """The facts a criterion can be about, by the department they come from: (department, ((id, name), ...))."""
    found: dict[str, list[tuple[str, str]]] = {}
    for definition in load_catalogue():
        found.setdefault(source_name(definition.source), []).append((definition.id, definition.zh))
    return tuple((source, tuple(facts)) for source, facts in found.items())
