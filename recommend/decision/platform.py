"""Which platform is worth paying for: expected liked films times what similar people choose. Pure.

For platform p and the groups g of films of a person's outlook (reasoning: docs/algorithms.md):

    low_p      = sum of expected_g * carried_gp over groups that were seen there, or seen absent
    high_p     = low_p + sum of expected_g over groups of which nothing is known
    coverage_p = sum of expected_g * carried_gp, which lies between them
    weight_p   = geometric mean over the known axes of (p's share of all that the group uses /
                 p's share of all that everybody uses), to the power lambda, clipped to
                 [1.2^-1/2, 1.2^1/2]
    score_p    = coverage_p * weight_p

A share compares the platforms with each other; that a group uses more of all of them, as people of
25 do, would be no reason for any of them. The clip keeps the ratio of any two weights within 1.2,
so a lead in coverage of more than 20 % always wins.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from recommend.decision.outlook import THERE, UNKNOWN, Outlook

MAXIMUM_OVERTURN = 1.2


@dataclass(frozen=True)
class PlatformScore:
    """A platform with every factor of its score; coverage in expected liked films.

    `known_rate` is the mean P(there) of the unknown films; `evidence` says whether enough is known
    about what the platform carries. `films_on` were seen there.
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
    evidence: bool


def usage_weight(ratios: Sequence[float], exponent: float) -> float:
    """weight_p from the usage ratios of the known axes; 1 if there are none.

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
    outlook: Outlook, ratios: Mapping[str, Sequence[float]], *, exponent: float
) -> list[PlatformScore]:
    """The platforms of the outlook, in the order of `reweighted`."""
    scores = [_unweighted(outlook, column) for column in range(len(outlook.platforms))]
    return reweighted(scores, ratios, exponent=exponent)


def reweighted(
    scores: Iterable[PlatformScore],
    ratios: Mapping[str, Sequence[float]],
    *,
    exponent: float,
) -> list[PlatformScore]:
    """The same coverages with the weights of this lambda, best score first.

    Ties go to the larger `coverage_low`, then by slug. A platform without evidence comes after the
    others, whatever its score: its coverage is a guess from other platforms, no reason to pay.
    """
    weighted = []
    for row in scores:
        weight = usage_weight(ratios.get(row.platform, ()), exponent)
        weighted.append(replace(row, weight=weight, score=row.coverage * weight))
    return sorted(
        weighted, key=lambda row: (not row.evidence, -row.score, -row.coverage_low, row.platform)
    )


def _unweighted(outlook: Outlook, column: int) -> PlatformScore:
    platform, states = outlook.platforms[column], outlook.states[:, column]
    there = outlook.expected * outlook.carried[:, column]
    low = math.fsum(there[states != UNKNOWN])
    unknown = math.fsum(outlook.expected[states == UNKNOWN])
    coverage = low + math.fsum(there[states == UNKNOWN])
    return PlatformScore(
        platform=platform,
        score=coverage,
        coverage=coverage,
        coverage_low=low,
        coverage_high=low + unknown,
        weight=1.0,
        known_rate=(coverage - low) / unknown if unknown else outlook.rates[platform][1],
        films_on=int(outlook.films[states == THERE].sum()),
        films_unknown=int(outlook.films[states == UNKNOWN].sum()),
        evidence=platform in outlook.evidence,
    )
