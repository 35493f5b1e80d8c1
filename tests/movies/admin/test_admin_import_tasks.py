"""An import that takes more than a second is stored by a worker, where there is one."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.sessions.models import Session
from django.test import Client
from kombu.exceptions import OperationalError

from movies.admin.uploads.storing import store_upload
from movies.models import Availability, Notice, Platform
from recommend.services import watching
from survey.models import LoginSession
from tests.movies.admin.admin_imports import (
    AVAILABILITY,
    SMALL,
    address,
    confirm,
    messages,
    upload,
)
from tests.operators import staff_with

pytestmark = pytest.mark.usefixtures("five_films")
LONG = AVAILABILITY + "".join(
    f"{number},netflix,true,catalogue,2026-10-01\n" for number in (1, *range(10_000, 12_001))
)
Task = tuple[Any, ...]


@pytest.fixture
def tasks(settings: Any, monkeypatch: pytest.MonkeyPatch) -> list[Task]:
    """The tasks that were sent to a broker, in place of a worker."""
    sent: list[Task] = []
    settings.REDIS_URL = "redis://127.0.0.1:1"
    monkeypatch.setattr(store_upload, "delay", lambda *arguments: sent.append(arguments))
    return sent


def work_off(tasks: list[Task]) -> None:
    while tasks:
        store_upload(*tasks.pop())


def waiting(client: Client) -> Any:
    return client.get(address("availability", "importing"), follow=True)


def test_the_page_waits_for_a_worker_and_says_what_it_stored(
    staff: Client, tasks: list[Task]
) -> None:
    page = confirm(staff, "availability", upload(staff, "availability", LONG))
    assert page.redirect_chain == [(address("availability", "importing"), 302)]
    assert "availability.csv is being imported" in page.content.decode()
    assert 'http-equiv="refresh"' in page.content.decode()
    assert not Availability.objects.exists()
    assert "is being imported" in waiting(staff).content.decode()
    work_off(tasks)
    assert Availability.objects.count() == 1
    done = waiting(staff)
    assert done.redirect_chain == [(address("availability", "changelist"), 302)]
    assert messages(done).startswith("Imported availability.csv: 1 rows used; 2,001 skipped")
    assert LogEntry.objects.get().object_repr == "availability.csv"
    assert "No import is running here" in messages(waiting(staff))


def test_a_file_that_became_wrong_meanwhile_says_so_on_the_page(
    staff: Client, tasks: list[Task]
) -> None:
    confirm(staff, "availability", upload(staff, "availability", LONG))
    Platform.objects.filter(slug="netflix").delete()
    work_off(tasks)
    done = waiting(staff)
    assert done.redirect_chain == [(address("availability", "import"), 302)]
    assert "platform 'netflix' is not a platform here" in messages(done)
    assert not LogEntry.objects.exists()


def test_a_task_that_runs_again_stores_nothing_and_no_upload_stays(
    staff: Client, tasks: list[Task]
) -> None:
    confirm(staff, "availability", upload(staff, "availability", LONG))
    (again,) = tasks
    work_off(tasks)
    store_upload(*again)
    waiting(staff)
    store_upload(*again)
    assert LogEntry.objects.count() == 1
    assert not Session.objects.exists()  # the upload
    assert LoginSession.objects.count() == 1  # that of the person


def test_a_confirmation_sent_twice_is_one_task(staff: Client, tasks: list[Task]) -> None:
    page = upload(staff, "availability", LONG)
    confirm(staff, "availability", page)
    assert "stored already" in messages(confirm(staff, "availability", page))
    assert len(tasks) == 1


def test_a_short_file_is_stored_at_once(
    staff: Client, tasks: list[Task], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watching.personas, "winners", pytest.fail)  # it would take seconds
    told = messages(confirm(staff, "availability", upload(staff, "availability", SMALL)))
    assert told.startswith("Imported availability.csv")
    assert not tasks


def test_staff_are_told_what_a_long_file_moved(
    staff: Client, tasks: list[Task], monkeypatch: pytest.MonkeyPatch
) -> None:
    turns = iter([Counter(netflix=40), Counter(watcha=40)])
    monkeypatch.setattr(watching.personas, "winners", lambda *, count: next(turns))
    confirm(staff, "availability", upload(staff, "availability", LONG))
    work_off(tasks)
    moved = Notice.objects.get(key="winners_moved").detail
    assert moved == "availability.csv: Watcha 0 → 100 %, Netflix 100 → 0 %"


@pytest.mark.parametrize("error", [OperationalError("away"), ConnectionError("away")])
def test_without_a_broker_that_answers_the_page_stores_it(
    staff: Client, tasks: list[Task], monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def gone(*arguments: object) -> None:
        raise error

    monkeypatch.setattr(store_upload, "delay", gone)
    told = messages(confirm(staff, "availability", upload(staff, "availability", LONG)))
    assert told.startswith("Imported availability.csv")


def test_without_redis_the_page_stores_it(staff: Client, tasks: list[Task], settings: Any) -> None:
    settings.REDIS_URL = ""
    told = messages(confirm(staff, "availability", upload(staff, "availability", LONG)))
    assert told.startswith("Imported availability.csv")
    assert not tasks


def test_who_may_not_import_sees_nothing_of_it(staff: Client, tasks: list[Task]) -> None:
    confirm(staff, "availability", upload(staff, "availability", LONG))
    assert Client().get(address("availability", "importing")).status_code == 302
    looking = staff_with("view_availability")
    assert looking.get(address("availability", "importing")).status_code == 403
    importing = looking.get(address("availability", "changelist"))
    assert b"availability.csv" not in importing.content
