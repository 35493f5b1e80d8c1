"""Workflows in processes of their own: killed in the middle, and as a chain of a real worker."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.db import connection
from django_celery_beat.models import IntervalSchedule, PeriodicTask

from recommend.models import LabJob, ModelRun, Workflow, WorkflowStep
from recommend.services.workflow import asking
from tests.operators import run
from tests.paths import ROOT
from tests.programs import needed_program
from tests.recommend.workflow.kept_results import add_member, kept_result
from tests.sites import own_redis, wait_until

pytestmark = pytest.mark.django_db(transaction=True)

SETTINGS = """
from tests.settings import *
DATABASES["default"]["NAME"] = {name!r}
MODEL_DIR = {folder!r}
PREDICTIONS_DIR = {folder!r}
"""


@contextmanager
def process(arguments: Sequence[str], folder: Path, **more: str) -> Iterator[Path]:
    """Python with these arguments on the database of the test; yields its log, and kills it."""
    settings = SETTINGS.format(name=connection.settings_dict["NAME"], folder=str(folder))
    (folder / "workflow_settings.py").write_text(settings, encoding="utf-8")
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "workflow_settings",
        "PYTHONPATH": f"{folder}:{ROOT}",
        **more,
    }
    log = folder / "process.log"
    with log.open("wb") as file:
        started = subprocess.Popen(
            [sys.executable, *arguments], cwd=ROOT, env=environment, stdout=file, stderr=file,
            start_new_session=True,
        )  # fmt: skip
        try:
            yield log
        finally:
            os.killpg(started.pid, signal.SIGKILL)
            started.wait(30)


def test_a_killed_process_loses_nothing_and_nothing_is_done_twice(
    live: ModelRun, tmp_path: Path, settings: object
) -> None:
    settings.MODEL_DIR = settings.PREDICTIONS_DIR = tmp_path  # type: ignore[attr-defined]
    result = kept_result(add_member())
    running = LabJob.objects.filter(kind="train", state="running")
    with process([str(ROOT / "manage.py"), "run_workflow"], tmp_path) as log:
        wait_until(running.exists, seconds=200, what="it trains", log=log.read_text)
    wait_until(lambda: not asking.is_busy(), seconds=30, what="the lock is free")
    workflow = Workflow.objects.get()
    before = dict(workflow.steps.values_list("name", "ended_at"))
    assert workflow.steps.get(name="train").state == "running"
    assert (ModelRun.objects.count(), ModelRun.objects.live()) == (1, live)
    run("run_workflow", "--go-on")
    workflow.refresh_from_db()
    assert workflow.state == "done"
    after = dict(workflow.steps.values_list("name", "ended_at"))
    for name in ("fetch", "details", "texts"):
        assert before[name] == after[name] is not None
    kinds = list(LabJob.objects.order_by("pk").values_list("kind", "state"))
    assert kinds[:3] == [("train", "failed"), ("train", "done"), ("shadow", "done")]
    new = ModelRun.objects.live()
    assert new is not None
    assert (ModelRun.objects.count(), new != live) == (2, True)
    result.refresh_from_db()
    assert result.platform_recommendation.parts["run"] == new.pk


def test_a_worker_does_the_chain_when_the_schedule_says_so(live: ModelRun, tmp_path: Path) -> None:
    """Redis, a worker with beat, and a schedule that is due every second."""
    kept_result(add_member())
    LabJob.objects.create(kind="personas", parameters={"count": 3})  # not a thousand
    second, _ = IntervalSchedule.objects.get_or_create(every=1, period=IntervalSchedule.SECONDS)
    PeriodicTask.objects.all().delete()
    PeriodicTask.objects.create(
        name="soon", task="recommend.tasks.run_workflow", interval=second, one_off=True
    )
    celery = ["-m", "celery", "-A", "config", "worker", "--beat", "--concurrency", "1",
              "--loglevel", "INFO", "--schedule", str(tmp_path / "beat")]  # fmt: skip
    ended = Workflow.objects.filter(ended_at__isnull=False)
    with (
        own_redis(needed_program("redis-server"), tmp_path) as redis,
        process(celery, tmp_path, REDIS_URL=redis.url) as log,
    ):
        wait_until(ended.exists, seconds=240, what="the chain has ended", log=log.read_text)
        said = log.read_text()
    states = dict(WorkflowStep.objects.order_by("place").values_list("name", "state"))
    # 36 cases with another seed: published or not, the chain goes on to the results.
    assert states.pop("publish") in ("done", "skipped")
    assert states == dict.fromkeys(("fetch", "details", "texts"), "skipped") | dict.fromkeys(
        ("train", "judge", "refresh"), "done"
    )
    assert Workflow.objects.get().state == "done"
    assert said.count("Task recommend.tasks.work_on_step") >= 7
