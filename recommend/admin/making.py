"""Making personas anew from a page."""

from __future__ import annotations

from django.conf import settings
from django.utils.translation import gettext
from kombu.exceptions import OperationalError

from common.errors import DataError
from recommend.models import ModelRun, Persona
from recommend.services.personas import COUNT
from recommend.tasks import make_personas

IN_A_REQUEST = 100  # a tenth of a second or more for each with MovieLens 1M


def actions_label() -> str:
    """Says how many are made, and who waits for it."""
    if settings.REDIS_URL:
        text = gettext("Make new personas of the live run (%(count)s, by a worker in some minutes)")
        return text % {"count": f"{COUNT:,}"}
    text = gettext(
        "Make new personas of the live run (%(count)s; this page waits half a minute or more)"
    )
    return text % {"count": f"{IN_A_REQUEST:,}"}


def make_anew() -> str:
    """With REDIS_URL a worker makes all of them. Without it this request does, but only a few.

    Returns what to tell the person. Raises `DataError` before anything is done if it cannot be,
    or if many personas would give way to few; `NotReadyError` without data.
    """
    run = ModelRun.objects.only("pk").filter(state=ModelRun.State.LIVE).first()
    if run is None:
        raise DataError(gettext("No model run is live: publish one first."))
    if settings.REDIS_URL:
        return _hand_over()
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


def _hand_over() -> str:
    try:
        make_personas.delay(count=COUNT)
    except OperationalError as error:
        raise DataError(
            gettext("Nothing was started, because Redis cannot be reached: %(error)s")
            % {"error": error}
        ) from error
    return gettext(
        "A worker makes %(count)s personas now, which takes some minutes. Until then those of "
        "before count."
    ) % {"count": f"{COUNT:,}"}
