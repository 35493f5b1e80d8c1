"""Item neighbours: films that are liked by the same people as the picks (library: implicit)."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import implicit.nearest_neighbours
import implicit.utils
import numpy as np
from scipy import sparse

from common.arrays import Floats, Ints
from recommend.lab.data.cases import Demographics
from recommend.lab.data.ratings import RatingData
from recommend.lab.recommenders.answers import pick_rows
from recommend.lab.recommenders.ranges import Ranged, within

WEIGHTINGS = ("cosine", "tfidf", "bm25")


@dataclass(frozen=True)
class SimilarFilms:
    """`similarity` (n_movies, n_movies) has in row l the films that are similar to film l."""

    similarity: sparse.csr_matrix

    def score(self, liked: Sequence[Ints], demographics: Demographics) -> Floats:
        picks = pick_rows(liked, self.similarity.shape[0]).astype(np.float64)
        return np.asarray((picks @ self.similarity).toarray(), dtype=np.float64)


@dataclass(frozen=True)
class ItemKnn(Ranged):
    """score(m) = sum over the picks l that have m among their `neighbours` films of sim(l, m).

    sim is the cosine of the films as vectors of who likes them (`cosine`), of these with TF-IDF
    weights (`tfidf`), or the product of BM25 weights with the likes (`bm25`, with K1 and B).
    A film is not its own neighbour. `neighbours`: 1 to 100,000; `k1` 0 to 100,000; `b` 0 to 1.
    Sources: M. Deshpande, G. Karypis, "Item-based top-N recommendation algorithms", TOIS 2004;
    the weights as in `implicit.nearest_neighbours`.
    """

    weighting: str = "bm25"
    neighbours: int = within(800, 1, 100_000)
    k1: float = within(1.2, 0.0, 100_000.0)
    b: float = within(0.5, 0.0, 1.0)

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.weighting not in WEIGHTINGS:
            raise ValueError(
                f"unknown weighting {self.weighting!r}; known: {', '.join(WEIGHTINGS)}"
            )

    def fit(self, data: RatingData, *, seed: int) -> SimilarFilms:
        """One thread; nothing is random."""
        kinds: dict[str, Callable[..., Any]] = {
            "cosine": implicit.nearest_neighbours.CosineRecommender,
            "tfidf": implicit.nearest_neighbours.TFIDFRecommender,
            "bm25": partial(implicit.nearest_neighbours.BM25Recommender, K1=self.k1, B=self.b),
        }
        # One more neighbour, for the film itself is the nearest.
        model = kinds[self.weighting](K=self.neighbours + 1, num_threads=1)
        with warnings.catch_warnings():
            # implicit converts the matrix that it has weighted itself, and warns that it has to
            warnings.simplefilter("ignore", implicit.utils.ParameterWarning)
            model.fit(data.liked.astype(np.float64), show_progress=False)
        similarity = sparse.csr_matrix(model.similarity)
        similarity.setdiag(0.0)
        similarity.eliminate_zeros()
        return SimilarFilms(similarity)
