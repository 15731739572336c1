"""Finding policies by words: TF-IDF over jieba's words and character pairs, so that a name the dictionary does not know is found too."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer

from policies.segmenter import search_words

_TITLE_WEIGHT = 4  # a word of the title counts as often as so many in the text


@dataclass(frozen=True, slots=True)
class Hit:
    """A policy that answers a query; `score` is the cosine similarity, 0 (nothing in common) to 1."""

    id: str
    score: float


class PolicySearch:
    """An index over some policies: (id, title, text). Built once, asked often; it holds words, not texts."""

    def __init__(self, policies: Sequence[tuple[str, str, str]]) -> None:
        self._ids = [identifier for identifier, _, _ in policies]
        self._vectors = TfidfVectorizer(analyzer=_terms, sublinear_tf=True, norm="l2")
        texts = [" ".join([title] * _TITLE_WEIGHT + [text]) for _, title, text in policies]
        self._matrix = self._vectors.fit_transform(texts) if any(_terms(t) for t in texts) else None

    def find(self, query: str, *, limit: int = 20) -> tuple[Hit, ...]:
        """The best policies for the words of `query`, best first; those that share nothing with it are left out."""
        if self._matrix is None or not _terms(query):
            return ()
        scores = np.asarray((self._matrix @ self._vectors.transform([query]).T).todense()).ravel()
        order = np.argsort(-scores, kind="stable")[:limit]
        return tuple(Hit(self._ids[i], float(scores[i])) for i in order if scores[i] > 0)


def _terms(text: str) -> list[str]:
    """Words of two characters and more, and pairs of neighbouring Chinese characters."""
    words = [w for w in search_words(text) if len(w) > 1]
    pairs = [a + b for a, b in pairwise(text) if "\u4e00" <= a <= "\u9fff" and "\u4e00" <= b <= "\u9fff"]
    return words + pairs
