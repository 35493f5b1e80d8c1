"""The films of the survey's poster screen, from the live run, and the gain of more picks.

Reads only. `recommend.scoring.next_screen` decides which films, and why.
"""

from __future__ import annotations

import time
from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from django.db.models import FilteredRelation, Q

from common.arrays import Floats
from movies.models import Movie
from movies.movielens.sample_films import korean_films
from recommend.models import ModelRun, MovieFactors, SurveyFilm
from recommend.ranking.runs import live_run
from recommend.ranking.vectors import matrix, run_arrays
from recommend.scoring.fold_in import FoldIn
from recommend.scoring.next_screen import Candidates, next_screen
from recommend.scoring.screen_quotas import quotas_of
from recommend.scoring.weights import FACTORS

SCREEN = 24
KOREAN = "ko"  # TMDB's code of the language
ENOUGH_PICKS = 3  # for a recommendation; `picks_gain` compares with it
# Fewer people in Korea recognise a film without a Korean title or a poster. Set by judgement: the
# MovieLens users that the other constants were measured on cannot tell.
WITHOUT_KOREAN_TITLE = 0.8
WITHOUT_POSTER = 0.9
EACH_PLATFORM = 0.12  # each platform in Korea that carries a film makes it better known
RENEWED_AFTER = 600  # seconds; titles, posters and platforms change between two trainings
COLUMNS = (
    "movie_id",
    "of_run__factors",
    "likes",
    "movie__series",
    "movie__title_ko",
    "movie__poster_path",
    "movie__platforms",
    "movie__year",
    "movie__tmdb_id",
    "movie__details__original_language",
)


@dataclass(frozen=True)
class PicksGain:
    """With `picks` films the list is `percent` better than with 3 (NDCG@50, held-out users)."""

    picks: int
    percent: int


def films_to_show(
    *,
    liked: Collection[int],
    shown: Collection[int],
    disliked: Collection[int] = (),
    size: int = SCREEN,
) -> list[Movie]:
    """The next `size` films for a person who likes `liked`, without these and those `shown`.

    The `disliked` count against the taste, and are left out too.

    If the run has too few candidates, the best-known other films follow; fewer than `size` only if
    there are no more films. Raises `NotReadyError` without a live run.
    """
    run = live_run()
    candidates = _candidates(run.pk, int(time.monotonic() // RENEWED_AFTER))
    known = {*liked, *disliked, *shown}
    taste = _taste(run, liked, disliked) if liked else None
    chosen = next_screen(candidates, taste, known, size)
    films = Movie.objects.in_bulk(chosen)
    found = [films[number] for number in chosen if number in films]
    if len(found) < size:
        others = Movie.objects.exclude(pk__in=[*known, *chosen]).best_known_first()
        found += others[: size - len(found)]
    return found


def picks_gain() -> list[PicksGain]:
    """The measured gain of the live run with more than 3 picks, where there is a gain.

    Raises `NotReadyError` without a live run.
    """
    return _gains(live_run().pk)


@lru_cache(maxsize=4)
def _gains(run: int) -> list[PicksGain]:
    """Cached: a stored run never changes."""
    curve: dict[str, float] = (
        ModelRun.objects.values_list("metrics__picks_curve", flat=True).filter(pk=run).first() or {}
    )
    base = curve.get(str(ENOUGH_PICKS), 0.0)
    if base <= 0:
        return []
    measured = sorted((int(picks), ndcg) for picks, ndcg in curve.items())
    gains = [
        PicksGain(picks, round(100 * (ndcg / base - 1)))
        for picks, ndcg in measured
        if picks > ENOUGH_PICKS
    ]
    return [gain for gain in gains if gain.percent > 0]


def _taste(run: ModelRun, liked: Collection[int], disliked: Collection[int]) -> Floats | None:
    """The fold-in of the films that have factors; None if none of the liked ones has."""
    judged = sorted({*liked, *disliked})
    stored = MovieFactors.objects.filter(run=run, movie__in=judged).order_by("movie")
    vectors = dict(stored.values_list("movie", "factors"))
    picks, others = (
        [vectors[one] for one in films if one in vectors]
        for films in (sorted(liked), sorted(disliked))
    )
    if not picks:
        return None
    return FoldIn.of(
        run_arrays(run.pk).gram,
        matrix(picks),
        not_interested=matrix(others),
        confidence=run.confidence,
        regularization=run.regularization,
    ).taste


@lru_cache(maxsize=2)
def _candidates(run: int, _period: int) -> Candidates:
    """The run's candidates as arrays, cached by each process for a while."""
    of_run = FilteredRelation("movie__movie_factors", condition=Q(movie__movie_factors__run=run))
    stored = SurveyFilm.objects.filter(run=run).annotate(of_run=of_run)
    rows: list[Any] = list(
        stored.filter(of_run__isnull=False).order_by("movie").values_list(*COLUMNS, named=True)
    )
    factors = np.array([row.of_run__factors for row in rows], np.float64).reshape(-1, FACTORS)
    korean = np.array([_is_korean(row) for row in rows], bool)
    return Candidates(
        movie_ids=np.array([row.movie_id for row in rows], np.int64),
        factors=factors,
        likes=np.array([row.likes for row in rows], np.float64),
        familiarity=np.array([_familiarity(row) for row in rows], np.float64),
        series=[row.movie__series for row in rows],
        quotas=quotas_of([row.movie__year for row in rows], korean, factors),
    )


def _is_korean(row: Any) -> bool:
    """By TMDB's original language; by the project's list of films where TMDB was not asked."""
    if language := row.movie__details__original_language:
        return bool(language == KOREAN)
    return row.movie__tmdb_id in korean_films()


def _familiarity(row: Any) -> float:
    """How likely a person in Korea recognises the film, unitless. Unknown platforms count 0."""
    title = 1.0 if row.movie__title_ko else WITHOUT_KOREAN_TITLE
    poster = 1.0 if row.movie__poster_path else WITHOUT_POSTER
    return title * poster * (1.0 + EACH_PLATFORM * sum(map(bool, row.movie__platforms.values())))
