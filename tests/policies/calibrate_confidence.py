"""Count how often each pattern's leaves are right on the tuning part of the annotated documents.

    python -m tests.policies.calibrate_confidence

Writes policies/lexicon/calibration.toml, from which policies.confidence takes a leaf's confidence. The held-out part is
never read. A leaf counts as right where the contract's scorer pairs it with a gold leaf of the same item.
"""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

from tests.policies.score_gold import folded_leaves, parsed_json, scorer, stems
from tests.shared import SHARED

TARGET = Path(__file__).parents[2] / "policies" / "lexicon" / "calibration.toml"


def count(names: list[str]) -> tuple[Counter[str], Counter[str]]:
    """Right leaves and all leaves by pattern id."""
    rules = scorer()
    right: Counter[str] = Counter()
    total: Counter[str] = Counter()
    for name in names:
        gold = json.loads((SHARED / "gold" / f"{name}.json").read_text("utf-8"))
        parsed = parsed_json(name)
        pairs = rules.pair_items(gold["items"], parsed["items"])
        blocks = [(gold.get("common") or {}, parsed.get("common") or {})]
        blocks += [(item, parsed["items"][pairs[i]]) for i, item in enumerate(gold["items"]) if i in pairs]
        blocks += [({}, item) for j, item in enumerate(parsed["items"]) if j not in pairs.values()]
        for wanted, had in blocks:
            _count_block(rules, wanted, had, right, total)
    return right, total


def _count_block(rules: Any, wanted: dict[str, Any], had: dict[str, Any], right: Counter[str], total: Counter[str]) -> None:
    gold, mine = folded_leaves(rules, wanted), folded_leaves(rules, had)
    open_values = Counter(leaf for leaf, _ in gold if leaf[5] is None)
    open_spans = [leaf for leaf, _ in gold if leaf[5] is not None]
    for leaf, origin in mine:
        total[origin] += 1
        if leaf[5] is None:
            if open_values[leaf]:
                open_values[leaf] -= 1
                right[origin] += 1
            continue
        partner = next((g for g in open_spans if g[:2] == leaf[:2] and rules.overlap(g[5], leaf[5]) >= 0.3), None)
        if partner is not None:
            open_spans.remove(partner)
            right[origin] += 1


def main() -> None:
    """Write the counts."""
    right, total = count(stems(held_out=False))
    lines = [
        "# How often the leaves of each pattern are right on the tuning part of the annotated documents.",
        "# Recompute with: python -m tests.policies.calibrate_confidence",
    ]
    lines += [f'\n[[pattern]]\nid = "{origin}"\nright = {right[origin]}\nall = {n}' for origin, n in sorted(total.items())]
    TARGET.write_text("\n".join(lines) + "\n", "utf-8")


if __name__ == "__main__":
    main()
