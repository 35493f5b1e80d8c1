"""The taste of a person whom nothing was trained on: ALS fold-in. Pure: no Django import.

Source: Y. Hu, Y. Koren, C. Volinsky, "Collaborative filtering for implicit feedback datasets",
ICDM 2008, equation 4, with all films that something is known of at one confidence c and all
others at confidence 1:

    x = A^-1 c Y_L' 1        A = Y'Y + r I + (c - 1) (Y_L' Y_L + Y_N' Y_N)

Y: all film factors, Y_L: those of the liked films, Y_N: those of films that do not interest the
person (known not to be liked, so in A only), r: regularisation. x is a sum over the picks, which
is what section 5 of the paper explains a recommendation with:

    x . y_m = sum over l in L of  y_m' A^-1 c y_l

One film y more or less among the picks changes x by a multiple of one vector (Sherman-Morrison),
with u = A^-1 y and s = y'u:

    added    x + k u    k =  c - (c - 1) (y'x + c s) / (1 + (c - 1) s)
    taken    x + k u    k = -c + (c - 1) (y'x - c s) / (1 - (c - 1) s)

so that what each of many films would change is one product of matrices.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
from scipy.linalg import cho_factor, cho_solve

from common.arrays import Floats

RELEVANT = 0.1  # x . y_m is about 1 for a film that is liked and 0 for any other
MOST_REASONS = 2
ENOUGH_LIKES = 4  # for a taste of one's own


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
        """Of picks (k, f) and of films that do not interest the person (n, f).

        `gram` (f, f) is that of all films. Raises `numpy.linalg.LinAlgError` where A is not
        positive definite, which takes a regularisation of 0.
        """
        known = picks if not_interested is None else np.vstack([picks, not_interested])
        system = gram + regularization * np.eye(len(gram)) + (confidence - 1.0) * (known.T @ known)
        return cls(cho_factor(system, lower=True)[0], picks, confidence)

    @cached_property
    def parts(self) -> Floats:
        """What each pick adds to the taste, (k, f): row l is A^-1 c y_l; the sum is x."""
        return self.confidence * self._solved(self.picks)

    @cached_property
    def taste(self) -> Floats:
        """x (f,); the zero vector where no film is liked."""
        taste: Floats = self.parts.sum(axis=0)
        return taste

    def with_film(self, films: Floats) -> Floats:
        """Tastes (q, f) with each of these films (q, f) as one more pick."""
        moved, apart = self._moved(films)
        c, along = self.confidence, films @ self.taste
        steps = c - (c - 1.0) * (along + c * apart) / (1.0 + (c - 1.0) * apart)
        tastes: Floats = self.taste + steps[:, None] * moved
        return tastes

    def without_pick(self) -> Floats:
        """Tastes (k, f) without each of the picks."""
        moved, apart = self._moved(self.picks)
        c, along = self.confidence, self.picks @ self.taste
        steps = -c + (c - 1.0) * (along - c * apart) / (1.0 - (c - 1.0) * apart)
        tastes: Floats = self.taste + steps[:, None] * moved
        return tastes

    def _moved(self, films: Floats) -> tuple[Floats, Floats]:
        """u (q, f) and s (q,) of each of these films (q, f)."""
        moved = self._solved(films)
        return moved, np.einsum("qf,qf->q", moved, films)

    def _solved(self, films: Floats) -> Floats:
        """A^-1 y (q, f) for each row y of `films` (q, f)."""
        return np.asarray(cho_solve((self.cholesky, True), films.T), np.float64).T


def shrunk(
    own: Floats, group: Floats, *, picks: npt.ArrayLike, enough: int = ENOUGH_LIKES
) -> Floats:
    """`own` for `enough` picks or more; with fewer, part of the group's mean taste.

    Tastes (f,) with a number of picks, or (n, f) with a number each. The share of the own taste is
    picks / enough, so no pick at all gives the group's taste.
    """
    share = np.minimum(np.asarray(picks, np.float64) / enough, 1.0)[..., None]
    tastes: Floats = share * own + (1.0 - share) * group
    return tastes


def answer_codes(encoded: Floats, picks: int, group: Floats) -> Floats:
    """Codes of answers: the sums `encoded` (..., f) of the encoders of so many picks, over the
    square root of their number, and the code `group` (f,) of gender and age."""
    codes: Floats = encoded / np.sqrt(max(picks, 1)) + group
    return codes


def reasons(parts: Floats, films: Floats) -> list[list[int]]:
    """For each film the picks that led to it: places in `parts`, the strongest first.

    `parts` (k, f) of `FoldIn.parts`, `films` (m, f). At most two picks, each of a contribution of
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
