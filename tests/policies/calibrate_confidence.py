"""Fit how sure a leaf is on annotated documents, and measure on others whether it is as sure as it is right.

    python -m tests.policies.calibrate_confidence [--measure]

Writes policies/lexicon/calibration.toml: how often each pattern's leaves are right on the documents that are tuned on (gold and second
batch), and the blend of that share with the clause model's chance. The blend is fitted on the check part of the second batch, which
neither the patterns nor the clause model have seen, because the share on tuned documents promises too much. Prints the expected
calibration error (Naeini et al. 2015, ten bins) and the Brier score on the held-out gold. `--measure` only prints. A leaf is right where
the contract's scorer pairs it with an annotated leaf of the same item, or of the common conditions.
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
from policies.surroundings import surroundings
from policies.wording import in_standard_words
from tests.policies.gold_split import HELD_OUT, SECOND, second_ids
from tests.policies.score_gold import parsed_json, scorer
from tests.policies.train_clause_model import learning_documents
from tests.shared import SHARED

TARGET = Path(__file__).parents[2] / "policies" / "lexicon" / "calibration.toml"


@dataclass(frozen=True, slots=True)
class Judged:
    """A leaf of the parser: its pattern, its place in the source text, whether the annotation has it there, its confidence, what is around."""

    document: str
    origin: str
    start: int
    end: int
    right: bool
    confidence: float
    around: tuple[str, ...]


def judged_leaves(documents: list[tuple[str, Path]]) -> Iterator[Judged]:
    """Every leaf of the parser in these documents; each annotated leaf of a block answers for one of the block that is paired with it."""
    rules = scorer()
    for name, answer in documents:
        gold, read = json.loads(answer.read_text("utf-8")), parsed_json(name)
        around = {id(leaf): names for leaf, names in surroundings(read.get("common"), read["items"], _text_of(name))}
        pairs = {j: i for i, j in rules.pair_items(gold["items"], read["items"]).items()}
        blocks = [(read.get("common") or {}, gold.get("common") or {})]
        blocks += [(item, gold["items"][pairs[j]] if j in pairs else {}) for j, item in enumerate(read["items"])]
        for block, wanted in blocks:
            left = rules.block_leaves(wanted)
            for tree in (block.get("criteria"), *(a.get("when") for a in block.get("amounts") or [])):
                for node in leaves_of(tree):
                    twin = _twin(rules, rules.fold(node)[1], left)
                    if twin is not None:
                        left.remove(twin)
                    place = node["evidence"]
                    yield Judged(
                        name,
                        node.get("origin", ""),
                        place["start"],
                        place["end"],
                        twin is not None,
                        node.get("confidence", 0.5),
                        around[id(node)],
                    )


def _twin(rules: Any, leaf: Any, left: list[Any]) -> Any:
    """The annotated leaf that says the same; of free words one from the same place."""
    if leaf[5] is None:
        return leaf if leaf in left else None
    return next((g for g in left if g[:2] == leaf[:2] and g[5] is not None and rules.overlap(g[5], leaf[5]) >= 0.3), None)


def _text_of(name: str) -> str:
    path = SHARED / "corpus" / "policies" / f"{name}.txt"
    return read_policy(path.read_bytes(), name=path.name).text


def chances_of(leaves: list[Judged]) -> NDArray[np.float64]:
    """For each leaf the clause model's chance for its words."""
    judges: dict[str, _Places] = {}
    return np.array([judges.setdefault(x.document, _Places(x.document)).chance(x) for x in leaves])


class _Places:
    """The clause model over one document, asked in source offsets."""

    def __init__(self, name: str) -> None:
        copy = in_standard_words(clean(_text_of(name)))
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
    """Count on what is tuned on, fit the blend on what is not, learn the weights of what stands around, write."""
    tuned, unseen = list(judged_leaves(learning_documents())), list(judged_leaves(_check()))
    total = Counter(leaf.origin for leaf in tuned)
    hits = Counter(leaf.origin for leaf in tuned if leaf.right)
    blend = LogisticRegression(C=1).fit(_told(unseen, hits, total), [leaf.right for leaf in unseen])
    alone = [blend.decision_function(_told(leaves, hits, total)) for leaves in (tuned, unseen)]
    names = sorted({name for leaf in tuned for name in leaf.around})
    weighed = [np.column_stack([a, _holds(leaves, names)]) for a, leaves in zip(alone, (tuned, unseen), strict=True)]
    around = LogisticRegression(C=_STRENGTH, max_iter=2_000).fit(weighed[0], [leaf.right for leaf in tuned])
    scores = around.decision_function(weighed[1]).reshape(-1, 1)
    level = LogisticRegression(C=1).fit(scores, [leaf.right for leaf in unseen])
    slope = float(level.coef_[0][0])
    lines = [
        "# How often the leaves of each pattern are right, in their block, on the annotated documents that are tuned on; how that share is blended",
        "# with the clause model's chance; and by what each thing that a leaf stands among moves the blend (policies/surroundings.py).",
        "# Recompute with: python -m tests.policies.calibrate_confidence",
        "",
        "[blend]",
        f"base = {blend.intercept_[0]:.4f}",
        f"pattern = {blend.coef_[0][0]:.4f}",
        f"words = {blend.coef_[0][1]:.4f}",
        "",
        "[around]",
        f"base = {slope * around.intercept_[0] + level.intercept_[0]:.4f}",
        f"blend = {slope * around.coef_[0][0]:.4f}",
        "",
        "[around.weight]",
        *(f"{name} = {slope * weight:.3f}" for name, weight in zip(names, around.coef_[0][1:], strict=True)),
    ]
    lines += [f'\n[[pattern]]\nid = "{origin}"\nright = {hits[origin]}\nall = {n}' for origin, n in sorted(total.items())]
    TARGET.write_text("\n".join(lines) + "\n", "utf-8")


_STRENGTH = 0.1


def _told(leaves: list[Judged], hits: Counter[str], total: Counter[str]) -> NDArray[np.float64]:
    """The log odds of the share of each leaf's pattern and of the clause model's chance."""
    shares = [log_odds(_share(leaf.origin, hits, total)) for leaf in leaves]
    return np.column_stack([shares, [log_odds(float(c)) for c in chances_of(leaves)]])


def _holds(leaves: list[Judged], names: list[str]) -> NDArray[np.float64]:
    """One row a leaf, a one for each name that holds of it."""
    return np.array([[name in leaf.around for name in names] for leaf in leaves], dtype=np.float64)


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
    order = np.argsort(confidence, kind="stable")
    ranks = np.empty(len(order))
    ranks[order] = np.arange(1, len(order) + 1)
    area = (ranks[right].sum() - right.sum() * (right.sum() + 1) / 2) / (right.sum() * (~right).sum())
    print(f"  a right leaf is surer than a wrong one {area:.3f} of the time (ties as they fall)")
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

    confidence.fitted.cache_clear()
    confidence._counts.cache_clear()
    measure()


if __name__ == "__main__":
    main()
