"""The platforms that carry films."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from common.admin import Previewed
from movies.admin.base import ToldErrors
from movies.admin.reference.base import ReferenceAdmin
from movies.fetching import providers
from movies.models import Movie, Platform
from recommend.results.staff.previews import preview_ageing


class PlatformForm(forms.ModelForm):  # type: ignore[type-arg]
    """Refuses a provider of TMDB that belongs to another platform."""

    def clean_tmdb_provider_ids(self) -> list[int]:
        numbers: list[int] = self.cleaned_data["tmdb_provider_ids"]
        for other in Platform.objects.exclude(pk=self.instance.pk):
            if taken := set(numbers) & set(other.tmdb_provider_ids):
                raise ValidationError(
                    _("%(number)s belongs to %(platform)s."),
                    params={"number": min(taken), "platform": other},
                )
        return numbers


@admin.register(Platform)
class PlatformAdmin(Previewed[Platform], ReferenceAdmin, ToldErrors[Platform]):
    form = PlatformForm
    list_display = ["named", "slug", "is_active", "films_known", "films_carried"]
    list_filter = ["is_active"]
    search_fields = ["slug", "name", "name_ko"]
    ordering = ["slug"]
    counts: ClassVar[list[str]] = [
        "films_known",
        "films_carried",
        "surveyed_known",
        "surveyed_carried",
        "surveyed_on",
    ]
    published: ClassVar[list[str]] = ["published_known", "published_carried", "published_decades"]
    readonly_fields = (*counts, *published)

    def get_fieldsets(self, request: HttpRequest, obj: Platform | None = None) -> list[Any]:
        fields = ["slug", "name", "name_ko", "homepage", "tmdb_provider_ids", "is_active"]
        counted = [(_("Counted from the films"), {"fields": self.counts})] if obj else []
        ageing = ["stationary_share", "turnover"]
        return [
            (None, {"fields": fields}),
            (_("Its mark on the pages"), {"fields": ["brand_colour", "brand_source"]}),
            (
                _("Where its pages lead"),
                {"fields": ["sign_up_page", "search_page", "links_source"]},
            ),
            (_("How fast its films come and go"), {"fields": ageing}),
            (_("Published shares"), {"fields": self.published}),
            *counted,
        ]

    def preview(self, request: HttpRequest, form: Any, formsets: Sequence[Any]) -> dict[str, Any]:
        stored = Platform.objects.filter(pk=form.instance.pk).first()
        return {
            "preview": stored and preview_ageing(form.instance, before=stored),
            "preview_notes": [gettext("Counts the rates only, no other field.")],
        }

    def save_model(self, request: HttpRequest, obj: Platform, form: Any, change: bool) -> None:
        """Changed provider ids apply at once to films that are already fetched."""
        # Compared here: Django treats a list of numbers as changed whenever it is posted.
        if change and set(form.initial["tmdb_provider_ids"]) != set(obj.tmdb_provider_ids):
            providers.set_provider_ids({obj.pk: obj.tmdb_provider_ids})
        super().save_model(request, obj, form, change)

    def why_kept(self, obj: Platform) -> str | None:
        if obj.shipped is not None:
            text = gettext(
                "%(name)s ships with the project and would come back with the next "
                "`load_reference_data`. Take away “is active” instead."
            )
        elif self._in_use(obj):
            text = gettext(
                "%(name)s is in use (films, products, statistics or results name it). "
                "Take away “is active” instead."
            )
        else:
            return None
        return text % {"name": obj}

    @staticmethod
    def _in_use(platform: Platform) -> bool:
        """Checks every relation except the tally, which only counts the recommendations."""
        slug = platform.slug
        known = Q(platforms__contains={slug: True}) | Q(platforms__contains={slug: False})
        relations = (
            "products", "attractions", "subscribers", "usage_statistics", "recommendations",
            "availability", "availability_changes", "availability_reports",
        )  # fmt: skip
        return (
            any(getattr(platform, name).exists() for name in relations)
            or Movie.objects.filter(known).exists()
        )
