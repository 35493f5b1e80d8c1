"""Opens the TMDB client with this installation's settings."""

from __future__ import annotations

from urllib.parse import urlsplit

import redis
from django.conf import settings

from common.errors import DataError
from movies.tmdb.client import TmdbClient
from movies.tmdb.limits import Limiter, LocalLimiter, RedisLimiter

LOOPBACK = ("127.0.0.1", "localhost", "::1")


def open_client() -> TmdbClient:
    """A client; with Redis, all workers share its rate.

    Raises `DataError` if a setting is missing or wrong.
    """
    if not settings.TMDB_API_KEY:
        raise DataError(
            "TMDB_API_KEY is not set. Get a key at https://www.themoviedb.org/settings/api and put "
            "it into the environment or .env; without it availability comes from files and staff."
        )
    address = urlsplit(settings.TMDB_BASE_URL)
    is_local = address.scheme == "http" and address.hostname in LOOPBACK
    if address.scheme != "https" and not is_local:
        raise DataError(
            f"TMDB_BASE_URL is {settings.TMDB_BASE_URL!r}; expected https://… "
            "(the API key would travel unencrypted)"
        )
    if settings.TMDB_RATE < 1:
        raise DataError(f"TMDB_RATE is {settings.TMDB_RATE}; expected requests a second, 1 or more")
    return TmdbClient(
        key=settings.TMDB_API_KEY,
        base_url=settings.TMDB_BASE_URL,
        limiter=_limiter(),
        timeout=settings.TMDB_TIMEOUT,
    )


def _limiter() -> Limiter:
    if not settings.REDIS_URL:
        return LocalLimiter(settings.TMDB_RATE)
    client = redis.Redis.from_url(settings.REDIS_URL, socket_timeout=5, socket_connect_timeout=5)
    return RedisLimiter(client, settings.TMDB_RATE)
