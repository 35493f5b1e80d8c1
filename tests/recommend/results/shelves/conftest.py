"""Nothing that one test kept is shown in another."""

from __future__ import annotations

import pytest


@pytest.fixture(autouse=True)
def each_begins_without_kept_orders(empty_cache: None) -> None:
    """Popular and new are kept for a minute, rankings for ten."""
