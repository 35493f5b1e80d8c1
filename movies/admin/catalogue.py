"""Platforms, and the products that people pay for."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from common.admin import ChoiceFilter, GuardedDeletion, Lookups, Previewed
from movies.admin.base import ToldErrors
from movies.admin.files import FileImportExport
from movies.admin.resources import ProductResource
from movies.fetching import providers
from movies.models import PRICE_OLD_AFTER, Movie, Platform, Product
from recommend.results.previews import preview_product


class ReferenceAdmin(GuardedDeletion[Any]):
    """Rows that the project ships and staff may change, except for the slug."""

    formfield_overrides: ClassVar[dict[Any, Any]] = {models.URLField: {"assume_scheme": "https"}}

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> list[str]:
        fixed = ["slug"] if obj else []
        return [*super().get_readonly_fields(request, obj), *fixed]


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
class PlatformAdmin(ReferenceAdmin, ToldErrors[Platform]):
    form = PlatformForm
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


class OnSaleFilter(ChoiceFilter):
    title = _("on sale")
    parameter_name = "on_sale"

    def offered(self) -> Lookups:
        return [("yes", _("Today")), ("no", _("Not today"))]

    def condition_of(self, chosen: str) -> Q:
        on_sale = Q(pk__in=Product.objects.on_sale(timezone.localdate()))
        return on_sale if chosen == "yes" else ~on_sale


class OldPriceFilter(ChoiceFilter):
    """By the rule of the notice for staff."""

    title = _("price checked")
    parameter_name = "price"

    def offered(self) -> Lookups:
        days = {"days": PRICE_OLD_AFTER.days}
        return [
            ("old", _("More than %(days)d days ago") % days),
            ("fresh", _("In the last %(days)d days") % days),
        ]

    def condition_of(self, chosen: str) -> Q:
        old = Q(pk__in=Product.objects.with_old_price(timezone.localdate()))
        return old if chosen == "old" else ~old


class ProductForm(forms.ModelForm):  # type: ignore[type-arg]
    """Keeps the kind if the form leaves it out."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "kind" in self.fields:
            self.fields["kind"].required = False

    def clean_kind(self) -> str:
        kind: str = self.cleaned_data["kind"] or self.instance.kind
        return kind


@admin.register(Product)
class ProductAdmin(Previewed[Product], FileImportExport[Product], ReferenceAdmin):
    form = ProductForm
    resource_classes = [ProductResource]
    list_display = [
        "slug", "name", "kind", "sold_platforms", "monthly_price", "has_ads", "valid_from",
        "valid_to", "checked_on", "source_link",
    ]  # fmt: skip
    list_filter = [OnSaleFilter, OldPriceFilter, "kind", "has_ads", "platforms"]
    search_fields = ["slug", "name", "name_ko"]
    ordering = ["slug"]
    filter_horizontal = ["platforms"]
    fields = [
        "slug", "name", "name_ko", "kind", "platforms", "monthly_price", "has_ads",
        ("valid_from", "valid_to"), "source", "source_url", "checked_on",
    ]  # fmt: skip

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

    def preview(self, request: HttpRequest, form: Any) -> dict[str, Any]:
        product: Product = form.instance
        notes = []
        if product.monthly_price is None:
            notes.append(gettext("Without a price it is in nobody's answer."))
        if product.valid_to is not None and product.valid_to < timezone.localdate():
            notes.append(gettext("With this last day it is no longer on sale."))
        return {
            "preview": preview_product(product, form.cleaned_data["platforms"]),
            "preview_notes": notes,
        }

    @admin.display(description=_("platforms"))
    def sold_platforms(self, obj: Product) -> str:
        return ", ".join(str(platform) for platform in obj.platforms.all())

    @admin.display(description=_("source"))
    def source_link(self, obj: Product) -> SafeString | str:
        if not obj.source_url:
            return obj.source
        return format_html(
            '<a href="{}" target="_blank" rel="noopener noreferrer">{}</a>',
            obj.source_url,
            obj.source,
        )
