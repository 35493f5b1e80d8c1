"""What every source says, and each change of it: view only; staff correct on the film's page."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from movies.admin.base import OfFilm
from movies.admin.files import FileImportExport
from movies.admin.filters import (
    EffectFilter,
    IncludedFilter,
    OnPlatformFilter,
    SourceFilter,
    StaleStatementFilter,
)
from movies.admin.resources import AvailabilityResource
from movies.models import Availability, AvailabilityChange


@admin.register(Availability)
class AvailabilityAdmin(FileImportExport[Availability], OfFilm[Availability]):
    list_display = ["id", "film", "platform", "source", "included", "checked_at", "note"]
    list_select_related = ["movie", "platform"]
    list_filter = [OnPlatformFilter, SourceFilter, IncludedFilter, StaleStatementFilter]
    ordering = ["-id"]
    sortable_by = ["id"]
    resource_classes = [AvailabilityResource]
    fields = ["film", "platform", "source", "included", "checked_at", "note", "stated_by"]


@admin.register(AvailabilityChange)
class AvailabilityChangeAdmin(OfFilm[AvailabilityChange]):
    """Newest first."""

    list_display = [
        "changed_at", "film", "platform", "what_happened", "source", "before", "after", "note",
        "changed_by",
    ]  # fmt: skip
    list_select_related = ["movie", "platform", "changed_by"]
    list_filter = [EffectFilter, OnPlatformFilter]
    ordering = ["-changed_at", "-id"]
    fields = [
        "film", "platform", "source", "before", "after", "carried_before", "carried_after",
        "what_happened", "note", "changed_by", "changed_at",
    ]  # fmt: skip
    readonly_fields = ["film", "what_happened"]

    @admin.display(description=_("what happened"))
    def what_happened(self, obj: AvailabilityChange) -> Any:
        return AvailabilityChange.Effect(obj.effect).label
