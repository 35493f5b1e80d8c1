"""Making personas of the live run from a page."""

from __future__ import annotations

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.utils.translation import gettext

from recommend.admin.jobs import hand_over
from recommend.services import lab_jobs
from recommend.services.personas import COUNT


def actions_label() -> str:
    """Says how many personas are made, and that the page does not wait."""
    text = gettext("Make new personas of the live run (%(count)s, in some minutes)")
    return text % {"count": f"{COUNT:,}"}


def make_new(user: AbstractBaseUser | AnonymousUser) -> str:
    """Start the job that makes them; returns a message for the page.

    Raises `DataError` if no run is live or Redis is away.
    """
    return hand_over(lab_jobs.ask_for_personas(count=COUNT, user=user))
