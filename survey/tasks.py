"""Celery tasks of the survey and of members; admin has their schedule."""

from __future__ import annotations

from celery import shared_task

from survey import services
from survey.members import leaving, passwords, tokens


@shared_task(time_limit=600, soft_time_limit=540)
def purge_expired_respondents() -> int:
    """Keep the promise of the consent texts: respondents, members, tokens. Idempotent."""
    leaving.purge_gone_members()
    tokens.purge_over()
    return services.purge_expired_respondents()


@shared_task(time_limit=60, soft_time_limit=45)
def send_reset(user_id: int, site: str, language: str) -> bool:
    """Mail a link to a new password. Twice is two mails, of which both links work until one did."""
    mail = passwords.reset_mail(user_id=user_id, site=site, language=language)
    return mail is not None and passwords.send(mail, user_id=user_id)
