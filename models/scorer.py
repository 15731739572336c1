"""Scorers behind the matcher's port: a calibrated LightGBM model with its card, and the plain order for when there is none."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import lightgbm as lgb
import numpy as np

from matcher.ports import Candidate
from models.errors import ModelRefused
from models.pair_features import Matrix, features_hash, matrix_of

MODEL_FILE = "model.txt"  # LightGBM's text form: data, never code (no pickle is ever loaded)
CARD_FILE = "card.json"


@dataclass(frozen=True, slots=True)
class PlainScorer:
    """The order without a model: what is certain and larger first. Its scores are no probabilities."""

    version: str = "plain-1"

    def score(self, candidates: Sequence[Candidate]) -> Sequence[float]:
        """log(1 + CNY) of the sure amount, and a tenth of it for what is only possible."""
        return [float(np.log1p(float(c.low)) + 0.1 * np.log1p(float(c.high if c.high is not None else c.low))) for c in candidates]


@dataclass(frozen=True, slots=True)
class LightGBMScorer:
    """Calibrated probability that the enterprise takes the offer up. One thread, so that a busy server stays even."""

    version: str
    booster: lgb.Booster
    knots: tuple[tuple[float, ...], tuple[float, ...]]  # isotonic calibration: raw score -> probability
    card: dict[str, Any]

    def score(self, candidates: Sequence[Candidate]) -> Sequence[float]:
        """One probability a candidate, in their order."""
        return [float(x) for x in self.score_matrix(matrix_of(candidates))] if candidates else []

    def score_matrix(self, matrix: Matrix) -> Matrix:
        """float64[pairs] in 0..1 for float64[pairs, features]."""
        raw = np.asarray(self.booster.predict(matrix, raw_score=True, num_threads=1), dtype=np.float64)
        return np.asarray(np.interp(raw, self.knots[0], self.knots[1]), dtype=np.float64)


def save_scorer(scorer: LightGBMScorer, folder: Path) -> None:
    """Write the model's text and its card, which pins the text by hash."""
    folder.mkdir(parents=True, exist_ok=True)
    text = scorer.booster.model_to_string()
    card = {
        **scorer.card,
        "model_sha256": hashlib.sha256(text.encode()).hexdigest(),
        "calibration": [list(k) for k in scorer.knots],
    }
    (folder / MODEL_FILE).write_text(text, "utf-8")
    (folder / CARD_FILE).write_text(json.dumps(card, ensure_ascii=False, indent=1, sort_keys=True), "utf-8")


def load_scorer(folder: Path) -> LightGBMScorer:
    """Read a model back. Raises ModelRefused where a file is missing or altered, the card is none, or the feature list is another."""
    try:
        text = (folder / MODEL_FILE).read_text("utf-8")
        card = json.loads((folder / CARD_FILE).read_text("utf-8"))
        knots = tuple(tuple(float(x) for x in side) for side in card["calibration"])
        version = str(card["version"])
    except (OSError, ValueError, KeyError, TypeError, UnicodeDecodeError) as error:
        raise ModelRefused(f"排序模型不能读取({type(error).__name__});将按规则次序排序") from None
    if card.get("model_sha256") != hashlib.sha256(text.encode()).hexdigest():
        raise ModelRefused("排序模型文件与模型卡记录的校验值不符;将按规则次序排序,请重新训练或恢复文件")
    if card.get("features_sha256") != features_hash():
        raise ModelRefused("排序模型使用的特征清单与本版本不同;将按规则次序排序,请重新训练")
    if len(knots) != 2 or len(knots[0]) != len(knots[1]) or not knots[0] or not np.isfinite(knots).all():
        raise ModelRefused("排序模型的校准数据不完整;将按规则次序排序,请重新训练")
    try:
        booster = lgb.Booster(model_str=text)
    except lgb.basic.LightGBMError:
        raise ModelRefused("排序模型文件已损坏;将按规则次序排序,请重新训练") from None
    return LightGBMScorer(version, booster, (knots[0], knots[1]), card)
