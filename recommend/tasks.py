"""Celery tasks of the recommendation; each calls one service."""

from __future__ import annotations

import logging
from typing import Any

from celery import chain, shared_task
from django.conf import settings
from django.db import Error

from common.backends import beside, broker
from common.errors import DataError, NotReadyError
from recommend.models import LabJob, ModelRun, Workflow, WorkflowStep
from recommend.services import lab_jobs, personas, watching
from recommend.services.workflow import asking

logger = logging.getLogger(__name__)

LAB_SECONDS = 3 * 3600  # an hour of tuning, then training and evaluation on large data


@shared_task(time_limit=3000, soft_time_limit=2940, autoretry_for=(Error,), max_retries=3,
             retry_backoff=30)  # fmt: skip
def make_personas(count: int = personas.COUNT, seed: int = 1) -> int:
    """Replace the personas of the live run; returns their number. Idempotent.

    If that is impossible, a worker logs it and returns 0; in the process of a page it is raised.
    """
    run = ModelRun.objects.live()
    try:
        if run is None:
            raise DataError("no model run is live; `manage.py publish_model` publishes one")
        return personas.make_personas(run=run, count=count, seed=seed)
    except (DataError, NotReadyError) as error:
        if settings.CELERY_TASK_ALWAYS_EAGER:
            raise
        logger.error("No personas were made: %s", error)
        return 0


@shared_task(time_limit=900, soft_time_limit=840, autoretry_for=(Error,), max_retries=3,
             retry_backoff=30)  # fmt: skip
def place_new_films() -> int:
    """Give films that entered the catalogue their vectors in the live run; returns how many.

    Idempotent. Where that is impossible they are ranked from the next training on.
    """
    # Imported here, because web processes import this module and must not load training.
    from recommend.lab.training import new_films

    try:
        return new_films.place_new_films()
    except (DataError, NotReadyError) as error:
        logger.warning("New films are not placed: %s", error)
        return 0


@shared_task(time_limit=LAB_SECONDS + 120, soft_time_limit=LAB_SECONDS)
def work_in_lab() -> int | None:
    """Do the job of the lab that has waited longest; returns its number.

    A superfluous task does no harm: it finds the lab busy or no job waiting. So Redis may deliver a
    task again that takes longer than an hour. The next job is looked for only after leaving the
    lab; otherwise a job added in between would wait forever.
    """
    # Imported here, because web processes import this module and must not load training.
    from recommend.lab.jobs import work_off_one

    job = work_off_one()
    if job is not None and LabJob.objects.waiting().exists():
        work_in_lab.delay()
    return job.pk if job else None


def start_lab() -> None:
    """Let a worker do the jobs that wait, or a process of its own where no Redis is set.

    Raises `broker.FAILURES` if that is impossible.
    """
    if settings.JOBS_IN_OWN_PROCESS:
        beside.in_process("work_in_lab")
    else:
        broker.enqueue(work_in_lab)


def prepare_previews() -> None:
    """Queue the making of personas of the run that is live now, and start it.

    If no process can be started, the job waits for the next one.
    """
    lab_jobs.ask_for_personas(count=personas.COUNT)
    if settings.CELERY_TASK_ALWAYS_EAGER and not settings.JOBS_IN_OWN_PROCESS:
        return
    try:
        start_lab()
    except broker.FAILURES as error:
        logger.warning("Personas wait for the next job of the lab: %s", error)


@shared_task(time_limit=LAB_SECONDS + 240, soft_time_limit=LAB_SECONDS + 120)
def retrain(trials: int = 0) -> int | None:
    """Train by the live run's recipe after `trials` of tuning; publish unless it may be worse.

    For schedules of one's own; the monthly one does it as a part of `run_workflow`. Staff see a
    notice of what was not published, and why.
    Idempotent. Returns the number of the job.
    """
    try:
        job = lab_jobs.ask_to_retrain(parameters={"trials": trials} if trials else {})
    except DataError as error:
        logger.error("Nothing is retrained: %s", error)
        job = None
    work_in_lab.delay()  # in any case: a job whose worker died may be waiting
    return job.pk if job else None


@shared_task(time_limit=120, soft_time_limit=110)
def run_workflow(trials: int = 0) -> int | None:
    """On the first of every month: start the chain of all steps; `trials` as `retrain` has them.

    Returns the number of the workflow, or None if another one goes on.
    """
    try:
        workflow = asking.start(trials=trials)
    except DataError as error:
        logger.error("No workflow is started: %s", error)
        return None
    steps_left(workflow).delay()
    return workflow.pk


@shared_task(time_limit=LAB_SECONDS + 240, soft_time_limit=LAB_SECONDS + 120, throws=(DataError,))
def work_on_step(workflow_id: int, name: str) -> str:
    """Do one step of a workflow; returns its state.

    Raises `DataError` if it fails or is not this task's to do, which ends the chain. So Redis may
    deliver a task again that takes longer than an hour: the second one ends its own chain, and
    steps that have ended are not done again.
    """
    # Imported here, because web processes import this module and must not load training.
    from recommend.lab.workflow import do_step

    step = do_step(workflow_id=workflow_id, name=name)
    if step.state == WorkflowStep.State.FAILED:
        raise DataError(f"{name}: {step.why}")
    return step.state


def steps_left(workflow: Workflow) -> Any:
    """The chain of the steps that the workflow still has to do."""
    return chain(*(work_on_step.si(workflow.pk, name) for name in asking.remaining(workflow)))


def start_steps(workflow: Workflow) -> None:
    """Let workers do the steps that are left, or a process of its own where no Redis is set.

    Raises `broker.FAILURES` if that is impossible; then the workflow has stopped.
    """
    try:
        if settings.JOBS_IN_OWN_PROCESS:
            beside.in_process("run_workflow", "--go-on")
        else:
            broker.enqueue(steps_left(workflow))
    except broker.FAILURES:
        asking.give_up(workflow=workflow)
        raise


@shared_task(time_limit=60, soft_time_limit=50)
def check_winners() -> str:
    """Every day: tell staff if one platform comes first in almost every answer of a week."""
    return watching.check_winners()
