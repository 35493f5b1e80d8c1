"""Requests are counted exactly, in Redis or in the database, and no Redis holds up a page."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError, connections
from django.utils import timezone

from common.models import RequestCount
from common.web.guards import counts
from common.web.guards.counts import CountUnavailableError, count, forget
from tests.programs import needed_program
from tests.sites import free_port, own_redis


@pytest.fixture
def deaf_redis() -> Iterator[str]:
    """A server that accepts connections and never answers."""
    with socket.create_server(("127.0.0.1", 0), backlog=50) as server:
        yield f"redis://127.0.0.1:{server.getsockname()[1]}/0"


def counted_by_four(key: str) -> list[int]:
    def several(_: int) -> list[int]:
        try:
            return [count(key, 60).count for _ in range(10)]
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        return sorted(number for numbers in pool.map(several, range(4)) for number in numbers)


@pytest.mark.django_db(transaction=True)
def test_the_database_counts_requests_that_come_at_once_each_for_itself() -> None:
    assert counted_by_four("a") == list(range(1, 41))


def test_redis_counts_requests_that_come_at_once_each_for_itself(
    settings: Any, tmp_path: Path
) -> None:
    with own_redis(needed_program("redis-server"), tmp_path) as redis:
        settings.REDIS_URL = redis.url
        assert counted_by_four("a") == list(range(1, 41))
        assert 0 < count("a", 60).seconds <= 60
        forget_in_redis_alone("a")
        assert count("a", 60).count == 1


def forget_in_redis_alone(key: str) -> None:
    counts._client.__wrapped__(counts.settings.REDIS_URL).delete(f"count:{key}")


@pytest.mark.django_db
def test_a_period_ends_and_the_next_one_begins_at_one() -> None:
    for number in (1, 2, 3):
        assert count("a", 60).count == number
    RequestCount.objects.update(ends_at=timezone.now() - timedelta(seconds=1))
    again = count("a", 60)
    assert again.count == 1
    assert 59 < again.seconds <= 60


@pytest.mark.django_db
def test_counts_that_nobody_asks_for_are_deleted_along_the_way() -> None:
    for number in range(8):
        count(str(number), 60)
    RequestCount.objects.update(ends_at=timezone.now() - timedelta(seconds=1))
    count("new", 60)
    count("newer", 60)
    assert set(RequestCount.objects.values_list("key", flat=True)) == {"new", "newer"}


@pytest.mark.django_db
def test_forgetting_begins_at_one() -> None:
    count("a", 60)
    forget("a")
    assert count("a", 60).count == 1


@pytest.mark.django_db
def test_while_redis_is_deaf_the_database_counts_within_a_second(
    settings: Any, deaf_redis: str
) -> None:
    settings.REDIS_URL = deaf_redis
    began = time.monotonic()
    assert count("a", 60).count == 1
    assert time.monotonic() - began < 1
    assert RequestCount.objects.get().count == 1


@pytest.mark.django_db
def test_while_redis_is_away_the_database_counts(settings: Any) -> None:
    settings.REDIS_URL = f"redis://127.0.0.1:{free_port()}/0"
    assert [count("a", 60).count for _ in range(2)] == [1, 2]
    forget("a")
    assert count("a", 60).count == 1


@pytest.mark.django_db
def test_where_nothing_can_count_the_error_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    def away() -> None:
        raise OperationalError("connection refused\nby the server")

    monkeypatch.setattr(counts.connection, "cursor", away)
    for do in (lambda: count("a", 60), lambda: forget("a")):
        with pytest.raises(CountUnavailableError, match=r"connection refused$"):
            do()
