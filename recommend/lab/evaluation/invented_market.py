"""Invented availability, to see what the decisions would be worth in another market. Pure.

Five platforms at one price, each with films of a different taste, all with the same share of all
likes. If one platform has the most films for nearly all people, as in Korea in 2024, no rule can do
better than to name it; here a rule can.
"""

from __future__ import annotations

import numpy as np

from recommend.decision.offers import ProductOffer
from recommend.decision.outlook import ABSENT, THERE
from recommend.lab.data.market import EvaluatedMarket, FilmAvailability
from recommend.lab.data.ratings import RatingData
from recommend.lab.recommenders.als_factors import fit_als

PLATFORMS = ("invented_a", "invented_b", "invented_c", "invented_d", "invented_e")
PRICE = 7_000
SHARE = 0.12  # of all likes
NOISE = 0.3  # added to the taste, in lengths of a film's direction


def invented_market(data: RatingData, *, seed: int) -> EvaluatedMarket:
    """Deterministic by `seed`."""
    rng = np.random.default_rng(seed)
    factors = fit_als(data.liked, seed=seed).movies.astype(np.float64)
    lengths = np.maximum(np.linalg.norm(factors, axis=1, keepdims=True), 1e-9)
    tastes = rng.normal(size=(factors.shape[1], len(PLATFORMS)))
    leaning = factors / lengths @ tastes + NOISE * rng.normal(size=(len(factors), len(PLATFORMS)))
    likes = data.like_counts
    states = np.full(leaning.shape, ABSENT, dtype=np.int64)
    for column in range(len(PLATFORMS)):
        order = np.argsort(-leaning[:, column], kind="stable")
        enough = np.searchsorted(np.cumsum(likes[order]), SHARE * likes.sum())
        states[order[: enough + 1], column] = THERE
    offers = [ProductOffer(name, PRICE, frozenset([name])) for name in PLATFORMS]
    return EvaluatedMarket(FilmAvailability.as_seen(PLATFORMS, states), offers, {})
