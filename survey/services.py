"""Writes about respondents alone."""

from __future__ import annotations

from survey.models import Respondent


def purge_expired_respondents() -> int:
    """Delete everybody whose retention period is over, with their results; returns how many."""
    expired = Respondent.objects.expired()
    count = expired.count()
    expired.delete()
    return count
