"""The entries of a plan for somebody's calendar: when to subscribe, and when to cancel.

Nothing in them leads to the result: calendars are shared with others.
"""

from __future__ import annotations

from datetime import date, timedelta

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from recommend.calendar_file import Entry
from recommend.pages.wording import won
from recommend.results.year_plan import Planned, Run, month_later, runs

TITLES = 12  # of a run that are named


def plan_entries(planned: Planned) -> list[Entry]:
    """By day. One cancels on the last day that is paid for, before the next payment."""
    entries = [
        entry
        for run in runs(planned.rotated)
        for entry in (_start(planned, run), _end(planned, run))
    ]
    return sorted(entries, key=lambda entry: entry.day)


def _start(planned: Planned, run: Run) -> Entry:
    product = planned.products[run.product]
    platforms = {platform.pk for platform in product.platforms.all()}
    months = planned.rotated.months[run.first : run.last + 1]
    titles = [
        planned.movies[number].display_title
        for month in months
        for number in month.films
        if any(planned.movies[number].platforms.get(slug) is True for slug in platforms)
    ]
    paid = _("%(price)s a month, until %(day)s.") % {
        "price": won(product.monthly_price or 0),
        "day": date_format(_last_day(planned, run), "DATE_FORMAT"),
    }
    watch = _("To watch: %(films)s") % {"films": ", ".join(titles[:TITLES])}
    return Entry(
        day=planned.starts[run.first],
        summary=_("Subscribe to %(product)s") % {"product": product},
        description=f"{paid}\n{watch}" if titles else paid,
    )


def _end(planned: Planned, run: Run) -> Entry:
    product = planned.products[run.product]
    if run.last + 1 < len(planned.starts):
        summary = _("Cancel %(product)s")
        text = _("From tomorrow on it is not in your plan. Cancel before the next payment.")
    else:
        summary = _("Cancel %(product)s or go on")
        text = _("Your plan ends today. Make a new one, or cancel before the next payment.")
    return Entry(_last_day(planned, run), summary % {"product": product}, text)


def _last_day(planned: Planned, run: Run) -> date:
    return month_later(planned.starts[0], run.last + 1) - timedelta(days=1)
