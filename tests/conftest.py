"""Fixtures that many tests share."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from pytest_django.fixtures import validate_django_db

from common.backends.broker import breaker
from movies.services import platform_rates
from tests.browser.browsers import _orm_beside_playwright, browser, screen, site, visitors
from tests.paths import ROOT
from tests.shared_worlds import SharedWorlds, tally_at_once
from tests.snapshots import restore
from tests.worlds import build_model, build_sample, build_world

__all__ = ["_orm_beside_playwright", "browser", "screen", "site", "visitors"]


def _commits(item: pytest.Item) -> bool:
    marker = item.get_closest_marker("django_db")
    asked = {*getattr(item, "fixturenames", ())}
    return bool({"transactional_db", "live_server"} & asked) or (
        marker is not None and bool(validate_django_db(marker)[0])
    )


def pytest_collection_finish() -> None:
    """What was collected stays, so that the garbage collector need not look at it each time."""
    gc.collect()
    gc.freeze()


def pytest_sessionfinish() -> None:
    """Store what was reached, if coverage is measured (`make test`)."""
    if probes := sys.modules.get("tests.probes"):
        probes.write()


@pytest.fixture(autouse=True)
def own_folders(settings: Any, tmp_path: Path) -> None:
    """Keep models and predictions of tests apart from those of the project."""
    settings.MODEL_DIR = tmp_path / "models"
    settings.PREDICTIONS_DIR = tmp_path / "predictions"


@pytest.fixture(autouse=True)
def redis_is_asked_again() -> None:
    """Forget that it did not answer in an earlier test."""
    breaker.reset()


AS_SERVED = platform_rates.FEWEST_SURVEYED


@pytest.fixture(autouse=True)
def one_film_is_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    """To compare a platform: the tiny worlds have fewer than the 50 films that it takes."""
    monkeypatch.setattr(platform_rates, "FEWEST_SURVEYED", 1)


@pytest.fixture(autouse=True)
def tally_follows_at_once(request: pytest.FixtureRequest) -> None:
    """As in a shared world, in the transaction of every other test too."""
    if "db" in request.fixturenames or request.node.get_closest_marker("django_db"):
        request.getfixturevalue("db")
        if connection.in_atomic_block:
            tally_at_once()


def _five_films(folder: Path) -> None:
    from movies.models import Platform
    from tests.movies.movielens.archives import tiny_release
    from tests.operators import run

    run("load_movielens", tiny_release(folder, "ml-1m"))
    for slug in ("netflix", "tving", "watcha"):
        Platform.objects.create(slug=slug, name=slug.title())


def _live_model(folder: Path) -> None:
    build_world(folder)
    build_model(folder)


def _sample_model(folder: Path) -> None:
    """Its stars are plain averages: a third of the training, and no platform depends on them."""
    build_sample()
    build_model(folder, stars="BaselineOnly")


def _comparing(build: Callable[[Path], None], *, fewest: int) -> Callable[[Path], None]:
    """Build where it takes so many films to compare a platform, whichever test asks first."""

    def build_so(folder: Path) -> None:
        with pytest.MonkeyPatch.context() as monkeypatch:
            monkeypatch.setattr(platform_rates, "FEWEST_SURVEYED", fewest)
            build(folder)

    return build_so


BUILDS = {
    "five_films": _comparing(_five_films, fewest=1),
    "world": _comparing(build_world, fewest=1),
    "live_model": _comparing(_live_model, fewest=1),
    "sample_model": _comparing(_sample_model, fewest=AS_SERVED),
}


@pytest.fixture(scope="session")
def of_the_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that all processes of a run have in common."""
    own = tmp_path_factory.getbasetemp()
    return own.parent if os.environ.get("PYTEST_XDIST_WORKER") else own


@pytest.fixture(scope="session")
def worlds(
    of_the_run: Path, django_db_setup: None, django_db_blocker: Any
) -> Iterator[SharedWorlds]:
    shared = SharedWorlds(of_the_run / "worlds", BUILDS)
    yield shared
    with django_db_blocker.unblock():
        shared.close()


@pytest.fixture
def _django_db_around(
    request: pytest.FixtureRequest, worlds: SharedWorlds, django_db_blocker: Any
) -> None:
    """The world that a test names is open around its transaction; others find empty tables."""
    wanted = next((name for name in BUILDS if name in request.fixturenames), None)
    with django_db_blocker.unblock():
        if wanted and not _commits(request.node):
            worlds.open(wanted)
        else:
            worlds.close()


@pytest.fixture
def _django_db_helper(_django_db_around: None, _django_db_helper: None) -> None:
    """pytest-django's transaction of a test, within that of its world."""


@pytest.fixture
def put_in(db: None, worlds: SharedWorlds) -> Callable[[str], None]:
    """Have the rows of a world, in the open one or in the test's own transaction."""

    def put(name: str) -> None:
        _forget_runs()
        if not worlds.is_open(name):
            restore(worlds.rows(name))

    return put


def _forget_runs() -> None:
    """Every test gives its rows the same numbers, by which a process caches runs."""
    from movies.selectors import snapshot
    from recommend.ranking import in_use, neighbours, poster_screen, vectors
    from recommend.ranking.words import served_genres

    for cached in (
        snapshot.snapshot_of,
        in_use._run,
        in_use._platforms,
        in_use._seasons,
        in_use._data_set,
        served_genres._stored,
        vectors.run_arrays,
        vectors.run_factors,
        neighbours.run_people,
        poster_screen._gains,
        poster_screen._candidates,
    ):
        cached.cache_clear()


@pytest.fixture
def world(put_in: Callable[[str], None]) -> str:
    """The tiny invented data set is in use, platforms and statistics are loaded."""
    put_in("world")
    return "world"


@pytest.fixture
def live_model(put_in: Callable[[str], None]) -> Any:
    """A small model, trained on the world, with predictions, published."""
    from recommend.models import ModelRun

    put_in("live_model")
    return ModelRun.objects.live()


@pytest.fixture
def sample_model(put_in: Callable[[str], None], monkeypatch: pytest.MonkeyPatch) -> Any:
    """The bundled sample with a model trained on it, as `make run` leaves them."""
    from recommend.models import ModelRun

    monkeypatch.setattr(platform_rates, "FEWEST_SURVEYED", AS_SERVED)
    put_in("sample_model")
    return ModelRun.objects.live()


@pytest.fixture
def five_films(put_in: Callable[[str], None]) -> None:
    """The five films of the tiny 1M, and three platforms."""
    put_in("five_films")


@pytest.fixture
def english(client: Client) -> Client:
    """A visitor who reads English."""
    client.cookies["django_language"] = "en"
    return client


@pytest.fixture
def staff(admin_client: Client) -> Client:
    """The superuser's browser, in English."""
    admin_client.cookies["django_language"] = "en"
    return admin_client


@pytest.fixture
def empty_cache() -> Iterator[None]:
    """Empty the cache before and after the test."""
    cache.clear()
    yield
    cache.clear()


def _real_data_folder() -> Path:
    root = ROOT
    return Path(os.environ.get("OTTWIN_DATA", root.parent / "shared" / "data"))


@pytest.fixture
def real_data() -> Path:
    """The folder of the real data, or a skip that says what is missing."""
    folder = _real_data_folder()
    if not (folder / "ml-1m.zip").is_file():
        pytest.skip(f"no real data in {folder}; set OTTWIN_DATA (docs/data.md)")
    return folder
