"""The second stage of an answer: what a person can expect of each platform. Reads only.

The formulas are those of `recommend.scoring.likelihood`, `recommend.decision.availability`,
`recommend.decision.outlook` and `recommend.decision.what_if`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache

import numpy as np
from django.db import DEFAULT_DB_ALIAS
from django.utils import timezone

from common.arrays import Floats, Ints
from movies.models import Platform
from recommend.decision import availability
from recommend.decision.availability import PRIOR_FILMS, CatalogueRate
from recommend.decision.outlook import STATE_OF, THERE, UNKNOWN, Outlook, outlook_of
from recommend.decision.platform import PlatformScore
from recommend.decision.what_if import MOVED, Scored, decisive_pick, next_question
from recommend.ranking.catalogue import Catalogue, FilmKind
from recommend.ranking.films import Ranking
from recommend.ranking.vectors import factors_of
from recommend.scoring.likelihood import CONSIDERED, resampled_chances, resampled_codes

WELL_KNOWN = 200  # films by number of ratings that a person may be asked about
LATER = "9999-12"  # of a statement without a month: it does not age
SEED = 1  # of the bootstrap: the same answers give the same outlook


def catalogue_rates(database: str = DEFAULT_DB_ALIAS) -> dict[str, CatalogueRate]:
    """The known part of each offered platform's catalogue, and how fast it ages."""
    return {
        platform.slug: CatalogueRate(
            platform.surveyed_known + platform.published_known,
            platform.surveyed_carried + platform.published_carried,
            decades=_added(platform.surveyed_strata.get("decade", {}), platform.published_decades),
            genres={
                name: (known, carried)
                for name, (known, carried) in platform.surveyed_strata.get("genre", {}).items()
            },
            share=platform.stationary_share,
            turnover=platform.turnover,
            surveyed_on=platform.surveyed_on,
        )
        for platform in Platform.objects.using(database).offered()
    }


def _added(*counts: Mapping[str, Sequence[int]]) -> dict[int, tuple[int, int]]:
    """Known and carried films by decade, added up."""
    added: dict[int, tuple[int, int]] = defaultdict(lambda: (0, 0))
    for one in counts:
        for decade, (known, carried) in one.items():
            before = added[int(decade)]
            added[int(decade)] = before[0] + known, before[1] + carried
    return dict(added)


@dataclass(frozen=True)
class Forecast:
    """A person's outlook and its parts: `chances` (n,) are P(like) of the ranked catalogue,
    `order` (n,) its places by log share, the largest first, and `carried` (k, p) is P(there) of
    each kind of film on each platform."""

    outlook: Outlook
    chances: Floats
    order: Ints
    carried: Floats


def forecast(ranking: Ranking) -> Forecast:
    """The second stage of an answer: expected liked films by where they are today."""
    rates, catalogue = catalogue_rates(), ranking.catalogue
    calibration = ranking.run.chances
    order = np.argsort(-catalogue.log_shares, kind="stable")
    states, carried = presence_of(catalogue.kinds_of, rates, timezone.localdate())
    liked = calibration.probabilities(catalogue.log_shares, catalogue.ratings)
    outlook = outlook_of(
        liked,
        catalogue.kinds,
        states,
        carried,
        platforms=list(rates),
        evidence=frozenset(slug for slug, rate in rates.items() if rate.evidence),
        rates={
            slug: (rates[slug].known + PRIOR_FILMS, rate)
            for slug, rate in availability.known_rates(rates).items()
        },
        resampled=_resampled(ranking, order[:CONSIDERED]),
        spread=calibration.spread,
    )
    return Forecast(outlook, liked, order, carried)


def _resampled(ranking: Ranking, considered: Ints) -> Floats:
    """P(like) (draws, n) in draws of the picks and of the calibration."""
    catalogue, taste = ranking.catalogue, ranking.taste
    films = factors_of(ranking.run.pk, catalogue.movie_ids[considered])
    codes = resampled_codes(taste.encoders, taste.group_code, seed=SEED)
    return resampled_chances(
        catalogue.log_shares,
        catalogue.ratings,
        (codes - taste.code) @ films.decoders.T,
        considered=considered,
        calibration=ranking.run.chances,
        seed=SEED,
    )


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
    """How one pick more or less would change the first platform.

    Films that are unknown to the person are not asked about. Empty if the picks do not rank the
    films, or if fewer than two platforms are known.
    """
    catalogue, outlook, taste = ranking.catalogue, expected.outlook, ranking.taste
    compared = [place for place, slug in enumerate(outlook.platforms) if slug in outlook.evidence]
    if catalogue.weights.predictions_only or len(compared) < 2 or not len(catalogue.scores):
        return WhatIf()
    slugs = [outlook.platforms[place] for place in compared]
    weights = {row.platform: row.weight for row in platforms}
    run, order = ranking.run.pk, expected.order
    scored = Scored(
        log_shares=catalogue.log_shares[order],
        ratings=catalogue.ratings[order],
        decoders=factors_of(run, catalogue.movie_ids[order[:MOVED]]).decoders,
        carried=expected.carried[:, compared][catalogue.kinds[order]]
        * [weights[one] for one in slugs],
        calibration=ranking.run.chances,
    )
    decisive = decisive_pick(scored, taste.codes_without_pick() - taste.code)
    known = _well_known(catalogue, ranking.answers.unknown)
    films = factors_of(run, catalogue.movie_ids[known])
    changes = taste.codes_with_film(films.encoders) - taste.code
    question = next_question(scored, changes, expected.chances[known])
    return WhatIf(
        pick=taste.picks[decisive[0]] if decisive else None,
        pick_platform=slugs[decisive[1]] if decisive else None,
        ask=int(catalogue.movie_ids[known[question.place]]) if question else None,
        ask_platform=slugs[question.platform] if question else None,
    )


def _well_known(catalogue: Catalogue, unknown: Sequence[int]) -> Ints:
    """Places of the films with the most ratings, without those unknown to the person."""
    places = np.argsort(-catalogue.ratings, kind="stable")[:WELL_KNOWN]
    asked: Ints = places[~np.isin(catalogue.movie_ids[places], list(unknown))]
    return asked


def presence_of(
    kinds: Sequence[FilmKind], rates: Mapping[str, CatalogueRate], today: date
) -> tuple[Ints, Floats]:
    """(k, p) states as last seen, and P(there), of films of these kinds on the platforms.

    What was seen ages until `today`, or until the platform was last surveyed.
    """
    priors = availability.availability_priors([kind.stratum for kind in kinds], rates)
    shape = len(kinds), len(rates)
    seen = [[STATE_OF[kind.platforms.get(slug)] for slug in rates] for kind in kinds]
    states = np.array(seen, np.int64).reshape(shape)
    until = [months_of((rate.surveyed_on or today).isoformat()) for rate in rates.values()]
    at = [[months_of(kind.seen.get(slug, LATER)) for slug in rates] for kind in kinds]
    years = (np.array(until) - np.array(at, np.int64).reshape(shape)) / 12.0
    share, turnover = availability.ageing(rates)
    aged = availability.presence(states == THERE, years, share=share, turnover=turnover)
    return states, np.where(states == UNKNOWN, priors, aged)


@cache
def months_of(month: str) -> int:
    """The months since year 0 of a month such as 2026-07, or of a day in it."""
    return 12 * int(month[:4]) + int(month[5:7])
