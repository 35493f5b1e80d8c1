"""`GET /api/ai/`: what the genre model picks for a member, or for the season."""

from __future__ import annotations

from dataclasses import dataclass

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import api_view, throttle_classes
from rest_framework.request import Request
from rest_framework.response import Response

from common.web.input import refuse_query
from movies.api import MovieOutput, SearchThrottle, Sourced, SourcedOutput
from recommend.results.shelves.ai_picks import AIPicks, ai_picks
from recommend.results.shelves.page import Page
from survey.api.access import for_members_too
from survey.members.requests import member_of


@dataclass(frozen=True)
class SourcedPicks(Sourced):
    picks: AIPicks


class AIPicksOutput(SourcedOutput):
    genres = serializers.ListField(
        source="picks.genres",
        child=serializers.CharField(),
        help_text="Genres of the films as MovieLens names them, likeliest first",
    )
    likes = serializers.IntegerField(
        source="picks.likes", help_text="How many likes of the member it learned from"
    )
    words = serializers.ListField(
        source="picks.words",
        child=serializers.CharField(),
        help_text="The member's keywords; without log-in those of the season",
    )
    explanation = serializers.CharField(
        source="picks.explanation",
        allow_blank=True,
        help_text="How the films were chosen, in the language of `Accept-Language`",
    )
    films = MovieOutput(
        source="picks.films", many=True, help_text="At most eight; empty if nothing is known"
    )


@extend_schema(responses=AIPicksOutput)
@api_view(["GET"])
@for_members_too
@throttle_classes([SearchThrottle])
def ai(request: Request) -> Response:
    """Up to eight films: six of the likeliest genre, then of the next ones; newest first.

    For a member by interests, keywords, views and likes, which count at once; without log-in by
    the words of the season.
    """
    refuse_query(request)
    page = Page()
    picks = ai_picks(member_of(request), page=page)
    found = SourcedPicks(page.in_use.is_sample, picks)
    return Response(AIPicksOutput(found).data, headers={"Cache-Control": "no-store"})
