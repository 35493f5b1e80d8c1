"""Tuning of EASE on invented ratings, and objectives whose value the test decides."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from recommend.lab.data.ratings import RatingData
from recommend.lab.tuning.search import tune
from recommend.lab.tuning.spaces import (
    SPACES,
)
from recommend.lab.tuning.trials import Tuned

EASE = replace(SPACES["ease"], folds=2)


def ease(data: RatingData, trials: int, *, study: str = "one", **more: Any) -> Tuned:
    return tune(data=data, space=EASE, study=study, trials=trials, **more)


class Told:
    """An objective whose value the test decides; counts what was asked of it."""

    def __init__(self, value: Callable[[Any, int], float]) -> None:
        self._value = value
        self.folds: list[int] = []

    def value(self, parameters: Any, fold: int) -> float:
        self.folds.append(fold)
        return self._value(parameters, fold)
