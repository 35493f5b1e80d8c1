"""Which films the survey shows on its poster screen. Pure: NumPy only, no Django import.

A screen is filled film by film, each time with the film of the highest value times spread:

    value(m)  = p_m^3 k_m sqrt(d_m)        p: popularity, k: familiarity, d: divisiveness
    spread(m) = distance(m) 0.4^clusters(m) 0.95^decades(m) 0.97^languages(m) genres(m)

p and d are shares of the largest one. `distance` is that of the directions of the factors to the
nearest film chosen so far, sqrt(1 - cosine), at most 1: two parts of one series say the same.
`clusters`, `decades` and `languages` count the films chosen so far that share m's (an unknown
decade or language is one like any other); `genres` is the mean over m's genres of 0.95^films.

Popularity times a measure of disagreement: A. Rashid et al., "Getting to know you: learning new
user preferences in recommender systems", IUI 2002. Ties: lower id; the same input gives the same
films. docs/algorithms.md, "Onboarding", has what was measured.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

POPULARITY = 3.0  # exponent
POPULARITY_IF_LOST = 4.0  # of somebody who recognised nothing so far
SAME_CLUSTER = 0.4
SAME_DECADE = 0.95
SAME_LANGUAGE = 0.97
SAME_GENRE = 0.95
EXPLORE_EVERY = 3  # the film at every third place explores, the others are near the picks


@dataclass(frozen=True)
class Candidates:
    """The films that may be shown, by row; `movie_ids` ascending.

    `factors` (n, f); `clusters` (n,) from 0; `popularity`, `divisiveness` and `familiarity` (how
    likely somebody in Korea is to know the film, in any unit) (n,), not negative; `decades` and
    `languages` (n,) any numbers that tell them apart; `genres` (n, g).
    """

    movie_ids: Ints
    factors: Floats
    clusters: Ints
    popularity: Floats
    divisiveness: Floats
    familiarity: Floats
    decades: Ints
    languages: Ints
    genres: npt.NDArray[np.bool_]

    @cached_property
    def likeness(self) -> Floats:
        """Cosines of the factors (n, n), 0 for a zero vector and where they are negative."""
        lengths = np.linalg.norm(self.factors, axis=1, keepdims=True)
        directions = self.factors / np.where(lengths > 0, lengths, 1.0)
        return np.asarray(np.clip(directions @ directions.T, 0.0, 1.0))

    @cached_property
    def genre_shares(self) -> Floats:
        """(n, g + 1), rows add up to 1; the last column is for films without a genre."""
        genres = np.column_stack([self.genres, ~self.genres.any(axis=1)])
        return np.asarray(genres / genres.sum(axis=1, keepdims=True))

    def value(self, exponent: float) -> Floats:
        """Recognition times information, before anything is chosen; (n,)."""
        information = np.sqrt(_share_of_largest(self.divisiveness))
        return _share_of_largest(self.popularity) ** exponent * self.familiarity * information

    def rows(self, movies: Collection[int]) -> Ints:
        """Rows of those of the films that are candidates."""
        return np.flatnonzero(np.isin(self.movie_ids, list(movies)))


def _share_of_largest(values: Floats) -> Floats:
    largest = values.max(initial=0.0)
    return values / largest if largest > 0 else np.ones(len(values))


def first_films(candidates: Candidates, size: int) -> list[int]:
    """Ids of the first screen, in the order to show; fewer if there are not `size` candidates."""
    screen = _Screen(candidates, shown=())
    value = candidates.value(POPULARITY)
    for _ in range(size):
        screen.explore(value)
    return screen.films


def next_films(
    candidates: Candidates, taste: Floats | None, shown: Collection[int], size: int
) -> list[int]:
    """Ids of another screen: nothing of `shown` (films shown or picked before), in order.

    With a `taste` (f,), the fold-in of the picks, two films of three are near it: the highest
    max(taste . y_m, 0) k_m times decades, languages and genres as above. The third explores: the
    highest value times spread, where the clusters and distances of `shown` count like those of
    this screen, so that it goes to what was not asked yet.

    Without one (nothing was recognised so far) all films explore, and popularity counts with the
    exponent 4 instead of 3: better known films, and other clusters.
    """
    screen = _Screen(candidates, shown)
    if taste is None:
        value = candidates.value(POPULARITY_IF_LOST)
        for _ in range(size):
            screen.explore(value)
        return screen.films
    value = candidates.value(POPULARITY)
    liking = np.maximum(candidates.factors @ taste, 0.0) * candidates.familiarity
    for place in range(1, size + 1):
        if place % EXPLORE_EVERY:
            screen.come_near(liking)
        else:
            screen.explore(value)
    return screen.films


class _Screen:
    """The films chosen so far, and the parts of the spread of every candidate (n,) beside them."""

    def __init__(self, candidates: Candidates, shown: Collection[int]) -> None:
        self._candidates = candidates
        count = len(candidates.movie_ids)
        self._chosen: list[int] = []
        self._free = np.ones(count, dtype=bool)
        self._nearest = np.zeros(count)  # cosine to the nearest film asked about
        self._new_cluster = np.ones(count)
        self._decades_languages = np.ones(count)
        self._genres = np.ones(candidates.genre_shares.shape[1])
        for row in candidates.rows(shown).tolist():
            self._ask(row)

    @property
    def films(self) -> list[int]:
        return [int(number) for number in self._candidates.movie_ids[self._chosen]]

    def explore(self, value: Floats) -> None:
        """Add the film that says most beside those of this and the earlier screens."""
        self._add(value * self._variety() * np.sqrt(1.0 - self._nearest) * self._new_cluster)

    def come_near(self, liking: Floats) -> None:
        """Add the film that is most likely liked."""
        self._add(liking * self._variety())

    def _variety(self) -> Floats:
        """Decades, languages and genres, of this screen only."""
        genres = self._candidates.genre_shares @ self._genres
        return np.asarray(self._decades_languages * genres)

    def _add(self, scores: Floats) -> None:
        """The free film of the highest score, if there is one; `argmax` takes the lower id."""
        if not self._free.any():
            return
        films = self._candidates
        row = int(np.argmax(np.where(self._free, scores, -1.0)))
        self._chosen.append(row)
        self._ask(row)
        self._decades_languages[films.decades == films.decades[row]] *= SAME_DECADE
        self._decades_languages[films.languages == films.languages[row]] *= SAME_LANGUAGE
        self._genres[films.genre_shares[row] > 0] *= SAME_GENRE

    def _ask(self, row: int) -> None:
        """Count a film, of this screen or an earlier one, as asked about."""
        films = self._candidates
        self._free[row] = False
        self._nearest = np.maximum(self._nearest, films.likeness[row])
        self._new_cluster[films.clusters == films.clusters[row]] *= SAME_CLUSTER
