"""`GET` movies, platforms, products and attractions, and `POST` reports, under `/api/`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from django.http import HttpRequest
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import api_view, throttle_classes
from rest_framework.request import Request
from rest_framework.response import Response

from common.selectors import sample_in_use
from common.web.guards.counts import CountUnavailableError, count
from common.web.guards.networks import network_of
from common.web.input import StrictInput, Text, WholeNumber, refuse_query
from common.web.output import DataOutput, Slugs
from common.web.throttling import NetworkThrottle, key_of
from movies.models import (
    LARGEST_MOVIE_ID,
    Attraction,
    AvailabilityReport,
    FactCertainty,
    Movie,
    Platform,
    Product,
)
from movies.services.reports import report_wrong
from movies.titles.search import find_films

LARGEST_PAGE = 100
HOUR = 3600  # seconds
ATTRIBUTION = [
    {
        "name": "TMDB",
        "url": "https://www.themoviedb.org/",
        "notice": (
            "This product uses TMDB and the TMDB APIs but is not endorsed, certified, "
            "or otherwise approved by TMDB."
        ),
    },
    {
        "name": "JustWatch",
        "url": "https://www.justwatch.com/kr",
        "notice": "Streaming data: JustWatch",
    },
]


class AttributionOutput(serializers.Serializer[Any]):
    """A source that every display of the data must name."""

    name = serializers.CharField()
    url = serializers.URLField()
    notice = serializers.CharField()


@dataclass(frozen=True)
class Sourced:
    """Data with the sources of titles and availability; the invented sample has none."""

    sample: bool

    @property
    def attribution(self) -> list[dict[str, str]]:
        return [] if self.sample else ATTRIBUTION


class SourcedOutput(DataOutput):
    sample = serializers.BooleanField(help_text="Ratings and availability are invented")
    attribution = AttributionOutput(many=True, help_text="Empty while the bundled sample is in use")


@dataclass(frozen=True)
class Listed(Sourced):
    results: Iterable[Any]


class ReportThrottle(NetworkThrottle):
    """Reports from one network, through the page and the API together."""

    scope = "reports"


class SearchThrottle(NetworkThrottle):
    scope = "search"


def told_before(request: HttpRequest, movie_id: int, platform: str) -> bool:
    """Whether this sender said the same within the hour: a double click is one report."""
    key = key_of("told", network_of(request), movie_id, platform)
    try:
        return count(key, HOUR).count > 1
    except CountUnavailableError:
        return False


class MovieQuery(StrictInput):
    search = Text(
        required=False,
        default="",
        allow_blank=True,
        max_length=100,
        help_text="Part of a title, or the initial consonants of a Korean one",
    )
    limit = WholeNumber(required=False, default=20, min_value=1, max_value=LARGEST_PAGE)


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


class MoviesOutput(SourcedOutput):
    results = MovieOutput(many=True)


class PlatformOutput(serializers.ModelSerializer[Platform]):
    class Meta:
        model = Platform
        fields = ("slug", "name", "name_ko", "homepage", "films_known", "films_carried")


class PlatformsOutput(SourcedOutput):
    results = PlatformOutput(many=True)


class OriginOutput(DataOutput):
    """Where and when a fact was read."""

    publisher = serializers.CharField(source="source")
    url = serializers.CharField(source="source_url", help_text="Empty: no address")
    checked_on = serializers.DateField()
    certainty = serializers.ChoiceField(
        choices=FactCertainty.choices,
        help_text="A: official page or two sources; B: one source; C: doubtful; D: hearsay",
    )


@dataclass(frozen=True)
class Sold:
    """A product on a day, at the price of that day."""

    product: Product
    day: date

    @property
    def price(self) -> int | None:
        return self.product.price_on(self.day)

    @property
    def warning(self) -> str:
        return self.product.price_warning(self.day)

    @property
    def platforms(self) -> list[str]:
        return [platform.pk for platform in self.product.platforms.all()]


class ProductOutput(DataOutput):
    slug = serializers.SlugField(source="product.slug")
    name = serializers.CharField(source="product.name")
    name_ko = serializers.CharField(source="product.name_ko")
    kind = serializers.ChoiceField(source="product.kind", choices=Product.Kind.choices)
    platforms = Slugs()
    price = serializers.IntegerField(
        allow_null=True,
        help_text="Won a month today, a promotion that has not ended included; null: not known",
    )
    monthly_price = serializers.IntegerField(source="product.monthly_price", allow_null=True)
    yearly_price = serializers.IntegerField(source="product.yearly_price", allow_null=True)
    promotion = serializers.CharField(source="product.promotion")
    promotion_price = serializers.IntegerField(source="product.promotion_price", allow_null=True)
    promotion_until = serializers.DateField(source="product.promotion_until", allow_null=True)
    price_frozen_until = serializers.DateField(source="product.price_frozen_until", allow_null=True)
    warning = serializers.ChoiceField(
        choices=["", "old", "unfrozen"],
        help_text="Why the price may be wrong: checked a year ago, or its freeze has ended",
    )
    has_ads = serializers.BooleanField(source="product.has_ads")
    max_resolution = serializers.IntegerField(
        source="product.max_resolution", allow_null=True, help_text="Lines; null: not published"
    )
    streams = serializers.IntegerField(
        source="product.streams", allow_null=True, help_text="At a time; null: not published"
    )
    downloads = serializers.IntegerField(source="product.downloads", allow_null=True)
    excluded_content = serializers.CharField(source="product.excluded_content")
    condition = serializers.CharField(source="product.condition")
    requires = serializers.CharField(
        source="product.requires", help_text="Who can buy it; empty: anybody"
    )
    closure_warning = serializers.CharField(source="product.closure_warning")
    is_candidate = serializers.BooleanField(
        source="product.is_candidate", help_text="Whether an answer may propose it"
    )
    valid_from = serializers.DateField(source="product.valid_from")
    origin = OriginOutput(source="product")


@dataclass(frozen=True)
class OnSale:
    day: date
    results: list[Sold]


class ProductsOutput(DataOutput):
    day = serializers.DateField()
    results = ProductOutput(many=True)


class PlaceOutput(DataOutput):
    platform = serializers.SlugField(source="platform_id")
    product = serializers.CharField(
        source="product_slug", help_text="What one needs there; empty: any that gives the platform"
    )
    is_exclusive = serializers.BooleanField()


class AttractionOutput(DataOutput):
    slug = serializers.SlugField()
    title = serializers.CharField()
    title_ko = serializers.CharField()
    kind = serializers.ChoiceField(choices=Attraction.Kind.choices)
    category = serializers.CharField()
    year = serializers.IntegerField(allow_null=True)
    starts_on = serializers.DateField(allow_null=True)
    ends_on = serializers.DateField(allow_null=True)
    places = PlaceOutput(many=True)
    elsewhere = serializers.CharField(help_text="Places that are not compared")
    origin = OriginOutput(source="*")


@dataclass(frozen=True)
class Offered:
    day: date
    results: Iterable[Attraction]


class AttractionsOutput(DataOutput):
    day = serializers.DateField()
    results = AttractionOutput(many=True)


class ReportInput(StrictInput):
    movie_id = WholeNumber(min_value=1, max_value=LARGEST_MOVIE_ID)
    platform = serializers.SlugField(max_length=50, trim_whitespace=False)


class Reported(NamedTuple):
    report: AvailabilityReport
    reported: bool = True


class ReportOutput(DataOutput):
    reported = serializers.BooleanField()
    movie_id = serializers.IntegerField(source="report.movie_id")
    platform = serializers.SlugField(source="report.platform_id")
    shown = serializers.BooleanField(
        source="report.shown",
        allow_null=True,
        help_text="What is said to be wrong; null: that nobody knows",
    )
    times = serializers.IntegerField(
        source="report.times", help_text="How often it was reported since the last decision"
    )


@extend_schema(parameters=[MovieQuery], responses=MoviesOutput)
@api_view(["GET"])
@throttle_classes([SearchThrottle])
def movies(request: Request) -> Response:
    """Films by their titles in either language, the best matches first; without `search` the best
    known.

    Case, spaces, accents and punctuation do not count. A syllable may be half composed, initial
    consonants stand for a Korean title, and small typos are understood.
    """
    query = MovieQuery(data=request.query_params)
    query.is_valid(raise_exception=True)
    results = find_films(query.validated_data["search"], query.validated_data["limit"])
    return Response(MoviesOutput(Listed(sample_in_use(), results)).data)


@extend_schema(responses=PlatformsOutput)
@api_view(["GET"])
def platforms(request: Request) -> Response:
    """The platforms that are compared, with how much is known of their catalogues."""
    refuse_query(request)
    listed = Listed(sample_in_use(), Platform.objects.offered())
    return Response(PlatformsOutput(listed).data)


@extend_schema(responses=ProductsOutput)
@api_view(["GET"])
def products(request: Request) -> Response:
    """The products on sale today at their prices, with source and day of each."""
    refuse_query(request)
    today = timezone.localdate()
    sold = Product.objects.on_sale(today).order_by("slug").prefetch_related("platforms")
    return Response(ProductsOutput(OnSale(today, [Sold(one, today) for one in sold])).data)


@extend_schema(responses=AttractionsOutput)
@api_view(["GET"])
def attractions(request: Request) -> Response:
    """Series, variety shows and sport to be seen today on platforms that are compared."""
    refuse_query(request)
    today = timezone.localdate()
    offered = Attraction.objects.offered(today).prefetch_related("places")
    return Response(AttractionsOutput(Offered(today, offered)).data)


@extend_schema(request=ReportInput, responses={201: ReportOutput, 200: ReportOutput})
@api_view(["POST"])
@throttle_classes([ReportThrottle])
def reports(request: Request) -> Response:
    """Say that what is known of a film on a platform is wrong.

    201: counted. 200: the same was said from the same address within the hour and counts once.
    429: too many reports; `Retry-After` says in how many seconds more are taken. Nothing is
    stored of who reports; until staff have decided, the availability stays as it is.
    """
    refuse_query(request)
    given = ReportInput(data=request.data)
    given.is_valid(raise_exception=True)
    movie_id, platform = given.validated_data["movie_id"], given.validated_data["platform"]
    again = told_before(request._request, movie_id, platform)
    report = report_wrong(movie_id=movie_id, platform=platform, again=again)
    code = status.HTTP_200_OK if again else status.HTTP_201_CREATED
    return Response(ReportOutput(Reported(report)).data, status=code)
