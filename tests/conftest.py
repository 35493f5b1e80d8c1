"""Fixtures that many tests share."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client

from common.backends.broker import breaker
from movies.services import platform_rates
from tests.browser.browsers import _orm_beside_playwright, browser, screen, site, visitors
from tests.paths import ROOT
from tests.worlds import build_model, build_sample, build_world

__all__ = ["_orm_beside_playwright", "browser", "screen", "site", "visitors"]


@pytest.fixture(autouse=True)
def own_folders(settings: Any, tmp_path: Path) -> None:
    """Keep models and predictions of tests apart from those of the project."""
    settings.MODEL_DIR = tmp_path / "models"
    settings.PREDICTIONS_DIR = tmp_path / "predictions"


@pytest.fixture(autouse=True)
def redis_is_asked_again() -> None:
    """Forget that it did not answer in an earlier test."""
    breaker.reset()


@pytest.fixture(autouse=True)
def one_film_is_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    """To compare a platform: the tiny worlds have fewer than the 50 films that it takes."""
    monkeypatch.setattr(platform_rates, "FEWEST_SURVEYED", 1)


@pytest.fixture(autouse=True)
def tally_at_once(request: pytest.FixtureRequest) -> None:
    """Within the transaction of a test, which never commits, the tally follows each statement."""
    if "db" in request.fixturenames or request.node.get_closest_marker("django_db"):
        request.getfixturevalue("db")
        if connection.in_atomic_block:
            with connection.cursor() as cursor:
                cursor.execute("SET CONSTRAINTS ottstats_count_recommendation IMMEDIATE")


_snapshots: dict[str, dict[str, bytes]] = {}  # built once a process, then copied back


def _restore_or_build(name: str, build: Callable[[], None]) -> None:
    """The rows of all our tables as `build` leaves them; by COPY from the second time on.

    Training for every one of some hundred tests would take minutes.
    """
    from tests.browser.snapshots import restore, snapshot

    _forget_runs()
    if name in _snapshots:
        restore(_snapshots[name])
        return
    build()
    _snapshots[name] = snapshot()


def _forget_runs() -> None:
    """Restored sequences give the same numbers again, by which a process caches runs."""
    from recommend.ranking import poster_screen, vectors

    for cached in (
        vectors.run_arrays,
        vectors.run_factors,
        poster_screen._gains,
        poster_screen._candidates,
    ):
        cached.cache_clear()


@pytest.fixture
def world(db: None, tmp_path: Path) -> str:
    """The tiny invented data set is in use, platforms and statistics are loaded."""
    _restore_or_build("world", lambda: build_world(tmp_path))
    return "world"


@pytest.fixture
def live_model(db: None, tmp_path: Path, own_folders: None) -> Any:
    """A small model, trained on the world, with predictions, published."""
    from recommend.models import ModelRun

    def build() -> None:
        build_world(tmp_path)
        build_model(tmp_path)

    _restore_or_build("live_model", build)
    return ModelRun.objects.live()


@pytest.fixture
def sample_model(
    db: None, tmp_path: Path, own_folders: None, monkeypatch: pytest.MonkeyPatch
) -> Any:
    """The bundled sample with a model trained on it, as `make run` leaves them.

    Its stars are plain averages, which saves a third of the training; no platform depends on them.
    """
    from recommend.models import ModelRun

    monkeypatch.setattr(platform_rates, "FEWEST_SURVEYED", 50)  # as it is served

    def build() -> None:
        build_sample()
        build_model(tmp_path, stars="BaselineOnly")

    _restore_or_build("sample_model", build)
    return ModelRun.objects.live()


@pytest.fixture
def five_films(db: None, tmp_path: Path) -> None:
    """The five films of the tiny 1M, and three platforms."""
    from movies.models import Platform
    from tests.movies.movielens.archives import tiny_release
    from tests.operators import run

    run("load_movielens", tiny_release(tmp_path, "ml-1m"))
    for slug in ("netflix", "tving", "watcha"):
        Platform.objects.create(slug=slug, name=slug.title())


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
