"""The weights of a ranking, and the strategies that are named sets of them. Pure."""

from __future__ import annotations

import math
from dataclasses import dataclass

STRATEGIES = ("blend", "taste", "twin")
LIST_SIZE = 50  # films in a recommendation
FACTORS = 64  # of a taste vector
LIKED_FROM = 4.0  # stars


@dataclass(frozen=True)
class Weights:
    """score = own taste + `twin` * twin's taste + `neighbours` * share of neighbours who like it.

    `predictions_only`: instead, the stars predicted for the twin, of films the twin has not seen.
    """

    twin: float = 0.0
    neighbours: float = 0.0
    neighbour_count: int = 30
    predictions_only: bool = False

    def of_strategy(self, strategy: str) -> Weights:
        """These weights for `blend`; for `taste` and `twin` what the name says."""
        match strategy:
            case "blend":
                return self
            case "taste":
                return Weights()
            case "twin":
                return Weights(predictions_only=True)
        raise ValueError(f"unknown strategy {strategy!r}; known: {', '.join(STRATEGIES)}")


@dataclass(frozen=True)
class Calibration:
    """P(like) of the film at a rank, fitted on held-out users:

    P(like | rank) = 1 / (1 + exp(-(intercept + slope * ln(rank))))

    By rank and not by score, so that it stays valid when staff change the weights.
    """

    intercept: float
    slope: float

    def probability(self, rank: int) -> float:
        """For rank 1, 2, …"""
        return 1.0 / (1.0 + math.exp(-(self.intercept + self.slope * math.log(rank))))
