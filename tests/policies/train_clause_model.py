"""Train the model that says how much a clause reads like a condition, and measure it on documents it has not seen.

    python -m tests.policies.train_clause_model

Learns from the tuning part of the gold and the dev part of the second batch; prints what it is worth on documents left out in turn
and on the check part. Writes policies/lexicon/clauses.npz. Neither the held-out gold nor the check part is learnt from.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score, log_loss
from sklearn.model_selection import GroupKFold

from policies.clause_typing import PLACES, features_of, places_of, units_of
from policies.cleaning import clean
from policies.extract.leaf import leaves_of
from policies.reading import read_policy
from policies.segmenting import segment
from policies.wording import in_standard_words
from tests.policies.gold_split import SECOND, TUNING, second_ids
from tests.shared import SHARED

TARGET = Path(__file__).parents[2] / "policies" / "lexicon" / "clauses.npz"
STRENGTH = 0.1


@dataclass(frozen=True, slots=True)
class Examples:
    """Clauses as rows of places, whether each is a condition, and which document it stands in."""

    rows: list[NDArray[np.int64]]
    right: NDArray[np.bool_]
    groups: NDArray[np.str_]

    def matrix(self) -> csr_matrix:
        """One row a clause, a one at each of its places."""
        ends = np.cumsum([0, *(len(r) for r in self.rows)])
        places = np.concatenate(self.rows)
        return csr_matrix((np.ones(len(places), np.float32), places, ends), shape=(len(self.rows), PLACES))


def examples_of(documents: list[tuple[str, Path]]) -> Examples:
    """The clauses of the named documents beside their annotations."""
    rows: list[NDArray[np.int64]] = []
    right: list[bool] = []
    groups: list[str] = []
    for name, answer in documents:
        spans = _evidence(json.loads(answer.read_text("utf-8")))
        path = SHARED / "corpus" / "policies" / f"{name}.txt"
        copy = in_standard_words(clean(read_policy(path.read_bytes(), name=path.name).text))
        for unit in units_of(copy.text, segment(copy.text)):
            low, high = copy.source_span(unit.start, unit.end)
            covered = max((min(high, b) - max(low, a) for a, b in spans), default=0)
            rows.append(places_of(features_of(copy.text, unit)))
            right.append(covered >= 0.4 * (high - low))
            groups.append(name)
    return Examples(rows, np.array(right), np.array(groups))


def _evidence(rules: dict[str, Any]) -> list[tuple[int, int]]:
    blocks = [rules.get("common") or {}, *rules["items"]]
    trees = [t for b in blocks for t in (b.get("criteria"), *(a.get("when") for a in b.get("amounts") or []))]
    return [(x["evidence"]["start"], x["evidence"]["end"]) for tree in trees for x in leaves_of(tree)]


def learning_documents() -> list[tuple[str, Path]]:
    """What may be learnt from."""
    gold = [(name, SHARED / "gold" / f"{name}.json") for name in TUNING]
    return gold + [(name, SECOND / f"{name}.json") for name in second_ids("dev")]


def chances_left_out(examples: Examples) -> NDArray[np.float64]:
    """For each clause the chance by a model that has not seen its document."""
    matrix, chances = examples.matrix(), np.zeros(len(examples.right))
    for train, test in GroupKFold(8).split(matrix, examples.right, examples.groups):
        model = LogisticRegression(C=STRENGTH, max_iter=400).fit(matrix[train], examples.right[train])
        chances[test] = model.predict_proba(matrix[test])[:, 1]
    return chances


def _report(name: str, right: NDArray[np.bool_], chances: NDArray[np.float64]) -> None:
    said = chances >= 0.4
    precision, recall = (said & right).sum() / max(1, said.sum()), (said & right).sum() / right.sum()
    base = log_loss(right, np.full(len(right), right.mean()))
    print(
        f"{name}: {len(right)} clauses, {right.sum()} conditions; at 0.4 precision {precision:.3f} recall {recall:.3f};"
        f" average precision {average_precision_score(right, chances):.3f}; log loss {log_loss(right, chances):.3f} (by their share alone {base:.3f})"
    )


def main() -> None:
    """Train, measure, write."""
    examples = examples_of(learning_documents())
    _report("left out in turn", examples.right, chances_left_out(examples))
    model = LogisticRegression(C=STRENGTH, max_iter=400).fit(examples.matrix(), examples.right)
    check = examples_of([(name, SECOND / f"{name}.json") for name in second_ids("check")])
    _report("check", check.right, model.predict_proba(check.matrix())[:, 1])
    np.savez_compressed(TARGET, weights=model.coef_[0].astype(np.float16), intercept=np.float32(model.intercept_[0]))
    print(f"{TARGET.name}: {TARGET.stat().st_size} bytes")


if __name__ == "__main__":
    main()
