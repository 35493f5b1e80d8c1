"""What was fetched from TMDB, how it went, and which platform each provider belongs to."""

from __future__ import annotations

import logging
from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.contrib.auth import get_permission_codename
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from common.admin import ChoiceFilter, Lookups, ReadOnlyAdmin
from common.backends import broker
from common.errors import DataError, NotReadyError
from movies.admin.base import OfFilm, ToldErrors
from movies.fetching import applying, providers
from movies.models import (
    FetchAttempt,
    FetchFailure,
    FetchJob,
    Listing,
    Notice,
    Offer,
    Platform,
    Provider,
    localized,
)
from recommend.tasks import place_new_films

logger = logging.getLogger(__name__)


@admin.register(FetchAttempt)
class FetchAttemptAdmin(OfFilm[FetchAttempt]):
    """Newest first."""

    list_display = ["tried_at", "film", "outcome", "detail", "worker"]
    list_select_related = ["movie"]
    list_filter = ["outcome"]
    ordering = ["-tried_at"]
    fields = ["film", "outcome", "detail", "worker", "tried_at"]


@admin.register(FetchJob)
class FetchJobAdmin(OfFilm[FetchJob]):
    list_display = ["position", "film", "tries", "claimed_by", "not_before", "queued_at"]
    list_select_related = ["movie"]
    ordering = ["position"]
    fields = ["film", "position", "tries", "claimed_by", "not_before", "queued_at"]


@admin.register(FetchFailure)
class FetchFailureAdmin(OfFilm[FetchFailure]):
    """Newest first."""

    list_display = ["failed_at", "film", "outcome", "given_up", "not_before"]
    list_select_related = ["movie"]
    list_filter = ["outcome"]
    ordering = ["-failed_at"]
    fields = ["film", "outcome", "given_up", "failed_at", "not_before"]


@admin.register(Offer)
class OfferAdmin(OfFilm[Offer]):
    list_display = ["id", "film", "provider", "kind"]
    list_select_related = ["movie", "provider"]
    list_filter = ["kind"]
    ordering = ["id"]
    sortable_by = ["id"]
    fields = ["film", "provider", "kind"]


@admin.register(Notice)
class NoticeAdmin(ReadOnlyAdmin[Notice]):
    list_display = ["key", "detail", "since"]
    ordering = ["key"]


@admin.register(Listing)
class ListingAdmin(ReadOnlyAdmin[Listing]):
    """The readings of the platforms' lists, newest first. Staff may accept a refused one."""

    list_display = ["started_at", "platform", "state", "reason", "detail", "films", "entered",
                    "arrived", "left", "doubtful", "ended_at"]  # fmt: skip
    list_select_related = ["platform"]
    list_filter = ["state", "platform"]
    ordering = ["-started_at"]
    fields = [
        "platform", "provider_ids", "state", "reason", "detail", "expected", "restarts", "films",
        "entered", "arrived", "left", "doubtful", "started_at", "ended_at",
    ]  # fmt: skip
    actions = ["accept"]

    def has_accept_permission(self, request: HttpRequest) -> bool:
        name = get_permission_codename("change", self.opts)
        return request.user.has_perm(f"{self.opts.app_label}.{name}")

    @admin.action(description=_("It is right: take it over"), permissions=["accept"])
    def accept(self, request: HttpRequest, queryset: QuerySet[Listing]) -> None:
        for listing in queryset.order_by("started_at"):
            try:
                ended = applying.accept_listing(listing)
            except (DataError, NotReadyError) as error:
                self.message_user(request, f"{listing}: {error}", messages.ERROR)
                continue
            self.log_change(request, ended, "accepted")
            if ended.entered:
                transaction.on_commit(_place_new_films)
            told = gettext("%(list)s: %(films)d films.") % {"list": ended, "films": ended.films}
            self.message_user(request, told, messages.SUCCESS)


def _place_new_films() -> None:
    """While Redis is away the films wait for the next list that is taken over."""
    try:
        broker.enqueue(place_new_films)
    except broker.FAILURES as error:
        logger.warning("New films are not placed now, Redis does not answer: %s", error)


class ProviderFilter(ChoiceFilter):
    """What to do: providers without a platform, and those that TMDB no longer lists."""

    title = _("to do")
    parameter_name = "todo"
    choices_of: ClassVar[dict[str, tuple[Any, Q]]] = {
        "unknown": (_("No platform yet"), Q(is_owned=False, is_ignored=False)),
        "vanished": (
            _("No longer listed"),
            Q(is_owned=True, is_ignored=False, is_listed=False, listed_at__isnull=False),
        ),
        "owned": (_("Belongs to a platform"), Q(is_owned=True)),
        "ignored": (_("None of ours"), Q(is_ignored=True)),
    }

    def offered(self) -> Lookups:
        return [(key, label) for key, (label, _condition) in self.choices_of.items()]

    def condition_of(self, chosen: str) -> Q:
        return self.choices_of[chosen][1]


class ProviderForm(forms.ModelForm):  # type: ignore[type-arg]
    """Adds the platform, which `Platform.tmdb_provider_ids` stores."""

    platform = forms.ModelChoiceField(
        Platform.objects.all(),
        label=_("Platform"),
        required=False,
        help_text=_("Films that were fetched before follow at once."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        mine = Platform.objects.filter(tmdb_provider_ids__contains=[self.instance.pk])
        self.initial["platform"] = mine.values_list("pk", flat=True).first()


@admin.register(Provider)
class ProviderAdmin(ToldErrors[Provider]):
    form = ProviderForm
    list_display = ["provider_id", "name", "tier", "owner", "is_listed", "is_ignored",
                    "first_seen_at", "listed_at"]  # fmt: skip
    list_filter = [ProviderFilter, "tier", "is_listed"]
    search_fields = ["name"]
    ordering = ["provider_id"]
    fields = ["provider_id", "name", "platform", "tier", "is_ignored", "is_listed",
              "first_seen_at", "listed_at"]  # fmt: skip
    readonly_fields = ["provider_id", "name", "is_listed", "first_seen_at", "listed_at"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Provider]:
        """Adds the names of each provider's platform, in one query."""
        owner = Platform.objects.filter(tmdb_provider_ids__contains=[OuterRef("pk")])
        return (
            super()
            .get_queryset(request)
            .annotate(
                is_owned=Exists(owner),
                owner_name=Subquery(owner.values("name")[:1]),
                owner_name_ko=Subquery(owner.values("name_ko")[:1]),
            )
        )

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Provider | None = None) -> bool:
        return False

    def get_fields(self, request: HttpRequest, obj: Provider | None = None) -> Any:
        if self.has_change_permission(request, obj):
            return self.fields
        return ["owner" if name == "platform" else name for name in self.fields or ()]

    def get_readonly_fields(self, request: HttpRequest, obj: Provider | None = None) -> Any:
        return [*self.readonly_fields, "owner"]

    def save_model(self, request: HttpRequest, obj: Provider, form: Any, change: bool) -> None:
        """Assigns the platform through the service, which updates the films and the notices."""
        super().save_model(request, obj, form, change)
        if "platform" in form.changed_data:
            providers.assign_provider(provider=obj, platform=form.cleaned_data["platform"])
        elif "is_ignored" in form.changed_data:
            providers.tell_staff_of_providers()

    @admin.display(description=_("platform"))
    def owner(self, obj: Any) -> str:
        return localized(obj.owner_name_ko or "", obj.owner_name or "") or "-"
