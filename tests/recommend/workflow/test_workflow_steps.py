"""A workflow does its steps in order, goes on where it stopped, and repeats nothing."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import CommandError
from django.db import IntegrityError, transaction
from django.utils import timezone

from common.errors import DataError
from common.locks import Lock
from movies.models import Notice
from recommend.lab import workflow as work
from recommend.models import StepName, Workflow, WorkflowStep
from recommend.services.workflow import asking, steps
from recommend.tasks import run_workflow
from tests.operators import at_once, run, second_connection

pytestmark = pytest.mark.django_db
NAMES = ["fetch", "details", "texts", "train", "judge", "publish", "refresh"]


def states() -> dict[str, str]:
    newest = Workflow.objects.newest()
    assert newest is not None
    return dict(newest.steps.values_list("name", "state"))


def newest() -> Workflow:
    found = Workflow.objects.newest()
    assert found is not None
    return found


def fail(text: str = "no luck") -> Any:
    def do(step: WorkflowStep, report: Any) -> None:
        raise DataError(text)

    return do


def stop(step: WorkflowStep, report: Any) -> None:
    raise SystemExit(143)


def test_the_steps_are_done_in_their_order(done: list[str]) -> None:
    out, _err = run("run_workflow")
    assert done == NAMES == StepName.values
    assert set(states().values()) == {"done"}
    workflow = newest()
    assert (workflow.state, workflow.ended_at is not None) == ("done", True)
    assert [line.partition(":")[0] for line in out.splitlines()[:-1]] == NAMES
    assert f"Workflow #{workflow.pk}: 7 steps" in out


def test_the_task_does_the_same_as_a_chain(done: list[str]) -> None:
    number = run_workflow.delay().get()
    assert (done, newest().pk, newest().state) == (NAMES, number, "done")


def test_what_is_done_twice_has_no_second_effect(done: list[str]) -> None:
    run("run_workflow")
    before = list(WorkflowStep.objects.values())
    for name in NAMES:
        with pytest.raises(DataError, match="has stopped"):
            work.do_step(workflow_id=newest().pk, name=name)
    assert (done, list(WorkflowStep.objects.values())) == (NAMES, before)


@pytest.mark.parametrize("name", NAMES)
def test_a_step_that_fails_stops_the_workflow_which_goes_on_there(
    name: str, done: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    fine = work.WORK[name]
    monkeypatch.setitem(work.WORK, name, fail())
    with pytest.raises(CommandError, match=f"{name} failed: no luck; .*--go-on"):
        run("run_workflow")
    place = NAMES.index(name)
    assert done == NAMES[:place]
    assert list(states().values()) == [
        *["done"] * place, "failed", *["waiting"] * (len(NAMES) - place - 1),
    ]  # fmt: skip
    assert (newest().state, newest().steps.get(name=name).why) == ("failed", "no luck")
    assert "no luck" in Notice.objects.get(key="workflow").detail
    monkeypatch.setitem(work.WORK, name, fine)
    run("run_workflow", "--go-on")
    assert done == NAMES
    assert (Workflow.objects.count(), newest().state) == (1, "done")
    assert not Notice.objects.exists()


@pytest.mark.parametrize("name", NAMES)
def test_a_step_that_is_stopped_in_the_middle_is_done_again(
    name: str, done: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    fine = work.WORK[name]
    monkeypatch.setitem(work.WORK, name, stop)
    with pytest.raises(CommandError, match="the steps that are done stay"):
        run("run_workflow")
    assert (states()[name], newest().state) == ("running", "running")
    monkeypatch.setitem(work.WORK, name, fine)
    run("run_workflow", "--from", name)
    assert (done, Workflow.objects.count(), newest().state) == (NAMES, 1, "done")


def test_an_error_that_nobody_expected_is_stored_too(
    done: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(work.WORK, "texts", lambda step, report: 1 / 0)
    with pytest.raises(DataError, match="texts: ZeroDivisionError"):
        run_workflow.delay()
    assert (done, states()["texts"], states()["train"]) == (NAMES[:2], "failed", "waiting")


def test_a_chain_stops_where_a_step_fails_and_a_new_chain_goes_on(
    done: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from recommend.tasks import start_steps

    with monkeypatch.context() as patch:
        patch.setitem(work.WORK, "train", fail())
        with pytest.raises(DataError, match="no luck"):
            run_workflow.delay()
    start_steps(asking.go_on())
    assert (done, newest().state) == (NAMES, "done")


# --- beginning later ------------------------------------------------------------------------------


def test_a_workflow_may_begin_later(done: list[str]) -> None:
    run("run_workflow", "--from", "judge")
    assert done == ["judge", "publish", "refresh"]
    assert list(states().values()) == ["skipped"] * 4 + ["done"] * 3
    assert steps.why_of(newest().steps.get(name="train")) != "left_out"


def test_from_a_step_that_is_done_begins_a_new_workflow(done: list[str]) -> None:
    run("run_workflow")
    run("run_workflow", "--from", "refresh")
    assert (done, Workflow.objects.count()) == ([*NAMES, "refresh"], 2)


def test_steps_one_by_one_as_airflow_asks_for_them(done: list[str]) -> None:
    for name in NAMES:
        run("run_workflow", "--only", name)
    assert (done, Workflow.objects.count(), newest().state) == (NAMES, 1, "done")
    assert "did 'train' already" in run("run_workflow", "--only", "train")[0]
    run("run_workflow", "--only", "fetch")
    assert (done, Workflow.objects.count()) == ([*NAMES, "fetch"], 2)


def test_the_first_step_can_be_repeated_until_the_next_one_begins(
    done: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for _retry in range(2):
        out, _err = run("run_workflow", "--only", "fetch")
    assert "The newest workflow did 'fetch' already" in out
    assert (done, Workflow.objects.count()) == (["fetch"], 1)
    with monkeypatch.context() as patch:
        patch.setitem(work.WORK, "details", stop)
        with pytest.raises(CommandError, match="the steps that are done stay"):
            run("run_workflow", "--only", "details")
    run("run_workflow", "--only", "fetch")  # that one is dead
    assert (done, Workflow.objects.count()) == (["fetch"] * 2, 2)
    for name in NAMES[1:]:
        run("run_workflow", "--only", name)
    assert (done[2:], newest().state) == (NAMES[1:], "done")


def test_a_first_step_without_anything_to_do_can_be_repeated_too(
    done: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def nothing(step: WorkflowStep, report: Any) -> None:
        raise work.SkippedError("no_key")

    monkeypatch.setitem(work.WORK, "fetch", nothing)
    run("run_workflow", "--only", "fetch")
    assert "did 'fetch' already" in run("run_workflow", "--only", "fetch")[0]
    assert (states()["fetch"], Workflow.objects.count()) == ("skipped", 1)


def test_a_first_step_of_long_ago_is_no_retry(done: list[str]) -> None:
    run("run_workflow", "--only", "fetch")
    long_ago = timezone.now() - asking.QUIET_AFTER - timedelta(minutes=1)
    Workflow.objects.update(told_at=long_ago)
    run("run_workflow", "--only", "fetch")
    assert (done, Workflow.objects.count()) == (["fetch"] * 2, 2)


def test_where_the_first_step_was_left_out_it_did_not_happen(done: list[str]) -> None:
    asking.start(first="details")
    with pytest.raises(CommandError, match="is not done"):
        run("run_workflow", "--only", "fetch")
    assert done == []


def test_no_step_is_done_before_the_ones_before_it(done: list[str]) -> None:
    with pytest.raises(CommandError, match="no workflow has come to 'train'; begin with 'fetch'"):
        run("run_workflow", "--only", "train")
    run("run_workflow", "--only", "fetch")
    with pytest.raises(CommandError, match="'train' cannot begin before 'details' is done"):
        run("run_workflow", "--only", "train")
    assert done == ["fetch"]


def test_a_step_whose_turn_has_not_come_leaves_a_failed_workflow_as_it_is(
    done: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setitem(work.WORK, "details", fail())
        with pytest.raises(CommandError):
            run("run_workflow")
    before = Workflow.objects.values().get()
    assert before["state"] == "failed"
    with pytest.raises(CommandError, match="'train' cannot begin before 'details' is done"):
        run("run_workflow", "--only", "train")
    assert Workflow.objects.values().get() == before


def test_a_step_that_failed_is_tried_again_as_airflow_does(
    done: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setitem(work.WORK, "fetch", fail())
        with pytest.raises(CommandError):
            run("run_workflow", "--only", "fetch")
    run("run_workflow", "--only", "fetch")
    assert (done, Workflow.objects.count()) == (["fetch"], 1)


def test_without_a_workflow_there_is_nothing_to_go_on_with(done: list[str]) -> None:
    with pytest.raises(CommandError, match="start a new one"):
        run("run_workflow", "--go-on")
    run("run_workflow")
    with pytest.raises(CommandError, match="start a new one"):
        run("run_workflow", "--go-on")
    assert done == NAMES


# --- two at once ----------------------------------------------------------------------------------


def test_while_a_process_does_a_step_nothing_else_begins(
    done: list[str], caplog: pytest.LogCaptureFixture
) -> None:
    workflow = asking.start()
    with second_connection() as other:
        other.execute("SELECT pg_advisory_lock(%s)", Lock.WORKFLOW.numbers)
        with pytest.raises(CommandError, match="is not done"):
            run("run_workflow")
        with pytest.raises(CommandError, match="goes on already"):
            run("run_workflow", "--go-on")
        with pytest.raises(DataError, match="another process does a step"):
            work.do_step(workflow_id=workflow.pk, name="fetch")
        assert run_workflow.delay().get() is None
    assert "No workflow is started" in caplog.text
    assert (done, Workflow.objects.count()) == ([], 1)


def test_one_that_waits_between_two_steps_is_not_replaced_before_it_has_been_quiet_for_long(
    done: list[str],
) -> None:
    asking.start()
    with pytest.raises(DataError, match="is not done"):
        asking.start()
    long_ago = timezone.now() - asking.QUIET_AFTER - timedelta(minutes=1)
    Workflow.objects.update(told_at=long_ago)
    second = asking.start()
    assert list(Workflow.objects.order_by("pk").values_list("state", flat=True)) == [
        "failed", "running",
    ]  # fmt: skip
    first = Workflow.objects.exclude(pk=second.pk).get()
    with pytest.raises(DataError, match="has stopped"):  # a task of the first one, delivered late
        work.do_step(workflow_id=first.pk, name="fetch")
    with pytest.raises(DataError, match="start a new one"):
        asking.go_on(workflow=first)
    assert done == []


def test_one_whose_worker_died_is_replaced_at_once(
    done: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setitem(work.WORK, "train", stop)
        with pytest.raises(SystemExit):
            run_workflow.delay()
    run("run_workflow")
    first = Workflow.objects.order_by("pk").first()
    assert first is not None
    dead = first.steps.get(name="train")
    assert (first.state, dead.state, dead.why) == ("failed", "failed", "dead")
    assert newest().state == "done"


@pytest.mark.django_db(transaction=True)
def test_of_many_starts_at_once_one_is_taken(done: list[str]) -> None:
    errors = at_once(*[asking.start] * 6)
    assert len(errors) == 5
    assert all(isinstance(error, DataError) for error in errors), errors
    assert Workflow.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_workers_on_one_step_one_does_it(
    done: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    workflow, both = asking.start(), threading.Event()

    def slow(step: WorkflowStep, report: Any) -> dict[str, int]:
        both.wait(10)
        done.append("slow")
        return {}

    def second() -> None:
        try:
            work.do_step(workflow_id=workflow.pk, name="fetch")
        finally:
            both.set()

    monkeypatch.setitem(work.WORK, "fetch", slow)
    errors = at_once(second, second)
    assert [str(error) for error in errors] == ["another process does a step of a workflow"]
    assert (done, states()["fetch"]) == (["slow"], "done")


@pytest.mark.parametrize("trials", [-1, 1_001, "many"])
def test_a_schedule_that_asks_for_nonsense_starts_nothing(
    trials: Any, done: list[str], caplog: pytest.LogCaptureFixture
) -> None:
    assert run_workflow.delay(trials=trials).get() is None
    assert "expected 0 to 1,000" in caplog.text
    assert (done, Workflow.objects.count()) == ([], 0)


def test_the_database_keeps_the_rules() -> None:
    workflow = asking.start()
    for wrong in (
        {"state": "failed"},
        {"state": "running"},
        {"state": "skipped", "ended_at": timezone.now()},
        {"name": "dance"},
        {"place": 1},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            workflow.steps.filter(name="fetch").update(**wrong)
    with pytest.raises(IntegrityError), transaction.atomic():
        Workflow.objects.create()
