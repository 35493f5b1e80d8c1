"""Films in our database that the TMDB stub knows, and the state that each must end in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from movies.models import FetchAttempt, Movie, Offer, Platform
from tests.movies.tmdb.tmdb_films import StubFilm
from tests.movies.tmdb.tmdb_stub import TmdbStub
from tests.operators import run

PLATFORMS = {
    "netflix": [8, 1796],
    "disney_plus": [337],
    "wavve": [356],
    "watcha": [97],
    "prime_video": [119],
    "apple_tv_plus": [350],
    "tving": [1883],
    "coupang_play": [1881],  # not in TMDB's list for Korea: silence means nothing
    "laftel": [],
}
COVERED = set(PLATFORMS) - {"coupang_play", "laftel"}
INCLUDED = ("flatrate", "free", "ads")


def add_platforms() -> None:
    Platform.objects.bulk_create(
        Platform(slug=slug, name=slug, tmdb_provider_ids=numbers)
        for slug, numbers in PLATFORMS.items()
    )


@contextmanager
def connected_stub(settings: Any, films: Sequence[StubFilm]) -> Iterator[TmdbStub]:
    """A stub that knows the films; our settings lead to it, and our platforms are stored."""
    with TmdbStub(films, key="right") as stub:
        settings.TMDB_API_KEY, settings.TMDB_BASE_URL = "right", stub.url
        settings.TMDB_RATE, settings.TMDB_TIMEOUT, settings.REDIS_URL = 500, 1.0, ""
        add_platforms()
        yield stub


def fetched(movie_id: int) -> Movie:
    """Fetch the film; returns it as stored."""
    run("fetch_availability", "--movie", movie_id)
    return Movie.objects.get(pk=movie_id)


def outcomes() -> dict[str, int]:
    """How often each outcome of a request is recorded."""
    return dict(Counter(FetchAttempt.objects.values_list("outcome", flat=True)))


def our_id(film: StubFilm) -> int:
    return film.tmdb_id + 100_000


def add_movies(films: Iterable[StubFilm]) -> None:
    """Add the films with the ids that a details file would give them."""
    Movie.objects.bulk_create(
        Movie(
            movie_id=our_id(film),
            title=film.english_title,
            year=int(film.release_date[:4]) if film.release_date else None,
            tmdb_id=film.tmdb_id,
            imdb_id=int(film.imdb_id[2:]) if film.imdb_id else None,
        )
        for film in films
    )


def expected_state(film: StubFilm) -> dict[str, bool]:
    """Worked out by hand from what the stub says: yes, no, or no key."""
    if film.offers is None and not film.elsewhere:
        return {}
    offered = {number for kind in INCLUDED for number in (film.offers or {}).get(kind, ())}
    return {
        slug: bool(offered & set(numbers)) for slug, numbers in PLATFORMS.items() if slug in COVERED
    }


def expected_offers(film: StubFilm) -> set[tuple[str, int]]:
    return {(kind, number) for kind, numbers in (film.offers or {}).items() for number in numbers}


def wrong_films(films: Sequence[StubFilm], id_of: Callable[[StubFilm], int] = our_id) -> list[str]:
    """Descriptions of all films that are not right after the fetch."""
    states = dict(Movie.objects.values_list("movie_id", "platforms"))
    offers: dict[int, set[tuple[str, int]]] = {}
    for movie_id, kind, number in Offer.objects.values_list("movie_id", "kind", "provider_id"):
        offers.setdefault(movie_id, set()).add((kind, number))
    faults = []
    for film in films:
        movie_id = id_of(film)
        if states[movie_id] != expected_state(film):
            faults.append(f"{movie_id}: {states[movie_id]}, not {expected_state(film)}")
        if offers.get(movie_id, set()) != expected_offers(film):
            faults.append(f"{movie_id}: {offers.get(movie_id)}, not {expected_offers(film)}")
    return faults
