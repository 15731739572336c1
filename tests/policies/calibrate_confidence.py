"""Fit how sure a leaf is on annotated documents, and measure on others whether it is as sure as it is right.

    python -m tests.policies.calibrate_confidence [--measure]

Writes policies/lexicon/calibration.toml: how often each pattern's leaves are right on the documents that are tuned on (gold and second
batch), and the blend of that share with the clause model's chance. The blend is fitted on the check part of the second batch, which
neither the patterns nor the clause model have seen, because the share on tuned documents promises too much. Prints the expected
calibration error (Naeini et al. 2015, ten bins) and the Brier score on the held-out gold. `--measure` only prints. A leaf is right where
the contract's scorer pairs it with an annotated leaf of the document, whichever item it was given to.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from policies.clause_typing import ClauseChances
from policies.cleaning import clean
from policies.confidence import log_odds, smoothed
from policies.extract.leaf import leaves_of
from policies.reading import read_policy
from policies.segmenting import segment
from policies.wording import in_standard_words
from tests.policies.gold_split import HELD_OUT, SECOND, second_ids
from tests.policies.score_gold import parsed_json, scorer
from tests.policies.train_clause_model import learning_documents
from tests.shared import SHARED

TARGET = Path(__file__).parents[2] / "policies" / "lexicon" / "calibration.toml"


@dataclass(frozen=True, slots=True)
class Judged:
    """A leaf of the parser: its pattern, its place in the source text, whether the annotation has it, and the confidence it was given."""

    document: str
    origin: str
    start: int
    end: int
    right: bool
    confidence: float


def judged_leaves(documents: list[tuple[str, Path]]) -> Iterator[Judged]:
    """Every leaf of the parser in these documents; each annotated leaf answers for one of them."""
    rules = scorer()
    for name, answer in documents:
        wanted = [folded for _, folded in _leaves(rules, json.loads(answer.read_text("utf-8")))]
        plain = Counter(folded for folded in wanted if folded[5] is None)
        placed = [folded for folded in wanted if folded[5] is not None]
        for node, folded in _leaves(rules, parsed_json(name)):
            if folded[5] is None:
                right = plain[folded] > 0
            else:
                partner = next((g for g in placed if g[:2] == folded[:2] and rules.overlap(g[5], folded[5]) >= 0.3), None)
                right = partner is not None
            place = node["evidence"]
            yield Judged(name, node.get("origin", ""), place["start"], place["end"], right, node.get("confidence", 0.5))


def _leaves(rules: Any, document: dict[str, Any]) -> Iterator[tuple[dict[str, Any], Any]]:
    for block in (document.get("common") or {}, *document["items"]):
        for tree in (block.get("criteria"), *(a.get("when") for a in block.get("amounts") or [])):
            yield from ((node, rules.fold(node)[1]) for node in leaves_of(tree))


def chances_of(leaves: list[Judged]) -> NDArray[np.float64]:
    """For each leaf the clause model's chance for its words."""
    judges: dict[str, _Places] = {}
    return np.array([judges.setdefault(x.document, _Places(x.document)).chance(x) for x in leaves])


class _Places:
    """The clause model over one document, asked in source offsets."""

    def __init__(self, name: str) -> None:
        path = SHARED / "corpus" / "policies" / f"{name}.txt"
        copy = in_standard_words(clean(read_policy(path.read_bytes(), name=path.name).text))
        self._chances = ClauseChances(copy.text, segment(copy.text))
        self._clean_of = {copy.source_span(i, i + 1)[0]: i for i in range(len(copy.text))}

    def chance(self, leaf: Judged) -> float:
        inside = [self._clean_of[i] for i in range(leaf.start, leaf.end) if i in self._clean_of]
        return self._chances.of(inside[0], inside[-1] + 1) if inside else 0.5


def calibration_error(confidence: NDArray[np.float64], right: NDArray[np.bool_]) -> float:
    """The mean distance between confidence and share of right ones over ten equal bins, weighted by their size."""
    bins = np.minimum((confidence * 10).astype(int), 9)
    gaps = [(bins == b).sum() * abs(confidence[bins == b].mean() - right[bins == b].mean()) for b in np.unique(bins)]
    return float(sum(gaps) / len(right))


def fit() -> None:
    """Count on what is tuned on, fit the blend on what is not, write."""
    tuned = list(judged_leaves(learning_documents()))
    total = Counter(leaf.origin for leaf in tuned)
    hits = Counter(leaf.origin for leaf in tuned if leaf.right)
    unseen = list(judged_leaves(_check()))
    shares = np.array([log_odds(_share(leaf.origin, hits, total)) for leaf in unseen])
    words = np.array([log_odds(float(c)) for c in chances_of(unseen)])
    model = LogisticRegression(C=1).fit(np.column_stack([shares, words]), np.array([leaf.right for leaf in unseen]))
    lines = [
        "# How often the leaves of each pattern are right on the annotated documents that are tuned on, and how that share is blended",
        "# with the clause model's chance. Recompute with: python -m tests.policies.calibrate_confidence",
        "",
        "[blend]",
        f"base = {model.intercept_[0]:.4f}",
        f"pattern = {model.coef_[0][0]:.4f}",
        f"words = {model.coef_[0][1]:.4f}",
    ]
    lines += [f'\n[[pattern]]\nid = "{origin}"\nright = {hits[origin]}\nall = {n}' for origin, n in sorted(total.items())]
    TARGET.write_text("\n".join(lines) + "\n", "utf-8")


def _check() -> list[tuple[str, Path]]:
    return [(name, SECOND / f"{name}.json") for name in second_ids("check")]


def _share(origin: str, hits: Counter[str], total: Counter[str]) -> float:
    """As `policies.confidence.pattern_share` will read it."""
    if origin in total:
        return smoothed(hits[origin], total[origin])
    family = [o for o in total if o.split("/")[0] == origin.split("/")[0]]
    return smoothed(sum(hits[o] for o in family), sum(total[o] for o in family))


def measure() -> None:
    """Say how well the confidence that leaves carry holds on the held-out gold, on which nothing was fitted; totals only."""
    leaves = list(judged_leaves([(name, SHARED / "gold" / f"{name}.json") for name in HELD_OUT]))
    confidence, right = np.array([leaf.confidence for leaf in leaves]), np.array([leaf.right for leaf in leaves])
    base = float(((right.mean() - right) ** 2).mean())
    print(
        f"held-out gold: {len(leaves)} leaves, {right.mean():.3f} right, mean confidence {confidence.mean():.3f};"
        f" calibration error {calibration_error(confidence, right):.3f}; Brier {((confidence - right) ** 2).mean():.3f} (by their share alone {base:.3f})"
    )
    for low in (0.0, 0.3, 0.5, 0.7, 0.85):
        high = {0.0: 0.3, 0.3: 0.5, 0.5: 0.7, 0.7: 0.85}.get(low, 1.01)
        inside = (confidence >= low) & (confidence < high)
        if inside.any():
            print(f"  confidence {low:.2f}-{min(high, 1):.2f}: {inside.sum()} leaves, {right[inside].mean():.2f} right")


def main() -> None:
    """Fit unless only asked to measure, and measure."""
    cli = argparse.ArgumentParser(description=__doc__)
    cli.add_argument("--measure", action="store_true")
    if not cli.parse_args().measure:
        fit()
    from policies import confidence

    confidence._counts.cache_clear()
    confidence._blend.cache_clear()
    measure()


if __name__ == "__main__":
    main()
