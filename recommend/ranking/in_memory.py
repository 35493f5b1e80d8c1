"""The order of `recommend.ranking.films.rank` without what is shown beside the films, and fast.

The same score (`recommend.ranking.catalogue`) from the vectors that this process keeps: no twin is
looked for, no stars, no reasons, nothing of where films are. For shelves, which are computed in
every request. Reads only; one query, another one where films have links learned at home. A test
holds both orders together.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.core.cache import cache

from common.arrays import Floats, Ints
from movies.selectors.snapshot import Snapshot
from recommend.models import ModelRun, MovieFactors
from recommend.ranking.answers import Answers
from recommend.ranking.catalogue import linked
from recommend.ranking.neighbours import neighbour_likes, run_people, shares_of_likes
from recommend.ranking.taste import NamedFilm, Taste, taste_from
from recommend.ranking.vectors import RunFactors, run_factors
from recommend.scoring.variety import CANDIDATES, film_vectors, varied
from recommend.scoring.weights import LIST_SIZE, Weights

MOST_RANKED = 600
KEPT_FOR = 600  # seconds; what the person did is part of the key, so nothing they do waits for it
COUNTED_FOR = 60  # seconds until films that have entered the catalogue since are ranked too


@dataclass(frozen=True)
class RankedFilms:
    """`listed`: the films that a recommendation lists, in its order; `by_score`: the best of all,
    ties by lower id. Neither has picks, films seen or not wanted."""

    listed: list[int]
    by_score: list[int]


def ranked_films(
    run: ModelRun, answers: Answers, twin: int | None, catalogue: Snapshot
) -> RankedFilms:
    """The films for these answers by the weights of the blend, whatever the strategy.

    `twin` is the number of the person's twin among the MovieLens users, if they have one.
    Raises `DataError` for a liked film that is not loaded, `NotReadyError` if the run vanishes.
    """
    asked = repr((run.pk, run.weights, run.variety, answers, twin))
    key = f"ranked:{hashlib.sha256(asked.encode()).hexdigest()}"
    kept: RankedFilms | None = cache.get(key)
    if kept is None:
        kept = _ranked(run, answers, twin, catalogue)
        cache.set(key, kept, KEPT_FOR)
    return kept


def _ranked(run: ModelRun, answers: Answers, twin: int | None, catalogue: Snapshot) -> RankedFilms:
    known = _current_factors(run.pk)
    taste = taste_from(run, answers, _named_films(run.pk, answers, known, catalogue))
    left_out = [*taste.liked, *answers.seen, *answers.not_interested]
    kept = ~np.isin(known.movie_ids, left_out)
    ids = known.movie_ids[kept]
    scores = _scores(run, taste, known, twin)[kept]
    order = np.lexsort((ids, -scores))
    ids, scores = ids[order], scores[order]
    return RankedFilms(_listed(run, known, ids, scores, catalogue), ids[:MOST_RANKED].tolist())


def _named_films(
    run: int, answers: Answers, known: RunFactors, catalogue: Snapshot
) -> list[NamedFilm]:
    """Without their bits: no twin is looked for."""
    places = catalogue.places(sorted({*answers.liked, *answers.not_interested}))
    loaded = catalogue.movie_ids[places].tolist()
    links: dict[int, Any] = {}
    if known.has_links:
        rows = MovieFactors.objects.filter(run=run, movie__in=answers.liked)
        links = dict(rows.values_list("movie_id", "links"))
    lacking = set(known.lacking(catalogue.movie_ids[places]).tolist())
    vectors = known.of(catalogue.movie_ids[places])
    return [
        NamedFilm(
            movie,
            None,
            None if movie in lacking else vectors.factors[row],
            None if movie in lacking else vectors.encoders[row],
            bytes(links.get(movie) or b""),
        )
        for row, movie in enumerate(loaded)
    ]


def _scores(run: ModelRun, taste: Taste, known: RunFactors, twin: int | None) -> Floats:
    """(n,) the score of each film of the run."""
    weights: Weights = run.weights
    own = taste.vector
    if weights.twin:
        own = own + weights.twin * run_people(run.pk).taste_of(twin)
    answered = known.biases + known.decoders @ taste.code.astype(np.float32)
    scores = known.factors @ own.astype(np.float32) + weights.answers * (
        answered + linked(taste.links, known.movie_ids)
    )
    scores = scores - weights.novelty * known.log_ratings
    likes = neighbour_likes(run.pk, weights, taste.vector)
    total: Floats = scores + weights.neighbours * shares_of_likes(likes, known.movie_ids)
    return total


def _listed(
    run: ModelRun, known: RunFactors, ids: Ints, scores: Floats, catalogue: Snapshot
) -> list[int]:
    candidates = ids[: CANDIDATES * LIST_SIZE]
    kept = np.isin(candidates, catalogue.movie_ids)
    candidates, scores = candidates[kept], scores[: len(candidates)][kept]
    rows = catalogue.places(candidates)
    places = varied(
        scores,
        film_vectors(known.of(candidates).factors, catalogue.genres[rows]),
        [catalogue.series[row] for row in rows.tolist()],
        run.variety,
        size=LIST_SIZE,
    )
    listed: list[int] = candidates[places].tolist()
    return listed


def _current_factors(run: int) -> RunFactors:
    """The vectors of all films, those that entered the catalogue a minute ago included."""
    count = cache.get_or_set(
        f"factors-of:{run}", lambda: MovieFactors.objects.filter(run=run).count(), COUNTED_FOR
    )
    known = run_factors(run)
    if len(known.movie_ids) < (count or 0):
        run_factors.cache_clear()
        known = run_factors(run)
    return known
