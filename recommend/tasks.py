"""Celery tasks of the recommendation: each calls one service."""

from __future__ import annotations

import logging

from celery import shared_task
from django.conf import settings
from django.db import Error

from common.errors import DataError, NotReadyError
from recommend.models import LabJob, ModelRun
from recommend.services import lab_jobs, personas

logger = logging.getLogger(__name__)

LAB_SECONDS = 3 * 3600  # an hour of tuning, and time to train and to judge on large data


@shared_task(time_limit=3000, soft_time_limit=2940, autoretry_for=(Error,), max_retries=3,
             retry_backoff=30)  # fmt: skip
def make_personas(count: int = personas.COUNT, seed: int = 1) -> int:
    """Make the personas of the live run anew; returns how many. Twice is as good as once.

    A worker has nobody to tell what it can not do, so it logs that; in the process of a page it
    is raised.
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


@shared_task(time_limit=LAB_SECONDS + 120, soft_time_limit=LAB_SECONDS)
def work_in_lab() -> int | None:
    """Do the job of the lab that has waited longest; returns its number.

    One too many does no harm: it finds the lab taken, or nothing that waits. So it does not matter
    that Redis hands a task out again that takes longer than an hour. Whoever has done a job looks
    for the next one only after leaving the lab, so that no job is asked for between the two.
    """
    # Here, because the process of the pages imports this module too, and never trains where there
    # is a worker.
    from recommend.lab.jobs import work_off_one

    job = work_off_one()
    if job is not None and LabJob.objects.waiting().exists():
        work_in_lab.delay()
    return job.pk if job else None


@shared_task(time_limit=LAB_SECONDS + 240, soft_time_limit=LAB_SECONDS + 120)
def retrain(trials: int = 0) -> int | None:
    """On the first of every month: train by the live run's recipe, publish unless it may be worse.

    Staff are told of what was not published, and why. `trials`: as many of tuning come first. Twice
    is as good as once. Returns the number of the job.
    """
    try:
        job = lab_jobs.ask_to_retrain(parameters={"trials": trials} if trials else {})
    except DataError as error:
        logger.error("Nothing is retrained: %s", error)
        job = None
    work_in_lab.delay()  # in any case: a job may wait whose worker died
    return job.pk if job else None
