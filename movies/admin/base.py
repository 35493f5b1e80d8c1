"""What several film pages share: errors of the core as messages, and links."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from common.admin import AnyModel, ExactSearch, ReadOnlyAdmin, SiteAdmin
from common.errors import DataError, NotReadyError
from movies.models import Movie


class ToldErrors(SiteAdmin[AnyModel]):
    """Shows what the core refuses on saving as a message; nothing is stored."""

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except (DataError, NotReadyError) as error:
            self.message_user(request, str(error), messages.ERROR)
            return HttpResponseRedirect(request.get_full_path())


class OfFilm(ReadOnlyAdmin[AnyModel], ExactSearch[AnyModel]):
    """Rows that belong to a film: they link to it, and its number finds them."""

    exact_search_fields = ["movie"]
    search_help_text = _("Number of the film")
    readonly_fields = ["film"]

    @admin.display(description=_("movie"))
    def film(self, obj: Any) -> SafeString:
        return movie_link(obj.movie)


def tmdb_link(tmdb_id: int | None) -> SafeString | str:
    """A link to TMDB's page on where a film can be watched in Korea."""
    if tmdb_id is None:
        return "-"
    address = f"https://www.themoviedb.org/movie/{tmdb_id}/watch?locale=KR"
    return format_html(
        '<a href="{}" target="_blank" rel="noopener noreferrer">TMDB {}</a>', address, tmdb_id
    )


def movie_link(movie: Movie) -> SafeString:
    """A link to our page of a film."""
    address = reverse("admin:movies_movie_change", args=[movie.pk])
    return format_html('<a href="{}">{}</a>', address, movie)
