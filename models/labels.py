"""From pushes and what enterprises did with them to labelled pairs, kept in the order of time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from matcher.ports import Candidate
from models.errors import TooFewLabels
from models.evaluation import Floats
from models.pair_features import Matrix, matrix_of

FEWEST_PAIRS = 200
FEWEST_POSITIVES = 20


@dataclass(frozen=True, slots=True)
class Response:
    """What became of one push. `synthetic` marks responses that a behaviour model made up; it travels into the model card."""

    candidate: Candidate
    pushed_on: date
    applied: bool
    synthetic: bool


@dataclass(frozen=True, slots=True)
class LabelledPairs:
    """Pairs in the order of their push: matrix float64[n, features], labels 0/1, enterprise number, push day ordinal, offer key."""

    matrix: Matrix
    labels: Floats
    groups: NDArray[np.int64]
    days: NDArray[np.int64]
    offers: NDArray[np.int64]
    sizes: tuple[str, ...]
    regions: tuple[str, ...]
    synthetic_share: float

    def part(self, rows: NDArray[np.bool_]) -> "LabelledPairs":
        """The pairs where `rows` is true."""
        where = np.flatnonzero(rows)
        return LabelledPairs(
            self.matrix[rows],
            self.labels[rows],
            self.groups[rows],
            self.days[rows],
            self.offers[rows],
            tuple(self.sizes[i] for i in where),
            tuple(self.regions[i] for i in where),
            self.synthetic_share,
        )


def label(responses: Sequence[Response]) -> LabelledPairs:
    """Turn responses into labelled pairs. Raises TooFewLabels where nothing could be learned from them."""
    # a total order: the same responses give the same model in whatever order they arrive
    ordered = sorted(responses, key=lambda r: (r.pushed_on, r.candidate.key, r.applied, repr(r.candidate)))
    positives = sum(r.applied for r in ordered)
    if len(ordered) < FEWEST_PAIRS or positives < FEWEST_POSITIVES or positives == len(ordered):
        raise TooFewLabels(
            f"响应记录 {len(ordered)} 条、其中申报 {positives} 条,不足以训练(至少 {FEWEST_PAIRS} 条,申报与未申报都有且申报不少于 {FEWEST_POSITIVES} 条);继续按规则次序排序"
        )
    enterprises = {u: i for i, u in enumerate(dict.fromkeys(r.candidate.uscc for r in ordered))}
    offers = {o: i for i, o in enumerate(sorted({(r.candidate.document_id, r.candidate.item) for r in ordered}))}
    return LabelledPairs(
        matrix=matrix_of([r.candidate for r in ordered]),
        labels=np.array([float(r.applied) for r in ordered]),
        groups=np.array([enterprises[r.candidate.uscc] for r in ordered], dtype=np.int64),
        days=np.array([r.pushed_on.toordinal() for r in ordered], dtype=np.int64),
        offers=np.array([offers[(r.candidate.document_id, r.candidate.item)] for r in ordered], dtype=np.int64),
        sizes=tuple(r.candidate.size or "unknown" for r in ordered),
        regions=tuple(r.candidate.region or "unknown" for r in ordered),
        synthetic_share=sum(r.synthetic for r in ordered) / len(ordered),
    )
