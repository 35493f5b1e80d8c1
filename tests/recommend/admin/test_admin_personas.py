"""Staff make personas in the admin, and look at them."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from recommend.models import LabJob, ModelRun, Persona
from recommend.services.personas import make_personas
from tests.movies.admin.previews import COUNT, RUNS, page_of, words
from tests.operators import staff_with

pytestmark = pytest.mark.django_db


@pytest.fixture
def personas(live_model: ModelRun) -> ModelRun:
    make_personas(run=live_model, count=COUNT)
    return live_model


def act(client: Client) -> list[tuple[str, str]]:
    page = client.post(reverse(RUNS), {"action": "make_personas", "index": "0"}, follow=True)
    assert page.status_code == 200
    return [(message.level_tag, str(message)) for message in page.context["messages"]]


def test_personas_are_made_from_the_list_of_runs(
    live_model: ModelRun, staff: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("recommend.admin.making.COUNT", 5)
    assert "live run (5, in some minutes)" in words(staff.get(reverse(RUNS)))
    ((level, text),) = act(staff)
    assert (level, "is done" in text) == ("success", True)
    assert Persona.objects.filter(run=live_model).count() == 5


def test_publishing_a_run_makes_personas_for_its_previews(
    live_model: ModelRun, staff: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("recommend.admin.making.COUNT", 5)
    ModelRun.objects.update(state="ready", published_at=None)
    page = reverse("admin:recommend_modelrun_publish", args=[live_model.pk])
    said = staff.post(page, {"sure": "on"}, follow=True).context["messages"]
    assert [message.level_tag for message in said] == ["success", "info"]
    assert Persona.objects.filter(run=live_model).count() == 5


def test_without_redis_a_process_of_its_own_makes_them_and_the_page_does_not_wait(
    live_model: ModelRun, staff: Client, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun: list[list[str]] = []
    monkeypatch.setattr(
        "common.backends.beside.subprocess.Popen", lambda words, **_how: begun.append(words)
    )
    settings.JOBS_IN_OWN_PROCESS = True
    ((level, text),) = act(staff)
    assert (level, "its page shows how it goes" in text) == ("success", True)
    assert [words[-1] for words in begun] == ["work_in_lab"]
    assert LabJob.objects.get().state == LabJob.State.QUEUED
    act(staff)
    assert LabJob.objects.count() == 1, "a second click asks for nothing more"
    LabJob.objects.update(parameters={"count": 5})
    call_command("work_in_lab")
    assert Persona.objects.filter(run=live_model).count() == 5


@pytest.mark.parametrize("fault", ["no run", "no people"])
def test_personas_that_cannot_be_made_are_a_message(
    fault: str, live_model: ModelRun, staff: Client
) -> None:
    if fault == "no run":
        ModelRun.objects.update(state="retired")
    else:
        live_model.ratings.model.objects.observed().delete()
    assert [level for level, _text in act(staff)] == ["error"]
    assert Persona.objects.count() == 0


def test_with_redis_a_worker_makes_all_of_them(
    live_model: ModelRun, staff: Client, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    monkeypatch.setattr("recommend.tasks.work_in_lab.delay", lambda: asked.append("asked"))
    settings.REDIS_URL = "redis://localhost:1"
    assert "(1,000, in some minutes)" in words(staff.get(reverse(RUNS)))
    ((level, text),) = act(staff)
    assert (level, "its page shows how it goes" in text) == ("success", True)
    assert asked == ["asked"]
    assert LabJob.objects.get().parameters == {"count": 1000}


def test_a_broker_that_is_away_is_a_message(
    live_model: ModelRun, staff: Client, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from kombu.exceptions import OperationalError

    def away() -> None:
        raise OperationalError("connection refused")

    monkeypatch.setattr("recommend.tasks.work_in_lab.delay", away)
    settings.REDIS_URL = "redis://localhost:1"
    ((level, text),) = act(staff)
    assert (level, "Redis cannot be reached" in text) == ("error", True)


def test_staff_who_may_only_view_runs_make_no_personas(live_model: ModelRun) -> None:
    client = staff_with("view_modelrun")
    assert "make_personas" not in words(client.get(reverse(RUNS)))
    act(client)
    assert Persona.objects.count() == 0


def test_personas_can_be_looked_at_and_not_changed(personas: ModelRun, staff: Client) -> None:
    one = Persona.objects.order_by("number")[0]
    text = words(staff.get(page_of(one)))
    assert "netflix" in text
    assert 'name="_save"' not in text
    assert staff.post(page_of(one), {"number": "99"}).status_code == 403
