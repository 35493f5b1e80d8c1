"""The weights of a ranking, and the strategies that are named sets of them. Pure."""

from __future__ import annotations

from dataclasses import dataclass

STRATEGIES = ("blend", "taste", "twin")
LIST_SIZE = 50  # films in a recommendation
FACTORS = 64  # of a taste vector
LIKED_FROM = 4.0  # stars


@dataclass(frozen=True)
class Weights:
    """score = own taste + `twin` * twin's taste + `neighbours` * share of neighbours who like it
    + `answers` * what the encoder of answers says - `novelty` * ln(1 + ratings of the film).

    `predictions_only`: instead, the stars predicted for the twin, of films the twin has not seen.
    """

    twin: float = 0.0
    neighbours: float = 0.0
    neighbour_count: int = 30
    answers: float = 0.0
    novelty: float = 0.0
    predictions_only: bool = False

    def of_strategy(self, strategy: str) -> Weights:
        """These weights for `blend`; for `taste` and `twin` what the name says."""
        match strategy:
            case "blend":
                return self
            case "taste":
                return Weights(answers=self.answers, novelty=self.novelty)
            case "twin":
                return Weights(predictions_only=True)
        raise ValueError(f"unknown strategy {strategy!r}; known: {', '.join(STRATEGIES)}")
