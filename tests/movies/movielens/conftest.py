"""The layouts of MovieLens."""

from __future__ import annotations

import pytest

from tests.movies.movielens.archives import LAYOUTS


@pytest.fixture(params=LAYOUTS)
def layout(request: pytest.FixtureRequest) -> str:
    """Each layout of MovieLens in turn."""
    return str(request.param)
