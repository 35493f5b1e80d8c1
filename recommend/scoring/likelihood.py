"""P(like) of every ranked film, and how it varies with the data it comes from. Pure.

Bootstrap (B. Efron, "Bootstrap methods: another look at the jackknife", Annals of Statistics
1979): each draw resamples the neighbours with replacement and takes other coefficients of the
calibration; the films are ranked again and get their P(like) from that.
"""

from __future__ import annotations

import numpy as np

from common.arrays import Floats, Ints
from recommend.scoring.calibration import Calibration

DRAWS = 30
CONSIDERED = 1_000  # first films; the rest hardly adds anything


def chances(calibration: Calibration, ratings: Ints) -> Floats:
    """P(like) (n,) of the films at ranks 1..n with these numbers of ratings (n,)."""
    return calibration.probabilities(np.arange(1, len(ratings) + 1), ratings)


def resampled_chances(
    scores: Floats,
    ratings: Ints,
    likes: Floats,
    *,
    weight: float,
    calibration: Calibration,
    seed: int,
) -> Floats:
    """P(like) (draws, n) in draws of neighbours and calibration.

    `scores` and `ratings` (n,) are of the films, best first; `likes` (k, n) are 0 or 1 of each
    neighbour, whose share counts `weight` in the score. The same seed gives the same draws.
    """
    rng = np.random.default_rng(seed)
    first = min(CONSIDERED, len(ratings))
    people = len(likes)
    base = chances(calibration, ratings)
    moved = np.tile(scores[:first], (DRAWS, 1))
    if people:
        again = np.stack(
            [np.bincount(one, minlength=people) for one in rng.integers(0, people, (DRAWS, people))]
        )
        moved += weight * ((again - 1) @ likes[:, :first]) / people
    ranks = np.empty(moved.shape)
    order = np.argsort(-moved, axis=1, kind="stable")
    np.put_along_axis(ranks, order, np.arange(1.0, first + 1)[None], axis=1)
    drawn = np.tile(base, (DRAWS, 1))
    drawn[:, :first] = calibration.resampled_probabilities(
        ranks, np.broadcast_to(ratings[:first], ranks.shape), rng
    )
    return drawn
