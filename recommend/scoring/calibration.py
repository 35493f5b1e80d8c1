"""P(like) from what a person's answers say of a film and from its number of ratings. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from common.arrays import Floats


@dataclass(frozen=True)
class Calibration:
    """P(like) of a film by its log share and number of ratings, fitted on held-out users:

    P(like) = 1 / (1 + exp(-c . features))

    The share is P(the next film that the person likes is this one), by the encoder of answers
    (`recommend.scoring.likelihood.log_shares`). It does not depend on the weights of the ranking,
    so that it stays valid when staff change them. `resampled` are
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

    def probabilities(self, log_shares: npt.ArrayLike, ratings: npt.ArrayLike) -> Floats:
        """P(like) for log shares and numbers of ratings, of one shape or broadcast to one."""
        chances: Floats = _sigmoid(features(log_shares, ratings) @ np.asarray(self.coefficients))
        return chances

    def resampled_probabilities(
        self, log_shares: Floats, ratings: npt.ArrayLike, rng: np.random.Generator
    ) -> Floats:
        """P(like) (draws, n), with resampled coefficients in each draw if there are any."""
        drawn = self.resampled or (self.coefficients,)
        chosen = np.asarray(drawn)[rng.integers(0, len(drawn), len(log_shares))]
        return _sigmoid(np.einsum("dnk,dk->dn", features(log_shares, ratings), chosen))


def _sigmoid(logits: Floats) -> Floats:
    return 1.0 / (1.0 + np.exp(-logits))


def features(log_shares: npt.ArrayLike, ratings: npt.ArrayLike) -> Floats:
    """(…, 6): 1, s, b, s^2, s b, b^2 with s the log share and b = ln(1 + ratings)."""
    s, b = np.broadcast_arrays(
        np.asarray(log_shares, dtype=np.float64), np.log1p(np.asarray(ratings, dtype=np.float64))
    )
    return np.stack([np.ones_like(s), s, b, s * s, s * b, b * b], axis=-1)
