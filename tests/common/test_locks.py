"""Advisory locks: one registry, keys that differ, and work that does not wait for other work."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection, transaction

from common.locks import Lock, StudyLock
from movies.fetching.providers import set_provider_ids
from movies.models import Platform
from recommend.services import lab_jobs
from tests.operators import second_connection
from tests.paths import ROOT

PACKAGES = ("common", "movies", "survey", "matching", "ottstats", "recommend", "config")


def taken(other: Any, *numbers: int) -> bool:
    """Take the lock of that key in another session, if it is free."""
    places = ", ".join(["%s"] * len(numbers))
    row = other.execute(f"SELECT pg_try_advisory_lock({places})", numbers).fetchone()  # noqa: S608
    return bool(row[0])


def test_all_keys_differ() -> None:
    keys = [lock.numbers for lock in Lock.__members__.values()]  # aliases too
    assert len(set(keys)) == len(keys) == len(Lock)
    assert {len(key) for key in keys} == {1}
    assert len(StudyLock(0, 0).numbers) == 2


def test_no_advisory_lock_is_taken_outside_the_registry() -> None:
    files = [file for package in PACKAGES for file in (ROOT / package).rglob("*.py")]
    assert len(files) > 100
    found = {
        str(file.relative_to(ROOT)) for file in files if "advisory_" in file.read_text("utf-8")
    }
    # Triggers, which take their keys from the registry.
    tally, seasons = (
        "ottstats/migrations/0003_tally_at_commit.py",
        "recommend/migrations/0010_seasons.py",
    )
    assert found == {"common/locks.py", tally, seasons}


def test_keys_of_one_number_and_of_two_never_meet(db: None) -> None:
    """Here `classid` and `objid` are equal; only `objsubid` tells the two apart."""
    alike = StudyLock(0, Lock.LAB.value)
    with second_connection() as other:
        assert taken(other, *alike.numbers)
        assert alike.is_held()
        assert not Lock.LAB.is_held()
        assert taken(other, *Lock.LAB.numbers)
        assert Lock.LAB.is_held()
        assert not alike.attempt_in_session()


def test_a_lock_of_the_session_is_held_until_it_is_released(db: None) -> None:
    with second_connection() as other:
        assert Lock.LAB.attempt_in_session()
        assert not taken(other, *Lock.LAB.numbers)
        Lock.LAB.release()
        assert taken(other, *Lock.LAB.numbers)
        assert not Lock.LAB.attempt_in_session()


def test_a_shared_lock_keeps_out_only_an_exclusive_one(db: None) -> None:
    with second_connection() as other, transaction.atomic():
        assert Lock.DATA_SET.attempt_shared()
        row = other.execute(
            "SELECT pg_try_advisory_lock_shared(%s)", Lock.DATA_SET.numbers
        ).fetchone()
        assert row == (True,)
        assert not Lock.DATA_SET.attempt()


@pytest.mark.django_db(transaction=True)
def test_a_lock_of_the_transaction_is_refused_without_one() -> None:
    with pytest.raises(transaction.TransactionManagementError, match="Lock.LOAD"):
        Lock.LOAD.attempt()


def test_saving_provider_ids_does_not_wait_for_a_job_of_the_lab(db: None) -> None:
    Platform.objects.create(slug="tving", name="TVING")
    with second_connection() as other, connection.cursor() as cursor:
        assert taken(other, *Lock.LAB.numbers)
        cursor.execute("SET LOCAL lock_timeout = '200ms'")
        set_provider_ids({"tving": [97, 1883]})
    assert Platform.objects.get().tmdb_provider_ids == [97, 1883]


def test_saving_provider_ids_is_not_taken_for_a_job_of_the_lab(db: None) -> None:
    Platform.objects.create(slug="tving", name="TVING")
    with transaction.atomic():
        set_provider_ids({"tving": [97]})
        assert Lock.PROVIDERS.is_held()
        assert not lab_jobs.is_busy()
        with lab_jobs.alone() as is_alone:
            assert is_alone
