"""The taste of a person who was not in the training data: ALS fold-in. Pure.

Source: Y. Hu, Y. Koren, C. Volinsky, "Collaborative filtering for implicit feedback datasets",
ICDM 2008, equation 4, with every film that the person judged at one confidence c and all others at
confidence 1:

    x = A^-1 c Y_L' 1        A = Y'Y + r I + (c - 1) (Y_L' Y_L + Y_N' Y_N)

Y: all film factors, Y_L: those of the liked films, Y_N: those of films that do not interest the
person (not liked, so in A only), r: regularisation. x is a sum over the picks, with which section
5 of the paper explains a recommendation:

    x . y_m = sum over l in L of  y_m' A^-1 c y_l
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
from scipy.linalg import cho_factor, cho_solve

from common.arrays import Floats

RELEVANT = 0.1  # x . y_m is about 1 for a liked film and 0 for any other
MOST_REASONS = 2
ENOUGH_LIKES = 4  # from here on a taste is not mixed with the group's


def gram_matrix(factors: npt.NDArray[np.floating]) -> Floats:
    """Y'Y, (f, f) float64, of film factors (n, f)."""
    exact = factors.astype(np.float64)
    return exact.T @ exact


@dataclass(frozen=True)
class FoldIn:
    """One person's system: the Cholesky factor (f, f) of A (its lower triangle), the factors
    (k, f) of the picks, and the confidence c."""

    cholesky: Floats
    picks: Floats
    confidence: float

    @classmethod
    def of(
        cls,
        gram: Floats,
        picks: Floats,
        *,
        confidence: float,
        regularization: float,
        not_interested: Floats | None = None,
    ) -> FoldIn:
        """The system of picks (k, f) and of films that do not interest the person (n, f).

        `gram` (f, f) is that of all films. Raises `numpy.linalg.LinAlgError` if A is not positive
        definite, which can only happen with a regularisation of 0.
        """
        known = picks if not_interested is None else np.vstack([picks, not_interested])
        system = gram + regularization * np.eye(len(gram)) + (confidence - 1.0) * (known.T @ known)
        return cls(cho_factor(system, lower=True)[0], picks, confidence)

    @cached_property
    def parts(self) -> Floats:
        """What each pick adds to the taste, (k, f): row l is A^-1 c y_l. The sum is x."""
        return self.confidence * self._solved(self.picks)

    @cached_property
    def taste(self) -> Floats:
        """x (f,); zeros without picks."""
        taste: Floats = self.parts.sum(axis=0)
        return taste

    def _solved(self, films: Floats) -> Floats:
        """A^-1 y (q, f) for each row y of `films` (q, f)."""
        return np.asarray(cho_solve((self.cholesky, True), films.T), np.float64).T


def shrunk(
    own: Floats, group: Floats, *, picks: npt.ArrayLike, enough: int = ENOUGH_LIKES
) -> Floats:
    """`own` from `enough` picks on; with fewer, mixed with the mean taste of the group.

    Tastes (f,) with one number of picks, or (n, f) with a number each. The share of the own taste
    is picks / enough, so without picks the result is the group's taste.
    """
    share = np.minimum(np.asarray(picks, np.float64) / enough, 1.0)[..., None]
    tastes: Floats = share * own + (1.0 - share) * group
    return tastes


def answer_codes(encoded: Floats, picks: int, group: Floats) -> Floats:
    """Codes of answers: the sums `encoded` (..., f) of the picks' encoders over the square root of
    their number, plus the code `group` (f,) of gender and age."""
    codes: Floats = encoded / np.sqrt(max(picks, 1)) + group
    return codes


def reasons(parts: Floats, films: Floats) -> list[list[int]]:
    """For each film (m, f) the picks that led to it: places in `parts`, the strongest first.

    `parts` (k, f) is `FoldIn.parts`. At most two picks, each contributing at least `RELEVANT`, the
    second at least half as much as the first; ties: the earlier pick. No picks where all of them
    together contribute less than `RELEVANT`: such a film comes from what similar people enjoyed.
    """
    found: list[list[int]] = []
    for row in films @ parts.T:
        strongest = np.argsort(-row, kind="stable")[:MOST_REASONS].tolist()
        if row.sum() < RELEVANT:
            strongest = []
        found.append([pick for pick in strongest if row[pick] >= max(RELEVANT, row.max() / 2)])
    return found
