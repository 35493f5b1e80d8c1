"""The first stage of an answer: a person's twin and the films to recommend. Reads only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from matching.models import Method
from matching.twins import Twin, find_twin
from recommend.models import ModelRun, MovieFactors, Rating, RatingSource, TasteVector
from recommend.ranking.answers import Answers
from recommend.ranking.catalogue import (
    Catalogue,
    RankedMovie,
    chosen_places,
    movies_at,
    rank_catalogue,
)
from recommend.ranking.taste import Taste, taste_of
from recommend.ranking.vectors import matrix
from recommend.scoring.fold_in import reasons
from recommend.scoring.weights import LIST_SIZE


@dataclass(frozen=True)
class RecommendedFilm:
    """A film of the list with the stars to show beside it, and the picks that led to it."""

    movie: RankedMovie
    rank: int
    predicted_rating: float | None
    rating_source: str
    because: Sequence[int]

    @property
    def score(self) -> float:
        return self.movie.score


@dataclass(frozen=True)
class Ranking:
    """What a run finds for one person. `overlapped`: liked films that the twin has watched."""

    run: ModelRun
    answers: Answers
    taste: Taste
    twin: Twin | None
    overlapped: Sequence[int]
    catalogue: Catalogue
    films: Sequence[RecommendedFilm]


def rank(run: ModelRun, answers: Answers) -> Ranking:
    """Twin, films, reasons and stars; no films if none is left to recommend.

    Raises `DataError` for a liked film that is not loaded, `NotReadyError` if the run vanishes.
    """
    taste = taste_of(run, answers)
    twin = _closest_twin(run, answers, taste)
    return _ranking(run, answers, taste, twin, _overlapped(twin, taste.liked))


def rank_again(run: ModelRun, answers: Answers, twin: Twin | None) -> Ranking:
    """The same with a twin that was found before; `overlapped` stays empty."""
    return _ranking(run, answers, taste_of(run, answers), twin, ())


def listed_films(run: ModelRun, answers: Answers) -> list[int]:
    """The ids of the films that `rank` finds, without what is shown beside them."""
    taste = taste_of(run, answers)
    catalogue = _catalogue(run, answers, taste, _closest_twin(run, answers, taste))
    places = chosen_places(catalogue, run.variety, size=LIST_SIZE)
    return [int(movie_id) for movie_id in catalogue.movie_ids[places]]


def _ranking(
    run: ModelRun, answers: Answers, taste: Taste, twin: Twin | None, overlapped: Sequence[int]
) -> Ranking:
    catalogue = _catalogue(run, answers, taste, twin)
    movies = movies_at(catalogue, chosen_places(catalogue, run.variety, size=LIST_SIZE))
    films = _films(movies, _because(run, taste, catalogue, movies))
    return Ranking(run, answers, taste, twin, overlapped, catalogue, films)


def _closest_twin(run: ModelRun, answers: Answers, taste: Taste) -> Twin | None:
    """The twin by the method asked for; by taste if no candidate shares a film with the person."""
    if not taste.liked:
        return None

    def closest(method: str) -> Twin | None:
        return find_twin(
            liked=taste.liked,
            fingerprint_bits=taste.bits,
            gender=answers.gender,
            age=answers.age,
            taste=taste.vector,
            method=method,
            vectors=TasteVector.objects.filter(run=run),
        )

    twin = closest(answers.method)
    if twin is not None and twin.similarity <= 0 and answers.method == Method.JACCARD:
        return closest(Method.TASTE) or twin
    return twin


def _catalogue(run: ModelRun, answers: Answers, taste: Taste, twin: Twin | None) -> Catalogue:
    """Films ranked by the strategy; by the person's taste if the twin has no predictions."""
    catalogue = None
    for strategy in dict.fromkeys((answers.strategy, "taste")):
        weights = run.weights.of_strategy(strategy)
        if twin is None and weights.predictions_only:
            continue
        catalogue = rank_catalogue(
            run=run.pk,
            weights=weights,
            taste=taste.vector,
            code=taste.code,
            links=taste.links,
            twin=twin.ml_user_id if twin else None,
            left_out=[*taste.liked, *answers.seen, *answers.not_interested],
        )
        if catalogue.listed:
            break
    assert catalogue is not None  # noqa: S101 - `taste` needs no predictions
    return catalogue


def _because(
    run: ModelRun, taste: Taste, catalogue: Catalogue, movies: Sequence[RankedMovie]
) -> dict[int, list[int]]:
    """The picks that led to each film; none under weights that ignore the picks."""
    if not taste.picks or catalogue.weights.predictions_only:
        return {}
    stored = MovieFactors.objects.filter(run=run, movie__in=[movie.movie_id for movie in movies])
    factors = dict(stored.values_list("movie_id", "factors"))
    found = reasons(taste.fold_in.parts, matrix(list(factors.values())))
    return {
        movie_id: [taste.picks[place] for place in places]
        for movie_id, places in zip(factors, found, strict=True)
    }


def _overlapped(twin: Twin | None, liked: Sequence[int]) -> list[int]:
    """Liked films that the twin has watched, exactly, from the observed ratings."""
    if twin is None:
        return []
    watched = Rating.objects.observed().filter(ml_user=twin.ml_user_id, movie__in=liked)
    return sorted(watched.values_list("movie_id", flat=True))


def _films(movies: Sequence[RankedMovie], because: dict[int, list[int]]) -> list[RecommendedFilm]:
    """Stars: the twin's own if the twin has seen the film, else predicted, else the average."""
    films = []
    for rank_in_list, movie in enumerate(movies, start=1):
        stars: float | None
        if movie.twin_rating is not None:
            stars, source = movie.twin_rating, RatingSource.TWIN
        elif movie.predicted_rating is not None:
            stars, source = movie.predicted_rating, RatingSource.PREDICTED
        else:
            stars, source = movie.average_rating, RatingSource.AVERAGE
        reason = because.get(movie.movie_id, [])
        films.append(RecommendedFilm(movie, rank_in_list, stars, source, reason))
    return films
