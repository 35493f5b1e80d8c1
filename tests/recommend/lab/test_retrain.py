"""The monthly retraining: publishes what is not worse, and tells staff of everything else."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from dataclasses import replace
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override
from django_celery_beat.models import IntervalSchedule, PeriodicTask

from common.errors import DataError
from movies.models import Notice
from recommend.lab import jobs as work
from recommend.lab.training.train import TrainingPlan
from recommend.models import LabJob, ModelRun
from recommend.scoring.weights import Weights
from recommend.services import lab_jobs
from recommend.tasks import retrain
from tests.paths import ROOT
from tests.programs import needed_program
from tests.sites import own_redis, wait_until
from tests.worlds import make_recipe_quick

WORSE = Weights(answers=0.0, novelty=100.0)


@pytest.fixture
def live(live_model: ModelRun) -> ModelRun:
    """Its recipe takes no time, so that retraining is quick."""
    make_recipe_quick(live_model)
    live_model.diversity, live_model.series_limit, live_model.usage_exponent = 0.3, 4, 0.75
    live_model.save()
    return live_model


@pytest.fixture
def worse(live: ModelRun, monkeypatch: pytest.MonkeyPatch) -> None:
    """Retraining makes a run that ranks what hardly anybody has rated first."""

    def plan(plan: TrainingPlan, live: ModelRun) -> TrainingPlan:
        return replace(plan, seed=2, blend=replace(plan.blend, weights=WORSE))

    monkeypatch.setattr(work, "_with_next_seed", plan)


@pytest.fixture
def same(live: ModelRun, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same seed again: 36 cases are too few to show that another one is not worse."""
    monkeypatch.setattr(work, "_with_next_seed", lambda plan, live: plan)


def notice() -> str | None:
    return Notice.objects.filter(key="retrain").values_list("detail", flat=True).first()


def live_run() -> ModelRun | None:
    return ModelRun.objects.live()


@pytest.mark.usefixtures("same")
def test_a_run_that_is_not_worse_is_published(live: ModelRun) -> None:
    Notice.objects.create(key="retrain", detail="that of last month")
    number = retrain.delay().get()
    job = LabJob.objects.get(pk=number)
    assert (job.state, job.error) == ("done", "")
    assert job.result["published"] is True
    new = live_run()
    assert new == job.run
    assert new != live
    assert job.against == live
    assert new is not None
    # What staff set goes on.
    assert (new.diversity, new.series_limit, new.usage_exponent) == (0.3, 4, 0.75)
    assert new.weights == live.weights
    assert notice() is None
    live.refresh_from_db()
    assert live.state == "retired"


@pytest.mark.usefixtures("worse")
def test_a_worse_run_is_not_published_and_the_notice_says_why(
    live: ModelRun, admin_client: Client
) -> None:
    job = LabJob.objects.get(pk=retrain.delay().get())
    assert live_run() == live
    assert job.state == "done"
    assert (job.result["published"], job.result["refused"]) == (False, ["worse"])
    run = job.run
    assert run is not None
    assert (run.state, run.ratings.exists()) == ("ready", True)  # staff may publish it all the same
    figures = job.result["shadow"]["compared"][0]
    detail = notice()
    assert detail is not None
    assert f"#{run.pk}" in detail
    assert f"{figures['candidate']:.4f}" in detail
    assert lab_jobs.percent(figures["ratio"]["high"]) in detail
    assert figures["ratio"]["high"] < 1
    index = admin_client.get(reverse("admin:index")).content.decode()
    assert detail in index
    assert f"{reverse('admin:recommend_labjob_changelist')}?kind__exact=retrain" in index


def test_too_few_people_to_tell_is_not_enough_to_publish(
    live: ModelRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    judged = {
        "verdict": "unclear", "beats_popularity": True, "settings": {},
        "live_settings": lab_jobs.settings_of(live),
        "compared": [{"picks": 10, "candidate": 0.3, "live": 0.3,
                      "ratio": {"value": 1.0, "low": 0.9, "high": 1.1}}],
    }  # fmt: skip
    monkeypatch.setattr(work, "_judged", lambda run, live, report: judged)
    job = LabJob.objects.get(pk=retrain.delay().get())
    assert (live_run(), job.result["refused"]) == (live, ["unclear"])
    with override("en"):
        assert "too few people" in " ".join(lab_jobs.why_not_published(job))
    judged |= {"verdict": "better", "beats_popularity": False}
    job = LabJob.objects.get(pk=retrain.delay().get())
    assert (live_run(), job.result["refused"]) == (live, ["popularity"])


@pytest.mark.usefixtures("same")
def test_what_staff_change_meanwhile_is_not_overruled(
    live: ModelRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    judged = work._judged

    def slow(run: ModelRun, live: ModelRun, report: Any) -> Any:
        found = judged(run, live, report)
        ModelRun.objects.filter(pk=live.pk).update(twin_weight=0.9)
        return found

    monkeypatch.setattr(work, "_judged", slow)
    job = LabJob.objects.get(pk=retrain.delay().get())
    assert (live_run(), job.result["refused"]) == (live, ["changed"])
    assert notice() is not None


def test_a_failure_tells_staff_too(live: ModelRun, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(**options: Any) -> None:
        raise DataError("nobody likes anything")

    monkeypatch.setattr(work, "train_model", fail)
    job = LabJob.objects.get(pk=retrain.delay().get())
    assert (job.state, job.error) == ("failed", "nobody likes anything")
    assert notice() == "nobody likes anything"
    assert live_run() == live


def test_a_retraining_that_is_on_is_not_begun_twice(live: ModelRun) -> None:
    LabJob.objects.create(kind="retrain")
    with pytest.raises(CommandError, match="retrains already"):
        call_command("retrain")
    assert retrain.delay().get() is None
    assert LabJob.objects.count() == 1


@pytest.mark.usefixtures("same")
def test_one_that_waits_for_a_worker_that_died_is_begun(live: ModelRun) -> None:
    waiting = LabJob.objects.create(kind="retrain")
    retrain.delay()
    waiting.refresh_from_db()
    assert waiting.state == "done"


@pytest.mark.usefixtures("same")
def test_one_whose_worker_died_is_no_obstacle(live: ModelRun) -> None:
    dead = LabJob.objects.create(kind="retrain", state="running", started_at=timezone.now())
    number = retrain.delay().get()
    dead.refresh_from_db()
    assert (dead.state, LabJob.objects.get(pk=number).state) == ("failed", "done")


def test_without_a_live_run_nothing_is_retrained(
    live: ModelRun, caplog: pytest.LogCaptureFixture
) -> None:
    ModelRun.objects.update(state="retired")
    assert retrain.delay().get() is None
    assert "no model run is live" in caplog.text
    assert not LabJob.objects.exists()


@pytest.mark.usefixtures("live")
def test_the_next_seed_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    plans: list[TrainingPlan] = []

    def fail(*, plan: TrainingPlan, report: Any) -> None:
        plans.append(plan)
        raise DataError("enough")

    monkeypatch.setattr(work, "train_model", fail)
    retrain.delay()
    assert [(plan.seed, plan.rating_algorithm) for plan in plans] == [(2, "BaselineOnly")]


@pytest.mark.usefixtures("same")
def test_the_command_does_the_same(live: ModelRun) -> None:
    out = StringIO()
    call_command("retrain", stdout=out)
    new = live_run()
    assert new is not None
    assert f"Run {new.pk} is live; before it was run {live.pk}" in out.getvalue()


@pytest.mark.usefixtures("worse")
def test_the_command_says_why_nothing_was_published(live: ModelRun) -> None:
    out = StringIO()
    call_command("retrain", stdout=out)
    assert "was not published" in out.getvalue()
    assert "ranks worse than the live run" in out.getvalue()
    assert live_run() == live


def test_the_command_waits_for_nobody(live: ModelRun, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("recommend.lab.jobs.work_off_one", lambda **named: None)
    with pytest.raises(CommandError, match="another job of the lab is running"):
        call_command("retrain")
    assert LabJob.objects.get().error == "cancelled before it began"


# --- with a real worker --------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_a_worker_retrains_when_the_schedule_says_so(live: ModelRun, tmp_path: Path) -> None:
    """Redis, a worker with beat, and a schedule that is due every second."""
    second, _ = IntervalSchedule.objects.get_or_create(every=1, period=IntervalSchedule.SECONDS)
    PeriodicTask.objects.all().delete()
    PeriodicTask.objects.create(name="soon", task="recommend.tasks.retrain", interval=second,
                                one_off=True)  # fmt: skip
    name = connection.settings_dict["NAME"]
    (tmp_path / "worker_settings.py").write_text(
        f"from tests.settings import *\nDATABASES['default']['NAME'] = {name!r}\n"
        f"MODEL_DIR = {str(tmp_path)!r}\nPREDICTIONS_DIR = {str(tmp_path)!r}\n"
    )
    command = [sys.executable, "-m", "celery", "-A", "config", "worker", "--beat", "--concurrency",
               "1", "--loglevel", "INFO", "--schedule", str(tmp_path / "beat")]  # fmt: skip
    log = tmp_path / "worker.log"
    with own_redis(needed_program("redis-server"), tmp_path) as redis, log.open("wb") as file:
        environment = os.environ | {
            "REDIS_URL": redis.url,
            "DJANGO_SETTINGS_MODULE": "worker_settings",
            "PYTHONPATH": f"{tmp_path}:{ROOT}",
        }
        worker = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=file, stderr=file)
        try:
            ended = LabJob.objects.filter(kind="retrain", ended_at__isnull=False)
            wait_until(ended.exists, seconds=150, what="retrained", log=log.read_text)
        finally:
            worker.send_signal(signal.SIGTERM)
            worker.wait(30)
    job = LabJob.objects.get()
    assert (job.state, job.error) == ("done", "")
    # 36 cases with another seed: published or not, it says which, and staff are told.
    assert job.result["published"] == (ModelRun.objects.live() != live)
    assert job.result["published"] == (notice() is None)
