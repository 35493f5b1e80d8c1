"""`python -m benchmarks.fetch ml-1m.zip movie_details.csv`: two workers fetch a whole release.

A stub of TMDB answers one request in ten badly. Checks that every film is right and that the rate
was never exceeded, and prints the time as a ratio to films / rate. Starts its own database, Redis
and workers, and changes nothing else.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tests.movies.tmdb.tmdb_films import StubFilm, invented_films
from tests.movies.tmdb.tmdb_stub import PASSING_FAULTS, TmdbStub, seeded_faults
from tests.programs import needed_program
from tests.sites import Site, own_redis, own_site, wait_until

RATE = 40
ROWS = """
from movies.models import Movie
result = list(Movie.objects.order_by("pk").values_list("pk", "title", "year", "imdb_id", "tmdb_id"))
"""
WRONG = """
import json
from benchmarks.fetch import stub_films
from movies.models import IdSuggestion
from tests.movies.fetching.tmdb_world import wrong_films
doubtful = set(IdSuggestion.objects.values_list("movie_id", flat=True))
films = stub_films(json.load(open({path!r})))
ids = {{id(film): movie_id for movie_id, film in films.items() if movie_id not in doubtful}}
sure = [film for film in films.values() if id(film) in ids]
result = [wrong_films(sure, lambda film: ids[id(film)]),
          list(IdSuggestion.objects.values_list("movie__title", "reason"))]
"""


def stub_films(rows: list[Any]) -> dict[int, StubFilm]:
    """A film of the stub for each of ours, by our id; the stub's films always have a TMDB id."""
    return {
        movie_id: StubFilm(
            tmdb_id or 5_000_000 + movie_id,
            invented.title,
            title,
            title,
            f"{year}-06-01" if year else "",
            f"tt{imdb_id:07d}" if imdb_id else None,
            offers=invented.offers,
            elsewhere=invented.elsewhere,
        )
        for (movie_id, title, year, imdb_id, tmdb_id), invented in zip(
            rows, invented_films(len(rows)), strict=True
        )
    }


def main(release: str, details: str) -> None:
    with (
        TemporaryDirectory() as folder,
        own_redis(needed_program("redis-server"), Path(folder)) as redis,
        own_site(redis.url, Path(folder)) as site,
    ):
        site.manage("load_reference_data")
        site.manage("load_movielens", release)
        site.manage("load_movie_details", details)
        rows = site.call(ROWS)
        (site.folder / "rows.json").write_text(json.dumps(rows), encoding="utf-8")
        films = stub_films(rows)
        with TmdbStub(films.values(), key="right") as stub:
            site.configure(tmdb=stub.url, rate=RATE, timeout=2.0)
            stub.fault = seeded_faults(0.1, PASSING_FAULTS, seed=4)
            for name in ("one", "two"):
                site.start_worker(name)
            site.start_beat()
            wait_until(lambda: site.log().count(" ready.") >= 2, seconds=60, what="workers")
            started = time.monotonic()
            print(site.manage("fetch_availability").splitlines()[-1])
            seconds = time.monotonic() - started
            report(site, stub, len(films), seconds)


def report(site: Site, stub: TmdbStub, films: int, seconds: float) -> None:
    wrong, doubtful = site.call(WRONG.format(path=str(site.folder / "rows.json")))
    faulty = sum(request.fault is not None for request in stub.requests)
    print(f"requests: {len(stub.requests):,}, of them badly answered {faulty:,}")
    print(f"films not right: {len(wrong)} of {films:,} {wrong[:3]}")
    print(f"left to staff as doubtful: {doubtful}")
    print(f"most requests in one second: {stub.most_in_one_second()} (limit {RATE})")
    print(f"wall time: {seconds:.1f} s = {seconds * RATE / films:.2f} x films / rate")


if __name__ == "__main__":
    main(*sys.argv[1:])
