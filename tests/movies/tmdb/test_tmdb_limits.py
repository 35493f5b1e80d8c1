"""No second sees more requests than the limit, however many clients ask and however slowly."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis as redis_library

from movies.tmdb import limits
from movies.tmdb.errors import PausedError
from movies.tmdb.limits import Limiter, LocalLimiter, RedisLimiter
from tests.programs import needed_program
from tests.sites import Redis, own_redis

RATE = 20


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Redis]:
    with own_redis(needed_program("redis-server"), tmp_path) as running:
        yield running


def client(server: Redis) -> redis_library.Redis:
    return redis_library.Redis.from_url(server.url, socket_timeout=2)


@pytest.fixture(params=["local", "redis"])
def limiters(request: pytest.FixtureRequest) -> Iterator[list[Limiter]]:
    """Two users of one limit: threads of a process, or two processes at one Redis."""
    if request.param == "local":
        limiter = LocalLimiter(RATE)
        yield [limiter, limiter]
        return
    server = request.getfixturevalue("server")
    connections = [client(server), client(server)]
    yield [RedisLimiter(connection, RATE) for connection in connections]
    for connection in connections:
        connection.close()


def most_in_one_second(moments: list[float]) -> int:
    ordered = sorted(moments)
    return max(
        sum(moment <= other < moment + 1 for other in ordered[index : index + 3 * RATE])
        for index, moment in enumerate(ordered)
    )


def test_arrivals_stay_below_the_rate_although_requests_are_held_up_on_their_way(
    limiters: list[Limiter],
) -> None:
    arrivals: list[float] = []

    def ask(limiter: Limiter, seed: int) -> None:
        chance = random.Random(seed)
        for _ in range(6):
            with limiter.place():
                time.sleep(chance.choice([0, 0, 0, 0.15]))
                arrivals.append(time.monotonic())

    threads = [threading.Thread(target=ask, args=(limiters[n % 2], n)) for n in range(12)]
    started = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(arrivals) == 72
    assert most_in_one_second(arrivals) <= RATE
    assert time.monotonic() - started < 72 / RATE * 3  # and it does not stand still


def test_a_pause_holds_everybody_and_a_shorter_one_does_not_end_it(
    limiters: list[Limiter],
) -> None:
    first, second = limiters
    with first.place():
        pass
    with second.place():
        pass
    first.pause(0.6)
    second.pause(0.1)
    started = time.monotonic()
    with second.place():
        assert time.monotonic() - started >= 0.55


def test_a_long_pause_is_told_instead_of_waited_for(limiters: list[Limiter]) -> None:
    limiters[0].pause(300)
    with pytest.raises(PausedError) as caught, limiters[1].place():
        raise AssertionError("got through")
    assert 290 < caught.value.seconds <= 300


def test_a_place_comes_back_although_its_request_failed(limiters: list[Limiter]) -> None:
    for _ in range(RATE):
        with pytest.raises(ZeroDivisionError), limiters[0].place():
            raise ZeroDivisionError
    with limiters[0].place():
        pass


def test_the_place_of_a_killed_process_is_free_again_after_its_lease(
    server: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "LEASE", 0.5)
    connection = client(server)
    limiter = RedisLimiter(connection, 1)
    killed = limiter.place()
    killed.__enter__()  # and never given back
    started = time.monotonic()
    with limiter.place():
        assert time.monotonic() - started >= 0.4
    connection.close()


def test_after_redis_was_away_a_whole_window_passes_first(server: Redis) -> None:
    connection = client(server)
    limiter = RedisLimiter(connection, RATE)
    with limiter.place():
        pass
    server.kill()
    with pytest.raises(redis_library.RedisError), limiter.place():
        raise AssertionError("got through")
    server.start()
    started = time.monotonic()
    with limiter.place():
        assert time.monotonic() - started >= limits.WINDOW
    connection.close()
