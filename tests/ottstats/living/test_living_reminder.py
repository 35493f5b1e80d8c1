"""Staff are reminded when the newest month of the living data is more than 60 days old."""

from __future__ import annotations

import logging
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone
from django_celery_beat.models import PeriodicTask

from movies.models import Notice
from ottstats.services.living import remind_of_old_living_data
from ottstats.tasks import remind_of_old_living_data as task
from tests.operators import run
from tests.ottstats.living.living_files import csv_folder

pytestmark = pytest.mark.django_db
TEXT = "Living data of Seoul that are more than 60 days old"


def load(folder: Path, month: str) -> None:
    csv_folder(folder, months=(month,))
    run("load_living_data", folder, "--force")


def test_without_data_nobody_is_reminded() -> None:
    assert remind_of_old_living_data() == ""
    assert not Notice.objects.exists()
    assert "No living data are old" in run("check_living_data")[0]


def test_an_old_month_is_on_the_first_page_of_staff_until_a_newer_one_is_loaded(
    tmp_path: Path, admin_client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    admin_client.cookies["django_language"] = "en"
    load(tmp_path, "2023-02")
    page = admin_client.get("/admin/").content.decode()
    assert TEXT in page
    assert "– 2023-02" in page
    assert "/admin/ottstats/livingcell/" in page
    with caplog.at_level(logging.WARNING):
        assert task() == "– 2023-02"
    assert "The living data of Seoul are old: – 2023-02; load newer ones" in caplog.text
    assert "The living data are old: – 2023-02" in run("check_living_data")[0]

    load(tmp_path, f"{timezone.localdate():%Y-%m}")
    assert TEXT not in admin_client.get("/admin/").content.decode()
    assert task() == ""


@pytest.mark.parametrize(("days", "is_old"), [(60, False), (61, True)])
def test_a_month_ages_from_its_last_day(
    days: int, is_old: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    load(tmp_path, "2023-02")
    today = date(2023, 2, 28) + timedelta(days=days)
    monkeypatch.setattr(timezone, "localdate", lambda: today)
    assert bool(remind_of_old_living_data()) == is_old


def test_beat_looks_every_day() -> None:
    found = PeriodicTask.objects.get(task="ottstats.tasks.remind_of_old_living_data")
    assert (found.name, found.enabled) == ("Remind of old living data", True)
    assert (found.crontab.hour, found.crontab.minute) == ("9", "15")
