"""Workflows in admin: what staff see of each step, and who may start one and let it go on."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from common.locks import Lock
from recommend.lab import workflow as work
from recommend.models import Workflow
from recommend.services.workflow import asking
from tests.operators import second_connection, staff_with
from tests.recommend.admin.lab_rows import said
from tests.recommend.workflow.conftest import done
from tests.recommend.workflow.test_workflow_steps import NAMES, fail
from tests.sites import free_port

__all__ = ["done"]
pytestmark = pytest.mark.django_db

LIST = reverse("admin:recommend_workflow_changelist")
RUN_NOW = reverse("admin:recommend_workflow_run_now")


def page(name: str, workflow: Workflow) -> str:
    return reverse(f"admin:recommend_workflow_{name}", args=[workflow.pk])


@pytest.fixture
def stopped(done: list[str], monkeypatch: pytest.MonkeyPatch) -> Workflow:
    """It failed while training."""
    workflow = asking.start()
    with monkeypatch.context() as patch:
        patch.setitem(work.WORK, "train", fail("nobody likes anything"))
        for name in NAMES[:4]:
            work.do_step(workflow_id=workflow.pk, name=name)
    workflow.refresh_from_db()
    return workflow


def test_a_workflow_is_started_from_the_list(staff: Client, done: list[str]) -> None:
    assert "Run now" in staff.get(LIST).content.decode()
    shown = staff.post(RUN_NOW, follow=True)
    workflow = Workflow.objects.get()
    assert shown.redirect_chain == [(page("change", workflow), 302)]
    assert said(shown)[0][0] == "success"
    assert (done, workflow.state, workflow.started_by.username) == (NAMES, "done", "admin")  # type: ignore[union-attr]
    text = shown.content.decode()
    assert "Go on from" not in text
    assert all(f"<code>{name}</code>" in text for name in NAMES)


def test_the_page_says_what_failed_and_goes_on_there(
    staff: Client, stopped: Workflow, done: list[str]
) -> None:
    text = staff.get(page("change", stopped)).content.decode()
    assert "nobody likes anything" in text
    assert "Go on from “Train”" in text
    shown = staff.post(page("go_on", stopped), follow=True)
    assert said(shown)[0][0] == "success"
    stopped.refresh_from_db()
    assert (done, stopped.state) == (NAMES, "done")
    again = staff.post(page("go_on", stopped), follow=True)
    assert "start a new one" in said(again)[0][1]


def test_what_fails_again_is_said_on_the_page(
    staff: Client, stopped: Workflow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(work.WORK, "train", fail("still nobody"))
    assert "still nobody" in said(staff.post(page("go_on", stopped), follow=True))[0][1]


def test_while_a_step_is_done_no_button_starts_another(
    staff: Client, stopped: Workflow, done: list[str]
) -> None:
    asking.go_on()
    with second_connection() as other:
        other.execute("SELECT pg_advisory_lock(%s)", Lock.WORKFLOW.numbers)
        assert "Go on from" not in staff.get(page("change", stopped)).content.decode()
        assert said(staff.post(RUN_NOW, follow=True))[0][0] == "error"
        assert said(staff.post(page("go_on", stopped), follow=True))[0][0] == "error"
    assert (done, Workflow.objects.count()) == (NAMES[:3], 1)


def test_a_step_whose_worker_died_is_shown_as_such(
    staff: Client, done: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(step: object, report: Any) -> None:
        raise SystemExit(143)

    workflow = asking.start()
    with monkeypatch.context() as patch:
        patch.setitem(work.WORK, "fetch", stop)
        with pytest.raises(SystemExit):
            work.do_step(workflow_id=workflow.pk, name="fetch")
    text = staff.get(page("change", workflow)).content.decode()
    assert text.count("Its worker died") == 2
    assert "Go on from" in text
    assert "Its worker died" in staff.get(LIST).content.decode()


@pytest.mark.parametrize("codenames", [("view_workflow",), ("view_workflow", "view_labjob")])
def test_staff_who_may_only_view_start_nothing(
    codenames: tuple[str, ...], stopped: Workflow, done: list[str]
) -> None:
    viewer = staff_with(*codenames)
    assert "Run now" not in viewer.get(LIST).content.decode()
    text = viewer.get(page("change", stopped)).content.decode()
    assert "nobody likes anything" in text
    assert "Go on from" not in text
    assert viewer.post(RUN_NOW).status_code == 403
    assert viewer.post(page("go_on", stopped)).status_code == 403
    assert (done, Workflow.objects.count()) == (NAMES[:3], 1)


def test_strangers_and_links_start_nothing(
    client: Client, staff: Client, stopped: Workflow
) -> None:
    assert client.post(RUN_NOW).status_code == 302
    assert client.get(LIST).status_code == 302
    assert staff.get(RUN_NOW).status_code == 405
    assert staff.get(page("go_on", stopped)).status_code == 405
    assert staff.post(reverse("admin:recommend_workflow_go_on", args=[99])).status_code == 404
    assert Workflow.objects.count() == 1


def test_without_redis_a_process_of_its_own_does_it(
    staff: Client, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun: list[tuple[str, ...]] = []
    monkeypatch.setattr("common.backends.beside.in_process", lambda *words: begun.append(words))
    settings.JOBS_IN_OWN_PROCESS = True
    staff.post(RUN_NOW)
    assert (begun, Workflow.objects.get().state) == ([("run_workflow", "--go-on")], "running")


def test_redis_that_does_not_answer_leaves_a_workflow_to_go_on_with(
    staff: Client, done: list[str], settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from kombu.exceptions import OperationalError

    def refuse(task: object, **of: Any) -> None:
        raise OperationalError(f"127.0.0.1:{free_port()} refuses")

    with monkeypatch.context() as patch:
        patch.setattr("common.backends.broker.enqueue", refuse)
        shown = staff.post(RUN_NOW, follow=True)
    assert "Redis cannot be reached" in said(shown)[0][1]
    workflow = Workflow.objects.get()
    assert workflow.state == "failed"
    staff.post(page("go_on", workflow))
    assert done == NAMES
