"""Does the steps of the monthly workflow in this process.

`recommend.services.workflow` keeps what is written of them. Each step can be killed at any moment
and done again: what it stored stays, and is neither stored nor computed twice.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

from celery.exceptions import SoftTimeLimitExceeded
from django.conf import settings
from django.utils.translation import override

from common.commands.progress import Report, silent
from common.errors import DataError, NotReadyError
from movies.fetching import catalogue, providers, queue
from movies.fetching import work as fetching
from movies.fetching.access import open_client
from movies.models import FetchAttempt, FilmText, Notice
from movies.services.notices import put_notice
from movies.services.texts import load_film_texts
from movies.tmdb.client import TmdbClient
from movies.tmdb.errors import InvalidKeyError, TmdbError
from recommend.lab import jobs
from recommend.lab.training.new_films import place_new_films
from recommend.models import LabJob, ModelRun, StepName, WorkflowStep
from recommend.ranking.runs import newest_run
from recommend.services import lab_jobs
from recommend.services.demand import refresh_demand
from recommend.services.entered_films import merge_entered
from recommend.services.members.refreshing import refresh_results
from recommend.services.watching import watch_load
from recommend.services.workflow import steps

LISTS_STAY_FRESH = timedelta(hours=20)  # those of last night need not be read again
PAUSE_SECONDS = 5.0  # between two looks at a lab that another job occupies

logger = logging.getLogger(__name__)

Counts = Mapping[str, int]


class SkippedError(Exception):
    """There is nothing to do; the reason is a key of `steps.REASONS`, or several with commas."""


def do_step(*, workflow_id: int, name: str, report: Report = silent) -> WorkflowStep:
    """Do this step now, unless it has ended before; its outcome is in its row.

    Raises `DataError` if another process does a step, or if it is not this one's turn.
    """
    with steps.alone() as is_alone:
        if not is_alone:
            raise DataError("another process does a step of a workflow")
        step = steps.begin(workflow_id=workflow_id, name=name)
        if step is not None:
            _do(step, steps.tells(step=step, report=report))
    return WorkflowStep.objects.get(workflow=workflow_id, name=name)


def _do(step: WorkflowStep, report: Report) -> None:
    try:
        steps.finish(step=step, counts=WORK[step.name](step, report))
    except SkippedError as reason:
        steps.skip(step=step, why=str(reason))
    except (DataError, NotReadyError, TmdbError) as error:
        steps.fail(step=step, error=str(error))
    except SoftTimeLimitExceeded:
        steps.fail(step=step, error="it took longer than a task may take")
    except Exception as error:
        logger.exception("Step %s failed", step)
        steps.fail(step=step, error=f"{type(error).__name__}: {error}")


@contextmanager
def _client() -> Iterator[TmdbClient]:
    if not settings.TMDB_API_KEY:
        raise SkippedError(steps.NO_KEY)
    try:
        with open_client() as client:
            yield client
    except InvalidKeyError:
        raise fetching.stop_for_wrong_key() from None


def fetch(step: WorkflowStep, report: Report) -> Counts:
    """The platforms' lists that were not read lately, and the films that they add."""
    with _client() as client, watch_load("sync_catalogue"):
        synced = catalogue.sync_catalogue(client=client, max_age=LISTS_STAY_FRESH, report=report)
    merge_entered()
    try:
        placed = place_new_films(report=report)
    except DataError as error:
        logger.warning("New films are not placed before the next training: %s", error)
        placed = 0
    counts = {"lists": len(synced.applied), "refused": len(synced.refused)}
    return counts | {"entered": synced.entered, "placed": placed}


def details(step: WorkflowStep, report: Report) -> Counts:
    """Details and availability of the films that are due; what fails is tried again at night."""
    with _client() as client:
        providers.sync_if_old(client)
        refresh_demand()
        queue.plan_fetch()
        ended = fetching.work_off(client=client, report=report)
    answered = sum(ended[outcome] for outcome in FetchAttempt.FINAL)
    return {"films": answered, "failed_tries": ended.total() - answered}


def texts(step: WorkflowStep, report: Report) -> Counts:
    """The file of the operator, which may be a newer one than last month; the same is a no-op."""
    if not settings.FILM_TEXTS_FILE:
        raise SkippedError(steps.NO_FILE)
    load_film_texts(path=Path(settings.FILM_TEXTS_FILE), report=report)
    return {"texts": FilmText.objects.count()}


def train(step: WorkflowStep, report: Report) -> Counts:
    """By the recipe of the live run with the next seed, as `recommend.lab.jobs.retrain` does."""
    live = _live()
    parameters: dict[str, Any] = {"base": "live", "seed": jobs.next_seed(live)}
    kind = LabJob.Kind.TRAIN
    if trials := step.workflow.trials:
        kind, parameters = LabJob.Kind.TUNE, parameters | {"trials": trials}
    job = _by_the_lab(step, report, kind=kind, parameters=parameters)
    if job.run is None:
        raise DataError("the run that was trained is gone")
    if job.run.state == ModelRun.State.READY:
        jobs.served_like(job.run, live)
    return {"run": job.run.pk}


def judge(step: WorkflowStep, report: Report) -> Counts:
    """A shadow evaluation of the run against the live one."""
    run = _trained(step)
    if run == _live():
        raise SkippedError(steps.NOTHING_NEW)
    job = _by_the_lab(step, report, kind=LabJob.Kind.SHADOW, parameters={}, run=run)
    return {"run": job.run_id or run.pk}


def publish(step: WorkflowStep, report: Report) -> Counts:
    """Publish the run unless it may be worse; then staff read why, and may still publish it."""
    run = _trained(step)
    if run.state == ModelRun.State.RETIRED:  # published before, and staff went back
        raise SkippedError("changed")
    if run.state != ModelRun.State.LIVE:
        _publish(step, run)
    put_notice(Notice.Key.RETRAIN, "")
    waiting = LabJob.objects.waiting().filter(kind=LabJob.Kind.PERSONAS).first()
    if waiting is not None:
        jobs.work_off_one(only=waiting, report=report)
    return {"run": run.pk}


def _publish(step: WorkflowStep, run: ModelRun) -> None:
    judged = LabJob.objects.judgements().filter(run=run, state=LabJob.State.DONE)
    own = step.workflow.steps.filter(name=StepName.JUDGE, job__isnull=False)
    job = judged.filter(pk__in=own.values("job")).first() or judged.first()
    if job is None:
        raise DataError(f"run {run.pk} was not judged; begin with {StepName.JUDGE.value!r}")
    shadow = job.result["shadow"]
    refused = lab_jobs.reasons_against(shadow)
    if not refused:
        live, settings_then = job.against, shadow["live_settings"]
        if live is None or not lab_jobs.publish_after_retraining(
            run=run, live=live, judged=settings_then
        ):
            refused = ["changed"]
    if refused:
        with override(settings.LANGUAGE_CODE):  # staff read it in the language of the site
            put_notice(Notice.Key.RETRAIN, " ".join(lab_jobs.refusal(run, refused, shadow)))
        raise SkippedError(",".join(refused))


def refresh(step: WorkflowStep, report: Report) -> Counts:
    """The results that members keep, by the run that is live now."""
    found = refresh_results(report=report)
    return {"results": found.results, "left": found.failed}


WORK: Mapping[str, Callable[[WorkflowStep, Report], Counts]] = {
    StepName.FETCH: fetch,
    StepName.DETAILS: details,
    StepName.TEXTS: texts,
    StepName.TRAIN: train,
    StepName.JUDGE: judge,
    StepName.PUBLISH: publish,
    StepName.REFRESH: refresh,
}


def _live() -> ModelRun:
    live = ModelRun.objects.live()
    if live is None:
        raise DataError("no model run is live; `manage.py publish_model` publishes one")
    return live


def _trained(step: WorkflowStep) -> ModelRun:
    """The run of this workflow; the newest one, if it began after the training."""
    training = step.workflow.steps.select_related("job__run").get(name=StepName.TRAIN)
    if training.state == WorkflowStep.State.SKIPPED:
        return newest_run()
    if training.job is None or training.job.run is None:
        raise DataError("the run that was trained is gone")
    return training.job.run


def _by_the_lab(
    step: WorkflowStep,
    report: Report,
    *,
    kind: str,
    parameters: Mapping[str, Any],
    run: ModelRun | None = None,
) -> LabJob:
    """The job of the lab that does the step, when it is done. Raises `DataError` if it fails.

    1. A step that was killed finds the job that it asked for. One that waits, runs elsewhere or is
       done is the step's; one that failed, or whose worker died, is asked for again.
    2. While another job occupies the lab, it waits. Whoever occupied it may do this job next.
    """
    job = step.job
    is_dead = job and job.state == LabJob.State.RUNNING and not lab_jobs.is_busy()
    if job is None or is_dead or job.state == LabJob.State.FAILED:
        job = lab_jobs.ask_for(kind=kind, parameters=parameters, run=run)
        step.job = job
        step.save(update_fields=["job"])
    while job.state in (LabJob.State.QUEUED, LabJob.State.RUNNING):
        if jobs.work_off_one(only=job, report=report) is None:
            report("waiting for the lab", 0, None)
            time.sleep(PAUSE_SECONDS)
        job = LabJob.objects.select_related("run").get(pk=job.pk)
    if job.state == LabJob.State.FAILED:
        raise DataError(job.error)
    return job
