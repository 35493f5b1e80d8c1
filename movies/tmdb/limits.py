"""Limits the requests per second over all threads, processes and machines.

A request holds one of `rate` places from before it is sent until one second after its answer has
ended. So the server, too, sees more than a second between two uses of a place, however long a
thread is held up on its way, and never more than `rate` requests in a window of one second.
(Libraries that count when they give permission promise that only for the moment of asking.) The
price is throughput: rate / (1 + seconds an answer takes).

A place whose holder was killed is free again after `LEASE` seconds.
"""

from __future__ import annotations

import heapq
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Protocol

import redis

from movies.tmdb.errors import PausedError

WINDOW = 1.0
LEASE = 60.0  # longer than the longest request
LONGEST_WAIT = 30.0  # for a pause that TMDB asked for; a longer one raises `PausedError`

TAKE = """
-- Takes a place. KEYS: places, pause. ARGV: place's name, rate, lease. Returns seconds to wait.
local t = redis.call('TIME')
local now = t[1] + t[2] / 1000000
local pause = tonumber(redis.call('GET', KEYS[2]) or '0')
if pause > now then return {'pause', tostring(pause - now)} end
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
if redis.call('ZCARD', KEYS[1]) < tonumber(ARGV[2]) then
    redis.call('ZADD', KEYS[1], now + ARGV[3], ARGV[1])
    redis.call('EXPIRE', KEYS[1], 3600)
    return {'go', '0'}
end
local first = redis.call('ZRANGE', KEYS[1], 0, 0, 'WITHSCORES')
return {'wait', tostring(first[2] - now)}
"""
GIVE_BACK = """
-- The place is free one window from now. KEYS: places. ARGV: place's name, window.
local t = redis.call('TIME')
redis.call('ZADD', KEYS[1], 'XX', t[1] + t[2] / 1000000 + ARGV[2], ARGV[1])
"""
PAUSE = """
-- No place is given for ARGV[1] seconds; a longer pause stays. KEYS: pause.
local t = redis.call('TIME')
local till = t[1] + t[2] / 1000000 + ARGV[1]
if till > tonumber(redis.call('GET', KEYS[1]) or '0') then
    redis.call('SET', KEYS[1], string.format('%.6f', till), 'EX', math.ceil(ARGV[1]) + 1)
end
"""


class Limiter(Protocol):
    """Lets requests through one by one."""

    @contextmanager
    def place(self) -> Iterator[None]:
        """Wait for a place and hold it. Raises `PausedError` during a longer pause."""

    def pause(self, seconds: float) -> None:
        """Let no request through for this time."""


class LocalLimiter:
    """For the threads of one process."""

    def __init__(
        self,
        rate: int,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._clock, self._sleep = clock, sleep
        self._lock = threading.Lock()
        self._free = rate
        self._returns: list[float] = []  # a heap: when a place comes back
        self._paused_until = float("-inf")

    @contextmanager
    def place(self) -> Iterator[None]:
        while wait := self._take():
            self._sleep(wait)
        try:
            yield
        finally:
            with self._lock:
                heapq.heappush(self._returns, self._clock() + WINDOW)

    def _take(self) -> float:
        """0 if a place was taken, else the seconds to wait before asking again."""
        with self._lock:
            now = self._clock()
            if self._paused_until > now:
                return _bearable(self._paused_until - now)
            while self._returns and self._returns[0] <= now:
                heapq.heappop(self._returns)
                self._free += 1
            if self._free:
                self._free -= 1
                return 0.0
            return max(self._returns[0] - now, 0.001) if self._returns else 0.01

    def pause(self, seconds: float) -> None:
        with self._lock:
            self._paused_until = max(self._paused_until, self._clock() + seconds)


class RedisLimiter:
    """For all processes that share a Redis, by Redis' own clock.

    Redis may have lost its places while it was away: after reconnecting, a client waits for one
    window, so that earlier requests no longer count.
    """

    def __init__(
        self, client: redis.Redis, rate: int, *, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self._rate, self._sleep = rate, sleep
        self._places, self._pause = "ottwin:tmdb:places", "ottwin:tmdb:pause"
        self._scripts = [client.register_script(text) for text in (TAKE, GIVE_BACK, PAUSE)]
        self._was_away = True

    @contextmanager
    def place(self) -> Iterator[None]:
        take, give_back, _ = self._scripts
        name = uuid.uuid4().hex
        while wait := self._asked(take, name):
            self._sleep(wait)
        try:
            yield
        finally:
            try:
                give_back(keys=[self._places], args=[name, WINDOW])
            except redis.RedisError:
                self._was_away = True  # we have the answer, which matters more than the place

    def _asked(self, take: redis.commands.core.Script, name: str) -> float:
        """0 if a place was taken, else the seconds to wait before asking again."""
        if self._was_away:
            self._sleep(WINDOW)
            self._was_away = False
        try:
            verdict, seconds = take(
                keys=[self._places, self._pause], args=[name, self._rate, LEASE]
            )
        except redis.RedisError:
            self._was_away = True
            raise
        if verdict == b"go":
            return 0.0
        wait = float(seconds)
        return _bearable(wait) if verdict == b"pause" else max(wait, 0.001)

    def pause(self, seconds: float) -> None:
        self._scripts[2](keys=[self._pause], args=[seconds])


def _bearable(wait: float) -> float:
    if wait > LONGEST_WAIT:
        raise PausedError(wait)
    return wait
