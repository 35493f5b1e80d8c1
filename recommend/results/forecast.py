"""A person's outlook from their ranked films and what is known of the platforms.

Reads only. The formulas are those of `recommend.scoring.likelihood`,
`recommend.decision.availability` and `recommend.decision.outlook`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from common.arrays import Floats, Ints
from movies.models import Platform
from recommend.decision.availability import (
    PRIOR_FILMS,
    CatalogueRate,
    availability_priors,
    known_rates,
)
from recommend.decision.outlook import STATE_OF, THERE, UNKNOWN, Outlook, outlook_of
from recommend.decision.what_if import RANKED_ANEW, Scored, decisive_pick, next_question
from recommend.models import ModelRun
from recommend.ranking.catalogue import Asked, Catalogue, FilmKind
from recommend.ranking.taste import OwnTaste
from recommend.ranking.vectors import FilmVectors, run_factors
from recommend.scoring.likelihood import chances, resampled_chances

WELL_KNOWN = 200  # films by number of ratings that one may be asked about
SEED = 1  # of the bootstrap: the same answers give the same outlook


def catalogue_rates() -> dict[str, CatalogueRate]:
    """What is known of each offered platform's catalogue."""
    rows = Platform.objects.offered().values_list(
        "slug", "surveyed_known", "surveyed_carried", "films_known", "surveyed_strata"
    )
    return {
        slug: CatalogueRate(
            known,
            carried,
            evidence=films > 0,
            decades={int(name): tuple(pair) for name, pair in strata.get("decade", {}).items()},
            genres={name: tuple(pair) for name, pair in strata.get("genre", {}).items()},
        )
        for slug, known, carried, films, strata in rows
    }


@dataclass(frozen=True)
class Forecast:
    """A person's outlook and what it was made of: `chances` (n,) are P(like) of the catalogue,
    `carried` (k, p) P(there) of each kind of film on each platform."""

    outlook: Outlook
    asked: Asked
    catalogue: Catalogue
    chances: Floats
    carried: Floats


def forecast_of(run: ModelRun, asked: Asked, catalogue: Catalogue) -> Forecast:
    """Expected liked films by where they are."""
    rates = catalogue_rates()
    calibration = run.chances
    drawn = resampled_chances(
        catalogue.scores,
        catalogue.ratings,
        catalogue.likes,
        weight=asked.weights.neighbours,
        calibration=calibration,
        seed=SEED,
    )
    liked = chances(calibration, catalogue.ratings)
    states = _states(catalogue.kinds_of, rates)
    priors = availability_priors([kind.stratum for kind in catalogue.kinds_of], rates)
    outlook = outlook_of(
        liked,
        catalogue.kinds,
        states,
        priors,
        platforms=list(rates),
        evidence=frozenset(slug for slug, rate in rates.items() if rate.evidence),
        rates={
            slug: (rates[slug].known + PRIOR_FILMS, rate)
            for slug, rate in known_rates(rates).items()
        },
        resampled=drawn,
        spread=calibration.spread,
    )
    carried = np.where(states == UNKNOWN, priors, np.asarray(states == THERE, np.float64))
    return Forecast(outlook, asked, catalogue, liked, carried)


@dataclass(frozen=True)
class WhatIf:
    """What one pick more or less would change; None where there is no such film.

    Without the pick `pick` the platform `pick_platform` would be the first. Of the well-known
    films `ask` is the one whose answer tells most; liked, `ask_platform` would be the first.
    """

    pick: int | None = None
    pick_platform: str | None = None
    ask: int | None = None
    ask_platform: str | None = None


def what_if(
    run: ModelRun,
    taste: OwnTaste,
    forecast: Forecast,
    weights: Mapping[str, float],
    *,
    unknown: Sequence[int] = (),
) -> WhatIf:
    """Of the first platform, with the neighbours and the twin as they are.

    Films that are `unknown` to the person are not asked about. Nothing where the picks do not
    rank the films, or fewer than two platforms are known.
    """
    catalogue, outlook = forecast.catalogue, forecast.outlook
    compared = [place for place, slug in enumerate(outlook.platforms) if slug in outlook.evidence]
    if forecast.asked.weights.predictions_only or len(compared) < 2 or not len(catalogue.scores):
        return WhatIf()
    slugs = [outlook.platforms[place] for place in compared]
    factors = run_factors(run.pk)
    factor = np.array([weights.get(slug, 1.0) for slug in slugs])
    scored = Scored(
        scores=catalogue.scores,
        ratings=catalogue.ratings,
        factors=_joint(factors.of(catalogue.movie_ids[:RANKED_ANEW])),
        carried=forecast.carried[:, compared][catalogue.kinds] * factor,
        calibration=run.chances,
    )
    picks = len(taste.picks)
    weight = forecast.asked.weights.answers
    without = taste.with_picks(taste.fold_in.without_pick(), picks - 1)
    decisive = decisive_pick(scored, _changes(without, taste.codes_without_pick(), taste, weight))
    known = _well_known(catalogue, unknown)
    films = factors.of(catalogue.movie_ids[known])
    liked = taste.with_picks(taste.fold_in.with_film(films.factors), picks + 1)
    changes = _changes(liked, taste.codes_with_film(films.encoders), taste, weight)
    question = next_question(scored, changes, forecast.chances[known])
    return WhatIf(
        pick=taste.picks[decisive[0]] if decisive else None,
        pick_platform=slugs[decisive[1]] if decisive else None,
        ask=int(catalogue.movie_ids[known[question.place]]) if question else None,
        ask_platform=slugs[question.platform] if question else None,
    )


def _well_known(catalogue: Catalogue, unknown: Sequence[int]) -> Ints:
    """Places of the films that most people have rated, without those unknown to the person."""
    places = np.argsort(-catalogue.ratings, kind="stable")[:WELL_KNOWN]
    asked: Ints = places[~np.isin(catalogue.movie_ids[places], list(unknown))]
    return asked


def _joint(films: FilmVectors) -> Floats:
    """(n, 2f): a score changes by the product with what `_changes` says."""
    return np.hstack([films.factors, films.decoders])


def _changes(tastes: Floats, codes: Floats, taste: OwnTaste, answers_weight: float) -> Floats:
    """(n, 2f): what other tastes and codes change."""
    return np.hstack([tastes - taste.vector, answers_weight * (codes - taste.code)])


def _states(kinds: Sequence[FilmKind], platforms: Iterable[str]) -> Any:
    columns = list(platforms)
    states = [[STATE_OF[kind.platforms.get(slug)] for slug in columns] for kind in kinds]
    return np.array(states, np.int64).reshape(len(kinds), len(columns))
