"""P(like) by log share and number of ratings, fitted on held-out users. Pure: no Django import.

Logistic regression of "likes it" (features: `recommend.scoring.calibration`; Platt scaling with
more than one feature: J. Platt, "Probabilistic outputs for support vector machines", 1999).
Held-out users times films are millions of cases: they are counted in bins of similar shares and
similar numbers of ratings first, and the bins are fitted.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

from common.arrays import Bools, Floats, Ints
from recommend.scoring.calibration import Calibration, features

SHARE_BINS = np.arange(-20.0, 0.0, 0.1)  # lower edges; smaller shares fall into the first bin
RATING_BINS = 60
FOLDS = 20  # groups of people that the bootstrap draws
DRAWS = 30
RIDGE = 1.0  # on standardised coefficients: next to nothing against millions of cases
TOLERANCE = 1e-10  # of the gradient of the mean loss


@dataclass(frozen=True)
class Expected:
    """What answers say of held-out people: `log_shares` (c, n) of each film by column.

    `asked` 0/1 (c, n): the films that are not picked; `truths` 0/1 (c, n): what else each person
    likes; `ratings` (n,): how many people have rated each film.
    """

    log_shares: Floats
    asked: Bools
    truths: Bools
    ratings: Floats

    def chances(self, calibration: Calibration) -> Floats:
        """P(like) (c, n) by column; 0 for the picks."""
        found = calibration.probabilities(self.log_shares, self.ratings[None])
        return np.where(self.asked, found, 0.0)

    def rows(self, chosen: Bools | slice) -> Expected:
        """Some of the people."""
        return Expected(
            self.log_shares[chosen], self.asked[chosen], self.truths[chosen], self.ratings
        )


class Counts:
    """How many cases and likes there are in each fold, bin of shares and bin of ratings."""

    def __init__(self, ratings: Floats) -> None:
        self.rating_bin = _bins(1.0 + ratings, RATING_BINS)
        self.shape = (FOLDS, len(SHARE_BINS), self.rating_bin.max() + 1)
        self.cases = np.zeros(self.shape)
        self.likes = np.zeros(self.shape)
        self.rating_of_bin = _mean(np.log1p(ratings), self.rating_bin)

    def add(self, people: Expected) -> None:
        """Count a block of people."""
        shape = people.log_shares.shape
        folds = np.arange(shape[0]) % FOLDS
        shares = np.searchsorted(SHARE_BINS, people.log_shares, side="right") - 1
        places = np.ravel_multi_index(
            (
                np.broadcast_to(folds[:, None], shape),
                np.maximum(shares, 0),
                np.broadcast_to(self.rating_bin[None], shape),
            ),
            self.shape,
        )
        size = int(np.prod(self.shape))
        liked = people.asked & people.truths
        self.cases += np.bincount(places[people.asked], minlength=size).reshape(self.shape)
        self.likes += np.bincount(places[liked], minlength=size).reshape(self.shape)

    def fit(self, *, seed: int) -> Calibration:
        """The coefficients, and those of `DRAWS` draws of the folds with replacement."""
        rng = np.random.default_rng(seed)
        everybody = self._fitted(np.ones(FOLDS))
        # With few people some folds are empty; a draw of only those could not be fitted.
        used = np.flatnonzero(self.cases.sum(axis=(1, 2)))
        drawn = [
            self._fitted(np.bincount(rng.choice(used, len(used)), minlength=FOLDS))
            for _ in range(DRAWS)
        ]
        return Calibration(everybody, tuple(drawn))

    def _fitted(self, times: npt.NDArray[np.floating] | Ints) -> tuple[float, ...]:
        cases, likes = np.tensordot(times, self.cases, 1), np.tensordot(times, self.likes, 1)
        used = cases > 0
        middles = SHARE_BINS + (SHARE_BINS[1] - SHARE_BINS[0]) / 2
        shares, ratings = np.meshgrid(middles, self.rating_of_bin, indexing="ij")
        rows = features(shares[used], np.expm1(ratings[used]))
        coefficients = logistic_regression(rows, cases[used], likes[used])
        return tuple(round(float(one), 6) for one in coefficients)


def logistic_regression(rows: Floats, cases: Floats, successes: Floats) -> Floats:
    """Coefficients (k,) for features (n, k), the first of which is constant.

    A pseudo-case, half a success, in the middle keeps them finite where all or none succeed.
    """
    scaler = StandardScaler().fit(rows[:, 1:])
    scaled = np.vstack([scaler.transform(rows[:, 1:]), np.zeros((1, rows.shape[1] - 1))])
    successes, failures = np.append(successes, 0.5), np.append(cases - successes, 0.5)
    model = LogisticRegression(C=1.0 / RIDGE, solver="newton-cholesky", tol=TOLERANCE)
    model.fit(
        np.vstack([scaled, scaled]),
        np.repeat([1, 0], len(scaled)),
        sample_weight=np.concatenate([successes, failures]),
    )
    slopes = model.coef_[0] / scaler.scale_
    return np.concatenate([model.intercept_ - slopes @ scaler.mean_, slopes])


def calibration_error(chances: Floats, liked: npt.NDArray[np.bool_], *, bins: int = 10) -> float:
    """Expected calibration error: mean of |said - happened| over equal bins, weighted by size.

    M. Naeini, G. Cooper, M. Hauskrecht, "Obtaining well calibrated probabilities using Bayesian
    binning", AAAI 2015.
    """
    found = reliability(chances, liked, bins)
    missed = sum(abs(said - happened) * size for said, happened, size in found)
    return float(missed / max(len(chances), 1))


def reliability(
    chances: Floats, liked: npt.NDArray[np.bool_], bins: int = 10
) -> list[tuple[float, float, int]]:
    """For each bin with cases: mean of what was said, share that happened, and number of cases."""
    places = np.minimum((chances * bins).astype(int), bins - 1)
    sizes = np.bincount(places, minlength=bins)
    said = np.bincount(places, chances, minlength=bins)
    happened = np.bincount(places, liked, minlength=bins)
    return [
        (float(said[place] / size), float(happened[place] / size), int(size))
        for place, size in enumerate(sizes)
        if size
    ]


def _bins(values: npt.NDArray[np.floating] | Ints, most: int) -> Ints:
    """The bin of each value >= 1; bins are equally wide in logarithms, empty ones are skipped."""
    edges = np.geomspace(1.0, float(np.max(values)) + 1.0, most + 1)
    places = np.searchsorted(edges, values, side="right") - 1
    return np.unique(places, return_inverse=True)[1].ravel()


def _mean(values: Floats, bins: Ints) -> Floats:
    return np.bincount(bins, values) / np.bincount(bins)
