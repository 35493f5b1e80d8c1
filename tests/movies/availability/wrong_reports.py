"""Reporting wrong availability, on the page or through the API."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from django.db import connections
from django.test import Client

from movies.models import Movie

PAGE = "/availability/reports/"
API = "/api/reports/"
FILM, ABSENT = 2, 1  # Netflix has the even ones of the first films; nobody knows of TVING


def tell(client: Client, movie: Any = FILM, platform: str = "netflix", **others: Any) -> Any:
    return client.post(PAGE, {"movie": movie, "platform": platform, "next": "/about/"}, **others)


def call(client: Client, movie: Any = FILM, platform: str = "netflix", **others: Any) -> Any:
    body = {"movie_id": movie, "platform": platform}
    return client.post(API, body, content_type="application/json", **others)


def at_once(times: int, threads: int, do: Callable[[], object]) -> None:
    """Do it several times at the same moment, each in a thread with its own connection."""

    def one(number: int) -> None:
        try:
            do()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(one, range(times)))


def state(movie: int, platform: str) -> bool | None:
    carried: bool | None = Movie.objects.get(pk=movie).platforms.get(platform)
    return carried
