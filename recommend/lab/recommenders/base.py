"""The one interface of all recommenders.

A recommender is its parameters: a frozen dataclass whose fields are what can be tuned. `fit`
learns from the ratings of people and returns a `Scorer`, which ranks for people who were not among
them, by the films they like and what is known of their demographics. Batch first: one
respondent is a batch of one and gets the same scores as in a larger batch.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from common.arrays import Floats, Ints
from recommend.lab.data.cases import Demographics
from recommend.lab.data.ratings import RatingData


class Scorer(Protocol):
    """A fitted recommender."""

    def score(self, liked: Sequence[Ints], demographics: Demographics) -> Floats:
        """(n, n_movies) finite scores, higher is better, columns as in the training data.

        `liked`: for each of n respondents the columns of their picks, possibly none. The scores
        of the picks themselves mean nothing: callers that make lists leave the picks out, and
        give ties to the lower column.
        """
        ...


class Recommender(Protocol):
    """The parameters of one way of ranking."""

    def fit(self, data: RatingData, *, seed: int) -> Scorer:
        """Learn from `data`; the same seed gives the same scores. Raises `DataError` where the
        data are too few, or lack what it needs."""
        ...
