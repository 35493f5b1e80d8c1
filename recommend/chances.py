"""P(like) of every ranked film, and how it varies with what it was computed from. Pure.

Bootstrap (B. Efron, "Bootstrap methods: another look at the jackknife", Annals of Statistics
1979): each draw takes as many neighbours again out of the neighbours, with replacement, and other
coefficients of the calibration; the films are ranked anew and get their P(like) by it.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from recommend.scoring import Calibration

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

DRAWS = 30
CONSIDERED = 1_000  # the first films: what follows hardly adds anything


def chances(calibration: Calibration, ratings: Ints) -> Floats:
    """P(like) (n,) of the films at ranks 1..n, rated by so many people."""
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
    """P(like) (draws, n) of other draws of neighbours and calibration.

    `scores` and `ratings` (n,) of the films best first; `likes` 0/1 (k, n) of the neighbours,
    whose share counts `weight` in the score. The same seed gives the same.
    """
    rng = np.random.default_rng(seed)
    first = min(CONSIDERED, len(ratings))
    people = len(likes)
    base = chances(calibration, ratings)
    drawn = np.tile(base, (DRAWS, 1))
    others = len(calibration.resampled)
    for draw in range(DRAWS):
        moved = scores[:first]
        if people:
            again = np.bincount(rng.integers(0, people, people), minlength=people)
            moved = moved + weight * ((again - 1) @ likes[:, :first]) / people
        ranks = np.empty(first)
        ranks[np.argsort(-moved, kind="stable")] = np.arange(1, first + 1)
        place = int(rng.integers(0, others)) if others else None
        drawn[draw, :first] = calibration.probabilities(ranks, ratings[:first], place)
    return drawn
