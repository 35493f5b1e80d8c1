"""The lists of films that respondents are shown, for many at once. Pure: no Django import.

The serving path makes the same lists (`recommend.ranking.catalogue.chosen_places`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from common.arrays import Floats, Ints
from recommend.lab.data.cases import Cases, top_movies
from recommend.lab.recommenders.blend import BlendModel
from recommend.scoring.variety import CANDIDATES, Variety, film_vectors, genre_table, varied
from recommend.scoring.weights import LIST_SIZE


@dataclass(frozen=True)
class Films:
    """The features by which lists are varied, by column: `genres`, and `series`, "" for none."""

    genres: Sequence[Sequence[str]]
    series: Sequence[str]


class ServedLists:
    """Makes the lists of `cases` out of scores by one fitted model.

    Each list has 50 films, or what the case with the most picks leaves. A list that the limit of
    series makes shorter is filled up with the best films left out, so that all have one length.
    `among`: the columns of the films that may be listed, all picks among them; None for all films.
    """

    def __init__(
        self, model: BlendModel, films: Films, cases: Cases, *, among: Ints | None = None
    ) -> None:
        self._may = np.ones(len(model.train.movie_ids), dtype=np.bool_)
        if among is not None:
            self._may[:] = False
            self._may[among] = True
        offered = int(self._may.sum()) - max(len(picks) for picks in cases.picks)
        self._size = min(LIST_SIZE, offered)
        self._candidates = min(CANDIDATES * LIST_SIZE, offered)
        self._vectors = film_vectors(
            model.tastes.movies.astype(np.float64), genre_table(films.genres)
        )
        self._series = films.series

    def of(self, scores: Floats, block: Cases, variety: Variety) -> Ints:
        """(c, size) columns, best first, for the scores (c, n_movies) of a block of the cases."""
        ranked = top_movies(np.where(self._may, scores, -np.inf), block, self._candidates)
        pairs = zip(scores, ranked, strict=True)
        return np.array([self._list(own[films], films, variety) for own, films in pairs])

    def _list(self, scores: Floats, films: Ints, variety: Variety) -> Ints:
        series = [self._series[film] for film in films.tolist()]
        chosen = varied(scores, self._vectors[films], series, variety, size=self._size)
        rest = np.setdiff1d(np.arange(len(films)), chosen)
        full: Ints = films[np.concatenate([chosen, rest[: self._size - len(chosen)]])]
        return full
