"""Writes about respondents alone."""

from __future__ import annotations

from survey.models import Respondent


def purge_expired_respondents() -> int:
    """Delete everybody whose retention period is over, with their results; returns how many.

    Run every night by Celery's beat, and at every survey, so that the promise is kept also where
    there is no worker.
    """
    expired = Respondent.objects.expired()
    count = expired.count()
    if count:
        expired.delete()
    return count
