"""Reading whole lists with real processes that are killed: nothing lost, nothing half."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from tests.movies.fetching.listing_world import FIVE, listed_films
from tests.movies.tmdb.tmdb_stub import PASSING_FAULTS, Fault, TmdbStub, seeded_faults
from tests.sites import Site, own_site, wait_until

FILMS = 12_000
RATE = 150
ADD_PLATFORMS = """
from tests.movies.fetching.tmdb_world import add_platforms
from movies.models import Movie, Platform
from tests.movies.fetching.listing_world import FIVE
add_platforms()
Platform.objects.exclude(slug__in=FIVE).update(is_active=False)
Movie.objects.create(movie_id=1, title="Ours, on no list", tmdb_id=5, tmdb_id_source="staff")
result = True
"""
# Films of the lists that were taken over, and what these lists say of them: no more, no less.
WRONG = f"""
from movies.models import Listing
from tests.movies.fetching.listing_world import listed_films, states_listed, wrong_entered
applied = set(Listing.objects.filter(state="applied").values_list("platform", flat=True))
films = [one for one in listed_films({FILMS}) if any(states_listed(one, applied).values())]
result = [sorted(applied), len(films), wrong_entered(films, applied)[:5]]
"""


@pytest.fixture
def tmdb() -> Iterator[TmdbStub]:
    with TmdbStub(listed_films(FILMS), key="right") as stub:
        stub.fault = seeded_faults(0.1, PASSING_FAULTS, seed=3)
        yield stub


@pytest.fixture
def site(tmdb: TmdbStub, of_the_run: Path) -> Iterator[Site]:
    with own_site("", of_the_run) as installation:
        installation.configure(tmdb=tmdb.url, rate=RATE, timeout=0.7)
        assert installation.call(ADD_PLATFORMS)
        yield installation


def number(site: Site, query: str) -> int:
    return int(site.sql(query)[0][0])


def end_well(process: subprocess.Popen[bytes], site: Site) -> None:
    assert process.wait(300) == 0, site.log()


@contextmanager
def held_platform(site: Site, slug: str) -> Iterator[None]:
    """Its row is locked, so that whoever takes its list over waits before the commit."""
    server = site.server
    with psycopg.connect(
        host=str(server.socket_dir), port=server.port, dbname=server.dbname, user=server.user
    ) as other:
        other.execute("SELECT FROM movies_platform WHERE slug = %s FOR NO KEY UPDATE", [slug])
        yield
        other.rollback()


WAITING = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
STAGED = "SELECT count(*) FROM movies_stagedfilm"


def test_twelve_thousand_films_are_read_although_the_reader_is_killed_three_times(
    site: Site, tmdb: TmdbStub
) -> None:
    process = site.start_manage("sync_catalogue")
    wait_until(lambda: number(site, STAGED) > 1_000, seconds=90, what="pages", log=site.log)
    site.kill(process)
    assert site.call(WRONG) == [[], 0, []]
    staged = number(site, STAGED)
    assert staged > 1_000

    with held_platform(site, "netflix"):
        process = site.start_manage("sync_catalogue")
        wait_until(lambda: number(site, WAITING) > 0, seconds=120, what="taking over", log=site.log)
        site.kill(process)
    applied, films, wrong = site.call(WRONG)
    assert (applied, wrong) == (["disney_plus"], [])
    assert 3_000 < films < FILMS

    before = len(tmdb.requests)
    process = site.start_manage("sync_catalogue", "--max-age", "20")
    wait_until(
        lambda: number(site, "SELECT count(*) FROM movies_listing WHERE state = 'applied'") >= 3,
        seconds=120,
        what="the next platforms",
        log=site.log,
    )
    site.kill(process)
    assert site.call(WRONG)[2] == []
    asked = [one.query["with_watch_providers"] for one in tmdb.requests[before:]]
    assert str(FIVE["disney_plus"]) not in asked

    end_well(site.start_manage("sync_catalogue", "--max-age", "20"), site)
    assert site.call(WRONG) == [sorted(FIVE), FILMS, []]
    assert number(site, STAGED) == 0
    ours = site.sql("SELECT platforms::text FROM movies_movie WHERE movie_id = 1")
    assert ours[0][0].count("false") == len(FIVE)
    twice = (
        "SELECT count(*) FROM (SELECT FROM movies_availabilitychange "
        "GROUP BY movie_id, platform_id HAVING count(*) > 1) AS twice"
    )
    assert number(site, twice) == 0
    assert tmdb.most_in_one_second() <= RATE
    assert sum(one.fault not in (None, Fault.SLOW) for one in tmdb.requests) > 100
