"""Jobs of the model lab: asked for, done one at a time, and seen for what they are."""

from __future__ import annotations

import threading
from datetime import UTC, datetime
from typing import Any

import pytest
from celery.exceptions import SoftTimeLimitExceeded
from django.db import IntegrityError, connection, connections, transaction
from django.utils import timezone

from common.errors import DataError
from recommend.lab import jobs as work
from recommend.lab.recommenders.encoder import SurveyEncoder
from recommend.lab.training import train
from recommend.models import LabJob, ModelRun
from recommend.services import lab_jobs
from recommend.tasks import work_in_lab
from tests.worlds import bare_run

State, Kind = LabJob.State, LabJob.Kind
# A fit that takes no time; how good it is is not asked here.
QUICK = {"encoder.passes": 1, "encoder.fewest_steps": 5}


def ask(kind: str = Kind.TRAIN, **parameters: Any) -> LabJob:
    return lab_jobs.ask_for(kind=kind, parameters=parameters)


@pytest.fixture
def nothing_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    """Work that is done at once."""
    monkeypatch.setitem(work.WORK, Kind.TRAIN, lambda job, report: work.JobOutcome({"done": 1}))


def test_training_makes_a_run_that_can_be_published(live_model: ModelRun) -> None:
    job = ask(base="live", seed=5, rating_algorithm="BaselineOnly", blend=QUICK)
    stages: list[str] = []
    done = work.work_off_one(report=lambda stage, *_: stages.append(stage))
    assert done == job
    job.refresh_from_db()
    assert (job.state, job.error, job.progress) == (State.DONE, "", "")
    run = job.run
    assert run is not None
    assert run != live_model
    assert (run.seed, run.state) == (5, "ready")
    assert run.parameters["rating_algorithm"] == "BaselineOnly"
    assert run.parameters["encoder"]["passes"] == 1
    assert run.ratings.exists()
    assert "survey simulation" in stages


def test_tuning_trains_what_it_found(live_model: ModelRun) -> None:
    job = ask(Kind.TUNE, base="live", space="blend_weights", trials=2, blend=QUICK)
    work.work_off_one()
    job.refresh_from_db()
    assert (job.state, job.error) == (State.DONE, "")
    tuned, run = job.result["tuned"], job.run
    assert run is not None
    assert len(tuned["trials"]) == 2
    assert tuned["best_value"] >= tuned["default_value"]
    best = tuned["best_parameters"]
    assert run.neighbour_count == best["weights.neighbour_count"]
    assert run.twin_weight == pytest.approx(best["weights.twin"])
    assert run.parameters["study"] == tuned["study"]


@pytest.mark.parametrize("space", ["blend_weights", "encoder"])
def test_tuning_begins_with_what_the_live_run_has(space: str, live_model: ModelRun) -> None:
    live_model.novelty_weight, live_model.neighbour_count = 2.0, 5  # both out of what is searched
    live_model.save()
    job = ask(Kind.TUNE, base="live", space=space, trials=1, blend=QUICK)
    work.work_off_one()
    job.refresh_from_db()
    assert (job.state, job.error) == (State.DONE, "")
    first, run = job.result["tuned"]["best_parameters"], job.run
    assert run is not None
    assert (run.novelty_weight, run.neighbour_count) == (2.0, 5)
    if space == "encoder":
        assert first["passes"] == run.parameters["encoder"]["passes"] == 1
    else:
        assert (first["weights.novelty"], first["weights.neighbour_count"]) == (2.0, 5)


@pytest.mark.usefixtures("few_steps")
def test_a_shadow_evaluation_is_stored_with_what_it_was_of(live_model: ModelRun) -> None:
    other = work.train_model(
        plan=train.TrainingPlan(
            2, blend=train.Blend(encoder=SurveyEncoder(passes=1, fewest_steps=5))
        )
    )
    job = lab_jobs.ask_for(kind=Kind.SHADOW, parameters={}, run=other)
    work.work_off_one()
    job.refresh_from_db()
    assert (job.state, job.run, job.against) == (State.DONE, other, live_model)
    shadow = job.result["shadow"]
    assert shadow["verdict"] in ("better", "not_worse", "unclear", "worse")
    assert [one["picks"] for one in shadow["compared"]] == [10, 3]
    assert shadow["settings"] == lab_jobs.settings_of(other)
    assert shadow["live_settings"] == lab_jobs.settings_of(live_model)
    assert list(LabJob.objects.judgements()) == [job]


@pytest.mark.usefixtures("nothing_to_do", "live_model")
def test_the_one_that_was_asked_for_first_is_done_first() -> None:
    first, second = ask(), ask()
    assert work.work_off_one() == first
    assert [job.state for job in LabJob.objects.order_by("pk")] == [State.DONE, State.QUEUED]
    assert work.work_off_one(only=second) == second
    assert work.work_off_one() is None


@pytest.mark.usefixtures("nothing_to_do", "live_model")
def test_the_task_goes_on_until_nothing_waits() -> None:
    jobs = [ask() for _ in range(3)]
    assert work_in_lab.delay().get() == jobs[0].pk
    assert set(LabJob.objects.values_list("state", flat=True)) == {State.DONE}
    assert work_in_lab.delay().get() is None


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (DataError("these data are too few"), "these data are too few"),
        (SoftTimeLimitExceeded(), "longer than a task of the lab may take"),
        (ZeroDivisionError("by nought"), "ZeroDivisionError: by nought"),
    ],
)
def test_what_goes_wrong_is_stored(
    error: Exception, said: str, live_model: ModelRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(job: LabJob, report: Any) -> Any:
        report("half of it", 1, 2)
        raise error

    monkeypatch.setitem(work.WORK, Kind.TRAIN, fail)
    job = ask()
    work.work_off_one()
    job.refresh_from_db()
    assert job.state == State.FAILED
    assert said in job.error
    assert job.progress == "half of it: 1 of 2"
    assert job.ended_at is not None


def test_a_job_that_nobody_can_do_is_refused(db: None) -> None:
    with pytest.raises(DataError, match="no data set is loaded"):
        ask()


def test_a_run_is_judged_against_another_one_that_is_live(live_model: ModelRun) -> None:
    with pytest.raises(DataError, match="not live"):
        lab_jobs.ask_for(kind=Kind.SHADOW, parameters={}, run=live_model)
    ModelRun.objects.update(state="retired")
    with pytest.raises(DataError, match="no model run is live"):
        lab_jobs.ask_for(kind=Kind.SHADOW, parameters={}, run=live_model)


@pytest.mark.usefixtures("nothing_to_do", "live_model")
def test_a_job_is_cancelled_only_before_it_begins() -> None:
    job = ask()
    lab_jobs.cancel(job=job)
    job.refresh_from_db()
    assert (job.state, job.error) == (State.FAILED, "cancelled before it began")
    assert work.work_off_one() is None
    with pytest.raises(DataError, match="not waiting any more"):
        lab_jobs.cancel(job=job)


# --- one at a time, and workers that die ---------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_two_at_once_do_each_job_once(monkeypatch: pytest.MonkeyPatch) -> None:
    begun, go_on = threading.Event(), threading.Event()
    monkeypatch.setattr(lab_jobs, "data_set_in_use", lambda: object())

    def slow(job: LabJob, report: Any) -> work.JobOutcome:
        begun.set()
        assert go_on.wait(20)
        return work.JobOutcome({"by": threading.current_thread().name})

    monkeypatch.setitem(work.WORK, Kind.TRAIN, slow)
    first, second = ask(), ask()

    def worker() -> None:
        work.work_off_one()
        connections.close_all()

    thread = threading.Thread(target=worker, name="first")
    thread.start()
    assert begun.wait(20)
    assert lab_jobs.is_busy()
    assert work.work_off_one() is None  # the lab is taken
    go_on.set()
    thread.join()
    assert not lab_jobs.is_busy()
    assert work.work_off_one() == second
    by = dict(LabJob.objects.values_list("pk", "result__by"))
    assert by == {first.pk: "first", second.pk: threading.current_thread().name}


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("nothing_to_do")
def test_a_job_whose_worker_died_is_seen_as_such(monkeypatch: pytest.MonkeyPatch) -> None:
    """The worker's connection is cut, as when its machine goes away."""
    monkeypatch.setattr(lab_jobs, "data_set_in_use", lambda: object())
    job, begun = ask(), threading.Event()
    numbers: list[int] = []

    def worker() -> None:
        with lab_jobs.alone(), connection.cursor() as cursor:
            lab_jobs.begin_next()
            cursor.execute("SELECT pg_backend_pid()")
            numbers.append(cursor.fetchone()[0])
            begun.set()
            end.wait(20)
        connections.close_all()

    end = threading.Event()
    thread = threading.Thread(target=worker)
    thread.start()
    assert begun.wait(20)
    assert lab_jobs.is_busy()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s, 5000)", numbers)
    assert not lab_jobs.is_busy()
    end.set()
    thread.join()
    job.refresh_from_db()
    assert job.state == State.RUNNING
    after = ask()
    assert work.work_off_one() == after
    job.refresh_from_db()
    assert job.state == State.FAILED
    assert "without a word" in job.error


@pytest.mark.django_db(transaction=True)
def test_a_job_whose_run_was_deleted_meanwhile_has_failed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lab_jobs, "data_set_in_use", lambda: object())
    run = bare_run()

    def judge(job: LabJob, report: Any) -> work.JobOutcome:
        ModelRun.objects.filter(pk=run.pk).delete()
        return work.JobOutcome({}, run)

    monkeypatch.setitem(work.WORK, Kind.TRAIN, judge)
    job = ask()
    work.work_off_one()
    job.refresh_from_db()
    assert (job.state, job.run) == (State.FAILED, None)
    assert "recommend_labjob" in job.error


@pytest.mark.django_db
@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "guess"},
        {"state": "done"},
        {"state": "running"},
        {"state": "failed", "ended_at": datetime(2026, 11, 1, tzinfo=UTC)},
        {"state": "queued", "error": "odd"},
    ],
    ids=str,
)
def test_the_database_refuses_jobs_that_make_no_sense(wrong: dict[str, Any]) -> None:
    job = LabJob.objects.create(kind="train")
    with pytest.raises(IntegrityError), transaction.atomic():
        LabJob.objects.filter(pk=job.pk).update(**wrong)


@pytest.mark.django_db
def test_only_one_job_runs() -> None:
    running = {"state": "running", "started_at": timezone.now()}
    LabJob.objects.create(kind="train", **running)
    with pytest.raises(IntegrityError), transaction.atomic():
        LabJob.objects.create(kind="tune", **running)


@pytest.mark.django_db
def test_a_job_outlives_its_runs() -> None:
    run = bare_run()
    job = LabJob.objects.create(kind="train", state="done", ended_at=timezone.now(), run=run)
    run.delete()
    job.refresh_from_db()
    assert job.run is None
