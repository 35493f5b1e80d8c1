"""The calendar file: what other programs read in it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from icalendar import Calendar

from recommend.pages.plan.calendar import Entry, calendar_file

MADE_AT = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)
ENTRIES = [
    Entry(date(2026, 4, 1), "티빙 구독 시작", "기생충, 올드보이; 아가씨\n월 5,500원 \\ 12개월"),
    Entry(date(2026, 12, 31), "Cancel Wavve, today; really", "x" * 300 + "가나다" * 100),
]


def made(entries: list[Entry] = ENTRIES, *, uid: str = "abc") -> bytes:
    return calendar_file(entries, name="구독 계획, 2026", made_at=MADE_AT, uid=uid)


def events(content: bytes) -> list:  # type: ignore[type-arg]
    return Calendar.from_ical(content).walk("VEVENT")


def test_every_text_is_read_back_as_it_was() -> None:
    read = [(one.decoded("DTSTART"), one["SUMMARY"], one["DESCRIPTION"]) for one in events(made())]

    assert read == [(one.day, one.summary, one.description) for one in ENTRIES]
    assert Calendar.from_ical(made())["X-WR-CALNAME"] == "구독 계획, 2026"


def test_commas_semicolons_backslashes_and_newlines_are_escaped() -> None:
    text = made().replace(b"\r\n ", b"").decode()

    assert "SUMMARY:Cancel Wavve\\, today\\; really\r\n" in text
    assert "DESCRIPTION:기생충\\, 올드보이\\; 아가씨\\n월 5\\,500원 \\\\ 12개월\r\n" in text


def test_lines_end_with_crlf_and_are_folded_at_75_bytes() -> None:
    content = made()

    lines = content.split(b"\r\n")
    assert lines.pop() == b""
    assert b"\n" not in content.replace(b"\r\n", b"")
    assert max(len(line) for line in lines) <= 75
    assert all(line.decode() for line in lines)


def test_an_event_lasts_the_whole_day_and_does_not_count_as_busy() -> None:
    text = made().decode()

    assert "DTSTART;VALUE=DATE:20260401\r\n" in text
    assert "DTEND;VALUE=DATE:20260402\r\n" in text
    assert "DTEND;VALUE=DATE:20270101\r\n" in text
    assert text.count("TRANSP:TRANSPARENT\r\n") == 2


def test_the_reminder_is_at_nine_in_the_morning_of_the_day_before() -> None:
    for event in events(made()):
        (alarm,) = event.walk("VALARM")
        assert alarm["ACTION"] == "DISPLAY"
        assert alarm["DESCRIPTION"] == event["SUMMARY"]
        midnight = datetime.combine(event.decoded("DTSTART"), datetime.min.time())
        assert midnight + alarm.decoded("TRIGGER") == midnight - timedelta(days=1) + timedelta(
            hours=9
        )
    assert b"TRIGGER:-PT15H\r\n" in made()


def test_events_are_known_by_uid_and_place_so_that_a_second_import_doubles_nothing() -> None:
    later = [Entry(date(2027, 1, 1), "another", "text"), ENTRIES[1]]

    assert [event["UID"] for event in events(made())] == ["abc-1@ottwin", "abc-2@ottwin"]
    assert [event["UID"] for event in events(made(later))] == ["abc-1@ottwin", "abc-2@ottwin"]
    assert [event["UID"] for event in events(made(uid="d"))] == ["d-1@ottwin", "d-2@ottwin"]
    assert made() == made()


def test_the_file_says_who_made_it_and_when() -> None:
    seoul = MADE_AT.astimezone(timezone(timedelta(hours=9)))
    content = calendar_file(ENTRIES, name="n", made_at=seoul, uid="abc")

    assert content.startswith(b"BEGIN:VCALENDAR\r\n")
    assert b"PRODID:-//OTTwin//Rotation plan//EN\r\n" in content
    assert b"VERSION:2.0\r\n" in content
    assert content.count(b"DTSTAMP:20260304T050607Z\r\n") == 2


def test_a_file_without_entries_has_no_event() -> None:
    assert events(made([])) == []


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="no zone"):
        calendar_file([], name="n", made_at=MADE_AT.replace(tzinfo=None), uid="a")
