"""What a screen of the survey must have: newer films, Korean films, every kind of taste. Pure.

Likes alone show the old favourites of the data set. A quota is a mask over the candidates and a
least share of a screen; it asks for no more than a third of what is left of its films, so that a
catalogue with hardly any is not searched for its last ones.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from common.arrays import Bools, Floats, Ints

NEW_AFTER = 2005
NEW, KOREAN = 1 / 3, 1 / 3  # least shares of a screen
TASTES = 8  # clusters of films, of each of which a screen has one
FROM_DECADES = (1980, 1990, 2000, 2010, 2020)  # a screen has a film of each
ONE = 1 / 24
ROUNDS = 20
SCARCE = 3


@dataclass(frozen=True)
class Quotas:
    """`masks` (q, n) of the candidates, and the least `shares` (q,) of a screen."""

    masks: Bools
    shares: Floats

    @classmethod
    def none(cls, count: int) -> Quotas:
        return cls(np.zeros((0, count), bool), np.zeros(0))

    def needs(self, free: Bools, size: int) -> Ints:
        """How many films (q,) of each a screen of `size` out of the `free` ones (n,) must have."""
        left = (self.masks & free).sum(axis=1)
        wanted = np.ceil(self.shares * size - 1e-9).astype(np.int64)
        needs: Ints = np.minimum(wanted, left // SCARCE)
        return needs


def quotas_of(years: Sequence[int | None], korean: Bools, factors: Floats) -> Quotas:
    """`years` None: unknown; `korean` (n,); `factors` (n, f) of ALS."""
    known = np.array([year or 0 for year in years], np.int64)
    tastes = taste_clusters(factors)
    rows = [
        (known > NEW_AFTER, NEW),
        (np.asarray(korean, bool), KOREAN),
        *((known // 10 * 10 == decade, ONE) for decade in FROM_DECADES),
        *((tastes == taste, ONE) for taste in range(TASTES)),
    ]
    masks = np.array([mask for mask, _share in rows]).reshape(len(rows), len(known))
    return Quotas(masks, np.array([share for _mask, share in rows]))


def taste_clusters(factors: Floats) -> Ints:
    """The cluster (n,) of each film by spherical k-means, from 0; deterministic.

    It begins with the first film and those least like any chosen before. A film without factors
    belongs to the first cluster.
    """
    lengths = np.linalg.norm(factors, axis=1, keepdims=True)
    films = np.divide(factors, lengths, out=np.zeros_like(factors), where=lengths > 0)
    if len(films) <= TASTES:
        return np.arange(len(films))
    chosen = [0]
    while len(chosen) < TASTES:
        chosen.append(int(np.argmin((films @ films[chosen].T).max(axis=1))))
    centres = films[chosen]
    clusters = np.zeros(len(films), np.int64)
    for _ in range(ROUNDS):
        clusters = np.argmax(films @ centres.T, axis=1)
        sums = np.array([films[clusters == one].sum(axis=0) for one in range(TASTES)])
        norms = np.linalg.norm(sums, axis=1, keepdims=True)
        centres = np.where(norms > 0, sums / np.maximum(norms, 1e-12), centres)
    return clusters
