"""Training the scorer: split by time, a small LightGBM model, isotonic calibration, and the comparisons its card must show."""

from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

import lightgbm as lgb
import numpy as np
from numpy.typing import NDArray
from sklearn.isotonic import IsotonicRegression

from models.errors import TooFewLabels
from models.evaluation import Comparison, Floats, calibration, ndcg_per_group, paired_bootstrap, quality_of
from models.labels import LabelledPairs
from models.pair_features import CATEGORICAL, FEATURES, feature_names, features_hash
from models.scorer import LightGBMScorer

# Small on purpose: 80 trees of 15 leaves score a hundred matches in well under a millisecond and were no worse in our trials.
PARAMETERS: dict[str, Any] = {
    "objective": "binary",
    "num_leaves": 15,
    "learning_rate": 0.08,
    "min_data_in_leaf": 40,
    "feature_fraction": 0.9,
    "bagging_fraction": 0.9,
    "bagging_freq": 1,
    "lambda_l2": 1.0,
    "monotone_constraints": [direction for _, direction in FEATURES],
    "deterministic": True,
    "force_row_wise": True,
    "num_threads": 1,
    "verbosity": -1,
}
ROUNDS = 80
MARGIN = 0.01  # NDCG@3 that may be lost to popularity within the 95 % interval
K = 3


@dataclass(frozen=True, slots=True)
class Trained:
    """A scorer, and what it reached on the latest pushes, which it never saw, beside chance and popularity."""

    scorer: LightGBMScorer
    against_random: Comparison
    against_popularity: Comparison
    challenger: Comparison
    test: LabelledPairs
    test_scores: Floats

    @property
    def is_worth_serving(self) -> bool:
        """Whether it orders better than chance beyond doubt, and is not worse than popularity by more than `MARGIN` (non-inferiority:
        popularity orders only what was pushed before, the model also what is new)."""
        return self.against_random.low > 0 and self.against_popularity.low > -MARGIN


def split_by_time(pairs: LabelledPairs) -> tuple[LabelledPairs, LabelledPairs, LabelledPairs]:
    """Train on the earliest 60 % of the pushes, calibrate on the next 20 %, test on the latest 20 %; a day is never divided."""
    if np.unique(pairs.days).size < 5:
        raise TooFewLabels("推送记录只有不足 5 个不同日期,无法按时间先后划分训练与检验;继续按规则次序排序")
    first, second = (np.sort(pairs.days)[int(pairs.days.size * share)] for share in (0.6, 0.8))
    return (
        pairs.part(pairs.days < first),
        pairs.part((pairs.days >= first) & (pairs.days < second)),
        pairs.part(pairs.days >= second),
    )


def train(pairs: LabelledPairs, *, seed: int, trained_on: date) -> Trained:
    """Train, calibrate and judge. The same pairs and seed give the same model, byte for byte. Raises TooFewLabels."""
    earliest, middle, latest = split_by_time(pairs)
    for part in (earliest, middle, latest):
        if len(np.unique(part.labels)) < 2:
            raise TooFewLabels("某一时间段的响应全部相同,无法训练与检验;继续按规则次序排序")
    booster = _fit(earliest, PARAMETERS, seed)
    raw = np.asarray(booster.predict(middle.matrix, raw_score=True, num_threads=1), dtype=np.float64)
    isotonic = IsotonicRegression(y_min=0.0, y_max=1.0, out_of_bounds="clip").fit(raw, middle.labels)
    knots = (tuple(map(float, isotonic.X_thresholds_)), tuple(map(float, isotonic.y_thresholds_)))
    version = f"lgbm-{trained_on.isoformat()}-{seed}"
    scorer = LightGBMScorer(version, booster, knots, {})
    # The isotonic steps make ties; the raw score orders within them, so the order is judged on the raw score.
    order = np.asarray(booster.predict(latest.matrix, raw_score=True, num_threads=1), dtype=np.float64)
    rng = np.random.default_rng(seed)
    ours = _ndcg(latest, order)
    against_random = paired_bootstrap(ours, _ndcg(latest, rng.random(order.size)), seed=seed)
    against_popularity = paired_bootstrap(ours, _ndcg(latest, _popularity(earliest, latest)), seed=seed)
    challenger = paired_bootstrap(ours, _ndcg(latest, _lambdarank(earliest, latest, seed)), seed=seed)
    scores = scorer.score_matrix(latest.matrix)
    card = _card(version, trained_on, seed, pairs, latest, scores, (against_random, against_popularity, challenger))
    return Trained(LightGBMScorer(version, booster, knots, card), against_random, against_popularity, challenger, latest, scores)


def _fit(pairs: LabelledPairs, parameters: dict[str, Any], seed: int, group: NDArray[np.int64] | None = None) -> lgb.Booster:
    data = lgb.Dataset(
        pairs.matrix,
        pairs.labels,
        group=group,
        feature_name=feature_names(),
        categorical_feature=list(CATEGORICAL),
        params={"verbosity": -1},
    )
    return lgb.train({**parameters, "seed": seed}, data, num_boost_round=ROUNDS)


def _lambdarank(earliest: LabelledPairs, latest: LabelledPairs, seed: int) -> Floats:
    """The challenger: the same trees trained for the order alone."""
    order = np.argsort(earliest.groups, kind="stable")
    rows = LabelledPairs(
        earliest.matrix[order],
        earliest.labels[order],
        earliest.groups[order],
        earliest.days[order],
        earliest.offers[order],
        (),
        (),
        earliest.synthetic_share,
    )
    sizes = np.unique(rows.groups, return_counts=True)[1].astype(np.int64)
    booster = _fit(rows, {**PARAMETERS, "objective": "lambdarank"}, seed, sizes)
    return np.asarray(booster.predict(latest.matrix, raw_score=True, num_threads=1), dtype=np.float64)


def _ndcg(pairs: LabelledPairs, scores: Floats) -> Floats:
    return ndcg_per_group(pairs.labels, scores, pairs.groups, k=K)


def _popularity(earliest: LabelledPairs, latest: LabelledPairs) -> Floats:
    """How often an offer was taken up before, shrunk to the mean; the same order for everybody."""
    offers = int(max(earliest.offers.max(), latest.offers.max())) + 1
    taken = np.bincount(earliest.offers, weights=earliest.labels, minlength=offers)
    pushed = np.bincount(earliest.offers, minlength=offers)
    rates = (taken + 10 * earliest.labels.mean()) / (pushed + 10)
    return np.asarray(rates[latest.offers], dtype=np.float64)


def _card(
    version: str,
    trained_on: date,
    seed: int,
    pairs: LabelledPairs,
    test: LabelledPairs,
    scores: Floats,
    comparisons: tuple[Comparison, Comparison, Comparison],
) -> dict[str, Any]:
    random, popularity, challenger = comparisons
    return {
        "version": version,
        "trained_on": trained_on.isoformat(),
        "seed": seed,
        "intended_use": "对规则已判定的事项排序;不作任何资格、金额、期限判定",
        "data": {
            "pairs": int(pairs.labels.size),
            "applied": int(pairs.labels.sum()),
            "from": date.fromordinal(int(pairs.days.min())).isoformat(),
            "to": date.fromordinal(int(pairs.days.max())).isoformat(),
            "synthetic_share": pairs.synthetic_share,
        },
        "parameters": {**PARAMETERS, "rounds": ROUNDS},
        "features": feature_names(),
        "features_sha256": features_hash(),
        "quality": asdict(quality_of(test.labels, scores, test.groups)),
        "ndcg_at_3": {
            "against_random": asdict(random),
            "against_popularity": asdict(popularity),
            "against_lambdarank": asdict(challenger),
        },
        "calibration_bins": [asdict(b) for b in calibration(test.labels, scores)],
        "slices": {"size": _slices(test, scores, test.sizes), "region": _slices(test, scores, test.regions)},
        "known_limits": ["训练数据中合成响应的占比见 data.synthetic_share;合成数据上的指标不代表真实企业的行为"],
    }


def _slices(test: LabelledPairs, scores: Floats, names: tuple[str, ...]) -> dict[str, dict[str, float]]:
    """Per slice: pairs, how often they applied, and what the scores promised."""
    out = {}
    array = np.asarray(names)
    for name in sorted(set(names)):
        rows = array == name
        out[name] = {"pairs": int(rows.sum()), "applied": float(test.labels[rows].mean()), "promised": float(scores[rows].mean())}
    return out
