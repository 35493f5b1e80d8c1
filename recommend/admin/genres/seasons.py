"""Seasons: words and names on a page each, days in the list, where a boundary of two can move."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.db.models import QuerySet
from django.forms.models import BaseModelFormSet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from common.admin import Deleted, deleted_without_relations
from movies.admin.base import ToldErrors
from recommend.models import SeasonKeywords
from recommend.scoring.film_words import film_text, words
from recommend.services.members import seasons

if TYPE_CHECKING:
    ModelForm = forms.ModelForm[SeasonKeywords]
    SeasonFormSet = BaseModelFormSet[SeasonKeywords, ModelForm]
else:
    ModelForm, SeasonFormSet = forms.ModelForm, BaseModelFormSet

DAYS = ("from_day", "to_day")


class DaysForm(ModelForm):
    """A row of the list, which shows the days alone."""

    def _get_validation_exclusions(self) -> set[str]:
        """Days are checked with those of all other seasons, or by the service."""
        return {*super()._get_validation_exclusions(), *DAYS}  # type: ignore[misc]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        first, last = (given.get(name) for name in DAYS)
        if first and last and last < first:
            self.add_error("to_day", gettext("The last day is before the first one."))
        return given


class SeasonForm(DaysForm):
    def clean_words(self) -> list[str]:
        given: list[str] = self.cleaned_data["words"]
        for word in given:
            if not words(film_text(title=word, title_ko="", overview="", keywords=[])):
                raise ValidationError(gettext("“%(word)s” has no word in it.") % {"word": word})
        return given


class SeasonsTogether(SeasonFormSet):
    """The days of all seasons at once: also of those that are on no row of the page."""

    def clean(self) -> None:
        super().clean()
        if any(self.errors):
            return
        changed = {form.instance.pk: form.instance for form in self.forms}
        rows = [changed.get(one.pk, one) for one in SeasonKeywords.objects.all()]
        if fault := seasons.fault_of(
            seasons.SeasonDays(one.from_day, one.to_day, one.name) for one in rows
        ):
            raise ValidationError(fault)


@admin.register(SeasonKeywords)
class SeasonKeywordsAdmin(ToldErrors[SeasonKeywords]):
    form = SeasonForm
    list_display = ["named", "from_day", "to_day", "listed_words"]
    list_editable = DAYS
    ordering = ["from_day"]
    list_per_page = 200
    fields: ClassVar[Any] = ["name_ko", "name_en", "words", "from_day", "to_day"]

    @admin.display(description=_("name"))
    def named(self, obj: SeasonKeywords) -> str:
        return obj.name

    @admin.display(description=_("words"))
    def listed_words(self, obj: SeasonKeywords) -> str:
        return ", ".join(obj.words)

    def get_readonly_fields(
        self, request: HttpRequest, obj: SeasonKeywords | None = None
    ) -> tuple[str, ...]:
        """The days of a stored season are moved in the list, together with a neighbour's."""
        return DAYS if obj else ()

    def get_changelist_form(self, request: HttpRequest, **kwargs: Any) -> type[ModelForm]:
        return super().get_changelist_form(request, **{"form": DaysForm, **kwargs})

    def get_changelist_formset(self, request: HttpRequest, **kwargs: Any) -> Any:
        return super().get_changelist_formset(request, **{"formset": SeasonsTogether, **kwargs})

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The database refuses what two people saved at the same moment."""
        try:
            return super().changelist_view(request, extra_context)
        except IntegrityError:
            text = gettext("Somebody else has moved a season meanwhile. Look, then try again.")
            self.message_user(request, text, messages.ERROR)
            return HttpResponseRedirect(request.get_full_path())

    def save_model(
        self, request: HttpRequest, obj: SeasonKeywords, form: Any, change: bool
    ) -> None:
        if not change:
            seasons.add_season(season=obj)
            return
        super().save_model(request, obj, form, change)
        seasons.remind_of_seasons()

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Deleted:
        return deleted_without_relations(self, objs)

    def delete_model(self, request: HttpRequest, obj: SeasonKeywords) -> None:
        seasons.delete_seasons([obj.pk])

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[SeasonKeywords]) -> None:
        seasons.delete_seasons(queryset.values_list("pk", flat=True))
