"""Celery tasks of the recommendation: each calls one service."""

from __future__ import annotations

import logging

from celery import shared_task
from django.conf import settings
from django.db import Error

from common.errors import DataError, NotReadyError
from recommend.models import ModelRun
from recommend.services import personas

logger = logging.getLogger(__name__)


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
