"""What staff know about where a film can be watched: a three-state choice and a note per platform.

The form shows what every source says beside each choice. It stores nothing itself.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, cast

from django import forms
from django.contrib.admin.widgets import AdminRadioSelect, AdminTextInputWidget
from django.forms.models import ModelFormMetaclass
from django.utils import timezone
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from movies.models import LONGEST_NOTE, STAFF, Availability, Movie, Offer, Platform, Provider

AS_FETCHED, CARRIED, NOT_CARRIED = "", "carried", "not_carried"
STATES = {CARRIED: True, NOT_CARRIED: False}
CHOICES = {True: CARRIED, False: NOT_CARRIED, None: AS_FETCHED}
NOW = {
    True: _("As fetched (now: yes)"),
    False: _("As fetched (now: no)"),
    None: _("As fetched (now: unknown)"),
}


class AvailabilityForm(forms.ModelForm):  # type: ignore[type-arg]
    """Needs the fields that `availability_form` adds.

    The page carries what it showed (`initial-…`): a choice counts as changed if it differs from
    what this person saw, so two people who correct a film at once do not undo each other's work.
    """

    platforms: ClassVar[Sequence[Platform]] = ()

    class Meta:
        model = Movie
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._statements = statements_by_platform(self.instance)
        offers = offers_by_platform(self.instance, self.platforms)
        for platform in self.platforms:
            self._fill(platform, offers.get(platform.slug, ()))
        for name, field in self.fields.items():
            field.show_hidden_initial = not self.is_bound or f"initial-{name}" in self.data

    def _fill(self, platform: Platform, offers: Sequence[Offer]) -> None:
        slug, movie = platform.slug, self.instance
        name = field_name(slug)
        statements = self._statements.get(slug, ())
        self.initial[name] = CHOICES[movie.platforms_staff.get(slug)]
        notes = (row.note for row in statements if row.source == STAFF)
        self.initial[note_name(slug)] = next(notes, "")
        field = cast("forms.ChoiceField", self.fields[name])
        field.choices = [
            (AS_FETCHED, NOW[movie.platforms_fetched.get(slug)]),
            (CARRIED, _("Carried")),
            (NOT_CARRIED, _("Not carried")),
        ]
        field.help_text = sources_shown(statements, offers)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        for platform in self.platforms:
            state, note = field_name(platform.slug), note_name(platform.slug)
            is_loose = cleaned.get(state) == AS_FETCHED and state not in self.changed_data
            if is_loose and note in self.changed_data and cleaned.get(note):
                text = _("A note belongs to a correction: choose “carried” or “not carried”.")
                self.add_error(note, text)
        return cleaned

    def corrections(self) -> dict[str, bool | None]:
        """What staff changed, choice or note, by platform slug; None is "as fetched"."""
        changed = set(self.changed_data)
        return {
            platform.slug: STATES.get(self.cleaned_data[field_name(platform.slug)])
            for platform in self.platforms
            if changed & {field_name(platform.slug), note_name(platform.slug)}
        }

    def notes(self) -> dict[str, str]:
        """The notes of the corrections; taking a correction back leaves its old note out."""
        changed = set(self.changed_data)
        return {
            slug: self.cleaned_data[note_name(slug)]
            for slug, state in self.corrections().items()
            if state is not None or note_name(slug) in changed
        }


def field_name(slug: str) -> str:
    """The form field of a platform's choice."""
    return f"on_{slug}"


def note_name(slug: str) -> str:
    """The form field of the note beside it."""
    return f"note_{slug}"


def availability_form(platforms: Sequence[Platform]) -> type[AvailabilityForm]:
    """The form class with a choice and a note for each platform."""
    members: dict[str, Any] = {"platforms": platforms}
    for platform in platforms:
        members[field_name(platform.slug)] = forms.ChoiceField(
            label=str(platform),
            required=False,
            choices=[(AS_FETCHED, ""), (CARRIED, ""), (NOT_CARRIED, "")],
            widget=AdminRadioSelect(attrs={"class": "radiolist inline"}),
        )
        members[note_name(platform.slug)] = forms.CharField(
            label=_("Note"),
            required=False,
            max_length=LONGEST_NOTE,
            widget=AdminTextInputWidget(attrs={"size": 40}),
        )
    form = ModelFormMetaclass("AvailabilityForm", (AvailabilityForm,), members)
    return cast("type[AvailabilityForm]", form)


def statements_by_platform(movie: Movie) -> Mapping[str, Sequence[Availability]]:
    """What each source says of a film, by platform slug; staff first, then the newest."""
    found: defaultdict[str, list[Availability]] = defaultdict(list)
    for statement in Availability.objects.filter(movie=movie).order_by("-checked_at", "source"):
        found[statement.platform_id].append(statement)
    for statements in found.values():
        statements.sort(key=lambda statement: statement.source != STAFF)
    return found


def offers_by_platform(
    movie: Movie, platforms: Sequence[Platform]
) -> Mapping[str, Sequence[Offer]]:
    """TMDB's included offers of a film by platform slug; "" for providers of no platform."""
    owners = {number: row.slug for row in platforms for number in row.tmdb_provider_ids}
    found: defaultdict[str, list[Offer]] = defaultdict(list)
    offers = Offer.objects.filter(movie=movie, kind__in=Offer.INCLUDED)
    for offer in offers.select_related("provider").order_by("provider_id", "kind"):
        found[owners.get(offer.provider_id, "")].append(offer)
    return found


def sources_shown(statements: Sequence[Availability], offers: Sequence[Offer]) -> SafeString:
    """A line for the sources of a film on a platform, and one for its offers with their tiers."""
    said = "; ".join(_said(statement) for statement in statements)
    lines = [said or gettext("No source has said anything of it yet.")]
    if offers:
        lines.append(gettext("Offers: %(offers)s") % {"offers": offers_text(offers)})
    return format_html_join("", "<div>{}</div>", ((line,) for line in lines))


def offers_text(offers: Sequence[Offer]) -> str:
    """Such as "Netflix Standard with Ads (Subscription, With ads)"."""
    texts = []
    for offer in offers:
        words = [str(offer.get_kind_display())]
        if offer.provider.tier != Provider.Tier.STANDARD:
            words.append(str(offer.provider.get_tier_display()))
        texts.append(f"{offer.provider.name} ({', '.join(words)})")
    return ", ".join(texts)


def _said(statement: Availability) -> str:
    text = gettext("%(source)s: %(answer)s, checked %(day)s") % {
        "source": statement.source,
        "answer": gettext("yes") if statement.included else gettext("no"),
        "day": timezone.localdate(statement.checked_at).isoformat(),
    }
    return f"{text} ({statement.note})" if statement.note else text
