"""Counts requests in periods that begin with the first one: in Redis, else in the database.

Where Redis does not answer (`common.backends.broker`) the database counts, so that neither a Redis
that is away nor one that hangs removes a limit or holds up a page.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from functools import cache

import redis
from django.conf import settings
from django.db import DatabaseError, connection

from common.backends.broker import GuardedRedis, breaker, time_limits

logger = logging.getLogger(__name__)

# One statement counts and begins a new period where the last one is over. It also deletes a few
# counts that nobody asks for any more, so the table needs no purge; rows that another session
# holds are left to it.
COUNT = """
    WITH over AS (
        DELETE FROM common_requestcount WHERE key IN (
            SELECT key FROM common_requestcount
            WHERE ends_at < clock_timestamp() AND key <> %(key)s
            ORDER BY ends_at LIMIT 5 FOR UPDATE SKIP LOCKED
        )
    )
    INSERT INTO common_requestcount AS row (key, count, ends_at)
    VALUES (%(key)s, 1, clock_timestamp() + make_interval(secs => %(seconds)s))
    ON CONFLICT (key) DO UPDATE SET
        count = CASE WHEN row.ends_at <= clock_timestamp() THEN 1
            ELSE least(row.count, 1000000000) + 1 END,
        ends_at = CASE WHEN row.ends_at <= clock_timestamp() THEN excluded.ends_at
            ELSE row.ends_at END
    RETURNING count, extract(epoch FROM ends_at - clock_timestamp())
"""


@dataclass(frozen=True)
class Counted:
    """`count` in the period, this request included; the period ends in `seconds`."""

    count: int
    seconds: float


class CountUnavailableError(Exception):
    """Neither Redis nor the database could count."""


def count(key: str, seconds: int) -> Counted:
    """Count one request under this key in a period of so many seconds.

    Atomic: requests that arrive at once get different counts. Raises `CountUnavailableError`.
    """
    if settings.REDIS_URL:
        try:
            return _in_redis(key, seconds)
        except (redis.RedisError, OSError) as error:
            logger.warning("Redis does not count requests, the database does: %s", error)
    try:
        with connection.cursor() as cursor:
            cursor.execute(COUNT, {"key": key, "seconds": seconds})
            row = cursor.fetchone()
    except DatabaseError as error:
        raise CountUnavailableError(str(error).partition("\n")[0]) from error
    return Counted(row[0], float(row[1]))


def forget(key: str) -> None:
    """Begin the count of this key anew. Raises `CountUnavailableError`."""
    if settings.REDIS_URL:
        try:
            _client(settings.REDIS_URL).delete(f"count:{key}")
        except (redis.RedisError, OSError) as error:
            logger.warning("Redis does not forget a count: %s", error)
    try:
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM common_requestcount WHERE key = %s", [key])
    except DatabaseError as error:
        raise CountUnavailableError(str(error).partition("\n")[0]) from error


def _in_redis(key: str, seconds: int) -> Counted:
    with breaker.guarded(), _client(settings.REDIS_URL).pipeline(transaction=True) as pipeline:
        name = f"count:{key}"
        pipeline.set(name, 0, ex=seconds, nx=True)
        pipeline.incr(name)
        pipeline.pttl(name)
        _begun, found, left = pipeline.execute()
    return Counted(int(found), max(int(left), 0) / 1000)


@cache
def _client(url: str) -> redis.Redis:
    return GuardedRedis.from_url(url, **time_limits())
