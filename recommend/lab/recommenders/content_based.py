"""Films like the picks by genre, decade, language, words of the title and plot.

The only recommender that ranks films without a single rating.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from common.arrays import Floats, Ints
from common.errors import DataError
from recommend.lab.data.cases import Demographics
from recommend.lab.data.content import BlockWeights, ContentFeatures, of_length_one
from recommend.lab.data.ratings import RatingData
from recommend.lab.recommenders.answers import pick_rows
from recommend.lab.recommenders.ranges import Ranged, within


@dataclass(frozen=True)
class ContentScorer:
    """`films` (n_movies, t), each of length 1, or 0 for a film about which nothing is known."""

    films: sparse.csr_matrix

    def score(self, liked: Sequence[Ints], demographics: Demographics) -> Floats:
        picks = pick_rows(liked, self.films.shape[0]).astype(np.float64)
        profiles = of_length_one(picks @ self.films)
        return np.asarray((profiles @ self.films.T).toarray())


@dataclass(frozen=True)
class ContentBased(Ranged):
    """score(m) = cos(mean of the content vectors of the picks, content vector of m).

    The parameters are the weights of the blocks, each 0 to 100
    (`recommend.lab.data.content.BlockWeights`). Raises `DataError` on fitting data without content.
    """

    genres: float = within(BlockWeights.genres, 0.0, 100.0)
    decade: float = within(BlockWeights.decade, 0.0, 100.0)
    language: float = within(BlockWeights.language, 0.0, 100.0)
    title: float = within(BlockWeights.title, 0.0, 100.0)
    text: float = within(BlockWeights.text, 0.0, 100.0)

    def fit(self, data: RatingData, *, seed: int) -> ContentScorer:
        """Nothing is random, and no rating is used."""
        if data.content is None:
            raise DataError(f"{data.name} was read without the content of its films")
        weights = BlockWeights(self.genres, self.decade, self.language, self.title, self.text)
        features = ContentFeatures(data.content, weights)
        return ContentScorer(of_length_one(features.matrix(data.content)))
