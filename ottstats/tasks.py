"""Celery tasks of the statistics; admin has their schedule."""

from __future__ import annotations

import logging

from celery import shared_task

from ottstats.services.living import remind_of_old_living_data as remind

logger = logging.getLogger(__name__)


@shared_task(time_limit=60, soft_time_limit=50)
def remind_of_old_living_data() -> str:
    """Every day: tell staff if the newest month of the living data is old. Idempotent."""
    old = remind()
    if old:
        logger.warning("The living data of Seoul are old: %s; load newer ones", old)
    return old
