"""The products that people pay for, with the history of their prices."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from common.admin import ChoiceFilter, Lookups, Previewed
from movies.admin.files import FileImportExport
from movies.admin.reference.base import ShippedAdmin
from movies.admin.resources import ProductResource
from movies.models import PRICE_OLD_AFTER, REQUIRED_PRODUCT, Product
from recommend.results.staff.previews import preview_product

# What a new price takes over from the old one. Not the dates, the price and what goes with it.
KEPT_BY_A_NEW_PRICE = (
    "slug", "name", "name_ko", "kind", "has_ads", "max_resolution", "streams", "downloads",
    "excluded_content", "condition", "requires", "closure_warning", "source", "source_url",
    "sign_up_page",
)  # fmt: skip


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


class WarningFilter(ChoiceFilter):
    """By the rules of the notices for staff."""

    title = _("to look at")
    parameter_name = "warning"

    def offered(self) -> Lookups:
        return [
            ("frozen", _("Price freeze ends or has ended")),
            ("closure", _("May close")),
            ("promotion", _("Promotion has ended")),
        ]

    def condition_of(self, chosen: str) -> Q:
        today, products = timezone.localdate(), Product.objects
        if chosen == "closure":
            return ~Q(closure_warning="")
        found = {
            "frozen": products.with_ending_freeze,
            "promotion": products.with_ended_promotion,
        }[chosen](today)
        return Q(pk__in=found)


class CandidateFilter(ChoiceFilter):
    title = _("in answers")
    parameter_name = "candidate"

    def offered(self) -> Lookups:
        return [("yes", _("May be proposed today")), ("no", _("Only as what a person has"))]

    def condition_of(self, chosen: str) -> Q:
        candidate = Q(pk__in=Product.objects.candidates(timezone.localdate()))
        return candidate if chosen == "yes" else ~candidate


class ProductForm(forms.ModelForm):  # type: ignore[type-arg]
    """Keeps the kind and the certainty if the form leaves them out."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("kind", "certainty"):
            if name in self.fields:
                self.fields[name].required = False

    def clean_kind(self) -> str:
        kind: str = self.cleaned_data["kind"] or self.instance.kind
        return kind

    def clean_certainty(self) -> str:
        certainty: str = self.cleaned_data["certainty"] or self.instance.certainty
        return certainty

    def clean_requires(self) -> str:
        requires: str = self.cleaned_data["requires"]
        slug = requires.removeprefix(REQUIRED_PRODUCT)
        if slug != requires and not Product.objects.filter(slug=slug).exists():
            raise ValidationError(_("%(slug)s is not a product."), params={"slug": slug})
        return requires


@admin.register(Product)
class ProductAdmin(Previewed[Product], FileImportExport[Product], ShippedAdmin):
    form = ProductForm
    resource_classes = [ProductResource]
    instead_of_deleting = _("Set its last day (“valid to”) instead.")
    list_display = [
        "named", "monthly_price", "sold_platforms", "kind", "valid_from", "valid_to", "checked_on",
        "slug",
    ]  # fmt: skip
    list_filter = [
        OnSaleFilter, OldPriceFilter, WarningFilter, CandidateFilter, "kind", "has_ads",
        "certainty", "platforms",
    ]  # fmt: skip
    search_fields = ["slug", "name", "name_ko"]
    ordering = ["slug", "valid_from"]
    filter_horizontal = ["platforms"]
    readonly_fields = ["new_price"]
    fieldsets = [
        (None, {"fields": ["slug", "name", "name_ko", "kind", "platforms"]}),
        (
            _("Price"),
            {
                "fields": [
                    ("valid_from", "valid_to"), "monthly_price", "new_price", "yearly_price",
                    ("promotion", "promotion_price", "promotion_until"), "price_frozen_until",
                ]
            },
        ),
        (
            _("What it gives"),
            {"fields": ["has_ads", "max_resolution", "streams", "downloads", "excluded_content"]},
        ),
        (
            _("Who can buy it"),
            {"fields": ["requires", "condition", "sign_up_page", "closure_warning"]},
        ),
        (_("Source"), {"fields": ["source", "source_url", "checked_on", "certainty"]}),
    ]  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).prefetch_related("platforms")

    def preview(self, request: HttpRequest, form: Any, formsets: Sequence[Any]) -> dict[str, Any]:
        return {
            "preview": preview_product(form.instance, form.cleaned_data["platforms"]),
            "preview_notes": _notes(form),
        }

    @admin.display(description=_("platforms"))
    def sold_platforms(self, obj: Product) -> str:
        return ", ".join(str(platform) for platform in obj.platforms.all())

    @admin.display(description=_("new price"))
    def new_price(self, obj: Product) -> SafeString | str:
        """A form for a later price of the same product, which leaves this row as it is."""
        if obj.pk is None:
            return "-"
        values = {name: getattr(obj, name) for name in KEPT_BY_A_NEW_PRICE}
        known = {name: value for name, value in values.items() if value not in (None, "", False)}
        known["platforms"] = ",".join(platform.pk for platform in obj.platforms.all())
        address = f"{reverse('admin:movies_product_add')}?{urlencode(known)}"
        return format_html(
            '<a href="{}">{}</a>', address, _("The price has changed: enter a new one")
        )


def _notes(form: Any) -> list[str]:
    """What to know about the entered product beside the preview."""
    product: Product = form.instance
    today, notes = timezone.localdate(), []
    if product.monthly_price is None:
        notes.append(gettext("Without a price it is in nobody's answer."))
    elif not product.is_candidate:
        notes.append(
            gettext("Not everybody can buy it: no answer proposes it, people may say they have it.")
        )
    if product.valid_to is not None and product.valid_to < today:
        notes.append(gettext("With this last day it is no longer on sale."))
    if product.promotion_until is not None and product.promotion_until < today:
        notes.append(gettext("The promotion has ended: its price does not count."))
    if product.pk is not None and "monthly_price" in form.changed_data:
        notes.append(
            gettext(
                "This corrects the price from its first day on. If the price has changed, use "
                "“new price” instead: the old one stays."
            )
        )
    return notes
