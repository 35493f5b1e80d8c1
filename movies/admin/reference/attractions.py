"""Series, variety shows and sport, and where they are shown."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.forms.models import BaseInlineFormSet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from common.admin import ChoiceFilter, Lookups, Previewed
from movies.admin.files import FileImportExport
from movies.admin.reference.base import ShippedAdmin
from movies.admin.resources import AttractionResource
from movies.models import Attraction, AttractionPlatform
from movies.services.attractions import Place, faults_of_places, gives_by_product
from recommend.results.staff.previews import preview_attraction


class OfferedFilter(ChoiceFilter):
    title = _("offered")
    parameter_name = "offered"

    def offered(self) -> Lookups:
        return [("yes", _("Today")), ("no", _("Not today"))]

    def condition_of(self, chosen: str) -> Q:
        offered = Q(pk__in=Attraction.objects.offered(timezone.localdate()))
        return offered if chosen == "yes" else ~offered


class PlaceFormSet(BaseInlineFormSet):  # type: ignore[type-arg]
    """The rules of `load_attractions` for the places of one attraction."""

    def clean(self) -> None:
        super().clean()
        is_exclusive = any(row["is_exclusive"] for row in self._kept())
        faults = faults_of_places(
            self.places(), is_exclusive=is_exclusive, gives=gives_by_product()
        )
        if faults:
            raise ValidationError([ValidationError(fault) for fault in faults])

    def places(self) -> list[Place]:
        """Where the attraction is shown, as entered."""
        return [Place(row["platform"].pk, row["product_slug"]) for row in self._kept()]

    def _kept(self) -> list[dict[str, Any]]:
        """The entered rows that stay."""
        rows = [form.cleaned_data for form in self.forms if hasattr(form, "cleaned_data")]
        return [row for row in rows if row.get("platform") and not row.get("DELETE")]


class PlaceInline(admin.TabularInline):  # type: ignore[type-arg]
    model = AttractionPlatform
    formset = PlaceFormSet
    extra = 1


@admin.register(Attraction)
class AttractionAdmin(Previewed[Attraction], FileImportExport[Attraction], ShippedAdmin):
    """Without a platform that is compared, an attraction is information only."""

    resource_classes = [AttractionResource]
    instead_of_deleting = _("Set its last day (“ends on”) instead.")
    list_display = [
        "named", "slug", "kind", "category", "shown_on", "starts_on", "ends_on", "checked_on",
        "source_link",
    ]  # fmt: skip
    list_filter = [OfferedFilter, "kind", "category", "certainty", "places__platform"]
    search_fields = ["slug", "title", "title_ko", "category"]
    ordering = ["slug"]
    inlines = [PlaceInline]
    fieldsets = [
        (None, {"fields": ["slug", "title", "title_ko", "kind", "category", "year"]}),
        (_("When and where"), {"fields": [("starts_on", "ends_on"), "elsewhere"]}),
        (_("Source"), {"fields": ["source", "source_url", "checked_on", "certainty"]}),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).prefetch_related("places__platform")

    def preview(self, request: HttpRequest, form: Any, formsets: Sequence[Any]) -> dict[str, Any]:
        (places,) = formsets
        ways = frozenset((place.platform, place.product) for place in places.places())
        notes = [gettext("Counted as if every persona had to see it.")]
        if not form.instance.can_be_seen_on(timezone.localdate()):
            notes.append(gettext("With these days or this certainty nobody can ask for it."))
        return {"preview": preview_attraction(form.instance, ways), "preview_notes": notes}

    @admin.display(description=_("platforms"))
    def shown_on(self, obj: Attraction) -> str:
        places = obj.places.all()
        return ", ".join(dict.fromkeys(str(place.platform) for place in places)) or obj.elsewhere
