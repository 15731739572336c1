"""The scorer: learns what is there to learn, says how well, is refused when it should be, and never decides."""

import json
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.ports import Band, Candidate
from models.errors import ModelRefused, TooFewLabels
from models.evaluation import ndcg_per_group, paired_bootstrap, population_stability
from models.labels import Response, label
from models.pair_features import FEATURES, matrix_of
from models.registry import card_markdown, export, fetch, register
from models.scorer import CARD_FILE, MODEL_FILE, PlainScorer, load_scorer, save_scorer
from models.training import Trained, train

START = date(2025, 1, 1)


def candidate(i: int, *, low: int = 1000, category: str = "award", delivery: str = "application") -> Candidate:
    return Candidate(
        f"ENT{i % 400:05d}", f"P{i % 12}", 0, Band.ELIGIBLE, delivery, category, Decimal(low), Decimal(low), START,
        region="440112", policy_region="440100", industry="39", size=("micro", "small", "medium")[i % 3], age_years=i % 20, leaf_count=i % 9,
    )  # fmt: skip


def responses(n: int = 4000, *, learnable: bool = True) -> list[Response]:
    """Pushes over 40 days; with `learnable` those of more money and automatic delivery are taken up more often."""
    rng = np.random.default_rng(5)
    out = []
    for i in range(n):
        low = int(rng.choice([1_000, 50_000, 1_000_000]))
        instant = bool(rng.random() < 0.3)
        p = 0.05 + (0.1 * np.log10(low / 1000) + 0.3 * instant if learnable else 0.2)
        pushed = START + timedelta(days=int(rng.integers(0, 40)))
        out.append(
            Response(
                candidate(i, low=low, delivery="no_application" if instant else "application"), pushed, bool(rng.random() < p), True
            )
        )
    return out


@pytest.fixture(scope="module")
def trained() -> Trained:
    return train(label(responses()), seed=7, trained_on=date(2026, 11, 20))


def test_it_orders_better_than_chance_and_popularity_on_pushes_it_never_saw(trained: Trained) -> None:
    assert trained.is_worth_serving
    assert trained.against_random.enterprises > 100
    assert trained.test.days.min() > START.toordinal() + 25


def test_its_probabilities_keep_their_promise(trained: Trained) -> None:
    bins = trained.scorer.card["calibration_bins"]
    off = sum(b["pairs"] * abs(b["promised"] - b["observed"]) for b in bins) / sum(b["pairs"] for b in bins)
    assert off < 0.08


def test_training_twice_gives_the_same_model(trained: Trained) -> None:
    again = train(label(list(reversed(responses()))), seed=7, trained_on=date(2026, 11, 20))
    assert again.scorer.booster.model_to_string() == trained.scorer.booster.model_to_string()
    assert again.scorer.knots == trained.scorer.knots


def test_where_nothing_can_be_learned_the_model_is_not_registered(tmp_path: Path) -> None:
    noise = train(label(responses(learnable=False)), seed=7, trained_on=date(2026, 11, 20))
    assert not noise.is_worth_serving
    with pytest.raises(ModelRefused, match="不予登记"):
        register(noise, folder=tmp_path)


def test_too_few_or_one_sided_responses_are_refused() -> None:
    with pytest.raises(TooFewLabels):
        label(responses(100))
    with pytest.raises(TooFewLabels):
        label([Response(r.candidate, r.pushed_on, True, True) for r in responses(1000)])


def test_a_saved_model_scores_the_same_and_an_altered_one_is_refused(trained: Trained, tmp_path: Path) -> None:
    save_scorer(trained.scorer, tmp_path)
    some = [r.candidate for r in responses(50)]
    assert load_scorer(tmp_path).score(some) == trained.scorer.score(some)
    text = (tmp_path / MODEL_FILE).read_text("utf-8")
    (tmp_path / MODEL_FILE).write_text(text.replace("leaf_value=0.", "leaf_value=1.", 1) + " ", "utf-8")
    with pytest.raises(ModelRefused, match="校验值不符"):
        load_scorer(tmp_path)
    (tmp_path / MODEL_FILE).write_text(text, "utf-8")
    card = json.loads((tmp_path / CARD_FILE).read_text("utf-8"))
    (tmp_path / CARD_FILE).write_text(json.dumps({**card, "features_sha256": "another"}), "utf-8")
    with pytest.raises(ModelRefused, match="特征清单"):
        load_scorer(tmp_path)
    (tmp_path / CARD_FILE).unlink()
    with pytest.raises(ModelRefused, match="不能读取"):
        load_scorer(tmp_path)


@pytest.mark.xdist_group("mlflow")
def test_a_registered_model_comes_back_by_its_alias(trained: Trained, tmp_path: Path) -> None:
    with pytest.raises(ModelRefused, match="没有别名"):
        fetch(folder=tmp_path)
    assert register(trained, folder=tmp_path) == "1"
    some = [r.candidate for r in responses(20)]
    assert fetch(folder=tmp_path).score(some) == trained.scorer.score(some)
    assert load_scorer(export(tmp_path / "out", folder=tmp_path)).version == trained.scorer.version
    assert register(trained, folder=tmp_path) == "2"


def test_the_card_says_how_much_of_the_data_is_synthetic(trained: Trained) -> None:
    assert "合成响应占 100%" in card_markdown(trained.scorer.card)
    assert set(trained.scorer.card["slices"]["size"]) == {"micro", "small", "medium"}


@given(st.integers(0, 10**12), st.integers(0, 10**12))
def test_more_money_for_the_same_offer_never_scores_lower(trained: Trained, a: int, b: int) -> None:
    less, more = (matrix_of([candidate(3, low=x)]) for x in sorted((a, b)))
    high = [name for name, _ in FEATURES].index("log_high")
    more[0, high] = less[0, high]
    assert trained.scorer.score_matrix(more)[0] >= trained.scorer.score_matrix(less)[0]


def test_the_plain_order_prefers_what_is_sure_and_larger() -> None:
    small, large = PlainScorer().score([candidate(1, low=1000), candidate(1, low=100_000)])
    assert large > small
    assert PlainScorer().score([]) == []


def test_ndcg_is_one_for_the_ideal_order_and_leaves_out_enterprises_without_positives() -> None:
    labels, groups = np.array([1.0, 0, 0, 0, 0, 0]), np.array([0, 0, 0, 1, 1, 1])
    assert ndcg_per_group(labels, np.array([3.0, 2, 1, 3, 2, 1]), groups, k=3).tolist() == [1.0]
    worst = ndcg_per_group(labels, np.array([1.0, 2, 3, 3, 2, 1]), groups, k=3)
    assert worst.tolist() == pytest.approx([0.5])


def test_a_comparison_with_itself_finds_no_difference() -> None:
    same = np.linspace(0, 1, 50)
    comparison = paired_bootstrap(same, same, seed=1)
    assert (comparison.difference, comparison.low, comparison.high) == (0.0, 0.0, 0.0)


def test_a_shifted_feature_shows_and_a_steady_one_does_not() -> None:
    rng = np.random.default_rng(2)
    before = rng.normal(size=5000)
    assert population_stability(before, rng.normal(size=5000)) < 0.02
    assert population_stability(before, rng.normal(1.5, size=5000)) > 0.25
    missing = np.where(rng.random(5000) < 0.5, np.nan, before)
    assert population_stability(before, missing) > 0.25
