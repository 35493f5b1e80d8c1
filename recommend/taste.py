"""The taste of a person nobody trained on: ALS fold-in. Pure: NumPy only, no Django import.

Source: Y. Hu, Y. Koren, C. Volinsky, "Collaborative filtering for implicit feedback datasets",
ICDM 2008, equation 4, with all liked films of one confidence c and all others of confidence 1:

    x = (Y'Y + r I + (c - 1) Y_L' Y_L)^-1  c Y_L' 1

Y: all film factors, Y_L: those of the liked films, r: regularisation.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


def gram_matrix(factors: npt.NDArray[np.floating]) -> Floats:
    """Y'Y, (f, f) float64, of film factors (n, f)."""
    exact = factors.astype(np.float64)
    return exact.T @ exact


def fold_in(gram: Floats, liked: Floats, *, confidence: float, regularization: float) -> Floats:
    """The taste vector (f,) of a person who likes the films with factors `liked` (k, f).

    No liked film gives the zero vector.
    """
    size = gram.shape[0]
    system = gram + regularization * np.eye(size) + (confidence - 1.0) * (liked.T @ liked)
    return np.linalg.solve(system, confidence * liked.sum(axis=0))


def shrunk(own: Floats, group: Floats, *, picks: int, enough: int = 4) -> Floats:
    """`own` for `enough` picks or more; with fewer, part of the group's mean taste.

    The share of the own taste is picks / enough, so no pick at all gives the group's taste.
    """
    share = min(picks / enough, 1.0)
    return share * own + (1.0 - share) * group
