"""What waits for a decision of staff: doubtful matches with TMDB, and people's reports."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from django.contrib import admin, messages
from django.contrib.auth import get_permission_codename
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils.decorators import method_decorator
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from common.admin import AnyModel
from common.errors import DataError, NotReadyError
from movies.admin.base import OfFilm, movie_link, tmdb_link
from movies.admin.filters import OnPlatformFilter, QueueFilter
from movies.fetching import ids
from movies.models import STAFF, TMDB, Availability, AvailabilityReport, IdSuggestion
from movies.services import reports

AGREED, REFUSED = "accept", "reject"


class DecisionQueue(OfFilm[AnyModel]):
    """Rows that staff accept or reject: selected ones in the list, one on its own page.

    Permission to change such a row is permission to decide it; its columns are never edited.
    """

    change_form_template = "admin/movies/decide.html"
    actions = [AGREED, REFUSED]
    agreed_label: ClassVar[Any]
    refused_label: ClassVar[Any]

    def decide(self, row: AnyModel, *, accepted: bool, staff: int | None) -> None:
        raise NotImplementedError

    def has_decide_permission(self, request: HttpRequest) -> bool:
        name = get_permission_codename("change", self.opts)
        return request.user.has_perm(f"{self.opts.app_label}.{name}")

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """The two decisions, with the labels of this page."""
        actions: dict[str, Any] = super().get_actions(request)
        labels = {AGREED: self.agreed_label, REFUSED: self.refused_label}
        return {
            name: (function, name, labels.get(name, label))
            for name, (function, _name, label) in actions.items()
        }

    @admin.action(permissions=["decide"])
    def accept(self, request: HttpRequest, queryset: QuerySet[AnyModel]) -> None:
        self._decide_all(request, queryset, accepted=True)

    @admin.action(permissions=["decide"])
    def reject(self, request: HttpRequest, queryset: QuerySet[AnyModel]) -> None:
        self._decide_all(request, queryset, accepted=False)

    def _decide_all(
        self, request: HttpRequest, rows: QuerySet[AnyModel] | Sequence[AnyModel], *, accepted: bool
    ) -> None:
        decided = 0
        for row in rows:
            try:
                self.decide(row, accepted=accepted, staff=request.user.pk)
            except (DataError, NotReadyError) as error:
                self.message_user(request, f"{row}: {error}", messages.ERROR)
                continue
            self.log_change(
                request, row, str(self.agreed_label if accepted else self.refused_label)
            )
            decided += 1
        if decided:
            text = gettext("%(rows)d decided.") % {"rows": decided}
            self.message_user(request, text, messages.SUCCESS)

    def get_urls(self) -> list[URLPattern]:
        name = f"{self.opts.app_label}_{self.opts.model_name}_decide"
        view = self.admin_site.admin_view(self.decide_view)
        return [path("<path:object_id>/decide/", view, name=name), *super().get_urls()]

    @method_decorator(require_POST)
    def decide_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        if not self.has_decide_permission(request):
            raise PermissionDenied
        row = self.get_object(request, object_id)
        choice = request.POST.get("decision")
        if row is None or choice not in (AGREED, REFUSED):
            raise Http404
        self._decide_all(request, [row], accepted=choice == AGREED)
        name = f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist"
        return HttpResponseRedirect(reverse(name))

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        if self.has_decide_permission(request):
            context["decisions"] = [(AGREED, self.agreed_label), (REFUSED, self.refused_label)]
        return super().render_change_form(request, context, *args, **kwargs)


class SuggestionStateFilter(QueueFilter):
    states = IdSuggestion.State


@admin.register(IdSuggestion)
class IdSuggestionAdmin(DecisionQueue[IdSuggestion]):
    """Both titles and years side by side, and why staff must decide."""

    agreed_label = _("The same film")
    refused_label = _("Another film")
    list_display = ["id", "film", "title", "year", "reason", "at_tmdb", "state", "suggested_at"]
    list_select_related = ["movie"]
    list_filter = [SuggestionStateFilter]
    exact_search_fields = ["movie", "tmdb_id"]
    search_help_text = _("Number of the film here or at TMDB")
    ordering = ["id"]
    sortable_by = ["id"]
    fields = [
        "film", "our_title", "our_number", "title", "year", "at_tmdb", "reason", "state",
        "suggested_at", "decided_at", "decided_by",
    ]  # fmt: skip
    readonly_fields = ["film", "our_title", "our_number", "at_tmdb"]

    def decide(self, row: IdSuggestion, *, accepted: bool, staff: int | None) -> None:
        ids.decide_suggestion(suggestion=row, accepted=accepted, staff=staff)

    @admin.display(description=_("our film"))
    def film(self, obj: IdSuggestion) -> SafeString:
        return movie_link(obj.movie)

    @admin.display(description=_("our title and year"))
    def our_title(self, obj: IdSuggestion) -> str:
        return f"{obj.movie.title} ({obj.movie.year or '-'})"

    @admin.display(description=_("our number of TMDB now"))
    def our_number(self, obj: IdSuggestion) -> SafeString | str:
        return tmdb_link(obj.movie.tmdb_id)

    @admin.display(description=_("at TMDB"))
    def at_tmdb(self, obj: IdSuggestion) -> SafeString | str:
        return tmdb_link(obj.tmdb_id)


class ReportStateFilter(QueueFilter):
    states = AvailabilityReport.State


@admin.register(AvailabilityReport)
class AvailabilityReportAdmin(DecisionQueue[AvailabilityReport]):
    """The most reported first, beside what we say now and whose word that is."""

    agreed_label = _("Correct it")
    refused_label = _("It was right")
    list_display = ["film", "platform", "times", "shown", "we_say", "state", "first_at", "last_at"]
    list_display_links = ["times"]
    list_select_related = ["movie", "platform"]
    list_filter = [ReportStateFilter, OnPlatformFilter]
    ordering = ["-times", "id"]
    sortable_by = ["times"]
    fields = [
        "film", "platform", "times", "shown", "we_say", "state", "first_at", "last_at",
        "decided_at", "decided_by",
    ]  # fmt: skip
    readonly_fields = ["film", "we_say"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[AvailabilityReport]:
        return super().get_queryset(request).prefetch_related("movie__availability")

    def decide(self, row: AvailabilityReport, *, accepted: bool, staff: int | None) -> None:
        reports.decide_report(report=row, accepted=accepted, staff=staff)

    @admin.display(description=_("what we say now"))
    def we_say(self, obj: AvailabilityReport) -> str:
        names = {True: gettext("Carried"), False: gettext("Not carried"), None: gettext("Unknown")}
        state = names[obj.movie.platforms.get(obj.platform_id)]
        said = [row for row in obj.movie.availability.all() if row.platform_id == obj.platform_id]
        return f"{state} ({max(said, key=_weight).source})" if said else str(state)


def _weight(statement: Availability) -> tuple[Any, ...]:
    """Whose word counts, by the rule of `movies.services.availability`."""
    source, at = statement.source, statement.checked_at
    return source == STAFF, at, source == TMDB, statement.pk
