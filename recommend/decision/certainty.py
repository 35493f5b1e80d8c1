"""How sure a choice is: how often it is the best in simulated outcomes. Pure.

One outcome of a person's outlook, with groups of films g and platforms p:

    liked_g   ~ Poisson(expected_g * Gamma(mean 1, sd noise_g) * Gamma(mean 1, sd spread))
    there_gp  = Binomial(liked_g, chance_gp) / liked_g
    chance_gp = carried_gp where p was seen, else carried_gp rate / rate_p
    rate      ~ Beta(films_p rate_p, films_p (1 - rate_p)), one for all films of a platform
    had by S  = sum over g of liked_g * (1 - product over p in S of (1 - there_gp))

`noise` is the effect of other neighbours and another calibration (bootstrap). `spread` is how far
people differ from their forecast beyond chance, as one factor for all films known to be on the same
platforms, because such films are alike. It is fitted on held-out users, so that about 80 % of the
answers called 80 % sure are right (docs/algorithms.md).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from common.arrays import Floats
from recommend.decision.outlook import THERE, UNKNOWN, Outlook
from recommend.decision.platform import PlatformScore

OUTCOMES = 300
SEED = 20261121  # fixed, so that the same outlook gives the same answer
TOSS_UP = 0.6  # less sure than this that the first beats the second: either will do
LIKELY = 0.9  # surer than this that nothing beats it: likely, for a set of products sure
GUESS = 0.5  # less sure than this: a set of products is a guess
CLOSE = 55  # percent; if the best choice is best less often than this, the others are close
NEAR_ONE = 1e-12
MOSTLY = 0.5  # more than this share of the expected films unknown: nothing is sure
SUREST_IF_UNKNOWN = 0.9  # no chance above this is told where most films are unknown


@dataclass(frozen=True)
class Outcomes:
    """`liked` films (o, g) of each group, and the share `there` (o, g, p) on each platform."""

    platforms: Sequence[str]
    liked: Floats
    there: Floats

    def of_platforms(self) -> Floats:
        """Liked films on each platform, (o, p)."""
        had: Floats = np.einsum("og,ogp->op", self.liked, self.there)
        return had

    def of_sets(self, sets: Sequence[frozenset[str]]) -> Floats:
        """Liked films on each set of platforms, (o, s); an unknown platform has none."""
        wanted = {one for members in sets for one in members}
        columns = [place for place, one in enumerate(self.platforms) if one in wanted]
        chosen = np.array(
            [[self.platforms[place] in members for members in sets] for place in columns], float
        ).reshape(len(columns), len(sets))
        # In most outcomes a person likes nothing of most groups.
        outcomes, groups = np.nonzero(self.liked)
        there = self.there[outcomes, groups][:, columns]
        missed = np.exp(np.log(np.maximum(1.0 - there, NEAR_ONE)) @ chosen)
        found = self.liked[outcomes, groups, None] * (1.0 - missed)
        had: Floats = np.zeros((len(self.liked), len(sets)))
        starts = np.flatnonzero(np.diff(outcomes, prepend=-1))
        if len(starts):
            had[outcomes[starts]] = np.add.reduceat(found, starts, axis=0)
        return had


def simulate(outlook: Outlook, *, outcomes: int = OUTCOMES, seed: int = SEED) -> Outcomes:
    """Draw outcomes; the same seed draws the same."""
    rng = np.random.default_rng(seed)
    there_on, group = np.unique(outlook.states == THERE, axis=0, return_inverse=True)
    alike = _gamma(rng, np.full(len(there_on), outlook.spread), outcomes)[:, group.ravel()]
    means = outlook.expected * alike * _gamma(rng, outlook.noise, outcomes)
    liked = rng.poisson(means).astype(np.float64)
    there = np.repeat(outlook.carried[None], outcomes, axis=0)
    for column, platform in enumerate(outlook.platforms):
        if platform not in outlook.evidence:  # it is not compared
            continue
        unknown = outlook.states[:, column] == UNKNOWN
        films, rate = outlook.rates[platform]
        chance = there[:, :, column]
        if 0.0 < rate < 1.0:  # else certain, and Beta is not defined
            other = rng.beta(films * rate, films * (1.0 - rate), outcomes) / rate
            chance[:, unknown] *= other[:, None]
        found = rng.binomial(liked.astype(np.int64), np.minimum(chance, 1.0))
        there[:, :, column] = np.where(liked > 0, found / np.maximum(liked, 1.0), chance)
    return Outcomes(outlook.platforms, liked, there)


def sureness(values: Floats, place: int) -> float:
    """The share of outcomes (o, choices) in which no choice beats the one at `place`."""
    return float((values[:, place] >= values.max(axis=1) - NEAR_ONE).mean())


def beats(values: Floats, place: int, other: int) -> float:
    """P(the choice at `place` has more films than the one at `other`); a tie counts half."""
    margin = values[:, place] - values[:, other]
    return float((margin > NEAR_ONE).mean() + (np.abs(margin) <= NEAR_ONE).mean() / 2)


def platform_sureness(
    outcomes: Outcomes, weights: Mapping[str, float], platform: str, evidence: frozenset[str]
) -> float:
    """P(no platform with evidence has a better score than this one); 0 without evidence."""
    if platform not in evidence:
        return 0.0
    compared = [slug for slug in outcomes.platforms if slug in evidence]
    factors = np.array([weights.get(slug, 1.0) for slug in compared])
    columns = [slug in evidence for slug in outcomes.platforms]
    return sureness(outcomes.of_platforms()[:, columns] * factors, compared.index(platform))


def _gamma(rng: np.random.Generator, spreads: Floats, outcomes: int) -> Floats:
    """Factors (o, n) of mean 1 with these standard deviations (n,)."""
    shapes = 1.0 / np.maximum(spreads, 1e-3) ** 2
    factors: Floats = rng.gamma(shapes, 1.0 / shapes, size=(outcomes, len(spreads)))
    return factors


class Level(StrEnum):
    """How sure a recommendation is, in one word."""

    SURE = "sure"
    OPEN = "open"
    GUESS = "guess"


def is_mostly_unknown(outlook: Outlook) -> bool:
    """Whether most expected films are unknown on the compared platforms, on average over these.

    A simulation draws unknown films from what is known of others; where that is most of them, its
    outcomes agree with each other more than they can know.
    """
    compared = [slug in outlook.evidence for slug in outlook.platforms]
    total = float(outlook.expected.sum())
    if not any(compared) or not total:
        return True
    unknown = (outlook.states[:, compared] == UNKNOWN).mean(axis=1)
    return float(outlook.expected @ unknown) / total > MOSTLY


def told(chance: float, *, mostly_unknown: bool) -> float:
    """A chance as it may be told: at most 90 % where most films are unknown."""
    return min(chance, SUREST_IF_UNKNOWN) if mostly_unknown else chance


def level_of_products(chance: float, *, is_toss_up: bool, mostly_unknown: bool = False) -> Level:
    """The level of a set of products that is the best in this share of outcomes."""
    if is_toss_up or (mostly_unknown and chance >= LIKELY):
        return Level.OPEN
    if chance >= LIKELY:
        return Level.SURE
    return Level.OPEN if chance >= GUESS else Level.GUESS


def others_are_close(chance: float) -> bool:
    """Whether a choice that is the best in this share of outcomes is hardly better."""
    return round(100 * chance) < CLOSE


def level_of_platform(scores: Sequence[PlatformScore], *, mostly_unknown: bool = False) -> Level:
    """The level of the first platform; `scores` are best first."""
    if scores[0].films_on == 0:
        return Level.GUESS
    return Level.OPEN if mostly_unknown or rivals(scores) else Level.SURE


def rivals(scores: Sequence[PlatformScore]) -> list[str]:
    """Platforms that could come first once more is known: their interval reaches the best's."""
    best = scores[0]
    return [
        row.platform
        for row in scores[1:]
        if row.evidence and row.coverage_high * row.weight > best.coverage_low * best.weight
    ]
