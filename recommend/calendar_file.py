"""A calendar file (.ics, RFC 5545) of days to be reminded of, by the library icalendar. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from icalendar import Alarm, Calendar, Event

PRODUCT = "-//OTTwin//Rotation plan//EN"
REMINDER = timedelta(hours=-15)  # before the day begins: 9:00 of the day before, wherever one is


@dataclass(frozen=True)
class Entry:
    """A day, what is said of it in the calendar, and what one reads on opening it."""

    day: date
    summary: str
    description: str


def calendar_file(entries: Sequence[Entry], *, name: str, made_at: datetime, uid: str) -> bytes:
    """UTF-8, lines folded at 75 bytes and ended by CRLF: an all-day event for each of the entries.

    `made_at` needs a time zone (`ValueError`). An event is known by `uid` and its place among the
    entries, so to import the file again, or a later one of the same `uid`, replaces the events
    instead of doubling them. The days do not count as busy.
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
