"""The taste of a person nobody trained on: ALS fold-in. Pure: NumPy only, no Django import.

Source: Y. Hu, Y. Koren, C. Volinsky, "Collaborative filtering for implicit feedback datasets",
ICDM 2008, equation 4, with all films that something is known of at one confidence c and all
others at confidence 1:

    x = A^-1 c Y_L' 1        A = Y'Y + r I + (c - 1) (Y_L' Y_L + Y_N' Y_N)

Y: all film factors, Y_L: those of the liked films, Y_N: those of films that do not interest the
person (known not to be liked, so in A only), r: regularisation. x is a sum over the picks, which
is what section 5 of the paper explains a recommendation with:

    x . y_m = sum over l in L of  y_m' A^-1 c y_l
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

RELEVANT = 0.1  # x . y_m is about 1 for a film that is liked and 0 for any other
MOST_REASONS = 2


def gram_matrix(factors: npt.NDArray[np.floating]) -> Floats:
    """Y'Y, (f, f) float64, of film factors (n, f)."""
    exact = factors.astype(np.float64)
    return exact.T @ exact


def pick_parts(
    gram: Floats,
    liked: Floats,
    *,
    confidence: float,
    regularization: float,
    not_interested: Floats | None = None,
) -> Floats:
    """What each pick adds to the taste vector, (k, f): row l is A^-1 c y_l; the sum is x.

    `liked` (k, f), `not_interested` (n, f).
    """
    size = gram.shape[0]
    known = liked if not_interested is None else np.vstack([liked, not_interested])
    system = gram + regularization * np.eye(size) + (confidence - 1.0) * (known.T @ known)
    return np.asarray(np.linalg.solve(system, confidence * liked.T), np.float64).T


def fold_in(gram: Floats, liked: Floats, *, confidence: float, regularization: float) -> Floats:
    """The taste vector (f,) of a person who likes the films with factors `liked` (k, f).

    No liked film gives the zero vector.
    """
    parts = pick_parts(gram, liked, confidence=confidence, regularization=regularization)
    taste: Floats = parts.sum(axis=0)
    return taste


def shrunk(own: Floats, group: Floats, *, picks: int, enough: int = 4) -> Floats:
    """`own` for `enough` picks or more; with fewer, part of the group's mean taste.

    The share of the own taste is picks / enough, so no pick at all gives the group's taste.
    """
    share = min(picks / enough, 1.0)
    return share * own + (1.0 - share) * group


def answer_codes(encoded: Floats, picks: int, group: Floats) -> Floats:
    """Codes of answers: the sums `encoded` (..., f) of the encoders of so many picks, over the
    square root of their number, and the code `group` (f,) of gender and age."""
    codes: Floats = encoded / np.sqrt(max(picks, 1)) + group
    return codes


def reasons(parts: Floats, films: Floats) -> list[list[int]]:
    """For each film the picks that led to it: places in `parts`, the strongest first.

    `parts` (k, f) of `pick_parts`, `films` (m, f). At most two picks, each of a contribution of
    at least `RELEVANT`, the second at least half as strong as the first; ties: the earlier pick.
    None at all where the picks together speak less than that for the film: then it is there
    because of what people alike enjoyed.
    """
    contributions = films @ parts.T
    found: list[list[int]] = []
    for row in contributions:
        strongest = np.argsort(-row, kind="stable")[:MOST_REASONS].tolist()
        if row.sum() < RELEVANT:
            strongest = []
        found.append([pick for pick in strongest if row[pick] >= max(RELEVANT, row.max() / 2)])
    return found
