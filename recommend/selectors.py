"""From answers to a recommendation: twin, 50 films, platforms. Reads only, stores nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from common.errors import DataError, NotReadyError
from matching.models import Method
from matching.twins import Question, Twin, find_twin
from ottstats.selectors import UsageRatio, usage_ratios
from recommend.decision.outlook import Outlook
from recommend.decision.platform import PlatformScore, choose_platform
from recommend.forecasts import WhatIf, forecast_of, what_if
from recommend.models import (
    RUN_ARRAYS,
    ModelRun,
    MovieFactors,
    Rating,
    RatingSource,
    TasteVector,
)
from recommend.ranking import (
    Asked,
    Catalogue,
    RankedMovie,
    chosen_films,
    rank_catalogue,
    with_stars,
)
from recommend.scoring import LIST_SIZE
from recommend.taste import reasons
from recommend.tastes import Answers, OwnTaste, matrix, own_taste

MOST_LIKELY = 600  # films with P(like): more than anybody watches in a year


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

    `outlook`: what can be expected of the whole catalogue, which the platforms are scored by;
    `what_if`: what one pick more or less would change; `likely` has P(like) of the first films
    of the catalogue.
    """

    run: ModelRun
    strategy: str
    twin: Twin | None
    overlapped: Sequence[int]
    films: Sequence[Film]
    outlook: Outlook
    platforms: Sequence[PlatformScore]
    usage: dict[str, list[UsageRatio]]
    what_if: WhatIf
    likely: dict[int, float]


def live_run() -> ModelRun:
    """The run that readers see; `NotReadyError` says what the operator has to run first."""
    slim = ModelRun.objects.defer(*RUN_ARRAYS, "metrics", "parameters")
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
    taste = own_taste(run, answers)
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
    found = _recommendation(run, answers, own_taste(run, answers), twin, ())
    if not found.films:
        raise DataError("no film is left to recommend")
    return found


def _recommendation(
    run: ModelRun,
    answers: Answers,
    taste: OwnTaste,
    twin: Twin | None,
    overlapped: Sequence[int],
) -> Recommendation:
    asked, catalogue = _ranked(run, answers, taste, twin)
    places = chosen_films(asked, catalogue, run.variety, size=LIST_SIZE)
    ranked = with_stars(asked, catalogue, places)
    films = _films(ranked, _because(run, answers, taste, ranked))
    forecast = forecast_of(run, asked, catalogue)
    usage = usage_ratios(gender=answers.gender, age=answers.age)
    platforms = choose_platform(
        forecast.outlook,
        {slug: [ratio.ratio for ratio in ratios] for slug, ratios in usage.items()},
        exponent=run.usage_exponent,
    )
    return Recommendation(
        run=run,
        strategy=answers.strategy,
        twin=twin,
        overlapped=overlapped,
        films=films,
        outlook=forecast.outlook,
        platforms=platforms,
        usage=usage,
        what_if=what_if(
            run,
            taste,
            forecast,
            {row.platform: row.weight for row in platforms},
            unknown=answers.unknown,
        ),
        likely=dict(
            zip(
                catalogue.movie_ids[:MOST_LIKELY].tolist(),
                forecast.chances[:MOST_LIKELY].tolist(),
                strict=True,
            )
        ),
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
