"""The prior availability: P(a film is on a platform) where no source says yes or no. Pure.

From sources that also report absence, by platform p, decade d and genre g (counts of films):

    rate_p  = (carried_p + 10 * pooled rate) / (known_p + 10)
    rate_pd = (carried_pd + 20 * rate_p) / (known_pd + 20), rate_pg likewise
    logit prior_p(m) = logit rate_pd + mean over m's genres of (logit rate_pg - logit rate_p)

A decade or genre without known films leaves the platform's own rate, and so does a film without
year or genres. No data set has the language of a film.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from common.arrays import Floats

PRIOR_FILMS = 10.0
STRATUM_FILMS = 20.0  # chosen by cross-validation (docs/algorithms.md)
PRIOR_RATE = 0.1  # as long as no source says yes or no about any film


@dataclass(frozen=True)
class CatalogueRate:
    """How many films of a platform are known from sources that also report absence, and how many
    of these it carries.

    `evidence`: whether any source knows a film of the platform. `decades` (by their first
    year) and `genres` map to the same two counts.
    """

    known: int
    carried: int
    evidence: bool = True
    decades: Mapping[int, tuple[int, int]] = field(default_factory=dict)
    genres: Mapping[str, tuple[int, int]] = field(default_factory=dict)


@dataclass(frozen=True)
class Stratum:
    """What films have in common that hints at where they are."""

    decade: int | None = None
    genres: tuple[str, ...] = ()


def pooled_rate(catalogues: Mapping[str, CatalogueRate]) -> float:
    """The share of known films that are carried, over all platforms."""
    known = sum(catalogue.known for catalogue in catalogues.values())
    carried = sum(catalogue.carried for catalogue in catalogues.values())
    return carried / known if known else PRIOR_RATE


def known_rates(catalogues: Mapping[str, CatalogueRate]) -> dict[str, float]:
    """rate_p of every platform; one without data gets the pooled rate."""
    pooled = pooled_rate(catalogues)
    return {
        platform: _shrunk((catalogue.known, catalogue.carried), pooled, PRIOR_FILMS)
        for platform, catalogue in catalogues.items()
    }


def availability_priors(
    strata: Sequence[Stratum], catalogues: Mapping[str, CatalogueRate]
) -> Floats:
    """prior_p of a film of each stratum, (s, p): platforms in the order of `catalogues`."""
    rates = known_rates(catalogues)
    genres = sorted({genre for stratum in strata for genre in stratum.genres})
    place = {genre: column for column, genre in enumerate(genres)}
    has = np.zeros((len(strata), len(genres)))
    for row, stratum in enumerate(strata):
        for genre in stratum.genres:
            has[row, place[genre]] = 1.0 / len(stratum.genres)
    decades, places = np.unique([one.decade or -1 for one in strata], return_inverse=True)
    logits = np.empty((len(strata), len(catalogues)))
    for column, (platform, catalogue) in enumerate(catalogues.items()):
        base = rates[platform]
        by_decade = _logits([catalogue.decades.get(int(one), (0, 0)) for one in decades], base)
        by_genre = _logits([catalogue.genres.get(one, (0, 0)) for one in genres], base)
        logits[:, column] = by_decade[places] + has @ (by_genre - _logit(base))
    priors: Floats = 1.0 / (1.0 + np.exp(-logits))
    return priors


def _shrunk(counts: tuple[int, int], towards: float, films: float) -> float:
    known, carried = counts
    return (carried + films * towards) / (known + films)


def _logits(counts: Sequence[tuple[int, int]], base: float) -> Floats:
    return np.array([_logit(_shrunk(one, base, STRATUM_FILMS)) for one in counts])


def _logit(rate: float) -> float:
    """ln(rate / (1 - rate)), with the rate kept 1e-6 away from 0 and 1."""
    inside = min(max(rate, 1e-6), 1.0 - 1e-6)
    return float(np.log(inside / (1.0 - inside)))
