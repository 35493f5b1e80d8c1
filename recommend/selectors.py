"""From answers to a recommendation: twin, 50 films, platforms. Reads only, stores nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt
from django.db.models import FilteredRelation, Q

from common.errors import DataError, NotReadyError
from matching.models import Method
from matching.twins import Question, Twin, find_twin
from movies.demographics import GROUPS, group_of
from movies.models import Movie
from ottstats.selectors import UsageRatio, usage_ratios
from recommend.forecasts import outlook_for
from recommend.models import ModelRun, MovieFactors, Rating, RatingSource, TasteVector
from recommend.outlook import Outlook
from recommend.platform_choice import PlatformScore, choose_platform
from recommend.ranking import Asked, Catalogue, RankedMovie, rank_catalogue, with_stars
from recommend.scoring import FACTORS, LIST_SIZE
from recommend.taste import pick_parts, reasons, shrunk

Floats = npt.NDArray[np.float64]

ENOUGH_LIKES = 4


@dataclass(frozen=True)
class Answers:
    """What the recommendation needs of a survey: "" and None where no answer was given.

    `seen` and `not_interested` are films that are not to be recommended any more; the latter
    count against the taste too.
    """

    gender: str
    age: int | None
    liked: Sequence[int]
    strategy: str = "blend"
    method: str = Method.JACCARD
    seen: Sequence[int] = ()
    not_interested: Sequence[int] = ()


@dataclass(frozen=True)
class Film:
    """A recommended film with the stars to show beside it, and the picks that led to it."""

    movie: RankedMovie
    rank: int
    predicted_rating: float | None
    rating_source: str
    because: Sequence[int] = ()

    @property
    def score(self) -> float:
        return self.movie.score


@dataclass(frozen=True)
class Recommendation:
    """The whole answer. `platforms` best first; `usage` has the figures behind each weight.

    `outlook`: what can be expected of the whole catalogue, which the platforms are scored by.
    """

    run: ModelRun
    strategy: str
    twin: Twin | None
    overlapped: Sequence[int]
    films: Sequence[Film]
    outlook: Outlook
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
    taste = _own_taste(run, answers)
    asked = Question(answers.gender, answers.age, taste.liked, taste.bits, taste.vector)
    twin = _twin(run, answers, asked)
    found = _recommendation(run, answers, taste, twin, _overlapped(twin, taste.liked))
    if not found.films:
        raise NotReadyError("The data are being replaced. Try again in a few minutes.")
    return found


def recommend_again(answers: Answers, twin: Twin | None) -> Recommendation:
    """The same with a twin that was found before. `overlapped` is left empty.

    For while nobody replaces the data set. Raises `DataError` if all films are left out.
    """
    run = live_run()
    found = _recommendation(run, answers, _own_taste(run, answers), twin, ())
    if not found.films:
        raise DataError("no film is left to recommend")
    return found


def _recommendation(
    run: ModelRun,
    answers: Answers,
    taste: _Taste,
    twin: Twin | None,
    overlapped: Sequence[int],
) -> Recommendation:
    asked, catalogue = _ranked(run, answers, taste, twin)
    ranked = with_stars(asked, catalogue, size=LIST_SIZE)
    films = _films(ranked, _because(run, answers, taste, ranked))
    outlook = outlook_for(run, asked, catalogue)
    usage = usage_ratios(gender=answers.gender, age=answers.age)
    return Recommendation(
        run=run,
        strategy=answers.strategy,
        twin=twin,
        overlapped=overlapped,
        films=films,
        outlook=outlook,
        platforms=choose_platform(
            outlook,
            {slug: [ratio.ratio for ratio in ratios] for slug, ratios in usage.items()},
            exponent=run.usage_exponent,
        ),
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
    run: ModelRun, answers: Answers, taste: _Taste, twin: Twin | None
) -> tuple[Asked, Catalogue]:
    """By the strategy; by own taste where the twin has no predictions to go by."""
    left_out = [*taste.liked, *answers.seen, *answers.not_interested]
    user = twin.ml_user_id if twin else None
    by_strategy = run.weights.of_strategy(answers.strategy)
    if user is not None or not by_strategy.predictions_only:
        asked = Asked(run.pk, by_strategy, taste.vector, user)
        catalogue = rank_catalogue(asked, left_out=left_out)
        if catalogue.listed:
            return asked, catalogue
    asked = Asked(run.pk, run.weights.of_strategy("taste"), taste.vector, user)
    return asked, rank_catalogue(asked, left_out=left_out)


@dataclass(frozen=True)
class _Taste:
    """A respondent's taste (f,), and what it was made of.

    `bits` are the places of the liked films in the fingerprint; `parts` (k, f) is what each of
    the films `picks` (k), the liked ones with factors, adds to the fold-in.
    """

    vector: Floats
    liked: list[int]
    bits: list[int]
    picks: list[int]
    parts: Floats


def _own_taste(run: ModelRun, answers: Answers) -> _Taste:
    liked, others = sorted(set(answers.liked)), list(answers.not_interested)
    of_run = FilteredRelation("movie_factors", condition=Q(movie_factors__run=run))
    rows = (
        Movie.objects.filter(movie_id__in=[*liked, *others])
        .annotate(of_run=of_run)
        .order_by("movie_id")
        .values_list("movie_id", "fingerprint_bit", "of_run__factors")
    )
    if missing := sorted(set(liked) - {movie_id for movie_id, _, _ in rows}):
        raise DataError(f"liked: no such movie: {', '.join(map(str, missing[:10]))}")
    vectors = {movie_id: factors for movie_id, _, factors in rows if factors is not None}
    picks = [movie_id for movie_id in liked if movie_id in vectors]
    arrays = run_arrays(run.pk)
    parts = pick_parts(
        arrays.gram,
        _matrix([vectors[movie_id] for movie_id in picks]),
        not_interested=_matrix([vectors[one] for one in others if one in vectors]),
        confidence=run.confidence,
        regularization=run.regularization,
    )
    own = parts.sum(axis=0)
    if len(picks) < ENOUGH_LIKES:
        group = group_of(answers.gender, answers.age)
        own = shrunk(own, arrays.group_tastes[group], picks=len(picks), enough=ENOUGH_LIKES)
    chosen = set(liked)
    bits = [bit for movie_id, bit, _ in rows if bit is not None and movie_id in chosen]
    return _Taste(own, liked, bits, picks, parts)


def _matrix(vectors: Sequence[Any]) -> Floats:
    return np.asarray(vectors, np.float64).reshape(-1, FACTORS)


def _because(
    run: ModelRun, answers: Answers, taste: _Taste, ranked: Sequence[RankedMovie]
) -> dict[int, list[int]]:
    """By film the picks that led to it; none under a strategy that does not go by the picks."""
    if not taste.picks or run.weights.of_strategy(answers.strategy).predictions_only:
        return {}
    stored = MovieFactors.objects.filter(run=run, movie__in=[film.movie_id for film in ranked])
    factors = dict(stored.values_list("movie_id", "factors"))
    found = reasons(taste.parts, _matrix(list(factors.values())))
    return {
        movie_id: [taste.picks[place] for place in places]
        for movie_id, places in zip(factors, found, strict=True)
    }


@dataclass(frozen=True)
class RunArrays:
    """What a run stores in arrays: the Gram matrix (f, f), and group tastes (3, 8, f)."""

    gram: Floats
    group_tastes: Floats


@lru_cache(maxsize=4)
def run_arrays(run: int) -> RunArrays:
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


def _films(ranked: Sequence[RankedMovie], because: Mapping[int, Sequence[int]]) -> list[Film]:
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
        films.append(Film(movie, rank, stars, source, because.get(movie.movie_id, ())))
    return films
