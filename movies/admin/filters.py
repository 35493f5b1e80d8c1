"""Filters of the lists of films and of what is known about them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any, ClassVar

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.db import connection
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from common.admin import ChoiceFilter
from movies.models import AvailabilityChange, Platform

FIRST_DECADE = 1920
STALE_DAYS = (7, 30, 90, 180)
# One step in the index (platform, source, checked_at) for each pair; DISTINCT would read it all.
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
Lookups = list[tuple[str, Any]]


class PlatformFilter(ChoiceFilter):
    """One choice for each active platform."""

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin[Any]) -> Lookups:
        return [(platform.slug, str(platform)) for platform in Platform.objects.offered()]


class CarriedFilter(PlatformFilter):
    title = _("carried by")
    parameter_name = "carried"

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        slug = self.chosen()
        return queryset.filter(platforms__contains={slug: True}) if slug else queryset


class UnknownFilter(PlatformFilter):
    title = _("unknown on")
    parameter_name = "unknown"

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        slug = self.chosen()
        return queryset.filter(~Q(platforms__has_key=slug)) if slug else queryset


class OnPlatformFilter(ChoiceFilter):
    """Rows of a platform, active or not, by its slug."""

    title = _("platform")
    parameter_name = "platform"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin[Any]) -> Lookups:
        return [(platform.slug, str(platform)) for platform in Platform.objects.all()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        slug = self.chosen()
        return queryset.filter(platform=slug) if slug else queryset


class YesNoFilter(ChoiceFilter):
    """`condition` holds, or it does not."""

    condition: ClassVar[Q]

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin[Any]) -> Lookups:
        return [("yes", _("Yes")), ("no", _("No"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        match self.chosen():
            case "yes":
                return queryset.filter(self.condition)
            case "no":
                return queryset.filter(~self.condition)
        return queryset


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
    """Not checked for some days. What was never checked was not checked in these days either."""

    title = _("last checked")
    parameter_name = "stale"
    column: ClassVar[str]
    is_always_checked: ClassVar[bool] = False

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin[Any]) -> Lookups:
        choices: Lookups = [
            (str(days), _("Not for %(days)d days") % {"days": days}) for days in STALE_DAYS
        ]
        return choices if self.is_always_checked else [*choices, ("never", _("Never"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        chosen = self.chosen()
        never = Q((f"{self.column}__isnull", True))
        match chosen:
            case None:
                return queryset
            case "never":
                return queryset.filter(never)
        before = timezone.now() - timedelta(days=int(chosen))
        old = Q((f"{self.column}__lt", before))
        return queryset.filter(old if self.is_always_checked else old | never)


class StaleFilmFilter(StaleFilter):
    column = "platforms_checked_at"


class StaleStatementFilter(StaleFilter):
    column = "checked_at"
    is_always_checked = True


class DecadeFilter(ChoiceFilter):
    title = _("decade")
    parameter_name = "decade"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin[Any]) -> Lookups:
        decades = range(timezone.localdate().year // 10 * 10, FIRST_DECADE - 1, -10)
        return [
            *((str(decade), f"{decade}–{decade + 9}") for decade in decades),
            ("before", _("Before %(year)d") % {"year": FIRST_DECADE}),
            ("unknown", _("Unknown")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        match self.chosen():
            case None:
                return queryset
            case "before":
                return queryset.filter(year__lt=FIRST_DECADE)
            case "unknown":
                return queryset.filter(year__isnull=True)
            case decade:
                return queryset.filter(year__range=(int(decade), int(decade) + 9))


class SourceFilter(ChoiceFilter):
    """The sources that there are."""

    title = _("source")
    parameter_name = "source"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin[Any]) -> Lookups:
        with connection.cursor() as cursor:
            cursor.execute(SOURCES)
            return [(source, source) for (source,) in cursor.fetchall()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        source = self.chosen()
        return queryset.filter(source=source) if source else queryset


class EffectFilter(ChoiceFilter):
    title = _("what happened")
    parameter_name = "effect"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin[Any]) -> Lookups:
        labels = {
            AvailabilityChange.Effect.ARRIVAL: _("Arrivals"),
            AvailabilityChange.Effect.DEPARTURE: _("Departures"),
        }
        return [(str(key), labels.get(key, key.label)) for key in AvailabilityChange.Effect]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        effect = self.chosen()
        return queryset.filter(effect=effect) if effect else queryset


class QueueFilter(ChoiceFilter):
    """The state of a row that staff decide; the open ones unless another choice is made."""

    title = _("state")
    parameter_name = "state"
    states: ClassVar[Any]
    everything: ClassVar[str] = "all"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin[Any]) -> Lookups:
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
