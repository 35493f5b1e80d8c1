"""The workflow takes the place of the monthly retraining, once and with what staff changed."""

from __future__ import annotations

import importlib

import pytest
from django.apps import apps
from django_celery_beat.models import CrontabSchedule, PeriodicTask

pytestmark = pytest.mark.django_db

first = importlib.import_module("common.migrations.0001_initial")
workflow = importlib.import_module("common.migrations.0012_workflow_schedule")


@pytest.fixture(autouse=True)
def as_it_ships() -> None:
    PeriodicTask.objects.all().delete()  # other tests empty every table
    first.add_schedules(apps, None)


def monthly() -> list[tuple[str, str]]:
    found = PeriodicTask.objects.filter(crontab__day_of_month="1")
    return list(found.values_list("name", "task"))


def test_it_is_the_only_thing_on_the_first_of_each_month() -> None:
    workflow.take_the_place(apps, None)
    assert monthly() == [("Monthly workflow", "recommend.tasks.run_workflow")]
    crontab = PeriodicTask.objects.get(name="Monthly workflow").crontab
    assert (crontab.hour, crontab.month_of_year, str(crontab.timezone)) == ("5", "*", "Asia/Seoul")
    workflow.take_the_place(apps, None)
    assert len(monthly()) == 1


def test_what_staff_changed_stays_and_the_way_back_too() -> None:
    night = CrontabSchedule.objects.create(minute="7", hour="3", day_of_month="1")
    PeriodicTask.objects.filter(task="recommend.tasks.retrain").update(
        enabled=False, crontab=night, kwargs='{"trials": 20}'
    )
    workflow.take_the_place(apps, None)
    row = PeriodicTask.objects.get(task="recommend.tasks.run_workflow")
    assert (row.enabled, row.crontab, row.kwargs) == (False, night, '{"trials": 20}')
    workflow.give_it_back(apps, None)
    assert monthly() == [("Retrain the model monthly", "recommend.tasks.retrain")]


def test_a_schedule_of_ones_own_for_retraining_stays() -> None:
    own = CrontabSchedule.objects.create(minute="0", hour="3", day_of_week="0")
    PeriodicTask.objects.create(name="ours", task="recommend.tasks.retrain", crontab=own)
    workflow.take_the_place(apps, None)
    assert PeriodicTask.objects.get(name="ours").task == "recommend.tasks.retrain"


def test_a_schedule_that_staff_deleted_stays_deleted() -> None:
    PeriodicTask.objects.filter(task="recommend.tasks.retrain").delete()
    workflow.take_the_place(apps, None)
    assert monthly() == []
