"""How fast what was seen of a platform's catalogue ages, fitted on films seen twice. Pure.

The formula is that of `recommend.decision.availability.presence`. Every pair of different days on
which a source looked at one film on one platform is a case: what was seen first predicts what was
seen then. A later word counts only from two-sided sources, because a list of hits never says that a
film has left. The log likelihood weighs a pair with its distance in years (pairs of a few weeks
tell more about two crawlers than about ageing) over the square root of the film's number of pairs,
and a prior of 50 films keeps the share near the published one, because two years of pairs cannot
tell where a slow platform ends.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.optimize import minimize
from scipy.special import expit, xlogy

from common.arrays import Bools, Floats, Ints
from recommend.decision.availability import presence
from recommend.lab.calibration.counts import calibration_error

FEWEST_PAIRS = 200  # of a platform, below which no rate is fitted
PRIOR_FILMS = 50.0
FOLDS = 5
AGES = (0.0, 0.3, 0.75, 1.75, 2.5, 100.0)  # years: edges of the table
FAR = 1.0  # years
SURE = 0.99  # what "still the same" says
NEAR = 1e-6
STARTS = ((-1.5, -2.0), (-1.5, 0.5))


@dataclass(frozen=True)
class Pairs:
    """Films of one platform seen twice: `films` (n,), `seen` and `later` (n,), `years` between."""

    films: Ints
    seen: Bools
    later: Bools
    years: Floats

    def at(self, chosen: Bools) -> Pairs:
        return Pairs(self.films[chosen], self.seen[chosen], self.later[chosen], self.years[chosen])

    def weights(self) -> Floats:
        _films, place, times = np.unique(self.films, return_inverse=True, return_counts=True)
        weights: Floats = self.years / np.sqrt(times[place.ravel()])
        return weights


@dataclass(frozen=True)
class AgeingRate:
    """`share`: where P(there) ends; `turnover`: a year."""

    share: float
    turnover: float

    def presence(self, pairs: Pairs) -> Floats:
        return presence(
            pairs.seen.astype(np.float64),
            pairs.years,
            share=np.array(self.share),
            turnover=np.array(self.turnover),
        )


@dataclass(frozen=True)
class AgeingQuality:
    """On films of folds that were not fitted: log loss of the rate, of "still the same", and of the
    base rate; calibration error (10 bins) by years between both words."""

    pairs: int
    loss: float
    same_loss: float
    base_loss: float
    errors: Mapping[str, float]


def pairs_of(statements: pd.DataFrame) -> dict[str, Pairs]:
    """By platform, from columns movie_id, platform, available (bool), source, checked_on (day)."""
    table = statements.assign(checked_on=pd.to_datetime(statements["checked_on"]))
    looked = table.groupby(["source", "platform", "checked_on"])["available"]
    table["two_sided"] = ~looked.transform("all").astype(bool)
    both = table.merge(table, on=["movie_id", "platform"], suffixes=("", "_later"))
    both = both[(both["checked_on_later"] > both["checked_on"]) & both["two_sided_later"]]
    both["years"] = (both["checked_on_later"] - both["checked_on"]).dt.days / 365.25
    return {
        str(platform): Pairs(
            rows["movie_id"].to_numpy(np.int64),
            rows["available"].to_numpy(bool),
            rows["available_later"].to_numpy(bool),
            rows["years"].to_numpy(np.float64),
        )
        for platform, rows in both.groupby("platform")
    }


def fit_ageing(pairs: Pairs, *, published: float) -> AgeingRate:
    """The most likely rate; `published`: the share of films that the platform carries."""
    weights = pairs.weights()

    def loss(logits: Sequence[float]) -> float:
        rate = AgeingRate(float(expit(logits[0])), float(np.exp(min(logits[1], 3.0))))
        said = np.clip(rate.presence(pairs), NEAR, 1.0 - NEAR)
        likely = np.where(pairs.later, np.log(said), np.log1p(-said))
        prior = xlogy(published, rate.share) + xlogy(1.0 - published, 1.0 - rate.share)
        return -float(weights @ likely + PRIOR_FILMS * prior)

    found = [minimize(loss, start, method="Nelder-Mead") for start in STARTS]
    share, turnover = min(found, key=lambda one: float(one.fun)).x
    return AgeingRate(round(float(expit(share)), 4), round(float(np.exp(min(turnover, 3.0))), 4))


def judge_ageing(pairs: Pairs, *, published: float, seed: int) -> AgeingQuality:
    """Cross-validated over folds of films; the losses are of pairs more than a year apart."""
    films, place = np.unique(pairs.films, return_inverse=True)
    folds = np.random.default_rng(seed).integers(0, FOLDS, len(films))[place.ravel()]
    said = np.empty(len(pairs.films))
    base = np.empty(len(pairs.films))
    far = pairs.years > FAR
    for fold in range(FOLDS):
        own = folds == fold
        said[own] = fit_ageing(pairs.at(~own), published=published).presence(pairs.at(own))
        base[own] = pairs.later[~own & far].mean()
    same = np.where(pairs.seen, SURE, 1.0 - SURE)
    return AgeingQuality(
        pairs=int(far.sum()),
        loss=_log_loss(said[far], pairs.later[far]),
        same_loss=_log_loss(same[far], pairs.later[far]),
        base_loss=_log_loss(base[far], pairs.later[far]),
        errors={
            f"{low:g}-{high:g} years": calibration_error(said[old], pairs.later[old])
            for low, high in zip(AGES[:-1], AGES[1:], strict=True)
            if (old := (pairs.years > low) & (pairs.years <= high)).any()
        },
    )


def _log_loss(said: Floats, later: Bools) -> float:
    said = np.clip(said, NEAR, 1.0 - NEAR)
    return float(-np.where(later, np.log(said), np.log1p(-said)).mean()) if len(said) else 0.0
