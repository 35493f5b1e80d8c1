"""Rankings for people at home, by what they are learned from. Pure: no Django import.

A scorer takes cases, with picks as columns of all loaded films, and returns scores (n_cases, n).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np

from common.arrays import Floats, Ints
from recommend.lab.data.cases import Cases
from recommend.lab.data.home import HomeData
from recommend.lab.evaluation.home.fitting import FOLDS, fit_to_home, ndcg_at_home
from recommend.lab.recommenders.at_home import HomeLearning
from recommend.lab.recommenders.blend import BlendModel
from recommend.lab.recommenders.ease import Ease
from recommend.lab.simulation.home import folds_of, home_cases
from recommend.scoring.calibration import Calibration

Scorer = Callable[[Cases], Floats]

SERVED = "served"
POPULARITY, EASE = "home_popularity", "home_ease"
MOVIELENS, PRIOR = "movielens", "movielens_prior"
RIDGES = (50.0, 150.0, 500.0, 1500.0)
FAR = -1e9  # behind every film with a score
P_LIKE = Calibration((0.0, 1.0, 0.0, 0.0, 0.0, 0.0))  # ranking needs none


@dataclass(frozen=True)
class MovieLens:
    """A ranking that MovieLens users taught, of the films at `columns` among `n_films`."""

    model: BlendModel
    columns: Ints
    n_films: int

    def spread(self, score: Scorer) -> Scorer:
        """A scorer of MovieLens' films as one of all films; the others come last."""

        def scores(cases: Cases) -> Floats:
            picks = [np.searchsorted(self.columns, self._known(one)) for one in cases.picks]
            found = np.full((len(cases), self.n_films), FAR)
            found[:, self.columns] = score(replace(cases, picks=picks))
            return found

        return scores

    def _known(self, picks: Ints) -> Ints:
        return np.intersect1d(picks, self.columns)

    def learned(self, home: HomeData, learning: HomeLearning, *, seed: int) -> BlendModel:
        """As training would make it."""
        rated = home.of_films(self.columns)
        fit = fit_to_home(self.model, rated, learning, calibration=P_LIKE, seed=seed)
        if fit is None:
            return self.model
        at_home = self.model.at_home(rated, learning, seed=seed)
        return replace(at_home, weights=fit.weights)


def scorers(
    movielens: MovieLens,
    home: HomeData,
    learning: HomeLearning,
    *,
    seed: int,
    served: Scorer | None = None,
) -> Mapping[str, Scorer]:
    """The served ranking and what it is compared with; `served`: that of a stored run, in place of
    one that is fitted on MovieLens and `home`."""
    learned = movielens.learned(home, learning, seed=seed)
    found: dict[str, Scorer] = {
        SERVED: served or movielens.spread(learned.of_cases),
        POPULARITY: popularity(home, movielens),
        MOVIELENS: movielens.spread(movielens.model.of_cases),
        PRIOR: movielens.spread(lambda cases: movielens.model.of_cases(cases) + learned.audience),
    }
    if home.likes.nnz:
        found[EASE] = ease(home, seed=seed)
    return found


def popularity(home: HomeData, movielens: MovieLens) -> Scorer:
    """By likes at home; ties by likes of MovieLens users."""
    likes = home.like_counts.copy()
    there = movielens.model.train.like_counts
    likes[movielens.columns] += there / (there.max() + 1.0)
    return lambda cases: np.tile(likes, (len(cases), 1))


def ease(home: HomeData, *, seed: int) -> Scorer:
    """EASE of the likes at home, with the ridge that ranks best for some of the people there when
    it is fitted on the others."""
    learn, held_out = next(iter(folds_of(len(home.people), FOLDS, seed=seed)))
    people = home_cases(home.of_people(held_out), seed=seed, most=1_000)
    ridge = RIDGES[-2]
    if len(people):
        known = home.asked_counts > 0
        tried = [_ease(home.of_people(learn), ridge) for ridge in RIDGES]
        quality = [ndcg_at_home(one, people, known).mean() for one in tried]
        ridge = RIDGES[int(np.argmax(quality))]
    return _ease(home, ridge)


def _ease(home: HomeData, ridge: float) -> Scorer:
    weights = Ease(regularization=ridge).fit(home.as_ratings(), seed=0)
    ties = 1e-9 * home.like_counts

    def scores(cases: Cases) -> Floats:
        return weights.score(cases.picks, cases.demographics) + ties

    return scores
