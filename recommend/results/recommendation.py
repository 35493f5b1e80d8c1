"""From answers to a recommendation: twin, 50 films, platforms. Reads only, stores nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from common.errors import DataError, NotReadyError
from matching.twins import Question, Twin
from ottstats.selectors import UsageRatio, usage_ratios
from recommend.decision.outlook import Outlook
from recommend.decision.platform import PlatformScore, choose_platform
from recommend.models import (
    ModelRun,
)
from recommend.ranking.answers import Answers
from recommend.ranking.catalogue import (
    chosen_films,
    with_stars,
)
from recommend.ranking.films import Film, _because, _films, _overlapped, _ranked, _twin
from recommend.ranking.runs import live_run
from recommend.ranking.taste import OwnTaste, own_taste
from recommend.results.forecast import WhatIf, forecast_of, what_if
from recommend.scoring.weights import LIST_SIZE

MOST_LIKELY = 600  # films with P(like): more than anybody watches in a year


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
