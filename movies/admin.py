"""Films with their availability, the people of MovieLens, platforms and products."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import admin
from django.db import models
from django.db.models import Model, Q, QuerySet
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from common.admin import (
    ChoiceFilter,
    ExactSearch,
    GuardedDeletion,
    ReadOnlyAdmin,
    SiteAdmin,
    bits_summary,
)
from movies.forms import availability_form, field_name, provenance
from movies.models import Movie, MovieLensUser, Platform, Product
from movies.services.availability import correct_availability

FIRST_DECADE = 1920


class PlatformFilter(ChoiceFilter):
    """One choice for each active platform."""

    def lookups(
        self, request: HttpRequest, model_admin: admin.ModelAdmin[Any]
    ) -> list[tuple[str, str]]:
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


class CorrectionFilter(ChoiceFilter):
    title = _("staff correction")
    parameter_name = "corrected"

    def lookups(
        self, request: HttpRequest, model_admin: admin.ModelAdmin[Any]
    ) -> list[tuple[str, Any]]:
        return [("yes", _("Yes")), ("no", _("No"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        match self.chosen():
            case "yes":
                return queryset.exclude(platforms_staff={})
            case "no":
                return queryset.filter(platforms_staff={})
        return queryset


class DecadeFilter(ChoiceFilter):
    title = _("decade")
    parameter_name = "decade"

    def lookups(
        self, request: HttpRequest, model_admin: admin.ModelAdmin[Any]
    ) -> list[tuple[str, Any]]:
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


@admin.register(Movie)
class MovieAdmin(SiteAdmin[Movie]):
    """What was loaded can be looked at; staff correct where a film can be watched."""

    list_display = [
        "title",
        "title_ko",
        "year",
        "movie_id",
        "rating_count",
        "carried_by",
        "is_corrected",
    ]
    list_filter = [CarriedFilter, UnknownFilter, CorrectionFilter, DecadeFilter]
    search_fields = ["title", "title_ko"]
    search_help_text = _("English or Korean title")
    ordering = ["-rating_count", "movie_id"]
    sortable_by = ["rating_count", "movie_id"]
    loaded_fields: ClassVar[list[str]] = [
        "movie_id",
        "title",
        "title_ko",
        "year",
        "genres",
        "rating_avg",
        "rating_count",
        "imdb_id",
        "tmdb_id",
        "poster_path",
        "fingerprint_bit",
        "platforms_checked_at",
    ]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Movie | None = None) -> bool:
        return False

    def get_readonly_fields(self, request: HttpRequest, obj: Movie | None = None) -> list[str]:
        return [*self.loaded_fields, "availability"]

    def get_fieldsets(self, request: HttpRequest, obj: Movie | None = None) -> list[Any]:
        if self.has_change_permission(request, obj):
            choices = [field_name(platform.slug) for platform in Platform.objects.offered()]
        else:
            choices = ["availability"]
        described = {
            "fields": choices,
            "description": _(
                "A correction stays until it is taken back; fetching never changes it."
            ),
        }
        return [
            (_("Where it can be watched"), described),
            (_("As loaded"), {"fields": self.loaded_fields}),
        ]

    def get_form(
        self, request: HttpRequest, obj: Movie | None = None, change: bool = False, **kwargs: Any
    ) -> type[ModelForm[Movie]]:
        if self.has_change_permission(request, obj):
            kwargs["form"] = availability_form(Platform.objects.offered())
        return super().get_form(request, obj, change, **kwargs)

    def save_model(self, request: HttpRequest, obj: Movie, form: Any, change: bool) -> None:
        """Only through the service. Locked, so that two corrections at once are both kept."""
        if states := form.corrections():
            locked = Movie.objects.select_for_update().get(pk=obj.pk)
            correct_availability(movie=locked, states=states)

    @admin.display(description=_("carried by"))
    def carried_by(self, obj: Movie) -> str:
        return ", ".join(sorted(slug for slug, carried in obj.platforms.items() if carried))

    @admin.display(description=_("corrected"), boolean=True)
    def is_corrected(self, obj: Movie) -> bool:
        return bool(obj.platforms_staff)

    @admin.display(description=_("Availability"))
    def availability(self, obj: Movie) -> SafeString:
        """For staff who may not change it."""
        names = {True: gettext("Carried"), False: gettext("Not carried"), None: gettext("Unknown")}
        return format_html_join(
            "",
            "<div>{}: {} ({})</div>",
            (
                (platform, names[obj.platforms.get(platform.slug)], provenance(obj, platform.slug))
                for platform in Platform.objects.offered()
            ),
        )


@admin.register(MovieLensUser)
class MovieLensUserAdmin(ReadOnlyAdmin[MovieLensUser], ExactSearch[MovieLensUser]):
    list_display = ["ml_user_id", "gender", "age", "occupation", "watched_count"]
    list_filter = ["gender"]
    exact_search_fields = ["ml_user_id"]
    search_help_text = _("Number of the MovieLens user")
    ordering = ["ml_user_id"]
    sortable_by = ["ml_user_id"]
    fields = [
        "ml_user_id",
        "gender",
        "age",
        "age_band",
        "occupation",
        "watched_count",
        "watched_shown",
        "simhash_shown",
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[MovieLensUser]:
        return super().get_queryset(request).defer("watched", "simhash")

    @admin.display(description=_("watched fingerprint"))
    def watched_shown(self, obj: MovieLensUser) -> str:
        return bits_summary(obj.watched)

    @admin.display(description=_("SimHash"))
    def simhash_shown(self, obj: MovieLensUser) -> str:
        return f"{int(str(obj.simhash), 2):016x}"


class ReferenceAdmin(GuardedDeletion[Any]):
    """Rows that the project ships and staff may change; a slug stays what it was."""

    formfield_overrides: ClassVar[dict[Any, Any]] = {models.URLField: {"assume_scheme": "https"}}

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> list[str]:
        fixed = ["slug"] if obj else []
        return [*super().get_readonly_fields(request, obj), *fixed]


@admin.register(Platform)
class PlatformAdmin(ReferenceAdmin):
    list_display = ["slug", "name", "name_ko", "is_active", "films_known", "films_carried"]
    list_filter = ["is_active"]
    search_fields = ["slug", "name", "name_ko"]
    ordering = ["slug"]
    counts: ClassVar[list[str]] = [
        "films_known",
        "films_carried",
        "surveyed_known",
        "surveyed_carried",
    ]
    readonly_fields = counts

    def get_fieldsets(self, request: HttpRequest, obj: Platform | None = None) -> list[Any]:
        fields = ["slug", "name", "name_ko", "homepage", "tmdb_provider_ids", "is_active"]
        counted = [(_("Counted from the films"), {"fields": self.counts})] if obj else []
        return [(None, {"fields": fields}), *counted]

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
        """Every relation except the tally, which only counts what `recommendations` hold."""
        slug = platform.slug
        known = Q(platforms__contains={slug: True}) | Q(platforms__contains={slug: False})
        relations = ("products", "subscribers", "usage_statistics", "recommendations")
        return (
            any(getattr(platform, name).exists() for name in relations)
            or Movie.objects.filter(known).exists()
        )


class OnSaleFilter(ChoiceFilter):
    title = _("on sale")
    parameter_name = "on_sale"

    def lookups(
        self, request: HttpRequest, model_admin: admin.ModelAdmin[Any]
    ) -> list[tuple[str, Any]]:
        return [("yes", _("Today")), ("no", _("Not today"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        today = timezone.localdate()
        on_sale = Q(valid_from__lte=today) & (Q(valid_to__isnull=True) | Q(valid_to__gte=today))
        match self.chosen():
            case "yes":
                return queryset.filter(on_sale)
            case "no":
                return queryset.exclude(on_sale)
        return queryset


@admin.register(Product)
class ProductAdmin(ReferenceAdmin):
    list_display = [
        "slug",
        "name",
        "sold_platforms",
        "monthly_price",
        "has_ads",
        "valid_from",
        "valid_to",
        "checked_on",
    ]
    list_filter = [OnSaleFilter, "has_ads", "platforms"]
    search_fields = ["slug", "name", "name_ko"]
    ordering = ["slug"]
    filter_horizontal = ["platforms"]
    fields = [
        "slug",
        "name",
        "name_ko",
        "platforms",
        "monthly_price",
        "has_ads",
        ("valid_from", "valid_to"),
        "source",
        "source_url",
        "checked_on",
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).prefetch_related("platforms")

    def why_kept(self, obj: Product) -> str | None:
        if obj.shipped is None:
            return None
        text = gettext(
            "%(name)s ships with the project and would come back with the next "
            "`load_reference_data`. Set its last day (“valid to”) instead."
        )
        return text % {"name": obj}

    @admin.display(description=_("platforms"))
    def sold_platforms(self, obj: Product) -> str:
        return ", ".join(str(platform) for platform in obj.platforms.all())
