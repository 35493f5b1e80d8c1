"""Celery tasks of the survey; admin has their schedule."""

from __future__ import annotations

from celery import shared_task

from survey import services


@shared_task(time_limit=600, soft_time_limit=540)
def purge_expired_respondents() -> int:
    """Keep the promise of the consent text. Idempotent."""
    return services.purge_expired_respondents()
