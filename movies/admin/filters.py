"""Filters of the lists of films and of their availability."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any, ClassVar

from django.contrib.admin.views.main import ChangeList
from django.db import connection
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from common.admin import ChoiceFilter, Lookups
from movies.models import AvailabilityChange, Platform

FIRST_DECADE = 1920
STALE_DAYS = (7, 30, 90, 180)
# One step in the index (platform, source, checked_at) per pair; DISTINCT would read it all.
SOURCES = """
    WITH RECURSIVE pair AS (
        (SELECT platform_id, source FROM movies_availability ORDER BY 1, 2 LIMIT 1)
        UNION ALL
        SELECT later.platform_id, later.source FROM pair CROSS JOIN LATERAL (
            SELECT platform_id, source FROM movies_availability a
            WHERE (a.platform_id, a.source) > (pair.platform_id, pair.source)
            ORDER BY 1, 2 LIMIT 1) later
    ) SELECT DISTINCT source FROM pair ORDER BY 1
"""


class PlatformFilter(ChoiceFilter):
    """One choice for each active platform."""

    def offered(self) -> Lookups:
        return [(platform.slug, str(platform)) for platform in Platform.objects.offered()]


class CarriedFilter(PlatformFilter):
    title = _("carried by")
    parameter_name = "carried"

    def condition_of(self, chosen: str) -> Q:
        return Q(platforms__contains={chosen: True})


class UnknownFilter(PlatformFilter):
    title = _("unknown on")
    parameter_name = "unknown"

    def condition_of(self, chosen: str) -> Q:
        return ~Q(platforms__has_key=chosen)


class OnPlatformFilter(ChoiceFilter):
    """Rows of a platform, active or not, by its slug."""

    title = _("platform")
    parameter_name = "platform"

    def offered(self) -> Lookups:
        return [(platform.slug, str(platform)) for platform in Platform.objects.all()]

    def condition_of(self, chosen: str) -> Q:
        return Q(platform=chosen)


class YesNoFilter(ChoiceFilter):
    """`condition` holds, or it does not."""

    condition: ClassVar[Q]

    def offered(self) -> Lookups:
        return [("yes", _("Yes")), ("no", _("No"))]

    def condition_of(self, chosen: str) -> Q:
        return self.condition if chosen == "yes" else ~self.condition


class CorrectionFilter(YesNoFilter):
    title = _("staff correction")
    parameter_name = "corrected"
    condition = ~Q(platforms_staff={})


class ConflictFilter(YesNoFilter):
    title = _("conflict between sources")
    parameter_name = "conflict"
    condition = Q(in_conflict=True)


class DemandFilter(YesNoFilter):
    title = _("in demand")
    parameter_name = "demand"
    condition = Q(demand__gt=0)


class IncludedFilter(YesNoFilter):
    title = _("included")
    parameter_name = "included"
    condition = Q(included=True)


class StaleFilter(ChoiceFilter):
    """Not checked for some days; films never checked count as not checked in these days."""

    title = _("last checked")
    parameter_name = "stale"
    column: ClassVar[str]
    is_always_checked: ClassVar[bool] = False

    def offered(self) -> Lookups:
        choices: Lookups = [
            (str(days), _("Not for %(days)d days") % {"days": days}) for days in STALE_DAYS
        ]
        return choices if self.is_always_checked else [*choices, ("never", _("Never"))]

    def condition_of(self, chosen: str) -> Q:
        never = Q((f"{self.column}__isnull", True))
        if chosen == "never":
            return never
        before = timezone.now() - timedelta(days=int(chosen))
        old = Q((f"{self.column}__lt", before))
        return old if self.is_always_checked else old | never


class StaleFilmFilter(StaleFilter):
    column = "platforms_checked_at"


class StaleStatementFilter(StaleFilter):
    column = "checked_at"
    is_always_checked = True


class DecadeFilter(ChoiceFilter):
    title = _("decade")
    parameter_name = "decade"

    def offered(self) -> Lookups:
        decades = range(timezone.localdate().year // 10 * 10, FIRST_DECADE - 1, -10)
        return [
            *((str(decade), f"{decade}–{decade + 9}") for decade in decades),
            ("before", _("Before %(year)d") % {"year": FIRST_DECADE}),
            ("unknown", _("Unknown")),
        ]

    def condition_of(self, chosen: str) -> Q:
        match chosen:
            case "before":
                return Q(year__lt=FIRST_DECADE)
            case "unknown":
                return Q(year__isnull=True)
            case decade:
                return Q(year__range=(int(decade), int(decade) + 9))


class SourceFilter(ChoiceFilter):
    """The sources that occur."""

    title = _("source")
    parameter_name = "source"

    def offered(self) -> Lookups:
        with connection.cursor() as cursor:
            cursor.execute(SOURCES)
            return [(source, source) for (source,) in cursor.fetchall()]

    def condition_of(self, chosen: str) -> Q:
        return Q(source=chosen)


class EffectFilter(ChoiceFilter):
    title = _("what happened")
    parameter_name = "effect"

    def offered(self) -> Lookups:
        labels = {
            AvailabilityChange.Effect.ARRIVAL: _("Arrivals"),
            AvailabilityChange.Effect.DEPARTURE: _("Departures"),
        }
        return [(str(key), labels.get(key, key.label)) for key in AvailabilityChange.Effect]

    def condition_of(self, chosen: str) -> Q:
        return Q(effect=chosen)


class QueueFilter(ChoiceFilter):
    """The state of rows that staff decide; open ones by default."""

    title = _("state")
    parameter_name = "state"
    states: ClassVar[Any]
    everything: ClassVar[str] = "all"

    def offered(self) -> Lookups:
        return [*((str(key), key.label) for key in self.states), (self.everything, _("All"))]

    def choices(self, changelist: ChangeList) -> Iterator[dict[str, Any]]:  # type: ignore[override]
        chosen = self.chosen() or "open"
        for key, label in self.lookup_choices:
            yield {
                "selected": str(key) == chosen,
                "query_string": changelist.get_query_string({self.parameter_name: key}),
                "display": label,
            }

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        chosen = self.chosen() or "open"
        return queryset if chosen == self.everything else queryset.filter(state=chosen)
