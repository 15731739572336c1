"""Whole documents of our own (tests/cases/documents/*.toml): what each should be read as, against what the reader makes of it.

    python -m tests.policies.documents [--faults] [WORD...]

The form of the cases is explained in tests/cases/documents/README.md; the conditions are written as in the bank of wordings.
Items are paired as the contract's scorer does, by the overlap of their places.
"""

from __future__ import annotations

import sys
import tomllib
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from policies.parsing import parse_policy
from tests.policies.wordings import Case, Tree, _compared, _paired, read_tree, wanted_amount, wanted_tree

FOLDER = Path(__file__).parents[1] / "cases" / "documents"


@dataclass(slots=True)
class Figures:
    """What of the answers was found: items, leaves and amounts as [found, wanted, read]; items right in every leaf and amount."""

    items: list[int] = field(default_factory=lambda: [0, 0, 0])
    leaves: list[int] = field(default_factory=lambda: [0, 0, 0])
    amounts: list[int] = field(default_factory=lambda: [0, 0, 0])
    exact: int = 0

    def add(self, other: Figures) -> None:
        for mine, theirs in ((self.items, other.items), (self.leaves, other.leaves), (self.amounts, other.amounts)):
            mine[:] = [a + b for a, b in zip(mine, theirs, strict=True)]
        self.exact += other.exact

    def __str__(self) -> str:
        parts = [f"{n} F1 {f1(c):.3f} {c[0]}/{c[1]}/{c[2]}" for n, c in (("items", self.items), ("leaves", self.leaves))]
        return ", ".join([*parts, f"amounts F1 {f1(self.amounts):.3f}", f"exact {self.exact} of {self.items[1]}"])


def f1(counts: list[int]) -> float:
    """The harmonic mean of precision and recall of [found, wanted, read]; 1 where nothing was wanted and nothing read."""
    return 2 * counts[0] / (counts[1] + counts[2]) if counts[1] + counts[2] else 1.0


def documents() -> list[tuple[str, dict[str, Any]]]:
    """Every document of the folder with its name."""
    return [(path.stem, tomllib.loads(path.read_text("utf-8"))) for path in sorted(FOLDER.glob("*.toml"))]


def _place(text: str, words: str) -> tuple[int, int]:
    """`@ first words…last words` of an item as its span."""
    first, _, last = words.removeprefix("@").strip().partition("…")
    start = text.index(first)
    return start, text.index(last, start) + len(last) if last else start + len(first)


def _overlap(a: tuple[int, int], b: tuple[int, int]) -> float:
    inter = min(a[1], b[1]) - max(a[0], b[0])
    return max(0, inter) / (max(a[1], b[1]) - min(a[0], b[0]))


def read_document(row: dict[str, Any]) -> tuple[Figures, list[str]]:
    """Parse one document; its figures and, in words, what is not as it should be."""
    text = row["document"]
    rules = parse_policy(text.encode(), name="document.txt", document_id="document").rules
    case = Case("", text, text, 0, (), (), None)
    read = rules["items"]
    places = [_place(text, lines[0]) for lines in row["items"]]
    scores = sorted(
        (
            (_overlap(place, (item["span"]["start"], item["span"]["end"])), i, j)
            for i, place in enumerate(places)
            for j, item in enumerate(read)
        ),
        reverse=True,
    )
    twins: dict[int, int] = {}
    for score, i, j in scores:
        if score >= 0.3 and i not in twins and j not in twins.values():
            twins[i] = j
    figures, faults = Figures(items=[len(twins), len(places), len(read)]), []
    common = rules.get("common") or {}
    blocks: list[tuple[str, Case, list[str], dict[str, Any]]] = [("common", case, row.get("common", []), common)]
    for i, lines in enumerate(row["items"]):
        item = read[twins[i]] if i in twins else {}
        blocks.append((lines[0], replace(case, since=places[i][0]), lines[1:], item))
        if i not in twins:
            faults.append(f"{lines[0]}: item missing")
    for j, item in enumerate(read):
        if j not in twins.values():
            words = text[item["span"]["start"] : item["span"]["end"]][:40]
            blocks.append((f"invented item {words!r}", case, [], item))
    for name, setting, lines, block in blocks:
        mine: list[str] = []
        conditions = wanted_tree([w for w in lines if not w.startswith("=>")], setting)
        amounts = [wanted_amount(w, setting) for w in lines if w.startswith("=>")]
        pairs: list[tuple[Tree, Tree]] = [(conditions, read_tree(block.get("criteria")))]
        pairs += _paired(amounts, block.get("amounts") or [], mine)
        missed = sum(fault.startswith("amount missing") for fault in mine)
        reading = _compared(setting, pairs, mine)
        found = [reading.hits, reading.wanted, reading.read]
        given = [len(amounts) - missed, len(amounts), len(block.get("amounts") or [])]
        figures.add(Figures(leaves=found, amounts=given))
        figures.exact += name.startswith("@") and bool(block) and not mine
        faults.extend(f"{name}: {fault}" for fault in mine)
    return figures, faults


def main() -> None:
    """Print the figures of each document and of all, and with --faults what is read wrongly."""
    words = [a for a in sys.argv[1:] if not a.startswith("--")]
    total = Figures()
    for name, row in documents():
        if words and not any(w in name for w in words):
            continue
        figures, faults = read_document(row)
        total.add(figures)
        print(f"{name}: {figures}")
        if "--faults" in sys.argv:
            print("   " + "\n   ".join(faults))
    print(f"all: {total}")


if __name__ == "__main__":
    main()
