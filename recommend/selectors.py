"""From answers to a recommendation: twin, 50 films, platforms. Reads only, stores nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt
from django.db.models import FilteredRelation, Q

from common.errors import DataError, NotReadyError
from matching.models import Method
from matching.twins import Question, Twin, find_twin
from movies.demographics import GROUPS, group_of
from movies.models import Movie, Platform
from ottstats.selectors import UsageRatio, usage_ratios
from recommend.models import ModelRun, Rating, RatingSource, TasteVector
from recommend.platform_choice import (
    CatalogueRate,
    LikelyMovie,
    PlatformScore,
    choose_platform,
)
from recommend.ranking import RankedMovie, rank_movies
from recommend.scoring import FACTORS, LIST_SIZE, Calibration
from recommend.taste import fold_in, shrunk

Floats = npt.NDArray[np.float64]

ENOUGH_LIKES = 4


@dataclass(frozen=True)
class Answers:
    """What the recommendation needs of a survey: "" and None where no answer was given."""

    gender: str
    age: int | None
    liked: Sequence[int]
    strategy: str = "blend"
    method: str = Method.JACCARD


@dataclass(frozen=True)
class Film:
    """A recommended film with the stars to show beside it."""

    movie: RankedMovie
    rank: int
    predicted_rating: float | None
    rating_source: str

    @property
    def score(self) -> float:
        return self.movie.score


@dataclass(frozen=True)
class Recommendation:
    """The whole answer. `platforms` best first; `usage` has the figures behind each weight."""

    run: ModelRun
    twin: Twin | None
    overlapped: Sequence[int]
    films: Sequence[Film]
    platforms: Sequence[PlatformScore]
    usage: dict[str, list[UsageRatio]]


def live_run() -> ModelRun:
    """The run that readers see; `NotReadyError` says what the operator has to run first."""
    slim = ModelRun.objects.defer("gram", "group_tastes", "metrics", "parameters")
    run: ModelRun | None = slim.filter(state=ModelRun.State.LIVE).first()
    if run is None:
        raise NotReadyError(
            "No model is live. The operator has to run `manage.py load_movielens SOURCE`, "
            "`train_model`, `predict_ratings`, `load_predictions FILE` and `publish_model`."
        )
    return run


def newest_run(number: int | None = None) -> ModelRun:
    """The run of that number, or the newest; `DataError` if there is none."""
    if number is not None:
        run = ModelRun.objects.filter(pk=number).first()
        if run is None:
            raise DataError(f"there is no model run {number}")
        return run
    run = ModelRun.objects.order_by("pk").last()
    if run is None:
        raise DataError("there is no model run yet; run `manage.py train_model` first")
    return run


def recommend(answers: Answers) -> Recommendation:
    """Twin, films and platforms for one person.

    Raises `DataError` for a liked film that is not loaded, `NotReadyError` without a live run.
    """
    run = live_run()
    liked = sorted(set(answers.liked))
    own, bits = _own_taste(run, answers, liked)
    twin = _twin(run, answers, Question(answers.gender, answers.age, liked, bits, own))
    films = _films(_ranked(run, answers.strategy, liked, own, twin))
    if not films:
        raise NotReadyError("The data are being replaced. Try again in a few minutes.")
    usage = usage_ratios(gender=answers.gender, age=answers.age)
    return Recommendation(
        run=run,
        twin=twin,
        overlapped=_overlapped(twin, liked),
        films=films,
        platforms=_platforms(run, films, usage),
        usage=usage,
    )


def _twin(run: ModelRun, answers: Answers, question: Question) -> Twin | None:
    """By the method asked for; by taste where no film is shared with anybody who could be one."""
    if not question.liked:
        return None
    vectors = TasteVector.objects.filter(run=run)
    twin = find_twin(question, method=answers.method, vectors=vectors)
    if twin is not None and twin.similarity <= 0 and answers.method == Method.JACCARD:
        return find_twin(question, method=Method.TASTE, vectors=vectors) or twin
    return twin


def _ranked(
    run: ModelRun, strategy: str, liked: list[int], own: Floats, twin: Twin | None
) -> list[RankedMovie]:
    """The list of the strategy; own taste where the twin has no predictions to go by."""
    of_strategy = run.weights.of_strategy
    for chosen in dict.fromkeys((of_strategy(strategy), of_strategy("taste"))):
        if chosen.predictions_only and twin is None:
            continue
        ranked = rank_movies(
            run=run.pk,
            weights=chosen,
            liked=liked,
            own=own,
            twin=twin.ml_user_id if twin else None,
            size=LIST_SIZE,
        )
        if ranked:
            return ranked
    return []


def _own_taste(run: ModelRun, answers: Answers, liked: list[int]) -> tuple[Floats, list[int]]:
    """The respondent's taste (f,), and the fingerprint bits of the liked films."""
    of_run = FilteredRelation("movie_factors", condition=Q(movie_factors__run=run))
    rows = (
        Movie.objects.filter(movie_id__in=liked)
        .annotate(of_run=of_run)
        .order_by("movie_id")
        .values_list("movie_id", "fingerprint_bit", "of_run__factors")
    )
    if missing := sorted(set(liked) - {movie_id for movie_id, _, _ in rows}):
        raise DataError(f"liked: no such movie: {', '.join(map(str, missing[:10]))}")
    bits = [bit for _, bit, _ in rows if bit is not None]
    vectors = [np.asarray(factors, np.float64) for _, _, factors in rows if factors is not None]
    arrays = _arrays(run.pk)
    own = fold_in(
        arrays.gram,
        np.array(vectors).reshape(-1, FACTORS),
        confidence=run.confidence,
        regularization=run.regularization,
    )
    if len(vectors) < ENOUGH_LIKES:
        group = group_of(answers.gender, answers.age)
        own = shrunk(own, arrays.group_tastes[group], picks=len(vectors), enough=ENOUGH_LIKES)
    return own, bits


@dataclass(frozen=True)
class RunArrays:
    """What a run stores in arrays: the Gram matrix (f, f), and group tastes (3, 8, f)."""

    gram: Floats
    group_tastes: Floats


@lru_cache(maxsize=4)
def _arrays(run: int) -> RunArrays:
    """Never changes once a run is stored, so each process keeps it."""
    stored = ModelRun.objects.values_list("gram", "group_tastes").filter(pk=run).first()
    if stored is None:
        raise NotReadyError("The data are being replaced. Try again in a few minutes.")
    gram, groups = (np.frombuffer(bytes(part), dtype=np.float64) for part in stored)
    return RunArrays(gram.reshape(FACTORS, FACTORS), groups.reshape(*GROUPS, FACTORS))


def _overlapped(twin: Twin | None, liked: list[int]) -> list[int]:
    """Liked films that the twin has watched, exactly, from the observed ratings."""
    if twin is None:
        return []
    watched = Rating.objects.observed().filter(ml_user=twin.ml_user_id, movie__in=liked)
    return sorted(watched.values_list("movie_id", flat=True))


def _films(ranked: Sequence[RankedMovie]) -> list[Film]:
    """Stars: the twin's own if the twin has seen the film, else predicted, else the average."""
    films = []
    for rank, movie in enumerate(ranked, start=1):
        stars: float | None
        if movie.twin_rating is not None:
            stars, source = movie.twin_rating, RatingSource.TWIN
        elif movie.predicted_rating is not None:
            stars, source = movie.predicted_rating, RatingSource.PREDICTED
        else:
            stars, source = movie.average_rating, RatingSource.AVERAGE
        films.append(Film(movie, rank, stars, source))
    return films


def _platforms(
    run: ModelRun, films: Sequence[Film], usage: dict[str, list[UsageRatio]]
) -> list[PlatformScore]:
    calibration = Calibration(run.calibration_intercept, run.calibration_slope)
    offered = Platform.objects.offered().values_list(
        "slug", "surveyed_known", "surveyed_carried", "films_known"
    )
    return choose_platform(
        [LikelyMovie(calibration.probability(film.rank), film.movie.platforms) for film in films],
        {
            slug: CatalogueRate(known, carried, evidence=films > 0)
            for slug, known, carried, films in offered
        },
        {slug: [ratio.ratio for ratio in ratios] for slug, ratios in usage.items()},
        exponent=run.usage_exponent,
    )
