"""Films: what was loaded, what every source says of them, and what staff correct."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from common.admin import ExactSearch, Previewed, ReadOnlyAdmin, bits_summary
from common.errors import DataError, NotReadyError
from movies.admin.base import OfFilm, ToldErrors, tmdb_link
from movies.admin.checking import check_now
from movies.admin.files import FileImportExport
from movies.admin.filters import (
    CarriedFilter,
    ConflictFilter,
    CorrectionFilter,
    DecadeFilter,
    DemandFilter,
    StaleFilmFilter,
    UnknownFilter,
)
from movies.admin.resources import FilmResource
from movies.forms import (
    availability_form,
    field_name,
    note_name,
    offers_by_platform,
    offers_text,
    sources_shown,
    statements_by_platform,
)
from movies.models import Movie, MovieDetails, MovieLensUser, Offer, Platform, TitleIndex
from movies.services import availability
from movies.titles.search import only_matching
from movies.titles.series_of_films import correct_series
from movies.tmdb.errors import TmdbError
from recommend.results.staff.previews import preview_corrections

LAST_ATTEMPTS = 5


@admin.register(Movie)
class MovieAdmin(Previewed[Movie], FileImportExport[Movie], ToldErrors[Movie]):
    """Shows what was loaded; staff correct where a film can be watched."""

    list_display = [
        "named", "year", "movie_id", "rating_count", "demand", "carried_by",
        "last_checked", "in_conflict", "is_corrected",
    ]  # fmt: skip
    list_filter = [
        CarriedFilter, UnknownFilter, StaleFilmFilter, ConflictFilter, DemandFilter,
        CorrectionFilter, DecadeFilter,
    ]  # fmt: skip
    search_fields = ["title", "title_ko"]
    search_help_text = _("English or Korean title")
    ordering = ["-rating_count", "movie_id"]
    sortable_by = ["rating_count", "movie_id", "demand"]
    actions = ["check_at_tmdb"]
    resource_classes = [FilmResource]
    import_permissions = ("change",)
    loaded_fields: ClassVar[list[str]] = [
        "movie_id", "title", "title_ko", "year", "genres", "rating_avg", "rating_count",
        "imdb_id", "poster_path", "fingerprint_bit", "demand",
    ]  # fmt: skip
    series_fields: ClassVar[list[str]] = ["series", "series_by_title"]
    tmdb_fields: ClassVar[list[str]] = [
        "tmdb_id", "tmdb_id_source", "tmdb_page", "answered_at", "details_shown",
        "attempts_shown",
    ]  # fmt: skip
    said_fields: ClassVar[list[str]] = [
        "other_offers",
        "rent_or_buy",
        "platforms_checked_at",
        "in_conflict",
    ]

    @admin.display(description=_("title"))
    def named(self, obj: Movie) -> str:
        return obj.display_title

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Movie | None = None) -> bool:
        return False

    def get_readonly_fields(self, request: HttpRequest, obj: Movie | None = None) -> list[str]:
        fields = [*self.loaded_fields, *self.series_fields, *self.tmdb_fields, *self.said_fields]
        return [*fields, "said"]

    def get_fieldsets(self, request: HttpRequest, obj: Movie | None = None) -> list[Any]:
        choices: list[Any] = ["said"]
        if self.has_change_permission(request, obj):
            choices = [
                (field_name(platform.slug), note_name(platform.slug))
                for platform in Platform.objects.offered()
            ]
        text = _("A correction stays until it is taken back; fetching never changes it.")
        described = {"fields": [*choices, *self.said_fields], "description": text}
        return [
            (_("Where it can be watched"), described),
            (_("Series"), {"fields": ["series_staff", *self.series_fields]}),
            (_("TMDB"), {"fields": self.tmdb_fields}),
            (_("As loaded"), {"fields": self.loaded_fields}),
        ]

    def get_form(
        self, request: HttpRequest, obj: Movie | None = None, change: bool = False, **kwargs: Any
    ) -> type[ModelForm[Movie]]:
        if self.has_change_permission(request, obj):
            kwargs["form"] = availability_form(list(Platform.objects.offered()))
        return super().get_form(request, obj, change, **kwargs)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Movie], search_term: str
    ) -> tuple[QuerySet[Movie], bool]:
        """Searches as people type (see `movies.titles`); `search_fields` only shows the box."""
        return only_matching(queryset, search_term), False

    def save_model(self, request: HttpRequest, obj: Movie, form: Any, change: bool) -> None:
        """Writes only through the services, and only what this person changed."""
        if states := form.corrections():
            availability.correct_availability(
                movie=obj, states=states, notes=form.notes(), staff=request.user.pk
            )
        if "series_staff" in form.changed_data:
            correct_series(movie=obj, series=form.cleaned_data["series_staff"])

    def preview(self, request: HttpRequest, form: Any, formsets: Sequence[Any]) -> dict[str, Any]:
        return {"preview": preview_corrections(form.instance, form.corrections())}

    @admin.action(description=_("Check at TMDB now"), permissions=["change"])
    def check_at_tmdb(self, request: HttpRequest, queryset: QuerySet[Movie]) -> None:
        ids = list(queryset.order_by().values_list("pk", flat=True))
        try:
            self.message_user(request, check_now(ids), messages.SUCCESS)
        except (DataError, NotReadyError, TmdbError) as error:
            self.message_user(request, str(error), messages.ERROR)

    @admin.display(description=_("carried by"))
    def carried_by(self, obj: Movie) -> str:
        return ", ".join(sorted(slug for slug, carried in obj.platforms.items() if carried))

    @admin.display(description=_("last checked"))
    def last_checked(self, obj: Movie) -> str:
        day = obj.platforms_checked_at
        return timezone.localdate(day).isoformat() if day else gettext("never")

    @admin.display(description=_("corrected"), boolean=True)
    def is_corrected(self, obj: Movie) -> bool:
        return bool(obj.platforms_staff)

    @admin.display(description=_("Availability"))
    def said(self, obj: Movie) -> SafeString:
        """Shown to staff who may not change it."""
        names = {True: gettext("Carried"), False: gettext("Not carried"), None: gettext("Unknown")}
        platforms = list(Platform.objects.offered())
        statements = statements_by_platform(obj)
        offers = offers_by_platform(obj, platforms)
        rows = (
            (platform, names[obj.platforms.get(slug)],
             sources_shown(statements.get(slug, ()), offers.get(slug, ())))
            for platform in platforms
            for slug in [platform.slug]
        )  # fmt: skip
        return format_html_join("", "<div>{}: {}{}</div>", rows)

    @admin.display(description=_("other offers"))
    def other_offers(self, obj: Movie) -> str:
        """Included offers of providers that belong to no compared platform."""
        return offers_text(offers_by_platform(obj, list(Platform.objects.offered()))[""]) or "-"

    @admin.display(description=_("rent or buy"))
    def rent_or_buy(self, obj: Movie) -> str:
        offers = Offer.objects.filter(movie=obj, kind__in=[Offer.Kind.RENT, Offer.Kind.BUY])
        return offers_text(list(offers.select_related("provider").order_by("kind", "pk"))) or "-"

    @admin.display(description=_("page at TMDB"))
    def tmdb_page(self, obj: Movie) -> SafeString | str:
        return tmdb_link(obj.tmdb_id)

    @admin.display(description=_("details"))
    def details_shown(self, obj: Movie) -> SafeString | str:
        details = MovieDetails.objects.filter(movie=obj).first()
        if details is None:
            return "-"
        shown = [
            _labelled(details, name)
            for name in ("title_ko", "original_title", "original_language", "runtime",
                         "release_date", "collection", "overview")
        ]  # fmt: skip
        day = timezone.localdate(details.fetched_at).isoformat()
        return format_html_join("", "<div>{}: {}</div>", [*shown, (gettext("fetched"), day)])

    @admin.display(description=_("last attempts"))
    def attempts_shown(self, obj: Movie) -> SafeString | str:
        attempts = obj.fetch_attempts.order_by("-tried_at", "-pk")[:LAST_ATTEMPTS]
        rows = [
            (
                timezone.localtime(attempt.tried_at).strftime("%Y-%m-%d %H:%M"),
                attempt.get_outcome_display(),
                f"({attempt.detail})" if attempt.detail else "",
            )
            for attempt in attempts
        ]
        return format_html_join("", "<div>{}: {} {}</div>", rows) or "-"


def _labelled(details: MovieDetails, name: str) -> tuple[str, Any]:
    value = getattr(details, name)
    label = str(MovieDetails._meta.get_field(name).verbose_name)  # type: ignore[union-attr]
    return label, "-" if value in ("", None) else value


@admin.register(TitleIndex)
class TitleIndexAdmin(OfFilm[TitleIndex]):
    list_display = ["movie", "names"]
    list_select_related = ["movie"]
    ordering = ["movie_id"]
    fields = ["movie", "names", "rating_count"]


@admin.register(MovieDetails)
class MovieDetailsAdmin(OfFilm[MovieDetails]):
    list_display = ["movie", "original_title", "release_date", "runtime", "fetched_at"]
    list_select_related = ["movie"]
    readonly_fields = []
    ordering = ["-fetched_at"]
    sortable_by = ["fetched_at"]


@admin.register(MovieLensUser)
class MovieLensUserAdmin(ReadOnlyAdmin[MovieLensUser], ExactSearch[MovieLensUser]):
    list_display = ["ml_user_id", "gender", "age", "occupation", "watched_count"]
    list_filter = ["gender"]
    exact_search_fields = ["ml_user_id"]
    search_help_text = _("Number of the MovieLens user")
    ordering = ["ml_user_id"]
    sortable_by = ["ml_user_id"]
    fields = [
        "ml_user_id", "gender", "age", "age_band", "occupation", "watched_count",
        "watched_shown", "simhash_shown",
    ]  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> QuerySet[MovieLensUser]:
        return super().get_queryset(request).defer("watched", "simhash")

    @admin.display(description=_("watched fingerprint"))
    def watched_shown(self, obj: MovieLensUser) -> str:
        return bits_summary(obj.watched)

    @admin.display(description=_("SimHash"))
    def simhash_shown(self, obj: MovieLensUser) -> str:
        return f"{int(str(obj.simhash), 2):016x}"
