"""The page of winners: which platform came first in the answers of the last 30 days."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from movies.models import Platform
from recommend.results.staff.winners import DAYS, WEEK, winners_by_day
from recommend.services.watching import FEWEST_ANSWERS, MOST_OF_A_WEEK

COLOURS = 6  # platforms with a colour of their own; the others share one


@dataclass(frozen=True)
class WinnersRow:
    """A span of days: its answers, and those of each platform as number and percent.

    `bars`: colour, start and width in percent, for SVG.
    """

    label: str
    answers: str
    bars: Sequence[tuple[str, str, str]]
    numbers: Sequence[tuple[str, str]]
    is_sum: bool = False


def winners_context() -> dict[str, Any]:
    """Names with their colours, the sums of a week and of all days, and every day."""
    found = winners_by_day()
    names = {one.slug: str(one) for one in Platform.objects.named()}
    slugs = found.platforms
    sums = [
        _row(_("Last %(days)d days") % {"days": days}, found.of_the_last(days), slugs, is_sum=True)
        for days in (WEEK, DAYS)
    ]
    days = [_row(date_format(day, "DATE_FORMAT"), won, slugs) for day, won in found.days]
    return {
        "platforms": [
            (colour_of(place), names.get(slug, slug)) for place, slug in enumerate(slugs)
        ],
        "rows": [*sums, *days],
        "most": MOST_OF_A_WEEK,
        "fewest": FEWEST_ANSWERS,
    }


def _row(
    label: str, winners: Counter[str], slugs: Sequence[str], *, is_sum: bool = False
) -> WinnersRow:
    answers = winners.total()
    numbers = [
        (f"{winners[slug]:,}", f"{100 * winners[slug] / answers:.0f}%" if winners[slug] else "")
        for slug in slugs
    ]
    bars = list(_bars([winners[slug] for slug in slugs], answers))
    return WinnersRow(label, f"{answers:,}", bars, numbers, is_sum)


def _bars(numbers: Sequence[int], answers: int) -> Iterator[tuple[str, str, str]]:
    """With a decimal point in every language."""
    start = 0.0
    for place, number in enumerate(numbers):
        width = 100 * number / answers if answers else 0.0
        if number:
            yield colour_of(place), f"{start:.3f}", f"{width:.3f}"
        start += width


def colour_of(place: int) -> str:
    return f"place-{place}" if place < COLOURS else "unknown"
