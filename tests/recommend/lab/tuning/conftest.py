"""Studies that are gone after each test."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from recommend.lab.data.ratings import RatingData
from recommend.lab.tuning import search
from tests.operators import second_connection
from tests.recommend.lab.kinds import kinds_data
from tests.recommend.lab.tuning.told import Told


@pytest.fixture(autouse=True)
def no_studies_left(request: pytest.FixtureRequest) -> Iterator[None]:
    """What Optuna writes is in no transaction of a test's, so it is taken away afterwards."""
    yield
    if "db" in request.fixturenames:
        with second_connection() as other:
            other.execute("DROP SCHEMA IF EXISTS optuna CASCADE")


@pytest.fixture(scope="module")
def data() -> RatingData:
    return kinds_data()


@pytest.fixture
def objective(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[Any, int], float]], Told]:
    def use(value: Callable[[Any, int], float]) -> Told:
        told = Told(value)
        monkeypatch.setattr(search, "objective_of", lambda *_args, **_more: told)
        return told

    return use
