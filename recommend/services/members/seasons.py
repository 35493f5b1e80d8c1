"""Seasons, as staff change them: every day keeps exactly one."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import NamedTuple

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext

from common.errors import DataError
from common.locks import Lock
from movies.models import Notice
from movies.services.notices import put_notice
from recommend.models import SeasonKeywords

DAY = timedelta(days=1)
REMINDED = timedelta(days=90)  # before the last day that is filled in


class SeasonDays(NamedTuple):
    """The first and the last day of a season, and its name."""

    first: date
    last: date
    name: str


def fault_of(seasons: Iterable[SeasonDays]) -> str:
    """The first overlap or gap, in the reader's language, naming both seasons; "" if there is
    none."""
    ordered = sorted(seasons)
    for one in ordered:
        if one.last < one.first:
            return gettext("“%(name)s” ends on %(last)s, before it begins on %(first)s.") % (
                one._asdict()
            )
    for before, after in zip(ordered, ordered[1:], strict=False):
        named = {
            "one": f"{before.name} (– {before.last})",
            "other": f"{after.name} ({after.first} –)",
        }
        if after.first <= before.last:
            return gettext("%(one)s and %(other)s overlap: a day has one season.") % named
        if after.first > before.last + DAY:
            return gettext("%(one)s, then %(other)s: days between them have no season.") % named
    return ""


@transaction.atomic
def add_season(*, season: SeasonKeywords) -> SeasonKeywords:
    """Store a new season. It takes its days from the one that it lies in, or follows the last day.

    Raises `DataError` if it lies in more than one season, or apart from all of them.
    """
    Lock.SEASONS.wait()
    around = list(
        SeasonKeywords.objects.filter(
            from_day__lte=season.to_day + DAY, to_day__gte=season.from_day - DAY
        )
    )
    cut = [one for one in around if one.from_day <= season.to_day and one.to_day >= season.from_day]
    if not around and SeasonKeywords.objects.exists():
        raise DataError(gettext("There would be days without a season before or after it."))
    if len(cut) > 1:
        raise DataError(
            gettext("It lies in “%(one)s” and in “%(other)s”; move their boundary first.")
            % {"one": cut[0], "other": cut[1]}
        )
    if cut:
        _cut_out(cut[0], season.from_day, season.to_day)
    season.save(force_insert=True)
    remind_of_seasons()
    return season


def _cut_out(season: SeasonKeywords, first: date, last: date) -> None:
    """Leave what the season has before and after these days, in one row each."""
    before, after = season.from_day < first, season.to_day > last
    if before and after:
        SeasonKeywords.objects.create(
            name_ko=season.name_ko,
            name_en=season.name_en,
            words=season.words,
            from_day=last + DAY,
            to_day=season.to_day,
        )
    if before:
        season.to_day = first - DAY
    elif after:
        season.from_day = last + DAY
    else:
        season.delete()
        return
    season.save(update_fields=["from_day", "to_day"])


@transaction.atomic
def delete_seasons(numbers: Iterable[int]) -> None:
    """Delete these; the season before takes over the days of each. The first one just ends."""
    Lock.SEASONS.wait()
    for season in SeasonKeywords.objects.filter(pk__in=list(numbers)).order_by("from_day"):
        before = SeasonKeywords.objects.of_day(season.from_day - DAY)
        season.delete()
        if before is not None:
            before.to_day = season.to_day
            before.save(update_fields=["to_day"])
    remind_of_seasons()


def remind_of_seasons() -> str:
    """Put up or take down the notice that the seasons end soon, or have ended; its detail.

    Idempotent. Beyond the last day people see the season of a year before.
    """
    last = SeasonKeywords.objects.aggregate(last=Max("to_day"))["last"]
    detail = ""
    if last is not None and last < timezone.localdate() + REMINDED:
        detail = f"– {last.isoformat()}"
    put_notice(Notice.Key.SEASONS, detail)
    return detail
