"""The season of a day, also beyond the days that staff have filled in."""

from __future__ import annotations

from datetime import date

from django.db.models import Max, Min

from recommend.models import SeasonKeywords


def season_of(day: date) -> SeasonKeywords | None:
    """The season of this day. Beyond the last day that of the same day in the last year that has
    one, before the first day that of the first year; None if there is none at all."""
    found = SeasonKeywords.objects.of_day(day)
    if found is not None:
        return found
    span = SeasonKeywords.objects.aggregate(first=Min("from_day"), last=Max("to_day"))
    first, last = span["first"], span["last"]
    if first is None or last is None:
        return None
    years = range(first.year, last.year + 1)
    for year in reversed(years) if day > last else years:
        if first <= (other := _in_year(day, year)) <= last:
            return SeasonKeywords.objects.of_day(other)
    return None  # less than a year is filled in


def _in_year(day: date, year: int) -> date:
    """29 February is the 28th in a year without it."""
    try:
        return day.replace(year=year)
    except ValueError:
        return day.replace(year=year, day=28)
