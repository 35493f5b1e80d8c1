"""A person's outlook from their ranked films and what is known of the platforms.

Reads only. The formulas are those of `recommend.chances`, `recommend.priors` and
`recommend.outlook`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from movies.models import Platform
from recommend.chances import chances, resampled_chances
from recommend.models import ModelRun
from recommend.outlook import ABSENT, THERE, UNKNOWN, Outlook, outlook_of
from recommend.priors import PRIOR_FILMS, CatalogueRate, availability_priors, known_rates
from recommend.ranking import Asked, Catalogue, FilmKind, neighbour_likes

SEED = 1  # of the bootstrap: the same answers give the same outlook
STATES = {True: THERE, False: ABSENT, None: UNKNOWN}


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


def outlook_for(run: ModelRun, asked: Asked, catalogue: Catalogue) -> Outlook:
    """Expected liked films by where they are."""
    rates = catalogue_rates()
    calibration = run.chances
    drawn = resampled_chances(
        catalogue.scores,
        catalogue.ratings,
        neighbour_likes(asked, catalogue),
        weight=asked.weights.neighbours,
        calibration=calibration,
        seed=SEED,
    )
    return outlook_of(
        chances(calibration, catalogue.ratings),
        catalogue.kinds,
        _states(catalogue.kinds_of, rates),
        availability_priors([kind.stratum for kind in catalogue.kinds_of], rates),
        platforms=list(rates),
        evidence=frozenset(slug for slug, rate in rates.items() if rate.evidence),
        rates={
            slug: (rates[slug].known + PRIOR_FILMS, rate)
            for slug, rate in known_rates(rates).items()
        },
        resampled=drawn,
        spread=calibration.spread,
    )


def _states(kinds: Sequence[FilmKind], platforms: Iterable[str]) -> Any:
    columns = list(platforms)
    states = [[STATES[kind.platforms.get(slug)] for slug in columns] for kind in kinds]
    return np.array(states, np.int64).reshape(len(kinds), len(columns))
