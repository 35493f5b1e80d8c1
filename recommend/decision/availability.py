"""How likely a film that nobody knows of is on a platform: prior availability. Pure.

From sources that also report absence, by platform p, decade d and genre g (counts of films):

    rate_p  = (carried_p + 10 * pooled rate) / (known_p + 10)
    rate_pd = (carried_pd + 20 * rate_p) / (known_pd + 20), rate_pg likewise
    logit prior_p(m) = logit rate_pd + mean over m's genres of (logit rate_pg - logit rate_p)

A decade or genre of which nothing is known leaves the platform's own rate, and so does a film
without year or genres. The language of a film is in none of the data sets.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from common.arrays import Floats

Counts = tuple[int, int]  # known, carried

PRIOR_FILMS = 10.0
STRATUM_FILMS = 20.0  # chosen by cross-validation (docs/algorithms.md)
PRIOR_RATE = 0.1  # where no source has said yes or no about any film yet


@dataclass(frozen=True)
class CatalogueRate:
    """Films of a platform known from sources that report absence too, and those it carries.

    `evidence`: whether anything at all is known of the platform, from whatever source. `decades`
    (by their first year) and `genres` have known and carried of each.
    """

    known: int
    carried: int
    evidence: bool = True
    decades: Mapping[int, Counts] = field(default_factory=dict)
    genres: Mapping[str, Counts] = field(default_factory=dict)


@dataclass(frozen=True)
class Stratum:
    """What films may have in common that says something of where they are."""

    decade: int | None = None
    genres: tuple[str, ...] = ()


def pooled_rate(catalogues: Mapping[str, CatalogueRate]) -> float:
    """The share of known films that are carried, of all platforms together."""
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
    decades = sorted({-1 if one.decade is None else one.decade for one in strata})
    places = [decades.index(-1 if one.decade is None else one.decade) for one in strata]
    logits = np.empty((len(strata), len(catalogues)))
    for column, (platform, catalogue) in enumerate(catalogues.items()):
        base = rates[platform]
        by_decade = _logits([catalogue.decades.get(one, (0, 0)) for one in decades], base)
        by_genre = _logits([catalogue.genres.get(one, (0, 0)) for one in genres], base)
        own = has @ (by_genre - _logit(base)) if genres else 0.0
        logits[:, column] = by_decade[places] + own if len(strata) else 0.0
    priors: Floats = 1.0 / (1.0 + np.exp(-logits))
    return priors


def _shrunk(counts: Counts, towards: float, films: float) -> float:
    known, carried = counts
    return (carried + films * towards) / (known + films)


def _logits(counts: Sequence[Counts], base: float) -> Floats:
    return np.array([_logit(_shrunk(one, base, STRATUM_FILMS)) for one in counts])


def _logit(rate: float) -> float:
    """Of a rate that is no further from certain than 1e-6."""
    inside = min(max(rate, 1e-6), 1.0 - 1e-6)
    return float(np.log(inside / (1.0 - inside)))
