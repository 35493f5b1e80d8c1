"""P(like) of every film for one person, and how it varies with the data it comes from. Pure.

The encoder of answers gives each film a score z . d_m + b_m; over the films that have been rated
and are not picked, the softmax of the scores is each film's share of what people with these answers
like. `recommend.scoring.calibration` turns shares into P(like).

Bootstrap (B. Efron, "Bootstrap methods: another look at the jackknife", Annals of Statistics
1979): each draw resamples the person's picks with replacement and takes other coefficients of the
calibration.
"""

from __future__ import annotations

import numpy as np

from common.arrays import Bools, Floats, Ints
from recommend.scoring.calibration import Calibration
from recommend.scoring.fold_in import answer_codes

DRAWS = 30
CONSIDERED = 1_000  # films with the largest shares; the rest hardly adds anything


def log_shares(scores: Floats, counted: Bools) -> Floats:
    """ln of each film's share, for scores (…, n); the shares of those `counted` (…, n) add up to 1.

    Without a film that counts, all films do.
    """
    if not scores.shape[-1]:
        return scores
    counted = np.where(counted.any(axis=-1, keepdims=True), counted, True)
    inside = np.where(counted, scores, -np.inf)
    most = inside.max(axis=-1, keepdims=True)
    total = np.exp(inside - most).sum(axis=-1, keepdims=True)
    shares: Floats = scores - most - np.log(total)
    return shares


def moved_shares(shares: Floats, moved: Floats, *, rest: float) -> Floats:
    """Log shares (d, c) of films with log shares (c,) after changes (d, c) of their scores.

    `rest`: the sum of the shares of all films that do not move; the sum of all shares stays.
    """
    drawn = shares + moved
    before = np.exp(shares).sum() + rest
    found: Floats = drawn - np.log((np.exp(drawn).sum(axis=1, keepdims=True) + rest) / before)
    return found


def resampled_codes(encoders: Floats, group: Floats, *, seed: int) -> Floats:
    """Codes (draws, f) of other draws of the picks with these `encoders` (k, f)."""
    picks = len(encoders)
    if not picks:
        return np.tile(group, (DRAWS, 1))
    drawn = np.random.default_rng(seed).integers(0, picks, (DRAWS, picks))
    return answer_codes(encoders[drawn].sum(axis=1), picks, group)


def resampled_chances(
    shares: Floats,
    ratings: Ints,
    moved: Floats,
    *,
    considered: Ints,
    calibration: Calibration,
    seed: int,
) -> Floats:
    """P(like) (draws, n) in draws of picks and calibration.

    `shares` (n,) are log shares; `moved` (draws, c) is what each draw changes in the scores of the
    films `considered` (c,), the others stay. The same seed gives the same draws.
    """
    rng = np.random.default_rng(seed)
    own = shares[considered]
    drawn = moved_shares(own, moved, rest=float(np.exp(shares).sum() - np.exp(own).sum()))
    chances = np.tile(calibration.probabilities(shares, ratings), (len(moved), 1))
    chances[:, considered] = calibration.resampled_probabilities(drawn, ratings[considered], rng)
    return chances
