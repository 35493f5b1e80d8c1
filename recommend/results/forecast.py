"""The second stage of an answer: what a person can expect of each platform. Reads only.

The formulas are those of `recommend.scoring.likelihood`, `recommend.decision.availability`,
`recommend.decision.outlook` and `recommend.decision.what_if`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from common.arrays import Floats, Ints
from movies.models import Platform
from recommend.decision import availability
from recommend.decision.availability import PRIOR_FILMS, CatalogueRate
from recommend.decision.outlook import STATE_OF, THERE, UNKNOWN, Outlook, outlook_of
from recommend.decision.platform import PlatformScore
from recommend.decision.what_if import RANKED_ANEW, Scored, decisive_pick, next_question
from recommend.ranking.catalogue import Catalogue, FilmKind
from recommend.ranking.films import Ranking
from recommend.ranking.vectors import FilmVectors, factors_of
from recommend.scoring.likelihood import chances, resampled_chances

WELL_KNOWN = 200  # films by number of ratings that a person may be asked about
SEED = 1  # of the bootstrap: the same answers give the same outlook


def catalogue_rates() -> dict[str, CatalogueRate]:
    """The known part of each offered platform's catalogue."""
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
    """A person's outlook and its parts: `chances` (n,) are P(like) of the ranked catalogue,
    `carried` (k, p) is P(there) of each kind of film on each platform."""

    outlook: Outlook
    chances: Floats
    carried: Floats


def forecast(ranking: Ranking) -> Forecast:
    """The second stage of an answer: expected liked films by where they are."""
    rates, catalogue = catalogue_rates(), ranking.catalogue
    calibration = ranking.run.chances
    drawn = resampled_chances(
        catalogue.scores,
        catalogue.ratings,
        catalogue.likes,
        weight=catalogue.weights.neighbours,
        calibration=calibration,
        seed=SEED,
    )
    liked = chances(calibration, catalogue.ratings)
    states = _states(catalogue.kinds_of, rates)
    priors = availability.availability_priors([kind.stratum for kind in catalogue.kinds_of], rates)
    outlook = outlook_of(
        liked,
        catalogue.kinds,
        states,
        priors,
        platforms=list(rates),
        evidence=frozenset(slug for slug, rate in rates.items() if rate.evidence),
        rates={
            slug: (rates[slug].known + PRIOR_FILMS, rate)
            for slug, rate in availability.known_rates(rates).items()
        },
        resampled=drawn,
        spread=calibration.spread,
    )
    carried = np.where(states == UNKNOWN, priors, np.asarray(states == THERE, np.float64))
    return Forecast(outlook, liked, carried)


@dataclass(frozen=True)
class WhatIf:
    """How one pick more or less would change the answer; None if there is no such film.

    Without `pick`, `pick_platform` would be first. `ask` is the well-known film whose answer is
    the most informative; if the person likes it, `ask_platform` would be first.
    """

    pick: int | None = None
    pick_platform: str | None = None
    ask: int | None = None
    ask_platform: str | None = None


def what_if(ranking: Ranking, expected: Forecast, platforms: Sequence[PlatformScore]) -> WhatIf:
    """How one pick more or less would change the first platform; neighbours and twin stay.

    Films that are unknown to the person are not asked about. Empty if the picks do not rank the
    films, or if fewer than two platforms are known.
    """
    catalogue, outlook = ranking.catalogue, expected.outlook
    compared = [place for place, slug in enumerate(outlook.platforms) if slug in outlook.evidence]
    if catalogue.weights.predictions_only or len(compared) < 2 or not len(catalogue.scores):
        return WhatIf()
    slugs = [outlook.platforms[place] for place in compared]
    weights = {row.platform: row.weight for row in platforms}
    ranked = factors_of(ranking.run.pk, catalogue.movie_ids[:RANKED_ANEW])
    scored = Scored(
        scores=catalogue.scores,
        ratings=catalogue.ratings,
        factors=np.hstack([ranked.factors, ranked.decoders]),
        carried=expected.carried[:, compared][catalogue.kinds] * [weights[one] for one in slugs],
        calibration=ranking.run.chances,
    )
    decisive = decisive_pick(scored, _without_each_pick(ranking))
    known = _well_known(catalogue, ranking.answers.unknown)
    films = factors_of(ranking.run.pk, catalogue.movie_ids[known])
    question = next_question(scored, _with_each_film(ranking, films), expected.chances[known])
    return WhatIf(
        pick=ranking.taste.picks[decisive[0]] if decisive else None,
        pick_platform=slugs[decisive[1]] if decisive else None,
        ask=int(catalogue.movie_ids[known[question.place]]) if question else None,
        ask_platform=slugs[question.platform] if question else None,
    )


def _well_known(catalogue: Catalogue, unknown: Sequence[int]) -> Ints:
    """Places of the films with the most ratings, without those unknown to the person."""
    places = np.argsort(-catalogue.ratings, kind="stable")[:WELL_KNOWN]
    asked: Ints = places[~np.isin(catalogue.movie_ids[places], list(unknown))]
    return asked


def _without_each_pick(ranking: Ranking) -> Floats:
    """(k, 2f): what changes without each of the picks."""
    taste = ranking.taste
    tastes = taste.with_picks(taste.fold_in.without_pick(), len(taste.picks) - 1)
    return _changes(ranking, tastes, taste.codes_without_pick())


def _with_each_film(ranking: Ranking, films: FilmVectors) -> Floats:
    """(n, 2f): what changes with each of the films as one more pick."""
    taste = ranking.taste
    tastes = taste.with_picks(taste.fold_in.with_film(films.factors), len(taste.picks) + 1)
    return _changes(ranking, tastes, taste.codes_with_film(films.encoders))


def _changes(ranking: Ranking, tastes: Floats, codes: Floats) -> Floats:
    """(n, 2f): what other tastes and codes change; times `Scored.factors`, the scores' change."""
    taste, weight = ranking.taste, ranking.catalogue.weights.answers
    return np.hstack([tastes - taste.vector, weight * (codes - taste.code)])


def _states(kinds: Sequence[FilmKind], platforms: Iterable[str]) -> Any:
    columns = list(platforms)
    states = [[STATE_OF[kind.platforms.get(slug)] for slug in columns] for kind in kinds]
    return np.array(states, np.int64).reshape(len(kinds), len(columns))
