"""How well an order of matches is: ranking metrics per enterprise, calibration, and comparisons that carry their uncertainty.

Shapes: `labels`, `scores` are float arrays of one entry a pair; `groups` holds the enterprise of each pair. NDCG uses gain 2**label - 1 and
discount log2(rank + 1) (Järvelin and Kekäläinen 2002). An enterprise without a positive label, or without a choice, has no NDCG and is left out, by convention here.
"""

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import brier_score_loss, roc_auc_score

Floats: TypeAlias = NDArray[np.float64]


def ndcg_per_group(labels: Floats, scores: Floats, groups: NDArray[np.int64], *, k: int) -> Floats:
    """NDCG@k of each enterprise with a choice (two pairs or more) and a positive label, in the order of the groups' numbers. Ties keep
    the given order."""
    out = []
    order = np.argsort(groups, kind="stable")
    starts = np.flatnonzero(np.r_[True, np.diff(groups[order]) != 0])
    for rows in np.split(order, starts[1:]):
        gains = np.exp2(labels[rows]) - 1.0
        if len(rows) < 2 or gains.max(initial=0.0) <= 0:
            continue
        discounts = 1.0 / np.log2(np.arange(2, min(k, len(rows)) + 2))
        ranked = gains[np.argsort(-scores[rows], kind="stable")][:k]
        ideal = np.sort(gains)[::-1][:k]
        out.append(float((ranked * discounts).sum() / (ideal * discounts).sum()))
    return np.asarray(out, dtype=np.float64)


@dataclass(frozen=True, slots=True)
class Comparison:
    """The mean difference A - B over enterprises, with a 95 % interval from a paired bootstrap."""

    mean_a: float
    mean_b: float
    difference: float
    low: float
    high: float
    enterprises: int


def paired_bootstrap(a: Floats, b: Floats, *, seed: int, rounds: int = 2000) -> Comparison:
    """Compare two orders on the same enterprises (Efron and Tibshirani 1993, percentile interval)."""
    if a.shape != b.shape or a.size == 0:
        raise ValueError("a paired comparison needs the same, non-empty enterprises on both sides")
    rng = np.random.default_rng(seed)
    differences = a - b
    means = differences[rng.integers(0, a.size, (rounds, a.size))].mean(axis=1)
    low, high = np.quantile(means, [0.025, 0.975])
    return Comparison(float(a.mean()), float(b.mean()), float(differences.mean()), float(low), float(high), int(a.size))


@dataclass(frozen=True, slots=True)
class CalibrationBin:
    """Pairs whose score lies in one bin: how often they responded, against what the score promised."""

    promised: float
    observed: float
    pairs: int


def calibration(labels: Floats, scores: Floats, *, bins: int = 10) -> tuple[CalibrationBin, ...]:
    """Bins of equal numbers of pairs, from the lowest scores to the highest."""
    order = np.argsort(scores, kind="stable")
    return tuple(
        CalibrationBin(float(scores[rows].mean()), float(labels[rows].mean()), len(rows))
        for rows in np.array_split(order, bins)
        if len(rows)
    )


@dataclass(frozen=True, slots=True)
class Quality:
    """What one scorer reached on pairs it had not seen."""

    auc: float
    brier: float
    ndcg_at_3: float
    ndcg_at_5: float
    pairs: int
    positives: int


def quality_of(labels: Floats, scores: Floats, groups: NDArray[np.int64]) -> Quality:
    """The figures of the model card. Raises ValueError where all labels are alike (AUC means nothing then)."""
    at3, at5 = (ndcg_per_group(labels, scores, groups, k=k) for k in (3, 5))
    return Quality(
        auc=float(roc_auc_score(labels, scores)),
        brier=float(brier_score_loss(labels, np.clip(scores, 0.0, 1.0))),
        ndcg_at_3=float(at3.mean()) if at3.size else float("nan"),
        ndcg_at_5=float(at5.mean()) if at5.size else float("nan"),
        pairs=int(labels.size),
        positives=int(labels.sum()),
    )


def population_stability(reference: Floats, current: Floats, *, bins: int = 10) -> float:
    """PSI over quantile bins of the reference, with a bin of its own for missing values (NaN). 0 is unchanged; above 0.25 is usually
    called a shift (Siddiqi 2006)."""
    cuts = np.unique(np.nanquantile(reference, np.linspace(0, 1, bins + 1)[1:-1])) if np.isfinite(reference).any() else np.array([])

    def shares(values: Floats) -> Floats:
        known = values[~np.isnan(values)]
        counts = np.bincount(np.searchsorted(cuts, known, side="right"), minlength=cuts.size + 1).astype(np.float64)
        counts = np.append(counts, np.isnan(values).sum())
        return np.asarray((counts + 0.5) / (counts.sum() + 0.5 * counts.size), dtype=np.float64)

    p, q = shares(reference), shares(current)
    return float(((q - p) * np.log(q / p)).sum())
