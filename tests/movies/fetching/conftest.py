"""The stub of TMDB that tests of fetching share."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.movies.fetching.tmdb_world import connected_stub
from tests.movies.tmdb.tmdb_stub import TmdbStub


@pytest.fixture
def tmdb(settings: Any, request: pytest.FixtureRequest) -> Iterator[TmdbStub]:
    """A stub that knows the `FILMS` of the test module."""
    with connected_stub(settings, request.module.FILMS) as stub:
        yield stub
