"""What a new run learns from people at home, after MovieLens and before it is stored. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from common.arrays import Floats, Floats32, Ints
from common.commands.progress import Report
from recommend.lab.data.home import HomeData, HomeKey
from recommend.lab.evaluation.home.fitting import HomeFit, fit_to_home
from recommend.lab.recommenders.at_home import AtHome, HomeLearning
from recommend.lab.recommenders.blend import BlendModel, people_at_home, rows_at_home
from recommend.lab.recommenders.ease import ItemWeights
from recommend.lab.recommenders.encoder import EncoderModel
from recommend.lab.training.vectors import StoredFilms, padded
from recommend.scoring.calibration import Calibration
from recommend.scoring.links import packed_links
from recommend.scoring.weights import FACTORS, Weights


@dataclass(frozen=True)
class HomePeople:
    """The neighbours from home (n): who they are, their `tastes` (n, 64), and the ids of the films
    that each likes."""

    keys: Sequence[HomeKey]
    tastes: Floats32
    liked: Sequence[Sequence[int]]


@dataclass(frozen=True)
class Learned:
    """A run as it is to be stored. `likes` (n,): people who like each of `films`; with home as many
    of them as the audience there would be."""

    films: StoredFilms
    likes: Floats
    groups: Floats
    people: HomePeople
    weights: Weights
    calibration: Calibration
    metrics: dict[str, Any]

    @classmethod
    def from_movielens(
        cls, films: StoredFilms, blend: BlendModel, calibration: Calibration
    ) -> Learned:
        likes = np.zeros(len(films.movie_ids))
        likes[~films.from_content] = blend.train.like_counts
        return cls(
            films=films,
            likes=likes,
            groups=padded(blend.answers.groups.astype(np.float64)),
            people=HomePeople([], np.empty((0, FACTORS), np.float32), []),
            weights=blend.weights,
            calibration=calibration,
            metrics={},
        )


def learn_at_home(
    learned: Learned,
    blend: BlendModel,
    home: HomeData,
    learning: HomeLearning,
    *,
    seed: int,
    report: Report,
) -> Learned:
    """`learned` after learning from `home`, whose films are all that are stored, in their order.

    Nothing changes without people, or if held-out people are served better by MovieLens alone; the
    metrics say so.
    """
    if not len(rows_at_home(home)):
        return learned
    rated = np.flatnonzero(~learned.films.from_content)
    report("what weighs at home", 0, None)
    fit = fit_to_home(
        blend, home.of_films(rated), learning, calibration=learned.calibration, seed=seed
    )
    metrics = _metrics(home, fit)
    if fit is None:
        return replace(learned, metrics=metrics)
    report("tastes at home", 0, None)
    found = learning.fit(_encoder_of(learned), home, seed=seed)
    return Learned(
        films=_moved(learned.films, found, home.like_counts),
        likes=np.where(
            learned.films.from_content, home.like_counts, learned.likes * np.exp(found.audience)
        ),
        groups=found.answers.groups.astype(np.float64),
        people=_people(blend, home, rated),
        weights=fit.weights,
        calibration=fit.calibration,
        metrics=metrics,
    )


def _metrics(home: HomeData, fit: HomeFit | None) -> dict[str, Any]:
    read = {
        "home_people": len(home.people) if fit else 0,
        "home_films": int((home.asked_counts > 0).sum()) if fit else 0,
        "home_likes": int(home.likes.nnz) if fit else 0,
    }
    if fit is None or fit.ndcg is None:
        return read
    return read | {
        "home_cases": fit.cases,
        "home_ndcg_at_10": fit.ndcg,
        "home_movielens_ndcg_at_10": fit.movielens_ndcg,
    }


def _encoder_of(learned: Learned) -> EncoderModel:
    films = learned.films
    return EncoderModel(
        films.encoders.astype(np.float32),
        films.decoders.astype(np.float32),
        films.biases.astype(np.float32),
        learned.groups.astype(np.float32),
    )


def _moved(films: StoredFilms, found: AtHome, at_home: Floats) -> StoredFilms:
    """`at_home` (n,): likes; a film that has some is not guessed from its content any more."""
    ratings = np.expm1(np.maximum(films.log_ratings, 0.0)) * np.exp(found.audience)
    return replace(
        films,
        encoders=found.answers.encoders.astype(np.float64),
        decoders=found.answers.decoders.astype(np.float64),
        biases=found.answers.biases.astype(np.float64),
        log_ratings=np.log1p(ratings),
        from_content=films.from_content & (at_home == 0),
        links=_links(films.movie_ids, found.links),
    )


def _links(movie_ids: Ints, found: ItemWeights) -> dict[int, bytes]:
    linked = movie_ids[found.columns]
    return {
        movie_id: packed_links(linked[row != 0], row[row != 0])
        for movie_id, row in zip(linked.tolist(), found.weights, strict=True)
        if row.any()
    }


def _people(blend: BlendModel, home: HomeData, rated: Ints) -> HomePeople:
    """Their tastes come from the films that MovieLens users have rated, which all have factors."""
    known = home.of_films(rated)
    rows = rows_at_home(known)
    likes = home.likes
    liked = [
        home.movie_ids[np.sort(likes.indices[likes.indptr[row] : likes.indptr[row + 1]])].tolist()
        for row in rows.tolist()
    ]
    tastes = people_at_home(blend.tastes, known).vectors
    return HomePeople([home.people[row] for row in rows], padded(tastes), liked)
