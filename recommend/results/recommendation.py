"""From a person's answers to the whole recommendation. Reads only, stores nothing.

Four stages, each one call: `rank` finds twin and films, `forecast` what to expect of each platform,
`choose_platform` weighs that with usage statistics, and `advise` says what to pay for.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from django.utils.translation import gettext

from common.errors import BeingReplacedError, DataError
from matching.twins import Twin
from ottstats.selectors.usage import UsageRatio, ratios_of, usage_ratios
from recommend.decision.outlook import Outlook
from recommend.decision.platform import PlatformScore, choose_platform
from recommend.models import ModelRun, MovieFactors
from recommend.ranking.answers import Answers
from recommend.ranking.films import Ranking, RecommendedFilm, rank, rank_again
from recommend.ranking.runs import live_run
from recommend.results.forecast import WhatIf, forecast, what_if

MOST_LIKELY = 600  # films with P(like): more than a person watches in a year


class NoFilmLeftError(DataError):
    """The person knows every film of the run, so that none is left to recommend."""


@dataclass(frozen=True)
class Recommendation:
    """The whole answer. `platforms` best first; `usage` has the figures behind each weight.

    `outlook`: what to expect of the whole catalogue, which the platforms are scored by;
    `what_if`: what one pick more or less would change; `likely`: P(like) of the most likely films.
    """

    run: ModelRun
    strategy: str
    twin: Twin | None
    overlapped: Sequence[int]
    films: Sequence[RecommendedFilm]
    outlook: Outlook
    platforms: Sequence[PlatformScore]
    usage: dict[str, list[UsageRatio]]
    what_if: WhatIf
    likely: dict[int, float]


def recommend(answers: Answers) -> Recommendation:
    """Twin, films and platforms for one person, by the live run.

    Raises `DataError` for a liked film that is not loaded, `NoFilmLeftError` if the picks and the
    films left out are all there are, and `NotReadyError` without a live run.
    """
    return _recommendation(_with_films(rank(live_run(), answers)))


def recommend_again(answers: Answers, twin: Twin | None) -> Recommendation:
    """The same with a twin that was found before; `overlapped` stays empty.

    The caller holds the data set. Raises `NoFilmLeftError` as `recommend` does.
    """
    return _recommendation(_with_films(rank_again(live_run(), answers, twin)))


def compared_platforms(answers: Answers) -> Sequence[PlatformScore]:
    """Only the platforms of `recommend`, best first: without what-ifs, a third of the time less.

    Raises what `recommend` does, except where no film is left.
    """
    ranking = rank(live_run(), answers)
    ratios = ratios_of(_usage(answers))
    exponent = ranking.run.usage_exponent
    return choose_platform(forecast(ranking).outlook, ratios, exponent=exponent)


def _usage(answers: Answers) -> dict[str, list[UsageRatio]]:
    return usage_ratios(
        gender=answers.gender, age=answers.age, region=answers.region, district=answers.district
    )


def _with_films(ranking: Ranking) -> Ranking:
    """The ranking, which lists at least one film."""
    if ranking.films:
        return ranking
    if not MovieFactors.objects.filter(run=ranking.run).exists():
        raise BeingReplacedError
    raise NoFilmLeftError(
        gettext(
            "No film is left to recommend: you picked or set aside every film there is. "
            "Please take some of them back."
        )
    )


def _recommendation(ranking: Ranking) -> Recommendation:
    run, answers, movie_ids = ranking.run, ranking.answers, ranking.catalogue.movie_ids
    expected = forecast(ranking)
    usage = _usage(answers)
    platforms = choose_platform(expected.outlook, ratios_of(usage), exponent=run.usage_exponent)
    likely = np.argsort(-expected.chances, kind="stable")[:MOST_LIKELY]
    return Recommendation(
        run=run,
        strategy=answers.strategy,
        twin=ranking.twin,
        overlapped=ranking.overlapped,
        films=ranking.films,
        outlook=expected.outlook,
        platforms=platforms,
        usage=usage,
        what_if=what_if(ranking, expected, platforms),
        likely=dict(
            zip(movie_ids[likely].tolist(), expected.chances[likely].tolist(), strict=True)
        ),
    )
