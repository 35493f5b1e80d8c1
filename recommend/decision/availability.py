"""P(a film is on a platform), from what was seen when, else from what others are like. Pure.

A film that was seen on platform p (x = 1), or seen not to be there (x = 0), is there t years later
with

    presence = share_p + (x - share_p) exp(-turnover_p t)

the transition probability of a Markov chain of two states, in which films come and go at constant
rates; share_p is where it ends. What a page says of one film counts t until today. A comparison of
platforms counts t until the platform was last looked at (`surveyed_on`): since then films have left
and others of the same kind, which nobody has seen yet, have come in their place, so ageing all of
them further would only punish the platforms at which nobody has looked lately.

A film of which nothing is known has the prior of its platform, decade d and genre g, from sources
that also report absence (counts of films):

    rate_p  = (carried_p + 10 * pooled rate) / (known_p + 10)
    rate_pd = (carried_pd + 20 * rate_p) / (known_pd + 20), rate_pg likewise
    logit prior_p(m) = logit rate_pd + mean over m's genres of (logit rate_pg - logit rate_p)

Films that somebody looked at and published as shares count like those of our own sources. A decade
or genre without known films leaves the platform's own rate, and so does a film without year or
genres. No data set has the language of a film. A platform at which fewer than 50 films were looked
at has no prior: its unknown films are a range and nothing else.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import numpy as np

from common.arrays import Floats

PRIOR_FILMS = 10.0
STRATUM_FILMS = 20.0  # chosen by cross-validation (docs/algorithms.md)
PRIOR_RATE = 0.1  # as long as no source says yes or no about any film
TURNOVER = 0.4  # a year, of a platform whose own is not known: about the mean of those that are


@dataclass(frozen=True)
class CatalogueRate:
    """How many films of a platform are known from sources that also report absence, and how many
    of these it carries.

    `decades` (by their first year) and `genres` map to the same two counts. Both counts include
    published ones. `share` and `turnover` (a year): how fast
    what was seen ages; None if that is not known. `surveyed_on`: since when 50 films were looked
    at; None for fewer.
    """

    known: int
    carried: int
    decades: Mapping[int, tuple[int, int]] = field(default_factory=dict)
    genres: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    share: float | None = None
    turnover: float | None = None
    surveyed_on: date | None = None

    @property
    def evidence(self) -> bool:
        """Whether enough is known to compare the platform with others."""
        return self.surveyed_on is not None


@dataclass(frozen=True)
class Stratum:
    """What films have in common that hints at where they are."""

    decade: int | None = None
    genres: tuple[str, ...] = ()


def presence(seen: Floats, years: Floats, *, share: Floats, turnover: Floats) -> Floats:
    """P(there today) of what was seen (1 there, 0 not) so many years ago; arrays of one shape.

    `share` lies within [0, 1], `turnover` is >= 0 a year; a future date counts as today.
    """
    memory = np.exp(-np.asarray(turnover) * np.maximum(years, 0.0))
    found: Floats = share + (np.asarray(seen, np.float64) - share) * memory
    return found


def ageing(catalogues: Mapping[str, CatalogueRate]) -> tuple[Floats, Floats]:
    """(p,) share and (p,) turnover of the platforms, in their order.

    Where they are not known, the platform's own rate and the usual turnover take their place.
    """
    rates = known_rates(catalogues)
    shares = [rates[slug] if one.share is None else one.share for slug, one in catalogues.items()]
    turnovers = [TURNOVER if one.turnover is None else one.turnover for one in catalogues.values()]
    return np.array(shares, np.float64), np.array(turnovers, np.float64)


def pooled_rate(catalogues: Mapping[str, CatalogueRate]) -> float:
    """The share of known films that are carried, over all platforms."""
    known = sum(catalogue.known for catalogue in catalogues.values())
    carried = sum(catalogue.carried for catalogue in catalogues.values())
    return carried / known if known else PRIOR_RATE


def known_rates(catalogues: Mapping[str, CatalogueRate]) -> dict[str, float]:
    """rate_p of every platform."""
    pooled = pooled_rate(catalogues)
    return {
        platform: _shrunk(
            (catalogue.known, catalogue.carried),
            pooled,
            PRIOR_FILMS,
        )
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
