"""The films of one person: twin, ranking, reasons and stars."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from matching.models import Method
from matching.twins import Question, Twin, find_twin
from recommend.models import (
    ModelRun,
    MovieFactors,
    Rating,
    RatingSource,
    TasteVector,
)
from recommend.ranking.answers import Answers
from recommend.ranking.catalogue import (
    Asked,
    Catalogue,
    RankedMovie,
    rank_catalogue,
)
from recommend.ranking.taste import OwnTaste
from recommend.ranking.vectors import matrix
from recommend.scoring.fold_in import reasons


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
    run: ModelRun, answers: Answers, taste: OwnTaste, twin: Twin | None
) -> tuple[Asked, Catalogue]:
    """By the strategy; by own taste where the twin has no predictions to go by."""
    left_out = [*taste.liked, *answers.seen, *answers.not_interested]
    user = twin.ml_user_id if twin else None
    by_strategy = run.weights.of_strategy(answers.strategy)
    if user is not None or not by_strategy.predictions_only:
        asked = Asked(run.pk, by_strategy, taste.vector, taste.code, user)
        catalogue = rank_catalogue(asked, left_out=left_out)
        if catalogue.listed:
            return asked, catalogue
    own = run.weights.of_strategy("taste")
    asked = Asked(run.pk, own, taste.vector, taste.code, user)
    return asked, rank_catalogue(asked, left_out=left_out)


def _because(
    run: ModelRun, answers: Answers, taste: OwnTaste, ranked: Sequence[RankedMovie]
) -> dict[int, list[int]]:
    """By film the picks that led to it; none under a strategy that does not go by the picks."""
    if not taste.picks or run.weights.of_strategy(answers.strategy).predictions_only:
        return {}
    stored = MovieFactors.objects.filter(run=run, movie__in=[film.movie_id for film in ranked])
    factors = dict(stored.values_list("movie_id", "factors"))
    found = reasons(taste.fold_in.parts, matrix(list(factors.values())))
    return {
        movie_id: [taste.picks[place] for place in places]
        for movie_id, places in zip(factors, found, strict=True)
    }


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
