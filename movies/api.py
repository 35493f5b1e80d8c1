"""`GET /api/movies/` and `GET /api/platforms/`."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from common.selectors import sample_in_use
from movies.models import Movie, Platform

LARGEST_PAGE = 100


class MovieQuery(serializers.Serializer[Any]):
    search = serializers.CharField(
        required=False, default="", allow_blank=True, max_length=100, help_text="Part of a title"
    )
    limit = serializers.IntegerField(
        required=False, default=20, min_value=1, max_value=LARGEST_PAGE
    )


class MovieOutput(serializers.ModelSerializer[Movie]):
    platforms = serializers.DictField(child=serializers.BooleanField())

    class Meta:
        model = Movie
        fields = (
            "movie_id",
            "title",
            "title_ko",
            "year",
            "genres",
            "rating_avg",
            "rating_count",
            "imdb_id",
            "tmdb_id",
            "poster_path",
            "platforms",
            "platforms_checked_at",
        )


class MoviesOutput(serializers.Serializer[Any]):
    sample = serializers.BooleanField(help_text="Ratings and availability are invented")
    results = MovieOutput(many=True)


class PlatformOutput(serializers.ModelSerializer[Platform]):
    class Meta:
        model = Platform
        fields = ("slug", "name", "name_ko", "homepage", "films_known", "films_carried")


class PlatformsOutput(serializers.Serializer[Any]):
    sample = serializers.BooleanField(help_text="Ratings and availability are invented")
    results = PlatformOutput(many=True)


@extend_schema(parameters=[MovieQuery], responses=MoviesOutput)
@api_view(["GET"])
def movies(request: Request) -> Response:
    """Films by part of a title in either language, the best known first."""
    query = MovieQuery(data=request.query_params)
    query.is_valid(raise_exception=True)
    found = Movie.objects.matching(query.validated_data["search"])
    results = found[: query.validated_data["limit"]]
    return Response(MoviesOutput({"sample": sample_in_use(), "results": results}).data)


@extend_schema(responses=PlatformsOutput)
@api_view(["GET"])
def platforms(request: Request) -> Response:
    """The platforms that are compared, with how much is known of their catalogues."""
    offered = Platform.objects.offered()
    return Response(PlatformsOutput({"sample": sample_in_use(), "results": offered}).data)
