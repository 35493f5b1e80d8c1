"""Errors of predicted stars by cross-validation. Pure: no Django import.

Every algorithm is measured on the same folds for a seed, so differences come from the algorithms
and not from the luck of the draw.
"""

from __future__ import annotations

from dataclasses import dataclass
from time import perf_counter
from typing import Any

import numpy as np

from common.arrays import Ints
from common.commands.progress import Report, silent
from common.errors import DataError
from recommend.lab.data.ratings import RatingData
from recommend.lab.stars.algorithms import errors_on

FOLDS = 5


@dataclass(frozen=True)
class StarErrors:
    """Errors in stars, a value for each fold; `seconds` of fitting and predicting all folds."""

    algorithm: str
    rmse_by_fold: tuple[float, ...]
    mae_by_fold: tuple[float, ...]
    seconds: float

    @property
    def rmse(self) -> float:
        return float(np.mean(self.rmse_by_fold))

    @property
    def mae(self) -> float:
        return float(np.mean(self.mae_by_fold))

    @property
    def rmse_deviation(self) -> float:
        """Standard deviation between folds (n - 1); it is mostly that of the folds themselves."""
        return float(np.std(self.rmse_by_fold, ddof=1))

    @property
    def mae_deviation(self) -> float:
        return float(np.std(self.mae_by_fold, ddof=1))


def fold_of_each_rating(data: RatingData, *, folds: int, seed: int) -> Ints:
    """(n_ratings,) numbers 0 .. folds - 1, at random, of sizes that differ by at most one.

    Raises `DataError` for fewer than two folds, or too few ratings.
    """
    if folds < 2:
        raise DataError(f"cross-validation needs at least two folds, not {folds}")
    if len(data.ratings) < 2 * folds:
        raise DataError(
            f"{len(data.ratings)} ratings are too few for {folds} folds of at least two each"
        )
    numbers = np.empty(len(data.ratings), dtype=np.int64)
    order = np.random.default_rng(seed).permutation(len(numbers))
    numbers[order] = np.arange(len(numbers)) % folds
    return numbers


def cross_validate(
    data: RatingData,
    *,
    algorithm: str,
    folds: int = FOLDS,
    seed: int,
    parameters: dict[str, Any] | None = None,
    report: Report = silent,
) -> StarErrors:
    """Predict every rating once, fitted on the other folds. A seed gives the same folds to all."""
    numbers = fold_of_each_rating(data, folds=folds, seed=seed)
    started = perf_counter()
    found = []
    for fold in range(folds):
        report(f"stars ({algorithm}), fold", fold, folds)
        test = numbers == fold
        found.append(errors_on(data, test, algorithm=algorithm, seed=seed, parameters=parameters))
    return StarErrors(
        algorithm,
        tuple(errors["rmse"] for errors in found),
        tuple(errors["mae"] for errors in found),
        round(perf_counter() - started, 1),
    )
