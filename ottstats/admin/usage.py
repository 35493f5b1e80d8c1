"""Admin pages of published usage statistics, which staff edit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin, messages
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from common.admin import SiteAdmin
from movies.models import Gender
from ottstats.groups import age_range
from ottstats.models import UsageStatistic
from survey.models import Region

if TYPE_CHECKING:
    StatisticForm = forms.ModelForm[UsageStatistic]
else:
    StatisticForm = forms.ModelForm

LIMITS = {"year": (1990, 2100), "percent": (0, 100), "sample_size": (1, 2**31 - 1)}
KEY = ("source", "year", "dimension", "group", "platform")


class UsageStatisticForm(StatisticForm):
    """The rules of `load_usage_statistics` for a row that staff type in."""

    class Meta:
        model = UsageStatistic
        fields = (*KEY, "percent", "sample_size")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, (low, high) in LIMITS.items():
            if field := self.fields.get(name):
                field.validators += [MinValueValidator(low), MaxValueValidator(high)]
                field.widget.attrs |= {"min": low, "max": high, "step": "any"}

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        dimension = self.cleaned_data.get("dimension")
        group = self.cleaned_data.get("group")
        if dimension is None or group is None:
            return cleaned
        if dimension == UsageStatistic.Dimension.GENDER and group not in Gender.values:
            self.add_error("group", _("For gender the group is female or male."))
        if dimension == UsageStatistic.Dimension.AGE and age_range(group) is None:
            self.add_error("group", _("For age the group is ages such as 20-29 or 70+."))
        if dimension == UsageStatistic.Dimension.REGION and group not in Region.values:
            text = _("For residence the group is one of %(regions)s.")
            self.add_error("group", text % {"regions": ", ".join(Region.values)})
        return cleaned


@admin.register(UsageStatistic)
class UsageStatisticAdmin(SiteAdmin[UsageStatistic]):
    form = UsageStatisticForm
    list_display = ["source", "year", "dimension", "group", "platform", "percent", "sample_size"]
    list_filter = ["year", "dimension", "platform"]
    list_select_related = ["platform"]
    search_fields = ["source", "group", "platform__name", "platform__name_ko"]
    ordering = ["-year", "source", "dimension", "group", "platform"]

    def get_readonly_fields(
        self, request: HttpRequest, obj: UsageStatistic | None = None
    ) -> tuple[str, ...]:
        """The key of a shipped figure is read-only: the next load would add a changed one again."""
        return KEY if obj is not None and obj.shipped is not None else ()

    def delete_model(self, request: HttpRequest, obj: UsageStatistic) -> None:
        self._warn(request, shipped=obj.shipped is not None)
        super().delete_model(request, obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[UsageStatistic]) -> None:
        self._warn(request, shipped=queryset.filter(shipped__isnull=False).exists())
        super().delete_queryset(request, queryset)

    def _warn(self, request: HttpRequest, *, shipped: bool) -> None:
        if shipped:
            text = gettext(
                "Figures that ship with the project come back with the next `load_reference_data`."
            )
            self.message_user(request, text, messages.WARNING)
