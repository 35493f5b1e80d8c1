"""Training reads from `ANALYTICS_DATABASE_URL` if set, but writes to the default database."""

from __future__ import annotations

import copy
import os
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection, connections
from django.db.utils import InternalError, load_backend
from django.test.utils import CaptureQueriesContext

from common.errors import DataError
from common.models import DataLoad
from config.database import analytics_settings
from movies.models import Movie
from recommend.lab.data.database import (
    ANALYTICS,
    database,
    read_availability,
    read_observed_ratings,
)
from recommend.lab.recommenders.blend import Blend
from recommend.lab.recommenders.encoder import SurveyEncoder
from recommend.lab.training.train import TrainingPlan, train_model
from recommend.models import ModelRun
from tests.paths import ROOT

PROBE = (
    "from config import settings\n"
    "one = settings.DATABASES.get('analytics')\n"
    "print(one and (one['HOST'], one['NAME'], one['OPTIONS']['options'], one['URL_VARIABLE']))"
)


@pytest.fixture
def replica(transactional_db: None, world: str) -> Iterator[Any]:
    """A second, read-only connection to the same database."""
    settings = copy.deepcopy(connections["default"].settings_dict)
    options = {key: value for key, value in settings["OPTIONS"].items() if key != "pool"}
    options["options"] = "-c default_transaction_read_only=on"
    settings["OPTIONS"] = options
    wrapper = load_backend(settings["ENGINE"]).DatabaseWrapper(settings, ANALYTICS)
    connections[ANALYTICS] = wrapper
    wrapper.ensure_connection()  # before it is among the settings: those a test may not open
    connections.settings[ANALYTICS] = settings
    yield wrapper
    wrapper.close()
    del connections[ANALYTICS], connections.settings[ANALYTICS]


def probe(**environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", PROBE],
        cwd=ROOT, env=os.environ | {"SECRET_KEY": "x" * 60} | environment,
        capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_the_address_gives_a_second_read_only_database() -> None:
    found = probe(ANALYTICS_DATABASE_URL="postgres://ann:secret@replica.test/films")
    assert found.stdout.strip() == (
        "('replica.test', 'films', '-c default_transaction_read_only=on', 'ANALYTICS_DATABASE_URL')"
    )
    assert probe(ANALYTICS_DATABASE_URL="").stdout.strip() == "None"


def test_an_invalid_address_is_refused_without_showing_its_password() -> None:
    found = probe(ANALYTICS_DATABASE_URL="mysql://ann:secret@replica.test/films")
    assert found.returncode != 0
    assert "ANALYTICS_DATABASE_URL: this is a mysql:// address" in found.stderr
    assert "secret" not in found.stderr


def test_options_of_the_address_stay() -> None:
    url = "postgres://ann@replica.test/films?options=-c%20statement_timeout%3D9"
    options: Any = analytics_settings(url, var=ROOT)["OPTIONS"]
    assert options["options"] == "-c statement_timeout=9 -c default_transaction_read_only=on"


def test_without_the_address_the_database_itself_is_read(world: str) -> None:
    assert database() == "default"
    assert len(read_observed_ratings().ratings)


def test_ratings_people_and_availability_come_from_the_replica(replica: Any) -> None:
    assert database() == ANALYTICS
    with CaptureQueriesContext(replica) as there, CaptureQueriesContext(connection) as here:
        data = read_observed_ratings()
        availability = read_availability(data.movie_ids)
    assert len(data.ratings) == 80 * 23
    assert len(availability.platforms)
    # In the database itself only the ledger is asked which data set is in use.
    assert [query["sql"].split(" FROM ")[1].split(" ")[0] for query in here] == [
        '"common_dataload"'
    ]
    assert len(there) >= 3


def test_training_writes_to_the_default_database(replica: Any) -> None:
    quick = Blend(encoder=SurveyEncoder(passes=1, fewest_steps=5))
    run = train_model(plan=TrainingPlan(1, "BaselineOnly", quick))
    assert ModelRun.objects.using("default").get() == run


def test_nothing_can_be_written_to_it(replica: Any) -> None:
    with pytest.raises(InternalError, match="read-only transaction"):
        Movie.objects.using(ANALYTICS).update(title="another")


@pytest.mark.parametrize("newest", ["older", "none"])
def test_a_replica_that_lags_behind_is_refused(
    newest: str, replica: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The replica has not replayed the newest load, or any load."""
    old = DataLoad.objects.get(kind="movielens")
    current = DataLoad(
        pk=old.pk + 100, kind="movielens", name="new", digest="1" * 64, seconds=1,
        loaded_at=old.loaded_at,
    )  # fmt: skip
    monkeypatch.setattr("recommend.lab.data.database.data_set_in_use", lambda: current)
    if newest == "none":
        DataLoad.objects.all().delete()
    with pytest.raises(DataError) as caught:
        read_observed_ratings()
    found = "is empty" if newest == "none" else "has world, loaded"
    assert f"the database of ANALYTICS_DATABASE_URL {found}" in str(caught.value)
    assert "lags behind" in str(caught.value)
