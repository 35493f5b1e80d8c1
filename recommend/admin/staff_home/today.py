"""What staff see first: today's surveys and winners, what is stale or doubtful, jobs.

Every part is shown only to readers who may open the list behind it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.contrib.admin import AdminSite
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from common.models import DataLoad
from movies.admin.dashboard import Lists, open_figures
from movies.models import Movie, Platform, Product
from ottstats.models import PlatformRecommendation
from recommend.admin.winners import colour_of
from recommend.models import LabJob
from recommend.results.staff.winners import WEEK, WinnersByDay, winners_by_day
from recommend.services.watching import MOST_OF_A_WEEK, too_often
from survey.models import Respondent

JOBS, LOADS = 4, 3


@dataclass(frozen=True)
class TodayTile:
    """A number with what it counts, a line beneath, and the list behind it ("" without one)."""

    label: Any
    number: str
    beneath: str
    address: str


@dataclass(frozen=True)
class DayOfWinners:
    """A column of the chart: `bars` are colour, y and height in percent of the chart.

    `said` is the day in words, for readers who do not see the chart.
    """

    label: str
    x: int
    bars: Sequence[tuple[str, str, str]]
    said: str


def add_today(site: AdminSite) -> None:
    """Give the site's index what `today_context` finds."""
    index = site.index

    def with_today(
        request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        ours = today_context(Lists(site, request)) if site.has_permission(request) else {}
        return index(request, extra_context=ours | (extra_context or {}))

    site.index = with_today  # type: ignore[method-assign, assignment]


def today_context(lists: Lists) -> dict[str, Any]:
    today = timezone.localdate()
    context: dict[str, Any] = {
        "title": _day_in_words(today),
        "tiles": _survey_tiles(lists, today),
        "doings": _doings(lists),
        "jobs": _jobs(lists),
        "loads": _loads(lists),
    }
    if lists.address(Movie):
        context["waiting"] = [row for row in open_figures(lists) if str(row[1]) != "0"]
    if lists.address(PlatformRecommendation):
        context |= _winners(winners_by_day(WEEK + 1))
    return context


def _day_in_words(day: date) -> str:
    return gettext("%(weekday)s, %(day)s") % {
        "day": date_format(day, "MONTH_DAY_FORMAT"),
        "weekday": date_format(day, "l"),
    }


def _survey_tiles(lists: Lists, today: date) -> list[TodayTile]:
    """Surveys of today beside yesterday at the same time, and of the last two weeks."""
    address = lists.address(Respondent)
    if not address:
        return []
    now = timezone.localtime()
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    day, week = timedelta(days=1), timedelta(days=WEEK)

    def surveys(first: Any, before: Any) -> int:
        return Respondent.objects.filter(created_at__gte=first, created_at__lt=before).count()

    yesterday = surveys(midnight - day, now - day)
    last_week = surveys(now - 2 * week, now - week)
    return [
        TodayTile(
            _("Surveys today"),
            f"{surveys(midnight, now):,}",
            gettext("yesterday by this time: %(number)s") % {"number": f"{yesterday:,}"},
            address,
        ),
        TodayTile(
            _("Surveys in 7 days"),
            f"{surveys(now - week, now):,}",
            gettext("the 7 days before: %(number)s") % {"number": f"{last_week:,}"},
            address,
        ),
    ]


def _winners(found: WinnersByDay) -> dict[str, Any]:
    """The chart of the last days, yesterday's winners in words, and the alarm."""
    names = {one.slug: str(one) for one in Platform.objects.named()}
    slugs = found.platforms
    days = list(reversed(found.days[:WEEK]))
    yesterday = found.days[1][1]
    return {
        "winners_address": reverse("admin:ottstats_platformrecommendation_winners"),
        "winners_of": [(colour_of(place), names.get(slug, slug))
                       for place, slug in enumerate(slugs)],
        "winner_days": [_column(place, day, won, slugs, names)
                        for place, (day, won) in enumerate(days)],
        "most": MOST_OF_A_WEEK,
        "yesterday": [
            (names.get(slug, slug), f"{number:,}", f"{100 * number / yesterday.total():.0f}%")
            for slug, number in yesterday.most_common()
        ],
        "alarm": _alarm(found.of_the_last(WEEK), names),
    }  # fmt: skip


def _alarm(week: Counter[str], names: dict[str, str]) -> str:
    """The same rule as that of the nightly notice, on the answers there are now."""
    answers = week.total()
    found = too_often(week, answers)
    if found is None:
        return ""
    slug, number = found
    return gettext("%(percent)d%% of this week’s answers are %(platform)s.") % {
        "percent": 100 * number // answers,
        "platform": names.get(slug, slug),
    }


def _column(
    place: int, day: date, won: Counter[str], slugs: Sequence[str], names: dict[str, str]
) -> DayOfWinners:
    answers, top = won.total(), 100.0
    bars = []
    for colour, slug in enumerate(slugs):
        height = 100 * won[slug] / answers if answers else 0
        top -= height
        if height:
            bars.append((colour_of(colour), f"{top:.2f}", f"{height:.2f}"))
    label = f"{day.month}/{day.day}"
    said = ", ".join(f"{names.get(slug, slug)} {number:,}" for slug, number in won.most_common())
    return DayOfWinners(label, 8 + place * 40, bars, f"{label}: {said or gettext('no answers')}")


def _doings(lists: Lists) -> list[tuple[Any, str]]:
    """What staff come for, with the page where it begins."""
    products = lists.address(Product, on_sale="yes")
    doings = [
        (_("Change a price"), products),
        (_("Import a file"), lists.may_import(Product) and reverse("admin:movies_product_import")),
        (
            _("Yesterday’s winners"),
            lists.address(PlatformRecommendation)
            and reverse("admin:ottstats_platformrecommendation_winners"),
        ),
        (_("Correct where a film is"), lists.address(Movie)),
        (_("Find target customers"), reverse("audience-customer")),
    ]
    return [(label, str(address)) for label, address in doings if address]


def _jobs(lists: Lists) -> list[tuple[LabJob, str]]:
    if not lists.address(LabJob):
        return []
    newest = LabJob.objects.order_by("-pk").defer("result")[:JOBS]
    return [(job, reverse("admin:recommend_labjob_change", args=[job.pk])) for job in newest]


def _loads(lists: Lists) -> list[DataLoad]:
    return list(DataLoad.objects.order_by("-pk")[:LOADS]) if lists.address(DataLoad) else []
