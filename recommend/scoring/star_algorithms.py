"""The algorithms that predict stars, by name. Pure, and without the libraries that fit them, so
that pages may offer the names; `recommend.lab.stars` fits them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Family(StrEnum):
    """How the stars of a fitted algorithm are read."""

    BLEND = "blend"
    FACTORS = "factors"
    NEIGHBOURS = "neighbours"
    SLOPE_ONE = "slope one"
    CLUSTERS = "clusters"
    CHANCE = "chance"


@dataclass(frozen=True)
class StarAlgorithm:
    """`parameters`: the defaults that differ from those of Surprise, measured in
    docs/algorithms.md.

    `biased`: it has a bias for each person and film. `seeded`: it takes a random state.
    `verbose`: it has an option to print its progress.
    """

    family: Family
    parameters: Mapping[str, Any] = field(default_factory=dict)
    biased: bool = False
    seeded: bool = False
    verbose: bool = True


BLEND, SVD = "StarBlend", "SVD"
STAR_ALGORITHMS: Mapping[str, StarAlgorithm] = {
    BLEND: StarAlgorithm(
        Family.BLEND,
        {
            "svd": {"n_factors": 200, "n_epochs": 40, "lr_all": 0.01, "reg_all": 0.06},
            "covariance_steps": 1,
            "neighbours": 40,
        },
    ),
    SVD: StarAlgorithm(
        Family.FACTORS,
        {"n_factors": 100, "n_epochs": 40, "lr_all": 0.01, "reg_all": 0.06},
        biased=True,
        seeded=True,
    ),
    # Caching changes no result.
    "SVDpp": StarAlgorithm(Family.FACTORS, {"cache_ratings": True}, biased=True, seeded=True),
    "NMF": StarAlgorithm(Family.FACTORS, biased=True, seeded=True),
    "BaselineOnly": StarAlgorithm(Family.FACTORS, biased=True),
    "KNNBasic": StarAlgorithm(Family.NEIGHBOURS),
    "KNNWithMeans": StarAlgorithm(Family.NEIGHBOURS),
    "KNNWithZScore": StarAlgorithm(Family.NEIGHBOURS),
    "KNNBaseline": StarAlgorithm(
        Family.NEIGHBOURS,
        {"k": 40, "sim_options": {"name": "pearson_baseline", "user_based": False}},
        biased=True,
    ),
    "SlopeOne": StarAlgorithm(Family.SLOPE_ONE, verbose=False),
    "CoClustering": StarAlgorithm(Family.CLUSTERS, seeded=True),
    "NormalPredictor": StarAlgorithm(Family.CHANCE, verbose=False),
}
