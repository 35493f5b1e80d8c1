"""Reports of wrong availability, and what staff decide about them."""

from __future__ import annotations

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext, ngettext

from common.errors import DataError
from common.loading import hold_the_data_set
from movies.models import LONGEST_NOTE, AvailabilityReport, Movie, Platform
from movies.services.availability import correct_availability

# Reports of a state that the page no longer shows are about something else: count from 1.
REPORT = """
    INSERT INTO movies_availabilityreport AS r
        (movie_id, platform_id, shown, times, state, first_at, last_at)
    VALUES (%(movie)s, %(platform)s, %(shown)s, 1, 'open', %(now)s, %(now)s)
    ON CONFLICT (movie_id, platform_id) WHERE state = 'open' DO UPDATE SET
        times = CASE WHEN r.shown IS DISTINCT FROM excluded.shown THEN 1
                     ELSE r.times + %(more)s END,
        first_at = CASE WHEN r.shown IS DISTINCT FROM excluded.shown THEN excluded.first_at
                        ELSE r.first_at END,
        shown = excluded.shown, last_at = excluded.last_at
    RETURNING id
"""


@transaction.atomic
def report_wrong(*, movie_id: int, platform: str, again: bool = False) -> AvailabilityReport:
    """Record that the availability shown of a film on a platform is wrong.

    One open report per film and platform counts how often; a decided report stays as it is, and
    the next one opens a new report. `again`: the same sender reported it before, so an open report
    is not counted up. Raises `DataError` for a film or platform that no page shows, and
    `NotReadyError` while the data set is being replaced.
    """
    hold_the_data_set()
    movie = Movie.objects.filter(pk=movie_id).only("platforms").first()
    if movie is None:
        raise DataError(gettext("There is no film %(number)s.") % {"number": movie_id})
    # Compared here: the text may hold characters that PostgreSQL refuses.
    if platform not in Platform.objects.offered().values_list("slug", flat=True):
        raise DataError(gettext("No such platform: %(names)s") % {"names": platform})
    parameters = {
        "movie": movie_id,
        "platform": platform,
        "shown": movie.platforms.get(platform),
        "now": timezone.now(),
        "more": 0 if again else 1,
    }
    with connection.cursor() as cursor:
        cursor.execute(REPORT, parameters)
        (report_id,) = cursor.fetchone()
    return AvailabilityReport.objects.get(pk=report_id)


@transaction.atomic
def decide_report(
    *, report: AvailabilityReport, accepted: bool, staff: int | None, note: str = ""
) -> AvailabilityReport:
    """Accept a report, which corrects the state, or reject it, which changes nothing else.

    A decided report stays as it is, also if two people decide at the same moment. The note goes
    into the history of the correction. Returns the report as stored.

    1. Keep the data set from being replaced (`NotReadyError` if that is under way).
    2. Lock the report; a second decision about it waits here, then finds it decided.
    3. Correct the film; this locks it after the report, and no other code locks in reverse order.
    """
    if len(note) > LONGEST_NOTE:
        raise DataError(f"the note is longer than {LONGEST_NOTE} characters")
    hold_the_data_set()
    locked = (
        AvailabilityReport.objects.select_for_update(of=("self",))
        .select_related("movie")
        .filter(pk=report.pk)
        .first()
    )
    if locked is None:
        raise DataError("the report is gone: its film or platform has been deleted")
    if locked.state != AvailabilityReport.State.OPEN:
        return locked
    if accepted:
        slug = locked.platform_id
        # The opposite of what was shown, not of the present state: if a source has corrected
        # itself since, accepting the report must not reverse that. Unknown becomes true.
        correct_availability(
            movie=locked.movie,
            states={slug: not locked.shown},
            notes={slug: note or _told(locked.times)},
            staff=staff,
        )
    state = AvailabilityReport.State
    locked.state = state.ACCEPTED if accepted else state.REJECTED
    locked.decided_at = timezone.now()
    locked.decided_by_id = staff
    locked.save(update_fields=["state", "decided_at", "decided_by"])
    return locked


def _told(times: int) -> str:
    return ngettext(
        "Reported as wrong %(times)s time", "Reported as wrong %(times)s times", times
    ) % {"times": times}
