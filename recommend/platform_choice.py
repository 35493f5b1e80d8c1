"""Which platform is worth paying for: expected liked films times what people alike use. Pure.

For platform p and the 50 films m at ranks 1..50 (docs/algorithms.md has the reasoning):

    low_p      = sum of P(like m) over films that p is known to carry
    high_p     = low_p + sum of P(like m) over films whose availability on p is unknown
    coverage_p = low_p + rate_p * (high_p - low_p)
    rate_p     = (carried_p + 10 * pooled rate) / (known_p + 10), from sources that also say no
    weight_p   = geometric mean over the known axes of (usage in the group / usage overall),
                 to the power lambda, clipped to [1.2^-1/2, 1.2^1/2]
    score_p    = coverage_p * weight_p

The clip keeps the ratio of any two weights within 1.2, so a lead in coverage of more than 20 %
always wins.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

MAXIMUM_OVERTURN = 1.2
PRIOR_FILMS = 10.0
PRIOR_RATE = 0.1  # where no source has said yes or no about any film yet


@dataclass(frozen=True)
class LikelyMovie:
    """A recommended film: how likely it is liked, and where it is known to be or not to be."""

    probability: float
    platforms: Mapping[str, bool]


@dataclass(frozen=True)
class CatalogueRate:
    """Films of a platform known from sources that report absence too, and those it carries.

    `evidence`: whether anything at all is known of the platform, from whatever source.
    """

    known: int
    carried: int
    evidence: bool = True


@dataclass(frozen=True)
class PlatformScore:
    """One platform with every factor of its score; coverage in expected liked films.

    `evidence`: whether anything at all is known of what it carries.
    """

    platform: str
    score: float
    coverage: float
    coverage_low: float
    coverage_high: float
    weight: float
    known_rate: float
    films_on: int
    films_unknown: int
    evidence: bool = True

    def knows_any_of(self, films: int) -> bool:
        """Whether it is known of any of the `films` scored ones that it is there, or is not."""
        return self.films_on > 0 or self.films_unknown < films


def films_scored(scores: Iterable[PlatformScore], *, listed: int) -> int:
    """How many films the scores are of, of which `listed` are still there.

    One that is no longer loaded is missing in the list, but was counted.
    """
    return max([listed, *(row.films_on + row.films_unknown for row in scores)])


def known_rates(catalogues: Mapping[str, CatalogueRate]) -> dict[str, float]:
    """rate_p of every platform; one without data gets the pooled rate."""
    known = sum(catalogue.known for catalogue in catalogues.values())
    carried = sum(catalogue.carried for catalogue in catalogues.values())
    pooled = carried / known if known else PRIOR_RATE
    return {
        platform: (catalogue.carried + PRIOR_FILMS * pooled) / (catalogue.known + PRIOR_FILMS)
        for platform, catalogue in catalogues.items()
    }


def usage_weight(ratios: Sequence[float], exponent: float) -> float:
    """weight_p from the usage ratios of the known axes; no axis is neutral.

    Ratios are >= 0, `exponent` (lambda) within [0, 1].
    """
    if not ratios or exponent == 0:
        return 1.0
    limit = math.sqrt(MAXIMUM_OVERTURN)
    if min(ratios) == 0:
        return 1.0 / limit
    mean = math.exp(sum(math.log(ratio) for ratio in ratios) / len(ratios))
    return min(max(math.pow(mean, exponent), 1.0 / limit), limit)


def choose_platform(
    movies: Sequence[LikelyMovie],
    catalogues: Mapping[str, CatalogueRate],
    ratios: Mapping[str, Sequence[float]],
    *,
    exponent: float,
) -> list[PlatformScore]:
    """All platforms of `catalogues`, in the order of `reweighted`."""
    rates = known_rates(catalogues)
    scores = [
        _unweighted(platform, movies, rates[platform], evidence=catalogue.evidence)
        for platform, catalogue in catalogues.items()
    ]
    return reweighted(scores, ratios, exponent=exponent)


def reweighted(
    scores: Iterable[PlatformScore],
    ratios: Mapping[str, Sequence[float]],
    *,
    exponent: float,
) -> list[PlatformScore]:
    """The same coverages with the weights of this lambda, best score first.

    Ties by larger low end, then slug. A platform of which nothing at all is known comes after the
    others, whatever its score: its coverage is only a guess from the other platforms, not a
    reason to pay.
    """
    weighted = []
    for row in scores:
        weight = usage_weight(ratios.get(row.platform, ()), exponent)
        weighted.append(replace(row, weight=weight, score=row.coverage * weight))
    return sorted(
        weighted, key=lambda row: (not row.evidence, -row.score, -row.coverage_low, row.platform)
    )


def _unweighted(
    platform: str, movies: Sequence[LikelyMovie], rate: float, *, evidence: bool
) -> PlatformScore:
    on = [movie for movie in movies if movie.platforms.get(platform) is True]
    unknown = [movie for movie in movies if platform not in movie.platforms]
    low = math.fsum(movie.probability for movie in on)
    high = low + math.fsum(movie.probability for movie in unknown)
    coverage = low + rate * (high - low)
    return PlatformScore(
        platform=platform,
        score=coverage,
        coverage=coverage,
        coverage_low=low,
        coverage_high=high,
        weight=1.0,
        known_rate=rate,
        films_on=len(on),
        films_unknown=len(unknown),
        evidence=evidence,
    )
