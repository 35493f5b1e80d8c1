"""Staff make personas in the admin, and look at them."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from recommend.models import ModelRun, Persona
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
    monkeypatch.setattr("recommend.admin.making.IN_A_REQUEST", 5)
    assert "live run (5; this page waits half a minute or more)" in words(staff.get(reverse(RUNS)))
    assert act(staff) == [
        ("success", "5 personas were made. `manage.py make_personas` makes 1,000.")
    ]
    assert Persona.objects.filter(run=live_model).count() == 5


def test_a_page_does_not_put_few_personas_in_place_of_many(
    personas: ModelRun, staff: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("recommend.admin.making.IN_A_REQUEST", 5)
    ((level, text),) = act(staff)
    assert (level, "and there are 24" in text) == ("error", True)
    assert Persona.objects.count() == COUNT


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
    asked: list[int] = []
    monkeypatch.setattr("recommend.tasks.make_personas.delay", lambda count: asked.append(count))
    settings.REDIS_URL = "redis://localhost:1"
    assert "(1,000, by a worker in some minutes)" in words(staff.get(reverse(RUNS)))
    ((level, text),) = act(staff)
    assert (level, "A worker makes 1,000 personas now" in text) == ("success", True)
    assert asked == [1000]


def test_a_broker_that_is_away_is_a_message(
    live_model: ModelRun, staff: Client, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from kombu.exceptions import OperationalError

    def away(count: int) -> None:
        raise OperationalError("connection refused")

    monkeypatch.setattr("recommend.tasks.make_personas.delay", away)
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
