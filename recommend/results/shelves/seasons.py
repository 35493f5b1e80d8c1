"""The season of a day, also beyond the days that staff have filled in."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from recommend.models import SeasonKeywords


def season_of(day: date, seasons: Sequence[SeasonKeywords]) -> SeasonKeywords | None:
    """The season of this day. Beyond the last day that of the same day in the last year that has
    one, before the first day that of the first year; None if there is none at all."""
    found = _on(day, seasons)
    if found is not None or not seasons:
        return found
    first = min(season.from_day for season in seasons)
    last = max(season.to_day for season in seasons)
    years = range(first.year, last.year + 1)
    for year in reversed(years) if day > last else years:
        if first <= (other := _in_year(day, year)) <= last:
            return _on(other, seasons)
    return None  # less than a year is filled in


def _on(day: date, seasons: Sequence[SeasonKeywords]) -> SeasonKeywords | None:
    return next((one for one in seasons if one.from_day <= day <= one.to_day), None)


def _in_year(day: date, year: int) -> date:
    """29 February is the 28th in a year without it."""
    try:
        return day.replace(year=year)
    except ValueError:
        return day.replace(year=year, day=28)
