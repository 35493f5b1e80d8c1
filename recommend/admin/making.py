"""Making personas of the live run from a page."""

from __future__ import annotations

from django.conf import settings
from django.utils.translation import gettext

from common.errors import DataError
from recommend.admin.jobs import hand_over
from recommend.models import ModelRun, Persona
from recommend.services.personas import COUNT
from recommend.tasks import make_personas

IN_A_REQUEST = 100  # a tenth of a second or more for each with MovieLens 1M


def actions_label() -> str:
    """Says how many personas are made, and whether the page waits."""
    if settings.REDIS_URL:
        text = gettext("Make new personas of the live run (%(count)s, by a worker in some minutes)")
        return text % {"count": f"{COUNT:,}"}
    text = gettext(
        "Make new personas of the live run (%(count)s; this page waits half a minute or more)"
    )
    return text % {"count": f"{IN_A_REQUEST:,}"}


def make_new() -> str:
    """Make all personas on a worker with REDIS_URL, else a few of them in this request.

    Returns a message for the page. Raises `DataError`, before any work is done, if they cannot be
    made or a few would replace many; `NotReadyError` without data.
    """
    run = ModelRun.objects.only("pk").live()
    if run is None:
        raise DataError(gettext("No model run is live: publish one first."))
    if settings.REDIS_URL:
        hand_over(make_personas, count=COUNT)
        return gettext(
            "A worker makes %(count)s personas now, which takes some minutes. Until then those of "
            "before count."
        ) % {"count": f"{COUNT:,}"}
    there = Persona.objects.filter(run=run).count()
    if there > IN_A_REQUEST:
        raise DataError(
            gettext(
                "Without REDIS_URL a page makes %(few)s personas, and there are %(there)s. Use "
                "`manage.py make_personas`."
            )
            % {"few": f"{IN_A_REQUEST:,}", "there": f"{there:,}"}
        )
    made = make_personas.delay(count=IN_A_REQUEST).get()
    return gettext("%(made)s personas were made. `manage.py make_personas` makes %(count)s.") % {
        "made": f"{made:,}",
        "count": f"{COUNT:,}",
    }
