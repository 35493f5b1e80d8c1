"""The Redis of `REDIS_URL`: short limits of time, and one circuit breaker for all that uses it.

A Redis that accepts connections and never answers must not make people wait. After a failure nobody
of this process asks for `PAUSE_SECONDS`; then one caller tries, and the others go on without it.
Every caller has a way without Redis: the database, a count of its own, or a message.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic
from typing import Any

import redis
from django.conf import settings
from django.core.cache.backends.redis import RedisCache, RedisCacheClient
from kombu.exceptions import OperationalError
from redis.backoff import NoBackoff
from redis.retry import Retry

PAUSE_SECONDS = 10.0
FAILURES = (redis.ConnectionError, redis.TimeoutError, OperationalError, OSError)


class Breaker:
    """Remembers that something does not answer. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._failed = False
        self._paused_until = 0.0

    @contextmanager
    def guarded(self) -> Iterator[None]:
        """Run the block, unless it failed a short while ago: then raise `redis.ConnectionError`."""
        with self._lock:
            if monotonic() < self._paused_until:
                raise redis.ConnectionError("Redis did not answer a moment ago")
            if self._failed:  # this caller tries; the others need not wait for it
                self._paused_until = monotonic() + PAUSE_SECONDS
        try:
            yield
        except FAILURES:
            with self._lock:
                self._failed, self._paused_until = True, monotonic() + PAUSE_SECONDS
            raise
        self.reset()

    def reset(self) -> None:
        """Forget failures."""
        self._failed, self._paused_until = False, 0.0


breaker = Breaker()  # of this process


class GuardedRedis(redis.Redis):
    """Each command passes the breaker."""

    def execute_command(self, *args: Any, **options: Any) -> Any:
        with breaker.guarded():
            return super().execute_command(*args, **options)  # type: ignore[no-untyped-call]


class GuardedCacheClient(RedisCacheClient):
    def __init__(self, servers: list[str], **options: Any) -> None:
        super().__init__(servers, **(time_limits() | options))
        self._client = GuardedRedis


class GuardedCache(RedisCache):
    """Django's cache in Redis; raises `redis.RedisError` or `OSError` soon."""

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self._class = GuardedCacheClient


def time_limits() -> dict[str, Any]:
    """Arguments of a connection to Redis that a person waits for."""
    return {
        "socket_timeout": settings.REDIS_SECONDS,
        "socket_connect_timeout": settings.REDIS_SECONDS,
        "retry": Retry(NoBackoff(), 0),
    }


def enqueue(task: Any, **arguments: Any) -> None:
    """Hand a task over to the workers, or run it here if there are none.

    Raises `redis.RedisError` or kombu's `OperationalError`, soon, if Redis does not answer.
    """
    if not settings.REDIS_URL:
        task.delay(**arguments)
        return
    with breaker.guarded():
        task.delay(**arguments)


def answers(url: str) -> bool:
    """Whether the Redis of this address answers now, whatever was seen before."""
    try:
        with redis.Redis.from_url(url, **time_limits()) as client:
            return bool(client.ping())
    except (redis.RedisError, OSError):
        return False
