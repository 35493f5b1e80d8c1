"""The shelves of films as JSON: of a member, or what visitors see."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.views.decorators.http import conditional_page
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import APIException, NotAuthenticated, NotFound, PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from common.web.input import StrictInput, WholeNumber
from common.web.output import DataOutput, private
from common.web.schema import ErrorOutput
from movies.api import SearchThrottle, Sourced, SourcedOutput
from recommend.results.shelves.page import Page
from recommend.results.shelves.registry import LARGEST, SHELVES, Row, names_for, rows_of
from survey.api.access import MembersToo
from survey.members.requests import member_of
from survey.models import Member


class ShelfQuery(StrictInput):
    limit = WholeNumber(
        required=False,
        allow_null=True,
        default=None,
        min_value=1,
        max_value=LARGEST,
        help_text="The most films of a shelf; left out: as many as it usually has, 10 or 20",
    )
    mine = WholeNumber(
        required=False,
        default=0,
        min_value=0,
        max_value=1,
        help_text="1: only films on what the member pays for, by their newest result",
    )


class ShelfFilmOutput(DataOutput):
    movie_id = serializers.IntegerField(source="movie.movie_id")
    title = serializers.CharField(source="movie.title")
    title_ko = serializers.CharField(source="movie.title_ko")
    year = serializers.IntegerField(source="movie.year", allow_null=True)
    genres = serializers.ListField(source="movie.genres", child=serializers.CharField())
    poster_path = serializers.CharField(source="movie.poster_path")
    platforms = serializers.DictField(source="movie.platforms", child=serializers.BooleanField())
    changed_platform = serializers.CharField(
        allow_null=True,
        help_text="On shelves of what came and went: which platform it came to, or left",
    )
    changed_on = serializers.DateField(allow_null=True)


class ShelfOutput(DataOutput):
    name = serializers.SlugField()
    title = serializers.CharField(
        help_text="In the language of the request; empty, like `why`, while it has no films"
    )
    why = serializers.CharField(help_text="How these films were chosen")
    results = ShelfFilmOutput(many=True, source="films")


@dataclass(frozen=True)
class ShownShelves(Sourced):
    shelves: Sequence[Row]


@dataclass(frozen=True)
class ShownShelf(Sourced):
    shelf: Row


class ShelvesOutput(SourcedOutput):
    shelves = ShelfOutput(many=True)


class OneShelfOutput(SourcedOutput):
    shelf = ShelfOutput()


REFUSED = {
    401: OpenApiResponse(ErrorOutput, "Only for members: the token is missing or not valid"),
    403: OpenApiResponse(ErrorOutput, "Only for members, and this account belongs to staff"),
}


class ShelfView(MembersToo, APIView):
    """One shelf by its name, or all that the reader may see."""

    throttle_classes = [SearchThrottle]

    @extend_schema(
        operation_id="shelf_retrieve",
        parameters=[ShelfQuery],
        responses={200: OneShelfOutput, **REFUSED},
    )
    def get(self, request: Request, name: str) -> Response:
        """The films of one shelf, in its order; none that the member has seen or does not want.

        Visitors see `popular`, `new` and `season`. `mine=1` is for members with a result in their
        account. What everybody sees (popular, new) may be a minute old; what the member did counts
        at once.
        """
        if name not in SHELVES:
            names = ", ".join(SHELVES)
            raise NotFound(_("There is no such shelf. There are: %(names)s.") % {"names": names})
        member, limit, page = self._asked(request)
        if name not in names_for(member):
            raise _refusal(request, _("This shelf is for members: please log in."))
        rows = rows_of([name], member, limit=limit, page=page)
        shown = rows[0] if rows else Row(name, "", "", [])
        return private(OneShelfOutput(ShownShelf(page.in_use.is_sample, shown)).data)

    def _asked(self, request: Request) -> tuple[Member | None, int | None, Page]:
        """Who asks, for how many films, and of which page; members only for what they pay for."""
        query = ShelfQuery(data=request.query_params)
        query.is_valid(raise_exception=True)
        member = member_of(request)
        if member is None and query.validated_data["mine"]:
            text = _("Only members can ask for what they pay for: please log in.")
            raise _refusal(request, text)
        asked = query.validated_data
        return member, asked["limit"], Page(mine=bool(asked["mine"]))


class ShelvesView(ShelfView):
    @extend_schema(
        operation_id="shelves_retrieve",
        parameters=[ShelfQuery],
        responses={200: ShelvesOutput, **REFUSED},
    )
    def get(self, request: Request) -> Response:  # type: ignore[override]
        """All shelves that the reader may see: members' own first, then what the tabs of the start
        page show, and the season.

        A film is on the first of them only, and a shelf without films is left out. Otherwise as the
        single shelves.
        """
        member, limit, page = self._asked(request)
        rows = rows_of(names_for(member), member, limit=limit, page=page)
        return private(ShelvesOutput(ShownShelves(page.in_use.is_sample, rows)).data)


def _refusal(request: Request, text: str) -> APIException:
    """To whoever is no member: strangers may log in, which staff have done already."""
    if request.user:
        return PermissionDenied(_("This account belongs to staff, not to a member."))
    return NotAuthenticated(text)


shelf = conditional_page(ShelfView.as_view())
shelves = conditional_page(ShelvesView.as_view())
