"""A plan as a calendar file (.ics, RFC 5545): when to subscribe and when to cancel.

It must not contain the link of the result, because people share their calendars.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from icalendar import Alarm, Calendar, Event

from recommend.pages.wording import won
from recommend.results.year_plan import PaidSpan, Planned, paid_spans

PRODUCT = "-//OTTwin//Rotation plan//EN"
REMINDER = timedelta(hours=-15)  # at 9:00 of the day before, in any time zone
TITLES = 12  # named for each subscription


@dataclass(frozen=True)
class Entry:
    """An all-day event: its title in the calendar, and the text that opens with it."""

    day: date
    summary: str
    description: str


def plan_entries(planned: Planned) -> list[Entry]:
    """Entries by day. Cancelling is due on the last paid day, before the next payment."""
    paid = paid_spans(planned.rotated)
    entries = (entry for span in paid for entry in (_start(planned, span), _end(planned, span)))
    return sorted(entries, key=lambda entry: entry.day)


def _start(planned: Planned, span: PaidSpan) -> Entry:
    product = planned.products[span.product]
    platforms = {platform.pk for platform in product.platforms.all()}
    months = planned.rotated.months[span.first : span.last + 1]
    titles = [
        planned.movies[number].display_title
        for month in months
        for number in month.films
        if any(planned.movies[number].platforms.get(slug) is True for slug in platforms)
    ]
    day = date_format(planned.last_day(span.last), "DATE_FORMAT")
    words = {"price": won(product.monthly_price or 0), "day": day}
    paid = _("%(price)s a month, until %(day)s.") % words
    watch = _("To watch: %(films)s") % {"films": ", ".join(titles[:TITLES])}
    return Entry(
        day=planned.starts[span.first],
        summary=_("Subscribe to %(product)s") % {"product": product},
        description=f"{paid}\n{watch}" if titles else paid,
    )


def _end(planned: Planned, span: PaidSpan) -> Entry:
    product = planned.products[span.product]
    if span.last + 1 < len(planned.starts):
        summary = _("Cancel %(product)s")
        text = _("From tomorrow on it is not in your plan. Cancel before the next payment.")
    else:
        summary = _("Cancel %(product)s or go on")
        text = _("Your plan ends today. Make a new one, or cancel before the next payment.")
    return Entry(planned.last_day(span.last), summary % {"product": product}, text)


def calendar_file(entries: Sequence[Entry], *, name: str, made_at: datetime, uid: str) -> bytes:
    """UTF-8, lines folded at 75 bytes and ended by CRLF; the days do not count as busy.

    `made_at` needs a time zone (`ValueError`). Importing the file again, or a later one of the
    same `uid`, replaces the events, because their ids are `uid` and their number.
    """
    if made_at.tzinfo is None:
        raise ValueError(f"the time has no zone: {made_at}")
    calendar = Calendar()
    calendar.add("PRODID", PRODUCT)
    calendar.add("VERSION", "2.0")
    calendar.add("METHOD", "PUBLISH")
    calendar.add("NAME", name)
    calendar.add("X-WR-CALNAME", name)
    for place, entry in enumerate(entries, start=1):
        calendar.add_component(_event(entry, made_at, f"{uid}-{place}@ottwin"))
    content: bytes = calendar.to_ical()
    return content


def _event(entry: Entry, made_at: datetime, uid: str) -> Event:
    event = Event()
    event.add("UID", uid)
    event.add("DTSTAMP", made_at)
    event.add("DTSTART", entry.day)
    event.add("DTEND", entry.day + timedelta(days=1))
    event.add("SUMMARY", entry.summary)
    event.add("DESCRIPTION", entry.description)
    event.add("TRANSP", "TRANSPARENT")
    alarm = Alarm()
    alarm.add("ACTION", "DISPLAY")
    alarm.add("DESCRIPTION", entry.summary)
    alarm.add("TRIGGER", REMINDER)
    event.add_component(alarm)
    return event
