"""What staff know about where a film can be watched, as one three-state choice per platform."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.contrib.admin.widgets import AdminRadioSelect
from django.forms.models import ModelFormMetaclass
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from movies.models import Movie, Platform

if TYPE_CHECKING:
    MovieForm = forms.ModelForm[Movie]
else:
    MovieForm = forms.ModelForm

PREFIX = "on_"
AS_FETCHED, CARRIED, NOT_CARRIED = "", "carried", "not_carried"
STATES = {CARRIED: True, NOT_CARRIED: False}
CHOICES = {True: CARRIED, False: NOT_CARRIED, None: AS_FETCHED}
NOW = {
    True: _("As fetched (now: yes)"),
    False: _("As fetched (now: no)"),
    None: _("As fetched (now: unknown)"),
}


class AvailabilityForm(MovieForm):
    """Needs the fields that `availability_form` adds; stores nothing itself."""

    class Meta:
        model = Movie
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            if isinstance(field, forms.ChoiceField):
                self._fill(name, field)

    def _fill(self, name: str, field: forms.ChoiceField) -> None:
        slug = name.removeprefix(PREFIX)
        movie = self.instance
        self.initial[name] = CHOICES[movie.platforms_staff.get(slug)]
        field.choices = [
            (AS_FETCHED, NOW[movie.platforms_fetched.get(slug)]),
            (CARRIED, _("Carried")),
            (NOT_CARRIED, _("Not carried")),
        ]
        field.help_text = provenance(movie, slug)

    def corrections(self) -> dict[str, bool | None]:
        """The choices that staff changed, by platform slug; None is "as fetched"."""
        return {
            name.removeprefix(PREFIX): STATES.get(self.cleaned_data[name])
            for name in self.changed_data
            if name.startswith(PREFIX)
        }


def field_name(slug: str) -> str:
    """The form field of a platform."""
    return f"{PREFIX}{slug}"


def availability_form(platforms: Iterable[Platform]) -> type[AvailabilityForm]:
    """The form with one choice for each of the platforms."""
    fields: dict[str, Any] = {
        field_name(platform.slug): forms.ChoiceField(
            label=str(platform),
            required=False,
            choices=[(AS_FETCHED, ""), (CARRIED, ""), (NOT_CARRIED, "")],
            widget=AdminRadioSelect(attrs={"class": "radiolist inline"}),
        )
        for platform in platforms
    }
    form = ModelFormMetaclass("AvailabilityForm", (AvailabilityForm,), fields)
    return cast("type[AvailabilityForm]", form)


def provenance(movie: Movie, slug: str) -> str:
    """What was fetched for a film on a platform, from where and on which day."""
    fetched = movie.platforms_fetched.get(slug)
    if fetched is None:
        return gettext("Nothing was fetched for it yet.")
    origin = movie.platforms_provenance.get(slug, {})
    return gettext("Fetched: %(value)s; source %(source)s, checked on %(day)s") % {
        "value": gettext("yes") if fetched else gettext("no"),
        "source": origin.get("source") or gettext("unknown"),
        "day": origin.get("checked_on") or gettext("unknown"),
    }
