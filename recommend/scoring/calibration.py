"""P(like) from rank and number of ratings: the calibration of a run. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from common.arrays import Floats


@dataclass(frozen=True)
class Calibration:
    """P(like) of a film by its rank and number of ratings, fitted on held-out users:

    P(like) = 1 / (1 + exp(-c . features))

    By rank and not by score, so that it stays valid when staff change the weights; by the number
    of ratings too, because at one rank more people like the better known film. `resampled` are
    coefficients of other draws of the held-out users (bootstrap). `spread` is the relative standard
    deviation, beyond chance, of how many films of a group a person likes
    (`recommend.decision.certainty`).
    """

    coefficients: tuple[float, ...]
    resampled: tuple[tuple[float, ...], ...] = ()
    spread: float = 0.6

    @classmethod
    def read(cls, stored: Mapping[str, Any]) -> Calibration:
        """From `asdict` after a round trip through JSON."""
        return cls(
            coefficients=tuple(stored["coefficients"]),
            resampled=tuple(tuple(draw) for draw in stored["resampled"]),
            spread=stored["spread"],
        )

    def probabilities(self, ranks: npt.ArrayLike, ratings: npt.ArrayLike) -> Floats:
        """P(like) at ranks 1, 2, … with numbers of ratings, of one shape."""
        chances: Floats = _sigmoid(features(ranks, ratings) @ np.asarray(self.coefficients))
        return chances

    def probabilities_of(self, ranks: npt.NDArray[np.int64], ratings: npt.ArrayLike) -> Floats:
        """P(like) in many lists (q, n) of the same films (n,), with ranks of 1 to n."""
        one, a, b, aa, ab, bb, aaa = self.coefficients
        log_ranks = np.log(np.arange(1.0, ranks.shape[1] + 1))
        log_ratings = np.log1p(np.asarray(ratings, dtype=np.float64))
        by_rank = one + log_ranks * (a + log_ranks * (aa + log_ranks * aaa))
        by_film = log_ratings * (b + log_ratings * bb)
        crossed = (ab * log_ranks)[ranks - 1] * log_ratings
        return _sigmoid(by_rank[ranks - 1] + by_film + crossed)

    def resampled_probabilities(
        self, ranks: Floats, ratings: npt.ArrayLike, rng: np.random.Generator
    ) -> Floats:
        """P(like) (draws, n), with resampled coefficients in each draw if there are any."""
        drawn = self.resampled or (self.coefficients,)
        chosen = np.asarray(drawn)[rng.integers(0, len(drawn), len(ranks))]
        return _sigmoid(np.einsum("dnk,dk->dn", features(ranks, ratings), chosen))


def _sigmoid(logits: Floats) -> Floats:
    return 1.0 / (1.0 + np.exp(-logits))


def features(ranks: npt.ArrayLike, ratings: npt.ArrayLike) -> Floats:
    """(n, 7): 1, a, b, a^2, a b, b^2, a^3 with a = ln(rank) and b = ln(1 + ratings)."""
    a = np.log(np.asarray(ranks, dtype=np.float64))
    b = np.log1p(np.asarray(ratings, dtype=np.float64))
    return np.stack([np.ones_like(a), a, b, a * a, a * b, b * b, a**3], axis=-1)
