"""One film as JSON, and what a member says of it: the same functions as behind its page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import api_view, throttle_classes
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import BaseThrottle
from rest_framework.views import APIView

from common.errors import DataError
from common.web.input import refuse_query
from common.web.output import DataOutput, private
from common.web.throttling import TooManyRequests
from movies.api import SearchThrottle, Sold, Sourced, SourcedOutput
from movies.models import FilmText, Movie
from recommend.models import MemberEvent
from recommend.results.films.facts import (
    FilmFacts,
    SaidByMember,
    TextOfFilm,
    film_facts,
    mine_of,
    movie_numbered,
)
from recommend.services.members.events import record_event, take_event_back
from survey.api import access
from survey.api.access import for_members, for_members_too
from survey.limits import EVENTS, VIEWS, too_often
from survey.members.requests import member_of
from survey.models import Member

NOTHING = OpenApiResponse(description="Done; the same again changes nothing")


class EventThrottle(BaseThrottle):
    """The limits of the pages, of the member and of their network."""

    name = EVENTS

    def allow_request(self, request: Request, view: APIView) -> bool:
        """Raises `TooManyRequests` beyond one."""
        found = too_often(request._request, self.name, member_of(request))
        if found is not None:
            raise TooManyRequests(found.seconds, found.text)
        return True


class ViewThrottle(EventThrottle):
    name = VIEWS


class StatementOutput(DataOutput):
    """Who said whether a platform has the film, and when."""

    platform = serializers.SlugField(source="platform.slug")
    available = serializers.BooleanField(source="state", help_text="A subscription includes it")
    source = serializers.CharField(  # type: ignore[assignment]
        help_text="Empty: not stored"
    )
    checked_on = serializers.DateField(allow_null=True)


class FilmTextOutput(DataOutput):
    language = serializers.ChoiceField(choices=FilmText.Language.choices)
    overview = serializers.CharField()
    keywords = serializers.ListField(child=serializers.CharField())
    source = serializers.CharField()  # type: ignore[assignment]
    loaded_on = serializers.DateField()


class CheapestOutput(DataOutput):
    """The cheapest product that anybody can buy and that includes the film."""

    product = serializers.SlugField(source="product.slug")
    name = serializers.CharField(source="product.name")
    name_ko = serializers.CharField(source="product.name_ko")
    price = serializers.IntegerField(help_text="Won a month today")
    has_ads = serializers.BooleanField(source="product.has_ads")
    source = serializers.CharField(source="product.source")  # type: ignore[assignment]
    checked_on = serializers.DateField(source="product.checked_on")


class MineOutput(DataOutput):
    liked = serializers.BooleanField()
    seen = serializers.BooleanField()
    not_interested = serializers.BooleanField()


@dataclass(frozen=True)
class FilmAsShown(Sourced):
    """The facts, and what the member who asks has said of the film."""

    facts: FilmFacts
    mine: SaidByMember | None

    @property
    def statements(self) -> list[Any]:
        return [place for place in self.facts.places if place.state is not None]

    @property
    def cheapest(self) -> Sold | None:
        product = self.facts.cheapest
        return None if product is None else Sold(product, timezone.localdate())

    @property
    def texts(self) -> Sequence[TextOfFilm]:
        return self.facts.texts

    @property
    def series(self) -> list[int]:
        return _ids(self.facts.series)

    @property
    def similar(self) -> list[int]:
        return _ids(self.facts.similar)


class FilmFactsOutput(SourcedOutput):
    movie_id = serializers.IntegerField(source="facts.movie.movie_id")
    title = serializers.CharField(source="facts.movie.title")
    title_ko = serializers.CharField(source="facts.movie.title_ko")
    year = serializers.IntegerField(source="facts.movie.year", allow_null=True)
    genres = serializers.ListField(source="facts.movie.genres", child=serializers.CharField())
    rating_avg = serializers.FloatField(source="facts.movie.rating_avg", allow_null=True)
    rating_count = serializers.IntegerField(source="facts.movie.rating_count")
    imdb_id = serializers.IntegerField(source="facts.movie.imdb_id", allow_null=True)
    tmdb_id = serializers.IntegerField(source="facts.movie.tmdb_id", allow_null=True)
    poster_path = serializers.CharField(source="facts.movie.poster_path")
    platforms = serializers.DictField(
        source="facts.movie.platforms",
        child=serializers.BooleanField(),
        help_text="By platform; one that is not there is not known",
    )
    platforms_checked_at = serializers.DateTimeField(
        source="facts.movie.platforms_checked_at", allow_null=True
    )
    statements = StatementOutput(
        many=True, help_text="Of the compared platforms; one without a statement is not known"
    )
    texts = FilmTextOutput(many=True)
    cheapest = CheapestOutput(allow_null=True)
    rented_at = serializers.ListField(
        source="facts.rented_at", child=serializers.CharField(), help_text="To rent or buy"
    )
    series = serializers.ListField(
        child=serializers.IntegerField(), help_text="Other films of its series, the oldest first"
    )
    similar = serializers.ListField(
        child=serializers.IntegerField(), help_text="The most similar films, the nearest first"
    )
    mine = MineOutput(allow_null=True, help_text="What the member who asks says; null: no member")


@extend_schema(operation_id="film_retrieve", responses=FilmFactsOutput)
@api_view(["GET"])
@for_members_too
@throttle_classes([SearchThrottle])
def film(request: Request, movie_id: int) -> Response:
    """All that is known of a film. Asking for it is not counted as a view."""
    refuse_query(request)
    facts = film_facts(movie_id)
    if facts is None:
        raise Http404
    member = member_of(request)
    mine = None if member is None else mine_of(member, movie_id)
    return private(FilmFactsOutput(FilmAsShown(facts.is_sample, facts, mine)).data)


@extend_schema(request=None, responses={204: NOTHING})
@api_view(["PUT", "DELETE"])
@for_members
@throttle_classes([EventThrottle])
def like(request: Request, movie_id: int) -> Response:
    """Like a film, or take that back. Whoever likes a film no longer is not interested in it."""
    return _said(request, movie_id, MemberEvent.Kind.LIKE)


@extend_schema(request=None, responses={204: NOTHING})
@api_view(["PUT", "DELETE"])
@for_members
@throttle_classes([EventThrottle])
def seen(request: Request, movie_id: int) -> Response:
    """Mark a film as seen, or take that back. It is not suggested any more."""
    return _said(request, movie_id, MemberEvent.Kind.SEEN)


@extend_schema(request=None, responses={204: NOTHING})
@api_view(["PUT", "DELETE"])
@for_members
@throttle_classes([EventThrottle])
def not_interested(request: Request, movie_id: int) -> Response:
    """Say that a film is not for the member, or take that back; a like of it is taken back."""
    return _said(request, movie_id, MemberEvent.Kind.NOT_INTERESTED)


@extend_schema(request=None, responses={204: NOTHING})
@api_view(["POST"])
@for_members
@throttle_classes([ViewThrottle])
def view(request: Request, movie_id: int) -> Response:
    """Say that the member looked at a film; counted only with their consent to learning."""
    return _said(request, movie_id, MemberEvent.Kind.VIEW)


def _said(request: Request, movie_id: int, kind: MemberEvent.Kind) -> Response:
    """Store it, or take it back for DELETE. 404 for an unknown film."""
    refuse_query(request)
    member = access.member(request)
    if movie_numbered(movie_id) is None:
        raise Http404
    if request.method == "DELETE":
        take_event_back(member=member, movie_id=movie_id, kind=kind)
        return Response(status=status.HTTP_204_NO_CONTENT)
    try:
        record_event(member=member, movie_id=movie_id, kind=kind)
    except (DataError, Member.DoesNotExist) as error:  # gone by now
        raise Http404 from error
    return Response(status=status.HTTP_204_NO_CONTENT)


def _ids(films: Sequence[Movie]) -> list[int]:
    return [film.pk for film in films]
